//! What the working copy takes away, with who reads it.

use crate::fixture::check_diagnostics;

#[test]
fn columns_that_go_change_their_name_or_their_type() {
    check_diagnostics(
        "
//- project shop needs:core
//- models/a.sql
select * from {{ ref('core', 'products') }}
//- models/b.sql
select * from {{ ref('products') }} join {{ ref('core', 'prices', v=2) }}
//- project core
//- models/products.sql
select 1
//- models/prices_v2.sql
select 1
//- models/_models.yml
models:
  - name: products
#         ^^^^^^^^ warning[breaking-change]: the contract of `products` is published with `note`, no longer here; read by 2 models in `shop`
    config: {access: public, contract: {enforced: true}}
    columns:
      - {name: product_id, data_type: bigint}
#                                     ^^^^^^ warning[breaking-change]: `product_id` of `products` is published as `integer`, and is `bigint` here; read by 2 models in `shop`
      - {name: product_nam, data_type: varchar}
#              ^^^^^^^^^^^ warning[breaking-change]: `product_name` of `products` is published, and called `product_nam` here; read by 2 models in `shop`
      - {name: color, data_type: varchar(20)}
      - {name: weight, data_type: double}
  - name: prices
    config: {access: public, contract: {enforced: true}}
    latest_version: 2
    columns:
      - {name: price, data_type: integer}
    versions:
      - v: 2
#          ^ error[breaking-change]: the contract of `prices.v2` is published with `currency`, no longer here; read by 1 model in `shop`
//- manifest core
//- models/products.sql
select 1
//- models/prices_v2.sql
select 1
//- models/_models.yml
models:
  - name: products
    config: {access: public, contract: {enforced: true}}
    columns:
      - {name: product_id, data_type: integer}
      - {name: product_name, data_type: varchar}
      - {name: color, data_type: VARCHAR(10)}
      - {name: note, data_type: varchar}
  - name: prices
    config: {access: public, contract: {enforced: true}}
    latest_version: 2
    columns:
      - {name: price, data_type: integer}
      - {name: currency, data_type: varchar}
    versions:
      - v: 2
",
    );
}

#[test]
fn contracts_access_and_constraints_that_are_let_go() {
    check_diagnostics(
        "
//- project shop needs:core
//- dbt_loom.config.yml
manifests:
  - {name: core, type: file, config: {path: ../core/target/manifest.json}}
#                                           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ hint[manifest-stale]: the manifest is behind the files of `core`: changed `closed` `closed_too` `viewed`; `dbt parse` there renews it
//- models/a.sql
select * from {{ ref('core', 'loose') }} join {{ ref('core', 'closed') }}
--                                                            ^^^^^^ hint[manifest-stale]: the manifest of `core` has `closed`, but its working copy no longer has it public: the next manifest will break this ref
//- project core
//- models/loose.sql
select 1
//- models/closed.sql
select 1
//- models/closed_too.sql
select 1
//- models/absent.sql
select 1
//- models/keyed.sql materialized:table
select 1
//- models/viewed.sql materialized:view
--        ^^^^^^^^^^^^^^^^^^^ warning[breaking-change]: `viewed` is published as `table` with constraints, which a `view` does not have; no other project at hand reads it
select 1
//- models/_models.yml
models:
  - name: loose
#         ^^^^^ warning[breaking-change]: `loose` is published with a contract, and has none here; read by 1 model in `shop`
    config: {access: public}
#                    ^^^^^^ hint[public-without-contract]: `loose` is public, and no contract holds its columns
    columns: [{name: id, data_type: integer}]
  - name: closed
#         ^^^^^^ warning[breaking-change]: `closed` is published as public, and is not public here; read by 1 model in `shop`
  - name: closed_too
#         ^^^^^^^^^^ hint[breaking-change]: `closed_too` is published as public, and is not public here; no other project at hand reads it
  - name: absent
    config: {access: public, enabled: false}
#                                     ^^^^^ hint[breaking-change]: `absent` is published, and switched off here; no other project at hand reads it
  - name: keyed
#         ^^^^^ warning[breaking-change]: `keyed` is published with the constraint `primary_key (id)`, which is gone here; no other project at hand reads it
    config: {access: public, contract: {enforced: true}}
    columns: [{name: id, data_type: integer}]
#                    ^^ warning[breaking-change]: `id` of `keyed` is published with the constraint `not_null`, which is gone here; no other project at hand reads it
  - name: viewed
    config: {access: public, contract: {enforced: true}}
    columns: [{name: id, data_type: integer, constraints: [{type: not_null, warn_unsupported: false}]}]
//- manifest core
//- models/loose.sql
select 1
//- models/closed.sql access:public
select 1
//- models/closed_too.sql access:public
select 1
//- models/absent.sql access:public
select 1
//- models/keyed.sql materialized:table
select 1
//- models/viewed.sql materialized:table
select 1
//- models/_models.yml
models:
  - name: loose
    config: {access: public, contract: {enforced: true}}
    columns: [{name: id, data_type: integer}]
  - name: closed
  - name: closed_too
  - name: keyed
    config: {access: public, contract: {enforced: true}}
    constraints: [{type: primary_key, columns: [id]}]
    columns: [{name: id, data_type: integer, constraints: [{type: not_null}]}]
  - name: viewed
    config: {access: public, contract: {enforced: true}}
    columns: [{name: id, data_type: integer, constraints: [{type: not_null}]}]
",
    );
}

