//! Which resources does a project have, by name, and how is each configured?

mod aliases;
mod build;
mod declared;
mod docs;
mod macros;
mod node;
mod once;
mod order;
mod same;
mod sources;
mod switched;

use std::sync::Arc;

use super::config::Settled;
use super::{Files, Function, Group};
use crate::dbt::Version;

pub use declared::{Declaration, Declarations};
pub use docs::Docs;
pub use macros::Macro;
pub use node::{Node, NodeId, Origin, Patch};
use order::Order;
pub use sources::{Sources, Table};

/// The resources of one project.
#[derive(Clone, Debug, Default)]
pub struct Index {
    /// In the order of the files that make them.
    nodes: Box<[Node]>,
    by_name: Order,
    /// By the property file that describes them.
    by_patch: Order,
    groups: Vec<(Arc<str>, u32, Group)>,
    sources: Sources,
    docs: Docs,
    declarations: Declarations,
    macros: Vec<Macro>,
    duplicates: Vec<Duplicate>,
    /// The functions of dbt's that macros of the project stand in for.
    overridden: Vec<Function>,
}

/// Things that dbt refuses to tell apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Duplicate {
    /// Two enabled resources of one kind and name.
    Nodes(NodeId, NodeId),
    /// Two enabled resources that an alias gives one name in the warehouse.
    Relations(NodeId, NodeId),
    /// Two entries of property files about one resource: file and entry, twice.
    Entries((Arc<str>, u32), (Arc<str>, u32)),
    /// A version that stands twice in `versions`: file, entry, and the second one's index.
    Version(Arc<str>, u32, u32),
    /// A group that is declared twice: file and index, twice.
    Groups((Arc<str>, u32), (Arc<str>, u32)),
    /// A table that a source declares twice: file, entry and index, twice.
    Tables((Arc<str>, u32, u32), (Arc<str>, u32, u32)),
    /// A docs block that stands twice: file and block, twice.
    Docs((Arc<str>, u32), (Arc<str>, u32)),
    /// A macro that is defined twice: file and block, twice.
    Macros((Arc<str>, u32), (Arc<str>, u32)),
}

impl Index {
    /// The index of a project's files.
    #[must_use]
    pub fn new(settled: &Settled<'_>, files: &Files) -> Self {
        let macros = macros::of_files(files, settled.definition);
        let mut index = build::index(settled, files);
        macros::duplicates(&macros, files, settled.definition, &mut index.duplicates);
        Self {
            macros,
            declarations: Declarations::of_files(files, settled.definition),
            ..index
        }
    }

    /// All resources.
    pub fn nodes(&self) -> impl Iterator<Item = (NodeId, &Node)> {
        self.nodes
            .iter()
            .enumerate()
            .map(|(at, node)| (NodeId::new(at), node))
    }

    /// How many resources there are.
    #[must_use]
    pub fn node_count(&self) -> usize {
        self.nodes.len()
    }

    /// One resource.
    #[must_use]
    pub fn node(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(id.index())
    }

    /// What `ref` finds under `key`: a name, or a name with `.v` and a version. Disabled resources
    /// are among it.
    pub fn find(&self, key: &str) -> impl Iterator<Item = (NodeId, &Node)> {
        let latest = self.named(key).filter(|(_, node)| node.is_latest());
        let versions = key.match_indices(".v").flat_map(move |(at, dot)| {
            let (name, version) = (key.get(..at), key.get(at + dot.len()..));
            let is_it = move |(_, node): &(NodeId, &Node)| {
                node.version.is_some() && node.version.as_ref().map(Version::as_str) == version
            };
            self.named(name.unwrap_or_default()).filter(is_it)
        });
        let found = latest.chain(versions);
        found.filter(|(_, node)| node.resource_type.is_refable())
    }

    /// All versions of a model, or the one unversioned resource, by name alone.
    pub fn named(&self, name: &str) -> impl Iterator<Item = (NodeId, &Node)> {
        let ids = self.by_name.find(&self.nodes, name);
        ids.iter().filter_map(|id| Some((*id, self.node(*id)?)))
    }

    /// What a file makes.
    pub fn of_file(&self, file: &str) -> impl Iterator<Item = (NodeId, &Node)> {
        let start = self.nodes.partition_point(|node| *node.origin.file < *file);
        let nodes = self.nodes.get(start..).unwrap_or_default().iter();
        let made = nodes.take_while(move |node| *node.origin.file == *file);
        (start..)
            .zip(made)
            .map(|(at, node)| (NodeId::new(at), node))
    }

    /// What a property file describes.
    pub fn described_in(&self, file: &str) -> impl Iterator<Item = (NodeId, &Node)> {
        let ids = self.by_patch.find(&self.nodes, file);
        ids.iter().filter_map(|id| Some((*id, self.node(*id)?)))
    }

    /// The resource with this unique id.
    #[must_use]
    pub fn by_unique_id(&self, project: &str, unique_id: &str) -> Option<(NodeId, &Node)> {
        let rest = unique_id
            .split_once('.')?
            .1
            .strip_prefix(project)?
            .strip_prefix('.')?;
        let fits = |(_, node): &(NodeId, &Node)| node.unique_id(project) == unique_id;
        self.find(rest)
            .chain(self.find(rest.rsplit_once(".v").map_or(rest, |(name, _)| name)))
            .find(fits)
    }

    /// The declared groups, each with its file and its index there.
    pub fn groups(&self) -> impl Iterator<Item = &(Arc<str>, u32, Group)> {
        self.groups.iter()
    }

    /// The macros and generic tests that the project defines.
    pub fn macros(&self) -> impl Iterator<Item = &Macro> {
        self.macros.iter()
    }

    /// What dbt refuses to tell apart.
    #[must_use]
    pub fn duplicates(&self) -> &[Duplicate] {
        &self.duplicates
    }

    /// The sources.
    #[must_use]
    pub fn sources(&self) -> &Sources {
        &self.sources
    }

    /// The docs blocks.
    #[must_use]
    pub fn docs(&self) -> &Docs {
        &self.docs
    }

    /// The metrics, measures and functions.
    #[must_use]
    pub fn declarations(&self) -> &Declarations {
        &self.declarations
    }

    /// Whether the project has a macro of its own in the place of dbt's function.
    #[must_use]
    pub fn overrides(&self, function: Function) -> bool {
        self.overridden.contains(&function)
    }

    /// How many models there are.
    #[must_use]
    pub fn model_count(&self) -> usize {
        self.nodes
            .iter()
            .filter(|node| node.resource_type == crate::dbt::ResourceType::Model)
            .count()
    }
}
