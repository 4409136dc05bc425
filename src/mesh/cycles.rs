//! Which models read each other in a circle?
//!
//! dbt finds circles when it links its graph, at compile. With dbt-loom the graph has the injected
//! nodes too, so that a circle may lead through other projects.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;

use crate::dbt::Maybe;
use crate::project::{Meaning, RefArguments, Reference};

use super::{Linked, Mesh, PackageAt, Reader, Referrer, Resolution, Upstream, resolve};

/// A ref that is part of a circle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cycle {
    /// The file that the ref stands in.
    pub file: Arc<str>,
    /// Which of its refs.
    pub reference: usize,
    /// The ids of the circle: the reader first, then what it reads, and so on; not closed.
    pub path: Vec<String>,
}

/// A ref as an edge of the graph.
struct Edge {
    from: usize,
    to: usize,
    place: Option<(Arc<str>, usize)>,
}

#[derive(Default)]
struct Graph {
    ids: Vec<String>,
    by_id: HashMap<String, usize>,
    edges: Vec<Edge>,
}

/// The refs of a project that are part of a circle.
#[must_use]
pub fn cycles(mesh: &Mesh, linked: &Linked) -> Vec<Cycle> {
    let mut graph = Graph::default();
    let outside = local_edges(mesh, linked, &mut graph);
    published_edges(linked, &mut graph, outside);
    let left = graph.without_ends();
    let mut found = Vec::new();
    for edge in graph
        .edges
        .iter()
        .filter(|edge| left.contains(&edge.from) && left.contains(&edge.to))
    {
        let Some((file, reference)) = &edge.place else {
            continue;
        };
        let Some(path) = graph.way_back(edge, &left) else {
            continue;
        };
        let path = path
            .iter()
            .filter_map(|at| graph.ids.get(*at).cloned())
            .collect();
        found.push(Cycle {
            file: Arc::clone(file),
            reference: *reference,
            path,
        });
    }
    found
}

/// Adds the refs of the project's own files. Gives the nodes of other projects that they read.
fn local_edges(mesh: &Mesh, linked: &Linked, graph: &mut Graph) -> VecDeque<String> {
    let project = &linked.project;
    let mut outside = VecDeque::new();
    for (file, facts) in &project.files {
        let references: &[Reference] = match &*facts.meaning {
            Meaning::Code(code) => &code.references,
            Meaning::Properties(properties) => &properties.references,
            Meaning::Definition(..)
            | Meaning::LoomConfig(_)
            | Meaning::Dependencies(_)
            | Meaning::Other => &[],
        };
        for (at, reference) in references.iter().enumerate().filter(|(_, it)| it.is_edge()) {
            let reader = Reader::of(project, file, facts, reference);
            let Some((_, node)) = reader.node else {
                continue;
            };
            if node.config.enabled != Maybe::Known(true) {
                continue;
            }
            let RefArguments::Names {
                package,
                name,
                version,
            } = &reference.arguments
            else {
                continue;
            };
            let referrer = Referrer {
                package: PackageAt::Root,
                group: reader.group(),
            };
            let resolution = resolve(
                mesh,
                linked,
                &referrer,
                package.as_deref(),
                name,
                version.as_ref(),
            );
            let Resolution::Found(target) = resolution else {
                continue;
            };
            let to = target.unique_id();
            if let super::Target::Published { .. } = target {
                outside.push_back(to.clone());
            }
            graph.add(
                node.unique_id(project.name()),
                to,
                Some((Arc::clone(file), at)),
            );
        }
    }
    outside
}

