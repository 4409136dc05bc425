//! Which keys and values of a YAML file does dbt not take?
//!
//! The table of `dbt::schema` laid over the tree. Values with Jinja in them are left alone: only
//! dbt can tell what they are.

mod data_test;
mod entry;
mod selectors;

use crate::dbt::schema::{self, Holds, Key, Mapping, Others, Standing};
use crate::dbt::{ResourceType, Value, closest};
use crate::pace;
use crate::syntax::yaml::{Entry, Node, Value as Yaml};
use crate::text::Span;

use super::value_of;

/// A key or value that dbt does not take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    /// The key, or the value.
    pub span: Span,
    /// What dbt does.
    pub verdict: Verdict,
    /// What is wrong.
    pub message: Box<str>,
    /// What was meant, most likely.
    pub meant: Option<&'static str>,
}

/// What dbt does with a key or value that it does not take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It stops at the key.
    RefusedKey,
    /// It stops at the value.
    RefusedValue,
    /// It passes over the key.
    PassedOver,
    /// It takes the key, and warns where it checks the adapter's keys.
    Checked,
    /// It takes the key, and warns that its place is another one.
    Moved,
    /// It leaves the whole section aside at the value, and warns.
    LeftAside,
}

/// The misfits of the file at `path` (below its project's root).
pub(super) fn misfits(path: &str, text: &str, root: &Node<'_>) -> Vec<Misfit> {
    // Connections have keys that only their adapters know.
    let Some(mapping) = schema::of_file(path).filter(|_| path != "profiles.yml") else {
        return Vec::new();
    };
    let mut walk = Walk {
        text,
        found: Vec::new(),
    };
    match root.value {
        Yaml::Map(_) => {
            walk.mapping(root, mapping, root.span);
            if path == "selectors.yml" {
                walk.selectors(root);
            }
        }
        Yaml::Null => {}
        Yaml::Scalar(_) | Yaml::List(_) => {
            let message = format!("{} is a mapping of keys to values", mapping.name);
            walk.add(first_line(text, root.span), Verdict::RefusedValue, message);
        }
    }
    walk.found
}

fn first_line(text: &str, span: Span) -> Span {
    let first = span.of(text).lines().next().unwrap_or("");
    Span::new(span.start as usize, span.start as usize + first.len())
}

struct Walk<'t> {
    text: &'t str,
    found: Vec<Misfit>,
}

