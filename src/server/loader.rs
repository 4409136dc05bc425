//! What is still to be read, and in which order? The projects of open files come first, then the
//! manifests that they name, then everything else. Reading happens on other threads, one fewer
//! than there are cores; what they read comes back to the loop as events.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::{Path, PathBuf};

use super::background::Background;
use super::event::{Event, Events};
use crate::load;
use crate::origin::Cache;
use crate::world::ProjectFiles;

/// What is to be read and what is being read.
pub(super) struct Loader {
    events: Events,
    background: Background,
    cache: Option<Cache>,
    projects: VecDeque<PathBuf>,
    manifests: VecDeque<PathBuf>,
    /// Those of what is read like manifests that are catalogs.
    catalogs: BTreeSet<PathBuf>,
    neighbours: VecDeque<PathBuf>,
    running: BTreeMap<PathBuf, Running>,
    buffers: Vec<Vec<u8>>,
    started: BTreeSet<PathBuf>,
    done: Counts,
    loom_config: Option<PathBuf>,
    most_at_once: usize,
    is_finding: bool,
}

/// Whether something that is being read has changed since.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Running {
    Once,
    Again,
}

/// How far the loading is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    /// Projects that were read.
    pub(super) projects: usize,
    /// Manifests that were read.
    pub(super) manifests: usize,
    /// Everything that is to be read, as far as it is known.
    pub(super) total: usize,
}

impl Loader {
    /// Nothing to read.
    pub(super) fn new(events: Events, background: Background, cache: Option<Cache>) -> Self {
        Self {
            events,
            cache,
            most_at_once: background.count(),
            background,
            projects: VecDeque::new(),
            manifests: VecDeque::new(),
            catalogs: BTreeSet::new(),
            neighbours: VecDeque::new(),
            running: BTreeMap::new(),
            buffers: Vec::new(),
            started: BTreeSet::new(),
            done: Counts::default(),
            loom_config: None,
            is_finding: false,
        }
    }

    /// The loom config that every project has to be read with.
    pub(super) fn set_loom_config(&mut self, path: Option<PathBuf>) {
        self.loom_config = path;
        // What is being read now is being read with the old one.
        for running in self.running.values_mut() {
            *running = Running::Again;
        }
    }

    /// Looks for the projects below `folders`.
    pub(super) fn find(&mut self, folders: Vec<PathBuf>) {
        self.is_finding = true;
        let events = self.events.clone();
        self.background.run(move || {
            let roots = load::find_projects(&folders);
            let _ = events.send(Event::ProjectsFound(roots));
        });
    }

    /// The projects were found.
    pub(super) fn found(&mut self) {
        self.is_finding = false;
    }

    /// A project is to be read; `is_urgent` for one that somebody looks at.
    pub(super) fn want_project(&mut self, root: PathBuf, is_urgent: bool) {
        if self.is_running(&root) {
            self.running.insert(root, Running::Again);
            return;
        }
        self.projects.retain(|waiting| *waiting != root);
        self.neighbours.retain(|waiting| *waiting != root);
        if is_urgent {
            self.projects.push_front(root);
        } else {
            self.projects.push_back(root);
        }
    }

    /// Whether a project was ever wanted: it need not be wanted again for being opened.
    pub(super) fn knows_project(&self, root: &Path) -> bool {
        self.started.contains(root) || self.is_running(root)
    }

    /// Manifests are to be read, the first one first; those that already wait keep their place.
    pub(super) fn want_manifests(&mut self, paths: Vec<PathBuf>) {
        for path in paths {
            if !self.is_running(&path) && !self.manifests.contains(&path) {
                self.manifests.push_back(path);
            }
        }
    }

    /// Catalogs are to be read, after the manifests.
    pub(super) fn want_catalogs(&mut self, paths: Vec<PathBuf>) {
        self.catalogs.extend(paths.iter().cloned());
        self.want_manifests(paths);
    }

    /// Folders beside the workspace are to be looked at, after everything else.
    pub(super) fn want_neighbours(&mut self, roots: Vec<PathBuf>) {
        for root in roots {
            let is_wanted = self.projects.contains(&root) || self.neighbours.contains(&root);
            if !is_wanted && !self.knows_project(&root) {
                self.neighbours.push_back(root);
            }
        }
    }

    /// A manifest has changed on disk.
    pub(super) fn manifest_changed(&mut self, path: PathBuf) {
        if self.is_running(&path) {
            self.running.insert(path, Running::Again);
        } else if !self.manifests.contains(&path) {
            self.manifests.push_front(path);
        }
    }

    /// A project is gone: should it come back, it is read anew.
    pub(super) fn forget_project(&mut self, root: &Path) {
        self.started.remove(root);
        self.projects.retain(|waiting| waiting != root);
    }

    /// Everything is to be forgotten that is known of earlier reading.
    pub(super) fn forget(&mut self) {
        self.started.clear();
    }

    fn is_running(&self, path: &Path) -> bool {
        self.running.contains_key(path)
    }

