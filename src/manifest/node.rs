//! Views of what a manifest holds: nodes, their columns, groups. They copy nothing.

use crate::dbt::{Access, ResourceType};

use super::Manifest;
use super::arena::Text;
use super::raw_code::RawCode;
use super::record::{ColumnRecord, GroupRecord, NodeDetail, NodeRecord, QUOTED};

/// The place of a node in its manifest; it means nothing in another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub(super) u32);

/// A node of a manifest: a model, a seed, a snapshot, an analysis or an operation.
#[derive(Clone, Copy, Debug)]
pub struct Node<'a> {
    pub(super) manifest: &'a Manifest,
    pub(super) record: &'a NodeRecord,
    pub(super) id: NodeId,
}

impl<'a> Node<'a> {
    /// Its place in the manifest.
    #[must_use]
    pub fn id(self) -> NodeId {
        self.id
    }

    /// dbt's id of it, as in `model.shop.orders.v2`.
    #[must_use]
    pub fn unique_id(self) -> &'a str {
        self.text(self.record.unique_id)
    }

    /// What kind of thing it is.
    #[must_use]
    pub fn resource_type(self) -> ResourceType {
        self.record.resource_type
    }

    /// Its name, without a version.
    #[must_use]
    pub fn name(self) -> &'a str {
        self.text(self.record.name)
    }

    /// The package that it belongs to, which is what a `ref` names.
    #[must_use]
    pub fn package_name(self) -> &'a str {
        self.text(self.record.package)
    }

    /// Its version, as the text that Python's `str` makes of it.
    #[must_use]
    pub fn version(self) -> Option<&'a str> {
        self.optional(self.record.version)
    }

    /// The version that a `ref` without a version means.
    #[must_use]
    pub fn latest_version(self) -> Option<&'a str> {
        self.optional(self.record.latest_version)
    }

    /// Whether a `ref` without a version means this node.
    #[must_use]
    pub fn is_latest_version(self) -> bool {
        self.record.version == self.record.latest_version
    }

    /// Its own access, else its config's; `None` where neither says anything, as for seeds.
    #[must_use]
    pub fn access(self) -> Option<Access> {
        self.record.access
    }

    /// The group that it belongs to.
    #[must_use]
    pub fn group(self) -> Option<&'a str> {
        self.optional(self.detail().group)
    }

    /// Until when it may be used, as written in the manifest.
    #[must_use]
    pub fn deprecation_date(self) -> Option<&'a str> {
        self.optional(self.detail().deprecation_date)
    }

    /// Its description, empty where there is none.
    #[must_use]
    pub fn description(self) -> &'a str {
        self.text(self.detail().description)
    }

    /// Its documented columns, in their order.
    #[must_use]
    pub fn columns(self) -> impl ExactSizeIterator<Item = Column<'a>> {
        let manifest = self.manifest;
        self.detail()
            .columns
            .of(&manifest.columns)
            .iter()
            .map(|record| Column { manifest, record })
    }

    /// Its documented column `name`, in any case of letters.
    #[must_use]
    pub fn column(self, name: &str) -> Option<Column<'a>> {
        self.columns()
            .find(|column| column.name().eq_ignore_ascii_case(name))
    }

    /// Whether dbt holds it to its columns' names and types.
    #[must_use]
    pub fn has_enforced_contract(self) -> bool {
        self.record.has_enforced_contract
    }

    /// Constraints of the whole, as in `primary_key (order_id, line)`.
    #[must_use]
    pub fn constraints(self) -> impl ExactSizeIterator<Item = &'a str> {
        self.list(self.detail().constraints.of(&self.manifest.lists))
    }

    /// Its name in the warehouse, quoted as there; `None` for what has no relation.
    #[must_use]
    pub fn relation_name(self) -> Option<&'a str> {
        self.optional(self.record.relation_name)
    }

    /// Its file, relative to the root of its project, with the separators of the machine that
    /// published it; empty for what that project itself had from elsewhere.
    #[must_use]
    pub fn original_file_path(self) -> &'a str {
        self.text(self.record.original_file_path)
    }

    /// The property file that describes it, as in `shop://models/orders.yml`.
    #[must_use]
    pub fn patch_path(self) -> Option<&'a str> {
        self.optional(self.detail().patch_path)
    }

    /// Its materialization, as in `table`.
    #[must_use]
    pub fn materialized(self) -> Option<&'a str> {
        self.optional(self.detail().materialized)
    }

    /// `sql` or `python`.
    #[must_use]
    pub fn language(self) -> Option<&'a str> {
        self.optional(self.detail().language)
    }

    /// Its tags.
    #[must_use]
    pub fn tags(self) -> impl ExactSizeIterator<Item = &'a str> {
        self.list(self.detail().tags.of(&self.manifest.lists))
    }

    /// The ids of the nodes and sources that it reads.
    #[must_use]
    pub fn depends_on_nodes(self) -> impl ExactSizeIterator<Item = &'a str> {
        self.list(self.detail().depends_on.of(&self.manifest.lists))
    }

    /// Where its source text stands in the manifest's file; `None` where it has none.
    #[must_use]
    pub fn raw_code(self) -> Option<RawCode> {
        Some(self.detail().raw_code).filter(|place| !place.is_empty())
    }

    /// The hash of its source text, see [`super::raw_code_hash`]; 0 where the manifest has none.
    #[must_use]
    pub fn raw_code_hash(self) -> u64 {
        self.detail().raw_code_hash
    }

    /// Whether the publishing project itself had it from elsewhere: it has no file there.
    #[must_use]
    pub fn is_external(self) -> bool {
        self.record.original_file_path.is_none()
    }

    fn detail(self) -> NodeDetail {
        let found = self.manifest.details.get(self.record.detail as usize);
        found.copied().unwrap_or_default()
    }

    fn text(self, text: Option<Text>) -> &'a str {
        self.manifest.arena.get_or_empty(text)
    }

    fn optional(self, text: Option<Text>) -> Option<&'a str> {
        text.map(|text| self.manifest.arena.get(text))
    }

    fn list(self, texts: &'a [Text]) -> impl ExactSizeIterator<Item = &'a str> {
        texts.iter().map(move |text| self.manifest.arena.get(*text))
    }
}