/// Adds what the nodes of other projects read, as far as it can lead back here: that takes a
/// manifest that has nodes of this project.
fn published_edges(linked: &Linked, graph: &mut Graph, mut outside: VecDeque<String>) {
    let own = linked.project.name();
    if !linked
        .manifests()
        .any(|(_, manifest)| manifest.packages().any(|package| package == own))
    {
        return;
    }
    let mut seen: HashSet<String> = outside.iter().cloned().collect();
    while let Some(id) = outside.pop_front() {
        // Of several manifests with the node the one of its own project counts.
        let package = id.split('.').nth(1);
        let is_owner = |upstream: &Upstream| Some(upstream.project_name()) == package;
        let owners = linked.manifests().filter(|(it, _)| is_owner(it));
        let others = linked.manifests().filter(|(it, _)| !is_owner(it));
        let mut manifests = owners.chain(others);
        let Some(node) = manifests.find_map(|(_, manifest)| manifest.by_unique_id(&id)) else {
            continue;
        };
        for next in node.depends_on_nodes() {
            graph.add(id.clone(), next.to_owned(), None);
            let is_own = next.split('.').nth(1) == Some(own);
            if !is_own && seen.insert(next.to_owned()) {
                outside.push_back(next.to_owned());
            }
        }
    }
}

impl Graph {
    fn add(&mut self, from: String, to: String, place: Option<(Arc<str>, usize)>) {
        let (from, to) = (self.node(from), self.node(to));
        self.edges.push(Edge { from, to, place });
    }

    fn node(&mut self, id: String) -> usize {
        if let Some(at) = self.by_id.get(&id) {
            return *at;
        }
        let at = self.ids.len();
        self.ids.push(id.clone());
        self.by_id.insert(id, at);
        at
    }

    fn outgoing(&self) -> Vec<Vec<usize>> {
        let mut lists = vec![Vec::new(); self.ids.len()];
        for edge in &self.edges {
            if let Some(list) = lists.get_mut(edge.from) {
                list.push(edge.to);
            }
        }
        lists
    }

    /// The nodes left after those that nothing leads to, and those that lead nowhere, have been
    /// taken away again and again: the circles, and what lies between them.
    fn without_ends(&self) -> HashSet<usize> {
        let forward = self.strip(|edge| (edge.from, edge.to));
        let backward = self.strip(|edge| (edge.to, edge.from));
        forward.intersection(&backward).copied().collect()
    }

    fn strip(&self, ends: impl Fn(&Edge) -> (usize, usize)) -> HashSet<usize> {
        let mut count = vec![0usize; self.ids.len()];
        let mut next = vec![Vec::new(); self.ids.len()];
        for edge in &self.edges {
            let (from, to) = ends(edge);
            if let Some(count) = count.get_mut(to) {
                *count += 1;
            }
            if let Some(next) = next.get_mut(from) {
                next.push(to);
            }
        }
        let mut left: HashSet<usize> = (0..self.ids.len()).collect();
        let mut free: Vec<usize> = left
            .iter()
            .copied()
            .filter(|at| count.get(*at) == Some(&0))
            .collect();
        while let Some(at) = free.pop() {
            left.remove(&at);
            for to in next.get(at).into_iter().flatten() {
                if let Some(count) = count.get_mut(*to) {
                    *count -= 1;
                    if *count == 0 {
                        free.push(*to);
                    }
                }
            }
        }
        left
    }

    /// The shortest way from what an edge leads to back to where it starts.
    fn way_back(&self, edge: &Edge, within: &HashSet<usize>) -> Option<Vec<usize>> {
        let outgoing = self.outgoing();
        let mut came_from: HashMap<usize, usize> = HashMap::new();
        let mut queue = VecDeque::from([edge.to]);
        while let Some(at) = queue.pop_front() {
            if at == edge.from {
                let mut path = vec![at];
                let mut step = at;
                while step != edge.to {
                    step = *came_from.get(&step)?;
                    path.push(step);
                }
                path.reverse();
                path.rotate_right(1);
                return Some(path);
            }
            for next in outgoing.get(at).into_iter().flatten() {
                let is_new = *next != edge.to && !came_from.contains_key(next);
                if within.contains(next) && is_new {
                    came_from.insert(*next, at);
                    queue.push_back(*next);
                }
            }
        }
        None
    }
}
