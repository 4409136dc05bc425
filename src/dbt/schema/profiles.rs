//! profiles.yml. What connections have, their adapters say.

use super::Holds::{Anything, Mapping as Map, Text};
use super::connections::CONNECTION;
use super::{Mapping, Others, key, old, required};

/// The file as a whole.
pub const PROFILES: Mapping = Mapping {
    name: "profiles.yml",
    others: Others::Names(Map(&PROFILE)),
    keys: keys![
        old(key("config", Anything, "The older place of `flags`."));
    ],
};

/// A profile.
pub const PROFILE: Mapping = Mapping {
    name: "a profile",
    others: Others::PassedOver,
    keys: keys![
        key("target", Text, "The output that counts where nobody says which; `default` otherwise.");
        required("outputs", Map(&OUTPUTS), "Connections by name.");
    ],
};

const OUTPUTS: Mapping = Mapping {
    name: "connections",
    others: Others::Names(Map(&CONNECTION)),
    keys: &[],
};
