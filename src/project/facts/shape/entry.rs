//! What dbt wants of a mapping as a whole: keys that go together, and keys that do not.

use crate::dbt::Value;
use crate::dbt::schema::{self, Mapping};
use crate::project::facts::value_of;
use crate::syntax::yaml::{Node, Value as Yaml};
use crate::text::Span;

use super::{Verdict, Walk};

/// Keys that dbt moves into `config` of what they are about; `access` has a rule of its own.
const MOVED: [&str; 4] = ["meta", "docs", "group", "contract"];
/// What has them (dbt-core `parser/schemas.py`, `normalize_attribute`).
const MOVES: [&str; 6] = [
    "a model",
    "a seed",
    "a snapshot",
    "an analysis",
    "a function",
    "a data test",
];

impl Walk<'_> {
    /// What is wrong with a mapping whose keys and values may be right one by one; `place` is where
    /// something missing is told.
    pub(super) fn whole(&mut self, node: &Node<'_>, mapping: &'static Mapping, place: Span) {
        if mapping.name == schema::OWNER.name {
            self.owner(node, place);
        }
        self.tests_twice(node, mapping);
        if MOVES.contains(&mapping.name) {
            self.beside_config(node);
        }
        match mapping.name {
            "a model" => self.time_spine(node),
            "a version" => self.selections(node),
            "a selection of columns" => self.excluded(node),
            "a source" | "a table of a source" => {
                self.loaded_at_field(node);
                self.freshness_in_config(node);
            }
            "a given input" => self.rows(node, place, true),
            "the rows expected" => self.rows(node, place, false),
            _ => {}
        }
    }

    /// Columns are left out of all, not of a list.
    fn excluded(&mut self, node: &Node<'_>) {
        let include = node.get("include");
        let exclude = node.entry("exclude");
        let is_list = include.is_some_and(|it| matches!(it.value, Yaml::List(_)));
        if let Some(exclude) = exclude.filter(|it| is_list && !it.value.items().is_empty()) {
            let message = "`exclude` goes with `include: all` only".to_owned();
            self.add(exclude.key_span, Verdict::RefusedValue, message);
        }
    }

    fn owner(&mut self, node: &Node<'_>, place: Span) {
        if node.get("name").is_none() && node.get("email").is_none() {
            let message = "an owner needs a `name`, an `email`, or both".to_owned();
            self.add(place, Verdict::RefusedValue, message);
        }
    }

    fn tests_twice(&mut self, node: &Node<'_>, mapping: &'static Mapping) {
        // Empty `tests` are none for dbt; at the top of a property file they are nothing to it.
        let holds_some =
            |value: &Node<'_>| !(value.items().is_empty() && value.entries().is_empty());
        let old = node.entry("tests");
        let old = old.filter(|entry| holds_some(&entry.value));
        let is_file = mapping.name == schema::PROPERTIES.name;
        let has_both = node.get("data_tests").is_some() && mapping.key("data_tests").is_some();
        if let Some(old) = old.filter(|_| has_both && !is_file) {
            let message = "`tests` is the older name of `data_tests`; dbt takes one of them only";
            self.add(old.key_span, Verdict::RefusedValue, message.to_owned());
        }
    }

    /// dbt moves certain keys into `config`, unless they stand there, too.
    fn beside_config(&mut self, node: &Node<'_>) {
        let Some(config) = node.get("config") else {
            return;
        };
        for key in MOVED {
            if let (Some(beside), Some(_)) = (node.entry(key), config.entry(key)) {
                let message = format!(
                    "`{key}` stands both in `config` and beside it; dbt takes it in one place only"
                );
                self.add(beside.key_span, Verdict::RefusedValue, message);
            }
        }
    }

    /// The columns of a time spine are the model's, and the one that counts has a granularity
    /// (dbt-core `contracts/graph/unparsed.py`, `UnparsedModelUpdate`).
    fn time_spine(&mut self, node: &Node<'_>) {
        let Some(spine) = node.get("time_spine") else {
            return;
        };
        if node.get("versions").is_some() {
            return;
        }
        let columns = node.get("columns").map_or(&[][..], Node::items);
        let text = |node: &Node<'_>, key: &str| match value_of(node.get(key)?) {
            Value::Text(text) => Some(text),
            _ => None,
        };
        let column = |name: &str| {
            let mut named = columns.iter().rev();
            named.find(|column| text(column, "name").as_deref() == Some(name))
        };
        let has_unknown = columns.iter().any(|column| text(column, "name").is_none());
        if has_unknown {
            return;
        }
        if let (Some(at), Some(name)) = (
            spine.get("standard_granularity_column"),
            text(spine, "standard_granularity_column"),
        ) {
            match column(&name).map(|column| column.get("granularity").map(value_of)) {
                None => {
                    let message = format!("the model has no column `{name}` below `columns`");
                    self.add(at.span, Verdict::RefusedValue, message);
                }
                Some(None | Some(Value::Null)) => {
                    let message =
                        format!("the column `{name}` of a time spine needs `granularity`");
                    self.add(at.span, Verdict::RefusedValue, message);
                }
                Some(Some(_)) => {}
            }
        }
        let custom = spine.get("custom_granularities");
        for granularity in custom.map_or(&[][..], Node::items) {
            let keys = ["column_name", "name"].into_iter();
            let mut named =
                keys.filter_map(|key| Some((granularity.get(key)?, text(granularity, key)?)));
            if let Some((at, name)) = named.next().filter(|(_, name)| column(name).is_none()) {
                let message = format!("the model has no column `{name}` below `columns`");
                self.add(at.span, Verdict::RefusedValue, message);
            }
        }
    }

    /// A version selects columns of its model once.
    fn selections(&mut self, node: &Node<'_>) {
        let columns = node.get("columns").map_or(&[][..], Node::items).iter();
        let mut selections = columns.filter_map(|column| column.entry("include"));
        if let Some(second) = selections.nth(1) {
            let message = "a second selection of columns; a version has one only".to_owned();
            self.add(second.key_span, Verdict::RefusedValue, message);
        }
    }

    fn loaded_at_field(&mut self, node: &Node<'_>) {
        if let Some(field) = node.entry("loaded_at_field")
            && value_of(&field.value).as_text() == Some("")
        {
            let message = "`loaded_at_field` is empty; dbt wants a column, or no key".to_owned();
            self.add(field.key_span, Verdict::RefusedValue, message);
        }
    }

    /// Beside `config` freshness is looked at like any other key.
    fn freshness_in_config(&mut self, node: &Node<'_>) {
        let freshness = node.get("config").and_then(|it| it.get("freshness"));
        for key in ["warn_after", "error_after"] {
            let Some(after) = freshness.and_then(|freshness| freshness.get(key)) else {
                continue;
            };
            if let Some(period) = after.get("period")
                && let Value::Text(word) = value_of(period)
                && !["minute", "hour", "day"].contains(&&*word)
            {
                let message = format!("`period` is `minute`, `hour` or `day`, not `{word}`");
                self.add(period.span, Verdict::RefusedValue, message);
            }
            if let Some(count) = after.get("count")
                && let Value::Text(text) = value_of(count)
                && text.trim().parse::<i64>().is_err()
            {
                let message = "`count` is a whole number".to_owned();
                self.add(count.span, Verdict::RefusedValue, message);
            }
        }
    }

    /// The rows of a unit test, which have to be of the format that is given (dbt-core
    /// `parser/unit_tests.py`, `_validate_and_normalize_rows`).
    fn rows(&mut self, node: &Node<'_>, place: Span, is_given: bool) {
        let value = |key: &str| node.get(key).map_or(Value::Null, value_of);
        let (rows, format, fixture) = (value("rows"), value("format"), value("fixture"));
        let format = match &format {
            Value::Null => "dict",
            Value::Text(word) => word,
            _ => return,
        };
        let has_fixture = match &fixture {
            Value::Null => false,
            Value::Text(_) => true,
            _ => return,
        };
        let at = node.entry("rows").map_or(place, |entry| entry.key_span);
        let message = match (format, rows) {
            ("dict", Value::List(_)) | ("csv" | "sql", Value::Text(_)) | (_, Value::Jinja(_)) => {
                return;
            }
            ("csv" | "sql", _) if has_fixture => return,
            ("dict", Value::Null) if has_fixture => {
                "rows of a `fixture` are of the `format` csv or sql".to_owned()
            }
            // Those of a seed are read from its file.
            ("dict", Value::Null) if is_given && reads_ref(node) => return,
            ("dict", Value::Null) => "the rows are missing".to_owned(),
            ("dict", Value::Text(_)) => {
                "rows of the `format` dict are a list; a text is of the `format` csv or sql"
                    .to_owned()
            }
            ("csv" | "sql", Value::List(_)) => {
                format!("rows of the `format` {format} are a text; a list is of the `format` dict")
            }
            ("csv" | "sql", Value::Null) => {
                format!("rows of the `format` {format} are a text, or those of a `fixture`")
            }
            _ => return,
        };
        self.add(at, Verdict::RefusedValue, message);
    }
}

/// Whether the input is what `ref` reads, or may be.
fn reads_ref(node: &Node<'_>) -> bool {
    match node
        .get("input")
        .map(|input| (&input.value, value_of(input)))
    {
        Some((Yaml::Scalar(_), Value::Text(input))) => {
            !(input.trim() == "this" || input.trim_start().starts_with("source"))
        }
        _ => true,
    }
}
