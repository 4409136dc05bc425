//! `duplicate-name`: two resources of one project have the same name.

use crate::ide::diagnostics::{Check, Draft, File, Rule};
use crate::project::{Duplicate, NodeId, TestFault};
use crate::rules::RuleId;
use crate::text::Span;

pub(super) const RULE: Rule = Rule {
    id: RuleId::DuplicateName,
    explanation: EXPLANATION,
    checks: &[Check::File(check)],
};

const EXPLANATION: &str = "\
Two things of one project have a name that only one of them can have: two models in two folders
(folders are no part of a name), two entries of property files about one model that is switched on,
one version listed twice, two tables of one source, two docs blocks, two groups, two macros, one data
test with the same arguments twice on a column. Neither may an `alias` give two models one name in
the warehouse.

dbt stops when it parses. The same name in two projects is fine as long as refs name the project.

Bad:

```text
models/staging/orders.sql
models/marts/orders.sql
```

Good:

```text
models/staging/stg_orders.sql
models/marts/orders.sql
```

See <https://docs.getdbt.com/reference/resource-properties/model_name>.
";

fn check(file: &File<'_>) -> Vec<Draft> {
    let duplicates = file.linked.project.index.duplicates();
    let mut found: Vec<Draft> = duplicates
        .iter()
        .flat_map(|duplicate| drafts(file, duplicate))
        .collect();
    found.dedup_by_key(|draft| draft.span);
    found.extend(data_tests(file));
    found
}

/// Data tests of one name and the same arguments at one place.
fn data_tests(file: &File<'_>) -> impl Iterator<Item = Draft> {
    let seconds = file.data_tests().filter_map(|(test, spans)| {
        let is_second = test.fault == Some(TestFault::Twice);
        is_second.then_some((&test.name, spans.fault))
    });
    seconds.map(|(name, span)| {
        let message = format!("the test `{name}` stands here twice with the same arguments");
        Draft::new(span, message)
    })
}

fn drafts(file: &File<'_>, duplicate: &Duplicate) -> Vec<Draft> {
    match duplicate {
        Duplicate::Nodes(first, second) => [(first, second), (second, first)]
            .into_iter()
            .filter_map(|(a, b)| node(file, *a, *b))
            .collect(),
        Duplicate::Relations(first, second) => [(first, second), (second, first)]
            .into_iter()
            .filter_map(|(a, b)| relation(file, *a, *b))
            .collect(),
        Duplicate::Entries(first, second) => {
            let both = [(first, second), (second, first)].into_iter();
            both.filter_map(|(a, b)| entry(file, a, b)).collect()
        }
        Duplicate::Groups(first, second) => {
            let both = [(first, second), (second, first)].into_iter();
            both.filter_map(|(a, b)| group(file, a, b)).collect()
        }
        Duplicate::Tables(first, second) => {
            let both = [(first, second), (second, first)].into_iter();
            both.filter_map(|(a, b)| table(file, a, b)).collect()
        }
        Duplicate::Docs(first, second) => {
            let both = [(first, second), (second, first)].into_iter();
            both.filter_map(|(a, b)| block(file, a, b, "docs block"))
                .collect()
        }
        Duplicate::Macros(first, second) => {
            let both = [(first, second), (second, first)].into_iter();
            both.filter_map(|(a, b)| block(file, a, b, "macro"))
                .collect()
        }
        Duplicate::Version(path, at, version) => version_twice(file, path, *at, *version)
            .into_iter()
            .collect(),
    }
}

fn node(file: &File<'_>, this: NodeId, other: NodeId) -> Option<Draft> {
    let index = &file.linked.project.index;
    let (this, other) = (index.node(this)?, index.node(other)?);
    if *this.origin.file != *file.path {
        return None;
    }
    let span = super::invalid_value::name_of(file, this)?;
    let (kind, name, file_of) = (this.resource_type, &this.name, &other.origin.file);
    let message = if this.resource_type == other.resource_type {
        format!("two {kind}s of this project are called `{name}`; the other is in {file_of}")
    } else {
        let other = other.resource_type;
        format!("this {kind} and a {other} in {file_of} would both be `{name}` in the warehouse")
    };
    let place = file.place_in(&other.origin.file, Span::default());
    Some(Draft::new(span, message).related(Some(place), "the other one"))
}

