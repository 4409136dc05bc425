//! What happens when files change, in the editor or on disk?

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::time::Instant;
use tower_lsp_server::ls_types as lsp;

use super::MainLoop;
use crate::ide;
use crate::load;
use crate::project::Role;
use crate::server::disk::{self, Found, Rebuilt};
use crate::server::documents::Document;
use crate::server::event::Event;
use crate::server::{loader, uri, watch};
use crate::world::{Change, Snapshot, World};

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
                let on_disk = load::read_source(&path);
                let _ = events.send(Event::ClosedRead(path, on_disk));
            });
        }
    }

    /// What stands on disk in the place of a closed file, unless it is open again, or was read since.
    pub(super) fn closed_read(&mut self, path: PathBuf, on_disk: Option<Arc<str>>) {
        if self.is_closing(&path) {
            self.apply_of_disk(vec![(path, on_disk)]);
            self.read_wanted();
        }
    }

    /// Whether the editor has closed a file that the world takes for open: it is being read.
    fn is_closing(&self, path: &Path) -> bool {
        self.documents.get(path).is_none() && self.world.open_file(path).is_some()
    }

    /// What stands on disk counts. Which columns a text makes is no part of its meaning: where it
    /// is another text, the findings of those that read them may differ.
    fn apply_of_disk(&mut self, files: Vec<(PathBuf, Option<Arc<str>>)>) {
        let now = Instant::now();
        let before = Arc::clone(&self.world);
        let mut paths: Vec<_> = files.iter().map(|(path, _)| path.clone()).collect();
        let (closing, others): (Vec<_>, Vec<_>) = files
            .into_iter()
            .partition(|(path, _)| self.is_closing(path));
        for (path, on_disk) in closing {
            self.publisher.file_changed(&path, now);
            self.apply(Change::FileClosed { path, on_disk });
        }
        if !others.is_empty() {
            self.apply(Change::FilesOnDisk(others));
        }
        let after = Arc::clone(&self.world);
        paths.retain(|path| !has_same_facts(&before, &after, path));
        if paths.is_empty() {
            return;
        }
        for path in &paths {
            self.publisher.file_changed(path, now);
        }
        // Another column may be named now.
        self.publisher.readers_changed(now);
        self.compare_columns(before, after, paths);
    }

    /// Finds out whether readers of these files see other columns than before.
    fn compare_columns(&mut self, before: Snapshot, after: Snapshot, mut paths: Vec<PathBuf>) {
        paths.retain(|path| match self.role_of(path) {
            Some(Role::Macro) => {
                self.columns_differ(path);
                false
            }
            Some(Role::Model | Role::Snapshot | Role::Seed) => true,
            Some(_) | None => false,
        });
        if paths.is_empty() {
            return;
        }
        let events = self.events.clone();
        self.background.run(move || {
            for path in paths {
                if !ide::makes_the_same(&before, &after, &path) {
                    let _ = events.send(Event::ColumnsDiffer(path));
                }
            }
        });
    }

    /// The findings of those that read the columns of a file may differ.
    pub(super) fn columns_differ(&mut self, path: &Path) {
        let now = Instant::now();
        for root in ide::projects_reading(&self.world, path) {
            self.project_changed(root, now);
        }
        if self.client.pulls_diagnostics {
            self.publisher.refresh_later();
        }
    }

    /// What a file is that some project has.
    fn role_of(&self, path: &Path) -> Option<Role> {
        let (linked, inside) = self.world.locate(path)?;
        let role = Role::of(&inside, &linked.project.definition).0;
        linked.project.file(&inside).map(|_| role)
    }

    /// Looks at changed files, as far as somebody may want them. Manifests are the loader's
    /// business.
    pub(super) fn read_files(&mut self, mut changed: BTreeSet<PathBuf>, now: Instant) {
        let below = |path: &PathBuf| self.world.manifests_below(path).cloned().collect();
        let below: Vec<Vec<PathBuf>> = changed.iter().map(below).collect();
        changed.extend(below.into_iter().flatten());
        changed.retain(|path| !self.is_manifest(path));
        let is_profiles = changed
            .iter()
            .any(|path| self.profiles_files.contains(path));
        let mut is_saved = false;
        changed.retain(|path| {
            is_saved |= self.is_open_text(path);
            self.may_matter(path) && !self.is_open_text(path)
        });
        changed.retain(|path| !self.is_of_packages(path));
        for path in &changed {
            self.change_unread(path);
        }
        self.start_loading();
        if changed.is_empty() && !is_profiles {
            // What is saved may be looked at otherwise: a loom config is fetched from then on.
            if is_saved {
                self.read_wanted();
            }
            return;
        }
        self.watch.look_begins(now);
        let (events, world) = (self.events.clone(), Arc::clone(&self.world));
        let (folders, profiles) = (self.folders.clone(), self.profiles.clone());
        tokio::task::spawn_blocking(move || {
            let mut found = disk::look(&world, &folders, changed);
            if is_profiles {
                found.profiles = profiles.read_all(world.project_roots());
            }
            let _ = events.send(Event::FilesRead(found));
        });
    }

    /// Something changed that no project is known to read. What is being read now may read it.
    fn change_unread(&mut self, path: &Path) {
        if self.world.is_read(path) || !watch::may_be_of_project(path) {
            return;
        }
        match self.root_of(path) {
            // Asked again once that is known: others may write what it does not read without end.
            Some(root) if self.loader.begun(&root).is_some() => {
                self.unsure.insert(path.to_path_buf());
            }
            Some(_) => {}
            None => self.loader.file_changed(path),
        }
    }

    /// A project is there: what of that which changed meanwhile it reads is looked at.
    pub(super) fn look_at_unsure(&mut self, root: &Path) {
        let all = std::mem::take(&mut self.unsure).into_iter();
        let (below, rest) = all.partition(|path| path.starts_with(root));
        self.unsure = rest;
        let below: BTreeSet<PathBuf> = below;
        let is_wanted = |path: &PathBuf| self.world.is_read(path) || path.extension().is_none();
        let wanted: Vec<PathBuf> = below.into_iter().filter(is_wanted).collect();
        let now = Instant::now();
        self.watch.changed(wanted, &self.folders, now);
    }

    /// What was found where something has changed.
    pub(super) fn files_read(&mut self, found: Found) {
        self.watch.look_ends();
        let mut has_new_project = false;
        for (path, is_there) in found.seen {
            let name = path.file_name().unwrap_or_default();
            if name == load::SETTINGS_FILE {
                self.read_settings_files();
            } else if name == load::PROJECT_FILE {
                self.loader.file_changed(&path);
                has_new_project |= self.project_file_changed(&path, is_there);
            } else {
                self.change_unread(&path);
            }
        }
        if has_new_project {
            // Not every dbt_project.yml makes a project of the workspace.
            self.loader.find(self.folders.clone());
        }
        for root in found.anew {
            self.loader.want_project(root, true);
        }
        self.apply_rebuilt(found.rebuilt);
        let mut texts = found.texts;
        texts.retain(|(path, _)| self.documents.get(path).is_none());
        for (path, _) in &texts {
            // What is being read may be past it.
            self.loader.file_changed(path);
        }
        if !texts.is_empty() {
            self.apply_of_disk(texts);
        }
        for (root, text) in found.profiles {
            self.loader.file_changed(&root.join(load::PROJECT_FILE));
            let known = self.world.mesh().at(&root);
            if known.is_some_and(|linked| linked.project.profiles != text) {
                self.apply(Change::Profiles { root, text });
            }
        }
        self.read_wanted();
    }

    /// Projects with many other files take the place of those that they were made from, where these
    /// are still the same.
    fn apply_rebuilt(&mut self, rebuilt: Vec<Rebuilt>) {
        for Rebuilt { from, project } in rebuilt {
            let root = from.root.clone();
            self.loader.file_changed(&root.join(load::PROJECT_FILE));
            let known = self.world.mesh().at(&root);
            if known.is_some_and(|linked| Arc::ptr_eq(&linked.project, &from)) {
                self.apply(Change::Project(project));
            } else {
                self.loader.want_project(root, true);
            }
        }
    }

    /// Whether this is a file of which all that matters is what the editor has.
    fn is_open_text(&self, path: &Path) -> bool {
        let name = path.file_name().unwrap_or_default();
        self.documents.get(path).is_some()
            && name != load::PROJECT_FILE
            && name != load::SETTINGS_FILE
            && !self.world.needs_reload(path)
    }

    /// Whether a change there may be of interest, as far as its path tells: not one that is seen by
    /// chance, since a folder above is watched.
    fn may_matter(&self, path: &Path) -> bool {
        if watch::is_noise_below(&self.folders, path) {
            return false;
        }
        let mut folders = self.folders.iter();
        folders.any(|folder| path.starts_with(folder))
            || self.world.is_read(path)
            || self.world.needs_reload(path)
            || self.world.user_of_loom_config(path).is_some()
            || self.world.projects_below(path).next().is_some()
            || self.world.files_below(path).next().is_some()
    }

    /// A manifest or a catalog is read anew. What is kept of those that are fetched nobody else
    /// writes.
    fn is_manifest(&mut self, path: &Path) -> bool {
        let is_kept = self.fetched.as_ref().is_some_and(|it| it.holds(path));
        let is_one = self.world.is_manifest(path) || self.loader.is_manifest(path);
        if is_one && !is_kept {
            self.loader.manifest_changed(path.to_path_buf());
        }
        is_one
    }

    /// Packages come and go; what is in one of them is not looked at.
    fn is_of_packages(&mut self, path: &Path) -> bool {
        let Some((root, below)) = self.world.installer_of(path) else {
            return false;
        };
        let depth = below.components().count();
        if depth < 2 || (depth == 2 && path.ends_with(load::PROJECT_FILE)) {
            self.loader.want_project(root, false);
        }
        true
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
        let project = self.world.project_around(path);
        project.map(|linked| linked.project.root.clone())
    }
}

/// Whether what is known of a file of a project is the same in both.
fn has_same_facts(before: &World, after: &World, path: &Path) -> bool {
    let facts = |world: &World| {
        let (linked, inside) = world.locate(path)?;
        Some(linked.project.files.get(&*inside).cloned())
    };
    match (facts(before), facts(after)) {
        (Some(Some(before)), Some(Some(after))) => Arc::ptr_eq(&before, &after),
        (Some(None), Some(None)) => true,
        (_, _) => false,
    }
}
