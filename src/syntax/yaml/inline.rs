//! What stands behind a `:` or `-` in the same line: a scalar, a bracket, an alias, or an anchor or
//! tag in front of any node.

use super::cursor::{Reader, is_space};
use super::{Node, Value};
use crate::text::Span;

const TEXT_BEHIND_VALUE: &str = "nothing can follow this value in its line";
const UNKNOWN_TAG: &str = "dbt knows no YAML tags of one's own";

/// What a node hangs from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Under {
    /// A `key:`, whose list may have its dashes in the key's column.
    Key,
    /// A `-`, or nothing.
    Dash,
}

/// `&anchor` and `!tag` in front of a node.
#[derive(Default)]
pub(super) struct Properties<'a> {
    pub(super) anchor: Option<&'a str>,
    /// Whether the tag says that the scalar is a text.
    pub(super) is_text: bool,
}

impl<'a> Reader<'a> {
    /// The node at the next token, which is neither a block map nor a block list.
    pub(super) fn inline(&mut self, parent: isize, under: Under, depth: u32) -> Node<'a> {
        match self.here() {
            b'&' | b'!' => self.with_properties(parent, under, depth),
            b'*' => {
                let node = self.alias();
                self.finish_line();
                node
            }
            b'"' | b'\'' => {
                let node = self.quoted(parent);
                self.finish_line();
                node
            }
            b'|' | b'>' => self.block_scalar(parent),
            b'{' if matches!(self.byte(self.at + 1), b'{' | b'%') => self.jinja_line(),
            b'[' | b'{' => {
                let node = self.flow(parent, depth);
                self.finish_line();
                node
            }
            _ => self.plain(parent),
        }
    }

    fn with_properties(&mut self, parent: isize, under: Under, depth: u32) -> Node<'a> {
        let cost = self.cost;
        let properties = self.properties();
        let behind = self.at;
        self.skip_blanks();
        let mut node = if depth > super::cursor::DEEPEST {
            self.skip_line();
            Node::null(behind)
        } else if self.is_at_line_end() {
            self.below(behind, parent, under, depth + 1)
        } else {
            self.inline(parent, under, depth + 1)
        };
        if properties.is_text
            && let Value::Scalar(scalar) = &mut node.value
        {
            scalar.is_tagged_text = true;
        }
        if let Some(name) = properties.anchor {
            self.define_anchor(name, &node, cost);
        }
        node
    }

    /// The anchor and tag at the next token, at most one of each.
    pub(super) fn properties(&mut self) -> Properties<'a> {
        let mut properties = Properties::default();
        for _ in 0..2 {
            let start = self.at;
            match self.here() {
                b'&' => {
                    self.at = self.name_end(start + 1);
                    properties.anchor = Some(self.slice(start + 1, self.at));
                }
                b'!' => {
                    while !is_space(self.here())
                        && !matches!(self.here(), b',' | b'[' | b']' | b'{' | b'}')
                    {
                        self.at += 1;
                    }
                    let tag = self.slice(start, self.at);
                    properties.is_text = tag == "!!str";
                    if tag != "!" && !tag.starts_with("!!") && !tag.starts_with("!<tag:yaml.org,") {
                        self.error(Span::new(start, self.at), UNKNOWN_TAG);
                    }
                }
                _ => break,
            }
            self.skip_blanks();
        }
        properties
    }

    /// Goes to the line's end, where nothing but a comment may stand.
    fn finish_line(&mut self) {
        self.skip_blanks();
        if self.is_at_line_end() {
            return;
        }
        let end = self.line_end(self.at);
        let written = self.slice(self.at, end).trim_end().len();
        self.error(Span::new(self.at, self.at + written), TEXT_BEHIND_VALUE);
        self.at = end;
    }
}
