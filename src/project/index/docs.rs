//! Which docs blocks does a project have? (dbt-core `parser/docs.py`)

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use crate::project::{Definition, Files, Meaning, Role};
use crate::syntax::jinja::BlockKind;

use super::Duplicate;

/// The docs blocks of a project: file and block by name.
#[derive(Clone, Debug, Default)]
pub struct Docs(HashMap<Box<str>, (Arc<str>, u32)>);

impl Docs {
    /// The file and the block of this name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&(Arc<str>, u32)> {
        self.0.get(name)
    }

    /// The names, in no certain order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(|name| &**name)
    }

    /// The blocks of a project; names that stand twice go to `duplicates`.
    pub(super) fn of(
        definition: &Definition,
        files: &Files,
        duplicates: &mut Vec<Duplicate>,
    ) -> Self {
        let mut docs = Self::default();
        for (path, facts) in files {
            let Meaning::Code(code) = &*facts.meaning else {
                continue;
            };
            let blocks = (0..).zip(&code.blocks);
            let mut blocks = blocks
                .filter(|(_, block)| block.kind == BlockKind::Docs && !block.name.is_empty())
                .peekable();
            if blocks.peek().is_none() || Role::of(path, definition).0 != Role::Docs {
                continue;
            }
            for (at, block) in blocks {
                let place = (Arc::clone(path), at);
                match docs.0.entry(block.name.clone()) {
                    Entry::Vacant(vacant) => {
                        vacant.insert(place);
                    }
                    Entry::Occupied(first) => {
                        duplicates.push(Duplicate::Docs(first.get().clone(), place));
                    }
                }
            }
        }
        docs
    }
}
