//! Which metrics, measures, functions and docs blocks can be named, by the project and its packages?

use std::collections::BTreeSet;

use crate::ide::{Completion, CompletionKind, Completions};
use crate::project::{Function, Project};
use crate::syntax::jinja::{CallAtCursor, CursorPlace};
use crate::syntax::yaml::{Path, Step};
use crate::text::Span;

use super::arguments::text;
use super::{Ending, Writer};

/// What can stand where the cursor is in a call of `metric`, `function` or `doc`.
pub(super) fn complete(
    writer: &Writer<'_>,
    call: &CallAtCursor<'_>,
    ending: &Ending,
    function: Function,
) -> Option<Completions<'static>> {
    if call.place == CursorPlace::Behind || call.keyword.is_some() {
        return None;
    }
    let package = match call.position {
        Some(0) => None,
        Some(1) => Some(call.before.first().and_then(text)?),
        Some(_) | None => return None,
    };
    let insert = |name: &str| ending.last(name).into_owned();
    Some(named(writer, function, package, ending.replace, &insert))
}

/// What can stand where a property file names a metric or measure; `None` elsewhere.
pub(super) fn in_properties(
    writer: &Writer<'_>,
    path: &Path<'_>,
    typed: Span,
) -> Option<Completions<'static>> {
    let keys = path.steps.iter().filter_map(|step| match step {
        Step::Key(key) => Some(*key),
        Step::Index(_) => None,
    });
    let keys: Vec<&str> = keys.collect();
    let function = match keys.as_slice() {
        ["saved_queries", "query_params", "metrics"] => Function::Metric,
        ["metrics", "type_params", "measure"]
        | ["metrics", "type_params", "measure", "name"]
        | [
            "metrics",
            "type_params",
            "conversion_type_params",
            "base_measure" | "conversion_measure",
        ]
        | [
            "metrics",
            "type_params",
            "conversion_type_params",
            "base_measure" | "conversion_measure",
            "name",
        ] => Function::Measure,
        [
            "metrics",
            "type_params",
            "numerator" | "denominator" | "metrics",
        ]
        | [
            "metrics",
            "type_params",
            "numerator" | "denominator" | "metrics",
            "name",
        ] => Function::Metric,
        ["metrics" | "models", inner @ ..] => match inner {
            [
                "numerator" | "denominator" | "input_metric" | "input_metrics" | "base_metric"
                | "conversion_metric",
            ]
            | [
                "metrics",
                "numerator" | "denominator" | "input_metric" | "input_metrics" | "base_metric"
                | "conversion_metric",
            ]
            | [
                "numerator" | "denominator" | "input_metric" | "input_metrics" | "base_metric"
                | "conversion_metric",
                "name",
            ]
            | [
                "metrics",
                "numerator" | "denominator" | "input_metric" | "input_metrics" | "base_metric"
                | "conversion_metric",
                "name",
            ] => Function::Metric,
            _ => return None,
        },
        _ => return None,
    };
    Some(named(writer, function, None, typed, &str::to_owned))
}

fn named(
    writer: &Writer<'_>,
    function: Function,
    package: Option<&str>,
    replace: Span,
    insert: &dyn Fn(&str) -> String,
) -> Completions<'static> {
    let is_wanted = |name: &str| package.is_none_or(|package| package == name);
    let projects = writer.linked.doc_projects();
    let projects = projects.filter(|project| is_wanted(project.name()));
    let names: BTreeSet<&str> = projects
        .flat_map(|project| names(project, function))
        .collect();
    let kind = match function {
        Function::Doc => "docs block",
        Function::Ref
        | Function::Source
        | Function::Metric
        | Function::Measure
        | Function::Function => function.as_str(),
    };
    let items = names.into_iter().map(|name| Completion {
        label: name.to_owned().into(),
        kind: CompletionKind::Value,
        detail: Some(kind.into()),
        replace,
        insert: insert(name).into(),
        filter: None,
        is_deprecated: false,
        documentation: None,
    });
    Completions {
        items: items.collect(),
        is_incomplete: false,
    }
}

fn names(project: &Project, function: Function) -> Vec<&str> {
    match function {
        Function::Doc => project.index.docs().names().collect(),
        Function::Ref
        | Function::Source
        | Function::Metric
        | Function::Measure
        | Function::Function => project.index.declarations().names(function).collect(),
    }
}
