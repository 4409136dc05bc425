//! Which columns have data tests, and which columns of others do tests of relationships name?

use crate::project::facts::{FieldSpans, Properties, Spans, TestedColumn};
use crate::syntax::yaml::Node;

use super::data_tests::may_be_off;
use super::optional_text;

/// Collects them from an entry, which gets this number.
pub(super) fn collect(node: &Node<'_>, entry: u32, properties: &mut Properties, spans: &mut Spans) {
    level(node, entry, None, properties, spans);
    let versions = node.get("versions").map_or(&[][..], Node::items);
    for (at, version) in versions.iter().enumerate() {
        level(version, entry, u32::try_from(at).ok(), properties, spans);
    }
}

fn level(
    node: &Node<'_>,
    entry: u32,
    version: Option<u32>,
    properties: &mut Properties,
    spans: &mut Spans,
) {
    let columns = node.get("columns").map_or(&[][..], Node::items).iter();
    let named = columns.filter(|column| column.get("name").is_some());
    for (at, column) in named.enumerate() {
        let tests = ["data_tests", "tests"].into_iter();
        let tests = tests.flat_map(|key| column.get(key).map_or(&[][..], Node::items));
        let mut is_tested = false;
        for test in tests {
            is_tested |= !may_be_off(test);
            field(test, entry, properties, spans);
        }
        if let (true, Ok(at)) = (is_tested, u32::try_from(at)) {
            properties.tested.push(TestedColumn { entry, version, at });
        }
    }
}

fn field(test: &Node<'_>, entry: u32, properties: &mut Properties, spans: &mut Spans) {
    let Some(arguments) = test.get("relationships").filter(|_| !may_be_off(test)) else {
        return;
    };
    let inside = arguments.get("arguments").unwrap_or(arguments);
    let (Some(to), Some(field)) = (inside.get("to"), inside.get("field")) else {
        return;
    };
    if let (Some(name), Some(scalar)) = (optional_text(inside, "field"), field.scalar()) {
        properties.fields.push((entry, name));
        spans.fields.push(FieldSpans {
            field: scalar.content,
            to: to.span,
        });
    }
}
