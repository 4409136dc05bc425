//! The graph as a page: drawn here, once; its script only moves, marks and opens.

use std::fmt::Write;

use serde_json::json;

use super::layout::{Layout, Rectangle, layout};
use super::{crosses, file, marks, shown_name, title};
use crate::ide::{Graph, GraphEdge, GraphNode, NodeState};

const PAGE: &str = include_str!("page/page.html");
const STYLE: &str = include_str!("page/page.css");
const SCRIPT: &str = include_str!("page/page.js");

/// Who shows the page.
#[derive(Clone, Copy, Debug)]
pub struct Viewer<'a> {
    /// What the page's own script and style are known by; nothing else runs in it.
    pub nonce: &'a str,
    /// How a link to a file is written where no editor shows the page: `{path}` and `{line}` are put in.
    pub link: &'a str,
}

/// The page.
pub(super) fn write(graph: &Graph, viewer: &Viewer<'_>) -> String {
    let layout = layout(graph);
    let nonce: String = viewer
        .nonce
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || "+/=-_".contains(*c))
        .collect();
    let title = title(graph);
    let parts = [
        ("{{nonce}}", nonce),
        ("{{title}}", escaped(&title)),
        ("{{note}}", escaped(&note(graph))),
        ("{{style}}", STYLE.to_owned()),
        ("{{script}}", SCRIPT.to_owned()),
        ("{{picture}}", picture(graph, &layout)),
        ("{{data}}", data(graph, viewer.link)),
    ];
    // One pass: what is put in is not looked through again.
    let mut page = String::with_capacity(PAGE.len() + 512 * graph.nodes.len());
    let mut rest = PAGE;
    while let Some((before, after)) = rest.split_once("{{") {
        page.push_str(before);
        let part = parts.iter().find_map(|(mark, text)| {
            let mark = mark.strip_prefix("{{")?;
            Some((text, after.strip_prefix(mark)?))
        });
        let Some((text, behind)) = part else {
            page.push_str("{{");
            rest = after;
            continue;
        };
        page.push_str(text);
        rest = behind;
    }
    page + rest
}

fn note(graph: &Graph) -> String {
    match graph.left_out {
        0 => String::new(),
        more => format!(
            "the nearest {} are shown, {more} more are not",
            graph.nodes.len()
        ),
    }
}

fn picture(graph: &Graph, layout: &Layout) -> String {
    let bounds = layout.bounds();
    let mut svg = format!(
        "<svg id=\"picture\" xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" data-box=\"{} {} {} {}\">\
         <defs><marker id=\"arrow\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" \
         orient=\"auto\"><path d=\"M0 0L8 4L0 8z\"/></marker></defs><g id=\"all\">",
        whole(bounds.x),
        whole(bounds.y),
        whole(bounds.width),
        whole(bounds.height)
    );
    for (name, place) in &layout.projects {
        let _ = write!(
            svg,
            "<g class=\"project\">{}<text x=\"{}\" y=\"{}\">{}</text></g>",
            rectangle(*place, 10),
            whole(place.x + 12.0),
            whole(place.y + 18.0),
            escaped(name)
        );
    }
    for (edge, points) in graph.edges.iter().zip(&layout.edges) {
        svg += &edge_path(graph, edge, points);
    }
    for ((at, node), place) in graph.nodes.iter().enumerate().zip(&layout.nodes) {
        svg += &node_group(at, node, *place);
    }
    svg + "</g></svg>"
}

fn edge_path(graph: &Graph, edge: &GraphEdge, points: &[(f64, f64)]) -> String {
    let mut classes = String::from("edge");
    if crosses(graph, edge) {
        classes += " crossing";
    }
    let problem = edge.problem.map_or_else(String::new, |problem| {
        classes += " broken";
        format!("<title>{}</title>", escaped(problem))
    });
    format!(
        "<g class=\"{classes}\" data-from=\"{}\" data-to=\"{}\"><path d=\"{}\"/>{problem}</g>",
        edge.from,
        edge.to,
        curve(points)
    )
}

/// A smooth line through points: straight to the first middle, then a bend round each point.
fn curve(points: &[(f64, f64)]) -> String {
    let Some(((x, y), rest)) = points.split_first() else {
        return String::new();
    };
    let mut path = format!("M{} {}", whole(*x), whole(*y));
    for (at, (x, y)) in rest.iter().enumerate() {
        let _ = match rest.get(at + 1) {
            Some((next_x, next_y)) => write!(
                path,
                "Q{} {} {} {}",
                whole(*x),
                whole(*y),
                whole(f64::midpoint(*x, *next_x)),
                whole(f64::midpoint(*y, *next_y))
            ),
            None => write!(path, "L{} {}", whole(*x), whole(*y)),
        };
    }
    path
}

fn node_group(at: usize, node: &GraphNode, place: Rectangle) -> String {
    let mut classes = vec!["node"];
    classes.extend(node.access.map(crate::dbt::Access::as_str));
    let marked = [
        (node.has_contract, "contract"),
        (node.is_asked, "asked"),
        (node.state == NodeState::Missing, "missing"),
        (node.state == NodeState::Unknown, "unknown"),
    ];
    classes.extend(marked.iter().filter(|(is, _)| *is).map(|(_, class)| *class));
    let name = escaped(&shown_name(node));
    let marks = escaped(&marks(node));
    let (x, y) = (whole(place.x + 14.0), place.y);
    let seal = if node.has_contract {
        let (x, y) = (place.x + place.width - 15.0, place.y + 12.0);
        format!(
            "<circle class=\"seal\" cx=\"{}\" cy=\"{}\" r=\"4\"/>",
            whole(x),
            whole(y)
        )
    } else {
        String::new()
    };
    format!(
        "<g class=\"{}\" data-at=\"{at}\" tabindex=\"0\" role=\"link\" aria-label=\"{} {name}, {marks}\">{}\
         <rect class=\"bar\" x=\"{}\" y=\"{}\" width=\"4\" height=\"{}\"/>{seal}\
         <text class=\"name\" x=\"{x}\" y=\"{}\">{name}</text>\
         <text class=\"marks\" x=\"{x}\" y=\"{}\">{marks}</text></g>",
        classes.join(" "),
        escaped(&node.project),
        rectangle(place, 5),
        whole(place.x),
        whole(place.y + 4.0),
        whole(place.height - 8.0),
        whole(y + 17.0),
        whole(y + 31.0),
    )
}

fn rectangle(place: Rectangle, radius: u32) -> String {
    format!(
        "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"{radius}\"/>",
        whole(place.x),
        whole(place.y),
        whole(place.width),
        whole(place.height)
    )
}

/// What the script needs of each node: no text of it can end the element that it stands in.
fn data(graph: &Graph, link: &str) -> String {
    let nodes = graph.nodes.iter().map(|node| {
        let href = file(node).and_then(|(path, line)| {
            let url = url::Url::from_file_path(path).ok()?;
            let link = link.replace("{path}", url.path());
            Some(link.replace("{line}", &line.to_string()))
        });
        json!({
            "id": node.id,
            "project": node.project,
            "name": shown_name(node),
            "marks": marks(node),
            "columns": node.columns,
            "canOpen": node.made.is_some(),
            "href": href,
        })
    });
    let data = json!(nodes.collect::<Vec<_>>()).to_string();
    data.replace('<', "\\u003c")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// Half a pixel is near enough.
fn whole(number: f64) -> f64 {
    (number * 2.0).round() / 2.0
}
