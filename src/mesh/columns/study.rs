//! What is there to say of one file of SQL? All of it from one reading, which is the dear part.

use std::sync::Arc;

use crate::dbt::Maybe;
use crate::mesh::{Linked, Mesh, PackageAt};
use crate::pace;
use crate::project::{Node, NodeId, Project};
use crate::syntax::sql::{DataType, Hidden, Outputs, OutsideColumn};

use super::memo::Reads;
use super::{
    Basis, Chain, Comparison, Kind, Problem, Reading, Relation, Types, compare, is_held,
    materialization,
};

/// What one reading of a file of SQL says.
#[derive(Debug, Default)]
pub struct Study {
    /// The names that are wrong, in the text's order.
    pub problems: Box<[Problem]>,
    /// A contracted model that dbt runs beside its contract, where all its columns are known.
    pub contract: Option<Arc<Comparison>>,
    /// What its SELECT makes; `None` where no SELECT makes the relation.
    pub(super) made: Option<Arc<Relation>>,
}

impl Linked {
    /// What is to be said of a file of SQL of the project; `None` for what is none.
    #[must_use]
    pub fn study(&self, mesh: &Mesh, file: &str) -> Option<Arc<Study>> {
        if let Some(made) = self.made_by(file) {
            return self.study_of(mesh, (&self.project, PackageAt::Root), made, None);
        }
        let reading = self.read_sql(mesh, file)?;
        let at = (&*self.project, PackageAt::Root);
        Some(Arc::new(Study {
            problems: self.problems_of(mesh, at, file, &reading, None).0.into(),
            ..Study::default()
        }))
    }

    /// What is to be said of the file of a resource, once for all who ask.
    pub(super) fn study_of(
        &self,
        mesh: &Mesh,
        (project, package): (&Arc<Project>, PackageAt),
        (id, node): (NodeId, &Node),
        chain: Option<&Chain<'_>>,
    ) -> Option<Arc<Study>> {
        if let Some(known) = mesh.memo.study(mesh, self, (package, id)) {
            return Some(known);
        }
        pace::let_others_go_first();
        let here = Chain::below(project, id, chain)?;
        let reading = self.read_below(mesh, project, package, &node.origin.file, &here)?;
        let types = self.types_of_file(&reading);
        let is_checked = package == PackageAt::Root && project.is_in_workspace;
        let is_run = is_checked && node.config.enabled == Maybe::Known(true) && is_held(node);
        let contract = is_run.then(|| compare(project, node, &reading, &types, self.dialect()));
        let outputs = reading.outputs();
        let expanded = || self.read_expanded(mesh, project, package, &node.origin.file, &here);
        let expanded = (outputs.hidden != Hidden::Nothing).then(expanded).flatten();
        let mut reads = Reads::default();
        reads.add(&reading);
        if let Some(expanded) = &expanded {
            reads.add(expanded);
        }
        let expanded = expanded.map(|it| (it.outputs(), it));
        let shows_more =
            |(outputs, it): &(Outputs, Reading<'_>)| !outputs.are_hidden_by(it.text(), &it.sql);
        let made = match expanded.filter(shows_more) {
            Some((outputs, expanded)) => Outcome {
                outputs,
                types: self.types_of_file(&expanded),
                is_by_catalog: expanded.passes_on_catalog(),
                is_written: false,
            },
            None => Outcome {
                outputs,
                types,
                is_by_catalog: reading.passes_on_catalog(),
                is_written: true,
            },
        };
        let study = Arc::new(Study {
            problems: if is_checked {
                let (at, file) = ((&**project, package), &*node.origin.file);
                let (problems, made) = self.problems_of(mesh, at, file, &reading, Some(&here));
                if let Some(made) = &made {
                    reads.add(made);
                }
                problems.into()
            } else {
                Box::default()
            },
            contract: contract.flatten().map(Arc::new),
            made: selected(node, &reading, made).map(Arc::new),
        });
        let known = (Arc::clone(&study), reads);
        mesh.memo.set_study(mesh, self, (package, id), known);
        Some(study)
    }
}

/// The columns of a SELECT.
struct Outcome {
    outputs: Outputs,
    types: Vec<Option<DataType>>,
    /// Whether some are there as far as a catalog tells.
    is_by_catalog: bool,
    /// Whether they stand in the file as they are, and no macro makes them.
    is_written: bool,
}

/// What the SELECT of a model makes.
fn selected(node: &Node, reading: &Reading<'_>, made: Outcome) -> Option<Relation> {
    let kind = materialization(node)?;
    let outputs = made.outputs;
    let mut columns: Vec<OutsideColumn> = Vec::with_capacity(outputs.columns.len());
    let mut is_whole = outputs.hidden == Hidden::Nothing && kind != Kind::Other;
    for output in outputs.columns {
        match output.name {
            Some(name) => columns.push(OutsideColumn {
                name,
                is_quoted: output.is_quoted,
            }),
            None => is_whole = false,
        }
    }
    is_whole &= !columns.is_empty();
    // Where a column has no name, the others' types do not stand at their places.
    let types = Types::from(made.types);
    let types = if types.len() == columns.len() {
        types
    } else {
        Types::default()
    };
    Some(Relation {
        columns: columns.into(),
        is_whole,
        basis: if is_whole && made.is_by_catalog {
            Basis::Catalog
        } else if made.is_written && !reading.is_expanded() {
            Basis::Select
        } else {
            Basis::Expanded
        },
        is_certain: is_whole && made.is_written && kind == Kind::Fresh && reading.is_certain(),
        types: types.into(),
    })
}
