//! Is what an entry of a property file makes switched on, as far as the entry and dbt_project.yml
//! tell?

use crate::dbt::{Maybe, Value, get};
use crate::project::{Definition, PropertyEntry, Section};

impl PropertyEntry {
    /// Whether what the entry makes, an exposure or a source, is enabled: its own word counts, and
    /// without one dbt_project.yml may have another.
    #[must_use]
    pub fn is_enabled(&self, definition: &Definition) -> Maybe<bool> {
        match get(&self.config, "enabled") {
            Some(Value::Bool(is_enabled)) => Maybe::Known(*is_enabled),
            Some(_) => Maybe::Unknown,
            None if is_switched(definition, self.section) => Maybe::Unknown,
            None => Maybe::Known(true),
        }
    }
}

/// Whether dbt_project.yml switches anything of a section off, or may.
fn is_switched(definition: &Definition, section: Section) -> bool {
    let tree = match section {
        Section::Sources => Some("sources"),
        _ => tree_of(section),
    };
    tree.and_then(|tree| get(&definition.keys, tree))
        .is_some_and(switches)
}

/// Whether a level of a configuration tree, or one below it, has another `enabled` than `true`.
fn switches(value: &Value) -> bool {
    let Value::Map(level) = value else {
        return false;
    };
    let is_off = Definition::key_of(level, "enabled").is_some_and(|it| *it != Value::Bool(true));
    let mut folders = level.iter().filter(|(name, _)| !name.starts_with('+'));
    is_off || folders.any(|(_, below)| switches(below))
}

/// The key of dbt_project.yml that may switch what property files make off; `None` for what other
/// files make, and for sources.
pub(super) fn tree_of(section: Section) -> Option<&'static str> {
    match section {
        Section::Exposures => Some("exposures"),
        Section::Metrics => Some("metrics"),
        Section::SemanticModels => Some("semantic-models"),
        Section::SavedQueries => Some("saved-queries"),
        Section::UnitTests => Some("unit_tests"),
        Section::Models
        | Section::Seeds
        | Section::Snapshots
        | Section::Analyses
        | Section::Sources
        | Section::Groups
        | Section::Macros
        | Section::Functions
        | Section::DataTests => None,
    }
}
