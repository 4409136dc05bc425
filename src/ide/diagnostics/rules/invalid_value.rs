//! `invalid-value`: a value that dbt refuses for its key.

pub(super) mod names;
mod unit_tests;

use crate::dbt::{Maybe, ResourceType, schema};
use crate::ide::diagnostics::{Check, Draft, File, Rule};
use crate::project::{Definition, FileFacts, Meaning, Node, ProfileMisfit, Role, Verdict};
use crate::rules::{RuleId, Severity};
use crate::syntax::jinja::Reach;
use crate::text::Span;

use super::invalid_access::span_of;
use super::unknown_key::{misfits, profile_misfits, reads_profiles_elsewhere};

pub(super) const RULE: Rule = Rule {
    id: RuleId::InvalidValue,
    explanation: EXPLANATION,
    checks: &[
        Check::File(check),
        Check::File(in_profiles),
        Check::File(in_code),
        Check::File(unmet),
        Check::File(in_both),
        Check::File(names::check),
        Check::File(profile),
        Check::File(unit_tests::check),
    ],
};

const EXPLANATION: &str = "\
A key of dbt_project.yml, of a property file or of `config()` holds something that dbt does not
take: a text where a list belongs, a word that is none of those it knows, nothing at all; or a key
is missing that it wants; or a key stands both in `config` and beside it. dbt stops when it parses.
Values with Jinja in them are not judged. So it is with selectors.yml, with rows of unit tests that
are not of their `format`, and with names that have spaces: of those of sources and semantic models
dbt warns.

A unit test of a model that asks `is_incremental()` has to say what it gives, and needs an input
`this` where that is `true`. The `profile` of dbt_project.yml has to be one of the profiles.yml
beside it, where there is one.

In the profiles.yml beside dbt_project.yml it is an error in the connection of the project's profile
and of the target that counts, and a hint in the others, which dbt does not look at. The values
themselves are never told.

Bad:

```yaml
exposures:
  - name: board
    type: dash
    owner: Ada
```

Good:

```yaml
exposures:
  - name: board
    type: dashboard
    owner: {name: Ada}
```

See <https://docs.getdbt.com/reference/configs-and-properties>.
";

fn check(file: &File<'_>) -> Vec<Draft> {
    let drafts = misfits(file).filter_map(|misfit| {
        let draft = Draft::new(misfit.span, &*misfit.message).replace(misfit.meant);
        match misfit.verdict {
            Verdict::RefusedValue => Some(draft),
            Verdict::LeftAside => Some(draft.at_most(Severity::Warning)),
            Verdict::RefusedKey | Verdict::PassedOver | Verdict::Checked | Verdict::Moved => None,
        }
    });
    drafts.collect()
}

/// The profile of the project, which the profiles.yml beside dbt_project.yml has to have.
fn profile(file: &File<'_>) -> Vec<Draft> {
    let project = &file.linked.project;
    let name = file.world.environment().get("DBT_PROFILE");
    let is_given = name.is_some_and(|name| !name.is_empty());
    if file.role != Role::Definition || is_given || reads_profiles_elsewhere(file) {
        return Vec::new();
    }
    let profiles = project.file("profiles.yml").filter(|facts| {
        let mut errors = facts.spans.yaml_errors.iter();
        !errors.any(|error| error.kind.is_fatal())
    });
    let text = profiles.and_then(FileFacts::kept_text);
    let missing = text.and_then(|text| project.missing_profile(&text));
    let span = file
        .facts
        .and_then(|facts| facts.spans.blocks.first().copied());
    match (missing, span) {
        (Some(missing), Some(span)) => {
            let meant = missing.meant.as_deref();
            let reason = meant.map_or_else(String::new, |it| format!("; did you mean `{it}`?"));
            let name = missing.name;
            let message = format!("the profiles.yml here has no profile `{name}`{reason}");
            vec![Draft::new(span, message).replace(meant)]
        }
        _ => Vec::new(),
    }
}

/// Of profiles.yml dbt reads one connection; in the others nothing stops it now.
fn in_profiles(file: &File<'_>) -> Vec<Draft> {
    profile_misfits(file)
        .filter(|it| it.misfit.verdict == Verdict::RefusedValue)
        .map(|ProfileMisfit { misfit, is_met }| {
            let draft = Draft::new(misfit.span, &*misfit.message).replace(misfit.meant);
            if is_met {
                draft
            } else {
                draft.at_most(Severity::Hint)
            }
        })
        .collect()
}

