//! Which model, which project, which arguments.

use crate::fixture::check_diagnostics;

#[test]
fn refs_that_dbt_finds_are_silent() {
    check_diagnostics(
        "
//- project shop needs:core
//- models/orders.sql
select * from {{ ref('lines') }}
join {{ ref('shop', 'lines') }} using (id)
join {{ ref('core', 'products') }} using (id)
join {{ ref('products') }} using (id)
join {{ ref('prices') }} using (id)
//- models/lines.sql
select 1
//- seeds/prices.csv
//- manifest core
//- models/products.sql access:public
select 1
",
    );
}

#[test]
fn a_slip_of_the_finger_is_told_with_what_was_meant() {
    check_diagnostics(
        "
//- project shop needs:core
//- models/orders.sql
select * from {{ ref('lnies') }}
--                    ^^^^^ error[unknown-model]: no model `lnies` here or in the projects that this one reads; did you mean `lines`?
join {{ ref('core', 'PRODUCTS') }} using (id)
--                   ^^^^^^^^ error[unknown-model]: `core` has no model `PRODUCTS`; did you mean `products`?
join {{ ref('core.products') }} using (id)
--           ^^^^^^^^^^^^^ error[unknown-model]: no model `core.products` here or in the projects that this one reads; did you mean `core', 'products`?
join {{ ref('coer', 'products') }} using (id)
--           ^^^^ error[unknown-project]: no project `coer` can be read from here; did you mean `core`?
join {{ ref('shop', 'products') }} using (id)
--                   ^^^^^^^^ error[unknown-model]: `shop` has no model `products`; `core` has one
//- models/lines.sql
select 1
//- manifest core
//- models/products.sql access:public
select 1
",
    );
}

#[test]
fn a_manifest_that_is_not_there_yet_is_no_reason_to_complain_of_refs() {
    check_diagnostics(
        "
//- project shop needs:core
//- models/orders.sql
select * from {{ ref('core', 'products') }} join {{ ref('anything') }}
//- manifest core loading
",
    );
}

#[test]
fn a_project_at_hand_that_is_not_declared_is_told_as_such() {
    check_diagnostics(
        "
//- project shop
//- models/orders.sql
select * from {{ ref('core', 'products') }}
--                    ^^^^ error[unknown-project]: `core` is at hand, but this project does not read it: it has no dbt_loom.config.yml that names a manifest of it
//- project core
//- models/products.sql access:public
--        ^^^^^^^^^^^^^^^ hint[public-without-contract]: `products` is public, and no contract holds its columns
select 1
",
    );
}

#[test]
fn two_projects_with_one_name_are_told_apart_only_by_naming_one() {
    check_diagnostics(
        "
//- project shop needs:core,sales
//- models/orders.sql
select * from {{ ref('customers') }}
--                    ^^^^^^^^^ error[ambiguous-ref]: `customers` is in `core` and `sales`; name the project first
join {{ ref('sales', 'customers') }} using (id)
//- manifest core
//- models/customers.sql access:public
select 1
//- manifest sales
//- models/customers.sql access:public
select 1
",
    );
}

#[test]
fn a_local_model_hides_those_of_other_projects() {
    check_diagnostics(
        "
//- project shop needs:core,sales
//- models/orders.sql
select * from {{ ref('customers') }}
//- models/customers.sql
select 1
//- manifest core
//- models/customers.sql access:public
select 1
//- manifest sales
//- models/customers.sql access:public
select 1
",
    );
}

#[test]
fn arguments_that_dbt_refuses_are_told_where_they_stand() {
    check_diagnostics(
        "
//- project shop
//- models/orders.sql
select {{ ref() }}
--        ^^^^^ error[invalid-ref]: `ref` needs the name of a model
, {{ ref('shop', 'lines', 2) }}
--   ^^^^^^^^^^^^^^^^^^^^^^^ error[invalid-ref]: `ref` takes a model, or a project and a model, not 3 names; a version is `v=…`
, {{ ref(1) }}
--   ^^^^^^ error[invalid-ref]: the model's name is a text in quotes, not a number
, {{ ref('lines', v=[1]) }}
--   ^^^^^^^^^^^^^^^^^^^ error[invalid-ref]: a version is a number or a text, not a list
, {{ ref('lines', ver=2) }}
--                ^^^ hint[invalid-ref]: dbt passes over the keyword `ver` in silence; a version is `v=…`
//- models/lines.sql
select 1
",
    );
}

