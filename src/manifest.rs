//! What a published `manifest.json` lets us see of a dbt project.
//!
//! [`read`] makes one compact, immutable [`Manifest`] of the bytes in one pass: the nodes that
//! dbt-loom hands on, with what an editor shows of them, and nothing else. It knows no parsed
//! source and no mesh; what a `ref` means is decided elsewhere.

mod age;
mod arena;
mod catalog;
mod error;
mod failure;
mod file;
mod gzip;
mod json;
pub mod loom;
mod node;
mod node_reading;
mod raw_code;
mod read;
mod record;

#[cfg(test)]
mod tests;

use std::cmp::Ordering;

pub use age::{age, generated_at};
pub use catalog::{Catalog, CatalogColumn};
pub use error::ReadError;
pub use failure::ManifestFailure;
pub use file::{LoadCause, LoadError, load, load_at_most, load_catalog, load_raw_code};
pub use node::{Column, Group, Node, NodeId};
pub use node_reading::Refused;
pub use raw_code::{RawCode, raw_code, raw_code_hash};
pub use read::read;
use read::read_at_most;

use arena::{Arena, Text};
use record::{
    ColumnRecord, DisabledRecord, GroupRecord, KeyRecord, Metadata, NodeDetail, NodeRecord,
};

/// How many bytes a manifest may have, after decompressing.
pub const MAX_BYTES: usize = 1 << 30;

/// A published manifest, immutable.
#[derive(Debug)]
pub struct Manifest {
    arena: Arena,
    metadata: Metadata,
    nodes: Box<[NodeRecord]>,
    details: Box<[NodeDetail]>,
    columns: Box<[ColumnRecord]>,
    /// Lists of texts, one behind the other: dependencies, tags, constraints.
    lists: Box<[Text]>,
    /// In order of key, then package.
    by_key: Box<[KeyRecord]>,
    /// In order of id.
    by_unique_id: Box<[u32]>,
    /// In order of name.
    packages: Box<[Text]>,
    groups: Box<[GroupRecord]>,
    /// In order of key, then package.
    disabled: Box<[DisabledRecord]>,
    model_count: usize,
    was_gzip: bool,
    has_byte_order_mark: bool,
    refused: Option<Box<Refused>>,
    with_function: Option<(Text, Text)>,
    byte_size: usize,
}

impl Manifest {
    /// The project that published it; `None` in old and in hand-made ones.
    #[must_use]
    pub fn project_name(&self) -> Option<&str> {
        self.optional(self.metadata.project_name)
    }

    /// The number in its schema's name, as 12 of `…/manifest/v12.json`.
    #[must_use]
    pub fn schema_version(&self) -> Option<u32> {
        let (_, version) = read::artifact(self.optional(self.metadata.schema)?)?;
        Some(version)
    }

    /// Whether its schema is one of v4 to v12; others are read as far as they look alike.
    #[must_use]
    pub fn is_known_schema(&self) -> bool {
        self.schema_version()
            .is_some_and(|version| (4..=12).contains(&version))
    }

    /// The dbt that wrote it.
    #[must_use]
    pub fn dbt_version(&self) -> Option<&str> {
        self.optional(self.metadata.dbt_version)
    }

    /// When it was written, in its own words; see [`age`].
    #[must_use]
    pub fn generated_at(&self) -> Option<&str> {
        self.optional(self.metadata.generated_at)
    }

    /// The warehouse's kind, as in `duckdb`.
    #[must_use]
    pub fn adapter_type(&self) -> Option<&str> {
        self.optional(self.metadata.adapter_type)
    }

