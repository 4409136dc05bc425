//! What has to be read from disk, or watched there, for this world to be whole?

use std::collections::{BTreeSet, HashSet};
use std::ops::Bound::{Included, Unbounded};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::manifest::loom::Origin;
use crate::mesh::{Linked, Upstream};

use super::World;

/// A manifest that has to be fetched.
#[derive(Clone, Debug)]
pub struct RemoteManifest {
    /// The file that keeps it.
    pub path: PathBuf,
    /// Where it is fetched from.
    pub origin: Arc<Origin>,
    /// What the config calls it.
    pub name: Arc<str>,
    /// The origin as the config says, variables as written.
    pub shown: Box<str>,
    /// The folder of the project whose config names it.
    pub root: PathBuf,
    /// That project.
    pub project: Box<str>,
    /// The loom config that names it.
    pub config: PathBuf,
    /// Whether it is known whether one is kept.
    pub is_read: bool,
    /// Whether one is at hand, however old.
    pub is_at_hand: bool,
}

impl World {
    /// The manifest files that some project of the workspace reads, or is held against, and whose
    /// state is not known yet; those of the projects of open files come first.
    #[must_use]
    pub fn wanted_manifests(&self) -> Vec<PathBuf> {
        let (first, rest): (Vec<_>, Vec<_>) = self
            .workspace_projects()
            .partition(|linked| self.has_open_file(&linked.project.root));
        let all = || first.iter().chain(&rest).copied();
        let read = all().flat_map(|linked| &linked.upstreams);
        let read = read.filter_map(|upstream| upstream.path.as_ref());
        let others = self.projects_read();
        let own = all().filter_map(|linked| own_manifest(linked, &others));
        let mut known = HashSet::new();
        read.chain(own)
            .filter(|path| !self.slots.contains_key(*path) && known.insert(*path))
            .cloned()
            .collect()
    }

    /// Whether the editor has a file below a folder open.
    fn has_open_file(&self, folder: &Path) -> bool {
        // In the order of paths what lies in a folder comes right behind it.
        let mut behind = self.open.range::<Path, _>((Included(folder), Unbounded));
        behind
            .next()
            .is_some_and(|(path, _)| path.starts_with(folder))
    }

    /// The catalogs that may tell of projects of the workspace and that nobody has looked for yet.
    #[must_use]
    pub fn wanted_catalogs(&self) -> Vec<PathBuf> {
        let all = self.workspace_projects();
        let paths: BTreeSet<_> = all.flat_map(|linked| linked.catalog_paths()).collect();
        let is_wanted =
            |path: &PathBuf| !self.catalogs.contains_key(path) && !self.slots.contains_key(path);
        paths.into_iter().filter(is_wanted).collect()
    }

    /// The names of the projects whose manifests somebody at hand reads.
    fn projects_read(&self) -> HashSet<&str> {
        let upstreams = self.mesh.projects.iter().flat_map(|other| &other.upstreams);
        let read = upstreams.filter(|upstream| upstream.path.is_some());
        read.map(Upstream::project_name).collect()
    }

    /// The manifests that some project of the workspace reads and that have to be fetched, each
    /// once; those of the projects of open files come first.
    #[must_use]
    pub fn remote_manifests(&self) -> Vec<RemoteManifest> {
        let mut projects: Vec<_> = self.workspace_projects().collect();
        projects.sort_by_cached_key(|linked| !self.has_open_file(&linked.project.root));
        let mut found: Vec<RemoteManifest> = Vec::new();
        for linked in projects {
            for upstream in &linked.upstreams {
                let (Some(entry), Some(origin), Some(path)) =
                    (upstream.entry(), upstream.remote(), &upstream.path)
                else {
                    continue;
                };
                if found.iter().all(|other| other.path != *path) {
                    found.push(RemoteManifest {
                        path: path.clone(),
                        origin: Arc::clone(origin),
                        name: Arc::clone(&entry.name),
                        shown: entry.origin.as_str().into(),
                        root: linked.project.root.clone(),
                        project: linked.project.name().into(),
                        config: linked
                            .loom
                            .as_ref()
                            .map_or_else(PathBuf::new, |loom| loom.path.clone()),
                        is_read: self.slots.contains_key(path),
                        is_at_hand: upstream.manifest.is_some(),
                    });
                }
            }
        }
        found
    }

    /// When the origin of a manifest that is fetched last said that it is right.
    #[must_use]
    pub fn checked_at(&self, manifest: &Path) -> Option<jiff::Timestamp> {
        self.slots.get(manifest)?.checked_at
    }

    /// What is to be watched besides the workspace: manifests, and catalogs where they are or may
    /// come.
    #[must_use]
    pub fn watched_paths(&self) -> Vec<PathBuf> {
        let mut paths = self.manifest_paths();
        paths.extend(self.catalogs.keys().cloned());
        paths
    }

    /// Every manifest file that some project reads.
    #[must_use]
    pub fn manifest_paths(&self) -> Vec<PathBuf> {
        let upstreams = self
            .workspace_projects()
            .flat_map(|linked| &linked.upstreams);
        let others = self.projects_read();
        let own = self
            .workspace_projects()
            .filter_map(|linked| own_manifest(linked, &others));
        let paths: BTreeSet<_> = upstreams
            .filter_map(|upstream| upstream.local_path())
            .chain(own.map(PathBuf::as_path))
            .map(Path::to_path_buf)
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
                    .local_path()
                    .into_iter()
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

/// The manifest in a project's own target folder, where it has something to publish and it is none
/// of those that somebody at hand reads.
fn own_manifest<'a>(linked: &'a Linked, read: &HashSet<&str>) -> Option<&'a PathBuf> {
    let path = linked.own_path.as_ref();
    path.filter(|_| !read.contains(linked.project.name()))
}
