//! Which columns do the items of a select list make? Stars take those of relations.

use foldhash::HashSet;

use super::columns::{MOST_COLUMNS, Making, hide};
use super::symbols::Symbol;
use super::{Columns, Extent, Origin};
use crate::syntax::sql::dialect::Dialect;
use crate::syntax::sql::expression::{ExpressionId, ExpressionKind};
use crate::syntax::sql::tree::{Item, ItemKind, Join, Path, SelectId, Star};
use crate::text::Span;

impl Making<'_> {
    pub fn item(
        &mut self,
        select: SelectId,
        index: usize,
        item: &Item,
        columns: &mut Columns,
        origins: &mut Vec<Origin>,
    ) {
        match &item.kind {
            ItemKind::Column { name, value, .. } => {
                let symbol = name.as_ref().and_then(|name| self.symbol(name));
                let is_made = name.is_some_and(|name| !name.is_known());
                if is_made || value.is_some_and(|value| self.puts_several(value)) {
                    hide(columns, Extent::Unknown(item.span));
                }
                columns.names.push(symbol);
                origins.push(Origin::Item(index));
            }
            ItemKind::Star(star) => self.star(select, index, item.span, star, columns, origins),
            ItemKind::Opaque => hide(columns, Extent::Unknown(item.span)),
        }
    }

    /// `columns(…)` and `unnest(…)` of `DuckDB`, and their like elsewhere: one item, many columns.
    fn puts_several(&self, value: ExpressionId) -> bool {
        if self.tree.dialect == Dialect::DuckDb {
            // `min(columns(*))` is as many as there are columns.
            let mut kinds = self.tree.within(value).iter().map(|it| it.kind);
            let is_columns = |path| {
                let last = self.tree.path(path).last();
                last.is_some_and(|it| it.span.of(self.text).eq_ignore_ascii_case("columns"))
            };
            if kinds.any(|kind| matches!(kind, ExpressionKind::Call(path) if is_columns(path))) {
                return true;
            }
        }
        let Some(ExpressionKind::Call(path)) = self.tree.expression(value).map(|it| it.kind) else {
            return false;
        };
        let [name] = self.tree.path(path) else {
            return false;
        };
        let name = name.span.of(self.text);
        let is_one_of = |names: &[&str]| names.iter().any(|it| name.eq_ignore_ascii_case(it));
        match self.tree.dialect {
            Dialect::DuckDb => is_one_of(&["unnest"]),
            Dialect::Databricks => is_one_of(&[
                "inline",
                "inline_outer",
                "stack",
                "json_tuple",
                "explode",
                "explode_outer",
                "posexplode",
                "posexplode_outer",
            ]),
            Dialect::ClickHouse => is_one_of(&["columns", "untuple"]),
            _ => false,
        }
    }

    fn star(
        &mut self,
        id: SelectId,
        index: usize,
        span: Span,
        star: &Star,
        columns: &mut Columns,
        origins: &mut Vec<Origin>,
    ) {
        let select = self.tree.select(id);
        let chosen = if star.qualifier == Path::default() {
            None
        } else {
            let Some(relation) = self.relation_of(id, star.qualifier) else {
                return hide(columns, Extent::Unknown(span));
            };
            Some(relation)
        };
        let except: HashSet<Symbol> = star
            .except
            .iter()
            .filter_map(|it| self.symbol(it))
            .collect();
        let renames: Vec<(Option<Symbol>, Option<Symbol>)> = star
            .rename
            .iter()
            .map(|(old, new)| (self.symbol(old), self.symbol(new)))
            .collect();
        if let Some(span) = star.opaque {
            hide(columns, Extent::Unknown(span));
        }
        if chosen.is_none() && select.relations.is_empty() {
            hide(columns, Extent::Unknown(span));
        }
        if let Some(span) = select.opaque_from.filter(|_| chosen.is_none()) {
            hide(columns, Extent::Unknown(span));
        }
        let mut merged: HashSet<Symbol> = HashSet::default();
        for (number, relation) in select.relations.iter().enumerate() {
            if chosen.is_some_and(|chosen| chosen != number) {
                continue;
            }
            if chosen.is_none() && relation.join == Join::Filtering {
                continue;
            }
            let Some(visible) = self.scopes.relations(id).get(number).cloned() else {
                continue;
            };
            if relation.is_conditional && chosen.is_none() {
                hide(columns, Extent::Unknown(relation.span));
            }
            hide(columns, visible.columns.extent);
            let using: HashSet<Symbol> = match chosen {
                Some(_) => HashSet::default(),
                None => relation
                    .using
                    .iter()
                    .filter_map(|it| self.symbol(it))
                    .collect(),
            };
            if relation.join == Join::Natural && chosen.is_none() && !visible.columns.are_known() {
                hide(columns, Extent::Unknown(relation.span));
            }
            self.made += visible.columns.names.len();
            if self.made > MOST_COLUMNS {
                return hide(columns, Extent::Unknown(span));
            }
            for (column, name) in visible.columns.names.iter().enumerate() {
                let is_left_out = name.is_some_and(|name| {
                    let is_natural = relation.join == Join::Natural && merged.contains(&name);
                    except.contains(&name) || using.contains(&name) || is_natural
                });
                if is_left_out {
                    continue;
                }
                let new_name = renames.iter().find(|(old, _)| old.is_some() && old == name);
                columns.names.push(new_name.map_or(*name, |(_, new)| *new));
                origins.push(Origin::Star {
                    item: index,
                    relation: number,
                    column,
                });
            }
            merged.extend(visible.columns.names.iter().flatten());
        }
    }

    /// The relation that `t` of `t.*` names.
    fn relation_of(&mut self, id: SelectId, qualifier: Path) -> Option<usize> {
        let name = self.tree.path(qualifier).last().copied()?;
        let symbol = self.symbol(&name)?;
        let relations = self.scopes.relations(id);
        let mut found = relations.iter().enumerate();
        found
            .find(|(_, it)| it.name == Some(symbol))
            .map(|(at, _)| at)
    }
}
