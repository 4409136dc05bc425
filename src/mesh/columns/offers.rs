//! Which columns can a name at a place become, and what is known of each?

use std::collections::HashSet;

use crate::mesh::{Linked, Target};
use crate::syntax::sql::{
    DataType, Extent, ItemKind, Maker, Name, RelationId, Scopes, SelectId, Tree, type_of,
    type_of_column,
};

use super::reading::Inputs;
use super::{Input, Read, Spot};

/// A column that can be named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What the SQL calls the relation that has it.
    pub relation: String,
    /// Its type.
    pub data_type: Option<String>,
    /// Its description as written.
    pub description: String,
    /// The model or table that it comes from, where it is passed on.
    pub from: Option<String>,
}

/// A tree with the columns of what it reads.
pub struct Offers<'a, 't> {
    linked: &'a Linked,
    inputs: &'t Inputs<'a>,
    tree: &'t Tree,
    scopes: Scopes,
}

impl<'a, 't> Offers<'a, 't> {
    /// Resolves a tree of the text of `inputs`.
    #[must_use]
    pub fn of(linked: &'a Linked, inputs: &'t Inputs<'a>, tree: &'t Tree) -> Self {
        let scopes = inputs.resolve(tree);
        Self {
            linked,
            inputs,
            tree,
            scopes,
        }
    }

    /// The columns of the relation that `qualifier` names.
    #[must_use]
    pub fn behind(&self, select: SelectId, qualifier: &[Name]) -> Vec<Column> {
        let Some(name) = qualifier.last() else {
            return Vec::new();
        };
        let wanted = name.folded(self.inputs.text(), self.tree.dialect);
        let is_it = |id: &RelationId| {
            let called = self.called(*id);
            let folded = self.tree.dialect.folded(&called, false);
            !called.is_empty() && Some(&folded) == wanted.as_ref()
        };
        let mut at = Some(select);
        // As deep as selects can stand in each other.
        for _ in 0..256 {
            let Some(select) = at else { break };
            if let Some(relation) = self.relations(select).find(is_it) {
                return self.columns(relation);
            }
            let query = self.tree.select(select).query;
            at = query.and_then(|query| self.tree.query(query).within);
        }
        Vec::new()
    }

    /// The columns that can be named without a qualifier, and the names of the relations.
    #[must_use]
    pub fn seen(&self, select: SelectId) -> (Vec<Column>, Vec<String>) {
        let mut columns = Vec::new();
        let mut names = Vec::new();
        for relation in self.relations(select) {
            columns.extend(self.columns(relation));
            let called = self.called(relation);
            if !called.is_empty() {
                names.push(called);
            }
        }
        (columns, names)
    }

    /// What is known of a column.
    #[must_use]
    pub fn at(&self, spot: Spot) -> Option<Column> {
        match spot {
            Spot::Column(id, at) => {
                let name = self.scopes.relation(id)?.columns.names.get(at).copied()??;
                let relation = self.called(id);
                Some(self.column(id, at, self.scopes.text(name), &relation))
            }
            Spot::Item(select, item) => {
                let items = &self.tree.select(select).items;
                let ItemKind::Column { value, .. } = items.get(item)?.kind else {
                    return None;
                };
                let outside = |id: RelationId, column: usize| self.outside_type(id, column);
                let text = self.inputs.text();
                let kind = type_of(text, self.tree, &self.scopes, value?, &outside);
                Some(Column {
                    name: String::new(),
                    relation: String::new(),
                    data_type: kind.map(|kind| kind.to_string()),
                    description: String::new(),
                    from: None,
                })
            }
            Spot::Presumed(_) => None,
        }
    }

