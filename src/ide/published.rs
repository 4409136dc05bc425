//! What has a manifest published of the model at hand? The model of a ref, or the one that a file makes.

use std::path::Path;

use crate::manifest;
use crate::mesh::{Target, Upstream};
use crate::world::World;

use super::target::{self, Thing};
use super::{PublishedFile, navigate};

/// The published code of the ref's model at `offset`, or else of the models that the file makes or describes
/// there.
pub(super) fn published(world: &World, path: &Path, offset: u32) -> Vec<PublishedFile> {
    let pointed = target::pointed(world, path, offset);
    let targets = match pointed.as_ref().map(|pointed| &pointed.thing) {
        Some(Thing::Model(named) | Thing::Version(named)) => named.targets(world.mesh()),
        Some(Thing::Described(targets)) => targets.clone(),
        Some(
            Thing::Package(_)
            | Thing::Source(_)
            | Thing::Column(_)
            | Thing::Doc(_)
            | Thing::Declared(_)
            | Thing::Group(_)
            | Thing::Callable(_)
            | Thing::Variable(_)
            | Thing::Upstream(_)
            | Thing::ManifestPath(_)
            | Thing::LoomKey(_)
            | Thing::Key(_),
        )
        | None => Vec::new(),
    };
    let mut ids: Vec<String> = targets.iter().map(Target::unique_id).collect();
    if ids.is_empty() {
        ids = made_by(world, path);
    }
    ids.iter()
        .filter_map(|id| {
            let (upstream, node) = in_manifest(world, id)?;
            navigate::published_file(world, upstream, node)
        })
        .collect()
}

/// The ids of what a file makes.
pub(super) fn made_by(world: &World, path: &Path) -> Vec<String> {
    let Some((linked, inside)) = world.locate(path) else {
        return Vec::new();
    };
    let project = &linked.project;
    let nodes = project.index.of_file(&inside);
    nodes
        .map(|(_, node)| node.unique_id(project.name()))
        .collect()
}

/// A node in the manifest of its own project, whoever reads that; else in any.
pub(super) fn in_manifest<'a>(
    world: &'a World,
    id: &str,
) -> Option<(&'a Upstream, manifest::Node<'a>)> {
    let projects = world.mesh().projects.iter();
    let manifests = projects.flat_map(|linked| linked.manifests());
    let mut found = None;
    for (upstream, manifest) in manifests {
        let Some(node) = manifest.by_unique_id(id) else {
            continue;
        };
        if manifest.project_name() == Some(node.package_name()) {
            return Some((upstream, node));
        }
        found = found.or(Some((upstream, node)));
    }
    found
}
