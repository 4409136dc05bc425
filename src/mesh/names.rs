//! Which names could be meant? For completion and for "did you mean".

use std::collections::BTreeSet;

use crate::dbt::{Maybe, Version};
use crate::project::Project;

use super::{Linked, Mesh, UpstreamState};

impl Linked {
    /// The names of the models, seeds and snapshots that a ref can find in a package, or in all of
    /// them where none is given. In order, each once.
    #[must_use]
    pub fn names(&self, mesh: &Mesh, package: Option<&str>) -> Vec<String> {
        let wanted = |other: &str| package.is_none_or(|package| package == other);
        let mut names = BTreeSet::new();
        for project in self
            .local_projects()
            .filter(|project| wanted(project.name()))
        {
            names.extend(refable(project));
        }
        for (upstream, manifest) in self.manifests() {
            let taken = manifest
                .nodes()
                .filter(|node| upstream.takes(node.package_name()));
            names.extend(
                taken
                    .filter(|node| wanted(node.package_name()))
                    .map(|node| node.name().to_owned()),
            );
        }
        let copies = self
            .upstreams
            .iter()
            .filter(|upstream| upstream.state == UpstreamState::WorkingCopy);
        for upstream in copies.filter(|upstream| wanted(upstream.name())) {
            names.extend(
                mesh.working_copy(upstream.name())
                    .into_iter()
                    .flat_map(|other| refable(&other.project)),
            );
        }
        names.into_iter().collect()
    }

    /// The names that can stand first of two in a ref: the project, its packages, and every
    /// package of the manifests at hand. In order, each once.
    #[must_use]
    pub fn package_names(&self) -> Vec<String> {
        let mut names: BTreeSet<String> = self
            .local_projects()
            .map(|project| project.name().to_owned())
            .collect();
        for (upstream, manifest) in self.manifests() {
            let taken = manifest
                .packages()
                .filter(|package| upstream.takes(package));
            names.extend(taken.map(ToOwned::to_owned));
        }
        let copies = self
            .upstreams
            .iter()
            .filter(|upstream| upstream.state == UpstreamState::WorkingCopy);
        names.extend(copies.map(|upstream| upstream.name().to_owned()));
        names.into_iter().collect()
    }

    /// The versions of a model that can be read, in no certain order.
    #[must_use]
    pub fn versions(&self, package: &str, name: &str) -> Vec<Version> {
        let local = self
            .local_projects()
            .filter(|project| project.name() == package);
        let mut versions: Vec<Version> = local
            .flat_map(|project| project.index.named(name))
            .filter(|(_, node)| node.config.enabled != Maybe::Known(false))
            .filter_map(|(_, node)| node.version.clone())
            .collect();
        for (_, manifest) in self.manifests() {
            let named = manifest
                .named(name)
                .filter(|node| node.package_name() == package);
            versions.extend(named.filter_map(|node| node.version().map(Version::new)));
        }
        versions
    }

    /// The project and its packages.
    pub fn local_projects(&self) -> impl Iterator<Item = &Project> {
        std::iter::once(&*self.project)
            .chain(self.project.packages.iter().map(|package| &**package))
    }
}

fn refable(project: &Project) -> impl Iterator<Item = String> {
    let nodes = project.index.nodes().map(|(_, node)| node);
    let refable = nodes.filter(|node| {
        node.resource_type.is_refable() && node.config.enabled != Maybe::Known(false)
    });
    refable.map(|node| node.name.to_string())
}