    fn relations(&self, select: SelectId) -> impl Iterator<Item = RelationId> + use<'_> {
        let count = self.scopes.relations(select).len();
        (0..count).map(move |relation| RelationId { select, relation })
    }

    fn called(&self, id: RelationId) -> String {
        self.inputs.called(self.tree, &self.scopes, id)
    }

    fn columns(&self, id: RelationId) -> Vec<Column> {
        let Some(visible) = self.scopes.relation(id) else {
            return Vec::new();
        };
        let relation = self.called(id);
        let mut seen = HashSet::new();
        let mut found = Vec::new();
        for (at, name) in visible.columns.names.iter().enumerate() {
            let Some(name) = name else { continue };
            let name = self.scopes.text(*name);
            if seen.insert(name.to_lowercase()) {
                found.push(self.column(id, at, name, &relation));
            }
        }
        // What is known of a relation that may have more.
        let open = match (visible.maker, visible.columns.extent) {
            (Maker::Outside, Extent::Open { .. }) => Some(id),
            (_, Extent::Open { by, is_only: true }) => Some(by),
            (_, Extent::Open { .. } | Extent::Closed | Extent::Unknown(_)) => None,
        };
        if let Some(input) = open.and_then(|open| self.inputs.input_of(self.tree, open)) {
            for (at, column) in input.relation.columns.iter().enumerate() {
                if seen.insert(column.name.to_lowercase()) {
                    let known = self.known(input, at, &column.name);
                    found.push(Column {
                        name: column.name.to_string(),
                        relation: relation.clone(),
                        ..known
                    });
                }
            }
        }
        found
    }

    fn column(&self, id: RelationId, at: usize, name: &str, relation: &str) -> Column {
        let outside = |id: RelationId, column: usize| self.outside_type(id, column);
        let (text, tree) = (self.inputs.text(), self.tree);
        let kind = type_of_column(text, tree, &self.scopes, (id, at), &outside);
        let origin = match self.scopes.relation(id).map(|it| it.maker) {
            Some(Maker::Outside) => Some((id, at)),
            Some(Maker::Query(query)) => match self.scopes.inputs(tree, query, at).as_slice() {
                [only] if only.is_copy => only.column.map(|column| (only.relation, column)),
                _ => None,
            },
            Some(Maker::Itself) | None => None,
        };
        let known = origin.and_then(|(id, at)| {
            let input = self.inputs.input_of(tree, id)?;
            let column = input.relation.columns.get(at)?;
            Some(self.known(input, at, &column.name))
        });
        let known = known.unwrap_or_else(|| Column {
            name: String::new(),
            relation: String::new(),
            data_type: None,
            description: String::new(),
            from: None,
        });
        Column {
            name: name.to_owned(),
            relation: relation.to_owned(),
            data_type: known
                .data_type
                .or_else(|| kind.map(|kind: DataType| kind.to_string())),
            ..known
        }
    }

    fn outside_type(&self, id: RelationId, column: usize) -> Option<DataType> {
        let input = self.inputs.input_of(self.tree, id)?;
        let types = self.linked.types_of_input(&input.read, &input.relation);
        types.get(column).copied().flatten()
    }

    /// What is documented of a column of an input, or worked out.
    fn known(&self, input: &Input<'_>, at: usize, name: &str) -> Column {
        let (written, description) = written_of(&input.read, name);
        let worked_out = || {
            let (read, relation) = (&input.read, &input.relation);
            let types = self.linked.types_of_input(read, relation);
            types.get(at).copied().flatten().map(|it| it.to_string())
        };
        Column {
            name: name.to_owned(),
            relation: String::new(),
            data_type: written
                .or_else(worked_out)
                .or_else(|| self.linked.type_in_warehouse(&input.read, name)),
            description,
            from: Some(input.read.full_name()),
        }
    }
}

/// The type and description that are written of a column.
#[must_use]
pub fn written_of(read: &Read<'_>, name: &str) -> (Option<String>, String) {
    let own = |column: &crate::project::Column| {
        let kind = column.data_type().map(ToOwned::to_owned);
        (kind, column.description().to_owned())
    };
    let is_it = |column: &&crate::project::Column| column.name().eq_ignore_ascii_case(name);
    match read {
        Read::Target(Target::Local { project, node, .. }) => {
            let mut columns = project.columns_of(node).into_iter();
            columns.find(|it| is_it(it)).map(own)
        }
        Read::Target(Target::WorkingCopy { linked, node, .. }) => {
            let mut columns = linked.project.columns_of(node).into_iter();
            columns.find(|it| is_it(it)).map(own)
        }
        Read::Target(Target::Published { node, .. }) => node.column(name).map(|column| {
            let kind = column.data_type().map(ToOwned::to_owned);
            (kind, column.description().to_owned())
        }),
        Read::Source(source) => {
            let mut columns = source.project.columns_of_table(source.table).iter();
            columns.find(|it| is_it(it)).map(own)
        }
    }
    .unwrap_or_default()
}
