//! What is upstream and downstream of some models? As a page or a text, for people without an editor that shows it.

use std::io::Write;

use super::{Options, read, written};
use crate::ide::{self, GraphQuestion};
use crate::picture::{self, Viewer};

/// The forms of the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drawing<'a> {
    /// A page that needs nothing but itself; its links to files are written so.
    Html(&'a str),
    /// A flowchart for Markdown pages.
    Mermaid,
    /// A graph for Graphviz.
    Dot,
    /// One JSON object.
    Json,
}

/// Writes the picture of `models`, or of the whole mesh, to `out`.
///
/// # Errors
///
/// Where it could not run, or nothing has such a name: one line that says why.
pub fn graph(
    options: &Options,
    question: &GraphQuestion,
    drawing: Drawing<'_>,
    now: jiff::Timestamp,
    out: &mut dyn Write,
) -> Result<(), String> {
    let (world, ..) = read(options, now)?;
    let graph = ide::graph(&world, question);
    if graph.nodes.is_empty() && !question.models.is_empty() {
        return Err(format!(
            "no model is named {}",
            question.models.join(" or ")
        ));
    }
    let text = match drawing {
        // The page is a file of the user's: nobody puts anything into it.
        Drawing::Html(link) => picture::html(&graph, &Viewer { nonce: "own", link }),
        Drawing::Mermaid => picture::mermaid(&graph),
        Drawing::Dot => picture::dot(&graph),
        Drawing::Json => picture::json(&graph),
    };
    written(out.write_all(text.as_bytes()).and_then(|()| out.flush()))
}
