//! `unknown-doc`: a description names a docs block that is not there.

use crate::dbt::closest;
use crate::ide::diagnostics::{Check, Draft, File, RefSite, Rule};
use crate::mesh::{DocResolution, resolve_doc};
use crate::project::{Function, RefArguments};
use crate::rules::RuleId;

pub(super) const RULE: Rule = Rule {
    id: RuleId::UnknownDoc,
    explanation: EXPLANATION,
    checks: &[Check::Reference(check)],
};

const EXPLANATION: &str = "\
A description names a docs block that no Markdown file of the project or of its packages has. dbt
stops when it parses. The blocks of another project of the mesh cannot be used.

Bad:

```yaml
description: \"{{ doc('order') }}\"
```

Good:

```text
{% docs orders %}
One row for each order.
{% enddocs %}
```

```yaml
description: \"{{ doc('orders') }}\"
```

See <https://docs.getdbt.com/docs/build/documentation#using-docs-blocks>.
";

fn check(file: &File<'_>, site: &RefSite<'_>) -> Option<Draft> {
    let RefArguments::Declared { package, name } = &site.reference.arguments else {
        return None;
    };
    if site.reference.function != Function::Doc || !site.is_shown() {
        return None;
    }
    match resolve_doc(file.linked, package.as_deref(), name) {
        DocResolution::Found(_) | DocResolution::NotLoaded => return None,
        DocResolution::NotFound => {}
    }
    let wanted = |name: &str| package.as_deref().is_none_or(|package| package == name);
    let projects = (file.linked.doc_projects()).filter(|project| wanted(project.name()));
    let known = projects.flat_map(|project| project.index.docs().names());
    let meant = closest(name, known);
    let message = match package {
        Some(package) => format!("`{package}` has no docs block `{name}`"),
        None => format!("no docs block `{name}`"),
    };
    let elsewhere = file.mesh().projects.iter().find(|other| {
        let project = &other.project;
        project.root != file.linked.project.root
            && project.index.docs().find(name).is_some()
            && wanted(project.name())
    });
    let reason = match (meant, elsewhere) {
        (Some(meant), _) => format!("; did you mean `{meant}`?"),
        (None, Some(other)) => format!(
            "; the one of `{}` stays in that project",
            other.project.name()
        ),
        (None, None) => String::new(),
    };
    let written = meant.filter(|_| site.name_span().len() == name.len());
    Some(Draft::new(site.name_span(), message + &reason).replace(written))
}

#[cfg(test)]
mod tests {
    use crate::fixture::check_diagnostics;

    #[test]
    fn blocks_of_the_project_and_its_packages_are_found() {
        check_diagnostics(
            "
//- project shop
//- models/docs.md
{% docs orders %}
Orders.
{% enddocs %}
//- models/orders.sql
select 1
//- models/orders.yml
models:
  - name: orders
    description: \"{{ doc('orders') }} {{ doc('web', 'events') }} {{ doc('events') }}\"
    columns:
      - name: id
        description: '{{ doc(\"shop\", \"orders\") }} {{ doc(\"__overview__\") }}'
  - name: nothing
#         ^^^^^^^ warning[unused-properties]: no model `nothing` in this project: dbt leaves this entry aside
    description: \"{{ doc('gone') }}\"
unit_tests:
  - name: one
    model: orders
    description: \"{{ doc('gone') }}\"
    given: []
    expect: {rows: []}
//- package web
//- models/docs.md
{% docs events %}Events.{% enddocs %}
",
        );
    }

    #[test]
    fn blocks_that_are_not_there_are_told() {
        check_diagnostics(
            "
//- project shop
//- models/docs.md
{% docs orders %}
Orders.
{% enddocs %}
{% docs twice %}{% enddocs %} {% docs twice %}{% enddocs %}
--      ^^^^^ error[duplicate-name]: a second docs block of this name is in models/docs.md
--                                    ^^^^^ error[duplicate-name]: a second docs block of this name is in models/docs.md
//- models/orders.sql
select 1
//- models/orders.yml
models:
  - name: orders
    description: \"{{ doc('order') }}\"
#                         ^^^^^ error[unknown-doc]: no docs block `order`; did you mean `orders`?
    columns:
      - name: id
        description: >
          The key. {{ doc('core', 'product_id') }}
#                                  ^^^^^^^^^^ error[unknown-doc]: `core` has no docs block `product_id`; the one of `core` stays in that project
exposures:
  - name: board
    type: dashboard
    owner: {email: a@example.com}
    description: \"{{ doc('a', 'b', 'c') }}\"
#                    ^^^^^^^^^^^^^^^^^^ error[invalid-ref]: `doc` takes a name, or a package and a name, not 3 arguments
//- project core
//- models/docs.md
{% docs product_id %}The key.{% enddocs %}
",
        );
    }

    #[test]
    fn descriptions_of_macros_analyses_and_singular_tests_count() {
        check_diagnostics(
            "
//- project shop
//- models/orders.sql
select 1 as id
//- macros/m.sql
{% macro cents(column) %}{{ column }}{% endmacro %}
//- analyses/a.sql
select 1
//- analyses/_analyses.yml
analyses:
  - name: a
    description: \"{{ doc('gone') }}\"
#                         ^^^^ error[unknown-doc]: no docs block `gone`
//- tests/one.sql
select 1 where false
//- tests/_tests.yml
data_tests:
  - name: one
    description: \"{{ doc('gone') }}\"
#                         ^^^^ error[unknown-doc]: no docs block `gone`
  - name: another
#         ^^^^^^^ warning[unused-properties]: no test `another` in this project: dbt leaves this entry aside
    description: \"{{ doc('gone') }}\"
tests:
  - name: one
    description: \"{{ doc('gone') }}\"
//- macros/_macros.yml
macros:
  - name: cents
    arguments:
      - name: column
        description: \"{{ doc('gone') }}\"
#                             ^^^^ error[unknown-doc]: no docs block `gone`
  - name: euros
#         ^^^^^ warning[unused-properties]: no macro `euros` in this project: dbt leaves this entry aside
    description: \"{{ doc('gone') }}\"
",
        );
    }

    #[test]
    fn descriptions_of_data_tests_count_and_of_two_columns_the_last_one() {
        check_diagnostics(
            "
//- project shop
//- models/orders.sql
select 1 as id
//- models/_models.yml
models:
  - name: orders
    columns:
      - name: id
        description: \"{{ doc('gone') }}\"
      - name: id
        data_tests:
          - unique: {description: \"{{ doc('gone') }}\"}
#                                          ^^^^ error[unknown-doc]: no docs block `gone`
          - not_null: {description: \"{{ doc('gone') }}\", config: {enabled: false}}
",
        );
    }

    #[test]
    fn a_description_that_each_version_has_anew_is_not_shown() {
        check_diagnostics(
            "
//- project shop
//- models/orders_v1.sql
select 1 as id
//- models/_models.yml
models:
  - name: orders
    description: \"{{ doc('gone') }}\"
    columns:
      - name: id
        description: \"{{ doc('gone') }}\"
      - name: note
        description: \"{{ doc('gone') }}\"
      - name: total
        description: \"{{ doc('gone') }}\"
#                             ^^^^ error[unknown-doc]: no docs block `gone`
    versions:
      - v: 1
        description: The first one.
        columns:
          - {include: all, exclude: [note]}
          - {name: id}
          - name: more
            description: \"{{ doc('gone') }}\"
#                                 ^^^^ error[unknown-doc]: no docs block `gone`
",
        );
    }
}
