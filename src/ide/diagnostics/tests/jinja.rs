//! What Jinja reads and refuses.

use crate::fixture::check_diagnostics;

#[test]
fn several_targets_may_be_attributes_and_stand_in_a_with() {
    check_diagnostics(
        "
//- project shop
//- models/orders.sql
{% set ns = namespace() %}{% set ns.a, ns.b = 1, 2 %}{% set c, ns.d = 3, 4 %}
{% with e, f = (5, 6), g = 7 %}select {{ e }} as e, {{ f }} as f, {{ g }} as g{% endwith %}
//- models/lines.sql
{% for ns.a in [1] %}{% endfor %}select 1
--     ^^^^ error[jinja-syntax]: nothing can be assigned to this
",
    );
}

#[test]
fn a_comment_of_sql_is_rendered_and_one_of_jinja_is_not() {
    check_diagnostics(
        "
//- project shop
//- models/orders.sql
select 1 as id, 2 as cents
//- models/lines.sql
-- {{ gone() }} and {{ ref('nothing') }} of o.price
--    ^^^^ error[unknown-macro]: no macro `gone` in this project or in dbt
--                          ^^^^^^^ error[unknown-model]: no model `nothing` here or in the projects that this one reads
/* o.price {{ var('a') }} {# {{ gone() }} #} */
--                ^^^ error[unknown-var]: nothing sets the variable `a`, and it has no default
{# {{ gone() }} {{ var('a') }} {% fi %} #}
select o.id from {{ ref('orders') }} as o -- where o.price > 1
",
    );
}

#[test]
fn arguments_with_names_come_last_and_once() {
    check_diagnostics(
        "
//- project shop
//- models/orders.sql
select {{ all(*[1], b=2, **{'c': 3}) }}, {{ all(1, c=3, *[2]) }}, {{ all(a=1, b=2) }}
//- macros/all.sql
{% macro all(a, b, c) %}{% endmacro %}
//- models/a.sql
select * from {{ ref(package='shop', 'orders') }}
--                   ^^^^^^^ hint[invalid-ref]: dbt passes over the keyword `package` in silence; a version is `v=…`
--                                   ^^^^^^^^ error[jinja-syntax]: an argument without a name stands behind one with a name
//- models/b.sql
{{ config(materialized='view', tags='a', materialized='table') }} select 1 as id
--                                       ^^^^^^^^^^^^ error[jinja-syntax]: `materialized` is given twice
//- models/c.sql
select {{ dict(**{}, a=1) }}
--                   ^^^ error[jinja-syntax]: nothing can stand behind `**`
//- macros/d.sql
{% macro d(a=1, b) %}{% endmacro %}
--              ^ error[jinja-syntax]: a parameter without a default stands behind one with it
//- macros/e.sql
{% materialization e, adaptr='duckdb' %}{% endmaterialization %}
--                    ^^^^^^^^^^^^^^^ error[jinja-syntax]: a materialization has no option `adaptr`
{% materialization f, default %}{% endmaterialization %}
{% materialization g, adapter='duckdb', supported_languages=['sql'] %}{% endmaterialization %}
",
    );
}

#[test]
fn quotes_of_typesetters_and_what_nobody_sees_are_no_names() {
    check_diagnostics(
        "
//- project shop
//- models/orders.sql
{% set größe, naïve, 名 = 1, 2, 3 %} select {{ größe + naïve + 名 }} as a, '{{ '‘’' ~ '€' }}' as b
//- models/a.sql
select * from {{ ref(‘orders’) }}
--                   ^ error[jinja-syntax]: expected a value, found `‘`
//- models/b.sql
select * from {{ ref(\u{200b}'orders') }}
--                   ^ error[jinja-syntax]: expected a value, found the hidden U+200B
",
    );
}

#[test]
fn dbt_loads_no_other_templates() {
    check_diagnostics(
        "
//- project shop
//- models/orders.sql
{% if false %}{% include 'a.sql' %}{% endif %} select 1 as id {% raw %}{% include 'a' %}{% endraw %}
//- models/a.sql
{% include 'a.sql' %} select 1 as id
--<0>^^^^^^^^^^^^^^^^^^^^^ error[jinja-syntax]: dbt loads no other templates, so `include` cannot work
//- models/b.sql
{% if true %}{% from 'a.sql' import b %}{% endif %} select {{ b() }}
--           ^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[jinja-syntax]: dbt loads no other templates, so `from` cannot work
//- macros/all.sql
{% macro nobody() %}{% import 'a.sql' as a %}{% endmacro %}
{% include 'a.sql' %}
",
    );
}

#[test]
fn blocks_stand_in_files_of_their_own_at_the_top() {
    check_diagnostics(
        "
//- project shop
//- models/orders.sql
{% macro inside() %}1{% endmacro %} {% test a(model) %}{% endtest %} select 1 as id
//- models/a.sql
{% snapshot a %} select 1 as id {% endsnapshot %}
-- ^^^^^^^^ error[jinja-syntax]: `snapshot` is a tag in the files of snapshots only
//- macros/a.sql
{% if true %}{% macro a() %}{% endmacro %}{% endif %}
--           ^^^^^^^^^^^^^^^ error[jinja-syntax]: a `macro` cannot stand inside of the tag `if`
//- macros/b.sql
{% macro b() %}{% endmacro %} {% endif %}
--                            ^^^^^^^^^^^ error[jinja-syntax]: there is no open `if` that this ends
//- macros/c.sql
{% macro c() %}{% endmacro %} {{ 1
--                            ^^ error[jinja-syntax]: this `{{` has no `}}`
//- macros/d.sql
{% data_test d(model) %} select 1 {% enddata_test %}
-- ^^^^^^^^^ error[jinja-syntax]: `data_test` is not a tag; dbt's word here is `test`
//- macros/e.sql
{% macro e() %}{% if true %}1{% endif %}{% endmacro %} {{ and }} {% fi %} {% snapshot s %}
",
    );
}

#[test]
fn docs_blocks_are_read_without_any_name_and_the_text_around_them_is_not() {
    check_diagnostics(
        "
//- project shop
//- models/docs.md
It's {% fi %} and {{ a b }}, `{% macro x() %}` and `{% snapshot y %}`.
{% docs orders %}
Rows {{ nothing }} {% raw %}{{ ref('orders') }}{% endraw %} {{ range(3) | join }}
{% enddocs %}
//- models/a.md
{% docs a %} select * from {{ ref('orders') }} {% enddocs %}
--                            ^^^ error[jinja-syntax]: a docs block knows no `ref`
//- models/b.md
{% docs b %} the end is not here
--<0>^^^^^^^^^^^^ error[jinja-syntax]: this `docs` has no `{% enddocs %}`
//- models/c.md
{% docs c %} {% fi %} {% enddocs %}
--              ^^ error[jinja-syntax]: `fi` is not a tag
//- models/d.md
Text {{ and no end
--   ^^ error[jinja-syntax]: this `{{` has no `}}`
//- models/e.md
{% docs e %} {{ target.name }} {% enddocs %}
--              ^^^^^^ error[jinja-syntax]: a docs block knows no `target`
//- models/f.md
{% docs %} {{ nothing }} {% enddocs %} {% docs 'f' %} {% enddocs %}
//- README.md
Text {{ and no end
",
    );
}

#[test]
fn python_models_have_no_jinja() {
    check_diagnostics(
        "
//- project shop
//- models/orders.py
def model(dbt, session):
    sizes = {'a': {'b': 1}}
    return dbt.ref('lines')
//- models/lines.py
def model(dbt, session):
    # {{ a }}
#     ^^ error[jinja-syntax]: dbt takes no Jinja in Python, and `{{` opens a tag of it
    return dbt.ref('orders_too')
//- models/orders_too.py
def model(dbt, session):
    return dbt.sql(f'{{a}}')
#                    ^^ error[jinja-syntax]: dbt takes no Jinja in Python, and `{{` opens a tag of it
//- functions/f.py
def main(a):
    return f'{{a}}'
",
    );
}
