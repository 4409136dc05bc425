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
