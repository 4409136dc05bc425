//! From files to the index.

use std::sync::Arc;

use foldhash::HashMap;

use crate::dbt::{Maybe, ResourceType, Version, latest_of};
use crate::pace;
use crate::project::config::Settled;
use crate::project::{
    Code, CodeBlock, Configured, Definition, FileFacts, Files, Function, Meaning, PropertyEntry,
    Role, Section,
};
use crate::syntax::jinja::BlockKind;

use super::{Docs, Duplicate, Index, Node, Order, Origin, Patch, Sources, same};

type EntryPlace = (Arc<str>, u32);

/// Builds the index of a project.
pub(super) fn index(settled: &Settled<'_>, files: &Files) -> Index {
    let definition = settled.definition;
    let mut index = Index::default();
    index.sources = Sources::of(settled, files, &mut index.duplicates);
    index.docs = Docs::of(definition, files, &mut index.duplicates);
    super::once::duplicates(definition, files, &mut index.duplicates);
    let entries = entries(files, definition, &mut index);
    let versions = versions(files, &entries, &mut index);
    let mut nodes = Vec::new();
    for (path, facts) in files {
        pace::let_others_go_first();
        let (role, _) = Role::of(path, definition);
        let build = Build {
            definition,
            files,
            entries: &entries,
            versions: &versions,
        };
        for made in made_by(path, role, facts) {
            let mut node = build.node(&made);
            node.config = settled.configured(files, &node);
            nodes.push(node);
        }
        if role == Role::Macro {
            index.overridden.extend(overridden(facts));
        }
    }
    index.by_name = Order::new(&nodes, |node| Some(&node.name));
    index.by_patch = Order::new(&nodes, |node| Some(&node.patch.as_ref()?.file));
    index.nodes = nodes.into();
    let duplicates = std::mem::take(&mut index.duplicates).into_iter();
    let refused = duplicates.filter(|it| is_refused(&index, settled, files, it));
    index.duplicates = refused.collect();
    same::find_duplicates(&mut index);
    same::find_same_relations(&mut index, settled, files);
    super::aliases::duplicates(&mut index, settled, files);
    index
}

/// Something that a file makes, before its entry in a property file is known.
struct Made<'a> {
    resource_type: ResourceType,
    name: &'a str,
    origin: Origin,
}

/// What a file makes.
fn made_by<'a>(path: &'a Arc<str>, role: Role, facts: &'a FileFacts) -> Vec<Made<'a>> {
    let code = match &*facts.meaning {
        Meaning::Code(code) => Some(code),
        Meaning::Properties(_)
        | Meaning::Definition(..)
        | Meaning::LoomConfig(_)
        | Meaning::Dependencies(_)
        | Meaning::Other => None,
    };
    let whole = |resource_type| {
        let origin = Origin {
            file: Arc::clone(path),
            block: None,
            entry: None,
        };
        vec![Made {
            resource_type,
            name: stem(path),
            origin,
        }]
    };
    match role {
        Role::Model => whole(ResourceType::Model),
        Role::Seed => whole(ResourceType::Seed),
        Role::Analysis => whole(ResourceType::Analysis),
        Role::SingularTest => whole(ResourceType::Test),
        Role::Snapshot => snapshot_blocks(path, code),
        Role::Properties => yaml_snapshots(path, facts),
        Role::GenericTest
        | Role::Macro
        | Role::Function
        | Role::Docs
        | Role::Definition
        | Role::LoomConfig
        | Role::Dependencies
        | Role::Packages
        | Role::Vars
        | Role::Selectors
        | Role::Profiles
        | Role::Other => Vec::new(),
    }
}

fn snapshot_blocks<'a>(path: &Arc<str>, code: Option<&'a Code>) -> Vec<Made<'a>> {
    let blocks = code.map_or(&[][..], |code| &code.blocks);
    let snapshots = blocks
        .iter()
        .enumerate()
        .filter(|(_, block)| block.kind == BlockKind::Snapshot);
    snapshots
        .map(|(at, block)| Made {
            resource_type: ResourceType::Snapshot,
            name: &block.name,
            origin: Origin {
                file: Arc::clone(path),
                block: u32::try_from(at).ok(),
                entry: None,
            },
        })
        .collect()
}

fn yaml_snapshots<'a>(path: &Arc<str>, facts: &'a FileFacts) -> Vec<Made<'a>> {
    let is_snapshot = |entry: &PropertyEntry| {
        entry.section == Section::Snapshots && entry.has_relation && !entry.name.is_empty()
    };
    entries_of(facts)
        .iter()
        .enumerate()
        .filter(|(_, entry)| is_snapshot(entry))
        .map(|(at, entry)| Made {
            resource_type: ResourceType::Snapshot,
            name: &entry.name,
            origin: Origin {
                file: Arc::clone(path),
                block: None,
                entry: u32::try_from(at).ok(),
            },
        })
        .collect()
}

