//! What does not go with the number of columns that a select makes? Parts of a `union` with another one
//! than the first, and `order by 3` where there are two.

use super::{Columns, Extent, Scopes};
use crate::syntax::sql::dialect::Dialect;
use crate::syntax::sql::tree::{Query, SelectId, SetOperator, Term, TermBody, Tree};
use crate::text::Span;

/// A part of a set operation with a number of columns of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Uneven {
    /// Its word `select`.
    pub span: Span,
    /// How many columns it makes.
    pub columns: usize,
    /// How many the first part makes.
    pub wanted: usize,
    /// The selects of both.
    pub selects: [SelectId; 2],
}

/// The parts that are wrong for sure, in the text's order.
#[must_use]
pub fn uneven(tree: &Tree, scopes: &Scopes) -> Vec<Uneven> {
    let unions = tree.queries.iter().filter(|query| query.terms.len() > 1);
    let mut found: Vec<_> = unions
        .flat_map(|query| of_query(tree, scopes, query))
        .collect();
    found.sort_by_key(|uneven| uneven.span);
    found
}

fn of_query(tree: &Tree, scopes: &Scopes, query: &Query) -> Vec<Uneven> {
    let Some((first, rest)) = query.terms.split_first() else {
        return Vec::new();
    };
    let is_by_position = |term: &Term| {
        // What Jinja may leave out may be there where its like is not.
        term.operator == SetOperator::ByPosition && term.region == first.region
    };
    let Some((wanted, select)) =
        count(tree, scopes, first).filter(|_| rest.iter().all(is_by_position))
    else {
        return Vec::new();
    };
    let others = rest.iter().filter_map(|term| count(tree, scopes, term));
    let others = others.filter(|(columns, _)| *columns != wanted);
    let uneven = others.map(|(columns, other)| Uneven {
        span: tree.select(other).keyword,
        columns,
        wanted,
        selects: [select, other],
    });
    uneven.collect()
}

/// A position that a select list does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutOfRange {
    /// The number.
    pub span: Span,
    /// How many columns the select makes.
    pub columns: usize,
    /// It.
    pub select: SelectId,
}

/// The positions of `group by` and `order by` that are wrong for sure.
#[must_use]
pub fn out_of_range(text: &str, tree: &Tree, scopes: &Scopes) -> Vec<OutOfRange> {
    let mut found = Vec::new();
    // They group by constants, or may.
    if matches!(
        tree.dialect,
        Dialect::ClickHouse | Dialect::SqlServer | Dialect::Teradata
    ) {
        return found;
    }
    for id in tree.select_ids() {
        let select = tree.select(id);
        let positions = &select.positions;
        let query = select.query.map(|query| tree.query(query));
        // `union by name` sorts by more columns than its last part makes.
        let is_plain =
            |it: &Term| matches!(it.operator, SetOperator::First | SetOperator::ByPosition);
        let is_plain = query.is_some_and(|query| query.terms.iter().all(is_plain));
        let columns =
            (positions.first().filter(|_| is_plain)).and_then(|_| columns_of(tree, scopes, id));
        let Some(columns) = columns else {
            continue;
        };
        let wrong = positions.iter().filter(|span| {
            let number: Result<usize, _> = span.of(text).parse();
            number.is_ok_and(|number| number == 0 || number > columns)
        });
        found.extend(wrong.map(|span| OutOfRange {
            span: *span,
            columns,
            select: id,
        }));
    }
    found
}

/// How many columns a part makes, where that is known, with its select.
fn count(tree: &Tree, scopes: &Scopes, term: &Term) -> Option<(usize, SelectId)> {
    let select = select_of(tree, term)?;
    Some((columns_of(tree, scopes, select)?, select))
}

/// How many columns a select makes, where that is known.
fn columns_of(tree: &Tree, scopes: &Scopes, select: SelectId) -> Option<usize> {
    let is_understood = tree.gap_in(tree.select(select).span).is_none();
    let columns: &Columns = scopes.selects.get(select.index())?;
    let is_known = is_understood && columns.extent == Extent::Closed && !columns.names.is_empty();
    is_known.then_some(columns.names.len())
}

/// The one select of a part, parentheses around it aside.
fn select_of(tree: &Tree, term: &Term) -> Option<SelectId> {
    let mut body = term.body;
    // As deep as parentheses can stand in each other.
    for _ in 0..256 {
        match body {
            TermBody::Select(id) => return Some(id),
            TermBody::Query(id) => match tree.query(id).terms.as_slice() {
                [only] => body = only.body,
                _ => return None,
            },
            TermBody::Values(_) | TermBody::Opaque | TermBody::Missing => return None,
        }
    }
    None
}
