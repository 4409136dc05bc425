//! What happens while projects and manifests are found and read?

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use serde_json::{Value, json};
use tokio::time::Instant;
use tower_lsp_server::ls_types as lsp;

use super::{Awaited, MainLoop};
use crate::manifest::{Catalog, Manifest, ManifestFailure};
use crate::origin::Note;
use crate::project::Project;
use crate::server::{uri, watch};
use crate::world::Change;

/// The name of our progress with the client.
const TOKEN: &str = "dbtMesh/loading";
/// What it is about.
const TITLE: &str = "dbt mesh";

/// How far the client is told of the loading.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Progress {
    /// It is not.
    #[default]
    Hidden,
    /// It was asked whether it wants to be.
    Asked,
    /// It is.
    Shown,
}

impl MainLoop {
    /// The projects below the workspace folders are known.
    pub(super) fn projects_found(&mut self, search: u64, roots: Vec<PathBuf>) {
        if !self.loader.found(search) {
            return;
        }
        let mut known: BTreeSet<PathBuf> = self.world.project_roots().into_iter().collect();
        known.extend(self.loader.known_projects().cloned());
        for root in known {
            let is_kept = roots.contains(&root) || self.is_looked_at(&root);
            if !is_kept {
                self.remove_project(root);
            }
        }
        for root in roots {
            if !self.loader.knows_project(&root) {
                let is_looked_at = self.is_looked_at(&root);
                self.loader.want_project(root, is_looked_at);
            }
        }
        self.read_wanted();
    }

    pub(super) fn is_looked_at(&self, root: &Path) -> bool {
        self.documents.paths_below(root).next().is_some()
    }

    /// Somebody looks at a project: it need not be found first.
    pub(super) fn project_opened(&mut self, root: PathBuf) {
        if !self.loader.knows_project(&root) {
            self.loader.want_project(root, true);
            self.start_loading();
        }
    }

    /// A project was read; `None` where there is none any more.
    pub(super) fn project_read(&mut self, root: &Path, project: Option<Box<Project>>) {
        let since = self.loader.begun(root);
        let is_wanted = self.loader.project_read(root);
        match project {
            Some(project) if is_wanted => {
                self.apply(Change::Project(project));
                self.look_at_unsure(root);
                if self.is_initialized {
                    self.watch_beside(root, since);
                }
            }
            None if !self.loader.waits_for(root) => self.remove_project(root.to_owned()),
            Some(_) | None => {}
        }
        self.read_wanted();
    }

    /// A folder beside the workspace was looked at: a project to jump to, or none.
    pub(super) fn neighbour_read(&mut self, root: PathBuf, project: Option<Box<Project>>) {
        self.loader.neighbour_read(&root);
        self.apply(match project {
            Some(project) => Change::Neighbour(project),
            None => Change::NoNeighbour(root),
        });
        self.read_wanted();
    }

    /// A project is gone, and with it what the client was told of its files.
    pub(super) fn remove_project(&mut self, root: PathBuf) {
        self.loader.forget_project(&root);
        self.apply(Change::ProjectRemoved(root.clone()));
        let now = Instant::now();
        self.publisher
            .open_files_changed(&root, &self.documents, now);
        self.publisher.project_changed(root, now);
    }

    /// A manifest was read, or could not be.
    pub(super) fn manifest_read(
        &mut self,
        path: PathBuf,
        outcome: Result<Arc<Manifest>, ManifestFailure>,
        note: Option<Note>,
        buffer: Vec<u8>,
    ) {
        self.loader.manifest_read(&path, buffer);
        self.fetching.was_read(&path, note.as_ref());
        let is_kept = self.fetched.as_ref().is_some_and(|it| it.holds(&path));
        if is_kept && matches!(outcome, Err(ManifestFailure::Missing)) {
            self.missing.push(path);
            // Of dozens that were never fetched the world hears in one change.
            return if self.loader.has_manifests() {
                self.start_loading();
            } else {
                self.read_wanted();
            };
        }
        let checked = note.map(|note| Change::Checked {
            path: path.clone(),
            at: jiff::Timestamp::from_second(note.checked_at).unwrap_or_default(),
        });
        self.apply(Change::Manifest { path, outcome });
        if let Some(checked) = checked {
            self.apply(checked);
        }
        self.read_wanted();
    }

    /// A catalog was read, or could not be.
    pub(super) fn catalog_read(
        &mut self,
        path: PathBuf,
        outcome: Result<Arc<Catalog>, ManifestFailure>,
        buffer: Vec<u8>,
    ) {
        self.loader.manifest_read(&path, buffer);
        self.apply(Change::Catalog { path, outcome });
        self.read_wanted();
    }

    /// Reads the manifests that are wanted now, and watches those that are in use.
    pub(super) fn read_wanted(&mut self) {
        if !self.missing.is_empty() {
            let missing = std::mem::take(&mut self.missing);
            self.apply(Change::Missing(missing));
        }
        self.loader.want_manifests(self.world.wanted_manifests());
        self.loader.want_catalogs(self.world.wanted_catalogs());
        self.loader.want_neighbours(self.world.wanted_neighbours());
        self.watch_manifests();
        self.consider_fetching();
        self.start_loading();
    }

