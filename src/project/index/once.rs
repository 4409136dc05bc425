//! Which resources that property files make have a name twice? (dbt-core
//! `contracts/graph/manifest.py`, `_check_duplicates`.)

use std::sync::Arc;

use foldhash::HashMap;

use crate::dbt::Maybe;
use crate::project::{Definition, Files, Meaning, PropertyEntry, Role, Section};

use super::Duplicate;
use super::switched::tree_of;

/// Exposures, metrics, … that have a name that another one of their kind has.
pub(super) fn duplicates(definition: &Definition, files: &Files, found: &mut Vec<Duplicate>) {
    let mut seen: HashMap<(Section, &str, &str), (Arc<str>, u32)> = HashMap::default();
    for (path, facts) in files {
        let Meaning::Properties(properties) = &*facts.meaning else {
            continue;
        };
        for (at, entry) in (0..).zip(&properties.entries) {
            let is_read = Role::of(path, definition).0 == Role::Properties;
            let is_made = tree_of(entry.section).is_some() && is_certain(entry, definition);
            if !is_read || !is_made {
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

/// Whether it is there under this name for certain.
fn is_certain(entry: &PropertyEntry, definition: &Definition) -> bool {
    let is_on = entry.is_enabled(definition) == Maybe::Known(true);
    is_on && !entry.name.is_empty() && !entry.name.contains('{')
}
