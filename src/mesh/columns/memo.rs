//! What is known already of columns. It fills itself while one state of the mesh is asked, and is
//! left behind with it.

use std::sync::{Arc, OnceLock};

use crate::mesh::{Linked, Mesh, PackageAt};
use crate::project::NodeId;

use super::Relation;

type Cells = OnceLock<Box<[OnceLock<Arc<Relation>>]>>;

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
        let cells = self.cells(mesh, linked, at.0)?;
        cells.get()?.get(at.1.index())?.get().cloned()
    }

    /// Keeps an answer. Nothing waits for another here: two that work out the same both may.
    pub(super) fn set(
        &self,
        mesh: &Mesh,
        linked: &Linked,
        (package, id): (PackageAt, NodeId),
        relation: Arc<Relation>,
    ) {
        let project = match package {
            PackageAt::Root => Some(&linked.project),
            PackageAt::Package(at) => linked.project.packages.get(at),
        };
        let (Some(project), Some(cells)) = (project, self.cells(mesh, linked, package)) else {
            return;
        };
        let count = project.index.node_count();
        let cells = cells.get_or_init(|| (0..count).map(|_| OnceLock::new()).collect());
        if let Some(cell) = cells.get(id.index()) {
            let _ = cell.set(relation);
        }
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