    /// Starts reading what there is room for. Manifests go first: those that are known by now are
    /// wanted by projects that somebody looks at.
    pub(super) fn start(&mut self) {
        while self.running.len() < self.most_at_once {
            if let Some(path) = self.manifests.pop_front() {
                self.start_manifest(path);
            } else if let Some(root) = self.projects.pop_front() {
                self.start_project(root);
            } else if let Some(root) = self.next_neighbour() {
                self.start_neighbour(root);
            } else {
                return;
            }
        }
    }

    /// One of them may turn out to be in the workspace, as long as that is searched.
    fn next_neighbour(&mut self) -> Option<PathBuf> {
        (!self.is_finding).then(|| self.neighbours.pop_front())?
    }

    fn start_project(&mut self, root: PathBuf) {
        self.running.insert(root.clone(), Running::Once);
        self.started.insert(root.clone());
        let (events, loom_config) = (self.events.clone(), self.loom_config.clone());
        self.background.run(move || {
            let files = load::read_project_with(&root, loom_config.as_deref());
            let _ = events.send(Event::ProjectRead(
                root,
                files.map(ProjectFiles::into_project),
            ));
        });
    }

    fn start_neighbour(&mut self, root: PathBuf) {
        self.running.insert(root.clone(), Running::Once);
        let events = self.events.clone();
        self.background.run(move || {
            let files = load::read_project_with(&root, None);
            let project = files.map(ProjectFiles::into_project);
            let _ = events.send(Event::NeighbourRead(root, project));
        });
    }

    fn start_manifest(&mut self, path: PathBuf) {
        self.running.insert(path.clone(), Running::Once);
        let events = self.events.clone();
        let mut buffer = self.buffers.pop().unwrap_or_default();
        if self.catalogs.contains(&path) {
            return self.background.run(move || {
                let outcome = load::read_catalog(&path, &mut buffer);
                let _ = events.send(Event::CatalogRead(path, outcome, buffer));
            });
        }
        let cache = self.cache.clone().filter(|cache| cache.holds(&path));
        self.background.run(move || {
            // The note goes first: should the manifest be replaced meanwhile, that shows later.
            let note = cache.and_then(|cache| cache.note(&path));
            let outcome = load::read_manifest(&path, &mut buffer);
            let _ = events.send(Event::ManifestRead {
                path,
                outcome,
                note,
                buffer,
            });
        });
    }

    /// A project was read.
    pub(super) fn project_read(&mut self, root: &Path) {
        self.done.projects += 1;
        if self.running.remove(root) == Some(Running::Again) {
            self.projects.push_front(root.to_owned());
        }
    }

    /// A manifest was read, or could not be.
    pub(super) fn manifest_read(&mut self, path: &Path, buffer: Vec<u8>) {
        self.done.manifests += 1;
        if self.running.remove(path) == Some(Running::Again) {
            self.manifests.push_front(path.to_owned());
        }
        if self.manifests.is_empty() {
            Self::give_back(vec![buffer]);
        } else {
            self.buffers.push(buffer);
        }
    }

    /// Whether manifests wait to be read.
    pub(super) fn has_manifests(&self) -> bool {
        !self.manifests.is_empty()
    }

    /// Whether there is nothing more to read. The memory that reading needed is given back then.
    pub(super) fn is_idle(&mut self) -> bool {
        let is_idle = !self.is_finding
            && self.running.is_empty()
            && self.projects.is_empty()
            && self.manifests.is_empty()
            && self.neighbours.is_empty();
        if is_idle {
            Self::give_back(std::mem::take(&mut self.buffers));
            self.done = Counts::default();
        }
        is_idle
    }

    /// Tens of megabytes are given back in milliseconds, which nobody should wait for.
    fn give_back(buffers: Vec<Vec<u8>>) {
        if !buffers.is_empty() {
            tokio::task::spawn_blocking(move || drop(buffers));
        }
    }

    /// How far it is.
    pub(super) fn counts(&self) -> Counts {
        let left =
            self.running.len() + self.projects.len() + self.manifests.len() + self.neighbours.len();
        let done = self.done.projects + self.done.manifests;
        Counts {
            total: done + left,
            ..self.done
        }
    }
}

/// The project that a file belongs to: the nearest folder above it with a `dbt_project.yml`.
pub(super) fn project_of(path: &Path) -> Option<PathBuf> {
    let mut folders = path.ancestors().skip(1);
    folders
        .find(|folder| folder.join(load::PROJECT_FILE).is_file())
        .map(Path::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_project_of_the_workspace_is_no_neighbour() {
        let (events, _queue) = tokio::sync::mpsc::unbounded_channel();
        let mut loader = Loader::new(events, Background::new(), None);
        let root = |name: &str| Path::new("/mesh").join(name);
        loader.find(Vec::new());
        loader.want_neighbours(vec![root("core"), root("beside")]);
        loader.start();
        assert!(loader.running.is_empty(), "the workspace is still searched");
        loader.want_project(root("core"), false);
        loader.want_neighbours(vec![root("core"), root("beside")]);
        loader.found();
        assert_eq!(loader.projects, [root("core")]);
        assert_eq!(loader.neighbours, [root("beside")]);
    }
}
