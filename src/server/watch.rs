//! Who tells that a file has changed? The client where it can; where it cannot, a watcher of our
//! own. A manifest's folder is watched rather than the manifest, which is mostly replaced whole.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::ops::Bound::{Included, Unbounded};
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
use crate::load;

/// So long after a change the files are read: whoever writes one mostly writes several.
const PAUSE: Duration = Duration::from_millis(30);
/// So long after the first change they are read even if the changes never stop.
const LONGEST_PAUSE: Duration = Duration::from_millis(250);
/// Where dbt installs packages, unless it is told otherwise.
const PACKAGES: &str = "dbt_packages";
/// Folders whose files nobody wrote by hand.
const NOT_WATCHED: [&str; 7] = [
    ".git",
    "node_modules",
    "target",
    PACKAGES,
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
    /// The single folders that are watched here, there or not.
    own: BTreeMap<PathBuf, Depth>,
    changed: BTreeSet<PathBuf>,
    first: Option<Instant>,
    deadline: Option<Instant>,
}

/// A folder that a thread is asked to watch.
struct Wish {
    folder: PathBuf,
    depth: Depth,
    /// When it was asked: what changes from then on has to be told.
    since: SystemTime,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Depth {
    /// The folder and all below it.
    Tree,
    /// The files of the folder.
    Folder,
    /// The same, and those of the packages in it that come.
    Packages,
    /// The files of a folder that no tree holds: whether it comes, or is replaced, is seen from
    /// above.
    Outside,
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
            own: BTreeMap::new(),
            changed: BTreeSet::new(),
            first: None,
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
        let is_inside = |folder: &PathBuf| folders.iter().any(|it| folder.starts_with(it));
        if client.watches_files {
            // The client watches these already, by the patterns for the whole workspace.
            news.retain(|folder| !is_inside(folder));
            if client.watches_anywhere {
                return news;
            }
        }
        for folder in news {
            let depth = if is_inside(&folder) {
                Depth::Folder
            } else {
                Depth::Outside
            };
            self.want(folder, depth);
        }
        Vec::new()
    }

    /// Watches the folders of installed packages where the client does not.
    pub(super) fn packages(
        &mut self,
        folders: impl Iterator<Item = PathBuf>,
        client: &ClientProfile,
    ) {
        if !client.watches_files {
            for folder in folders {
                self.want(folder, Depth::Packages);
            }
        }
    }

    fn want(&mut self, folder: PathBuf, depth: Depth) {
        if self.own.insert(folder.clone(), depth).is_none() {
            self.wish(Wish::new(folder, depth));
        }
    }

    fn wish(&mut self, wish: Wish) {
        // A manifest's folder does not wait until a whole tree is walked.
        let thread = match wish.depth {
            Depth::Tree => &mut self.trees,
            Depth::Folder | Depth::Packages | Depth::Outside => &mut self.folders,
        };
        let thread = thread.get_or_insert_with(|| start(self.events.clone(), wish.depth));
        let _ = thread.send(wish);
    }

    /// Files were seen to change.
    ///
    /// What dbt and others make is left aside by the names of folders below the workspace: the
    /// workspace itself may well lie in a folder called `target`.
    pub(super) fn changed(&mut self, paths: Vec<PathBuf>, folders: &[PathBuf], now: Instant) {
        for path in &paths {
            self.watch_again(path);
        }
        let paths = paths.into_iter().filter(|path| {
            let is_manifest = || {
                path.parent()
                    .is_some_and(|it| self.manifest_folders.contains(it))
            };
            !is_noise_below(folders, path) || is_manifest()
        });
        let mut paths = paths.peekable();
        if paths.peek().is_none() {
            return;
        }
        self.changed.extend(paths);
        let first = *self.first.get_or_insert(now);
        self.deadline = Some((now + PAUSE).min(first + LONGEST_PAUSE));
    }

