//! Maps and lists by indentation.
//!
//! Everywhere `parent` is the column of the innermost block around: what belongs to the node at
//! hand stands deeper. In valid text a line is exactly as deep as the map or list it belongs to;
//! a line between `parent` and that is wrongly indented and still read as part of it.

use super::cursor::{DEEPEST, Reader};
use super::inline::Under;
use super::key::Key;
use super::{Entry, ErrorKind, Node, Scalar, Style, Value};
use crate::text::Span;

const NO_KEY: &str = "a `key: value` is expected here";
const NO_ITEM: &str = "a list item, `- …`, is expected here";
const LIST_BEHIND_VALUE: &str = "a list cannot follow a value; leave the value out";
const BEFORE_BLOCK: &str = "this line belongs to no map or list; a `:` may be missing";

impl<'a> Reader<'a> {
    /// The node at the next token, which stands deeper than `parent`.
    pub(super) fn block(&mut self, parent: isize, depth: u32) -> Node<'a> {
        if let Some(node) = self.collection(parent, depth) {
            return node;
        }
        let start = self.at;
        let column = self.column();
        let node = self.inline(parent, Under::Dash, depth);
        if matches!(node.value, Value::Map(_) | Value::List(_)) {
            return node;
        }
        if let Some(key) = self.key_without_colon(start, column) {
            return self.map(key, column, parent, depth);
        }
        self.block_behind(node, start, parent, depth)
    }

    /// The line at `start` and `column`, already read, as a key whose `:` is still missing: that it
    /// is if the lines below would be its value.
    fn key_without_colon(&mut self, start: usize, column: isize) -> Option<Key<'a>> {
        let end = self.line_end(start);
        let text = self.slice(start, end).trim_end();
        let behind = self.at;
        if text.is_empty() || behind > end || !self.next_token() {
            return None;
        }
        let is_below = self.column() > column && self.looks_like_block(self.at);
        let is_beside = self.column() == column && self.is_dash(self.at);
        if !is_below && !is_beside {
            return None;
        }
        self.at = behind;
        let span = Span::new(start, start + text.len());
        self.error(span, BEFORE_BLOCK);
        let scalar = Scalar::verbatim(text, Style::Plain, span);
        Some(Key { scalar, span })
    }

    /// A half-typed first line hides the map or list that goes on below: `node` is what the line
    /// says, the result what stands below, if anything does.
    fn block_behind(
        &mut self,
        node: Node<'a>,
        start: usize,
        parent: isize,
        depth: u32,
    ) -> Node<'a> {
        let mut is_told = false;
        while self.next_token() && self.column() > parent {
            if !is_told {
                let end = self.line_end(start);
                self.error(Span::new(start, end), BEFORE_BLOCK);
                is_told = true;
            }
            if let Some(block) = self.collection(parent, depth) {
                return block;
            }
            self.skip_line();
        }
        node
    }

    /// The map or list that starts at the next token, if one does.
    pub(super) fn collection(&mut self, parent: isize, depth: u32) -> Option<Node<'a>> {
        let column = self.column();
        if self.is_dash(self.at) {
            return Some(self.list(column, parent, depth));
        }
        let key = self.key()?;
        Some(self.map(key, column, parent, depth))
    }

    fn map(&mut self, key: Key<'a>, indent: isize, parent: isize, depth: u32) -> Node<'a> {
        let start = key.span.start as usize;
        if depth > DEEPEST {
            return self.too_deep(start, parent);
        }
        let mut entries: Vec<Entry<'a>> = Vec::new();
        let mut next = Some(key);
        while let Some(key) = next {
            let value = self.value(indent, depth);
            entries.push(Entry {
                key: key.scalar,
                key_span: key.span,
                value,
                is_merged: false,
            });
            next = self.next_key(&mut entries, indent, parent, depth);
        }
        let end = entries.last().map_or(start, |e| e.value.span.end as usize);
        self.finish_map(entries, Span::new(start, end))
    }

    /// What stands behind a `key:` of a map at `indent`, in the line or below.
    fn value(&mut self, indent: isize, depth: u32) -> Node<'a> {
        let behind_key = self.at;
        self.skip_blanks();
        if self.is_at_line_end() {
            self.below(behind_key, indent, Under::Key, depth)
        } else {
            self.inline(indent, Under::Key, depth)
        }
    }

    /// The node in the lines below a `key:` or `-` at `indent`.
    pub(super) fn below(
        &mut self,
        empty_at: usize,
        indent: isize,
        under: Under,
        depth: u32,
    ) -> Node<'a> {
        if self.next_token() {
            let column = self.column();
            if column > indent {
                return self.block(indent, depth + 1);
            }
            // `key:` may have its list's dashes in its own column.
            if under == Under::Key && column == indent && self.is_dash(self.at) {
                return self.list(indent, indent - 1, depth + 1);
            }
        }
        Node::null(empty_at)
    }

    /// The next key of the map at `indent`.
    fn next_key(
        &mut self,
        entries: &mut Vec<Entry<'a>>,
        indent: isize,
        parent: isize,
        depth: u32,
    ) -> Option<Key<'a>> {
        while self.next_token() {
            let column = self.column();
            if column <= parent {
                return None;
            }
            if self.is_dash(self.at) {
                let is_wanted = entries.last().is_some_and(|e| e.value.value == Value::Null);
                if column < indent && !is_wanted {
                    return None;
                }
                self.stray_list(entries, column, indent, depth);
                continue;
            }
            if let Some(key) = self.key() {
                if column != indent {
                    self.report(key.span, ErrorKind::Indentation);
                }
                return Some(key);
            }
            let start = self.at;
            self.skip_line();
            if let Some(key) = self.key_without_colon(start, column) {
                return Some(key);
            }
            self.tell_unexpected(start, NO_KEY);
        }
        None
    }

    /// A list that stands where a key should: most likely the list of the key before, behind which
    /// something is being typed.
    fn stray_list(
        &mut self,
        entries: &mut Vec<Entry<'a>>,
        column: isize,
        indent: isize,
        depth: u32,
    ) {
        let start = self.at;
        let parent = if column > indent { indent } else { column - 1 };
        let below = self.list(column, parent, depth + 1);
        let end = self.line_end(start);
        self.error(Span::new(start, end), LIST_BEHIND_VALUE);
        let Some(last) = entries.last_mut() else {
            return;
        };
        if column == indent && matches!(last.value.value, Value::Map(_)) {
            entries.push(nameless(below));
            return;
        }
        let before = std::mem::replace(&mut last.value, Node::null(0));
        last.value = join(before, below);
    }

    fn list(&mut self, indent: isize, parent: isize, depth: u32) -> Node<'a> {
        let start = self.at;
        if depth > DEEPEST {
            return self.too_deep(start, parent);
        }
        let mut items = Vec::new();
        loop {
            items.push(self.item(indent, depth));
            if !self.next_item(&mut items, indent, parent, depth) {
                break;
            }
        }
        let end = items.last().map_or(start, |item| item.span.end as usize);
        self.finish(Value::List(items), Span::new(start, end))
    }

    /// What stands behind the `-` at the next token, in the line or below.
    fn item(&mut self, indent: isize, depth: u32) -> Node<'a> {
        self.at += 1;
        let behind_dash = self.at;
        self.skip_blanks();
        if self.is_at_line_end() {
            return self.below(behind_dash, indent, Under::Dash, depth);
        }
        let blanks = self.slice(behind_dash, self.at);
        if let Some(tab) = blanks.find('\t') {
            let tab = behind_dash + tab;
            self.report(Span::new(tab, tab + 1), ErrorKind::Tab);
        }
        self.block(indent, depth + 1)
    }

    /// Goes to the next dash of the list at `indent`; false where the list ends.
    fn next_item(
        &mut self,
        items: &mut Vec<Node<'a>>,
        indent: isize,
        parent: isize,
        depth: u32,
    ) -> bool {
        while self.next_token() {
            let column = self.column();
            if column <= parent {
                return false;
            }
            if self.is_dash(self.at) {
                if column != indent {
                    let span = Span::new(self.at, self.at + 1);
                    self.report(span, ErrorKind::Indentation);
                }
                return true;
            }
            if column <= indent {
                return false;
            }
            let start = self.at;
            if let Some(node) = self.collection(indent, depth + 1) {
                let end = self.line_end(start);
                self.report(Span::new(start, end), ErrorKind::Indentation);
                items.push(node);
            } else {
                self.skip_line();
                self.tell_unexpected(start, NO_ITEM);
            }
        }
        false
    }

    fn too_deep(&mut self, start: usize, parent: isize) -> Node<'a> {
        let end = self.line_end(start);
        self.report(Span::new(start, end), ErrorKind::TooDeep);
        self.at = end;
        while self.next_token() && self.column() > parent {
            self.skip_line();
        }
        Node::null(start)
    }
}

