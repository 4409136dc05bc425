//! The one judge of what a ref means.
//!
//! Mirrors dbt-core 1.12 (`contracts/graph/manifest.py`: `resolve_ref`, `RefableLookup`,
//! `is_invalid_private_ref`, `is_invalid_protected_ref`) with the nodes and the access check of
//! dbt-loom 0.9.6 (`__init__.py`, `shims.py`).

use std::sync::Arc;

use crate::dbt::{Access, Maybe, Version};
use crate::project::{Node, Project};

use super::access::{is_unread, judge_access};
use super::{Linked, Mesh, PackageAt, Referrer, Target, UpstreamState};

/// What a ref means.
#[derive(Clone)]
pub enum Resolution<'a> {
    /// It reads this, and may.
    Found(Target<'a>),
    /// It would read this private model, and may not: the groups differ.
    Private(Target<'a>),
    /// It would read this protected model, and may not: it belongs to another project.
    Protected(Target<'a>),
    /// It names something that is switched off.
    Disabled(Target<'a>),
    /// It names a switched-off model that only a manifest's list of disabled things has.
    DisabledUpstream {
        /// The project that switched it off.
        package: &'a str,
    },
    /// It names no project, and several have a model of the name.
    Ambiguous(Vec<Target<'a>>),
    /// It reads this by a loom config whose file name dbt-loom does not know: dbt finds nothing.
    Unread(Target<'a>),
    /// The model is there, the version is not.
    NoVersion(MissingVersion<'a>),
    /// Nothing of the name is there.
    NoModel(NotFound<'a>),
    /// No project of the name is there.
    NoProject(NotFound<'a>),
    /// The project is at hand, and this one does not read it: its config names no manifest of it.
    NotDeclared(&'a Arc<Linked>),
    /// The model may be in a manifest that is not at hand, or hangs on something that only dbt
    /// can work out. Nothing can be said.
    NotLoaded,
}

/// A version that is not there.
#[derive(Clone)]
pub struct MissingVersion<'a> {
    /// The versions that are there.
    pub versions: Vec<Target<'a>>,
    /// Whether the model has no versions at all.
    pub is_unversioned: bool,
}

/// A name that is not there.
#[derive(Clone, Default)]
pub struct NotFound<'a> {
    /// Where the model is instead: in other projects that can be read.
    pub elsewhere: Vec<Target<'a>>,
    /// The upstream whose filter leaves the package out, where one does.
    pub left_out_by: Option<&'a super::Upstream>,
    /// The upstream of that name whose manifest need not exist, and does not.
    pub absent: Option<&'a super::Upstream>,
    /// The working copy that has the model though the published manifest does not.
    pub unpublished_in: Option<&'a Arc<Linked>>,
}

/// What the ref `(package, name, version)` of `referrer` means in `linked`.
#[must_use]
pub fn resolve<'a>(
    mesh: &'a Mesh,
    linked: &'a Linked,
    referrer: &Referrer<'_>,
    package: Option<&str>,
    name: &str,
    version: Option<&Version>,
) -> Resolution<'a> {
    let key = match version {
        Some(version) => format!("{name}.v{version}"),
        None => name.to_owned(),
    };
    let search = Search {
        mesh,
        linked,
        key: &key,
    };
    match search.run(referrer, package) {
        Hit::Enabled(target) if is_unread(linked, &target) => Resolution::Unread(target),
        Hit::Enabled(target) => judge_access(linked, referrer, target),
        Hit::Disabled(target) => Resolution::Disabled(target),
        Hit::Several(targets) => Resolution::Ambiguous(targets),
        Hit::Unknown => Resolution::NotLoaded,
        Hit::Nothing => search.why_nothing(package, name, version),
    }
}

enum Hit<'a> {
    Enabled(Target<'a>),
    Disabled(Target<'a>),
    Several(Vec<Target<'a>>),
    Unknown,
    Nothing,
}

struct Search<'a, 'k> {
    mesh: &'a Mesh,
    linked: &'a Linked,
    key: &'k str,
}

impl<'a> Search<'a, '_> {
    /// dbt's order: the named package only; else the root project, the reader's own package, and
    /// then all of them, where two hits are an error.
    fn run(&self, referrer: &Referrer<'_>, package: Option<&str>) -> Hit<'a> {
        let mut disabled = None;
        let mut steps = match package {
            Some(package) => vec![package],
            None => vec![self.linked.project.name()],
        };
        if let (None, PackageAt::Package(at)) = (package, referrer.package)
            && let Some(own) = self.linked.project.packages.get(at)
        {
            let own_first = self
                .linked
                .project
                .definition
                .flag("require_ref_searches_node_package_before_root");
            steps.insert(usize::from(!own_first), own.name());
        }
        for step in steps {
            match self.in_package(step) {
                Hit::Nothing => {}
                Hit::Disabled(target) => disabled = disabled.or(Some(Hit::Disabled(target))),
                hit @ (Hit::Enabled(_) | Hit::Several(_) | Hit::Unknown) => return hit,
            }
        }
        if package.is_none() {
            match self.anywhere() {
                Hit::Nothing => {}
                hit => return hit,
            }
        }
        disabled.unwrap_or(Hit::Nothing)
    }

    /// The projects and packages whose files dbt reads.
    fn local_projects(&self) -> impl Iterator<Item = (PackageAt, &'a Arc<Project>)> {
        let packages = self.linked.project.packages.iter().enumerate();
        std::iter::once((PackageAt::Root, &self.linked.project))
            .chain(packages.map(|(at, package)| (PackageAt::Package(at), package)))
    }

    fn in_package(&self, package: &str) -> Hit<'a> {
        let mut disabled = None;
        for (at, project) in self
            .local_projects()
            .filter(|(_, project)| project.name() == package)
        {
            match local(at, project, self.key) {
                Hit::Disabled(target) => disabled = Some(target),
                Hit::Nothing => {}
                hit => return hit,
            }
        }
        if let Some(target) = self.published(package) {
            return Hit::Enabled(target);
        }
        if let Some(hit) = self.in_working_copy(package) {
            return hit;
        }
        match disabled {
            Some(target) => Hit::Disabled(target),
            None => Hit::Nothing,
        }
    }

    /// The node that dbt-loom injects for a package: the manifest of the project itself counts
    /// first, of several the last; others fill the gaps. Ids that the project has itself, even
    /// disabled, are left out.
    fn published(&self, package: &str) -> Option<Target<'a>> {
        let owners = self
            .linked
            .manifests()
            .rev()
            .filter(|(u, _)| u.project_name() == package);
        let others = self
            .linked
            .manifests()
            .filter(|(u, _)| u.project_name() != package);
        owners
            .chain(others)
            .filter(|(upstream, _)| upstream.takes(package))
            .filter_map(|(upstream, manifest)| {
                let node = manifest.find(package, self.key)?;
                Some(Target::Published { upstream, node })
            })
            .find(|target| !self.is_local(target))
    }

    fn is_local(&self, target: &Target<'_>) -> bool {
        let package = target.package();
        self.local_projects()
            .filter(|(_, project)| project.name() == package)
            .any(|(_, project)| {
                project
                    .index
                    .by_unique_id(package, &target.unique_id())
                    .is_some()
            })
    }

    fn in_working_copy(&self, package: &str) -> Option<Hit<'a>> {
        self.linked.upstreams.iter().find(|upstream| {
            upstream.state == UpstreamState::WorkingCopy && upstream.name() == package
        })?;
        let other = self.mesh.working_copy(package)?;
        let found = other
            .project
            .index
            .find(self.key)
            .find(|(_, node)| node.config.enabled != Maybe::Known(false));
        found.map(|(id, node)| {
            Hit::Enabled(Target::WorkingCopy {
                linked: other,
                id,
                node,
            })
        })
    }

    /// The last step: any package. Two different things of the name are an error.
    fn anywhere(&self) -> Hit<'a> {
        let mut found: Vec<Target<'a>> = Vec::new();
        for (at, project) in self.local_projects() {
            match local(at, project, self.key) {
                Hit::Enabled(target) => found.push(target),
                Hit::Unknown => return Hit::Unknown,
                Hit::Disabled(_) | Hit::Several(_) | Hit::Nothing => {}
            }
        }
        for (upstream, manifest) in self.linked.manifests() {
            for node in manifest.find_any(self.key) {
                // Each package has one node of a key, whichever manifests have it.
                let package = node.package_name();
                let is_known = found.iter().any(|other| other.package() == package);
                if upstream.takes(package) && !is_known {
                    let owner = self.published(package);
                    found.extend(owner.filter(|target| !self.is_local(target)));
                }
            }
        }
        // What dbt's platform publishes of a project that dependencies.yml names.
        for upstream in &self.linked.upstreams {
            if let Some(Hit::Enabled(target)) = self.in_working_copy(upstream.name())
                && matches!(
                    target.access(),
                    Maybe::Unknown | Maybe::Known(Some(Access::Public))
                )
                && !found.iter().any(|it| it.unique_id() == target.unique_id())
            {
                found.push(target);
            }
        }
        match found.as_slice() {
            [] => Hit::Nothing,
            [one] => Hit::Enabled(*one),
            _ => Hit::Several(found),
        }
    }

    /// The reason for a miss, the most telling first.
    fn why_nothing(
        &self,
        package: Option<&str>,
        name: &str,
        version: Option<&Version>,
    ) -> Resolution<'a> {
        if !self.linked.is_judgeable() {
            return Resolution::NotLoaded;
        }
        let versions = self.versions(package, name);
        if version.is_some() && !versions.is_empty() {
            let is_unversioned = versions.iter().all(|target| target.version().is_none());
            return Resolution::NoVersion(MissingVersion {
                versions,
                is_unversioned,
            });
        }
        if !self.linked.has_all_of(package) {
            return Resolution::NotLoaded;
        }
        let Some(package) = package else {
            return Resolution::NoModel(self.not_found(None, name));
        };
        if let Some(hit) = self.disabled_upstream(package) {
            return hit;
        }
        let in_manifests = self
            .linked
            .manifests()
            .any(|(_, manifest)| manifest.packages().any(|p| p == package));
        if self.linked.has(package) || in_manifests {
            return Resolution::NoModel(self.not_found(Some(package), name));
        }
        let not_found = self.not_found(Some(package), name);
        match self
            .mesh
            .working_copy(package)
            .filter(|_| not_found.absent.is_none())
        {
            Some(other) => Resolution::NotDeclared(other),
            None => Resolution::NoProject(not_found),
        }
    }

    fn disabled_upstream(&self, package: &str) -> Option<Resolution<'a>> {
        let mut manifests = self
            .linked
            .manifests()
            .filter(|(upstream, _)| upstream.project_name() == package);
        let (upstream, _) =
            manifests.find(|(_, manifest)| manifest.find_disabled(package, self.key).is_some())?;
        Some(Resolution::DisabledUpstream {
            package: upstream.project_name(),
        })
    }

    /// All versions of a model that can be read, newest last.
    fn versions(&self, package: Option<&str>, name: &str) -> Vec<Target<'a>> {
        let mut found: Vec<Target<'a>> = Vec::new();
        let wanted = |other: &str| package.is_none_or(|package| package == other);
        for (at, project) in self
            .local_projects()
            .filter(|(_, project)| wanted(project.name()))
        {
            let named = project
                .index
                .named(name)
                .filter(|(_, node)| node.config.enabled != Maybe::Known(false));
            let refable = named.filter(|(_, node)| node.resource_type.is_refable());
            found.extend(refable.map(|(id, node)| Target::Local {
                project,
                package: at,
                id,
                node,
            }));
        }
        for (upstream, manifest) in self.linked.manifests() {
            for node in manifest.named(name) {
                let is_new = !found
                    .iter()
                    .any(|other| other.unique_id() == node.unique_id());
                if wanted(node.package_name()) && upstream.takes(node.package_name()) && is_new {
                    found.push(Target::Published { upstream, node });
                }
            }
        }
        found.sort_by(|a, b| {
            let version = |target: &Target<'_>| target.version().map(Version::new);
            match (version(a), version(b)) {
                (Some(a), Some(b)) => a.compare(&b),
                (a, b) => a.cmp(&b),
            }
        });
        found
    }

    fn not_found(&self, package: Option<&str>, name: &str) -> NotFound<'a> {
        let left_out_by = self
            .linked
            .manifests()
            .find(|(upstream, manifest)| match package {
                Some(package) => {
                    !upstream.takes(package) && manifest.find(package, self.key).is_some()
                }
                None => manifest
                    .find_any(self.key)
                    .any(|node| !upstream.takes(node.package_name())),
            })
            .map(|(upstream, _)| upstream);
        let elsewhere = match package {
            Some(_) => self.versions(None, name),
            None => Vec::new(),
        };
        let unpublished_in = package
            .and_then(|package| self.mesh.working_copy(package))
            .filter(|other| {
                other.project.root != self.linked.project.root
                    && other.project.index.find(self.key).next().is_some()
            });
        let absent = self.linked.upstreams.iter().find(|upstream| {
            upstream.state == UpstreamState::Absent && Some(upstream.name()) == package
        });
        NotFound {
            elsewhere,
            left_out_by,
            absent,
            unpublished_in,
        }
    }
}

/// What a project's files have under a key.
fn local<'a>(package: PackageAt, project: &'a Arc<Project>, key: &str) -> Hit<'a> {
    let mut disabled = None;
    for (id, node) in project.index.find(key) {
        let target = Target::Local {
            project,
            package,
            id,
            node,
        };
        match enabled(node) {
            Maybe::Known(true) => return Hit::Enabled(target),
            Maybe::Known(false) => disabled = Some(target),
            Maybe::Unknown => return Hit::Unknown,
        }
    }
    disabled.map_or(Hit::Nothing, Hit::Disabled)
}

fn enabled(node: &Node) -> Maybe<bool> {
    node.config.enabled.clone()
}