#[test]
fn what_only_dbt_can_work_out_is_left_in_peace() {
    check_diagnostics(
        "
//- project shop
//- models/orders.sql
{% for model in env_var('MODELS') %} {{ ref(model) }} {% endfor %}
{{ ref(env_var('X')) }} {{ ref(*arguments) }}
{% if var('later', false) %} {{ ref('not_yet') }} {% endif %}
{% if false %} {{ ref('never') }} {% endif %}
--                ^^^^^^^^^^^^ hint[unreached-ref]: dbt does not come to this ref
{% if is_incremental() %} {{ ref('sometimes') }} {% endif %}
--                           ^^^^^^^^^^^^^^^^ hint[unreached-ref]: dbt sees this ref only when it runs: it is no dependency
{# {{ ref('comment') }} #}
{% raw %} {{ ref('raw') }} {% endraw %}
//- macros/pick.sql
{% macro pick() %} {{ ref('nothing') }} {% endmacro %}
",
    );
}

#[test]
fn dbt_sees_a_ref_in_a_sql_comment() {
    check_diagnostics(
        "
//- project shop
//- models/orders.sql
select 1 -- {{ ref('gone') }}
--                  ^^^^ error[unknown-model]: no model `gone` here or in the projects that this one reads
{% set model = 'goner' %}
from {{ ref(model) }}
--          ^^^^^ error[unknown-model]: no model `goner` here or in the projects that this one reads
",
    );
}

#[test]
fn a_macro_in_the_place_of_ref_silences_the_rules() {
    check_diagnostics(
        "
//- project shop
//- models/orders.sql
select * from {{ ref('anything') }}
//- macros/ref.sql
{% macro ref(name) %}{{ return(builtins.ref('stg_' ~ name)) }}{% endmacro %}
",
    );
}

#[test]
fn a_data_test_only_warns_and_a_disabled_target_of_it_is_silent() {
    check_diagnostics(
        "
//- project shop
//- models/orders.sql
select 1
//- models/off.sql
{{ config(enabled=false) }} select * from {{ ref('nothing') }}
//- tests/orders_are_paid.sql
select * from {{ ref('odrers') }}
--                    ^^^^^^ warning[unknown-model]: no model `odrers` here or in the projects that this one reads; did you mean `orders`?
join {{ ref('off') }}
//- models/_models.yml
models:
  - name: orders
    columns:
      - name: id
        data_tests:
          - relationships:
              arguments: {to: ref('lines'), field: id}
#                                  ^^^^^ warning[unknown-model]: no model `lines` here or in the projects that this one reads
",
    );
}

#[test]
fn every_place_of_a_property_file_is_read_in_its_own_way() {
    check_diagnostics(
        "
//- project shop
//- models/orders.sql
select 1
//- models/_models.yml
models:
  - name: orders
    config:
      post_hook: \"grant select on {{ ref('hooked') }}\"
#                                         ^^^^^^ error[unknown-model]: no model `hooked` here or in the projects that this one reads
    columns:
      - name: id
        constraints:
          - {type: foreign_key, to: ref('keys'), to_columns: [id]}
#                                        ^^^^ error[unknown-model]: no model `keys` here or in the projects that this one reads
exposures:
  - name: board
    type: dashboard
    owner: {name: Ada}
    depends_on:
      - ref('shown')
#            ^^^^^ error[unknown-model]: no model `shown` here or in the projects that this one reads
      - \"{{ ref('orders') }}\"
#        ^^^^^^^^^^^^^^^^^^^ error[invalid-ref]: no braces here: dbt adds them itself
semantic_models:
  - name: orders
    model: ref('meant')
#               ^^^^^ error[unknown-model]: no model `meant` here or in the projects that this one reads
snapshots:
  - name: history
    config: {strategy: check, check_cols: all, unique_key: id}
    relation: ref('or' ~ 'ders')
#             ^^^^^^^^^^^^^^^^^^ error[invalid-ref]: dbt reads one plain `ref('model')` or `source('source', 'table')` here
unit_tests:
  - name: counts
    model: orders
    given:
      - input: ref('given')
#                   ^^^^^ warning[unknown-model]: no model `given` here or in the projects that this one reads
        rows: []
      - {input: this, rows: []}
    expect: {rows: []}
",
    );
}

#[test]
fn a_model_that_reads_itself_in_the_end_is_told_at_each_step() {
    check_diagnostics(
        "
//- project shop
//- models/a.sql
select * from {{ ref('b') }}
--               ^^^^^^^^ error[model-cycle]: a circle: shop.a reads shop.b reads shop.a
//- models/b.sql
select * from {{ ref('a') }} join {{ ref('c') }}
--               ^^^^^^^^ error[model-cycle]: a circle: shop.b reads shop.a reads shop.b
//- models/c.sql
select * from {{ ref('c') }}
--               ^^^^^^^^ error[model-cycle]: `shop.c` reads itself
//- models/d.sql
select * from {{ ref('a') }}
",
    );
}

#[test]
fn one_name_finds_the_public_models_of_projects_in_dependencies_yml() {
    check_diagnostics(
        "
//- project shop depends:core
//- models/orders.sql
select * from {{ ref('products') }} join {{ ref('stg_products') }}
--                                               ^^^^^^^^^^^^ error[unknown-model]: no model `stg_products` here or in the projects that this one reads; did you mean `products`?
//- project core
//- models/products.sql access:public
--        ^^^^^^^^^^^^^^^ hint[public-without-contract]: `products` is public, and no contract holds its columns
select * from {{ ref('stg_products') }}
//- models/stg_products.sql
select 1
",
    );
}
