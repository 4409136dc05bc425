//! Which columns does a file make, and what hides them if not all are known?

use std::sync::Arc;

use super::Sql;
use super::dialect::Dialect;
use super::expression::{ExpressionId, ExpressionKind};
use super::scope::{Columns, Extent, Origin, RelationId, Scopes};
use super::tree::{ItemKind, Name, NameKind, QueryId, RelationKind, TermBody, Tree};
use crate::text::Span;

/// The columns that a file makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outputs {
    /// Those that are known, in order.
    pub columns: Vec<Output>,
    /// What hides others.
    pub hidden: Hidden,
}

/// One column that a file makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// Its name; none if only the warehouse knows it.
    pub name: Option<Arc<str>>,
    /// Whether the name stands in quotes.
    pub is_quoted: bool,
    /// Whether the name is an alias that stands there: `… as name`.
    pub is_alias: bool,
    /// Whether the warehouse calls it by its text for want of a name: `(a + 1)`, `count_star()`. Such
    /// a name is more than a word.
    pub is_called_by_text: bool,
    /// Where it is made: its alias, or the star that takes it.
    pub span: Span,
}

/// What hides columns of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hidden {
    /// Nothing: these are all.
    Nothing,
    /// A star over this relation of the first tree, whose columns are not known.
    Star(RelationId),
    /// Jinja, or something that is not understood.
    At(Span),
}

impl Outputs {
    /// Whether the text that `sql` was made of hides columns; a star over what a ref or source
    /// reads is nothing that the text could tell.
    #[must_use]
    pub fn are_hidden_by(&self, text: &str, sql: &Sql) -> bool {
        let id = match self.hidden {
            Hidden::Nothing => return false,
            Hidden::At(_) => return true,
            Hidden::Star(id) => id,
        };
        let tree = sql.trees.first();
        let relation = tree.and_then(|tree| tree.select(id.select).relations.get(id.relation));
        relation.is_some_and(|relation| match relation.kind {
            RelationKind::Jinja(tag) => {
                let call = tag.of(text);
                let call = call.trim_start_matches(['{', '-', '+', ' ', '\n', '\t']);
                !call.starts_with("ref") && !call.starts_with("source")
            }
            RelationKind::Named(_)
            | RelationKind::Query(_)
            | RelationKind::Unnest(_)
            | RelationKind::Flatten
            | RelationKind::Function(_)
            | RelationKind::Values(_)
            | RelationKind::Opaque
            | RelationKind::Missing => false,
        })
    }
}

/// The columns of `sql`, whose trees have `scopes`.
#[must_use]
pub fn outputs(text: &str, sql: &Sql, scopes: &[Scopes]) -> Outputs {
    let mut all = sql.trees.iter().zip(scopes);
    let Some((tree, scopes)) = all.next() else {
        return hidden(text);
    };
    let Some(root) = tree.root else {
        return hidden(text);
    };
    let mut first = of_tree(text, tree, root, scopes);
    for (tree, scopes) in all {
        let other = tree.root.map(|root| of_tree(text, tree, root, scopes));
        let is_same = other.as_ref().is_some_and(|other| is_same(&first, other));
        if !is_same && !matches!(first.hidden, Hidden::At(_)) {
            let list = tree.query(root).terms.first().map(|term| term.span);
            first.hidden = Hidden::At(list.unwrap_or_default());
        }
    }
    first
}

fn hidden(text: &str) -> Outputs {
    Outputs {
        columns: Vec::new(),
        hidden: Hidden::At(Span::new(0, text.len())),
    }
}

/// Whether two ways through the branches make the same columns; by their names as written, which
/// is stricter than the warehouse.
fn is_same(one: &Outputs, other: &Outputs) -> bool {
    let names = |outputs: &Outputs| -> Vec<Option<Arc<str>>> {
        outputs.columns.iter().map(|it| it.name.clone()).collect()
    };
    matches!(
        (one.hidden, other.hidden),
        (Hidden::Nothing, Hidden::Nothing)
    ) && names(one) == names(other)
}

