//! Which names of a file are wrong? One that is wrong in one way through the branches of the
//! template and right in another is left alone, and so is one in some ways only of a file in which
//! several `if`s have branches.

use std::collections::BTreeMap;

use crate::syntax::sql::{Name, Reference, RelationId, Resolution, Scopes, SelectId, Tree};
use crate::text::Span;

use super::{Basis, Reading};

/// A name that is wrong.
#[derive(Debug)]
pub struct Problem {
    /// It.
    pub span: Span,
    /// The name.
    pub name: String,
    /// What is wrong with it.
    pub kind: ProblemKind,
    /// Whether dbt comes to it in any case.
    pub is_met: bool,
    /// Whether a catalog had to be known to say so.
    pub is_by_catalog: bool,
    /// Whether no more than the text and contracts had to be known to say so.
    pub is_promised: bool,
}

/// What is wrong with a name.
#[derive(Debug)]
pub enum ProblemKind {
    /// This relation has no such column.
    NoColumnIn {
        /// What the SQL calls the relation.
        relation: String,
        /// The columns that it has.
        columns: Vec<String>,
    },
    /// None of these relations has such a column.
    NoColumn {
        /// What the SQL calls them.
        relations: Vec<String>,
        /// The columns that they have.
        columns: Vec<String>,
    },
    /// No relation has the name before the dot.
    NoRelation {
        /// Those that are there.
        relations: Vec<String>,
    },
    /// Two relations have it.
    Ambiguous {
        /// What the SQL calls them.
        relations: [String; 2],
    },
}

impl Problem {
    /// The name without quotes.
    pub(super) fn inside(&self) -> Span {
        let quotes = self.span.len().saturating_sub(self.name.len()) / 2;
        let (start, end) = (self.span.start as usize, self.span.end as usize);
        Span::new(start + quotes, end - quotes)
    }
}

