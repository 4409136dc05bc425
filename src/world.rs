//! What is the state of everything, and what does it become after a change?
//!
//! A [`World`] is an immutable value. [`World::apply`] makes the next one and shares with it all
//! that did not change; readers keep an `Arc` of theirs ([`Snapshot`]). Nothing here reads a file,
//! a clock or the environment: loaders do and say it as a [`Change`].

mod adapter;
mod change;
mod disk;
mod linking;
mod manifests;
mod summary;
#[cfg(test)]
mod tests;
mod wanted;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::manifest::Catalog;
use crate::mesh::{Linked, Mesh, Slot};
use crate::project::{Asked, Project, Reach, Role};
use crate::settings::Settings;

pub use change::{Change, FileOnDisk, ProjectFiles, Rendered, Unindexed};
pub use disk::Outliers;
pub use summary::{ManifestState, ManifestSummary, ProjectSummary};
pub use wanted::RemoteManifest;

/// One state of the world, shared by its readers.
pub type Snapshot = Arc<World>;

/// Workspace, settings, manifests and open files, linked.
#[derive(Clone)]
pub struct World {
    mesh: Arc<Mesh>,
    slots: Arc<BTreeMap<PathBuf, Slot>>,
    catalogs: Arc<BTreeMap<PathBuf, Option<Arc<Catalog>>>>,
    loose_files: Arc<BTreeMap<PathBuf, Arc<str>>>,
    open: Arc<BTreeMap<PathBuf, OpenFile>>,
    missing_neighbours: Arc<BTreeSet<PathBuf>>,
    settings: Arc<Settings>,
    environment: Arc<BTreeMap<String, String>>,
    folders: Arc<Vec<PathBuf>>,
    cache: Option<Arc<Path>>,
    now: jiff::Timestamp,
    revision: u64,
    links: u64,
    /// Counts the meanings that projects have had: see [`Linked::serial`].
    serial: u64,
}

#[derive(Clone)]
struct OpenFile {
    text: Arc<str>,
    version: i32,
}

impl Default for World {
    fn default() -> Self {
        Self {
            mesh: Arc::default(),
            slots: Arc::default(),
            catalogs: Arc::default(),
            loose_files: Arc::default(),
            open: Arc::default(),
            missing_neighbours: Arc::default(),
            settings: Arc::default(),
            environment: Arc::default(),
            folders: Arc::default(),
            cache: None,
            now: jiff::Timestamp::UNIX_EPOCH,
            revision: 0,
            links: 0,
            serial: 0,
        }
    }
}

impl World {
    /// The world after `change`.
    #[must_use]
    pub fn apply(&self, change: Change) -> World {
        let mut next = self.clone();
        next.revision += 1;
        match change {
            Change::Project(project) => next.set_project(*project, true),
            Change::Neighbour(project) => next.set_project(*project, false),
            Change::NoNeighbour(root) => {
                Arc::make_mut(&mut next.missing_neighbours).insert(root);
            }
            Change::Rendered(rendered) => next.set_renders(rendered),
            Change::ProjectRemoved(root) => next.remove_project(&root),
            Change::Profiles { root, text } => next.set_profiles(&root, text),
            Change::FilesOnDisk(files) => {
                let mut files = files;
                files.retain(|(path, _)| !next.open.contains_key(path));
                next.set_files(&files);
            }
            Change::FileInEditor {
                path,
                text,
                version,
            } => {
                next.set_file(&path, Some(&text));
                Arc::make_mut(&mut next.open).insert(path, OpenFile { text, version });
            }
            Change::FileClosed { path, on_disk } => {
                Arc::make_mut(&mut next.open).remove(&path);
                next.set_file(&path, on_disk.as_ref());
            }
            Change::Manifest { path, outcome } => next.set_manifest(&path, outcome),
            Change::Catalog { path, outcome } => next.set_catalog(&path, outcome),
            Change::Missing(paths) => next.set_missing(&paths),
            Change::Checked { path, at } => next.set_checked(&path, at),
            Change::Cache(folder) => {
                next.cache = Some(folder.into());
                next.link_all();
            }
            Change::Settings(settings) => {
                next.settings = settings;
                next.link_all();
            }
            Change::Environment(environment) => {
                next.environment = environment;
                next.link_all();
            }
            Change::Rest => Arc::make_mut(&mut next.mesh).memo = Arc::default(),
            Change::Now(now) => next.now = now,
            Change::Folders(folders) => {
                next.folders = Arc::new(folders);
                next.link_all();
            }
        }
        next
    }

    /// How many changes there have been.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// How often a project has been linked anew: typing that changes no dbt fact does not.
    #[must_use]
    pub fn links(&self) -> u64 {
        self.links
    }

