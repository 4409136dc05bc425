//! What is known already of columns. It fills itself while a mesh is asked; the mesh that comes
//! next takes over what is the same in it.

use std::sync::{Arc, OnceLock};

use crate::mesh::{Linked, Mesh, PackageAt, Target};
use crate::project::NodeId;

use super::{Read, Reading, Relation, Study};

type Cells = OnceLock<Box<[Cell]>>;

/// What is known of one resource.
#[derive(Clone, Debug, Default)]
struct Cell {
    relation: OnceLock<Arc<Relation>>,
    // In one piece, since each keystroke makes the cells of a project anew.
    study: OnceLock<Arc<(Arc<Study>, Reads)>>,
}

/// The columns of all resources of a mesh, as far as somebody asked.
#[derive(Debug, Default)]
pub struct Memo {
    /// For each project its own resources, then those of its packages.
    projects: OnceLock<Box<[Arc<[Cells]>]>>,
}

/// The resources of the project itself and of its packages that something reads.
#[derive(Debug, Default)]
pub(super) struct Reads(Vec<(PackageAt, NodeId)>);

impl Reads {
    /// With those of one more reading.
    pub(super) fn add(&mut self, reading: &Reading<'_>) {
        let read = reading.inputs().all().iter();
        self.0.extend(read.filter_map(|input| match &input.read {
            Read::Target(Target::Local { package, id, .. }) => Some((*package, *id)),
            Read::Target(Target::WorkingCopy { .. } | Target::Published { .. })
            | Read::Source(_) => None,
        }));
    }
}

/// What became another in a mesh.
#[derive(Clone, Copy, Debug)]
pub struct Changed<'c> {
    /// The place of the project.
    pub project: usize,
    /// Its resources whose own files are others; `None` where anything may be.
    pub nodes: Option<&'c [NodeId]>,
    /// By the places of projects: which of them read that project, themselves or by others.
    pub readers: &'c [bool],
}

impl Memo {
    /// What of this is the same behind a change. Whoever reads the old mesh meanwhile may still
    /// add to it.
    #[must_use]
    pub fn behind(&self, changed: &Changed<'_>) -> Self {
        let Some(projects) = self.projects.get() else {
            return Self::default();
        };
        let nothing = |cells: &Arc<[Cells]>| cells.iter().map(|_| Cells::new()).collect();
        let reads_itself = changed.readers.get(changed.project) == Some(&true);
        let kept = projects.iter().enumerate().map(|(at, cells)| {
            if at == changed.project {
                match changed.nodes.filter(|_| !reads_itself) {
                    Some(nodes) => without(cells, nodes),
                    None => nothing(cells),
                }
            } else if changed.readers.get(at) == Some(&false) {
                Arc::clone(cells)
            } else {
                nothing(cells)
            }
        });
        let kept: Box<[_]> = kept.collect();
        Self {
            projects: kept.into(),
        }
    }

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
        let known = self.known(mesh, linked, at)?.study.get()?;
        Some(Arc::clone(&known.0))
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

    /// Keeps what is to be said of the resource's file, which reads so much.
    pub(super) fn set_study(
        &self,
        mesh: &Mesh,
        linked: &Linked,
        at: (PackageAt, NodeId),
        study: (Arc<Study>, Reads),
    ) {
        if let Some(cell) = self.cell(mesh, linked, at) {
            let _ = cell.study.set(Arc::new(study));
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
        projects.get(at)?.get(place_of(package))
    }
}

fn place_of(package: PackageAt) -> usize {
    match package {
        PackageAt::Root => 0,
        PackageAt::Package(at) => at + 1,
    }
}

/// What is known of the resources of a project, but for some of its own and all that read them.
fn without(cells: &[Cells], changed: &[NodeId]) -> Arc<[Cells]> {
    let count = |cells: &Cells| cells.get().map_or(0, |cells| cells.len());
    let mut is_stale: Vec<Vec<bool>> = cells.iter().map(|it| vec![false; count(it)]).collect();
    for node in changed {
        let own = is_stale.first_mut();
        if let Some(place) = own.and_then(|own| own.get_mut(node.index())) {
            *place = true;
        }
    }
    let is_among = |stale: &[Vec<bool>], (package, node): &(PackageAt, NodeId)| {
        let of_package = stale.get(place_of(*package));
        of_package.and_then(|it| it.get(node.index())) == Some(&true)
    };
    // As often as models stand behind each other.
    loop {
        let mut found = Vec::new();
        for (package, cells) in cells.iter().enumerate() {
            for (at, cell) in cells.get().iter().flat_map(|it| it.iter().enumerate()) {
                let reads = cell.study.get().map_or(&[][..], |known| &known.1.0);
                let is_new = is_stale.get(package).and_then(|it| it.get(at)) == Some(&false);
                if is_new && reads.iter().any(|read| is_among(&is_stale, read)) {
                    found.push((package, at));
                }
            }
        }
        if found.is_empty() {
            break;
        }
        for (package, at) in found {
            if let Some(place) = is_stale.get_mut(package).and_then(|it| it.get_mut(at)) {
                *place = true;
            }
        }
    }
    let kept = cells.iter().zip(&is_stale).map(|(cells, is_stale)| {
        let Some(cells) = cells.get() else {
            return Cells::new();
        };
        let kept = cells.iter().zip(is_stale).map(|(cell, is_stale)| {
            if *is_stale {
                Cell::default()
            } else {
                cell.clone()
            }
        });
        Cells::from(kept.collect::<Box<[_]>>())
    });
    kept.collect()
}
