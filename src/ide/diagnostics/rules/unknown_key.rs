//! `unknown-key`: a key that dbt does not know in its place.

use crate::ide::diagnostics::{Check, Draft, File, Rule};
use crate::project::{FileFacts, Misfit, ProfileMisfit, Role, Verdict};
use crate::rules::{RuleId, Severity};

pub(super) const RULE: Rule = Rule {
    id: RuleId::UnknownKey,
    explanation: EXPLANATION,
    checks: &[Check::File(check), Check::File(in_connections)],
};

const EXPLANATION: &str = "\
A YAML file has a key that dbt does not know there. How dbt takes it depends on the place. It stops
at the top of dbt_project.yml, and in sources, exposures, groups, versions, unit tests, semantic
models, metrics, arguments of macros, `docs`, `quoting` and `freshness`. It passes over it in
silence at the top of a property file and in models, seeds, snapshots and macros; there it is a
hint. With BigQuery, Databricks, Redshift and Snowflake dbt checks all keys and warns of those
that it does not know; then it is a warning.

Configurations, columns and tables of sources may have keys of one's own: only what looks like a
slip of the finger is a hint there. So it is in the connections of profiles.yml, where the adapter is
BigQuery, ClickHouse, DuckDB, Postgres, Redshift, Snowflake, Spark, Teradata or Trino.

Bad:

```yaml
models:
  - name: orders
    tags: [daily]
```

Good:

```yaml
models:
  - name: orders
    config:
      tags: [daily]
```

See <https://docs.getdbt.com/reference/model-properties>.
";

fn in_connections(file: &File<'_>) -> Vec<Draft> {
    profile_misfits(file)
        .filter(|it| it.misfit.verdict == Verdict::PassedOver)
        .map(|ProfileMisfit { misfit, .. }| {
            let draft = Draft::new(misfit.span, &*misfit.message);
            draft.replace(misfit.meant).at_most(Severity::Hint)
        })
        .collect()
}

/// The misfits of the profiles.yml beside dbt_project.yml, where dbt reads that one.
pub(super) fn profile_misfits(file: &File<'_>) -> impl Iterator<Item = ProfileMisfit> + use<> {
    let facts = file.facts.filter(|facts| {
        let mut errors = facts.spans.yaml_errors.iter();
        file.role == Role::Profiles && !errors.any(|error| error.kind.is_fatal())
    });
    let text = facts
        .filter(|_| !reads_profiles_elsewhere(file))
        .and_then(FileFacts::kept_text);
    let project = &file.linked.project;
    let misfits = text.map(|text| project.profile_misfits(&text, &file.world.asked()));
    misfits.into_iter().flatten()
}

/// Whether the environment sends dbt to another folder for its profiles.yml.
pub(super) fn reads_profiles_elsewhere(file: &File<'_>) -> bool {
    let folder = file.world.environment().get("DBT_PROFILES_DIR");
    folder.is_some_and(|folder| !matches!(&**folder, "" | "." | "./"))
}

fn check(file: &File<'_>) -> Vec<Draft> {
    let misfits: Vec<&Misfit> = misfits(file)
        .filter(|misfit| is_of_key(misfit.verdict))
        .collect();
    if misfits.is_empty() {
        return Vec::new();
    }
    let is_checked = file.linked.project.checks_keys(&file.world.asked());
    let drafts = misfits.into_iter().filter_map(|misfit| {
        let draft = Draft::new(misfit.span, &*misfit.message).replace(misfit.meant);
        match misfit.verdict {
            Verdict::RefusedKey => Some(draft),
            Verdict::PassedOver | Verdict::Checked if is_checked => {
                Some(draft.at_most(Severity::Warning))
            }
            Verdict::PassedOver => Some(draft.at_most(Severity::Hint)),
            Verdict::Checked | Verdict::RefusedValue | Verdict::LeftAside | Verdict::Moved => None,
        }
    });
    drafts.collect()
}

fn is_of_key(verdict: Verdict) -> bool {
    match verdict {
        Verdict::RefusedKey | Verdict::PassedOver | Verdict::Checked => true,
        Verdict::RefusedValue | Verdict::LeftAside | Verdict::Moved => false,
    }
}

/// The misfits of a file that dbt reads.
pub(super) fn misfits<'a>(file: &File<'a>) -> impl Iterator<Item = &'a Misfit> + use<'a> {
    let is_read = matches!(
        file.role,
        Role::Properties | Role::Definition | Role::Packages | Role::Dependencies | Role::Selectors
    );
    let facts = file.facts.filter(|_| is_read);
    // Where the file is no YAML, its keys are anybody's guess.
    let facts = facts.filter(|facts| {
        let mut errors = facts.spans.yaml_errors.iter();
        !errors.any(|error| error.kind.is_fatal())
    });
    facts.into_iter().flat_map(|facts| &facts.spans.misfits)
}

#[cfg(test)]
mod tests {
    use crate::fixture::check_diagnostics;

    #[test]
    fn keys_that_dbt_refuses_are_errors() {
        check_diagnostics(
            "
//- project shop
//- dbt_project.yml
name: shop
modles:
#<0>^^^^^^ error[unknown-key]: dbt_project.yml has no key `modles`; did you mean `models`?
//- models/a.yml
sources:
  - name: raw
    shcema: landing
#   ^^^^^^ error[unknown-key]: a source has no key `shcema`; did you mean `schema`?
exposures:
  - name: board
    type: dashboard
    owner: {name: Ada, slack: '#board'}
    depends: []
#   ^^^^^^^ error[unknown-key]: an exposure has no key `depends`
",
        );
    }

    #[test]
    fn keys_that_dbt_passes_over_are_hints() {
        check_diagnostics(
            "
//- project shop
//- models/a.sql
select 1
//- models/a.yml
modles: []
#<0>^^^^^^ hint[unknown-key]: a property file has no key `modles`; did you mean `models`?
models:
  - name: a
    tags: [daily]
#   ^^^^ hint[unknown-key]: `tags` has no effect here; it belongs below `config`
    config:
      materialised: table
#     ^^^^^^^^^^^^ hint[unknown-key]: a model's configuration has no key `materialised`; did you mean `materialized`?
      my_own_key: 1
      meta: {anything: goes}
    docs: {show: true}
    columns:
      - name: id
        masking: none
",
        );
    }

    #[test]
    fn anchors_jinja_and_files_that_dbt_does_not_read_are_silent() {
        check_diagnostics(
            "
//- project shop
//- models/a.sql
select 1
//- models/a.yml
x-columns: []
ours: &ours {name: id}
models:
  - name: a
    columns: [*ours]
    \"{{ whatever }}\": 1
//- other.yml
nodels: 1
",
        );
    }
}
