//! What is the thing under the cursor? One card.

mod columns;

use crate::dbt::closest;
use crate::manifest::loom::FieldType;
use crate::mesh::{Linked, Resolution, Target, Upstream};
use crate::world::World;

use super::Hover;
use super::card;
use super::keys::describe;
use super::markdown::{cell, code, prose, shortened};
use super::target::{Named, Pointed, PointedDeclared, PointedDoc, PointedSource, Thing, Variable};
use super::variables;

/// How many characters of a text a card shows.
const MOST_PROSE: usize = 2000;

/// The card about a thing.
pub(super) fn hover(world: &World, pointed: &Pointed<'_>) -> Option<Hover> {
    let linked = pointed.linked;
    let markdown = match &pointed.thing {
        Thing::Package(name) => {
            card::project(world, linked, name).unwrap_or_else(|| unknown_project(linked, name))
        }
        Thing::Model(named) | Thing::Version(named) => named_card(world, linked, named),
        Thing::Described(targets) => card::resource(world, latest(targets)?),
        Thing::Source(source) => source_card(world, source)?,
        Thing::Column(column) => columns::card(column),
        Thing::Doc(doc) => doc_card(doc),
        Thing::Declared(declared) => declared_card(declared),
        Thing::Group(name) => group_card(linked, name),
        Thing::Callable(found) => {
            let cards = found.iter().map(|it| it.card(world));
            cards.collect::<Vec<_>>().join("\n\n---\n\n")
        }
        Thing::Variable(Variable::Project(name)) => variables::project_card(linked, name),
        Thing::Variable(Variable::Environment(name)) => variables::environment_card(world, name),
        Thing::Upstream(upstream) | Thing::ManifestPath(upstream) => {
            upstream_card(world, linked, upstream)
        }
        Thing::LoomKey(field) => {
            let mut holds = match field.holds {
                FieldType::Text => "a text",
                FieldType::Integer => "a whole number",
                FieldType::Bool => "`true` or `false`",
                FieldType::TextList => "a list of texts",
                FieldType::Kind => "one word",
                FieldType::Mapping => "a mapping",
                FieldType::EntryList => "a list of entries",
            }
            .to_owned();
            if field.is_required {
                holds.push_str(", required");
            }
            format!("**{}** · {holds}\n\n{}", code(field.name), field.doc)
        }
        Thing::Key(key) => format!("**{}** · {}\n\n{}", code(key.name), describe(key), key.doc),
    };
    Some(Hover {
        span: pointed.span,
        markdown,
    })
}

/// The card of a source, or of one table of it.
fn source_card(world: &World, source: &PointedSource<'_>) -> Option<String> {
    match (source.table, source.targets.as_slice()) {
        (Some(_), [target]) => card::table(world, target),
        (Some(table), _) => Some(format!(
            "no table {} of source {} is declared",
            code(table),
            code(source.source)
        )),
        (None, []) => Some(format!("no source {} is declared", code(source.source))),
        (None, targets) => card::source(world, targets),
    }
}

/// The text of a docs block.
fn doc_card(doc: &PointedDoc<'_>) -> String {
    let Some(target) = &doc.target else {
        return format!("no docs block {}", code(doc.name));
    };
    let facts = target.project.file(target.file);
    let text = facts.and_then(|facts| facts.docs_text(target.block));
    let title = format!(
        "**{}** · docs of {}",
        code(doc.name),
        code(target.project.name())
    );
    format!(
        "{title}\n\n{}",
        prose(&shortened(text.unwrap_or(""), MOST_PROSE))
    )
}

/// A metric, a measure or a function: what is said of it.
fn declared_card(declared: &PointedDeclared<'_>) -> String {
    let (what, name) = (declared.function.as_str(), code(declared.name));
    let Some(target) = &declared.target else {
        return format!("no {what} {name} is declared");
    };
    let title = format!("**{name}** · {what} of {}", code(target.project.name()));
    match target.description(declared.name) {
        Some(text) => format!("{title}\n\n{}", prose(&shortened(text, MOST_PROSE))),
        None => title,
    }
}

/// A group: who owns it, what it is for.
fn group_card(linked: &Linked, name: &str) -> String {
    let mut projects = linked.local_projects();
    let Some(group) = projects.find_map(|project| project.group(name)) else {
        return format!("no group {} is declared", code(name));
    };
    let mut parts = vec![format!("**{}** · group", code(name))];
    if !group.description.is_empty() {
        parts.push(prose(&shortened(&group.description, MOST_PROSE)));
    }
    let owner = [&group.owner_name, &group.owner_email]
        .into_iter()
        .flatten();
    let owner: Vec<String> = owner.map(|word| prose(&cell(word))).collect();
    if !owner.is_empty() {
        parts.push(format!("- owner: {}", owner.join(", ")));
    }
    parts.join("\n\n")
}

