//! What configuration does a resource end up with, and who said so?
//!
//! From weakest to strongest: the project's own dbt_project.yml, the property file, the version
//! in it, `config()` in the file; and for a package the dbt_project.yml of the project that
//! installed it (dbt-core `context/context_config.py`).

use crate::dbt::{Access, Maybe, ResourceType, Value, get};
use crate::syntax::jinja::Reach;

use super::fqn::{self, version_step};
use super::{Code, Definition, Files, Meaning, Node, PropertyEntry, VersionEntry};

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

/// Everything that can say something about one resource.
#[derive(Clone, Copy)]
pub struct Sources<'a> {
    /// The project's dbt_project.yml.
    pub definition: &'a Definition,
    /// The dbt_project.yml of the project that installed it.
    pub root_definition: Option<&'a Definition>,
    /// The key of the configuration tree: `models`, `seeds`, `snapshots`, …
    pub tree: &'static str,
    /// Project, folders and name.
    pub fqn: &'a [&'a str],
    /// Its entry in a property file.
    pub entry: Option<&'a PropertyEntry>,
    /// Its version in that entry.
    pub version: Option<&'a VersionEntry>,
    /// Its code.
    pub code: Option<&'a Code>,
    /// The block of the code that it is.
    pub block: Option<u32>,
}

/// The configuration that `node` ends up with.
#[must_use]
pub fn configured(
    definition: &Definition,
    root_definition: Option<&Definition>,
    files: &Files,
    node: &Node,
) -> Configured {
    with_sources(definition, root_definition, files, node, |sources| {
        sources.resolve()
    })
}

/// Gathers what says something about `node` and asks it.
pub fn with_sources<R>(
    definition: &Definition,
    root_definition: Option<&Definition>,
    files: &Files,
    node: &Node,
    ask: impl FnOnce(&Sources<'_>) -> R,
) -> R {
    let version = version_step(node);
    let fqn = fqn::of_node(definition, node, version.as_deref());
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
        definition,
        root_definition,
        tree: tree_of(node.resource_type),
        fqn: &fqn,
        entry,
        version: at.and_then(|at| entry?.versions.get(at as usize)),
        code,
        block: node.origin.block,
    })
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

impl Sources<'_> {
    /// The value of `key` and who set it. `None` where nobody does.
    #[must_use]
    pub fn value(&self, key: &str) -> Option<(Maybe<Value>, Setter)> {
        let root = self
            .root_definition
            .and_then(|root| root.configured(self.tree, self.fqn, key));
        root.map(|value| (value, Setter::Definition))
            .or_else(|| self.in_code(key))
            .or_else(|| self.in_properties(key))
            .or_else(|| {
                let value = self.definition.configured(self.tree, self.fqn, key)?;
                Some((value, Setter::Definition))
            })
    }

    fn in_properties(&self, key: &str) -> Option<(Maybe<Value>, Setter)> {
        if let Some(value) = self.version.and_then(|version| get(&version.config, key)) {
            return Some((known(value), Setter::Version));
        }
        let config = &self.entry?.config;
        let at = config.iter().rposition(|(name, _)| &**name == key)?;
        config
            .get(at)
            .map(|(_, value)| (known(value), Setter::Entry(at)))
    }

    /// The last `config()` call that sets the key counts; one that dbt may not meet, or whose keys
    /// are not known, makes it unknown.
    fn in_code(&self, key: &str) -> Option<(Maybe<Value>, Setter)> {
        let calls = self.code?.configs.iter().enumerate().rev();
        for (index, call) in calls.filter(|(_, call)| call.block == self.block) {
            let at = call.values.iter().rposition(|(name, _)| &**name == key);
            match (
                call.reach,
                at.and_then(|at| Some((at, call.values.get(at)?))),
            ) {
                (Reach::Never | Reach::AtExecute, _) => {}
                (Reach::Always, Some((at, (_, value)))) => {
                    return Some((known(value), Setter::Call(index, at)));
                }
                (Reach::Unknown, Some((at, _))) => {
                    return Some((Maybe::Unknown, Setter::Call(index, at)));
                }
                (Reach::Always | Reach::Unknown, None) if call.has_unknown_keys => {
                    return Some((Maybe::Unknown, Setter::Call(index, 0)));
                }
                (Reach::Always | Reach::Unknown, None) => {}
            }
        }
        None
    }

    /// The configuration as a whole.
    #[must_use]
    pub fn resolve(&self) -> Configured {
        Configured {
            enabled: match self.value("enabled") {
                None => Maybe::Known(true),
                Some((Maybe::Known(Value::Bool(enabled)), _)) => Maybe::Known(enabled),
                Some(_) => Maybe::Unknown,
            },
            access: match self.value("access") {
                None => Maybe::Known(Access::default()),
                Some((Maybe::Known(Value::Text(text)), _)) => {
                    Access::parse(&text).map_or(Maybe::Unknown, Maybe::Known)
                }
                Some(_) => Maybe::Unknown,
            },
            group: optional_text(self.value("group")),
            materialized: optional_text(self.value("materialized")),
            has_contract: match self.value("contract") {
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
}

fn known(value: &Value) -> Maybe<Value> {
    match value {
        Value::Unknown => Maybe::Unknown,
        value => Maybe::Known(value.clone()),
    }
}

fn optional_text(value: Option<(Maybe<Value>, Setter)>) -> Maybe<Option<Box<str>>> {
    match value {
        None | Some((Maybe::Known(Value::Null), _)) => Maybe::Known(None),
        Some((Maybe::Known(value), _)) => Maybe::Known(value.python_text()),
        Some((Maybe::Unknown, _)) => Maybe::Unknown,
    }
}
