//! Where on this disk is a thing made, and where is it described?

use std::path::Path;

use crate::mesh::{Linked, SourceTarget, Target};
use crate::project::{EntrySpans, Node, Project, Table};
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

/// The name of a table of a source where it is declared.
pub(super) fn declared_at(target: &SourceTarget<'_>) -> Option<Place> {
    let (project, table) = (target.project, target.table);
    let entry = entry_spans(project, table)?;
    Some(Place {
        path: project.path_of(&table.file),
        span: entry.columns.name(table.at as usize)?,
    })
}

/// The name of a table's source where the table is declared.
pub(super) fn source_declared_at(target: &SourceTarget<'_>) -> Option<Place> {
    let (project, table) = (target.project, target.table);
    Some(Place {
        path: project.path_of(&table.file),
        span: entry_spans(project, table)?.name,
    })
}

fn entry_spans<'a>(project: &'a Project, table: &Table) -> Option<&'a EntrySpans> {
    let spans = &project.file(&table.file)?.spans;
    spans.entries.get(table.entry as usize)
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
