//! Refs inside YAML scalars, read as dbt reads each place.

use std::collections::HashSet;

use thin_vec::ThinVec;

use crate::project::facts::yaml_jinja::refused_text;
use crate::project::facts::{
    Function, InvalidRef, Owner, RefArguments, RefPlace, RefPlaces, RefSpans, Reference, reference,
};
use crate::syntax::jinja::{self, CallSite, Reach};
use crate::syntax::yaml::{Node, Scalar, Value};
use crate::text::Span;

use super::columns::selection;
use super::data_tests::may_be_off;
use super::optional_text;

/// Collects the refs of a file.
#[derive(Default)]
pub(super) struct Collector {
    pub(super) references: Vec<Reference>,
    pub(super) spans: RefPlaces,
}

impl Collector {
    /// `constraints[].to` of a model and of its columns and versions.
    pub(super) fn constraints(&mut self, node: &Node<'_>, owner: Owner) {
        let versions = node.get("versions").map_or(&[][..], Node::items);
        for level in std::iter::once(node).chain(versions) {
            let columns = level.get("columns").map_or(&[][..], Node::items);
            for holder in std::iter::once(level).chain(columns) {
                for constraint in holder.get("constraints").map_or(&[][..], Node::items) {
                    if let Some(to) = constraint.get("to") {
                        self.plain(to, RefPlace::ForeignKey, owner);
                    }
                }
            }
        }
    }

    /// The arguments of data tests of an entry, its columns, versions and tables.
    pub(super) fn data_tests(&mut self, node: &Node<'_>, owner: Owner) {
        for key in ["data_tests", "tests"] {
            for test in node.get(key).map_or(&[][..], Node::items) {
                let before = self.references.len();
                for arguments in test.entries() {
                    self.test_arguments(&arguments.value, owner);
                }
                self.description_of_test(test, owner);
                // Of a test that is switched off dbt makes no node that could read anything.
                if may_be_off(test) {
                    let new = self.references.get_mut(before..).unwrap_or_default();
                    for reference in new {
                        reference.reach = Reach::Unknown;
                    }
                }
            }
        }
        for key in ["columns", "versions", "tables"] {
            for inner in node.get(key).map_or(&[][..], Node::items) {
                self.data_tests(inner, owner);
            }
        }
    }

    /// dbt shows the description of a test like any other.
    fn description_of_test(&mut self, test: &Node<'_>, owner: Owner) {
        let told = match test.entries() {
            [one] => &one.value,
            _ => test,
        };
        if let Some(Value::Scalar(scalar)) = told.get("description").map(|it| &it.value) {
            self.template(scalar, RefPlace::Description, owner);
        }
    }

    fn test_arguments(&mut self, node: &Node<'_>, owner: Owner) {
        match &node.value {
            Value::Null => {}
            Value::Scalar(scalar) if is_bare_call(&scalar.text) => {
                self.expression(scalar, RefPlace::TestArgument, owner);
            }
            Value::Scalar(scalar) => self.template(scalar, RefPlace::TestArgument, owner),
            Value::List(items) => {
                for item in items {
                    self.test_arguments(item, owner);
                }
            }
            Value::Map(entries) => {
                for entry in entries {
                    self.test_arguments(&entry.value, owner);
                }
            }
        }
    }

    /// The descriptions of an entry, of what stands in it, and of its versions. What each version has
    /// in place of the model's own dbt does not show.
    pub(super) fn descriptions_of_entry(&mut self, node: &Node<'_>, owner: Owner) {
        let versions = node.get("versions").map_or(&[][..], Node::items);
        let before = self.references.len();
        self.descriptions(node, owner);
        if versions.is_empty() {
            return;
        }
        let is_blank =
            |it: &Node<'_>| optional_text(it, "description").is_none_or(|it| it.is_empty());
        let own = node.get("description").map(|it| it.span);
        let own = own.filter(|_| !versions.iter().any(is_blank));
        let columns = node.get("columns").map_or(&[][..], Node::items).iter();
        let taken: Vec<Taken> = versions.iter().map(Taken::by).collect();
        let left = columns.filter(|column| !taken.iter().any(|it| it.has(column)));
        let hidden: Vec<Span> = own.into_iter().chain(left.map(|it| it.span)).collect();
        let places = (before..self.references.len()).filter_map(|at| self.spans.get(at));
        let places: Vec<Span> = places.map(|it| it.call).collect();
        let new = self.references.get_mut(before..).unwrap_or_default();
        for (reference, place) in new.iter_mut().zip(places) {
            if hidden.iter().any(|hidden| hidden.contains(place)) {
                reference.reach = Reach::Unknown;
            }
        }
        for version in versions {
            self.descriptions(version, owner);
        }
    }

