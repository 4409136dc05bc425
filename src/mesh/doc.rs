//! The one judge of what a `doc` means.
//!
//! Mirrors dbt-core 1.12 (`contracts/graph/manifest.py`, `resolve_doc`): the named package, else
//! the project, then any package. Blocks of other projects play no part.

use std::sync::Arc;

use crate::dbt::{Value, get};
use crate::project::Project;

use super::Linked;

/// What a `doc` means.
#[derive(Clone, Copy)]
pub enum DocResolution<'a> {
    /// It is this block.
    Found(DocTarget<'a>),
    /// There is none of the name.
    NotFound,
    /// It may stand where it cannot be seen.
    NotLoaded,
}

/// A docs block.
#[derive(Clone, Copy)]
pub struct DocTarget<'a> {
    /// The package, or the project.
    pub project: &'a Arc<Project>,
    /// The file, below the project's root.
    pub file: &'a Arc<str>,
    /// Which of its blocks.
    pub block: u32,
}

/// What `doc(package, name)` means in `linked`.
#[must_use]
pub fn resolve_doc<'a>(linked: &'a Linked, package: Option<&str>, name: &str) -> DocResolution<'a> {
    let wanted = |project: &&Arc<Project>| package.is_none_or(|name| name == project.name());
    for project in linked.doc_projects().filter(wanted) {
        if let Some((file, block)) = project.index.docs().find(name) {
            return DocResolution::Found(DocTarget {
                project,
                file,
                block: *block,
            });
        }
    }
    let hides = |project: &Arc<Project>| {
        get(&project.definition.keys, "docs-paths").is_some_and(Value::is_unknown)
    };
    // dbt brings blocks of its own.
    let is_of_dbt = package == Some("dbt") || name.starts_with("__");
    if is_of_dbt || linked.doc_projects().any(hides) || !linked.project.has_all_packages() {
        return DocResolution::NotLoaded;
    }
    DocResolution::NotFound
}

impl Linked {
    /// The projects whose blocks dbt knows here: the project itself and its packages.
    pub fn doc_projects(&self) -> impl Iterator<Item = &Arc<Project>> {
        std::iter::once(&self.project).chain(&self.project.packages)
    }
}
