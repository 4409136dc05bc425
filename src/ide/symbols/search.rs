//! Which things of the mesh have a name like this?

use std::cmp::Reverse;
use std::sync::Arc;

use crate::dbt::Maybe;
use crate::ide::{LinkTarget, Place, SymbolKind, WorkspaceSymbol, navigate};
use crate::mesh::{Linked, PackageAt, Target};
use crate::project::{FileFacts, Meaning, Node, NodeId, Role, Section};
use crate::syntax::jinja::BlockKind;
use crate::text::Span;
use crate::world::World;

use super::{of_block, of_resource, of_section};

/// Something with a name.
struct Candidate<'a> {
    name: &'a str,
    /// The source of a table.
    within: Option<&'a str>,
    project: &'a str,
    kind: SymbolKind,
    place: At<'a>,
}

enum At<'a> {
    Resource(&'a Linked, Target<'a>),
    File(&'a Linked, &'a Arc<str>, Span),
}

/// The things whose names hold the letters of `query` in their order, best first.
pub(in crate::ide) fn search(world: &World, query: &str, limit: usize) -> Vec<WorkspaceSymbol> {
    let query = query.to_lowercase();
    let mut found: Vec<(Rank, Candidate<'_>)> = Vec::new();
    for linked in world.workspace_projects() {
        let mut candidates = Vec::new();
        resources(linked, &mut candidates);
        for (file, facts) in &linked.project.files {
            in_file(linked, file, facts, &mut candidates);
        }
        found.extend(ranked(candidates, &query));
    }
    found.extend(ranked(published(world), &query));
    found.sort_by(|(a, one), (b, other)| {
        (a, one.name, one.project).cmp(&(b, other.name, other.project))
    });
    found
        .into_iter()
        .filter_map(|(_, candidate)| symbol(world, &candidate))
        .take(limit)
        .collect()
}

fn ranked<'a>(candidates: Vec<Candidate<'a>>, query: &str) -> Vec<(Rank, Candidate<'a>)> {
    let with_rank = |candidate: Candidate<'a>| Some((rank(&candidate, query)?, candidate));
    candidates.into_iter().filter_map(with_rank).collect()
}

/// How well a name fits: the smaller the better.
type Rank = (Reverse<u8>, usize);

fn rank(candidate: &Candidate<'_>, query: &str) -> Option<Rank> {
    let name = if query.contains('.') {
        let within = candidate.within.unwrap_or(candidate.project);
        format!("{within}.{}", candidate.name).to_lowercase()
    } else {
        candidate.name.to_lowercase()
    };
    let mut rest = name.chars();
    if !query.chars().all(|wanted| rest.any(|c| c == wanted)) {
        return None;
    }
    let fit = match name.find(query) {
        Some(0) if name.len() == query.len() => 4,
        Some(0) => 3,
        Some(at)
            if name
                .get(..at)
                .is_some_and(|before| before.ends_with(['_', '.'])) =>
        {
            2
        }
        Some(_) => 1,
        None => 0,
    };
    Some((Reverse(fit), name.len()))
}

fn resources<'a>(linked: &'a Arc<Linked>, candidates: &mut Vec<Candidate<'a>>) {
    let nodes = linked.project.index.nodes();
    let shown = |(_, node): &(NodeId, &Node)| node.config.enabled != Maybe::Known(false);
    candidates.extend(nodes.filter(shown).map(|(id, node)| {
        let target = Target::Local {
            project: &linked.project,
            package: PackageAt::Root,
            id,
            node,
        };
        Candidate {
            name: &node.name,
            within: None,
            project: linked.project.name(),
            kind: of_resource(node.resource_type),
            place: At::Resource(linked, target),
        }
    }));
}

