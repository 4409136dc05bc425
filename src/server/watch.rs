//! Who tells that a file has changed? The client where it can; where it cannot, a watcher of our
//! own. A manifest's folder is watched rather than the manifest, which is mostly replaced whole.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::{Duration, SystemTime};

use ignore::WalkBuilder;
use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use serde_json::{Value, json};
use tokio::time::Instant;

use super::capabilities::ClientProfile;
use super::event::{Event, Events};
use super::uri;

/// So long after a change the files are read: whoever writes one mostly writes several.
const PAUSE: Duration = Duration::from_millis(30);
/// Folders whose files nobody wrote by hand.
const NOT_WATCHED: [&str; 7] = [
    ".git",
    "node_modules",
    "target",
    "dbt_packages",
    "venv",
    ".venv",
    "__pycache__",
];

/// What is watched and what was seen.
pub(super) struct Watch {
    events: Events,
    trees: Option<mpsc::Sender<Wish>>,
    folders: Option<mpsc::Sender<Wish>>,
    manifest_folders: BTreeSet<PathBuf>,
    changed: BTreeSet<PathBuf>,
    deadline: Option<Instant>,
}

/// A folder that a thread is asked to watch.
struct Wish {
    folder: PathBuf,
    depth: Depth,
    /// When it was asked: what changes from then on has to be told.
    since: SystemTime,
}

#[derive(Clone, Copy)]
enum Depth {
    /// The folder and all below it.
    Tree,
    /// The files of the folder.
    Folder,
}

impl Wish {
    fn new(folder: PathBuf, depth: Depth) -> Self {
        let since = SystemTime::now();
        Self {
            folder,
            depth,
            since,
        }
    }
}

impl Watch {
    /// Nothing is watched yet.
    pub(super) fn new(events: Events) -> Self {
        Self {
            events,
            trees: None,
            folders: None,
            manifest_folders: BTreeSet::new(),
            changed: BTreeSet::new(),
            deadline: None,
        }
    }

    /// Watches the files of the workspace folders where the client does not.
    pub(super) fn folders(&mut self, folders: &[PathBuf], client: &ClientProfile) {
        if !client.watches_files {
            for folder in folders {
                self.wish(Wish::new(folder.clone(), Depth::Tree));
            }
        }
    }

    /// Watches the folders of manifests. Returns the folders that the client has to watch.
    pub(super) fn manifests(
        &mut self,
        manifests: &[PathBuf],
        folders: &[PathBuf],
        client: &ClientProfile,
    ) -> Vec<PathBuf> {
        let wanted = manifests.iter().filter_map(|path| path.parent());
        let mut news: Vec<_> = wanted.map(Path::to_owned).collect();
        news.sort_unstable();
        news.dedup();
        news.retain(|folder| self.manifest_folders.insert(folder.clone()));
        if client.watches_files {
            // The client watches these already, by the patterns for the whole workspace.
            news.retain(|folder| {
                !folders
                    .iter()
                    .any(|workspace| folder.starts_with(workspace))
            });
            if client.watches_anywhere {
                return news;
            }
        }
        for folder in news {
            self.wish(Wish::new(folder, Depth::Folder));
        }
        Vec::new()
    }

    fn wish(&mut self, wish: Wish) {
        // A manifest's folder does not wait until a whole tree is walked.
        let thread = match wish.depth {
            Depth::Tree => &mut self.trees,
            Depth::Folder => &mut self.folders,
        };
        let thread = thread.get_or_insert_with(|| start(self.events.clone()));
        let _ = thread.send(wish);
    }

    /// Files were seen to change.
    ///
    /// What dbt and others make is left aside by the names of folders below the workspace: the
    /// workspace itself may well lie in a folder called `target`.
    pub(super) fn changed(&mut self, paths: Vec<PathBuf>, folders: &[PathBuf], now: Instant) {
        for folder in &paths {
            if self.manifest_folders.contains(folder) {
                // It has come after it was to be watched, with files or before them.
                self.wish(Wish {
                    folder: folder.clone(),
                    depth: Depth::Folder,
                    since: SystemTime::UNIX_EPOCH,
                });
            }
        }
        let paths = paths.into_iter().filter(|path| {
            let is_manifest = || {
                path.parent()
                    .is_some_and(|it| self.manifest_folders.contains(it))
            };
            !is_noise_below(folders, path) || is_manifest()
        });
        self.changed.extend(paths);
        if !self.changed.is_empty() {
            self.deadline = Some(now + PAUSE);
        }
    }

    /// When the changed files are to be looked at.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    /// The changed files, once they have come to rest.
    pub(super) fn take(&mut self, now: Instant) -> BTreeSet<PathBuf> {
        if self.deadline.is_none_or(|deadline| deadline > now) {
            return BTreeSet::new();
        }
        self.deadline = None;
        std::mem::take(&mut self.changed)
    }
}

/// The patterns that the client watches in the workspace.
pub(super) fn workspace_patterns() -> Value {
    let kinds = "**/*.{sql,py,yml,yaml,csv,md,json,toml,gz}";
    json!({"watchers": [{"globPattern": kinds}, {"globPattern": "**/.dbtignore"}]})
}