    /// The descriptions that stand below a node.
    fn descriptions(&mut self, node: &Node<'_>, owner: Owner) {
        for entry in node.entries() {
            match (&*entry.key.text, &entry.value.value) {
                ("description", Value::Scalar(scalar)) => {
                    self.template(scalar, RefPlace::Description, owner);
                }
                ("meta" | "config" | "data_tests" | "tests" | "versions", _)
                | (_, Value::Null | Value::Scalar(_)) => {}
                (_, Value::Map(_)) => self.descriptions(&entry.value, owner),
                (key, Value::List(items)) => {
                    // Of two columns of one name dbt keeps the last.
                    let mut behind = HashSet::new();
                    let is_kept = |item: &Node<'_>| {
                        let name = optional_text(item, "name").filter(|_| key == "columns");
                        name.is_none_or(|name| behind.insert(name))
                    };
                    let mut are_kept: Vec<bool> = items.iter().rev().map(is_kept).collect();
                    are_kept.reverse();
                    let kept = items.iter().zip(are_kept).filter(|(_, is_kept)| *is_kept);
                    for (item, _) in kept {
                        self.descriptions(item, owner);
                    }
                }
            }
        }
    }

    /// `pre_hook` and `post_hook` of an entry's `config`.
    pub(super) fn hooks(&mut self, node: &Node<'_>, owner: Owner) {
        for key in ["pre_hook", "pre-hook", "post_hook", "post-hook"] {
            if let Some(hook) = node.get("config").and_then(|config| config.get(key)) {
                self.templates_below(hook, RefPlace::Hook, owner);
            }
        }
    }

    /// Every `{{ … }}` of a scalar, or of the scalars below a list or mapping.
    pub(super) fn templates_below(&mut self, node: &Node<'_>, place: RefPlace, owner: Owner) {
        match &node.value {
            Value::Null => {}
            Value::Scalar(scalar) => self.template(scalar, place, owner),
            Value::List(items) => {
                for item in items {
                    self.templates_below(item, place, owner);
                }
            }
            Value::Map(entries) => {
                for entry in entries {
                    self.templates_below(&entry.value, place, owner);
                }
            }
        }
    }

    /// A place where dbt adds the braces and renders: with braces of one's own it fails.
    pub(super) fn without_braces(&mut self, node: &Node<'_>, place: RefPlace, owner: Owner) {
        let Some(scalar) = node.scalar() else { return };
        if scalar.text.contains("{{") {
            return self.invalid(InvalidRef::Braces, scalar.content, place, owner);
        }
        let (_, errors) = jinja::parse_expression(&scalar.text, 0);
        if let Some(error) = errors.into_iter().find(|error| error.is_fatal) {
            let span = scalar.source_span(error.span.range());
            return self.invalid(InvalidRef::Jinja(error.message.into()), span, place, owner);
        }
        self.expression(scalar, place, owner);
    }

    /// A place where dbt reads one plain call with literal arguments and nothing else.
    pub(super) fn plain(&mut self, node: &Node<'_>, place: RefPlace, owner: Owner) {
        let Some(scalar) = node.scalar() else { return };
        let text = scalar.text.trim();
        if text == "this" && place == RefPlace::UnitTestInput {
            return;
        }
        if text.contains("{{") {
            self.invalid(InvalidRef::Braces, scalar.content, place, owner);
            return;
        }
        let before = self.references.len();
        let calls = self.expression(scalar, place, owner);
        let is_plain = calls == 1
            && !text.contains(['~', '|', '+'])
            && text.ends_with(')')
            && is_bare_call(text);
        let is_dynamic = |new: &Reference| {
            matches!(
                new.arguments,
                RefArguments::Dynamic | RefArguments::Invalid(InvalidRef::Undefined { .. })
            )
        };
        let mut new = self.references.get(before..).unwrap_or_default().iter();
        let is_dynamic = new.any(is_dynamic);
        if !is_plain || is_dynamic {
            self.references.truncate(before);
            self.spans.truncate(before);
            self.invalid(InvalidRef::NotPlain, scalar.content, place, owner);
        }
    }

    /// Reads a scalar as an expression; how many calls to `ref` and `source` it holds.
    fn expression(&mut self, scalar: &Scalar<'_>, place: RefPlace, owner: Owner) -> usize {
        let (expression, _) = jinja::parse_expression(&scalar.text, 0);
        let calls = jinja::expression_calls(&expression);
        self.add(&calls, scalar, place, owner);
        let is_read = |call: &&CallSite<'_>| reference::function_of(call, place).is_some();
        calls.iter().filter(is_read).count()
    }

    fn template(&mut self, scalar: &Scalar<'_>, place: RefPlace, owner: Owner) {
        if !scalar.text.contains("{{") && !scalar.text.contains("{%") {
            return;
        }
        let template = jinja::parse(&scalar.text);
        if let (RefPlace::Description | RefPlace::Hook, Owner::Entry(_)) = (place, owner)
            && let Some(error) = refused_text(&template, place == RefPlace::Description)
        {
            let span = scalar.source_span(error.span.range());
            self.invalid(InvalidRef::Jinja(error.message.into()), span, place, owner);
        }
        let calls = match place {
            RefPlace::Description => jinja::calls_in_prose(&template),
            _ => jinja::calls(&template),
        };
        self.add(&calls, scalar, place, owner);
    }

    fn add(&mut self, calls: &[CallSite<'_>], scalar: &Scalar<'_>, place: RefPlace, owner: Owner) {
        let read = |call| reference::read(call, place, owner);
        for (mut reference, spans) in calls.iter().filter_map(read) {
            if place == RefPlace::SemanticModel && reference.function == Function::Source {
                reference.arguments = RefArguments::Invalid(InvalidRef::NotKnownHere);
            }
            let in_file = |span: Span| scalar.source_span(span.range());
            self.references.push(reference);
            self.spans.push(RefSpans {
                call: in_file(spans.call),
                package: spans.package.map(in_file),
                name: spans.name.map(in_file),
                version: spans.version.map(in_file),
                unknown_keyword: spans.unknown_keyword.map(in_file),
            });
        }
    }

    fn invalid(&mut self, why: InvalidRef, span: Span, place: RefPlace, owner: Owner) {
        self.references.push(Reference {
            function: Function::Ref,
            place,
            owner,
            arguments: RefArguments::Invalid(why),
            unknown_keywords: ThinVec::new(),
            reach: Reach::Always,
        });
        self.spans.push(RefSpans {
            call: span,
            package: None,
            name: None,
            version: None,
            unknown_keyword: None,
        });
    }
}

