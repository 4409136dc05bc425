//! What is upstream and downstream of some models, across all projects? Nodes and edges; how they are drawn is
//! decided elsewhere.

mod edges;
#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::path::Path;
use std::sync::Arc;

use crate::dbt::{Access, Maybe, ResourceType};
use crate::mesh::{Linked, PackageAt, Target};
use crate::world::World;

use super::{LinkTarget, card, navigate, published};
use edges::{Edges, End};

/// What the picture is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GraphQuestion {
    /// Names or ids of models; the whole mesh where there are none.
    pub models: Vec<String>,
    /// At most so many nodes, the nearest first.
    pub limit: usize,
}

/// A part of the mesh.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Graph {
    /// Models, seeds, snapshots and analyses; by project, then name.
    pub nodes: Vec<GraphNode>,
    /// Who reads what.
    pub edges: Vec<GraphEdge>,
    /// How many more nodes belong to it.
    pub left_out: usize,
}

/// A node of the picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GraphNode {
    /// dbt's id; a made-up one for what is not there.
    pub id: String,
    /// The project that it belongs to.
    pub project: String,
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: Option<String>,
    /// Its kind.
    pub kind: ResourceType,
    /// Who may read it, where it is a model and this is known.
    pub access: Option<Access>,
    /// Whether its contract is enforced.
    pub has_contract: bool,
    /// Its columns, as far as they are described.
    pub columns: Vec<String>,
    /// Whether the picture is about it.
    pub is_asked: bool,
    /// How much is known of it.
    pub state: NodeState,
    /// Where it is made.
    pub made: Option<LinkTarget>,
}

/// How much is known of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeState {
    /// It is there.
    Known,
    /// Its project's manifest is not at hand.
    Unknown,
    /// It is not there.
    Missing,
}

/// An edge of the picture.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct GraphEdge {
    /// What is read: an index of [`Graph::nodes`].
    pub from: usize,
    /// Who reads it.
    pub to: usize,
    /// Why dbt refuses it.
    pub problem: Option<&'static str>,
}

/// The part of the mesh that a question is about. Of names that nothing has, nothing is shown.
pub(super) fn graph(world: &World, question: &GraphQuestion) -> Graph {
    let edges = Edges::of(world);
    let asked = asked(&edges, &question.models);
    let is_about_all = question.models.is_empty();
    let (mut kept, left_out) = if is_about_all {
        whole(&edges, question.limit)
    } else {
        around(&edges, &asked, question.limit)
    };
    kept.sort_by_key(|at| edges.ends.get(*at).map(End::key));
    let nodes = kept
        .iter()
        .filter_map(|at| Some(node(world, edges.ends.get(*at)?, asked.contains(at))));
    let places: HashMap<usize, usize> = kept.iter().copied().zip(0..).collect();
    let mut between: Vec<GraphEdge> = edges
        .reads
        .iter()
        .filter_map(|edge| {
            Some(GraphEdge {
                from: *places.get(&edge.from)?,
                to: *places.get(&edge.to)?,
                problem: edge.problem,
            })
        })
        .collect();
    between.sort();
    between.dedup_by_key(|edge| (edge.from, edge.to));
    Graph {
        nodes: nodes.collect(),
        edges: between,
        left_out,
    }
}

/// The ids of the models that a file makes.
pub(super) fn models_of(world: &World, path: &Path) -> Vec<String> {
    published::made_by(world, path)
}

/// Where a node is made.
pub(super) fn place(world: &World, id: &str) -> Option<LinkTarget> {
    let (linked, target) = find(world, id)?;
    navigate::made(world, linked, &target)
}

/// A resource by its id, with a project that it can be seen from.
fn find<'a>(world: &'a World, id: &str) -> Option<(&'a Arc<Linked>, Target<'a>)> {
    for linked in &world.mesh().projects {
        let project = &linked.project;
        if let Some((node_id, node)) = project.index.by_unique_id(project.name(), id) {
            let target = Target::Local {
                project,
                package: PackageAt::Root,
                id: node_id,
                node,
            };
            return Some((linked, target));
        }
    }
    let (upstream, node) = published::in_manifest(world, id)?;
    let linked = world.mesh().projects.first()?;
    Some((linked, Target::Published { upstream, node }))
}

/// The ends that are named: by id, by `project.name`, or by name in any project.
fn asked(edges: &Edges<'_>, models: &[String]) -> BTreeSet<usize> {
    let is_named = |end: &End<'_>| {
        models.iter().any(|wanted| {
            let versioned = |name: String| match &end.version {
                Some(version) => *wanted == format!("{name}.v{version}"),
                None => false,
            };
            let full = format!("{}.{}", end.project, end.name);
            *wanted == end.id
                || *wanted == *end.name
                || *wanted == full
                || versioned(end.name.to_string())
                || versioned(full)
        })
    };
    let ends = edges.ends.iter().enumerate();
    ends.filter(|(_, end)| is_named(end))
        .map(|(at, _)| at)
        .collect()
}

/// Everything upstream and downstream of `asked`, nearest first; and how much more there is.
fn around(edges: &Edges<'_>, asked: &BTreeSet<usize>, limit: usize) -> (Vec<usize>, usize) {
    let (inward, outward) = edges.lists();
    let mut distances: Vec<(usize, usize)> = Vec::new();
    let mut seen = BTreeSet::new();
    for list in [&inward, &outward] {
        let mut queue: VecDeque<(usize, usize)> = asked.iter().map(|at| (*at, 0)).collect();
        let mut visited: BTreeSet<usize> = asked.clone();
        while let Some((at, distance)) = queue.pop_front() {
            if seen.insert(at) {
                distances.push((distance, at));
            }
            for next in list.get(at).into_iter().flatten() {
                if visited.insert(*next) {
                    queue.push_back((*next, distance + 1));
                }
            }
        }
    }
    distances.sort_unstable();
    let left_out = distances.len().saturating_sub(limit);
    let kept = distances.into_iter().take(limit).map(|(_, at)| at);
    (kept.collect(), left_out)
}

/// The whole mesh; where that is too much, what crosses from one project into another.
fn whole(edges: &Edges<'_>, limit: usize) -> (Vec<usize>, usize) {
    let all = edges.ends.len();
    if all <= limit {
        return ((0..all).collect(), 0);
    }
    let project = |at: usize| edges.ends.get(at).map(|end| &*end.project);
    let crossing = edges
        .reads
        .iter()
        .filter(|edge| project(edge.from) != project(edge.to));
    let mut kept = BTreeSet::new();
    for edge in crossing {
        if kept.len() + 2 <= limit {
            kept.extend([edge.from, edge.to]);
        }
    }
    let left_out = all - kept.len();
    (kept.into_iter().collect(), left_out)
}

fn node(world: &World, end: &End<'_>, is_asked: bool) -> GraphNode {
    let mut node = GraphNode {
        id: end.id.clone(),
        project: end.project.to_string(),
        name: end.name.to_string(),
        version: end.version.as_deref().map(ToOwned::to_owned),
        kind: end.kind,
        access: None,
        has_contract: false,
        columns: Vec::new(),
        is_asked,
        state: end.state,
        made: None,
    };
    if let Some((linked, target)) = &end.target {
        let (has_contract, columns) = card::promise(target);
        let access = match target.access() {
            Maybe::Known(access) => access,
            Maybe::Unknown => None,
        };
        node.access = access.filter(|_| end.kind == ResourceType::Model);
        node.has_contract = has_contract;
        node.columns = columns;
        node.made = navigate::made(world, linked, target);
    }
    node
}
