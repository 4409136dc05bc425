//! Names of columns in lists that are no expressions: `join b using (id)`, `* exclude (id)`. Which of
//! them does nothing have that is read there?

use std::ops::RangeInclusive;

use super::references::{is_pseudo_column, may_be_numbered};
use super::symbols::Symbol;
use super::{RelationId, Resolution, Scopes};
use crate::syntax::sql::dialect::Dialect;
use crate::syntax::sql::tree::{
    ItemKind, Join, Name, Path, Relation, Select, SelectId, Star, Tree,
};

/// A name that is wrong where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stray {
    /// It.
    pub name: Name,
    /// Why.
    pub why: Resolution,
    /// Whether Jinja may leave it out.
    pub is_conditional: bool,
}

/// The names of such lists that are wrong for sure, select by select.
#[must_use]
pub fn strays(text: &str, tree: &Tree, scopes: &Scopes) -> Vec<Stray> {
    let mut found = Vec::new();
    for id in tree.select_ids() {
        let select = tree.select(id);
        let is_joined = select.relations.iter().any(|it| !it.using.is_empty());
        let mut stars = select.items.iter().filter_map(|item| match &item.kind {
            ItemKind::Star(star) => Some(&**star),
            ItemKind::Column { .. } | ItemKind::Opaque => None,
        });
        let is_cut = stars.any(|star| !star.except.is_empty() || !star.replace.is_empty());
        if (is_joined || is_cut) && is_understood(tree, select) {
            let lists = Lists {
                text,
                tree,
                scopes,
                id,
                select,
            };
            lists.using(&mut found);
            lists.stars(&mut found);
        }
    }
    found
}

/// Whether nothing in a select may read more than what is seen.
fn is_understood(tree: &Tree, select: &Select) -> bool {
    let is_there = |it: &Relation| !it.is_conditional;
    select.opaque_from.is_none()
        && tree.gap_in(select.span).is_none()
        && select.relations.iter().all(is_there)
}

struct Lists<'a> {
    text: &'a str,
    tree: &'a Tree,
    scopes: &'a Scopes,
    id: SelectId,
    select: &'a Select,
}

impl Lists<'_> {
    /// Each relation that is joined by names has them, and one of those before it.
    fn using(&self, found: &mut Vec<Stray>) {
        // ClickHouse takes expressions, too. What a join in parentheses has is a matter of all in it.
        if self.select.has_nest || self.tree.dialect == Dialect::ClickHouse {
            return;
        }
        for (number, relation) in self.select.relations.iter().enumerate() {
            for name in &relation.using {
                let (here, before) = (number..=number, 0..=number.saturating_sub(1));
                let why = if self.lack(name, here) {
                    Some(Resolution::NoColumnIn(self.relation(number)))
                } else if number > 0 && self.lack(name, before) {
                    Some(Resolution::NoColumnIn(self.relation(0)))
                } else {
                    self.ambiguous(name, number)
                };
                found.extend(why.map(|why| stray(*name, why, false)));
            }
        }
    }

    /// Whether two of the relations that relation `number` is joined with have it each for itself.
    fn ambiguous(&self, name: &Name, number: usize) -> Option<Resolution> {
        // Snowflake takes the first; of others nobody knows.
        let dialect = self.tree.dialect;
        if !matches!(
            dialect,
            Dialect::DuckDb | Dialect::Postgres | Dialect::BigQuery
        ) {
            return None;
        }
        let symbol = self.symbol(name)?;
        let before = self.select.relations.get(..number)?;
        // What stands before a comma is joined later.
        let start = before.iter().rposition(|it| it.join == Join::Comma);
        let joined = before.iter().enumerate().skip(start.unwrap_or(0));
        let mut having = Vec::new();
        for (at, relation) in joined {
            let is_shared = |it: &Name| self.symbol(it) == Some(symbol);
            let has_it = self
                .scopes
                .relations(self.id)
                .get(at)
                .is_some_and(|it| it.columns.names.contains(&Some(symbol)));
            match relation.join {
                Join::Natural => return None,
                Join::Comma | Join::Joined if has_it && !relation.using.iter().any(is_shared) => {
                    having.push(self.relation(at));
                }
                Join::Comma | Join::Joined | Join::Filtering => {}
            }
        }
        match having.as_slice() {
            [one, other, ..] => Some(Resolution::Ambiguous(*one, *other)),
            _ => None,
        }
    }

    /// What is left out of a star, or replaced in it, is there.
    fn stars(&self, found: &mut Vec<Stray>) {
        // Others let such names pass, or nobody knows.
        if !matches!(self.tree.dialect, Dialect::DuckDb | Dialect::BigQuery) {
            return;
        }
        for item in &self.select.items {
            let ItemKind::Star(star) = &item.kind else {
                continue;
            };
            let Some((relations, why)) = self.starred(star) else {
                continue;
            };
            let replaced = star.replace.iter().map(|(name, _)| name);
            for name in star.except.iter().chain(replaced) {
                if star.opaque.is_none() && self.lack(name, relations.clone()) {
                    found.push(stray(*name, why, item.is_conditional));
                }
            }
        }
    }

    /// The relations that a star takes columns of, where they are known, and what to say of a name
    /// that none of them has.
    fn starred(&self, star: &Star) -> Option<(RangeInclusive<usize>, Resolution)> {
        let last = self.select.relations.len().checked_sub(1)?;
        let one = |at| (at..=at, Resolution::NoColumnIn(self.relation(at)));
        if star.qualifier == Path::default() {
            return Some(match last {
                0 => one(0),
                _ => (0..=last, Resolution::NoColumn(self.id)),
            });
        }
        let [name] = self.tree.path(star.qualifier) else {
            return None;
        };
        let symbol = self.symbol(name)?;
        let relations = self.scopes.relations(self.id).iter().enumerate();
        let mut called = relations.filter(|(_, it)| it.name == Some(symbol));
        let (found, _) = called.next()?;
        called.next().is_none().then(|| one(found))
    }

    /// Whether none of these relations has such a column, for sure.
    fn lack(&self, name: &Name, relations: RangeInclusive<usize>) -> bool {
        let written = name.text(self.text);
        // `t.name`: nobody has looked at the name before the dot.
        if !name.is_known()
            || self.before(name.span.start).ends_with('.')
            || is_pseudo_column(&written)
        {
            return false;
        }
        let symbol = self.symbol(name);
        let all = self.scopes.relations(self.id);
        let mut relations = relations.into_iter();
        let is_lacking = relations.all(|number| {
            let columns = all.get(number).map(|it| &it.columns);
            columns.is_some_and(|columns| {
                let has_it = symbol.is_some() && columns.names.contains(&symbol);
                columns.are_known() && !has_it
            })
        });
        is_lacking && !may_be_numbered(self.scopes, self.tree.dialect, &written)
    }

    /// What stands before a place, blanks aside.
    fn before(&self, place: u32) -> &str {
        let before = self.text.get(..place as usize);
        before.map_or("", str::trim_end)
    }

    fn symbol(&self, name: &Name) -> Option<Symbol> {
        let symbols = &self.scopes.symbols;
        symbols.of_known(name, self.text, self.tree.dialect)
    }

    fn relation(&self, relation: usize) -> RelationId {
        RelationId {
            select: self.id,
            relation,
        }
    }
}

fn stray(name: Name, why: Resolution, is_conditional: bool) -> Stray {
    Stray {
        name,
        why,
        is_conditional,
    }
}
