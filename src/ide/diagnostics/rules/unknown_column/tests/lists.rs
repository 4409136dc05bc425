//! Names in lists that are no expressions, and in the clauses behind `from`.

use crate::fixture::check_diagnostics;

const SHOP: &str = "
//- project shop needs:core
//- dbt_project.yml
name: shop
profile: shop
//- profiles.yml
shop: {target: dev, outputs: {dev: {type: duckdb}}}
//- models/lines.sql
select 1 as id, 2 as quantity
//- manifest core
//- models/prices.sql access:public contract:enforced
select 1 as id, 2 as cents
//- models/prices.yml
models:
  - name: prices
    columns: [{name: id, data_type: int}, {name: cents, data_type: int}]
";

fn check(models: &str, adapter: &str) {
    let (project, manifest) = SHOP.split_once("//- manifest").unwrap();
    let project = project.replace("duckdb", adapter);
    check_diagnostics(&format!(
        "{project}{}//- manifest{manifest}",
        models.trim_start()
    ));
}

#[test]
fn both_sides_of_a_join_have_the_names_that_join_them() {
    let models = "
//- models/a.sql
select p.cents from {{ ref('core', 'prices') }} as p join {{ ref('lines') }} as l using (id, quantity)
--                                                                                           ^^^^^^^^ error[unknown-column]: `p` has no column `quantity`
//- models/b.sql
select p.cents
from {{ ref('lines') }} as l
join {{ ref('core', 'prices') }} as p using (idd)
--                                           ^^^ error[unknown-column]: `p` has no column `idd`; did you mean `id`?
join {{ ref('lines') }} as m using (cents, \"quantty\")
--                                  ^^^^^ warning[unknown-column]: `m` has no column `cents`
--                                         ^^^^^^^^^ warning[unknown-column]: `m` has no column `quantty`; did you mean `quantity`?
//- models/silent.sql
select p.cents
from {{ ref('lines') }} as l
join {{ ref('core', 'prices') }} as p using (ID)
join ({{ ref('lines') }} as m join {{ ref('core', 'prices') }} as q using (id)) using (cents)
join somewhere as s using (anything)
join {{ ref('lines') }} as n using (of_somewhere, {{ var('x', 'id') }})
";
    check(models, "duckdb");
}

#[test]
fn a_name_that_joins_may_have_its_relation_before_it() {
    let models = "
//- models/a.sql
with l as (select 1 as id), p as (select 1 as id, 2 as cents)
select p.cents from l join p using (l.id)
";
    check(
        models,
        "snowflake, account: shop, database: shop, schema: shop",
    );
}

#[test]
fn branches_that_may_never_go_together_are_not_counted_together() {
    let models = "
//- models/a.sql
select id, {% if target.type == 'duckdb' %}quantity{% else %}null as day, 1 as extra{% endif %} from {{ ref('lines') }}
union all
select id, {% if target.type != 'duckdb' %}null, 2{% else %}quantity{% endif %} from {{ ref('lines') }}
//- models/b.sql
select {% if var('x', 1) == 1 %}id, quantity{% else %}id{% endif %}, {% if var('x', 1) != 1 %}1{% else %}2, 3{% endif %}
from {{ ref('lines') }} order by 1, 2, 3, 4
";
    check(models, "duckdb");
}

#[test]
fn a_join_in_parentheses_has_its_own_names() {
    let models = "
//- models/a.sql
select p.cents
from {{ ref('lines') }} as l
join ( -- lines with prices
    {{ ref('lines') }} as m join {{ ref('core', 'prices') }} as p using (id)
) using (quantity)
//- models/b.sql
select t.columns(*) from {{ ref('lines') }} as t union all select 1, 2
";
    check(models, "duckdb");
}

#[test]
fn stars_leave_out_and_replace_what_is_there() {
    let models = "
//- models/a.sql
select * exclude (idd) replace (1 as cens), * exclude cent from {{ ref('core', 'prices') }}
--                ^^^ error[unknown-column]: `prices` has no column `idd`; did you mean `id`?
--                                   ^^^^ error[unknown-column]: `prices` has no column `cens`; did you mean `cents`?
--                                                    ^^^^ error[unknown-column]: `prices` has no column `cent`; did you mean `cents`?
//- models/b.sql
select p.* exclude (quantity), * exclude (nothing)
--                  ^^^^^^^^ error[unknown-column]: `p` has no column `quantity`
--                                        ^^^^^^^ warning[unknown-column]: neither `p` nor `l` has a column `nothing`
from {{ ref('core', 'prices') }} as p join {{ ref('lines') }} as l using (id)
//- models/silent.sql
select * exclude (p.id, quantity) replace (1 as cents) rename (nothing as more)
from {{ ref('core', 'prices') }} as p join {{ ref('lines') }} as l using (id)
//- models/unknown.sql
select * exclude (anything) from somewhere join {{ ref('lines') }} using (id)
";
    check(models, "duckdb");
}

#[test]
fn snowflake_may_let_a_name_pass_that_a_star_leaves_out() {
    let models = "
//- models/a.sql
select * exclude (idd) from {{ ref('core', 'prices') }}
";
    check(
        models,
        "snowflake, account: shop, database: shop, schema: shop",
    );
}

#[test]
fn numbers_of_columns_are_those_of_the_select() {
    let models = "
//- models/a.sql
select id, count(*) as n from {{ ref('core', 'prices') }} group by 1, 3 order by 0, 2 desc
--                                                                    ^ error[unknown-column]: the select makes 2 columns, and none has the number 3
--                                                                               ^ error[unknown-column]: the select makes 2 columns, and none has the number 0
//- models/b.sql
select * from (select * from {{ ref('lines') }} order by 3) as t
--                                                       ^ warning[unknown-column]: the select makes 2 columns, and none has the number 3
union all
select id, id from {{ ref('lines') }} order by 2
//- models/silent.sql
select id, row_number() over (order by 5) as n, {% if var('x', true) %} 3 as c, {% endif %} sum(1) as d
from {{ ref('lines') }} group by 1, 2, 2 + 7 {% if var('x', true) %}, 4 {% endif %}, coalesce(9, id) limit 8
//- models/unknown.sql
select * from somewhere order by 12
//- models/by_name.sql
select id, quantity from {{ ref('lines') }} union all by name select cents from {{ ref('core', 'prices') }} order by 3
";
    check(models, "duckdb");
}

#[test]
fn every_clause_sees_what_is_read() {
    let models = "
//- models/a.sql
select id, sum(cents) over w as total from {{ ref('core', 'prices') }}
where cens > 0 and id in (select idd from {{ ref('core', 'prices') }})
--    ^^^^ error[unknown-column]: `prices` has no column `cens`; did you mean `cents`?
--                               ^^^ error[unknown-column]: `prices` has no column `idd`; did you mean `id`?
group by id, nothing
--           ^^^^^^^ error[unknown-column]: `prices` has no column `nothing`
having max(cents) > min(amount)
--                      ^^^^^^ error[unknown-column]: `prices` has no column `amount`
qualify row_number() over (partition by day order by id) = 1
--                                      ^^^ error[unknown-column]: `prices` has no column `day`
window w as (partition by month)
--                        ^^^^^ error[unknown-column]: `prices` has no column `month`
order by total, year
--              ^^^^ error[unknown-column]: `prices` has no column `year`
//- models/b.sql
select id as a from {{ ref('core', 'prices') }} union all select id as b from {{ ref('core', 'prices') }}
order by a, b, cents, cens
--                    ^^^^ error[unknown-column]: `prices` has no column `cens`; did you mean `cents`?
//- models/silent.sql
select id as a from {{ ref('core', 'prices') }} union all select id as b from somewhere
order by anything
";
    check(models, "duckdb");
}
