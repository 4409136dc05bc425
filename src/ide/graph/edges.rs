//! Who reads whom? Every ref of the working copies, and what manifests say of projects that are not on this disk.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::dbt::{Maybe, ResourceType};
use crate::mesh::{Linked, PackageAt, Reader, Referrer, Resolution, Target, Upstream, resolve};
use crate::project::{Meaning, Node, NodeId, RefArguments, Reference};
use crate::world::World;

use super::NodeState;

/// One end of an edge.
pub(super) struct End<'a> {
    pub id: String,
    pub project: Box<str>,
    pub name: Box<str>,
    pub version: Option<Box<str>>,
    pub kind: ResourceType,
    pub state: NodeState,
    /// The resource, with a project that it is seen from.
    pub target: Option<(&'a Arc<Linked>, Target<'a>)>,
}

/// An edge between two ends, by their numbers.
pub(super) struct Edge {
    pub from: usize,
    pub to: usize,
    pub problem: Option<&'static str>,
}

/// All of the mesh.
#[derive(Default)]
pub(super) struct Edges<'a> {
    pub ends: Vec<End<'a>>,
    by_id: HashMap<String, usize>,
    pub reads: Vec<Edge>,
}

impl End<'_> {
    /// What ends are sorted by.
    pub fn key(&self) -> (&str, &str, Option<&str>, &str) {
        (&self.project, &self.name, self.version.as_deref(), &self.id)
    }
}

impl<'a> Edges<'a> {
    /// The edges of a world.
    pub fn of(world: &'a World) -> Self {
        let mut edges = Self::default();
        for linked in world.workspace_projects() {
            for (id, node) in linked.project.index.nodes() {
                if is_shown(node.resource_type) && node.config.enabled != Maybe::Known(false) {
                    edges.local(linked, id, node);
                }
            }
        }
        for linked in world.workspace_projects() {
            edges.add_refs(world, linked);
        }
        edges.add_published(world);
        edges
    }

    /// What each end reads, and who reads it.
    pub fn lists(&self) -> (Vec<Vec<usize>>, Vec<Vec<usize>>) {
        let mut inward = vec![Vec::new(); self.ends.len()];
        let mut outward = vec![Vec::new(); self.ends.len()];
        for edge in &self.reads {
            if let Some(list) = inward.get_mut(edge.to) {
                list.push(edge.from);
            }
            if let Some(list) = outward.get_mut(edge.from) {
                list.push(edge.to);
            }
        }
        (inward, outward)
    }

    fn add_refs(&mut self, world: &'a World, linked: &'a Arc<Linked>) {
        let project = &linked.project;
        for (file, facts) in &project.files {
            let references: &[Reference] = match &*facts.meaning {
                Meaning::Code(code) => &code.references,
                Meaning::Properties(properties) => &properties.references,
                Meaning::Definition(..)
                | Meaning::LoomConfig(_)
                | Meaning::Dependencies(_)
                | Meaning::Other => &[],
            };
            for reference in references.iter().filter(|reference| reference.is_edge()) {
                let RefArguments::Names {
                    package,
                    name,
                    version,
                } = &reference.arguments
                else {
                    continue;
                };
                let reader = Reader::of(project, file, facts, reference);
                let Some((id, node)) = reader.node.filter(|(_, node)| is_shown(node.resource_type))
                else {
                    continue;
                };
                if node.config.enabled == Maybe::Known(false) {
                    continue;
                }
                let to = self.local(linked, id, node);
                let referrer = Referrer {
                    package: PackageAt::Root,
                    group: reader.group(),
                };
                let (package, version) = (package.as_deref(), version.as_ref());
                let resolution = resolve(world.mesh(), linked, &referrer, package, name, version);
                let at = package.unwrap_or(project.name());
                let from = self.read(linked, &resolution, at, name);
                let problem = problem(&resolution);
                self.reads.push(Edge { from, to, problem });
            }
        }
    }

