//! `unknown-var`: a variable that nothing gives, and that has no default.

use crate::dbt::Maybe;
use crate::ide::diagnostics::{Check, Draft, File, Rule};
use crate::rules::RuleId;

pub(super) const RULE: Rule = Rule {
    id: RuleId::UnknownVar,
    explanation: EXPLANATION,
    checks: &[Check::File(check)],
};

const EXPLANATION: &str = "\
A file, or a macro that it calls, asks for a variable without saying what counts where it is not set, and neither `vars:` of
dbt_project.yml nor `--vars` sets it. dbt parses such a file, and stops when it compiles it.

Where a project is always run with `--vars`, give `check` the same ones, or set this rule to `off`.

Bad:

```sql
select * from orders where day > '{{ var('first_day') }}'
```

Good:

```sql
select * from orders where day > '{{ var('first_day', '2020-01-01') }}'
```

See <https://docs.getdbt.com/reference/dbt-jinja-functions/var>.
";

fn check(file: &File<'_>) -> Vec<Draft> {
    let mut nodes = file.linked.project.index.of_file(&file.path);
    if nodes.any(|(_, node)| node.config.enabled != Maybe::Known(true)) {
        return Vec::new();
    }
    let missing = file.facts.map_or(&[][..], |facts| &facts.missing_vars);
    missing
        .iter()
        .map(|missing| {
            let name = &missing.name;
            let message = format!("nothing sets the variable `{name}`, and it has no default");
            let place = if missing.is_direct {
                ""
            } else {
                "; a macro that is called here needs it"
            };
            Draft::new(missing.span, message + place)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::fixture::check_diagnostics;

    #[test]
    fn variables_that_something_gives_are_fine() {
        check_diagnostics(
            "
//- project shop
//- models/orders.sql
select {{ var('a') }}, {{ var('b') }}, {{ var('c', none) }}, {{ var('d') }}
{% if var.has_var('e') %}{{ var('e') }}{% endif %}
//- dbt_project.yml
name: shop
vars: {a: 1, shop: {b: 2}, d: null}
//- models/off.sql
{{ config(enabled=var('f', false)) }} select {{ var('f') }}
",
        );
    }

    #[test]
    fn a_file_of_variables_gives_them() {
        check_diagnostics(
            "
//- project shop
//- vars.yml
vars: {a: 1}
//- models/orders.sql
select {{ var('a') }} {{ var('b', false) }} {{ var('c') }}
--                                                 ^^^ error[unknown-var]: nothing sets the variable `c`, and it has no default
",
        );
    }

    #[test]
    fn a_variable_that_nothing_gives_stops_dbt_when_it_compiles() {
        check_diagnostics(
            "
//- project shop
//- models/orders.sql
select {{ var('a') }}
--            ^^^ error[unknown-var]: nothing sets the variable `a`, and it has no default
",
        );
    }
}
