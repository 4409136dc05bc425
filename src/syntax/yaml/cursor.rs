//! The reader's place in the text: the next token, its column, and the errors so far.

use std::collections::HashMap;

use super::anchor::Anchored;
use super::{Error, ErrorKind};
use crate::text::Span;

/// Nobody reads more errors of one file.
const MOST_ERRORS: usize = 1000;

/// Maps and lists nested deeper are not read, so that the stack is bounded.
pub(super) const DEEPEST: u32 = 100;

/// The reader. Its parts: `block` and `key` (maps and lists by indentation), `inline` (what stands
/// behind a `:` or `-`), `plain`, `quoted`, `block_scalar`, `flow`, `anchor`.
pub(super) struct Reader<'a> {
    /// The text up to the end of the first document.
    pub(super) text: &'a str,
    pub(super) bytes: &'a [u8],
    /// The byte to be read next.
    pub(super) at: usize,
    /// Where column 0 of the line is. A tab counts two columns, which moves it back by one.
    origin: isize,
    pub(super) errors: Vec<Error>,
    /// How many errors of form there were, those taken back included.
    pub(super) syntax_errors: usize,
    pub(super) anchors: HashMap<&'a str, Anchored<'a>>,
    /// What aliases may still copy, see `anchor`.
    pub(super) copies_left: usize,
    /// What nodes cost so far, see `anchor`.
    pub(super) cost: usize,
    /// How many bytes may still be looked at in vain, so that broken text costs linear time.
    pub(super) lookahead_left: usize,
    /// Whether a quoted text ends at the next quote, whatever its lines look like.
    pub(super) trusts_quotes: bool,
    /// Where the line ends that was last told to be unexpected.
    pub(super) unexpected_until: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str, start: usize, trusts_quotes: bool) -> Self {
        Self {
            text,
            bytes: text.as_bytes(),
            at: start,
            origin: isize::try_from(start).unwrap_or(0),
            errors: Vec::new(),
            syntax_errors: 0,
            anchors: HashMap::new(),
            copies_left: super::anchor::MOST_COPIED,
            cost: 0,
            lookahead_left: text.len().saturating_mul(4) + 4096,
            trusts_quotes,
            unexpected_until: usize::MAX,
        }
    }

    /// The byte at `at`; 0 behind the end.
    pub(super) fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    pub(super) fn here(&self) -> u8 {
        self.byte(self.at)
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.at >= self.bytes.len()
    }

    /// The text `start..end`; empty where that is none.
    pub(super) fn slice(&self, start: usize, end: usize) -> &'a str {
        self.text.get(start..end).unwrap_or("")
    }

    /// The column of the next token. Valid at a line's first token and behind its dashes.
    pub(super) fn column(&self) -> isize {
        isize::try_from(self.at).unwrap_or(0) - self.origin
    }

    /// Goes over blanks, comments and line ends to the next token; false at the end.
    pub(super) fn next_token(&mut self) -> bool {
        let mut tab = None;
        let mut is_indentation = self.column() == 0;
        loop {
            match self.here() {
                0 if self.is_at_end() => return false,
                // 0 is a control character, which `stream` tells.
                b' ' | 0 => self.at += 1,
                b'\t' => {
                    if is_indentation {
                        tab = tab.or(Some(self.at));
                    }
                    self.origin -= 1;
                    self.at += 1;
                }
                b'\n' | b'\r' => {
                    self.at = self.behind_break(self.at);
                    self.origin = isize::try_from(self.at).unwrap_or(0);
                    is_indentation = true;
                    tab = None;
                }
                b'#' => self.at = self.line_end(self.at),
                _ => break,
            }
        }
        if let Some(tab) = tab {
            self.report(Span::new(tab, tab + 1), ErrorKind::Tab);
        }
        true
    }

    /// Goes over blanks within the line.
    pub(super) fn skip_blanks(&mut self) {
        while is_blank(self.here()) {
            self.at += 1;
        }
    }

    /// Goes to the end of the line.
    pub(super) fn skip_line(&mut self) {
        self.at = self.line_end(self.at);
    }

    /// Whether nothing but a comment follows in the line.
    pub(super) fn is_at_line_end(&self) -> bool {
        ends_line(self.here()) || self.here() == b'#'
    }

    /// Where the line of `at` ends, before its line end.
    pub(super) fn line_end(&self, at: usize) -> usize {
        let rest = self.bytes.get(at..).unwrap_or(&[]);
        memchr::memchr2(b'\n', b'\r', rest).map_or(self.bytes.len(), |found| at + found)
    }

    /// Where the line behind the line end at `at` starts.
    pub(super) fn behind_break(&self, at: usize) -> usize {
        match (self.byte(at), self.byte(at + 1)) {
            (b'\r', b'\n') => at + 2,
            (b'\n' | b'\r', _) => at + 1,
            _ => at,
        }
    }

    /// Where the text of the line that starts at `line` begins, and its column.
    pub(super) fn indentation(&self, line: usize) -> (usize, isize) {
        let mut at = line;
        let mut column = 0;
        loop {
            match self.byte(at) {
                b' ' => column += 1,
                b'\t' => column += 2,
                _ => return (at, column),
            }
            at += 1;
        }
    }

    /// Whether a list item starts at `at`.
    pub(super) fn is_dash(&self, at: usize) -> bool {
        self.byte(at) == b'-' && is_space(self.byte(at + 1))
    }

    pub(super) fn error(&mut self, span: Span, message: &'static str) {
        self.report(span, ErrorKind::Syntax { message });
    }

    pub(super) fn report(&mut self, span: Span, kind: ErrorKind) {
        match kind {
            ErrorKind::Syntax { .. }
            | ErrorKind::UnclosedQuote
            | ErrorKind::UnclosedBracket
            | ErrorKind::UnquotedJinja
            | ErrorKind::Tab
            | ErrorKind::Indentation
            | ErrorKind::TooDeep => self.syntax_errors += 1,
            ErrorKind::DuplicateKey { .. }
            | ErrorKind::UnknownAlias { .. }
            | ErrorKind::TooLarge
            | ErrorKind::SecondDocument => {}
        }
        let error = Error { span, kind };
        // A line read again as something else tells its tabs again.
        if self.errors.len() < MOST_ERRORS && self.errors.last() != Some(&error) {
            self.errors.push(error);
        }
    }

    /// Tells that the line at `start`, already gone over, fits nowhere. Of several in a row only
    /// the first is told.
    pub(super) fn tell_unexpected(&mut self, start: usize, message: &'static str) {
        let end = self.line_end(start);
        let written = self.slice(start, end).trim_end().len();
        let told = self.bytes.get(self.unexpected_until..start);
        if !told.is_some_and(|between| between.trim_ascii().is_empty()) {
            self.error(Span::new(start, start + written), message);
        }
        self.unexpected_until = end;
    }
}

/// A space or tab.
pub(super) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// A line end or the text's end.
pub(super) fn ends_line(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r' | 0)
}

/// What must follow a `-`, `?` or `:` that is more than a character of a text.
pub(super) fn is_space(byte: u8) -> bool {
    is_blank(byte) || ends_line(byte)
}
