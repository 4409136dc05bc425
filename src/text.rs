//! Where is something in a text? Byte spans, and lines and columns for those who need them.
//!
//! Inside the product every position is a byte offset; lines and columns exist only at the edge
//! (`server::convert`, `check`), which builds a [`LineIndex`] for the text at hand.

mod length;
mod line_index;
mod span;

pub(crate) use length::{put_length, take_length};
pub use line_index::{Encoding, LineColumn, LineIndex};
pub use span::Span;
