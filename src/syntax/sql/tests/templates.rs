//! What Jinja hides, and what it does not.

use expect_test::{Expect, expect};

use super::outline::{outline, outline_of, parsed};
use crate::syntax::sql::Dialect;

fn check(text: &str, expected: &Expect) {
    expected.assert_eq(&outline(text, Dialect::Generic));
}

fn check_all(text: &str, expected: &Expect) {
    let sql = parsed(text, Dialect::Generic);
    let trees = sql.trees.iter().map(|tree| outline_of(text, tree));
    expected.assert_eq(&trees.collect::<Vec<_>>().join("--\n"));
}

#[test]
fn a_ref_is_a_relation() {
    check(
        "{{ config(tags=['a']) }} select o.id from {{ ref('orders') }} o join {{ source('s', 't') }} using (id)",
        &expect![[r"
            select id from {{ ref('orders') }} o join {{ source('s', 't') }} using(id)
        "]],
    );
}

#[test]
fn jinja_with_an_alias_is_a_column_and_jinja_alone_is_anything() {
    check(
        "select {{ f('x') }} as a, {{ star() }}, b, {{ x }}.c, {{ y }}_d, coalesce({{ z }}, 0) e from t",
        &expect![[r"
            select a, ?, b, c, ?, e from t
        "]],
    );
}

#[test]
fn jinja_that_may_put_a_comma_ends_a_column_nobody_knows_where() {
    check(
        "select a as b {{ ',' if x }} c as d, e {{ more() }} from t",
        &expect![[r#"
            select ?, ? from t
            gap "{{ ',' if x }} c as d"
            gap "{{ more() }}"
        "#]],
    );
}

#[test]
fn what_stands_under_a_condition_may_not_be_there() {
    check(
        "select a {% if x %}, b {% endif %}, c, case {% for k in ks %} when {{ k }} then 1 {% endfor %} end as d\n\
         from t {% if y %} join u on t.a = u.a {% endif %} {% if is_incremental() %} where a > 1 {% endif %}",
        &expect![[r"
            select a, ~b, c, d ~ from t join ~u
        "]],
    );
}

#[test]
fn each_branch_is_read() {
    check_all(
        "{% if x %} select a from t {% elif y %} select b from u {% else %} select c from v {% endif %}",
        &expect![[r"
            select a from t
            --
            select b from u
            --
            select c from v
        "]],
    );
    check_all(
        "select a from {% if x %} {{ ref('b') }} {% else %} {{ ref('c') }} {% endif %} as t",
        &expect![[r"
            select a from {{ ref('b') }} t
            --
            select a from {{ ref('c') }} t
        "]],
    );
}

#[test]
fn a_loop_over_selects_is_a_set_operation() {
    check(
        "{% for r in rs %} select '{{ r }}' as source, a from {{ ref(r) }} {% if not loop.last %} union all {% endif %} {% endfor %}",
        &expect![[r"
            select source, a from {{ ref(r) }}
            union nothing
        "]],
    );
}

#[test]
fn macros_and_blocks_put_nothing_here() {
    check(
        "{% macro m() %} select 1 as x {% endmacro %}{% set s %} select 2 as y {% endset %}\
         {% call statement('q') %} select 3 as z {% endcall %}{# select 4 #}{% do f() %}\n\
         {% snapshot n %} select a from t {% endsnapshot %}",
        &expect![[r"
            select a from t
        "]],
    );
}

#[test]
fn jinja_among_relations_may_put_more() {
    check(
        "select a from t {{ join_it() }} where x {{ and_more() }} group by 1",
        &expect![[r"
            select a from t ~
        "]],
    );
}

#[test]
fn jinja_may_put_ctes() {
    check(
        "with {{ imports() }}, b as (select 1 as x), {{ more() }} select x from b",
        &expect![[r"
            with b
              select x
            select x from b
        "]],
    );
}

#[test]
fn raw_text_is_sql() {
    check(
        "select {% raw %} '{{ x }}' as a {% endraw %} from t",
        &expect![[r"
            select a from t
        "]],
    );
}
