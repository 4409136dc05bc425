//! Metrics, measures and functions, which no `ref` reads.

use std::collections::HashMap;
use std::sync::Arc;

use crate::project::{Definition, Files, Function, Meaning, Role};

/// Where one is declared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declaration {
    /// The file, below the project's root.
    pub file: Arc<str>,
    /// Which of the names that a property file declares; none where the file itself is it.
    pub at: Option<u32>,
}

/// Those of a project, by kind and name.
#[derive(Clone, Debug, Default)]
pub struct Declarations(HashMap<(Function, Box<str>), Declaration>);

impl Declarations {
    pub(super) fn of_files(files: &Files, definition: &Definition) -> Self {
        let mut found = HashMap::new();
        for (path, facts) in files {
            let role = Role::of(path, definition).0;
            if role == Role::Function {
                let name = path.rsplit('/').next().unwrap_or(path);
                let name = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
                let declaration = Declaration {
                    file: Arc::clone(path),
                    at: None,
                };
                found.insert((Function::Function, name.into()), declaration);
            }
            let (Meaning::Properties(properties), Role::Properties) = (&*facts.meaning, role)
            else {
                continue;
            };
            for (at, one) in (0..).zip(&properties.declared) {
                let declaration = Declaration {
                    file: Arc::clone(path),
                    at: Some(at),
                };
                let key = (one.function, one.name.clone());
                found.entry(key).or_insert(declaration);
            }
        }
        Self(found)
    }

    /// The one of this name.
    #[must_use]
    pub fn find(&self, function: Function, name: &str) -> Option<&Declaration> {
        self.0.get(&(function, name.into()))
    }

    /// The names of a kind.
    pub fn names(&self, function: Function) -> impl Iterator<Item = &str> {
        let of_kind = self.0.keys().filter(move |(kind, _)| *kind == function);
        of_kind.map(|(_, name)| &**name)
    }
}
