//! Building a text that is not a copy of the file, and remembering where its pieces come from.

use std::borrow::Cow;

use super::{Scalar, Style};
use crate::text::Span;

/// A stretch of a decoded text and the bytes of the file that it comes from. Equally long ones are
/// copies, byte by byte; others were made by an escape or a folded line end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    text_start: u32,
    text_len: u32,
    source: Span,
}

impl Piece {
    pub(super) fn text_start(&self) -> usize {
        self.text_start as usize
    }

    /// Where the byte `at` of the text stands.
    pub(super) fn start_of(&self, at: usize) -> usize {
        let into = at.saturating_sub(self.text_start());
        let start = self.source.start as usize;
        if self.is_copy() {
            (start + into).min(self.source.end as usize)
        } else if into >= self.text_len as usize {
            self.source.end as usize
        } else {
            start
        }
    }

    /// Where the text before the byte `at` ends.
    pub(super) fn end_of(&self, at: usize) -> usize {
        if self.is_copy() {
            self.start_of(at)
        } else {
            self.source.end as usize
        }
    }

    fn is_copy(&self) -> bool {
        self.text_len as usize == self.source.len()
    }
}

/// A decoded text in the making.
#[derive(Default)]
pub(super) struct Decoded {
    text: String,
    pieces: Vec<Piece>,
}

impl Decoded {
    /// Adds `copy`, which stands at `start` in the file.
    pub(super) fn copy(&mut self, copy: &str, start: usize) {
        self.push(copy, Span::new(start, start + copy.len()));
    }

    /// Adds `made`, for which `source` is written in the file.
    pub(super) fn push(&mut self, made: &str, source: Span) {
        if made.is_empty() {
            return;
        }
        let text_start = u32::try_from(self.text.len()).unwrap_or(u32::MAX);
        let text_len = u32::try_from(made.len()).unwrap_or(u32::MAX);
        self.pieces.push(Piece {
            text_start,
            text_len,
            source,
        });
        self.text.push_str(made);
    }

    /// Adds what `breaks` line ends in a row fold to, written as `source`: one is a space, more are
    /// one line end less.
    pub(super) fn fold(&mut self, breaks: usize, source: Span) {
        match breaks {
            0 => {}
            1 => self.push(" ", source),
            more => self.line_ends(more - 1, source),
        }
    }

    /// Adds `count` line ends, written as `source`.
    pub(super) fn line_ends(&mut self, count: usize, source: Span) {
        if count == 1 {
            self.push("\n", source);
        } else {
            self.push(&"\n".repeat(count), source);
        }
    }

    pub(super) fn finish<'a>(self, style: Style, content: Span) -> Scalar<'a> {
        Scalar {
            text: Cow::Owned(self.text),
            style,
            content,
            is_tagged_text: false,
            pieces: self.pieces.into_boxed_slice(),
        }
    }
}
