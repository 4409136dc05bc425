//! Findings about what dbt's rendering sees.

use crate::fixture::check_diagnostics;

#[test]
fn a_ref_that_a_macro_makes_is_judged_at_the_call() {
    check_diagnostics(
        "
//- project shop needs:core
//- models/orders.sql
select * from {{ latest('products') }} join {{ latest('gone') }}
--                                             ^^^^^^^^^^^^^^ error[unknown-model]: `core` has no model `gone`
//- macros/latest.sql
{% macro latest(name) %}{{ return(ref('core', name)) }}{% endmacro %}
{% macro nobody() %}{{ ref('core', 'gone') }}{% endmacro %}
//- manifest core
//- models/products.sql access:public
select 1
",
    );
}

#[test]
fn refs_made_by_loops_and_variables_are_judged() {
    check_diagnostics(
        "
//- project shop
//- models/a.sql
select 1
//- models/orders.sql
{% set tables = ['a'] %}{% do tables.append('b') %}
{% for table in tables %}{{ ref(table) }}{% endfor %}
--                              ^^^^^ error[unknown-model]: no model `b` here or in the projects that this one reads; did you mean `a`?
{{ ref(var('source_model')) }}
//- dbt_project.yml
name: shop
vars: {source_model: a}
",
    );
}

#[test]
fn the_target_decides() {
    check_diagnostics(
        "
//- project shop
//- models/orders.sql
{% if target.name == 'prod' %}{{ ref('gone') }}{% else %}select 1{% endif %}
--                               ^^^^^^^^^^^ hint[unreached-ref]: dbt does not come to this ref
{% if target.type == 'duckdb' %}{{ ref('missing') }}{% endif %}
--                                      ^^^^^^^ error[unknown-model]: no model `missing` here or in the projects that this one reads
//- dbt_project.yml
name: shop
profile: main
//- profiles.yml
main:
  target: dev
  outputs:
    dev: {type: duckdb, path: a.duckdb}
    prod: {type: duckdb}
",
    );
}

#[test]
fn an_unknown_target_says_nothing() {
    check_diagnostics(
        "
//- project shop
//- models/orders.sql
{% if target.name == 'prod' %}{{ ref('gone') }}{% else %}select 1{% endif %}
",
    );
}

#[test]
fn macros_of_packages_are_rendered_and_refs_that_hang_on_missing_ones_are_left_in_peace() {
    check_diagnostics(
        "
//- project shop
//- models/orders.sql
{% for name in kit.tables() %}{{ ref(name) }}{% endfor %} {{ other.tables() }}
--                                   ^^^^ error[unknown-model]: no model `made` here or in the projects that this one reads
--                                                           ^^^^^ error[unknown-macro]: no package `other` is installed
//- models/lines.sql
{% for name in other.tables() %}{{ ref(name) }}{% endfor %} {{ cents('a', 'b') }}
--             ^^^^^ error[unknown-macro]: no package `other` is installed
//- models/sums.sql
select {{ cents('a', 'b') }}
--        ^^^^^^^^^^^^^^^ error[jinja-syntax]: macro `cents` takes one argument, and 2 are given
//- macros/cents.sql
{% macro cents(column) %}{{ column }} / 100{% endmacro %}
//- package kit
//- macros/tables.sql
{% macro tables() %}{{ return(['made']) }}{% endmacro %}
",
    );
}
