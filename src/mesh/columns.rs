//! Which columns does a relation have, are these all, and how is that known?
//!
//! A contract says all; a SELECT says all where it is understood and what its stars read is
//! known; documents say some. What is not known hides columns, and hidden columns make no finding.

mod contract;
mod described;
mod given_names;
mod header;
mod lineage;
mod memo;
mod nested;
mod offers;
mod problems;
mod reading;
mod same;
mod study;
mod types;
mod uses;
mod warehouse;

use std::sync::{Arc, OnceLock};

use crate::dbt::{Maybe, ResourceType};
use crate::manifest;
use crate::project::{self, Code, Node, NodeId, Project};
use crate::syntax::jinja::BlockKind;
use crate::syntax::sql::{Dialect, OutsideColumn};

use super::{Linked, Mesh, PackageAt, SourceTarget, Target};

pub use contract::{Comparison, Made, Mistyped, compare};
pub use lineage::{Ancestor, OnDisk, Spot, on_disk};
pub use memo::{Changed, Memo};
pub use offers::{Column, Offers, written_of};
pub use problems::{Problem, ProblemKind};
pub use reading::{Input, Inputs, Read, Reading};
pub use study::Study;
pub use types::Types;
pub use uses::Uses;

/// The columns of a relation.
#[derive(Clone, Debug)]
pub struct Relation {
    /// Those that are known, in order.
    pub columns: Arc<[OutsideColumn]>,
    /// Whether these are all.
    pub is_whole: bool,
    /// How they are known.
    pub basis: Basis,
    /// Whether dbt would fail with others: a contract, or a SELECT of this working copy that is
    /// made anew with each run.
    pub is_certain: bool,
    /// Their types, once somebody asked.
    types: OnceLock<Types>,
}

/// How columns are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// By an enforced contract.
    Contract,
    /// By the SELECT.
    Select,
    /// By a SELECT that macros and loops make, here or in what it reads: conditions are settled in it.
    Expanded,
    /// By the first line of a seed.
    Header,
    /// By what dbt found in the warehouse, with what is documented or written: it may be another
    /// today.
    Catalog,
    /// By a property file or a manifest that need not name all.
    Documents,
}

/// What is looked into, and by whose leave; bounded and without circles.
#[derive(Clone, Copy)]
pub(super) struct Chain<'c> {
    project: *const Project,
    node: NodeId,
    up: Option<&'c Chain<'c>>,
    depth: u16,
}

/// No one passes columns on so often.
const DEEPEST: u16 = 60;

impl<'c> Chain<'c> {
    /// One step deeper; none in a circle, or where it goes on for too long.
    fn below(project: &Arc<Project>, node: NodeId, up: Option<&'c Self>) -> Option<Self> {
        let project = Arc::as_ptr(project);
        let mut at = up;
        while let Some(link) = at {
            if link.node == node && link.project == project {
                return None;
            }
            at = link.up;
        }
        let depth = up.map_or(0, |up| up.depth + 1);
        (depth <= DEEPEST).then_some(Self {
            project,
            node,
            up,
            depth,
        })
    }
}

impl Relation {
    fn documented(columns: Vec<OutsideColumn>) -> Self {
        Self {
            columns: columns.into(),
            is_whole: false,
            basis: Basis::Documents,
            is_certain: false,
            types: OnceLock::new(),
        }
    }

    /// Of columns by their names, and whether these are put in quotes.
    fn contracted<'c>(columns: impl Iterator<Item = (&'c str, bool)>, dialect: Dialect) -> Self {
        let columns = columns.map(|(name, is_quoted)| nested::bare(name, is_quoted));
        let columns = nested::roots(columns, dialect).into_iter();
        let columns = columns.map(|(name, is_quoted)| outside(name, is_quoted.unwrap_or(false)));
        let columns: Arc<[OutsideColumn]> = columns.collect();
        Self {
            is_whole: !columns.is_empty(),
            is_certain: !columns.is_empty(),
            basis: Basis::Contract,
            columns,
            types: OnceLock::new(),
        }
    }
}

impl Linked {
    /// The columns of what a ref reads.
    #[must_use]
    pub fn columns_of(&self, mesh: &Mesh, target: &Target<'_>) -> Arc<Relation> {
        self.relation(mesh, target, None)
    }

    /// The columns of what a file makes; `None` where it makes nothing, or many things.
    #[must_use]
    pub fn columns_of_file(&self, mesh: &Mesh, file: &str) -> Option<Arc<Relation>> {
        let made = self.made_by(file)?;
        Some(self.local(mesh, (&self.project, PackageAt::Root), made, None))
    }

    /// The one relation that a file of the project makes.
    fn made_by(&self, file: &str) -> Option<(NodeId, &Node)> {
        let mut nodes = self.project.index.of_file(file);
        let made = nodes.next().filter(|_| nodes.next().is_none())?;
        made.1.resource_type.is_refable().then_some(made)
    }

    /// The columns of a table of a source, as documents and the warehouse have them.
    #[must_use]
    pub fn columns_of_source(&self, target: &SourceTarget<'_>) -> Relation {
        let columns = target.project.columns_of_table(target.table);
        let columns = columns.iter();
        let columns = columns.map(|it| outside(it.name(), it.is_quoted()));
        self.source_relation(target, Relation::documented(columns.collect()))
    }

    pub(super) fn relation(
        &self,
        mesh: &Mesh,
        target: &Target<'_>,
        chain: Option<&Chain<'_>>,
    ) -> Arc<Relation> {
        match target {
            Target::Local {
                project,
                package,
                id,
                node,
            } => self.local(mesh, (project, *package), (*id, node), chain),
            Target::WorkingCopy { linked, id, node } => {
                let at = (&linked.project, PackageAt::Root);
                linked.local(mesh, at, (*id, node), chain)
            }
            Target::Published { node, .. } => {
                let relation = published(mesh, node, chain, self.dialect);
                Arc::new(self.published_relation(target, relation))
            }
        }
    }

