//! What is the value of an expression, as far as the text alone says?

use std::borrow::Cow;

use crate::text::Span;

/// A value known without running anything.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Constant<'a> {
    /// A string.
    Str {
        /// The text, escapes resolved.
        text: Cow<'a, str>,
        /// Where it stands inside its quotes; none for a text that is not one literal.
        content: Option<Span>,
    },
    /// A whole number, as written.
    Int(Cow<'a, str>),
    /// A number with a fraction, as written.
    Float(Cow<'a, str>),
    /// `true` or `false`.
    Bool(bool),
    /// `none`.
    None,
    /// A list or tuple.
    List(Vec<Constant<'a>>),
    /// A dict.
    Dict(Vec<(Constant<'a>, Constant<'a>)>),
    /// A name that stands for nothing.
    Undefined(&'a str),
    /// Anything that only running tells.
    Unknown,
}

impl Constant<'_> {
    /// Python's truth of the value; none where it is unknown.
    #[must_use]
    pub fn is_truthy(&self) -> Option<bool> {
        match self {
            Self::Str { text, .. } => Some(!text.is_empty()),
            Self::Int(text) | Self::Float(text) => Some(is_nonzero(text)),
            Self::Bool(value) => Some(*value),
            Self::None | Self::Undefined(_) => Some(false),
            Self::List(items) => Some(!items.is_empty()),
            Self::Dict(items) => Some(!items.is_empty()),
            Self::Unknown => None,
        }
    }

    /// Whether it is known in all its parts.
    #[must_use]
    pub fn is_known(&self) -> bool {
        match self {
            Self::Undefined(_) | Self::Unknown => false,
            Self::List(items) => items.iter().all(Self::is_known),
            Self::Dict(items) => items
                .iter()
                .all(|(key, value)| key.is_known() && value.is_known()),
            Self::Str { .. } | Self::Int(_) | Self::Float(_) | Self::Bool(_) | Self::None => true,
        }
    }

    /// The text of a string; none for anything else.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Str { text, .. } => Some(text),
            Self::Int(_)
            | Self::Float(_)
            | Self::Bool(_)
            | Self::None
            | Self::List(_)
            | Self::Dict(_)
            | Self::Undefined(_)
            | Self::Unknown => None,
        }
    }

    /// The text that `~` makes of the value, where it is plain.
    pub(crate) fn to_text(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Str { text, .. } => Some(Cow::Borrowed(text)),
            Self::Int(text) => {
                let digits = text.strip_prefix('-').unwrap_or(text);
                let is_plain = digits.bytes().all(|byte| byte.is_ascii_digit());
                let is_canonical = is_plain && (digits == "0" || !digits.starts_with('0'));
                (is_canonical && text != "-0").then_some(Cow::Borrowed(text))
            }
            Self::Bool(true) => Some(Cow::Borrowed("True")),
            Self::Bool(false) => Some(Cow::Borrowed("False")),
            Self::None => Some(Cow::Borrowed("None")),
            Self::Float(_) | Self::List(_) | Self::Dict(_) | Self::Undefined(_) | Self::Unknown => {
                None
            }
        }
    }

    /// Whether the value is made of at most `limit` values.
    pub(crate) fn is_within(&self, limit: usize) -> bool {
        self.weight(limit) <= limit
    }

    fn weight(&self, limit: usize) -> usize {
        let mut sum = 1;
        let mut add = |item: &Self| {
            if sum <= limit {
                sum += item.weight(limit);
            }
        };
        match self {
            Self::List(items) => items.iter().for_each(add),
            Self::Dict(items) => {
                for (key, value) in items {
                    add(key);
                    add(value);
                }
            }
            Self::Str { .. }
            | Self::Int(_)
            | Self::Float(_)
            | Self::Bool(_)
            | Self::None
            | Self::Undefined(_)
            | Self::Unknown => {}
        }
        sum
    }

    /// The value without the place it was written at.
    pub(crate) fn without_place(self) -> Self {
        match self {
            Self::Str { text, .. } => Self::Str {
                text,
                content: None,
            },
            other => other,
        }
    }
}

/// Whether a number as written is not zero.
fn is_nonzero(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let digits = lower.trim_start_matches('-');
    if let Some(digits) = digits.strip_prefix("0x") {
        return digits.bytes().any(|byte| !matches!(byte, b'0' | b'_'));
    }
    let mantissa = digits.split('e').next().unwrap_or(digits);
    mantissa.bytes().any(|byte| matches!(byte, b'1'..=b'9'))
}
