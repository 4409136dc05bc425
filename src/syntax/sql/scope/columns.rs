//! Which columns do queries, selects and relations have? From the inside out, each query once.

use foldhash::HashSet;
use std::sync::Arc;

use super::symbols::{Symbol, Symbols};
use super::{Columns, Extent, Maker, Outside, RelationId, Scopes, Source, Visible};
use crate::syntax::sql::dialect::Dialect;
use crate::syntax::sql::tree::{
    CteId, Name, Path, Query, QueryId, Relation, RelationKind, Select, SelectId, SetOperator, Term,
    TermBody, Tree,
};
use crate::text::Span;

/// No text has so many columns; stars over stars can make more.
pub(super) const MOST_COLUMNS: usize = 500_000;

/// The columns of `tree`; its references are not resolved yet.
pub(super) fn scopes(text: &str, tree: &Tree, outside: &dyn Fn(Source<'_>) -> Outside) -> Scopes {
    let mut making = Making {
        text,
        tree,
        outside,
        made: 0,
        scopes: Scopes {
            queries: vec![Arc::default(); tree.queries.len()],
            selects: vec![Columns::default(); tree.selects.len()],
            origins: vec![Vec::new(); tree.selects.len()],
            relations: vec![Vec::new(); tree.selects.len()],
            references: Vec::new(),
            symbols: Symbols::default(),
        },
        is_finished: vec![false; tree.queries.len()],
        cte_names: Vec::new(),
    };
    making.cte_names = tree
        .ctes
        .iter()
        .map(|cte| making.symbol(&cte.name))
        .collect();
    for id in &tree.finished {
        making.query(*id);
    }
    making.scopes
}

pub(super) struct Making<'a> {
    pub text: &'a str,
    pub tree: &'a Tree,
    outside: &'a dyn Fn(Source<'_>) -> Outside,
    /// How many columns were made by stars.
    pub made: usize,
    pub scopes: Scopes,
    is_finished: Vec<bool>,
    cte_names: Vec<Option<Symbol>>,
}

