//! How is the text of a file kept that is needed again? Small: a project has megabytes of SQL, and
//! each text is read when its file is rendered and rarely otherwise. What all files read, macros
//! above all, stays as it is.

use std::borrow::Cow;
use std::sync::Arc;

/// A text.
#[derive(Clone, Debug)]
pub(super) enum Kept {
    /// As it is.
    Plain(Arc<str>),
    /// An LZ4 block behind its length.
    Packed(Arc<[u8]>),
}

impl Kept {
    /// Keeps `text`; `is_read_often` where it should be at hand at once.
    pub(super) fn new(text: &str, is_read_often: bool) -> Self {
        if is_read_often {
            return Self::Plain(text.into());
        }
        let packed = lz4_flex::block::compress_prepend_size(text.as_bytes());
        if packed.len() < text.len() {
            Self::Packed(packed.into())
        } else {
            Self::Plain(text.into())
        }
    }

    /// The text.
    pub(super) fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Plain(text) => Cow::Borrowed(text),
            Self::Packed(packed) => {
                let bytes = lz4_flex::block::decompress_size_prepended(packed).unwrap_or_default();
                Cow::Owned(String::from_utf8(bytes).unwrap_or_default())
            }
        }
    }

    /// The text where it is at hand.
    pub(super) fn plain(&self) -> Option<&str> {
        match self {
            Self::Plain(text) => Some(text),
            Self::Packed(_) => None,
        }
    }

    /// Whether both are one.
    pub(super) fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Plain(a), Self::Plain(b)) => Arc::ptr_eq(a, b),
            (Self::Packed(a), Self::Packed(b)) => Arc::ptr_eq(a, b),
            (Self::Plain(_), Self::Packed(_)) | (Self::Packed(_), Self::Plain(_)) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_comes_back_as_it_was() {
        let long = "select ä, 'ß' from {{ ref('orders') }}\r\n".repeat(40);
        for text in ["", "select 1", &long] {
            for is_read_often in [false, true] {
                assert_eq!(Kept::new(text, is_read_often).text(), text);
            }
        }
        assert!(Kept::new(&long, false).plain().is_none());
        assert_eq!(Kept::new(&long, true).plain(), Some(&*long));
    }
}
