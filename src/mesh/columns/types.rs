//! Which data types do the columns of a relation have, as far as they are certain?

use std::sync::Arc;

use crate::dbt::{Maybe, Value};
use crate::manifest;
use crate::mesh::{Linked, Mesh, PackageAt, Target};
use crate::project::{Node, NodeId, Project};
use crate::syntax::sql::{DataType, Dialect, RelationId, types_of};

use super::{Basis, Chain, Read, Reading, Relation};

/// The types of the columns of a relation, in their order.
pub type Types = Arc<[Option<DataType>]>;

impl Linked {
    /// The types of the columns that a file of SQL makes, in their order.
    #[must_use]
    pub fn types_of_file(&self, mesh: &Mesh, reading: &Reading<'_>) -> Vec<Option<DataType>> {
        self.types_below(mesh, reading, None)
    }

    /// The types of the columns of what a tag reads, in the order of its relation.
    #[must_use]
    pub fn types_of_input(&self, mesh: &Mesh, read: &Read<'_>, relation: &Relation) -> Types {
        self.types_of_read(mesh, read, relation, None)
    }

    fn types_below(
        &self,
        mesh: &Mesh,
        reading: &Reading<'_>,
        chain: Option<&Chain<'_>>,
    ) -> Vec<Option<DataType>> {
        let mut found: Option<Vec<Option<DataType>>> = None;
        for (tree, scopes) in reading.sql.trees.iter().zip(&reading.scopes) {
            let Some(root) = tree.root else { continue };
            let outside = |id: RelationId, column: usize| {
                let input = reading.input_of(tree, id)?;
                let types = self.types_of_read(mesh, &input.read, &input.relation, chain);
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

    fn types_of_read(
        &self,
        mesh: &Mesh,
        read: &Read<'_>,
        relation: &Relation,
        chain: Option<&Chain<'_>>,
    ) -> Types {
        if let Some(known) = relation.types.get() {
            return Arc::clone(known);
        }
        let Read::Target(target) = read else {
            return Types::default();
        };
        let types = match target {
            Target::Published { node, .. } => published(node, relation, self.dialect()),
            Target::Local {
                project,
                package,
                id,
                node,
            } => self.types_of_node(mesh, (project, *package), (*id, node), relation, chain),
            Target::WorkingCopy { linked, id, node } => {
                let at = (&linked.project, PackageAt::Root);
                linked.types_of_node(mesh, at, (*id, node), relation, chain)
            }
        };
        let types: Types = types.into();
        let _ = relation.types.set(Arc::clone(&types));
        types
    }

    fn types_of_node(
        &self,
        mesh: &Mesh,
        (project, package): (&Arc<Project>, PackageAt),
        (id, node): (NodeId, &Node),
        relation: &Relation,
        chain: Option<&Chain<'_>>,
    ) -> Vec<Option<DataType>> {
        match relation.basis {
            Basis::Documents => Vec::new(),
            Basis::Contract => {
                let columns = project.columns_of(node).into_iter();
                let read = |text: &str| DataType::read(text, self.dialect());
                columns.map(|column| read(column.data_type()?)).collect()
            }
            Basis::Header => of_seed(project, node, relation, self.dialect()),
            Basis::Select => {
                let Some(here) = Chain::below(project, id, chain) else {
                    return Vec::new();
                };
                let file = &node.origin.file;
                let reading = self.read_below(mesh, project, package, file, &here);
                reading.map_or_else(Vec::new, |reading| {
                    self.types_below(mesh, &reading, Some(&here))
                })
            }
        }
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
    let read = |text: &str| DataType::read(text, dialect);
    columns.map(|column| read(column.data_type()?)).collect()
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
