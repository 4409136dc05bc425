//! What could a ref read? The candidates of completion, each with whether dbt would let it pass.

use std::collections::HashSet;
use std::sync::Arc;

use crate::dbt::Maybe;
use crate::manifest::Manifest;
use crate::project::{Node, NodeId, Project};

use super::access::may_read;
use super::{Linked, Mesh, PackageAt, Referrer, Target, Upstream, UpstreamState};

/// Something that a ref can name.
#[derive(Clone, Copy)]
pub struct Offer<'a> {
    /// It; of a versioned model the latest version.
    pub target: Target<'a>,
    /// Whether dbt lets the referrer read it.
    pub is_readable: bool,
}

impl Linked {
    /// What a ref can name of the project and its packages, in no certain order; of `package` alone
    /// where one is given.
    pub fn local_candidates<'a>(
        &'a self,
        package: Option<&str>,
    ) -> impl Iterator<Item = Target<'a>> {
        let packages = self.project.packages.iter().enumerate();
        let all = std::iter::once((PackageAt::Root, &self.project))
            .chain(packages.map(|(at, project)| (PackageAt::Package(at), project)));
        let wanted =
            all.filter(move |(_, project)| package.is_none_or(|name| name == project.name()));
        wanted.flat_map(|(package, project)| {
            candidates(project).map(move |(id, node)| Target::Local {
                project,
                package,
                id,
                node,
            })
        })
    }

    /// What manifests have of `package`, or its working copy where that stands for one; in no
    /// certain order.
    pub fn upstream_candidates<'a>(
        &'a self,
        mesh: &'a Mesh,
        package: &str,
    ) -> impl Iterator<Item = Target<'a>> {
        let has = |(upstream, manifest): &(&Upstream, &Arc<Manifest>)| {
            upstream.takes(package) && manifest.packages().any(|name| name == package)
        };
        // Where the project's own manifest is at hand, it alone counts, of several the last first.
        let (mut owners, others): (Vec<_>, Vec<_>) = self
            .manifests()
            .filter(has)
            .partition(|(upstream, _)| upstream.project_name() == package);
        owners.reverse();
        // Others still have what it has dropped: dbt reads that, and nobody should begin to.
        let having = if owners.is_empty() { others } else { owners };
        let is_alone = having.len() == 1;
        let mut seen: HashSet<&str> = HashSet::new();
        let published = having.into_iter().flat_map(move |(upstream, manifest)| {
            let nodes = manifest
                .nodes_of(package)
                .filter(|node| node.resource_type().is_refable() && node.is_latest_version());
            nodes.map(move |node| (upstream, node))
        });
        let published = published
            .filter(move |(_, node)| is_alone || seen.insert(node.name()))
            .map(|(upstream, node)| Target::Published { upstream, node });
        let is_copy = |upstream: &Upstream| {
            upstream.state == UpstreamState::WorkingCopy && upstream.name() == package
        };
        let copy = if self.upstreams.iter().any(is_copy) {
            mesh.working_copy(package)
        } else {
            None
        };
        let copied = copy.into_iter().flat_map(|linked| {
            candidates(&linked.project).map(move |(id, node)| Target::WorkingCopy {
                linked,
                id,
                node,
            })
        });
        published.chain(copied)
    }

    /// A candidate, and whether dbt lets the referrer read it.
    #[must_use]
    pub fn offer<'a>(&'a self, referrer: &Referrer<'_>, target: Target<'a>) -> Offer<'a> {
        Offer {
            target,
            is_readable: may_read(self, referrer, &target),
        }
    }
}

/// What a ref by name alone can mean of a project's files.
fn candidates(project: &Project) -> impl Iterator<Item = (NodeId, &Node)> {
    project.index.nodes().filter(|(_, node)| {
        let is_on = node.config.enabled != Maybe::Known(false);
        node.resource_type.is_refable() && node.is_latest() && is_on
    })
}
