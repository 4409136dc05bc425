//! Which projects are to be rendered, and is somebody at it? One thread renders at a time, on a
//! snapshot, while typing goes on; what it finds comes back as an event.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::background::Background;
use super::event::{Event, Events};
use crate::world::{Change, Snapshot};

/// What is to be rendered.
#[derive(Default)]
pub(super) struct Rendering {
    roots: BTreeSet<PathBuf>,
    is_everything_wanted: bool,
    is_running: bool,
}

impl Rendering {
    /// Remembers what a change may make different.
    pub(super) fn changed(&mut self, world: &Snapshot, change: &Change) {
        let path = match change {
            Change::Project(project) => {
                self.roots.insert(project.root.clone());
                return;
            }
            Change::Profiles { root, .. } => {
                self.roots.insert(root.clone());
                return;
            }
            Change::Settings(_) | Change::Environment(_) => {
                self.is_everything_wanted = true;
                return;
            }
            Change::FilesOnDisk(files) => {
                let paths = files.iter().map(|(path, _)| path);
                return paths.for_each(|path| self.file_changed(world, path));
            }
            Change::FileInEditor { path, .. } | Change::FileClosed { path, .. } => path,
            Change::Neighbour(_)
            | Change::NoNeighbour(_)
            | Change::ProjectRemoved(_)
            | Change::Rendered(..)
            | Change::Manifest { .. }
            | Change::Missing(_)
            | Change::Catalog { .. }
            | Change::Checked { .. }
            | Change::Cache(_)
            | Change::Rest
            | Change::Now(_)
            | Change::Folders(_) => return,
        };
        self.file_changed(world, path);
    }

    fn file_changed(&mut self, world: &Snapshot, path: &Path) {
        if let Some((linked, _)) = world.locate(path) {
            self.roots.insert(linked.project.root.clone());
        }
    }

    /// Renders what is wanted, unless somebody is at it.
    pub(super) fn start(&mut self, world: &Snapshot, events: &Events, background: &Background) {
        let is_wanted = self.is_everything_wanted || !self.roots.is_empty();
        if self.is_running || !is_wanted {
            return;
        }
        let roots = std::mem::take(&mut self.roots);
        let roots = (!std::mem::take(&mut self.is_everything_wanted)).then_some(roots);
        self.is_running = true;
        let (world, events) = (Arc::clone(world), events.clone());
        background.run(move || {
            let _ = events.send(Event::Rendered(world.renders(roots.as_ref())));
        });
    }

    /// A render is over.
    pub(super) fn finished(&mut self) {
        self.is_running = false;
    }
}
