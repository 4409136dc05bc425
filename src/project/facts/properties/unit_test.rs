//! What a unit test says of what it gives and of which versions it is.

use crate::dbt::{Maybe, Value};
use crate::project::facts::UnitTest;
use crate::syntax::yaml::Node;

use super::value_of;

/// Reads the entry of this number.
pub(super) fn read(node: &Node<'_>, entry: u32) -> UnitTest {
    let given = node.get("given").map_or(&[][..], Node::items).iter();
    let mut inputs = given.filter_map(|given| given.get("input")?.scalar());
    let overrides = node.get("overrides").map(value_of);
    let macros = overrides.as_ref().and_then(|it| it.get("macros"));
    let given = macros.and_then(|macros| macros.get("is_incremental"));
    let is_made = |value: Option<&Value>| value.is_some_and(Value::is_unknown);
    UnitTest {
        entry,
        is_incremental: match given {
            Some(Value::Bool(value)) => Maybe::Known(Some(*value)),
            given if is_made(given) || is_made(macros) || is_made(overrides.as_ref()) => {
                Maybe::Unknown
            }
            _ => Maybe::Known(None),
        },
        seeds: seeds(node),
        has_this: inputs.any(|input| input.text == "this"),
        include: versions(node, "include"),
        exclude: versions(node, "exclude"),
    }
}

/// The names in inputs `ref('…')` that have no rows of their own.
fn seeds(node: &Node<'_>) -> Box<[Box<str>]> {
    let given = node.get("given").map_or(&[][..], Node::items).iter();
    let bare = given.filter(|given| {
        let keys = ["rows", "fixture"].into_iter();
        let mut values = keys.filter_map(|key| given.get(key).map(value_of));
        let is_dict = match given.get("format").map(value_of) {
            None => true,
            Some(format) => format.as_text() == Some("dict"),
        };
        is_dict && values.all(|value| value == Value::Null)
    });
    let name = |given: &Node<'_>| {
        let input = given.get("input")?.scalar()?;
        let argument = input
            .text
            .trim()
            .strip_prefix("ref(")?
            .strip_suffix(')')?
            .trim();
        let quote = argument
            .chars()
            .next()
            .filter(|c| matches!(c, '\'' | '"'))?;
        let name = argument.strip_prefix(quote)?.strip_suffix(quote)?;
        (!name.contains(['\'', '"', ',', '\\'])).then(|| name.into())
    };
    bare.filter_map(name).collect()
}

fn versions(node: &Node<'_>, key: &str) -> Box<[Box<str>]> {
    let versions = node.get("versions").and_then(|versions| versions.get(key));
    let items = versions.map_or(&[][..], Node::items).iter();
    items
        .filter_map(|item| value_of(item).python_text())
        .collect()
}
