//! Which files does dbt's rendering see more in than their text says, and what does it see?
//!
//! Facts are read from the text alone. A file with macros, or refs under conditions, keeps its
//! text; it is rendered later, and its facts are put in the place of the first ones. Which is
//! wanted, a key tells: it stands for all that a render depends on besides the file itself.

mod given_names;
mod yaml_values;

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use rayon::prelude::*;

use super::config::YamlValues;
use super::facts::{FileFacts, Meaning, value_of};
use super::{Definition, Project, Reach, Role, target};
use crate::dbt::{Config, Value, get};
use crate::pace;
use crate::render::{self, Library, Node};
use crate::syntax::jinja::{self, BlockKind, Template};
use crate::syntax::sql::{self, Dialect};
use crate::syntax::yaml;

/// No query that a macro makes is longer.
const LONGEST_EXPANDED: usize = 1 << 20;
/// How many files are rendered with their texts and one parse of the macros in memory.
const FILES_AT_ONCE: usize = 1024;

/// What somebody asks dbt for, besides files.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// `--target`.
    pub target: Option<&'a str>,
    /// `--vars`: a YAML mapping.
    pub vars: Option<&'a str>,
    /// The environment variables.
    pub environment: &'a BTreeMap<String, String>,
}

/// What was rendered of a project.
#[derive(Clone)]
pub struct Renders {
    files: Arc<[(Arc<str>, Arc<FileFacts>)]>,
    /// What the Jinja in its YAML values makes, and in those of its packages, each where it has
    /// to be told anew.
    yaml_values: Option<Arc<YamlValues>>,
    of_packages: Arc<[Option<Arc<YamlValues>>]>,
}

impl Renders {
    /// The files that were rendered.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(|(path, _)| &**path)
    }
}

impl Project {
    /// Renders what has to be rendered and is not, or was with other macros, variables or target.
    #[must_use]
    pub fn render(&self, asked: &Asked<'_>) -> Option<Renders> {
        let key = self.render_key(asked);
        let wanted: Vec<_> = self
            .files
            .iter()
            .filter(|(path, facts)| facts.is_render_wanted(key) && self.is_rendered(path))
            .collect();
        let yaml_values = self.yaml_values(None, asked);
        let packages = self.packages.iter();
        let of_packages: Arc<[_]> = packages
            .map(|package| package.yaml_values(Some(self), asked))
            .collect();
        let has_values = yaml_values.is_some() || of_packages.iter().any(Option::is_some);
        if wanted.is_empty() && !has_values {
            return None;
        }
        let given_vars = asked.vars.map_or_else(Config::new, vars_of);
        let vars = self.vars().cloned().unwrap_or_default();
        let dispatch = match get(&self.definition.keys, "dispatch") {
            Some(Value::List(entries)) => entries.as_slice(),
            _ => &[],
        };
        let target = target::of(self, asked);
        let inputs = render::Inputs {
            vars: &vars,
            given_vars: &given_vars,
            dispatch,
            environment: asked.environment,
            target: &target,
        };
        let mut files = Vec::with_capacity(wanted.len());
        for block in wanted.chunks(FILES_AT_ONCE) {
            let kept = block.par_iter().with_min_len(64);
            let texts: Vec<_> = kept.map(|(_, facts)| facts.kept_text()).collect();
            let library = self.library();
            let done = block.par_iter().zip(&texts).with_min_len(8);
            files.par_extend(done.filter_map(|((path, facts), text)| {
                let text = text.as_deref()?;
                pace::let_others_go_first();
                let facts = rendered(path, facts, text, &library, &inputs, key);
                Some((Arc::clone(path), Arc::new(facts)))
            }));
        }
        Some(Renders {
            files: files.into(),
            yaml_values,
            of_packages,
        })
    }

    /// The project with what was rendered, and how far that reaches. Files that changed since are
    /// left as they are.
    #[must_use]
    pub fn with_renders(&self, renders: &Renders) -> (Self, Reach) {
        let mut next = self.clone();
        let mut reach = Reach::Places;
        for (path, facts) in &*renders.files {
            let Some(old) = next.files.get(path).filter(|old| old.has_text_of(facts)) else {
                continue;
            };
            reach = reach.max(if facts.says_the_same(old) {
                Reach::Places
            } else if facts.meaning.indexes_like(&old.meaning) {
                Reach::Refs
            } else {
                Reach::Index
            });
            next.files.insert_mut(Arc::clone(path), Arc::clone(facts));
        }
        if reach != Reach::Places {
            next.calls = Arc::default();
        }
        if next.take_yaml_values(renders) {
            reach = Reach::Index;
        }
        if reach == Reach::Index {
            next = next.indexed();
        }
        (next, reach)
    }

    /// The project with what was rendered of it before it had an index, and with that.
    #[must_use]
    pub fn indexed_with(self, renders: Option<&Renders>) -> Self {
        let Some(renders) = renders else {
            return self.indexed();
        };
        match self.with_renders(renders) {
            (next, Reach::Index) => next,
            (next, Reach::Places | Reach::Refs) => next.indexed(),
        }
    }

    /// Whether something in its YAML means something else now.
    fn take_yaml_values(&mut self, renders: &Renders) -> bool {
        let mut is_new = false;
        if let Some(values) = &renders.yaml_values {
            is_new |= !values.says_the_same(&self.yaml_values);
            self.yaml_values = Arc::clone(values);
        }
        if renders.of_packages.len() != self.packages.len() {
            return is_new;
        }
        for (package, values) in self.packages.iter_mut().zip(&*renders.of_packages) {
            let Some(values) = values else { continue };
            let is_same = values.says_the_same(&package.yaml_values);
            let next = Project {
                yaml_values: Arc::clone(values),
                ..Project::clone(package)
            };
            is_new |= !is_same;
            *package = Arc::new(if is_same { next } else { next.indexed() });
        }
        is_new
    }

