//! Which macros and generic tests does a project define?

use std::sync::Arc;

use foldhash::HashMap;

use crate::project::{
    CodeBlock, Definition, Files, Meaning, Project, PropertyEntry, Role, Section,
};
use crate::syntax::jinja::BlockKind;
use crate::text::Span;

use super::Duplicate;

/// A macro or a generic test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Macro {
    /// Its name; dbt puts `test_` before that of a test.
    pub name: Box<str>,
    /// Whether it is a generic test.
    pub is_test: bool,
    /// The file that it stands in.
    pub file: Arc<str>,
    /// Which block of the file it is.
    pub block: u32,
    /// The file and the entry under `macros:` that describe it.
    pub patch: Option<(Arc<str>, u32)>,
}

impl Macro {
    /// Its parameters as written.
    #[must_use]
    pub fn parameters<'p>(&self, project: &'p Project) -> &'p [Box<str>] {
        let Some(Meaning::Code(code)) = project.file(&self.file).map(|facts| &*facts.meaning)
        else {
            return &[];
        };
        let block: Option<&CodeBlock> = code.blocks.get(self.block as usize);
        block.map_or(&[], |block| &block.parameters)
    }

    /// Where its name stands.
    #[must_use]
    pub fn name_span(&self, project: &Project) -> Span {
        let spans = project.file(&self.file).map(|facts| &facts.spans.blocks);
        let span = spans.and_then(|spans| spans.get(self.block as usize).copied());
        span.unwrap_or_default()
    }

    /// The entry that describes it.
    #[must_use]
    pub fn entry<'p>(&self, project: &'p Project) -> Option<&'p PropertyEntry> {
        let (file, at) = self.patch.as_ref()?;
        let Meaning::Properties(properties) = &*project.file(file)?.meaning else {
            return None;
        };
        properties.entries.get(*at as usize)
    }
}

/// Macros that another one of the project has the name of; a test is a macro called `test_…` (dbt-core
/// `contracts/graph/manifest.py`, `add_macro`).
pub(super) fn duplicates(
    macros: &[Macro],
    files: &Files,
    definition: &Definition,
    found: &mut Vec<Duplicate>,
) {
    let mut seen: HashMap<(bool, &str), (Arc<str>, u32)> = HashMap::default();
    for known in macros {
        // In a folder of generic tests dbt reads these alone.
        let is_read = known.is_test || Role::of(&known.file, definition).0 == Role::Macro;
        let is_whole = files
            .get(&known.file)
            .is_some_and(|facts| facts.refused.is_none());
        if !is_read || !is_whole {
            continue;
        }
        let key = match known.name.strip_prefix("test_") {
            Some(name) if !known.is_test => (true, name),
            _ => (known.is_test, &*known.name),
        };
        let place = (Arc::clone(&known.file), known.block);
        match seen.get(&key) {
            Some(first) => found.push(Duplicate::Macros(first.clone(), place)),
            None => {
                seen.insert(key, place);
            }
        }
    }
}

/// The macros and generic tests of some files, in the order of the files.
pub(super) fn of_files(files: &Files, definition: &Definition) -> Vec<Macro> {
    let mut macros = Vec::new();
    let mut patches = Vec::new();
    for (path, facts) in files {
        match &*facts.meaning {
            Meaning::Code(code) if !code.blocks.is_empty() => {
                let role = Role::of(path, definition).0;
                if !matches!(role, Role::Macro | Role::GenericTest) {
                    continue;
                }
                for (at, block) in (0..).zip(&code.blocks) {
                    if matches!(block.kind, BlockKind::Macro | BlockKind::Test) {
                        macros.push(Macro {
                            name: block.name.clone(),
                            is_test: block.kind == BlockKind::Test,
                            file: Arc::clone(path),
                            block: at,
                            patch: None,
                        });
                    }
                }
            }
            Meaning::Properties(properties) => {
                let described = (0u32..).zip(&properties.entries);
                let described = described.filter(|(_, it)| it.section == Section::Macros);
                patches.extend(described.map(|(at, entry)| (&*entry.name, path, at)));
            }
            Meaning::Code(_)
            | Meaning::Definition(..)
            | Meaning::LoomConfig(_)
            | Meaning::Dependencies(..)
            | Meaning::Other => {}
        }
    }
    for known in &mut macros {
        let is_it = |name: &str| {
            name == &*known.name
                || (known.is_test && name.strip_prefix("test_") == Some(&known.name))
        };
        let found = patches.iter().find(|(name, ..)| is_it(name));
        known.patch = found.map(|(_, path, at)| (Arc::clone(path), *at));
    }
    macros
}
