//! What becomes of a world's manifests when everything is fetched once, as `check` and the command
//! line do? And what a fetch, whoever started it, means for a world.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use super::{Agreed, Asking, Cache, Fault, FaultKind, Fetched, Fetcher, Question, Wanted};
use crate::manifest::MAX_BYTES;
use crate::world::{Change, RemoteManifest, World};

/// How everything is fetched once.
pub struct Once {
    /// Where it is kept.
    pub cache: Cache,
    /// Who may be asked.
    pub agreed: Agreed,
    /// So long is waited for what is not at hand.
    pub patience: Duration,
    /// So long for what is, when all else has come.
    pub courtesy: Duration,
    /// What was asked for less long ago is not asked for.
    pub max_age: Duration,
}

/// What came of one.
pub struct Outcome {
    /// Which one.
    pub manifest: RemoteManifest,
    /// What came.
    pub fetched: Result<Fetched, Fault>,
}

/// Fetches these manifests of the world, and says of each what came of it, in their order. What
/// has not come when patience is at its end is a fault.
#[must_use]
pub fn fetch_once(world: &World, manifests: Vec<RemoteManifest>, once: &Once) -> Vec<Outcome> {
    let (report, reports) = mpsc::channel();
    let mut waiting = BTreeMap::new();
    let mut outcomes = BTreeMap::new();
    let threads = Fetcher::new(once.cache.clone(), || {});
    for (at, manifest) in manifests.into_iter().enumerate() {
        let open = once.agreed.open_questions(&manifest.origin);
        if let Some(question) = open.first() {
            outcomes.insert(at, outcome(manifest, Err(refused(question))));
            continue;
        }
        match &threads {
            Err(error) => {
                let fault = Fault::new(FaultKind::Local, format!("start threads: {error}"));
                outcomes.insert(at, outcome(manifest, Err(fault)));
            }
            Ok(threads) => {
                let report = report.clone();
                threads.start(wanted(world, &manifest, once.max_age), move |fetched| {
                    let _ = report.send((at, fetched));
                });
                waiting.insert(at, manifest);
            }
        }
    }
    let began = Instant::now();
    let end = began + once.patience;
    let mut courtesy = None;
    while !waiting.is_empty() {
        let is_wanting = waiting.values().any(|manifest| !manifest.is_at_hand);
        let until = if is_wanting {
            end
        } else {
            *courtesy.get_or_insert_with(|| end.min(Instant::now() + once.courtesy))
        };
        let left = until.saturating_duration_since(Instant::now());
        let Ok((at, fetched)) = reports.recv_timeout(left) else {
            break;
        };
        if let Some(manifest) = waiting.remove(&at) {
            outcomes.insert(at, outcome(manifest, fetched));
        }
    }
    for (at, manifest) in waiting {
        let seconds = began.elapsed().as_secs_f64().round();
        let message = format!("it has not come within {seconds} s");
        let fault = Fault::new(FaultKind::Timeout, message);
        outcomes.insert(at, outcome(manifest, Err(fault)));
    }
    outcomes.into_values().collect()
}

fn outcome(manifest: RemoteManifest, fetched: Result<Fetched, Fault>) -> Outcome {
    Outcome { manifest, fetched }
}

/// What a fetcher has to know of a manifest of the world.
#[must_use]
pub fn wanted(world: &World, manifest: &RemoteManifest, max_age: Duration) -> Wanted {
    Wanted {
        origin: Arc::clone(&manifest.origin),
        body: manifest.path.clone(),
        // What is kept and could not be read is asked for, however new it is.
        max_age: if manifest.is_at_hand {
            max_age
        } else {
            Duration::ZERO
        },
        most_bytes: world.settings().most_fetched_bytes(MAX_BYTES),
        is_at_hand: manifest.is_at_hand,
        around: Asking {
            environment: Arc::new(world.environment().clone()),
            root: manifest.root.clone(),
            target: world.settings().target.clone(),
        },
    }
}

/// What a fetch means for the world. It says nothing where something is stopped on purpose.
#[must_use]
pub fn changes(path: PathBuf, fetched: Result<Fetched, Fault>) -> Vec<Change> {
    let fetched = match fetched {
        Ok(fetched) => fetched,
        Err(fault) => {
            let outcome = Err(fault.failure());
            return vec![Change::Manifest { path, outcome }];
        }
    };
    let at = jiff::Timestamp::from_second(fetched.note.checked_at).unwrap_or_default();
    let manifest = fetched.manifest.map(|manifest| Change::Manifest {
        path: path.clone(),
        outcome: Ok(manifest),
    });
    let checked = Change::Checked { path, at };
    manifest.into_iter().chain([checked]).collect()
}

/// Why nothing is asked for a folder that the user does not trust.
#[must_use]
pub fn untrusted() -> Fault {
    let message = "this workspace is not trusted, so nothing is asked for it";
    Fault::new(FaultKind::Refused, message)
}

/// Why an origin is not asked.
#[must_use]
pub fn refused(question: &Question) -> Fault {
    let host = question.host.as_str();
    // Whoever names the host has to say it whole.
    let allowed = if host.contains("***") { "HOST" } else { host };
    let sent = match question.variables.as_slice() {
        [] => String::new(),
        names => format!(", nor to send it the values of `{}`", names.join("`, `")),
    };
    let message = format!(
        "nobody has agreed to ask {host}{sent}; the editor asks once, `--allow-host {allowed}` agrees for one run"
    );
    Fault::new(FaultKind::Refused, message)
}
