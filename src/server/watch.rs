//! Who tells that a file has changed? The client where it can; where it cannot, a watcher of our
//! own. A manifest's folder is watched rather than the manifest, which is mostly replaced whole.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound::{Included, Unbounded};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};
use tokio::time::Instant;

use super::capabilities::ClientProfile;
use super::event::Events;
use super::uri;
use super::watcher::{Depth, PACKAGES, Watcher, Wish, is_not_watched, may_be_read};
use crate::load;

/// So long after a change the files are read: whoever writes one mostly writes several.
const PAUSE: Duration = Duration::from_millis(30);
/// So long after the first change they are read even if the changes never stop.
const LONGEST_PAUSE: Duration = Duration::from_millis(250);
/// So long those that changed before may be looked at: what hangs on a disk must not keep others.
const LONGEST_LOOK: Duration = Duration::from_secs(10);

/// What is watched and what was seen.
pub(super) struct Watch {
    events: Events,
    trees: Option<Watcher>,
    folders: Option<Watcher>,
    manifest_folders: BTreeSet<PathBuf>,
    /// The single folders that are watched here, there or not.
    own: BTreeMap<PathBuf, Depth>,
    /// When the server began, as long as nothing is watched: what was read may be as old as that.
    began: Option<SystemTime>,
    changed: BTreeSet<PathBuf>,
    first: Option<Instant>,
    deadline: Option<Instant>,
    /// Since when somebody looks at what was taken: what comes meanwhile waits, or else what was
    /// read first could come last.
    looking: Option<Instant>,
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
            began: Some(SystemTime::now()),
            changed: BTreeSet::new(),
            first: None,
            deadline: None,
            looking: None,
        }
    }

    /// From now on what is read is watched before.
    pub(super) fn has_begun(&mut self) {
        self.began = None;
    }

    fn since(&self) -> SystemTime {
        self.began.unwrap_or_else(SystemTime::now)
    }

    /// Watches the files of the workspace folders where the client does not.
    pub(super) fn folders(&mut self, folders: &[PathBuf], client: &ClientProfile) {
        if !client.watches_files {
            for folder in folders {
                self.wish(folder.clone(), Depth::Tree, self.since());
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
            self.want(folder, depth, self.since());
        }
        Vec::new()
    }

    /// Watches the folder of a file that lies in no workspace folder, which was read at `since` or
    /// later.
    pub(super) fn outside(&mut self, file: &Path, folders: &[PathBuf], since: Option<SystemTime>) {
        let is_inside = |folder: &&Path| folders.iter().any(|it| folder.starts_with(it));
        if let Some(folder) = file.parent().filter(|folder| !is_inside(folder)) {
            let since = since.unwrap_or_else(|| self.since());
            self.want(folder.to_owned(), Depth::Outside, since);
        }
    }

    /// Watches the folders of installed packages where the client does not. What is known of them
    /// was read at `since` or later.
    pub(super) fn packages(
        &mut self,
        folders: impl Iterator<Item = PathBuf>,
        since: Option<SystemTime>,
        client: &ClientProfile,
    ) {
        if !client.watches_files {
            for folder in folders {
                let since = since.unwrap_or_else(|| self.since());
                self.want(folder, Depth::Packages, since);
            }
        }
    }

    fn want(&mut self, folder: PathBuf, depth: Depth, since: SystemTime) {
        if self.own.insert(folder.clone(), depth).is_none() {
            self.wish(folder, depth, since);
        }
    }

    fn wish(&mut self, folder: PathBuf, depth: Depth, since: SystemTime) {
        // A manifest's folder does not wait until a whole tree is walked.
        let is_of_trees = matches!(depth, Depth::Tree | Depth::NewTree);
        let watcher = if is_of_trees {
            &mut self.trees
        } else {
            &mut self.folders
        };
        let start = || Watcher::start(self.events.clone(), is_of_trees);
        watcher.get_or_insert_with(start).wish(Wish {
            folder,
            depth,
            since,
        });
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
            // Of a folder that goes some clients tell, and of nothing in it.
            let holds_manifests = || {
                let bounds = (Included(path.as_path()), Unbounded);
                let mut behind = self.manifest_folders.range::<Path, _>(bounds);
                behind.next().is_some_and(|it| it.starts_with(path))
            };
            !is_noise_below(folders, path) || is_manifest() || holds_manifests()
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
        let come = below.map(|(folder, depth)| (folder.clone(), *depth));
        let mut come: Vec<_> = come.collect();
        let above = path.parent().and_then(|folder| self.own.get(folder));
        if above == Some(&Depth::Packages) {
            come.push((path.to_owned(), Depth::Folder));
        }
        for (folder, depth) in come {
            self.wish(folder, depth, SystemTime::UNIX_EPOCH);
        }
    }

    /// When the changed files are to be looked at.
    pub(super) fn deadline(&self) -> Option<Instant> {
        let free = self.looking.map(|since| since + LONGEST_LOOK);
        self.deadline
            .map(|deadline| free.map_or(deadline, |free| deadline.max(free)))
    }

    /// Somebody looks at files that were taken.
    pub(super) fn look_begins(&mut self, now: Instant) {
        self.looking = Some(now);
    }

    /// What was found is known.
    pub(super) fn look_ends(&mut self) {
        self.looking = None;
    }

    /// The changed files, once they have come to rest.
    pub(super) fn take(&mut self, now: Instant) -> BTreeSet<PathBuf> {
        if self.deadline().is_none_or(|deadline| deadline > now) {
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

/// The folder of packages whose coming or going a path tells of: it names that folder, one of them,
/// or what makes it one.
fn packages_folder(path: &Path) -> Option<&Path> {
    let is_definition = path
        .file_name()
        .is_some_and(|name| name == load::PROJECT_FILE);
    let (skipped, most) = if is_definition { (2, 1) } else { (0, 2) };
    let mut folders = path.ancestors().skip(skipped).take(most);
    folders.find(|folder| folder.file_name().is_some_and(|name| name == PACKAGES))
}

/// Whether something there may be part of a project that nobody knows yet: a file, or a folder.
pub(super) fn may_be_of_project(path: &Path) -> bool {
    may_be_read(path) || path.extension().is_none()
}

fn is_noise(path: &Path) -> bool {
    let above = packages_folder(path).and_then(Path::parent);
    let is_log = path.extension().is_some_and(|it| it == "log");
    is_log || above.unwrap_or(path).iter().any(is_not_watched)
}

/// Whether what lies between a workspace folder and the file is of no interest.
pub(super) fn is_noise_below(folders: &[PathBuf], path: &Path) -> bool {
    let mut below = folders
        .iter()
        .filter_map(|folder| path.strip_prefix(folder).ok());
    below.next().is_some_and(is_noise)
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

    #[test]
    fn what_changes_while_somebody_looks_waits_until_it_is_known() {
        let (events, _) = tokio::sync::mpsc::unbounded_channel();
        let mut watch = Watch::new(events);
        let folders = [PathBuf::from("/mesh")];
        let start = Instant::now();
        let at = |milliseconds| start + Duration::from_millis(milliseconds);
        watch.changed(vec!["/mesh/a.sql".into()], &folders, at(0));
        assert_eq!(watch.take(at(30)).len(), 1);
        watch.look_begins(at(30));
        watch.changed(vec!["/mesh/a.sql".into()], &folders, at(40));
        assert!(watch.take(at(400)).is_empty());
        // Not for ever.
        assert_eq!(watch.deadline(), Some(at(10_030)));
        watch.look_ends();
        assert_eq!(watch.deadline(), Some(at(70)));
        assert_eq!(watch.take(at(400)).len(), 1);
    }
}
