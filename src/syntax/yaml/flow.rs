//! Maps and lists in brackets, over one line or many.
//!
//! A bracket is first read to its end wherever that is. If that fails, it is half-typed, and is read
//! again up to the first line that looks like part of the block around.

use super::cursor::{DEEPEST, Reader, is_blank, is_space};
use super::decode::Decoded;
use super::{Entry, ErrorKind, Node, Scalar, Style, Value};
use crate::text::Span;

const MISMATCH: &str = "this bracket closes another kind than the one that is open";
const NOTHING: &str = "a value is missing between the commas";
const COMMA: &str = "a `,` or the closing bracket is expected here";
const KEY_OVER_LINES: &str = "a key and its `:` must stand in one line";
const NO_SCALAR: &str = "only texts and numbers can be keys";
const NOT_PLAIN: &str = "a text cannot start with this character; put it in quotes";
const COLON: &str = "a space is missing behind the `:`";

/// Reads one outermost bracket.
struct Brackets<'r, 'a> {
    reader: &'r mut Reader<'a>,
    /// In the second reading, the column of the block around.
    around: Option<isize>,
    /// The outermost bracket.
    outermost: u8,
    /// The errors known when reading began.
    known: usize,
    /// Whether a line of the block around has been met.
    is_cut: bool,
}

impl<'a> Reader<'a> {
    /// The map or list in brackets at the next token.
    pub(super) fn flow(&mut self, parent: isize, depth: u32) -> Node<'a> {
        let start = self.at;
        let known = self.errors.len();
        let cost = self.cost;
        if self.lookahead_left > 0 {
            let mut brackets = Brackets::new(self, None);
            let node = brackets.collection(depth);
            if !brackets.has_failed() {
                return node;
            }
            let looked_at = self.at - start;
            self.lookahead_left = self.lookahead_left.saturating_sub(looked_at);
            self.errors.truncate(known);
            self.cost = cost;
            self.at = start;
        }
        Brackets::new(self, Some(parent)).collection(depth)
    }
}

impl<'r, 'a> Brackets<'r, 'a> {
    fn new(reader: &'r mut Reader<'a>, around: Option<isize>) -> Self {
        Self {
            outermost: reader.here(),
            known: reader.syntax_errors,
            reader,
            around,
            is_cut: false,
        }
    }

    fn has_failed(&self) -> bool {
        self.reader.syntax_errors > self.known
    }

    /// Whether to give up: in the first reading at the first error.
    fn is_over(&self) -> bool {
        self.is_cut || (self.around.is_none() && self.has_failed())
    }

    fn fail(&mut self, start: usize, message: &'static str) {
        let end = self.reader.at.max(start + 1).min(self.reader.bytes.len());
        self.reader.error(Span::new(start, end), message);
    }

    /// The next byte that is not blank, a line end or a comment; 0 where the bracket must end.
    fn peek(&mut self) -> u8 {
        if self.is_over() {
            return 0;
        }
        loop {
            match self.reader.here() {
                b' ' | b'\t' => self.reader.at += 1,
                b'#' => self.reader.skip_line(),
                b'\n' | b'\r' => {
                    let next = self.reader.behind_break(self.reader.at);
                    if self.is_around(next) {
                        self.is_cut = true;
                        return 0;
                    }
                    self.reader.at = next;
                }
                0 if !self.reader.is_at_end() => self.reader.at += 1,
                byte => return byte,
            }
        }
    }

    /// Whether the line that starts at `line` belongs to the block around.
    fn is_around(&self, line: usize) -> bool {
        let Some(parent) = self.around else {
            return false;
        };
        let (text, column) = self.reader.indentation(line);
        self.reader.is_dash(text)
            || ((column <= parent || self.outermost == b'[') && self.reader.looks_like_block(text))
    }

