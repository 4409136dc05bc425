//! Arguments of macros that are described otherwise than the macro has them (dbt-core
//! `parser/schemas.py`, `_check_patch_arguments`).

use crate::ide::diagnostics::{Draft, File};
use crate::project::{EntrySpans, Macro, PropertyEntry, Role};
use crate::text::Span;

/// Names of types that stand alone, and those with types of their own in brackets.
const TYPES: [(&str, usize); 12] = [
    ("str", 0),
    ("string", 0),
    ("bool", 0),
    ("int", 0),
    ("integer", 0),
    ("float", 0),
    ("any", 0),
    ("relation", 0),
    ("column", 0),
    ("list", 1),
    ("optional", 1),
    ("dict", 2),
];
/// Deeper ones are nobody's.
const DEEPEST: u32 = 32;

/// What an entry about a macro says wrongly of its arguments.
pub(super) fn check(file: &File<'_>, entry: &PropertyEntry, spans: &EntrySpans) -> Vec<Draft> {
    let project = &file.linked.project;
    if entry.columns.is_empty() || project.definition.is_off("validate_macro_args") {
        return Vec::new();
    }
    let full = |known: &Macro| {
        if known.is_test {
            format!("test_{}", known.name)
        } else {
            known.name.to_string()
        }
    };
    let Some(known) = project.index.macros().find(|it| *full(it) == *entry.name) else {
        return Vec::new();
    };
    // Of those in a folder of generic tests dbt does not know the arguments.
    let is_read = Role::of(&known.file, &project.definition).0 == Role::Macro;
    let parameters = known.parameters(project);
    let parameters = if is_read { parameters } else { &[] };
    let mut found = Vec::new();
    let mut add = |span: Option<Span>, message: String| {
        found.extend(span.map(|span| Draft::new(span, message)));
    };
    for (at, (described, parameter)) in entry.columns.iter().zip(parameters).enumerate() {
        let parameter = parameter.split('=').next().unwrap_or_default().trim();
        if described.name() != parameter && !described.name().contains('{') {
            let message = format!(
                "the macro has `{parameter}` here, not `{}`",
                described.name()
            );
            add(spans.columns.name(at), message);
        }
    }
    if entry.columns.len() != parameters.len() {
        let (own, described) = (parameters.len(), entry.columns.len());
        let message = format!("the macro has another number of arguments: {own}, not {described}");
        add(Some(spans.name), message);
    }
    for (at, described) in entry.columns.iter().enumerate() {
        let Some(kind) = described.data_type().filter(|it| !it.contains('{')) else {
            continue;
        };
        if !kind.trim().is_empty() && !is_type(kind) {
            let message = format!("dbt knows no type `{kind}` of an argument");
            add(spans.columns.data_type(at, described), message);
        }
    }
    found
}

fn is_type(written: &str) -> bool {
    let plain = written.replace([' ', '\t'], "");
    behind_type(&plain, 0) == Some("")
}

/// What stands behind the type at the start.
fn behind_type(text: &str, depth: u32) -> Option<&str> {
    let end = text.find(|c: char| !c.is_ascii_lowercase());
    let (name, mut rest) = text.split_at_checked(end.unwrap_or(text.len()))?;
    let (_, count) = TYPES.iter().find(|(known, _)| *known == name)?;
    if *count == 0 {
        return Some(rest);
    }
    if depth > DEEPEST {
        return None;
    }
    rest = rest.strip_prefix('[')?;
    for at in 0..*count {
        if at > 0 {
            rest = rest.strip_prefix(',')?;
        }
        rest = behind_type(rest, depth + 1)?;
    }
    rest.strip_prefix(']')
}

#[cfg(test)]
mod tests {
    use super::is_type;
    use crate::fixture::check_diagnostics;

    #[test]
    fn types_are_those_that_dbt_names() {
        for known in [
            "string",
            "list[string]",
            "dict[str, optional[int]]",
            "optional[ any ]",
        ] {
            assert!(is_type(known), "{known}");
        }
        for unknown in [
            "text",
            "list",
            "list[string",
            "dict[str]",
            "string[]",
            "String",
        ] {
            assert!(!is_type(unknown), "{unknown}");
        }
    }

    #[test]
    fn arguments_that_the_macro_does_not_have_are_told() {
        check_diagnostics(
            "
//- project shop
//- macros/m.sql
{% macro cents(column, digits=2) %}{{ column }}{% endmacro %}
{% macro euros(column) %}{{ column }}{% endmacro %}
{% macro free(a, b) %}{{ a }}{% endmacro %}
//- macros/_macros.yml
macros:
  - name: cents
    arguments:
      - {name: column, type: column}
      - {name: digit, type: number}
#              ^^^^^ warning[unused-properties]: the macro has `digits` here, not `digit`
#                           ^^^^^^ warning[unused-properties]: dbt knows no type `number` of an argument
  - name: euros
#         ^^^^^ warning[unused-properties]: the macro has another number of arguments: 1, not 2
    arguments: [{name: column}, {name: digits, type: integer}]
  - name: free
",
        );
    }

    #[test]
    fn a_project_that_switches_it_off_is_left_in_peace() {
        check_diagnostics(
            "
//- project shop
//- dbt_project.yml
name: shop
flags: {validate_macro_args: false}
//- macros/m.sql
{% macro cents(column) %}{{ column }}{% endmacro %}
//- macros/_macros.yml
macros:
  - name: cents
    arguments: [{name: columns, type: text}]
",
        );
    }
}
