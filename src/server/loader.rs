//! What is still to be read, and in which order? The projects of open files come first, then the
//! manifests that they name, then everything else. Reading happens on other threads, one fewer
//! than there are cores; what they read comes back to the loop as events.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use tokio::time::Instant;

use super::background::Background;
use super::event::{Event, Events};
use super::search::Search;
use crate::load::{self, ProfilesFolders};
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
    /// When the reading of each project began that is being read.
    begun: BTreeMap<PathBuf, SystemTime>,
    buffers: Vec<Vec<u8>>,
    started: BTreeSet<PathBuf>,
    done: Counts,
    loom_config: Option<PathBuf>,
    profiles: ProfilesFolders,
    most_at_once: usize,
    search: Search,
}

/// What has happened to something since its reading began.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Running {
    /// Nothing.
    Once,
    /// It has changed.
    Again,
    /// It is wanted as a project of the workspace, whatever it is being read as.
    Wanted,
    /// It was a project of the workspace, and is none any more.
    Unwanted,
}

impl Running {
    fn again(&mut self) {
        if *self == Self::Once {
            *self = Self::Again;
        }
    }
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
    pub(super) fn new(
        events: Events,
        background: Background,
        cache: Option<Cache>,
        profiles: ProfilesFolders,
    ) -> Self {
        Self {
            search: Search::new(events.clone()),
            events,
            cache,
            profiles,
            most_at_once: background.count(),
            background,
            projects: VecDeque::new(),
            manifests: VecDeque::new(),
            catalogs: BTreeSet::new(),
            neighbours: VecDeque::new(),
            running: BTreeMap::new(),
            begun: BTreeMap::new(),
            buffers: Vec::new(),
            started: BTreeSet::new(),
            done: Counts::default(),
            loom_config: None,
        }
    }

    /// The loom config that every project has to be read with.
    pub(super) fn set_loom_config(&mut self, path: Option<PathBuf>) {
        self.loom_config = path;
        // What is being read now is being read with the old one.
        self.running.values_mut().for_each(Running::again);
    }

    /// Looks for the projects below `folders`.
    pub(super) fn find(&mut self, folders: Vec<PathBuf>) {
        self.search.find(folders);
    }

    /// Projects were found, by the search of this number. Returns whether they count.
    pub(super) fn found(&mut self, number: u64) -> bool {
        self.search.found(number)
    }

