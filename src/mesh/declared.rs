//! The one judge of what a metric, a measure or a function named somewhere is.
//!
//! Mirrors dbt-core 1.12 (`contracts/graph/manifest.py`, `resolve_metric`, `resolve_function`): the
//! named package, else the project, then any package. What other projects of the mesh have plays no part.

use std::sync::Arc;

use crate::dbt::{Value, get};
use crate::project::{Declaration, Function, Meaning, Project, Section};
use crate::text::Span;

use super::Linked;

/// What the name means.
#[derive(Clone, Copy)]
pub enum DeclaredResolution<'a> {
    /// It is this one.
    Found(DeclaredTarget<'a>),
    /// There is none of the name.
    NotFound,
    /// It may stand where it cannot be seen.
    NotLoaded,
}

/// A metric, measure or function.
#[derive(Clone, Copy)]
pub struct DeclaredTarget<'a> {
    /// The package, or the project.
    pub project: &'a Arc<Project>,
    /// Where it is declared there.
    pub declaration: &'a Declaration,
}

impl DeclaredTarget<'_> {
    /// The name where it is declared; the start of the file that it is.
    #[must_use]
    pub fn span(&self) -> Span {
        let facts = self.project.file(&self.declaration.file);
        let at = self.declaration.at.zip(facts);
        let named = at.and_then(|(at, facts)| facts.spans.declared.get(at as usize));
        named.copied().unwrap_or_default()
    }
}

/// What `metric(package, name)` means in `linked`, and its like.
#[must_use]
pub fn resolve_declared<'a>(
    linked: &'a Linked,
    function: Function,
    package: Option<&str>,
    name: &str,
) -> DeclaredResolution<'a> {
    let wanted = |project: &&Arc<Project>| package.is_none_or(|name| name == project.name());
    for project in linked.doc_projects().filter(wanted) {
        if let Some(declaration) = project.index.declarations().find(function, name) {
            return DeclaredResolution::Found(DeclaredTarget {
                project,
                declaration,
            });
        }
    }
    let hides = |project: &Arc<Project>| {
        let is_folder_unknown = function == Function::Function
            && get(&project.definition.keys, "function-paths").is_some_and(Value::is_unknown);
        is_folder_unknown
            || project
                .files
                .iter()
                .any(|(_, facts)| match &*facts.meaning {
                    Meaning::Properties(properties) => {
                        properties.may_hide_entries
                            || properties.declared.iter().any(|it| it.name.contains('{'))
                    }
                    Meaning::Code(_)
                    | Meaning::Definition(..)
                    | Meaning::LoomConfig(_)
                    | Meaning::Dependencies(_)
                    | Meaning::Other => false,
                })
    };
    if linked.doc_projects().any(hides) || !linked.project.has_all_packages() {
        return DeclaredResolution::NotLoaded;
    }
    DeclaredResolution::NotFound
}

impl<'a> DeclaredTarget<'a> {
    /// What is said of it where it is described.
    #[must_use]
    pub fn description(&self, name: &str) -> Option<&'a str> {
        let entry = if let Some(at) = self.declaration.at {
            let facts = self.project.file(&self.declaration.file)?;
            let Meaning::Properties(properties) = &*facts.meaning else {
                return None;
            };
            let one = properties.declared.get(at as usize)?;
            let entry = properties.entries.get(one.entry as usize)?;
            (entry.name == one.name).then_some(entry)
        } else {
            let files = self.project.files.iter();
            let entries = files.flat_map(|(_, facts)| match &*facts.meaning {
                Meaning::Properties(properties) => properties.entries.as_slice(),
                Meaning::Code(_)
                | Meaning::Definition(..)
                | Meaning::LoomConfig(_)
                | Meaning::Dependencies(_)
                | Meaning::Other => &[],
            });
            let mut functions = entries.filter(|entry| entry.section == Section::Functions);
            functions.find(|entry| &*entry.name == name)
        };
        entry
            .map(|entry| &*entry.description)
            .filter(|text| !text.is_empty())
    }
}
