//! What is all of a model's configuration, as dbt writes it into its manifest?
//! (dbt-core `artifacts/resources/v1/config.py` and `model.py`.)

use crate::dbt::{Config, Value, get};

use super::Sources;
use super::merge::{merge_of, merged};

/// All keys of one resource.
#[derive(Clone, Debug, PartialEq)]
pub struct Whole {
    /// The keys by name, those without a value left out.
    pub values: Config,
    /// The keys whose value only dbt can tell.
    pub unknown: Vec<Box<str>>,
    /// Whether there may be other keys.
    pub may_have_more: bool,
}

impl Sources<'_> {
    /// The whole configuration of a model; adapters have names of their own for some keys.
    #[must_use]
    pub fn whole(&self, adapter: Option<&str>) -> Whole {
        let mut names: Vec<&str> = self.keys();
        let defaults = defaults();
        names.extend(defaults.iter().map(|(name, _)| &**name));
        names.sort_unstable();
        names.dedup();
        let mut whole = Whole {
            values: Vec::new(),
            unknown: Vec::new(),
            may_have_more: self.has_unknown_keys(),
        };
        for name in &names {
            let Some(key) = own_name(adapter, name, &names) else {
                whole.unknown.push((*name).into());
                continue;
            };
            let mut value = get(&defaults, name).cloned();
            self.layers(name, &mut |layer, _| {
                value = Some(merged(merge_of(name), value.take(), layer));
            });
            match value.map(|value| finished(key, value)) {
                Some(value) if holds_unknown(&value) => whole.unknown.push(key.into()),
                Some(Value::Null) | None => {}
                Some(value) => whole.values.push((key.into(), value)),
            }
        }
        if is(&whole.values, "materialized", "incremental")
            && is(&whole.values, "incremental_strategy", "microbatch")
        {
            let begin = whole.values.iter_mut().find(|(key, _)| &**key == "begin");
            if let Some((_, value)) = begin {
                moment(value);
            }
        }
        whole
    }
}

fn is(values: &Config, key: &str, text: &str) -> bool {
    get(values, key).and_then(Value::as_text) == Some(text)
}

/// The time at which microbatches begin, as dbt writes it.
fn moment(value: &mut Value) {
    if let Value::Text(text) = value
        && let Ok(moment) = text.parse::<jiff::civil::DateTime>()
    {
        *text = moment.to_string().into();
    }
}

/// dbt's name of a key that the adapter calls otherwise; `None` where it is set under both.
fn own_name<'a>(adapter: Option<&str>, name: &'a str, all: &[&str]) -> Option<&'a str> {
    let own = match (adapter, name) {
        (Some("bigquery"), "project") | (Some("databricks" | "spark" | "trino"), "catalog") => {
            "database"
        }
        (Some("bigquery"), "dataset") => "schema",
        _ => return Some(name),
    };
    (!all.contains(&own)).then_some(own)
}

fn defaults() -> Config {
    let text = |text: &str| Value::Text(text.into());
    let list = || Value::List(Vec::new());
    let map = |entries: Vec<(&str, Value)>| {
        let entries = entries.into_iter();
        Value::Map(entries.map(|(key, value)| (key.into(), value)).collect())
    };
    let none = || map(Vec::new());
    let pointer = map(vec![("enabled", Value::Null), ("alias", Value::Null)]);
    let contract = vec![
        ("enforced", Value::Bool(false)),
        ("alias_types", Value::Bool(true)),
    ];
    let docs = vec![("show", Value::Bool(true)), ("node_color", Value::Null)];
    [
        ("enabled", Value::Bool(true)),
        ("tags", list()),
        ("meta", none()),
        ("materialized", text("view")),
        ("lookback", Value::Int(1)),
        ("persist_docs", none()),
        ("post-hook", list()),
        ("pre-hook", list()),
        ("quoting", none()),
        ("column_types", none()),
        ("on_schema_change", text("ignore")),
        ("on_configuration_change", text("apply")),
        ("grants", none()),
        ("packages", list()),
        ("docs", map(docs)),
        ("contract", map(contract)),
        ("access", text("protected")),
        ("latest_version_pointer", pointer),
    ]
    .into_iter()
    .map(|(key, value)| (key.into(), value))
    .collect()
}

/// What dbt makes of a value when all have spoken.
fn finished(key: &str, value: Value) -> Value {
    match (key, value) {
        ("pre-hook" | "post-hook", Value::List(hooks)) => {
            Value::List(hooks.into_iter().map(hook).collect())
        }
        // YAML reads `on` and `off` as truths.
        ("static_analysis", Value::Bool(is_on)) => {
            Value::Text(if is_on { "on" } else { "off" }.into())
        }
        ("freshness", value) => freshness(&value),
        (_, value) => value,
    }
}

fn hook(value: Value) -> Value {
    let Value::Map(entries) = value else {
        return match value {
            // It may be JSON.
            Value::Text(text) if text.trim_start().starts_with('{') && !text.contains("{{") => {
                Value::Unknown
            }
            value => hook(Value::Map(vec![("sql".into(), value)])),
        };
    };
    let mut all: Config = vec![
        ("sql".into(), Value::Null),
        ("transaction".into(), Value::Bool(true)),
        ("index".into(), Value::Null),
    ];
    for (key, value) in &mut all {
        if let Some(given) = get(&entries, key) {
            *value = given.clone();
        }
    }
    Value::Map(all)
}

/// Without `build_after` there is none.
fn freshness(value: &Value) -> Value {
    let Some(build_after) = value.get("build_after") else {
        return if value.is_unknown() {
            Value::Unknown
        } else {
            Value::Null
        };
    };
    let mut all: Config = vec![
        ("count".into(), Value::Null),
        ("period".into(), Value::Null),
        ("updates_on".into(), Value::Text("any".into())),
    ];
    for (key, value) in &mut all {
        if let Some(given) = build_after.get(key) {
            *value = given.clone();
        }
    }
    Value::Map(vec![("build_after".into(), Value::Map(all))])
}

fn holds_unknown(value: &Value) -> bool {
    match value {
        Value::Jinja(_) | Value::Unknown => true,
        Value::List(items) => items.iter().any(holds_unknown),
        Value::Map(entries) => entries.iter().any(|(_, value)| holds_unknown(value)),
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Text(_) => false,
    }
}
