//! Which manifests are fetched, and when? What is kept is asked for again when it is old and the
//! editor is in use; nobody is asked that nobody has agreed to.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::time::Instant;

use super::background;
use super::event::{Event, Events};
use crate::origin::{self, Agreed, Cache, Fault, Fetched, Fetcher, Note, Question};
use crate::settings::Settings;
use crate::world::{RemoteManifest, World};

/// What is at hand is asked for so long after it was read: the first answers come first.
const AFTER_READING: Duration = Duration::from_secs(1);
/// What is not is asked for when all that is on disk has been read, or after this time.
const AT_LAST: Duration = Duration::from_secs(1);
/// Pauses after a failure, from the first on; each is twice the one before.
const FIRST_PAUSE: Duration = Duration::from_secs(30);
const LONGEST_PAUSE: Duration = Duration::from_secs(60 * 60);

/// What is fetched, what was, and whom one may ask.
pub(super) struct Fetching {
    events: Events,
    fetcher: Option<Fetcher>,
    cache: Option<Cache>,
    consent: Option<PathBuf>,
    agreed: Agreed,
    states: BTreeMap<PathBuf, State>,
    declined: BTreeSet<Question>,
    asked: Vec<Question>,
    /// What was agreed to and could not be written down.
    unwritten: Vec<Question>,
    /// What somebody wants asked for while all that there is may not be known yet.
    commanded: Option<Command>,
    is_trusted: bool,
    is_in_use: bool,
    done: usize,
}

/// That all manifests are asked for, or those of these names.
enum Command {
    All,
    Named(BTreeSet<String>),
}

impl Command {
    fn new(names: &[String]) -> Self {
        if names.is_empty() {
            Self::All
        } else {
            Self::Named(names.iter().cloned().collect())
        }
    }

    fn means(&self, manifest: &RemoteManifest) -> bool {
        match self {
            Self::All => true,
            Self::Named(names) => names.contains(&*manifest.name),
        }
    }

    fn with(self, other: Self) -> Self {
        match (self, other) {
            (Self::Named(mut names), Self::Named(more)) => {
                names.extend(more);
                Self::Named(names)
            }
            (Self::All, _) | (_, Self::All) => Self::All,
        }
    }
}

/// How far one manifest is.
struct State {
    manifest: RemoteManifest,
    is_running: bool,
    /// Somebody wants it asked for however new it is. What runs already may not do that.
    is_forced: bool,
    /// It waits until all that is on disk has been read.
    is_awaiting: bool,
    /// When it is to be asked for; never, where that waits for somebody's word or a command.
    next: Option<Instant>,
    failures: u32,
    /// The hash of what was read last.
    digest: Option<String>,
}

/// A question for the user, and what it is about.
pub(super) struct Asking {
    /// The text.
    pub(super) message: String,
}

impl Fetching {
    /// Nothing is fetched yet. What is kept lies in `cache`, what was agreed to in `consent`.
    pub(super) fn new(events: Events, cache: Option<Cache>, consent: Option<PathBuf>) -> Self {
        Self {
            events,
            fetcher: None,
            cache,
            consent,
            agreed: Agreed::default(),
            states: BTreeMap::new(),
            declined: BTreeSet::new(),
            asked: Vec::new(),
            unwritten: Vec::new(),
            commanded: None,
            is_trusted: true,
            is_in_use: true,
            done: 0,
        }
    }

    /// The folder is not one that the user trusts: nothing is fetched for it.
    pub(super) fn distrust(&mut self) {
        self.is_trusted = false;
    }

    /// The note about what a manifest's file was read from, where it is one that was fetched.
    pub(super) fn was_read(&mut self, path: &Path, note: Option<&Note>) {
        if let (Some(state), Some(note)) = (self.states.get_mut(path), note) {
            state.digest = Some(note.digest.clone());
        }
    }

    /// Somebody uses the editor.
    pub(super) fn in_use(&mut self) {
        self.is_in_use = true;
    }

