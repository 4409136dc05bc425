//! Constraints, each as loud as dbt is about it.

use crate::fixture::check_diagnostics;

#[test]
fn a_type_that_dbt_does_not_know_stops_it_everywhere() {
    check_diagnostics(
        "
//- project shop
//- models/orders.sql
select 1
//- seeds/rates.csv
id
//- models/_models.yml
models:
  - name: orders
    constraints:
      - type: primary
#             ^^^^^^^ error[contract-constraint]: no constraint is of the type `primary`; it is `check`, `not_null`, `unique`, `primary_key`, `foreign_key` or `custom`
        columns: [id]
      - columns: [id]
#       ^^^^^^^ error[contract-constraint]: a constraint needs a `type`: `check`, `not_null`, `unique`, `primary_key`, `foreign_key` or `custom`
    columns:
      - name: id
        constraints:
          - type: notnull
#                 ^^^^^^^ error[contract-constraint]: no constraint is of the type `notnull`; did you mean `not_null`?
          - type: unique
          - type: \"{{ var('kind', 'check') }}\"
seeds:
  - name: rates
    columns:
      - {name: id, constraints: [{type: PK}]}
#                                       ^^ error[contract-constraint]: no constraint is of the type `PK`; did you mean `primary_key`?
",
    );
}

#[test]
fn there_is_one_primary_key() {
    check_diagnostics(
        "
//- project shop
//- models/two.sql
select 1
//- models/both.sql
select 1
//- models/one.sql
select 1
//- models/_models.yml
models:
  - name: two
    columns:
      - {name: id, constraints: [{type: primary_key}]}
#                                       ^^^^^^^^^^^ error[contract-constraint]: a primary key over several columns belongs to the model: `constraints: [{type: primary_key, columns: […]}]`
      - {name: line, constraints: [{type: primary_key}]}
#                                         ^^^^^^^^^^^ error[contract-constraint]: a primary key over several columns belongs to the model: `constraints: [{type: primary_key, columns: […]}]`
  - name: both
    constraints: [{type: primary_key, columns: [id, line]}]
    columns:
      - {name: id, constraints: [{type: primary_key}]}
#                                       ^^^^^^^^^^^ error[contract-constraint]: the model has a primary key of its own; dbt takes one on the model or on a column
      - {name: line}
  - name: one
    constraints: [{type: primary_key, columns: [id, line]}]
    columns: [{name: id}, {name: line}]
",
    );
}

const PROFILE: &str = "
//- project shop
//- dbt_project.yml
name: shop
profile: shop
";

#[test]
fn keys_are_over_columns_of_the_contract() {
    let fixture = "
//- profiles.yml
shop:
  outputs:
    default: {type: postgres, host: db, port: 5432, user: ada, password: pw, dbname: shop, schema: shop}
//- models/orders.sql materialized:table
select 1
//- models/free.sql materialized:table
select 1
//- models/_models.yml
models:
  - name: orders
    config: {contract: {enforced: true}}
    constraints:
      - type: primary_key
        columns: [ordr_id, ORDER_ID, '\"order_id\"']
#                 ^^^^^^^ error[contract-constraint]: the contract of `orders` has no column `ordr_id`; did you mean `order_id`?
      - type: unique
#             ^^^^^^ error[contract-constraint]: `unique` of a whole model needs `columns`
      - type: check
        columns: [no_such]
        expression: order_id > 0
    columns: [{name: order_id, data_type: integer}]
  - name: free
    constraints:
      - {type: unique, columns: [no_such]}
    columns: [{name: order_id}]
";
    check_diagnostics(&format!("{PROFILE}{fixture}"));
}