/// Two resources that an alias gives one name.
fn relation(file: &File<'_>, this: NodeId, other: NodeId) -> Option<Draft> {
    let index = &file.linked.project.index;
    let (this, other) = (index.node(this)?, index.node(other)?);
    if *this.origin.file != *file.path {
        return None;
    }
    let project = &file.linked.project;
    let set = project.configured(this, "alias");
    let set = set.and_then(|(_, setter)| super::invalid_access::span_of(file, this, setter));
    let span = set.or_else(|| super::invalid_value::name_of(file, this))?;
    let message = format!(
        "`{}` and the {} `{}` in {} would have one name in the warehouse",
        this.name, other.resource_type, other.name, other.origin.file
    );
    let place = file.place_in(&other.origin.file, Span::default());
    Some(Draft::new(span, message).related(Some(place), "the other one"))
}

fn entry(
    file: &File<'_>,
    this: &(std::sync::Arc<str>, u32),
    other: &(std::sync::Arc<str>, u32),
) -> Option<Draft> {
    if *this.0 != *file.path {
        return None;
    }
    let span = file.facts?.spans.entries.get(this.1 as usize)?.name;
    let other_span = file
        .linked
        .project
        .file(&other.0)?
        .spans
        .entries
        .get(other.1 as usize)?
        .name;
    let message = format!(
        "a second entry about the same thing is in {}; dbt takes one only",
        other.0
    );
    let place = file.place_in(&other.0, other_span);
    Some(Draft::new(span, message).related(Some(place), "the other entry"))
}

fn group(
    file: &File<'_>,
    this: &(std::sync::Arc<str>, u32),
    other: &(std::sync::Arc<str>, u32),
) -> Option<Draft> {
    if *this.0 != *file.path {
        return None;
    }
    let span = *file.facts?.spans.groups.get(this.1 as usize)?;
    let other_span = *file
        .linked
        .project
        .file(&other.0)?
        .spans
        .groups
        .get(other.1 as usize)?;
    let place = file.place_in(&other.0, other_span);
    let message = format!("a second group of this name is in {}", other.0);
    Some(Draft::new(span, message).related(Some(place), "the other group"))
}

fn table(
    file: &File<'_>,
    this: &(std::sync::Arc<str>, u32, u32),
    other: &(std::sync::Arc<str>, u32, u32),
) -> Option<Draft> {
    if *this.0 != *file.path {
        return None;
    }
    let span_of = |(path, entry, at): &(std::sync::Arc<str>, u32, u32)| {
        let spans = &file.linked.project.file(path)?.spans;
        let entry = spans.entries.get(*entry as usize)?;
        entry.columns.name(*at as usize)
    };
    let place = file.place_in(&other.0, span_of(other)?);
    let message = format!("a second table of this name and source is in {}", other.0);
    Some(Draft::new(span_of(this)?, message).related(Some(place), "the other table"))
}

/// A docs block or a macro.
fn block(
    file: &File<'_>,
    this: &(std::sync::Arc<str>, u32),
    other: &(std::sync::Arc<str>, u32),
    kind: &str,
) -> Option<Draft> {
    if *this.0 != *file.path {
        return None;
    }
    let span_of = |(path, at): &(std::sync::Arc<str>, u32)| {
        let spans = &file.linked.project.file(path)?.spans;
        spans.blocks.get(*at as usize).copied()
    };
    let place = file.place_in(&other.0, span_of(other)?);
    let message = format!("a second {kind} of this name is in {}", other.0);
    Some(Draft::new(span_of(this)?, message).related(Some(place), "the other one"))
}

fn version_twice(file: &File<'_>, path: &str, entry: u32, version: u32) -> Option<Draft> {
    if path != file.path {
        return None;
    }
    let span = *file
        .facts?
        .spans
        .entries
        .get(entry as usize)?
        .versions
        .get(version as usize)?;
    Some(Draft::new(span, "this version stands twice in the list"))
}
