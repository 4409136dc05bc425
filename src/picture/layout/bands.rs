//! Where does each node of a large picture stand? In time that grows with its nodes and edges: each project is a
//! band, and a model stands in the column behind all that it reads.

use std::collections::VecDeque;

use super::{HEADING, HEIGHT, Layout, MARGIN, Rectangle, boxes, width};
use crate::ide::Graph;
use crate::picture::projects;

const BETWEEN_COLUMNS: f64 = 90.0;
const BETWEEN_NODES: f64 = 14.0;
const BETWEEN_PROJECTS: f64 = 30.0;

/// Lays a graph out from left to right, its projects below each other, those that are read most of all first.
pub(super) fn layout(graph: &Graph) -> Layout {
    let columns = columns(graph);
    let column = |at: usize| columns.get(at).copied().unwrap_or(0);
    let lefts = lefts(graph, &columns);
    let mut bands: Vec<_> = projects(graph).into_values().collect();
    let first = |band: &Vec<(usize, &_)>| {
        let all = band.iter().map(|(at, _)| column(*at));
        all.sum::<usize>() * 1000 / band.len().max(1)
    };
    bands.sort_by_key(first);
    let nowhere = Rectangle {
        x: 0.0,
        y: 0.0,
        width: 0.0,
        height: HEIGHT,
    };
    let mut nodes = vec![nowhere; graph.nodes.len()];
    let mut top = 0.0;
    for band in bands {
        let mut next = vec![top + HEADING + MARGIN; lefts.len()];
        for (at, node) in band {
            let left = lefts.get(column(at)).copied().unwrap_or(0.0);
            if let (Some(place), Some(y)) = (nodes.get_mut(at), next.get_mut(column(at))) {
                *place = Rectangle {
                    x: left,
                    y: *y,
                    width: width(node),
                    height: HEIGHT,
                };
                *y += HEIGHT + BETWEEN_NODES;
            }
        }
        top = next.into_iter().fold(top, f64::max) + MARGIN + BETWEEN_PROJECTS;
    }
    let edges = graph.edges.iter().map(|edge| {
        let ends = nodes.get(edge.from).zip(nodes.get(edge.to));
        ends.map_or_else(Vec::new, |(from, to)| line(from, to))
    });
    Layout {
        projects: boxes(graph, &nodes),
        edges: edges.collect(),
        nodes,
    }
}

/// From the right of one to the left of the other, level at both.
fn line(from: &Rectangle, to: &Rectangle) -> Vec<(f64, f64)> {
    let start = (from.x + from.width, from.y + HEIGHT / 2.0);
    let end = (to.x, to.y + HEIGHT / 2.0);
    let bend = BETWEEN_COLUMNS / 3.0;
    vec![start, (start.0 + bend, start.1), (end.0 - bend, end.1), end]
}

/// The column of each node: behind all that it reads. Who reads itself in a circle stands behind what is read from outside.
fn columns(graph: &Graph) -> Vec<usize> {
    let mut columns = vec![0; graph.nodes.len()];
    let mut waiting = vec![0_usize; graph.nodes.len()];
    let mut readers = vec![Vec::new(); graph.nodes.len()];
    for edge in graph.edges.iter().filter(|edge| edge.from != edge.to) {
        if let (Some(readers), Some(waiting)) =
            (readers.get_mut(edge.from), waiting.get_mut(edge.to))
        {
            readers.push(edge.to);
            *waiting += 1;
        }
    }
    let free = waiting.iter().enumerate().filter(|(_, count)| **count == 0);
    let mut queue: VecDeque<usize> = free.map(|(at, _)| at).collect();
    while let Some(at) = queue.pop_front() {
        let behind = columns.get(at).map_or(0, |column| column + 1);
        for reader in readers.get(at).into_iter().flatten() {
            if let (Some(column), Some(waiting)) =
                (columns.get_mut(*reader), waiting.get_mut(*reader))
            {
                *column = behind.max(*column);
                *waiting -= 1;
                if *waiting == 0 {
                    queue.push_back(*reader);
                }
            }
        }
    }
    columns
}

/// Where each column begins.
fn lefts(graph: &Graph, columns: &[usize]) -> Vec<f64> {
    let count = columns.iter().max().map_or(0, |last| last + 1);
    let mut widths = vec![0.0_f64; count];
    for (node, column) in graph.nodes.iter().zip(columns) {
        if let Some(widest) = widths.get_mut(*column) {
            *widest = widest.max(width(node));
        }
    }
    let mut left = 0.0;
    let begin = widths.into_iter().map(|width| {
        let begin = left;
        left += width + BETWEEN_COLUMNS;
        begin
    });
    begin.collect()
}
