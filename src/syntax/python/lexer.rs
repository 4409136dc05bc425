//! Which tokens stand in Python, and where do statements start? Enough of the language to find
//! calls: strings and comments are told from code, and an unclosed call ends with its statement.

use crate::syntax::jinja::{Token, TokenKind, token, unclosed_end, word_end};
use crate::text::Span;

/// The tokens of a Python text.
#[derive(Debug, Default)]
pub(super) struct Source {
    pub tokens: Vec<Token>,
    pub comments: Vec<Span>,
    /// The tokens that start a statement for certain, in order.
    starts: Vec<usize>,
}

impl Source {
    /// The tokens `from..to` of the statement that `offset` is in.
    pub fn statement_at(&self, offset: usize) -> (usize, usize) {
        let start_of = |index: &usize| self.tokens.get(*index).map_or(0, |token| token.start);
        let next = self
            .starts
            .partition_point(|index| start_of(index) <= offset);
        let from = next.checked_sub(1).and_then(|at| self.starts.get(at));
        let to = self.starts.get(next).copied();
        (from.copied().unwrap_or(0), to.unwrap_or(self.tokens.len()))
    }
}

/// Reads `text`.
pub(super) fn statements(text: &str) -> Source {
    let bytes = text.as_bytes();
    let mut source = Source::default();
    let mut at = 0;
    let mut is_line_start = true;
    let mut wasted = 0;
    while let Some(byte) = bytes.get(at).copied() {
        if byte == b'\n' {
            is_line_start = true;
        }
        if byte.is_ascii_whitespace() || byte == b'\\' {
            at += 1;
            continue;
        }
        if byte == b'#' {
            let rest = bytes.get(at..).unwrap_or(&[]);
            let end = at + memchr::memchr(b'\n', rest).unwrap_or(rest.len());
            source.comments.push(Span::new(at, end));
            at = end;
            continue;
        }
        if is_line_start && starts_statement(bytes, at) {
            source.starts.push(source.tokens.len());
        }
        is_line_start = false;
        // Strings without an end look far ahead; behind some of them no farther than this.
        let mut limit = bytes.len();
        if wasted > 4 * bytes.len() + 4096 {
            limit = limit.min(at + 1024);
            while !text.is_char_boundary(limit) {
                limit += 1;
            }
        }
        let next = python_token(text, at, limit);
        if matches!(next.kind, TokenKind::String { closing: 0, .. }) {
            let line = memchr::memchr(b'\n', bytes.get(at..limit).unwrap_or(&[]));
            wasted += line.unwrap_or(limit - at);
        }
        at = next.end.max(at + 1);
        source.tokens.push(next);
    }
    source
}

/// Whether a line that starts at `at` can be no argument of a call: it starts with a word of a
/// statement, or with `name = `, where an argument would have no blanks.
fn starts_statement(bytes: &[u8], at: usize) -> bool {
    const WORDS: [&[u8]; 13] = [
        b"def", b"return", b"import", b"from", b"class", b"with", b"try", b"except", b"raise",
        b"while", b"assert", b"async", b"elif",
    ];
    let end = word_end(bytes, at);
    let word = bytes.get(at..end).unwrap_or(&[]);
    let is_assignment = bytes.get(end..end + 3) == Some(b" = ");
    !word.is_empty() && (is_assignment || WORDS.contains(&word))
}

fn python_token(text: &str, start: usize, limit: usize) -> Token {
    let bytes = text.as_bytes();
    let bytes = bytes.get(..limit).unwrap_or(bytes);
    let byte = bytes.get(start).copied().unwrap_or(0);
    if matches!(byte, b'\'' | b'"') {
        return string(bytes, start, 0);
    }
    let end = word_end(bytes, start);
    let is_prefix = end > start && end - start <= 2 && matches!(bytes.get(end), Some(b'\'' | b'"'));
    if !is_prefix {
        return token(text, start, limit, false).0;
    }
    let prefix = bytes.get(start..end).unwrap_or(&[]).to_ascii_lowercase();
    let string = string(bytes, start, end - start);
    let inside = bytes.get(start..string.end).unwrap_or(&[]);
    let is_text = match prefix.as_slice() {
        b"u" => true,
        b"r" => !inside.contains(&b'\\'),
        b"f" | b"b" | b"rb" | b"br" | b"rf" | b"fr" => false,
        _ => return token(text, start, limit, false).0,
    };
    Token {
        kind: if is_text {
            string.kind
        } else {
            TokenKind::Opaque
        },
        ..string
    }
}

/// A string, whose quotes stand `prefix` bytes behind `start`.
fn string(bytes: &[u8], start: usize, prefix: usize) -> Token {
    let at = start + prefix;
    let quote = bytes.get(at).copied().unwrap_or(b'"');
    let is_triple = bytes.get(at..at + 3) == Some(&[quote; 3]);
    let width = if is_triple { 3 } else { 1 };
    let inside = at + width;
    let closed = closing(bytes, inside, quote, is_triple);
    let end = match closed {
        Some(end) => end + width,
        None if is_triple => bytes.len(),
        None => unclosed_end(bytes, inside),
    };
    let narrow = |width: usize| u8::try_from(width).unwrap_or(1);
    Token {
        kind: TokenKind::String {
            opening: narrow(prefix + width),
            closing: if closed.is_some() { narrow(width) } else { 0 },
        },
        start,
        end,
    }
}

fn closing(bytes: &[u8], from: usize, quote: u8, is_triple: bool) -> Option<usize> {
    let mut at = from;
    loop {
        let found = at + memchr::memchr3(quote, b'\\', b'\n', bytes.get(at..)?)?;
        match bytes.get(found)? {
            b'\\' => at = found + 2,
            b'\n' if is_triple => at = found + 1,
            b'\n' => return None,
            _ if !is_triple || bytes.get(found..found + 3) == Some(&[quote; 3]) => {
                return Some(found);
            }
            _ => at = found + 1,
        }
    }
}
