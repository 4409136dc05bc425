//! What does a YAML file say, and where? A tolerant reader of dbt's property and project files.
//!
//! [`parse`] gives a tree for every text. Valid text gives what PyYAML's safe loader would build
//! (YAML 1.1, merge keys applied); in half-typed text the reader holds on to indentation, so that
//! the lines around the one being typed keep their keys and places. What PyYAML would refuse is
//! told in [`Document::errors`]; see [`ErrorKind::is_fatal`].
//!
//! The file knows nothing of dbt: which keys mean something is the business of `project`.

mod anchor;
mod block;
mod block_scalar;
mod cursor;
mod decode;
mod error;
mod flow;
mod inline;
mod key;
mod node;
mod path;
mod plain;
mod quoted;
mod resolve;
mod scalar;
mod stream;
#[cfg(test)]
mod tests;

pub use error::{Error, ErrorKind};
pub use node::{Entry, Node, Value};
pub use path::{Path, Place, Step, path_at};
pub use resolve::Resolved;
pub use scalar::{Scalar, Style};

/// What one text says.
#[derive(Clone, Debug, PartialEq)]
pub struct Document<'a> {
    /// The first document of the text; [`Value::Null`] where nothing is written.
    pub root: Node<'a>,
    /// What is wrong with the text, in the order of the file.
    pub errors: Vec<Error>,
}

/// Reads `text`, which may be half-typed or broken in any way.
#[must_use]
pub fn parse(text: &str) -> Document<'_> {
    stream::read(text)
}
