//! Which values of a resource's configuration make dbt stop? Most keys take anything; these do not
//! (dbt-core `artifacts/resources/v1`, dbt-common `contracts/config/base.py`).

use super::{Mapping, Value, config_of};
use crate::dbt::ResourceType;

/// Why dbt stops at the value of a configuration key, in a few words; `None` where it does not, or
/// where only dbt can tell.
#[must_use]
pub fn refused(resource_type: ResourceType, key: &str, value: &Value) -> Option<String> {
    let is_built = matches!(
        resource_type,
        ResourceType::Model | ResourceType::Seed | ResourceType::Snapshot
    );
    let is_test = resource_type == ResourceType::Test;
    let is_model = resource_type == ResourceType::Model;
    match key {
        "enabled" if is_built || is_test => wants_truth(key, value),
        "meta" if is_built || is_test => wants_mapping(key, value),
        "grants" | "column_types" | "persist_docs" | "quoting" if is_built => {
            wants_mapping(key, value)
        }
        "latest_version_pointer" if is_model => wants_mapping(key, value),
        "docs" if is_built => {
            wants_mapping(key, value).or_else(|| wants_truths(key, value, &["show"]))
        }
        "contract" if is_built => wants_mapping(key, value)
            .or_else(|| wants_truths(key, value, &["enforced", "alias_types"])),
        "full_refresh" if is_built => wants_truth_or_nothing(key, value),
        "quote_columns" if resource_type == ResourceType::Seed => {
            wants_truth_or_nothing(key, value)
        }
        "store_failures" if is_test => wants_truth_or_nothing(key, value),
        "on_configuration_change" if is_built => {
            wants_word(key, value, &["apply", "continue", "fail"])
        }
        "on_error" if is_model && *value != Value::Null => {
            wants_word(key, value, &["skip_children", "continue"])
        }
        "severity" if is_test => match value {
            Value::Text(text) => wants_word(
                key,
                &Value::Text(text.to_lowercase().into()),
                &["warn", "error"],
            ),
            value => wants_word(key, value, &["warn", "error"]),
        },
        "materialized" if resource_type == ResourceType::Seed => wants_word(key, value, &["seed"]),
        "materialized" if resource_type == ResourceType::Snapshot => {
            wants_word(key, value, &["snapshot"])
        }
        "materialized" if is_test => wants_word(key, value, &["test"]),
        "pre-hook" | "post-hook" | "pre_hook" | "post_hook" if is_built => hook(key, value),
        "freshness" if is_model => freshness(value.get("build_after")?),
        _ => None,
    }
}

/// Whose configuration a mapping is, of those whose values dbt checks.
#[must_use]
pub fn resource_of(mapping: &Mapping) -> Option<ResourceType> {
    let checked = [
        ResourceType::Model,
        ResourceType::Seed,
        ResourceType::Snapshot,
        ResourceType::Test,
    ];
    let mut checked = checked.into_iter();
    checked.find(|it| config_of(*it).name == mapping.name)
}

fn wants_mapping(key: &str, value: &Value) -> Option<String> {
    match value {
        Value::Map(_) | Value::Null | Value::Jinja(_) | Value::Unknown => None,
        _ => Some(format!("`{key}` is a mapping")),
    }
}

fn wants_truth(key: &str, value: &Value) -> Option<String> {
    match value {
        Value::Bool(_) | Value::Jinja(_) | Value::Unknown => None,
        _ => Some(format!("`{key}` is `true` or `false`")),
    }
}

fn wants_truth_or_nothing(key: &str, value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        value => wants_truth(key, value),
    }
}

fn wants_truths(key: &str, value: &Value, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| {
        let inside = value.get(name)?;
        wants_truth(&format!("{key}.{name}"), inside)
    })
}

fn wants_word(key: &str, value: &Value, words: &[&str]) -> Option<String> {
    match value {
        Value::Jinja(_) | Value::Unknown => None,
        Value::Text(text) if words.contains(&&**text) => None,
        _ => {
            let words = words.iter().map(|word| format!("`{word}`"));
            Some(format!("`{key}` is {}", super::either(words.collect())))
        }
    }
}

fn hook(key: &str, value: &Value) -> Option<String> {
    match value {
        Value::List(items) => items.iter().find_map(|item| hook(key, item)),
        Value::Bool(_) | Value::Int(_) | Value::Float(_) => {
            Some(format!("`{key}` is SQL, or a list of SQL"))
        }
        Value::Null | Value::Text(_) | Value::Map(_) | Value::Jinja(_) | Value::Unknown => None,
    }
}

fn freshness(build_after: &Value) -> Option<String> {
    let Value::Map(_) = build_after else {
        return None;
    };
    let given = |key: &str| build_after.get(key).filter(|value| **value != Value::Null);
    match (given("count"), given("period")) {
        (Some(count), _) if !count.is_unknown() && !matches!(count, Value::Int(_)) => {
            Some("`build_after.count` is a whole number".into())
        }
        (_, Some(period)) if !period.is_unknown() => {
            let wrong = wants_word("build_after.period", period, &["minute", "hour", "day"]);
            let alone = given("count").is_none();
            wrong.or_else(|| alone.then(|| "`build_after` needs `count` beside `period`".into()))
        }
        (Some(count), None) if !count.is_unknown() => {
            Some("`build_after` needs `period` beside `count`".into())
        }
        (_, _) => None,
    }
}