/// The values of `config()` for which dbt stops.
fn in_code(file: &File<'_>) -> Vec<Draft> {
    let resource_type = match file.role {
        Role::Model => ResourceType::Model,
        Role::Snapshot => ResourceType::Snapshot,
        Role::SingularTest => ResourceType::Test,
        _ => return Vec::new(),
    };
    let Some(facts) = file.facts else {
        return Vec::new();
    };
    let Meaning::Code(code) = &*facts.meaning else {
        return Vec::new();
    };
    let calls = code.configs.iter().zip(&facts.spans.configs);
    let calls = calls.filter(|(call, _)| call.reach == Reach::Always);
    let values = calls.flat_map(|(call, spans)| call.values.iter().zip(&spans.values));
    values
        .filter_map(|((key, value), span)| {
            let message = schema::refused(resource_type, key, value)?;
            Some(Draft::new(*span, message))
        })
        .collect()
}

/// What two files give of which dbt takes one only.
fn in_both(file: &File<'_>) -> Vec<Draft> {
    let (project, Some(facts)) = (&file.linked.project, file.facts) else {
        return Vec::new();
    };
    let spans = &facts.spans;
    let told = match (file.role, &*facts.meaning) {
        (Role::Dependencies, Meaning::Dependencies(own)) if own.packages.is_some() => {
            let other = project.file("packages.yml").map(|other| &*other.meaning);
            let has_both =
                matches!(other, Some(Meaning::Dependencies(other)) if other.packages.is_some());
            let span = spans.blocks.first().copied().unwrap_or(spans.first_line);
            let message = "packages.yml has `packages`, too; dbt takes one of the two files only";
            has_both.then(|| Draft::new(span, message))
        }
        (Role::Definition, _) => {
            let other = project.file(Definition::VARS_FILE);
            let gives_some = other.is_some_and(|other| !other.spans.variables.is_empty());
            let first = spans.variables.first().filter(|_| gives_some);
            let message = "vars.yml gives variables, too; dbt takes one of the two files only";
            first.map(|(_, span)| Draft::new(*span, message))
        }
        _ => None,
    };
    told.into_iter().collect()
}

/// What snapshots and microbatch models lack.
fn unmet(file: &File<'_>) -> Vec<Draft> {
    let project = &file.linked.project;
    let nodes = project.index.of_file(&file.path).map(|(_, node)| node);
    let mut found = Vec::new();
    for node in nodes.filter(|node| node.config.enabled == Maybe::Known(true)) {
        let may_lack = match node.resource_type {
            ResourceType::Snapshot => true,
            ResourceType::Model => node
                .config
                .materialized
                .known()
                .is_some_and(|kind| kind.as_deref() == Some("incremental")),
            _ => false,
        };
        let Some(unmet) = Some(node)
            .filter(|_| may_lack)
            .and_then(|it| project.unmet(it))
        else {
            continue;
        };
        let span = unmet.setter.and_then(|setter| span_of(file, node, setter));
        if let Some(span) = span.or_else(|| name_of(file, node)) {
            found.push(Draft::new(span, unmet.message));
        }
    }
    found
}

/// Where the resource is named in this file.
pub(super) fn name_of(file: &File<'_>, node: &Node) -> Option<Span> {
    let spans = &file.facts?.spans;
    match (node.origin.block, node.origin.entry) {
        (Some(block), _) => spans.blocks.get(block as usize).copied(),
        (None, Some(entry)) => spans.entries.get(entry as usize).map(|entry| entry.name),
        (None, None) => Some(spans.first_line),
    }
}

#[cfg(test)]
mod tests {
    use crate::fixture::check_diagnostics;

    #[test]
    fn values_of_the_wrong_kind_are_told() {
        check_diagnostics(
            "
//- project shop
//- dbt_project.yml
name: shop
restrict-access: yes please
#                ^^^^^^^^^^ error[invalid-value]: `restrict-access` is `true` or `false`, not `yes please`
model-paths: models
#            ^^^^^^ error[invalid-value]: `model-paths` is a list of texts, not `models`
//- models/a.sql
select 1
//- models/a.yml
models:
  - name: a
    description:
#   ^^^^^^^^^^^ error[invalid-value]: `description` is a text, not nothing
    columns:
      - description: The key.
#       ^^^^^^^^^^^ error[invalid-value]: a column needs `name`
      - name: both
        tests: [unique]
#       ^^^^^ error[invalid-value]: `tests` is the older name of `data_tests`; dbt takes one of them only
        data_tests: [not_null]
      - name: id
        quote: sure
#              ^^^^ error[invalid-value]: `quote` is `true` or `false`, not `sure`
        data_tests:
          - unique: {config: {severity: loud, tags: [5], limit: ten}}
#                                       ^^^^ error[invalid-value]: `severity` is `warn` or `error`, not `loud`
#                                                   ^^^ error[invalid-value]: `tags` is a text or a list of texts
#                                                               ^^^ error[invalid-value]: `limit` is a whole number
          - accepted_values:
            values: [1]
#           ^^^^^^ error[invalid-value]: `values` stands beside the data test's name; its arguments belong below it
exposures:
  - name: board
    type: dash
#         ^^^^ error[invalid-value]: `type` is `dashboard`, `notebook`, `analysis`, `ml` or `application`, not `dash`
    owner: {}
#   ^^^^^ error[invalid-value]: an owner needs a `name`, an `email`, or both
",
        );
    }

