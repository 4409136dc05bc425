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
