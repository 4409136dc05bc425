//! What is fetched before a check? What is not kept yet is waited for; of the rest what is old.

use std::path::PathBuf;
use std::time::Duration;

use crate::origin::{self, Agreed, Cache, Once};
use crate::world::{Change, World};

/// So long a check waits for news of what it has already, when all else has come.
const COURTESY: Duration = Duration::from_secs(5);

/// What is fetched from the network, and from whom.
#[derive(Clone, Debug)]
pub struct Fetching {
    /// Nothing is.
    pub is_offline: bool,
    /// Hosts that may be asked, beside those that were agreed to before.
    pub allow_hosts: Vec<String>,
    /// So long is waited for what is not kept yet.
    pub patience: Duration,
    /// What is kept is asked for again, however new it is.
    pub is_forced: bool,
    /// The only manifests to fetch, by name; all where there is none.
    pub only: Vec<String>,
}

impl Default for Fetching {
    fn default() -> Self {
        Self {
            is_offline: false,
            allow_hosts: Vec::new(),
            patience: Duration::from_secs(30),
            is_forced: false,
            only: Vec::new(),
        }
    }
}

/// The world with what could be fetched, kept in `folder`.
pub(super) fn with_fetched(mut world: World, folder: PathBuf, fetching: &Fetching) -> World {
    let cache = Cache::new(folder);
    let mut manifests = world.remote_manifests();
    for manifest in manifests.iter().filter(|manifest| manifest.is_at_hand) {
        if let Some(note) = cache.note(&manifest.path) {
            let at = jiff::Timestamp::from_second(note.checked_at).unwrap_or_default();
            let path = manifest.path.clone();
            world = world.apply(Change::Checked { path, at });
        }
    }
    if world.settings().offline {
        return world;
    }
    let is_wanted =
        |name: &str| fetching.only.is_empty() || fetching.only.iter().any(|it| it == name);
    manifests.retain(|manifest| is_wanted(&manifest.name));
    if manifests.is_empty() {
        return world;
    }
    let once = Once {
        cache,
        agreed: agreed(fetching),
        patience: fetching.patience,
        courtesy: if fetching.is_forced {
            fetching.patience
        } else {
            COURTESY
        },
        max_age: max_age(&world, fetching),
    };
    for outcome in origin::fetch_once(&world, manifests, &once) {
        for change in origin::changes(outcome.manifest.path, outcome.fetched) {
            world = world.apply(change);
        }
    }
    world
}

fn agreed(fetching: &Fetching) -> Agreed {
    let folder = origin::consent_folder();
    let mut agreed = folder.map_or_else(Agreed::default, |folder| Agreed::read(&folder));
    for host in &fetching.allow_hosts {
        agreed.trust(host);
    }
    agreed
}

fn max_age(world: &World, fetching: &Fetching) -> Duration {
    if fetching.is_forced {
        return Duration::ZERO;
    }
    world.settings().refresh_after().unwrap_or(Duration::MAX)
}
