//! What does a query consist of? Flat tables of its parts that name each other by number, with the
//! text's own offsets.

use std::borrow::Cow;
use std::ops::Range;

use super::dialect::Dialect;
use super::expression::{Expression, ExpressionId, Reference};
use super::token::{Token, TokenKind};
use crate::text::Span;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub(crate) u32);

        impl $name {
            pub(crate) fn index(self) -> usize {
                self.0 as usize
            }

            pub(crate) fn next<T>(all: &[T]) -> Self {
                Self(u32::try_from(all.len()).unwrap_or(u32::MAX))
            }
        }
    )*};
}

ids! {
    /// A [`Query`] of a [`Tree`].
    QueryId
    /// A [`Select`] of a [`Tree`].
    SelectId
    /// A [`Cte`] of a [`Tree`].
    CteId
    /// A [`Reference`] of a [`Tree`].
    ReferenceId
}

/// The structure of one text, or of one way through the branches of a template.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    /// The dialect that it was read in.
    pub dialect: Dialect,
    /// The outermost query; none in a text without one.
    pub root: Option<QueryId>,
    /// All queries, outer ones first.
    pub queries: Vec<Query>,
    /// The queries in an order in which what is inside comes before what is around.
    pub(crate) finished: Vec<QueryId>,
    /// All selects, outer ones first.
    pub selects: Vec<Select>,
    /// All CTEs.
    pub ctes: Vec<Cte>,
    /// All expressions; what is inside comes before what is around.
    pub expressions: Vec<Expression>,
    /// All places that name a column.
    pub references: Vec<Reference>,
    /// The names of all paths.
    pub(crate) names: Vec<Name>,
    /// The tokens that no rule of SQL explains.
    pub gaps: Vec<Span>,
    /// The region around each region of the template.
    pub(crate) regions: Vec<u16>,
}

/// A name as it stands in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Name {
    /// Where, quotes included.
    pub span: Span,
    /// How it is written.
    pub kind: NameKind,
}

/// How a name is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameKind {
    /// Without quotes.
    Bare,
    /// In quotes.
    Quoted,
    /// Jinja makes it, or a part of it.
    Made,
    /// It is not there yet: `alias.`
    Missing,
}

/// `a.b.c`: names of a [`Tree`], see [`Tree::path`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Path {
    pub(crate) start: u32,
    pub(crate) len: u32,
}

/// A query with its CTEs: a whole file, or what stands in parentheses.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// From parenthesis to parenthesis, or all of the text.
    pub span: Span,
    /// The select that it stands in.
    pub within: Option<SelectId>,
    /// The query that it stands in, and how many of its CTEs are seen here.
    pub around: Option<(QueryId, usize)>,
    /// Whether its CTEs see themselves.
    pub is_recursive: bool,
    /// Jinja that stands where CTEs stand, and may put some.
    pub opaque_ctes: Option<Span>,
    /// Its CTEs.
    pub ctes: Vec<CteId>,
    /// The parts of a set operation; one without.
    pub terms: Vec<Term>,
}

/// One part of a set operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term {
    /// What joins it with those before.
    pub operator: SetOperator,
    /// What it is.
    pub body: TermBody,
    /// Where it stands.
    pub span: Span,
    pub(crate) region: u16,
}

/// What a part of a set operation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TermBody {
    /// `select …`
    Select(SelectId),
    /// `( … )`
    Query(QueryId),
    /// `values (…), (…)`, with the number of columns.
    Values(u32),
    /// Jinja, or what is not understood.
    Opaque,
    /// Nothing yet.
    Missing,
}

/// What joins two parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetOperator {
    /// Nothing stands before it.
    First,
    /// `union`, `intersect`, `except`: columns by their order.
    ByPosition,
    /// `union by name`
    ByName,
    /// Jinja stands where an operator is due.
    Opaque,
    /// Two selects follow each other.
    Missing,
}

/// `name (columns) as ( … )`
#[derive(Clone, Debug)]
pub struct Cte {
    /// Its name.
    pub name: Name,
    /// The names of its columns, where they are listed.
    pub columns: Vec<Name>,
    /// What it is; none if that is missing or not a query.
    pub query: Option<QueryId>,
    /// All of it.
    pub span: Span,
}

