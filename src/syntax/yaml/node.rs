//! The tree: maps, lists and scalars with their places.

use super::Scalar;
use crate::text::Span;

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Node<'a> {
    /// The written value, quotes and brackets included; behind an alias the `*name`. Empty and
    /// right behind the `:` or `-` where nothing is written.
    pub span: Span,
    /// What it says.
    pub value: Value<'a>,
}

/// What a node says.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// Nothing is written. A written `null` or `~` is a scalar.
    Null,
    /// One text, number, date, ….
    Scalar(Scalar<'a>),
    /// Keys and values in the order of the file, repeated keys included. Entries that come from a
    /// merge key (`<<`) stand first.
    Map(Vec<Entry<'a>>),
    /// Items in the order of the file.
    List(Vec<Node<'a>>),
}

/// A key and its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry<'a> {
    /// The key.
    pub key: Scalar<'a>,
    /// The written key, quotes included.
    pub key_span: Span,
    /// The value.
    pub value: Node<'a>,
    /// Whether a merge key (`<<`) brought it here. Its spans lie where it is written.
    pub is_merged: bool,
}

impl<'a> Node<'a> {
    pub(super) fn null(at: usize) -> Self {
        Self {
            span: Span::empty(at),
            value: Value::Null,
        }
    }

    /// The value of `key`, if this is a map that has it; the last one where it is repeated, as
    /// PyYAML takes it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node<'a>> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The entry of `key`, if this is a map that has it; the last one where it is repeated.
    #[must_use]
    pub fn entry(&self, key: &str) -> Option<&Entry<'a>> {
        self.entries().iter().rev().find(|e| e.key.text == key)
    }

    /// The entries, if this is a map.
    #[must_use]
    pub fn entries(&self) -> &[Entry<'a>] {
        match &self.value {
            Value::Map(entries) => entries,
            Value::Null | Value::Scalar(_) | Value::List(_) => &[],
        }
    }

    /// The items, if this is a list.
    #[must_use]
    pub fn items(&self) -> &[Node<'a>] {
        match &self.value {
            Value::List(items) => items,
            Value::Null | Value::Scalar(_) | Value::Map(_) => &[],
        }
    }

    /// The scalar, if this is one.
    #[must_use]
    pub fn scalar(&self) -> Option<&Scalar<'a>> {
        match &self.value {
            Value::Scalar(scalar) => Some(scalar),
            Value::Null | Value::Map(_) | Value::List(_) => None,
        }
    }

    /// The text of a scalar of any type.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        self.scalar().map(|scalar| scalar.text.as_ref())
    }

    /// Whether nothing is written, or a `null`.
    #[must_use]
    pub fn is_null(&self) -> bool {
        match &self.value {
            Value::Null => true,
            Value::Scalar(scalar) => scalar.resolve() == super::Resolved::Null,
            Value::Map(_) | Value::List(_) => false,
        }
    }
}
