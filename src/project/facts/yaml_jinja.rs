//! What does dbt refuse of the Jinja in the values of a YAML file?
//!
//! It renders nearly all values of dbt_project.yml and of the entries of property files when it
//! reads them (dbt-core `config/renderer.py`, `parser/schema_renderer.py`), and the arguments of
//! data tests with the context of a model. Descriptions and hooks are rendered only where their
//! entry belongs to something, which a file alone does not say.

use super::refused::undefined;
use crate::dbt::{Scope, context_member};
use crate::project::Definition;
use crate::syntax::jinja::{self, SyntaxError, Template};
use crate::syntax::yaml::{Node, Scalar, Value};
use crate::text::Span;

/// The first thing that dbt refuses in a YAML file at `path`.
pub(super) fn refused(path: &str, root: &Node<'_>) -> Option<SyntaxError> {
    if path == Definition::FILE_NAME {
        return below(root, &mut Vec::new(), &of_definition);
    }
    let mut sections = root.entries().iter();
    sections.find_map(|section| {
        let name = &*section.key.text;
        let is_read = SECTIONS.contains(&name);
        let mut items = section.value.items().iter().filter(|_| is_read);
        items.find_map(|item| {
            let error = below(item, &mut Vec::new(), &|keys| of_entry(name, keys));
            let is_tested = matches!(name, "models" | "seeds" | "snapshots");
            error.or_else(|| tests_of(item).filter(|_| is_tested))
        })
    })
}

/// The sections of a property file whose entries dbt renders.
const SECTIONS: [&str; 13] = [
    "models",
    "seeds",
    "snapshots",
    "analyses",
    "sources",
    "exposures",
    "groups",
    "macros",
    "metrics",
    "semantic_models",
    "saved_queries",
    "unit_tests",
    "functions",
];

/// How dbt renders a value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rendering {
    /// Not here.
    None,
    /// With the few names that YAML knows.
    Yaml,
    /// As a part of a model.
    Sql,
}

/// A key, or a place in a list.
type Step<'k> = Option<&'k str>;

