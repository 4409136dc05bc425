//! Metrics and measures: where property files declare them, and where they name them.
//! (dbt-core `parser/schema_yaml_readers.py`, `parser/manifest.py`.)

use super::embedded::Collector;
use crate::project::facts::{
    Declared, Function, Owner, Properties, RefArguments, RefPlace, RefSpans, Reference, Section,
    Spans,
};
use crate::syntax::jinja::Reach;
use crate::syntax::yaml::{Node, Resolved, Scalar};

/// Reads what an entry declares and names.
pub(super) fn collect(
    section: Section,
    node: &Node<'_>,
    entry: u32,
    properties: &mut Properties,
    spans: &mut Spans,
    collector: &mut Collector,
) {
    let owner = Owner::Entry(entry);
    let mut declare = |function: Function, node: &Node<'_>| {
        let Some(name) = node.get("name").and_then(Node::scalar) else {
            return;
        };
        properties.declared.push(Declared {
            function,
            name: name.text.as_ref().into(),
            entry,
        });
        spans.declared.push(name.content);
    };
    match section {
        Section::Metrics => {
            declare(Function::Metric, node);
            of_metric(node, owner, collector);
        }
        Section::SemanticModels => {
            for measure in items(node, "measures") {
                declare(Function::Measure, measure);
                let makes = measure.get("create_metric").and_then(Node::scalar);
                if makes.is_some_and(says_yes) {
                    declare(Function::Metric, measure);
                }
            }
        }
        Section::Models => {
            for metric in items(node, "metrics") {
                declare(Function::Metric, metric);
                of_metric(metric, owner, collector);
            }
        }
        Section::SavedQueries => {
            let names = node
                .get("query_params")
                .map_or(&[][..], |it| items(it, "metrics"));
            for name in names {
                names_it(name, Function::Metric, owner, collector);
            }
        }
        Section::Seeds
        | Section::Snapshots
        | Section::Analyses
        | Section::Sources
        | Section::Exposures
        | Section::Groups
        | Section::Macros
        | Section::UnitTests
        | Section::Functions
        | Section::DataTests => {}
    }
}

fn items<'n, 't>(node: &'n Node<'t>, key: &str) -> &'n [Node<'t>] {
    node.get(key).map_or(&[][..], Node::items)
}

/// `true` in any of the words that YAML has for it, or as a text.
fn says_yes(scalar: &Scalar<'_>) -> bool {
    scalar.resolve() == Resolved::Bool(true) || scalar.text.eq_ignore_ascii_case("true")
}

/// The metrics and measures that a metric of its type is made of; its other keys dbt passes over.
fn of_metric(node: &Node<'_>, owner: Owner, collector: &mut Collector) {
    let older = node.get("type_params");
    let parameters = older.unwrap_or(node);
    let kind = node.get("type").and_then(Node::as_str);
    let kind = kind.unwrap_or("simple").to_lowercase();
    let mut name = |key: &str, below: &Node<'_>, function: Function| {
        if let Some(named) = below.get(key) {
            names_it(named, function, owner, collector);
        }
    };
    match (kind.as_str(), older.is_some()) {
        ("simple" | "cumulative", true) => name("measure", parameters, Function::Measure),
        ("cumulative", false) => name("input_metric", parameters, Function::Metric),
        ("ratio", _) => {
            name("numerator", parameters, Function::Metric);
            name("denominator", parameters, Function::Metric);
        }
        ("conversion", true) => {
            if let Some(below) = parameters.get("conversion_type_params") {
                name("base_measure", below, Function::Measure);
                name("conversion_measure", below, Function::Measure);
            }
        }
        ("conversion", false) => {
            name("base_metric", parameters, Function::Metric);
            name("conversion_metric", parameters, Function::Metric);
        }
        ("derived", is_older) => {
            let key = if is_older { "metrics" } else { "input_metrics" };
            for metric in items(parameters, key) {
                names_it(metric, Function::Metric, owner, collector);
            }
        }
        _ => {}
    }
}

/// A name, or a mapping with one.
fn names_it(node: &Node<'_>, function: Function, owner: Owner, collector: &mut Collector) {
    let named = node.scalar().or_else(|| node.get("name")?.scalar());
    let Some(scalar) = named.filter(|it| !it.text.is_empty() && !it.text.contains('{')) else {
        return;
    };
    collector.references.push(Reference {
        function,
        place: RefPlace::Semantics,
        owner,
        arguments: RefArguments::Declared {
            package: None,
            name: scalar.text.as_ref().into(),
        },
        unknown_keywords: thin_vec::ThinVec::new(),
        reach: Reach::Always,
    });
    collector.spans.push(RefSpans {
        call: scalar.content,
        package: None,
        name: Some(scalar.content),
        version: None,
        unknown_keyword: None,
    });
}
