//! Which filters and tests does a template name that Jinja does not have? It refuses the whole
//! template for one, unless it stands under a condition: then it stops when it comes there
//! (Jinja2 `compiler.py`).

use super::expression::{Expression, ExpressionKind, Filter, Test};
use super::statement::{BlockKind, Definition, Statement, SyntaxError, Template};
use super::walk;
use crate::text::Span;

/// Jinja's filters, and dbt's.
const FILTERS: &[&str] = &[
    "abs",
    "as_bool",
    "as_native",
    "as_number",
    "as_text",
    "attr",
    "batch",
    "capitalize",
    "center",
    "count",
    "d",
    "default",
    "dictsort",
    "e",
    "escape",
    "filesizeformat",
    "first",
    "float",
    "forceescape",
    "format",
    "groupby",
    "indent",
    "int",
    "is_list",
    "items",
    "join",
    "last",
    "length",
    "list",
    "lower",
    "map",
    "max",
    "min",
    "pprint",
    "random",
    "reject",
    "rejectattr",
    "replace",
    "reverse",
    "round",
    "safe",
    "select",
    "selectattr",
    "slice",
    "sort",
    "string",
    "striptags",
    "sum",
    "title",
    "tojson",
    "trim",
    "truncate",
    "unique",
    "upper",
    "urlencode",
    "urlize",
    "wordcount",
    "wordwrap",
    "xmlattr",
];

/// Jinja's tests by name.
const TESTS: &[&str] = &[
    "boolean",
    "callable",
    "defined",
    "divisibleby",
    "eq",
    "equalto",
    "escaped",
    "even",
    "false",
    "filter",
    "float",
    "ge",
    "greaterthan",
    "gt",
    "in",
    "integer",
    "iterable",
    "le",
    "lessthan",
    "lower",
    "lt",
    "mapping",
    "ne",
    "none",
    "None",
    "number",
    "odd",
    "sameas",
    "sequence",
    "string",
    "test",
    "true",
    "undefined",
    "upper",
];

/// The first filter or test of a template, outside of its macros, that Jinja does not have.
#[must_use]
pub fn unknown_filter(template: &Template<'_>) -> Option<SyntaxError> {
    let mut found = None;
    body(&template.body, true, &mut found);
    found
}

/// The same inside of a macro, which Jinja reads when something calls it.
#[must_use]
pub fn unknown_filter_in(definition: &Definition<'_>) -> Option<SyntaxError> {
    let mut found = None;
    let defaults = definition.parameters.iter().flat_map(|it| &it.default);
    defaults.for_each(|default| expression(default, &mut found));
    body(&definition.body, false, &mut found);
    found
}

/// Why Jinja does not have a filter, where it has none of this name.
#[must_use]
pub fn no_filter(filter: &Filter<'_>) -> Option<SyntaxError> {
    let mut found = None;
    check("filter", filter.name, filter.name_span, FILTERS, &mut found);
    found
}

/// The same of a test.
#[must_use]
pub fn no_test(test: &Test<'_>) -> Option<SyntaxError> {
    let mut found = None;
    check("test", test.name, test.name_span, TESTS, &mut found);
    found
}

fn body(statements: &[Statement<'_>], is_outside: bool, found: &mut Option<SyntaxError>) {
    let before = found.is_some();
    for statement in statements {
        let is_outside = is_outside && !matches!(statement, Statement::Definition(_));
        match statement {
            // What stands under a condition is looked up when Jinja comes there.
            Statement::If(_) => continue,
            // They run when something calls them.
            Statement::Definition(definition) if definition.kind != BlockKind::Snapshot => continue,
            Statement::Filter(block) => named(&block.filters, found),
            Statement::SetBlock(set) => named(&set.filters, found),
            _ => {}
        }
        walk::expressions(statement, &mut |it| expression(it, found));
        walk::bodies(statement, &mut |it| body(it, is_outside, found));
        if let Some(error) = found.as_mut().filter(|_| !before) {
            error.is_outside = is_outside;
            return;
        }
    }
}

fn named(filters: &[Filter<'_>], found: &mut Option<SyntaxError>) {
    for filter in filters {
        check("filter", filter.name, filter.name_span, FILTERS, found);
    }
}

fn expression(it: &Expression<'_>, found: &mut Option<SyntaxError>) {
    match &it.kind {
        ExpressionKind::Conditional(_) => return,
        ExpressionKind::Filter(filter) => {
            check("filter", filter.name, filter.name_span, FILTERS, found);
        }
        ExpressionKind::Test(test) => check("test", test.name, test.name_span, TESTS, found),
        _ => {}
    }
    walk::children(it, &mut |part| expression(part, found));
}

fn check(kind: &str, name: &str, span: Span, known: &[&str], found: &mut Option<SyntaxError>) {
    if name.is_empty() || known.contains(&name) || found.is_some() {
        return;
    }
    *found = Some(SyntaxError {
        span,
        message: format!("Jinja has no {kind} `{name}`"),
        is_fatal: true,
        is_outside: false,
    });
}
