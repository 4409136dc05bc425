//! Where on this disk is a thing made, and where is it described?

use std::path::Path;

use crate::mesh::{Linked, Target};
use crate::project::{Node, Project};
use crate::world::World;

use super::Place;

/// The file that makes a thing, where it is on this disk: the file's start, or the name of the
/// block or entry in it.
pub(super) fn made_at(world: &World, target: &Target<'_>) -> Option<Place> {
    let (project, node) = on_disk(world, target)?;
    let facts = project.file(&node.origin.file)?;
    let block = node
        .origin
        .block
        .and_then(|block| facts.spans.blocks.get(block as usize).copied());
    let entry = node
        .origin
        .entry
        .and_then(|entry| facts.spans.entries.get(entry as usize));
    let span = block
        .or_else(|| entry.map(|entry| entry.name))
        .unwrap_or_default();
    Some(Place {
        path: project.path_of(&node.origin.file),
        span,
    })
}

/// The entry of the property file that describes a thing: its name, or its `v` there.
pub(super) fn described_at(world: &World, target: &Target<'_>) -> Option<Place> {
    let (project, node) = on_disk(world, target)?;
    let patch = node.patch.as_ref()?;
    let entry = project
        .file(&patch.file)?
        .spans
        .entries
        .get(patch.entry as usize)?;
    let version = patch
        .version
        .and_then(|version| entry.versions.get(version as usize).copied());
    Some(Place {
        path: project.path_of(&patch.file),
        span: version.unwrap_or(entry.name),
    })
}

/// The thing in the files on this disk: a published one in its project's working copy.
pub(super) fn on_disk<'a>(
    world: &'a World,
    target: &Target<'a>,
) -> Option<(&'a Project, &'a Node)> {
    match target {
        Target::Local { project, node, .. } => Some((project, node)),
        Target::WorkingCopy { linked, node, .. } => Some((&linked.project, node)),
        Target::Published { node, .. } => {
            let linked: &Linked = world.mesh().working_copy(node.package_name())?;
            let key = match node.version() {
                Some(version) => format!("{}.v{version}", node.name()),
                None => node.name().to_owned(),
            };
            let mut found = linked.project.index.find(&key);
            let same_kind =
                |node: &Node, other: crate::dbt::ResourceType| node.resource_type == other;
            let found = found.find(|(_, local)| same_kind(local, node.resource_type()))?;
            Some((&linked.project, found.1))
        }
    }
}

/// A path for people: relative to the workspace folder that it lies in, or to the folder above it.
pub(super) fn shown_path(world: &World, path: &Path) -> String {
    let folder = world
        .folders()
        .iter()
        .find(|folder| path.starts_with(folder));
    let shown = folder
        .and_then(|folder| path.strip_prefix(folder).ok())
        .unwrap_or(path);
    shown.display().to_string().replace('\\', "/")
}
