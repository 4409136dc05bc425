//! What is known of a resource, whether a manifest or files on this disk say it.

use crate::dbt::{Maybe, Value, Version};
use crate::manifest;
use crate::mesh::Target;
use crate::project::{Node, Project};

/// What a card shows of a resource.
pub(super) struct Resource<'a> {
    pub description: &'a str,
    pub columns: Vec<Column<'a>>,
    pub materialized: Option<Box<str>>,
    pub has_contract: Maybe<bool>,
    pub is_enabled: Maybe<bool>,
    pub group: Option<&'a str>,
    pub owner_name: Option<&'a str>,
    pub owner_email: Option<&'a str>,
    /// In dbt's order.
    pub versions: Vec<&'a str>,
    pub relation: Option<&'a str>,
    pub tags: Vec<Box<str>>,
}

/// One of its columns.
pub(super) struct Column<'a> {
    pub name: &'a str,
    pub data_type: Option<&'a str>,
    pub description: &'a str,
}

impl<'a> Resource<'a> {
    pub fn of(target: &Target<'a>) -> Self {
        match target {
            Target::Local { project, node, .. } => Self::in_files(project, node),
            Target::WorkingCopy { linked, node, .. } => Self::in_files(&linked.project, node),
            Target::Published { upstream, node } => {
                let groups = upstream.manifest.as_ref().and_then(|manifest| {
                    let package = node.package_name();
                    manifest.groups().find(|group| {
                        Some(group.name()) == node.group() && group.package_name() == package
                    })
                });
                Self {
                    owner_name: groups.and_then(manifest::Group::owner_name),
                    owner_email: groups.and_then(manifest::Group::owner_email),
                    versions: upstream
                        .manifest
                        .as_ref()
                        .map_or_else(Vec::new, |manifest| published_versions(manifest, *node)),
                    ..Self::published(*node)
                }
            }
        }
    }

    fn published(node: manifest::Node<'a>) -> Self {
        let columns = node.columns().map(|column| Column {
            name: column.name(),
            data_type: column.data_type(),
            description: column.description(),
        });
        Self {
            description: node.description(),
            columns: columns.collect(),
            materialized: node.materialized().map(Into::into),
            has_contract: Maybe::Known(node.has_enforced_contract()),
            is_enabled: Maybe::Known(true),
            group: node.group(),
            owner_name: None,
            owner_email: None,
            versions: Vec::new(),
            relation: node.relation_name(),
            tags: node.tags().map(Into::into).collect(),
        }
    }

    fn in_files(project: &'a Project, node: &'a Node) -> Self {
        let columns = project.columns_of(node).into_iter().map(|column| Column {
            name: column.name(),
            data_type: column.data_type(),
            description: column.description(),
        });
        let group = node.config.group.known().and_then(Option::as_deref);
        let owner = group.and_then(|group| project.group(group));
        let versions = project.index.named(&node.name);
        let versions = versions.filter_map(|(_, other)| other.version.as_ref());
        Self {
            description: project.description_of(node),
            columns: columns.collect(),
            materialized: match &node.config.materialized {
                Maybe::Known(None) => Some("view".into()),
                Maybe::Known(materialized) => materialized.clone(),
                Maybe::Unknown => None,
            },
            has_contract: node.config.has_contract.clone(),
            is_enabled: node.config.enabled.clone(),
            group,
            owner_name: owner.and_then(|owner| owner.owner_name.as_deref()),
            owner_email: owner.and_then(|owner| owner.owner_email.as_deref()),
            versions: in_order(versions.map(Version::as_str).collect()),
            relation: None,
            tags: tags(project, node),
        }
    }
}

/// All versions of a published model.
fn published_versions<'a>(
    manifest: &'a manifest::Manifest,
    node: manifest::Node<'_>,
) -> Vec<&'a str> {
    if node.version().is_none() {
        return Vec::new();
    }
    let same = manifest
        .named(node.name())
        .filter(|other| other.package_name() == node.package_name());
    in_order(same.filter_map(manifest::Node::version).collect())
}

fn in_order(mut versions: Vec<&str>) -> Vec<&str> {
    versions.sort_by(|a, b| Version::new(a).compare(&Version::new(b)));
    versions
}

fn tags(project: &Project, node: &Node) -> Vec<Box<str>> {
    match project.configured(node, "tags") {
        Some((Maybe::Known(Value::List(tags)), _)) => {
            tags.iter().filter_map(Value::python_text).collect()
        }
        Some((Maybe::Known(Value::Text(tag)), _)) => vec![tag],
        Some((Maybe::Known(_) | Maybe::Unknown, _)) | None => Vec::new(),
    }
}
