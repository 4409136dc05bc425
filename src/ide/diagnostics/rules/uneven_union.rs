//! `uneven-union`: the parts of a union make different numbers of columns.

use crate::ide::diagnostics::{Check, Draft, File, Rule};
use crate::mesh::columns::{Problem, ProblemKind};
use crate::rules::RuleId;

use super::unknown_column::{judged, problems};

pub(super) const RULE: Rule = Rule {
    id: RuleId::UnevenUnion,
    explanation: EXPLANATION,
    checks: &[Check::File(check)],
};

const EXPLANATION: &str = "\
A part of a `union`, `intersect` or `except` makes more or fewer columns than the first one. dbt looks
at no column; the warehouse stops the run. Nothing is said where the columns of a part are not all
known, where Jinja may leave a part out, and of a `union by name`.

It is an error where contracts and the file itself say all columns, else a warning.

Bad:

```sql
select order_id, ordered_on from {{ ref('orders') }}
union all
select order_id from {{ ref('old_orders') }}
```

Good:

```sql
select order_id, ordered_on from {{ ref('orders') }}
union all
select order_id, null from {{ ref('old_orders') }}
```
";

fn check(file: &File<'_>) -> Vec<Draft> {
    let problems = problems(file).iter();
    problems
        .filter_map(|problem| Some(judged(file, problem, told(problem)?)))
        .collect()
}

fn told(problem: &Problem) -> Option<Draft> {
    let ProblemKind::Uneven { columns, wanted } = problem.kind else {
        return None;
    };
    let message = format!(
        "this part of the union makes {}, and the first one makes {wanted}",
        counted(columns)
    );
    Some(Draft::new(problem.span, message))
}

fn counted(columns: usize) -> String {
    match columns {
        1 => "1 column".to_owned(),
        more => format!("{more} columns"),
    }
}

#[cfg(test)]
mod tests {
    use crate::fixture::check_diagnostics;

    #[test]
    fn parts_with_another_number_of_columns_are_told() {
        check_diagnostics(
            "
//- project shop needs:core
//- models/orders.sql
select 1 as id, 2 as day
//- models/a.sql
select id, cents from {{ ref('core', 'prices') }}
union all
select id from {{ ref('core', 'prices') }}
--<0>^^^^^^ error[uneven-union]: this part of the union makes 1 column, and the first one makes 2
union all
(select * from {{ ref('core', 'prices') }})
union all
(select *, id from {{ ref('core', 'prices') }})
--<1>^^^^^^ error[uneven-union]: this part of the union makes 3 columns, and the first one makes 2
//- models/b.sql
with both as (
    select id from {{ ref('orders') }}
    except
    select * from {{ ref('orders') }}
--  ^^^^^^ warning[uneven-union]: this part of the union makes 2 columns, and the first one makes 1
)
select * from both
//- manifest core
//- models/prices.sql access:public contract:enforced
select 1 as id, 2 as cents
//- models/prices.yml
models:
  - name: prices
    columns: [{name: id, data_type: int}, {name: cents, data_type: int}]
",
        );
    }

    #[test]
    fn parts_that_fit_or_that_nobody_knows_are_silent() {
        check_diagnostics(
            "
//- project shop
//- models/orders.sql
select 1 as id, 2 as day
//- models/a.sql
select id, day from {{ ref('orders') }}
union all by name
select id from {{ ref('orders') }}
//- models/b.sql
select * from somewhere
union all
select id from {{ ref('orders') }}
//- models/c.sql
select id, {{ more() }} from {{ ref('orders') }}
union all
select id, {% if var('x', true) %} day, {% endif %} 1 as one, 2 as two from {{ ref('orders') }}
union all
{{ one_more() }}
//- models/d.sql
select id {% if var('x', true) %}, day {% endif %} from {{ ref('orders') }}
{% if var('x', true) %}
union all
select id, day from {{ ref('orders') }}
{% endif %}
//- models/e.sql
{% for one in ['id', 'day'] %}
select id, {{ one }} from {{ ref('orders') }}
{% if not loop.last %} union all {% endif %}
{% endfor %}
//- models/f.sql
select id, day, 1 as half from {{ ref('orders') }}
union all
select o.*, null from {{ ref('orders') }} as o
//- macros/m.sql
{% macro more() %}1 as a, 2 as b{% endmacro %}
{% macro one_more() %}select 1{% endmacro %}
",
        );
    }

    #[test]
    fn one_item_may_make_many_columns() {
        let check = |adapter: &str, models: &str| {
            check_diagnostics(&format!(
                "
//- project shop
//- dbt_project.yml
name: shop
profile: shop
//- profiles.yml
shop: {{target: dev, outputs: {{dev: {{type: {adapter}}}}}}}
//- models/orders.sql
select 1 as id, 2 as day
{models}"
            ));
        };
        check(
            "duckdb",
            "//- models/a.sql
select min(columns(*)) from {{ ref('orders') }}
union all
select id, day from {{ ref('orders') }}
union all
select columns(*)::int + 1 as x from {{ ref('orders') }}
union all
select unnest({'a': 1, 'b': 2})
union all
select s.* from (select {'a': 1, 'b': 2} as s)
union all
select * like 'd%' from {{ ref('orders') }}
union all
from {{ ref('orders') }}
//- models/b.sql contract:enforced
select max(columns(*)) from {{ ref('orders') }}
//- models/s.yml
models: [{name: b, columns: [{name: id, data_type: int}, {name: day, data_type: int}]}]
",
        );
        check(
            "bigquery",
            "//- models/a.sql
select id, day from {{ ref('orders') }}
union all
select array_agg(o order by day limit 1)[offset(0)].* from {{ ref('orders') }} as o group by o.id
union all
select last.* from (select any_value(o) as last from {{ ref('orders') }} as o)
union all
select as struct 1 as id, 2 as day, 3 as more
union all
select * except (day), 4 from {{ ref('orders') }}
",
        );
        check(
            "databricks",
            "//- models/a.sql
select id, day from {{ ref('orders') }}
union all
select explode(map(1, 2))
union all
select stack(1, 2, 3)
union all
select posexplode(array(1))
union all
select inline(array(struct(1, 2))) as (a, b)
",
        );
        check(
            "postgres, host: db, port: 5432, user: ada, password: pw, dbname: shop, schema: shop",
            "//- models/a.sql
select id, day from {{ ref('orders') }}
union all
select (made(id)).* from {{ ref('orders') }}
union all
select distinct on (id) id, day from {{ ref('orders') }} order by 1, 2
",
        );
    }
}