    /// All nodes that dbt-loom hands on, in the file's order.
    #[must_use]
    pub fn nodes(&self) -> impl ExactSizeIterator<Item = Node<'_>> {
        self.nodes.iter().enumerate().map(|(place, record)| Node {
            manifest: self,
            record,
            id: NodeId(u32::try_from(place).unwrap_or(u32::MAX)),
        })
    }

    /// Those that belong to `package`, in the file's order.
    pub fn nodes_of(&self, package: &str) -> impl Iterator<Item = Node<'_>> {
        let name = |text: &Text| self.arena.get(*text);
        let found = self
            .packages
            .binary_search_by(|text| name(text).cmp(package));
        // Equal texts have equal numbers.
        let wanted = found.ok().and_then(|at| self.packages.get(at).copied());
        let nodes = self
            .nodes()
            .filter(move |node| node.record.package == wanted);
        nodes.take(if wanted.is_some() { usize::MAX } else { 0 })
    }

    /// The node `id`, which is of this manifest; `None` for one of another.
    #[must_use]
    pub fn node(&self, id: NodeId) -> Option<Node<'_>> {
        let record = self.nodes.get(id.0 as usize)?;
        Some(Node {
            manifest: self,
            record,
            id,
        })
    }

    /// The node that `key` finds in `package`. The key is a name, or a name with `.v` and a
    /// version; the name alone finds the latest version of a versioned model.
    #[must_use]
    pub fn find(&self, package: &str, key: &str) -> Option<Node<'_>> {
        let place = self
            .by_key
            .binary_search_by(|entry| {
                self.arena
                    .get(entry.key)
                    .cmp(key)
                    .then_with(|| self.package_of(*entry).cmp(package))
            })
            .ok()?;
        self.node(NodeId(self.by_key.get(place)?.node))
    }

    /// The nodes that `key` finds, at most one in each package, in order of package.
    #[must_use]
    pub fn find_any<'a>(&'a self, key: &str) -> impl ExactSizeIterator<Item = Node<'a>> + use<'a> {
        let order = |entry: &KeyRecord| self.arena.get(entry.key).cmp(key);
        let start = self
            .by_key
            .partition_point(|entry| order(entry) == Ordering::Less);
        let found = self.by_key.get(start..).unwrap_or_default();
        let end = found.partition_point(|entry| order(entry) == Ordering::Equal);
        let nodes: Vec<_> = found
            .iter()
            .take(end)
            .filter_map(|entry| self.node(NodeId(entry.node)))
            .collect();
        nodes.into_iter()
    }

    /// All versions of a model, or what has no versions, by its bare name; in all packages.
    pub fn named<'a>(&'a self, name: &str) -> impl Iterator<Item = Node<'a>> + use<'a> {
        let plain = self.find_any(name).filter(|node| node.version().is_none());
        let prefix = format!("{name}.v");
        let start = self
            .by_key
            .partition_point(|entry| self.arena.get(entry.key) < prefix.as_str());
        let versions = self.by_key.get(start..).unwrap_or_default().iter();
        let versions =
            versions.take_while(move |entry| self.arena.get(entry.key).starts_with(&prefix));
        let name = name.to_owned();
        let versions = versions.filter_map(|entry| self.node(NodeId(entry.node)));
        plain.chain(versions.filter(move |node| node.name() == name))
    }

    /// The node with dbt's id `unique_id`.
    #[must_use]
    pub fn by_unique_id(&self, unique_id: &str) -> Option<Node<'_>> {
        let id_of = |place: &u32| {
            let node = self.nodes.get(*place as usize);
            self.arena
                .get_or_empty(node.and_then(|node| node.unique_id))
        };
        let place = self
            .by_unique_id
            .binary_search_by(|place| id_of(place).cmp(unique_id))
            .ok()?;
        self.node(NodeId(*self.by_unique_id.get(place)?))
    }

    /// The id of the disabled node that `key` would find in `package`.
    #[must_use]
    pub fn find_disabled(&self, package: &str, key: &str) -> Option<&str> {
        let place = self.disabled.binary_search_by(|record| {
            let order = self.arena.get(record.key).cmp(key);
            order.then_with(|| self.arena.get_or_empty(record.package).cmp(package))
        });
        Some(
            self.arena
                .get_or_empty(self.disabled.get(place.ok()?)?.unique_id),
        )
    }

    /// The packages that its nodes belong to, in order of name.
    #[must_use]
    pub fn packages(&self) -> impl ExactSizeIterator<Item = &str> {
        self.packages.iter().map(|package| self.arena.get(*package))
    }

    /// Its groups, in the file's order.
    #[must_use]
    pub fn groups(&self) -> impl ExactSizeIterator<Item = Group<'_>> {
        self.groups.iter().map(|record| Group {
            manifest: self,
            record,
        })
    }

    /// How many of its nodes are models.
    #[must_use]
    pub fn model_count(&self) -> usize {
        self.model_count
    }

    /// Whether it was compressed.
    #[must_use]
    pub fn was_gzip(&self) -> bool {
        self.was_gzip
    }

    /// Whether a byte order mark stood before it.
    #[must_use]
    pub fn has_byte_order_mark(&self) -> bool {
        self.has_byte_order_mark
    }

    /// The first node for which dbt-loom refuses all of it.
    #[must_use]
    pub fn refused(&self) -> Option<&Refused> {
        self.refused.as_deref()
    }

    /// The first node that is made with a function of the warehouse, and dbt's id of that.
    #[must_use]
    pub fn with_function(&self) -> Option<(Node<'_>, &str)> {
        let (id, function) = self.with_function?;
        let node = self.by_unique_id(self.arena.get(id))?;
        Some((node, self.arena.get(function)))
    }

    /// How many bytes of JSON it was read from.
    #[must_use]
    pub fn byte_size(&self) -> usize {
        self.byte_size
    }

    /// How many bytes of memory it takes.
    #[must_use]
    pub fn memory_size(&self) -> usize {
        self.arena.size()
            + size_of::<Self>()
            + size_of_val(&*self.nodes)
            + size_of_val(&*self.columns)
            + size_of_val(&*self.lists)
            + size_of_val(&*self.by_key)
            + size_of_val(&*self.by_unique_id)
            + size_of_val(&*self.packages)
            + size_of_val(&*self.groups)
            + size_of_val(&*self.disabled)
    }

    fn optional(&self, text: Option<Text>) -> Option<&str> {
        text.map(|text| self.arena.get(text))
    }

    fn package_of(&self, entry: KeyRecord) -> &str {
        let node = self.nodes.get(entry.node as usize);
        self.arena.get_or_empty(node.and_then(|node| node.package))
    }
}
