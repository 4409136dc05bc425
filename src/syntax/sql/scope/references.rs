//! What does each reference mean? Its own select first, then those around.

use foldhash::HashMap;
use std::rc::Rc;

use super::index::{Index, Named, Names};
use super::symbols::Symbol;
use super::{Columns, RelationId, Resolution, Scopes};
use crate::syntax::sql::dialect::Dialect;
use crate::syntax::sql::expression::Reference;
use crate::syntax::sql::tree::{
    Clause, ItemKind, Name, NameKind, SelectId, SetOperator, TermBody, Tree,
};

/// What each reference of `tree` means, by its number.
pub(super) fn resolutions(text: &str, tree: &Tree, scopes: &mut Scopes) -> Vec<Resolution> {
    let names = names(text, tree, scopes);
    let mut paths: Vec<Vec<Option<Symbol>>> = Vec::with_capacity(tree.references.len());
    for reference in &tree.references {
        let path = tree.path(reference.path).iter();
        let symbols = &mut scopes.symbols;
        paths.push(
            path.map(|it| symbols.of_name(it, text, tree.dialect))
                .collect(),
        );
    }
    let mut resolving = Resolving {
        text,
        tree,
        scopes,
        names,
        indexes: HashMap::default(),
    };
    let references = tree.references.iter().zip(&paths);
    references
        .map(|(it, path)| resolving.reference(it, path))
        .collect()
}

fn names(text: &str, tree: &Tree, scopes: &mut Scopes) -> Names {
    let mut names = Names::default();
    let symbols = &mut scopes.symbols;
    for (at, select) in tree.selects.iter().enumerate() {
        let id = SelectId(u32::try_from(at).unwrap_or(u32::MAX));
        for (number, relation) in select.relations.iter().enumerate() {
            let using = relation.using.iter();
            let using: Vec<Symbol> = using
                .filter_map(|name| symbols.of_name(name, text, tree.dialect))
                .collect();
            if !using.is_empty() {
                names.using.insert((id, number), using);
            }
        }
        for (number, item) in select.items.iter().enumerate() {
            if let ItemKind::Column {
                name: Some(name),
                is_alias,
                ..
            } = &item.kind
                && let Some(name) = symbols.of_name(name, text, tree.dialect)
            {
                names.items.insert((id, number), (name, *is_alias));
            }
        }
    }
    names
}

struct Resolving<'a> {
    text: &'a str,
    tree: &'a Tree,
    scopes: &'a Scopes,
    names: Names,
    indexes: HashMap<SelectId, Rc<Index>>,
}

/// What one select says of a name.
enum Answer {
    Is(Resolution),
    /// It has no such name, and nothing is hidden in it.
    No(Resolution),
    /// It may have it.
    Perhaps(Option<usize>),
}

