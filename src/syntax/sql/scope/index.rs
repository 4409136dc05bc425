//! Which relations and columns does a select see? A look-up of each name, made once.

use foldhash::HashMap;

use super::Scopes;
use super::symbols::Symbol;
use crate::syntax::sql::dialect::Dialect;
use crate::syntax::sql::tree::{Clause, Item, ItemKind, Join, RelationKind, Select, SelectId};

/// The names that a select sees.
#[derive(Default)]
pub(super) struct Index {
    relations: HashMap<Symbol, Named>,
    /// Columns by relation and name.
    columns: HashMap<(usize, Symbol), usize>,
    /// Columns by name alone.
    unqualified: HashMap<Symbol, Found>,
    /// Items by alias.
    items: HashMap<Symbol, usize>,
    /// Items by name, alias or not.
    outputs: HashMap<Symbol, usize>,
    /// Whether a star may make outputs of any name.
    pub has_star: bool,
    /// The relations whose columns are not all known.
    pub open: Vec<usize>,
    /// Whether nothing more can be there than what is known.
    pub is_closed: bool,
    /// Whether all relations have a name that is known.
    pub is_named: bool,
}

/// Who has a name before the dot.
#[derive(Clone, Copy)]
pub(super) enum Named {
    /// The relation with this number.
    One(usize),
    /// Several relations.
    Several,
}

/// A column that is found by its name alone.
#[derive(Clone, Copy)]
pub(super) struct Found {
    pub relation: usize,
    pub column: usize,
    /// Another relation that has it, too, where they are not one by `using`.
    pub other: Option<usize>,
    /// Whether conditions of joins alone see it.
    pub is_filtering: bool,
}

impl Index {
    pub fn of(
        id: SelectId,
        select: &Select,
        scopes: &Scopes,
        names: &Names,
        dialect: Dialect,
    ) -> Self {
        let mut index = Self {
            is_named: true,
            ..Self::default()
        };
        let visible = scopes.relations(id);
        let mut is_merging = false;
        for (number, relation) in select.relations.iter().enumerate() {
            let Some(visible) = visible.get(number) else {
                continue;
            };
            is_merging |= relation.join == Join::Natural;
            match visible.name {
                Some(name) => {
                    let slot = index.relations.entry(name);
                    slot.and_modify(|it| *it = Named::Several)
                        .or_insert(Named::One(number));
                }
                // Without a name, columns are seen only by themselves.
                None => index.is_named &= matches!(relation.kind, RelationKind::Query(_)),
            }
            let is_known = visible.columns.are_known();
            if !is_known {
                index.open.push(number);
            }
            let merged = names.using.get(&(id, number));
            let is_merged = |name| merged.is_some_and(|names| names.contains(&name));
            let is_filtering = relation.join == Join::Filtering;
            for (column, name) in visible.columns.names.iter().enumerate() {
                let Some(name) = *name else { continue };
                index.columns.entry((number, name)).or_insert(column);
                let new = Found {
                    relation: number,
                    column,
                    other: None,
                    is_filtering,
                };
                let found = index.unqualified.entry(name).or_insert(new);
                if found.relation == number || is_merged(name) {
                    continue;
                }
                if found.is_filtering && !is_filtering {
                    *found = new;
                } else if !is_filtering && !relation.is_conditional {
                    found.other.get_or_insert(number);
                }
            }
        }
        if is_merging {
            index
                .unqualified
                .values_mut()
                .for_each(|it| it.other = None);
        }
        if dialect == Dialect::DuckDb {
            // A column of `using` comes first, whoever else has one of its name.
            for number in 0..select.relations.len() {
                for name in names.using.get(&(id, number)).into_iter().flatten() {
                    if let Some(found) = index.unqualified.get_mut(name) {
                        found.other = None;
                    }
                }
            }
        }
        let is_whole = select.opaque_from.is_none() && !select.relations.is_empty();
        let is_missing = |relation: &super::super::tree::Relation| {
            matches!(relation.kind, RelationKind::Missing)
        };
        let has_missing = select.relations.iter().any(is_missing);
        index.is_closed = index.open.is_empty() && is_whole && !has_missing;
        for (number, item) in select.items.iter().enumerate() {
            if let Some((name, is_alias)) = names.items.get(&(id, number)) {
                index.outputs.entry(*name).or_insert(number);
                if *is_alias {
                    index.items.entry(*name).or_insert(number);
                }
            }
            index.has_star |= !matches!(item.kind, ItemKind::Column { .. });
            // Stars that rename, Jinja: there may be more aliases.
            let is_plain = matches!(item.kind, ItemKind::Column { .. });
            index.is_closed &= is_plain || is_bare_star(item);
        }
        index
    }

    /// The relation of this name.
    pub fn relation(&self, name: Symbol) -> Option<Named> {
        self.relations.get(&name).copied()
    }

    pub fn column(&self, relation: usize, name: Symbol) -> Option<usize> {
        self.columns.get(&(relation, name)).copied()
    }

    pub fn unqualified(&self, name: Symbol, clause: Clause) -> Option<Found> {
        let found = self.unqualified.get(&name).copied()?;
        (!found.is_filtering || clause == Clause::On).then_some(found)
    }

    /// The item of this name, alias or not.
    pub fn output(&self, name: Symbol) -> Option<usize> {
        self.outputs.get(&name).copied()
    }

    pub fn item(&self, name: Symbol) -> Option<usize> {
        self.items.get(&name).copied()
    }
}

fn is_bare_star(item: &Item) -> bool {
    match &item.kind {
        ItemKind::Star(star) => {
            star.opaque.is_none() && star.rename.is_empty() && star.replace.is_empty()
        }
        ItemKind::Column { .. } | ItemKind::Opaque => false,
    }
}

/// The symbols of names that selects have beside columns.
#[derive(Default)]
pub(super) struct Names {
    /// The columns that relations share with those before them, by `using`.
    pub using: HashMap<(SelectId, usize), Vec<Symbol>>,
    /// The names of items, and whether they are aliases.
    pub items: HashMap<(SelectId, usize), (Symbol, bool)>,
}
