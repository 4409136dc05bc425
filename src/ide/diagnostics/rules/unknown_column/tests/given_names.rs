//! Names that a file gives to macros.

use expect_test::expect;

use crate::fixture::{check_diagnostics, check_fixes};

const MACROS: &str = "
//- profiles.yml
shop: {target: dev, outputs: {dev: {type: duckdb}}}
//- macros/m.sql
{% macro ratio(a, b) %}round({{ a }} / nullif({{ b }}, 0), 4){% endmacro %}
{% macro key_of(names) -%}
md5({% for name in names %}coalesce({{ name }}, '_'){% if not loop.last %} || {% endif %}{% endfor %})
{%- endmacro %}
{% macro total(name) %}sum({{ name | upper }}) as {{ name }}_total, '{{ name }}' as label{% endmacro %}
{% macro other_if_short(name) %}{% if name | length > 4 %}{{ name }}{% else %}id{% endif %}{% endmacro %}
{% macro of_other(name) %}(select max({{ name }}) from {{ ref('lines') }}){% endmacro %}
{% macro either(name) %}{{ name }} + (select max({{ name }}) from {{ ref('lines') }}){% endmacro %}
{% macro quoted(name) %}\"{{ name }}\"{% endmacro %}
{% macro body(name) %}{{ name }} + {{ caller() }}{% endmacro %}
{% macro if_id(name) %}{% if name == 'id' %}{{ name }}{% else %}cast({{ name }} as int){% endif %}{% endmacro %}
{% macro bare(name) %}{{ name }}{% endmacro %}
{% macro joined() %}join {{ var('table', none) }} using (id){% endmacro %}
//- seeds/orders.csv
id,cents,euros
//- models/lines.sql
select 1 as id, 2 as quantity
";

fn check(models: &str) {
    check_diagnostics(&format!(
        "\n//- project shop{MACROS}{}",
        models.trim_start()
    ));
}

#[test]
fn they_are_columns_where_macros_write_them() {
    check(
        "
//- models/a.sql
select
    {{ ratio('cents', 'euro') }} as a,
--                     ^^^^ warning[unknown-column]: `o` has no column `euro`; did you mean `euros`?
    {{ key_of(['o.id', 'o.cnts']) }} as b,
--                        ^^^^ warning[unknown-column]: `o` has no column `cnts`; did you mean `cents`?
    {{ key_of(names=['sum(p.id)']) }} as c,
--                        ^ error[unknown-column]: nothing that is read here is called `p`
    {{ total('euro') }},
--            ^^^^ warning[unknown-column]: `o` has no column `euro`; did you mean `euros`?
    {{ of_other('quantty') }} as d,
--               ^^^^^^^ warning[unknown-column]: `lines` has no column `quantty`; did you mean `quantity`?
    {{ quoted('price') }} as e,
    {{ if_id('idd') }} as f
--            ^^^ warning[unknown-column]: `o` has no column `idd`; did you mean `id`?
from {{ ref('orders') }} as o
//- models/b.sql
{% set names = ['id', 'euro'] %}
--                     ^^^^ warning[unknown-column]: `orders` has no column `euro`; did you mean `euros`?
select {{ key_of(names) }} as key,
  {% for name in ['cents', 'sents'] %}
--                          ^^^^^ warning[unknown-column]: `orders` has no column `sents`; did you mean `cents`?
  sum({{ name }}) as {{ name }}_sum,
  {% endfor %}
  {% call body('idd') %} 1 {% endcall %} as c
--              ^^^ warning[unknown-column]: `orders` has no column `idd`; did you mean `id`?
from {{ ref('orders') }}
",
    );
}

/// Without a known warehouse it may be a text in double quotes.
#[test]
fn a_name_that_a_macro_puts_in_quotes_is_one_where_the_warehouse_is_known() {
    let own = "//- dbt_project.yml\nname: shop\nprofile: shop";
    let model = "
//- models/a.sql
select {{ quoted('id') }} as a, {{ quoted('price') }} as b from {{ ref('orders') }}
--                                         ^^^^^ warning[unknown-column]: `orders` has no column `price`
";
    check_diagnostics(&format!(
        "\n//- project shop\n{own}{MACROS}{}",
        model.trim_start()
    ));
}

