//! From a text to its first document: byte order mark, directives, `---` and `...`.

use super::block::join;
use super::cursor::{Reader, is_space};
use super::{Document, Error, ErrorKind, Node};
use crate::text::Span;

const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Reads the first document of `text`.
pub(super) fn read(text: &str) -> Document<'_> {
    let document = read_once(text, false);
    if !has_open_quote(&document) {
        return document;
    }
    // What is guessed about half-typed texts must not cut those that PyYAML reads whole.
    let trusting = read_once(text, true);
    let is_broken = trusting.errors.iter().any(|error| error.kind.is_fatal());
    match (has_open_quote(&trusting), is_broken) {
        (true, _) => document,
        // Half-typed after all: the tree that is cut is closer to what is meant.
        (false, true) => Document {
            root: document.root,
            ..trusting
        },
        (false, false) => trusting,
    }
}

fn has_open_quote(document: &Document<'_>) -> bool {
    let mut errors = document.errors.iter();
    errors.any(|error| matches!(error.kind, ErrorKind::UnclosedQuote))
}

fn read_once(text: &str, trusts_quotes: bool) -> Document<'_> {
    let start = if text.starts_with(BYTE_ORDER_MARK) {
        BYTE_ORDER_MARK.len()
    } else {
        0
    };
    let mut marks = marks(text, start).peekable();
    let mut start = start;
    if let Some((at, b'-')) = marks.peek().copied()
        && is_head(text.get(start..at).unwrap_or(""))
    {
        start = at + 3;
        marks.next();
    }
    let end = marks.next();
    let first = text
        .get(..end.map_or(text.len(), |(at, _)| at))
        .unwrap_or("");
    let mut reader = Reader::new(first, start, trusts_quotes);
    let root = root(&mut reader);
    let mut errors = reader.errors;
    errors.extend(control_character(first));
    errors.extend(end.and_then(|mark| second_document(text, mark)));
    errors.sort_by_key(|error| error.span);
    Document { root, errors }
}

/// The lines that start with `---` or `...`, and the mark's character.
fn marks(text: &str, start: usize) -> impl Iterator<Item = (usize, u8)> {
    let bytes = text.as_bytes();
    let lines = memchr::memchr2_iter(b'\n', b'\r', bytes).map(|at| at + 1);
    std::iter::once(start).chain(lines).filter_map(move |at| {
        let mark = bytes.get(at..at + 3)?;
        let is_alone = bytes.get(at + 3).is_none_or(|next| is_space(*next));
        match mark {
            b"---" if is_alone => Some((at, b'-')),
            b"..." if is_alone => Some((at, b'.')),
            _ => None,
        }
    })
}

/// Whether only comments and directives are written in `text`.
fn is_head(text: &str) -> bool {
    text.split(['\n', '\r'])
        .all(|line| line.starts_with('%') || is_empty_line(line))
}

fn is_empty_line(line: &str) -> bool {
    let line = line.trim_start();
    line.is_empty() || line.starts_with('#')
}

/// The error of what follows the end of the first document.
fn second_document(text: &str, (at, mark): (usize, u8)) -> Option<Error> {
    let start = if mark == b'-' {
        at
    } else {
        content_behind(text, at + 3)?
    };
    let end = memchr::memchr2(b'\n', b'\r', text.as_bytes().get(start..)?)
        .map_or(text.len(), |length| start + length);
    Some(Error {
        span: Span::new(start, end),
        kind: ErrorKind::SecondDocument,
    })
}

/// The first line from `behind` on that says something.
fn content_behind(text: &str, behind: usize) -> Option<usize> {
    let mut next = behind;
    let lines = text.get(behind..)?.split_inclusive(['\n', '\r']);
    let mut lines = lines.map(|line| {
        let start = next;
        next += line.len();
        (start, line)
    });
    let (start, _) = lines.find(|(_, line)| !is_empty_line(line) && line.trim_end() != "...")?;
    Some(start)
}

/// The first control character of `text`.
fn control_character(text: &str) -> Option<Error> {
    let is_control =
        |byte: u8| (byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r')) || byte == 127;
    // By stretches and without a way out of the inner loop, which the compiler then does in one go.
    let mut stretches = text.as_bytes().chunks(256);
    let stretch = stretches.position(|s| s.iter().fold(false, |any, b| any | is_control(*b)))?;
    let rest = text.as_bytes().get(stretch * 256..)?;
    let at = stretch * 256 + rest.iter().position(|byte| is_control(*byte))?;
    Some(Error {
        span: Span::new(at, at + 1),
        kind: ErrorKind::Syntax {
            message: "control characters are not allowed",
        },
    })
}

fn root<'a>(reader: &mut Reader<'a>) -> Node<'a> {
    if !reader.next_token() {
        return Node::null(reader.at);
    }
    let mut root = reader.block(-1, 0);
    while reader.next_token() {
        let before = reader.at;
        let end = reader.line_end(before);
        reader.report(Span::new(before, end), ErrorKind::Indentation);
        let more = reader.block(-1, 0);
        root = join(root, more);
        if reader.at == before {
            reader.skip_line();
        }
    }
    root
}
