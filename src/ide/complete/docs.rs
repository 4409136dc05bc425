//! What can stand in the arguments of a `doc`? Docs blocks of the project and its packages.

use std::collections::BTreeSet;

use crate::ide::{Completion, CompletionKind, Completions};
use crate::syntax::jinja::{CallAtCursor, CursorPlace};

use super::arguments::text;
use super::{Ending, Writer};

/// What can stand where the cursor is in a call of `doc`.
pub(super) fn complete(
    writer: &Writer<'_>,
    call: &CallAtCursor<'_>,
    ending: &Ending,
) -> Option<Completions> {
    if call.place == CursorPlace::Behind || call.keyword.is_some() {
        return None;
    }
    let package = match call.position {
        Some(0) => None,
        Some(1) => Some(call.before.first().and_then(text)?),
        Some(_) | None => return None,
    };
    let is_wanted = |name: &str| package.is_none_or(|package| package == name);
    let projects = writer.linked.doc_projects();
    let projects = projects.filter(|project| is_wanted(project.name()));
    let names: BTreeSet<&str> = projects
        .flat_map(|project| project.index.docs().names())
        .collect();
    let items = names.into_iter().map(|name| Completion {
        label: name.to_owned(),
        kind: CompletionKind::Value,
        detail: Some("docs block".to_owned()),
        replace: ending.replace,
        insert: ending.last(name),
        filter: None,
        is_deprecated: false,
        documentation: None,
    });
    Some(Completions {
        items: items.collect(),
        is_incomplete: false,
    })
}