impl Resolving<'_> {
    fn reference(&mut self, reference: &Reference, path: &[Option<Symbol>]) -> Resolution {
        let Some(first_select) = reference.select else {
            return Resolution::Unknown;
        };
        let mut at = Some(first_select);
        let mut clause = reference.clause;
        let mut refusal = None;
        // As deep as selects can stand in each other.
        for _ in 0..256 {
            let Some(id) = at else { break };
            let query = self.tree.select(id).query;
            let around = query.and_then(|query| self.tree.query(query).within);
            match self.in_select(id, clause, path) {
                Answer::Is(found) => return self.judged(reference, Self::before(reference, found)),
                Answer::No(why) => {
                    refusal.get_or_insert(why);
                }
                Answer::Perhaps(relation) => {
                    let is_only = refusal.is_none() && around.is_none() && !reference.is_doubtful;
                    return match relation {
                        Some(relation) if is_only => {
                            let select = id;
                            Resolution::Presumed(RelationId { select, relation })
                        }
                        _ => Resolution::Unknown,
                    };
                }
            }
            if matches!(refusal, Some(Resolution::NoColumnIn(_))) {
                break;
            }
            at = around;
            clause = Clause::Where;
        }
        match refusal {
            Some(why) if self.is_sure(reference, path) => self.judged(reference, why),
            _ => Resolution::Unknown,
        }
    }

    /// What stands among the relations, or in the condition of a join, sees only those before it.
    fn before(reference: &Reference, found: Resolution) -> Resolution {
        let limit = reference.relations as usize;
        match (reference.clause, found) {
            (Clause::From | Clause::On, Resolution::Ambiguous(first, second))
                if Some(first.select) == reference.select
                    && second.relation >= limit
                    && first.relation < limit =>
            {
                Resolution::Unknown
            }
            _ => found,
        }
    }

    /// A finding that may be wrong is none.
    fn judged(&self, reference: &Reference, found: Resolution) -> Resolution {
        match found {
            Resolution::NoColumn(_)
            | Resolution::NoColumnIn(_)
            | Resolution::NoRelation(_)
            | Resolution::Ambiguous(..)
                if reference.is_doubtful || self.has_gap(reference) =>
            {
                Resolution::Unknown
            }
            found => found,
        }
    }

    /// Whether something that is not understood stands in the select of the reference.
    fn has_gap(&self, reference: &Reference) -> bool {
        let Some(select) = reference.select else {
            return true;
        };
        let span = self.tree.select(select).span;
        self.tree.gap_in(span).is_some()
    }

    /// Whether a name that nothing has is wrong for sure.
    fn is_sure(&self, reference: &Reference, path: &[Option<Symbol>]) -> bool {
        let names = self.tree.path(reference.path);
        let is_whole = names.iter().all(|name| name.kind != NameKind::Made) && !path.is_empty();
        let Some(last) = names.last() else {
            return false;
        };
        let last = last.text(self.text);
        let is_special = is_pseudo_column(&last) || (names.len() == 1 && is_value_word(&last));
        is_whole
            && !is_special
            && !self.may_be_text(names)
            && !may_be_numbered(self.scopes, self.tree.dialect, &last)
    }

    /// Whether it is a text in some warehouses, and nobody knows which one this is: `"x"`.
    fn may_be_text(&self, names: &[Name]) -> bool {
        let [only] = names else { return false };
        self.tree.dialect == Dialect::Generic && only.span.of(self.text).starts_with('"')
    }

    fn in_select(&mut self, id: SelectId, clause: Clause, path: &[Option<Symbol>]) -> Answer {
        let select = self.tree.select(id);
        let (scopes, names, dialect) = (self.scopes, &self.names, self.tree.dialect);
        let made = || Rc::new(Index::of(id, select, scopes, names, dialect));
        let index = Rc::clone(self.indexes.entry(id).or_insert_with(made));
        match path {
            [Some(name)] => self.unqualified(id, &index, clause, *name),
            [Some(first), rest @ ..] => self.path(id, &index, clause, (*first, rest)),
            _ => Answer::Perhaps(None),
        }
    }

    /// Where relations are joined with `using`, Snowflake takes a name that several have from the
    /// first, whether it is one of those joined by or not.
    fn takes_the_first(&self, id: SelectId) -> bool {
        let is_lenient = matches!(self.tree.dialect, Dialect::Snowflake | Dialect::Generic);
        let mut relations = self.tree.select(id).relations.iter();
        is_lenient && relations.any(|relation| !relation.using.is_empty())
    }

    fn unqualified(&self, id: SelectId, index: &Index, clause: Clause, name: Symbol) -> Answer {
        let at = |relation| RelationId {
            select: id,
            relation,
        };
        let item = index.item(name);
        if clause == Clause::Order {
            if self.is_in_set_operation(id) {
                return if self.no_part_has(id, name) && !self.has_scalar_ctes(id) {
                    Answer::No(Resolution::NoColumn(id))
                } else {
                    Answer::Perhaps(None)
                };
            }
            if let Some(item) = index.output(name) {
                return Answer::Is(Resolution::Item(id, item));
            }
        }
        if let Some(found) = index.unqualified(name, clause) {
            // What is selected may be meant, and is one column.
            let is_late = matches!(
                clause,
                Clause::Group | Clause::Having | Clause::Qualify | Clause::Order
            );
            let is_output = index.output(name).is_some() || index.has_star;
            let is_alias = item.is_some() || (is_late && is_output);
            let other = found
                .other
                .filter(|_| self.tree.dialect != Dialect::ClickHouse);
            return Answer::Is(match other {
                Some(_) if is_alias || self.takes_the_first(id) => Resolution::Unknown,
                Some(other) => Resolution::Ambiguous(at(found.relation), at(other)),
                None => Resolution::Column(at(found.relation), found.column),
            });
        }
        if let Some(item) = item {
            let is_unseen = clause == Clause::List && !has_lateral_aliases(self.tree.dialect);
            // A column of the same name may be hidden; it would come first.
            return match (is_unseen, index.open.is_empty()) {
                (true, true) => Answer::No(Resolution::NoColumn(id)),
                (true, false) => Answer::Perhaps(None),
                (false, true) => Answer::Is(Resolution::Item(id, item)),
                (false, false) => Answer::Is(Resolution::Unknown),
            };
        }
        match index.relation(name) {
            Some(Named::One(relation)) => Answer::Is(Resolution::Row(at(relation))),
            Some(Named::Several) => Answer::Is(Resolution::Unknown),
            None => self.not_found(id, index),
        }
    }

    /// A name with others before it: `first.rest`.
    fn path(
        &self,
        id: SelectId,
        index: &Index,
        clause: Clause,
        (first, rest): (Symbol, &[Option<Symbol>]),
    ) -> Answer {
        if let Some(relation) = index.relation(first) {
            return match (relation, rest.first()) {
                (Named::One(relation), Some(Some(name))) => {
                    match self.qualified(id, index, relation, *name) {
                        // `event.kind` may be a field of a column `event`.
                        Answer::No(_)
                            if has_fields(self.tree.dialect)
                                && index.unqualified(first, clause).is_some() =>
                        {
                            Answer::Is(Resolution::Unknown)
                        }
                        answer => answer,
                    }
                }
                _ => Answer::Is(Resolution::Unknown),
            };
        }
        // `schema.table.column`
        if let [.., Some(table), Some(name)] = rest
            && let Some(Named::One(relation)) = index.relation(*table)
        {
            return self.qualified(id, index, relation, *name);
        }
        // A field of a column.
        if let Some(found) = index.unqualified(first, clause) {
            let select = id;
            let relation = found.relation;
            return Answer::Is(match found.other {
                None => Resolution::Column(RelationId { select, relation }, found.column),
                Some(_) => Resolution::Unknown,
            });
        }
        if index.item(first).is_some() {
            return Answer::Is(Resolution::Unknown);
        }
        if index.is_closed && index.is_named && rest.len() == 1 {
            return Answer::No(Resolution::NoRelation(id));
        }
        Answer::Perhaps(None)
    }

    fn qualified(&self, id: SelectId, index: &Index, relation: usize, name: Symbol) -> Answer {
        let at = RelationId {
            select: id,
            relation,
        };
        if let Some(column) = index.column(relation, name) {
            return Answer::Is(Resolution::Column(at, column));
        }
        let is_open = index.open.contains(&relation);
        if is_open {
            return Answer::Is(Resolution::Presumed(at));
        }
        let is_conditional = |id: SelectId| {
            let relations = &self.tree.select(id).relations;
            relations.get(relation).is_none_or(|it| it.is_conditional)
        };
        if is_conditional(id) {
            return Answer::Is(Resolution::Unknown);
        }
        Answer::No(Resolution::NoColumnIn(at))
    }

    fn not_found(&self, id: SelectId, index: &Index) -> Answer {
        if index.is_closed && !self.has_scalar_ctes(id) {
            return Answer::No(Resolution::NoColumn(id));
        }
        let is_whole = self.tree.select(id).opaque_from.is_none();
        match index.open.as_slice() {
            [only] if is_whole && !self.has_scalar_ctes(id) => Answer::Perhaps(Some(*only)),
            _ => Answer::Perhaps(None),
        }
    }

    /// `with 1 as x` of `ClickHouse` makes names that every select inside sees.
    fn has_scalar_ctes(&self, id: SelectId) -> bool {
        let mut at = self.tree.select(id).query;
        // As deep as queries can stand in each other.
        for _ in 0..256 {
            let Some(query) = at.filter(|_| self.tree.dialect == Dialect::ClickHouse) else {
                return false;
            };
            let query = self.tree.query(query);
            if query.opaque_ctes.is_some() {
                return true;
            }
            at = query.around.map(|(around, _)| around);
        }
        true
    }

    /// Whether no part of the set operation makes or reads a column of this name, for sure: one
    /// warehouse or another sorts by each of them.
    fn no_part_has(&self, id: SelectId, name: Symbol) -> bool {
        let Some(query) = self.tree.select(id).query else {
            return false;
        };
        let terms = &self.tree.query(query).terms;
        let lacks = |columns: &Columns| columns.are_known() && !columns.names.contains(&Some(name));
        let region = terms.first().map(|term| term.region);
        terms.iter().all(|term| {
            let TermBody::Select(part) = term.body else {
                return false;
            };
            let select = self.tree.select(part);
            let made = self.scopes.selects.get(part.index());
            let mut read = self.scopes.relations(part).iter();
            Some(term.region) == region
                && select.opaque_from.is_none()
                && self.tree.gap_in(select.span).is_none()
                && made.is_some_and(lacks)
                && read.all(|it| lacks(&it.columns))
        })
    }

    /// Whether `order by` here sees the columns of a whole set operation.
    fn is_in_set_operation(&self, id: SelectId) -> bool {
        let query = self
            .tree
            .select(id)
            .query
            .map(|query| self.tree.query(query));
        query.is_some_and(|query| {
            let mut terms = query.terms.iter();
            terms.any(|term| term.operator != SetOperator::First)
        })
    }
}

