//! Which findings does the client have to be sent, and when?
//!
//! Files whose findings may differ are collected until a deadline that the loop keeps; then a
//! thread works them out from one snapshot, open files first. What the client has already is not
//! sent again.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::time::Instant;
use tower_lsp_server::ls_types::{Diagnostic, NumberOrString};

use super::convert;
use super::documents::Documents;
use super::handlers::Context;
use crate::ide::{self, Made};
use crate::pace;
use crate::rules::RuleId;
use crate::world::World;

/// So long after a change the findings are worked out: a moment in which another may come.
const PAUSE: Duration = Duration::from_millis(40);
/// So long after the first change they are worked out even if the changes never stop.
const LONGEST_PAUSE: Duration = Duration::from_millis(160);
/// So long nobody may type or ask before files that did not change themselves have their turn:
/// they are many, and who types or waits for an answer needs the processor.
const REST: Duration = Duration::from_millis(300);
/// So long questions can put that off.
const LONGEST_WAIT: Duration = Duration::from_secs(10);
/// So many files are worked out in one go: some milliseconds, which the one that somebody types in
/// may have to wait for.
const BATCH: usize = 32;

/// The findings of one file.
pub(super) struct Diagnosed {
    /// The file.
    pub(super) path: PathBuf,
    /// The version of the text that they are about, for an open file.
    pub(super) version: Option<i32>,
    /// The findings.
    pub(super) diagnostics: Vec<Diagnostic>,
    /// What an open file makes, and the projects that may read it.
    pub(super) made: Option<(Vec<PathBuf>, Made)>,
}

/// The findings of a file that the client has, as far as it matters which.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Sent {
    /// A number for all that they say.
    digest: u64,
    /// Whether one of them names readers in other projects.
    names_readers: bool,
}

impl Sent {
    /// `None` for no findings.
    fn new(diagnostics: &[Diagnostic]) -> Option<Self> {
        let names_readers = |finding: &Diagnostic| match &finding.code {
            Some(NumberOrString::String(code)) => code == RuleId::BreakingChange.as_str(),
            Some(NumberOrString::Number(_)) | None => false,
        };
        let text = serde_json::to_vec(diagnostics).ok()?;
        let mut hasher = DefaultHasher::new();
        text.hash(&mut hasher);
        (!diagnostics.is_empty()).then(|| Self {
            digest: hasher.finish(),
            names_readers: diagnostics.iter().any(names_readers),
        })
    }
}

/// What the client has, and what may have changed since.
#[derive(Default)]
pub(super) struct Publisher {
    sent: HashMap<PathBuf, Sent>,
    unsent: HashSet<PathBuf>,
    /// Files that changed themselves.
    files: HashSet<PathBuf>,
    /// Others whose findings hang on what changed, mostly open ones.
    others: HashSet<PathBuf>,
    /// The folders whose open files are among those.
    open_below: BTreeSet<PathBuf>,
    /// The projects of which all files are.
    projects: BTreeSet<PathBuf>,
    /// The project whose files have their turn, and those of them that are left.
    listed: Option<(PathBuf, VecDeque<PathBuf>)>,
    first: Option<Instant>,
    deadline: Option<Instant>,
    /// When files that did not change themselves have their turn.
    rest: Option<Instant>,
    /// Since when they wait for those who type and ask.
    in_use_since: Option<Instant>,
    /// The columns of what open files make, as their readers' findings know them.
    made: HashMap<PathBuf, Made>,
    is_running: bool,
    is_refresh_due: bool,
    /// Whether the last file of a project that nobody looks at was worked out since the last rest.
    is_listed_through: bool,
}

impl Publisher {
    /// The findings of a file may differ.
    pub(super) fn file_changed(&mut self, path: &Path, now: Instant) {
        self.files.insert(path.to_owned());
        self.postpone(now);
    }

    /// Somebody types or asks something: files other than the one that is typed in have to wait,
    /// but not for ever, as there may be clients that never stop.
    pub(super) fn in_use(&mut self, now: Instant) {
        let first = if self.is_done() {
            now
        } else {
            *self.in_use_since.get_or_insert(now)
        };
        self.rest = self.rest.max(Some((now + REST).min(first + LONGEST_WAIT)));
    }

    /// A file was opened: its findings go out at once, and even if there are none.
    pub(super) fn file_opened(&mut self, path: &Path, now: Instant) {
        self.files.insert(path.to_owned());
        self.unsent.insert(path.to_owned());
        self.first = Some(now);
        self.deadline = Some(now);
    }

    /// The findings of a project's files may differ.
    pub(super) fn project_changed(&mut self, root: PathBuf, now: Instant) {
        if self.listed.as_ref().is_some_and(|(of, _)| *of == root) {
            self.listed = None;
        }
        self.projects.insert(root);
        self.rest = Some(now + REST);
        self.postpone(now);
    }

