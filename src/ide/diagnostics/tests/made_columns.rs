//! Columns that macros and loops make, and what is silent because nobody can tell.

use crate::fixture::check_diagnostics;

#[test]
fn columns_that_macros_and_loops_make_are_known_to_readers() {
    check_diagnostics(
        "
//- project shop
//- macros/made.sql
{% macro totals(relation, columns) %}
select id, {% for column in columns %}
    sum({{ column }}) as {{ column }}_total{{ ',' if not loop.last }}
{% endfor %} from {{ relation }} group by id
{% endmacro %}
//- models/base.sql
select 1 as id, 2 as price, 3 as tax
//- models/by_macro.sql
{{ totals(ref('base'), ['price', 'tax']) }}
//- models/inside.sql
with t as ({{ totals(ref('base'), ['price']) }})
select t.*, current_date as seen_at from t
//- models/by_loop.sql
{% set parts = ['price', 'tax'] %}
select id {% for part in parts %}, {{ part }} as {{ part }}_cents{% endfor %}
from {{ ref('base') }}
//- models/reader.sql
select m.price_total, m.tax_totl, i.price_total, i.seen_on, l.tax_cents, l.price
--                      ^^^^^^^^ warning[unknown-column]: `m` has no column `tax_totl`; did you mean `tax_total`?
--                                                 ^^^^^^^ warning[unknown-column]: `i` has no column `seen_on`; did you mean `seen_at`?
--                                                                         ^^^^^ warning[unknown-column]: `l` has no column `price`
from {{ ref('by_macro') }} m, {{ ref('inside') }} i, {{ ref('by_loop') }} l
",
    );
}

#[test]
fn a_condition_that_a_macro_has_settled_may_be_the_one_here() {
    check_diagnostics(
        "
//- project shop
//- dbt_project.yml
name: shop
vars: {with_tax: false}
//- macros/made.sql
{% macro parts() %}1 as id{% if var('with_tax') %}, 2 as tax{% endif %}{% endmacro %}
//- models/made.sql
select {{ parts() }}
//- models/reader.sql
select id {% if var('with_tax') %}, m.tax{% endif %} from {{ ref('made') }} m
//- models/plain.sql
select m.id, m.tax from {{ ref('made') }} m
--             ^^^ warning[unknown-column]: `m` has no column `tax`
",
    );
}

#[test]
fn what_only_a_run_tells_hides_columns() {
    check_diagnostics(
        "
//- project shop
//- macros/made.sql
{% macro perhaps() %}select 1 as id {% if execute %}, 2 as more{% endif %}{% endmacro %}
{% macro asked() %}
{% set found = run_query('select 1') %}
select 1 as id {% for one in found %}, {{ one }}{% endfor %}
{% endmacro %}
{% macro fresh() %}select 1 as id {% if is_incremental() %}, 2 as more{% endif %}{% endmacro %}
{% macro named() %}select 1 as id, {{ adapter.quote('more') }}{% endmacro %}
{% macro ends() %}
{% for one in ['a', 'b'] %}{% if execute %}{% break %}{% endif %}{{ one }}, {% endfor %} 1 as id
{% endmacro %}
//- models/a.sql
{{ perhaps() }}
//- models/b.sql
{{ asked() }}
//- models/c.sql
{{ fresh() }}
//- models/d.sql
{{ named() }}
//- models/e.sql
select {{ ends() }}
//- models/f.sql
select 1 as id {% if execute %}, 2 as more{% endif %}
//- models/reader.sql
select a.more, b.more, c.more, d.more, e.more, f.more
from {{ ref('a') }} a, {{ ref('b') }} b, {{ ref('c') }} c, {{ ref('d') }} d, {{ ref('e') }} e, {{ ref('f') }} f
",
    );
}