/// The columns that a version has as its model has them.
struct Taken {
    /// All but those left out, where it does not list them.
    include: Option<HashSet<Box<str>>>,
    left_out: HashSet<Box<str>>,
}

impl Taken {
    fn by(version: &Node<'_>) -> Self {
        let (include, exclude) = selection(version);
        let own = version.get("columns").map_or(&[][..], Node::items).iter();
        let own = own.filter_map(|own| optional_text(own, "name"));
        Self {
            include: include.map(|names| names.into_iter().collect()),
            left_out: own.chain(exclude).collect(),
        }
    }

    fn has(&self, column: &Node<'_>) -> bool {
        let name = optional_text(column, "name");
        name.is_some_and(|name| {
            let include = self.include.as_ref();
            include.is_none_or(|it| it.contains(&name)) && !self.left_out.contains(&name)
        })
    }
}

/// Whether dbt puts braces round a test argument: it looks like one call of a name that it knows
/// (dbt-core `clients/jinja.py`).
fn is_bare_call(text: &str) -> bool {
    let text = text.trim();
    ["env_var", "ref", "var", "source", "doc"]
        .iter()
        .any(|name| {
            text.strip_prefix(name).is_some_and(|rest| {
                let rest = rest.trim_start();
                rest.starts_with('(') && rest.ends_with(')') && rest.len() > 2
            })
        })
}
