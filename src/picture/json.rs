//! The graph for programs.

use serde_json::json;

use super::file;
use crate::ide::{Graph, NodeState};

/// An object; the form has a number, which rises where something is taken away or means something else.
pub(super) fn write(graph: &Graph) -> String {
    let nodes = graph.nodes.iter().map(|node| {
        let (file, line) = file(node).unzip();
        json!({
            "id": node.id,
            "project": node.project,
            "name": node.name,
            "version": node.version,
            "resource_type": node.kind.as_str(),
            "access": node.access.map(crate::dbt::Access::as_str),
            "contract": node.has_contract,
            "columns": node.columns,
            "asked": node.is_asked,
            "state": match node.state {
                NodeState::Known => "known",
                NodeState::Unknown => "unknown",
                NodeState::Missing => "missing",
            },
            "file": file,
            "line": line,
        })
    });
    let id = |at: usize| graph.nodes.get(at).map(|node| &node.id);
    let edges = graph
        .edges
        .iter()
        .map(|edge| json!({"from": id(edge.from), "to": id(edge.to), "problem": edge.problem}));
    let graph = json!({
        "version": 1,
        "nodes": nodes.collect::<Vec<_>>(),
        "edges": edges.collect::<Vec<_>>(),
        "left_out": graph.left_out,
    });
    format!("{graph:#}\n")
}
