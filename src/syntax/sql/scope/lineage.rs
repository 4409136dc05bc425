//! Which columns is a column made of? Through CTEs, subqueries and set operations, down to the
//! relations that the text does not make.

use foldhash::HashSet;

use super::symbols::Symbol;
use super::{Extent, Maker, Origin, RelationId, Resolution, Scopes};
use crate::syntax::sql::expression::{ExpressionId, ExpressionKind};
use crate::syntax::sql::tree::{
    ItemKind, QueryId, ReferenceId, SelectId, SetOperator, TermBody, Tree,
};

/// A column outside that a column is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Input {
    /// The relation that stands for what is outside.
    pub relation: RelationId,
    /// The column's number, where the relation's columns are known.
    pub column: Option<usize>,
    /// The name in the text, where one stands there; none for a star's columns.
    pub reference: Option<ReferenceId>,
    /// Whether the value is passed on as it is.
    pub is_copy: bool,
}

/// A column of the text.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Step {
    Query(QueryId, usize),
    Select(SelectId, usize),
    Item(SelectId, usize),
    Relation(RelationId, usize, Option<ReferenceId>),
}

impl Scopes {
    /// What column number `column` of `query` is made of; each input once.
    #[must_use]
    pub fn inputs(&self, tree: &Tree, query: QueryId, column: usize) -> Vec<Input> {
        self.follow(tree, Step::Query(query, column))
    }

    /// What column number `column` of a relation is made of.
    #[must_use]
    pub fn inputs_of_relation(&self, tree: &Tree, id: RelationId, column: usize) -> Vec<Input> {
        self.follow(tree, Step::Relation(id, column, None))
    }

    /// What item number `item` of `select` is made of.
    #[must_use]
    pub fn inputs_of_item(&self, tree: &Tree, select: SelectId, item: usize) -> Vec<Input> {
        self.follow(tree, Step::Item(select, item))
    }

    fn follow(&self, tree: &Tree, first: Step) -> Vec<Input> {
        let mut inputs = Vec::new();
        let mut seen = HashSet::default();
        let mut open = vec![(first, true)];
        while let Some((step, is_copy)) = open.pop() {
            if !seen.insert((step, is_copy)) {
                continue;
            }
            match step {
                Step::Query(query, column) => {
                    let steps = self.terms(tree, query, column);
                    open.extend(steps.into_iter().rev().map(|step| (step, is_copy)));
                }
                Step::Select(select, column) => {
                    let origins = self.origins.get(select.index());
                    match origins.and_then(|origins| origins.get(column)) {
                        Some(Origin::Item(item)) => open.push((Step::Item(select, *item), is_copy)),
                        Some(Origin::Star {
                            relation, column, ..
                        }) => {
                            let relation = RelationId {
                                select,
                                relation: *relation,
                            };
                            open.push((Step::Relation(relation, *column, None), is_copy));
                        }
                        None => {}
                    }
                }
                Step::Item(select, item) => {
                    let (steps, presumed, is_bare) = self.item(tree, select, item);
                    inputs.extend(presumed.into_iter().map(|input| Input {
                        is_copy: is_copy && is_bare,
                        ..input
                    }));
                    let steps = steps.into_iter().rev();
                    open.extend(steps.map(|step| (step, is_copy && is_bare)));
                }
                Step::Relation(relation, column, reference) => {
                    match self.relation(relation).map(|it| it.maker) {
                        Some(Maker::Query(query)) => {
                            open.push((Step::Query(query, column), is_copy));
                        }
                        Some(Maker::Outside) => inputs.push(Input {
                            relation,
                            column: Some(column),
                            reference,
                            is_copy,
                        }),
                        Some(Maker::Itself) | None => {}
                    }
                }
            }
        }
        let mut there = HashSet::default();
        inputs.retain(|input| there.insert((input.relation, input.column, input.reference)));
        inputs
    }

    /// The columns of the terms that a query's column is made of.
    fn terms(&self, tree: &Tree, query: QueryId, column: usize) -> Vec<Step> {
        let name = self.queries.get(query.index());
        let name = name.and_then(|columns| columns.names.get(column).copied().flatten());
        let mut steps = Vec::new();
        for (number, term) in tree.query(query).terms.iter().enumerate() {
            let names = match term.body {
                TermBody::Select(id) => self.selects.get(id.index()).map(|it| &it.names),
                TermBody::Query(id) => self.queries.get(id.index()).map(|it| &it.names),
                TermBody::Values(_) | TermBody::Opaque | TermBody::Missing => None,
            };
            let at = match term.operator {
                _ if number == 0 => by_number(names, column).or_else(|| by_name(names, name)),
                SetOperator::ByName => by_name(names, name),
                SetOperator::First
                | SetOperator::ByPosition
                | SetOperator::Opaque
                | SetOperator::Missing => by_number(names, column),
            };
            match (term.body, at) {
                (TermBody::Select(id), Some(at)) => steps.push(Step::Select(id, at)),
                (TermBody::Query(id), Some(at)) => steps.push(Step::Query(id, at)),
                _ => {}
            }
        }
        steps
    }

    /// The relation outside that has the columns of `relation` that are not known.
    fn hidden_in(&self, relation: RelationId) -> Option<RelationId> {
        match self.relation(relation)?.columns.extent {
            Extent::Open { by, is_only: true } => Some(by),
            Extent::Closed | Extent::Open { .. } | Extent::Unknown(_) => None,
        }
    }

    /// The columns in an item's value; whether the value is one column and nothing else.
    fn item(&self, tree: &Tree, select: SelectId, item: usize) -> (Vec<Step>, Vec<Input>, bool) {
        let items = &tree.select(select).items;
        let Some(ItemKind::Column {
            value: Some(value), ..
        }) = items.get(item).map(|item| &item.kind)
        else {
            return (Vec::new(), Vec::new(), false);
        };
        let is_bare = is_column(tree, *value);
        let mut steps = Vec::new();
        let mut inputs = Vec::new();
        for expression in tree.within(*value) {
            let ExpressionKind::Column(id) = expression.kind else {
                continue;
            };
            match self.references.get(id.index()) {
                Some(Resolution::Column(relation, column)) => {
                    steps.push(Step::Relation(*relation, *column, Some(id)));
                }
                Some(Resolution::Item(select, item)) => steps.push(Step::Item(*select, *item)),
                Some(Resolution::Presumed(relation)) => {
                    inputs.extend(self.hidden_in(*relation).map(|relation| Input {
                        relation,
                        column: None,
                        reference: Some(id),
                        is_copy: true,
                    }));
                }
                Some(
                    Resolution::Row(_)
                    | Resolution::NoColumnIn(_)
                    | Resolution::NoColumn(_)
                    | Resolution::NoRelation(_)
                    | Resolution::Ambiguous(..)
                    | Resolution::Unknown,
                )
                | None => {}
            }
        }
        (steps, inputs, is_bare)
    }
}

fn is_column(tree: &Tree, value: ExpressionId) -> bool {
    let kind = tree.expression(value).map(|it| it.kind);
    matches!(kind, Some(ExpressionKind::Column(_)))
}

fn by_number(names: Option<&Vec<Option<Symbol>>>, column: usize) -> Option<usize> {
    names.filter(|names| column < names.len()).map(|_| column)
}

fn by_name(names: Option<&Vec<Option<Symbol>>>, name: Option<Symbol>) -> Option<usize> {
    names?.iter().position(|it| it.is_some() && *it == name)
}
