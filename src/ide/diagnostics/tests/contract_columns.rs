//! The columns of contracts and seeds as the warehouse has them: quoted, nested, or not held at all.

use crate::fixture::check_diagnostics;

#[test]
fn columns_of_bigquery_that_stand_in_one_another_are_one() {
    check_diagnostics(
        "
//- project shop
//- dbt_project.yml
name: shop
profile: shop
//- profiles.yml
shop: {target: dev, outputs: {dev: {type: bigquery}}}
//- models/orders.sql contract:enforced
select made_up() as id, struct(1 as total, 2 as tax) as price
//- models/reader.sql
select id, price.total, nothing from {{ ref('orders') }}
--                      ^^^^^^^ error[unknown-column]: `orders` has no column `nothing`
//- models/lost.sql contract:enforced
select made_up() as id
--<0>^^^^^^ error[contract-missing-column]: the contract of `lost` has `price.total`, which is not selected
//- models/s.yml
models:
  - name: orders
    columns:
      - {name: id, data_type: int64}
      - {name: price.total, data_type: int64}
      - {name: price.tax, data_type: int64}
  - name: lost
    columns:
      - {name: id, data_type: int64}
      - {name: price.total, data_type: int64}
#              ^^^^^^^^^^^ error[contract-missing-column]: the contract of `lost` has `price.total`, which is not selected
",
    );
}

#[test]
fn quoted_columns_keep_their_letters() {
    check_diagnostics(
        "
//- project shop
//- dbt_project.yml
name: shop
profile: shop
//- profiles.yml
shop: {target: dev, outputs: {dev: {type: postgres, host: db, port: 5432, user: ada, password: pw, dbname: shop, schema: shop}}}
//- models/orders.sql contract:enforced
select made_up() as \"Total\", made_up() as total
//- models/reader.sql
select \"Total\", TOTAL, \"other\" from {{ ref('orders') }}
--                     ^^^^^^^ error[unknown-column]: `orders` has no column `other`
//- models/lost.sql contract:enforced
select made_up() as total
--                  ^^^^^ error[contract-extra-column]: the contract of `lost` does not have `total`; did you mean `Total`?
//- models/s.yml
models:
  - name: orders
    columns:
      - {name: Total, quote: true, data_type: integer}
      - {name: total, data_type: integer}
  - name: lost
    columns:
      - {name: Total, quote: true, data_type: integer}
#              ^^^^^ error[contract-missing-column]: the contract of `lost` has `Total`, which is not selected; did you mean `total`?
",
    );
}

#[test]
fn a_published_contract_says_which_columns_are_quoted() {
    check_diagnostics(
        "
//- project shop needs:core
//- dbt_project.yml
name: shop
profile: shop
//- profiles.yml
shop: {target: dev, outputs: {dev: {type: postgres, host: db, port: 5432, user: ada, password: pw, dbname: shop, schema: shop}}}
//- models/reader.sql
select \"Total\", total from {{ ref('core', 'prices') }}
--              ^^^^^ error[unknown-column]: `prices` has no column `total`; did you mean `Total`?
//- manifest core
//- models/prices.sql access:public contract:enforced
select 1 as \"Total\"
//- models/prices.yml
models:
  - name: prices
    columns: [{name: Total, quote: true, data_type: integer, constraints: [{type: not_null}]}]
",
    );
}

#[test]
fn dbt_puts_the_columns_of_a_seed_in_quotes_or_not() {
    check_diagnostics(
        "
//- project shop
//- dbt_project.yml
name: shop
profile: shop
//- profiles.yml
shop: {target: dev, outputs: {dev: {type: postgres, host: db, port: 5432, user: ada, password: pw, dbname: shop, schema: shop}}}
//- models/quoted.sql
select \"Label\", total, label from {{ ref('labels') }}
--                     ^^^^^ warning[unknown-column]: `labels` has no column `label`; did you mean `Label`?
//- models/plain.sql
select label, LABEL from {{ ref('plain_labels') }}
//- seeds/labels.csv
Label,total
//- seeds/plain_labels.csv
Label,total
//- seeds/s.yml
seeds: [{name: plain_labels, config: {quote_columns: false}}]
//- project snow
//- dbt_project.yml
name: snow
profile: snow
//- profiles.yml
snow: {target: dev, outputs: {dev: {type: snowflake, account: shop, database: shop, schema: shop}}}
//- models/plain.sql
select label, LABEL from {{ ref('labels') }}
//- seeds/labels.csv
Label,total
",
    );
}

#[test]
fn a_contract_that_dbt_does_not_check_says_nothing() {
    check_diagnostics(
        "
//- project shop
//- models/orders.sql materialized:bespoke contract:enforced
select made_up() as id, made_up() as more
//- models/seen.sql materialized:materialized_view contract:enforced
select made_up() as id, made_up() as more
//- models/reader.sql
select o.anything, s.more, s.nothing from {{ ref('orders') }} as o, {{ ref('seen') }} as s
--                           ^^^^^^^ warning[unknown-column]: `s` has no column `nothing`
//- models/s.yml
models:
  - name: orders
    columns: [{name: id, data_type: integer}, {name: total, data_type: integer}]
  - name: seen
    columns: [{name: id, data_type: integer}, {name: total, data_type: integer}]
",
    );
}
