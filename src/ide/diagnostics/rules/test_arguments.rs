//! `test-arguments`: arguments of a generic test that stand beside it.

use crate::ide::diagnostics::{Check, Draft, File, Rule};
use crate::project::{TestFault, Verdict};
use crate::rules::{RuleId, Severity};

use super::unknown_key::misfits;

pub(super) const RULE: Rule = Rule {
    id: RuleId::TestArguments,
    explanation: EXPLANATION,
    checks: &[Check::File(check)],
};

const EXPLANATION: &str = "\
An argument of a generic test stands beside the test's configuration and not under `arguments:`, or
a configuration (`severity`, `where`, …) beside `config:` and not under it. dbt still takes it, and
warns (D039, D030). Nothing is said where the flag `require_generic_test_arguments_property` is off.

Bad:

```yaml
- accepted_values:
    values: [new, paid]
```

Good:

```yaml
- accepted_values:
    arguments:
      values: [new, paid]
```

See <https://docs.getdbt.com/reference/resource-properties/data-tests>.
";

fn check(file: &File<'_>) -> Vec<Draft> {
    let flag = "require_generic_test_arguments_property";
    if file.linked.project.definition.is_off(flag) {
        return Vec::new();
    }
    let moved = misfits(file).filter(|misfit| misfit.verdict == Verdict::Moved);
    let moved = moved.map(|misfit| {
        let draft = Draft::new(misfit.span, &*misfit.message);
        draft.at_most(Severity::Warning)
    });
    let faults = file
        .data_tests()
        .filter_map(|(test, spans)| match &test.fault {
            Some(TestFault::Flat(argument)) => Some((argument, &test.name, spans.fault)),
            Some(_) | None => None,
        });
    faults
        .map(|(argument, name, span)| {
            let message = format!("`{argument}` belongs under `arguments:` of the test `{name}`");
            Draft::new(span, message)
        })
        .chain(moved)
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::fixture::check_diagnostics;

    #[test]
    fn arguments_in_their_place_are_fine() {
        check_diagnostics(
            "
//- project shop
//- models/orders.sql
select 1 as a
//- models/_models.yml
models:
  - name: orders
    columns:
      - name: a
        data_tests:
          - accepted_values: {arguments: {values: [1], limit: 1}, config: {where: a}}
          - accepted_values: {arguments: {values: [1]}, quote: false}
          - unique: {name: x, description: y}
          - {test_name: unique, name: z}
",
        );
    }

    #[test]
    fn a_project_that_switches_it_off_is_left_in_peace() {
        check_diagnostics(
            "
//- project shop
//- models/orders.sql
select 1 as a
//- models/_models.yml
models:
  - name: orders
    data_tests: [{accepted_values: {column_name: a, values: [1]}}]
//- dbt_project.yml
name: shop
flags: {require_generic_test_arguments_property: false}
",
        );
    }

    #[test]
    fn an_argument_beside_the_test_is_warned_of() {
        check_diagnostics(
            "
//- project shop
//- models/orders.sql
select 1 as a
//- models/_models.yml
models:
  - name: orders
    columns:
      - name: a
        data_tests:
          - accepted_values:
              values: [1]
#             ^^^^^^ warning[test-arguments]: `values` belongs under `arguments:` of the test `accepted_values`
",
        );
    }

    #[test]
    fn a_configuration_beside_the_test_is_warned_of() {
        check_diagnostics(
            "
//- project shop
//- models/orders.sql
select 1 as a
//- models/_models.yml
models:
  - name: orders
    columns:
      - name: a
        data_tests:
          - unique:
              severity: warn
#             ^^^^^^^^ warning[test-arguments]: `severity` belongs under `config:` of the test by now
              config: {where: a > 1}
          - not_null:
              where: a > 1
#             ^^^^^ error[invalid-value]: `where` stands both in `config` and beside it; dbt takes it in one place only
              config: {where: a > 2}
",
        );
    }
}
