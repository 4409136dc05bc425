//! Do the property files of a project name columns that are there?

use crate::mesh::{Linked, Mesh, PackageAt, Target};
use crate::project::{Node, NodeId};

use super::Relation;
use std::sync::Arc;

impl Linked {
    /// The columns of a resource of the project itself.
    #[must_use]
    pub fn columns_of_node(&self, mesh: &Mesh, id: NodeId, node: &Node) -> Arc<Relation> {
        let target = Target::Local {
            project: &self.project,
            package: PackageAt::Root,
            id,
            node,
        };
        self.columns_of(mesh, &target)
    }
}

impl Relation {
    /// Whether it lacks a column of this name for certain; what is no plain name is an expression.
    #[must_use]
    pub fn lacks(&self, name: &str) -> bool {
        let is_plain = name
            .bytes()
            .all(|it| it.is_ascii_alphanumeric() || it == b'_')
            && !name.is_empty()
            && !name.starts_with(|letter: char| letter.is_ascii_digit());
        let mut columns = self.columns.iter();
        is_plain && self.is_whole && !columns.any(|it| it.name.eq_ignore_ascii_case(name))
    }
}
