//! May the reader of a ref read what it finds? A part of the one judge, [`resolve`](super::resolve).

use crate::dbt::{Access, Maybe};

use super::{Linked, PackageAt, Referrer, Resolution, Target};

/// Whether the referrer may read the target. With a loom config dbt-loom's own check counts, which
/// lets nodes without a group read private models of their own project; without one dbt's counts.
pub(super) fn judge_access<'a>(
    linked: &'a Linked,
    referrer: &Referrer<'_>,
    target: Target<'a>,
) -> Resolution<'a> {
    match refused(linked, referrer, &target) {
        None | Some(Access::Public) => Resolution::Found(target),
        Some(Access::Protected) => Resolution::Protected(target),
        Some(Access::Private) => Resolution::Private(target),
    }
}

/// The access by which the referrer may not read the target.
fn refused(linked: &Linked, referrer: &Referrer<'_>, target: &Target<'_>) -> Option<Access> {
    let access = match target.access() {
        Maybe::Known(None | Some(Access::Public)) | Maybe::Unknown => return None,
        Maybe::Known(Some(access)) => access,
    };
    let reader = match referrer.package {
        PackageAt::Root => Some(linked.project.name()),
        PackageAt::Package(at) => linked
            .project
            .packages
            .get(at)
            .map(|package| package.name()),
    };
    let is_foreign = reader != Some(target.package());
    if is_foreign && is_restricted(linked, target) {
        return Some(access);
    }
    if access != Access::Private {
        return None;
    }
    let (Maybe::Known(own), Maybe::Known(its)) = (&referrer.group, target.group()) else {
        return None;
    };
    let own = own.filter(|group| !group.is_empty());
    let is_violated = match own {
        None => !linked.has_loom(),
        Some(own) => its != Some(own),
    };
    is_violated.then_some(access)
}

/// Whether the referrer may read the target, as [`resolve`](super::resolve) judges it.
pub(super) fn may_read(linked: &Linked, referrer: &Referrer<'_>, target: &Target<'_>) -> bool {
    !is_unread(linked, target) && refused(linked, referrer, target).is_none()
}

/// Whether the target's project keeps protected and private models to itself: by
/// `restrict-access: true`, or because its own manifest is loaded.
fn is_restricted(linked: &Linked, target: &Target<'_>) -> bool {
    match target {
        Target::Local { project, .. } => project.definition.restricts_access,
        Target::Published { node, .. } => {
            let package = node.package_name();
            let mut local = linked.local_projects();
            // dbt-loom says nothing of a package that is installed, too.
            match local.find(|project| project.name() == package) {
                Some(project) => project.definition.restricts_access,
                None => linked
                    .manifests()
                    .any(|(upstream, _)| upstream.project_name() == package),
            }
        }
        Target::WorkingCopy { .. } => true,
    }
}

/// Whether only a loom config that dbt-loom passes over gives the target.
pub(super) fn is_unread(linked: &Linked, target: &Target<'_>) -> bool {
    match target {
        Target::Published { upstream, .. } => upstream.entry().is_some() && !linked.has_loom(),
        Target::Local { .. } | Target::WorkingCopy { .. } => false,
    }
}