    /// Looks at what the world wants fetched. `is_saved` says whether a loom config is on disk as
    /// the world has it: hosts that are typed half are not asked.
    pub(super) fn consider(
        &mut self,
        world: &World,
        mut is_saved: impl FnMut(&Path) -> bool,
        now: Instant,
    ) {
        if self.cache.is_none() {
            return;
        }
        let wanted = world.remote_manifests();
        let is_wanted = |path: &PathBuf| wanted.iter().any(|it| it.path == *path);
        self.states
            .retain(|path, state| state.is_running || is_wanted(path));
        for manifest in wanted {
            if let Some(state) = self.states.get_mut(&manifest.path) {
                state.manifest = manifest;
            } else if manifest.is_read && is_saved(&manifest.config) {
                let is_forced = self
                    .commanded
                    .as_ref()
                    .is_some_and(|it| it.means(&manifest));
                let wait = if is_forced {
                    Duration::ZERO
                } else if manifest.is_at_hand {
                    AFTER_READING
                } else {
                    AT_LAST
                };
                let state = State {
                    is_running: false,
                    is_forced,
                    is_awaiting: !manifest.is_at_hand,
                    next: Some(now + wait),
                    failures: 0,
                    digest: None,
                    manifest,
                };
                self.states.insert(state.manifest.path.clone(), state);
            }
        }
    }

    /// All that is on disk has been read: what is not at hand is due.
    pub(super) fn became_quiet(&mut self, now: Instant) {
        self.commanded = None;
        for state in self.states.values_mut() {
            if std::mem::take(&mut state.is_awaiting) && state.next.is_some() {
                state.next = Some(now);
            }
        }
    }

    /// All manifests, or those of these names, are to be asked for, however new they are. While
    /// something `is_loading`, those too of which nobody knows yet.
    pub(super) fn refresh(&mut self, names: &[String], is_loading: bool, now: Instant) {
        self.declined.clear();
        let command = Command::new(names);
        for state in self.states.values_mut() {
            if command.means(&state.manifest) {
                state.is_forced = true;
                if !state.is_running {
                    state.next = Some(now);
                }
            }
        }
        if is_loading {
            self.remember(command);
        }
    }

    fn remember(&mut self, command: Command) {
        self.commanded = Some(match self.commanded.take() {
            Some(earlier) => earlier.with(command),
            None => command,
        });
    }

    /// When the next one is due. Without anybody in the editor only what is not at hand is.
    pub(super) fn deadline(&self, settings: &Settings) -> Option<Instant> {
        if settings.offline {
            return None;
        }
        let waiting = self.states.values().filter(|state| self.may_start(state));
        waiting.filter_map(|state| state.next).min()
    }

    fn may_start(&self, state: &State) -> bool {
        let is_wanted = self.is_in_use || state.is_forced || !state.manifest.is_at_hand;
        is_wanted && !state.is_running
    }

    /// Starts what is due. Gives what cannot be fetched, with why.
    pub(super) fn start(&mut self, world: &World, now: Instant) -> Vec<(PathBuf, Fault)> {
        let mut refused = Vec::new();
        if world.settings().offline {
            return refused;
        }
        let due: Vec<PathBuf> = self.due(now);
        if due.is_empty() {
            return refused;
        }
        self.is_in_use = false;
        self.read_agreed();
        for path in due {
            if let Err(fault) = self.start_one(world, &path) {
                refused.push((path, fault));
            }
        }
        refused
    }

    fn due(&self, now: Instant) -> Vec<PathBuf> {
        let states = self.states.iter();
        let due = states.filter(|(_, state)| {
            self.may_start(state) && state.next.is_some_and(|next| next <= now)
        });
        due.map(|(path, _)| path.clone()).collect()
    }

    fn read_agreed(&mut self) {
        if let Some(folder) = &self.consent {
            self.agreed = Agreed::read(folder);
            for question in &self.unwritten {
                self.agreed.agree(question);
            }
        }
    }

    /// Starts one, unless somebody has to agree first.
    fn start_one(&mut self, world: &World, path: &Path) -> Result<(), Fault> {
        let Some(state) = self.states.get_mut(path) else {
            return Ok(());
        };
        state.next = None;
        state.is_awaiting = false;
        if !self.is_trusted {
            return Err(origin::untrusted());
        }
        let open = self.agreed.open_questions(&state.manifest.origin);
        if let Some(question) = open.iter().find(|it| self.declined.contains(it)) {
            return Err(origin::refused(question));
        }
        if !open.is_empty() {
            // Whoever is asked next is asked for all of them.
            return Ok(());
        }
        let fetcher = fetcher(&mut self.fetcher, self.cache.as_ref())?;
        let max_age = if state.is_forced {
            Duration::ZERO
        } else {
            world.settings().refresh_after().unwrap_or(Duration::MAX)
        };
        state.is_running = true;
        state.is_forced = false;
        let (events, path) = (self.events.clone(), path.to_owned());
        fetcher.start(
            origin::wanted(world, &state.manifest, max_age),
            move |fetched| {
                let _ = events.send(Event::Fetched(path, fetched));
            },
        );
        Ok(())
    }

