//! What dbt refuses or warns of in one data test (dbt-core `parser/generic_test_builders.py`).

use crate::dbt::Value;
use crate::dbt::schema::{self, Holds};
use crate::project::facts::properties::BESIDE;
use crate::project::facts::value_of;
use crate::syntax::yaml::{Node, Value as Yaml};

use super::{Verdict, Walk, first_line, found};

impl Walk<'_> {
    pub(super) fn data_test(&mut self, node: &Node<'_>) {
        let entries = match &node.value {
            Yaml::Map(entries) => entries.as_slice(),
            Yaml::Scalar(_) if matches!(value_of(node), Value::Text(_) | Value::Jinja(_)) => return,
            Yaml::Null | Yaml::Scalar(_) | Yaml::List(_) => {
                let message = format!(
                    "a data test is a name, or a name with arguments, not {}",
                    found(&value_of(node))
                );
                return self.add(
                    first_line(self.text, node.span),
                    Verdict::RefusedValue,
                    message,
                );
            }
        };
        let is_named = node.get("test_name").is_some();
        let arguments = match entries {
            _ if is_named => node,
            [test] => &test.value,
            [_, second, ..] => {
                let message = format!(
                    "`{}` stands beside the data test's name; its arguments belong below it",
                    second.key.text
                );
                return self.add(second.key_span, Verdict::RefusedValue, message);
            }
            [] => return,
        };
        let config = arguments.get("config");
        self.test_configuration(arguments, config);
        for severity in [
            arguments.get("severity"),
            config.and_then(|it| it.get("severity")),
        ] {
            let Some(node) = severity else { continue };
            let value = value_of(node);
            let is_taken = match &value {
                Value::Jinja(_) | Value::Unknown => true,
                Value::Text(word) => ["warn", "error"].contains(&&*word.to_lowercase()),
                _ => false,
            };
            if !is_taken {
                let message = format!("`severity` is `warn` or `error`, not {}", found(&value));
                self.add(node.span, Verdict::RefusedValue, message);
            }
        }
        self.tags_and_limit(arguments);
        if let Some(config) = config {
            self.tags_and_limit(config);
            self.value(
                config,
                Holds::Config(&schema::TEST_CONFIG),
                config.span,
                "config",
            );
        }
    }

    /// Of most of its configuration dbt takes anything; not of these.
    fn tags_and_limit(&mut self, config: &Node<'_>) {
        let (tags, limit) = (config.entry("tags"), config.entry("limit"));
        let is_text =
            |value: &Value| matches!(value, Value::Text(_) | Value::Jinja(_) | Value::Unknown);
        let is_taken = |value: &Value| match value {
            Value::Null => true,
            Value::List(items) => items.iter().all(is_text),
            value => is_text(value),
        };
        if let Some(tags) = tags.filter(|tags| !is_taken(&value_of(&tags.value))) {
            let message = "`tags` is a text or a list of texts".to_owned();
            self.add(tags.value.span, Verdict::RefusedValue, message);
        }
        let is_number = |text: &str| text.trim().parse::<f64>().is_ok();
        if let Some(limit) = limit
            && let Value::Text(text) = value_of(&limit.value)
            && !is_number(&text)
            && !text.is_empty()
        {
            let message = "`limit` is a whole number".to_owned();
            self.add(limit.value.span, Verdict::RefusedValue, message);
        }
    }

    /// The configuration of a data test beside its `config`: it belongs there, and stands in one of
    /// both places only.
    fn test_configuration(&mut self, arguments: &Node<'_>, config: Option<&Node<'_>>) {
        for entry in arguments.entries().iter().filter(|it| !it.is_merged) {
            let key = &*entry.key.text;
            let describes = ["config", "column_name", "description", "name"].contains(&key);
            if describes || !BESIDE.contains(&key) {
                continue;
            }
            let is_twice = config.is_some_and(|config| config.get(key).is_some());
            if is_twice && holds(&value_of(&entry.value)) {
                let message = format!(
                    "`{key}` stands both in `config` and beside it; dbt takes it in one place only"
                );
                self.add(entry.key_span, Verdict::RefusedValue, message);
            } else {
                let message = format!("`{key}` belongs under `config:` of the test by now");
                self.add(entry.key_span, Verdict::Moved, message);
            }
        }
    }
}

/// Whether Python takes a value for true.
fn holds(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) | Value::Int(0) => false,
        Value::Text(text) => !text.is_empty(),
        Value::List(items) => !items.is_empty(),
        Value::Map(entries) => !entries.is_empty(),
        _ => true,
    }
}
