//! `invalid-test`: a generic test whose name or arguments dbt refuses.

use crate::ide::diagnostics::{Check, Draft, File, Rule};
use crate::project::{DataTest, Macro, Project, TestFault};
use crate::rules::{RuleId, Severity};

use super::invalid_value::names;

pub(super) const RULE: Rule = Rule {
    id: RuleId::InvalidTest,
    explanation: EXPLANATION,
    checks: &[Check::File(check)],
};

const EXPLANATION: &str = "\
A generic test has a value in the place of its arguments, a name that is none, a name of its own with
a space in it, or is given `model`, which dbt gives it itself; or one of dbt's own is given an
argument that it does not have. dbt stops when it parses, or when it compiles the test. A test of
dbt's own that is not given what it needs makes SQL that the warehouse refuses.

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
    let own = file.data_tests().filter(|(test, _)| test.fault.is_none());
    let own = own.filter(|_| has_arguments(file));
    let own = own.filter_map(|(test, spans)| {
        let argument = refused(&file.linked.project, test)?;
        let message = format!("the test `{}` has no argument `{argument}`", test.name);
        Some(Draft::new(spans.name, message))
    });
    let found = file.data_tests().filter_map(|(test, spans)| {
        let name = &test.name;
        let message = match test.fault.as_ref()? {
            TestFault::Flat(_) | TestFault::Twice => return None,
            // The project may have a test of its own by that name.
            TestFault::Extra(_) | TestFault::Missing(_)
                if is_defined(&file.linked.project, name) =>
            {
                return None;
            }
            TestFault::Missing(_) if !has_arguments(file) => return None,
            // DuckDB takes an empty list for what it is.
            TestFault::Missing(argument) => {
                let message = format!("the test `{name}` needs `{argument}`");
                let draft = Draft::new(spans.fault, message);
                let is_sql = &**argument == "values";
                return Some(if is_sql {
                    draft.at_most(Severity::Warning)
                } else {
                    draft
                });
            }
            TestFault::Extra(argument) => format!("the test `{name}` has no argument `{argument}`"),
            TestFault::NoMapping => {
                format!("the test `{name}` has a mapping behind it, or no colon")
            }
            TestFault::Name => "this is not the name of a test".to_owned(),
            TestFault::Model => format!("dbt gives the test `{name}` its `model` itself"),
            TestFault::Spaced(own) => {
                let draft = Draft::new(spans.fault, names::with_space("data test", own));
                return Some(names::as_loud_as_flag(file, names::RESOURCES, draft));
            }
        };
        Some(Draft::new(spans.fault, message))
    });
    found.chain(own).collect()
}

/// Whether what stands below `arguments` is what a test is given, as it is by itself.
fn has_arguments(file: &File<'_>) -> bool {
    let flag = "require_generic_test_arguments_property";
    !file.linked.project.definition.is_off(flag)
}

/// The first argument that a test of the project or of a package is given and does not have.
fn refused<'a>(project: &Project, test: &'a DataTest) -> Option<&'a str> {
    let packages = project.packages.iter().map(|it| &**it);
    let mut projects = std::iter::once(project).chain(packages);
    let definer = match test.package.as_deref() {
        Some(package) => projects.find(|it| it.name() == package)?,
        None => project,
    };
    let full = format!("test_{}", test.name);
    let is_it = |it: &&Macro| {
        if it.is_test {
            it.name == test.name
        } else {
            *it.name == *full
        }
    };
    let mut macros = definer.index.macros().filter(is_it);
    let (Some(known), None) = (macros.next(), macros.next()) else {
        return None;
    };
    // Jinja takes more for those that ask for more.
    let facts = definer.file(&known.file)?;
    let code = facts.text_of_blocks()?;
    if code.contains("kwargs") || facts.refused.is_some() {
        return None;
    }
    let parameters = known.parameters(definer);
    let is_known = |name: &str| {
        let mut names = parameters.iter().filter_map(|it| it.split('=').next());
        names.any(|it| it.trim() == name)
    };
    let given = test.given.split(',').filter(|name| !name.is_empty());
    given.into_iter().find(|name| !is_known(name))
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
select 1 as a, 2 as b
//- models/_models.yml
models:
  - name: orders
    tests: [{unique: {column_name: b}}]
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

    #[test]
    fn tests_of_dbt_that_lack_what_they_need_are_told() {
        check_diagnostics(
            "
//- project shop
//- models/orders.sql
select 1 as a
//- models/_models.yml
models:
  - name: orders
    data_tests:
      - not_null
#       ^^^^^^^^ error[invalid-test]: the test `not_null` needs `column_name`
      - unique: {arguments: {column_name: a}}
    columns:
      - name: a
        data_tests:
          - accepted_values
#           ^^^^^^^^^^^^^^^ warning[invalid-test]: the test `accepted_values` needs `values`
          - relationships: {arguments: {field: a}}
#           ^^^^^^^^^^^^^ error[invalid-test]: the test `relationships` needs `to`
          - relationships: {arguments: {to: ref('orders')}}
#           ^^^^^^^^^^^^^ error[invalid-test]: the test `relationships` needs `field`
          - not_null: {arguments: \"{{ var('values') }}\"}
",
        );
    }

    #[test]
    fn arguments_that_a_test_of_ones_own_does_not_have_stop_it() {
        check_diagnostics(
            "
//- project shop
//- models/orders.sql
select 1 as a
//- models/_models.yml
models:
  - name: orders
    data_tests:
      - whole: {arguments: {least: 1}}
      - kit.theirs: {arguments: {most: 1}}
#       ^^^^^^^^^^ error[invalid-test]: the test `theirs` has no argument `most`
    columns:
      - name: a
        data_tests:
          - above: {arguments: {least: 1, severity: warn}}
          - above: {arguments: {leest: 1}}
#           ^^^^^ error[invalid-test]: the test `above` has no argument `leest`
          - whole: {arguments: {least: 1}}
#           ^^^^^ error[invalid-test]: the test `whole` has no argument `column_name`
          - any: {arguments: {least: 1}}
//- tests/generic/above.sql
{% test above(model, column_name, least=1) %}select {{ column_name }} from {{ model }}{% endtest %}
{% test whole(model, least) %}select {{ least }} from {{ model }}{% endtest %}
//- tests/generic/any.sql
{% test any(model) %}select {{ kwargs.least }} from {{ model }}{% endtest %}
//- package kit
//- macros/theirs.sql
{% test theirs(model) %}select 1{% endtest %}
",
        );
    }
}
