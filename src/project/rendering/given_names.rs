//! Which of the names that a file gives to macros does its SQL read as columns?

use foldhash::{HashMap, HashSet};

use crate::project::facts::Inserts;
use crate::render::{Expanded, Insert};
use crate::syntax::jinja::{self, Template};
use crate::syntax::sql::{self, Dialect, Name};
use crate::text::Span;

/// By the places of statements: the names that the file gives and that are columns in what the
/// statement writes.
pub(super) type Read = HashMap<Span, HashSet<Span>>;

/// Those names in what a file makes that may be columns and that the file gave to macros.
pub(super) fn read_as_columns(
    template: &Template<'_>,
    expanded: &Expanded,
    dialect: Dialect,
) -> Read {
    let pieces = expanded.pieces(template);
    let shown = pieces.filter(|(_, piece)| expanded.may_show_given(piece));
    let read = shown.map(|(statement, piece)| {
        let mut columns = columns_in(piece, dialect);
        columns.retain(|column| expanded.gives(column.of(piece)));
        (statement, columns)
    });
    read.filter(|(_, columns)| !columns.is_empty()).collect()
}

/// Those inserts that have such names, with these names.
pub(super) fn of_columns(inserts: Vec<Insert>, read: &Read) -> Inserts {
    let of_columns = inserts.into_iter().filter_map(|insert| {
        let read = read.get(&insert.statement)?;
        let names = insert.names.iter().copied();
        let names: Box<[_]> = names.filter(|name| read.contains(&name.made)).collect();
        (!names.is_empty()).then_some(Insert { names, ..insert })
    });
    Inserts::new(&of_columns.collect::<Vec<_>>())
}

/// The names in a piece of SQL that are read as columns, wherever a query has it.
fn columns_in(piece: &str, dialect: Dialect) -> HashSet<Span> {
    let before = before(piece);
    let query = format!("{before}{piece}");
    let template = jinja::parse(&query);
    let sql = sql::parse_template(&query, &template, dialect);
    let paths = sql.trees.iter().flat_map(|tree| {
        let paths = tree.references.iter().map(|it| tree.path(it.path));
        paths.flatten().map(Name::inside)
    });
    let in_piece = paths.filter(|span| span.start as usize >= before.len());
    let moved = in_piece.map(|span| {
        let (start, end) = (span.start as usize, span.end as usize);
        Span::new(start - before.len(), end - before.len())
    });
    moved.collect()
}

/// What a query may have before a piece that starts so.
fn before(piece: &str) -> &'static str {
    let start = piece.trim_start();
    let (word, behind) = start.split_at(start.find(|it| !char::is_alphabetic(it)).unwrap_or(0));
    match &*word.to_lowercase() {
        "left" | "right" if behind.starts_with('(') => "select ",
        "select" | "with" => "",
        "and" | "or" => "select * from x where true ",
        "where" | "group" | "having" | "qualify" | "order" | "join" | "left" | "right"
        | "inner" | "outer" | "full" | "cross" | "natural" | "asof" | "semi" | "anti"
        | "lateral" => "select * from x ",
        _ => "select ",
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use expect_test::expect;

    use super::*;

    #[test]
    fn columns_are_found_in_every_piece() {
        let pieces = [
            "round(o.cents / nullif(euros, 0), 4)",
            "sum(a) as a_total, 'b' as label,",
            "where created_at >= current_date - 3",
            "AND region = 'x'",
            "left join {{ ref('lines') }} l on l.id = order_id",
            "group by day, 2",
            "(select max(q) from {{ ref('lines') }})",
            "select id from x where name is null",
            "with a as (select b from c) select d from a",
            "left(name, 2)",
            "\"price\" || 'it'",
            "",
        ];
        let mut found = String::new();
        for piece in pieces {
            let mut spans: Vec<Span> = columns_in(piece, Dialect::DuckDb).into_iter().collect();
            spans.sort();
            let names: Vec<&str> = spans.iter().map(|span| span.of(piece)).collect();
            writeln!(found, "{}: {piece}", names.join(" ")).unwrap();
        }
        expect![[r#"
            o cents euros: round(o.cents / nullif(euros, 0), 4)
            a: sum(a) as a_total, 'b' as label,
            created_at: where created_at >= current_date - 3
            region: AND region = 'x'
            l id order_id: left join {{ ref('lines') }} l on l.id = order_id
            day: group by day, 2
            q: (select max(q) from {{ ref('lines') }})
            id name: select id from x where name is null
            b d: with a as (select b from c) select d from a
            name: left(name, 2)
            price: "price" || 'it'
            : 
        "#]]
        .assert_eq(&found);
    }
}
