//! `unknown-test`: a property file names a generic test that nobody defines.

use crate::dbt::{closest, global_macros, global_macros_named};
use crate::ide::diagnostics::{Check, Draft, File, Rule};
use crate::project::{DataTest, Project};
use crate::rules::RuleId;

pub(super) const RULE: Rule = Rule {
    id: RuleId::UnknownTest,
    explanation: EXPLANATION,
    checks: &[Check::File(check)],
};

const EXPLANATION: &str = "\
A property file gives a model, column, seed, snapshot or source a generic test that neither the
project nor its packages nor dbt define. dbt parses such a file, and fails when it comes to the
test.

Nothing is said where packages are not installed, or of the tests of a model that is not there or
is switched off.

Bad:

```yaml
columns:
  - name: order_id
    data_tests: [uniqe]
```

Good:

```yaml
columns:
  - name: order_id
    data_tests: [unique]
```

See <https://docs.getdbt.com/docs/build/data-tests>.
";

fn check(file: &File<'_>) -> Vec<Draft> {
    let project = &file.linked.project;
    file.data_tests()
        .filter(|(test, _)| !test.name.is_empty() && !is_known(project, test))
        .filter(|_| !file.may_hide_macros())
        .map(|(test, spans)| {
            let message = match &test.package {
                Some(package) => format!("package `{package}` has no generic test `{}`", test.name),
                None => format!(
                    "no generic test `{}` in this project, its packages or dbt",
                    test.name
                ),
            };
            let meant = closest(&test.name, names(project)).filter(|_| test.package.is_none());
            let question = meant.map_or(String::new(), |it| format!("; did you mean `{it}`?"));
            Draft::new(spans.name, message + &question).replace(meant)
        })
        .collect()
}

fn all(project: &Project) -> impl Iterator<Item = &Project> {
    std::iter::once(project).chain(project.packages.iter().map(|it| &**it))
}

fn is_known(project: &Project, test: &DataTest) -> bool {
    let package = test.package.as_deref();
    if package == Some("dbt") {
        return true;
    }
    let full = format!("test_{}", test.name);
    let mut projects = all(project).filter(|it| package.is_none_or(|package| it.name() == package));
    let is_defined = projects.any(|project| {
        let mut macros = project.index.macros();
        macros.any(|it| (it.is_test && it.name == test.name) || *it.name == *full)
    });
    is_defined || (package.is_none() && global_macros_named(&full).next().is_some())
}

fn names(project: &Project) -> impl Iterator<Item = &str> {
    let own = all(project).flat_map(|it| it.index.macros());
    let own = own.filter_map(|it| {
        if it.is_test {
            Some(&*it.name)
        } else {
            it.name.strip_prefix("test_")
        }
    });
    let of_dbt = global_macros().filter(|it| it.owner == "dbt");
    own.chain(of_dbt.filter_map(|it| it.name.strip_prefix("test_")))
}

#[cfg(test)]
mod tests {
    use crate::fixture::check_diagnostics;

    #[test]
    fn tests_that_somebody_defines_are_fine() {
        check_diagnostics(
            "
//- project shop
//- models/orders.sql
select 1 as a, 2 as b
//- models/_models.yml
models:
  - name: orders
    data_tests: [own, older, kit.theirs, theirs]
    columns:
      - {name: a, data_tests: [unique, not_null, {accepted_values: {arguments: {values: [1]}}}]}
      - name: b
        tests:
          - {test_name: own, name: x}
          - gone: {config: {enabled: false}}
          - \"{{ gone }}\"
  - name: no_such_model
#         ^^^^^^^^^^^^^ warning[unused-properties]: no model `no_such_model` in this project: dbt leaves this entry aside
    data_tests: [gone]
//- tests/generic/own.sql
{% test own(model, column_name=none) %}select 1{% endtest %}
//- macros/older.sql
{% macro test_older(model) %}select 1{% endmacro %}
//- package kit
//- macros/theirs.sql
{% test theirs(model) %}select 1{% endtest %}
",
        );
    }

    #[test]
    fn a_test_that_nobody_defines_fails() {
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
          - uniqe
#           ^^^^^ error[unknown-test]: no generic test `uniqe` in this project, its packages or dbt; did you mean `unique`?
          - kit.gone: {name: x}
#           ^^^^^^^^ error[unknown-test]: package `kit` has no generic test `gone`
//- package kit
//- macros/theirs.sql
{% test theirs(model) %}select 1{% endtest %}
",
        );
    }
}