impl Making<'_> {
    pub fn symbol(&mut self, name: &Name) -> Option<Symbol> {
        self.scopes
            .symbols
            .of_name(name, self.text, self.tree.dialect)
    }

    fn query(&mut self, id: QueryId) {
        let query = self.tree.query(id);
        for term in &query.terms {
            if let TermBody::Select(select) = term.body {
                self.select(select);
            }
        }
        let columns = self.columns_of(query);
        if let Some(slot) = self.scopes.queries.get_mut(id.index()) {
            *slot = columns;
        }
        if let Some(slot) = self.is_finished.get_mut(id.index()) {
            *slot = true;
        }
    }

    /// A query's columns have the names of its first term's.
    fn columns_of(&mut self, query: &Query) -> Arc<Columns> {
        let Some((first, rest)) = query.terms.split_first() else {
            return unknown(query.span);
        };
        let mut columns = self.columns_of_term(first);
        for term in rest {
            let other = self.columns_of_term(term);
            let is_certain = match term.operator {
                SetOperator::First | SetOperator::ByPosition => {
                    !self.may_lack_first(first, term) || term.body == TermBody::Missing
                }
                SetOperator::ByName => {
                    columns = by_name(&columns, &other);
                    true
                }
                SetOperator::Opaque | SetOperator::Missing => false,
            };
            let is_same = columns.names == other.names && columns.are_known() && other.are_known();
            if !is_certain && !is_same {
                let mut hidden = Columns::clone(&columns);
                hidden.extent = Extent::Unknown(term.span);
                columns = Arc::new(hidden);
            }
        }
        columns
    }

    /// Whether Jinja may leave the first term out and keep this one.
    fn may_lack_first(&self, first: &Term, term: &Term) -> bool {
        let mut region = term.region;
        // As deep as blocks can stand in each other.
        for _ in 0..256 {
            if region == first.region {
                return false;
            }
            match self.tree.regions.get(usize::from(region)) {
                Some(parent) if region != 0 => region = *parent,
                _ => break,
            }
        }
        true
    }

    fn columns_of_term(&mut self, term: &Term) -> Arc<Columns> {
        match term.body {
            TermBody::Select(id) => {
                let columns = self.scopes.selects.get(id.index()).cloned();
                Arc::new(columns.unwrap_or_default())
            }
            TermBody::Query(id) => self.columns_of_query(id, term.span),
            TermBody::Values(count) => Arc::new(self.numbered(count)),
            TermBody::Opaque | TermBody::Missing => unknown(term.span),
        }
    }

    fn columns_of_query(&self, id: QueryId, span: Span) -> Arc<Columns> {
        let is_finished = self.is_finished.get(id.index()).copied().unwrap_or(false);
        let finished = self.scopes.queries.get(id.index()).filter(|_| is_finished);
        let first = || {
            // A recursive CTE sees what its first select has.
            let term = self.tree.query(id).terms.first()?;
            let TermBody::Select(select) = term.body else {
                return None;
            };
            let columns = self.scopes.selects.get(select.index())?;
            (!columns.names.is_empty()).then(|| Arc::new(columns.clone()))
        };
        let columns = finished.cloned().or_else(first);
        columns.unwrap_or_else(|| unknown(span))
    }

    /// What the columns of `values` are called where nothing names them.
    fn numbered(&mut self, count: u32) -> Columns {
        let (prefix, start) = match self.tree.dialect {
            Dialect::DuckDb => ("col", 0),
            Dialect::Databricks => ("col", 1),
            Dialect::Trino => ("_col", 0),
            Dialect::Postgres | Dialect::Redshift | Dialect::Snowflake => ("column", 1),
            Dialect::Generic
            | Dialect::BigQuery
            | Dialect::SqlServer
            | Dialect::Teradata
            | Dialect::ClickHouse => ("", 0),
        };
        let dialect = self.tree.dialect;
        let names = (start..start + count).map(|number| {
            let name = format!("{prefix}{number}");
            (!prefix.is_empty()).then(|| self.scopes.symbols.of_text(&name, false, dialect))
        });
        Columns {
            names: names.collect(),
            extent: Extent::Closed,
        }
    }

    fn select(&mut self, id: SelectId) {
        let select = self.tree.select(id);
        for (index, relation) in select.relations.iter().enumerate() {
            let visible = self.relation(id, select, index, relation);
            if let Some(relations) = self.scopes.relations.get_mut(id.index()) {
                relations.push(visible);
            }
        }
        let mut columns = Columns::default();
        let mut origins = Vec::with_capacity(select.items.len());
        for (index, item) in select.items.iter().enumerate() {
            self.item(id, index, item, &mut columns, &mut origins);
        }
        if let Some(span) = select.opaque_list {
            hide(&mut columns, Extent::Unknown(span));
        }
        if select.is_one_value {
            hide(&mut columns, Extent::Unknown(select.keyword));
        }
        if let Some(slot) = self.scopes.selects.get_mut(id.index()) {
            *slot = columns;
        }
        if let Some(slot) = self.scopes.origins.get_mut(id.index()) {
            *slot = origins;
        }
    }

    fn relation(
        &mut self,
        id: SelectId,
        select: &Select,
        index: usize,
        relation: &Relation,
    ) -> Visible {
        let (maker, columns, own_name) = self.made_by(id, select, index, relation);
        let name = match &relation.alias {
            Some(alias) => self.symbol(alias),
            None => own_name,
        };
        let mut columns = match relation.opaque {
            Some(span) => unknown(span),
            None => columns,
        };
        if !relation.columns.is_empty() {
            columns = self.renamed(&columns, &relation.columns, maker);
        }
        Visible {
            name,
            columns,
            maker,
        }
    }

    fn made_by(
        &mut self,
        id: SelectId,
        select: &Select,
        index: usize,
        relation: &Relation,
    ) -> (Maker, Arc<Columns>, Option<Symbol>) {
        match &relation.kind {
            RelationKind::Query(query) => {
                let columns = self.columns_of_query(*query, relation.span);
                (Maker::Query(*query), columns, None)
            }
            RelationKind::Named(path) => self.named(id, select, index, relation, *path),
            RelationKind::Jinja(span) => {
                let outside = (self.outside)(Source::Tag(*span));
                self.outside_columns(id, index, &outside, None)
            }
            RelationKind::Values(count) => {
                let columns = self.numbered(*count);
                (Maker::Itself, Arc::new(columns), None)
            }
            RelationKind::Flatten => {
                let dialect = self.tree.dialect;
                let names = ["seq", "key", "path", "index", "value", "this"];
                let symbols = &mut self.scopes.symbols;
                let names = names.map(|name| Some(symbols.of_text(name, false, dialect)));
                let columns = Columns {
                    names: names.to_vec(),
                    extent: Extent::Closed,
                };
                (Maker::Itself, Arc::new(columns), None)
            }
            RelationKind::Unnest(offset) => {
                let names = offset.iter().map(|offset| self.symbol(offset)).collect();
                let columns = Columns {
                    names,
                    extent: Extent::Unknown(relation.span),
                };
                (Maker::Itself, Arc::new(columns), None)
            }
            RelationKind::Function(path) => {
                let name = self.tree.path(*path).last().copied();
                let name = name.and_then(|name| self.symbol(&name));
                (Maker::Itself, unknown(relation.span), name)
            }
            RelationKind::Opaque | RelationKind::Missing => {
                (Maker::Itself, unknown(relation.span), None)
            }
        }
    }

    /// A CTE, a table, or an array of a relation before: `from t, t.items`.
    fn named(
        &mut self,
        id: SelectId,
        select: &Select,
        index: usize,
        relation: &Relation,
        path: Path,
    ) -> (Maker, Arc<Columns>, Option<Symbol>) {
        let names = self.tree.path(path);
        let own = names.last().copied().and_then(|name| self.symbol(&name));
        if let [_] = names
            && let Some(symbol) = own
            && let Some(cte) = select.query.and_then(|query| self.cte(query, symbol))
        {
            let cte = self.tree.cte(cte);
            let query = cte.and_then(|cte| cte.query);
            let columns = query.map(|query| self.columns_of_query(query, relation.span));
            let mut columns = columns.unwrap_or_else(|| unknown(relation.span));
            let maker = query.map_or(Maker::Itself, Maker::Query);
            if let Some(cte) = cte.filter(|cte| !cte.columns.is_empty()) {
                columns = self.renamed(&columns, &cte.columns, maker);
            }
            return (maker, columns, own);
        }
        let first = names.first().copied().filter(|_| names.len() > 1);
        let first = first.and_then(|name| self.symbol(&name));
        if first.is_some() && self.is_relation(id, first) {
            return (Maker::Itself, unknown(relation.span), own);
        }
        let is_made = names.len() == 1 && self.has_made_ctes(select.query);
        if is_made || names.iter().any(|name| !name.is_known()) {
            return (Maker::Itself, unknown(relation.span), own);
        }
        let outside = (self.outside)(Source::Table(names));
        self.outside_columns(id, index, &outside, own)
    }

    /// Whether Jinja may put CTEs that a select of `query` sees.
    fn has_made_ctes(&self, query: Option<QueryId>) -> bool {
        let mut at = query;
        // As deep as queries can stand in each other.
        for _ in 0..256 {
            let Some(id) = at else { return false };
            let query = self.tree.query(id);
            if query.opaque_ctes.is_some() {
                return true;
            }
            at = query.around.map(|(around, _)| around);
        }
        true
    }

    /// Whether a relation before, or one of a select around, has this name.
    fn is_relation(&self, id: SelectId, name: Option<Symbol>) -> bool {
        let mut at = Some(id);
        // As deep as selects can stand in each other.
        for _ in 0..256 {
            let Some(select) = at else { return false };
            if self
                .scopes
                .relations(select)
                .iter()
                .any(|it| it.name == name)
            {
                return true;
            }
            let query = self.tree.select(select).query;
            at = query.and_then(|query| self.tree.query(query).within);
        }
        false
    }

    fn outside_columns(
        &mut self,
        id: SelectId,
        index: usize,
        outside: &Outside,
        own: Option<Symbol>,
    ) -> (Maker, Arc<Columns>, Option<Symbol>) {
        let dialect = self.tree.dialect;
        let symbols = &mut self.scopes.symbols;
        let name = outside.name.as_ref();
        let name = name
            .map(|name| symbols.of_text(name, false, dialect))
            .or(own);
        let columns = match &outside.columns {
            Some(columns) => {
                let names = columns.iter();
                let names = names.map(|it| Some(symbols.of_text(&it.name, it.is_quoted, dialect)));
                Columns {
                    names: names.collect(),
                    extent: Extent::Closed,
                }
            }
            None => Columns {
                names: Vec::new(),
                extent: Extent::Open {
                    by: RelationId {
                        select: id,
                        relation: index,
                    },
                    is_only: true,
                },
            },
        };
        (Maker::Outside, Arc::new(columns), name)
    }

    /// The CTE of this name that a select of `query` sees.
    fn cte(&self, query: QueryId, name: Symbol) -> Option<CteId> {
        let mut at = Some((query, usize::MAX));
        // As deep as queries can stand in each other.
        for _ in 0..256 {
            let (id, seen) = at?;
            let query = self.tree.query(id);
            let seen = query.ctes.get(..seen.min(query.ctes.len())).unwrap_or(&[]);
            let is_named = |cte: &CteId| self.cte_names.get(cte.index()) == Some(&Some(name));
            let found = seen.iter().rev().find(|cte| is_named(cte));
            if found.is_some() {
                return found.copied();
            }
            at = query.around;
        }
        None
    }

    /// Columns with the names that an alias gives them.
    fn renamed(&mut self, columns: &Columns, names: &[Name], maker: Maker) -> Arc<Columns> {
        let mut renamed: Vec<Option<Symbol>> = names.iter().map(|it| self.symbol(it)).collect();
        let rest = columns.names.get(names.len()..).unwrap_or(&[]);
        renamed.extend_from_slice(rest);
        // The list of a function, of `unnest` or of a query names all columns that there are.
        let is_list_whole = maker != Maker::Outside && rest.is_empty();
        let made = names.iter().find(|name| !name.is_known());
        let extent = match (made, columns.extent) {
            (Some(made), _) => Extent::Unknown(made.span),
            (None, _) if is_list_whole => Extent::Closed,
            (None, extent) => extent,
        };
        Arc::new(Columns {
            names: renamed,
            extent,
        })
    }
}

/// Says that some columns are hidden; what hides most stays.
pub(super) fn hide(columns: &mut Columns, by: Extent) {
    match (columns.extent, by) {
        (_, Extent::Closed) | (Extent::Unknown(_), _) => {}
        (Extent::Open { by: first, .. }, Extent::Open { by, is_only }) => {
            columns.extent = Extent::Open {
                by: first,
                is_only: is_only && first == by,
            };
        }
        (Extent::Closed | Extent::Open { .. }, by) => columns.extent = by,
    }
}

fn unknown(span: Span) -> Arc<Columns> {
    Arc::new(Columns {
        names: Vec::new(),
        extent: Extent::Unknown(span),
    })
}

/// The columns of both, those of the same name once.
fn by_name(one: &Columns, other: &Columns) -> Arc<Columns> {
    let mut columns = one.clone();
    let there: HashSet<Option<Symbol>> = one.names.iter().copied().collect();
    let new = other.names.iter().filter(|name| !there.contains(name));
    columns.names.extend(new);
    hide(&mut columns, other.extent);
    Arc::new(columns)
}
