//! Which variables can stand in a call of `var` or `env_var`?

use std::collections::BTreeSet;

use crate::ide::variables::{given, shown};
use crate::ide::{Completion, CompletionKind, Completions};
use crate::syntax::jinja::{CallAtCursor, CursorPlace};

use super::{Ending, Writer};

/// What the project's variables are called.
pub(super) fn project(
    writer: &Writer<'_>,
    call: &CallAtCursor<'_>,
    ending: &Ending,
) -> Option<Completions<'static>> {
    let found = given(writer.linked);
    let found = found
        .into_iter()
        .map(|(name, value)| (name.to_owned(), Some(shown(value))));
    names(call, ending, found.collect())
}

/// What the variables of the environment are called; never what they hold.
pub(super) fn environment(
    writer: &Writer<'_>,
    call: &CallAtCursor<'_>,
    ending: &Ending,
) -> Option<Completions<'static>> {
    let found: BTreeSet<&str> = writer.environment.keys().map(String::as_str).collect();
    let found = found.into_iter().map(|name| (name.to_owned(), None));
    names(call, ending, found.collect())
}

fn names(
    call: &CallAtCursor<'_>,
    ending: &Ending,
    found: Vec<(String, Option<String>)>,
) -> Option<Completions<'static>> {
    if call.position != Some(0) || call.place != CursorPlace::Value {
        return None;
    }
    let items = found.into_iter().map(|(name, detail)| Completion {
        insert: ending.last(&name).into_owned().into(),
        label: name.into(),
        kind: CompletionKind::Value,
        detail: detail.map(Into::into),
        replace: ending.replace,
        filter: None,
        is_deprecated: false,
        documentation: None,
    });
    Some(Completions {
        items: items.collect(),
        is_incomplete: false,
    })
}
