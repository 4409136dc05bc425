//! Names that stand twice.

use crate::fixture::check_diagnostics;

#[test]
fn two_models_of_one_name_are_told_in_both_files() {
    check_diagnostics(
        "
//- project shop
//- models/a/orders.sql
select 1
--<0>^^^^^^^^ error[duplicate-name]: two models of this project are called `orders`; the other is in models/b/orders.sql
//- models/b/orders.sql
select 1
--<0>^^^^^^^^ error[duplicate-name]: two models of this project are called `orders`; the other is in models/a/orders.sql
",
    );
}

#[test]
fn one_name_in_two_projects_or_switched_off_is_fine() {
    check_diagnostics(
        "
//- project shop
//- models/a/orders.sql
select 1
//- models/b/orders.sql
{{ config(enabled=false) }} select 1
//- models/c/orders.sql
{{ config(enabled=env_var('X')) }} select 1
//- project core
//- models/orders.sql
select 1
",
    );
}

#[test]
fn a_model_and_a_seed_of_one_name_would_be_one_table() {
    check_diagnostics(
        "
//- project shop
//- models/orders.sql
select 1
--<0>^^^^^^^^ error[duplicate-name]: this model and a seed in seeds/orders.csv would both be `orders` in the warehouse
//- models/lines.sql
{{ config(schema='marts') }} select 1
//- models/days.sql
{{ config(catalog='marts') }} select 1
//- models/weeks.sql
{{ config(dataset='marts') }} select 1
//- seeds/days.csv
//- seeds/weeks.csv
//- seeds/lines.csv
//- seeds/orders.csv
id
#<0>^^ error[duplicate-name]: this seed and a model in models/orders.sql would both be `orders` in the warehouse
",
    );
}

#[test]
fn one_thing_is_described_in_one_entry() {
    check_diagnostics(
        "
//- project shop
//- models/orders.sql
select 1
//- models/_a.yml
models: [{name: orders}]
#               ^^^^^^ error[duplicate-name]: a second entry about the same thing is in models/_b.yml; dbt takes one only
groups: [{name: team, owner: &it {name: Ada}}, {name: others, owner: *it}]
#               ^^^^ error[duplicate-name]: a second group of this name is in models/_b.yml
//- models/_b.yml
models: [{name: orders}]
#               ^^^^^^ error[duplicate-name]: a second entry about the same thing is in models/_a.yml; dbt takes one only
groups: [{name: team, owner: {name: Ada}}]
#               ^^^^ error[duplicate-name]: a second group of this name is in models/_a.yml
",
    );
}

#[test]
fn entries_about_nothing_that_is_on_or_about_versions_may_stand_twice() {
    check_diagnostics(
        "
//- project shop
//- dbt_project.yml
name: shop
models: {shop: {old: {+enabled: false}}}
//- models/closed.sql enabled:false
select 1
//- models/old/away.sql
select 1
//- models/orders_v1.sql
select 1
//- models/orders_v2.sql
select 1
//- models/lines.sql
select 1
//- models/_a.yml
models:
  - name: closed
  - name: away
  - name: gone
#         ^^^^ warning[unused-properties]: no model `gone` in this project: dbt leaves this entry aside
  - name: orders
    versions: [{v: 1}, {v: 2}]
  - name: lines
#         ^^^^^ error[duplicate-name]: a second entry about the same thing is in models/_b.yml; dbt takes one only
    config: {enabled: false}
//- models/_b.yml
models:
  - name: closed
  - name: away
  - name: gone
#         ^^^^ warning[unused-properties]: no model `gone` in this project: dbt leaves this entry aside
  - name: orders
    versions: [{v: 1}, {v: 2}]
#                  ^ warning[unknown-version]: version 1 of `orders` has no file: dbt looks for `orders_v1`
#                          ^ warning[unknown-version]: version 2 of `orders` has no file: dbt looks for `orders_v2`
  - name: lines
#         ^^^^^ error[duplicate-name]: a second entry about the same thing is in models/_a.yml; dbt takes one only
",
    );
}

#[test]
fn a_model_beside_its_versions_is_told_wherever_it_stands() {
    check_diagnostics(
        "
//- project shop
//- models/a/orders_v1.sql
select 1
--<0>^^^^^^^^ error[duplicate-name]: two models of this project are called `orders`; the other is in models/b/orders.sql
//- models/b/orders.sql
select 1
--<0>^^^^^^^^ error[duplicate-name]: two models of this project are called `orders`; the other is in models/a/orders_v1.sql
//- models/_models.yml
models: [{name: orders, versions: [{v: 1}]}]
",
    );
}

