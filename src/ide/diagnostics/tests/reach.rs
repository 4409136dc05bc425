//! What dbt never comes to, or comes to on behalf of something that is switched off.

use crate::fixture::check_diagnostics;

#[test]
fn nothing_is_rendered_around_macros_and_snapshots() {
    check_diagnostics(
        "
//- project shop
//- macros/cents.sql
-- usage: {{ cents_of(ref('my_model'), source('my_source', 'my_table'), ref()) }}
{% macro cents_of(relation) %}{{ relation }}{% endmacro %}
//- tests/generic/even.sql
-- usage: {{ ref('my_model') }}
{% test even(model) %}select 1{% endtest %}
//- snapshots/history.sql
-- usage: {{ ref('my_model') }}
{% snapshot history %}{{ config(strategy='check', check_cols='all', unique_key='id') }}
select * from {{ ref('gone') }} {% endsnapshot %}
--                    ^^^^ error[unknown-model]: no model `gone` here or in the projects that this one reads
",
    );
}

#[test]
fn dbt_project_yml_may_switch_off_what_property_files_make() {
    check_diagnostics(
        "
//- project shop
//- dbt_project.yml
name: shop
exposures:
  shop:
    legacy:
      +enabled: false
//- models/legacy/_exposures.yml
exposures:
  - name: board
    type: dashboard
    owner: {name: Ada}
    depends_on: [ref('gone')]
  - name: kept
    type: dashboard
    owner: {name: Ada}
    config: {enabled: true}
    depends_on: [ref('gone')]
#                     ^^^^ error[unknown-model]: no model `gone` here or in the projects that this one reads
",
    );
}

#[test]
fn other_configuration_of_exposures_leaves_them_on() {
    check_diagnostics(
        "
//- project shop
//- dbt_project.yml
name: shop
exposures:
  shop:
    +enabled: true
    +meta: {enabled: false}
//- models/_exposures.yml
exposures:
  - name: board
    type: dashboard
    owner: {name: Ada}
    depends_on: [ref('gone')]
#                     ^^^^ error[unknown-model]: no model `gone` here or in the projects that this one reads
",
    );
}

#[test]
fn of_an_entry_about_no_model_dbt_takes_the_data_tests_only() {
    check_diagnostics(
        "
//- project shop
//- models/orders.sql
select 1
//- models/_models.yml
models:
  - name: moved
#         ^^^^^ warning[unused-properties]: no model `moved` in this project: dbt leaves this entry aside
    config:
      post_hook: \"grant select on {{ ref('hooked') }}\"
    columns:
      - name: id
        constraints:
          - {type: foreign_key, to: ref('keys'), to_columns: [id]}
        data_tests:
          - relationships:
              arguments: {to: ref('lines'), field: id}
#                                  ^^^^^ warning[unknown-model]: no model `lines` here or in the projects that this one reads
",
    );
}

#[test]
fn a_unit_test_of_a_disabled_model_is_left_out() {
    check_diagnostics(
        "
//- project shop needs:core
//- models/orders.sql enabled:false
select 1
//- models/lines.sql
select 1
//- models/_tests.yml
unit_tests:
  - name: of_nothing
    model: orders
    given:
      - input: ref('core', 'prices')
        rows: []
    expect: {rows: []}
  - name: of_lines
    model: lines
    given:
      - input: ref('core', 'prices')
#                           ^^^^^^ error[protected-ref]: dbt refuses `prices` of another project as a unit test's input, public or not
        rows: []
    expect: {rows: []}
//- manifest core
//- models/prices.sql access:public
select 1
",
    );
}
