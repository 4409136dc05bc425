//! What happens when files change, in the editor or on disk?

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::time::Instant;
use tower_lsp_server::ls_types as lsp;

use super::MainLoop;
use crate::ide;
use crate::load;
use crate::server::event::Event;
use crate::server::{loader, uri};
use crate::world::Change;

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
        if self.documents.close(&path) {
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
            self.publisher.file_changed(&path, Instant::now());
            self.apply(Change::FileClosed { path, on_disk });
            self.read_wanted();
        }
    }

    /// Reads changed files. Manifests are the loader's business.
    pub(super) fn read_files(&mut self, mut changed: BTreeSet<PathBuf>) {
        for manifest in self.world.watched_paths() {
            if changed.remove(&manifest) {
                self.loader.manifest_changed(manifest);
            }
        }
        self.start_loading();
        if changed.is_empty() {
            return;
        }
        let events = self.events.clone();
        tokio::task::spawn_blocking(move || {
            let files = changed.into_iter().map(|path| {
                let text = load::read_text(&path);
                (path, text)
            });
            let _ = events.send(Event::FilesRead(files.collect()));
        });
    }

    /// Files were read because they had changed.
    pub(super) fn files_read(&mut self, files: Vec<(PathBuf, Option<Arc<str>>)>) {
        let mut of_projects: BTreeMap<PathBuf, Vec<_>> = BTreeMap::new();
        for (path, text) in files {
            if path
                .file_name()
                .is_some_and(|name| name == load::SETTINGS_FILE)
            {
                self.read_settings_files();
            }
            if path
                .file_name()
                .is_some_and(|name| name == load::PROJECT_FILE)
            {
                self.project_file_changed(&path, text.is_some());
            } else if let Some(root) = self.root_of(&path) {
                of_projects.entry(root).or_default().push((path, text));
            } else if self.world.user_of_loom_config(&path).is_some() {
                self.apply(Change::FileOnDisk { path, text });
            }
        }
        for (root, files) in of_projects {
            // A folder that is gone takes files with it that nobody names.
            let is_folder_gone =
                |(path, text): &(PathBuf, Option<_>)| text.is_none() && path.extension().is_none();
            let is_enough = files.len() > MANY
                || files.iter().any(|file| self.world.needs_reload(&file.0))
                || files.iter().any(is_folder_gone);
            if is_enough {
                self.loader.want_project(root, true);
                continue;
            }
            for (path, text) in files {
                self.publisher.file_changed(&path, Instant::now());
                self.apply(Change::FileOnDisk { path, text });
            }
        }
        self.read_wanted();
    }

    fn project_file_changed(&mut self, path: &Path, exists: bool) {
        let Some(root) = path.parent() else { return };
        if exists {
            self.loader.want_project(root.to_owned(), true);
        } else {
            self.remove_project(root.to_owned());
        }
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
