//! Is what an entry of a property file makes switched on, as far as the entry and dbt_project.yml
//! tell?

use crate::dbt::{Maybe, Value, get};
use crate::project::{Definition, PropertyEntry, Role, Section};

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

    /// Whether no table of the source has a word of its own on whether it is enabled.
    #[must_use]
    pub fn has_plain_tables(&self) -> bool {
        let mut tables = self.source.iter().flat_map(|source| &source.tables);
        tables.all(|table| get(&table.config, "enabled").is_none())
    }
}

impl Definition {
    /// Whether the data tests that the property file at `path` gives are enabled, as far as
    /// dbt_project.yml tells: they are configured by the file's folders, and by their own names.
    #[must_use]
    pub fn are_tests_enabled(&self, path: &str) -> Maybe<bool> {
        let project = self.name.as_deref().unwrap_or_default();
        let (_, below) = Role::of(path, self);
        let folders = below.rsplit_once('/').map_or("", |(folders, _)| folders);
        let folders = folders.split('/').filter(|folder| !folder.is_empty());
        let fqn: Vec<&str> = std::iter::once(project).chain(folders).collect();
        let mut enabled = Maybe::Known(true);
        let mut last = None;
        for (depth, level) in self.levels("data_tests", &fqn).enumerate() {
            match Definition::key_of(level, "enabled") {
                Some(Value::Bool(is_enabled)) => enabled = Maybe::Known(*is_enabled),
                Some(_) => enabled = Maybe::Unknown,
                None => {}
            }
            last = Some((depth, level));
        }
        // What stands below the file's own folder is a test's name.
        let names = last.filter(|(depth, _)| *depth == fqn.len());
        let mut names = names.into_iter().flat_map(|(_, level)| level);
        if names.any(|(name, below)| !name.starts_with('+') && switches(below)) {
            enabled = Maybe::Unknown;
        }
        enabled
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
