//! What does dbt_project.yml say? Names, paths, flags and the configuration trees
//! (dbt-core `contracts/project.py`, defaults in `config/project.py`).

use crate::dbt::{Config, Value, get};
use crate::syntax::yaml;
use crate::text::Span;

use super::config::hook_key;
use super::facts::value_of;

/// The content of a dbt_project.yml.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Definition {
    /// `name`.
    pub name: Option<Box<str>>,
    /// Where resources are looked for.
    pub paths: Paths,
    /// `target-path`, where dbt writes the manifest; `target` where it is not given.
    pub target_path: Option<Box<str>>,
    /// `restrict-access`.
    pub restricts_access: bool,
    /// `flags`, and everything else that is not read into a field: configuration trees, vars.
    pub keys: Config,
    /// Whether the file is a YAML mapping at all.
    pub is_readable: bool,
}

/// The path keys of dbt_project.yml with dbt's defaults; relative to the project, with `/`.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the names are dbt's own")]
pub struct Paths {
    pub models: Vec<Box<str>>,
    pub seeds: Vec<Box<str>>,
    pub snapshots: Vec<Box<str>>,
    pub analyses: Vec<Box<str>>,
    pub tests: Vec<Box<str>>,
    pub macros: Vec<Box<str>>,
    pub functions: Vec<Box<str>>,
    /// `docs-paths`, where it is given; all others where not.
    pub docs: Option<Vec<Box<str>>>,
    pub packages_install: Box<str>,
}

impl Default for Paths {
    fn default() -> Self {
        let one = |path: &str| vec![path.into()];
        Self {
            models: one("models"),
            seeds: one("seeds"),
            snapshots: one("snapshots"),
            analyses: one("analyses"),
            tests: one("tests"),
            macros: one("macros"),
            functions: one("functions"),
            docs: None,
            packages_install: "dbt_packages".into(),
        }
    }
}

impl Paths {
    /// Where property files are looked for.
    #[must_use]
    pub fn sources(&self) -> Vec<Box<str>> {
        self.each_source().map(Into::into).collect()
    }

    fn each_source(&self) -> impl Iterator<Item = &str> {
        let all = [
            &self.models,
            &self.seeds,
            &self.snapshots,
            &self.analyses,
            &self.macros,
            &self.tests,
            &self.functions,
        ];
        all.into_iter().flatten().map(|path| &**path)
    }

    /// Where files of any kind are looked for; some may come twice.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        let docs = self.docs.iter().flatten().map(|path| &**path);
        self.each_source().chain(docs)
    }

    /// Where doc blocks are looked for.
    #[must_use]
    pub fn docs(&self) -> Vec<Box<str>> {
        self.docs.clone().unwrap_or_else(|| self.sources())
    }
}

impl Definition {
    /// The file's name.
    pub const FILE_NAME: &'static str = "dbt_project.yml";
    /// The file that may give the variables in its place.
    pub const VARS_FILE: &'static str = "vars.yml";

