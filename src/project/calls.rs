//! Which refs of a project name a thing? An index by name, made when it is first asked for and
//! kept as long as no ref of the project changes.

use std::hash::BuildHasher;
use std::sync::Arc;

use foldhash::fast::FixedState;

use super::{FileFacts, Meaning, Project, RefArguments, RefSpans, Reference};

/// The refs of a project in the order of the names that they give.
#[derive(Debug, Default)]
pub(super) struct Calls {
    /// The files that have refs.
    files: Box<[Arc<str>]>,
    /// Sorted, so that those with one name stand together in the order of the files.
    calls: Box<[Call]>,
}

/// A ref: a mesh has tens of thousands of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Call {
    /// Of the name. Other names may have the same.
    hash: u32,
    /// In the table of files.
    file: u32,
    /// Which of the file's refs.
    at: u32,
}

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
        calls.hashed(hash_of(name)).filter_map(move |(file, at)| {
            let facts = self.file(file)?;
            let reference = facts.references().get(at as usize)?;
            (name_of(reference)? == name).then_some(NamedRef {
                file,
                facts,
                reference,
                spans: facts.spans.references.get(at as usize)?,
            })
        })
    }
}

impl Calls {
    fn of(project: &Project) -> Self {
        let (mut files, mut calls) = (Vec::new(), Vec::new());
        for (file, facts) in &project.files {
            let before = calls.len();
            let references = (0..).zip(facts.references());
            calls.extend(references.filter_map(|(at, reference)| {
                Some(Call {
                    hash: hash_of(name_of(reference)?),
                    file: u32::try_from(files.len()).ok()?,
                    at,
                })
            }));
            if calls.len() > before {
                files.push(Arc::clone(file));
            }
        }
        calls.sort_unstable();
        Self {
            files: files.into(),
            calls: calls.into(),
        }
    }

    /// The refs whose name has this hash: file, and which of its refs.
    fn hashed(&self, hash: u32) -> impl Iterator<Item = (&Arc<str>, u32)> {
        let start = self.calls.partition_point(|call| call.hash < hash);
        let found = self.calls.iter().skip(start);
        let found = found.take_while(move |call| call.hash == hash);
        found.filter_map(|call| Some((self.files.get(call.file as usize)?, call.at)))
    }
}

fn name_of(reference: &Reference) -> Option<&str> {
    match &reference.arguments {
        RefArguments::Names { name, .. } => Some(name),
        RefArguments::Declared { .. }
        | RefArguments::Source { .. }
        | RefArguments::Dynamic
        | RefArguments::Invalid(_) => None,
    }
}

/// Names that are made to collide cost a comparison each, and nothing else.
fn hash_of(name: &str) -> u32 {
    let hash = FixedState::default().hash_one(name);
    u32::try_from(hash >> 32).unwrap_or_default()
}