    /// The findings of a project's open files may differ, as another file did change.
    pub(super) fn open_files_changed(&mut self, root: &Path, documents: &Documents, now: Instant) {
        if documents.paths_below(root).next().is_some() {
            self.open_below.insert(root.to_owned());
            self.postpone(now);
        }
    }

    /// Somewhere things are read otherwise: findings that name readers of other projects may differ.
    pub(super) fn readers_changed(&mut self, now: Instant) {
        let told = self.sent.iter().filter(|(_, sent)| sent.names_readers);
        let before = self.others.len();
        self.others.extend(told.map(|(path, _)| path.clone()));
        if self.others.len() > before {
            self.postpone(now);
        }
    }

    /// Clients that ask for findings have to be told to ask again.
    pub(super) fn refresh_later(&mut self) {
        self.is_refresh_due = true;
    }

    /// Whether they have to be told now.
    pub(super) fn take_refresh(&mut self) -> bool {
        std::mem::take(&mut self.is_refresh_due)
    }

    fn postpone(&mut self, now: Instant) {
        let first = *self.first.get_or_insert(now);
        self.deadline = Some((now + PAUSE).min(first + LONGEST_PAUSE));
    }

    /// When there is something to do.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.deadline.filter(|_| !self.is_running)
    }

    /// The files to work out now: some open ones, or, where all of those are done and `is_quiet`,
    /// some of the others. Empty where there is nothing to do.
    pub(super) fn next(
        &mut self,
        world: &World,
        documents: &Documents,
        is_quiet: bool,
        now: Instant,
    ) -> Vec<PathBuf> {
        if self.deadline().is_none_or(|deadline| deadline > now) {
            return Vec::new();
        }
        let is_rested = self.rest.is_none_or(|rest| rest <= now);
        let mut batch = take_open(&mut self.files, documents);
        if batch.is_empty() && is_rested {
            for folder in std::mem::take(&mut self.open_below) {
                let open = documents.paths_below(&folder);
                self.others.extend(open.map(Path::to_owned));
            }
            batch = take_open(&mut self.others, documents);
        }
        if batch.is_empty() && is_quiet && is_rested {
            self.others.extend(self.files.drain());
            batch.extend(self.others.iter().take(BATCH).cloned());
            for path in &batch {
                self.others.remove(path);
            }
            let more = BATCH - batch.len();
            batch.extend(std::iter::from_fn(|| self.list(world)).take(more));
        }
        let is_done = self.is_done();
        if is_done {
            self.in_use_since = None;
        }
        self.first = None;
        let again = self
            .rest
            .filter(|rest| *rest > now && batch.is_empty())
            .unwrap_or(now);
        // Those that are open need not wait for loading, but for a rest.
        let has_others = !self.open_below.is_empty() || !self.others.is_empty();
        let is_next = is_quiet || (has_others && !is_rested) || !batch.is_empty();
        self.deadline = (!is_done && is_next).then_some(again);
        self.is_running = !batch.is_empty();
        batch
    }

    /// Whether the findings of a project that nobody looks at have just come to their end: with
    /// them its columns were worked out, and hardly any will be asked for again.
    pub(super) fn has_rest(&mut self) -> bool {
        !self.is_running && std::mem::take(&mut self.is_listed_through)
    }

    fn is_done(&self) -> bool {
        self.files.is_empty()
            && self.others.is_empty()
            && self.open_below.is_empty()
            && self.projects.is_empty()
            && self.listed.is_none()
    }

    /// The next file of the projects, those included that the client has findings of and that are
    /// gone. The projects are listed one after another: all at once would be in the way of those
    /// who type.
    fn list(&mut self, world: &World) -> Option<PathBuf> {
        loop {
            if let Some((_, files)) = &mut self.listed
                && let Some(file) = files.pop_front()
            {
                self.is_listed_through |= files.is_empty();
                return Some(file);
            }
            self.listed = None;
            let root = self.projects.pop_first()?;
            let sent = self.sent.keys().filter(|path| path.starts_with(&root));
            let mut files: VecDeque<_> = sent.cloned().collect();
            let others = world.checked_files(&root).into_iter();
            files.extend(others.filter(|path| !self.sent.contains_key(path)));
            self.listed = Some((root, files));
        }
    }

    /// Loading has come to an end: what nobody looks at has its turn.
    pub(super) fn became_quiet(&mut self, now: Instant) {
        if self.deadline.is_none() && !self.is_done() {
            self.postpone(now);
        }
    }

    /// Where a file makes other columns than before, the findings of its readers may differ.
    fn columns_made(&mut self, one: &mut Diagnosed, documents: &Documents, pulls: bool) {
        let Some((roots, made)) = one.made.take() else {
            return;
        };
        let old = self.made.insert(one.path.clone(), made.clone());
        if old.is_some_and(|old| old != made) {
            let now = Instant::now();
            for root in roots {
                self.open_files_changed(&root, documents, now);
                self.project_changed(root, now);
            }
            self.is_refresh_due |= pulls;
        }
    }

    /// Takes findings in, and gives back those that the client has to be sent. Findings of an
    /// older text than the editor's are nobody's business: newer ones are on their way.
    pub(super) fn finished(
        &mut self,
        diagnosed: Vec<Diagnosed>,
        documents: &Documents,
        pulls_diagnostics: bool,
    ) -> Vec<Diagnosed> {
        self.is_running = false;
        let mut news = Vec::new();
        for mut one in diagnosed {
            self.columns_made(&mut one, documents, pulls_diagnostics);
            let open = documents.get(&one.path);
            if open.map(|document| document.version) != one.version {
                self.files.insert(one.path);
                continue;
            }
            if open.is_some() && pulls_diagnostics {
                // The client asks for these itself, and must not see them twice.
                self.unsent.remove(&one.path);
                one.diagnostics.clear();
            }
            let is_first = self.unsent.remove(&one.path);
            let sent = Sent::new(&one.diagnostics);
            if sent == self.sent.get(&one.path).copied() && !is_first {
                continue;
            }
            match sent {
                Some(sent) => self.sent.insert(one.path.clone(), sent),
                None => self.sent.remove(&one.path),
            };
            news.push(one);
        }
        news
    }
}

