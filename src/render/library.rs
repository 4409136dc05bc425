//! Which macros can a template call? Those of the project and of its packages, parsed when one of
//! their files is first needed.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::syntax::jinja::{self, BlockKind, Definition, Statement, Template};

/// The macros of one project and its packages.
pub struct Library<'t> {
    packages: Vec<Package<'t>>,
    files: Vec<(&'t str, OnceLock<Template<'t>>)>,
    macros: Vec<MacroAt<'t>>,
}

struct Package<'t> {
    name: &'t str,
    macros: HashMap<&'t str, usize>,
}

struct MacroAt<'t> {
    file: usize,
    name: &'t str,
}

impl<'t> Library<'t> {
    /// A library without macros; the first package that is added is the project itself.
    #[must_use]
    pub fn new() -> Self {
        Self {
            packages: Vec::new(),
            files: Vec::new(),
            macros: Vec::new(),
        }
    }

    /// Adds a package with its files: each file's text and the macros and tests in it.
    pub fn add<M>(&mut self, name: &'t str, files: impl Iterator<Item = (&'t str, M)>)
    where
        M: Iterator<Item = (BlockKind, &'t str)>,
    {
        let mut macros = HashMap::new();
        for (text, names) in files {
            let file = self.files.len();
            self.files.push((text, OnceLock::new()));
            for (kind, name) in names {
                if kind == BlockKind::Macro {
                    macros.insert(name, self.macros.len());
                    self.macros.push(MacroAt { file, name });
                }
            }
        }
        self.packages.push(Package { name, macros });
    }

    /// How many packages there are, the project itself among them.
    pub(super) fn packages(&self) -> usize {
        self.packages.len()
    }

    pub(super) fn package(&self, name: &str) -> Option<usize> {
        self.packages
            .iter()
            .position(|package| package.name == name)
    }

    pub(super) fn root_name(&self) -> &'t str {
        self.packages.first().map_or("", |root| root.name)
    }

    /// The macro of this name in a package.
    pub(super) fn find(&self, package: usize, name: &str) -> Option<usize> {
        self.packages.get(package)?.macros.get(name).copied()
    }

    /// Whether some package has a macro `…__name`, for an adapter of its own.
    pub(super) fn has_variants(&self, package: usize, name: &str) -> bool {
        self.packages.get(package).is_some_and(|package| {
            package.macros.keys().any(|known| {
                let prefix = known
                    .strip_suffix(name)
                    .and_then(|it| it.strip_suffix("__"));
                prefix.is_some_and(|prefix| prefix != "default")
            })
        })
    }

    pub(super) fn definition(&self, at: usize) -> Option<&Definition<'t>> {
        let known = self.macros.get(at)?;
        let (text, cell) = self.files.get(known.file)?;
        let template = cell.get_or_init(|| jinja::parse(text));
        find(&template.body, known.name)
    }

    /// The text of the file that a macro stands in.
    pub(super) fn text(&self, at: usize) -> &'t str {
        self.macros
            .get(at)
            .and_then(|known| self.files.get(known.file))
            .map_or("", |(text, _)| text)
    }
}

impl Default for Library<'_> {
    fn default() -> Self {
        Self::new()
    }
}

fn find<'x, 't>(body: &'x [Statement<'t>], name: &str) -> Option<&'x Definition<'t>> {
    body.iter().find_map(|statement| match statement {
        Statement::Definition(found) if found.kind == BlockKind::Macro && found.name == name => {
            Some(&**found)
        }
        _ => None,
    })
}