impl Reading<'_> {
    /// The names that are wrong, in the text's order.
    #[must_use]
    pub fn problems(&self) -> Vec<Problem> {
        let wrong = self.spans_of(is_wrong);
        if wrong.is_empty() {
            return Vec::new();
        }
        let right = self.spans_of(|resolution| !is_wrong(resolution));
        let is_expanded = self.is_expanded();
        let all = self.sql.trees.len();
        let mut found = Vec::new();
        for (_, ways) in wrong.iter().filter(|(span, _)| !right.contains_key(span)) {
            if self.sql.is_combined && ways.len() < all {
                continue;
            }
            let problem = ways.first().and_then(|(number, at)| {
                let tree = self.sql.trees.get(*number)?;
                let scopes = self.scopes.get(*number)?;
                let reference = tree.references.get(*at)?;
                let resolution = *scopes.references.get(*at)?;
                // What is under a condition here was perhaps left out there, by the same condition.
                if is_expanded && reference.is_conditional {
                    return None;
                }
                let (place, kind) = self.told(tree, scopes, reference, resolution)?;
                Some(Problem {
                    span: place,
                    name: unquoted(place.of(self.text())),
                    kind,
                    is_promised: self.is_promised(tree, scopes, resolution),
                    is_by_catalog: self.is_by_catalog(tree, scopes, resolution),
                    is_met: ways.len() == all && !reference.is_conditional,
                })
            });
            found.extend(problem);
        }
        found
    }

    /// The names that are right, or may be, without quotes.
    pub(super) fn right_names(&self) -> impl Iterator<Item = Span> {
        let trees = self.sql.trees.iter().zip(&self.scopes);
        trees.flat_map(|(tree, scopes)| {
            let references = tree.references.iter().zip(&scopes.references);
            let right = references.filter(|(_, resolution)| !is_wrong(**resolution));
            right.flat_map(|(reference, _)| tree.path(reference.path).iter().map(Name::inside))
        })
    }

    /// The names that mean what `is_wanted` says, in the text's order, with the numbers of the
    /// trees and of the references there.
    fn spans_of(&self, is_wanted: fn(Resolution) -> bool) -> BTreeMap<Span, Vec<(usize, usize)>> {
        let mut found: BTreeMap<Span, Vec<(usize, usize)>> = BTreeMap::new();
        for (number, (tree, scopes)) in self.sql.trees.iter().zip(&self.scopes).enumerate() {
            let references = tree.references.iter().zip(&scopes.references);
            for (at, (reference, resolution)) in references.enumerate() {
                if is_wanted(*resolution) {
                    found.entry(reference.span).or_default().push((number, at));
                }
            }
        }
        found
    }

    fn is_promised(&self, tree: &Tree, scopes: &Scopes, resolution: Resolution) -> bool {
        let is_promised = |id: RelationId| {
            let count = scopes.relation(id).map_or(0, |it| it.columns.names.len());
            let inputs = (0..count).flat_map(|at| scopes.inputs_of_relation(tree, id, at));
            // A column that is written is there whatever it is made of; a star's is not.
            let mut stars = inputs.filter(|input| input.reference.is_none());
            stars.all(|input| {
                let read = self.input_of(tree, input.relation);
                read.is_some_and(|read| read.relation.basis == Basis::Contract)
            })
        };
        match resolution {
            Resolution::NoColumnIn(id) => is_promised(id),
            Resolution::NoColumn(select) => relations(scopes, select).all(is_promised),
            Resolution::NoRelation(_) => true,
            Resolution::Ambiguous(one, other) => is_promised(one) && is_promised(other),
            Resolution::Column(..)
            | Resolution::Presumed(_)
            | Resolution::Item(..)
            | Resolution::Row(_)
            | Resolution::Unknown => false,
        }
    }

    fn is_by_catalog(&self, tree: &Tree, scopes: &Scopes, resolution: Resolution) -> bool {
        let is_it = |id: RelationId| {
            let count = scopes.relation(id).map_or(0, |it| it.columns.names.len());
            let mut inputs = (0..count).flat_map(|at| scopes.inputs_of_relation(tree, id, at));
            inputs.any(|input| {
                let read = self.input_of(tree, input.relation);
                read.is_some_and(|read| read.relation.basis == Basis::Catalog)
            })
        };
        match resolution {
            Resolution::NoColumnIn(id) => is_it(id),
            Resolution::NoColumn(select) => relations(scopes, select).any(is_it),
            Resolution::Ambiguous(one, other) => is_it(one) || is_it(other),
            Resolution::NoRelation(_)
            | Resolution::Column(..)
            | Resolution::Presumed(_)
            | Resolution::Item(..)
            | Resolution::Row(_)
            | Resolution::Unknown => false,
        }
    }

    fn told(
        &self,
        tree: &Tree,
        scopes: &Scopes,
        reference: &Reference,
        resolution: Resolution,
    ) -> Option<(Span, ProblemKind)> {
        let path = tree.path(reference.path);
        let (first, last) = (path.first()?.span, path.last()?.span);
        Some(match resolution {
            Resolution::NoColumnIn(id) => (
                last,
                ProblemKind::NoColumnIn {
                    relation: self.inputs().called(tree, scopes, id),
                    columns: columns(scopes, id),
                },
            ),
            Resolution::NoColumn(select) => {
                let ids: Vec<RelationId> = relations(scopes, select).collect();
                let columns = ids.iter().flat_map(|id| columns(scopes, *id)).collect();
                let called = |id: &RelationId| self.inputs().called(tree, scopes, *id);
                let relations = ids.iter().map(called).collect();
                (last, ProblemKind::NoColumn { relations, columns })
            }
            Resolution::NoRelation(select) => {
                let called = |id: RelationId| self.inputs().called(tree, scopes, id);
                let relations = relations(scopes, select).map(called).collect();
                (first, ProblemKind::NoRelation { relations })
            }
            Resolution::Ambiguous(one, other) => {
                let relations = [one, other].map(|id| self.inputs().called(tree, scopes, id));
                (last, ProblemKind::Ambiguous { relations })
            }
            Resolution::Column(..)
            | Resolution::Presumed(_)
            | Resolution::Item(..)
            | Resolution::Row(_)
            | Resolution::Unknown => return None,
        })
    }
}

fn relations(scopes: &Scopes, select: SelectId) -> impl Iterator<Item = RelationId> {
    let count = scopes.relations(select).len();
    (0..count).map(move |relation| RelationId { select, relation })
}

fn columns(scopes: &Scopes, id: RelationId) -> Vec<String> {
    let visible = scopes.relation(id);
    let names = visible.map_or(&[][..], |visible| visible.columns.names.as_slice());
    let names = names.iter().flatten();
    names.map(|name| scopes.text(*name).to_owned()).collect()
}

fn is_wrong(resolution: Resolution) -> bool {
    match resolution {
        Resolution::NoColumnIn(_)
        | Resolution::NoColumn(_)
        | Resolution::NoRelation(_)
        | Resolution::Ambiguous(..) => true,
        Resolution::Column(..)
        | Resolution::Presumed(_)
        | Resolution::Item(..)
        | Resolution::Row(_)
        | Resolution::Unknown => false,
    }
}

fn unquoted(written: &str) -> String {
    written.trim_matches(['"', '`', '[', ']']).to_owned()
}
