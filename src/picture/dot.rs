//! The graph for Graphviz.

use std::fmt::Write;

use super::{crosses, marks, projects, shown_name};
use crate::dbt::Access;
use crate::ide::{Graph, NodeState};

/// A digraph.
pub(super) fn write(graph: &Graph) -> String {
    let mut text = String::from(
        "digraph mesh {\n  rankdir=LR;\n  node [shape=box, style=rounded, fontname=\"sans-serif\", fontsize=11];\n",
    );
    for (place, (name, nodes)) in projects(graph).into_iter().enumerate() {
        let _ = writeln!(
            text,
            "  subgraph cluster_{place} {{\n    label={};",
            quoted(name)
        );
        for (at, node) in nodes {
            let label = format!("{}\n{}", shown_name(node), marks(node));
            let colour = match (node.state, node.access) {
                (NodeState::Missing, _) => ", color=\"#cf222e\", style=\"rounded,dashed\"",
                (NodeState::Unknown, _) => ", style=\"rounded,dashed\"",
                (NodeState::Known, Some(Access::Public)) => ", color=\"#1a7f37\"",
                (NodeState::Known, Some(Access::Protected | Access::Private) | None) => "",
            };
            let width = if node.has_contract {
                ", penwidth=2"
            } else {
                ""
            };
            let _ = writeln!(text, "    n{at} [label={}{colour}{width}];", quoted(&label));
        }
        text += "  }\n";
    }
    for edge in &graph.edges {
        let style = match edge.problem {
            Some(problem) => format!(
                " [color=\"#cf222e\", style=dashed, label={}]",
                quoted(problem)
            ),
            None if crosses(graph, edge) => " [color=\"#0969da\"]".to_owned(),
            None => String::new(),
        };
        let _ = writeln!(text, "  n{} -> n{}{style};", edge.from, edge.to);
    }
    text + "}\n"
}

fn quoted(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{}\"", text.replace('\n', "\\n"))
}
