//! Anchors, aliases, merge keys and repeated keys: what maps become once they are read.
//!
//! An alias is replaced by a copy. What may be copied in one text is bounded, so that a few lines
//! of aliases of aliases cannot fill the memory.

use std::borrow::Cow;
use std::collections::HashMap;

use super::cursor::{DEEPEST, Reader};
use super::{Entry, ErrorKind, Node, Scalar, Style, Value};
use crate::text::Span;

/// What aliases may copy in one text, in the units of [`cost`].
pub(super) const MOST_COPIED: usize = 16 << 20;

/// The bytes of a node, roughly.
const NODE: usize = 128;

const NOT_MERGEABLE: &str = "`<<` takes a map or a list of maps";

/// A node that an alias can repeat.
pub(super) struct Anchored<'a> {
    node: Node<'a>,
    cost: usize,
}

impl<'a> Reader<'a> {
    /// Counts a node that has been read.
    pub(super) fn finish(&mut self, value: Value<'a>, span: Span) -> Node<'a> {
        self.cost += NODE;
        if let Value::Scalar(scalar) = &value
            && let Cow::Owned(text) = &scalar.text
        {
            self.cost += text.len() + scalar.pieces.len() * 16;
        }
        Node { span, value }
    }

    /// Makes a map of its entries: merge keys are applied, repeated keys told.
    pub(super) fn finish_map(&mut self, entries: Vec<Entry<'a>>, span: Span) -> Node<'a> {
        self.tell_repeated(&entries);
        let entries = if entries.iter().any(is_merge) {
            self.merged(entries)
        } else {
            entries
        };
        self.cost += NODE * entries.len();
        self.finish(Value::Map(entries), span)
    }

    /// Tells the keys that a map has twice, merge keys left out. dbt passes over a map that starts
    /// with one (dbt-core `clients/checked_load.py`).
    fn tell_repeated(&mut self, entries: &[Entry<'a>]) {
        if entries.first().is_some_and(|entry| entry.key.text == "<<") {
            return;
        }
        let own = || entries.iter().filter(|entry| !is_merge(entry));
        let mut repeated = Vec::new();
        if entries.len() <= 12 {
            for (index, entry) in own().enumerate() {
                let mut before = own().take(index);
                if let Some(first) = before.find(|e| e.key.text == entry.key.text) {
                    repeated.push((entry, first.key_span));
                }
            }
        } else {
            let mut seen = HashMap::with_capacity(entries.len());
            for entry in own() {
                let first = *seen
                    .entry(entry.key.text.as_ref())
                    .or_insert(entry.key_span);
                if first != entry.key_span {
                    repeated.push((entry, first));
                }
            }
        }
        for (entry, first) in repeated {
            let key = entry.key.text.to_string();
            self.report(entry.key_span, ErrorKind::DuplicateKey { key, first });
        }
    }

    /// What merge keys bring goes in front, so that a map's own keys win; of several merged maps
    /// the first wins.
    fn merged(&mut self, entries: Vec<Entry<'a>>) -> Vec<Entry<'a>> {
        let mut brought = Vec::new();
        let mut own = Vec::with_capacity(entries.len());
        for entry in entries {
            if !is_merge(&entry) {
                own.push(entry);
                continue;
            }
            match entry.value.value {
                Value::Map(more) => brought.extend(more),
                Value::List(maps) => {
                    for map in maps.into_iter().rev() {
                        match map.value {
                            Value::Map(more) => brought.extend(more),
                            Value::Null | Value::Scalar(_) | Value::List(_) => {
                                self.error(map.span, NOT_MERGEABLE);
                            }
                        }
                    }
                }
                Value::Null | Value::Scalar(_) => self.error(entry.value.span, NOT_MERGEABLE),
            }
        }
        for entry in &mut brought {
            entry.is_merged = true;
        }
        brought.append(&mut own);
        brought
    }

    /// Remembers `node` as `&name`; reading it raised the cost from `cost_before`.
    pub(super) fn define_anchor(&mut self, name: &'a str, node: &Node<'a>, cost_before: usize) {
        let cost = self.cost - cost_before;
        if height(node) > DEEPEST {
            self.report(node.span, ErrorKind::TooDeep);
        } else if self.spend(cost, node.span) {
            let node = node.clone();
            self.anchors.insert(name, Anchored { node, cost });
        }
    }

    pub(super) fn anchor_scalar(&mut self, name: &'a str, scalar: &Scalar<'a>, span: Span) {
        let value = Value::Scalar(scalar.clone());
        let node = Node { span, value };
        let cost = NODE + scalar.text.len();
        if self.spend(cost, span) {
            self.anchors.insert(name, Anchored { node, cost });
        }
    }

    /// The copy of what `*name` at the next token stands for.
    pub(super) fn alias(&mut self) -> Node<'a> {
        let start = self.at;
        self.at = self.name_end(start + 1);
        let span = Span::new(start, self.at);
        let name = self.slice(start + 1, self.at);
        let Some(cost) = self.anchors.get(name).map(|anchored| anchored.cost) else {
            let name = name.to_owned();
            self.report(span, ErrorKind::UnknownAlias { name });
            return Node {
                span,
                value: Value::Null,
            };
        };
        let value = if self.spend(cost, span) {
            self.anchors
                .get(name)
                .map(|anchored| anchored.node.value.clone())
        } else {
            None
        };
        self.cost += cost;
        Node {
            span,
            value: value.unwrap_or(Value::Null),
        }
    }

    fn spend(&mut self, cost: usize, span: Span) -> bool {
        if cost <= self.copies_left {
            self.copies_left -= cost;
            return true;
        }
        self.copies_left = 0;
        self.report(span, ErrorKind::TooLarge);
        false
    }

    /// Where the name of an anchor or alias that starts at `start` ends.
    pub(super) fn name_end(&self, start: usize) -> usize {
        let mut at = start;
        while matches!(self.byte(at), b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'-') {
            at += 1;
        }
        at
    }
}

/// How many maps and lists are nested in `node`.
fn height(node: &Node<'_>) -> u32 {
    match &node.value {
        Value::Null | Value::Scalar(_) => 0,
        Value::Map(entries) => 1 + entries.iter().map(|e| height(&e.value)).max().unwrap_or(0),
        Value::List(items) => 1 + items.iter().map(height).max().unwrap_or(0),
    }
}

fn is_merge(entry: &Entry<'_>) -> bool {
    entry.key.style == Style::Plain && entry.key.text == "<<"
}