#[test]
fn what_has_no_effect_is_a_hint() {
    let fixture = "
//- profiles.yml
shop:
  outputs:
    default: {type: postgres, host: db, port: 5432, user: ada, password: pw, dbname: shop, schema: shop}
//- models/orders.sql materialized:table
select 1
//- models/customers.sql
select 1
//- models/_models.yml
models:
  - name: orders
    config: {contract: {enforced: true}}
    constraints:
      - {type: not_null, columns: [order_id]}
#              ^^^^^^^^ hint[contract-constraint]: dbt leaves `not_null` out where it is of the whole model; columns can have it
      - {type: foreign_key, columns: [order_id], to: \"ref('customers')\"}
#              ^^^^^^^^^^^ hint[contract-constraint]: without `to` and `to_columns`, or an `expression`, dbt leaves the foreign key out
    columns:
      - name: order_id
        data_type: integer
        constraints:
          - type: check
#                 ^^^^^ hint[contract-constraint]: without `expression` dbt leaves the `check` constraint out
          - type: check
            expression: order_id > 0
";
    check_diagnostics(&format!("{PROFILE}{fixture}"));
}

#[test]
fn dbt_warns_of_what_the_warehouse_does_not_do() {
    let fixture = "
//- profiles.yml
shop:
  outputs:
    default: {type: bigquery}
//- models/orders.sql materialized:table
select 1
//- models/_models.yml
models:
  - name: orders
    config: {contract: {enforced: true}}
    constraints:
      - {type: primary_key, columns: [order_id]}
#              ^^^^^^^^^^^ warning[contract-constraint]: bigquery takes `primary_key` for a note and does not enforce it
      - {type: primary_key, columns: [order_id], warn_unenforced: false}
      - {type: unique, columns: [no_such], warn_unsupported: false}
    columns:
      - name: order_id
        data_type: int64
        constraints:
          - type: not_null
          - type: unique
#                 ^^^^^^ warning[contract-constraint]: bigquery does not support `unique`: dbt leaves it out
";
    check_diagnostics(&format!("{PROFILE}{fixture}"));
}

#[test]
fn a_view_has_no_constraints() {
    check_diagnostics(
        "
//- project shop
//- models/orders.sql
select 1
//- models/whole.sql
select 1
//- models/knows.sql
select 1
//- models/_models.yml
models:
  - name: orders
    config: {contract: {enforced: true}}
    columns:
      - name: order_id
        data_type: integer
        constraints: [{type: not_null}]
#                            ^^^^^^^^ warning[contract-constraint]: `orders` is a view, and dbt leaves constraints out of all but tables
  - name: whole
    config: {contract: {enforced: true}}
    constraints: [{type: unique, columns: [id]}]
#                        ^^^^^^ hint[contract-constraint]: `whole` is a view, and dbt leaves constraints out of all but tables
    columns: [{name: id, data_type: integer}]
  - name: knows
    config: {contract: {enforced: true}}
    columns:
      - name: id
        data_type: integer
        constraints: [{type: not_null, warn_unsupported: false}]
",
    );
}

#[test]
fn duckdb_knows_few_constraints_of_ones_own() {
    let fixture = "
//- profiles.yml
shop:
  outputs:
    default: {type: duckdb}
//- models/orders.sql materialized:table
select 1 as order_id
//- models/_models.yml
models:
  - name: orders
    config: {contract: {enforced: true}}
    columns:
      - name: order_id
        data_type: integer
        constraints:
          - {type: custom, expression: \"tag 'key'\"}
#                  ^^^^^^ error[contract-constraint]: DuckDB has no constraint of a column that begins with `tag`
          - {type: custom, expression: Default 5}
          - {type: custom, expression: \"{{ var('more', 'unique') }}\"}
";
    check_diagnostics(&format!("{PROFILE}{fixture}"));
}

#[test]
fn a_check_names_columns_of_the_contract() {
    let fixture = "
//- profiles.yml
shop:
  outputs:
    default: {type: duckdb}
//- models/orders.sql materialized:table
select 1 as order_id, 2 as total
//- models/_models.yml
models:
  - name: orders
    config: {contract: {enforced: true}}
    constraints:
      - {type: check, expression: \"total > order_id and lower('x') = 'x'\"}
      - {type: check, expression: totl > 0}
#              ^^^^^ error[contract-constraint]: the check names `totl`, which the contract of `orders` does not have; did you mean `total`?
    columns:
      - name: order_id
        data_type: integer
        constraints:
          - {type: check, expression: \"amount > 0 or TOTAL in (1, 2)\"}
#                  ^^^^^ error[contract-constraint]: the check names `amount`, which the contract of `orders` does not have
          - {type: check, expression: \"{{ var('more', 'x') }} > 0\"}
          - {type: check, expression: \"cast(orders.order_id as date) < current_date\"}
      - {name: total, data_type: integer}
";
    check_diagnostics(&format!("{PROFILE}{fixture}"));
}
