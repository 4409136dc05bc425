//! The card about a model, seed or snapshot: what hover shows, and the documentation of a
//! completion.

mod resource;
mod source;

use crate::dbt::{Access, Maybe, ResourceType};
use crate::manifest::{self, ManifestFailure};
use crate::mesh::{Target, Upstream, UpstreamState};
use crate::world::World;

use super::markdown::{cell, code, prose, shortened};
use super::places;
use resource::Resource;
pub(super) use source::{source, table};

/// How many columns a card shows.
const MOST_COLUMNS: usize = 40;
/// How many characters of a description.
const MOST_PROSE: usize = 2000;
/// How many characters of a column's description.
const MOST_CELL: usize = 200;

/// The card of a resource, in Markdown.
pub(super) fn resource(world: &World, target: &Target<'_>) -> String {
    let resource = Resource::of(target);
    let mut parts = vec![title(target, &resource)];
    if !resource.description.is_empty() {
        parts.push(prose(&shortened(resource.description, MOST_PROSE)));
    }
    if !resource.columns.is_empty() {
        parts.push(rows("column", &resource.columns));
    }
    let facts = facts(world, target, &resource);
    if !facts.is_empty() {
        parts.push(facts.join("\n"));
    }
    parts.push(origin(world, target));
    parts.join("\n\n")
}

/// Whether a resource's contract is enforced, and its columns as far as they are described.
pub(super) fn promise(target: &Target<'_>) -> (bool, Vec<String>) {
    let resource = Resource::of(target);
    let columns = resource
        .columns
        .iter()
        .map(|column| match column.data_type {
            Some(data_type) => format!("{} {data_type}", column.name),
            None => column.name.to_owned(),
        });
    (
        resource.has_contract == Maybe::Known(true),
        columns.collect(),
    )
}

/// `core.orders` v2 · public · table
fn title(target: &Target<'_>, resource: &Resource<'_>) -> String {
    let name = code(&format!("{}.{}", target.package(), target.name()));
    let mut words = vec![format!("**{name}**")];
    if let (Some(version), Some(word)) = (target.version(), words.last_mut()) {
        word.push_str(" v");
        word.push_str(&cell(version));
    }
    let kind = target.resource_type();
    let materialized = resource.materialized.as_deref();
    match target.access() {
        Maybe::Known(Some(access)) if kind == ResourceType::Model => words.push(access.to_string()),
        Maybe::Known(_) | Maybe::Unknown => {}
    }
    words.push(match materialized {
        Some(materialized) if kind == ResourceType::Model => {
            format!("{kind}, {}", cell(materialized))
        }
        Some(_) | None => kind.to_string(),
    });
    if resource.is_enabled == Maybe::Known(false) {
        words.push("disabled".into());
    }
    words.join(" · ")
}

/// Columns, or tables, with their types and descriptions; `what` they are.
fn rows(what: &str, rows: &[resource::Column<'_>]) -> String {
    let mut lines = vec![format!("| {what} | type | description |")];
    lines.push("|---|---|---|".into());
    for row in rows.iter().take(MOST_COLUMNS) {
        let kind = row.data_type.map_or(String::new(), code);
        let description = prose(&shortened(row.description, MOST_CELL));
        lines.push(format!(
            "| {} | {} | {} |",
            cell(&code(row.name)),
            cell(&kind),
            cell(&description)
        ));
    }
    let rest = rows.len().saturating_sub(MOST_COLUMNS);
    if rest > 0 {
        lines.push(format!("\nand {rest} more {what}s"));
    }
    lines.join("\n")
}

/// Everything that has one line.
fn facts(world: &World, target: &Target<'_>, resource: &Resource<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    if target.resource_type() == ResourceType::Model {
        lines.push(match resource.has_contract {
            Maybe::Known(true) => "- contract: enforced".to_owned(),
            Maybe::Known(false) => "- contract: not enforced".to_owned(),
            Maybe::Unknown => "- contract: known when dbt runs".to_owned(),
        });
    }
    if let Some(group) = resource.group {
        let owner = [resource.owner_name, resource.owner_email];
        let owner: Vec<_> = owner
            .into_iter()
            .flatten()
            .map(|word| prose(&cell(word)))
            .collect();
        let owner = match owner.as_slice() {
            [] => String::new(),
            owner => format!(", owned by {}", owner.join(", ")),
        };
        lines.push(format!("- group: {}{owner}", code(group)));
    }
    if resource.versions.len() > 1 || target.version().is_some() {
        let latest = target.latest_version();
        let shown = resource.versions.iter().map(|version| {
            if Some(*version) == latest {
                format!("**{}** (latest)", prose(&cell(version)))
            } else {
                prose(&cell(version))
            }
        });
        lines.push(format!(
            "- versions: {}",
            shown.collect::<Vec<_>>().join(", ")
        ));
    }
    if let Some(date) = target.deprecation_date() {
        let is_past = crate::dbt::moment(date).is_some_and(|moment| moment <= world.now());
        let since = if is_past {
            "deprecated since"
        } else {
            "deprecated from"
        };
        lines.push(format!("- {since} {}", prose(&cell(date))));
    }
    if let Some(relation) = resource.relation {
        lines.push(format!("- relation: {}", code(relation)));
    }
    if !resource.tags.is_empty() {
        let tags: Vec<String> = resource.tags.iter().map(|tag| code(tag)).collect();
        lines.push(format!("- tags: {}", tags.join(", ")));
    }
    lines
}