    /// Reads what there is room for.
    pub(super) fn start_loading(&mut self) {
        self.loader.start();
        self.show_progress();
        if self.loader.is_idle() {
            self.fetching.became_quiet(Instant::now());
            self.publisher.became_quiet(Instant::now());
        }
    }

    /// Everything is read anew.
    pub(super) fn reload(&mut self) {
        self.loader.forget();
        for root in self.world.project_roots() {
            self.loader.want_project(root, false);
        }
        for manifest in self.world.watched_paths() {
            self.loader.manifest_changed(manifest);
        }
        self.read_settings_files();
        self.loader.find(self.folders.clone());
        self.start_loading();
        self.refresh_manifests(&[]);
    }

    /// More has changed than anybody has seen.
    pub(super) fn overlooked(&mut self) {
        tracing::info!("more has changed than could be watched: all is read anew");
        self.watch.folders(&self.folders, &self.client);
        for root in self.world.project_roots() {
            let is_looked_at = self.is_looked_at(&root);
            self.loader.want_project(root, is_looked_at);
        }
        for manifest in self.world.watched_paths() {
            self.loader.manifest_changed(manifest);
        }
        self.read_settings_files();
        self.loader.find(self.folders.clone());
        self.start_loading();
    }

    /// Workspace folders came or went.
    pub(super) fn folders_changed(&mut self, change: &lsp::WorkspaceFoldersChangeEvent) {
        let gone: Vec<_> = change
            .removed
            .iter()
            .filter_map(|it| uri::to_path(&it.uri))
            .collect();
        let new: Vec<_> = change
            .added
            .iter()
            .filter_map(|it| uri::to_path(&it.uri))
            .collect();
        self.folders
            .retain(|folder| !gone.contains(folder) && !new.contains(folder));
        self.watch.folders(&new, &self.client);
        self.folders.extend(new);
        self.apply(Change::Folders(self.folders.clone()));
        self.read_settings_files();
        self.loader.find(self.folders.clone());
        self.read_wanted();
    }

    /// Watches what a project reads beside its own files: where it has its packages, or will, its
    /// profiles.yml and its loom config. They were read at `since` or later.
    pub(super) fn watch_beside(&mut self, root: &Path, since: Option<SystemTime>) {
        let packages = self.world.packages_folder(root).into_iter();
        self.watch.packages(packages, since, &self.client);
        let profiles = self.profiles.file_beside(root);
        let linked = self.world.mesh().at(root);
        let loom = linked.and_then(|linked| Some(linked.loom.as_ref()?.path.clone()));
        for file in profiles.iter().chain(&loom) {
            self.watch.outside(file, &self.folders, since);
        }
        self.profiles_files.extend(profiles);
    }

    /// Watches the manifests in use.
    pub(super) fn watch_manifests(&mut self) {
        if !self.is_initialized {
            return;
        }
        let mut manifests = self.world.watched_paths();
        manifests.extend(self.world.wanted_catalogs());
        let folders = self
            .watch
            .manifests(&manifests, &self.folders, &self.client);
        if !folders.is_empty() {
            let patterns = watch::folder_patterns(&folders);
            let id = format!("dbtMesh.manifests.{}", self.requests);
            self.register(&id, "workspace/didChangeWatchedFiles", &patterns);
        }
    }

    /// Tells the client how far the loading is, if it wants to know.
    pub(super) fn show_progress(&mut self) {
        let is_idle = self.loader.is_idle();
        match self.progress {
            Progress::Hidden => {
                if self.is_initialized && self.client.shows_progress && !is_idle {
                    self.progress = Progress::Asked;
                    let params = json!({"token": TOKEN});
                    self.request("window/workDoneProgress/create", params, Awaited::Progress);
                }
            }
            Progress::Asked => {}
            Progress::Shown => {
                let counts = self.loader.counts();
                if is_idle {
                    self.progress = Progress::Hidden;
                    self.say_progress(&json!({"kind": "end"}));
                } else {
                    let done = counts.projects + counts.manifests;
                    self.say_progress(&json!({
                        "kind": "report",
                        "message": format!("{done}/{} projects and manifests", counts.total),
                        "percentage": done * 100 / counts.total.max(1),
                    }));
                }
            }
        }
    }

    /// The client wants to know. What is over by now is not worth a word.
    pub(super) fn progress_allowed(&mut self) {
        if self.loader.is_idle() {
            self.progress = Progress::Hidden;
            return;
        }
        self.progress = Progress::Shown;
        self.say_progress(&json!({"kind": "begin", "title": TITLE, "percentage": 0}));
        self.show_progress();
    }

    fn say_progress(&self, value: &Value) {
        self.outbox
            .notify("$/progress", json!({"token": TOKEN, "value": value}));
    }
}
