//! Where is a thing made, where is it described?

mod columns;

use std::path::{Component, Path, PathBuf};

use crate::manifest;
use crate::mesh::{DeclaredTarget, DocTarget, Linked, Target, Upstream};
use crate::project::{Definition, Project};
use crate::text::Span;
use crate::world::World;

use super::callable::Callable;
use super::places;
use super::target::{Pointed, PointedSource, Thing, Variable};
use super::variables;
use super::{LinkTarget, Navigation, Place, PublishedFile};

/// Where the thing is made.
pub(super) fn definition(world: &World, pointed: &Pointed<'_>) -> Option<Navigation> {
    let linked = pointed.linked;
    let made = |targets: Vec<Target<'_>>| {
        targets
            .iter()
            .filter_map(|target| made(world, linked, target))
            .collect()
    };
    let targets: Vec<LinkTarget> = match &pointed.thing {
        Thing::Package(name) => project(world, linked, name).into_iter().collect(),
        Thing::Model(named) => made(named.targets(world.mesh())),
        Thing::Version(named) => {
            let targets = named.targets(world.mesh());
            let described = described_all(world, &targets);
            if described.is_empty() {
                made(targets)
            } else {
                described
            }
        }
        Thing::Described(targets) => made(targets.clone()),
        Thing::Source(source) => declared(source),
        Thing::Column(column) => columns::definition(world, linked, column),
        Thing::Doc(doc) => doc.target.iter().filter_map(docs_block).collect(),
        Thing::Declared(declared) => declared.target.iter().map(declared_at).collect(),
        Thing::Group(name) => groups(linked, name),
        Thing::Callable(found) => found.iter().filter_map(written).collect(),
        Thing::Variable(Variable::Project(name)) => variables::given_at(linked, name),
        Thing::Variable(Variable::Environment(_)) => Vec::new(),
        Thing::Upstream(upstream) => project(world, linked, upstream.project_name())
            .or_else(|| manifest_file(upstream))
            .into_iter()
            .collect(),
        Thing::ManifestPath(upstream) => manifest_file(upstream).into_iter().collect(),
        Thing::LoomKey(_) | Thing::Key(_) => Vec::new(),
    };
    navigation(pointed.span, targets)
}

/// Where the thing is described; where it is made if nowhere.
pub(super) fn declaration(world: &World, pointed: &Pointed<'_>) -> Option<Navigation> {
    let targets = match &pointed.thing {
        Thing::Model(named) | Thing::Version(named) => named.targets(world.mesh()),
        Thing::Described(targets) => targets.clone(),
        Thing::Package(name) => {
            let entry = loom_entry(pointed.linked, name);
            return navigation(pointed.span, entry.into_iter().collect());
        }
        Thing::Callable(found) => {
            let described = found.iter().filter_map(described_macro).collect::<Vec<_>>();
            if !described.is_empty() {
                return navigation(pointed.span, described);
            }
            Vec::new()
        }
        Thing::Variable(_)
        | Thing::Source(_)
        | Thing::Column(_)
        | Thing::Doc(_)
        | Thing::Declared(_)
        | Thing::Group(_)
        | Thing::Upstream(_)
        | Thing::ManifestPath(_)
        | Thing::LoomKey(_)
        | Thing::Key(_) => Vec::new(),
    };
    let described = described_all(world, &targets);
    if described.is_empty() {
        return definition(world, pointed);
    }
    navigation(pointed.span, described)
}

/// Where a metric, a measure or a function is declared.
fn declared_at(target: &DeclaredTarget<'_>) -> LinkTarget {
    LinkTarget::File(Place {
        path: target.project.path_of(&target.declaration.file),
        span: target.span(),
    })
}

/// Where a macro is written.
fn written(callable: &Callable<'_>) -> Option<LinkTarget> {
    let Callable::Macro(project, known) = callable else {
        return None;
    };
    Some(LinkTarget::File(Place {
        path: project.path_of(&known.file),
        span: known.name_span(project),
    }))
}

