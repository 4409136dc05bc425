//! The columns of entries and versions, and the tables of sources.

use thin_vec::ThinVec;

use crate::project::facts::column::ColumnTexts;
use crate::project::facts::{Column, ColumnSpans, SourceTable};
use crate::syntax::yaml::{Node, Resolved};
use crate::text::Span;

use super::{config, name_span, optional_text, text};

/// The columns of an entry and their names' places.
pub(super) fn columns(node: &Node<'_>, texts: &mut ColumnTexts) -> (ThinVec<Column>, ColumnSpans) {
    named(node.get("columns").map_or(&[][..], Node::items), texts)
}

/// The arguments of a macro and their names' places.
pub(super) fn arguments(
    node: &Node<'_>,
    texts: &mut ColumnTexts,
) -> (ThinVec<Column>, ColumnSpans) {
    let items = node.get("arguments").map_or(&[][..], Node::items);
    let named = items.iter().filter(|item| item.get("name").is_some());
    let argument = |item: &Node<'_>| {
        let kind = optional_text(item, "type");
        let (name, about) = (text(item, "name"), text(item, "description"));
        let written = kind.as_ref().and_then(|_| item.get("type")?.scalar());
        let places = (name_span(item), written.map(|text| text.content.start));
        (
            Column::new((&*name, false), kind.as_deref(), &about, texts),
            places,
        )
    };
    let (columns, places): (_, Vec<_>) = named.map(argument).unzip();
    let (places, types) = places.into_iter().unzip();
    (columns, ColumnSpans::new(places, types))
}

/// The tables of a source and their names' places.
pub(super) fn tables(node: &Node<'_>, texts: &mut ColumnTexts) -> (ThinVec<Column>, ColumnSpans) {
    named(node.get("tables").map_or(&[][..], Node::items), texts)
}

/// What is said of one table of a source.
pub(super) fn source_table(node: &Node<'_>, texts: &mut ColumnTexts) -> SourceTable {
    SourceTable {
        identifier: optional_text(node, "identifier"),
        config: config(node).0,
        columns: columns(node, texts).0,
    }
}

fn named(items: &[Node<'_>], texts: &mut ColumnTexts) -> (ThinVec<Column>, ColumnSpans) {
    let with_name = items.iter().filter(|item| item.get("name").is_some());
    let mut columns = ThinVec::new();
    let (names, types) = with_name
        .map(|item| {
            let data_type = optional_text(item, "data_type");
            let quote = item.get("quote").and_then(Node::scalar);
            let is_quoted = quote.is_some_and(|it| it.resolve() == Resolved::Bool(true));
            columns.push(Column::new(
                (&*text(item, "name"), is_quoted),
                data_type.as_deref(),
                &text(item, "description"),
                texts,
            ));
            let written = data_type.and_then(|_| item.get("data_type")?.scalar());
            (name_span(item), written.map(|text| text.content.start))
        })
        .unzip();
    (columns, ColumnSpans::new(names, types))
}

/// The names that a version includes (`None` for all) and excludes.
pub(super) fn selection(node: &Node<'_>) -> (Option<ThinVec<Box<str>>>, ThinVec<Box<str>>) {
    let items = node.get("columns").map_or(&[][..], Node::items);
    let Some(item) = items.iter().find(|item| item.get("include").is_some()) else {
        return (None, ThinVec::new());
    };
    let include = item
        .get("include")
        .filter(|include| include.scalar().is_none())
        .map(|include| names(include).into());
    let exclude = item.get("exclude").map(names).unwrap_or_default();
    (include, exclude.into())
}

/// Where the names that a version excludes stand.
pub(super) fn exclude_spans(node: &Node<'_>) -> Box<[Span]> {
    let items = node.get("columns").map_or(&[][..], Node::items);
    let item = items.iter().find(|item| item.get("include").is_some());
    let exclude = item.and_then(|item| item.get("exclude"));
    let items = exclude.map_or(&[][..], Node::items).iter();
    let scalars = items.filter_map(Node::scalar);
    let written = scalars.filter(|name| name.resolve() != Resolved::Null);
    written.map(|name| name.content).collect()
}

fn names(node: &Node<'_>) -> Vec<Box<str>> {
    let scalars = node.items().iter().filter_map(Node::scalar);
    scalars
        .filter(|name| name.resolve() != Resolved::Null)
        .map(|name| name.python_str().into())
        .collect()
}