/// `select … from … where …`
#[derive(Clone, Debug, Default)]
pub struct Select {
    /// All of it.
    pub span: Span,
    /// The query whose part it is.
    pub query: QueryIdOrNone,
    /// The word `select`.
    pub keyword: Span,
    /// What it selects.
    pub items: Vec<Item>,
    /// Where the items stand.
    pub list: Span,
    /// What it reads.
    pub relations: Vec<Relation>,
    /// Whether some of its relations are joined in parentheses.
    pub has_nest: bool,
    /// Jinja that stands among the relations, and may put some.
    pub opaque_from: Option<Span>,
    /// Jinja that puts, or takes away, items.
    pub opaque_list: Option<Span>,
    /// `select as struct`, `select as value`: one column without a name.
    pub is_one_value: bool,
    /// The numbers in `group by` and `order by` that mean columns by their order.
    pub positions: Vec<Span>,
    /// Its clauses in the text's order, each from its first word on.
    pub clauses: Vec<(Clause, u32)>,
    /// The named windows, whose names are no columns.
    pub(crate) region: u16,
}

/// The query of a select.
pub type QueryIdOrNone = Option<QueryId>;

/// The parts of a select in which expressions stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clause {
    /// The select list.
    List,
    /// What is read.
    From,
    /// A condition of a join.
    On,
    /// `where`
    Where,
    /// `group by`
    Group,
    /// `having`
    Having,
    /// `qualify`
    Qualify,
    /// `window`
    Window,
    /// `order by`
    Order,
    /// `limit`, `offset`, and whatever else comes last.
    Rest,
}

/// What stands between two commas of a select list.
#[derive(Clone, Debug)]
pub struct Item {
    /// All of it.
    pub span: Span,
    /// What it is.
    pub kind: ItemKind,
    /// Whether Jinja may leave it out, or repeat it.
    pub is_conditional: bool,
}

/// The kinds of items.
#[derive(Clone, Debug)]
pub enum ItemKind {
    /// One column.
    Column {
        /// What it is called; none if only the warehouse knows.
        name: Option<Name>,
        /// Whether the name is an alias: `… as name`.
        is_alias: bool,
        /// Its value.
        value: Option<ExpressionId>,
    },
    /// `*`
    Star(Box<Star>),
    /// Jinja, or what is not understood: no column or many.
    Opaque,
}

/// `*` and `t.*`, with what is left out.
#[derive(Clone, Debug, Default)]
pub struct Star {
    /// `t` of `t.*`.
    pub qualifier: Path,
    /// `except (a, b)`, `exclude a`
    pub except: Vec<Name>,
    /// `replace (value as name)`
    pub replace: Vec<(Name, ExpressionId)>,
    /// `rename (old as new)`
    pub rename: Vec<(Name, Name)>,
    /// Something else that changes which columns there are: `ilike`, Jinja.
    pub opaque: Option<Span>,
}

/// What a select reads.
#[derive(Clone, Debug)]
pub struct Relation {
    /// All of it, its alias included.
    pub span: Span,
    /// What it is.
    pub kind: RelationKind,
    /// Its alias.
    pub alias: Option<Name>,
    /// The names that the alias gives to its columns.
    pub columns: Vec<Name>,
    /// How it is joined with those before.
    pub join: Join,
    /// The columns of `using`.
    pub using: Vec<Name>,
    /// What changes its columns in a way that is not understood: `pivot`, `match_recognize`.
    pub opaque: Option<Span>,
    /// Whether it sees the relations before it.
    pub is_lateral: bool,
    /// Whether Jinja may leave it out, or repeat it.
    pub is_conditional: bool,
}

/// The kinds of relations.
#[derive(Clone, Debug)]
pub enum RelationKind {
    /// A CTE or a table.
    Named(Path),
    /// A tag alone: `{{ ref('orders') }}`.
    Jinja(Span),
    /// `( … )`
    Query(QueryId),
    /// `unnest(x)`, with the name of `with offset`.
    Unnest(Option<Name>),
    /// `flatten(x)` of Snowflake.
    Flatten,
    /// `f(x)`
    Function(Path),
    /// `values (…), (…)`, with the number of columns.
    Values(u32),
    /// Something that is not understood.
    Opaque,
    /// Nothing yet: `from `.
    Missing,
}

/// How a relation is joined with those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Join {
    /// It is the first one, or stands behind a comma.
    Comma,
    /// Any join that shows the columns of both.
    Joined,
    /// `natural join`
    Natural,
    /// `semi join`, `anti join`: shows the columns of those before only.
    Filtering,
}

const NO_QUERY: &Query = &Query {
    span: Span { start: 0, end: 0 },
    within: None,
    around: None,
    is_recursive: false,
    opaque_ctes: None,
    ctes: Vec::new(),
    terms: Vec::new(),
};

const NO_SELECT: &Select = &Select {
    span: Span { start: 0, end: 0 },
    query: None,
    keyword: Span { start: 0, end: 0 },
    items: Vec::new(),
    list: Span { start: 0, end: 0 },
    relations: Vec::new(),
    has_nest: false,
    opaque_from: None,
    opaque_list: None,
    is_one_value: false,
    positions: Vec::new(),
    clauses: Vec::new(),
    region: 0,
};

