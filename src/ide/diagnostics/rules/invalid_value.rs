//! `invalid-value`: a value that dbt refuses for its key.

use crate::ide::diagnostics::{Check, Draft, File, Rule};
use crate::project::Verdict;
use crate::rules::RuleId;

use super::unknown_key::misfits;

pub(super) const RULE: Rule = Rule {
    id: RuleId::InvalidValue,
    explanation: EXPLANATION,
    checks: &[Check::File(check)],
};

const EXPLANATION: &str = "\
A key of dbt_project.yml or of a property file holds something that dbt does not take: a text where
a list belongs, a word that is none of those it knows, nothing at all; or a key is missing that it
wants. dbt stops when it parses. Values with Jinja in them are not judged.

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
    misfits(file)
        .filter(|misfit| misfit.verdict == Verdict::RefusedValue)
        .map(|misfit| Draft::new(misfit.span, &*misfit.message).replace(misfit.meant))
        .collect()
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
          - unique: {config: {severity: loud}}
#                                       ^^^^ error[invalid-value]: `severity` is `warn` or `error`, not `loud`
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
}
