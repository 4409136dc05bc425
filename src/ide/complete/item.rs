//! From an offer of the mesh to an item of the list, and from its key back to the thing.
//!
//! Lists have thousands of items: nothing here is made that is not shown.

use std::borrow::Cow;

use crate::dbt::{Access, Maybe, ResourceType};
use crate::ide::{Completion, CompletionKind};
use crate::mesh::{Offer, PackageAt, Resolution, SourceTarget, Target};
use crate::world::World;

use super::{Ending, Writer, is_deprecated};

/// An item without its text to insert.
pub(super) fn of<'a>(
    writer: &Writer<'_>,
    offer: &Offer<'a>,
    ending: &Ending,
    insert: Cow<'a, str>,
    is_named: bool,
) -> Completion<'a> {
    let target = &offer.target;
    Completion {
        label: target.name().into(),
        kind: kind(target.resource_type()),
        detail: Some(detail(offer, is_named)),
        replace: ending.replace,
        insert,
        filter: None,
        is_deprecated: is_deprecated(target, writer.now),
        documentation: Some(key(target)),
    }
}

/// The project, or a package.
pub(super) fn project(name: &str, ending: &Ending, insert: String) -> Completion<'static> {
    Completion {
        label: name.to_owned().into(),
        kind: CompletionKind::Project,
        detail: Some("project".into()),
        replace: ending.replace,
        insert: insert.into(),
        filter: None,
        is_deprecated: false,
        documentation: None,
    }
}

pub(super) fn kind(resource_type: ResourceType) -> CompletionKind {
    match resource_type {
        ResourceType::Seed => CompletionKind::Seed,
        ResourceType::Snapshot => CompletionKind::Snapshot,
        ResourceType::Model
        | ResourceType::Analysis
        | ResourceType::Test
        | ResourceType::Operation
        | ResourceType::Source
        | ResourceType::Exposure
        | ResourceType::Metric
        | ResourceType::SemanticModel
        | ResourceType::SavedQuery
        | ResourceType::UnitTest
        | ResourceType::Macro
        | ResourceType::Function
        | ResourceType::Doc
        | ResourceType::Group => CompletionKind::Model,
    }
}

/// `core · public · v2`
fn detail(offer: &Offer<'_>, is_named: bool) -> Cow<'static, str> {
    let target = &offer.target;
    let is_model = target.resource_type() == ResourceType::Model;
    let kind = if is_model {
        match target.access() {
            Maybe::Known(access) => Some(access.unwrap_or(Access::Protected).as_str()),
            Maybe::Unknown => None,
        }
    } else {
        Some(target.resource_type().as_str())
    };
    if let (Some(kind), false, None, true) = (kind, is_named, target.version(), offer.is_readable) {
        return kind.into();
    }
    let mut text = String::with_capacity(48);
    let mut word = |part: &[&str]| {
        if !text.is_empty() {
            text.push_str(" · ");
        }
        text.extend(part.iter().copied());
    };
    if is_named {
        word(&[target.package()]);
    }
    if let Some(kind) = kind {
        word(&[kind]);
    }
    if let Some(version) = target.version() {
        word(&["v", version]);
    }
    if !offer.is_readable {
        word(&["dbt refuses it here"]);
    }
    text.into()
}

/// Marks the key of something that is known from files, not from a manifest.
const IN_FILES: char = '@';

/// What [`find`] finds a thing by.
pub(super) fn key<'a>(target: &Target<'a>) -> Cow<'a, str> {
    match target {
        Target::Published { node, .. } => node.unique_id().into(),
        Target::Local { .. } | Target::WorkingCopy { .. } => {
            let mut key = target.unique_id();
            key.insert(0, IN_FILES);
            key.into()
        }
    }
}

/// Marks the key of a table of a source.
const SOURCE: char = '%';

/// What [`find_source`] finds a table by.
pub(super) fn source_key(target: &SourceTarget<'_>) -> String {
    let mut key = target.unique_id();
    key.insert(0, SOURCE);
    key
}

/// The table behind a key.
pub(super) fn find_source<'a>(world: &'a World, key: &str) -> Option<SourceTarget<'a>> {
    let unique_id = key.strip_prefix(SOURCE)?;
    let projects = &world.mesh().projects;
    let mut tables = projects.iter().flat_map(|linked| linked.source_tables());
    tables.find(|target| target.unique_id() == unique_id)
}

/// What a resolution finds, be it readable or not.
pub(super) fn found<'r, 'a>(resolution: &'r Resolution<'a>) -> Option<&'r Target<'a>> {
    match resolution {
        Resolution::Found(target)
        | Resolution::Private(target)
        | Resolution::Protected(target)
        | Resolution::Disabled(target)
        | Resolution::Unread(target) => Some(target),
        Resolution::DisabledUpstream { .. }
        | Resolution::Ambiguous(_)
        | Resolution::NoVersion(_)
        | Resolution::NoModel(_)
        | Resolution::NoProject(_)
        | Resolution::NotDeclared(_)
        | Resolution::NotLoaded => None,
    }
}

/// The thing behind a key.
pub(super) fn find<'a>(world: &'a World, key: &str) -> Option<Target<'a>> {
    let projects = &world.mesh().projects;
    let Some(unique_id) = key.strip_prefix(IN_FILES) else {
        let in_manifests = || {
            let linked = projects.iter().flat_map(|linked| linked.manifests().rev());
            linked.filter_map(|(upstream, manifest)| {
                let node = manifest.by_unique_id(key)?;
                Some((upstream, node))
            })
        };
        // The project's own manifest knows more of it than others that only read it.
        let owner =
            in_manifests().find(|(upstream, node)| upstream.project_name() == node.package_name());
        let (upstream, node) = owner.or_else(|| in_manifests().next())?;
        return Some(Target::Published { upstream, node });
    };
    projects.iter().find_map(|linked| {
        let packages = linked.project.packages.iter().enumerate();
        let all = std::iter::once((PackageAt::Root, &linked.project))
            .chain(packages.map(|(at, project)| (PackageAt::Package(at), project)));
        let mut found = all.filter_map(|(package, project)| {
            let (id, node) = project.index.by_unique_id(project.name(), unique_id)?;
            Some(Target::Local {
                project,
                package,
                id,
                node,
            })
        });
        found.next()
    })
}