    /// One was fetched, or not. Says whether what is kept is another than what was read.
    pub(super) fn finished(
        &mut self,
        path: &Path,
        fetched: &Result<Fetched, Fault>,
        settings: &Settings,
        now: Instant,
    ) -> bool {
        self.done += 1;
        if !self.is_running_besides(path) {
            self.done = 0;
        }
        let Some(state) = self.states.get_mut(path) else {
            return false;
        };
        state.is_running = false;
        let is_forced = std::mem::take(&mut state.is_forced);
        let after = settings.refresh_after();
        let Ok(fetched) = fetched else {
            let doubled = FIRST_PAUSE.saturating_mul(1 << state.failures.min(8));
            state.failures += 1;
            let pause = doubled.min(after.unwrap_or(LONGEST_PAUSE).max(FIRST_PAUSE));
            state.next = Some(now + origin::with_jitter(pause));
            return false;
        };
        state.failures = 0;
        state.is_forced = is_forced && !fetched.is_asked;
        state.next = if state.is_forced {
            Some(now)
        } else {
            after.map(|after| now + after)
        };
        let old = state.digest.replace(fetched.note.digest.clone());
        let is_known = old.is_none_or(|old| old == fetched.note.digest);
        fetched.manifest.is_none() && !is_known
    }

    fn is_running_besides(&self, path: &Path) -> bool {
        let mut states = self.states.iter();
        states.any(|(other, state)| state.is_running && other != path)
    }

    /// What the user is to be asked next, if nothing is asked yet: one host at a time, for all
    /// manifests that it has.
    pub(super) fn question(&mut self) -> Option<Asking> {
        if !self.asked.is_empty() || !self.is_trusted {
            return None;
        }
        let states = self.states.values();
        let waiting = states.filter(|state| state.next.is_none() && !state.is_running);
        let mut host: Option<String> = None;
        let mut names: Vec<&str> = Vec::new();
        let mut variables = BTreeSet::new();
        for state in waiting {
            for question in self.agreed.open_questions(&state.manifest.origin) {
                if self.declined.contains(&question) {
                    continue;
                }
                if *host.get_or_insert_with(|| question.host.clone()) == question.host {
                    names.push(&state.manifest.name);
                    variables.extend(question.variables.iter().cloned());
                    if !self.asked.contains(&question) {
                        self.asked.push(question);
                    }
                }
            }
        }
        let message = question_text(&host?, &names, &variables);
        Some(Asking { message })
    }

    /// The user has answered. What waited for it is due.
    pub(super) fn answered(&mut self, is_agreed: bool, now: Instant) {
        let questions = std::mem::take(&mut self.asked);
        if is_agreed {
            for question in &questions {
                self.agreed.agree(question);
            }
            if let Some(folder) = &self.consent
                && let Err(error) = Agreed::remember(folder, &questions)
            {
                tracing::warn!("remember what was agreed to: {error}");
                self.unwritten.extend(questions);
            }
        } else {
            self.declined.extend(questions);
        }
        for state in self.states.values_mut() {
            if !state.is_running && state.next.is_none() && state.failures == 0 {
                state.next = Some(now);
            }
        }
    }

    /// How many are being fetched, and how many of these and earlier ones are done.
    pub(super) fn counts(&self) -> (usize, usize) {
        let running = self
            .states
            .values()
            .filter(|state| state.is_running)
            .count();
        (running, self.done)
    }
}

fn fetcher<'a>(
    fetcher: &'a mut Option<Fetcher>,
    cache: Option<&Cache>,
) -> Result<&'a Fetcher, Fault> {
    let made = match fetcher.take() {
        Some(made) => made,
        None => origin::start_fetcher(cache, background::step_back)?,
    };
    Ok(fetcher.insert(made))
}

fn question_text(host: &str, names: &[&str], variables: &BTreeSet<String>) -> String {
    const SHOWN: usize = 3;
    let shown: Vec<String> = names
        .iter()
        .take(SHOWN)
        .map(|name| format!("`{name}`"))
        .collect();
    let more = match names.len().saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let sent = if variables.is_empty() {
        String::new()
    } else {
        let names: Vec<_> = variables.iter().map(|name| format!("`{name}`")).collect();
        format!(", and send it the values of {}", names.join(", "))
    };
    format!(
        "dbt mesh: ask {host} for the manifest of {}{more}{sent}? A loom config of this folder names it.",
        shown.join(", ")
    )
}
