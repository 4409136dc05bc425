//! `unknown-column`: a column is named that what is read does not have.

mod described;

use crate::dbt::{Maybe, closest};
use crate::ide::diagnostics::{Check, Draft, File, Rule};
use crate::mesh::columns::{Problem, ProblemKind};
use crate::project::Role;
use crate::rules::{RuleId, Severity};

pub(super) const RULE: Rule = Rule {
    id: RuleId::UnknownColumn,
    explanation: EXPLANATION,
    checks: &[Check::File(check)],
};

const EXPLANATION: &str = "\
SQL names a column that the relation does not have, directly or through aliases, CTEs, subqueries
and stars. dbt looks at no column; the warehouse stops the run.

All columns are known of a model whose contract dbt checks, of a seed, and of a model whose SELECT
says them, itself or by stars over such ones. Where one column is not known, nothing is said, nor
where it hangs on which branches of several `if`s go together. It is
an error where contracts and the file itself say all columns, and a warning where a SELECT, a seed's
first line or an earlier run does.

The names of `using (…)` count, too, numbers in `group by` and `order by`, and on DuckDB and BigQuery the
names that a star leaves out or replaces.

Names that a file gives to macros as texts, `{{ margin('profit', 'revenue') }}`, are judged where the
macros write them, and shown where the file has them. Where a macro does more with a text than to
write it, nothing is said.

In property files the columns count that have data tests, and the `field` of tests of relationships;
there it is an error where the contract or the SELECT says all columns for certain, else a warning.

A `catalog.json` tells the columns of tables of sources. It is as old as the last
`dbt docs generate`: what only it tells is a warning, and the message names it.

Bad, for the contract of `product_prices` has `price_cents`:

```sql
select prices.prce_cents
from {{ ref('domain_inventory', 'product_prices', v=2) }} as prices
```

Good:

```sql
select prices.price_cents
from {{ ref('domain_inventory', 'product_prices', v=2) }} as prices
```

See <https://docs.getdbt.com/docs/mesh/govern/model-contracts>.
";

fn check(file: &File<'_>) -> Vec<Draft> {
    if file.role == Role::Properties {
        return described::check(file);
    }
    let problems = problems(file).iter();
    problems
        .filter_map(|problem| Some(judged(file, problem, told(problem)?)))
        .collect()
}

/// The names of a file's SQL that are wrong, where dbt comes to it.
pub(super) fn problems<'a>(file: &'a File<'_>) -> &'a [Problem] {
    let mut nodes = file.linked.project.index.of_file(&file.path).peekable();
    let is_there = nodes.peek().is_some();
    let is_off = nodes.any(|(_, node)| node.config.enabled != Maybe::Known(true));
    if !is_there || is_off {
        return &[];
    }
    file.study().map_or(&[], |study| &study.problems)
}

/// An error where contracts promise it: what a SELECT or a document says may be another tomorrow.
pub(super) fn judged(file: &File<'_>, problem: &Problem, draft: Draft) -> Draft {
    if file.role == Role::Analysis {
        draft.at_most(Severity::Hint)
    } else if problem.is_promised && problem.is_met {
        draft
    } else {
        draft.at_most(Severity::Warning)
    }
}

fn told(problem: &Problem) -> Option<Draft> {
    let name = &problem.name;
    let (message, candidates) = match &problem.kind {
        ProblemKind::NoColumnIn { relation, columns } => (
            format!("{} has no column `{name}`", quoted(relation)),
            columns,
        ),
        ProblemKind::NoColumn { relations, columns } => {
            let read: Vec<String> = relations.iter().map(|it| quoted(it)).collect();
            let message = match read.as_slice() {
                [one] => format!("{one} has no column `{name}`"),
                [one, other] => format!("neither {one} nor {other} has a column `{name}`"),
                _ => format!("nothing that is read here has a column `{name}`"),
            };
            (message, columns)
        }
        ProblemKind::NoRelation { relations } => (
            format!("nothing that is read here is called `{name}`"),
            relations,
        ),
        ProblemKind::NoPosition { columns } => {
            let columns = match columns {
                1 => "1 column".to_owned(),
                more => format!("{more} columns"),
            };
            let message = format!("the select makes {columns}, and none has the number {name}");
            return Some(Draft::new(problem.span, message));
        }
        ProblemKind::Ambiguous { .. } | ProblemKind::Uneven { .. } => return None,
    };
    let message = if problem.is_by_catalog {
        format!("by catalog.json, {message}")
    } else {
        message
    };
    // Any two letters are near to each other.
    let candidates = candidates.iter().map(String::as_str);
    let meant = closest(name, candidates.filter(|it| name.len() + it.len() > 4));
    let reason = meant.map_or_else(String::new, |meant| format!("; did you mean `{meant}`?"));
    let is_bare = problem.span.len() == name.len();
    let fix = meant.filter(|_| is_bare);
    Some(Draft::new(problem.span, message + &reason).replace(fix))
}

