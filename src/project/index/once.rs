//! Which resources that property files make have a name twice? (dbt-core
//! `contracts/graph/manifest.py`, `_check_duplicates`.)

use std::sync::Arc;

use foldhash::HashMap;

use crate::dbt::{Value, get};
use crate::project::{Definition, Files, Meaning, PropertyEntry, Role, Section};

use super::Duplicate;

/// Exposures, metrics, … that have a name that another one of their kind has.
pub(super) fn duplicates(definition: &Definition, files: &Files, found: &mut Vec<Duplicate>) {
    let mut seen: HashMap<(Section, &str, &str), (Arc<str>, u32)> = HashMap::default();
    for (path, facts) in files {
        let Meaning::Properties(properties) = &*facts.meaning else {
            continue;
        };
        for (at, entry) in (0..).zip(&properties.entries) {
            let Some(tree) = tree_of(entry.section) else {
                continue;
            };
            let is_read = Role::of(path, definition).0 == Role::Properties;
            if !is_read || !is_certain(entry) || get(&definition.keys, tree).is_some() {
                continue;
            }
            // Unit tests of different models may share a name.
            let model = entry
                .model
                .as_deref()
                .filter(|_| entry.section == Section::UnitTests);
            let key = (entry.section, model.unwrap_or(""), &*entry.name);
            let place = (Arc::clone(path), at);
            match seen.get(&key) {
                Some(first) => found.push(Duplicate::Entries(first.clone(), place)),
                None => {
                    seen.insert(key, place);
                }
            }
        }
    }
}

/// The key of dbt_project.yml that may switch such resources off; `None` for what other files make.
fn tree_of(section: Section) -> Option<&'static str> {
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

/// Whether it is there under this name for certain.
fn is_certain(entry: &PropertyEntry) -> bool {
    let is_on = matches!(
        get(&entry.config, "enabled"),
        None | Some(Value::Bool(true))
    );
    is_on && !entry.name.is_empty() && !entry.name.contains('{')
}
