//! Which refs of a project name a thing? An index by name, made when it is first asked for and
//! kept as long as no ref of the project changes.

use std::collections::HashMap;
use std::sync::Arc;

use super::{FileFacts, Meaning, Project, RefArguments, RefSpans, Reference};

/// The refs of a project by the names that they give.
#[derive(Debug, Default)]
pub(super) struct Calls(HashMap<Arc<str>, Vec<(Arc<str>, u32)>>);

/// A ref of a project.
#[derive(Clone, Copy)]
pub struct NamedRef<'a> {
    /// The file, below the project's root.
    pub file: &'a Arc<str>,
    /// Its facts.
    pub facts: &'a FileFacts,
    /// The ref.
    pub reference: &'a Reference,
    /// Its places.
    pub spans: RefSpans,
}

impl FileFacts {
    /// Its refs, sources and docs.
    #[must_use]
    pub fn references(&self) -> &[Reference] {
        match &*self.meaning {
            Meaning::Code(code) => &code.references,
            Meaning::Properties(properties) => &properties.references,
            Meaning::Definition(_, references) => references,
            Meaning::LoomConfig(_) | Meaning::Dependencies(_) | Meaning::Other => &[],
        }
    }
}

impl Project {
    /// The refs that name `name`, whatever project they name with it; in the order of the files.
    pub fn refs_named(&self, name: &str) -> impl Iterator<Item = NamedRef<'_>> {
        let calls = self.calls.get_or_init(|| Calls::of(self));
        let found = calls.0.get(name).map_or(&[][..], Vec::as_slice);
        found.iter().filter_map(|(file, at)| {
            let facts = self.file(file)?;
            Some(NamedRef {
                file,
                facts,
                reference: facts.references().get(*at as usize)?,
                spans: facts.spans.references.get(*at as usize)?,
            })
        })
    }
}

impl Calls {
    fn of(project: &Project) -> Self {
        let mut calls: HashMap<Arc<str>, Vec<(Arc<str>, u32)>> = HashMap::new();
        for (file, facts) in &project.files {
            for (at, reference) in (0..).zip(facts.references()) {
                let RefArguments::Names { name, .. } = &reference.arguments else {
                    continue;
                };
                match calls.get_mut(name) {
                    Some(places) => places.push((Arc::clone(file), at)),
                    None => {
                        calls.insert(Arc::clone(name), vec![(Arc::clone(file), at)]);
                    }
                }
            }
        }
        Self(calls)
    }
}
