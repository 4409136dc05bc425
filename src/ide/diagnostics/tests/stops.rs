//! What a model does while dbt renders it that stops dbt.

use crate::fixture::check_diagnostics;

#[test]
fn a_dispatch_that_finds_nothing_stops_dbt() {
    check_diagnostics(
        "
//- project shop
//- models/orders.sql
select {{ adapter.dispatch('cents')('a') }}, {{ adapter.dispatch('twice', 'kit')('a') }},
  {{ adapter.dispatch('datediff', 'dbt')('a', 'b', 'day') }}, {{ adapter.dispatch('only_duckdb')() }},
  {{ adapter.dispatch(var('name', 'cents'))('a') }}
{% if execute %}{{ adapter.dispatch('nothing')() }}{% endif %}
{% if target.name == 'prod' %}{{ adapter.dispatch('nothing')() }}{% endif %}
//- models/a.sql
select {{ adapter.dispatch('cent')('a') }}
--                          ^^^^ error[unknown-macro]: no macro `default__cent`, or one for this adapter, to dispatch to; did you mean `cents`?
//- models/b.sql
select {{ adapter.dispatch('nothing', 'kit')('a') }}
--                          ^^^^^^^ error[unknown-macro]: no macro `default__nothing`, or one for this adapter, to dispatch to
//- models/c.sql
select {{ outer() }}
--        ^^^^^^^ error[unknown-macro]: no macro `default__gone`, or one for this adapter, to dispatch to; a macro that is called here needs it
//- macros/cents.sql
{% macro default__cents(column) %}{{ column }}{% endmacro %}
{% macro duckdb__only_duckdb() %}{% endmacro %}
{% macro outer() %}{{ adapter.dispatch('gone', 'shop')() }}{% endmacro %}
//- dbt_project.yml
name: shop
profile: main
//- profiles.yml
main: {target: '{{ env_var(\"TARGET\") }}', outputs: {dev: {type: duckdb}}}
//- package kit
//- macros/twice.sql
{% macro default__twice(a) %}{{ a }}{% endmacro %}
",
    );
}

#[test]
fn a_dispatch_is_not_judged_where_the_adapter_may_have_the_macro() {
    check_diagnostics(
        "
//- project shop
//- models/orders.sql
select {{ adapter.dispatch('nothing')('a') }}
//- models/lines.sql
select {{ adapter.dispatch('nothing', 'kit')('a') }}
",
    );
}

#[test]
fn an_error_that_is_surely_raised_stops_dbt() {
    check_diagnostics(
        "
//- project shop
//- models/orders.sql
{% if execute %}{{ exceptions.raise_compiler_error('a') }}{% endif %}
{% if var('a', none) is not none %}{{ exceptions.raise_compiler_error('a') }}{% endif %}
{% if dbt_version > '2' %}{{ exceptions.raise_compiler_error('a') }}{% endif %}
{% do exceptions.warn('a') %} select 1 as id {{ checked(['a']) }}
//- models/a.sql
{{ exceptions.raise_compiler_error('Not this one. Take `orders`.') }}
-- ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[jinja-syntax]: this stops dbt: Not this one. Take `orders`.
//- models/b.sql
select 1 as id {{ checked('a') }}
--                ^^^^^^^^^^^^ error[jinja-syntax]: a macro that is called here stops dbt: a list is needed, not a
//- macros/checked.sql
{% macro checked(names) %}
  {% if names is string %}{{ exceptions.raise_compiler_error('a list is needed, not ' ~ names) }}{% endif %}
{% endmacro %}
",
    );
}

#[test]
fn variables_that_macros_need_are_missed_where_they_are_called() {
    check_diagnostics(
        "
//- project shop
//- models/orders.sql
select {{ first_day() }}
--        ^^^^^^^^^^^ error[unknown-var]: nothing sets the variable `first_day`, and it has no default; a macro that is called here needs it
//- models/lines.sql
select {{ only_parsing() }}, {{ last_day_or_none() }} {% if not execute %}{{ var('a') }}{% endif %}
//- macros/all.sql
{% macro first_day() %}{{ var('first_day') }}{% endmacro %}
{% macro last_day_or_none() %}{{ var('last_day', none) }}{% endmacro %}
{% macro only_parsing() %}
  {% if load_relation(this) is none %}{{ var('a') }}{% endif %}
  {% if not execute %}{{ return(var('b')) }}{% endif %}
{% endmacro %}
",
    );
}