    /// All projects, linked.
    #[must_use]
    pub fn mesh(&self) -> &Mesh {
        &self.mesh
    }

    /// The settings.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The environment variables.
    #[must_use]
    pub fn environment(&self) -> &BTreeMap<String, String> {
        &self.environment
    }

    /// The workspace folders.
    #[must_use]
    pub fn folders(&self) -> &[PathBuf] {
        &self.folders
    }

    /// The time.
    #[must_use]
    pub fn now(&self) -> jiff::Timestamp {
        self.now
    }

    /// The project that a file belongs to, the innermost around it, and its path there.
    #[must_use]
    pub fn locate(&self, path: &Path) -> Option<(&Arc<Linked>, String)> {
        let linked = path
            .ancestors()
            .skip(1)
            .find_map(|folder| self.mesh.at(folder))?;
        let inside = path_inside(&linked.project.root, path)?;
        Some((linked, inside))
    }

    /// The project that uses this loom config, wherever it lies.
    #[must_use]
    pub fn user_of_loom_config(&self, path: &Path) -> Option<&Arc<Linked>> {
        self.mesh
            .projects
            .iter()
            .find(|linked| linked.loom.as_ref().is_some_and(|loom| loom.path == path))
    }

    /// The projects of the workspace in the order of their roots.
    pub fn workspace_projects(&self) -> impl Iterator<Item = &Arc<Linked>> {
        self.mesh
            .projects
            .iter()
            .filter(|linked| linked.project.is_in_workspace)
    }

    /// The text of an open file and its version.
    #[must_use]
    pub fn open_file(&self, path: &Path) -> Option<(Arc<str>, i32)> {
        self.open
            .get(path)
            .map(|file| (Arc::clone(&file.text), file.version))
    }

    /// The roots of all projects of the workspace, in order.
    #[must_use]
    pub fn project_roots(&self) -> Vec<PathBuf> {
        self.workspace_projects()
            .map(|linked| linked.project.root.clone())
            .collect()
    }

    /// All files of a project that can have findings, absolute: its own in their order, then
    /// the loom config where it is none of them.
    #[must_use]
    pub fn checked_files(&self, root: &Path) -> Vec<PathBuf> {
        let Some(linked) = self
            .mesh
            .at(root)
            .filter(|linked| linked.project.is_in_workspace)
        else {
            return Vec::new();
        };
        let project = &linked.project;
        let files = project.files.keys();
        let checked = files.filter(|file| Role::of(file, &project.definition).0 != Role::Other);
        let mut paths: Vec<PathBuf> = checked.map(|file| project.path_of(file)).collect();
        let loom = linked.loom.as_ref().map(|loom| &loom.path);
        paths.extend(loom.filter(|path| !paths.contains(path)).cloned());
        paths
    }

    /// The projects (roots) whose findings may differ between `earlier` and this world. Empty
    /// after a keystroke that changed no dbt fact: then only the edited file's own may.
    #[must_use]
    pub fn changed_projects(&self, earlier: &World) -> Vec<PathBuf> {
        let is_same = |linked: &Arc<Linked>| {
            earlier
                .mesh
                .at(&linked.project.root)
                .is_some_and(|old| old.serial == linked.serial)
        };
        let changed = self.mesh.projects.iter().filter(|linked| !is_same(linked));
        let removed = earlier
            .mesh
            .projects
            .iter()
            .filter(|old| self.mesh.at(&old.project.root).is_none());
        changed
            .chain(removed)
            .map(|linked| linked.project.root.clone())
            .collect()
    }

    /// Renders what dbt's rendering sees more in than the text says, in the projects of the
    /// workspace, or in those with these roots. Takes its time.
    #[must_use]
    pub fn renders(&self, roots: Option<&BTreeSet<PathBuf>>) -> Vec<Change> {
        self.workspace_projects()
            .map(|linked| &linked.project)
            .filter(|project| roots.is_none_or(|roots| roots.contains(&project.root)))
            .filter_map(|project| {
                let renders = project.render(&self.asked())?;
                Some(Change::Rendered(Rendered::new(project, renders)))
            })
            .collect()
    }

