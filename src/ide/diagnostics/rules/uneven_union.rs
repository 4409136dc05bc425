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
}
