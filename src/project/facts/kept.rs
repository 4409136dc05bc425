//! How is the text of a file kept that is needed again? Small: a project has megabytes of SQL, and
//! each text is read when its file is rendered and rarely otherwise. Files of one project resemble
//! each other, so several are packed together. What all files read, macros above all, stays as it is.

use std::borrow::Cow;
use std::cell::RefCell;
use std::sync::Arc;

/// So many bytes of texts are packed together, or a few more: unpacked in some microseconds.
const BLOCK: usize = 16 * 1024;

/// A text.
#[derive(Clone, Debug)]
pub(super) enum Kept {
    /// As it is, for it is read often.
    Plain(Arc<str>),
    /// As it is, as long as it is not packed with others.
    Loose(Arc<str>),
    /// A part of several texts.
    Packed {
        block: Arc<Block>,
        start: u32,
        length: u32,
    },
}

/// Several texts, one behind the other: an LZ4 block behind its length.
#[derive(Debug)]
pub(super) struct Block(Box<[u8]>);

thread_local! {
    /// What this thread unpacked last: who goes through the files of a project one by one wants
    /// the same block several times.
    static AT_HAND: RefCell<Option<(Arc<Block>, String)>> = const { RefCell::new(None) };
}

impl Block {
    fn unpacked(&self) -> String {
        let texts = lz4_flex::block::decompress_size_prepended(&self.0).unwrap_or_default();
        String::from_utf8(texts).unwrap_or_default()
    }

    /// A part of its texts.
    fn part(self: &Arc<Self>, start: u32, length: u32) -> String {
        AT_HAND.with_borrow_mut(|at_hand| {
            let known = at_hand.take().filter(|(known, _)| Arc::ptr_eq(known, self));
            let known = known.unwrap_or_else(|| (Arc::clone(self), self.unpacked()));
            let (_, texts) = at_hand.insert(known);
            let (start, length) = (start as usize, length as usize);
            texts.get(start..start + length).unwrap_or("").to_owned()
        })
    }
}

impl Kept {
    /// Keeps `text`; `is_read_often` where it should be at hand at once.
    pub(super) fn new(text: &str, is_read_often: bool) -> Self {
        if is_read_often {
            Self::Plain(text.into())
        } else {
            Self::Loose(text.into())
        }
    }

    /// Lets it share a text that somebody else has as well.
    pub(super) fn share(&mut self, text: &Arc<str>) {
        if let Self::Plain(own) | Self::Loose(own) = self
            && own == text
        {
            *own = Arc::clone(text);
        }
    }

    /// Packs those that are loose, each with those next to it.
    pub(super) fn pack<'a>(kept: impl Iterator<Item = &'a mut Self>) {
        let (mut texts, mut waiting) = (String::new(), Vec::new());
        for one in kept {
            let Self::Loose(text) = one else { continue };
            let start = texts.len();
            texts.push_str(text);
            waiting.push((one, start));
            if texts.len() >= BLOCK {
                pack_block(&mut texts, &mut waiting);
            }
        }
        pack_block(&mut texts, &mut waiting);
    }

    /// The text.
    pub(super) fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Plain(text) | Self::Loose(text) => Cow::Borrowed(text),
            Self::Packed {
                block,
                start,
                length,
            } => Cow::Owned(block.part(*start, *length)),
        }
    }

    /// How many bytes the text has.
    pub(super) fn length(&self) -> usize {
        match self {
            Self::Plain(text) | Self::Loose(text) => text.len(),
            Self::Packed { length, .. } => *length as usize,
        }
    }

    /// The text of what is read often.
    pub(super) fn plain(&self) -> Option<&str> {
        match self {
            Self::Plain(text) => Some(text),
            Self::Loose(_) | Self::Packed { .. } => None,
        }
    }

    /// Whether both are one.
    pub(super) fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Plain(a) | Self::Loose(a), Self::Plain(b) | Self::Loose(b)) => Arc::ptr_eq(a, b),
            (
                Self::Packed { block, start, .. },
                Self::Packed {
                    block: other,
                    start: at,
                    ..
                },
            ) => Arc::ptr_eq(block, other) && start == at,
            (Self::Plain(_) | Self::Loose(_), Self::Packed { .. })
            | (Self::Packed { .. }, Self::Plain(_) | Self::Loose(_)) => false,
        }
    }
}

fn pack_block(texts: &mut String, waiting: &mut Vec<(&mut Kept, usize)>) {
    let packed = lz4_flex::block::compress_prepend_size(texts.as_bytes());
    let block = Arc::new(Block(packed.into()));
    let mut end = texts.len();
    // From the last one on: each ends where the next one begins.
    for (kept, start) in waiting.drain(..).rev() {
        let length = u32::try_from(end - start).ok();
        if let (Ok(at), Some(length)) = (u32::try_from(start), length) {
            *kept = Kept::Packed {
                block: Arc::clone(&block),
                start: at,
                length,
            };
        }
        end = start;
    }
    texts.clear();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back_as_they_were() {
        let long = "select ä, 'ß' from {{ ref('orders') }}\r\n".repeat(400);
        let texts = ["", "select 1", &long, "select 2", &long, "ö", ""];
        let mut kept: Vec<_> = texts.iter().map(|text| Kept::new(text, false)).collect();
        kept.push(Kept::new(&long, true));
        for is_packed in [false, true] {
            if is_packed {
                Kept::pack(kept.iter_mut());
            }
            let again: Vec<_> = kept.iter().map(Kept::text).collect();
            assert_eq!(
                again.get(..texts.len()),
                Some(&texts.map(Cow::Borrowed)[..])
            );
            let plain: Vec<_> = kept.iter().filter_map(Kept::plain).collect();
            assert_eq!(plain, [&*long], "what is read often stays as it is");
        }
        let size = |kept: &Kept| match kept {
            Kept::Plain(text) | Kept::Loose(text) => text.len(),
            Kept::Packed { block, .. } => block.0.len(),
        };
        assert!(kept.iter().take(texts.len()).all(|it| size(it) < 1000));
    }
}