#[test]
fn what_property_files_make_has_a_name_of_its_own() {
    check_diagnostics(
        "
//- project shop
//- models/orders.sql
select 1
//- models/lines.sql
select 1
//- models/_a.yml
exposures:
  - {name: board, type: dashboard, owner: {email: a@example.com}}
#          ^^^^^ error[duplicate-name]: a second entry about the same thing is in models/_b.yml; dbt takes one only
  - {name: old, type: dashboard, owner: {email: a@example.com}, config: {enabled: false}}
unit_tests:
  - {name: one, model: orders, given: [], expect: {rows: []}}
  - {name: one, model: lines, given: [], expect: {rows: []}}
//- models/_b.yml
exposures:
  - {name: board, type: dashboard, owner: {email: a@example.com}}
#          ^^^^^ error[duplicate-name]: a second entry about the same thing is in models/_a.yml; dbt takes one only
  - {name: old, type: dashboard, owner: {email: a@example.com}}
metrics: [{name: board}]
",
    );
}

#[test]
fn a_data_test_that_stands_twice_with_the_same_arguments_is_told() {
    check_diagnostics(
        "
//- project shop
//- models/orders.sql
select 1 as id, 2 as status
//- models/_models.yml
models:
  - name: orders
    data_tests:
      - accepted_values: {arguments: {column_name: status, values: [3]}}
    columns:
      - name: id
        data_tests:
          - unique
          - not_null
          - unique: {config: {severity: warn}}
#           ^^^^^^ error[duplicate-name]: the test `unique` stands here twice with the same arguments
          - not_null: {name: other_name}
          - not_null: {config: {enabled: false}}
          - unique: {config: {enabled: \"{{ var('strict', false) }}\"}}
      - name: status
        data_tests:
          - accepted_values: {arguments: {values: [1, 2]}}
          - accepted_values: {arguments: {values: [2, 1]}}
          - accepted_values: {arguments: {values: [3]}}
#           ^^^^^^^^^^^^^^^ error[duplicate-name]: the test `accepted_values` stands here twice with the same arguments
          - accepted_values: {arguments: {values: ['1', 2]}}
#           ^^^^^^^^^^^^^^^ error[duplicate-name]: the test `accepted_values` stands here twice with the same arguments
      - name: id
        data_tests: [not_null]
#                    ^^^^^^^^ error[duplicate-name]: the test `not_null` stands here twice with the same arguments
",
    );
}

#[test]
fn two_macros_of_one_name_are_told() {
    check_diagnostics(
        "
//- project shop
//- macros/a.sql
{% macro cents(x) %}1{% endmacro %}
--       ^^^^^ error[duplicate-name]: a second macro of this name is in macros/b.sql
{% macro test_fine(model) %}select 1{% endmacro %}
--       ^^^^^^^^^ error[duplicate-name]: a second macro of this name is in tests/generic/fine.sql
{% macro duckdb__cents(x) %}1{% endmacro %}
//- macros/b.sql
{% macro cents(x, y) %}2{% endmacro %}
--       ^^^^^ error[duplicate-name]: a second macro of this name is in macros/a.sql
{% macro helper() %}2{% endmacro %}
//- tests/generic/fine.sql
{% test fine(model) %}select 1{% endtest %}
--      ^^^^ error[duplicate-name]: a second macro of this name is in macros/a.sql
{% macro helper() %}2{% endmacro %}
//- package kit
//- macros/c.sql
{% macro cents(x) %}1{% endmacro %}
",
    );
}

#[test]
fn an_alias_that_is_another_relations_name_is_told() {
    check_diagnostics(
        "
//- project shop
//- models/orders.sql
select 1 as id
--<0>^^^^^^^^^^^^^^ error[duplicate-name]: `orders` and the model `new_orders` in models/new_orders.sql would have one name in the warehouse
//- models/new_orders.sql
{{ config(alias='orders') }} select 1 as id
--        ^^^^^^^^^^^^^^ error[duplicate-name]: `new_orders` and the model `orders` in models/orders.sql would have one name in the warehouse
//- models/elsewhere.sql
{{ config(alias='orders', schema='archive') }} select 1 as id
//- models/made.sql
{{ config(alias=name_of(this)) }} select 1 as id
//- macros/name.sql
{% macro name_of(relation) %}{% if execute %}orders{% endif %}{% endmacro %}
",
    );
}

#[test]
fn a_project_that_names_its_relations_itself_is_not_judged() {
    check_diagnostics(
        "
//- project shop
//- macros/names.sql
{% macro default__generate_schema_name(custom_schema_name, node) %}{{ node.name }}{% endmacro %}
//- models/orders.sql
select 1 as id
//- models/new_orders.sql
{{ config(alias='orders') }} select 1 as id
",
    );
}