#[test]
fn what_becomes_of_them_is_not_always_known() {
    check(
        "
//- models/a.sql
select
    {{ ratio('cents', 'euros') }} as a,
    {{ other_if_short('cnts') }} as b,
    {{ either('cents') }} as c,
    {{ either('quantity') }} as d,
    {{ ratio(\"'nothing'\", 'coalesce(cents, 1)') }} as e,
    {{ ratio('cents' ~ 's', 'id') }} as f,
    x_{{ bare('cents') }} as g, {{ bare('cent') -}} _x as k,
    {{ total('cents') }},
    {{ adapter.quote('cnts') }} as h,
    {% if is_incremental() %} {{ ratio('cnts', 'id') }} as i, {% endif %}
    {{ if_id('id') }} as j
from {{ ref('orders') }}
where id > {{ var('least', 'nothing') }}
//- models/b.sql
select {{ ratio('a', 'b') }} as a from {{ ref('orders') }} {{ joined() }}
//- models/c.sql
select {{ ratio('a', 'b') }} as a from somewhere
//- models/d.sql
{{ config(alias='sents', tags=['sents']) }}
{{ total('sents') }}
//- models/off.sql enabled:false
select {{ ratio('a', 'b') }} as a from {{ ref('orders') }}
",
    );
}

/// Macros as packages have them, which leave the words to the adapter.
const SURROGATE: &str = r#"
//- macros/keys.sql
{% macro surrogate_key(names) %}
  {%- set parts = [] -%}
  {%- for name in names -%}
    {%- do parts.append("coalesce(cast(" ~ name ~ " as " ~ dbt.type_string() ~ "), '')") -%}
    {%- if not loop.last %}{% do parts.append("'-'") %}{% endif -%}
  {%- endfor -%}
  {{ dbt.hash(dbt.concat(parts)) }}
{% endmacro %}
"#;

#[test]
fn macros_that_each_adapter_words_otherwise_write_what_they_are_given() {
    check(&format!(
        "{SURROGATE}
//- models/a.sql
select
    {{{{ surrogate_key(['id', 'cnts']) }}}} as a,
--                           ^^^^ warning[unknown-column]: `orders` has no column `cnts`; did you mean `cents`?
    {{{{ dbt.date_trunc('month', 'bought_at') }}}} as b,
--                              ^^^^^^^^^ warning[unknown-column]: `orders` has no column `bought_at`
    {{{{ dateadd('day', -1, from_date_or_timestamp='bought') }}}} as c,
--                                                ^^^^^^ warning[unknown-column]: `orders` has no column `bought`
    {{{{ dbt.split_part('id', \"'-'\", 1) }}}} as d,
    {{{{ dbt.safe_cast('euro', api.Column.translate_type('string')) }}}} as e
--                    ^^^^ warning[unknown-column]: `orders` has no column `euro`; did you mean `euros`?
from {{{{ ref('orders') }}}}
//- models/b.sql
{{{{ config(contract={{'enforced': true}}) }}}}
select {{{{ surrogate_key(['id']) }}}} as key, cast(id as {{{{ dbt.type_int() }}}}) as id
from {{{{ ref('orders') }}}}
//- models/b.yml
models: [{{name: b, columns: [{{name: key, data_type: blob}}, {{name: id, data_type: bigint}}]}}]
"
    ));
}

#[test]
fn a_macro_of_ones_own_in_the_place_of_dbts_writes_what_it_likes() {
    check(&format!(
        "{SURROGATE}
//- macros/own.sql
{{% macro default__hash(field) %}}1{{% endmacro %}}
{{% macro duckdb__type_string() %}}{{{{ return('text') }}}}{{% endmacro %}}
//- models/a.sql
select {{{{ surrogate_key(['id', 'cnts']) }}}} as a, {{{{ dbt.hash('cnts') }}}} as b,
    {{{{ dbt.string_literal('cnts') }}}} as c, {{{{ dbt.date_trunc('cnts', 'id') }}}} as d,
    {{{{ dbt.hash(var('column', none)) }}}} as e, {{{{ dbt.concat(var('columns', none)) }}}} as f,
    {{{{ dbt.concat(run_query('select 1').columns[0].values() if execute else []) }}}} as g
from {{{{ ref('orders') }}}}
"
    ));
}

#[test]
fn a_contract_makes_it_an_error() {
    check_diagnostics(&format!(
        "\n//- project shop needs:core{MACROS}\
//- models/a.sql
select {{{{ ratio('cnts', 'id') }}}} as a from {{{{ ref('core', 'prices') }}}}
--               ^^^^ error[unknown-column]: `prices` has no column `cnts`; did you mean `cents`?
//- manifest core
//- models/prices.sql access:public contract:enforced
select 1 as id, 2 as cents
//- models/prices.yml
models: [{{name: prices, columns: [{{name: id, data_type: int}}, {{name: cents, data_type: int}}]}}]
"
    ));
}

#[test]
fn they_are_put_right_where_they_stand() {
    check_fixes(
        &format!(
            "\n//- project shop{MACROS}\
//- models/a.sql
select {{{{ ratio('o.cn$0ts', 'id') }}}} as a from {{{{ ref('orders') }}}} o
"
        ),
        &expect![[r"
            `o` has no column `cnts`; did you mean `cents`?
              Change to `cents`
                select {{ ratio('o.cents', 'id') }} as a from {{ ref('orders') }} o
              Ignore `unknown-column` on this line
                -- dbt-mesh: ignore[unknown-column]
        "]],
    );
}