/// Two nodes where one is expected, joined so that nothing gets lost.
pub(super) fn join<'a>(before: Node<'a>, below: Node<'a>) -> Node<'a> {
    let span = before.span.cover(below.span);
    let value = match (before.value, below.value) {
        (Value::Null | Value::Scalar(_), value) => {
            let span = below.span;
            return Node { span, value };
        }
        (value @ (Value::Map(_) | Value::List(_)), Value::Null | Value::Scalar(_)) => value,
        (Value::Map(mut entries), Value::Map(more)) => {
            entries.extend(more);
            Value::Map(entries)
        }
        (Value::List(mut items), Value::List(more)) => {
            items.extend(more);
            Value::List(items)
        }
        // The dash of the first item is being typed.
        (first @ Value::Map(_), Value::List(mut items)) => {
            let span = before.span;
            items.insert(0, Node { span, value: first });
            Value::List(items)
        }
        // The key of the list is being typed.
        (value @ Value::List(_), Value::Map(mut entries)) => {
            let span = before.span;
            entries.insert(0, nameless(Node { span, value }));
            Value::Map(entries)
        }
    };
    Node { span, value }
}

/// The entry of a value whose key is still missing.
fn nameless(value: Node<'_>) -> Entry<'_> {
    let key_span = Span::empty(value.span.start as usize);
    Entry {
        key: Scalar::verbatim("", Style::Plain, key_span),
        key_span,
        value,
        is_merged: false,
    }
}
