//! What is special about a dialect.

use expect_test::{Expect, expect};

use super::outline::outline;
use crate::syntax::sql::Dialect;

fn check(dialect: Dialect, text: &str, expected: &Expect) {
    expected.assert_eq(&outline(text, dialect));
}

#[test]
fn snowflake() {
    check(
        Dialect::Snowflake,
        "select t.$1 as a, v:b.c[0]::string as d, v:from::string as h, end::date as i, f.value -- x\n// y, z\n, 'it\\'s' as e, $$a'b$$ as g\n\
         from t at(timestamp => 'x'::timestamp) sample (10), lateral flatten(input => v, outer => true) f,\n\
         table(generator(rowcount => 5)) where a ilike any ('x', 'y') qualify row_number() over (partition by a order by b) = 1",
        &expect![[r"
            select a, d, h, i, value, e, g from t, flatten f, ?
        "]],
    );
}

#[test]
fn bigquery() {
    check(
        Dialect::BigQuery,
        "select as struct `p.d.t`.a, \"text\" as b, '''it's''' as c, r'\\d' as d, # x\n array_agg(e ignore nulls order by f limit 3)[safe_offset(0)] as g,\n\
         struct<x int64>(1) as h, date_trunc(d, week(monday)) as i, * except (j)\n\
         from my-project.data.tab as t, t.items as item, unnest([1, 2]) as k with offset as l\n\
         for system_time as of current_timestamp(),",
        &expect![[r"
            select a, b, c, d, g, h, i, * except(j) from my-project.data.tab t, t.items item, unnest k, nothing
        "]],
    );
}

#[test]
fn databricks() {
    check(
        Dialect::Databricks,
        "select `a b`, \"text\" c, inline(x) as (d, e), transform(l, y -> y + 1) as f, col:g.h as i\n\
         from t lateral view outer explode(m) n as k, v left anti join u on t.a = u.a distribute by c sort by d",
        &expect![[r"
            select a b, c, d, e, f, i from t join explode() n(k, v) semi join u
        "]],
    );
}

#[test]
fn duckdb() {
    check(
        Dialect::DuckDb,
        "from t select a: b + 1, c, [x * 2 for x in l] as d, {'k': v} as e, columns('f.*'), l[1:2] as g, h -> 'i' as j,\n\
         list_transform(l, x -> x + 1) as k union all by name (from u)",
        &expect![[r"
            select a, c, d, e, _, g, j, k from t
            union by name (query)
              select * from u
        "]],
    );
}

#[test]
fn sql_server() {
    check(
        Dialect::SqlServer,
        "select top (10) [a b], c = d, e as 'f', convert(varchar(10), g, 120) as h, try_convert(int, i) j\n\
         from [db].[dbo].[t] as x with (nolock) cross apply fn(x.a) as y outer apply (select 1 as z) as w where #k = @l option (maxdop 1)",
        &expect![[r"
            select a b, c, f, h, j from db.dbo.t x join fn() y join (query) w
              select z
        "]],
    );
}

#[test]
fn clickhouse() {
    check(
        Dialect::ClickHouse,
        "with 1 as one, b as (select 2 as x) select quantile(0.5)(y) as q, item.1 as first, arrayMap(x -> x + 1, z) as m\n\
         from t final global any left join u using id array join arr as item, [1, 2] as k prewhere a where c settings max_threads = 1",
        &expect![[r"
            with b
              select x
            select q, first, m from t join u using(id) join arr item, ? k
        "]],
    );
}

#[test]
fn trino_and_teradata() {
    check(
        Dialect::Trino,
        "select a, u.x, uint256 '0' as z, case when uint256 '1' = b then 1 end c from t cross join unnest(m) with ordinality as u(x, y) where date '2020-01-01' < d",
        &expect![[r"
            select a, x, z, c from t join unnest u(x, y)
        "]],
    );
    check(
        Dialect::Teradata,
        "select top 5 a (format 'yyyy'), b from t qualify rank() over (order by a) = 1",
        &expect![[r"
            select _, b from t
        "]],
    );
}
