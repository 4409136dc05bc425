//! Which names of a file are wrong? One that is wrong in one way through the branches of the
//! template and right in another is left alone, and so is one in some ways only of a file in which
//! several `if`s have branches.

use std::collections::{BTreeMap, HashSet};

use crate::syntax::sql::{
    Maker, Name, Origin, OutOfRange, QueryId, RelationId, Resolution, Scopes, SelectId, Stray,
    TermBody, Tree, Uneven, out_of_range, strays, uneven,
};
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
        /// Whether another one is joined by it, so that it can have no qualifier.
        is_joined_by: bool,
    },
    /// A part of a `union` makes another number of columns than the first one; the name is empty.
    Uneven {
        /// How many.
        columns: usize,
        /// How many the first one makes.
        wanted: usize,
    },
    /// `group by` or `order by` names a column by a number that none has.
    NoPosition {
        /// How many columns the select makes.
        columns: usize,
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
        let mut problems = self.wrong_references();
        let before = problems.len();
        problems.extend(self.strays());
        problems.extend(self.uneven());
        problems.extend(self.out_of_range());
        if problems.len() > before {
            problems.sort_by_key(|problem| problem.span);
        }
        problems
    }

    fn wrong_references(&self) -> Vec<Problem> {
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
                let path = tree.path(reference.path);
                let is_met = ways.len() == all && !reference.is_conditional;
                self.problem((tree, scopes), path, resolution, is_met)
            });
            found.extend(problem);
        }
        found
    }

    /// The names in lists that are no expressions, wrong through all the branches.
    fn strays(&self) -> Vec<Problem> {
        let found = self.in_all_ways(
            |tree, scopes| strays(self.text(), tree, scopes),
            |it| it.name.span,
        );
        let told = |(tree, scopes, stray): (&Tree, &Scopes, Stray)| {
            let is_met = !stray.is_conditional;
            let mut problem = self.problem((tree, scopes), &[stray.name], stray.why, is_met)?;
            if let ProblemKind::Ambiguous { is_joined_by, .. } = &mut problem.kind {
                *is_joined_by = true;
            }
            Some(problem)
        };
        found.into_iter().filter_map(told).collect()
    }

    /// The parts of set operations that do not fit, through all the branches.
    fn uneven(&self) -> Vec<Problem> {
        // Branches of one number are read together, and may never go together.
        if self.sql.is_combined {
            return Vec::new();
        }
        let found = self.in_all_ways(uneven, |it| it.span);
        let told = |(tree, scopes, it): (&Tree, &Scopes, Uneven)| {
            let starred = || it.selects.into_iter().flat_map(|it| starred(scopes, it));
            // What a table had once breaks no union.
            let is_by_catalog = |id| self.is_by_catalog(tree, scopes, Resolution::NoColumnIn(id));
            (!starred().any(is_by_catalog)).then(|| Problem {
                span: it.span,
                name: String::new(),
                kind: ProblemKind::Uneven {
                    columns: it.columns,
                    wanted: it.wanted,
                },
                is_met: true,
                is_by_catalog: false,
                is_promised: starred().all(|id| self.has_promised_columns(tree, scopes, id)),
            })
        };
        found.into_iter().filter_map(told).collect()
    }

    /// The positions that select lists do not have, through all the branches.
    fn out_of_range(&self) -> Vec<Problem> {
        if self.sql.is_combined {
            return Vec::new();
        }
        let found = self.in_all_ways(
            |tree, scopes| out_of_range(self.text(), tree, scopes),
            |it| it.span,
        );
        let told = |(tree, scopes, it): (&Tree, &Scopes, OutOfRange)| {
            let starred = starred(scopes, it.select);
            let is_by_catalog = |id| self.is_by_catalog(tree, scopes, Resolution::NoColumnIn(id));
            (!starred.iter().copied().any(is_by_catalog)).then(|| Problem {
                span: it.span,
                name: it.span.of(self.text()).to_owned(),
                kind: ProblemKind::NoPosition {
                    columns: it.columns,
                },
                is_met: true,
                is_by_catalog: false,
                is_promised: (starred.into_iter())
                    .all(|id| self.has_promised_columns(tree, scopes, id)),
            })
        };
        found.into_iter().filter_map(told).collect()
    }

    /// What `find` finds in each of the trees at one place; with the first of them.
    fn in_all_ways<T: Copy>(
        &self,
        find: impl Fn(&Tree, &Scopes) -> Vec<T>,
        place: fn(&T) -> Span,
    ) -> Vec<(&Tree, &Scopes, T)> {
        let mut trees = self.sql.trees.iter().zip(&self.scopes);
        let Some((tree, scopes)) = trees.next() else {
            return Vec::new();
        };
        let mut found = find(tree, scopes);
        for (tree, scopes) in trees {
            if found.is_empty() {
                break;
            }
            let others = find(tree, scopes);
            found.retain(|it| others.iter().any(|other| place(other) == place(it)));
        }
        found.into_iter().map(|it| (tree, scopes, it)).collect()
    }

    fn problem(
        &self,
        (tree, scopes): (&Tree, &Scopes),
        path: &[Name],
        resolution: Resolution,
        is_met: bool,
    ) -> Option<Problem> {
        let (place, kind) = self.told((tree, scopes), path, resolution)?;
        Some(Problem {
            span: place,
            name: unquoted(place.of(self.text())),
            kind,
            is_promised: self.is_promised(tree, scopes, resolution),
            is_by_catalog: self.is_by_catalog(tree, scopes, resolution),
            is_met,
        })
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

    /// Whether text and contracts say all columns of a relation. A column that is written is there
    /// whatever it is made of; a star's is not.
    fn has_promised_columns(&self, tree: &Tree, scopes: &Scopes, id: RelationId) -> bool {
        let mut open = vec![id];
        let mut seen: HashSet<QueryId> = HashSet::default();
        while let Some(id) = open.pop() {
            let query = match scopes.relation(id).map(|it| it.maker) {
                Some(Maker::Query(query)) => query,
                Some(Maker::Itself) => continue,
                Some(Maker::Outside) => {
                    let read = self.input_of(tree, id);
                    if read.is_some_and(|read| read.relation.basis == Basis::Contract) {
                        continue;
                    }
                    return false;
                }
                None => return false,
            };
            let mut queries = vec![query];
            while let Some(query) = queries.pop().filter(|it| seen.insert(*it)) {
                for term in &tree.query(query).terms {
                    match term.body {
                        TermBody::Select(select) => open.extend(starred(scopes, select)),
                        TermBody::Query(query) => queries.push(query),
                        TermBody::Values(_) => {}
                        TermBody::Opaque | TermBody::Missing => return false,
                    }
                }
            }
        }
        true
    }

    fn is_promised(&self, tree: &Tree, scopes: &Scopes, resolution: Resolution) -> bool {
        let is_promised = |id| self.has_promised_columns(tree, scopes, id);
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
        (tree, scopes): (&Tree, &Scopes),
        path: &[Name],
        resolution: Resolution,
    ) -> Option<(Span, ProblemKind)> {
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
                let is_joined_by = false;
                let kind = ProblemKind::Ambiguous {
                    relations,
                    is_joined_by,
                };
                (last, kind)
            }
            Resolution::Column(..)
            | Resolution::Presumed(_)
            | Resolution::Item(..)
            | Resolution::Row(_)
            | Resolution::Unknown => return None,
        })
    }
}

/// The relations that a select takes by stars.
fn starred(scopes: &Scopes, select: SelectId) -> Vec<RelationId> {
    let origins = scopes
        .select(select)
        .map_or(&[][..], |(_, origins)| origins);
    let starred = origins.iter().filter_map(|origin| match origin {
        Origin::Star { relation, .. } => Some(*relation),
        Origin::Item(_) => None,
    });
    let mut found: Vec<_> = starred
        .map(|relation| RelationId { select, relation })
        .collect();
    found.dedup();
    found
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