impl Walk<'_> {
    fn add(&mut self, span: Span, verdict: Verdict, message: String) {
        self.found.push(Misfit {
            span,
            verdict,
            message: message.into(),
            meant: None,
        });
    }

    /// The keys of a mapping; `place` is where a missing one is told.
    fn mapping(&mut self, node: &Node<'_>, mapping: &'static Mapping, place: Span) {
        pace::let_others_go_first();
        let entries = node.entries();
        let is_file = mapping.name == schema::PROPERTIES.name;
        for entry in entries.iter().filter(|entry| !entry.is_merged) {
            let name = &*entry.key.text;
            if name.contains("{{") || name.contains("{%") {
                continue;
            }
            match (mapping.key(name), mapping.others) {
                // Of singular tests a mistake stops nothing.
                (Some(key), _) if key.name == "data_tests" && is_file => {
                    let before = self.found.len();
                    self.entry(entry, key);
                    let new = self.found.get_mut(before..).unwrap_or_default();
                    let refused = new.iter_mut().filter(|it| {
                        matches!(it.verdict, Verdict::RefusedKey | Verdict::RefusedValue)
                    });
                    refused.for_each(|it| it.verdict = Verdict::LeftAside);
                }
                (Some(key), _) => {
                    if key.standing == Standing::Moved {
                        let message = format!("`{name}` belongs below `config` by now");
                        self.add(entry.key_span, Verdict::Checked, message);
                    }
                    self.entry(entry, key);
                }
                (None, Others::Names(holds)) => {
                    self.value(&entry.value, holds, entry.key_span, name);
                }
                (None, others) => self.unknown(entry, mapping, others),
            }
        }
        let is_there = |name: &str| entries.iter().any(|entry| entry.key.text == name);
        let required = mapping.keys.iter().filter(|key| key.is_required);
        let missing: Vec<_> = required
            .filter(|key| !is_there(key.name))
            .map(|key| format!("`{}`", key.name))
            .collect();
        if !missing.is_empty() {
            let message = format!("{} needs {}", mapping.name, missing.join(" and "));
            self.add(place, Verdict::RefusedValue, message);
        }
        self.whole(node, mapping, place);
    }

    fn entry(&mut self, entry: &Entry<'_>, key: &'static Key) {
        if key.is_nullable && is_null(&entry.value) {
            return;
        }
        self.value(&entry.value, key.holds, entry.key_span, key.name);
    }

    /// A key that the mapping does not have.
    fn unknown(&mut self, entry: &Entry<'_>, mapping: &'static Mapping, others: Others) {
        let name = &*entry.key.text;
        let names = mapping.keys.iter().map(|key| key.name);
        let meant = closest(name, names);
        let in_config = mapping.key("config").and_then(|key| match key.holds {
            Holds::Config(config) => config.key(name),
            _ => None,
        });
        let verdict = match others {
            Others::Refused => Verdict::RefusedKey,
            Others::PassedOver if is_own(self.text, entry) => Verdict::Checked,
            Others::PassedOver => Verdict::PassedOver,
            // Others may look for the key, so only a slip of the finger is told.
            Others::Kept | Others::Names(_) if meant.is_some() || in_config.is_some() => {
                Verdict::PassedOver
            }
            Others::Kept | Others::Names(_) => Verdict::Checked,
        };
        let message = match (in_config, meant) {
            (Some(_), _) => format!("`{name}` has no effect here; it belongs below `config`"),
            (None, Some(meant)) => format!(
                "{} has no key `{name}`; did you mean `{meant}`?",
                mapping.name
            ),
            (None, None) => format!("{} has no key `{name}`", mapping.name),
        };
        self.found.push(Misfit {
            span: entry.key_span,
            verdict,
            message: message.into(),
            meant: meant.filter(|_| in_config.is_none()),
        });
    }

    /// The value of `name`, whose key stands at `key`.
    fn value(&mut self, node: &Node<'_>, holds: Holds, key: Span, name: &str) {
        let place = if node.span.is_empty() { key } else { node.span };
        match (holds, &node.value) {
            (Holds::Mapping(mapping), Yaml::Map(_)) => self.mapping(node, mapping, key),
            (Holds::Config(mapping), Yaml::Map(_)) => self.config(node, mapping),
            (Holds::Tree(mapping), Yaml::Map(_)) => self.tree(node, mapping),
            (Holds::List(items), Yaml::List(nodes)) => {
                for item in nodes {
                    let place = match item.value {
                        Yaml::Map(_) => item.entries().first().map_or(item.span, |it| it.key_span),
                        Yaml::Null => Span::new(
                            item.span.start.saturating_sub(1) as usize,
                            item.span.start as usize,
                        ),
                        Yaml::Scalar(_) | Yaml::List(_) => item.span,
                    };
                    self.value(item, *items, place, name);
                }
            }
            (Holds::DataTests, Yaml::List(nodes)) => nodes.iter().for_each(|it| self.data_test(it)),
            (Holds::Either(kinds), _) => self.either(node, kinds, key, name),
            (_, _) => {
                let value = value_of(node);
                if !holds.takes(&value) && !is_maybe(holds, &value) {
                    let message =
                        format!("`{name}` is {}, not {}", holds.describe(), found(&value));
                    self.add(first_line(self.text, place), Verdict::RefusedValue, message);
                }
            }
        }
    }

    /// The kind among several that the value is most like.
    fn either(&mut self, node: &Node<'_>, kinds: &'static [Holds], key: Span, name: &str) {
        let mappings = || {
            kinds.iter().filter_map(|kind| match kind {
                Holds::Mapping(mapping) => Some(*mapping),
                _ => None,
            })
        };
        let has = |key: &Key| node.get(key.name).is_some();
        let needs = |mapping: &&'static Mapping| {
            let mut required = mapping.keys.iter().filter(|key| key.is_required);
            required.next().is_some_and(has)
        };
        let list = kinds.iter().find(|kind| matches!(kind, Holds::List(_)));
        match (&node.value, list) {
            (Yaml::Map(_), _) if mappings().next().is_some() => {
                if let Some(mapping) = mappings().find(needs).or_else(|| mappings().next_back()) {
                    self.mapping(node, mapping, key);
                }
            }
            (Yaml::List(_), Some(list)) => self.value(node, *list, key, name),
            (_, _) => {
                let value = value_of(node);
                let is_taken = |kind: &Holds| kind.takes(&value) || is_maybe(*kind, &value);
                if !kinds.iter().any(is_taken) {
                    let place = if node.span.is_empty() { key } else { node.span };
                    let kind = Holds::Either(kinds);
                    let message = format!("`{name}` is {}, not {}", kind.describe(), found(&value));
                    self.add(first_line(self.text, place), Verdict::RefusedValue, message);
                }
            }
        }
    }

    /// Keys of a configuration that are misspelt, and values for which dbt stops.
    fn config(&mut self, node: &Node<'_>, mapping: &'static Mapping) {
        let resource_type = schema::resource_of(mapping);
        for entry in node.entries().iter().filter(|entry| !entry.is_merged) {
            let name = entry.key.text.trim_start_matches('+');
            if mapping.key(name).is_none() && !schema::is_adapter_key(name) && !name.contains("{{")
            {
                self.unknown(entry, mapping, Others::Kept);
            }
            // That of a data test is looked at where its arguments are.
            if let Some(resource_type) = resource_type.filter(|_| name != "severity") {
                self.refused(resource_type, name, entry);
            }
        }
    }

    /// A configuration tree of dbt_project.yml: what has no `+` may be a folder.
    fn tree(&mut self, node: &Node<'_>, mapping: &'static Mapping) {
        let Some(resource_type) = schema::resource_of(mapping) else {
            return;
        };
        for entry in node.entries() {
            match entry.key.text.strip_prefix('+') {
                Some(name) => self.refused(resource_type, name.trim(), entry),
                None => self.tree(&entry.value, mapping),
            }
        }
    }

    fn refused(&mut self, resource_type: ResourceType, name: &str, entry: &Entry<'_>) {
        let value = value_of(&entry.value);
        // dbt may make a truth of such a text.
        if is_maybe(Holds::Bool, &value) {
            return;
        }
        if let Some(message) = schema::refused(resource_type, name, &value) {
            let place = if entry.value.span.is_empty() {
                entry.key_span
            } else {
                first_line(self.text, entry.value.span)
            };
            self.add(place, Verdict::RefusedValue, message);
        }
    }
}

