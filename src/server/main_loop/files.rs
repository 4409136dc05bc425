//! What happens when files change, in the editor or on disk?

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::time::Instant;
use tower_lsp_server::ls_types as lsp;

use super::MainLoop;
use crate::ide;
use crate::load;
use crate::project::Role;
use crate::server::documents::Document;
use crate::server::event::Event;
use crate::server::{loader, uri, watch};
use crate::world::{Change, World};

/// Where more files of a project change at once than this, the project is read anew.
const MANY: usize = 24;

impl MainLoop {
    /// The editor opened a file. One that is no file on disk is left alone.
    pub(super) fn opened(&mut self, document: lsp::TextDocumentItem) {
        let Some(path) = uri::to_path(&document.uri) else {
            return;
        };
        #[cfg(test)]
        crate::server::tests::panic_at(&path, "bad_to_open.sql");
        let version = document.version;
        // Ages and deprecation dates are those of the moment at which somebody looks.
        self.apply(Change::Now(jiff::Timestamp::now()));
        let text = self
            .documents
            .open(&path, document.uri, version, &document.text);
        self.apply(Change::FileInEditor {
            path: path.clone(),
            text,
            version,
        });
        self.publisher.file_opened(&path, Instant::now());
        if self.root_of(&path).is_none() {
            let events = self.events.clone();
            tokio::task::spawn_blocking(move || {
                if let Some(root) = loader::project_of(&path) {
                    let _ = events.send(Event::ProjectOpened(root));
                }
            });
        }
    }

    /// The editor changed an open file.
    pub(super) fn changed(&mut self, params: lsp::DidChangeTextDocumentParams) {
        let Some(path) = uri::to_path(&params.text_document.uri) else {
            return;
        };
        let version = params.text_document.version;
        let encoding = self.client.encoding;
        let text = self
            .documents
            .change(&path, version, params.content_changes, encoding);
        let Some(text) = text else { return };
        // A late change is not the newest one.
        let version = self
            .documents
            .get(&path)
            .map_or(version, |document| document.version);
        self.publisher.file_changed(&path, Instant::now());
        let links = self.world.links();
        let was_published = self.is_as_published(&path);
        self.apply(Change::FileInEditor {
            path: path.clone(),
            text,
            version,
        });
        if self.is_as_published(&path) != was_published {
            self.published_text_left(&path);
        }
        if self.world.links() == links {
            // Another column may be named now.
            self.publisher.readers_changed(Instant::now());
        } else {
            // A loom config may name other manifests now.
            self.read_wanted();
        }
    }

    fn is_as_published(&self, path: &Path) -> bool {
        let located = self.world.locate(path);
        located.is_some_and(|(linked, inside)| self.world.mesh().is_as_published(linked, &inside))
    }

    /// A text is no longer the published one, or is it again: its columns are, for other projects,
    /// no longer known by it, or are again.
    fn published_text_left(&mut self, path: &Path) {
        let own = self.root_of(path);
        for root in ide::projects_reading(&self.world, path) {
            if Some(&root) != own.as_ref() {
                self.project_changed(root, Instant::now());
            }
        }
    }

    /// The editor closed a file: what stands on disk counts again.
    pub(super) fn closed(&mut self, uri: &lsp::Uri) {
        let Some(path) = uri::to_path(uri) else {
            return;
        };
        let document = self.documents.get(&path);
        let was_changed = document.is_some_and(Document::was_changed);
        if self.documents.close(&path) {
            if was_changed {
                // It may be saved while its project is read.
                self.loader.file_changed(&path);
            }
            let events = self.events.clone();
            tokio::task::spawn_blocking(move || {
                let on_disk = load::read_text(&path);
                let _ = events.send(Event::ClosedRead(path, on_disk));
            });
        }
    }

    /// What stands on disk in the place of a closed file, unless it is open again.
    pub(super) fn closed_read(&mut self, path: PathBuf, on_disk: Option<Arc<str>>) {
        if self.documents.get(&path).is_none() {
            let closed = path.clone();
            self.apply_of_disk(&closed, Change::FileClosed { path, on_disk });
            self.read_wanted();
        }
    }

    /// What stands on disk counts. Which columns a text makes is no part of its meaning: where it
    /// is another text, the findings of those that read them may differ.
    fn apply_of_disk(&mut self, path: &Path, change: Change) {
        let project_at = |world: &World| {
            let located = world.locate(path);
            located.map(|(linked, _)| Arc::clone(&linked.project))
        };
        let now = Instant::now();
        let before = project_at(&self.world);
        self.publisher.file_changed(path, now);
        self.apply(change);
        let both = before.zip(project_at(&self.world));
        let is_same = both.is_none_or(|(before, after)| Arc::ptr_eq(&before, &after));
        if is_same || !self.makes_columns(path) {
            return;
        }
        for root in ide::projects_reading(&self.world, path) {
            self.project_changed(root, now);
        }
        if self.client.pulls_diagnostics {
            self.publisher.refresh_later();
        }
    }

    /// Whether columns may hang on the text of a file.
    fn makes_columns(&self, path: &Path) -> bool {
        self.world.locate(path).is_some_and(|(linked, inside)| {
            let role = Role::of(&inside, &linked.project.definition).0;
            let is_maker = matches!(
                role,
                Role::Model | Role::Snapshot | Role::Seed | Role::Macro
            );
            is_maker && linked.project.file(&inside).is_some()
        })
    }

