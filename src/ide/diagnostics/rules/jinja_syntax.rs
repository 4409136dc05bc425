//! `jinja-syntax`: Jinja that dbt cannot read.

use crate::ide::diagnostics::{Check, Draft, File, Rule};
use crate::project::Role;
use crate::rules::RuleId;

pub(super) const RULE: Rule = Rule {
    id: RuleId::JinjaSyntax,
    explanation: EXPLANATION,
    checks: &[Check::File(check)],
};

const EXPLANATION: &str = "\
A tag that dbt does not know, a string, comment or block without its end, an expression that is
none. dbt stops at the first such place of a file when it parses, and so does this rule.

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
    let is_rendered = match file.role {
        Role::Model
        | Role::Snapshot
        | Role::Analysis
        | Role::SingularTest
        | Role::GenericTest
        | Role::Macro => true,
        Role::Seed
        | Role::Function
        | Role::Docs
        | Role::Properties
        | Role::Definition
        | Role::LoomConfig
        | Role::Dependencies
        | Role::Packages
        | Role::Selectors
        | Role::Profiles
        | Role::Other => false,
    };
    let error = file.facts.and_then(|facts| facts.jinja_error.as_deref());
    error
        .filter(|_| is_rendered)
        .map(|error| Draft::new(error.span, error.message.clone()))
        .into_iter()
        .collect()
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
}
