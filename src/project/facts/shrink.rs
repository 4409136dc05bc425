//! What do facts keep that nothing uses? Lists grow by doubling while a file is read; a mesh has
//! hundreds of thousands of columns, so the room behind the last one is given back.

use std::sync::Arc;

use super::{Meaning, Spans};

/// A shared list. Most are empty, and those take no room at all.
pub(super) fn shared<T>(items: impl ExactSizeIterator<Item = T>) -> Arc<[T]> {
    if items.len() == 0 {
        Arc::default()
    } else {
        items.collect()
    }
}

/// Gives back the room behind the lists of a file.
pub(super) fn shrink(meaning: &mut Meaning, spans: &mut Spans) {
    match meaning {
        Meaning::Code(code) => {
            code.references.shrink_to_fit();
            code.configs.shrink_to_fit();
            for config in &mut code.configs {
                config.values.shrink_to_fit();
            }
            code.blocks.shrink_to_fit();
        }
        Meaning::Properties(properties) => {
            properties.entries.shrink_to_fit();
            properties.references.shrink_to_fit();
            properties.tested.shrink_to_fit();
            for entry in &mut properties.entries {
                entry.columns.shrink_to_fit();
                entry.constraints.shrink_to_fit();
                entry.config.shrink_to_fit();
                entry.versions.shrink_to_fit();
            }
        }
        Meaning::Definition(..)
        | Meaning::LoomConfig(_)
        | Meaning::Dependencies(_)
        | Meaning::Other => {}
    }
    spans.references.shrink_to_fit();
    spans.configs.shrink_to_fit();
    for config in &mut spans.configs {
        config.values.shrink_to_fit();
    }
    spans.blocks.shrink_to_fit();
    spans.entries.shrink_to_fit();
    spans.misfits.shrink_to_fit();
    for entry in &mut spans.entries {
        entry.columns.shrink();
        entry.config.shrink_to_fit();
        entry.versions.shrink_to_fit();
        entry.deprecations.shrink_to_fit();
    }
}
