//! What does Jinja in the values of YAML files make, with the target, the variables and the
//! environment that count now?

use std::collections::HashMap;

use crate::dbt::{Config, Value};

/// What each Jinja text makes. dbt_project.yml knows fewer variables than property files.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct YamlValues {
    /// What the answers depend on, as a number.
    pub(in crate::project) key: u64,
    pub(in crate::project) of_definition: HashMap<Box<str>, Value>,
    pub(in crate::project) of_properties: HashMap<Box<str>, Value>,
}

impl YamlValues {
    /// Whether nothing means something else with the other one.
    pub(in crate::project) fn says_the_same(&self, other: &Self) -> bool {
        self.of_definition == other.of_definition && self.of_properties == other.of_properties
    }

    /// A value of dbt_project.yml with its Jinja rendered, as far as that is known.
    #[must_use]
    pub fn in_definition(&self, value: &Value) -> Value {
        rendered(value, &self.of_definition)
    }

    /// A value of a property file with its Jinja rendered, as far as that is known.
    #[must_use]
    pub fn in_properties(&self, value: &Value) -> Value {
        rendered(value, &self.of_properties)
    }
}

fn rendered(value: &Value, known: &HashMap<Box<str>, Value>) -> Value {
    match value {
        Value::Jinja(text) => known.get(text).cloned().unwrap_or(Value::Unknown),
        Value::List(items) => {
            let items = items.iter();
            Value::List(items.map(|item| rendered(item, known)).collect())
        }
        Value::Map(entries) => {
            let entries = entries.iter();
            let entries = entries.map(|(key, value)| (key.clone(), rendered(value, known)));
            Value::Map(entries.collect())
        }
        // All texts go through Jinja, which drops a line's end at the end.
        Value::Text(text) => match text.strip_suffix('\n') {
            Some(text) => Value::Text(text.into()),
            None => value.clone(),
        },
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Unknown => {
            value.clone()
        }
    }
}

/// Shows the Jinja in a configuration.
pub(in crate::project) fn templates<'a>(config: &'a Config, see: &mut impl FnMut(&'a str)) {
    for (_, value) in config {
        templates_of(value, see);
    }
}

fn templates_of<'a>(value: &'a Value, see: &mut impl FnMut(&'a str)) {
    match value {
        Value::Jinja(text) => see(text),
        Value::List(items) => items.iter().for_each(|item| templates_of(item, see)),
        Value::Map(entries) => templates(entries, see),
        Value::Null
        | Value::Bool(_)
        | Value::Int(_)
        | Value::Float(_)
        | Value::Text(_)
        | Value::Unknown => {}
    }
}
