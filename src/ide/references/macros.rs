//! Who calls a macro, or names a generic test?

use crate::ide::Place;
use crate::ide::callable::{Callable, projects};
use crate::mesh::Linked;
use crate::project::{FileFacts, Macro, Meaning, Project};
use crate::syntax::jinja;
use crate::text::Span;
use crate::world::World;

/// The places of the workspace that call one of these, in the order of the files.
pub(super) fn references(world: &World, wanted: &[Callable<'_>]) -> Vec<Place> {
    let mut places = Vec::new();
    for callable in wanted {
        let Callable::Macro(project, known) = callable else {
            continue;
        };
        for linked in world.workspace_projects() {
            if !projects(linked).any(|it| it.root == project.root) {
                continue;
            }
            for (file, facts) in &linked.project.files {
                let spans = in_file(linked, facts, project, known);
                places.extend(spans.into_iter().map(|span| Place {
                    path: linked.project.path_of(file),
                    span,
                }));
            }
        }
    }
    places.sort();
    places.dedup();
    places
}

fn in_file(linked: &Linked, facts: &FileFacts, project: &Project, known: &Macro) -> Vec<Span> {
    let is_own = linked.project.root == project.root;
    let is_package = |package: Option<&str>| match package {
        Some(package) => package == project.name(),
        None => is_own,
    };
    match &*facts.meaning {
        Meaning::Code(_) if !known.is_test => {
            let Some(text) = facts.kept_text() else {
                return Vec::new();
            };
            if memchr::memmem::find(text.as_bytes(), known.name.as_bytes()).is_none() {
                return Vec::new();
            }
            let names = jinja::names(&jinja::parse(&text));
            let is_it = |path: &[&str]| match path {
                [name] => is_own && *name == &*known.name,
                [package, name] => is_package(Some(package)) && *name == &*known.name,
                _ => false,
            };
            let found = names.into_iter().filter(|(path, _)| is_it(path));
            found.map(|(_, span)| span).collect()
        }
        Meaning::Properties(properties) => {
            let name = match known.name.strip_prefix("test_") {
                Some(name) if !known.is_test => name,
                _ if known.is_test => &known.name,
                _ => return Vec::new(),
            };
            let tests = properties.data_tests.iter().zip(&facts.spans.data_tests);
            let is_it = |package: Option<&str>| package.is_none_or(|it| it == project.name());
            let found = tests.filter(|(it, _)| *it.name == *name && is_it(it.package.as_deref()));
            found.map(|(_, spans)| spans.name).collect()
        }
        Meaning::Code(_)
        | Meaning::Definition(..)
        | Meaning::LoomConfig(_)
        | Meaning::Dependencies(..)
        | Meaning::Other => Vec::new(),
    }
}
