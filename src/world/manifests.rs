//! What becomes of the world when a manifest was read, fetched, or could not be had?

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::manifest::{Catalog, Manifest, ManifestFailure};
use crate::mesh::Linked;

use super::World;

impl World {
    /// A manifest was read or fetched, or could not be: the last good one stays.
    pub(super) fn set_manifest(
        &mut self,
        path: &Path,
        outcome: Result<Arc<Manifest>, ManifestFailure>,
    ) {
        let slot = Arc::make_mut(&mut self.slots)
            .entry(path.to_path_buf())
            .or_default();
        match outcome {
            Ok(manifest) => {
                slot.manifest = Some(manifest);
                slot.failure = None;
            }
            Err(failure) => slot.failure = Some(failure),
        }
        self.link_readers_of_manifest(path);
    }

    /// A catalog was read, or could not be: one that dbt is writing, or that is broken, changes
    /// nothing, for all that it tells is known in other ways, or is not known.
    pub(super) fn set_catalog(
        &mut self,
        path: &Path,
        outcome: Result<Arc<Catalog>, ManifestFailure>,
    ) {
        let catalogs = Arc::make_mut(&mut self.catalogs);
        let slot = catalogs.entry(path.to_path_buf()).or_default();
        let had_one = slot.is_some();
        match outcome {
            Ok(catalog) => *slot = Some(catalog),
            Err(ManifestFailure::Missing) if had_one => *slot = None,
            Err(_) => return,
        }
        let reads = |linked: &&Arc<Linked>| linked.catalog_paths().iter().any(|it| it == path);
        let readers = self.mesh.projects.iter().filter(reads);
        let readers: Vec<_> = readers.map(|linked| Arc::clone(&linked.project)).collect();
        for project in readers {
            self.link(&project);
        }
    }

    /// The same of many that are not there; whoever reads some of them is linked once.
    pub(super) fn set_missing(&mut self, paths: &[PathBuf]) {
        let slots = Arc::make_mut(&mut self.slots);
        for path in paths {
            slots.entry(path.clone()).or_default().failure = Some(ManifestFailure::Missing);
        }
        let is_missing =
            |path: &Option<PathBuf>| path.as_ref().is_some_and(|it| paths.contains(it));
        let reads = |linked: &&Arc<Linked>| {
            linked
                .upstreams
                .iter()
                .any(|upstream| is_missing(&upstream.path))
        };
        let readers = self.mesh.projects.iter().filter(reads);
        let readers: Vec<_> = readers.map(|linked| Arc::clone(&linked.project)).collect();
        for project in readers {
            self.link(&project);
        }
    }

    /// What is at hand is right, whatever was wrong before.
    pub(super) fn set_checked(&mut self, path: &Path, at: jiff::Timestamp) {
        let slot = Arc::make_mut(&mut self.slots)
            .entry(path.to_path_buf())
            .or_default();
        slot.checked_at = Some(at);
        if slot.manifest.is_some() && slot.failure.take().is_some() {
            self.link_readers_of_manifest(path);
        }
    }

    fn link_readers_of_manifest(&mut self, path: &Path) {
        let Some(slot) = self.slots.get(path) else {
            return;
        };
        let project = slot.manifest.as_ref().and_then(|it| it.project_name());
        let project = project.map(ToOwned::to_owned);
        // Its own project, too, which is held against what it has published.
        let reads = |linked: &&Arc<Linked>| {
            let mut upstreams = linked.upstreams.iter();
            upstreams.any(|upstream| upstream.path.as_deref() == Some(path))
                || linked.own_path.as_deref() == Some(path)
                || project.as_deref() == Some(linked.project.name())
        };
        let readers = self.mesh.projects.iter().filter(reads);
        let readers: Vec<_> = readers.map(|linked| Arc::clone(&linked.project)).collect();
        for project in readers {
            self.link(&project);
        }
    }
}
