//! What is kept of a manifest: flat tables of small numbers, nothing allocated for itself.

use crate::dbt::{Access, ResourceType};

use super::arena::Text;
use super::raw_code::RawCode;

/// A stretch of one of the flat tables.
#[derive(Clone, Copy, Debug, Default)]
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

/// A node of the manifest.
#[derive(Clone, Debug)]
pub(super) struct NodeRecord {
    pub(super) unique_id: Option<Text>,
    pub(super) name: Option<Text>,
    pub(super) package: Option<Text>,
    pub(super) version: Option<Text>,
    pub(super) latest_version: Option<Text>,
    pub(super) group: Option<Text>,
    pub(super) deprecation_date: Option<Text>,
    pub(super) description: Option<Text>,
    pub(super) relation_name: Option<Text>,
    pub(super) original_file_path: Option<Text>,
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
    pub(super) resource_type: ResourceType,
    pub(super) access: Option<Access>,
    pub(super) has_enforced_contract: bool,
}

/// A documented column of a node.
#[derive(Clone, Debug)]
pub(super) struct ColumnRecord {
    pub(super) name: Option<Text>,
    pub(super) data_type: Option<Text>,
    pub(super) description: Option<Text>,
    /// The kinds of its constraints, commas between them.
    pub(super) constraints: Option<Text>,
}

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