/// A documented column.
#[derive(Clone, Copy, Debug)]
pub struct Column<'a> {
    manifest: &'a Manifest,
    record: &'a ColumnRecord,
}

impl<'a> Column<'a> {
    /// Its name as documented.
    #[must_use]
    pub fn name(self) -> &'a str {
        self.manifest.arena.get_or_empty(self.record.name)
    }

    /// Its type in the warehouse's words.
    #[must_use]
    pub fn data_type(self) -> Option<&'a str> {
        self.record
            .data_type
            .map(|text| self.manifest.arena.get(text))
    }

    /// Its description, empty where there is none.
    #[must_use]
    pub fn description(self) -> &'a str {
        self.manifest.arena.get_or_empty(self.record.description)
    }

    /// Whether dbt puts its name in quotes.
    #[must_use]
    pub fn is_quoted(self) -> bool {
        let all = self.manifest.arena.get_or_empty(self.record.constraints);
        all.ends_with(QUOTED)
    }

    /// The kinds of its constraints, as in `not_null`.
    pub fn constraints(self) -> impl Iterator<Item = &'a str> {
        let all = self.manifest.arena.get_or_empty(self.record.constraints);
        let all = all.split(',');
        all.filter(|kind| !kind.is_empty() && *kind != QUOTED)
    }
}

/// A group of a manifest.
#[derive(Clone, Copy, Debug)]
pub struct Group<'a> {
    pub(super) manifest: &'a Manifest,
    pub(super) record: &'a GroupRecord,
}

impl<'a> Group<'a> {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'a str {
        self.manifest.arena.get_or_empty(self.record.name)
    }

    /// The package that declares it.
    #[must_use]
    pub fn package_name(self) -> &'a str {
        self.manifest.arena.get_or_empty(self.record.package)
    }

    /// The name of its owner.
    #[must_use]
    pub fn owner_name(self) -> Option<&'a str> {
        self.record
            .owner_name
            .map(|text| self.manifest.arena.get(text))
    }

    /// The address of its owner; of several, all with commas between them.
    #[must_use]
    pub fn owner_email(self) -> Option<&'a str> {
        self.record
            .owner_email
            .map(|text| self.manifest.arena.get(text))
    }

    /// Its description, empty where there is none.
    #[must_use]
    pub fn description(self) -> &'a str {
        self.manifest.arena.get_or_empty(self.record.description)
    }
}