impl Tree {
    /// The query with this number.
    #[must_use]
    pub fn query(&self, id: QueryId) -> &Query {
        self.queries.get(id.index()).unwrap_or(NO_QUERY)
    }

    /// The select with this number.
    #[must_use]
    pub fn select(&self, id: SelectId) -> &Select {
        self.selects.get(id.index()).unwrap_or(NO_SELECT)
    }

    /// The numbers of all selects.
    pub fn select_ids(&self) -> impl Iterator<Item = SelectId> {
        (0..self.selects.len()).filter_map(|at| u32::try_from(at).ok().map(SelectId))
    }

    /// The CTE with this number.
    #[must_use]
    pub fn cte(&self, id: CteId) -> Option<&Cte> {
        self.ctes.get(id.index())
    }

    /// The names of a path.
    #[must_use]
    pub fn path(&self, path: Path) -> &[Name] {
        let start = path.start as usize;
        let range: Range<usize> = start..start + path.len as usize;
        self.names.get(range).unwrap_or(&[])
    }

    /// The innermost query and select around `offset`.
    #[must_use]
    pub fn innermost(&self, offset: u32) -> (Option<QueryId>, Option<SelectId>) {
        let mut query = self.root;
        let mut smallest = u32::MAX;
        for (at, each) in self.queries.iter().enumerate() {
            let length = each.span.end.saturating_sub(each.span.start);
            if each.span.touches(offset) && length <= smallest {
                smallest = length;
                query = u32::try_from(at).ok().map(QueryId);
            }
        }
        let mut select = None;
        let mut start = 0;
        for (at, each) in self.selects.iter().enumerate() {
            if each.query == query && each.span.start <= offset && each.span.start >= start {
                start = each.span.start;
                select = u32::try_from(at).ok().map(SelectId);
            }
        }
        (query, select)
    }

    /// The first piece of `span` that no rule of SQL explains.
    pub(crate) fn gap_in(&self, span: Span) -> Option<Span> {
        let at = self.gaps.partition_point(|gap| gap.end <= span.start);
        let gap = self.gaps.get(at).copied();
        gap.filter(|gap| gap.start < span.end)
    }

    /// The place with this number that names a column.
    #[must_use]
    pub fn reference(&self, id: ReferenceId) -> Option<&Reference> {
        self.references.get(id.index())
    }
}

impl Name {
    pub(crate) fn of_token(token: Token) -> Self {
        let kind = match token.kind {
            TokenKind::Jinja => NameKind::Made,
            _ if token.has_hole => NameKind::Made,
            TokenKind::Quoted | TokenKind::Text => NameKind::Quoted,
            _ => NameKind::Bare,
        };
        Self {
            span: token.span,
            kind,
        }
    }

    /// The name itself, without quotes; empty where it is made or missing.
    #[must_use]
    pub fn text<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let written = self.span.of(text);
        match self.kind {
            NameKind::Bare => Cow::Borrowed(written),
            NameKind::Quoted => unquoted(written),
            NameKind::Made | NameKind::Missing => Cow::Borrowed(""),
        }
    }

    /// Where, without quotes.
    #[must_use]
    pub fn inside(&self) -> Span {
        let quote = u32::from(self.kind == NameKind::Quoted && self.span.len() > 1);
        Span {
            start: self.span.start + quote,
            end: self.span.end - quote,
        }
    }

    /// Whether it is written out.
    #[must_use]
    pub fn is_known(&self) -> bool {
        matches!(self.kind, NameKind::Bare | NameKind::Quoted)
    }

    /// What it has in common with other names of the same column; none if it is not written out.
    #[must_use]
    pub fn folded<'a>(&self, text: &'a str, dialect: Dialect) -> Option<Cow<'a, str>> {
        let is_quoted = match self.kind {
            NameKind::Bare => false,
            NameKind::Quoted => true,
            NameKind::Made | NameKind::Missing => return None,
        };
        Some(match self.text(text) {
            Cow::Borrowed(name) => dialect.folded(name, is_quoted),
            Cow::Owned(name) => Cow::Owned(dialect.folded(&name, is_quoted).into_owned()),
        })
    }
}

fn unquoted(written: &str) -> Cow<'_, str> {
    let Some(quote) = written.chars().next() else {
        return Cow::Borrowed("");
    };
    let inside = written.get(quote.len_utf8()..).unwrap_or("");
    let closing = if quote == '[' { ']' } else { quote };
    let inside = inside.strip_suffix(closing).unwrap_or(inside);
    if quote != '[' && inside.contains(quote) {
        let doubled: String = [quote, quote].iter().collect();
        Cow::Owned(inside.replace(&doubled, quote.encode_utf8(&mut [0; 4])))
    } else {
        Cow::Borrowed(inside)
    }
}