/// The patterns for folders outside of it.
pub(super) fn folder_patterns(folders: &[PathBuf]) -> Value {
    let watchers = folders.iter().filter_map(|folder| {
        let base = uri::from_path(folder)?;
        Some(json!({"globPattern": {"baseUri": base, "pattern": "*.{json,gz}"}}))
    });
    json!({"watchers": watchers.collect::<Vec<_>>()})
}

fn is_noise(path: &Path) -> bool {
    path.components()
        .any(|part| NOT_WATCHED.iter().any(|name| part.as_os_str() == *name))
}

/// Whether what lies between a workspace folder and the file is of no interest.
fn is_noise_below(folders: &[PathBuf], path: &Path) -> bool {
    let mut below = folders
        .iter()
        .filter_map(|folder| path.strip_prefix(folder).ok());
    below.next().is_some_and(is_noise)
}

/// A thread that watches what it is asked to, for as long as somebody can ask.
fn start(events: Events) -> mpsc::Sender<Wish> {
    let (wishes, asked) = mpsc::channel();
    let (own, seen_by) = (wishes.clone(), events.clone());
    std::thread::spawn(move || {
        let watcher = notify::recommended_watcher(move |seen| report(seen, &seen_by, &own));
        match watcher {
            Ok(watcher) => watch_all(watcher, &asked, &events),
            Err(error) => tracing::warn!("watch files: {error}"),
        }
    });
    wishes
}

fn watch_all(mut watcher: RecommendedWatcher, asked: &mpsc::Receiver<Wish>, events: &Events) {
    while let Ok(Wish {
        folder,
        depth,
        since,
    }) = asked.recv()
    {
        match depth {
            Depth::Folder => {
                watch(&mut watcher, &folder, RecursiveMode::NonRecursive);
                report_newer(&folder, since, events);
            }
            // Linux has no watch for a whole tree, and one for each folder would be spent on
            // folders that nobody wants.
            Depth::Tree if cfg!(target_os = "linux") => {
                for folder in folders_below(&folder) {
                    watch(&mut watcher, &folder, RecursiveMode::NonRecursive);
                    report_newer(&folder, since, events);
                }
            }
            Depth::Tree => watch(&mut watcher, &folder, RecursiveMode::Recursive),
        }
    }
}

/// Tells of files that changed before the watch began and after it was asked for.
fn report_newer(folder: &Path, since: SystemTime, events: &Events) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    let is_newer = |path: &PathBuf| {
        let modified = std::fs::metadata(path).and_then(|metadata| metadata.modified());
        modified.is_ok_and(|modified| modified >= since)
    };
    let paths = entries.flatten().map(|entry| entry.path());
    let newer: Vec<_> = paths.filter(is_newer).collect();
    if !newer.is_empty() {
        let _ = events.send(Event::FilesChanged(newer));
    }
}

fn watch(watcher: &mut RecommendedWatcher, folder: &Path, mode: RecursiveMode) {
    if let Err(error) = watcher.watch(folder, mode) {
        tracing::debug!("watch {}: {error}", folder.display());
    }
}

fn folders_below(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let mut builder = WalkBuilder::new(folder);
    builder.standard_filters(false).filter_entry(|entry| {
        entry.file_type().is_some_and(|kind| kind.is_dir())
            && (entry.depth() == 0 || !NOT_WATCHED.iter().any(|name| entry.file_name() == *name))
    });
    builder.build().flatten().map(ignore::DirEntry::into_path)
}

fn report(seen: notify::Result<notify::Event>, events: &Events, wishes: &mpsc::Sender<Wish>) {
    let Ok(seen) = seen else { return };
    if matches!(seen.kind, EventKind::Access(_)) {
        return;
    }
    let mut paths = Vec::new();
    for path in seen.paths {
        let is_new = matches!(seen.kind, EventKind::Create(_) | EventKind::Modify(_));
        let is_watched = path
            .file_name()
            .is_some_and(|name| !is_noise(Path::new(name)));
        if is_new && is_watched && path.is_dir() {
            paths.extend(files_below(&path));
            let _ = wishes.send(Wish::new(path, Depth::Tree));
        } else {
            paths.push(path);
        }
    }
    let _ = events.send(Event::FilesChanged(paths));
}

/// The files of a new folder: some may have come before it was watched.
fn files_below(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let mut builder = WalkBuilder::new(folder);
    builder.standard_filters(false);
    builder.filter_entry(|entry| !NOT_WATCHED.iter().any(|name| entry.file_name() == *name));
    let entries = builder.build().flatten();
    entries
        .filter(|entry| entry.file_type().is_some_and(|kind| kind.is_file()))
        .map(ignore::DirEntry::into_path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_workspace_in_a_folder_called_target_is_watched() {
        let folders = [PathBuf::from("/target/mesh")];
        let is_noise = |path| is_noise_below(&folders, Path::new(path));
        assert!(!is_noise("/target/mesh/sales/models/orders.sql"));
        assert!(is_noise("/target/mesh/sales/target/run/orders.sql"));
        assert!(!is_noise("/elsewhere/node_modules/manifest.json"));
    }
}
