//! Threads that watch folders. What they see they put into the loop's queue; what it means is not
//! known here.

use std::ffi::OsStr;
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::sync::mpsc::TryRecvError;
use std::sync::{Arc, Weak, mpsc};
use std::time::{Duration, SystemTime};

use ignore::WalkBuilder;
use notify::event::{ModifyKind, RemoveKind, RenameMode};
use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};

use super::event::{Event, Events};
use crate::load;

/// Where dbt installs packages, unless it is told otherwise.
pub(super) const PACKAGES: &str = "dbt_packages";
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
/// Times of files go in ticks of the system's clock: what changed right after a moment may look
/// as old as this.
const TICK: Duration = Duration::from_millis(20);
/// Where a disk keeps whole seconds, some keep every other one.
const COARSE_TICK: Duration = Duration::from_secs(2);

/// A thread that watches what it is asked to; it ends with this.
pub(super) struct Watcher(Arc<mpsc::Sender<Wish>>);

/// A folder that a thread is asked to watch.
pub(super) struct Wish {
    pub(super) folder: PathBuf,
    pub(super) depth: Depth,
    /// What changes from then on has to be told.
    pub(super) since: SystemTime,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Depth {
    /// The folder and all below it.
    Tree,
    /// The same of a folder that has come: all that is in it has to be told.
    NewTree,
    /// The files of the folder.
    Folder,
    /// The same, and those of the packages in it that come.
    Packages,
    /// The files of a folder that no tree holds: whether it comes, or is replaced, is seen from
    /// above.
    Outside,
}

impl Watcher {
    /// One that watches nothing yet: whole trees, or single folders.
    pub(super) fn start(events: Events, is_of_trees: bool) -> Self {
        let (wishes, asked) = mpsc::channel();
        let wishes = Arc::new(wishes);
        // A tree takes new folders in. Who watches must not keep itself from ending.
        let of_trees = is_of_trees.then(|| Arc::downgrade(&wishes));
        let seen_by = events.clone();
        std::thread::spawn(move || {
            let watcher =
                notify::recommended_watcher(move |seen| report(seen, &seen_by, of_trees.as_ref()));
            match watcher {
                Ok(watcher) => watch_all(watcher, &asked, &events),
                Err(error) => tracing::warn!("watch files: {error}"),
            }
        });
        Self(wishes)
    }

    /// Watches a folder, should it be there.
    pub(super) fn wish(&self, wish: Wish) {
        let _ = self.0.send(wish);
    }
}

/// Whether files of a folder of this name are nobody's work.
pub(super) fn is_not_watched(name: &OsStr) -> bool {
    NOT_WATCHED.iter().any(|known| name == *known)
}

/// Whether somebody may want what a file holds, by its name.
pub(super) fn may_be_read(path: &Path) -> bool {
    let others = [".dbtignore", load::SETTINGS_FILE];
    let name = path.file_name().unwrap_or_default();
    load::is_read_by_dbt(path) || others.iter().any(|other| name == *other)
}

/// The files below a folder, links to files among them. Links to folders are not followed.
pub(super) fn files_below(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let mut builder = WalkBuilder::new(folder);
    builder.standard_filters(false);
    builder.filter_entry(|entry| !is_not_watched(entry.file_name()));
    let entries = builder.build().flatten();
    let is_file = |entry: &ignore::DirEntry| {
        entry.file_type().is_some_and(|kind| {
            kind.is_file()
                || (kind.is_symlink() && may_be_read(entry.path()) && entry.path().is_file())
        })
    };
    entries.filter(is_file).map(ignore::DirEntry::into_path)
}

/// A tree whose folders are being watched, one after the other.
struct Walk {
    folders: ignore::Walk,
    of: PathBuf,
    /// None where all of it has to be told.
    since: Option<SystemTime>,
}

impl Walk {
    fn new(of: PathBuf, since: Option<SystemTime>) -> Self {
        let mut builder = WalkBuilder::new(&of);
        builder.standard_filters(false).filter_entry(|entry| {
            entry.file_type().is_some_and(|kind| kind.is_dir())
                && (entry.depth() == 0 || !is_not_watched(entry.file_name()))
        });
        Self {
            folders: builder.build(),
            of,
            since,
        }
    }

