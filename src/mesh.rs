//! What does a ref mean? Projects and manifests, linked; [`resolve`] is the one judge.
//!
//! Linking gives each project its upstreams: the manifests that its loom config names, and the
//! projects that its dependencies.yml names. No table of all names is built: a look-up asks the
//! project's own index and the few manifests that it reads, so that a change costs what it
//! touches.

mod access;
mod catalogs;
pub mod columns;
mod cycles;
mod declared;
mod doc;
mod link;
mod names;
mod offers;
mod published;
mod reader;
mod resolve;
mod source;
mod target;

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use crate::manifest::loom::{Entry, LoomConfig, Origin};
use crate::manifest::{Manifest, ManifestFailure};
use crate::project::Project;
use crate::syntax::sql::Dialect;

pub use catalogs::CATALOG_FILE;
use catalogs::Catalogs;
pub use cycles::{Cycle, cycles};
pub use declared::{DeclaredResolution, DeclaredTarget, resolve_declared};
pub use doc::{DocResolution, DocTarget, resolve_doc};
pub use link::{LinkInput, Slot, has_path, link, local_path, loom_config_paths, normalize, scheme};
pub use offers::Offer;
pub use published::{EntryLeft, Gone, is_promise};
pub use reader::Reader;
pub use resolve::{MissingVersion, NotFound, Resolution, resolve};
pub use source::{NoTable, SourceResolution, SourceTarget, resolve_source};
pub use target::{PackageAt, Referrer, Target};

/// All projects with what they read.
#[derive(Clone, Default)]
pub struct Mesh {
    /// In the order of their roots.
    pub projects: Vec<Arc<Linked>>,
    /// The columns of their resources; worked out when first asked for.
    pub memo: Arc<columns::Memo>,
}

/// A project with what it reads.
#[derive(Clone)]
pub struct Linked {
    /// The project.
    pub project: Arc<Project>,
    /// Its loom config.
    pub loom: Option<Loom>,
    /// What it reads, in the order of the loom config, then of dependencies.yml.
    pub upstreams: Vec<Upstream>,
    /// Two links of one project with the same number mean the same.
    pub serial: u64,
    /// Where dbt writes its own manifest, where others may read it.
    pub own_path: Option<PathBuf>,
    /// That manifest.
    pub own: Option<Arc<Manifest>>,
    /// What dbt found in the warehouse, for itself and for what it reads.
    catalogs: Catalogs,
    /// See [`Linked::cycles`]; worked out when first asked for.
    cycles: OnceLock<Arc<[Cycle]>>,
    /// See [`Linked::gone`]; worked out when first asked for.
    gone: OnceLock<(Arc<Manifest>, Arc<[Gone]>)>,
    /// The dialect of its SQL.
    dialect: Dialect,
}

/// A loom config that a project uses.
#[derive(Clone)]
pub struct Loom {
    /// Absolute path of the file.
    pub path: PathBuf,
    /// Its text, for places in it.
    pub text: Arc<str>,
    /// What it says.
    pub config: Arc<LoomConfig>,
    /// Whether dbt-loom would look for a file of this name.
    pub is_rightly_named: bool,
}

/// Something that a project reads.
#[derive(Clone)]
pub struct Upstream {
    /// Who names it.
    pub named_by: NamedBy,
    /// The file of this disk that its manifest is read from: the one that is named, or the one
    /// that keeps what was fetched.
    pub path: Option<PathBuf>,
    /// How far we are with it.
    pub state: UpstreamState,
    /// The last good manifest, also where a newer one could not be read.
    pub manifest: Option<Arc<Manifest>>,
}

/// Who names an upstream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NamedBy {
    /// This entry of the loom config.
    Loom(Arc<Entry>),
    /// dependencies.yml, by this project name; the index of it there.
    Dependencies(Arc<str>, usize),
}

/// How far we are with a manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UpstreamState {
    /// It is being read for the first time.
    Loading,
    /// It is at hand.
    Loaded,
    /// It cannot be had; an older one may still be in use.
    Failed(ManifestFailure),
    /// It does not exist, and the loom config says that this is fine.
    Absent,
    /// It is kept somewhere that is not asked.
    NotFetched,
    /// It has no manifest; the project's working copy stands for it.
    WorkingCopy,
}

impl Upstream {
    /// The loom config's entry of it.
    #[must_use]
    pub fn entry(&self) -> Option<&Entry> {
        match &self.named_by {
            NamedBy::Loom(entry) => Some(entry),
            NamedBy::Dependencies(..) => None,
        }
    }

    /// Where its manifest is fetched from, for what is no file of this disk.
    #[must_use]
    pub fn remote(&self) -> Option<&Arc<Origin>> {
        self.entry()?.remote.as_ref()
    }

    /// Its manifest's file, where people have put that there themselves.
    #[must_use]
    pub fn local_path(&self) -> Option<&Path> {
        self.path.as_deref().filter(|_| self.remote().is_none())
    }

    /// The name that the config gives it.
    #[must_use]
    pub fn name(&self) -> &str {
        match &self.named_by {
            NamedBy::Loom(entry) => &entry.name,
            NamedBy::Dependencies(name, _) => name,
        }
    }

