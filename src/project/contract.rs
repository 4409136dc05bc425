//! What does the contract of a model say, and where: its columns, its constraints, who switched
//! it on?

use foldhash::HashMap;

use crate::dbt::{Maybe, ResourceType};
use crate::text::Span;

use super::fqn::{self, version_step};
use super::{
    Column, ColumnSpans, Constraint, ConstraintSpans, EntrySpans, Node, Project, PropertyEntry,
    VersionEntry,
};

/// A column of a model where it is written: in the model's entry, or in its version's.
#[derive(Clone, Copy, Debug)]
pub struct PlacedColumn<'a> {
    /// The column.
    pub column: &'a Column,
    /// Its name.
    pub name: Span,
    /// Its data type, where one is written.
    pub data_type: Option<Span>,
    is_of_version: bool,
    at: usize,
}

/// A constraint of a model where it is written.
#[derive(Clone, Copy, Debug)]
pub struct PlacedConstraint<'a> {
    /// The constraint.
    pub constraint: &'a Constraint,
    /// Its places.
    pub spans: &'a ConstraintSpans,
    /// The column that it is of, `None` for the whole model.
    pub column: Option<PlacedColumn<'a>>,
}

/// What a property file says of a model that counts in its contract.
struct Written<'a> {
    entry: &'a PropertyEntry,
    spans: &'a EntrySpans,
    /// The version with its index.
    version: Option<(usize, &'a VersionEntry)>,
}

impl Project {
    /// The columns of [`Project::columns_of`] with their places.
    #[must_use]
    pub fn placed_columns(&self, node: &Node) -> Vec<PlacedColumn<'_>> {
        let Some(written) = self.written(node) else {
            return Vec::new();
        };
        let mut columns: Vec<PlacedColumn<'_>> = Vec::new();
        let of_entry = written.entry.columns.iter().enumerate();
        let of_entry = of_entry
            .filter(|(_, column)| written.version.is_none_or(|(_, it)| it.has(column)))
            .filter_map(|(at, column)| placed(column, &written.spans.columns, at, false));
        let of_version = written.version.iter().flat_map(|(version, it)| {
            let spans = written.spans.inside_versions.get(*version);
            let own = it.columns.iter().enumerate();
            own.filter_map(move |(at, column)| placed(column, &spans?.columns, at, true))
        });
        let mut places: HashMap<&str, usize> = HashMap::default();
        for new in of_entry.chain(of_version) {
            let at = *places.entry(new.column.name()).or_insert(columns.len());
            match columns.get_mut(at) {
                Some(known) => *known = new,
                None => columns.push(new),
            }
        }
        columns
    }

    /// The constraints that count for a model with these columns: those of the whole are the
    /// version's where it has some, else the model's (dbt-core `parser/schemas.py`).
    #[must_use]
    pub fn placed_constraints<'a>(
        &'a self,
        node: &Node,
        columns: &[PlacedColumn<'a>],
    ) -> Vec<PlacedConstraint<'a>> {
        let Some(written) = self.written(node) else {
            return Vec::new();
        };
        let of_entry = written.entry.constraints.iter();
        let of_entry: Vec<_> = of_entry.zip(&written.spans.constraints).collect();
        let of_version: Vec<_> = match written.version {
            Some((at, version)) => match written.spans.inside_versions.get(at) {
                Some(spans) => version.constraints.iter().zip(&spans.constraints).collect(),
                None => Vec::new(),
            },
            None => Vec::new(),
        };
        let is_whole = |(constraint, _): &&(&Constraint, _)| constraint.column.is_none();
        let has_own = of_version.iter().any(|it| is_whole(&it));
        let whole = if has_own { &of_version } else { &of_entry };
        let of_whole = whole
            .iter()
            .filter(is_whole)
            .map(|(constraint, spans)| PlacedConstraint {
                constraint,
                spans,
                column: None,
            });
        let of_columns = columns.iter().flat_map(|column| {
            let all = if column.is_of_version {
                &of_version
            } else {
                &of_entry
            };
            let own = all.iter().filter(|(constraint, _)| {
                constraint.column.map(|at| at as usize) == Some(column.at)
            });
            own.map(|(constraint, spans)| PlacedConstraint {
                constraint,
                spans,
                column: Some(*column),
            })
        });
        of_whole.chain(of_columns).collect()
    }

    /// Where dbt_project.yml sets `key` for a resource, where it is the one that does.
    #[must_use]
    pub fn config_place(&self, node: &Node, key: &str) -> Option<Span> {
        let tree = super::config::tree_of(node.resource_type);
        let version = version_step(node);
        let fqn = fqn::of_node(&self.definition, node, version.as_deref());
        let spans = &self.file(super::Definition::FILE_NAME)?.spans;
        let paths = spans.config_paths.iter().filter(|path| path.tree == tree);
        let around = paths.filter(|path| {
            let steps = path.steps.iter().map(|step| &**step);
            path.steps.len() <= fqn.len() && steps.eq(fqn.iter().take(path.steps.len()).copied())
        });
        let setting = around.filter_map(|path| Some((path.steps.len(), path.value(key)?)));
        setting
            .max_by_key(|(depth, _)| *depth)
            .map(|(_, span)| span)
    }

    fn written(&self, node: &Node) -> Option<Written<'_>> {
        let patch = node.patch.as_ref()?;
        let at = patch.version.map(|at| at as usize);
        let entry = self.entry_of(node)?;
        let spans = &self.file(&patch.file)?.spans;
        Some(Written {
            entry,
            spans: spans.entries.get(patch.entry as usize)?,
            version: at.and_then(|at| Some((at, entry.versions.get(at)?))),
        })
    }
}

impl Node {
    /// Whether it is a model that dbt holds to a contract, for certain.
    #[must_use]
    pub fn has_contract(&self) -> bool {
        self.resource_type == ResourceType::Model && self.config.has_contract == Maybe::Known(true)
    }

    /// Its materialization, dbt's default where it says nothing; `None` where only dbt can tell.
    #[must_use]
    pub fn materialized(&self) -> Option<&str> {
        let materialized = self.config.materialized.known()?.as_deref();
        Some(materialized.unwrap_or("view"))
    }

    /// Whether it is a model written in Python.
    #[must_use]
    pub fn is_python(&self) -> bool {
        std::path::Path::new(&*self.origin.file)
            .extension()
            .is_some_and(|extension| extension.eq_ignore_ascii_case("py"))
    }
}

fn placed<'a>(
    column: &'a Column,
    spans: &ColumnSpans,
    at: usize,
    is_of_version: bool,
) -> Option<PlacedColumn<'a>> {
    Some(PlacedColumn {
        column,
        name: spans.name(at)?,
        data_type: spans.data_type(at, column),
        is_of_version,
        at,
    })
}
