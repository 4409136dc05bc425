//! What configuration does a resource end up with, and who said so?
//!
//! From weakest to strongest: the project's own dbt_project.yml, the property file, the version
//! in it, `config()` in the file; and for a package the dbt_project.yml of the project that
//! installed it (dbt-core `context/context_config.py`).

mod layers;
mod merge;
mod needs;
#[cfg(test)]
mod tests;
mod whole;
mod yaml_values;

use crate::dbt::{Access, Maybe, ResourceType, Value};

use super::fqn::{self, version_step};
use super::{Code, Definition, Files, Meaning, Node, PropertyEntry, VersionEntry};

pub(super) use layers::hook_key;
pub use needs::Unmet;
pub use whole::Whole;
pub use yaml_values::YamlValues;
pub(super) use yaml_values::templates;

/// The configuration of one resource, as far as this product asks.
#[derive(Clone, Debug, PartialEq)]
pub struct Configured {
    /// `enabled`.
    pub enabled: Maybe<bool>,
    /// `access`; a value that dbt refuses counts as unknown.
    pub access: Maybe<Access>,
    /// `group`.
    pub group: Maybe<Option<Box<str>>>,
    /// `materialized`, `None` for the default of its kind.
    pub materialized: Maybe<Option<Box<str>>>,
    /// `contract: {enforced: true}`.
    pub has_contract: Maybe<bool>,
}

impl Default for Configured {
    /// dbt's defaults.
    fn default() -> Self {
        Self {
            enabled: Maybe::Known(true),
            access: Maybe::Known(Access::default()),
            group: Maybe::Known(None),
            materialized: Maybe::Known(None),
            has_contract: Maybe::Known(false),
        }
    }
}

/// Where a configuration value was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setter {
    /// In dbt_project.yml.
    Definition,
    /// In the entry of the property file, at this index of its config.
    Entry(usize),
    /// In the entry of the version.
    Version,
    /// In the `config()` call of this index, at this index of its values.
    Call(usize, usize),
}

/// What a project says about configuration besides the resources themselves.
#[derive(Clone, Copy)]
pub struct Settled<'a> {
    /// The project's dbt_project.yml.
    pub definition: &'a Definition,
    /// The dbt_project.yml of the project that installed it.
    pub root: Option<&'a Definition>,
    /// What Jinja in YAML values makes.
    pub values: &'a YamlValues,
}

/// Everything that can say something about one resource.
#[derive(Clone, Copy)]
pub struct Sources<'a> {
    settled: Settled<'a>,
    /// The key of the configuration tree: `models`, `seeds`, `snapshots`, …
    tree: &'static str,
    /// Project, folders and name.
    fqn: &'a [&'a str],
    /// Its entry in a property file.
    entry: Option<&'a PropertyEntry>,
    /// Its version in that entry.
    version: Option<&'a VersionEntry>,
    /// Its code.
    code: Option<&'a Code>,
    /// The block of the code that it is.
    block: Option<u32>,
    is_python: bool,
}

impl Settled<'_> {
    /// The configuration that `node` ends up with.
    #[must_use]
    pub fn configured(&self, files: &Files, node: &Node) -> Configured {
        self.of(files, node, configured)
    }

    /// Gathers what says something about `node` and asks it.
    pub fn of<R>(&self, files: &Files, node: &Node, ask: impl FnOnce(&Sources<'_>) -> R) -> R {
        let version = version_step(node);
        let fqn = fqn::of_node(self.definition, node, version.as_deref());
        let entry = node
            .patch
            .as_ref()
            .and_then(|patch| match &*files.get(&patch.file)?.meaning {
                Meaning::Properties(properties) => properties.entries.get(patch.entry as usize),
                Meaning::Code(_)
                | Meaning::Definition(..)
                | Meaning::LoomConfig(_)
                | Meaning::Dependencies(_)
                | Meaning::Other => None,
            });
        let at = node.patch.as_ref().and_then(|patch| patch.version);
        let code = files
            .get(&node.origin.file)
            .and_then(|facts| match &*facts.meaning {
                Meaning::Code(code) => Some(code),
                Meaning::Properties(_)
                | Meaning::Definition(..)
                | Meaning::LoomConfig(_)
                | Meaning::Dependencies(_)
                | Meaning::Other => None,
            });
        ask(&Sources {
            settled: *self,
            tree: tree_of(node.resource_type),
            fqn: &fqn,
            entry,
            version: at.and_then(|at| entry?.versions.get(at as usize)),
            code,
            block: node.origin.block,
            is_python: node.origin.file.ends_with(".py"),
        })
    }
}

/// The key of dbt_project.yml under which resources of a kind are configured.
pub(super) fn tree_of(resource_type: ResourceType) -> &'static str {
    match resource_type {
        ResourceType::Seed => "seeds",
        ResourceType::Snapshot => "snapshots",
        ResourceType::Analysis => "analyses",
        ResourceType::Test => "data_tests",
        ResourceType::Model
        | ResourceType::Operation
        | ResourceType::Source
        | ResourceType::Exposure
        | ResourceType::Metric
        | ResourceType::SemanticModel
        | ResourceType::SavedQuery
        | ResourceType::UnitTest
        | ResourceType::Macro
        | ResourceType::Function
        | ResourceType::Doc
        | ResourceType::Group => "models",
    }
}

/// Whether somebody sets a hook, or may.
pub(super) fn may_have_hooks(sources: &Sources<'_>) -> bool {
    let mut keys = sources.keys().into_iter();
    let is_hook = |name: &str| matches!(hook_key(name), "pre-hook" | "post-hook");
    sources.has_unknown_keys() || keys.any(is_hook)
}

/// What the product asks of all resources.
fn configured(sources: &Sources<'_>) -> Configured {
    Configured {
        enabled: match sources.value("enabled") {
            None => Maybe::Known(true),
            Some((Maybe::Known(Value::Bool(enabled)), _)) => Maybe::Known(enabled),
            Some(_) => Maybe::Unknown,
        },
        access: match sources.value("access") {
            None => Maybe::Known(Access::default()),
            Some((Maybe::Known(Value::Text(text)), _)) => {
                Access::parse(&text).map_or(Maybe::Unknown, Maybe::Known)
            }
            Some(_) => Maybe::Unknown,
        },
        group: optional_text(sources.value("group")),
        materialized: optional_text(sources.value("materialized")),
        has_contract: match sources.value("contract") {
            None => Maybe::Known(false),
            Some((Maybe::Known(value), _)) => match value.get("enforced") {
                None | Some(Value::Bool(false)) => Maybe::Known(false),
                Some(Value::Bool(true)) => Maybe::Known(true),
                Some(_) => Maybe::Unknown,
            },
            Some((Maybe::Unknown, _)) => Maybe::Unknown,
        },
    }
}

fn optional_text(value: Option<(Maybe<Value>, Setter)>) -> Maybe<Option<Box<str>>> {
    match value {
        None | Some((Maybe::Known(Value::Null), _)) => Maybe::Known(None),
        Some((Maybe::Known(value), _)) => Maybe::Known(value.python_text()),
        Some((Maybe::Unknown, _)) => Maybe::Unknown,
    }
}