/// Sources, exposures, … of a property file; macros of a SQL file.
fn in_file<'a>(
    linked: &'a Linked,
    file: &'a Arc<str>,
    facts: &'a FileFacts,
    candidates: &mut Vec<Candidate<'a>>,
) {
    let candidate = |name, within, kind, span| Candidate {
        name,
        within,
        project: linked.project.name(),
        kind,
        place: At::File(linked, file, span),
    };
    match &*facts.meaning {
        Meaning::Properties(properties) => {
            for (entry, spans) in properties.entries.iter().zip(&facts.spans.entries) {
                if is_made_elsewhere(entry.section) || entry.name.is_empty() {
                    continue;
                }
                let kind = of_section(entry.section);
                candidates.push(candidate(&entry.name, None, kind, spans.name));
                if entry.section == Section::Sources {
                    let tables = entry.columns.iter().zip(&spans.columns.names);
                    candidates.extend(tables.map(|(table, span)| {
                        candidate(table.name(), Some(&entry.name), SymbolKind::Table, *span)
                    }));
                }
            }
        }
        Meaning::Code(code) if Role::of(file, &linked.project.definition).0 != Role::Snapshot => {
            let blocks = code.blocks.iter().zip(&facts.spans.blocks);
            let blocks = blocks.filter(|(block, _)| block.kind != BlockKind::Docs);
            candidates
                .extend(blocks.map(|(block, span)| {
                    candidate(&block.name, None, of_block(block.kind), *span)
                }));
        }
        Meaning::Code(_)
        | Meaning::Definition(..)
        | Meaning::LoomConfig(_)
        | Meaning::Dependencies(_)
        | Meaning::Other => {}
    }
}

/// Whether an entry only describes what a file makes.
fn is_made_elsewhere(section: Section) -> bool {
    match section {
        Section::Models
        | Section::Seeds
        | Section::Snapshots
        | Section::Analyses
        | Section::Macros
        | Section::Functions
        | Section::DataTests => true,
        Section::Sources
        | Section::Exposures
        | Section::Groups
        | Section::Metrics
        | Section::SemanticModels
        | Section::SavedQueries
        | Section::UnitTests => false,
    }
}

/// What manifests have of projects that are not in the workspace, each once.
fn published(world: &World) -> Vec<Candidate<'_>> {
    let mut seen = std::collections::HashSet::new();
    let is_at_hand = |name: &str| {
        let copy = world.mesh().working_copy(name);
        copy.is_some_and(|linked| linked.project.is_in_workspace)
    };
    let mut candidates = Vec::new();
    for linked in world.workspace_projects() {
        for (upstream, manifest) in linked.manifests() {
            let elsewhere: Vec<&str> = manifest
                .packages()
                .filter(|package| upstream.takes(package) && !is_at_hand(package))
                .collect();
            if elsewhere.is_empty() {
                continue;
            }
            for node in manifest
                .nodes()
                .filter(|node| node.resource_type().is_refable())
            {
                let is_wanted = elsewhere.contains(&node.package_name());
                if is_wanted && seen.insert(node.unique_id()) {
                    candidates.push(Candidate {
                        name: node.name(),
                        within: None,
                        project: node.package_name(),
                        kind: of_resource(node.resource_type()),
                        place: At::Resource(linked, Target::Published { upstream, node }),
                    });
                }
            }
        }
    }
    candidates
}

fn symbol(world: &World, candidate: &Candidate<'_>) -> Option<WorkspaceSymbol> {
    let target = match &candidate.place {
        At::Resource(linked, target) => navigate::made(world, linked, target)?,
        At::File(linked, file, span) => LinkTarget::File(Place {
            path: linked.project.path_of(file),
            span: *span,
        }),
    };
    let version = match &candidate.place {
        At::Resource(_, target) => target.version(),
        At::File(..) => None,
    };
    let name = match (candidate.within, version) {
        (Some(within), _) => format!("{within}.{}", candidate.name),
        (None, Some(version)) => format!("{}.v{version}", candidate.name),
        (None, None) => candidate.name.to_owned(),
    };
    Some(WorkspaceSymbol {
        name,
        project: candidate.project.to_owned(),
        kind: candidate.kind,
        target,
    })
}
