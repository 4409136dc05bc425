//! What can stand in the arguments of a `source`? Sources and their tables.

use std::collections::BTreeMap;

use crate::ide::{Completion, CompletionKind, Completions};
use crate::mesh::SourceTarget;
use crate::syntax::jinja::{CallAtCursor, CursorPlace};

use super::arguments::text;
use super::{Ending, Writer, item};

/// What can stand where the cursor is in a call of `source`.
pub(super) fn complete(
    writer: &Writer<'_>,
    call: &CallAtCursor<'_>,
    ending: &Ending,
) -> Option<Completions<'static>> {
    if call.place == CursorPlace::Behind {
        return None;
    }
    let items = match (call.position, call.keyword) {
        (Some(0), None) => sources(writer, call, ending),
        (Some(1), None) => tables(writer, call, ending),
        (Some(_) | None, _) => Vec::new(),
    };
    Some(Completions {
        items,
        is_incomplete: false,
    })
}

/// The sources; with their tables where none follows yet.
fn sources(
    writer: &Writer<'_>,
    call: &CallAtCursor<'_>,
    ending: &Ending,
) -> Vec<Completion<'static>> {
    let has_table = !call.after.is_empty();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let targets: Vec<SourceTarget<'_>> = writer.linked.source_tables().collect();
    for target in &targets {
        *counts.entry(&target.table.source).or_default() += 1;
    }
    let mut items: Vec<Completion<'static>> = counts
        .into_iter()
        .map(|(name, count)| {
            let plural = if count == 1 { "" } else { "s" };
            let insert = if has_table {
                ending.alone(name)
            } else {
                ending.first(name)
            };
            Completion {
                label: name.to_owned().into(),
                kind: CompletionKind::Source,
                detail: Some(format!("{count} table{plural}").into()),
                replace: ending.replace,
                insert: insert.into(),
                filter: None,
                is_deprecated: false,
                documentation: None,
            }
        })
        .collect();
    if !has_table {
        items.extend(targets.iter().map(|target| {
            let (source, name) = (&target.table.source, &target.table.name);
            let label = format!("{source}.{name}");
            of(writer, target, ending, label, ending.both(source, name))
        }));
    }
    items
}

fn tables(
    writer: &Writer<'_>,
    call: &CallAtCursor<'_>,
    ending: &Ending,
) -> Vec<Completion<'static>> {
    let Some(source) = call.before.first().and_then(text) else {
        return Vec::new();
    };
    let tables = writer.linked.tables_of(source);
    tables
        .map(|target| {
            let name = &target.table.name;
            let insert = ending.last(name).into_owned();
            of(writer, &target, ending, name.to_string(), insert)
        })
        .collect()
}

fn of(
    writer: &Writer<'_>,
    target: &SourceTarget<'_>,
    ending: &Ending,
    label: String,
    insert: String,
) -> Completion<'static> {
    let package = target.project.name();
    let is_own = target.project.root == writer.linked.project.root;
    Completion {
        label: label.into(),
        kind: CompletionKind::Table,
        detail: (!is_own).then(|| package.to_owned().into()),
        replace: ending.replace,
        insert: insert.into(),
        filter: None,
        is_deprecated: false,
        documentation: Some(item::source_key(target).into()),
    }
}
