//! What did a project publish last, and which of it is no longer there?

use std::path::PathBuf;
use std::sync::Arc;

use crate::dbt::{Access, Maybe, ResourceType};
use crate::manifest::{self, Manifest};
use crate::project::{Meaning, Node, NodeId, Project, Section};

use super::{Linked, Mesh};

/// A published model that the working copy does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gone {
    /// It, in the manifest.
    pub node: manifest::NodeId,
    /// The new model with its code, where there is one.
    pub renamed_to: Option<NodeId>,
    /// The file in which one would look for it, below the project's root.
    pub file: Arc<str>,
    /// The entry of that file that still describes it, and the version there.
    pub entry: Option<EntryLeft>,
}

/// An entry of a property file, and a version in it.
pub type EntryLeft = (u32, Option<u32>);

impl Mesh {
    /// The manifest of a project as others read it, else the one in its own target folder.
    #[must_use]
    pub fn published<'a>(&'a self, linked: &'a Linked) -> Option<&'a Arc<Manifest>> {
        let name = linked.project.name();
        let read = self.projects.iter().flat_map(|other| other.manifests());
        let mut of_project = read.filter(|(_, manifest)| manifest.project_name() == Some(name));
        of_project
            .next()
            .map(|(_, manifest)| manifest)
            .or(linked.own.as_ref())
    }
}

impl Mesh {
    /// Whether what a file makes was published with the text that the file has, and without a
    /// contract: then that text says the columns of what was published.
    #[must_use]
    pub fn is_as_published(&self, linked: &Linked, file: &str) -> bool {
        self.is_published_with(linked, file, |node| !node.has_enforced_contract())
    }

    /// Whether what a file makes was published with the text that the file has.
    #[must_use]
    pub fn has_published_text(&self, linked: &Linked, file: &str) -> bool {
        self.is_published_with(linked, file, |_| true)
    }

    fn is_published_with(
        &self,
        linked: &Linked,
        file: &str,
        is_meant: impl Fn(manifest::Node<'_>) -> bool,
    ) -> bool {
        let project = &linked.project;
        let hash = project.file(file).map(|facts| facts.text_hash);
        let is_it = |manifest: &Manifest| {
            let mut nodes = project.index.of_file(file);
            nodes.any(|(_, node)| {
                let published = manifest.by_unique_id(&node.unique_id(project.name()));
                published.is_some_and(|it| Some(it.raw_code_hash()) == hash && is_meant(it))
            })
        };
        self.published(linked)
            .is_some_and(|manifest| is_it(manifest))
    }
}

impl Linked {
    /// The published models, public or with a contract, that the working copy no longer has.
    #[must_use]
    pub fn gone(&self, published: &Arc<Manifest>) -> Arc<[Gone]> {
        let found = || -> Arc<[Gone]> { gone(&self.project, published).into() };
        let (of, known) = self.gone.get_or_init(|| (Arc::clone(published), found()));
        if Arc::ptr_eq(of, published) {
            Arc::clone(known)
        } else {
            found()
        }
    }
}

/// Where dbt writes the manifest of a project that has public models.
pub(super) fn own_path(project: &Project) -> Option<PathBuf> {
    let is_public = |node: &Node| {
        node.resource_type == ResourceType::Model
            && matches!(node.config.access, Maybe::Known(Access::Public))
    };
    let folder = project
        .definition
        .target_path
        .as_deref()
        .unwrap_or("target");
    let is_read = project.is_in_workspace && project.index.nodes().any(|(_, node)| is_public(node));
    is_read.then(|| super::normalize(&project.root.join(folder).join("manifest.json")))
}

/// Whether others may build on a published model.
#[must_use]
pub fn is_promise(node: manifest::Node<'_>) -> bool {
    let is_public = node.access() == Some(Access::Public);
    node.resource_type() == ResourceType::Model && (is_public || node.has_enforced_contract())
}

fn gone(project: &Project, published: &Manifest) -> Vec<Gone> {
    let name = project.name();
    let is_there = |node: manifest::Node<'_>| {
        let is_known = project.index.by_unique_id(name, node.unique_id()).is_some();
        // An unversioned model that has versions by now is found by the same refs.
        is_known || node.version().is_none() && project.index.named(node.name()).next().is_some()
    };
    let promised = published
        .nodes_of(name)
        .filter(|node| is_promise(*node) && !node.is_external());
    let missing: Vec<_> = promised.filter(|node| !is_there(*node)).collect();
    if missing.is_empty() || project.may_hide_resources() {
        return Vec::new();
    }
    let found = missing.into_iter().map(|node| {
        let renamed = renamed(project, published, node);
        let (file, entry) = place(project, node, renamed.map(|(_, local)| local));
        Gone {
            node: node.id(),
            renamed_to: renamed.map(|(id, _)| id),
            file,
            entry,
        }
    });
    found.collect()
}

/// A model that nobody has published, with the code of one that is gone.
fn renamed<'a>(
    project: &'a Project,
    published: &Manifest,
    gone: manifest::Node<'_>,
) -> Option<(NodeId, &'a Node)> {
    let hash = gone.raw_code_hash();
    let is_new = |node: &Node| {
        let id = node.unique_id(project.name());
        published.by_unique_id(&id).is_none()
    };
    project.index.nodes().find(|(_, node)| {
        let facts = project.file(&node.origin.file);
        hash != 0
            && node.resource_type == ResourceType::Model
            && facts.is_some_and(|facts| facts.text_hash == hash)
            && is_new(node)
    })
}

/// Where one would look for it: at what it is called now, at an entry that is left of it, in the
/// property file that described it, in dbt_project.yml.
fn place(
    project: &Project,
    gone: manifest::Node<'_>,
    renamed: Option<&Node>,
) -> (Arc<str>, Option<EntryLeft>) {
    if let Some(node) = renamed {
        return match &node.patch {
            Some(patch) => (Arc::clone(&patch.file), Some((patch.entry, patch.version))),
            None => (Arc::clone(&node.origin.file), None),
        };
    }
    if let Some(left) = entry_left(project, gone) {
        return left;
    }
    let described = gone.patch_path().and_then(|path| path.split_once("://"));
    let described = described.map(|(_, path)| path.replace('\\', "/"));
    let known = described.and_then(|path| project.files.get_key_value(&*path));
    let file = known.map(|(path, _)| Arc::clone(path));
    (
        file.unwrap_or_else(|| crate::project::Definition::FILE_NAME.into()),
        None,
    )
}

fn entry_left(
    project: &Project,
    gone: manifest::Node<'_>,
) -> Option<(Arc<str>, Option<EntryLeft>)> {
    project.files.iter().find_map(|(file, facts)| {
        let Meaning::Properties(properties) = &*facts.meaning else {
            return None;
        };
        let mut entries = (0..).zip(&properties.entries);
        let (at, entry) = entries
            .find(|(_, entry)| entry.section == Section::Models && *entry.name == *gone.name())?;
        let version = gone.version().and_then(|version| {
            let mut versions = (0..).zip(&entry.versions);
            let is_it = |it: &crate::dbt::Version| it.as_str() == version;
            versions.find(|(_, it)| it.version.as_ref().is_some_and(is_it))
        });
        Some((Arc::clone(file), Some((at, version.map(|(at, _)| at)))))
    })
}