    /// What is asked of dbt besides files.
    #[must_use]
    pub fn asked(&self) -> Asked<'_> {
        Asked {
            target: self.settings.target.as_deref(),
            vars: self.settings.vars.as_deref(),
            environment: &self.environment,
        }
    }

    fn set_project(&mut self, mut project: Project, is_in_workspace: bool) {
        let is_known = self
            .mesh
            .at(&project.root)
            .is_some_and(|old| old.project.is_in_workspace);
        if is_known && !is_in_workspace {
            return;
        }
        project.is_in_workspace = is_in_workspace;
        for (path, open) in self.open.iter() {
            let inside = path_inside(&project.root, path).filter(|inside| project.reads(inside));
            let next = inside.and_then(|inside| project.with_text(&inside, Some(&open.text)));
            project = next.map_or(project, |(next, _)| next);
        }
        self.put(&Arc::new(project));
    }

    fn remove_project(&mut self, root: &Path) {
        let Some(old) = self.mesh.at(root).cloned() else {
            return;
        };
        let mesh = Arc::make_mut(&mut self.mesh);
        mesh.memo = Arc::default();
        mesh.projects.retain(|linked| linked.project.root != root);
        self.link_readers_of(old.project.name());
    }

    fn set_profiles(&mut self, root: &Path, text: Option<Arc<str>>) {
        let known = self.mesh.at(root);
        let other = known.filter(|linked| linked.project.profiles != text);
        if let Some(linked) = other {
            let mut project = Project::clone(&linked.project);
            project.profiles = text;
            self.put(&Arc::new(project));
        }
    }

    fn set_file(&mut self, path: &Path, text: Option<&Arc<str>>) {
        self.set_files(&[(path.to_path_buf(), text.cloned())]);
    }

    fn set_files(&mut self, files: &[(PathBuf, Option<Arc<str>>)]) {
        let mut of_projects: BTreeMap<PathBuf, Vec<_>> = BTreeMap::new();
        for (path, text) in files {
            let located = self.locate(path);
            let located = located.filter(|(linked, inside)| linked.project.reads(inside));
            if let Some((linked, inside)) = located {
                let root = linked.project.root.clone();
                let files = of_projects.entry(root).or_default();
                files.push((inside, text.as_ref()));
                continue;
            }
            let is_loom_config = text.is_some() && self.user_of_loom_config(path).is_some();
            if is_loom_config || self.loose_files.contains_key(path) {
                self.set_loose_file(path, text.as_ref());
            }
        }
        for (root, files) in of_projects {
            self.set_files_of(&root, &files);
        }
    }

    fn set_files_of(&mut self, root: &Path, files: &[(String, Option<&Arc<str>>)]) {
        let Some(linked) = self.mesh.at(root).cloned() else {
            return;
        };
        let texts = files.iter().map(|(file, text)| (&**file, *text));
        // Most files are opened and closed with the text that stands on disk.
        let Some((project, reach)) = linked.project.with_texts(texts) else {
            return;
        };
        let project = Arc::new(project);
        let names = files.iter().map(|(file, _)| &**file);
        let is_of_mesh = |file: &str| {
            let role = Role::of(file, &project.definition).0;
            matches!(role, Role::LoomConfig | Role::Dependencies)
        };
        let names: Vec<&str> = names.collect();
        match reach {
            Reach::Places => self.replace(linked.with_project(project), &names),
            Reach::Refs if !names.iter().any(|file| is_of_mesh(file)) => {
                self.serial += 1;
                let linked = linked.with_refs(project, self.serial);
                self.replace(linked, &names);
            }
            Reach::Refs | Reach::Index => self.put(&project),
        }
    }

    fn set_loose_file(&mut self, path: &Path, text: Option<&Arc<str>>) {
        let files = Arc::make_mut(&mut self.loose_files);
        match text {
            Some(text) => files.insert(path.to_path_buf(), Arc::clone(text)),
            None => files.remove(path),
        };
        self.link_all();
    }

    fn set_renders(&mut self, rendered: Rendered) {
        let Some(linked) = self.mesh.at(&rendered.of.root).cloned() else {
            return;
        };
        let (project, reach) = if Arc::ptr_eq(&linked.project, &rendered.of) {
            rendered.becomes
        } else {
            let (project, reach) = linked.project.with_renders(&rendered.renders);
            (Arc::new(project), reach)
        };
        let files: Vec<&str> = rendered.renders.files().collect();
        match reach {
            Reach::Places => self.replace(linked.with_project(project), &files),
            Reach::Refs => {
                self.serial += 1;
                let linked = linked.with_refs(project, self.serial);
                self.replace(linked, &files);
            }
            Reach::Index => self.put(&project),
        }
    }
}

/// The path of a file below a folder, with `/`.
fn path_inside(folder: &Path, path: &Path) -> Option<String> {
    let inside = path.strip_prefix(folder).ok()?;
    let parts: Option<Vec<&str>> = inside.iter().map(|part| part.to_str()).collect();
    Some(parts?.join("/"))
}

impl std::fmt::Debug for World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("World")
            .field("revision", &self.revision)
            .finish_non_exhaustive()
    }
}