    /// The end that a ref leads to.
    fn read(
        &mut self,
        linked: &'a Arc<Linked>,
        resolution: &Resolution<'a>,
        package: &str,
        name: &str,
    ) -> usize {
        let (target, state) = match resolution {
            Resolution::Found(target)
            | Resolution::Private(target)
            | Resolution::Protected(target)
            | Resolution::Disabled(target)
            | Resolution::Unread(target) => (Some(*target), NodeState::Known),
            Resolution::Ambiguous(targets) => (targets.first().copied(), NodeState::Known),
            Resolution::NotLoaded => (None, NodeState::Unknown),
            Resolution::DisabledUpstream { .. }
            | Resolution::NoVersion(_)
            | Resolution::NoModel(_)
            | Resolution::NoProject(_)
            | Resolution::NotDeclared(_) => (None, NodeState::Missing),
        };
        if let Some(target) = target {
            return self.known(linked, target);
        }
        let word = match state {
            NodeState::Known | NodeState::Missing => "missing",
            NodeState::Unknown => "unknown",
        };
        self.end(format!("{word}.{package}.{name}"), |id| End {
            id,
            project: package.into(),
            name: name.into(),
            version: None,
            kind: ResourceType::Model,
            state,
            target: None,
        })
    }

    fn local(&mut self, linked: &'a Arc<Linked>, id: NodeId, node: &'a Node) -> usize {
        let target = Target::Local {
            project: &linked.project,
            package: PackageAt::Root,
            id,
            node,
        };
        self.known(linked, target)
    }

    fn known(&mut self, linked: &'a Arc<Linked>, target: Target<'a>) -> usize {
        self.end(target.unique_id(), |id| End {
            id,
            project: target.package().into(),
            name: target.name().into(),
            version: target.version().map(Into::into),
            kind: target.resource_type(),
            state: NodeState::Known,
            target: Some((linked, target)),
        })
    }

    fn end(&mut self, id: String, make: impl FnOnce(String) -> End<'a>) -> usize {
        if let Some(at) = self.by_id.get(&id) {
            return *at;
        }
        let at = self.ends.len();
        self.by_id.insert(id.clone(), at);
        self.ends.push(make(id));
        at
    }

    /// What projects read that only their manifests tell of.
    fn add_published(&mut self, world: &'a World) {
        let mut seen = HashSet::new();
        for linked in world.workspace_projects() {
            for (upstream, manifest) in linked.manifests() {
                let own = upstream.project_name();
                if world.mesh().working_copy(own).is_some() || !seen.insert(own) {
                    continue;
                }
                for node in manifest.nodes_of(own) {
                    if !is_shown(node.resource_type()) {
                        continue;
                    }
                    let to = self.known(linked, Target::Published { upstream, node });
                    for id in node.depends_on_nodes() {
                        if let Some(from) = self.in_manifest(linked, upstream, id) {
                            self.reads.push(Edge {
                                from,
                                to,
                                problem: None,
                            });
                        }
                    }
                }
            }
        }
    }

    fn in_manifest(
        &mut self,
        linked: &'a Arc<Linked>,
        upstream: &'a Upstream,
        id: &str,
    ) -> Option<usize> {
        if let Some(at) = self.by_id.get(id) {
            return Some(*at);
        }
        let node = upstream.manifest.as_ref()?.by_unique_id(id)?;
        is_shown(node.resource_type())
            .then(|| self.known(linked, Target::Published { upstream, node }))
    }
}

fn is_shown(kind: ResourceType) -> bool {
    match kind {
        ResourceType::Model
        | ResourceType::Seed
        | ResourceType::Snapshot
        | ResourceType::Analysis
        | ResourceType::Function => true,
        ResourceType::Test
        | ResourceType::Operation
        | ResourceType::Source
        | ResourceType::Exposure
        | ResourceType::Metric
        | ResourceType::SemanticModel
        | ResourceType::SavedQuery
        | ResourceType::UnitTest
        | ResourceType::Macro
        | ResourceType::Doc
        | ResourceType::Group => false,
    }
}

/// Why dbt refuses it, in a few words.
fn problem(resolution: &Resolution<'_>) -> Option<&'static str> {
    match resolution {
        Resolution::Found(_) | Resolution::NotLoaded => None,
        Resolution::Private(_) => Some("private"),
        Resolution::Protected(_) => Some("protected"),
        Resolution::Disabled(_) | Resolution::DisabledUpstream { .. } => Some("switched off"),
        Resolution::Ambiguous(_) => Some("several projects have it"),
        Resolution::Unread(_) => Some("in a loom config that dbt-loom does not read"),
        Resolution::NoVersion(_) => Some("no such version"),
        Resolution::NoModel(_) => Some("no such model"),
        Resolution::NoProject(_) => Some("no such project"),
        Resolution::NotDeclared(_) => Some("its project is not among those that are read"),
    }
}