/// The entry that describes a macro.
fn described_macro(callable: &Callable<'_>) -> Option<LinkTarget> {
    let Callable::Macro(project, known) = callable else {
        return None;
    };
    let (file, at) = known.patch.as_ref()?;
    let spans = project.file(file)?.spans.entries.get(*at as usize)?;
    Some(LinkTarget::File(Place {
        path: project.path_of(file),
        span: spans.name,
    }))
}

/// Where a table is declared, or the entries of a source.
fn declared(source: &PointedSource<'_>) -> Vec<LinkTarget> {
    let place = match source.table {
        Some(_) => places::declared_at,
        None => places::source_declared_at,
    };
    let places = source.targets.iter().filter_map(place);
    places.map(LinkTarget::File).collect()
}

fn docs_block(target: &DocTarget<'_>) -> Option<LinkTarget> {
    let spans = &target.project.file(target.file)?.spans;
    Some(LinkTarget::File(Place {
        path: target.project.path_of(target.file),
        span: *spans.blocks.get(target.block as usize)?,
    }))
}

/// Where a group is declared.
fn groups(linked: &Linked, name: &str) -> Vec<LinkTarget> {
    let of = |project: &Project| {
        let groups = project.index.groups();
        let named = groups.filter(|(_, _, group)| *group.name == *name);
        let places = named.filter_map(|(file, at, _)| {
            let spans = &project.file(file)?.spans;
            Some(LinkTarget::File(Place {
                path: project.path_of(file),
                span: *spans.groups.get(*at as usize)?,
            }))
        });
        places.collect::<Vec<_>>()
    };
    linked.local_projects().flat_map(of).collect()
}

fn navigation(origin: Span, mut targets: Vec<LinkTarget>) -> Option<Navigation> {
    let mut kept: Vec<LinkTarget> = Vec::with_capacity(targets.len());
    for target in targets.drain(..) {
        if !kept.contains(&target) {
            kept.push(target);
        }
    }
    (!kept.is_empty()).then_some(Navigation {
        origin,
        targets: kept,
    })
}

