//! Which data types do the columns of a relation have, as far as they are certain?

use std::sync::Arc;

use crate::dbt::{Maybe, Value};
use crate::manifest;
use crate::mesh::{Linked, Target};
use crate::project::{Node, Project};
use crate::syntax::sql::{DataType, Dialect, RelationId, types_of};

use super::{Basis, Read, Reading, Relation, nested};

/// The types of the columns of a relation, in their order.
pub type Types = Arc<[Option<DataType>]>;

impl Linked {
    /// The types of the columns that a file of SQL makes, in their order.
    #[must_use]
    pub fn types_of_file(&self, reading: &Reading<'_>) -> Vec<Option<DataType>> {
        let mut found: Option<Vec<Option<DataType>>> = None;
        for (tree, scopes) in reading.sql.trees.iter().zip(&reading.scopes) {
            let Some(root) = tree.root else { continue };
            let outside = |id: RelationId, column: usize| {
                let input = reading.input_of(tree, id)?;
                let types = self.types_of_input(&input.read, &input.relation);
                types.get(column).copied().flatten()
            };
            let types = types_of(reading.text(), tree, scopes, root, &outside);
            found = Some(match found {
                None => types,
                Some(first) => {
                    let pairs = first.iter().zip(&types);
                    pairs.map(|(a, b)| a.filter(|_| a == b)).collect()
                }
            });
        }
        found.unwrap_or_default()
    }

    /// The types of the columns of what a tag reads, in the order of its relation.
    #[must_use]
    pub fn types_of_input(&self, read: &Read<'_>, relation: &Relation) -> Types {
        let types = relation.types.get_or_init(|| match read {
            Read::Target(Target::Published { node, .. }) => {
                published(node, relation, self.dialect()).into()
            }
            Read::Target(Target::Local { project, node, .. }) => {
                of_node(project, node, relation, self.dialect()).into()
            }
            Read::Target(Target::WorkingCopy { linked, node, .. }) => {
                of_node(&linked.project, node, relation, linked.dialect()).into()
            }
            Read::Source(_) => Types::default(),
        });
        Arc::clone(types)
    }
}

fn of_node(
    project: &Project,
    node: &Node,
    relation: &Relation,
    dialect: Dialect,
) -> Vec<Option<DataType>> {
    match relation.basis {
        // The reading that has found the columns of a SELECT has said their types.
        Basis::Documents | Basis::Select | Basis::Expanded | Basis::Catalog => Vec::new(),
        Basis::Contract => {
            let columns = project.columns_of(node).into_iter();
            of_contract(columns.map(|it| (it.name(), it.data_type())), dialect)
        }
        Basis::Header => of_seed(project, node, relation, dialect),
    }
}

fn published(
    node: &manifest::Node<'_>,
    relation: &Relation,
    dialect: Dialect,
) -> Vec<Option<DataType>> {
    if relation.basis != Basis::Contract {
        return Vec::new();
    }
    let columns = node.columns();
    of_contract(columns.map(|it| (it.name(), it.data_type())), dialect)
}

/// The types that a contract gives to the columns that it makes.
fn of_contract<'c>(
    columns: impl Iterator<Item = (&'c str, Option<&'c str>)>,
    dialect: Dialect,
) -> Vec<Option<DataType>> {
    let columns = nested::roots(columns, dialect).into_iter();
    columns
        .map(|(_, written)| DataType::read(written.flatten()?, dialect))
        .collect()
}

/// The types that `column_types` gives to columns of a seed; those of others hang on the data.
fn of_seed(
    project: &Project,
    node: &Node,
    relation: &Relation,
    dialect: Dialect,
) -> Vec<Option<DataType>> {
    let Some((Maybe::Known(given), _)) = project.configured(node, "column_types") else {
        return Vec::new();
    };
    let names = relation.columns.iter();
    names
        .map(|column| match given.get(&column.name)? {
            Value::Text(text) => DataType::read(text, dialect),
            Value::Null
            | Value::Bool(_)
            | Value::Int(_)
            | Value::Float(_)
            | Value::List(_)
            | Value::Map(_)
            | Value::Jinja(_)
            | Value::Unknown => None,
        })
        .collect()
}
