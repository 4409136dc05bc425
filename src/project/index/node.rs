//! One resource of a project.

use std::sync::Arc;

use crate::dbt::{ResourceType, Version};
use crate::project::Configured;

/// A resource of an [`Index`](super::Index).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(u32);

impl NodeId {
    pub(super) fn new(index: usize) -> Self {
        Self(u32::try_from(index).unwrap_or(u32::MAX))
    }

    /// Its number among the project's resources.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A model, seed, snapshot, analysis or test.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Its kind.
    pub resource_type: ResourceType,
    /// The name that refs use; of a versioned model the one in the property file.
    pub name: Arc<str>,
    /// Its version.
    pub version: Option<Version>,
    /// The latest of its versions.
    pub latest_version: Option<Version>,
    /// What makes it.
    pub origin: Origin,
    /// What describes it.
    pub patch: Option<Patch>,
    /// Its configuration.
    pub config: Configured,
    /// Its deprecation date as written.
    pub deprecation_date: Option<Box<str>>,
}

/// Where a resource is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The file, below the project's root.
    pub file: Arc<str>,
    /// The `{% snapshot %}` block of it.
    pub block: Option<u32>,
    /// The entry of it, where a property file makes a snapshot.
    pub entry: Option<u32>,
}

/// Where a resource is described.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Patch {
    /// The property file, below the project's root.
    pub file: Arc<str>,
    /// Its entry.
    pub entry: u32,
    /// The version in it.
    pub version: Option<u32>,
}

impl Node {
    /// dbt's id of it in the project of this name.
    #[must_use]
    pub fn unique_id(&self, project: &str) -> String {
        // Lists of thousands are made of them: formatting takes several times as long.
        let mut id = String::with_capacity(project.len() + self.name.len() + 24);
        id.extend([self.resource_type.as_str(), ".", project, ".", &self.name]);
        if let Some(version) = &self.version {
            id.extend([".v", version.as_str()]);
        }
        id
    }

    /// Name and version, as dbt writes them: `orders.v2`.
    #[must_use]
    pub fn versioned_name(&self) -> String {
        match &self.version {
            Some(version) => format!("{}.v{version}", self.name),
            None => self.name.to_string(),
        }
    }

    /// Whether `ref` without a version finds it.
    #[must_use]
    pub fn is_latest(&self) -> bool {
        self.version == self.latest_version
    }
}
