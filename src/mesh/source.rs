//! The one judge of what a `source` means.
//!
//! Mirrors dbt-core 1.12 (`contracts/graph/manifest.py`: `resolve_source`, `SourceLookup`): the
//! project first, then any package, disabled ones last. Sources of other projects play no part,
//! for dbt-loom brings none of them.

use std::sync::Arc;

use crate::dbt::Maybe;
use crate::project::{Project, Table};

use super::{Linked, Mesh};

/// What a `source` means.
#[derive(Clone)]
pub enum SourceResolution<'a> {
    /// It reads this table.
    Found(SourceTarget<'a>),
    /// It names a table that is switched off.
    Disabled(SourceTarget<'a>),
    /// No such table is declared.
    NoTable(NoTable<'a>),
    /// It may be declared where it cannot be seen.
    NotLoaded,
}

/// A declared table of a source.
#[derive(Clone, Copy)]
pub struct SourceTarget<'a> {
    /// The package, or the project.
    pub project: &'a Arc<Project>,
    /// The table.
    pub table: &'a Table,
}

/// A table that is not declared.
#[derive(Clone, Default)]
pub struct NoTable<'a> {
    /// Whether there is a source of this name.
    pub has_source: bool,
    /// A project of the mesh that declares it: of no use, for sources stay in their project.
    pub elsewhere: Option<&'a Arc<Linked>>,
}

/// What `source(source, table)` means in `linked`.
#[must_use]
pub fn resolve_source<'a>(
    mesh: &'a Mesh,
    linked: &'a Linked,
    source: &str,
    table: &str,
) -> SourceResolution<'a> {
    let mut disabled = None;
    for project in linked.source_projects() {
        let Some(table) = project.index.sources().find(source, table) else {
            continue;
        };
        let target = SourceTarget { project, table };
        match linked.is_source_enabled(&target) {
            Maybe::Known(true) => return SourceResolution::Found(target),
            Maybe::Known(false) => disabled = disabled.or(Some(target)),
            Maybe::Unknown => return SourceResolution::NotLoaded,
        }
    }
    if let Some(target) = disabled {
        return SourceResolution::Disabled(target);
    }
    let mut projects = linked.source_projects();
    let has_unknown = projects.any(|project| project.index.sources().has_unknown());
    if has_unknown || !linked.is_judgeable() || !linked.project.has_all_packages() {
        return SourceResolution::NotLoaded;
    }
    let has = |linked: &Linked| linked.project.index.sources().find(source, table).is_some();
    SourceResolution::NoTable(NoTable {
        has_source: linked.tables_of(source).next().is_some(),
        elsewhere: mesh
            .projects
            .iter()
            .find(|other| other.project.root != linked.project.root && has(other)),
    })
}

impl Linked {
    /// The projects whose sources dbt knows here: the project itself and its packages.
    fn source_projects(&self) -> impl Iterator<Item = &Arc<Project>> {
        std::iter::once(&self.project).chain(&self.project.packages)
    }

    fn is_source_enabled(&self, target: &SourceTarget<'_>) -> Maybe<bool> {
        let overrides = self.project.index.sources();
        let package = target.project.name();
        match overrides.enabled_in_package(package, target.table) {
            Some(enabled) if target.project.root != self.project.root => enabled.clone(),
            Some(_) | None => target.table.enabled.clone(),
        }
    }

    /// All tables that `source` finds, those of the project first.
    pub fn source_tables(&self) -> impl Iterator<Item = SourceTarget<'_>> {
        let targets = self.source_projects().flat_map(|project| {
            let tables = project.index.sources().tables();
            tables.map(move |table| SourceTarget { project, table })
        });
        targets.filter(|target| self.is_source_enabled(target) != Maybe::Known(false))
    }

    /// The tables of one source.
    pub fn tables_of<'a>(&'a self, source: &str) -> impl Iterator<Item = SourceTarget<'a>> {
        self.source_tables()
            .filter(move |target| *target.table.source == *source)
    }
}

impl SourceTarget<'_> {
    /// dbt's id of it.
    #[must_use]
    pub fn unique_id(&self) -> String {
        self.table.unique_id(self.project.name())
    }
}