fn is_null(node: &Node<'_>) -> bool {
    value_of(node) == Value::Null
}

/// Whether dbt may make of a text what is wanted: it reads some values once more.
fn is_maybe(holds: Holds, value: &Value) -> bool {
    let Value::Text(text) = value else {
        return false;
    };
    match holds {
        Holds::Bool => ["true", "false"].contains(&&*text.to_lowercase()),
        Holds::Integer | Holds::Number => text.parse::<f64>().is_ok(),
        _ => false,
    }
}

/// Whether a key that dbt passes over is meant so: it holds an anchor for others, or is marked as
/// one's own.
fn is_own(text: &str, entry: &Entry<'_>) -> bool {
    let behind = text.get(entry.key_span.end as usize..).unwrap_or("");
    let behind = behind.trim_start_matches([':', ' ', '\t']);
    entry.key.text.starts_with(['.', '_'])
        || entry.key.text.starts_with("x-")
        || behind.starts_with('&')
}

/// A value, in words.
fn found(value: &Value) -> String {
    match value {
        Value::Null => "nothing".into(),
        Value::Bool(value) => format!("`{value}`"),
        Value::Int(number) => format!("the number {number}"),
        Value::Float(number) => format!("the number {number}"),
        Value::Text(text) if text.len() <= 40 && !text.contains('\n') => format!("`{text}`"),
        Value::Text(_) => "a text".into(),
        Value::List(_) => "a list".into(),
        Value::Map(_) => "a mapping".into(),
        Value::Jinja(_) | Value::Unknown => "this".into(),
    }
}
