//! What is known already of columns. It fills itself while one state of the mesh is asked, and is
//! left behind with it.

use std::sync::{Arc, OnceLock};

use crate::mesh::{Linked, Mesh, PackageAt};
use crate::project::NodeId;

use super::{Relation, Study};

type Cells = OnceLock<Box<[Cell]>>;

/// What is known of one resource.
#[derive(Debug, Default)]
struct Cell {
    relation: OnceLock<Arc<Relation>>,
    study: OnceLock<Arc<Study>>,
}

/// The columns of all resources of a mesh, as far as somebody asked.
#[derive(Debug, Default)]
pub struct Memo {
    /// For each project its own resources, then those of its packages.
    projects: OnceLock<Box<[Box<[Cells]>]>>,
}

impl Memo {
    pub(super) fn get(
        &self,
        mesh: &Mesh,
        linked: &Linked,
        at: (PackageAt, NodeId),
    ) -> Option<Arc<Relation>> {
        self.known(mesh, linked, at)?.relation.get().cloned()
    }

    pub(super) fn study(
        &self,
        mesh: &Mesh,
        linked: &Linked,
        at: (PackageAt, NodeId),
    ) -> Option<Arc<Study>> {
        self.known(mesh, linked, at)?.study.get().cloned()
    }

    /// Keeps an answer. Nothing waits for another here: two that work out the same both may.
    pub(super) fn set(
        &self,
        mesh: &Mesh,
        linked: &Linked,
        at: (PackageAt, NodeId),
        relation: Arc<Relation>,
    ) {
        if let Some(cell) = self.cell(mesh, linked, at) {
            let _ = cell.relation.set(relation);
        }
    }

    /// Keeps what is to be said of the resource's file.
    pub(super) fn set_study(
        &self,
        mesh: &Mesh,
        linked: &Linked,
        at: (PackageAt, NodeId),
        study: Arc<Study>,
    ) {
        if let Some(cell) = self.cell(mesh, linked, at) {
            let _ = cell.study.set(study);
        }
    }

    fn known(&self, mesh: &Mesh, linked: &Linked, at: (PackageAt, NodeId)) -> Option<&Cell> {
        self.cells(mesh, linked, at.0)?.get()?.get(at.1.index())
    }

    /// The resource's cell, with those of its project made where there are none yet.
    fn cell(
        &self,
        mesh: &Mesh,
        linked: &Linked,
        (package, id): (PackageAt, NodeId),
    ) -> Option<&Cell> {
        let project = match package {
            PackageAt::Root => Some(&linked.project),
            PackageAt::Package(at) => linked.project.packages.get(at),
        };
        let count = project?.index.node_count();
        let cells = self.cells(mesh, linked, package)?;
        let cells = cells.get_or_init(|| (0..count).map(|_| Cell::default()).collect());
        cells.get(id.index())
    }

    fn cells(&self, mesh: &Mesh, linked: &Linked, package: PackageAt) -> Option<&Cells> {
        let empty = |linked: &Arc<Linked>| {
            let count = linked.project.packages.len() + 1;
            (0..count).map(|_| Cells::new()).collect()
        };
        let all = || mesh.projects.iter().map(empty).collect();
        let projects = self.projects.get_or_init(all);
        let at = mesh.position(&linked.project.root)?;
        let package = match package {
            PackageAt::Root => 0,
            PackageAt::Package(at) => at + 1,
        };
        projects.get(at)?.get(package)
    }
}
