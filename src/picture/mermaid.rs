//! The graph for Mermaid, which GitHub and GitLab draw in Markdown.

use std::fmt::Write;

use super::{crosses, marks, projects, shown_name};
use crate::dbt::Access;
use crate::ide::{Graph, NodeState};

/// A flowchart.
pub(super) fn write(graph: &Graph) -> String {
    let mut text = String::from("flowchart LR\n");
    for (place, (name, nodes)) in projects(graph).into_iter().enumerate() {
        let _ = writeln!(text, "  subgraph p{place}[\"{}\"]", escaped(name));
        for (at, node) in nodes {
            let (name, marks) = (escaped(&shown_name(node)), escaped(&marks(node)));
            let _ = writeln!(text, "    n{at}[\"{name}<br><small>{marks}</small>\"]");
        }
        text += "  end\n";
    }
    for edge in &graph.edges {
        let _ = match edge.problem {
            Some(problem) => writeln!(
                text,
                "  n{} -. \"{}\" .-> n{}",
                edge.from,
                escaped(problem),
                edge.to
            ),
            None if crosses(graph, edge) => writeln!(text, "  n{} ==> n{}", edge.from, edge.to),
            None => writeln!(text, "  n{} --> n{}", edge.from, edge.to),
        };
    }
    let broken = graph.edges.iter().enumerate();
    let broken = broken.filter(|(_, edge)| edge.problem.is_some());
    for (at, _) in broken {
        let _ = writeln!(text, "  linkStyle {at} stroke:#cf222e");
    }
    text += "  classDef public stroke:#1a7f37,stroke-width:2px\n";
    text += "  classDef missing stroke:#cf222e,stroke-dasharray:4 3\n";
    for (at, node) in graph.nodes.iter().enumerate() {
        if node.state == NodeState::Missing {
            let _ = writeln!(text, "  class n{at} missing");
        } else if node.access == Some(Access::Public) {
            let _ = writeln!(text, "  class n{at} public");
        }
    }
    text
}

/// Mermaid has names for letters, behind `#`.
fn escaped(text: &str) -> String {
    let letters = text.chars().map(|letter| match letter {
        '"' => "#quot;".to_owned(),
        '#' => "#35;".to_owned(),
        '<' => "#lt;".to_owned(),
        '>' => "#gt;".to_owned(),
        letter if letter.is_control() => String::from(" "),
        letter => letter.to_string(),
    });
    letters.collect()
}
