//! What is the state of everything, and what does it become after a change?
//!
//! A [`World`] is an immutable value. [`World::apply`] makes the next one and shares with it all
//! that did not change; readers keep an `Arc` of theirs ([`Snapshot`]). Nothing here reads a file,
//! a clock or the environment: loaders do and say it as a [`Change`].

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::manifest::Manifest;
use crate::settings::Settings;

/// One state of the world, shared by its readers.
pub type Snapshot = Arc<World>;

/// Workspace, settings, manifests and open files, linked.
#[derive(Clone, Default)]
pub struct World {}

/// What can happen to the world.
pub enum Change {
    /// A project was found, or read anew: all its files as they stand on disk.
    Project(ProjectFiles),
    /// A project is gone.
    ProjectRemoved(PathBuf),
    /// A file of some project has another content on disk, or is new, or (`None`) is gone.
    /// An open file stays as the editor has it until it is closed.
    FileOnDisk {
        /// Absolute path.
        path: PathBuf,
        /// Its bytes as text; not valid utf-8 is read with replacement characters.
        text: Option<Arc<str>>,
    },
    /// The editor opened a file or changed an open one.
    FileInEditor {
        /// Absolute path.
        path: PathBuf,
        /// The whole text now.
        text: Arc<str>,
        /// The editor's count of its changes.
        version: i32,
    },
    /// The editor closed a file; `on_disk` is what stands on disk now.
    FileClosed {
        /// Absolute path.
        path: PathBuf,
        /// The text on disk, `None` where there is none.
        on_disk: Option<Arc<str>>,
    },
    /// A manifest file was read, or could not be.
    Manifest {
        /// The path as [`World::wanted_manifests`] gave it.
        path: PathBuf,
        /// The manifest, or why there is none: one line, such as
        /// `read ../sales/target/manifest.json: permission denied`.
        outcome: Result<Arc<Manifest>, ManifestFailure>,
    },
    /// The settings changed.
    Settings(Arc<Settings>),
    /// The environment variables that loom configs and profiles may use.
    Environment(Arc<BTreeMap<String, String>>),
    /// The time, for deprecation dates and ages.
    Now(jiff::Timestamp),
    /// The workspace folders, absolute, for settings and links that are relative to them.
    Folders(Vec<PathBuf>),
}

/// Why a manifest could not be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ManifestFailure {
    /// There is no such file.
    Missing,
    /// There is something that cannot be used; the text says what.
    Unreadable(String),
}

/// Everything of one dbt project that is read from disk.
pub struct ProjectFiles {
    /// Absolute path of the folder that holds dbt_project.yml.
    pub root: PathBuf,
    /// Its files: dbt_project.yml and all that dbt would read, in no certain order.
    pub files: Vec<FileOnDisk>,
    /// Its installed packages.
    pub packages: Vec<ProjectFiles>,
}

/// One file.
pub struct FileOnDisk {
    /// Path below the project's root, with `/`.
    pub path: Box<str>,
    /// Its content, read: parsed by whoever found it, in parallel with others.
    pub facts: crate::project::FileFacts,
}

impl World {
    /// The world after `change`.
    #[must_use]
    pub fn apply(&self, _change: Change) -> World {
        self.clone()
    }

    /// How many changes there have been.
    #[must_use]
    pub fn revision(&self) -> u64 {
        0
    }

    /// How often projects and manifests have been linked anew: typing that changes no dbt fact
    /// does not.
    #[must_use]
    pub fn links(&self) -> u64 {
        0
    }

    /// The manifest files that some project of the workspace reads and whose state is not known
    /// yet; those of the projects of open files come first.
    #[must_use]
    pub fn wanted_manifests(&self) -> Vec<PathBuf> {
        Vec::new()
    }

    /// Every manifest file that some project reads, to be watched.
    #[must_use]
    pub fn manifest_paths(&self) -> Vec<PathBuf> {
        Vec::new()
    }

    /// The text of an open file and its version.
    #[must_use]
    pub fn open_file(&self, _path: &Path) -> Option<(Arc<str>, i32)> {
        None
    }

    /// The roots of all projects, in order.
    #[must_use]
    pub fn project_roots(&self) -> Vec<PathBuf> {
        Vec::new()
    }

    /// All files of a project that can have findings, absolute, in order: for [`crate::ide::diagnostics`].
    #[must_use]
    pub fn checked_files(&self, _root: &Path) -> Vec<PathBuf> {
        Vec::new()
    }

    /// The projects (roots) whose findings may differ between `earlier` and this world. Empty
    /// after a keystroke that changed no dbt fact: then only the edited file's own may.
    #[must_use]
    pub fn changed_projects(&self, _earlier: &World) -> Vec<PathBuf> {
        Vec::new()
    }

    /// Whether the change of this file means that its project has to be found and read anew:
    /// another dbt_project.yml (its paths), .dbtignore.
    #[must_use]
    pub fn needs_reload(&self, _path: &Path) -> bool {
        false
    }

    /// The projects as `check` and status displays list them.
    #[must_use]
    pub fn project_summaries(&self) -> Vec<ProjectSummary> {
        Vec::new()
    }

    /// The manifests as `check` and status displays list them, one for each entry of each
    /// project's loom config.
    #[must_use]
    pub fn manifest_summaries(&self) -> Vec<ManifestSummary> {
        Vec::new()
    }
}

/// A project in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectSummary {
    /// Its `name:`.
    pub name: String,
    /// Absolute path.
    pub root: PathBuf,
    /// How many models it has.
    pub models: usize,
}

/// A manifest in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManifestSummary {
    /// The project whose config names it.
    pub project: String,
    /// What the config calls it.
    pub name: String,
    /// The kind of origin: `file`, `s3`, …
    pub kind: String,
    /// Where it comes from, as the config says with variables kept as written.
    pub origin: String,
    /// Its state.
    pub state: ManifestState,
    /// How many models it has.
    pub models: Option<usize>,
    /// When dbt wrote it, as it says itself.
    pub generated_at: Option<String>,
    /// What is wrong with it.
    pub problem: Option<String>,
}

/// The state of a manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum ManifestState {
    Loading,
    Loaded,
    Missing,
    Unreadable,
    NotFetched,
}
