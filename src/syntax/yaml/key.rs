//! Is this line `key: value`, and which key?

use super::cursor::{Reader, ends_line, is_blank, is_space};
use super::inline::Under;
use super::{Scalar, Style, Value};
use crate::text::Span;

const NOT_PLAIN: &str = "a key cannot start with this character; put the key in quotes";
const NO_SCALAR: &str = "only texts and numbers can be keys";

/// A key, its `:` already read.
pub(super) struct Key<'a> {
    pub(super) scalar: Scalar<'a>,
    pub(super) span: Span,
}

impl<'a> Reader<'a> {
    /// The key at the next token, if one stands there: the reader then is behind its `:`, else
    /// where it was.
    pub(super) fn key(&mut self) -> Option<Key<'a>> {
        match self.here() {
            b'"' | b'\'' => self.quoted_key(),
            b'&' | b'!' => self.key_with_properties(),
            b'*' => self.alias_key(),
            b'?' if is_space(self.byte(self.at + 1)) => Some(self.explicit_key()),
            b'|' | b'>' | b'#' | 0 => None,
            _ => self.plain_key(),
        }
    }

    fn plain_key(&mut self) -> Option<Key<'a>> {
        let start = self.at;
        let colon = self.plain_key_end(start)?;
        let text = self.slice(start, colon).trim_end_matches([' ', '\t']);
        let span = Span::new(start, start + text.len());
        if text.is_empty() {
            return None;
        }
        if !self.can_start_plain(start) {
            self.error(span, NOT_PLAIN);
        }
        self.at = colon + 1;
        let scalar = Scalar::verbatim(text, Style::Plain, span);
        Some(Key { scalar, span })
    }

    /// Where the `:` stands that makes the text at `start` a key.
    pub(super) fn plain_key_end(&self, start: usize) -> Option<usize> {
        // A `[a: b]` or `{a: b}` holds its keys for itself; `{{ x }}: y` is a key made by Jinja.
        let bracketed = matches!(self.byte(start), b'[' | b'{');
        let rest = self.bytes.get(start..)?;
        for (index, byte) in rest.iter().enumerate() {
            match byte {
                b':' if is_space(self.byte(start + index + 1)) => {
                    let before = self.byte((start + index).saturating_sub(1));
                    return (!bracketed || before == b'}').then_some(start + index);
                }
                b'#' if index > 0 && is_blank(self.byte(start + index - 1)) => return None,
                b'\n' | b'\r' => return None,
                _ => {}
            }
        }
        None
    }

    fn quoted_key(&mut self) -> Option<Key<'a>> {
        let start = self.at;
        let close = self.closing_quote_in_line(start)?;
        let mut colon = close + 1;
        while is_blank(self.byte(colon)) {
            colon += 1;
        }
        if self.byte(colon) != b':' || !is_space(self.byte(colon + 1)) {
            return None;
        }
        let scalar = self.decode_quoted(start, close);
        self.at = colon + 1;
        let span = Span::new(start, close + 1);
        Some(Key { scalar, span })
    }

    /// `&anchor key: value` and `!!str key: value`.
    fn key_with_properties(&mut self) -> Option<Key<'a>> {
        let start = self.at;
        let known = self.errors.len();
        let properties = self.properties();
        if !ends_line(self.here())
            && !matches!(self.here(), b'&' | b'!' | b'*' | b'?')
            && let Some(mut key) = self.key()
        {
            key.scalar.is_tagged_text = properties.is_text;
            if let Some(name) = properties.anchor {
                self.anchor_scalar(name, &key.scalar, key.span);
            }
            return Some(key);
        }
        self.errors.truncate(known);
        self.at = start;
        None
    }

    /// `*alias : value`
    fn alias_key(&mut self) -> Option<Key<'a>> {
        let start = self.at;
        let end = self.name_end(start + 1);
        let mut colon = end;
        while is_blank(self.byte(colon)) {
            colon += 1;
        }
        if self.byte(colon) != b':' || !is_space(self.byte(colon + 1)) {
            return None;
        }
        let span = Span::new(start, end);
        let node = self.alias();
        self.at = colon + 1;
        let scalar = match node.value {
            Value::Scalar(scalar) => scalar,
            Value::Null | Value::Map(_) | Value::List(_) => {
                self.error(span, NO_SCALAR);
                Scalar::verbatim(self.slice(start, end), Style::Plain, span)
            }
        };
        Some(Key { scalar, span })
    }

    /// `? key` and, in a line of its own, `: value`.
    fn explicit_key(&mut self) -> Key<'a> {
        let start = self.at;
        let indent = self.column();
        self.at += 1;
        self.skip_blanks();
        let node = if self.is_at_line_end() {
            super::Node::null(start + 1)
        } else {
            self.inline(indent, Under::Dash, 0)
        };
        let behind = self.at;
        if self.next_token()
            && self.column() == indent
            && self.here() == b':'
            && is_space(self.byte(self.at + 1))
        {
            self.at += 1;
        } else {
            // No value: go on right behind the key, so that the next line is the map's next key.
            self.at = behind;
        }
        let scalar = match node.value {
            Value::Scalar(scalar) => scalar,
            Value::Null => Scalar::verbatim("", Style::Plain, node.span),
            Value::Map(_) | Value::List(_) => {
                self.error(node.span, NO_SCALAR);
                Scalar::verbatim("", Style::Plain, node.span)
            }
        };
        Key {
            scalar,
            span: node.span,
        }
    }
}
