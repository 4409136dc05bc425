//! The lists that `check` and status displays show.

use std::path::PathBuf;

use crate::dbt::ResourceType;
use crate::manifest::{Manifest, ManifestFailure, Node};
use crate::mesh::{Linked, NamedBy, Upstream, UpstreamState};

use super::World;

/// A project in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectSummary {
    /// Its `name:`.
    pub name: String,
    /// Absolute path.
    pub root: PathBuf,
    /// How many models it has.
    pub models: usize,
}

/// A manifest in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManifestSummary {
    /// The project whose config names it.
    pub project: String,
    /// What the config calls it.
    pub name: String,
    /// The kind of origin: `file`, `s3`, …
    pub kind: String,
    /// Where it comes from, as the config says with variables kept as written.
    pub origin: String,
    /// Its state.
    pub state: ManifestState,
    /// How many models it has.
    pub models: Option<usize>,
    /// When dbt wrote it, as it says itself.
    pub generated_at: Option<String>,
    /// How many bytes it has, unpacked.
    pub size: Option<usize>,
    /// When its origin last said that it is right, for one that is fetched.
    pub checked_at: Option<jiff::Timestamp>,
    /// The file that it is read from.
    pub path: Option<PathBuf>,
    /// What is wrong with it.
    pub problem: Option<String>,
    /// What kind of trouble kept it from being fetched.
    pub fault: Option<&'static str>,
}

/// The state of a manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum ManifestState {
    Loading,
    Loaded,
    Missing,
    Unreadable,
    NotFetched,
}

impl World {
    /// The projects of the workspace in the order of their roots.
    #[must_use]
    pub fn project_summaries(&self) -> Vec<ProjectSummary> {
        self.workspace_projects()
            .map(|linked| ProjectSummary {
                name: linked.project.name().to_owned(),
                root: linked.project.root.clone(),
                models: linked.project.index.model_count(),
            })
            .collect()
    }

    /// The manifests, one for each entry of each project's loom config, and one for each other
    /// project that a dependencies.yml names.
    #[must_use]
    pub fn manifest_summaries(&self) -> Vec<ManifestSummary> {
        self.workspace_projects()
            .flat_map(|linked| {
                linked
                    .upstreams
                    .iter()
                    .map(|upstream| summary(self, linked, upstream))
            })
            .collect()
    }
}

/// How many models of its own project a manifest has.
fn own_models(manifest: &Manifest) -> usize {
    let own = manifest.project_name();
    let is_own = |node: &Node<'_>| own.is_none_or(|own| node.package_name() == own);
    manifest
        .nodes()
        .filter(|node| node.resource_type() == ResourceType::Model && is_own(node))
        .count()
}

fn summary(world: &World, linked: &Linked, upstream: &Upstream) -> ManifestSummary {
    let (kind, origin) = match &upstream.named_by {
        NamedBy::Loom(entry) => (entry.kind.as_str(), entry.origin.clone()),
        NamedBy::Dependencies(name, _) => ("dependency", name.to_string()),
    };
    let (state, problem) = match &upstream.state {
        UpstreamState::Loading => (ManifestState::Loading, None),
        UpstreamState::Loaded | UpstreamState::WorkingCopy => (ManifestState::Loaded, None),
        UpstreamState::Absent | UpstreamState::Failed(ManifestFailure::Missing) => {
            (ManifestState::Missing, None)
        }
        UpstreamState::Failed(ManifestFailure::Unreadable(why)) => {
            (ManifestState::Unreadable, Some(why.clone()))
        }
        UpstreamState::Failed(ManifestFailure::NotFetched { why, .. }) => {
            (ManifestState::NotFetched, Some(why.clone()))
        }
        UpstreamState::NotFetched => (ManifestState::NotFetched, None),
    };
    let manifest = upstream.manifest.as_ref();
    let path = upstream.path.as_deref();
    ManifestSummary {
        project: linked.project.name().to_owned(),
        name: upstream.name().to_owned(),
        kind: kind.to_owned(),
        origin,
        state,
        fault: match &upstream.state {
            UpstreamState::Failed(ManifestFailure::NotFetched { kind, .. }) => Some(kind),
            _ => None,
        },
        models: manifest.map(|manifest| own_models(manifest)),
        generated_at: manifest
            .and_then(|manifest| manifest.generated_at())
            .map(ToOwned::to_owned),
        size: manifest.map(|manifest| manifest.byte_size()),
        checked_at: path.and_then(|path| world.checked_at(path)),
        path: upstream.path.clone(),
        problem,
    }
}
