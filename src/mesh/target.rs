//! The two ends of a ref: who reads, and what is read.

use std::sync::Arc;

use crate::dbt::{Access, Maybe, ResourceType};
use crate::manifest;
use crate::project::{Node, NodeId, Project};

use super::{Linked, Upstream};

/// Which of a project's packages something belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PackageAt {
    /// The project itself.
    Root,
    /// The installed package of this index.
    Package(usize),
}

/// Who reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Referrer<'a> {
    /// Its package.
    pub package: PackageAt,
    /// Its group.
    pub group: Maybe<Option<&'a str>>,
}

/// What is read.
#[derive(Clone, Copy)]
pub enum Target<'a> {
    /// A resource of the project itself or of a package that it installed.
    Local {
        /// The package, or the project.
        project: &'a Arc<Project>,
        /// Which of them.
        package: PackageAt,
        /// The resource.
        id: NodeId,
        /// The resource.
        node: &'a Node,
    },
    /// A resource of another project, as its manifest publishes it.
    Published {
        /// The upstream whose manifest has it.
        upstream: &'a Upstream,
        /// The resource.
        node: manifest::Node<'a>,
    },
    /// A resource of another project that publishes no manifest to us, as its files have it.
    WorkingCopy {
        /// The other project.
        linked: &'a Arc<Linked>,
        /// The resource.
        id: NodeId,
        /// The resource.
        node: &'a Node,
    },
}

impl<'a> Target<'a> {
    /// The project or package that it belongs to.
    #[must_use]
    pub fn package(&self) -> &'a str {
        match self {
            Self::Local { project, .. } => project.name(),
            Self::Published { node, .. } => node.package_name(),
            Self::WorkingCopy { linked, .. } => linked.project.name(),
        }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &'a str {
        match self {
            Self::Local { node, .. } | Self::WorkingCopy { node, .. } => &node.name,
            Self::Published { node, .. } => node.name(),
        }
    }

    /// Its version.
    #[must_use]
    pub fn version(&self) -> Option<&'a str> {
        match self {
            Self::Local { node, .. } | Self::WorkingCopy { node, .. } => {
                node.version.as_ref().map(crate::dbt::Version::as_str)
            }
            Self::Published { node, .. } => node.version(),
        }
    }

    /// The latest of its versions.
    #[must_use]
    pub fn latest_version(&self) -> Option<&'a str> {
        match self {
            Self::Local { node, .. } | Self::WorkingCopy { node, .. } => node
                .latest_version
                .as_ref()
                .map(crate::dbt::Version::as_str),
            Self::Published { node, .. } => node.latest_version(),
        }
    }

    /// Name and version, as dbt writes them: `orders.v2`.
    #[must_use]
    pub fn versioned_name(&self) -> String {
        match self.version() {
            Some(version) => format!("{}.v{version}", self.name()),
            None => self.name().to_owned(),
        }
    }

    /// Its kind.
    #[must_use]
    pub fn resource_type(&self) -> ResourceType {
        match self {
            Self::Local { node, .. } | Self::WorkingCopy { node, .. } => node.resource_type,
            Self::Published { node, .. } => node.resource_type(),
        }
    }

    /// Who may read it, `None` for kinds that know no access. What dbt-loom injects is a model
    /// for dbt, and protected where its manifest says nothing.
    #[must_use]
    pub fn access(&self) -> Maybe<Option<Access>> {
        match self {
            Self::Local { node, .. } | Self::WorkingCopy { node, .. } => {
                match (node.resource_type, &node.config.access) {
                    (ResourceType::Model, Maybe::Known(access)) => Maybe::Known(Some(*access)),
                    (ResourceType::Model, Maybe::Unknown) => Maybe::Unknown,
                    _ => Maybe::Known(None),
                }
            }
            Self::Published { node, .. } => Maybe::Known(Some(node.access().unwrap_or_default())),
        }
    }

    /// Its group.
    #[must_use]
    pub fn group(&self) -> Maybe<Option<&'a str>> {
        match self {
            Self::Local { node, .. } | Self::WorkingCopy { node, .. } => match &node.config.group {
                Maybe::Known(group) => Maybe::Known(group.as_deref()),
                Maybe::Unknown => Maybe::Unknown,
            },
            Self::Published { node, .. } => Maybe::Known(node.group()),
        }
    }

    /// Its deprecation date as written.
    #[must_use]
    pub fn deprecation_date(&self) -> Option<&'a str> {
        match self {
            Self::Local { node, .. } | Self::WorkingCopy { node, .. } => {
                node.deprecation_date.as_deref()
            }
            Self::Published { node, .. } => node.deprecation_date(),
        }
    }

    /// dbt's id of it.
    #[must_use]
    pub fn unique_id(&self) -> String {
        match self {
            Self::Local { project, node, .. } => node.unique_id(project.name()),
            Self::Published { node, .. } => node.unique_id().to_owned(),
            Self::WorkingCopy { linked, node, .. } => node.unique_id(linked.project.name()),
        }
    }
}