    #[test]
    fn values_that_fit_or_that_only_dbt_can_tell_are_silent() {
        check_diagnostics(
            "
//- project shop
//- dbt_project.yml
name: shop
version: 1.0
model-paths: [models]
restrict-access: \"{{ env_var('STRICT') }}\"
models:
  shop:
    +tags: daily
seeds:
snapshots:
//- models/a.sql
select 1
//- models/a.yml
models:
  - name: a
    description: \"{{ env_var('TEXT') }}\"
    deprecation_date: 2099-01-01
    latest_version: 2
    versions:
      - v: 2
        defined_in: a
        columns:
          - include: all
            exclude: [id]
          - name: other
    columns:
      - name: id
        tests: []
        data_tests: [unique, {not_null: {config: {severity: WARN}}}]
sources:
  - name: raw
    tables:
groups:
  - name: money
    owner: {email: [ada@example.com]}
",
        );
    }

    #[test]
    fn values_of_configurations_for_which_dbt_stops_are_told() {
        check_diagnostics(
            "
//- project shop
//- dbt_project.yml
name: shop
models:
  shop:
    +enabled: maybe
#             ^^^^^ error[invalid-value]: `enabled` is `true` or `false`
seeds:
  +quote_columns: \"{{ target.name == 'prod' }}\"
//- models/a.sql
{{ config(meta='x', tags=5, docs={'show': 'x'}, pre_hook=[5], schema=5) }} select 1
--        ^^^^^^^^ error[invalid-value]: `meta` is a mapping
--                          ^^^^^^^^^^^^^^^^^^ error[invalid-value]: `docs.show` is `true` or `false`
--                                              ^^^^^^^^^^^^ error[invalid-value]: `pre-hook` is SQL, or a list of SQL
//- models/b.sql
{{ config(full_refresh=none, enabled=var('on', true), contract={'enforced': false}, freshness={'build_after': {'count': 1, 'period': 'day'}}) }}
select 1
//- models/c.yml
models:
  - name: a
    config:
      grants: reader
#             ^^^^^^ error[invalid-value]: `grants` is a mapping
      freshness: {build_after: {count: 1}}
#                ^^^^^^^^^^^^^^^^^^^^^^^^^ error[invalid-value]: `build_after` needs `period` beside `count`
  - name: b
    config:
      materialized: anything
      meta: {a: 1}
      docs: {show: false}
      persist_docs: {relation: true}
",
        );
    }

    #[test]
    fn what_two_files_give_is_told() {
        check_diagnostics(
            "
//- project shop
//- dependencies.yml
packages: []
#<0>^^^^^^^^^^^^ error[invalid-value]: packages.yml has `packages`, too; dbt takes one of the two files only
//- packages.yml
packages: []
//- dbt_project.yml
name: shop
vars: {a: 1}
#      ^ error[invalid-value]: vars.yml gives variables, too; dbt takes one of the two files only
//- vars.yml
vars: {a: 2}
",
        );
    }

    #[test]
    fn a_version_includes_all_columns_or_a_list_of_them() {
        check_diagnostics(
            "
//- project shop
//- models/a_v1.sql
select 1
//- models/a_v2.sql
select 1
//- models/a_v3.sql
select 1
//- models/a.yml
models:
  - name: a
    columns: [{name: id}, {name: other}]
    versions:
      - {v: 1, columns: [{include: [id], exclude: []}]}
      - {v: 2, columns: [{include: id}]}
#                                  ^^ error[invalid-value]: `include` is `all` or `*` or a list of texts, not `id`
      - {v: 3, columns: [{include: [id], exclude: [other]}]}
#                                        ^^^^^^^ error[invalid-value]: `exclude` goes with `include: all` only
",
        );
    }
}
