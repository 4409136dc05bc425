//! What can happen to the world.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use crate::manifest::{Catalog, Manifest, ManifestFailure};
use crate::project::{Asked, DbtIgnore, FileFacts, Files, Project, Reach, Renders};
use crate::settings::Settings;

/// What can happen to the world.
pub enum Change {
    /// A project was found, or read anew, as it stands on disk. Whoever read it has made it too
    /// ([`ProjectFiles::into_project`]): that takes longer than somebody who types can wait.
    Project(Box<Project>),
    /// A project beside the workspace that some project reads was found: a place to jump to.
    Neighbour(Box<Project>),
    /// There is no project at this path of [`World::wanted_neighbours`](super::World).
    NoNeighbour(PathBuf),
    /// A project is gone.
    ProjectRemoved(PathBuf),
    /// Files of some projects, by absolute path, have another content on disk, are new, or (`None`)
    /// are gone; not valid utf-8 is read with replacement characters. An open file stays as the
    /// editor has it until it is closed.
    FilesOnDisk(Vec<(PathBuf, Option<Arc<str>>)>),
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
    /// The profiles.yml that dbt reads for a project is another, wherever it lies.
    Profiles {
        /// The project's root.
        root: PathBuf,
        /// Its text, `None` where there is none.
        text: Option<Arc<str>>,
    },
    /// Files of a project were rendered: see [`World::renders`](super::World::renders).
    Rendered(Rendered),
    /// A manifest file was read, or could not be.
    Manifest {
        /// The path as [`World::wanted_manifests`](super::World::wanted_manifests) gave it.
        path: PathBuf,
        /// The manifest, or why there is none: one line, such as
        /// `read ../sales/target/manifest.json: permission denied`.
        outcome: Result<Arc<Manifest>, ManifestFailure>,
    },
    /// A catalog was read, or could not be.
    Catalog {
        /// The path as [`World::wanted_catalogs`](super::World::wanted_catalogs) gave it.
        path: PathBuf,
        /// The catalog, or why there is none.
        outcome: Result<Arc<Catalog>, ManifestFailure>,
    },
    /// These are known not to be there: many at once, where nothing was fetched yet.
    Missing(Vec<PathBuf>),
    /// The origin of a manifest says that the one at hand is right.
    Checked {
        /// The path as in [`Change::Manifest`].
        path: PathBuf,
        /// When it said so.
        at: jiff::Timestamp,
    },
    /// The folder that keeps manifests that were fetched. Without one, nothing is known of any
    /// manifest that is no file of this disk.
    Cache(PathBuf),
    /// The settings changed.
    Settings(Arc<Settings>),
    /// The environment variables that loom configs and profiles may use.
    Environment(Arc<BTreeMap<String, String>>),
    /// Nobody asks any more: what was worked out on the way to answers can go.
    Rest,
    /// The time, for deprecation dates and ages.
    Now(jiff::Timestamp),
    /// The workspace folders, absolute, for settings and links that are relative to them.
    Folders(Vec<PathBuf>),
}

/// What was rendered of a project, and what becomes of it where it has not changed since.
pub struct Rendered {
    pub(super) of: Arc<Project>,
    pub(super) renders: Renders,
    pub(super) becomes: (Arc<Project>, Reach),
}

impl Rendered {
    pub(super) fn new(of: &Arc<Project>, renders: Renders) -> Self {
        let (project, reach) = of.with_renders(&renders);
        Self {
            of: Arc::clone(of),
            renders,
            becomes: (Arc::new(project), reach),
        }
    }
}

/// Everything of one dbt project that is read from disk.
pub struct ProjectFiles {
    /// Absolute path of the folder that holds dbt_project.yml.
    pub root: PathBuf,
    /// Its files: dbt_project.yml and all that dbt would read, in no certain order.
    pub files: Vec<FileOnDisk>,
    /// The text of the profiles.yml that dbt reads for it.
    pub profiles: Option<Arc<str>>,
    /// What its .dbtignore leaves out.
    pub ignored: Arc<DbtIgnore>,
    /// Its installed packages.
    pub packages: Vec<ProjectFiles>,
}

impl ProjectFiles {
    /// The project that these files make.
    #[must_use]
    pub fn into_project(self) -> Box<Project> {
        self.unindexed().into_project()
    }

    /// The same, its index still to be made.
    #[must_use]
    pub fn unindexed(self) -> Unindexed {
        let files = files(self.files);
        let definition = Project::definition_of(&files);
        let packages = self.packages.into_iter().map(|package| {
            Arc::new(Project::new(
                package.root,
                self::files(package.files),
                Vec::new(),
                Some(Arc::clone(&definition)),
            ))
        });
        let mut project = Project::unindexed(self.root, files, packages.collect(), None);
        project.profiles = self.profiles;
        project.ignored = self.ignored;
        Unindexed {
            project,
            renders: None,
        }
    }
}

/// A project whose index is still to be made: once, whoever renders it before.
pub struct Unindexed {
    project: Project,
    renders: Option<Renders>,
}

impl Unindexed {
    /// Renders what has to be rendered.
    pub fn render(&mut self, asked: &Asked<'_>) {
        self.renders = self.project.render(asked);
    }

    /// The project with what was rendered.
    #[must_use]
    pub fn into_project(self) -> Box<Project> {
        Box::new(self.project.indexed_with(self.renders.as_ref()))
    }
}

fn files(read: Vec<FileOnDisk>) -> Files {
    read.into_iter()
        .map(|file| (file.path.into(), Arc::new(file.facts)))
        .collect()
}

/// One file.
pub struct FileOnDisk {
    /// Path below the project's root, with `/`.
    pub path: Box<str>,
    /// Its content, read: parsed by whoever found it, in parallel with others.
    pub facts: FileFacts,
}