/// The file's name without its last extension: dbt's name of what it makes.
fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

fn entries_of(facts: &FileFacts) -> &[PropertyEntry] {
    match &*facts.meaning {
        Meaning::Properties(properties) => &properties.entries,
        Meaning::Code(_)
        | Meaning::Definition(..)
        | Meaning::LoomConfig(_)
        | Meaning::Dependencies(_)
        | Meaning::Other => &[],
    }
}

/// The entries of property files that describe resources, by section and name.
fn entries(
    files: &Files,
    definition: &Definition,
    index: &mut Index,
) -> HashMap<(Section, Box<str>), EntryPlace> {
    let mut found: HashMap<(Section, Box<str>), EntryPlace> = HashMap::default();
    let mut groups: HashMap<Box<str>, EntryPlace> = HashMap::default();
    for (path, facts) in files {
        let Meaning::Properties(properties) = &*facts.meaning else {
            continue;
        };
        if Role::of(path, definition).0 != Role::Properties {
            continue;
        }
        for (at, group) in (0..).zip(&properties.groups) {
            let place = (Arc::clone(path), at);
            if let Some(first) = groups.insert(group.name.clone(), place.clone()) {
                index.duplicates.push(Duplicate::Groups(first, place));
            }
            index.groups.push((Arc::clone(path), at, group.clone()));
        }
        for (at, entry) in (0..).zip(&properties.entries) {
            if entry.name.is_empty() || !describes_node(entry.section) {
                continue;
            }
            let place = (Arc::clone(path), at);
            match found.entry((entry.section, entry.name.clone())) {
                std::collections::hash_map::Entry::Vacant(vacant) => {
                    vacant.insert(place);
                }
                std::collections::hash_map::Entry::Occupied(first) => {
                    index
                        .duplicates
                        .push(Duplicate::Entries(first.get().clone(), place));
                }
            }
        }
    }
    found
}

/// Whether dbt refuses the second of two entries about a resource. It does where the first one has
/// described that. Where there is none, or none that its own file and dbt_project.yml leave on, it
/// says nothing, and a list of versions it reads again (dbt-core `parser/schemas.py`).
fn is_refused(index: &Index, settled: &Settled<'_>, files: &Files, duplicate: &Duplicate) -> bool {
    let Duplicate::Entries(first, second) = duplicate else {
        return true;
    };
    let (Some(entry), Some(other)) = (entry_at(files, first), entry_at(files, second)) else {
        return true;
    };
    if !describes_node(entry.section) {
        return true;
    }
    let is_it = |node: &Node| {
        let mut patches = node.patch.iter();
        patches.any(|patch| *patch.file == *first.0 && patch.entry == first.1)
    };
    let is_on = |node: &Node| {
        let bare = Node {
            patch: None,
            ..node.clone()
        };
        settled.configured(files, &bare).enabled == Maybe::Known(true)
    };
    // Of two files nobody knows which one dbt reads first.
    let is_behind = entry.versions.is_empty() || first.0 == second.0;
    let mut described = index.named(&entry.name);
    other.versions.is_empty()
        && is_behind
        && described.any(|(_, node)| is_it(node) && node.is_latest() && is_on(node))
}

fn describes_node(section: Section) -> bool {
    match section {
        Section::Models | Section::Seeds | Section::Snapshots | Section::Analyses => true,
        Section::Sources
        | Section::Exposures
        | Section::Groups
        | Section::Macros
        | Section::Metrics
        | Section::SemanticModels
        | Section::SavedQueries
        | Section::UnitTests
        | Section::Functions
        | Section::DataTests => false,
    }
}

/// A version of a model: its entry, and which of `versions` it is.
#[derive(Clone)]
struct VersionPlace {
    entry: EntryPlace,
    at: u32,
    latest: Option<Version>,
}