#[test]
fn models_that_are_gone_or_have_another_name() {
    check_diagnostics(
        "
//- project core
//- models/product_list.sql access:public
--<0>^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ hint[breaking-change]: `products` is published, and called `product_list` here; no other project at hand reads it
--        ^^^^^^^^^^^^^^^ hint[public-without-contract]: `product_list` is public, and no contract holds its columns
select 42 as id
//- models/_models.yml
models:
#<0>^^^^^^^ hint[breaking-change]: `unseen` is published, and no longer here; no other project at hand reads it
  - name: stale
#         ^^^^^ warning[unused-properties]: no model `stale` in this project: dbt leaves this entry aside
#         ^^^^^ hint[breaking-change]: `stale` is published, and no longer here; no other project at hand reads it
//- manifest core
//- models/products.sql access:public
select 42 as id
//- models/stale.sql access:public
select 1
//- models/unseen.sql access:public
select 2
//- models/inner.sql
select 3
//- models/_models.yml
models:
  - name: unseen
",
    );
}

#[test]
fn what_is_added_or_was_never_promised_breaks_nobody() {
    check_diagnostics(
        "
//- project core
//- models/products.sql
select 1
//- models/inner.sql
select 1
//- models/fresh.sql
select 1
//- models/_models.yml
models:
  - name: products
    config: {access: public, contract: {enforced: true}}
    columns:
      - {name: weight, data_type: double}
      - {name: product_id, data_type: INTEGER}
  - name: inner
    columns: [{name: id}]
  - name: fresh
    config: {access: public, contract: {enforced: true}}
    columns: [{name: id, data_type: integer}]
//- manifest core
//- models/products.sql
select 1
//- models/inner.sql
select 1
//- models/_models.yml
models:
  - name: products
    config: {access: public, contract: {enforced: true}}
    columns:
      - {name: product_id, data_type: integer}
  - name: inner
    columns: [{name: id}, {name: note}]
",
    );
}

/// dbt looks at the contract and the date that it has now, not at those that are published.
#[test]
fn what_is_switched_off_counts_with_what_its_entry_says_now() {
    check_diagnostics(
        "
//- project core
//- models/products.sql
select 1
//- models/prices.sql
select 1
//- models/stock.sql
select 1
//- models/_models.yml
models:
  - name: products
    config: {enabled: false, access: public, contract: {enforced: true}}
#                     ^^^^^ warning[breaking-change]: `products` is published, and switched off here; no other project at hand reads it
    columns: [{name: id, data_type: integer}]
  - name: prices
    deprecation_date: 2026-01-31
    config: {enabled: false, access: public, contract: {enforced: true}}
    columns: [{name: id, data_type: integer}]
  - name: stock
    config: {enabled: false, access: public}
#                     ^^^^^ hint[breaking-change]: `stock` is published, and switched off here; no other project at hand reads it
//- manifest core
//- models/products.sql
select 1
//- models/prices.sql
select 1
//- models/stock.sql
select 1
//- models/_models.yml
models:
  - name: products
    config: {access: public, contract: {enforced: true}}
    columns: [{name: id, data_type: integer}]
  - name: prices
    config: {access: public, contract: {enforced: true}}
    columns: [{name: id, data_type: integer}]
  - name: stock
    config: {access: public, contract: {enforced: true}}
    columns: [{name: id, data_type: integer}]
",
    );
}

#[test]
fn half_typed_yaml_takes_nothing_away() {
    check_diagnostics(
        "
//- project core
//- models/products.sql
select 1
//- models/_models.yml
models:
  - name: products
    config: {access: public, contract: {enforced: true}}
    columns:
      - {name: product_id, data_type: integer
#       ^ error[yaml-syntax]: the closing bracket is missing
//- manifest core
//- models/products.sql
select 1
//- models/_models.yml
models:
  - name: products
    config: {access: public, contract: {enforced: true}}
    columns:
      - {name: product_id, data_type: integer}
      - {name: note, data_type: varchar}
",
    );
}

#[test]
fn of_a_column_those_are_told_who_use_it() {
    check_diagnostics(
        "
//- project shop needs:core
//- models/by_name.sql
with read as (select * from {{ ref('core', 'products') }})
select read.note as remark from read
//- models/another.sql
with read as (select * from {{ ref('core', 'products') }})
select product_id from read
//- models/all.sql
select * from {{ ref('core', 'products') }}
//- models/hidden.sql
select {{ some_columns() }} from {{ ref('core', 'products') }}
--        ^^^^^^^^^^^^ error[unknown-macro]: no macro `some_columns` in this project or in dbt; did you mean `diff_columns`?
//- models/by_using.sql
select 1 as one from {{ ref('core', 'products') }} join {{ ref('all') }} using (note)
//- project core
//- models/products.sql
select 1
//- models/_models.yml
models:
  - name: products
#         ^^^^^^^^ warning[breaking-change]: the contract of `products` is published with `note`, no longer here; read by 4 models in `shop`
    config: {access: public, contract: {enforced: true}}
    columns:
      - {name: product_id, data_type: bigint}
#                                     ^^^^^^ warning[breaking-change]: `product_id` of `products` is published as `integer`, and is `bigint` here; read by 3 models in `shop`
//- manifest core
//- models/products.sql
select 1
//- models/_models.yml
models:
  - name: products
    config: {access: public, contract: {enforced: true}}
    columns:
      - {name: product_id, data_type: integer}
      - {name: note, data_type: varchar}
",
    );
}