#[test]
fn a_macro_needs_the_arguments_of_which_it_asks_something() {
    check_diagnostics(
        "
//- project shop
//- models/orders.sql
select {{ plain() }}, {{ schema_of({'schema': 1}) }}, {{ schema_of(nothing) }}, {{ nothing.a.b }}
//- models/a.sql
select {{ schema_of() }}
--        ^^^^^^^^^^^ error[jinja-syntax]: macro `schema_of` needs its argument `relation`
//- models/b.sql
select {{ outer() }}
--        ^^^^^^^ error[jinja-syntax]: in a macro that is called here: macro `next` needs its argument `number`
//- models/c.sql
select {{ nothing + 1 }}
--        ^^^^^^^ error[jinja-syntax]: nothing is called `nothing` here
//- models/d.sql
select {{ plain('a', what=1) }}
--        ^^^^^^^^^^^^^^^^^^ error[jinja-syntax]: macro `plain` is given its argument `what` twice
//- models/e.sql
select {{ wrong() }}
--        ^^^^^^^ error[jinja-syntax]: in a macro that is called here: macro `plain` takes one argument, and 2 are given
//- models/f.sql
{% call plain() %}1{% endcall %}
--      ^^^^^^^ error[jinja-syntax]: macro `plain` has no `caller()`, so no `call` block calls it
//- macros/all.sql
{% macro plain(what) %}{{ what }}{{ what ~ 'a' }}{{ what | upper }}{% for it in what %}{% endfor %}{% endmacro %}
{% macro schema_of(relation) %}{{ relation.schema }}{% endmacro %}
{% macro next(number) %}{{ number + 1 }}{% endmacro %}
{% macro outer() %}{{ next() }}{% endmacro %}
{% macro wrong() %}{{ plain(1, 2) }}{% endmacro %}
",
    );
}

#[test]
fn filters_of_macros_are_missed_where_they_are_called() {
    check_diagnostics(
        "
//- project shop
//- models/orders.sql
select {{ under_condition() }}
//- models/a.sql
select {{ shown() }}
--        ^^^^^^^ error[jinja-syntax]: macro `shown` cannot be read: Jinja has no filter `nofilter`
//- models/b.sql
{% if true %}{{ 1 is oddly }}{% endif %} {{ shown() }}
--                   ^^^^^ error[jinja-syntax]: Jinja has no test `oddly`
//- macros/all.sql
{% macro shown() %}{{ 1 | nofilter }}{% endmacro %}
{% macro under_condition() %}{% if false %}{{ 1 | nofilter }}{% endif %}{% endmacro %}
",
    );
}

#[test]
fn a_macro_that_calls_itself_endlessly_stops_dbt() {
    check_diagnostics(
        "
//- project shop
//- models/orders.sql
select {{ down(3) }}, {{ walk(['a', ['b']]) }}
//- models/a.sql
select {{ around('a') }}
--        ^^^^^^^^^^^ error[jinja-syntax]: in a macro that is called here: macro `around` calls itself with the same arguments, endlessly
//- models/b.sql
{{ return('a') }} select 1 as id
-- ^^^^^^^^^^^ error[jinja-syntax]: `return` ends a macro, and this stands in none
//- models/c.sql
{{ config('table') }} select 1 as id
-- ^^^^^^^^^^^^^^^ error[jinja-syntax]: `config` takes keywords, as in `config(materialized='table')`, or one dict
//- models/d.sql
{{ config(materialized='table') }} {{ config({'tags': 'a'}) }} {{ config(**{'tags': 'b'}) }} select 1 as id
//- macros/all.sql
{% macro around(a) %}{{ back(a) }}{% endmacro %}
{% macro back(a) %}{{ around(a) }}{% endmacro %}
{% macro down(a) %}{% if a > 0 %}{{ down(a - 1) }}{% endif %}{% endmacro %}
{% macro walk(a) %}{% for it in a %}{% if it is string %}{{ it }}{% else %}{{ walk(it) }}{% endif %}{% endfor %}{% endmacro %}
",
    );
}