    fn node(&mut self, depth: u32) -> Node<'a> {
        match self.reader.here() {
            b'{' if matches!(self.reader.byte(self.reader.at + 1), b'{' | b'%') => self.jinja(),
            b'[' | b'{' => self.collection(depth + 1),
            b'"' | b'\'' => self.reader.quoted(self.around.unwrap_or(isize::MIN)),
            b'*' => self.reader.alias(),
            b'&' | b'!' => self.with_properties(depth),
            _ => self.plain(),
        }
    }

    fn collection(&mut self, depth: u32) -> Node<'a> {
        let start = self.reader.at;
        if depth > DEEPEST {
            let span = Span::new(start, start + 1);
            self.reader.report(span, ErrorKind::TooDeep);
            self.reader.skip_line();
            self.is_cut = true;
            return Node::null(start);
        }
        self.reader.at += 1;
        if self.reader.byte(start) == b'[' {
            let items = self.items(start, depth);
            let span = Span::new(start, self.reader.at);
            self.reader.finish(Value::List(items), span)
        } else {
            let entries = self.entries(start, depth);
            let span = Span::new(start, self.reader.at);
            self.reader.finish_map(entries, span)
        }
    }

    /// Whether the bracket opened at `start` ends here.
    fn is_closed(&mut self, start: usize) -> bool {
        let open = self.reader.byte(start);
        loop {
            let at = self.reader.at;
            match self.peek() {
                0 => {
                    if self.around.is_some() || !self.has_failed() {
                        let span = Span::new(start, start + 1);
                        self.reader.report(span, ErrorKind::UnclosedBracket);
                        self.reader.at = self.reader.at.min(at.max(start + 1));
                    }
                    return true;
                }
                close @ (b']' | b'}') => {
                    self.reader.at += 1;
                    if (open == b'[') != (close == b']') {
                        self.fail(self.reader.at - 1, MISMATCH);
                    }
                    return true;
                }
                b',' => {
                    self.reader.at += 1;
                    self.fail(self.reader.at - 1, NOTHING);
                }
                _ => return false,
            }
        }
    }

    /// Goes over the comma behind an item.
    fn comma(&mut self) {
        match self.peek() {
            b',' => self.reader.at += 1,
            b']' | b'}' | 0 => {}
            _ => self.fail(self.reader.at, COMMA),
        }
    }

    fn items(&mut self, start: usize, depth: u32) -> Vec<Node<'a>> {
        let mut items = Vec::new();
        while !self.is_closed(start) {
            let item_start = self.reader.at;
            let (node, is_explicit) = self.key_or_item(depth);
            if self.peek() == b':' || is_explicit {
                let mut entries = Vec::with_capacity(1);
                self.pair(&mut entries, node, is_explicit, depth);
                let span = Span::new(item_start, self.reader.at);
                items.push(self.reader.finish_map(entries, span));
            } else {
                items.push(node);
            }
            self.comma();
        }
        items
    }

    fn entries(&mut self, start: usize, depth: u32) -> Vec<Entry<'a>> {
        let mut entries = Vec::new();
        while !self.is_closed(start) {
            let (key, is_explicit) = self.key_or_item(depth);
            self.pair(&mut entries, key, is_explicit, depth);
            self.comma();
        }
        entries
    }

    /// A node that may be a key, and whether a `?` says that it is.
    fn key_or_item(&mut self, depth: u32) -> (Node<'a>, bool) {
        let at = self.reader.at;
        let is_explicit = self.reader.here() == b'?' && is_space(self.reader.byte(at + 1));
        if is_explicit {
            self.reader.at += 1;
            self.peek();
        }
        let node = match self.reader.here() {
            b':' if self.is_colon(self.reader.at) => Node::null(self.reader.at),
            b',' | b']' | b'}' | 0 => Node::null(self.reader.at),
            _ => self.node(depth),
        };
        (node, is_explicit)
    }

    /// Adds `key` and what stands behind its `:`, if there is one.
    fn pair(&mut self, entries: &mut Vec<Entry<'a>>, key: Node<'a>, is_explicit: bool, depth: u32) {
        let mut key = key;
        loop {
            let key_span = key.span;
            let value = if self.peek() == b':' {
                let to_colon = Span::new(key_span.start as usize, self.reader.at);
                if !is_explicit && self.reader.count_breaks(to_colon) > 0 {
                    self.fail(self.reader.at, KEY_OVER_LINES);
                }
                self.reader.at += 1;
                self.pair_value(depth)
            } else {
                Node::null(key_span.end as usize)
            };
            // `a: b: c`, most likely over two lines: a comma is missing, `b` is a key.
            let next = match &value.value {
                Value::Scalar(scalar) if self.peek() == b':' && self.around.is_some() => {
                    self.fail(self.reader.at, COMMA);
                    Some(Node {
                        span: value.span,
                        value: Value::Scalar(scalar.clone()),
                    })
                }
                Value::Scalar(_) | Value::Null | Value::Map(_) | Value::List(_) => None,
            };
            let key_scalar = self.key_scalar(key);
            entries.push(Entry {
                key: key_scalar,
                key_span,
                value,
                is_merged: false,
            });
            match next {
                Some(next) => key = next,
                None => return,
            }
        }
    }

    fn pair_value(&mut self, depth: u32) -> Node<'a> {
        let behind_colon = self.reader.at;
        match self.peek() {
            b',' | b']' | b'}' | 0 => Node::null(behind_colon),
            _ => self.node(depth),
        }
    }

    fn key_scalar(&mut self, key: Node<'a>) -> Scalar<'a> {
        match key.value {
            Value::Scalar(scalar) => scalar,
            Value::Null => Scalar::verbatim("", Style::Plain, key.span),
            Value::Map(_) | Value::List(_) => {
                self.reader.error(key.span, NO_SCALAR);
                Scalar::verbatim("", Style::Plain, key.span)
            }
        }
    }

    fn with_properties(&mut self, depth: u32) -> Node<'a> {
        let cost = self.reader.cost;
        let properties = self.reader.properties();
        let mut node = match self.peek() {
            b',' | b']' | b'}' | b':' | b'&' | b'!' | 0 => Node::null(self.reader.at),
            _ => self.node(depth),
        };
        if properties.is_text
            && let Value::Scalar(scalar) = &mut node.value
        {
            scalar.is_tagged_text = true;
        }
        if let Some(name) = properties.anchor {
            self.reader.define_anchor(name, &node, cost);
        }
        node
    }

    /// `{{ … }}` without quotes.
    fn jinja(&mut self) -> Node<'a> {
        let start = self.reader.at;
        let line = self.reader.slice(start, self.reader.line_end(start));
        let close = line.find("}}").or_else(|| line.find("%}"));
        let text = close.map_or(line.trim_end(), |close| {
            line.get(..close + 2).unwrap_or(line)
        });
        let span = Span::new(start, start + text.len());
        self.reader.report(span, ErrorKind::UnquotedJinja);
        self.reader.at = span.end as usize;
        let scalar = Scalar::verbatim(text, Style::Plain, span);
        self.reader.finish(Value::Scalar(scalar), span)
    }

    fn plain(&mut self) -> Node<'a> {
        let start = self.reader.at;
        if !self.reader.can_start_plain(start) {
            self.fail(start, NOT_PLAIN);
        }
        let mut end = self.plain_end(start).max(start + 1);
        while !self.reader.text.is_char_boundary(end) {
            end += 1;
        }
        let first = self.reader.slice(start, end).trim_end_matches([' ', '\t']);
        let mut last = start + first.len();
        let mut decoded = None;
        self.reader.at = end;
        while let Some(next) = self.continuation(end) {
            let text = decoded.get_or_insert_with(|| {
                let mut text = Decoded::default();
                text.copy(first, start);
                text
            });
            let gap = Span::new(last, next);
            text.fold(self.reader.count_breaks(gap), gap);
            end = self.plain_end(next);
            let line = self.reader.slice(next, end).trim_end_matches([' ', '\t']);
            text.copy(line, next);
            last = next + line.len();
            self.reader.at = end;
        }
        let span = Span::new(start, last);
        let scalar = match decoded {
            Some(decoded) => decoded.finish(Style::Plain, span),
            None => Scalar::verbatim(first, Style::Plain, span),
        };
        self.reader.finish(Value::Scalar(scalar), span)
    }

    /// Where the plain text at `start` ends in its line.
    fn plain_end(&mut self, start: usize) -> usize {
        let mut at = start;
        loop {
            match self.reader.byte(at) {
                b',' | b'[' | b']' | b'{' | b'}' | b'\n' | b'\r' => return at,
                b':' if self.is_colon(at) => {
                    if matches!(self.reader.byte(at + 1), b',' | b'[' | b']' | b'{' | b'}') {
                        self.fail(at, COLON);
                    }
                    return at;
                }
                b'#' if at > start && is_blank(self.reader.byte(at - 1)) => return at,
                0 if at >= self.reader.bytes.len() => return at,
                _ => at += 1,
            }
        }
    }

    /// Whether the `:` at `at` ends a key.
    fn is_colon(&self, at: usize) -> bool {
        let next = self.reader.byte(at + 1);
        is_space(next) || matches!(next, b',' | b'[' | b']' | b'{' | b'}')
    }

    /// Where the plain text whose line ends at `end` goes on.
    fn continuation(&self, end: usize) -> Option<usize> {
        if self.around.is_some() || self.reader.behind_break(end) == end {
            return None;
        }
        let mut at = end;
        while matches!(self.reader.byte(at), b' ' | b'\t' | b'\n' | b'\r') {
            at += 1;
        }
        match self.reader.byte(at) {
            b',' | b'[' | b']' | b'{' | b'}' | b'#' => None,
            b':' if self.is_colon(at) => None,
            0 if at >= self.reader.bytes.len() => None,
            _ => Some(at),
        }
    }
}
