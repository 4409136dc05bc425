//! What did dbt find in the warehouse? A catalog tells the columns of what nobody describes: tables
//! of sources, models whose SELECT is not understood, what a snapshot adds.
//!
//! It may be old. A source's table has no file that says more, so its columns are taken for all of
//! them, never for certain; what a model has today only its SELECT says, so nothing is called wrong
//! by the catalog there.

use std::sync::Arc;

use crate::manifest::CatalogColumn;
use crate::mesh::{Linked, SourceTarget, Target};
use crate::project::{Node, Project};
use crate::syntax::sql::{DataType, OutsideColumn};

use super::{Basis, Read, Reading, Relation, Types};

impl Reading<'_> {
    /// Whether the file makes columns by a star over what only a catalog knows.
    pub(super) fn passes_on_catalog(&self) -> bool {
        if !self.inputs().any_is(Basis::Catalog) {
            return false;
        }
        let mut trees = self.sql.trees.iter().zip(&self.scopes);
        trees.any(|(tree, scopes)| {
            let Some(root) = tree.root else { return false };
            let columns = scopes.queries.get(root.index());
            let count = columns.map_or(0, |columns| columns.names.len());
            let mut all = (0..count).flat_map(|at| scopes.inputs(tree, root, at));
            all.any(|input| {
                let read = self.input_of(tree, input.relation);
                input.reference.is_none()
                    && read.is_some_and(|read| read.relation.basis == Basis::Catalog)
            })
        })
    }
}

impl Linked {
    /// What the warehouse had as the columns of what a tag reads.
    pub(super) fn in_warehouse(&self, read: &Read<'_>) -> Vec<CatalogColumn> {
        match read {
            Read::Source(target) => self.source_in_warehouse(target),
            Read::Target(Target::Local { project, node, .. }) => {
                self.node_in_warehouse(project, node)
            }
            Read::Target(Target::WorkingCopy { linked, node, .. }) => {
                linked.node_in_warehouse(&linked.project, node)
            }
            Read::Target(Target::Published { upstream, node }) => {
                let catalog = self.catalog_of(upstream);
                catalog.map_or_else(Vec::new, |it| it.columns(node.unique_id()))
            }
        }
    }

    fn node_in_warehouse(&self, project: &Project, node: &Node) -> Vec<CatalogColumn> {
        let catalog = self.own_catalog();
        catalog.map_or_else(Vec::new, |it| it.columns(&node.unique_id(project.name())))
    }

    fn source_in_warehouse(&self, target: &SourceTarget<'_>) -> Vec<CatalogColumn> {
        let catalog = self.own_catalog();
        catalog.map_or_else(Vec::new, |it| {
            it.columns(&target.table.unique_id(target.project.name()))
        })
    }

    /// The columns of a source's table: what is documented, and what the warehouse had.
    pub(super) fn source_relation(
        &self,
        target: &SourceTarget<'_>,
        documented: Relation,
    ) -> Relation {
        let found = self.source_in_warehouse(target);
        if found.is_empty() {
            return documented;
        }
        let all = self.with_found(&documented, &[], &found, true);
        Relation {
            is_whole: true,
            ..all
        }
    }

    /// The columns of a resource, with those that the warehouse had where not all are known.
    pub(super) fn local_relation(
        &self,
        (project, node): (&Project, &Node),
        known: Arc<Relation>,
    ) -> Arc<Relation> {
        if known.is_whole {
            return known;
        }
        let found = self.node_in_warehouse(project, node);
        if found.is_empty() {
            return known;
        }
        let types = known.types.get().cloned().unwrap_or_default();
        Arc::new(self.with_found(&known, &types, &found, false))
    }

    /// The same of what another project has published.
    pub(super) fn published_relation(&self, target: &Target<'_>, known: Relation) -> Relation {
        if known.is_whole {
            return known;
        }
        let found = self.in_warehouse(&Read::Target(*target));
        if found.is_empty() {
            return known;
        }
        let types = known.types.get().cloned().unwrap_or_default();
        self.with_found(&known, &types, &found, false)
    }

    /// What is known, and what the warehouse had besides; its order and letters where it `leads`.
    fn with_found(
        &self,
        known: &Relation,
        types: &[Option<DataType>],
        found: &[CatalogColumn],
        leads: bool,
    ) -> Relation {
        let is_same = |a: &str, b: &str| a.eq_ignore_ascii_case(b);
        let known = known.columns.iter().enumerate();
        let known = known.filter(|(_, known)| {
            !leads
                || !found
                    .iter()
                    .any(|column| is_same(&column.name, &known.name))
        });
        let known: Vec<_> = known
            .map(|(at, column)| (column.clone(), types.get(at).copied().flatten()))
            .collect();
        let new = found.iter().filter(|column| {
            let mut known = known.iter();
            !known.any(|(known, _)| is_same(&known.name, &column.name))
        });
        let new: Vec<_> = new
            .map(|column| {
                let name = OutsideColumn {
                    name: (&*column.name).into(),
                    is_quoted: true,
                };
                (name, DataType::read(&column.data_type, self.dialect()))
            })
            .collect();
        let all = if leads { [new, known] } else { [known, new] };
        let (columns, types): (Vec<_>, Vec<_>) = all.concat().into_iter().unzip();
        Relation {
            columns: columns.into(),
            is_whole: false,
            basis: Basis::Catalog,
            is_certain: false,
            types: Types::from(types).into(),
        }
    }

    /// The type that the warehouse had of a column.
    pub(super) fn type_in_warehouse(&self, read: &Read<'_>, name: &str) -> Option<String> {
        let columns = self.in_warehouse(read).into_iter();
        let mut named = columns.filter(|column| column.name.eq_ignore_ascii_case(name));
        let found = named.next().filter(|column| !column.data_type.is_empty())?;
        Some(found.data_type.to_lowercase())
    }
}
