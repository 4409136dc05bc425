//! What has to be read from disk, or watched there, for this world to be whole?

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::mesh::Linked;

use super::World;

impl World {
    /// The manifest files that some project of the workspace reads and whose state is not known
    /// yet; those of the projects of open files come first.
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
        let mut wanted = Vec::new();
        for upstream in first
            .iter()
            .chain(&rest)
            .flat_map(|linked| &linked.upstreams)
        {
            let Some(path) = &upstream.path else { continue };
            if !self.slots.contains_key(path) && !wanted.contains(path) {
                wanted.push(path.clone());
            }
        }
        wanted
    }

    /// Every manifest file that some project reads, to be watched.
    #[must_use]
    pub fn manifest_paths(&self) -> Vec<PathBuf> {
        let upstreams = self
            .workspace_projects()
            .flat_map(|linked| &linked.upstreams);
        let paths: BTreeSet<_> = upstreams
            .filter_map(|upstream| upstream.path.clone())
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