fn quoted(name: &str) -> String {
    if name.is_empty() {
        "the subquery".to_owned()
    } else {
        format!("`{name}`")
    }
}

#[cfg(test)]
mod tests {
    mod catalog;
    mod given_names;
    mod lists;

    use crate::fixture::check_diagnostics;

    #[test]
    fn columns_of_a_contract_are_seen_through_everything() {
        check_diagnostics(
            "
//- project shop needs:core
//- profiles.yml
shop: {target: dev, outputs: {dev: {type: duckdb}}}
//- models/orders.sql
with p as (select * from {{ ref('core', 'prices') }}), q as (select id, cents from p)
select p.prce_cents, q.id, price_cents, (select max(prise_cents) from p) as m, x.id as y
--       ^^^^^^^^^^ error[unknown-column]: `p` has no column `prce_cents`; did you mean `price_cents`?
--                                                  ^^^^^^^^^^^ error[unknown-column]: `p` has no column `prise_cents`; did you mean `price_cents`?
--                                                                             ^ error[unknown-column]: nothing that is read here is called `x`
from p join q on p.id = q.id
//- models/more.sql
select id, nothing from {{ ref('orders') }}
--         ^^^^^^^ warning[unknown-column]: `orders` has no column `nothing`
union all
select id, price_cents from {{ ref('core', 'prices') }}
//- manifest core
//- models/prices.sql access:public contract:enforced
select 1 as id, 2 as price_cents, 3 as cents
//- models/prices.yml
models:
  - name: prices
    columns: [{name: id, data_type: int}, {name: price_cents, data_type: int}, {name: cents, data_type: int}]
",
        );
    }

    #[test]
    fn what_is_not_known_is_left_in_peace() {
        check_diagnostics(
            "
//- project shop needs:core
//- models/orders.sql
select documented, other, p.third, q.fourth
from {{ ref('core', 'products') }} p join {{ source('raw', 'lines') }} q on p.id = q.id
//- models/more.sql materialized:custom
select 1 as id
//- models/all.sql
select anything from {{ ref('more') }}
union all
select a from {{ ref('made') }}
union all
select b from {{ ref('python') }} {{ adds_joins() }}
//- models/made.sql
select {{ columns() }} from x
//- models/python.py
def model(dbt, session):
    return dbt.ref('more')
//- macros/m.sql
{% macro columns() %}a, b{% endmacro %} {% macro adds_joins() %}{% endmacro %}
//- models/off.sql enabled:false
select wrong from {{ ref('seed') }}
//- seeds/seed.csv
id,name
//- models/s.yml
sources: [{name: raw, tables: [{name: lines, columns: [{name: id}]}]}]
//- manifest core
//- models/products.sql access:public
select 1 as id, 2 as documented
//- models/products.yml
models: [{name: products, columns: [{name: documented}]}]
",
        );
    }

    #[test]
    fn what_may_be_there_of_an_earlier_run_is_a_warning() {
        check_diagnostics(
            "
//- project shop
//- models/events.sql materialized:incremental
select 1 as id
//- models/orders.sql
select nam from {{ ref('events') }}
--     ^^^ warning[unknown-column]: `events` has no column `nam`
//- models/lines.sql
select nmae, id from {{ ref('seed') }}
--     ^^^^ warning[unknown-column]: `seed` has no column `nmae`; did you mean `name`?
{% if is_incremental() %} where idd > 1 {% endif %}
--                              ^^^ warning[unknown-column]: `seed` has no column `idd`; did you mean `id`?
//- seeds/seed.csv
id,name
",
        );
    }
}
