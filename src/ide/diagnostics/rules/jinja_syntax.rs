//! `jinja-syntax`: Jinja that dbt cannot read.

use crate::dbt::Maybe;
use crate::ide::diagnostics::{Check, Draft, File, RefSite, Rule};
use crate::project::{FileFacts, InvalidRef, RefArguments};
use crate::rules::RuleId;

pub(super) const RULE: Rule = Rule {
    id: RuleId::JinjaSyntax,
    explanation: EXPLANATION,
    checks: &[Check::File(check), Check::Reference(check_text)],
};

const EXPLANATION: &str = "\
A tag, filter or test that dbt does not know, a string, comment or block without its end, an
expression that is none: in SQL, macros and docs blocks, and in those values of YAML files that dbt renders.
Any Jinja in a Python model.

And what surely stops dbt while it renders a file: arguments that a macro does not have or needs, an
error that is raised, a macro that calls itself endlessly. dbt stops at the first such place of a file when it
parses, and so does this rule; at a method that a value does not have, and at a keyword that `config` is given
twice, when it compiles.

Bad:

```sql
{% if is_incremental() %}
where updated_at > current_date
```

Good:

```sql
{% if is_incremental() %}
where updated_at > current_date
{% endif %}
```

See <https://jinja.palletsprojects.com/en/stable/templates/>.
";

fn check(file: &File<'_>) -> Vec<Draft> {
    let facts = file.facts.iter();
    let errors = facts.filter(|facts| !is_never_compiled(file, facts));
    let errors = errors.filter_map(|facts| facts.refused_as(file.role, &file.path));
    errors
        .map(|error| Draft::new(error.span, error.message.clone()))
        .collect()
}

/// Whether dbt stops at it when it compiles, and does not compile the file.
fn is_never_compiled(file: &File<'_>, facts: &FileFacts) -> bool {
    let is_late = facts.refused.as_ref().is_some_and(|it| it.is_late);
    let mut nodes = file.linked.project.index.of_file(&file.path);
    is_late && nodes.any(|(_, node)| node.config.enabled != Maybe::Known(true))
}

/// A description or a hook, where it is one of something that is there.
fn check_text(file: &File<'_>, site: &RefSite<'_>) -> Option<Draft> {
    let RefArguments::Invalid(InvalidRef::Jinja(message)) = &site.reference.arguments else {
        return None;
    };
    let refused = file.facts?.refused_as(file.role, &file.path);
    let is_told = refused.is_none() && site.is_shown();
    is_told.then(|| Draft::new(site.spans.call, message.to_string()))
}

#[cfg(test)]
mod tests {
    use crate::fixture::check_diagnostics;

    #[test]
    fn what_jinja_reads_is_no_mistake() {
        check_diagnostics(
            "
//- project shop
//- models/orders.sql
{%- set columns = ['a', \"b\"] -%}
select {% for it in columns if it %}{{ it ~ ',' if not loop.last }}{% else %}1{% endfor %}
{# {% nothing #} {% raw %}{% nothing {{ {% endraw %} {% do columns.append('x') %}
{% call statement('it') %} select 1 {% endcall %} {{ {'a': 1,}['a'] }} {{ columns[0:1] }}
//- macros/all.sql
{% macro all(a, b=none) -%} {{ return(a) }} {%- endmacro %}
",
        );
    }

    #[test]
    fn blanks_are_those_of_python_and_strings_end_where_jinja_ends_them() {
        check_diagnostics(
            "
//- project shop
//- models/orders.sql
{{\u{a0}config(materialized='view'\u{2029}) }} select {{ 'a'\u{a0}if 1\u{3000}else 2 }}
//- macros/notice.sql
{% macro notice(what) %}
{{ log(
    \"\"\"
    Nothing is left of {{ \"\"\" ~ what ~ \"\"\" }},
    so nothing is shown.
    \"\"\",
    info=true
) }}
{% do run_query(\"\"\"
    create table if not exists notices (what varchar);
\"\"\") %}
{% endmacro %}
",
        );
    }

    #[test]
    fn outside_of_its_blocks_dbt_reads_no_jinja() {
        check_diagnostics(
            "
//- project shop
//- macros/all.sql
{% macro one() %} 1 {% endmacro %}
{% ------------------------------ %}
{{ and so + }} {% fi %}
{% macro two() %} 2 {% endmacro %}
//- snapshots/orders.sql
{% snapshot orders() %}
{{ config(target_schema='s', strategy='check', check_cols='all', unique_key='id') }} select 1
{% endsnapshot %}
//- macros/more.sql
{% macro three() %} {% fi %} {% endmacro %}
--                     ^^ error[jinja-syntax]: `fi` is not a tag
//- models/orders_too.sql
{% fi %}
-- ^^ error[jinja-syntax]: `fi` is not a tag
",
        );
    }

    #[test]
    fn dbt_stops_at_the_first_mistake() {
        check_diagnostics(
            "
//- project shop
//- models/orders.sql
{% fi %}
-- ^^ error[jinja-syntax]: `fi` is not a tag
select 1 {% endif %}
//- models/lines.sql
select * from {{ ref('orders) }}
--                   ^ error[jinja-syntax]: this string has no closing quote
//- macros/all.sql
{% macro all() %} 1
--<0>^^^^^^^^^^^^^^^^^ error[jinja-syntax]: this `macro` has no `{% endmacro %}`
",
        );
    }

    #[test]
    fn filters_and_tests_are_those_of_jinja_and_dbt() {
        check_diagnostics(
            "
//- project shop
//- models/orders.sql
select {{ 'a' | upper | as_text }} from {{ ref('lines') | nofilter }} {{ 1 is oddly }}
--                                                        ^^^^^^^^ error[jinja-syntax]: Jinja has no filter `nofilter`
//- models/lines.sql
select {{ 2 is oddly }}
--             ^^^^^ error[jinja-syntax]: Jinja has no test `oddly`
",
        );
    }

    #[test]
    fn a_filter_under_a_condition_is_looked_up_when_jinja_comes_there() {
        check_diagnostics(
            "
//- project shop
//- models/orders.sql
{% if false %}{{ 1 | nofilter }}{% endif %} select {{ (1 | nofilter) if false else 2 }}, {{ 3 is in [3] }}
//- macros/all.sql
{% macro all() %}{{ 1 | nofilter }}{% endmacro %}
{{ 1 | nofilter }}
",
        );
    }
}