/// The versions by the stem of the file that dbt looks for: `defined_in`, else `name_v1`; the
/// latest may live in `name` (dbt-core `parser/schemas.py`).
fn versions(
    files: &Files,
    entries: &HashMap<(Section, Box<str>), EntryPlace>,
    index: &mut Index,
) -> HashMap<Box<str>, VersionPlace> {
    let mut found = HashMap::default();
    let models = entries
        .iter()
        .filter(|((section, _), _)| *section == Section::Models);
    for ((_, name), place) in models {
        let Some(entry) = entry_at(files, place) else {
            continue;
        };
        if entry.versions.is_empty() {
            continue;
        }
        let known = || {
            entry
                .versions
                .iter()
                .filter_map(|version| version.version.as_ref())
        };
        let given = entry
            .latest_version
            .as_ref()
            .and_then(crate::dbt::Value::python_text)
            .map(Version);
        let latest = given.or_else(|| latest_of(known()).cloned());
        for (at, version) in (0u32..).zip(&entry.versions) {
            let Some(number) = &version.version else {
                continue;
            };
            let earlier = entry.versions.iter().take(at as usize);
            if earlier
                .filter_map(|v| v.version.as_ref())
                .any(|v| v == number)
            {
                index
                    .duplicates
                    .push(Duplicate::Version(Arc::clone(&place.0), place.1, at));
                continue;
            }
            let version_place = VersionPlace {
                entry: place.clone(),
                at,
                latest: latest.clone(),
            };
            let stem = version
                .defined_in
                .clone()
                .unwrap_or_else(|| format!("{name}_v{number}").into());
            if latest.as_ref() == Some(number) {
                found
                    .entry(name.clone())
                    .or_insert_with(|| version_place.clone());
            }
            found.insert(stem, version_place);
        }
    }
    found
}

fn entry_at<'a>(files: &'a Files, (file, at): &EntryPlace) -> Option<&'a PropertyEntry> {
    entries_of(files.get(file)?).get(*at as usize)
}

struct Build<'a> {
    definition: &'a Definition,
    files: &'a Files,
    entries: &'a HashMap<(Section, Box<str>), EntryPlace>,
    versions: &'a HashMap<Box<str>, VersionPlace>,
}

impl Build<'_> {
    fn node(&self, made: &Made<'_>) -> Node {
        let version = match made.resource_type {
            ResourceType::Model => self.version_of(made.name),
            _ => None,
        };
        let place = match (&version, made.origin.entry) {
            (Some(version), _) => Some(version.entry.clone()),
            (None, Some(entry)) => Some((Arc::clone(&made.origin.file), entry)),
            (None, None) => self.entry_of(made),
        };
        let entry = place.as_ref().and_then(|place| entry_at(self.files, place));
        let of_version = version
            .as_ref()
            .and_then(|version| entry?.versions.get(version.at as usize));
        let number = of_version.and_then(|version| version.version.clone());
        let name: &str = if of_version.is_some() {
            entry.map_or(made.name, |e| &e.name)
        } else {
            made.name
        };
        Node {
            resource_type: made.resource_type,
            name: name.into(),
            latest_version: version.as_ref().and_then(|version| version.latest.clone()),
            config: Configured::default(),
            version: number,
            origin: made.origin.clone(),
            patch: place.map(|(file, entry)| Patch {
                file,
                entry,
                version: version.map(|v| v.at),
            }),
            deprecation_date: match of_version {
                Some(version) => version.deprecation_date.clone(),
                None => entry.and_then(|entry| entry.deprecation_date.clone()),
            },
        }
    }

    /// The version that the model in the file `stem` is. The file `orders_v2` is version 2 of
    /// `orders`; `orders` is the latest version where no file of the version's own name exists.
    fn version_of(&self, stem: &str) -> Option<VersionPlace> {
        let place = self.versions.get(stem)?;
        let entry = entry_at(self.files, &place.entry)?;
        if &*entry.name != stem {
            return Some(place.clone());
        }
        let number = entry.versions.get(place.at as usize)?;
        let own = number
            .defined_in
            .clone()
            .or_else(|| Some(format!("{stem}_v{}", number.version.as_ref()?).into()))?;
        let has_own_file = &*own != stem
            && self.files.keys().any(|path| {
                Role::of(path, self.definition).0 == Role::Model && self::stem(path) == &*own
            });
        (!has_own_file).then(|| place.clone())
    }

    fn entry_of(&self, made: &Made<'_>) -> Option<EntryPlace> {
        let section = match made.resource_type {
            ResourceType::Model => Section::Models,
            ResourceType::Seed => Section::Seeds,
            ResourceType::Snapshot => Section::Snapshots,
            ResourceType::Analysis => Section::Analyses,
            _ => return None,
        };
        self.entries.get(&(section, made.name.into())).cloned()
    }
}

/// The functions of dbt's that macros of a file stand in for.
fn overridden(facts: &FileFacts) -> impl Iterator<Item = Function> {
    let blocks = match &*facts.meaning {
        Meaning::Code(code) => code.blocks.as_slice(),
        Meaning::Properties(_)
        | Meaning::Definition(..)
        | Meaning::LoomConfig(_)
        | Meaning::Dependencies(_)
        | Meaning::Other => &[],
    };
    let functions = [Function::Ref, Function::Source];
    functions.into_iter().filter(|function| {
        let is_it =
            |block: &CodeBlock| block.kind == BlockKind::Macro && &*block.name == function.as_str();
        blocks.iter().any(is_it)
    })
}