fn described_all(world: &World, targets: &[Target<'_>]) -> Vec<LinkTarget> {
    targets
        .iter()
        .filter_map(|target| places::described_at(world, target))
        .map(LinkTarget::File)
        .collect()
}

/// The file that makes a thing; else its published code; else the place that names its manifest.
pub(super) fn made(world: &World, linked: &Linked, target: &Target<'_>) -> Option<LinkTarget> {
    if let Some(place) = places::made_at(world, target) {
        return Some(LinkTarget::File(place));
    }
    match target {
        Target::Published { upstream, node } => published(world, upstream, *node)
            .or_else(|| loom_entry(linked, upstream.project_name())),
        Target::Local { .. } | Target::WorkingCopy { .. } => None,
    }
}

/// A node's code in its manifest, headed by where it comes from.
pub(super) fn published(
    world: &World,
    upstream: &Upstream,
    node: manifest::Node<'_>,
) -> Option<LinkTarget> {
    let file = published_file(world, upstream, node)?;
    let last = "Read-only: the project that owns it is not on this disk.".to_owned();
    Some(LinkTarget::Published(PublishedFile {
        // Beside what is kept of a fetched manifest lie no projects.
        own_file: upstream
            .local_path()
            .map_or_else(Vec::new, |manifest| own_file(world, manifest, node)),
        heading: file.heading.into_iter().chain([last]).collect(),
        ..file
    }))
}

/// A node's code in its manifest, whatever there is on this disk.
pub(super) fn published_file(
    world: &World,
    upstream: &Upstream,
    node: manifest::Node<'_>,
) -> Option<PublishedFile> {
    node.raw_code()?;
    let path = upstream.path.as_ref()?;
    let manifest = upstream.manifest.as_ref()?;
    let generated = manifest.generated_at().unwrap_or("at an unknown time");
    let age = manifest::age(generated, world.now()).map_or(String::new(), |age| format!(", {age}"));
    let version = node.version().map_or(String::new(), |v| format!(" v{v}"));
    let heading = vec![
        format!(
            "{}{version} of {} as published, not a file of this workspace.",
            node.name(),
            node.package_name()
        ),
        format!(
            "Manifest: {}, generated {generated}{age}.",
            match upstream.entry().filter(|_| upstream.remote().is_some()) {
                Some(entry) => entry.origin.clone(),
                None => places::shown_path(world, path),
            }
        ),
    ];
    Some(PublishedFile {
        manifest: path.clone(),
        unique_id: node.unique_id().to_owned(),
        package: node.package_name().to_owned(),
        file_name: file_name(node),
        own_file: Vec::new(),
        heading,
    })
}

/// Where a model's own file may be: in the project above its manifest, or in a folder of the
/// project's name next to that. Empty once these are known not to be projects.
fn own_file(world: &World, manifest: &Path, node: manifest::Node<'_>) -> Vec<(PathBuf, PathBuf)> {
    let inside = PathBuf::from(node.original_file_path().replace('\\', "/"));
    let is_plain = inside
        .components()
        .all(|part| matches!(part, Component::Normal(_)));
    let Some(above) = manifest
        .ancestors()
        .nth(2)
        .filter(|_| is_plain && !node.is_external())
    else {
        return Vec::new();
    };
    let is_plain_name = !node.package_name().contains(['/', '\\', '.']);
    let beside = above
        .parent()
        .filter(|_| is_plain_name)
        .map(|parent| parent.join(node.package_name()));
    let mut roots: Vec<PathBuf> = std::iter::once(above.to_path_buf()).chain(beside).collect();
    roots.dedup();
    roots.retain(|root| world.may_be_project(root));
    roots
        .into_iter()
        .map(|root| (root, inside.clone()))
        .collect()
}

/// A file name that every file system takes.
fn file_name(node: manifest::Node<'_>) -> String {
    let version = node.version().map_or(String::new(), |v| format!(".v{v}"));
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
    let name: String = format!("{}{version}", node.name())
        .chars()
        .map(|c| if is_plain(c) { c } else { '_' })
        .take(100)
        .collect();
    let extension = match node.language() {
        Some("python") => "py",
        Some(_) | None => "sql",
    };
    format!("{}.{extension}", name.trim_start_matches('.'))
}

/// The dbt_project.yml of a project by name; else the entry that names its manifest.
fn project(world: &World, linked: &Linked, name: &str) -> Option<LinkTarget> {
    let local = linked
        .local_projects()
        .find(|project| project.name() == name);
    let project = local.or_else(|| Some(&*world.mesh().working_copy(name)?.project));
    match project {
        Some(project) => Some(LinkTarget::File(definition_of(project))),
        None => loom_entry(linked, name),
    }
}

fn definition_of(project: &Project) -> Place {
    let names = project
        .file(Definition::FILE_NAME)
        .map(|facts| &facts.spans.groups);
    Place {
        path: project.path_of(Definition::FILE_NAME),
        span: names
            .and_then(|names| names.first().copied())
            .unwrap_or_default(),
    }
}

/// The entry of the loom config that names the manifest of a project.
fn loom_entry(linked: &Linked, project: &str) -> Option<LinkTarget> {
    let loom = linked.loom.as_ref()?;
    let upstream = linked
        .upstreams
        .iter()
        .rfind(|upstream| upstream.project_name() == project)?;
    Some(LinkTarget::File(Place {
        path: loom.path.clone(),
        span: upstream.entry()?.name_span,
    }))
}

fn manifest_file(upstream: &Upstream) -> Option<LinkTarget> {
    Some(LinkTarget::File(Place {
        path: upstream.local_path()?.to_path_buf(),
        span: Span::default(),
    }))
}

#[cfg(test)]
mod tests;