#[test]
fn python_does_not_take_every_value() {
    check_diagnostics(
        "
//- project shop
//- models/orders.sql
{% set names = ['a', 'b'] %}{% do names.append('c') %}{% set sizes = {'a': 1, 'f': none} %}
{{ config(tags=names * 2) }} {{ set([1, 2]) - set([1]) }}
select {{ 1 + 2.5 * 3 }}, {{ 'a' * 3 }}, {{ 'a' % 3 }}, {{ names | length > 2 }}, {{ 'a' in 'abc' }},
  {{ sizes.items() | list }}, {{ sizes.a }}, {{ 'a'.upper() }}, {{ config.get('x', {}).items() }},
  {{ adapter.get_relation('a', 'b', 'c').render() }}, {{ none ~ 1 }}, {{ 7 // 2 }}, {{ none == 1 }}
//- models/a.sql
{% set names = ['a'] %}{% do names.apend('b') %} select 1 as id
--                                 ^^^^^ error[jinja-syntax]: a list has no method `apend`; did you mean `append`?
//- models/b.sql
{% for name in none %}{{ name }}{% endfor %} select 1 as id
--             ^^^^ error[jinja-syntax]: a loop cannot go through `none`
//- models/c.sql
{% set a, b = ['a'] %} select '{{ a }}' as id
--     ^^^^ error[jinja-syntax]: 2 names cannot take 1 values
//- models/d.sql
select {{ 'a' + 1 }} as id
--        ^^^^^^^ error[jinja-syntax]: Python does not reckon with a text and a number
//- models/e.sql
{% if 'a' > 1 %}1{% endif %} select 1 as id
--    ^^^^^^^ error[jinja-syntax]: Python does not order a text and a number
//- models/f.sql
{% set rows = run_query('select 1 as id') %} select {{ rows.columns[0].values() }} as id
--                                                     ^^^^ error[jinja-syntax]: `run_query` gives nothing while dbt parses: ask for it under `execute`
//- models/g.sql
{% set rows = run_query('select 1 as id') %}{% for row in rows %}{{ row }}{% endfor %}
{% if execute %}{{ rows.columns[0].values() }}{% endif %} select 1 as id
",
    );
}

#[test]
fn what_may_go_well_is_left_in_peace() {
    check_diagnostics(
        "
//- project shop
//- dbt_project.yml
name: shop
vars: {start: 2024-01-01, end: 2024-02-01, waits: null}
//- macros/kept.sql
{% macro put() %}{% do graph.setdefault('mine', {}).update({'a': 'x'}) %}{% endmacro %}
{% macro got() %}{% set mine = graph.get('mine') %}{{ mine.get('a') }}{% endmacro %}
{% macro once() %}{% if not graph.get('seen') %}{% do graph.update({'seen': 1}) %}{{ once() }}{% endif %}{% endmacro %}
{% macro star(from, except) %}*{% endmacro %}
{% macro late() %}{% if var('waits') is none %}{{ exceptions.raise_compiler_error('pass it') }}{% endif %}{% endmacro %}
//- models/a.sql
{{ put() }}{{ got() }}{{ once() }}{{ late() }}
select {{ star(from='b', except=['x'], except=['y']) }}, {{ (var('end') - var('start')).days }} as days
//- models/off.sql
{{ config(enabled=false) }}{% set all = [] %}{% do all.push(1) %}
//- tests/generic/own.sql
{% if true %}{% macro helper() %}{% endmacro %}{% endif %}{% test own(model) %}select 1{% endtest %}
",
    );
}
