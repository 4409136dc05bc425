//! Texts without quotes, in one line or folded over several, and Jinja that should have quotes.

use super::cursor::{Reader, ends_line, is_blank, is_space};
use super::decode::Decoded;
use super::{ErrorKind, Node, Scalar, Style, Value};
use crate::text::Span;

const MAP_IN_LINE: &str = "a text with `: ` in it needs quotes; a map starts on a line of its own";
const LIST_IN_LINE: &str = "a list starts on a line of its own";
const NO_VALUE: &str = "this sign has a meaning of its own; put it in quotes";
const NOT_PLAIN: &str = "a text cannot start with this character; put it in quotes";

/// One line of a plain text.
struct Line {
    start: usize,
    /// Behind the last character that is not a blank.
    end: usize,
    /// Where a `: ` stands that makes the line a key and value.
    colon: Option<usize>,
    has_comment: bool,
    /// Where the line ends, before its line end.
    break_at: usize,
}

impl<'a> Reader<'a> {
    /// The plain text at the next token; lines deeper than `parent` go on with it.
    pub(super) fn plain(&mut self, parent: isize) -> Node<'a> {
        let first = self.plain_line(self.at);
        let span = Span::new(first.start, first.end);
        if let Some(colon) = first.colon {
            self.error(Span::new(colon, colon + 1), MAP_IN_LINE);
        } else if self.is_dash(first.start) {
            self.error(Span::new(first.start, first.start + 1), LIST_IN_LINE);
        } else if !self.can_start_plain(first.start) {
            self.error(Span::new(first.start, first.start + 1), NOT_PLAIN);
        }
        self.at = first.break_at;
        let more = if first.has_comment {
            Vec::new()
        } else {
            self.continuation(first.break_at, parent)
        };
        let Some(last) = more.last() else {
            let text = self.slice(first.start, first.end);
            if matches!(text, "=" | "<<") {
                self.error(span, NO_VALUE);
            }
            let scalar = Scalar::verbatim(text, Style::Plain, span);
            return self.finish(Value::Scalar(scalar), span);
        };
        let span = Span::new(first.start, last.end);
        self.at = last.break_at;
        let scalar = self.fold_plain(&first, &more, span);
        self.finish(Value::Scalar(scalar), span)
    }

    /// `{{ … }}` without quotes: the rest of the line, as a text.
    pub(super) fn jinja_line(&mut self) -> Node<'a> {
        let line = self.plain_line(self.at);
        let span = Span::new(line.start, line.end);
        self.report(span, ErrorKind::UnquotedJinja);
        self.at = line.break_at;
        let scalar = Scalar::verbatim(self.slice(line.start, line.end), Style::Plain, span);
        self.finish(Value::Scalar(scalar), span)
    }

    /// Whether YAML lets a text without quotes start with the character at `at`.
    pub(super) fn can_start_plain(&self, at: usize) -> bool {
        match self.byte(at) {
            b'-' | b'?' | b':' => !is_space(self.byte(at + 1)),
            b',' | b'[' | b']' | b'{' | b'}' | b'#' | b'&' | b'*' | b'!' | b'|' | b'>' | b'\''
            | b'"' | b'%' | b'@' | b'`' => false,
            _ => true,
        }
    }

    /// The plain text from `start` to the end of its line or to a comment.
    fn plain_line(&self, start: usize) -> Line {
        let line_end = self.line_end(start);
        let rest = self.bytes.get(start..line_end).unwrap_or(&[]);
        let mut end = line_end;
        let mut colon = None;
        let mut has_comment = false;
        for found in memchr::memchr2_iter(b':', b'#', rest) {
            let at = start + found;
            if self.byte(at) == b'#' {
                if found > 0 && is_blank(self.byte(at - 1)) {
                    end = at;
                    has_comment = true;
                    break;
                }
            } else if colon.is_none() && is_space(self.byte(at + 1)) {
                colon = Some(at);
            }
        }
        while end > start && is_blank(self.byte(end - 1)) {
            end -= 1;
        }
        Line {
            start,
            end,
            colon,
            has_comment,
            break_at: line_end,
        }
    }

    /// The lines that go on with a plain text whose first line ends at `line_end`. None of them if
    /// one looks like a key and value: then the text was half-typed, and they are what stood below.
    fn continuation(&mut self, line_end: usize, parent: isize) -> Vec<Line> {
        let mut lines = Vec::new();
        let mut tabs = Vec::new();
        let mut at = self.behind_break(line_end);
        while at < self.bytes.len() {
            let (start, column) = self.indentation(at);
            let tab = self.tab(at, start, parent);
            if ends_line(self.byte(start)) && start < self.bytes.len() {
                tabs.extend(tab);
                at = self.behind_break(start);
                if at == start {
                    break;
                }
                continue;
            }
            if self.byte(start) == b'#' {
                tabs.extend(tab);
                break;
            }
            if column <= parent || start >= self.bytes.len() {
                break;
            }
            let line = self.plain_line(start);
            if line.colon.is_some() {
                return Vec::new();
            }
            at = self.behind_break(line.break_at);
            let is_last = line.has_comment;
            lines.push(line);
            tabs.extend(tab);
            if is_last {
                break;
            }
        }
        for tab in tabs {
            self.report(Span::new(tab, tab + 1), ErrorKind::Tab);
        }
        lines
    }

    /// The first tab in `line..text` that stands where only spaces may.
    fn tab(&self, line: usize, text: usize, parent: isize) -> Option<usize> {
        let tab = self.slice(line, text).find('\t')?;
        let is_indentation = isize::try_from(tab).is_ok_and(|column| column <= parent);
        is_indentation.then_some(line + tab)
    }

    fn fold_plain(&self, first: &Line, more: &[Line], span: Span) -> Scalar<'a> {
        let mut decoded = Decoded::default();
        decoded.copy(self.slice(first.start, first.end), first.start);
        let mut before = first.end;
        for line in more {
            let gap = Span::new(before, line.start);
            decoded.fold(self.count_breaks(gap), gap);
            decoded.copy(self.slice(line.start, line.end), line.start);
            before = line.end;
        }
        decoded.finish(Style::Plain, span)
    }

    /// The number of line ends in `span`.
    pub(super) fn count_breaks(&self, span: Span) -> usize {
        let mut count = 0;
        let mut at = span.start as usize;
        while at < span.end as usize {
            let behind = self.behind_break(at);
            if behind > at {
                count += 1;
                at = behind;
            } else {
                at += 1;
            }
        }
        count
    }
}
