//! Which column does a name mean, and which columns does a query have? Within one text; what is
//! outside is asked for. What is not certain is [`Resolution::Unknown`].

mod columns;
mod counts;
mod index;
mod items;
mod lineage;
mod references;
mod sight;
mod strays;
mod symbols;

use std::sync::Arc;

use super::tree::{Name, QueryId, SelectId, Tree};
use crate::text::Span;

pub use counts::{OutOfRange, Uneven, out_of_range, uneven};
pub use lineage::Input;
pub use strays::{Stray, strays};
pub use symbols::Symbol;
use symbols::Symbols;

/// A relation that the text does not make itself.
#[derive(Clone, Copy, Debug)]
pub enum Source<'a> {
    /// A tag: `{{ ref('orders') }}`, by its place.
    Tag(Span),
    /// `database.schema.table`
    Table(&'a [Name]),
}

/// What is known of a [`Source`].
#[derive(Clone, Debug, Default)]
pub struct Outside {
    /// The name by which the SQL around may call it, where it has no alias there.
    pub name: Option<Arc<str>>,
    /// Its columns, if all of them are known.
    pub columns: Option<Arc<[OutsideColumn]>>,
}

/// A column of a [`Source`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutsideColumn {
    /// Its name.
    pub name: Arc<str>,
    /// Whether the name is as the warehouse has it; one that is not is folded.
    pub is_quoted: bool,
}

/// The columns of a query or a relation, in order.
#[derive(Clone, Debug, Default)]
pub struct Columns {
    /// Their names; none for a column whose name only the warehouse knows.
    pub names: Vec<Option<Symbol>>,
    /// Whether these are all.
    pub extent: Extent,
}

/// Whether all columns are known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Extent {
    /// These are all.
    #[default]
    Closed,
    /// All but those that a star takes from a relation whose columns are not known.
    Open {
        /// The relation; the first, where there are several.
        by: RelationId,
        /// Whether it is the only one.
        is_only: bool,
    },
    /// What stands here may put more, or other ones: Jinja, or something not understood.
    Unknown(Span),
}

/// Where a column of a select comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The item with this number.
    Item(usize),
    /// A column of a relation, by a star.
    Star {
        /// The item that is the star.
        item: usize,
        /// The relation's number.
        relation: usize,
        /// The column's number in it.
        column: usize,
    },
}

/// A relation of a select, as the names of the select see it.
#[derive(Clone, Debug)]
pub struct Visible {
    /// The name before the dot; none if it is not known.
    pub name: Option<Symbol>,
    /// Its columns.
    pub columns: Arc<Columns>,
    /// What makes it.
    pub maker: Maker,
}

/// What makes a relation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Maker {
    /// A query of the text: a CTE, or one in parentheses. Its columns have the same numbers.
    Query(QueryId),
    /// Something outside, see [`Source`].
    Outside,
    /// The relation itself: `values`, `unnest`, a function.
    Itself,
}

/// What a reference means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// A column of a relation.
    Column(RelationId, usize),
    /// A column of a relation whose columns are not all known; the last name of the path.
    Presumed(RelationId),
    /// An item of a select list, by its alias.
    Item(SelectId, usize),
    /// A whole row, by the relation's name.
    Row(RelationId),
    /// The relation has no such column.
    NoColumnIn(RelationId),
    /// No relation that is seen here has such a column.
    NoColumn(SelectId),
    /// No relation that is seen here has the name before the dot.
    NoRelation(SelectId),
    /// Both relations have such a column.
    Ambiguous(RelationId, RelationId),
    /// Nobody knows.
    Unknown,
}

/// A relation by its select and its number there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RelationId {
    /// The select that reads it.
    pub select: SelectId,
    /// Its number among the relations of the select.
    pub relation: usize,
}

/// All names of a tree, resolved.
#[derive(Clone, Debug)]
pub struct Scopes {
    /// The columns of each query, by its number.
    pub(crate) queries: Vec<Arc<Columns>>,
    /// The columns of each select, by its number.
    pub(crate) selects: Vec<Columns>,
    /// Where they come from, in the same order.
    pub(crate) origins: Vec<Vec<Origin>>,
    /// The relations of each select.
    pub(crate) relations: Vec<Vec<Visible>>,
    /// What each reference of the tree means, by its number.
    pub references: Vec<Resolution>,
    symbols: Symbols,
}

/// Resolves the names of `tree`, which was made of `text`.
#[must_use]
pub fn resolve(text: &str, tree: &Tree, outside: &dyn Fn(Source<'_>) -> Outside) -> Scopes {
    let mut scopes = resolve_columns(text, tree, outside);
    scopes.references = references::resolutions(text, tree, &mut scopes);
    scopes
}

/// The columns of what `tree` has, and not what its references mean.
#[must_use]
pub fn resolve_columns(text: &str, tree: &Tree, outside: &dyn Fn(Source<'_>) -> Outside) -> Scopes {
    columns::scopes(text, tree, outside)
}

impl Scopes {
    /// The columns of a query.
    #[must_use]
    pub fn query(&self, id: QueryId) -> Option<&Columns> {
        self.queries.get(id.index()).map(AsRef::as_ref)
    }

    /// The columns of a select, and where they come from.
    #[must_use]
    pub fn select(&self, id: SelectId) -> Option<(&Columns, &[Origin])> {
        let origins = self.origins.get(id.index())?;
        Some((self.selects.get(id.index())?, origins))
    }

    /// The relations of a select, in order.
    #[must_use]
    pub fn relations(&self, id: SelectId) -> &[Visible] {
        self.relations.get(id.index()).map_or(&[], Vec::as_slice)
    }

    /// One relation.
    #[must_use]
    pub fn relation(&self, id: RelationId) -> Option<&Visible> {
        self.relations(id.select).get(id.relation)
    }

    /// Whether a symbol was first written in quotes.
    #[must_use]
    pub fn is_quoted(&self, symbol: Symbol) -> bool {
        self.symbols.is_quoted(symbol)
    }

    /// The name that a symbol stands for, as it was first written.
    #[must_use]
    pub fn text(&self, symbol: Symbol) -> &str {
        self.symbols.text(symbol)
    }
}

impl Columns {
    /// Whether every column and its name are known.
    #[must_use]
    pub fn are_known(&self) -> bool {
        self.extent == Extent::Closed && self.names.iter().all(Option::is_some)
    }
}
