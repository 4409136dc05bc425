//! `unused-properties`: an entry of a property file describes nothing.

mod arguments;

use std::collections::BTreeSet;

use crate::dbt::{ResourceType, closest};
use crate::ide::diagnostics::{Check, Draft, File, Rule};
use crate::manifest::Node;
use crate::project::{EntrySpans, Meaning, PropertyEntry, Role, Section};
use crate::rules::RuleId;

pub(super) const RULE: Rule = Rule {
    id: RuleId::UnusedProperties,
    explanation: EXPLANATION,
    checks: &[Check::File(check)],
};

const EXPLANATION: &str = "\
An entry of a property file is about a model, seed, snapshot, analysis or macro that is not there,
or stands under the key of another kind. dbt warns (events I057, I058, I059) and leaves the entry
aside: its tests do not run, its configuration does not count.

Of the arguments of a macro dbt warns where they are others than the macro has, or in another order,
and where it does not know a `type`, unless the flag `validate_macro_args` is off.

A model of another project cannot be described here, only where it is made.

Bad:

```yaml
models:
  - name: order  # models/orders.sql
```

Good:

```yaml
models:
  - name: orders
```

See <https://docs.getdbt.com/reference/model-properties>.
";

fn check(file: &File<'_>) -> Vec<Draft> {
    let Some(facts) = file.facts.filter(|_| file.role == Role::Properties) else {
        return Vec::new();
    };
    let Meaning::Properties(properties) = &*facts.meaning else {
        return Vec::new();
    };
    if !file.linked.project.has_all_packages() {
        return Vec::new();
    }
    let entries = properties.entries.iter().zip(&facts.spans.entries);
    entries
        .flat_map(|(entry, spans)| of_entry(file, entry, spans))
        .collect()
}

fn of_entry(file: &File<'_>, entry: &PropertyEntry, spans: &EntrySpans) -> Vec<Draft> {
    if entry.name.is_empty() || entry.name.contains('{') {
        return Vec::new();
    }
    let kind = match entry.section {
        Section::Models => ResourceType::Model,
        Section::Seeds => ResourceType::Seed,
        Section::Snapshots => ResourceType::Snapshot,
        Section::Analyses => ResourceType::Analysis,
        Section::DataTests => ResourceType::Test,
        Section::Macros => {
            let mut found = arguments::check(file, entry, spans);
            found.extend(unknown_macro(file, entry, spans));
            return found;
        }
        Section::Sources
        | Section::Exposures
        | Section::Groups
        | Section::Metrics
        | Section::SemanticModels
        | Section::SavedQueries
        | Section::UnitTests
        | Section::Functions => return Vec::new(),
    };
    if kind == ResourceType::Model && !entry.versions.is_empty() {
        // Versions without a file are told as such.
        return Vec::new();
    }
    let (linked, name) = (file.linked, &*entry.name);
    let named = || {
        let projects = linked.local_projects();
        projects.flat_map(|project| project.index.named(name))
    };
    if named().any(|(_, node)| node.resource_type == kind) {
        return Vec::new();
    }
    let other = named().find(|(_, node)| node.resource_type.is_refable());
    let is_refable = kind.is_refable();
    if let Some((_, node)) = other.filter(|_| is_refable) {
        let found = node.resource_type;
        let message = format!("`{name}` is a {found}, and described under the key of {kind}s");
        return vec![Draft::new(spans.name, message)];
    }
    let nodes = linked.project.index.nodes();
    let of_kind = nodes.filter(|(_, node)| node.resource_type == kind);
    let known: BTreeSet<&str> = of_kind.map(|(_, node)| &*node.name).collect();
    let meant = closest(name, known);
    let publisher = publisher(file, name).filter(|_| is_refable);
    let reason = match (meant, publisher) {
        (Some(meant), _) => format!("; did you mean `{meant}`?"),
        (None, Some(project)) => format!("; the one of `{project}` is described there"),
        (None, None) => ": dbt leaves this entry aside".to_owned(),
    };
    let message = format!("no {kind} `{name}` in this project{reason}");
    vec![Draft::new(spans.name, message).replace(meant)]
}

/// The other project that has a model of the name.
fn publisher<'a>(file: &File<'a>, name: &str) -> Option<&'a str> {
    let mut found = file
        .linked
        .manifests()
        .flat_map(|(_, manifest)| manifest.named(name));
    found.next().map(Node::package_name)
}

fn unknown_macro(file: &File<'_>, entry: &PropertyEntry, spans: &EntrySpans) -> Option<Draft> {
    let project = &file.linked.project;
    let name = &*entry.name;
    let is_macro = |block: &crate::project::CodeBlock| {
        *block.name == *name || name.strip_prefix("test_") == Some(&*block.name)
    };
    let is_known = name.starts_with("materialization_")
        || project.files.values().any(|facts| match &*facts.meaning {
            Meaning::Code(code) => code.blocks.iter().any(is_macro),
            Meaning::Properties(_)
            | Meaning::Definition(..)
            | Meaning::LoomConfig(_)
            | Meaning::Dependencies(_)
            | Meaning::Other => false,
        });
    (!is_known).then(|| {
        let message = format!("no macro `{name}` in this project: dbt leaves this entry aside");
        Draft::new(spans.name, message)
    })
}

#[cfg(test)]
mod tests {
    use crate::fixture::check_diagnostics;

    #[test]
    fn entries_about_what_is_there_are_fine() {
        check_diagnostics(
            "
//- project shop
//- models/orders.sql
{{ config(enabled=false) }}
//- models/lines_v1.sql
select 1
//- models/second.sql
select 1
//- seeds/days.csv
//- macros/m.sql
{% macro cents(x) %}{% endmacro %}
{% test even(model) %}{% endtest %}
//- models/all.yml
models:
  - name: orders
  - name: events
  - name: lines
    versions: [{v: 1}, {v: 2, defined_in: second}]
seeds: [{name: days}]
snapshots:
  - name: kept
    relation: ref('days')
    config: {strategy: check, check_cols: all, unique_key: id}
macros: [{name: cents}, {name: test_even}]
//- package web
//- models/events.sql
select 1
",
        );
    }

    #[test]
    fn entries_about_nothing_are_told() {
        check_diagnostics(
            "
//- project shop needs:core
//- models/orders.sql
select 1
//- seeds/days.csv
//- tests/one.sql
select 1
//- tests/another.sql
select 1
//- models/all.yml
data_tests: [{name: one}, {name: anoter}]
#                                ^^^^^^ warning[unused-properties]: no test `anoter` in this project; did you mean `another`?
models:
  - name: order
#         ^^^^^ warning[unused-properties]: no model `order` in this project; did you mean `orders`?
  - name: products
#         ^^^^^^^^ warning[unused-properties]: no model `products` in this project; the one of `core` is described there
  - name: days
#         ^^^^ warning[unused-properties]: `days` is a seed, and described under the key of models
  - name: lines
    versions: [{v: 1}]
#                  ^ warning[unknown-version]: version 1 of `lines` has no file: dbt looks for `lines_v1`
macros: [{name: cents}]
#               ^^^^^ warning[unused-properties]: no macro `cents` in this project: dbt leaves this entry aside
//- manifest core
//- models/products.sql access:public
select 1
",
        );
    }
}