    fn local(
        &self,
        mesh: &Mesh,
        (project, package): (&Arc<Project>, PackageAt),
        (id, node): (NodeId, &Node),
        chain: Option<&Chain<'_>>,
    ) -> Arc<Relation> {
        if let Some(known) = mesh.memo.get(mesh, self, (package, id)) {
            return known;
        }
        let documented = || documented(project, node);
        let made = match node.resource_type {
            ResourceType::Seed => header::relation(project, node, self.dialect).map(Arc::new),
            ResourceType::Model if is_held(node) => {
                let columns = project.columns_of(node).into_iter();
                let columns = columns.map(|it| (it.name(), it.is_quoted()));
                Some(Arc::new(Relation::contracted(columns, self.dialect)))
            }
            ResourceType::Model | ResourceType::Snapshot => {
                if Chain::below(project, id, chain).is_none() {
                    return Arc::new(Relation::documented(documented()));
                }
                let study = self.study_of(mesh, (project, package), (id, node), chain);
                study.and_then(|study| study.made.clone())
            }
            _ => None,
        };
        let relation = made.unwrap_or_else(|| Arc::new(Relation::documented(documented())));
        let relation = self.local_relation((project, node), relation);
        mesh.memo
            .set(mesh, self, (package, id), Arc::clone(&relation));
        relation
    }
}

/// How a model's relation comes to have the columns of its SELECT.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// With each run.
    Fresh,
    /// It may keep those of an earlier one.
    Kept,
    /// Something adds its own.
    Other,
}

fn materialization(node: &Node) -> Option<Kind> {
    if node.resource_type == ResourceType::Snapshot {
        return Some(Kind::Other);
    }
    match &node.config.materialized {
        Maybe::Known(None) => Some(Kind::Fresh),
        Maybe::Known(Some(kind)) => match &**kind {
            "view" | "table" | "ephemeral" => Some(Kind::Fresh),
            "incremental" | "materialized_view" | "dynamic_table" | "streaming_table" => {
                Some(Kind::Kept)
            }
            _ => None,
        },
        Maybe::Unknown => None,
    }
}

/// The materializations whose contract dbt checks; the last one is that of DuckDB's files.
pub const CHECKED: [&str; 4] = ["view", "table", "incremental", "external"];

/// Whether the model has a contract, and is one that dbt builds.
#[must_use]
pub fn is_contracted(node: &Node) -> bool {
    let is_ephemeral =
        matches!(&node.config.materialized, Maybe::Known(Some(kind)) if **kind == *"ephemeral");
    node.config.has_contract == Maybe::Known(true) && !is_ephemeral
}

/// Whether dbt holds the model to its contract: it looks at those of some materializations only.
#[must_use]
pub fn is_held(node: &Node) -> bool {
    is_contracted(node) && node.materialized().is_some_and(|it| CHECKED.contains(&it))
}

/// The columns of a model's contract that have to stand in quotes and do not; of warehouses only into
/// whose SQL dbt writes them as they are.
#[must_use]
pub fn lacks_quotes(column: &project::Column, dialect: Dialect) -> bool {
    let is_sure = matches!(
        dialect,
        Dialect::DuckDb | Dialect::Postgres | Dialect::Redshift | Dialect::Snowflake
    );
    let (name, is_quoted) = nested::bare(column.name(), column.is_quoted());
    is_sure && !is_quoted && !name.contains('{') && nested::needs_quotes(name)
}

fn documented(project: &Project, node: &Node) -> Vec<OutsideColumn> {
    let columns = project.columns_of(node).into_iter();
    columns
        .map(|column| outside(column.name(), column.is_quoted()))
        .collect()
}

fn outside(name: &str, is_quoted: bool) -> OutsideColumn {
    let (name, is_quoted) = nested::bare(name, is_quoted);
    OutsideColumn {
        name: name.into(),
        is_quoted,
    }
}

fn published(
    mesh: &Mesh,
    node: &manifest::Node<'_>,
    chain: Option<&Chain<'_>>,
    dialect: Dialect,
) -> Relation {
    let columns = node.columns();
    let columns = columns.map(|column| (column.name(), column.is_quoted()));
    let is_checked = node.materialized().is_none_or(|it| CHECKED.contains(&it));
    if node.has_enforced_contract() && is_checked {
        return Relation::contracted(columns, dialect);
    }
    as_in_working_copy(mesh, node, chain).unwrap_or_else(|| {
        let columns = columns.map(|(name, is_quoted)| outside(name, is_quoted));
        Relation::documented(columns.collect())
    })
}

/// The columns of the SELECT in the working copy, where that is what was published.
fn as_in_working_copy(
    mesh: &Mesh,
    node: &manifest::Node<'_>,
    chain: Option<&Chain<'_>>,
) -> Option<Relation> {
    let linked = mesh.working_copy(node.package_name())?;
    let (id, local) = (linked.project.index).by_unique_id(node.package_name(), node.unique_id())?;
    let facts = linked.project.file(&local.origin.file)?;
    if node.raw_code_hash() == 0 || facts.text_hash != node.raw_code_hash() {
        return None;
    }
    let at = (&linked.project, PackageAt::Root);
    let relation = linked.local(mesh, at, (id, local), chain);
    Some(Relation {
        is_certain: false,
        ..Relation::clone(&relation)
    })
}

/// Whether a file makes one thing of all its SQL.
fn makes_one(code: &Code) -> bool {
    let snapshots = (code.blocks.iter()).filter(|block| block.kind == BlockKind::Snapshot);
    snapshots.count() <= 1
}
