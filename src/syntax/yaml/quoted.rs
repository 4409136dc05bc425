//! Texts in single and double quotes.

use super::cursor::{Reader, ends_line, is_blank};
use super::decode::Decoded;
use super::{ErrorKind, Node, Scalar, Style, Value};
use crate::text::Span;

const UNKNOWN_ESCAPE: &str = "this is no escape of YAML; write `\\\\` for a backslash";

impl<'a> Reader<'a> {
    /// The quoted text at the next token. A quote that closes only behind lines that look like keys
    /// of the maps around belongs to one of them, unless quotes are trusted: the text at hand is
    /// half-typed then, and ends with its line.
    pub(super) fn quoted(&mut self, parent: isize) -> Node<'a> {
        let start = self.at;
        let Some(close) = self.closing_quote(start, parent) else {
            return self.unclosed_quote(start);
        };
        let scalar = self.decode_quoted(start, close);
        self.at = close + 1;
        self.finish(Value::Scalar(scalar), Span::new(start, close + 1))
    }

    fn unclosed_quote(&mut self, start: usize) -> Node<'a> {
        let line_end = self.line_end(start);
        let text = self.slice(start + 1, line_end).trim_end();
        let content = Span::new(start + 1, start + 1 + text.len());
        let span = Span::new(start, content.end as usize);
        self.report(span, ErrorKind::UnclosedQuote);
        self.at = line_end;
        let scalar = Scalar::verbatim(text, self.quote_style(start), content);
        self.finish(Value::Scalar(scalar), span)
    }

    fn quote_style(&self, start: usize) -> Style {
        if self.byte(start) == b'"' {
            Style::DoubleQuoted
        } else {
            Style::SingleQuoted
        }
    }

    /// Where the quote opened at `start` closes in the same line.
    pub(super) fn closing_quote_in_line(&self, start: usize) -> Option<usize> {
        let found = self.quote_or_break(start, start + 1);
        (self.byte(found) == self.byte(start)).then_some(found)
    }

    /// The closing quote or the first line end from `at` on, for the quote at `start`.
    fn quote_or_break(&self, start: usize, at: usize) -> usize {
        let quote = self.byte(start);
        let mut at = at;
        loop {
            match self.byte(at) {
                b'\\' if quote == b'"' && !ends_line(self.byte(at + 1)) => at += 2,
                b'\'' if quote == b'\'' && self.byte(at + 1) == b'\'' => at += 2,
                0 if at < self.bytes.len() => at += 1,
                byte if byte == quote || ends_line(byte) => return at,
                _ => at += 1,
            }
        }
    }

    fn closing_quote(&mut self, start: usize, parent: isize) -> Option<usize> {
        let quote = self.byte(start);
        let mut at = self.quote_or_break(start, start + 1);
        if self.byte(at) == quote {
            return Some(at);
        }
        let found = loop {
            if at >= self.bytes.len() || at - start > self.lookahead_left {
                break None;
            }
            let (text, column) = self.indentation(self.behind_break(at));
            if !self.trusts_quotes && column <= parent && self.looks_like_block(text) {
                break None;
            }
            at = self.quote_or_break(start, text);
            if self.byte(at) == quote {
                break self.can_end_value(at + 1).then_some(at);
            }
        };
        if found.is_none() {
            self.lookahead_left = self.lookahead_left.saturating_sub(at - start);
        }
        found
    }

    /// Whether the line whose text starts at `at` is a list item or starts with a key.
    pub(super) fn looks_like_block(&self, at: usize) -> bool {
        if self.is_dash(at) {
            return true;
        }
        let mut end = at;
        while matches!(self.byte(end), b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'-' | b'+' | b'.')
        {
            end += 1;
        }
        end > at && self.byte(end) == b':' && super::cursor::is_space(self.byte(end + 1))
    }

    /// Whether what follows at `at` can follow a value.
    fn can_end_value(&self, at: usize) -> bool {
        let mut at = at;
        while is_blank(self.byte(at)) {
            at += 1;
        }
        let next = self.byte(at);
        ends_line(next) || matches!(next, b'#' | b',' | b']' | b'}' | b':')
    }

    /// The text between the quotes at `start` and `close`.
    pub(super) fn decode_quoted(&mut self, start: usize, close: usize) -> Scalar<'a> {
        let style = self.quote_style(start);
        let content = Span::new(start + 1, close);
        let text = self.slice(start + 1, close);
        let escape = if style == Style::DoubleQuoted {
            b'\\'
        } else {
            b'\''
        };
        if memchr::memchr3(escape, b'\n', b'\r', text.as_bytes()).is_none() {
            return Scalar::verbatim(text, style, content);
        }
        let mut decoded = Decoded::default();
        let mut at = start + 1;
        let mut copied = at;
        while at < close {
            match self.byte(at) {
                byte if byte == escape => {
                    decoded.copy(self.slice(copied, at), copied);
                    at = if style == Style::DoubleQuoted {
                        self.escape(at, close, &mut decoded)
                    } else {
                        decoded.push("'", Span::new(at, at + 2));
                        at + 2
                    };
                    copied = at;
                }
                b'\n' | b'\r' => {
                    let mut end = at;
                    while end > copied && is_blank(self.byte(end - 1)) {
                        end -= 1;
                    }
                    decoded.copy(self.slice(copied, end), copied);
                    at = self.behind_blank_lines(at).min(close);
                    let gap = Span::new(end, at);
                    decoded.fold(self.count_breaks(gap), gap);
                    copied = at;
                }
                _ => at += 1,
            }
        }
        decoded.copy(self.slice(copied, close), copied);
        decoded.finish(style, content)
    }

    /// Where the next text stands behind the line end at `at`.
    fn behind_blank_lines(&self, at: usize) -> usize {
        let mut at = at;
        while matches!(self.byte(at), b'\n' | b'\r' | b' ' | b'\t') {
            at += 1;
        }
        at
    }

    /// Decodes the escape at `at`; gives where it ends.
    fn escape(&mut self, at: usize, close: usize, decoded: &mut Decoded) -> usize {
        let letter = self.byte(at + 1);
        let length = match letter {
            b'x' => 2,
            b'u' => 4,
            b'U' => 8,
            b'\n' | b'\r' => {
                let end = self.behind_blank_lines(at + 1).min(close);
                let gap = Span::new(at, end);
                let breaks = self.count_breaks(gap);
                decoded.line_ends(breaks.saturating_sub(1), gap);
                return end;
            }
            _ => 0,
        };
        let end = at + 2 + length;
        let made = if length == 0 {
            simple_escape(letter)
        } else {
            let digits = self.slice(at + 2, end.min(close));
            let is_whole = digits.len() == length && !digits.starts_with('+');
            let code = u32::from_str_radix(digits, 16).ok().filter(|_| is_whole);
            code.and_then(char::from_u32)
        };
        let Some(made) = made else {
            self.error(Span::new(at, at + 1), UNKNOWN_ESCAPE);
            decoded.copy("\\", at);
            return at + 1;
        };
        decoded.push(made.encode_utf8(&mut [0; 4]), Span::new(at, end));
        end
    }
}

fn simple_escape(letter: u8) -> Option<char> {
    Some(match letter {
        b'0' => '\0',
        b'a' => '\u{7}',
        b'b' => '\u{8}',
        b't' | b'\t' => '\t',
        b'n' => '\n',
        b'v' => '\u{b}',
        b'f' => '\u{c}',
        b'r' => '\r',
        b'e' => '\u{1b}',
        b' ' => ' ',
        b'"' => '"',
        b'/' => '/',
        b'\\' => '\\',
        b'N' => '\u{85}',
        b'_' => '\u{a0}',
        b'L' => '\u{2028}',
        b'P' => '\u{2029}',
        _ => return None,
    })
}
