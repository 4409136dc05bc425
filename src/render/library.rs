//! Which macros can a template call? Those of the project and of its packages, parsed when one of
//! their files is first needed.

use std::sync::OnceLock;

use foldhash::{HashMap, HashSet};

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
    /// The names of which an adapter has a macro of its own: `postgres__name`.
    variants: HashSet<&'t str>,
}

struct MacroAt<'t> {
    file: usize,
    name: &'t str,
    place: OnceLock<Option<Place>>,
}

/// Where a macro is found in its file.
struct Place {
    /// The number of its statement.
    statement: usize,
    /// Whether it speaks of `varargs` or `kwargs`: then it takes any arguments.
    takes_more: bool,
    /// Whether it speaks of its `caller`.
    takes_caller: bool,
    /// Why Jinja cannot read it, though its file can be cut into blocks.
    refused: Option<Box<str>>,
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
        let mut macros = HashMap::default();
        let mut variants = HashSet::default();
        for (text, names) in files {
            let file = self.files.len();
            self.files.push((text, OnceLock::new()));
            for (kind, name) in names {
                if kind == BlockKind::Macro {
                    macros.insert(name, self.macros.len());
                    variants.extend(variants_in(name));
                    self.macros.push(MacroAt {
                        file,
                        name,
                        place: OnceLock::new(),
                    });
                }
            }
        }
        self.packages.push(Package {
            name,
            macros,
            variants,
        });
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
        let package = self.packages.get(package);
        package.is_some_and(|package| package.variants.contains(name))
    }

    pub(super) fn definition(&self, at: usize) -> Option<&Definition<'t>> {
        let known = self.macros.get(at)?;
        let place = self.place(known)?;
        let statement = self.template(known)?.body.get(place.statement)?;
        definition_of(statement)
    }

    /// Whether a macro takes any arguments.
    pub(super) fn takes_more(&self, at: usize) -> bool {
        let place = self.macros.get(at).and_then(|known| self.place(known));
        place.is_none_or(|place| place.takes_more)
    }

    /// Whether a `call` block may call a macro.
    pub(super) fn takes_caller(&self, at: usize) -> bool {
        let place = self.macros.get(at).and_then(|known| self.place(known));
        place.is_none_or(|place| place.takes_more || place.takes_caller)
    }

    /// Why Jinja refuses a macro when something calls it.
    pub(super) fn refused(&self, at: usize) -> Option<&str> {
        let place = self.macros.get(at).and_then(|known| self.place(known))?;
        place.refused.as_deref()
    }

    fn template(&self, known: &MacroAt<'t>) -> Option<&Template<'t>> {
        let (text, cell) = self.files.get(known.file)?;
        Some(cell.get_or_init(|| jinja::parse(text)))
    }

    fn place<'l>(&'l self, known: &'l MacroAt<'t>) -> Option<&'l Place> {
        let place = known.place.get_or_init(|| {
            let mut body = self
                .template(known)?
                .body
                .iter()
                .map(definition_of)
                .enumerate();
            let (statement, definition) = body.find_map(|(at, it)| {
                let found = it.filter(|it| it.name == known.name)?;
                Some((at, found))
            })?;
            let (text, _) = self.files.get(known.file)?;
            let text = definition.span.of(text);
            let refused = jinja::unknown_filter_in(definition);
            Some(Place {
                statement,
                takes_more: text.contains("args"),
                takes_caller: text.contains("caller"),
                refused: refused.map(|error| error.message.into()),
            })
        });
        place.as_ref()
    }
}

impl Default for Library<'_> {
    fn default() -> Self {
        Self::new()
    }
}

fn definition_of<'x, 't>(statement: &'x Statement<'t>) -> Option<&'x Definition<'t>> {
    match statement {
        Statement::Definition(found) if found.kind == BlockKind::Macro => Some(&**found),
        _ => None,
    }
}

/// What dbt calls by `dispatch` when it comes to a macro of this name: what stands behind the
/// adapter, which is any but dbt's word for none.
fn variants_in(name: &str) -> impl Iterator<Item = &str> {
    name.match_indices("__").filter_map(|(at, _)| {
        let (adapter, behind) = (name.get(..at)?, name.get(at + 2..)?);
        (adapter != "default").then_some(behind)
    })
}
