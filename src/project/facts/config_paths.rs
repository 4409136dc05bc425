//! Which places of dbt_project.yml's configuration trees configure something, and where do they
//! stand? (dbt-core `config/runtime.py`, `_get_config_paths`.)

use std::collections::HashMap;

use crate::dbt::ResourceType;
use crate::syntax::yaml::{Node, Resolved, Value};
use crate::text::Span;

/// A place of a configuration tree that configures something: `models: → shop: → staging:`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigPath {
    /// The key of the tree: `models`.
    pub tree: &'static str,
    /// What it configures.
    pub resource_type: ResourceType,
    /// The keys below it: project or package, folders, name.
    pub steps: Box<[Box<str>]>,
    /// The last key, without quotes.
    pub key: Span,
    /// What it configures, without `+`, and where the values stand.
    values: Box<[(Box<str>, Span)]>,
}

impl ConfigPath {
    /// Where the value of a configuration key stands.
    #[must_use]
    pub fn value(&self, key: &str) -> Option<Span> {
        let mut values = self.values.iter();
        values
            .find(|(name, _)| **name == *key)
            .map(|(_, span)| *span)
    }
}

/// The trees that dbt holds against the resources.
const TREES: [(&str, ResourceType); 14] = [
    ("models", ResourceType::Model),
    ("seeds", ResourceType::Seed),
    ("snapshots", ResourceType::Snapshot),
    ("sources", ResourceType::Source),
    ("data_tests", ResourceType::Test),
    ("tests", ResourceType::Test),
    ("unit_tests", ResourceType::UnitTest),
    ("metrics", ResourceType::Metric),
    ("semantic-models", ResourceType::SemanticModel),
    ("semantic_models", ResourceType::SemanticModel),
    ("saved-queries", ResourceType::SavedQuery),
    ("saved_queries", ResourceType::SavedQuery),
    ("exposures", ResourceType::Exposure),
    ("functions", ResourceType::Function),
];

/// The paths of a dbt_project.yml, in file order.
pub(super) fn read(root: &Node<'_>) -> Box<[ConfigPath]> {
    let mut found = Vec::new();
    for (tree, resource_type) in TREES {
        if let Some(entry) = root.entry(tree) {
            let mut walk = Walk {
                tree,
                resource_type,
                steps: Vec::new(),
                found: &mut found,
            };
            walk.level(&entry.value, entry.key.content);
        }
    }
    found.sort_by_key(|path| path.key);
    found.into()
}

struct Walk<'a> {
    tree: &'static str,
    resource_type: ResourceType,
    steps: Vec<Box<str>>,
    found: &'a mut Vec<ConfigPath>,
}

impl Walk<'_> {
    /// A mapping without `+` is a level of the tree, everything else configuration of the level
    /// that it stands in. What Jinja makes a value to may be either.
    fn level(&mut self, node: &Node<'_>, key: Span) {
        let entries = node.entries();
        // Of keys that stand twice the last one counts.
        let last: HashMap<&str, usize> = (0..entries.len())
            .zip(entries)
            .map(|(at, entry)| (&*entry.key.text, at))
            .collect();
        let mut values = Vec::new();
        for (at, entry) in entries.iter().enumerate() {
            let name = &*entry.key.text;
            let is_plain = entry.key.resolve() == Resolved::Str && !name.contains('{');
            if last.get(name) != Some(&at) || !is_plain {
                continue;
            }
            match &entry.value.value {
                _ if name.starts_with('+') => {
                    values.push((name.trim_start_matches('+').into(), entry.value.span));
                }
                Value::Map(_) => {
                    self.steps.push(name.into());
                    self.level(&entry.value, entry.key.content);
                    self.steps.pop();
                }
                Value::Scalar(scalar) if scalar.text.contains('{') => {}
                Value::Null | Value::Scalar(_) | Value::List(_) => {
                    values.push((name.into(), entry.value.span));
                }
            }
        }
        if !values.is_empty() {
            self.found.push(ConfigPath {
                tree: self.tree,
                resource_type: self.resource_type,
                steps: self.steps.clone().into(),
                key,
                values: values.into(),
            });
        }
    }
}
