//! What can be typed in a loom config? Keys that are not there yet, and values.

use std::collections::BTreeSet;
use std::path::Path;

use crate::ide::keys::child;
use crate::ide::target::loom::fields_at;
use crate::ide::{Completion, CompletionKind, Completions};
use crate::manifest::loom::{Field, FieldType, KINDS, Kind};
use crate::mesh::Linked;
use crate::project::Project;
use crate::syntax::yaml::{self, Node, Path as YamlPath, Place, Step};
use crate::text::Span;
use crate::world::World;

use super::keys::{KeyOffer, Typed, keys_of, required_or_not, values_of};

/// What can be typed at `offset` of the loom config of a project.
pub(super) fn complete(
    world: &World,
    linked: &Linked,
    text: &str,
    offset: u32,
) -> Completions<'static> {
    let document = yaml::parse(text);
    let path = yaml::path_at(&document, text, offset);
    let root = &document.root;
    let items = match path.place {
        Place::InKey { typed } => keys(root, &path, text, typed),
        Place::OnBlankLine { .. } => keys(root, &path, text, Span::empty(offset as usize)),
        Place::InValue { typed, .. } => {
            let is_item = matches!(path.steps.last(), Some(Step::Index(_)));
            let keys = is_item.then(|| keys(root, &path, text, typed));
            let keys = keys.filter(|keys| !keys.is_empty());
            keys.unwrap_or_else(|| values(world, linked, root, &path, text, typed))
        }
    };
    Completions {
        items,
        is_incomplete: false,
    }
}

/// The keys that are not there yet.
fn keys(root: &Node<'_>, path: &YamlPath<'_>, text: &str, typed: Span) -> Vec<Completion<'static>> {
    // In the list itself an entry begins.
    let is_list = matches!(path.steps.as_slice(), [Step::Key("manifests")]);
    let below = YamlPath {
        steps: if is_list {
            vec![Step::Key("manifests"), Step::Index(usize::MAX)]
        } else {
            path.steps.clone()
        },
        place: path.place,
    };
    let Some(fields) = fields_at(root, &below) else {
        return Vec::new();
    };
    let there: BTreeSet<&str> = node_at(root, &below)
        .map_or(&[][..], Node::entries)
        .iter()
        .filter(|entry| entry.key_span != typed)
        .map(|entry| entry.key.text.as_ref())
        .collect();
    let missing = fields.iter().filter(|field| !there.contains(field.name));
    let offers = missing.map(|field| KeyOffer {
        label: field.name.to_owned(),
        detail: required_or_not(field.is_required),
        rest: rest_of(field),
        is_required: field.is_required,
        doc: Some(field.doc.to_owned()),
    });
    let typed = Typed { text, span: typed };
    keys_of(offers.collect(), &typed, is_list)
}

fn rest_of(field: &Field) -> &'static str {
    match field.holds {
        FieldType::Text | FieldType::Integer | FieldType::Bool | FieldType::Kind => ": ",
        FieldType::TextList | FieldType::Mapping | FieldType::EntryList => ":",
    }
}

fn node_at<'d, 'a>(root: &'d Node<'a>, path: &YamlPath<'_>) -> Option<&'d Node<'a>> {
    let mut steps = path.steps.iter();
    steps.try_fold(root, |node, step| child(node, step))
}

/// The values that a key can have.
fn values(
    world: &World,
    linked: &Linked,
    root: &Node<'_>,
    path: &YamlPath<'_>,
    text: &str,
    typed: Span,
) -> Vec<Completion<'static>> {
    let offers: Vec<(String, CompletionKind, String)> = match path.steps.as_slice() {
        [Step::Key("enable_telemetry")]
        | [
            Step::Key("manifests"),
            Step::Index(_),
            Step::Key("optional"),
        ] => ["true", "false"]
            .map(|word| (word.to_owned(), CompletionKind::Value, String::new()))
            .to_vec(),
        [Step::Key("manifests"), Step::Index(_), Step::Key("type")] => KINDS
            .map(|kind| {
                (
                    kind.as_str().to_owned(),
                    CompletionKind::Value,
                    String::new(),
                )
            })
            .to_vec(),
        [Step::Key("manifests"), Step::Index(_), Step::Key("name")] => others(world, linked)
            .map(|project| {
                (
                    project.name().to_owned(),
                    CompletionKind::Project,
                    String::new(),
                )
            })
            .collect(),
        [
            Step::Key("manifests"),
            Step::Index(at),
            Step::Key("config"),
            Step::Key("path"),
        ] => {
            let entry = root.get("manifests").and_then(|list| list.items().get(*at));
            paths(world, linked, entry)
        }
        [
            Step::Key("manifests"),
            Step::Index(at),
            Step::Key("included_packages" | "excluded_packages"),
            Step::Index(_),
        ] => {
            let entry = root.get("manifests").and_then(|list| list.items().get(*at));
            packages(linked, entry)
        }
        _ => Vec::new(),
    };
    values_of(offers, &Typed { text, span: typed })
}

/// The projects on this disk that a project could read.
fn others<'a>(world: &'a World, linked: &'a Linked) -> impl Iterator<Item = &'a Project> {
    let projects = world.mesh().projects.iter();
    projects
        .map(|other| &*other.project)
        .filter(|other| other.root != linked.project.root)
}

/// The manifests of the projects on this disk; that of the entry's project first.
fn paths(
    world: &World,
    linked: &Linked,
    entry: Option<&Node<'_>>,
) -> Vec<(String, CompletionKind, String)> {
    let kind = entry.and_then(|entry| entry.get("type")?.as_str());
    if kind.is_some_and(|kind| Kind::parse(kind) != Some(Kind::File)) {
        return Vec::new();
    }
    let name = entry.and_then(|entry| entry.get("name")?.as_str());
    let mut projects: Vec<&Project> = others(world, linked).collect();
    projects.sort_by_key(|project| Some(project.name()) != name);
    projects
        .into_iter()
        .map(|project| {
            let target = project
                .definition
                .target_path
                .as_deref()
                .unwrap_or("target");
            let manifest = project.root.join(target).join("manifest.json");
            let path = relative(&linked.project.root, &crate::mesh::normalize(&manifest));
            (path, CompletionKind::File, project.name().to_owned())
        })
        .collect()
}

/// The path of `to` as it is written in `from`, with `/`.
fn relative(from: &Path, to: &Path) -> String {
    let shared = from
        .components()
        .zip(to.components())
        .take_while(|(one, other)| one == other)
        .count();
    if shared == 0 {
        return to.display().to_string().replace('\\', "/");
    }
    let up = from.components().skip(shared).map(|_| "..".into());
    let down = to.components().skip(shared);
    let down = down.map(|part| part.as_os_str().to_string_lossy());
    up.chain(down).collect::<Vec<_>>().join("/")
}

/// The packages of an entry's manifest.
fn packages(linked: &Linked, entry: Option<&Node<'_>>) -> Vec<(String, CompletionKind, String)> {
    let name = entry.and_then(|entry| entry.get("name")?.as_str());
    let upstream = linked
        .upstreams
        .iter()
        .find(|upstream| Some(upstream.name()) == name);
    let manifest = upstream.and_then(|upstream| upstream.manifest.as_ref());
    let packages = manifest
        .into_iter()
        .flat_map(|manifest| manifest.packages());
    packages
        .map(|package| (package.to_owned(), CompletionKind::Project, String::new()))
        .collect()
}

#[cfg(test)]
mod tests;
