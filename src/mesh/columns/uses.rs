//! Where does a file use a column of what it reads?

use std::collections::BTreeSet;

use crate::syntax::sql::{Hidden, Maker, NameKind, RelationId, Resolution};
use crate::text::Span;

use super::{Read, Reading, Spot};

/// How a file uses a column of one of the relations that it reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Uses {
    /// At these places; at none where there are none.
    At(Vec<Span>),
    /// Some of the file hides columns: it may be any of them.
    Perhaps,
}

impl Uses {
    /// Whether the file uses the column, as far as that is known.
    #[must_use]
    pub fn may_be(&self) -> bool {
        match self {
            Self::At(places) => !places.is_empty(),
            Self::Perhaps => true,
        }
    }
}

impl<'a> Reading<'a> {
    /// Where the file uses the column `column` of the relations that are `wanted`: by its name, also
    /// behind CTEs that pass it on, or by a star that makes it a column of the file.
    #[must_use]
    pub fn uses(&self, wanted: &dyn Fn(&Read<'a>) -> bool, column: &str) -> Uses {
        let is_it = |name: &str| name.eq_ignore_ascii_case(column);
        let mut places = BTreeSet::new();
        let mut is_sure = !self.sql.trees.is_empty();
        for (number, (tree, scopes)) in self.sql.trees.iter().zip(&self.scopes).enumerate() {
            let is_wanted = |relation: RelationId| {
                let input = self.input_of(tree, relation);
                input.is_some_and(|input| wanted(&input.read))
            };
            let references = tree.references.iter().zip(&scopes.references);
            for (reference, resolution) in references {
                let Some(name) = tree.path(reference.path).last() else {
                    continue;
                };
                let means = match *resolution {
                    Resolution::Column(relation, at) => {
                        let inputs = self.inputs_of(number, Spot::Column(relation, at));
                        let mut inputs = inputs.iter();
                        inputs.any(|(from, _, name, copies)| {
                            *copies && is_it(name) && is_wanted(*from)
                        })
                    }
                    Resolution::Presumed(relation) => {
                        let maker = scopes.relation(relation).map(|it| it.maker);
                        let is_outside = matches!(maker, Some(Maker::Outside));
                        let is_named = is_it(&name.text(self.text()));
                        is_sure &= is_outside || !is_named;
                        is_outside && is_named && is_wanted(relation)
                    }
                    Resolution::Unknown => {
                        let is_made = name.kind == NameKind::Made;
                        is_sure &= !is_made && !is_it(&name.text(self.text()));
                        false
                    }
                    Resolution::Item(..)
                    | Resolution::Row(_)
                    | Resolution::NoColumnIn(_)
                    | Resolution::NoColumn(_)
                    | Resolution::NoRelation(_)
                    | Resolution::Ambiguous(..) => false,
                };
                if means {
                    places.insert(name.span);
                }
            }
            for select in tree.select_ids() {
                let relations = tree.select(select).relations.iter();
                let mut using = relations.flat_map(|relation| &relation.using);
                is_sure &= !using.any(|name| is_it(&name.text(self.text())));
            }
        }
        is_sure &= self.outputs().hidden == Hidden::Nothing;
        if let Some((spot @ Spot::Column(..), output)) = self.output(column)
            && let Some(tree) = self.sql.trees.first()
        {
            let inputs = self.inputs_of(0, spot);
            let passed = inputs.iter().any(|(from, _, name, copies)| {
                let input = self.input_of(tree, *from);
                *copies && is_it(name) && input.is_some_and(|input| wanted(&input.read))
            });
            if passed {
                places.insert(output.span);
            }
        }
        if places.is_empty() && !is_sure {
            return Uses::Perhaps;
        }
        Uses::At(places.into_iter().collect())
    }
}
