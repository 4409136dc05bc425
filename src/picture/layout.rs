//! Where does each node stand, and which way does each edge go?

use dagre::graph::{Graph as Sketch, GraphOptions};
use dagre::{EdgeLabel, LayoutOptions, NodeLabel, RankDir, Ranker};

use super::{marks, projects, shown_name};
use crate::ide::{Graph, GraphNode};

mod bands;

/// So many nodes and edges are ranked in the best way that there is, whose time grows with their square and more.
const FEW: usize = 100;
/// So many are given to `dagre`; with 250 nodes and 600 edges it takes seconds, however it ranks them.
const MANY: usize = 300;

/// How high a node is.
const HEIGHT: f64 = 38.0;
/// About how wide a letter of a name is, and one of the marks below it.
const LETTER: f64 = 7.9;
const SMALL_LETTER: f64 = 6.0;
/// What is left and right of the name.
const PADDING: f64 = 38.0;
/// What is between a project's box and its nodes, and the room for its name.
const MARGIN: f64 = 11.0;
const HEADING: f64 = 22.0;

/// A rectangle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rectangle {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

/// Places of everything.
pub(super) struct Layout {
    /// By project name.
    pub projects: Vec<(String, Rectangle)>,
    /// In the order of the graph's nodes.
    pub nodes: Vec<Rectangle>,
    /// In the order of the graph's edges; the points that it goes through.
    pub edges: Vec<Vec<(f64, f64)>>,
}

impl Layout {
    /// What all of it takes.
    pub fn bounds(&self) -> Rectangle {
        let boxes = self.projects.iter().map(|(_, rectangle)| *rectangle);
        let all = boxes.chain(self.nodes.iter().copied());
        let bounds = all.reduce(Rectangle::with);
        bounds.unwrap_or(Rectangle {
            x: 0.0,
            y: 0.0,
            width: 100.0,
            height: 100.0,
        })
    }
}

impl Rectangle {
    fn with(self, other: Self) -> Self {
        let (x, y) = (self.x.min(other.x), self.y.min(other.y));
        let right = (self.x + self.width).max(other.x + other.width);
        let bottom = (self.y + self.height).max(other.y + other.height);
        Self {
            x,
            y,
            width: right - x,
            height: bottom - y,
        }
    }
}

/// Lays a graph out from left to right, each project in a box of its own.
pub(super) fn layout(graph: &Graph) -> Layout {
    let size = graph.nodes.len() + graph.edges.len();
    if size > MANY {
        return bands::layout(graph);
    }
    let mut sketch: Sketch<NodeLabel, EdgeLabel> = Sketch::with_options(GraphOptions {
        directed: true,
        multigraph: false,
        compound: true,
    });
    for (place, (_, nodes)) in projects(graph).into_iter().enumerate() {
        let name = format!("p{place}");
        sketch.set_node(name.clone(), Some(NodeLabel::default()));
        for (at, node) in nodes {
            let label = NodeLabel {
                width: width(node),
                height: HEIGHT,
                ..NodeLabel::default()
            };
            sketch.set_node(id(at), Some(label));
            sketch.set_parent(&id(at), Some(&name));
        }
    }
    for edge in graph.edges.iter().filter(|edge| edge.from != edge.to) {
        sketch.set_edge(id(edge.from), id(edge.to), Some(EdgeLabel::default()), None);
    }
    dagre::layout(
        &mut sketch,
        Some(LayoutOptions {
            rankdir: RankDir::LR,
            // Boxes of two projects have room for their margins and names.
            nodesep: 34.0,
            edgesep: 8.0,
            ranksep: 46.0,
            ranker: if size > FEW {
                Ranker::TightTree
            } else {
                Ranker::NetworkSimplex
            },
            ..LayoutOptions::default()
        }),
    );
    read(graph, &sketch)
}

fn id(at: usize) -> String {
    format!("n{at}")
}

fn read(graph: &Graph, sketch: &Sketch<NodeLabel, EdgeLabel>) -> Layout {
    let place = |id: &str| {
        let label = sketch.node(id);
        let number = |of: fn(&NodeLabel) -> Option<f64>| label.and_then(of).unwrap_or_default();
        let (width, height) = label.map_or((0.0, 0.0), |label| (label.width, label.height));
        Rectangle {
            x: number(|label| label.x) - width / 2.0,
            y: number(|label| label.y) - height / 2.0,
            width,
            height,
        }
    };
    let nodes: Vec<Rectangle> = (0..graph.nodes.len()).map(|at| place(&id(at))).collect();
    let edges = graph.edges.iter().map(|edge| {
        let found = sketch.edge(&id(edge.from), &id(edge.to), None);
        found.map_or_else(Vec::new, |label| {
            label
                .points
                .iter()
                .map(|point| (point.x, point.y))
                .collect()
        })
    });
    Layout {
        projects: boxes(graph, &nodes),
        edges: edges.collect(),
        nodes,
    }
}

/// How wide a node is.
fn width(node: &GraphNode) -> f64 {
    let letters = |text: &str| f64::from(u32::try_from(text.chars().count()).unwrap_or(0));
    let name = letters(&shown_name(node)) * LETTER;
    name.max(letters(&marks(node)) * SMALL_LETTER) + PADDING
}

/// The boxes of the projects, round their nodes.
fn boxes(graph: &Graph, nodes: &[Rectangle]) -> Vec<(String, Rectangle)> {
    let boxes = projects(graph).into_iter().filter_map(|(name, members)| {
        let places = members.iter().filter_map(|(at, _)| nodes.get(*at).copied());
        let inner = places.reduce(Rectangle::with)?;
        let rectangle = Rectangle {
            x: inner.x - MARGIN,
            y: inner.y - MARGIN - HEADING,
            width: inner.width + 2.0 * MARGIN,
            height: inner.height + 2.0 * MARGIN + HEADING,
        };
        Some((name.to_owned(), rectangle))
    });
    boxes.collect()
}