fn below<'k>(
    node: &'k Node<'_>,
    keys: &mut Vec<Step<'k>>,
    rendering: &impl Fn(&[Step<'_>]) -> Rendering,
) -> Option<SyntaxError> {
    match &node.value {
        Value::Null => None,
        Value::Scalar(scalar) => of_scalar(scalar, rendering(keys.as_slice())),
        Value::List(items) => items.iter().find_map(|item| {
            keys.push(None);
            let found = below(item, keys, rendering);
            keys.pop();
            found
        }),
        Value::Map(entries) => entries.iter().find_map(|entry| {
            keys.push(Some(&*entry.key.text));
            let found = below(&entry.value, keys, rendering);
            keys.pop();
            found
        }),
    }
}

fn of_scalar(scalar: &Scalar<'_>, rendering: Rendering) -> Option<SyntaxError> {
    let text = &*scalar.text;
    // One letter is looked for first: a mesh has millions of values, and few with a tag.
    let has_tag = text.contains('{') && ["{{", "{%", "{#"].iter().any(|it| text.contains(it));
    if !has_tag || rendering == Rendering::None {
        return None;
    }
    let template = jinja::parse(text);
    let error = unreadable(&template).or_else(|| match rendering {
        Rendering::Yaml => undefined(&template.body, is_known_in_yaml, "YAML"),
        Rendering::Sql | Rendering::None => None,
    })?;
    let span: Span = scalar.source_span(error.span.range());
    Some(SyntaxError { span, ..error })
}

fn unreadable(template: &Template<'_>) -> Option<SyntaxError> {
    let mut errors = template.errors.iter();
    let error = errors.find(|error| error.is_fatal).cloned();
    error.or_else(|| jinja::unknown_filter(template))
}

/// What dbt refuses of a description, or of a hook.
pub(super) fn refused_text(template: &Template<'_>, is_description: bool) -> Option<SyntaxError> {
    let is_known = |name: &str| name == "doc" || is_known_in_yaml(name);
    let unknown = || undefined(&template.body, is_known, "a description");
    unreadable(template).or_else(|| unknown().filter(|_| is_description))
}

fn is_known_in_yaml(name: &str) -> bool {
    matches!(name, "builtins" | "context" | "debug")
        || context_member(name).is_some_and(|member| member.scope == Scope::Everywhere)
}

/// What dbt_project.yml is rendered with.
fn of_definition(keys: &[Step<'_>]) -> Rendering {
    let is_hook = |key: &Step<'_>| {
        let key = key.map(|key| key.trim_start_matches(['+', ' ']));
        matches!(
            key,
            Some("pre-hook" | "post-hook" | "pre_hook" | "post_hook")
        )
    };
    match keys.first() {
        Some(Some("on-run-start" | "on-run-end")) => Rendering::Sql,
        Some(Some("query-comment" | "vars")) => Rendering::None,
        Some(Some("seeds" | "models" | "snapshots" | "tests" | "data_tests"))
            if keys.iter().any(is_hook) =>
        {
            Rendering::None
        }
        _ => Rendering::Yaml,
    }
}

/// What a value of an entry of a property file is rendered with; `keys` are those below the entry.
fn of_entry(section: &str, keys: &[Step<'_>]) -> Rendering {
    // Where dbt puts braces round a ref itself, those of one's own are told as such.
    let is_ref = keys.first() == Some(&Some("depends_on"))
        || matches!(
            keys.last(),
            Some(Some("to" | "relation" | "model" | "input"))
        );
    let is_left = is_ref
        || match (section, keys) {
            ("sources", [Some("tables"), rest @ ..]) => {
                is_left_for_later(rest.get(1..).unwrap_or(&[]))
            }
            ("sources", [Some("config"), Some("loaded_at_query"), ..]) => true,
            ("sources", [first, ..]) => matches!(first, Some("description" | "loaded_at_query")),
            ("saved_queries", [Some("query_params"), Some("where"), ..]) => true,
            ("macros", [Some("arguments"), rest @ ..]) => is_left_for_later(rest),
            ("metrics", keys) | (_, keys @ [Some("metrics"), ..]) if is_filter(keys) => true,
            (_, keys) => is_left_for_later(keys),
        };
    if is_left {
        Rendering::None
    } else {
        Rendering::Yaml
    }
}

fn is_filter(keys: &[Step<'_>]) -> bool {
    keys.iter().rev().take(2).any(|key| *key == Some("filter"))
}

fn is_left_for_later(keys: &[Step<'_>]) -> bool {
    let is_late = |key: Step<'_>| {
        matches!(
            key,
            Some("tests" | "data_tests" | "description" | "loaded_at_query")
        )
    };
    let is_of_part =
        |key: Option<&Step<'_>>| matches!(key, Some(Some("tests" | "data_tests" | "description")));
    match keys {
        [first, ..] if is_late(*first) => true,
        [_, second] if is_late(*second) => true,
        [_, _, _, _, Some("description")] => true,
        [Some("config"), key, ..] => {
            matches!(key, Some("pre_hook" | "post_hook" | "loaded_at_query"))
        }
        [Some("versions"), _, Some("columns"), rest @ ..] => is_of_part(rest.get(1)),
        [
            Some("versions" | "columns" | "dimensions" | "measures" | "entities" | "metrics"),
            rest @ ..,
        ] => is_of_part(rest.get(1)),
        [
            Some("derived_semantics"),
            Some("dimensions" | "entities"),
            rest @ ..,
        ] => is_of_part(rest.get(1)),
        _ => false,
    }
}

/// The data tests of an entry, its columns and versions.
fn tests_of(node: &Node<'_>) -> Option<SyntaxError> {
    let tests = ["data_tests", "tests"].iter();
    let mut tests = tests.flat_map(|key| node.get(key).map_or(&[][..], Node::items));
    let of_tests = tests.find_map(|test| match test.entries() {
        [only] => of_test(&only.key.text, &only.value),
        _ => None,
    });
    of_tests.or_else(|| {
        ["columns", "versions"].iter().find_map(|key| {
            let inner = node.get(key).map_or(&[][..], Node::items);
            inner.iter().find_map(tests_of)
        })
    })
}

/// The arguments and the configuration of a data test.
fn of_test(name: &str, arguments: &Node<'_>) -> Option<SyntaxError> {
    // dbt renders no argument of these.
    let is_plain = matches!(name.rsplit('.').next(), Some("not_null" | "unique"));
    below(arguments, &mut Vec::new(), &|keys| match keys {
        [Some("config"), Some(_)] => Rendering::Yaml,
        [Some("config" | "description" | "name"), ..] => Rendering::None,
        _ if is_plain => Rendering::None,
        _ => Rendering::Sql,
    })
}