fn of_tree(text: &str, tree: &Tree, root: QueryId, scopes: &Scopes) -> Outputs {
    let empty = Columns::default();
    let columns = scopes.query(root).unwrap_or(&empty);
    let spans = spans(tree, root, scopes);
    let outputs = columns.names.iter().enumerate().map(|(at, name)| {
        let place = spans.get(at).copied().unwrap_or_default();
        let Place {
            span,
            own,
            is_alias,
            ..
        } = place;
        let is_quoted = match own {
            Some(own) => own.kind == NameKind::Quoted,
            None => name.is_some_and(|name| scopes.is_quoted(name)),
        };
        let own = own.map(|own| own.text(text).into_owned());
        let first = || name.map(|name| scopes.text(name).to_owned());
        let name = own.filter(|own| !own.is_empty()).or_else(first);
        Output {
            is_called_by_text: name.is_none() && place.is_called_by_text,
            name: name.map(Arc::from),
            is_quoted,
            is_alias,
            span,
        }
    });
    let is_unread = tree.query(root).terms.is_empty();
    Outputs {
        columns: outputs.collect(),
        hidden: match columns.extent {
            _ if is_unread => Hidden::At(Span::new(0, text.len())),
            Extent::Closed => Hidden::Nothing,
            Extent::Open { by, .. } => Hidden::Star(by),
            Extent::Unknown(span) => Hidden::At(span),
        },
    }
}

/// Where a column is made.
#[derive(Clone, Copy, Default)]
struct Place {
    span: Span,
    /// Its own name there.
    own: Option<Name>,
    is_alias: bool,
    is_called_by_text: bool,
}

/// Whether the warehouse calls an expression without a name by its text, and that is no plain word.
/// What makes one column, or takes the name of what is in it, is none of these.
fn is_called_by_text(tree: &Tree, value: ExpressionId) -> bool {
    use ExpressionKind::{
        Binary, Call, Case, Cast, Element, Exists, Interval, List, Negative, Not, Number, Struct,
        Subquery, Text, Typed,
    };
    let kind = tree.expression(value).map(|it| it.kind);
    match tree.dialect {
        Dialect::DuckDb => matches!(
            kind,
            Some(
                Call(_)
                    | Cast { .. }
                    | Case
                    | Binary(_)
                    | Not
                    | Negative
                    | Number
                    | Text
                    | Typed(_)
                    | Interval
                    | Subquery(_)
                    | Exists(_)
                    | List
                    | Struct
                    | Element
            )
        ),
        Dialect::Snowflake => matches!(
            kind,
            Some(Call(_) | Cast { .. } | Case | Binary(_) | Number | Text)
        ),
        Dialect::Generic
        | Dialect::BigQuery
        | Dialect::Redshift
        | Dialect::Postgres
        | Dialect::Databricks
        | Dialect::Trino
        | Dialect::SqlServer
        | Dialect::Teradata
        | Dialect::ClickHouse => false,
    }
}

/// Where the columns of the first select are made, and with which names of their own.
fn spans(tree: &Tree, root: QueryId, scopes: &Scopes) -> Vec<Place> {
    let mut query = root;
    // As deep as parentheses can stand in each other.
    for _ in 0..256 {
        match tree.query(query).terms.first().map(|term| term.body) {
            Some(TermBody::Query(inner)) => query = inner,
            Some(TermBody::Select(id)) => {
                let items = &tree.select(id).items;
                let origins = scopes.select(id).map_or(&[][..], |(_, origins)| origins);
                let span = |origin: &Origin| {
                    let (Origin::Item(item) | Origin::Star { item, .. }) = origin;
                    let item = items.get(*item)?;
                    let whole = Place {
                        span: item.span,
                        ..Place::default()
                    };
                    Some(match &item.kind {
                        ItemKind::Column {
                            name: Some(name),
                            is_alias,
                            ..
                        } => Place {
                            span: name.span,
                            own: Some(*name),
                            is_alias: *is_alias,
                            is_called_by_text: false,
                        },
                        ItemKind::Column { value, .. } => Place {
                            is_called_by_text: value.is_some_and(|it| is_called_by_text(tree, it)),
                            ..whole
                        },
                        ItemKind::Star(_) | ItemKind::Opaque => whole,
                    })
                };
                return origins
                    .iter()
                    .map(|it| span(it).unwrap_or_default())
                    .collect();
            }
            Some(TermBody::Values(_) | TermBody::Opaque | TermBody::Missing) | None => break,
        }
    }
    Vec::new()
}