    /// Reads changed files. Manifests are the loader's business.
    pub(super) fn read_files(&mut self, mut changed: BTreeSet<PathBuf>) {
        for manifest in self.world.watched_paths() {
            if changed.remove(&manifest) {
                self.loader.manifest_changed(manifest);
            }
        }
        self.start_loading();
        // Beside a manifest, and above its folder, lies what is nobody's business here.
        changed.retain(|path| {
            !watch::is_noise_below(&self.folders, path) && self.is_of_interest(path)
        });
        if changed.is_empty() {
            return;
        }
        let (events, folders) = (self.events.clone(), self.folders.clone());
        tokio::task::spawn_blocking(move || {
            let mut files = BTreeMap::new();
            for path in changed {
                let is_inside = folders.iter().any(|folder| path.starts_with(folder));
                // Who tells of a new folder may tell of nothing in it.
                if is_inside && !watch::tells_of_packages(&path) && path.is_dir() {
                    let files_below = watch::files_below(&path);
                    for file in files_below.filter(|file| watch::may_be_read(file)) {
                        let text = load::read_text(&file);
                        files.insert(file, text);
                    }
                } else {
                    let text = load::read_text(&path);
                    files.insert(path, text);
                }
            }
            let _ = events.send(Event::FilesRead(files.into_iter().collect()));
        });
    }

    /// Files were read because they had changed.
    pub(super) fn files_read(&mut self, files: Vec<(PathBuf, Option<Arc<str>>)>) {
        let mut of_projects: BTreeMap<PathBuf, Vec<_>> = BTreeMap::new();
        let mut has_new_project = false;
        for (path, text) in files {
            let name = path.file_name().unwrap_or_default();
            if name == load::SETTINGS_FILE {
                self.read_settings_files();
            }
            if text.is_none() {
                self.want_projects_below(&path);
            }
            if self.is_read_anew(&path, text.is_none()) {
                self.loader.file_changed(&path);
            }
            if let Some((root, below)) = self.world.installer_of(&path) {
                // Packages come and go; what is in one of them is not looked at.
                let depth = below.components().count();
                if depth < 2 || (depth == 2 && name == load::PROJECT_FILE) {
                    self.loader.want_project(root, false);
                }
            } else if name == load::PROJECT_FILE {
                has_new_project |= self.project_file_changed(&path, text.is_some());
            } else if let Some(root) = self.root_of(&path) {
                of_projects.entry(root).or_default().push((path, text));
            } else if self.world.user_of_loom_config(&path).is_some() {
                self.apply(Change::FileOnDisk { path, text });
            }
        }
        if has_new_project {
            // Not every dbt_project.yml makes a project of the workspace.
            self.loader.find(self.folders.clone());
        }
        for (root, files) in of_projects {
            // A folder that is gone takes files with it that nobody names.
            let is_folder_gone = |(path, text): &(PathBuf, Option<_>)| {
                text.is_none() && self.world.has_files_below(path)
            };
            let is_enough = files.len() > MANY
                || files.iter().any(|file| self.world.needs_reload(&file.0))
                || files.iter().any(is_folder_gone);
            if is_enough {
                self.loader.want_project(root, true);
                continue;
            }
            for (path, text) in files {
                let changed = path.clone();
                self.apply_of_disk(&changed, Change::FileOnDisk { path, text });
            }
        }
        self.read_wanted();
    }

    /// Whether a change on disk is told of: not one that is seen by chance, since a folder above is
    /// watched.
    fn is_of_interest(&self, path: &Path) -> bool {
        let mut folders = self.folders.iter();
        folders.any(|folder| path.starts_with(folder) && (path != folder || !path.is_dir()))
            || self.world.locate(path).is_some()
            || self.world.user_of_loom_config(path).is_some()
            || path
                .file_name()
                .is_some_and(|name| name == load::SETTINGS_FILE || name == load::PROJECT_FILE)
    }

    /// Whether a project that is being read has to be read again for a change on disk. What is open
    /// counts as the editor has it.
    fn is_read_anew(&self, path: &Path, is_gone: bool) -> bool {
        let is_read = match self.world.locate(path) {
            Some((linked, inside)) => {
                linked.project.reads(&inside) || (is_gone && self.world.has_files_below(path))
            }
            None => load::is_read_by_dbt(path) || (is_gone && path.extension().is_none()),
        };
        let is_ignore = path.file_name().is_some_and(|name| name == ".dbtignore");
        (is_read || is_ignore) && self.documents.get(path).is_none()
    }

    /// A folder may be gone: the projects in it are then.
    fn want_projects_below(&mut self, path: &Path) {
        let projects = self.world.workspace_projects();
        let roots = projects.map(|linked| &linked.project.root);
        for root in roots.filter(|root| root.starts_with(path)) {
            self.loader.want_project(root.clone(), false);
        }
    }

    /// Returns whether there is one that belongs to no project that is known.
    fn project_file_changed(&mut self, path: &Path, exists: bool) -> bool {
        let Some(root) = path.parent() else {
            return false;
        };
        // Somebody who has a file of it open need not wait until it is found, nor where nobody looks.
        let is_known = self.loader.knows_project(root) || self.is_looked_at(root);
        if !exists {
            self.remove_project(root.to_owned());
        } else if is_known {
            self.loader.want_project(root.to_owned(), true);
        }
        exists && !is_known
    }

    /// The project that a file lies in, the innermost if there are several.
    pub(super) fn root_of(&self, path: &Path) -> Option<PathBuf> {
        let mut roots = self.world.project_roots();
        roots.retain(|root| path.starts_with(root));
        roots
            .into_iter()
            .max_by_key(|root| root.components().count())
    }
}
