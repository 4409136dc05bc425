//! Unit tests, and keys of entries that have to go together.

use crate::fixture::check_diagnostics;

#[test]
fn rows_that_are_not_of_their_format_are_told() {
    check_diagnostics(
        "
//- project shop
//- models/orders.sql
select * from {{ ref('lines') }}
//- models/lines.sql
select 1 as id
//- models/_models.yml
unit_tests:
  - name: one
    model: orders
    given:
      - input: ref('lines')
        rows: |
#       ^^^^ error[invalid-value]: rows of the `format` dict are a list; a text is of the `format` csv or sql
          id
          1
      - input: ref('lines')
        format: csv
        rows: [{id: 1}]
#       ^^^^ error[invalid-value]: rows of the `format` csv are a text; a list is of the `format` dict
      - input: ref('lines')
#       ^^^^^ error[invalid-value]: rows of a `fixture` are of the `format` csv or sql
        fixture: lines
    expect:
#   ^^^^^^ error[invalid-value]: the rows are missing
      format: dict
",
    );
}

#[test]
fn rows_of_their_format_are_silent() {
    check_diagnostics(
        "
//- project shop
//- models/orders.sql
select * from {{ ref('lines') }}
//- models/lines.sql
select 1 as id
//- models/_models.yml
unit_tests:
  - name: one
    model: orders
    given:
      - {input: ref('lines'), format: sql, rows: select 1 as id}
      - {input: ref('lines'), format: csv, fixture: lines}
      - {input: ref('lines'), rows: \"{{ var('rows', []) }}\"}
      - {input: ref('countries')}
    expect: {rows: []}
//- seeds/countries.csv
id
",
    );
}

#[test]
fn keys_both_in_the_configuration_and_beside_it_are_told() {
    check_diagnostics(
        "
//- project shop
//- models/orders.sql
select 1 as id
//- models/_models.yml
models:
  - name: orders
    meta: {a: 1}
#   ^^^^ error[invalid-value]: `meta` stands both in `config` and beside it; dbt takes it in one place only
    docs: {show: true}
    config: {meta: {b: 1}, tags: [a]}
sources:
  - name: raw
    meta: {a: 1}
    config: {meta: {b: 1}}
    tables: [{name: orders}]
macros:
  - name: cents
    meta: {a: 1}
    config: {meta: {b: 1}}
//- macros/m.sql
{% macro cents() %}1{% endmacro %}
",
    );
}

#[test]
fn a_unit_test_fits_its_model() {
    check_diagnostics(
        "
//- project shop
//- models/lines.sql
{{ config(materialized='incremental') }}
select 1 as id
{% if is_incremental() %}where false{% endif %}
//- models/later.sql
{{ config(materialized='incremental') }}
select 1 as id
{% if execute and is_incremental() %}where false{% endif %}
//- seeds/countries.csv
id
//- models/orders_v1.sql
select 1 as id
//- models/orders_v2.sql
select 1 as id
//- models/_models.yml
models:
  - {name: orders, versions: [{v: 1}, {v: 2}]}
unit_tests:
  - name: says_nothing
#         ^^^^^^^^^^^^ error[invalid-value]: `lines` asks `is_incremental()`: below `overrides` and `macros` the test has to say what it gives, true or false
    model: lines
    given: []
    expect: {rows: []}
  - name: no_this
#         ^^^^^^^ error[invalid-value]: with `is_incremental: true` the test needs an input `this`
    model: lines
    overrides: {macros: {is_incremental: true}}
    given: []
    expect: {rows: []}
  - name: first
    model: lines
    overrides: {macros: {is_incremental: false}}
    given: []
    expect: {rows: []}
  - name: more
    model: lines
    overrides: {macros: {is_incremental: true}}
    given: [{input: this, rows: []}]
    expect: {rows: []}
  - name: later
    model: later
    given: [{input: ref('countries')}]
    expect: {rows: []}
  - name: without_rows
#         ^^^^^^^^^^^^ error[invalid-value]: `lines` is no seed of this project, so that its rows are missing
    model: later
    given: [{input: ref('lines')}]
    expect: {rows: []}
  - name: no_versions
#         ^^^^^^^^^^^ error[invalid-value]: `later` has no versions to choose from
    model: later
    versions: {include: [1]}
    given: []
    expect: {rows: []}
  - name: one
    model: orders
    versions: {exclude: [2]}
    given: []
    expect: {rows: []}
  - name: none
#         ^^^^ error[invalid-value]: the test is for no version that `orders` has
    model: orders
    versions: {include: [3]}
    given: []
    expect: {rows: []}
",
    );
}

#[test]
fn time_spines_selections_and_loading_times_are_looked_at() {
    check_diagnostics(
        "
//- project shop
//- models/days.sql
select 1 as day, 2 as year
//- models/orders_v1.sql
select 1 as id
//- models/_models.yml
models:
  - name: days
    time_spine:
      standard_granularity_column: date
#                                  ^^^^ error[invalid-value]: the model has no column `date` below `columns`
      custom_granularities:
        - {name: fiscal, column_name: year}
        - {name: quarter}
#                ^^^^^^^ error[invalid-value]: the model has no column `quarter` below `columns`
    columns:
      - {name: day, granularity: day}
      - {name: year}
  - name: orders
    columns: [{name: id}, {name: note}]
    versions:
      - v: 1
        columns:
          - {include: all, exclude: [note]}
          - {include: [id]}
#            ^^^^^^^ error[invalid-value]: a second selection of columns; a version has one only
sources:
  - name: raw
    config:
      freshness:
        warn_after: {count: one, period: week}
#                           ^^^ error[invalid-value]: `count` is a whole number
#                                        ^^^^ error[invalid-value]: `period` is `minute`, `hour` or `day`, not `week`
        error_after: {count: 2, period: day}
    tables:
      - name: orders
        loaded_at_field: ''
#       ^^^^^^^^^^^^^^^ error[invalid-value]: `loaded_at_field` is empty; dbt wants a column, or no key
",
    );
}

#[test]
fn a_time_spine_over_its_columns_is_fine() {
    check_diagnostics(
        "
//- project shop
//- models/days.sql
select 1 as day
//- models/_models.yml
models:
  - name: days
    time_spine: {standard_granularity_column: day}
    columns: [{name: day, granularity: day}]
",
    );
}
