//! Another parser, as the judge of ours: where both know all columns, they know the same.

use sqlparser::ast::{
    Expr, Query, SelectItem, SelectItemQualifiedWildcardKind, SetExpr, Statement,
};
use sqlparser::dialect::{
    BigQueryDialect, ClickHouseDialect, DatabricksDialect, Dialect as OtherDialect, DuckDbDialect,
    GenericDialect, MsSqlDialect, PostgreSqlDialect, RedshiftSqlDialect, SnowflakeDialect,
};
use sqlparser::parser::Parser;

use crate::syntax::sql::{Dialect, Item, ItemKind, QueryId, TermBody, Tree, parse};

/// Each text is read by both parsers in each dialect of its line.
const TEXTS: &[(&[Dialect], &str)] = &[
    (ALL, "select a, t.b, c as d, e f, 1 + 1 as g from t"),
    (
        ALL,
        "select count(*) as n, sum(case when a > 1 then b else 0 end) as s from t group by c having count(*) > 1 order by 1",
    ),
    (
        ALL,
        "with a as (select 1 as x), b as (select x, 2 as y from a) select b.x, y, a.x as z from b join a on a.x = b.x where y in (1, 2) and not x between 3 and 4",
    ),
    (
        ALL,
        "with a as (select * from t) select *, a.*, 1 as one from a left join u on a.i = u.i cross join v",
    ),
    (
        ALL,
        "select a from t union all select b from u union select c from v",
    ),
    (
        ALL,
        "(select a as x from t) union all (select b from u) order by 1",
    ),
    (
        ALL,
        "select (select max(b) from u where u.i = t.i) as m, exists (select 1 from v) as e, coalesce(a, 'x', null) as c from (select a, i from w) as t",
    ),
    (
        ALL,
        "select row_number() over (partition by a order by b desc) as r, lag(c, 1) over (order by d rows between 1 preceding and current row) l from t",
    ),
    (
        ALL,
        "select cast(a as decimal(10, 2)) as x, case a when 1 then 'one' end as y, -b as z, a like '%x%' w, trim(c) as tr, d is not null as v from t",
    ),
    (
        ALL,
        "select extract(year from a) as y, substring(b from 2 for 3) as s, position('x' in c) as p from t",
    ),
    (
        WITH_COLONS,
        "select a::int as x, b::varchar(10) y, (c::timestamp)::date as z from t",
    ),
    (
        &[Dialect::Snowflake],
        "select v:a.b[0]::string as x, f.value as y from t, lateral flatten(input => t.l) f qualify row_number() over (partition by a order by b) = 1",
    ),
    (
        &[Dialect::Snowflake],
        "select * exclude (a, b), $1 as first, iff(c, 1, 2) i from t sample (10)",
    ),
    (
        &[Dialect::BigQuery],
        "select `a b`, x.y as z, array_agg(c ignore nulls order by d limit 1)[offset(0)] as e, * except (f) from `p.d.t` as x, unnest(g) as h with offset as o",
    ),
    (
        &[Dialect::BigQuery],
        "select safe_cast(a as int64) as b, date_trunc(c, month) as d, struct(e as f, g) as s, [1, 2] as l, if(h, 1, 2) i from t",
    ),
    (
        &[Dialect::DuckDb],
        "select * exclude (a) replace (b + 1 as b), list_transform(l, x -> x + 1) as m, {'k': 1} as s from t",
    ),
    (&[Dialect::DuckDb], "from t select a, b as c where d"),
    (
        &[Dialect::Postgres],
        "select distinct on (a) a, b -> 'k' ->> 'l' as c, array[1, 2] as d, e at time zone 'utc' as f, g filter_ from t",
    ),
    (
        &[Dialect::Postgres],
        "with recursive n(i) as (select 1 union all select i + 1 from n) select i, generate_series(1, 2) as s from n for update",
    ),
    (
        &[Dialect::SqlServer],
        "select top 10 [a b], c as d, convert(varchar(10), e) as f from [x].[y] as z cross apply g(z.a) as h",
    ),
    (
        &[Dialect::ClickHouse],
        "select arrayMap(x -> x + 1, a) as b, c as d from t final prewhere e settings max_threads = 1",
    ),
    (
        &[Dialect::Databricks],
        "select `a b`, col:x.y as z, transform(l, e -> e + 1) as m from t lateral view explode(k) v as w",
    ),
];

