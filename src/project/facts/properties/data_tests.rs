//! The generic tests of property files, and what dbt says of how they are written (dbt-core
//! `parser/generic_test_builders.py`).

use thin_vec::ThinVec;

use crate::project::facts::{DataTest, DataTestSpans, TestFault};
use crate::syntax::yaml::{Node, Resolved, Value};
use crate::text::Span;

use super::{optional_text, twice};

/// Keys that may stand beside `arguments`: what describes a test, and its configuration.
pub(in crate::project::facts) const BESIDE: [&str; 19] = [
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
    let seconds = twice::names(node);
    let mut place = Place {
        entry,
        is_column: false,
    };
    level(node, place, &seconds, tests, spans);
    place.is_column = true;
    for column in node.get("columns").map_or(&[][..], Node::items) {
        level(column, place, &seconds, tests, spans);
    }
    for key in ["versions", "tables"] {
        for inner in node.get(key).map_or(&[][..], Node::items) {
            collect(inner, entry, tests, spans);
        }
    }
}

/// Where a test stands.
#[derive(Clone, Copy)]
struct Place {
    entry: u32,
    /// Whether it is one of a column, whose name it is given then.
    is_column: bool,
}

/// Collects the tests that stand right below a node; `seconds` are the names of those that do so
/// for the second time.
fn level(
    node: &Node<'_>,
    place: Place,
    seconds: &[Span],
    tests: &mut ThinVec<DataTest>,
    spans: &mut ThinVec<DataTestSpans>,
) {
    for key in ["data_tests", "tests"] {
        for item in node.get(key).map_or(&[][..], Node::items) {
            let Some((mut test, mut span)) = read(item, place) else {
                continue;
            };
            let is_quiet = matches!(test.fault, None | Some(TestFault::Flat(_)));
            if is_quiet && seconds.contains(&span.name) {
                test.fault = Some(TestFault::Twice);
                span.fault = span.name;
            }
            let is_plain = test.package.is_none() && PLAIN.contains(&&*test.name);
            if test.fault.is_some() || !is_plain {
                tests.push(test);
                spans.push(span);
            }
        }
    }
}

/// Whether a test is switched off where it stands, or may be.
pub(super) fn may_be_off(test: &Node<'_>) -> bool {
    let inside = test.entries().iter().map(|entry| &entry.value);
    let mut all = std::iter::once(test).chain(inside);
    all.any(|node| {
        let config = node.get("config").and_then(|config| config.get("enabled"));
        let enabled = config.or_else(|| node.get("enabled"));
        let is_on = |it: &Node<'_>| {
            it.scalar()
                .is_some_and(|it| it.resolve() == Resolved::Bool(true))
        };
        enabled.is_some_and(|enabled| !is_on(enabled))
    })
}

fn faulty(entry: u32, fault: TestFault, at: Span) -> (DataTest, DataTestSpans) {
    let test = DataTest {
        package: None,
        name: Box::default(),
        entry,
        given: Box::default(),
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

fn read(item: &Node<'_>, place: Place) -> Option<(DataTest, DataTestSpans)> {
    if may_be_off(item) {
        return None;
    }
    match &item.value {
        Value::Scalar(scalar) if scalar.resolve() == Resolved::Str => {
            let none = Node {
                span: scalar.content,
                value: Value::Map(Vec::new()),
            };
            named(&scalar.text, scalar.content, place, (&none, false))
        }
        Value::Map(entries) => {
            if let Some(name) = item.get("test_name") {
                let name = name.scalar()?;
                return named(&name.text, name.content, place, (item, true));
            }
            let [one] = entries.as_slice() else {
                return None;
            };
            let arguments = (&one.value, false);
            named(&one.key.text, one.key.content, place, arguments)
        }
        Value::Null | Value::List(_) | Value::Scalar(_) => None,
    }
}

/// A test of this name, with its arguments and whether its name is one of their keys.
fn named(
    name: &str,
    span: Span,
    place: Place,
    (told, has_name): (&Node<'_>, bool),
) -> Option<(DataTest, DataTestSpans)> {
    if name.contains('{') {
        return None;
    }
    let Some((package, name)) = name_of(name) else {
        return Some(faulty(place.entry, TestFault::Name, span));
    };
    let given = given(told, place);
    let of_dbt = || {
        let missing = || Some((missing_of(told, name, &given)?, span));
        extra_of(told, name).or_else(missing)
    };
    let of_dbt = package.is_none().then(of_dbt).flatten();
    let found = of_dbt.or_else(|| fault_of(told, has_name, span));
    let (fault, at) = found.map_or((None, span), |(fault, at)| (Some(fault), at));
    let test = DataTest {
        package: package.map(Into::into),
        name: name.into(),
        entry: place.entry,
        given: given.into(),
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
pub(super) fn name_of(text: &str) -> Option<(Option<&str>, &str)> {
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

/// The first argument that one of dbt's own tests lacks.
fn missing_of(node: &Node<'_>, test: &str, given: &str) -> Option<TestFault> {
    let needed: &[&str] = match test {
        "unique" | "not_null" => &["column_name"],
        "accepted_values" => &["column_name", "values"],
        "relationships" => &["column_name", "to", "field"],
        _ => return None,
    };
    // A text may be anything once it is rendered, and what is merged stands elsewhere.
    let is_told = matches!(node.value, Value::Map(_));
    let is_plain = node.get("arguments").is_none_or(|it| it.scalar().is_none());
    let mut missing = needed
        .iter()
        .filter(|needed| !given.split(',').any(|it| it == **needed));
    let missing = missing.next().filter(|_| is_told && is_plain)?;
    Some(TestFault::Missing((*missing).into()))
}

/// The names of what a test is given, a comma behind each.
fn given(node: &Node<'_>, place: Place) -> String {
    let inside = node.get("arguments").map_or(&[][..], Node::entries);
    let all = node.entries().iter().chain(inside);
    let keys = all.map(|entry| &*entry.key.text).filter(|key| {
        let is_argument = *key == "column_name" || !BESIDE.contains(key);
        is_argument && !["arguments", "test_name"].contains(key)
    });
    let column = place.is_column.then_some("column_name");
    let mut names: Vec<&str> = column.into_iter().chain(keys).collect();
    names.sort_unstable();
    names.dedup();
    names.iter().flat_map(|name| [name, ","]).collect()
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
    // Of a test with a name of its own that is the name, like that of a model.
    if let Some(spaced) = optional_text(node, "name").filter(|name| name.contains(' '))
        && !spaced.contains('{')
    {
        let place = node.get("name").map_or(name, |it| it.span);
        return Some((TestFault::Spaced(spaced), place));
    }
    let is_given = arguments.is_some_and(|it| it.scalar().is_some() || !it.entries().is_empty());
    let mut flat = entries.iter().filter(|it| {
        let key = &*it.key.text;
        key != "arguments" && !(has_name && key == "test_name") && !BESIDE.contains(&key)
    });
    let flat = flat.next().filter(|_| !is_given)?;
    Some((TestFault::Flat((&*flat.key.text).into()), flat.key.content))
}
