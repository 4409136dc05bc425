//! What can a user set, and to what is it set?
//!
//! The same settings come from an editor (`dbtMesh`), from `dbt-mesh.toml` at a workspace
//! folder's root, and from the command line, weakest first: defaults, file, editor or flags.

mod feature;
mod json;
mod key;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Duration;

use crate::rules::{Level, RuleId};

pub use feature::Feature;
pub use key::{EXTENSION_KEYS, ExtensionKey, Holds, Key};

/// All settings, with their defaults. [`Key`] is the table about them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// `rules`: how loud each rule is, where it differs from the rule's own level.
    pub rules: BTreeMap<RuleId, Level>,
    /// `loomConfig`: the loom config to read in every project, as `DBT_LOOM_CONFIG` names it;
    /// relative to the project.
    pub loom_config: Option<PathBuf>,
    /// `manifests`: manifest files of projects that `dependencies.yml` names, by project;
    /// absolute, or relative to the first workspace folder.
    pub manifests: BTreeMap<String, PathBuf>,
    /// `target`: the dbt target to assume; that of the profile where it is not given.
    pub target: Option<String>,
    /// dbt's `--vars`, which only the command line gives: a YAML mapping.
    pub vars: Option<String>,
    /// `offline`: nothing is fetched from the network.
    pub offline: bool,
    /// `refreshMinutes`: how old what was fetched may be before it is asked for again.
    pub refresh_minutes: Option<u32>,
    /// `maxManifestMegabytes`: how large a manifest may be that is fetched.
    pub max_manifest_megabytes: Option<u32>,
    /// `features`: what is switched off, or on again.
    pub features: BTreeMap<Feature, bool>,
    /// What another extension of the same editor answers too, of one project. The extension says so; nobody sets it.
    pub beside: BTreeSet<Feature>,
}

impl Settings {
    /// Whether `feature` is on.
    #[must_use]
    pub fn has(&self, feature: Feature) -> bool {
        self.features.get(&feature).copied().unwrap_or(true)
    }

    /// Whether `feature` is kept to what leads from one project into another, since somebody else answers the rest.
    #[must_use]
    pub fn is_beside(&self, feature: Feature) -> bool {
        self.beside.contains(&feature)
    }

    /// How old what was fetched may be before it is asked for again; `None` where it is asked for
    /// on command alone.
    #[must_use]
    pub fn refresh_after(&self) -> Option<Duration> {
        const MINUTES: u32 = 15;
        let minutes = self.refresh_minutes.unwrap_or(MINUTES);
        (minutes > 0).then(|| Duration::from_secs(u64::from(minutes) * 60))
    }

    /// How many bytes a manifest may have that is fetched; never more than are read.
    #[must_use]
    pub fn most_fetched_bytes(&self, most_read: usize) -> usize {
        let set = self.max_manifest_megabytes.map(|megabytes| {
            usize::try_from(megabytes).map_or(most_read, |it| it.saturating_mul(1 << 20))
        });
        set.unwrap_or(most_read).min(most_read)
    }

    /// How loud `rule` is.
    #[must_use]
    pub fn level(&self, rule: RuleId) -> Level {
        self.rules
            .get(&rule)
            .copied()
            .unwrap_or_else(|| rule.default_level())
    }
}