/// Where all this is known from.
fn origin(world: &World, target: &Target<'_>) -> String {
    match target {
        Target::Published { upstream, .. } => manifest_origin(world, upstream),
        Target::Local { project, node, .. } => {
            let path = project.path_of(&node.origin.file);
            format!("from {}", code(&places::shown_path(world, &path)))
        }
        Target::WorkingCopy { linked, node, .. } => {
            let path = linked.project.path_of(&node.origin.file);
            let path = code(&places::shown_path(world, &path));
            format!("from the working copy, {path}; no manifest of it is read")
        }
    }
}

/// Which manifest, how old.
pub(super) fn manifest_origin(world: &World, upstream: &Upstream) -> String {
    let path = match (upstream.entry(), &upstream.path) {
        (Some(entry), _) => code(&entry.origin),
        (None, Some(path)) => code(&places::shown_path(world, path)),
        (None, None) => return format!("{}: {}", code(upstream.name()), state(&upstream.state)),
    };
    let manifest = upstream.manifest.as_ref();
    let age = manifest
        .and_then(|manifest| manifest.generated_at())
        .and_then(|generated| manifest::age(generated, world.now()))
        .map_or(String::new(), |age| format!(", {age}"));
    let age = age + &checked(world, upstream);
    match upstream.state {
        UpstreamState::Loaded => format!("from {path}{age}"),
        UpstreamState::Failed(_) if manifest.is_some() => {
            format!(
                "from {path}{age}; {}, the last good one is in use",
                state(&upstream.state)
            )
        }
        UpstreamState::Loading
        | UpstreamState::Failed(_)
        | UpstreamState::Absent
        | UpstreamState::NotFetched
        | UpstreamState::WorkingCopy => format!("{path}: {}", state(&upstream.state)),
    }
}

/// When the origin last said that the manifest is right, for one that is fetched.
fn checked(world: &World, upstream: &Upstream) -> String {
    let path = upstream
        .path
        .as_deref()
        .filter(|_| upstream.remote().is_some());
    let Some(at) = path.and_then(|path| world.checked_at(path)) else {
        return String::new();
    };
    let age = manifest::age(&at.to_string(), world.now());
    age.map_or(String::new(), |age| {
        format!(", asked for {}", age.replace(" old", " ago"))
    })
}

/// How far we are with a manifest, in words.
pub(super) fn state(state: &UpstreamState) -> String {
    match state {
        UpstreamState::Loading => "the manifest is being read".into(),
        UpstreamState::Loaded => "the manifest is read".into(),
        UpstreamState::Failed(ManifestFailure::Missing) => "there is no such manifest".into(),
        UpstreamState::Failed(ManifestFailure::Unreadable(why)) => prose(&cell(why)),
        UpstreamState::Failed(ManifestFailure::NotFetched { why, .. }) => prose(&cell(why)),
        UpstreamState::Absent => "there is no such manifest, which is fine".into(),
        UpstreamState::NotFetched => "the manifest is not fetched yet".into(),
        UpstreamState::WorkingCopy => "the working copy is read in place of a manifest".into(),
    }
}

/// The card of a project, by name, as `linked` sees it.
pub(super) fn project(world: &World, linked: &crate::mesh::Linked, name: &str) -> Option<String> {
    let copy = world
        .mesh()
        .working_copy(name)
        .map(|linked| &linked.project);
    let local = linked
        .local_projects()
        .find(|project| project.name() == name);
    let upstream = linked
        .upstreams
        .iter()
        .rfind(|upstream| upstream.project_name() == name);
    let inside = linked.manifests().find(|(upstream, manifest)| {
        upstream.takes(name) && manifest.packages().any(|package| package == name)
    });
    let upstream = upstream.or(inside.map(|(upstream, _)| upstream));
    let mut parts = vec![format!("**{}** · project", code(name))];
    if let Some(manifest) = upstream.and_then(|upstream| upstream.manifest.as_ref()) {
        let of_project = manifest.nodes().filter(|node| {
            node.package_name() == name && node.resource_type() == ResourceType::Model
        });
        let (count, public) = of_project.fold((0, 0), |(count, public), node| {
            (
                count + 1,
                public + usize::from(node.access() == Some(Access::Public)),
            )
        });
        parts.push(counted(count, public));
    } else if let Some(project) = local.or(copy.map(|project| &**project)) {
        let is_public = |node: &crate::project::Node| {
            node.resource_type == ResourceType::Model
                && node.config.access == Maybe::Known(Access::Public)
        };
        let public = project
            .index
            .nodes()
            .filter(|(_, node)| is_public(node))
            .count();
        parts.push(counted(project.index.model_count(), public));
    } else if upstream.is_none() {
        return None;
    }
    parts.extend(upstream.map(|upstream| manifest_origin(world, upstream)));
    if let Some(project) = local.or(copy.map(|project| &**project)) {
        let path = code(&places::shown_path(world, &project.root));
        parts.push(format!("working copy: {path}"));
    }
    if upstream.is_none() && local.is_none() {
        parts.push(format!("{} does not read it", code(linked.project.name())));
    }
    Some(parts.join("\n\n"))
}

fn counted(models: usize, public: usize) -> String {
    let plural = if models == 1 { "" } else { "s" };
    format!("{models} model{plural}, {public} public")
}
