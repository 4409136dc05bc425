//! The generic tests of property files, and what dbt says of how they are written (dbt-core
//! `parser/generic_test_builders.py`).

use thin_vec::ThinVec;

use crate::project::facts::{DataTest, DataTestSpans, TestFault};
use crate::syntax::yaml::{Node, Resolved, Value};
use crate::text::Span;

/// Keys that may stand beside `arguments`: what describes a test, and its configuration.
const BESIDE: [&str; 19] = [
    "config",
    "column_name",
    "description",
    "name",
    "severity",
    "tags",
    "enabled",
    "where",
    "limit",
    "warn_if",
    "error_if",
    "fail_calc",
    "store_failures",
    "store_failures_as",
    "sql_header",
    "meta",
    "database",
    "schema",
    "alias",
];

/// The tests of every model's columns: nobody wonders about these.
const PLAIN: [&str; 4] = ["unique", "not_null", "accepted_values", "relationships"];

/// Collects the tests of an entry, its columns, versions and tables; those of dbt's own that are
/// written as they should be are left out.
pub(super) fn collect(
    node: &Node<'_>,
    entry: u32,
    tests: &mut ThinVec<DataTest>,
    spans: &mut ThinVec<DataTestSpans>,
) {
    let mut add = |test: DataTest, span: DataTestSpans| {
        let is_plain = test.package.is_none() && PLAIN.contains(&&*test.name);
        if test.fault.is_some() || !is_plain {
            tests.push(test);
            spans.push(span);
        }
    };
    for key in ["data_tests", "tests"] {
        for item in node.get(key).map_or(&[][..], Node::items) {
            if let Some((test, span)) = read(item, entry) {
                add(test, span);
            }
        }
    }
    for key in ["columns", "versions", "tables"] {
        for inner in node.get(key).map_or(&[][..], Node::items) {
            collect(inner, entry, tests, spans);
        }
    }
}

fn faulty(entry: u32, fault: TestFault, at: Span) -> (DataTest, DataTestSpans) {
    let test = DataTest {
        package: None,
        name: Box::default(),
        entry,
        fault: Some(fault),
    };
    (
        test,
        DataTestSpans {
            name: at,
            fault: at,
        },
    )
}

fn read(item: &Node<'_>, entry: u32) -> Option<(DataTest, DataTestSpans)> {
    match &item.value {
        Value::Scalar(scalar) if scalar.resolve() == Resolved::Str => {
            named(&scalar.text, scalar.content, entry, None)
        }
        Value::Map(entries) => {
            if let Some(name) = item.get("test_name") {
                let name = name.scalar()?;
                return named(&name.text, name.content, entry, Some((item, true)));
            }
            let [one] = entries.as_slice() else {
                return None;
            };
            let arguments = Some((&one.value, false));
            named(&one.key.text, one.key.content, entry, arguments)
        }
        Value::Null | Value::List(_) | Value::Scalar(_) => None,
    }
}

/// A test of this name, with its arguments and whether its name is one of their keys.
fn named(
    name: &str,
    span: Span,
    entry: u32,
    arguments: Option<(&Node<'_>, bool)>,
) -> Option<(DataTest, DataTestSpans)> {
    if name.contains('{') {
        return None;
    }
    let is_off = |node: &Node<'_>| {
        let config = node.get("config").and_then(|config| config.get("enabled"));
        let enabled = config.or_else(|| node.get("enabled"));
        enabled.is_some_and(|enabled| {
            enabled
                .scalar()
                .is_none_or(|it| it.resolve() != Resolved::Bool(true))
        })
    };
    if arguments.is_some_and(|(node, _)| is_off(node)) {
        return None;
    }
    let Some((package, name)) = name_of(name) else {
        return Some(faulty(entry, TestFault::Name, span));
    };
    let extra = arguments
        .filter(|_| package.is_none())
        .and_then(|(node, _)| extra_of(node, name));
    let found =
        extra.or_else(|| arguments.and_then(|(node, has_name)| fault_of(node, has_name, span)));
    let (fault, at) = found.map_or((None, span), |(fault, at)| (Some(fault), at));
    let test = DataTest {
        package: package.map(Into::into),
        name: name.into(),
        entry,
        fault,
    };
    Some((
        test,
        DataTestSpans {
            name: span,
            fault: at,
        },
    ))
}

/// dbt takes as much of the name as fits.
fn name_of(text: &str) -> Option<(Option<&str>, &str)> {
    let word = |text: &str| {
        let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let end = end.unwrap_or(text.len());
        (end > 0 && !text.starts_with(|c: char| c.is_ascii_digit())).then_some(end)
    };
    let end = word(text)?;
    let (first, rest) = text.split_at_checked(end)?;
    let second = rest
        .strip_prefix('.')
        .and_then(|rest| Some(rest.split_at_checked(word(rest)?)?.0));
    Some(match second {
        Some(second) => (Some(first), second),
        None => (None, first),
    })
}

/// The first argument that one of dbt's own tests does not have.
fn extra_of(node: &Node<'_>, test: &str) -> Option<(TestFault, Span)> {
    let known: &[&str] = match test {
        "unique" | "not_null" => &[],
        "accepted_values" => &["values", "quote"],
        "relationships" => &["to", "field"],
        _ => return None,
    };
    let inside = node.get("arguments").map_or(&[][..], Node::entries);
    // What describes a test and configures it may stand beside `arguments` and below.
    let all = node.entries().iter().chain(inside);
    let mut extra = all.filter(|it| {
        let key = &*it.key.text;
        !["arguments", "test_name", "model"].contains(&key)
            && !BESIDE.contains(&key)
            && !known.contains(&key)
    });
    let extra = extra.next()?;
    Some((
        TestFault::Extra((&*extra.key.text).into()),
        extra.key.content,
    ))
}

fn fault_of(node: &Node<'_>, has_name: bool, name: Span) -> Option<(TestFault, Span)> {
    let Value::Map(entries) = &node.value else {
        return Some((TestFault::NoMapping, name));
    };
    let arguments = node.get("arguments");
    let inside = arguments.map_or(&[][..], Node::entries);
    let model = entries
        .iter()
        .chain(inside)
        .find(|it| &*it.key.text == "model");
    if let Some(model) = model {
        return Some((TestFault::Model, model.key.content));
    }
    let is_given = arguments.is_some_and(|it| it.scalar().is_some() || !it.entries().is_empty());
    let mut flat = entries.iter().filter(|it| {
        let key = &*it.key.text;
        key != "arguments" && !(has_name && key == "test_name") && !BESIDE.contains(&key)
    });
    let flat = flat.next().filter(|_| !is_given)?;
    Some((TestFault::Flat((&*flat.key.text).into()), flat.key.content))
}
