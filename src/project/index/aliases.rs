//! Which resources would be one relation of the warehouse by an `alias`? dbt refuses that (dbt-core
//! `parser/manifest.py`, `_check_resource_uniqueness`).

use foldhash::HashMap;

use crate::dbt::{Config, Maybe, Value, get};
use crate::project::config::{self, Settled};
use crate::project::{Files, Meaning};

use super::same::{OTHERS, is_named_by_macro};
use super::{Duplicate, Index, Node, NodeId};

/// What names a relation: database, schema and name as they are configured.
type Relation = (Option<Box<str>>, Option<Box<str>>, Box<str>);

/// Pairs of resources of which one has an alias at least. Nothing is said where only dbt can tell
/// how something is called.
pub(super) fn duplicates(index: &mut Index, settled: &Settled<'_>, files: &Files) {
    let aliased = index.nodes().filter(|(_, node)| has_alias(node, files));
    let aliased: Vec<NodeId> = aliased.map(|(id, _)| id).collect();
    if aliased.is_empty() || is_named_by_macro(settled, files) {
        return;
    }
    let relation = |id: NodeId| relation_of(settled, files, index.node(id)?);
    let mut seen: HashMap<Relation, NodeId> = HashMap::default();
    let mut found = Vec::new();
    for id in &aliased {
        let Some(this) = relation(*id) else { continue };
        let mut plain = index.by_name.find(&index.nodes, &this.2).iter();
        let other = plain
            .find(|other| !aliased.contains(other) && relation(**other).as_ref() == Some(&this));
        match (other, seen.get(&this)) {
            (Some(first), _) | (None, Some(first)) => {
                found.push(Duplicate::Relations(*first, *id));
            }
            (None, None) => {
                seen.insert(this, *id);
            }
        }
    }
    index.duplicates.extend(found);
}

/// Whether something that belongs to it alone gives it an alias.
fn has_alias(node: &Node, files: &Files) -> bool {
    let meaning = |path: &str| files.get(path).map(|facts| &*facts.meaning);
    let gives = |config: &Config| get(config, "alias").is_some();
    let in_code = match meaning(&node.origin.file) {
        Some(Meaning::Code(code)) => {
            let mut calls = code.configs.iter();
            calls.any(|call| call.block == node.origin.block && gives(&call.values))
        }
        _ => false,
    };
    let in_properties = || {
        let patch = node.patch.as_ref()?;
        let Meaning::Properties(properties) = meaning(&patch.file)? else {
            return None;
        };
        let entry = properties.entries.get(patch.entry as usize)?;
        Some(gives(&entry.config))
    };
    in_code || in_properties() == Some(true)
}

fn relation_of(settled: &Settled<'_>, files: &Files, node: &Node) -> Option<Relation> {
    let is_made = node.resource_type.is_refable()
        && node.version.is_none()
        && node.config.enabled == Maybe::Known(true);
    if !is_made {
        return None;
    }
    settled.of(files, node, |sources| {
        let is_other = OTHERS.iter().any(|key| sources.value(key).is_some());
        if is_other || sources.has_unknown_keys() {
            return None;
        }
        let known = |key| match text(sources, key) {
            Maybe::Known(text) => Some(text),
            Maybe::Unknown => None,
        };
        let (database, schema) = (known("database")?, known("schema")?);
        let name = known("alias")?.unwrap_or_else(|| (&*node.name).into());
        Some((database, schema, name))
    })
}

/// A text that is configured.
fn text(sources: &config::Sources<'_>, key: &str) -> Maybe<Option<Box<str>>> {
    match sources.value(key) {
        None | Some((Maybe::Known(Value::Null), _)) => Maybe::Known(None),
        Some((Maybe::Known(Value::Text(text)), _)) => Maybe::Known(Some(text.trim().into())),
        Some((Maybe::Known(_) | Maybe::Unknown, _)) => Maybe::Unknown,
    }
}