/// The cards of what a ref means; why there is none otherwise.
fn named_card(world: &World, linked: &Linked, named: &Named<'_>) -> String {
    let name = code(named.name);
    let note = match &named.resolution {
        Resolution::Found(_) | Resolution::Private(_) | Resolution::Protected(_) => None,
        Resolution::Disabled(_) => Some(format!("{name} is disabled")),
        Resolution::DisabledUpstream { package } => {
            Some(format!("{name} is disabled in {}", code(package)))
        }
        Resolution::Ambiguous(_) => Some(format!("several projects have a {name}")),
        Resolution::Unread(_) => Some("dbt-loom does not read a config of this file name".into()),
        Resolution::NoVersion(missing) if missing.is_unversioned => {
            Some(format!("{name} has no versions"))
        }
        Resolution::NoVersion(_) => {
            let version = named.version.map_or("", |version| version.as_str());
            Some(format!("{name} has no version {}", code(version)))
        }
        Resolution::NoModel(_) => Some(no_model(world, linked, named)),
        Resolution::NoProject(_) => Some(unknown_project(linked, named.package.unwrap_or(""))),
        Resolution::NotDeclared(other) => Some(format!(
            "{} does not read {}: its loom config names no manifest of it",
            code(linked.project.name()),
            code(other.project.name())
        )),
        Resolution::NotLoaded => Some(not_loaded(linked, named)),
    };
    let targets = named.targets(world.mesh());
    let shown = match &named.resolution {
        // All versions are there: the latest one's card says which.
        Resolution::NoVersion(_) => latest(&targets).into_iter().collect::<Vec<_>>(),
        Resolution::Found(_)
        | Resolution::Private(_)
        | Resolution::Protected(_)
        | Resolution::Disabled(_)
        | Resolution::DisabledUpstream { .. }
        | Resolution::Ambiguous(_)
        | Resolution::Unread(_)
        | Resolution::NoModel(_)
        | Resolution::NoProject(_)
        | Resolution::NotDeclared(_)
        | Resolution::NotLoaded => targets.iter().take(5).collect(),
    };
    let cards = shown
        .into_iter()
        .map(|target| card::resource(world, target));
    let parts: Vec<String> = note.into_iter().chain(cards).collect();
    parts.join("\n\n---\n\n")
}

/// The latest version among the versions of a model.
fn latest<'t, 'a>(targets: &'t [Target<'a>]) -> Option<&'t Target<'a>> {
    let is_latest = |target: &&Target<'_>| target.version() == target.latest_version();
    targets.iter().find(is_latest).or(targets.last())
}

fn no_model(world: &World, linked: &Linked, named: &Named<'_>) -> String {
    let known = linked.names(world.mesh(), named.package);
    let meant = closest(named.name, known.iter().map(String::as_str));
    let meant = meant.map_or(String::new(), |meant| {
        format!("; did you mean {}?", code(meant))
    });
    match named.package {
        Some(package) => format!("{} has no model {}{meant}", code(package), code(named.name)),
        None => format!("no model {}{meant}", code(named.name)),
    }
}

fn unknown_project(linked: &Linked, name: &str) -> String {
    let names = linked.package_names();
    let meant = closest(name, names.iter().map(String::as_str));
    let meant = meant.map_or(String::new(), |meant| {
        format!("; did you mean {}?", code(meant))
    });
    format!("no project {} is read here{meant}", code(name))
}

fn not_loaded(linked: &Linked, named: &Named<'_>) -> String {
    let of_package = |upstream: &&Upstream| Some(upstream.project_name()) == named.package;
    let upstream = linked.upstreams.iter().find(of_package).or_else(|| {
        linked
            .upstreams
            .iter()
            .find(|upstream| upstream.is_unknown())
    });
    let state = upstream.map_or(String::new(), |upstream| {
        format!(
            "{}: {}",
            code(upstream.name()),
            card::state(&upstream.state)
        )
    });
    if state.is_empty() {
        format!("{} cannot be told before dbt runs", code(named.name))
    } else {
        state
    }
}

/// The project of a manifest.
fn upstream_card(world: &World, linked: &Linked, upstream: &Upstream) -> String {
    card::project(world, linked, upstream.project_name())
        .unwrap_or_else(|| card::manifest_origin(world, upstream))
}

#[cfg(test)]
mod tests;
