//! What is kept of a manifest: flat tables of small numbers, nothing allocated for itself.

use foldhash::HashMap;

use crate::dbt::{Access, ResourceType};

use super::arena::Text;
use super::raw_code::RawCode;

/// A stretch of one of the flat tables.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Stretch {
    pub(super) start: u32,
    pub(super) end: u32,
}

impl Stretch {
    /// The part of `table` that it names.
    pub(super) fn of<T>(self, table: &[T]) -> &[T] {
        table
            .get(self.start as usize..self.end as usize)
            .unwrap_or_default()
    }
}

/// A node of the manifest: what it is found by, and what tells nodes of one project apart.
#[derive(Clone, Debug)]
pub(super) struct NodeRecord {
    pub(super) unique_id: Option<Text>,
    pub(super) name: Option<Text>,
    pub(super) package: Option<Text>,
    pub(super) version: Option<Text>,
    pub(super) latest_version: Option<Text>,
    pub(super) relation_name: Option<Text>,
    pub(super) original_file_path: Option<Text>,
    /// In the table of details.
    pub(super) detail: u32,
    pub(super) resource_type: ResourceType,
    pub(super) access: Option<Access>,
    pub(super) has_enforced_contract: bool,
}

/// What else is known of a node. Those of other projects, which are most nodes of a mesh, have
/// nothing but the same few words here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct NodeDetail {
    pub(super) group: Option<Text>,
    pub(super) deprecation_date: Option<Text>,
    pub(super) description: Option<Text>,
    pub(super) patch_path: Option<Text>,
    pub(super) materialized: Option<Text>,
    pub(super) language: Option<Text>,
    pub(super) columns: Stretch,
    /// In the table of lists, as are the next two.
    pub(super) depends_on: Stretch,
    pub(super) tags: Stretch,
    pub(super) constraints: Stretch,
    pub(super) raw_code: RawCode,
    pub(super) raw_code_hash: u64,
}

/// The details of nodes while they are read, each kept once.
#[derive(Default)]
pub(super) struct Details {
    all: Vec<NodeDetail>,
    known: HashMap<NodeDetail, u32>,
}

impl Details {
    /// The place of `detail` in the table.
    pub(super) fn place(&mut self, detail: NodeDetail) -> u32 {
        *self.known.entry(detail).or_insert_with(|| {
            self.all.push(detail);
            u32::try_from(self.all.len() - 1).unwrap_or(u32::MAX)
        })
    }

    /// The table.
    pub(super) fn finish(self) -> Box<[NodeDetail]> {
        self.all.into()
    }
}

/// A documented column of a node.
#[derive(Clone, Debug)]
pub(super) struct ColumnRecord {
    pub(super) name: Option<Text>,
    pub(super) data_type: Option<Text>,
    pub(super) description: Option<Text>,
    /// The kinds of its constraints, commas between them; [`QUOTED`] last with `quote: true`.
    pub(super) constraints: Option<Text>,
}

/// Stands among the kinds of constraints of a column with `quote: true`, of which there are few.
pub(super) const QUOTED: &str = "\"";

/// A group and its owner.
#[derive(Clone, Debug)]
pub(super) struct GroupRecord {
    pub(super) name: Option<Text>,
    pub(super) package: Option<Text>,
    pub(super) owner_name: Option<Text>,
    pub(super) owner_email: Option<Text>,
    pub(super) description: Option<Text>,
}

/// A node that the publishing project has disabled.
#[derive(Clone, Copy, Debug)]
pub(super) struct DisabledRecord {
    pub(super) key: Text,
    pub(super) package: Option<Text>,
    pub(super) unique_id: Option<Text>,
}

/// By which key a node is found, and whether it stands for several.
#[derive(Clone, Copy, Debug)]
pub(super) struct KeyRecord {
    pub(super) key: Text,
    /// The node's place in the table of nodes.
    pub(super) node: u32,
}

/// `metadata` of the manifest.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Metadata {
    pub(super) project_name: Option<Text>,
    pub(super) schema: Option<Text>,
    pub(super) dbt_version: Option<Text>,
    pub(super) generated_at: Option<Text>,
    pub(super) adapter_type: Option<Text>,
}
