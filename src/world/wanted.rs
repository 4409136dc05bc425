//! What has to be read from disk, or watched there, for this world to be whole?

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::mesh::Linked;

use super::World;

impl World {
    /// The manifest files that some project of the workspace reads, or is held against, and whose
    /// state is not known yet; those of the projects of open files come first.
    #[must_use]
    pub fn wanted_manifests(&self) -> Vec<PathBuf> {
        let has_open = |linked: &Arc<Linked>| {
            self.open
                .keys()
                .any(|path| path.starts_with(&linked.project.root))
        };
        let (first, rest): (Vec<_>, Vec<_>) = self
            .workspace_projects()
            .partition(|linked| has_open(linked));
        let all = || first.iter().chain(&rest).copied();
        let read = all().flat_map(|linked| &linked.upstreams);
        let read = read.filter_map(|upstream| upstream.path.as_ref());
        let own = all().filter_map(|linked| self.own_manifest(linked));
        let mut wanted = Vec::new();
        for path in read.chain(own) {
            if !self.slots.contains_key(path) && !wanted.contains(path) {
                wanted.push(path.clone());
            }
        }
        wanted
    }

    /// The manifest in a project's own target folder, where it has something to publish and nobody
    /// at hand reads what it publishes.
    fn own_manifest<'a>(&self, linked: &'a Linked) -> Option<&'a PathBuf> {
        let path = linked.own_path.as_ref()?;
        let name = linked.project.name();
        let upstreams = self.mesh.projects.iter().flat_map(|other| &other.upstreams);
        let mut read = upstreams.filter(|upstream| upstream.path.is_some());
        let is_read = read.any(|upstream| upstream.project_name() == name);
        (!is_read).then_some(path)
    }

    /// Every manifest file that some project reads, to be watched.
    #[must_use]
    pub fn manifest_paths(&self) -> Vec<PathBuf> {
        let upstreams = self
            .workspace_projects()
            .flat_map(|linked| &linked.upstreams);
        let own = self
            .workspace_projects()
            .filter_map(|linked| self.own_manifest(linked));
        let paths: BTreeSet<_> = upstreams
            .filter_map(|upstream| upstream.path.as_ref())
            .chain(own)
            .cloned()
            .collect();
        paths.into_iter().collect()
    }

    /// Folders beside the workspace where a project that others read may lie, not looked at yet:
    /// above the manifest, and next to the reading project by the name of the other.
    #[must_use]
    pub fn wanted_neighbours(&self) -> Vec<PathBuf> {
        let mut wanted = BTreeSet::new();
        for linked in self.workspace_projects() {
            for upstream in &linked.upstreams {
                if self.mesh.working_copy(upstream.project_name()).is_some() {
                    continue;
                }
                let above = upstream
                    .path
                    .iter()
                    .flat_map(|path| path.ancestors().skip(2).take(2));
                let beside = linked
                    .project
                    .root
                    .parent()
                    .map(|parent| parent.join(upstream.project_name()));
                wanted.extend(above.map(Path::to_path_buf).chain(beside));
            }
        }
        wanted
            .retain(|root| self.mesh.at(root).is_none() && !self.missing_neighbours.contains(root));
        wanted.into_iter().collect()
    }

    /// Whether a folder may be a project's that has not been read yet.
    #[must_use]
    pub fn may_be_project(&self, root: &Path) -> bool {
        self.mesh.at(root).is_none() && !self.missing_neighbours.contains(root)
    }
}
