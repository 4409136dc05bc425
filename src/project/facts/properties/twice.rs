//! Which generic tests stand twice at one place? dbt makes one name and id of a test's name, its
//! column and its arguments, and refuses a second test of that id (dbt-core
//! `parser/schema_generic_tests.py`, `create_test_node`).

use foldhash::HashSet;

use crate::dbt::Value;
use crate::syntax::yaml::{Node, Value as Yaml};
use crate::text::Span;

use super::data_tests::{BESIDE, may_be_off, name_of};
use super::{optional_text, value_of};

/// The names of the tests of one level, an entry, a version or a table, that stand there before.
pub(super) fn names(level: &Node<'_>) -> Vec<Span> {
    let mut seen = HashSet::default();
    let mut found = Vec::new();
    let mut see = |holder: &Node<'_>, column: Option<&str>| {
        let lists = ["data_tests", "tests"].into_iter();
        let tests = lists.flat_map(|key| holder.get(key).map_or(&[][..], Node::items));
        for (name, key) in tests.filter_map(|test| identity(test, column)) {
            if !seen.insert(key) {
                found.push(name);
            }
        }
    };
    see(level, None);
    for column in level.get("columns").map_or(&[][..], Node::items) {
        let Some(name) = optional_text(column, "name") else {
            continue;
        };
        // One in quotes is another column.
        match optional_text(column, "quote") {
            Some(quote) => see(column, Some(&format!("{name}\n{quote}"))),
            None => see(column, Some(&name)),
        }
    }
    found
}

/// The place of a test's name, and what tells the test from others.
fn identity(test: &Node<'_>, column: Option<&str>) -> Option<(Span, String)> {
    let none = Node {
        span: test.span,
        value: Yaml::Null,
    };
    let (name, place, told) = match &test.value {
        Yaml::Scalar(name) => (&name.text, name.content, &none),
        Yaml::Map(entries) => match (test.get("test_name"), entries.as_slice()) {
            (Some(name), _) => {
                let name = name.scalar()?;
                (&name.text, name.content, test)
            }
            (None, [one]) => (&one.key.text, one.key.content, &one.value),
            (None, _) => return None,
        },
        Yaml::Null | Yaml::List(_) => return None,
    };
    if name.contains('{') || may_be_off(test) {
        return None;
    }
    let (package, name) = name_of(name)?;
    let inside = told.get("arguments").map_or(&[][..], Node::entries);
    let mut own_name = String::new();
    let mut arguments: Vec<(&str, Value)> = Vec::new();
    for entry in told.entries().iter().chain(inside) {
        let key = &*entry.key.text;
        if key == "name" {
            own_name = written(&value_of(&entry.value));
        } else if key == "column_name"
            || (!BESIDE.contains(&key) && !["arguments", "test_name"].contains(&key))
        {
            arguments.retain(|(other, _)| *other != key);
            arguments.push((key, value_of(&entry.value)));
        }
    }
    if let Some(column) = column {
        arguments.retain(|(key, _)| *key != "column_name");
        arguments.push(("column_name", Value::Text(column.into())));
    }
    arguments.sort_by_key(|(key, _)| *key);
    let arguments = arguments.iter();
    let arguments: Vec<String> = arguments
        .map(|(key, value)| format!("{key}: {}", written(value)))
        .collect();
    let package = package.unwrap_or_default();
    let identity = format!("{package}\n{name}\n{own_name}\n{}", arguments.join("\n"));
    Some((place, identity))
}

/// A value as dbt compares it: numbers and texts that look the same are the same.
fn written(value: &Value) -> String {
    match value {
        Value::List(items) => {
            let items: Vec<String> = items.iter().map(written).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Map(entries) => {
            let mut entries: Vec<String> = entries
                .iter()
                .map(|(key, value)| format!("{key:?}: {}", written(value)))
                .collect();
            entries.sort();
            format!("{{{}}}", entries.join(", "))
        }
        Value::Jinja(text) => format!("{text:?}"),
        // Python writes it so in a text, and dbt compares texts.
        Value::Null => format!("{:?}", "None"),
        value => format!("{:?}", value.python_text().unwrap_or_default()),
    }
}
