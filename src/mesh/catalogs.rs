//! Which catalogs tell of the warehouse's columns? dbt writes one into the target folder of a project,
//! and who publishes a manifest may put it beside that.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::manifest::Catalog;
use crate::project::Project;

use super::{Linked, Upstream, link};

/// dbt's name of it.
pub const CATALOG_FILE: &str = "catalog.json";

/// The catalogs at hand, by their paths.
pub(super) type Catalogs = Arc<[(PathBuf, Arc<Catalog>)]>;

/// The paths of those that tell of a project and of what it reads.
pub(super) fn paths<'a>(
    project: &Project,
    upstreams: &'a [Upstream],
) -> impl Iterator<Item = PathBuf> + use<'a> {
    let own = project.is_in_workspace.then(|| own_path(project));
    own.into_iter().chain(upstreams.iter().filter_map(beside))
}

impl Linked {
    /// Where catalogs may lie that tell of the project and of what it reads.
    #[must_use]
    pub fn catalog_paths(&self) -> Vec<PathBuf> {
        paths(&self.project, &self.upstreams).collect()
    }

    /// What dbt found in the warehouse for the project itself.
    pub(super) fn own_catalog(&self) -> Option<&Catalog> {
        self.catalog_at(&own_path(&self.project))
    }

    /// What it found for an upstream.
    pub(super) fn catalog_of(&self, upstream: &Upstream) -> Option<&Catalog> {
        self.catalog_at(&beside(upstream)?)
    }

    fn catalog_at(&self, path: &Path) -> Option<&Catalog> {
        let mut all = self.catalogs.iter();
        all.find(|(at, _)| at == path)
            .map(|(_, catalog)| &**catalog)
    }
}

fn own_path(project: &Project) -> PathBuf {
    let folder = project.definition.target_path.as_deref();
    let folder = project.root.join(folder.unwrap_or("target"));
    link::normalize(&folder.join(CATALOG_FILE))
}

/// Beside a manifest that people have put into a file themselves.
fn beside(upstream: &Upstream) -> Option<PathBuf> {
    let manifest = upstream.local_path()?;
    let path = manifest.with_file_name(CATALOG_FILE);
    (path != manifest).then_some(path)
}
