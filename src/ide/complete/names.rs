//! Which plain names can stand in YAML: of resources where they are described, of projects in
//! dependencies.yml?

use std::collections::BTreeSet;

use crate::dbt::ResourceType;
use crate::ide::{Completion, CompletionKind, Completions};
use crate::mesh::Linked;
use crate::syntax::yaml::{self, Node, Path, Place, Step};
use crate::text::Span;
use crate::world::World;

use super::{Writer, declared, item};

/// The names of the resources that an entry can describe, those without an entry first.
pub(super) fn in_properties(
    writer: &Writer<'_>,
    root: &Node<'_>,
    path: &Path<'_>,
    typed: Span,
) -> Option<Completions<'static>> {
    if let Some(Step::Key("group" | "+group")) = path.steps.last() {
        return Some(groups(writer, typed));
    }
    if let Some(found) = declared::in_properties(writer, path, typed) {
        return Some(found);
    }
    let (section, at, key) = match path.steps.as_slice() {
        [Step::Key(section), Step::Index(at), Step::Key(key)] => (*section, *at, *key),
        _ => return None,
    };
    let wanted = match (section, key) {
        ("models", "name") | ("unit_tests", "model") => ResourceType::Model,
        ("seeds", "name") => ResourceType::Seed,
        ("snapshots", "name") => ResourceType::Snapshot,
        _ => return None,
    };
    let entries = root.get(section).map_or(&[][..], Node::items).iter();
    let others: BTreeSet<&str> = entries
        .enumerate()
        .filter(|(other, _)| *other != at && key == "name")
        .filter_map(|(_, entry)| entry.get("name")?.as_str())
        .collect();
    let nodes = writer.linked.project.index.nodes();
    let mut names: Vec<(bool, &str)> = nodes
        .filter(|(_, node)| node.resource_type == wanted)
        .map(|(_, node)| (node.patch.is_some(), &*node.name))
        .filter(|(_, name)| !others.contains(name))
        .collect();
    names.sort_unstable();
    names.dedup();
    let items = names.into_iter().map(|(is_described, name)| {
        let is_new = key == "name" && !is_described;
        let detail = is_new.then_some("not described yet");
        plain(name, item::kind(wanted), detail, typed)
    });
    Some(Completions {
        items: items.collect(),
        is_incomplete: false,
    })
}

/// The groups that something can be put into.
fn groups(writer: &Writer<'_>, typed: Span) -> Completions<'static> {
    let projects = writer.linked.local_projects();
    let groups = projects.flat_map(|project| project.index.groups());
    let names: BTreeSet<&str> = groups.map(|(_, _, group)| &*group.name).collect();
    let items = names
        .into_iter()
        .map(|name| plain(name, CompletionKind::Value, Some("group"), typed));
    Completions {
        items: items.collect(),
        is_incomplete: false,
    }
}

/// The projects of the workspace that dependencies.yml does not name yet.
pub(super) fn in_dependencies(
    world: &World,
    linked: &Linked,
    text: &str,
    offset: u32,
) -> Option<Completions<'static>> {
    let document = yaml::parse(text);
    let path = yaml::path_at(&document, text, offset);
    let Place::InValue { typed, .. } = path.place else {
        return None;
    };
    let [Step::Key("projects"), Step::Index(at), Step::Key("name")] = path.steps.as_slice() else {
        return None;
    };
    let entries = document.root.get("projects").map_or(&[][..], Node::items);
    let others: BTreeSet<&str> = entries
        .iter()
        .enumerate()
        .filter(|(other, _)| other != at)
        .filter_map(|(_, entry)| entry.get("name")?.as_str())
        .collect();
    let names: BTreeSet<&str> = world
        .mesh()
        .projects
        .iter()
        .filter(|other| other.project.root != linked.project.root)
        .map(|other| other.project.name())
        .filter(|name| !others.contains(name))
        .collect();
    let items = names
        .into_iter()
        .map(|name| plain(name, CompletionKind::Project, None, typed));
    Some(Completions {
        items: items.collect(),
        is_incomplete: false,
    })
}

fn plain(
    name: &str,
    kind: CompletionKind,
    detail: Option<&'static str>,
    replace: Span,
) -> Completion<'static> {
    Completion {
        label: name.to_owned().into(),
        kind,
        detail: detail.map(Into::into),
        replace,
        insert: name.to_owned().into(),
        filter: None,
        is_deprecated: false,
        documentation: None,
    }
}
