//! Who reads? From a reference in a file to the resource that it belongs to.

use crate::dbt::Maybe;
use crate::project::{
    FileFacts, Meaning, Node, NodeId, Owner, Project, PropertyEntry, Reference, Section,
};

/// The resource that a reference belongs to.
#[derive(Clone, Copy)]
pub struct Reader<'a> {
    /// It, where it is a resource of the index; exposures and macros are not.
    pub node: Option<(NodeId, &'a Node)>,
    /// The entry of the property file that the reference stands in.
    pub entry: Option<&'a PropertyEntry>,
}

impl<'a> Reader<'a> {
    /// Who the reference at `path` of `project` belongs to.
    #[must_use]
    pub fn of(
        project: &'a Project,
        path: &str,
        facts: &'a FileFacts,
        reference: &Reference,
    ) -> Self {
        match reference.owner {
            Owner::File => Self {
                node: project
                    .index
                    .of_file(path)
                    .find(|(_, node)| node.origin.block.is_none()),
                entry: None,
            },
            Owner::Block(block) => Self {
                node: project
                    .index
                    .of_file(path)
                    .find(|(_, node)| node.origin.block == Some(block)),
                entry: None,
            },
            Owner::Entry(at) => {
                let Meaning::Properties(properties) = &*facts.meaning else {
                    return Self {
                        node: None,
                        entry: None,
                    };
                };
                let entry = properties.entries.get(at as usize);
                Self {
                    node: entry.and_then(|entry| described(project, path, at, entry)),
                    entry,
                }
            }
        }
    }

    /// Its group. Things that are no resources have none.
    #[must_use]
    pub fn group(&self) -> Maybe<Option<&'a str>> {
        match (self.node, self.entry) {
            (Some((_, node)), _) => match &node.config.group {
                Maybe::Known(group) => Maybe::Known(group.as_deref()),
                Maybe::Unknown => Maybe::Unknown,
            },
            (None, Some(entry)) if entry.section == Section::SemanticModels => {
                match crate::dbt::get(&entry.config, "group") {
                    Some(value) => value
                        .as_text()
                        .map_or(Maybe::Unknown, |group| Maybe::Known(Some(group))),
                    None => Maybe::Known(None),
                }
            }
            (None, _) => Maybe::Known(None),
        }
    }

    /// Whether dbt reads it at all.
    #[must_use]
    pub fn is_enabled(&self) -> Maybe<bool> {
        match (self.node, self.entry) {
            (Some((_, node)), _) => node.config.enabled.clone(),
            (None, Some(entry)) => match crate::dbt::get(&entry.config, "enabled") {
                None | Some(crate::dbt::Value::Bool(true)) => Maybe::Known(true),
                Some(crate::dbt::Value::Bool(false)) => Maybe::Known(false),
                Some(_) => Maybe::Unknown,
            },
            (None, None) => Maybe::Known(true),
        }
    }
}

/// The resource that an entry of a property file describes.
fn described<'a>(
    project: &'a Project,
    path: &str,
    at: u32,
    entry: &PropertyEntry,
) -> Option<(NodeId, &'a Node)> {
    let fits = |(_, node): &(NodeId, &Node)| {
        node.patch
            .as_ref()
            .is_some_and(|patch| &*patch.file == path && patch.entry == at)
    };
    let found = project.index.find(&entry.name).find(fits);
    found.or_else(|| {
        if entry.versions.is_empty() {
            None
        } else {
            project.index.named(&entry.name).find(fits)
        }
    })
}
