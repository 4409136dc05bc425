//! What can be typed in a property file or dbt_project.yml: refs in the places where dbt reads
//! them, names, and else keys and values.

use crate::ide::Completions;
use crate::syntax::jinja::{self, CallAtCursor, Cursor, WordAtCursor};
use crate::syntax::yaml::{self, Node, Path, Place, Step};
use crate::text::Span;

use super::{Surroundings, Writer, at_cursor, keys, names};

/// What can be typed at `offset` of a property file or dbt_project.yml.
pub(super) fn complete<'a>(
    writer: &Writer<'a>,
    text: &str,
    offset: u32,
) -> Option<Completions<'a>> {
    let document = yaml::parse(text);
    let path = yaml::path_at(&document, text, offset);
    let keys = || {
        let project = Some(&*writer.linked.project);
        keys::at(project, &writer.file, &document.root, &path, text, offset)
    };
    let Place::InValue { typed, quote } = path.place else {
        return keys();
    };
    let inner = match quote {
        Some('\'') => '"',
        Some(_) | None => '\'',
    };
    let value = typed.of(text);
    let start = typed.start as usize;
    if value.contains("{{") || value.contains("{%") {
        let inside = offset.checked_sub(typed.start)?;
        let cursor = shifted(jinja::cursor_at(value, inside)?, start);
        return at_cursor(writer, &cursor, Surroundings::Template(inner));
    }
    if !is_expression(&document.root, &path) {
        return names::in_properties(writer, &document.root, &path, typed).or_else(keys);
    }
    let cursor = jinja::expression_cursor_at(value, start, offset)?;
    at_cursor(writer, &cursor, Surroundings::Expression(inner))
}

/// The cursor with the places that completion looks at counted from the file's start.
fn shifted(cursor: Cursor<'_>, by: usize) -> Cursor<'_> {
    let shift = |span: Span| span.shift(by);
    match cursor {
        Cursor::Call(call) => Cursor::Call(Box::new(CallAtCursor {
            typed: shift(call.typed),
            keyword: call.keyword.map(|(name, span)| (name, shift(span))),
            ..*call
        })),
        Cursor::Word(word) => Cursor::Word(WordAtCursor {
            typed: shift(word.typed),
            ..word
        }),
    }
}

/// Whether dbt reads the value as code without braces round it.
fn is_expression(root: &Node<'_>, path: &Path<'_>) -> bool {
    let keys = |wanted: &[&str]| {
        let mut keys = path.steps.iter().filter_map(|step| match step {
            Step::Key(key) => Some(*key),
            Step::Index(_) => None,
        });
        keys.any(|key| wanted.contains(&key))
    };
    match (path.steps.first(), path.steps.last()) {
        (Some(Step::Key("exposures")), Some(Step::Index(_))) => keys(&["depends_on"]),
        (Some(Step::Key("semantic_models")), Some(Step::Key("model"))) => path.steps.len() == 3,
        (Some(Step::Key("unit_tests")), Some(Step::Key("input"))) => keys(&["given"]),
        (Some(Step::Key("snapshots")), Some(Step::Key("relation"))) => path.steps.len() == 3,
        (Some(Step::Key(_)), Some(Step::Key("to"))) => keys(&["constraints"]) || is_test(&keys),
        (Some(Step::Key(_)), Some(Step::Key(_))) => is_test(&keys) && starts_call(root, path),
        _ => false,
    }
}

fn is_test(keys: &dyn Fn(&[&str]) -> bool) -> bool {
    keys(&["data_tests", "tests"])
}

/// Whether the value looks like the beginning of a call that dbt reads in any test argument.
fn starts_call(root: &Node<'_>, path: &Path<'_>) -> bool {
    let mut node = root;
    for step in &path.steps {
        let next = match step {
            Step::Key(key) => node.get(key),
            Step::Index(at) => node.items().get(*at),
        };
        let Some(next) = next else { return false };
        node = next;
    }
    node.as_str().is_some_and(|text| {
        let text = text.trim_start();
        text.starts_with("ref") || text.starts_with("source")
    })
}

#[cfg(test)]
mod tests;
