//! Which tables of sources does a project declare? (dbt-core `parser/sources.py`)

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use crate::dbt::{Config, Maybe, Value, get};
use crate::project::config::Settled;
use crate::project::fqn::prefix;
use crate::project::{Definition, Files, Meaning, PropertyEntry, Role, Section};

use super::Duplicate;

/// The tables of a project's sources.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    tables: Vec<Table>,
    /// By the key that `source` looks up: `source.table`.
    by_key: HashMap<Box<str>, usize>,
    overrides: Vec<Override>,
    /// Whether there may be others: names with Jinja in them, property files with mistakes.
    has_unknown: bool,
}

/// A table of a source.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// The source.
    pub source: Box<str>,
    /// The table.
    pub name: Box<str>,
    /// The property file, below the project's root.
    pub file: Arc<str>,
    /// The source's entry in it.
    pub entry: u32,
    /// Which of its tables.
    pub at: u32,
    /// Its configuration's `enabled`.
    pub enabled: Maybe<bool>,
}

/// An entry that changes a source of a package.
#[derive(Clone, Debug)]
struct Override {
    package: Box<str>,
    source: Box<str>,
    enabled: Option<Maybe<bool>>,
    tables: Vec<(Box<str>, Maybe<bool>)>,
}

impl Sources {
    /// The tables of `source`, or all.
    pub fn tables(&self) -> impl Iterator<Item = &Table> {
        self.tables.iter()
    }

    /// What `source(source, table)` finds.
    #[must_use]
    pub fn find(&self, source: &str, table: &str) -> Option<&Table> {
        let at = self.by_key.get(format!("{source}.{table}").as_str())?;
        self.tables.get(*at)
    }

    /// Whether there may be others than these.
    #[must_use]
    pub fn has_unknown(&self) -> bool {
        self.has_unknown
    }

    /// What an entry of this project that `overrides` a package's source says of `enabled`.
    #[must_use]
    pub fn enabled_in_package(&self, package: &str, table: &Table) -> Option<&Maybe<bool>> {
        let mut overrides = self.overrides.iter();
        let found = overrides.find(|one| *one.package == *package && one.source == table.source)?;
        let of_table = found.tables.iter().find(|(name, _)| *name == table.name);
        of_table
            .map(|(_, enabled)| enabled)
            .or(found.enabled.as_ref())
    }

    /// The sources of a project; tables that stand twice go to `duplicates`.
    pub(super) fn of(
        settled: &Settled<'_>,
        files: &Files,
        duplicates: &mut Vec<Duplicate>,
    ) -> Self {
        let mut sources = Self::default();
        for (path, facts) in files {
            let Meaning::Properties(properties) = &*facts.meaning else {
                continue;
            };
            let (role, _) = Role::of(path, settled.definition);
            if role != Role::Properties {
                continue;
            }
            sources.has_unknown |= properties.may_hide_entries;
            for (at, entry) in (0..).zip(&properties.entries) {
                if entry.section == Section::Sources {
                    let configs = Configs { settled, path };
                    sources.add(path, at, entry, &configs, duplicates);
                }
            }
        }
        sources
    }

    fn add(
        &mut self,
        path: &Arc<str>,
        at: u32,
        entry: &PropertyEntry,
        configs: &Configs<'_>,
        duplicates: &mut Vec<Duplicate>,
    ) {
        let Some(properties) = entry.source.as_deref() else {
            return;
        };
        let tables = entry.columns.iter().zip(&properties.tables);
        if let Some(package) = &properties.overrides {
            let enabled = |config| {
                let value = get(config, "enabled")?;
                Some(known_bool(&configs.settled.values.in_properties(value)))
            };
            let tables = tables
                .filter_map(|(name, table)| Some((name.name().into(), enabled(&table.config)?)));
            self.overrides.push(Override {
                package: package.clone(),
                source: entry.name.clone(),
                enabled: enabled(&entry.config),
                tables: tables.collect(),
            });
            return;
        }
        for (table_at, (name, table)) in (0..).zip(tables) {
            self.has_unknown |= is_dynamic(&entry.name) || is_dynamic(name.name());
            let table = Table {
                source: entry.name.clone(),
                name: name.name().into(),
                file: Arc::clone(path),
                entry: at,
                at: table_at,
                enabled: configs.enabled(&entry.name, name.name(), &entry.config, &table.config),
            };
            let key = format!("{}.{}", table.source, table.name).into();
            match self.by_key.entry(key) {
                Entry::Vacant(vacant) => {
                    vacant.insert(self.tables.len());
                }
                Entry::Occupied(first) => duplicates.extend(
                    self.tables
                        .get(*first.get())
                        .map(|first| Duplicate::Tables(first.place(), table.place())),
                ),
            }
            self.tables.push(table);
        }
    }
}

impl Table {
    /// File, entry and index in the entry.
    #[must_use]
    pub fn place(&self) -> (Arc<str>, u32, u32) {
        (Arc::clone(&self.file), self.entry, self.at)
    }

    /// dbt's id of it in the project of this name.
    #[must_use]
    pub fn unique_id(&self, project: &str) -> String {
        format!("source.{project}.{}.{}", self.source, self.name)
    }
}

/// Who says something about the sources of one file.
struct Configs<'a> {
    settled: &'a Settled<'a>,
    /// The file.
    path: &'a str,
}

impl Configs<'_> {
    /// From weakest to strongest: the project's own dbt_project.yml, the source, the table, the
    /// dbt_project.yml of the project that installed it.
    fn enabled(
        &self,
        source: &str,
        table: &str,
        of_source: &Config,
        of_table: &Config,
    ) -> Maybe<bool> {
        let settled = self.settled;
        let mut fqn = prefix(settled.definition, self.path);
        fqn.extend([source, table]);
        let in_tree = |definition: &Definition| {
            let levels = definition.levels("sources", &fqn);
            let value = levels
                .filter_map(|level| Definition::key_of(level, "enabled"))
                .last()?;
            Some(known_bool(&settled.values.in_definition(value)))
        };
        let in_config = |config| {
            let value = get(config, "enabled")?;
            Some(known_bool(&settled.values.in_properties(value)))
        };
        settled
            .root
            .and_then(in_tree)
            .or_else(|| in_config(of_table))
            .or_else(|| in_config(of_source))
            .or_else(|| in_tree(settled.definition))
            .unwrap_or(Maybe::Known(true))
    }
}

fn known_bool(value: &Value) -> Maybe<bool> {
    match value {
        Value::Bool(enabled) => Maybe::Known(*enabled),
        Value::Null
        | Value::Int(_)
        | Value::Float(_)
        | Value::Text(_)
        | Value::List(_)
        | Value::Map(_)
        | Value::Jinja(_)
        | Value::Unknown => Maybe::Unknown,
    }
}

/// Whether a name has Jinja in it.
fn is_dynamic(name: &str) -> bool {
    name.contains("{{") || name.contains("{%")
}
