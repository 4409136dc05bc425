//! One written text: how it is quoted, what it says, and where each piece of it stands.

use std::borrow::Cow;
use std::ops::Range;

use super::Resolved;
use super::decode::Piece;
use super::resolve;
use crate::text::Span;

/// How a scalar is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Style {
    /// As it is.
    Plain,
    /// `'…'`
    SingleQuoted,
    /// `"…"`
    DoubleQuoted,
    /// `|` and the lines below.
    Literal,
    /// `>` and the lines below.
    Folded,
}

/// One scalar.
#[derive(Clone, Debug, PartialEq)]
pub struct Scalar<'a> {
    /// What it says: escapes resolved, lines folded.
    pub text: Cow<'a, str>,
    /// How it is written.
    pub style: Style,
    /// Where the text stands: inside the quotes, below the `|`.
    pub content: Span,
    /// Whether a tag such as `!!str` makes it a text whatever it looks like.
    pub(super) is_tagged_text: bool,
    /// Where the pieces of `text` stand, for a text that is not a copy of the file.
    pub(super) pieces: Box<[Piece]>,
}

impl<'a> Scalar<'a> {
    /// A scalar whose text is the file's own at `content`.
    pub(super) fn verbatim(text: &'a str, style: Style, content: Span) -> Self {
        Self {
            text: Cow::Borrowed(text),
            style,
            content,
            is_tagged_text: false,
            pieces: Box::default(),
        }
    }

    /// The value that YAML 1.1 sees in it. Everything that is not plain is a text.
    #[must_use]
    pub fn resolve(&self) -> Resolved {
        match self.style {
            Style::Plain if !self.is_tagged_text => resolve::resolve(&self.text),
            Style::Plain
            | Style::SingleQuoted
            | Style::DoubleQuoted
            | Style::Literal
            | Style::Folded => Resolved::Str,
        }
    }

    /// What Python's `str()` makes of the value: `True` for `yes`, `1.1` for `1.10`.
    #[must_use]
    pub fn python_str(&self) -> Cow<'_, str> {
        resolve::python_str(&self.text, self.resolve())
    }

    /// Where the bytes `range` of [`text`](Self::text) stand in the file. A piece that an escape or
    /// a folded line end made is covered whole.
    #[must_use]
    pub fn source_span(&self, range: Range<usize>) -> Span {
        let range = range.start..range.end.max(range.start);
        if self.pieces.is_empty() {
            let within = |at: usize| at.min(self.content.len());
            return Span::new(within(range.start), within(range.end))
                .shift(self.content.start as usize);
        }
        let start = self
            .piece(range.start)
            .map(|piece| piece.start_of(range.start));
        let end = if range.is_empty() {
            start
        } else {
            self.piece(range.end - 1)
                .map(|piece| piece.end_of(range.end))
        };
        match (start, end) {
            (Some(start), Some(end)) => Span::new(start, end),
            (Some(_) | None, None) | (None, Some(_)) => self.content,
        }
    }

    /// The piece that holds the byte `at`, the last one for a byte behind the text.
    fn piece(&self, at: usize) -> Option<&Piece> {
        let next = self
            .pieces
            .partition_point(|piece| piece.text_start() <= at);
        self.pieces.get(next.saturating_sub(1))
    }
}
