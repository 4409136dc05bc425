//! Names in SQL that one warehouse or one branch takes, and another one does not.

use crate::fixture::check_diagnostics;

#[test]
fn a_condition_sees_no_relation_that_is_joined_later() {
    check_diagnostics(
        "
//- project shop
//- models/orders.sql
select 1 as order_id, 2 as customer_id
//- models/customers.sql
select 1 as id
//- models/payments.sql
select 1 as order_id, 2 as customer_id
//- models/silent.sql
select o.order_id
from {{ ref('orders') }} as o
join {{ ref('customers') }} as c on customer_id = c.id
join {{ ref('payments') }} as p on p.order_id = o.order_id
//- models/told.sql
select o.order_id
from {{ ref('orders') }} as o
join {{ ref('payments') }} as p on customer_id = p.order_id
--                                 ^^^^^^^^^^^ warning[ambiguous-column]: both `o` and `p` have a column `customer_id`
join {{ ref('customers') }} as c on c.id = o.customer_id
",
    );
}

#[test]
fn what_is_not_understood_may_make_columns() {
    check_diagnostics(
        "
//- project shop
//- models/wide.sql
select 1 as id, 2 as a, 3 as b
//- models/long.sql
select * from {{ ref('wide') }} unpivot include nulls (amount for part in (a, b))
//- models/piped.sql
select id from {{ ref('wide') }} |> extend 1 as more
//- models/reader.sql
select l.id, l.part, l.amount, p.more from {{ ref('long') }} as l, {{ ref('piped') }} as p
",
    );
}

#[test]
fn where_the_warehouse_is_not_known_double_quotes_may_be_those_of_a_text() {
    check_diagnostics(
        "
//- project shop
//- models/orders.sql
select 1 as id
//- models/reader.sql
select \"text\" as note, nothing from {{ ref('orders') }}
--                     ^^^^^^^ warning[unknown-column]: `orders` has no column `nothing`
//- project duck
//- dbt_project.yml
name: duck
profile: duck
//- profiles.yml
duck: {target: dev, outputs: {dev: {type: duckdb}}}
//- models/orders.sql
select 1 as id
//- models/reader.sql
select \"text\" as note from {{ ref('orders') }}
--     ^^^^^^ warning[unknown-column]: `orders` has no column `text`
",
    );
}

#[test]
fn branches_of_several_ifs_may_never_go_together() {
    check_diagnostics(
        "
//- project shop
//- models/orders.sql
select 1 as id
//- models/several.sql
with t as (select 1 as id {% if var('x', true) %}, 2 as b{% else %}, 3 as c{% endif %})
select {% if not var('x', true) %}t.c{% else %}t.b{% endif %}, t.nothing from t
--                                                               ^^^^^^^ error[unknown-column]: `t` has no column `nothing`
//- models/one.sql
select {% if var('x', true) %}wrong{% else %}id{% endif %} from {{ ref('orders') }}
--                            ^^^^^ warning[unknown-column]: `orders` has no column `wrong`
",
    );
}

#[test]
fn duckdb_takes_columns_of_using_fields_and_numbered_names() {
    check_diagnostics(
        "
//- project shop
//- dbt_project.yml
name: shop
profile: shop
//- profiles.yml
shop: {target: dev, outputs: {dev: {type: duckdb}}}
//- models/a.sql
select 1 as id, 2 as x
//- models/b.sql
select 1 as id, 3 as y
//- models/event.sql
select 1 as id, {'kind': 2} as event
//- models/doubled.sql
select 1 as id, 2 as id
//- models/joined.sql
select id, x
--         ^ warning[ambiguous-column]: both `a` and `c` have a column `x`
from {{ ref('a') }} as a
join {{ ref('b') }} as b using (id)
join {{ ref('a') }} as c on c.x = b.y
//- models/fields.sql
select event.kind, event.id from {{ ref('event') }}
//- models/numbered.sql
select id, id_1, nothing from {{ ref('doubled') }}
--               ^^^^^^^ warning[unknown-column]: `doubled` has no column `nothing`
",
    );
}
