//! What becomes of a key that several set? Most replace, some add
//! (dbt-common `contracts/config/base.py`).

use crate::dbt::{Config, Value, get};

/// How deep mappings of versions are joined.
const DEEPEST: u32 = 50;

/// How a stronger value meets a weaker one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Merge {
    /// It takes its place.
    Replace,
    /// Its items come behind.
    Append,
    /// Its keys are added, those that are there replaced.
    Update,
    /// A list for each key; `+key` adds to it.
    Grants,
}

/// How the values of a key meet.
pub(super) fn merge_of(key: &str) -> Merge {
    match key {
        "tags" | "pre-hook" | "post-hook" | "packages" => Merge::Append,
        "meta" | "docs" | "quoting" | "column_types" | "contract" | "latest_version_pointer" => {
            Merge::Update
        }
        "grants" => Merge::Grants,
        _ => Merge::Replace,
    }
}

/// What `later` makes of `earlier`. What dbt cannot join is unknown.
pub(super) fn merged(merge: Merge, earlier: Option<Value>, later: Value) -> Value {
    match merge {
        Merge::Replace => later,
        Merge::Append => {
            let mut items = listed(earlier.unwrap_or(Value::List(Vec::new())));
            match (&mut items, listed(later)) {
                (Value::List(items), Value::List(mut later)) => items.append(&mut later),
                (_, _) => return Value::Unknown,
            }
            items
        }
        Merge::Update => match (earlier, later) {
            (None, Value::Map(later)) => Value::Map(later),
            (Some(Value::Map(mut entries)), Value::Map(later)) => {
                for (key, value) in later {
                    put(&mut entries, &key, value);
                }
                Value::Map(entries)
            }
            (_, _) => Value::Unknown,
        },
        Merge::Grants => match (earlier.unwrap_or(Value::Map(Vec::new())), later) {
            (Value::Map(entries), Value::Map(later)) => granted(entries, later),
            (_, _) => Value::Unknown,
        },
    }
}

fn granted(mut entries: Config, later: Config) -> Value {
    for (key, value) in later {
        let name = key.trim_start_matches('+');
        let earlier = get(&entries, name)
            .cloned()
            .filter(|_| key.starts_with('+'));
        put(&mut entries, name, merged(Merge::Append, earlier, value));
    }
    Value::Map(entries)
}

/// A single value is a list of it.
fn listed(value: Value) -> Value {
    match value {
        Value::List(_) | Value::Jinja(_) | Value::Unknown => value,
        value => Value::List(vec![value]),
    }
}

fn put(entries: &mut Config, key: &str, value: Value) {
    match entries.iter_mut().find(|(name, _)| &**name == key) {
        Some((_, old)) => *old = value,
        None => entries.push((key.into(), value)),
    }
}

/// The configuration of a version over that of its model: mappings are joined, and the items of
/// a version's list come first (dbt-common `utils/dict.py`, `deep_merge`).
pub(super) fn deep(model: &Value, version: &Value, depth: u32) -> Value {
    match (model, version) {
        (Value::Map(entries), Value::Map(later)) if depth < DEEPEST => {
            let mut all = entries.clone();
            for (key, value) in later {
                let value = match get(entries, key) {
                    Some(earlier) => deep(earlier, value, depth + 1),
                    None => value.clone(),
                };
                put(&mut all, key, value);
            }
            Value::Map(all)
        }
        (Value::List(items), Value::List(first)) => {
            Value::List(first.iter().chain(items).cloned().collect())
        }
        (Value::Jinja(_) | Value::Unknown, Value::Map(_) | Value::List(_)) => Value::Unknown,
        (_, version) => version.clone(),
    }
}
