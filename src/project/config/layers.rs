//! Who says something of a key, from the weakest to the strongest?

use crate::dbt::{Config, Maybe, Value, get};
use crate::syntax::jinja::Reach;

use super::merge::{Merge, deep, merge_of, merged};
use super::{Setter, Sources};
use crate::project::Definition;

impl Sources<'_> {
    /// The value of `key` and the strongest that set it. `None` where nobody does.
    #[must_use]
    pub fn value(&self, key: &str) -> Option<(Maybe<Value>, Setter)> {
        let (value, setter) = match merge_of(key) {
            Merge::Replace => self.strongest(key)?,
            merge => {
                let (mut value, mut setter) = (None, None);
                self.layers(key, &mut |layer, who| {
                    value = Some(merged(merge, value.take(), layer));
                    setter = Some(who);
                });
                (value?, setter?)
            }
        };
        Some(match value {
            Value::Jinja(_) | Value::Unknown => (Maybe::Unknown, setter),
            value => (Maybe::Known(value), setter),
        })
    }

    /// What the strongest says, where a stronger value takes the place of a weaker one.
    fn strongest(&self, key: &str) -> Option<(Value, Setter)> {
        let of_definition = |definition: &Definition| {
            let levels = definition.levels(self.tree, self.fqn);
            let value = levels
                .filter_map(|level| Definition::key_of(level, key))
                .last()?;
            Some((self.settled.values.in_definition(value), Setter::Definition))
        };
        self.settled
            .root
            .and_then(of_definition)
            .or_else(|| {
                let mut last = None;
                self.in_code(key, &mut |value, setter| last = Some((value, setter)));
                last
            })
            .or_else(|| self.in_properties(key))
            .or_else(|| of_definition(self.settled.definition))
    }

    /// Shows what each says of `key`, from the weakest to the strongest.
    pub(super) fn layers(&self, key: &str, see: &mut impl FnMut(Value, Setter)) {
        self.in_definition(self.settled.definition, key, see);
        if let Some((value, setter)) = self.in_properties(key) {
            see(value, setter);
        }
        self.in_code(key, see);
        if let Some(root) = self.settled.root {
            self.in_definition(root, key, see);
        }
    }

    fn in_definition(
        &self,
        definition: &Definition,
        key: &str,
        see: &mut impl FnMut(Value, Setter),
    ) {
        for level in definition.levels(self.tree, self.fqn) {
            if let Some(value) = Definition::key_of(level, key) {
                let value = match key {
                    // They are rendered when they run.
                    "pre-hook" | "post-hook" => as_text(value),
                    _ => self.settled.values.in_definition(value),
                };
                see(value, Setter::Definition);
            }
        }
    }

    fn in_properties(&self, key: &str) -> Option<(Value, Setter)> {
        let config = self.entry.map(|entry| &entry.config);
        let at = config.and_then(|config| config.iter().rposition(|(name, _)| key_is(name, key)));
        let of_entry = at.and_then(|at| Some((&config?.get(at)?.1, Setter::Entry(at))));
        let of_version = self.version.and_then(|version| last(&version.config, key));
        let (value, setter) = match (of_entry, of_version) {
            (Some((entry, _)), Some(version)) => (deep(entry, version, 0), Setter::Version),
            (None, Some(version)) => (version.clone(), Setter::Version),
            (Some((entry, setter)), None) => (entry.clone(), setter),
            (None, None) if key == "materialized" && self.is_python => {
                (Value::Text("table".into()), Setter::Definition)
            }
            (None, None) => return None,
        };
        let value = match key {
            "pre-hook" | "post-hook" | "description" => as_text(&value),
            _ => self.settled.values.in_properties(&value),
        };
        Some((value, setter))
    }

    /// What the `config()` calls say; one that dbt may not meet, or whose keys are not known,
    /// makes it unknown.
    fn in_code(&self, key: &str, see: &mut impl FnMut(Value, Setter)) {
        let calls = self.code.map_or(&[][..], |code| &code.configs);
        for (index, call) in calls.iter().enumerate() {
            if call.block != self.block {
                continue;
            }
            let at = call.values.iter().rposition(|(name, _)| &**name == key);
            let found = at.and_then(|at| Some((at, &call.values.get(at)?.1)));
            match (call.reach, found) {
                (Reach::Always, Some((at, value))) => see(value.clone(), Setter::Call(index, at)),
                (Reach::Unknown, Some((at, _))) => see(Value::Unknown, Setter::Call(index, at)),
                (Reach::Always | Reach::Unknown, None) if call.has_unknown_keys => {
                    see(Value::Unknown, Setter::Call(index, 0));
                }
                (Reach::Always | Reach::Unknown, None)
                | (Reach::Never | Reach::AtExecute | Reach::AtCompile, _) => {}
            }
        }
    }

    /// All keys that somebody sets, in no certain order.
    pub(super) fn keys(&self) -> Vec<&str> {
        let mut keys = Vec::new();
        let definitions = std::iter::once(self.settled.definition).chain(self.settled.root);
        for definition in definitions {
            for level in definition.levels(self.tree, self.fqn) {
                keys.extend(Definition::keys_of(level));
            }
        }
        let configs = self.entry.map(|entry| &entry.config);
        let configs = configs
            .into_iter()
            .chain(self.version.map(|version| &version.config));
        keys.extend(configs.flatten().map(|(name, _)| hook_key(name)));
        let calls = self.code.map_or(&[][..], |code| &code.configs).iter();
        let calls = calls.filter(|call| call.block == self.block);
        keys.extend(calls.flat_map(|call| call.values.iter().map(|(name, _)| &**name)));
        keys
    }

    /// Whether a `config()` call may set keys that are not known.
    pub(in crate::project) fn has_unknown_keys(&self) -> bool {
        let calls = self.code.map_or(&[][..], |code| &code.configs).iter();
        let mut calls = calls.filter(|call| call.block == self.block);
        calls.any(|call| {
            call.has_unknown_keys && matches!(call.reach, Reach::Always | Reach::Unknown)
        })
    }
}

/// dbt takes `pre_hook` for `pre-hook`.
pub(in crate::project) fn hook_key(name: &str) -> &str {
    match name {
        "pre_hook" => "pre-hook",
        "post_hook" => "post-hook",
        name => name,
    }
}

fn key_is(name: &str, key: &str) -> bool {
    hook_key(name) == key
}

fn last<'a>(config: &'a Config, key: &str) -> Option<&'a Value> {
    let old = match key {
        "pre-hook" => "pre_hook",
        "post-hook" => "post_hook",
        _ => return get(config, key),
    };
    get(config, key).or_else(|| get(config, old))
}

/// Jinja that stays text for now.
fn as_text(value: &Value) -> Value {
    match value {
        Value::Jinja(text) => Value::Text(text.clone()),
        Value::List(items) => Value::List(items.iter().map(as_text).collect()),
        Value::Map(entries) => {
            let entries = entries.iter();
            Value::Map(
                entries
                    .map(|(key, value)| (key.clone(), as_text(value)))
                    .collect(),
            )
        }
        Value::Null
        | Value::Bool(_)
        | Value::Int(_)
        | Value::Float(_)
        | Value::Text(_)
        | Value::Unknown => value.clone(),
    }
}
