//! `invalid-test`: a generic test whose name or arguments dbt refuses.

use crate::ide::diagnostics::{Check, Draft, File, Rule};
use crate::project::{Project, TestFault};
use crate::rules::RuleId;

pub(super) const RULE: Rule = Rule {
    id: RuleId::InvalidTest,
    explanation: EXPLANATION,
    checks: &[Check::File(check)],
};

const EXPLANATION: &str = "\
A generic test has a value in the place of its arguments, a name that is none, or is given `model`,
which dbt gives it itself; or one of dbt's own is given an argument that it does not have. dbt stops
when it parses, or when it compiles the test.

Bad:

```yaml
data_tests:
  - unique: order_id
```

Good:

```yaml
data_tests:
  - unique:
      arguments:
        column_name: order_id
```

See <https://docs.getdbt.com/reference/resource-properties/data-tests>.
";

fn check(file: &File<'_>) -> Vec<Draft> {
    let found = file.data_tests().filter_map(|(test, spans)| {
        let name = &test.name;
        let message = match test.fault.as_ref()? {
            TestFault::Flat(_) => return None,
            // The project may have a test of its own by that name.
            TestFault::Extra(_) if is_defined(&file.linked.project, name) => return None,
            TestFault::Extra(argument) => format!("the test `{name}` has no argument `{argument}`"),
            TestFault::NoMapping => {
                format!("the test `{name}` has a mapping behind it, or no colon")
            }
            TestFault::Name => "this is not the name of a test".to_owned(),
            TestFault::Model => format!("dbt gives the test `{name}` its `model` itself"),
        };
        Some(Draft::new(spans.fault, message))
    });
    found.collect()
}

/// Whether the project or a package defines a test of this name.
fn is_defined(project: &Project, name: &str) -> bool {
    let full = format!("test_{name}");
    let packages = project.packages.iter().map(|it| &**it);
    let mut macros = std::iter::once(project)
        .chain(packages)
        .flat_map(|it| it.index.macros());
    macros.any(|it| (it.is_test && *it.name == *name) || it.name.ends_with(&*full))
}

#[cfg(test)]
mod tests {
    use crate::fixture::check_diagnostics;

    #[test]
    fn either_key_and_every_form_is_fine() {
        check_diagnostics(
            "
//- project shop
//- models/orders.sql
select 1 as a
//- models/_models.yml
models:
  - name: orders
    tests: [{unique: {column_name: a}}]
    columns:
      - {name: a, data_tests: [unique, {not_null: {}}]}
",
        );
    }

    #[test]
    fn forms_that_dbt_refuses_stop_it() {
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
          - unique: 5
#           ^^^^^^ error[invalid-test]: the test `unique` has a mapping behind it, or no colon
          - unique: {arguments: {model: x}}
#                                ^^^^^ error[invalid-test]: dbt gives the test `unique` its `model` itself
          - \"!x\"
#            ^^ error[invalid-test]: this is not the name of a test
",
        );
    }

    #[test]
    fn arguments_that_a_test_of_dbt_does_not_have_stop_it() {
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
          - not_null: {no_such: 1}
#                      ^^^^^^^ error[invalid-test]: the test `not_null` has no argument `no_such`
          - relationships: {arguments: {to: ref('orders'), fields: a}}
#                                                          ^^^^^^ error[invalid-test]: the test `relationships` has no argument `fields`
          - accepted_values: {arguments: {values: [1], quote: false}, config: {where: x}}
          - not_null: {arguments: {where: x, config: {severity: warn}}}
          - unique: {no_such: 1}
//- tests/generic/unique.sql
{% test unique(model, column_name, no_such) %} select 1 {% endtest %}
",
        );
    }
}