/// Whether some relation has the name without its number twice: `DuckDB` calls the second `id` of a
/// relation `id_1`.
pub(super) fn may_be_numbered(scopes: &Scopes, dialect: Dialect, name: &str) -> bool {
    let Some((name, number)) = name.rsplit_once('_') else {
        return false;
    };
    if dialect != Dialect::DuckDb || number.parse::<u32>().is_err() {
        return false;
    }
    let Some(symbol) = scopes.symbols.known(name, dialect) else {
        return false;
    };
    let mut relations = scopes.relations.iter().flatten();
    relations.any(|visible| {
        let names = visible.columns.names.iter();
        names.filter(|it| **it == Some(symbol)).count() > 1
    })
}

/// Whether items of a select list see the aliases before them.
fn has_lateral_aliases(dialect: Dialect) -> bool {
    match dialect {
        Dialect::Generic
        | Dialect::Snowflake
        | Dialect::Redshift
        | Dialect::Databricks
        | Dialect::DuckDb
        | Dialect::Teradata
        | Dialect::ClickHouse => true,
        Dialect::BigQuery | Dialect::Postgres | Dialect::Trino | Dialect::SqlServer => false,
    }
}

/// Whether a dot behind a column takes a field of it.
fn has_fields(dialect: Dialect) -> bool {
    match dialect {
        Dialect::Generic
        | Dialect::BigQuery
        | Dialect::Redshift
        | Dialect::Databricks
        | Dialect::DuckDb
        | Dialect::Trino
        | Dialect::ClickHouse => true,
        Dialect::Snowflake | Dialect::Postgres | Dialect::SqlServer | Dialect::Teradata => false,
    }
}

/// Columns that tables have beside their own, in one warehouse or another.
pub(super) fn is_pseudo_column(name: &str) -> bool {
    const NAMES: [&str; 14] = [
        "rowid",
        "ctid",
        "xmin",
        "xmax",
        "cmin",
        "cmax",
        "oid",
        "tableoid",
        "rownum",
        "level",
        "filename",
        "file_row_number",
        "input_file_name",
        "sysdate",
    ];
    name.starts_with('_')
        || name.contains('$')
        || NAMES.iter().any(|it| name.eq_ignore_ascii_case(it))
}

/// Words that are values, or belong to a function's own grammar, in one warehouse or another.
fn is_value_word(name: &str) -> bool {
    const WORDS: [&str; 18] = [
        "user",
        "today",
        "yesterday",
        "now",
        "default",
        "unknown",
        "both",
        "leading",
        "trailing",
        "value",
        "key",
        "utc_timestamp",
        "utc_date",
        "current_database",
        "current_warehouse",
        "current_account",
        "current_region",
        "all",
    ];
    WORDS.iter().any(|word| name.eq_ignore_ascii_case(word))
}
