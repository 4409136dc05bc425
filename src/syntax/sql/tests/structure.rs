//! Which queries, columns and relations are there?

use expect_test::{Expect, expect};

use super::outline::outline;
use crate::syntax::sql::Dialect;

fn check(text: &str, expected: &Expect) {
    expected.assert_eq(&outline(text, Dialect::Generic));
}

#[test]
fn columns_have_the_name_of_their_alias_or_their_own() {
    check(
        "select a, t.b, c as d, e f, g.h.i, 1 + 1, \"J k\", count(*) as n from t",
        &expect![[r"
            select a, b, d, f, i, _, J k, n from t
        "]],
    );
}

#[test]
fn ctes_nest_and_list_their_columns() {
    check(
        "with a(x, y) as (select 1, 2), b as not materialized (with c as (select 3 as z) select * from c)\n\
         select a.*, b.z from a cross join b",
        &expect![[r"
            with a(x, y)
              select _, _
            with b
              with c
                select z
              select * from c
            select a.*, z from a join b
        "]],
    );
}

#[test]
fn joins_of_every_kind_are_relations() {
    check(
        "select 1 from a left outer join b as x on a.i = x.i full join c using (i, j), d y\n\
         natural join e left semi join f on true join (g inner join h on g.i = h.i) on a.i = g.i\n\
         cross join lateral (select 2 as k) as l",
        &expect![[r"
            select _ from a join b x join c using(i, j), d y natural join e semi join f join g join h join (query) l
              select k
        "]],
    );
}

#[test]
fn set_operations_have_terms() {
    check(
        "select a from t union all (select b from u order by 1 limit 1) intersect select c from v order by 1",
        &expect![[r"
            select a from t
            union (query)
              select b from u
            union select c from v
        "]],
    );
}

#[test]
fn stars_say_what_they_leave_out() {
    check(
        "select * exclude a, t.* except (b, c), u.* replace (1 as d) rename (e as f), * ilike '%x%' from t, u",
        &expect![[r"
            select * except(a), t.* except(b, c), u.* replace(d) rename(e f), * ? from t, u
        "]],
    );
}

#[test]
fn what_makes_rows_is_a_relation() {
    check(
        "select 1 from values (1, 2) as v(a, b), unnest(x) as u with ordinality, f(y) g, table(h(z)) as k,\n\
         t pivot (sum(a) for b in (1, 2)) as p tablesample (10 percent), 'file.csv'",
        &expect![[r"
            select _ from values 2 v(a, b), unnest u, f() g, ? k, t p ?, ?
        "]],
    );
}

#[test]
fn words_that_mean_something_elsewhere_are_names() {
    check(
        "select first, date, t.order, left(x, 2) as l, replace(y, 'a') r, offset, start, sample, window.start as w\n\
         from t window",
        &expect![[r"
            select first, date, order, l, r, offset, start, sample, w from t window
        "]],
    );
}

#[test]
fn subqueries_in_expressions_take_nothing_from_the_query_around() {
    check(
        "select (select max(b) from u) as m, exists (select 1 from v) as e from t where a in (select c from w)",
        &expect![[r"
            select m, e from t
        "]],
    );
}

#[test]
fn operators_types_and_odd_arguments_leave_no_gap() {
    check(
        "select a::numeric(10, 2) as b, cast(c as timestamp with time zone) d, extract(epoch from e) as f,\n\
         x between 1 and 2 and not y is not null as g, trim(both ' ' from h) i, z -> 'k' ->> 'l' as m,\n\
         sum(n) over (partition by o order by p rows between unbounded preceding and current row) as q,\n\
         listagg(distinct r, ',') within group (order by s desc) as t, case when u then v else w end as xx\n\
         from tab group by grouping sets ((a), (b)) having count(*) > 1 order by 1 desc nulls last limit 5 offset 2;",
        &expect![[r"
            select b, d, f, g, i, m, q, t, xx from tab
        "]],
    );
}

#[test]
fn parentheses_around_an_operand_or_a_relation_are_told_from_those_of_a_query() {
    check(
        "select ((select a from x) - (select b from y)) / 2 as r, ((select 1)) as s\n\
         from ((select c from t) as u join v on u.c = v.c), ((select d from w) union all (select e from z)) as q",
        &expect![[r"
            select r, s from (query) u join v, (query) q
              select c from t
              (query)
                select d from w
              union (query)
                select e from z
        "]],
    );
}

#[test]
fn words_beside_jinja_keep_their_meaning() {
    check(
        "select a from{{ ref('x') }} left join{{ ref('y') }} on true",
        &expect![[r"
            select a from {{ ref('x') }} join {{ ref('y') }}
        "]],
    );
}
