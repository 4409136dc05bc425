//! Which resources of a project does dbt refuse to tell apart?

use foldhash::HashMap;

use crate::dbt::{Maybe, ResourceType, Version, get};
use crate::project::config::{self, Settled};
use crate::project::{Files, Meaning};

use super::{Duplicate, Index, Node, NodeId};

/// Two enabled resources of one kind and name, or of one kind, name and version.
pub(super) fn find_duplicates(index: &mut Index) {
    let mut seen: HashMap<(ResourceType, &str, Option<&Version>), NodeId> = HashMap::default();
    let mut versions: HashMap<(ResourceType, &str), NodeId> = HashMap::default();
    let mut found = Vec::new();
    for (at, node) in index.nodes.iter().enumerate() {
        if node.config.enabled != Maybe::Known(true) {
            continue;
        }
        let id = NodeId::new(at);
        let key = (node.resource_type, &*node.name, node.version.as_ref());
        match seen.get(&key) {
            Some(first) => found.push(Duplicate::Nodes(*first, id)),
            None => {
                seen.insert(key, id);
            }
        }
        // An unversioned model beside versions of the same name.
        let name = (node.resource_type, &*node.name);
        let other = if node.version.is_some() {
            versions.insert(name, id);
            seen.get(&(node.resource_type, &*node.name, None))
        } else {
            versions.get(&name)
        };
        found.extend(other.map(|other| Duplicate::Nodes(*other, id)));
    }
    index.duplicates.extend(found);
}

/// Whether a macro other than dbt's may make the names of relations, or of their schemas: one of the
/// project's own, or of a package, where `dispatch` says so.
pub(super) fn is_named_by_macro(settled: &Settled<'_>, files: &Files) -> bool {
    if get(&settled.definition.keys, "dispatch").is_some() {
        return true;
    }
    let makes_names = |name: &str| name.contains("generate_") && name.ends_with("_name");
    files.iter().any(|(_, facts)| match &*facts.meaning {
        Meaning::Code(code) => code.blocks.iter().any(|block| makes_names(&block.name)),
        Meaning::Properties(_)
        | Meaning::Definition(..)
        | Meaning::LoomConfig(_)
        | Meaning::Dependencies(_)
        | Meaning::Other => false,
    })
}

/// What only snapshots, and some adapters, name a relation's schema and database by.
pub(super) const OTHERS: [&str; 8] = [
    "target_schema",
    "target_database",
    "dataset",
    "project",
    "catalog",
    "target_dataset",
    "target_project",
    "target_catalog",
];

/// Enabled resources of different kinds whose relations would have one name: dbt refuses that.
/// Nothing is said where anything sets another schema or alias, or may.
pub(super) fn find_same_relations(index: &mut Index, settled: &Settled<'_>, files: &Files) {
    if is_named_by_macro(settled, files) {
        return;
    }
    let is_plain = |node: &Node| {
        let is_set = |sources: &config::Sources<'_>| {
            let mut keys = ["alias", "schema", "database"].iter().chain(&OTHERS);
            keys.any(|key| sources.value(key).is_some())
        };
        node.resource_type.is_refable()
            && node.version.is_none()
            && node.config.enabled == Maybe::Known(true)
            && !settled.of(files, node, |sources| is_set(sources))
    };
    let mut found = Vec::new();
    let groups = index.by_name.groups(&index.nodes);
    for ids in groups.filter(|ids| ids.len() > 1) {
        let plain = ids.iter().filter_map(|id| Some((*id, index.node(*id)?)));
        let plain: Vec<_> = plain.filter(|(_, node)| is_plain(node)).collect();
        for (at, (second, node)) in plain.iter().enumerate() {
            let other = plain
                .iter()
                .take(at)
                .find(|(_, other)| other.resource_type != node.resource_type);
            found.extend(other.map(|(first, _)| Duplicate::Nodes(*first, *second)));
        }
    }
    found.sort_by_key(|duplicate| match duplicate {
        Duplicate::Nodes(first, second) => Some((*first, *second)),
        Duplicate::Entries(..)
        | Duplicate::Version(..)
        | Duplicate::Groups(..)
        | Duplicate::Docs(..)
        | Duplicate::Macros(..)
        | Duplicate::Relations(..)
        | Duplicate::Tables(..) => None,
    });
    index.duplicates.extend(found);
}
