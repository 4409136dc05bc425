//! What stays of a text in which someone types.

use expect_test::{Expect, expect};

use super::outline::outline;
use crate::syntax::sql::Dialect;

fn check(text: &str, expected: &Expect) {
    expected.assert_eq(&outline(text, Dialect::Generic));
}

#[test]
fn a_column_that_is_not_there_yet_is_no_column() {
    check(
        "select a, from t",
        &expect![[r"
            select a from t
        "]],
    );
    check(
        "select a, b as from t",
        &expect![[r"
            select a, _ from t
        "]],
    );
}

#[test]
fn a_name_behind_a_dot_may_be_missing() {
    check(
        "select o. from orders o\nwhere o.\n  and o.x = 1",
        &expect![[r"
            select ? from orders o
        "]],
    );
}

#[test]
fn a_missing_parenthesis_keeps_the_ctes_behind_it() {
    check(
        "with a as (select coalesce(x, 0 as y from t), b as (select 1 as z from u\nwhere w in (1, 2),\n\
         c as (select 2 as v) select * from c",
        &expect![[r"
            with a
              select _ from t
            with b
              select z from u
            with c
              select v
            select * from c
        "]],
    );
    check(
        "with a as (select 1 as x from t\nselect * from a",
        &expect![[r"
            with a
              select x from t
            select * from a
        "]],
    );
    check(
        "with a as select 1 as x from t), b as (select 2 as y) select * from b",
        &expect![[r"
            with a
              select x from t
            with b
              select y
            select * from b
        "]],
    );
}

#[test]
fn a_parenthesis_too_many_keeps_the_ctes_behind_it() {
    check(
        "with a as (select f(x)) as y from t), b as (select 2 as z) select * from b",
        &expect![[r#"
            with a
              select _
            with b
              select z
            select * from b
            gap "as y from t)"
        "#]],
    );
}

#[test]
fn a_select_typed_before_another_is_replaced_by_it() {
    check(
        "with a as (\n  select \n  select x from t\n) select y from a",
        &expect![[r"
            with a
              select x from t
            select y from a
        "]],
    );
    check(
        "select y,\nselect x from t",
        &expect![[r"
            select y
            missing operator select x from t
        "]],
    );
}

#[test]
fn a_cut_text_keeps_what_stands_before_the_cut() {
    check(
        "with a as (select 1 as x), b as (select x, sum(",
        &expect![[r"
            with a
              select x
            with b
              select x, _
        "]],
    );
    check(
        "with a as (select 1 as x), ",
        &expect![[r"
            with a
              select x
        "]],
    );
}

#[test]
fn an_open_quote_ends_with_its_line() {
    check(
        "with a as (select 'x as y,\n 'z' as w from t), b as (select \"q as r\nfrom u) select * from b",
        &expect![[r#"
            with a
              select ? from t
            with b
              select q as r from u
            select * from b
            gap "'z' as w"
        "#]],
    );
}

#[test]
fn a_text_may_go_over_several_lines() {
    check(
        "select 'a\nb' as x, y from t",
        &expect![[r"
            select x, y from t
        "]],
    );
}

#[test]
fn a_relation_that_is_not_there_yet_is_kept_as_missing() {
    check(
        "select a from \nwhere b",
        &expect![[r"
            select a from nothing
        "]],
    );
    check(
        "select a from t join  where b",
        &expect![[r"
            select a from t join nothing
        "]],
    );
}
