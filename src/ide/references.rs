//! Who reads the thing under the cursor? Every ref of the workspace that means it.

mod columns;
mod macros;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::dbt::Value;
use crate::mesh::{
    DeclaredResolution, DocResolution, Linked, SourceResolution, Target, resolve_declared,
    resolve_doc, resolve_source,
};
use crate::project::{FileFacts, Function, Meaning, RefArguments, RefSpans, Reference};
use crate::text::Span;
use crate::world::World;

use super::target::{Pointed, Thing};
use super::{Place, readers};

/// What is looked for.
enum Wanted<'a> {
    /// Refs that mean one of these, which all have one name.
    Resources { name: &'a str, ids: Vec<String> },
    /// Calls that read a table of this source, or any of them.
    Source {
        source: &'a str,
        table: Option<&'a str>,
        /// The project that declares it.
        project: Option<PathBuf>,
    },
    /// Calls that show this docs block, or name this metric, measure or function.
    Declared {
        function: Function,
        name: &'a str,
        project: PathBuf,
    },
    /// What is in this group.
    Group(&'a str),
    /// Refs whose first of two names is this.
    Project(&'a str),
}

/// The places of the workspace that read a thing, in the order of the files.
pub(super) fn references(world: &World, pointed: &Pointed<'_>) -> Vec<Place> {
    if let Thing::Column(column) = &pointed.thing {
        return columns::references(world, pointed.linked, column);
    }
    if let Thing::Callable(found) = &pointed.thing {
        return macros::references(world, found);
    }
    let Some(wanted) = wanted(world, pointed) else {
        return Vec::new();
    };
    let mut places = Vec::new();
    for linked in world.workspace_projects() {
        if let Wanted::Resources { name, ids } = &wanted {
            let read = readers::readings(world, linked, name, ids);
            places.extend(read.into_iter().map(|reading| reading.place));
            continue;
        }
        for (file, facts) in &linked.project.files {
            let found = in_file(world, linked, facts, &wanted);
            let place = |span| Place {
                path: linked.project.path_of(file),
                span,
            };
            places.extend(found.into_iter().map(place));
        }
    }
    places.sort();
    places.dedup();
    places
}

fn wanted<'a>(world: &'a World, pointed: &Pointed<'a>) -> Option<Wanted<'a>> {
    let of = |targets: &[Target<'a>]| {
        Some(Wanted::Resources {
            name: targets.first()?.name(),
            ids: targets.iter().map(Target::unique_id).collect(),
        })
    };
    match &pointed.thing {
        Thing::Package(name) => Some(Wanted::Project(name)),
        Thing::Upstream(upstream) | Thing::ManifestPath(upstream) => {
            Some(Wanted::Project(upstream.project_name()))
        }
        Thing::Model(named) | Thing::Version(named) => of(&named.targets(world.mesh())),
        Thing::Described(targets) => of(targets),
        Thing::Source(source) => Some(Wanted::Source {
            source: source.source,
            table: source.table,
            project: (source.targets.first()).map(|target| target.project.root.clone()),
        }),
        Thing::Doc(doc) => Some(Wanted::Declared {
            function: Function::Doc,
            name: doc.name,
            project: doc.target?.project.root.clone(),
        }),
        Thing::Declared(declared) => Some(Wanted::Declared {
            function: declared.function,
            name: declared.name,
            project: declared.target?.project.root.clone(),
        }),
        Thing::Group(name) => Some(Wanted::Group(name)),
        Thing::Callable(_)
        | Thing::Variable(_)
        | Thing::Column(_)
        | Thing::LoomKey(_)
        | Thing::Key(_) => None,
    }
}

fn in_file(
    world: &World,
    linked: &Arc<Linked>,
    facts: &FileFacts,
    wanted: &Wanted<'_>,
) -> Vec<Span> {
    let references = facts.references();
    if let Wanted::Group(name) = wanted {
        return members(facts, name);
    }
    let means = |(reference, spans): (&Reference, RefSpans)| {
        if let RefArguments::Declared { package, name } = &reference.arguments {
            let Wanted::Declared {
                function,
                name: meant,
                project,
            } = wanted
            else {
                return None;
            };
            if **meant != **name || *function != reference.function {
                return None;
            }
            let declared = declares(linked, *function, package.as_deref(), name);
            return spans.name.filter(|_| declared == Some(project.as_path()));
        }
        if let RefArguments::Source { source, table } = &reference.arguments {
            return reads(world, linked, wanted, source, table)
                .then_some(spans.name.unwrap_or(spans.call));
        }
        let RefArguments::Names { package, .. } = &reference.arguments else {
            return None;
        };
        match wanted {
            Wanted::Project(wanted) => spans.package.filter(|_| package.as_deref() == Some(wanted)),
            Wanted::Source { .. } | Wanted::Declared { .. } | Wanted::Group(_) => None,
            Wanted::Resources { .. } => None,
        }
    };
    let all = references.iter().zip(facts.spans.references.iter());
    all.filter_map(means).collect()
}

/// The places of a file that put something into a group.
fn members(facts: &FileFacts, group: &str) -> Vec<Span> {
    let is_it =
        |value: &(Box<str>, Value)| &*value.0 == "group" && value.1.as_text() == Some(group);
    match &*facts.meaning {
        Meaning::Code(code) => {
            let calls = code.configs.iter().zip(&facts.spans.configs);
            let values = calls.flat_map(|(call, spans)| call.values.iter().zip(&spans.values));
            values
                .filter(|(value, _)| is_it(value))
                .map(|(_, span)| *span)
                .collect()
        }
        Meaning::Properties(properties) => {
            let entries = properties.entries.iter().zip(&facts.spans.entries);
            let values = entries.flat_map(|(entry, spans)| entry.config.iter().zip(&spans.config));
            values
                .filter(|(value, _)| is_it(value))
                .map(|(_, span)| *span)
                .collect()
        }
        Meaning::Definition(..)
        | Meaning::LoomConfig(_)
        | Meaning::Dependencies(_)
        | Meaning::Other => Vec::new(),
    }
}

/// The project whose docs block, metric, measure or function a name means.
fn declares<'a>(
    linked: &'a Linked,
    function: Function,
    package: Option<&str>,
    name: &str,
) -> Option<&'a Path> {
    if function == Function::Doc {
        return match resolve_doc(linked, package, name) {
            DocResolution::Found(target) => Some(&target.project.root),
            DocResolution::NotFound | DocResolution::NotLoaded => None,
        };
    }
    match resolve_declared(linked, function, package, name) {
        DeclaredResolution::Found(target) => Some(&target.project.root),
        DeclaredResolution::NotFound | DeclaredResolution::NotLoaded => None,
    }
}

/// Whether a call of `source` reads what is looked for.
fn reads(world: &World, linked: &Linked, wanted: &Wanted<'_>, source: &str, table: &str) -> bool {
    let Wanted::Source {
        source: wanted,
        table: of_table,
        project,
    } = wanted
    else {
        return false;
    };
    if *wanted != source || of_table.is_some_and(|wanted| wanted != table) {
        return false;
    }
    match resolve_source(world.mesh(), linked, source, table) {
        SourceResolution::Found(target) | SourceResolution::Disabled(target) => {
            Some(&target.project.root) == project.as_ref()
        }
        SourceResolution::NoTable(_) | SourceResolution::NotLoaded => false,
    }
}

#[cfg(test)]
mod tests;