const ALL: &[Dialect] = &Dialect::ALL;
const WITH_COLONS: &[Dialect] = &[
    Dialect::Generic,
    Dialect::Snowflake,
    Dialect::Redshift,
    Dialect::Postgres,
    Dialect::DuckDb,
    Dialect::Databricks,
    Dialect::ClickHouse,
];

fn other(dialect: Dialect) -> Box<dyn OtherDialect> {
    match dialect {
        Dialect::Generic | Dialect::Trino | Dialect::Teradata => Box::new(GenericDialect {}),
        Dialect::Snowflake => Box::new(SnowflakeDialect {}),
        Dialect::BigQuery => Box::new(BigQueryDialect {}),
        Dialect::Redshift => Box::new(RedshiftSqlDialect {}),
        Dialect::Postgres => Box::new(PostgreSqlDialect {}),
        Dialect::Databricks => Box::new(DatabricksDialect {}),
        Dialect::DuckDb => Box::new(DuckDbDialect {}),
        Dialect::SqlServer => Box::new(MsSqlDialect {}),
        Dialect::ClickHouse => Box::new(ClickHouseDialect {}),
    }
}

/// What the other parser reads: the items of the first select of each query, CTEs first.
fn theirs(query: &Query, found: &mut Vec<String>) {
    for cte in query.with.iter().flat_map(|with| &with.cte_tables) {
        theirs(&cte.query, found);
    }
    let mut body = &query.body;
    loop {
        match &**body {
            SetExpr::SetOperation { left, .. } => body = left,
            SetExpr::Query(inner) => return theirs(inner, found),
            SetExpr::Select(select) => {
                let items: Vec<String> = select.projection.iter().map(their_item).collect();
                return found.push(items.join(", "));
            }
            _ => return found.push("?".to_owned()),
        }
    }
}

fn their_item(item: &SelectItem) -> String {
    let last = |parts: &[sqlparser::ast::Ident]| parts.last().unwrap().value.clone();
    match item {
        SelectItem::UnnamedExpr(Expr::Identifier(name)) => name.value.clone(),
        SelectItem::UnnamedExpr(Expr::CompoundIdentifier(names)) => last(names),
        SelectItem::UnnamedExpr(_) => "_".to_owned(),
        SelectItem::ExprWithAlias { alias, .. } => alias.value.clone(),
        SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(name), _) => {
            format!("{name}.*")
        }
        SelectItem::QualifiedWildcard(..) => "?.*".to_owned(),
        SelectItem::Wildcard(_) => "*".to_owned(),
    }
}

fn ours(text: &str, tree: &Tree, query: QueryId, found: &mut Vec<String>) {
    for cte in &tree.query(query).ctes {
        ours(text, tree, tree.cte(*cte).unwrap().query.unwrap(), found);
    }
    match tree.query(query).terms[0].body {
        TermBody::Query(inner) => ours(text, tree, inner, found),
        TermBody::Select(id) => {
            let items = tree.select(id).items.iter();
            let items: Vec<String> = items.map(|item| our_item(text, tree, item)).collect();
            found.push(items.join(", "));
        }
        _ => found.push("?".to_owned()),
    }
}

fn our_item(text: &str, tree: &Tree, item: &Item) -> String {
    match &item.kind {
        ItemKind::Column { name, .. } => {
            name.map_or("_".to_owned(), |name| name.text(text).into_owned())
        }
        ItemKind::Star(star) => {
            let names = tree.path(star.qualifier).iter();
            let names: Vec<_> = names.map(|name| name.text(text)).collect();
            if names.is_empty() {
                "*".to_owned()
            } else {
                format!("{}.*", names.join("."))
            }
        }
        ItemKind::Opaque => "?".to_owned(),
    }
}

#[test]
fn another_parser_finds_the_same_columns() {
    let mut judged = 0;
    for (dialects, text) in TEXTS {
        for dialect in *dialects {
            let Ok(statements) = Parser::parse_sql(&*other(*dialect), text) else {
                continue;
            };
            let Some(Statement::Query(query)) = statements.first() else {
                panic!("{text}");
            };
            let mut expected = Vec::new();
            theirs(query, &mut expected);
            let tree = &parse(text, *dialect).trees[0];
            let mut found = Vec::new();
            ours(text, tree, tree.root.unwrap(), &mut found);
            assert_eq!(found, expected, "{dialect:?}: {text}");
            assert!(tree.gaps.is_empty(), "{dialect:?}: {text}");
            judged += 1;
        }
    }
    // The other parser does not know every dialect's every form; it knows most.
    assert!(judged > 100, "{judged}");
}