    /// Reads a dbt_project.yml. What cannot be read counts as not given.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let document = yaml::parse(text);
        let Value::Map(keys) = value_of(&document.root) else {
            return Self::default();
        };
        let folders = |new: &str, old: &str| {
            get(&keys, new)
                .or_else(|| get(&keys, old))
                .and_then(folder_list)
        };
        let default = Paths::default();
        let paths = Paths {
            models: folders("model-paths", "source-paths").unwrap_or(default.models),
            seeds: folders("seed-paths", "data-paths").unwrap_or(default.seeds),
            snapshots: folders("snapshot-paths", "").unwrap_or(default.snapshots),
            analyses: folders("analysis-paths", "").unwrap_or(default.analyses),
            tests: folders("test-paths", "").unwrap_or(default.tests),
            macros: folders("macro-paths", "").unwrap_or(default.macros),
            functions: folders("function-paths", "").unwrap_or(default.functions),
            docs: folders("docs-paths", ""),
            packages_install: get(&keys, "packages-install-path")
                .and_then(Value::as_text)
                .map_or(default.packages_install, Into::into),
        };
        Self {
            name: get(&keys, "name").and_then(Value::python_text),
            paths,
            target_path: get(&keys, "target-path")
                .and_then(Value::as_text)
                .map(Into::into),
            restricts_access: get(&keys, "restrict-access") == Some(&Value::Bool(true)),
            keys,
            is_readable: true,
        }
    }

    /// Where the name stands in the file's text.
    #[must_use]
    pub fn name_span(text: &str) -> Option<Span> {
        yaml::parse(text)
            .root
            .get("name")?
            .scalar()
            .map(|name| name.content)
    }

    /// The variables under `vars:` with the places of their names, those of packages among them.
    #[must_use]
    pub fn variable_spans(text: &str) -> Vec<(Box<str>, Span)> {
        let document = yaml::parse(text);
        let Some(vars) = document.root.get("vars") else {
            return Vec::new();
        };
        let inside = vars
            .entries()
            .iter()
            .flat_map(|entry| entry.value.entries());
        let all = vars.entries().iter().chain(inside);
        all.map(|entry| ((&*entry.key.text).into(), entry.key.content))
            .collect()
    }

    /// A switch under `flags:`, which only the root project's count.
    #[must_use]
    pub fn flag(&self, name: &str) -> bool {
        get(&self.keys, "flags").and_then(|flags| flags.get(name)) == Some(&Value::Bool(true))
    }

    /// Whether a switch under `flags:` that is on by itself is turned off, or may be.
    #[must_use]
    pub fn is_off(&self, name: &str) -> bool {
        let flag = get(&self.keys, "flags").and_then(|flags| flags.get(name));
        flag.is_some_and(|flag| *flag != Value::Bool(true))
    }

    /// The levels of the configuration tree of a kind of resource (`models`, `seeds`, …) that
    /// apply to the resource at `fqn`, from the outermost to the innermost.
    pub(super) fn levels<'a>(
        &'a self,
        tree: &str,
        fqn: &'a [&'a str],
    ) -> impl Iterator<Item = &'a Config> {
        let top = get(&self.keys, tree).or_else(|| match tree {
            "data_tests" => get(&self.keys, "tests"),
            _ => None,
        });
        let mut level = top;
        let below = fqn.iter().map_while(move |step| {
            level = level.and_then(|level| level.get(step));
            level
        });
        top.into_iter().chain(below).map_while(|level| match level {
            Value::Map(entries) => Some(entries),
            Value::Null
            | Value::Bool(_)
            | Value::Int(_)
            | Value::Float(_)
            | Value::Text(_)
            | Value::List(_)
            | Value::Jinja(_)
            | Value::Unknown => None,
        })
    }

    /// What a level says of `key`. `+key` is always configuration; `key` without it is, unless it
    /// holds a mapping, which dbt takes for a folder (dbt-core `context/context_config.py`).
    pub(super) fn key_of<'a>(level: &'a Config, key: &str) -> Option<&'a Value> {
        let mut entries = level.iter().rev();
        let is_it = |(name, value): &&(Box<str>, Value)| {
            configuration_key(name, value).is_some_and(|name| hook_key(name) == key)
        };
        entries.find(is_it).map(|(_, value)| value)
    }

    /// The keys that a level configures.
    pub(super) fn keys_of(level: &Config) -> impl Iterator<Item = &str> {
        let keys = level.iter();
        keys.filter_map(|(name, value)| configuration_key(name, value).map(hook_key))
    }
}

fn configuration_key<'a>(name: &'a str, value: &Value) -> Option<&'a str> {
    match name.strip_prefix('+') {
        Some(name) => Some(name.trim()),
        None => (!matches!(value, Value::Map(_))).then_some(name),
    }
}

fn folder_list(value: &Value) -> Option<Vec<Box<str>>> {
    let Value::List(items) = value else {
        return None;
    };
    items
        .iter()
        .map(|item| item.as_text().map(Into::into))
        .collect()
}
