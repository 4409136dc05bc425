//! What could a ref read? The candidates of completion, each with whether dbt would let it pass.

use std::collections::HashSet;

use crate::dbt::Maybe;
use crate::manifest::Manifest;

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
    /// What the project and its packages have, in no certain order; of `package` alone where one
    /// is given.
    #[must_use]
    pub fn local_offers<'a>(
        &'a self,
        referrer: &Referrer<'_>,
        package: Option<&str>,
    ) -> Vec<Offer<'a>> {
        let packages = self.project.packages.iter().enumerate();
        let all = std::iter::once((PackageAt::Root, &self.project))
            .chain(packages.map(|(at, project)| (PackageAt::Package(at), project)));
        let wanted = all.filter(|(_, project)| package.is_none_or(|name| name == project.name()));
        let mut offers = Vec::new();
        for (at, project) in wanted {
            let nodes = project.index.nodes().filter(|(_, node)| {
                let is_on = node.config.enabled != Maybe::Known(false);
                node.resource_type.is_refable() && node.is_latest() && is_on
            });
            let targets = nodes.map(|(id, node)| Target::Local {
                project,
                package: at,
                id,
                node,
            });
            offers.extend(targets.map(|target| self.offer(referrer, target)));
        }
        offers
    }

    /// What manifests have of `package`, or its working copy where that stands for one; in no
    /// certain order.
    #[must_use]
    pub fn upstream_offers<'a>(
        &'a self,
        mesh: &'a Mesh,
        referrer: &Referrer<'_>,
        package: &str,
    ) -> Vec<Offer<'a>> {
        let has = |(upstream, manifest): &(&Upstream, &std::sync::Arc<Manifest>)| {
            upstream.takes(package) && manifest.packages().any(|name| name == package)
        };
        // Where the project's own manifest is at hand, it alone counts.
        let (owners, others): (Vec<_>, Vec<_>) = self
            .manifests()
            .filter(has)
            .partition(|(upstream, _)| upstream.project_name() == package);
        // Others still have what it has dropped: dbt reads that, and nobody should begin to.
        let having = if owners.is_empty() { others } else { owners };
        let is_alone = having.len() == 1;
        let mut offers = Vec::new();
        let mut seen: HashSet<&str> = HashSet::new();
        for (upstream, manifest) in having {
            let nodes = manifest
                .nodes_of(package)
                .filter(|node| node.resource_type().is_refable() && node.is_latest_version());
            for node in nodes {
                if is_alone || seen.insert(node.name()) {
                    offers.push(self.offer(referrer, Target::Published { upstream, node }));
                }
            }
        }
        let is_copy = |upstream: &Upstream| {
            upstream.state == UpstreamState::WorkingCopy && upstream.name() == package
        };
        if self.upstreams.iter().any(is_copy)
            && let Some(linked) = mesh.working_copy(package)
        {
            let nodes = linked.project.index.nodes().filter(|(_, node)| {
                let is_on = node.config.enabled != Maybe::Known(false);
                node.resource_type.is_refable() && node.is_latest() && is_on
            });
            let targets = nodes.map(|(id, node)| Target::WorkingCopy { linked, id, node });
            offers.extend(targets.map(|target| self.offer(referrer, target)));
        }
        offers
    }

    fn offer<'a>(&'a self, referrer: &Referrer<'_>, target: Target<'a>) -> Offer<'a> {
        Offer {
            target,
            is_readable: may_read(self, referrer, &target),
        }
    }
}