    /// When nobody waits for the search any more.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.search.deadline()
    }

    /// Whether nobody waits for the search any more since now.
    pub(super) fn search_is_late(&mut self, now: Instant) -> bool {
        self.search.is_late(now)
    }

    /// A project is to be read; `is_urgent` for one that somebody looks at.
    pub(super) fn want_project(&mut self, root: PathBuf, is_urgent: bool) {
        if self.is_running(&root) {
            self.running.insert(root, Running::Wanted);
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
        self.started.contains(root)
    }

    /// The projects that were wanted so far and are not forgotten.
    pub(super) fn known_projects(&self) -> impl Iterator<Item = &PathBuf> {
        self.started.iter().chain(&self.projects)
    }

    /// Whether a project waits to be read.
    pub(super) fn waits_for(&self, root: &Path) -> bool {
        self.projects.iter().any(|waiting| waiting == root)
    }

    /// A file has changed on disk: what is being read around it may have been past it.
    pub(super) fn file_changed(&mut self, path: &Path) {
        for (root, running) in &mut self.running {
            if path != root && path.starts_with(root) {
                running.again();
            }
        }
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
            if !is_wanted && !self.is_running(&root) && !self.knows_project(&root) {
                self.neighbours.push_back(root);
            }
        }
    }

    /// Whether this is a manifest or a catalog that is being read.
    pub(super) fn is_manifest(&self, path: &Path) -> bool {
        self.is_running(path) && !self.begun.contains_key(path)
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
        if let Some(running) = self.running.get_mut(root) {
            *running = Running::Unwanted;
        }
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
        (!self.search.is_awaited()).then(|| self.neighbours.pop_front())?
    }

    fn start_project(&mut self, root: PathBuf) {
        self.running.insert(root.clone(), Running::Once);
        self.started.insert(root.clone());
        self.begun.insert(root.clone(), SystemTime::now());
        let (events, loom_config) = (self.events.clone(), self.loom_config.clone());
        let profiles = self.profiles.clone();
        self.background.run(move || {
            let files = load::read_project_with(&root, loom_config.as_deref(), &profiles);
            let _ = events.send(Event::ProjectRead(
                root,
                files.map(ProjectFiles::into_project),
            ));
        });
    }

    fn start_neighbour(&mut self, root: PathBuf) {
        self.running.insert(root.clone(), Running::Once);
        self.begun.insert(root.clone(), SystemTime::now());
        let (events, profiles) = (self.events.clone(), self.profiles.clone());
        self.background.run(move || {
            let files = load::read_project_with(&root, None, &profiles);
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

    /// When the reading of a project began that is being read.
    pub(super) fn begun(&self, root: &Path) -> Option<SystemTime> {
        self.begun.get(root).copied()
    }

    /// A project was read. Returns whether it is still one of the workspace.
    pub(super) fn project_read(&mut self, root: &Path) -> bool {
        self.done.projects += 1;
        let running = self.running.remove(root);
        self.begun.remove(root);
        if matches!(running, Some(Running::Again | Running::Wanted)) {
            self.projects.push_front(root.to_owned());
        }
        running != Some(Running::Unwanted)
    }

    /// A folder beside the workspace was looked at.
    pub(super) fn neighbour_read(&mut self, root: &Path) {
        self.done.projects += 1;
        self.begun.remove(root);
        match self.running.remove(root) {
            Some(Running::Wanted) => self.projects.push_front(root.to_owned()),
            Some(Running::Again) => self.neighbours.push_back(root.to_owned()),
            Some(Running::Once | Running::Unwanted) | None => {}
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
        let is_idle = !self.search.is_awaited()
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

    fn loader() -> Loader {
        let (events, _) = tokio::sync::mpsc::unbounded_channel();
        Loader::new(events, Background::new(), None, ProfilesFolders::new(None))
    }

    fn root(name: &str) -> PathBuf {
        Path::new("/mesh").join(name)
    }

    #[tokio::test]
    async fn a_project_of_the_workspace_is_no_neighbour() {
        let mut loader = loader();
        loader.find(Vec::new());
        loader.want_neighbours(vec![root("core"), root("beside")]);
        loader.start();
        assert!(loader.running.is_empty(), "the workspace is still searched");
        loader.want_project(root("core"), false);
        loader.want_neighbours(vec![root("core"), root("beside")]);
        assert!(loader.found(1));
        assert_eq!(loader.projects, [root("core")]);
        assert_eq!(loader.neighbours, [root("beside")]);
    }

    #[tokio::test]
    async fn what_changes_while_it_is_read_is_read_again() {
        let mut loader = loader();
        loader.want_project(root("core"), true);
        loader.start();
        loader.file_changed(&root("core_2/models/a.sql"));
        assert!(loader.project_read(&root("core")));
        assert!(loader.projects.is_empty());
        loader.want_project(root("core"), true);
        loader.start();
        loader.file_changed(&root("core/models/a.sql"));
        assert!(loader.project_read(&root("core")));
        assert_eq!(loader.projects, [root("core")]);
    }

    #[tokio::test]
    async fn a_neighbour_that_is_read_again_stays_one_unless_it_is_wanted_as_more() {
        let mut loader = loader();
        loader.want_neighbours(vec![root("beside")]);
        loader.start();
        loader.file_changed(&root("beside/models/a.sql"));
        loader.neighbour_read(&root("beside"));
        assert!(loader.projects.is_empty());
        assert_eq!(loader.neighbours, [root("beside")]);
        loader.start();
        loader.want_project(root("beside"), false);
        loader.neighbour_read(&root("beside"));
        assert_eq!(loader.projects, [root("beside")]);
        assert!(loader.neighbours.is_empty());
    }

    #[tokio::test]
    async fn nobody_waits_for_ever_for_a_search_that_hangs() {
        let mut loader = loader();
        loader.find(Vec::new());
        loader.want_neighbours(vec![root("beside")]);
        assert!(!loader.search_is_late(Instant::now()));
        loader.start();
        assert!(loader.running.is_empty());
        let due = loader.deadline().unwrap();
        assert!(loader.search_is_late(due));
        loader.start();
        loader.neighbour_read(&root("beside"));
        assert!(loader.is_idle());
    }

    #[tokio::test]
    async fn a_project_that_goes_while_it_is_read_does_not_come_back() {
        let mut loader = loader();
        loader.want_project(root("core"), false);
        loader.start();
        loader.forget_project(&root("core"));
        assert!(!loader.knows_project(&root("core")));
        assert!(!loader.project_read(&root("core")));
        assert!(loader.is_idle());
        // One that comes back meanwhile is read anew.
        loader.want_project(root("core"), false);
        loader.start();
        loader.forget_project(&root("core"));
        loader.want_project(root("core"), false);
        assert!(loader.project_read(&root("core")));
        assert!(loader.waits_for(&root("core")));
    }
}