    /// Watches the next folder; false where there is none.
    fn step(&mut self, watcher: &mut RecommendedWatcher, events: &Events) -> bool {
        match self.folders.next() {
            Some(Ok(entry)) => {
                watch_one(watcher, entry.path(), self.since, &may_be_read, events);
            }
            Some(Err(error)) => tracing::debug!("walk {}: {error}", self.of.display()),
            None => {
                if self.since.is_none() {
                    // What comes into it from now on is seen.
                    let _ = events.send(Event::FilesChanged(vec![self.of.clone()]));
                }
                return false;
            }
        }
        true
    }
}

fn watch_all(mut watcher: RecommendedWatcher, asked: &mpsc::Receiver<Wish>, events: &Events) {
    let mut walks: Vec<Walk> = Vec::new();
    loop {
        // What comes need not wait until a whole workspace is walked.
        let wish = if walks.is_empty() {
            asked.recv().map_err(|_| TryRecvError::Disconnected)
        } else {
            asked.try_recv()
        };
        match wish {
            Ok(wish) => walks.extend(watch_wished(&mut watcher, wish, events)),
            Err(TryRecvError::Disconnected) => return,
            Err(TryRecvError::Empty) => {
                let has_more = |walk: &mut Walk| walk.step(&mut watcher, events);
                if !walks.last_mut().is_some_and(has_more) {
                    walks.pop();
                }
            }
        }
    }
}

/// Watches a folder, or says what is to be walked for it.
fn watch_wished(watcher: &mut RecommendedWatcher, wish: Wish, events: &Events) -> Option<Walk> {
    let Wish {
        folder,
        depth,
        since,
    } = wish;
    match depth {
        Depth::Folder | Depth::Packages => {
            watch_one(watcher, &folder, Some(since), &|_| true, events);
        }
        Depth::Outside => {
            watch_above(watcher, &folder);
            watch_one(watcher, &folder, Some(since), &|_| true, events);
        }
        // Linux has no watch for a whole tree, and one for each folder would be spent on folders
        // that nobody wants.
        Depth::Tree if cfg!(target_os = "linux") => return Some(Walk::new(folder, Some(since))),
        Depth::NewTree => return Some(Walk::new(folder, None)),
        Depth::Tree => {
            watch(watcher, &folder, RecursiveMode::Recursive);
        }
    }
    None
}

/// Watches a folder, should it be there. What of it `is_told` is told that has changed `since`.
fn watch_one(
    watcher: &mut RecommendedWatcher,
    folder: &Path,
    since: Option<SystemTime>,
    is_told: &dyn Fn(&Path) -> bool,
    events: &Events,
) {
    if folder.is_dir() {
        watch(watcher, folder, RecursiveMode::NonRecursive);
        if let Some(since) = since {
            report_newer(folder, since, is_told, events);
        }
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
fn report_newer(
    folder: &Path,
    since: SystemTime,
    is_told: &dyn Fn(&Path) -> bool,
    events: &Events,
) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    let is_newer = |path: &PathBuf| {
        let metadata = std::fs::metadata(path);
        metadata.is_ok_and(|metadata| times(&metadata).any(|time| is_since(time, since)))
    };
    let paths = entries.flatten().map(|entry| entry.path());
    let told = paths.filter(|path| is_told(path));
    let newer: Vec<_> = told.filter(is_newer).collect();
    if !newer.is_empty() {
        let _ = events.send(Event::FilesChanged(newer));
    }
}

/// When a file was written, and where the system says so when it came to its place.
fn times(metadata: &Metadata) -> impl Iterator<Item = SystemTime> {
    #[cfg(unix)]
    let came = {
        use std::os::unix::fs::MetadataExt as _;
        let seconds = u64::try_from(metadata.ctime()).ok();
        let rest = u32::try_from(metadata.ctime_nsec()).ok();
        let since = seconds
            .zip(rest)
            .map(|(seconds, rest)| Duration::new(seconds, rest));
        since.and_then(|since| SystemTime::UNIX_EPOCH.checked_add(since))
    };
    #[cfg(not(unix))]
    let came = metadata.created().ok();
    metadata.modified().into_iter().chain(came)
}

/// Whether something happened at `since` or later, as far as its time tells.
fn is_since(time: SystemTime, since: SystemTime) -> bool {
    let of_second = time.duration_since(SystemTime::UNIX_EPOCH);
    let is_coarse = of_second.is_ok_and(|it| it.subsec_nanos() == 0);
    let tick = if is_coarse { COARSE_TICK } else { TICK };
    time.checked_add(tick).is_none_or(|latest| latest >= since)
}

/// Returns whether the folder is watched.
fn watch(watcher: &mut RecommendedWatcher, folder: &Path, mode: RecursiveMode) -> bool {
    let outcome = watcher.watch(folder, mode);
    if let Err(error) = &outcome {
        tracing::debug!("watch {}: {error}", folder.display());
    }
    outcome.is_ok()
}

/// Tells of what was seen. `of_trees` is asked for new folders, where whole trees are watched: of
/// these only files are told that somebody may read.
fn report(
    seen: notify::Result<notify::Event>,
    events: &Events,
    of_trees: Option<&Weak<mpsc::Sender<Wish>>>,
) {
    let seen = match seen {
        Ok(seen) => seen,
        Err(error) => return tracing::debug!("watch files: {error}"),
    };
    if seen.need_rescan() {
        let _ = events.send(Event::Overlooked);
        return;
    }
    let kind = seen.kind;
    let is_told_besides = matches!(
        kind,
        EventKind::Modify(ModifyKind::Name(RenameMode::Both)) if cfg!(target_os = "linux")
    );
    if is_told_besides || matches!(kind, EventKind::Access(_)) {
        return;
    }
    let mut paths = Vec::new();
    for path in seen.paths {
        let is_folder = std::fs::symlink_metadata(&path).is_ok_and(|it| it.is_dir());
        if is_folder && !may_be_new(kind) {
            // Whatever comes into it or goes is told by its own name.
            continue;
        }
        let is_tree = is_folder
            && cfg!(target_os = "linux")
            && path.file_name().is_some_and(|name| !is_not_watched(name));
        let own = of_trees.filter(|_| is_tree);
        if let Some(own) = own.and_then(Weak::upgrade) {
            let _ = own.send(Wish {
                folder: path,
                depth: Depth::NewTree,
                since: SystemTime::UNIX_EPOCH,
            });
        } else if is_folder || of_trees.is_none() || may_be_read(&path) || may_be_gone(kind, &path)
        {
            paths.push(path);
        }
    }
    if !paths.is_empty() {
        let _ = events.send(Event::FilesChanged(paths));
    }
}

fn may_be_new(kind: EventKind) -> bool {
    matches!(
        kind,
        EventKind::Create(_)
            | EventKind::Modify(ModifyKind::Name(_))
            | EventKind::Any
            | EventKind::Other
    )
}

/// Whether a folder may be gone from there.
fn may_be_gone(kind: EventKind, path: &Path) -> bool {
    match kind {
        EventKind::Remove(RemoveKind::File)
        | EventKind::Modify(ModifyKind::Data(_) | ModifyKind::Metadata(_)) => false,
        EventKind::Remove(_) => true,
        EventKind::Any
        | EventKind::Other
        | EventKind::Modify(_)
        | EventKind::Create(_)
        | EventKind::Access(_) => std::fs::symlink_metadata(path).is_err(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_counts_as_newer_within_the_tick_of_its_time() {
        let at = |milliseconds| SystemTime::UNIX_EPOCH + Duration::from_millis(milliseconds);
        for (time, since, is_newer) in [
            (10_005, 10_004, true),
            (10_005, 10_025, true),
            (10_005, 10_026, false),
            // A disk that keeps whole seconds.
            (10_000, 11_999, true),
            (10_000, 12_001, false),
        ] {
            assert_eq!(is_since(at(time), at(since)), is_newer, "{time} {since}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn links_to_folders_are_not_walked() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let base = folder.path();
        std::fs::create_dir(base.join("models")).unwrap();
        std::fs::write(base.join("models/a.sql"), "").unwrap();
        symlink(base, base.join("models/loop")).unwrap();
        symlink(base.join("models/a.sql"), base.join("models/b.sql")).unwrap();
        let mut files: Vec<_> = files_below(base).collect();
        files.sort();
        assert_eq!(
            files,
            [base.join("models/a.sql"), base.join("models/b.sql")]
        );
        let folders = Walk::new(base.into(), None).folders.flatten();
        let folders: Vec<_> = folders.map(ignore::DirEntry::into_path).collect();
        assert_eq!(folders, [base.to_owned(), base.join("models")]);
    }

    #[test]
    fn a_thread_ends_with_who_asks_it() {
        let folder = tempfile::tempdir().unwrap();
        let (events, mut queue) = tokio::sync::mpsc::unbounded_channel();
        let watcher = Watcher::start(events, true);
        watcher.wish(Wish {
            folder: folder.path().into(),
            depth: Depth::Tree,
            since: SystemTime::now(),
        });
        drop(watcher);
        // Whoever could say something is gone.
        while queue.blocking_recv().is_some() {}
    }

    #[test]
    fn of_trees_only_what_may_be_read_is_told_and_that_count_was_lost() {
        use notify::event::{DataChange, Flag};
        let (events, mut queue) = tokio::sync::mpsc::unbounded_channel();
        let changed = EventKind::Modify(ModifyKind::Data(DataChange::Any));
        for name in ["/mesh/dev.duckdb", "/mesh/a.sql", "/mesh/logs/dbt.log"] {
            let seen = notify::Event::new(changed).add_path(name.into());
            report(Ok(seen), &events, Some(&Weak::new()));
        }
        let lost = notify::Event::new(EventKind::Other).set_flag(Flag::Rescan);
        report(Ok(lost), &events, Some(&Weak::new()));
        let Ok(Event::FilesChanged(paths)) = queue.try_recv() else {
            panic!("something else")
        };
        assert_eq!(paths, [PathBuf::from("/mesh/a.sql")]);
        assert!(matches!(queue.try_recv(), Ok(Event::Overlooked)));
    }
}