/// Takes some that are open out of `files`: what was opened or typed in last is looked at first.
fn take_open(files: &mut HashSet<PathBuf>, documents: &Documents) -> Vec<PathBuf> {
    let touched = |path| documents.get(path).map(|open| Reverse(open.touched));
    let mut open: Vec<_> = (files.iter())
        .filter_map(|path| Some((touched(path)?, path)))
        .collect();
    open.sort_unstable();
    let open = open.into_iter().take(BATCH);
    let open: Vec<PathBuf> = open.map(|(_, path)| path.clone()).collect();
    for path in &open {
        files.remove(path);
    }
    open
}

/// Works out the findings of `files`. A mistake of our own about one of them leaves that one
/// without findings, and must not be the end of those about all others.
pub(super) fn diagnose(context: &Context, files: Vec<PathBuf>) -> Vec<Diagnosed> {
    let diagnosed = files.into_iter().map(|path| {
        pace::let_others_go_first();
        let version = context.world.open_file(&path).map(|(_, version)| version);
        let diagnostics = catch_unwind(AssertUnwindSafe(|| diagnostics(context, &path)));
        let is_open = version.is_some();
        let made = catch_unwind(AssertUnwindSafe(|| is_open.then(|| made(context, &path))));
        Diagnosed {
            path,
            version,
            diagnostics: diagnostics.unwrap_or_default(),
            made: made.ok().flatten().flatten(),
        }
    });
    diagnosed.collect()
}

fn made(context: &Context, path: &Path) -> Option<(Vec<PathBuf>, Made)> {
    let made = ide::columns_made(&context.world, path)?;
    Some((ide::projects_reading(&context.world, path), made))
}

fn diagnostics(context: &Context, path: &Path) -> Vec<Diagnostic> {
    #[cfg(test)]
    super::tests::panic_at(path, "bad_to_judge.sql");
    let findings = ide::diagnostics(&context.world, path);
    // Most files have none, and need not be read.
    if findings.is_empty() {
        return Vec::new();
    }
    let lines = context.lines(path);
    let diagnostics = lines.map(|lines| convert::diagnostics(context, &lines, &findings));
    diagnostics.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;

    const MESH: &str = "
//- project shop
//- models/orders.sql
select 1 as id
";

    /// The moments, in milliseconds after a project changed, at which files that nobody looks at
    /// begin to be worked out, if somebody asks something at each of `questions`.
    fn begins(questions: impl Iterator<Item = u64>) -> Option<u64> {
        let fixture = Fixture::new(MESH);
        let root = fixture.world.mesh().projects[0].project.root.clone();
        let (start, documents) = (Instant::now(), Documents::default());
        let at = |milliseconds| start + Duration::from_millis(milliseconds);
        let mut publisher = Publisher::default();
        publisher.project_changed(root, start);
        let mut questions = questions.peekable();
        (0..20_000).step_by(20).find(|now| {
            while questions.next_if(|question| question <= now).is_some() {
                publisher.in_use(at(*now));
            }
            let files = publisher.next(&fixture.world, &documents, true, at(*now));
            !files.is_empty()
        })
    }

    #[test]
    fn files_that_nobody_looks_at_wait_until_nobody_asks() {
        assert_eq!(begins(std::iter::empty()), Some(300));
        assert_eq!(begins([100, 240].into_iter()), Some(540));
        assert_eq!(begins([400].into_iter()), Some(300));
    }

    #[test]
    fn questions_that_never_stop_do_not_put_them_off_for_ever() {
        assert_eq!(begins((0..).step_by(100)), Some(10_000));
    }
}
