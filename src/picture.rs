//! How is a part of the mesh drawn? As a page, as Mermaid, DOT or JSON: a text each.

mod dot;
mod json;
mod layout;
mod mermaid;
mod page;
#[cfg(test)]
mod tests;

pub use page::Viewer;

use std::collections::BTreeMap;

use crate::ide::{Graph, GraphEdge, GraphNode, LinkTarget};
use crate::load;
use crate::text::LineIndex;

/// A page that needs nothing but itself.
#[must_use]
pub fn html(graph: &Graph, viewer: &Viewer<'_>) -> String {
    page::write(graph, viewer)
}

/// A flowchart for Markdown pages.
#[must_use]
pub fn mermaid(graph: &Graph) -> String {
    mermaid::write(graph)
}

/// A graph for Graphviz.
#[must_use]
pub fn dot(graph: &Graph) -> String {
    dot::write(graph)
}

/// One JSON object.
#[must_use]
pub fn json(graph: &Graph) -> String {
    json::write(graph)
}

/// A few words on what is shown: the names that were asked for.
#[must_use]
pub fn title(graph: &Graph) -> String {
    let asked: Vec<String> = graph
        .nodes
        .iter()
        .filter(|node| node.is_asked)
        .map(shown_name)
        .collect();
    match asked.as_slice() {
        [] => "Mesh".to_owned(),
        [one] => format!("Lineage of {one}"),
        [first, ..] => {
            let names = graph.nodes.iter().filter(|node| node.is_asked);
            let mut names: Vec<&str> = names.map(|node| node.name.as_str()).collect();
            names.dedup();
            match names.as_slice() {
                [one] => format!("Lineage of {one}"),
                several => format!("Lineage of {first} and {} more", several.len() - 1),
            }
        }
    }
}

/// `selling_prices v2`
fn shown_name(node: &GraphNode) -> String {
    match &node.version {
        Some(version) => format!("{} v{version}", node.name),
        None => node.name.clone(),
    }
}

/// `public, contract`
fn marks(node: &GraphNode) -> String {
    let kind = match node.access {
        Some(access) => access.as_str(),
        None => node.kind.as_str(),
    };
    let state = match node.state {
        crate::ide::NodeState::Known => kind,
        crate::ide::NodeState::Unknown => "not at hand",
        crate::ide::NodeState::Missing => "not there",
    };
    if node.has_contract {
        format!("{state}, contract")
    } else {
        state.to_owned()
    }
}

/// The nodes of each project, by their numbers.
fn projects(graph: &Graph) -> BTreeMap<&str, Vec<(usize, &GraphNode)>> {
    let mut projects: BTreeMap<&str, Vec<_>> = BTreeMap::new();
    for (at, node) in graph.nodes.iter().enumerate() {
        projects.entry(&node.project).or_default().push((at, node));
    }
    projects
}

/// Whether an edge leads from one project into another.
fn crosses(graph: &Graph, edge: &GraphEdge) -> bool {
    let project = |at: usize| graph.nodes.get(at).map(|node| &node.project);
    project(edge.from) != project(edge.to)
}

/// The file of a node and the line in it, from 1. What only a manifest has, has none.
fn file(node: &GraphNode) -> Option<(String, u32)> {
    let Some(LinkTarget::File(place)) = &node.made else {
        return None;
    };
    let line = if place.span.start == 0 {
        1
    } else {
        let text = load::read_text(&place.path)?;
        LineIndex::new(&text).line(place.span.start) + 1
    };
    Some((place.path.to_string_lossy().into_owned(), line))
}