    /// The adapter of the target that counts, where it is known.
    #[must_use]
    pub fn adapter(&self, asked: &Asked<'_>) -> Option<Box<str>> {
        target::of(self, asked).adapter
    }

    fn is_rendered(&self, path: &str) -> bool {
        match Role::of(path, &self.definition).0 {
            Role::Model | Role::Snapshot | Role::Analysis | Role::SingularTest => true,
            Role::Seed
            | Role::GenericTest
            | Role::Macro
            | Role::Function
            | Role::Docs
            | Role::Properties
            | Role::Definition
            | Role::LoomConfig
            | Role::Dependencies
            | Role::Packages
            | Role::Vars
            | Role::Selectors
            | Role::Profiles
            | Role::Other => false,
        }
    }

    /// A number for all that renders of this project depend on besides the rendered file.
    fn render_key(&self, asked: &Asked<'_>) -> u64 {
        let mut hasher = DefaultHasher::new();
        (asked.target, asked.vars, asked.environment).hash(&mut hasher);
        self.profiles.hash(&mut hasher);
        for project in std::iter::once(self).chain(self.packages.iter().map(|it| &**it)) {
            for (path, facts) in &project.files {
                if facts.has_macros()
                    || [Definition::FILE_NAME, Definition::VARS_FILE].contains(&&**path)
                {
                    facts.text_hash.hash(&mut hasher);
                }
            }
        }
        hasher.finish()
    }

    /// The macros that files of this project can call.
    fn library(&self) -> Library<'_> {
        let mut library = Library::new();
        for project in std::iter::once(self).chain(self.packages.iter().map(|it| &**it)) {
            let files = project.files.iter().filter_map(|(path, facts)| {
                // Most files have no blocks, which is told soonest.
                let Meaning::Code(code) = &*facts.meaning else {
                    return None;
                };
                let text = facts.text_of_blocks().filter(|_| !code.blocks.is_empty())?;
                let is_read = matches!(
                    Role::of(path, &project.definition).0,
                    Role::Macro | Role::GenericTest
                );
                let blocks = code.blocks.iter().map(|block| (block.kind, &*block.name));
                is_read.then_some((text, blocks))
            });
            library.add(project.name(), files);
        }
        library
    }
}

fn rendered<'t>(
    path: &str,
    facts: &FileFacts,
    text: &'t str,
    library: &Library<'t>,
    inputs: &render::Inputs<'_>,
    key: u64,
) -> FileFacts {
    let template = jinja::parse(text);
    let file = path.rsplit('/').next().unwrap_or(path);
    let name = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let node = Node { name, path };
    let rendered = render::render(&template, library, inputs, &node);
    let mut facts = facts.with_render(text, &template, &rendered, key);
    let adapter = inputs.target.adapter.as_deref();
    let dialect = adapter.map_or(Dialect::Generic, Dialect::of_adapter);
    let hides_columns_itself = hides_columns(text, &template, dialect);
    if hides_columns_itself || rendered.gives_names {
        let expanded = render::expand(text, &template, library, inputs, &node);
        let expanded = expanded.filter(|it| it.text.len() <= LONGEST_EXPANDED);
        if let Some(plain) = expanded.as_ref().filter(|_| rendered.gives_names) {
            let read = given_names::read_as_columns(&template, plain, dialect);
            if !read.is_empty() {
                let inserts = render::inserts(text, &template, library, inputs, &node, plain);
                facts.inserts = given_names::of_columns(inserts, &read);
            }
        }
        // Whether it shows more, whoever asks for columns sees when reading it.
        let shown = expanded.as_ref().filter(|_| hides_columns_itself);
        facts.expand(shown.map(|it| &*it.text));
    }
    facts
}

/// Whether a text by itself hides columns of the query that it is.
fn hides_columns(text: &str, template: &Template<'_>, dialect: Dialect) -> bool {
    let sql = sql::parse_template(text, template, dialect);
    let nothing = |_: sql::Source<'_>| sql::Outside::default();
    let trees = sql.trees.iter();
    let scopes: Vec<_> = trees
        .map(|tree| sql::resolve_columns(text, tree, &nothing))
        .collect();
    sql::outputs(text, &sql, &scopes).are_hidden_by(text, &sql)
}

/// `--vars`, which dbt reads as YAML.
fn vars_of(text: &str) -> Config {
    match value_of(&yaml::parse(text).root) {
        Value::Map(vars) => vars,
        Value::Null
        | Value::Bool(_)
        | Value::Int(_)
        | Value::Float(_)
        | Value::Text(_)
        | Value::List(_)
        | Value::Jinja(_)
        | Value::Unknown => Config::new(),
    }
}

/// Whether a file defines macros or docs blocks.
pub(super) fn defines_blocks(meaning: &Meaning) -> bool {
    defines(meaning, &[BlockKind::Macro, BlockKind::Docs])
}

/// Whether a file defines macros.
pub(super) fn defines_macros(meaning: &Meaning) -> bool {
    defines(meaning, &[BlockKind::Macro])
}

fn defines(meaning: &Meaning, kinds: &[BlockKind]) -> bool {
    match meaning {
        Meaning::Code(code) => code.blocks.iter().any(|block| kinds.contains(&block.kind)),
        Meaning::Properties(_)
        | Meaning::Definition(..)
        | Meaning::LoomConfig(_)
        | Meaning::Dependencies(_)
        | Meaning::Other => false,
    }
}