    /// Watches what has come after it was to be watched, with files or before them.
    fn watch_again(&mut self, path: &Path) {
        // In the order of paths what lies in a folder comes right behind it.
        let behind = self.own.range::<Path, _>((Included(path), Unbounded));
        let below = behind.take_while(|(folder, _)| folder.starts_with(path));
        let come = below.filter(|it| it.0 == path || *it.1 == Depth::Outside);
        let come = come.map(|(folder, depth)| (folder.clone(), *depth));
        let mut come: Vec<_> = come.collect();
        let above = path.parent().and_then(|folder| self.own.get(folder));
        if above == Some(&Depth::Packages) {
            come.push((path.to_owned(), Depth::Folder));
        }
        for (folder, depth) in come {
            self.wish(Wish {
                folder,
                depth,
                since: SystemTime::UNIX_EPOCH,
            });
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
        self.first = None;
        self.deadline = None;
        std::mem::take(&mut self.changed)
    }
}

/// The patterns that the client watches in the workspace.
pub(super) fn workspace_patterns() -> Value {
    let kinds = "**/*.{sql,py,yml,yaml,csv,md,json,toml,gz}";
    // Of a folder that comes, goes or is moved some clients tell, and of nothing in it. No pattern
    // tells it from a file.
    let folders = json!({"globPattern": "**/*", "kind": 5});
    json!({"watchers": [{"globPattern": kinds}, {"globPattern": "**/.dbtignore"}, folders]})
}

/// The patterns for folders outside of it.
pub(super) fn folder_patterns(folders: &[PathBuf]) -> Value {
    let watchers = folders.iter().filter_map(|folder| {
        let base = uri::from_path(folder)?;
        Some(json!({"globPattern": {"baseUri": base, "pattern": "*.{json,gz}"}}))
    });
    json!({"watchers": watchers.collect::<Vec<_>>()})
}

/// Whether a path tells of packages that come or go: their folder, one of them, or what makes it
/// one.
pub(super) fn tells_of_packages(path: &Path) -> bool {
    packages_folder(path).is_some()
}

fn packages_folder(path: &Path) -> Option<&Path> {
    let is_definition = path
        .file_name()
        .is_some_and(|name| name == load::PROJECT_FILE);
    let (skipped, most) = if is_definition { (2, 1) } else { (0, 2) };
    let mut folders = path.ancestors().skip(skipped).take(most);
    folders.find(|folder| folder.file_name().is_some_and(|name| name == PACKAGES))
}

fn is_noise(path: &Path) -> bool {
    let above = packages_folder(path).and_then(Path::parent);
    let is_log = path.extension().is_some_and(|it| it == "log");
    is_log || above.unwrap_or(path).iter().any(is_not_watched)
}

fn is_not_watched(name: &OsStr) -> bool {
    NOT_WATCHED.iter().any(|known| name == *known)
}

/// Whether what lies between a workspace folder and the file is of no interest.
pub(super) fn is_noise_below(folders: &[PathBuf], path: &Path) -> bool {
    let mut below = folders
        .iter()
        .filter_map(|folder| path.strip_prefix(folder).ok());
    below.next().is_some_and(is_noise)
}

/// A thread that watches what it is asked to, for as long as somebody can ask.
fn start(events: Events, depth: Depth) -> mpsc::Sender<Wish> {
    let (wishes, asked) = mpsc::channel();
    // A tree takes new folders in.
    let own = (depth == Depth::Tree).then(|| wishes.clone());
    let seen_by = events.clone();
    std::thread::spawn(move || {
        let watcher = notify::recommended_watcher(move |seen| report(seen, &seen_by, own.as_ref()));
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
            Depth::Folder | Depth::Packages => watch_one(&mut watcher, &folder, since, events),
            Depth::Outside => {
                watch_above(&mut watcher, &folder);
                watch_one(&mut watcher, &folder, since, events);
            }
            // Linux has no watch for a whole tree, and one for each folder would be spent on
            // folders that nobody wants.
            Depth::Tree if cfg!(target_os = "linux") => {
                for folder in folders_below(&folder) {
                    watch_one(&mut watcher, &folder, since, events);
                }
            }
            Depth::Tree => {
                watch(&mut watcher, &folder, RecursiveMode::Recursive);
            }
        }
    }
}

/// Watches a folder, should it be there.
fn watch_one(watcher: &mut RecommendedWatcher, folder: &Path, since: SystemTime, events: &Events) {
    if folder.is_dir() {
        watch(watcher, folder, RecursiveMode::NonRecursive);
        report_newer(folder, since, events);
    }
}

/// Watches the nearest folder above another.
fn watch_above(watcher: &mut RecommendedWatcher, folder: &Path) {
    let nearest = || folder.ancestors().skip(1).find(|above| above.is_dir());
    let mut last = None;
    // One may come between the look and the watch.
    while let Some(above) = nearest().filter(|above| last != Some(*above)) {
        if !watch(watcher, above, RecursiveMode::NonRecursive) {
            return;
        }
        last = Some(above);
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

/// Returns whether the folder is watched.
fn watch(watcher: &mut RecommendedWatcher, folder: &Path, mode: RecursiveMode) -> bool {
    let outcome = watcher.watch(folder, mode);
    if let Err(error) = &outcome {
        tracing::debug!("watch {}: {error}", folder.display());
    }
    outcome.is_ok()
}

fn folders_below(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let mut builder = WalkBuilder::new(folder);
    builder.standard_filters(false).filter_entry(|entry| {
        entry.file_type().is_some_and(|kind| kind.is_dir())
            && (entry.depth() == 0 || !is_not_watched(entry.file_name()))
    });
    builder.build().flatten().map(ignore::DirEntry::into_path)
}

fn report(
    seen: notify::Result<notify::Event>,
    events: &Events,
    wishes: Option<&mpsc::Sender<Wish>>,
) {
    let Ok(seen) = seen else { return };
    if matches!(seen.kind, EventKind::Access(_)) {
        return;
    }
    let mut paths = Vec::new();
    for path in seen.paths {
        let is_new = matches!(seen.kind, EventKind::Create(_) | EventKind::Modify(_));
        let is_watched = path.file_name().is_some_and(|name| !is_not_watched(name));
        let tree = wishes.filter(|_| is_new && is_watched && path.is_dir());
        if let Some(wishes) = tree {
            paths.extend(files_below(&path));
            let _ = wishes.send(Wish::new(path, Depth::Tree));
        } else {
            paths.push(path);
        }
    }
    let _ = events.send(Event::FilesChanged(paths));
}

/// Whether somebody may want what a file holds, by its name.
pub(super) fn may_be_read(path: &Path) -> bool {
    let others = [".dbtignore", load::SETTINGS_FILE];
    let name = path.file_name().unwrap_or_default();
    load::is_read_by_dbt(path) || others.iter().any(|other| name == *other)
}

/// The files of a new folder: some may have come before it was watched.
pub(super) fn files_below(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let mut builder = WalkBuilder::new(folder);
    builder.standard_filters(false);
    builder.filter_entry(|entry| !is_not_watched(entry.file_name()));
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

    #[test]
    fn of_packages_only_their_coming_and_going_is_seen() {
        let folders = [PathBuf::from("/mesh")];
        let is_noise = |path| is_noise_below(&folders, Path::new(path));
        for path in [
            "/mesh/sales/dbt_packages",
            "/mesh/sales/dbt_packages/web",
            "/mesh/sales/dbt_packages/web/dbt_project.yml",
        ] {
            assert!(!is_noise(path), "{path}");
        }
        for path in [
            "/mesh/sales/dbt_packages/web/README.md",
            "/mesh/sales/dbt_packages/web/models/a.sql",
            "/mesh/sales/dbt_packages/web/dbt_packages/css/dbt_project.yml",
            "/mesh/sales/target/dbt_packages",
        ] {
            assert!(is_noise(path), "{path}");
        }
    }

    #[test]
    fn neither_noise_nor_changes_that_never_stop_hold_back_others() {
        let (events, _) = tokio::sync::mpsc::unbounded_channel();
        let mut watch = Watch::new(events);
        let folders = [PathBuf::from("/mesh")];
        let start = Instant::now();
        let at = |milliseconds| start + Duration::from_millis(milliseconds);
        watch.changed(vec!["/mesh/a.sql".into()], &folders, at(0));
        watch.changed(vec!["/mesh/logs/dbt.log".into()], &folders, at(20));
        assert_eq!(watch.deadline(), Some(at(30)));
        for milliseconds in (20..400).step_by(20) {
            watch.changed(vec!["/mesh/a.sql".into()], &folders, at(milliseconds));
        }
        assert_eq!(watch.deadline(), Some(at(250)));
        let taken = watch.take(at(250));
        assert_eq!(taken, BTreeSet::from([PathBuf::from("/mesh/a.sql")]));
    }
}