    /// The project that the manifest is of: its own word for it, else the config's
    /// (dbt-loom `__init__.py`).
    #[must_use]
    pub fn project_name(&self) -> &str {
        self.manifest
            .as_ref()
            .and_then(|manifest| manifest.project_name())
            .unwrap_or_else(|| self.name())
    }

    /// Whether a package of the manifest is taken.
    #[must_use]
    pub fn takes(&self, package: &str) -> bool {
        self.entry().is_none_or(|entry| entry.takes(package))
    }

    /// Whether nothing can be said of what it has: it may have anything.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        match self.state {
            UpstreamState::Loading | UpstreamState::NotFetched => true,
            UpstreamState::Failed(_) => self.manifest.is_none(),
            UpstreamState::Loaded | UpstreamState::Absent | UpstreamState::WorkingCopy => false,
        }
    }
}

impl Linked {
    /// The manifests at hand, each with its upstream.
    pub fn manifests(&self) -> impl DoubleEndedIterator<Item = (&Upstream, &Arc<Manifest>)> {
        self.upstreams
            .iter()
            .filter_map(|upstream| Some((upstream, upstream.manifest.as_ref()?)))
    }

    /// Whether a ref of this project may find something of the project of this name.
    #[must_use]
    pub fn may_read(&self, name: &str) -> bool {
        self.upstreams.iter().any(|upstream| {
            let manifest = upstream.manifest.as_ref();
            upstream.name() == name
                || upstream.project_name() == name
                || manifest.is_some_and(|it| it.packages().any(|package| package == name))
        })
    }

    /// The refs of the project that are part of a circle.
    #[must_use]
    pub fn cycles(&self, mesh: &Mesh) -> &[Cycle] {
        self.cycles.get_or_init(|| cycles(mesh, self).into())
    }

    /// The same links round a project whose files' meanings are the same.
    #[must_use]
    pub fn with_project(&self, project: Arc<Project>) -> Self {
        Self {
            project,
            ..self.clone()
        }
    }

    /// The same links round a project some of whose refs are others.
    #[must_use]
    pub fn with_refs(&self, project: Arc<Project>, serial: u64) -> Self {
        Self {
            project,
            serial,
            cycles: OnceLock::new(),
            ..self.clone()
        }
    }

    /// Whether dbt-loom takes part when dbt reads this project: not by a config that it passes over.
    #[must_use]
    pub fn has_loom(&self) -> bool {
        self.loom.as_ref().is_some_and(|loom| loom.is_rightly_named)
    }

    /// Whether dbt could read this project at all as far as its upstreams go. Where it could not,
    /// the loom config has the error, and refs are left in peace.
    #[must_use]
    pub fn is_judgeable(&self) -> bool {
        self.loom.as_ref().is_none_or(|loom| loom.config.is_usable)
    }

    /// Whether all is at hand that a ref to this project or package can find, or one that names
    /// none: what is not may have what is missing.
    #[must_use]
    pub fn has_all_of(&self, package: Option<&str>) -> bool {
        let has_all = || {
            let mut upstreams = self.upstreams.iter();
            self.project.has_all_packages() && !upstreams.any(Upstream::is_unknown)
        };
        package.is_some_and(|package| self.has(package)) || has_all()
    }

    /// Whether the project or package of this name is at hand: its files, its own manifest, or the
    /// working copy that stands for that.
    #[must_use]
    pub fn has(&self, package: &str) -> bool {
        let mut manifests = self.manifests();
        let mut upstreams = self.upstreams.iter();
        let is_local = self.local_projects().any(|it| it.name() == package);
        (is_local && !self.project.hides_files())
            || manifests.any(|(upstream, _)| upstream.project_name() == package)
            || upstreams.any(|upstream| {
                upstream.state == UpstreamState::WorkingCopy && upstream.name() == package
            })
    }
}

impl Mesh {
    /// The project with this root, linked.
    #[must_use]
    pub fn at(&self, root: &std::path::Path) -> Option<&Arc<Linked>> {
        self.projects.get(self.position(root)?)
    }

    /// Which of the projects has this root.
    #[must_use]
    pub fn position(&self, root: &std::path::Path) -> Option<usize> {
        self.projects
            .binary_search_by(|linked| linked.project.root.as_path().cmp(root))
            .ok()
    }

    /// By the places of the projects: which of them read the one at `place`, themselves or by others.
    #[must_use]
    pub fn readers(&self, place: usize) -> Vec<bool> {
        let mut readers = vec![false; self.projects.len()];
        let mut read = vec![place];
        while let Some(linked) = read.pop().and_then(|at| self.projects.get(at)) {
            let name = linked.project.name();
            for (at, (reader, is_known)) in self.projects.iter().zip(&mut readers).enumerate() {
                if !*is_known && reader.may_read(name) {
                    *is_known = true;
                    read.push(at);
                }
            }
        }
        readers
    }

    /// The working copy of the project of this name. Of several with one name the workspace's
    /// comes first.
    #[must_use]
    pub fn working_copy(&self, name: &str) -> Option<&Arc<Linked>> {
        let named = || {
            self.projects
                .iter()
                .filter(move |linked| linked.project.name() == name)
        };
        named()
            .find(|linked| linked.project.is_in_workspace)
            .or_else(|| named().next())
    }
}
