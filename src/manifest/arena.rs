//! Where the texts of a manifest are kept: each different text once, all in one string.
//!
//! A manifest says the same things thousands of times (packages, data types, names and
//! descriptions of columns), so a text is a 4-byte number here and equal texts have equal numbers.

use std::hash::{BuildHasher, RandomState};
use std::num::NonZeroU32;

use crate::text::{put_length, take_length};

/// A text in an [`Arena`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Text(NonZeroU32);

/// All texts of one manifest. Each stands behind its length, so that the whole stays
/// one valid string.
#[derive(Debug, Default)]
pub(super) struct Arena {
    texts: Box<str>,
}

impl Arena {
    /// The text of `text`.
    pub(super) fn get(&self, text: Text) -> &str {
        text_at(&self.texts, text)
    }

    /// The text of `text`, empty where there is none.
    pub(super) fn get_or_empty(&self, text: Option<Text>) -> &str {
        text.map_or("", |text| self.get(text))
    }

    /// How many bytes it takes.
    pub(super) fn size(&self) -> usize {
        self.texts.len()
    }
}

/// An arena that grows, with the table by which texts are found again.
pub(super) struct ArenaBuilder {
    texts: String,
    /// Open addressing: the upper half of the hash and the text; 0 is a free place.
    table: Vec<(u32, u32)>,
    count: usize,
    /// Keyed at random: a manifest cannot be written so that all its texts collide.
    hasher: RandomState,
    is_full: bool,
}

const LEAST_TABLE: usize = 1 << 10;
const LARGEST_FIRST_TABLE: usize = 1 << 18;

impl ArenaBuilder {
    /// An empty arena for the texts of a manifest of `byte_size` bytes.
    pub(super) fn new(byte_size: usize) -> Self {
        /// A guess that holds for most manifests: so many bytes for each different text.
        const BYTES_PER_PLACE: usize = 512;
        let places = (byte_size / BYTES_PER_PLACE).clamp(LEAST_TABLE, LARGEST_FIRST_TABLE);
        Self {
            // The first byte is spent so that no text has the number 0.
            texts: String::from("\0"),
            table: vec![(0, 0); places.next_power_of_two()],
            count: 0,
            hasher: RandomState::new(),
            is_full: false,
        }
    }

    /// Whether a text was lost because the numbers ran out (4 GiB of different texts).
    pub(super) fn is_full(&self) -> bool {
        self.is_full
    }

    /// The number of `text`; `None` for the empty text.
    pub(super) fn intern(&mut self, text: &str) -> Option<Text> {
        if text.is_empty() {
            return None;
        }
        let hash = self.hasher.hash_one(text);
        let upper = u32::try_from(hash >> 32).unwrap_or_default();
        let mask = self.table.len() - 1;
        let mut place = usize::try_from(hash & u64::from(u32::MAX)).unwrap_or_default() & mask;
        loop {
            let (found_upper, found) = self.table.get(place).copied()?;
            match NonZeroU32::new(found).map(Text) {
                None => return self.insert(text, hash),
                Some(known) if found_upper == upper && text_at(&self.texts, known) == text => {
                    return Some(known);
                }
                Some(_) => place = (place + 1) & mask,
            }
        }
    }

    /// The text of `text`.
    pub(super) fn get(&self, text: Text) -> &str {
        text_at(&self.texts, text)
    }

    /// The text of `text`, empty where there is none.
    pub(super) fn get_or_empty(&self, text: Option<Text>) -> &str {
        text.map_or("", |text| self.get(text))
    }

    /// The finished arena.
    pub(super) fn finish(self) -> Arena {
        Arena {
            texts: self.texts.into_boxed_str(),
        }
    }

    fn insert(&mut self, text: &str, hash: u64) -> Option<Text> {
        if (self.count + 1) * 2 > self.table.len() {
            self.grow();
        }
        let Some(start) = u32::try_from(self.texts.len())
            .ok()
            .and_then(NonZeroU32::new)
        else {
            self.is_full = true;
            return None;
        };
        put_length(&mut self.texts, text.len());
        self.texts.push_str(text);
        self.count += 1;
        place(&mut self.table, hash, start.get());
        Some(Text(start))
    }

    fn grow(&mut self) {
        let mut table = vec![(0, 0); self.table.len() * 2];
        for &(_, known) in &self.table {
            if let Some(text) = NonZeroU32::new(known).map(Text) {
                place(
                    &mut table,
                    self.hasher.hash_one(text_at(&self.texts, text)),
                    known,
                );
            }
        }
        self.table = table;
    }
}

fn place(table: &mut [(u32, u32)], hash: u64, text: u32) {
    let mask = table.len() - 1;
    let mut place = usize::try_from(hash & u64::from(u32::MAX)).unwrap_or_default() & mask;
    while let Some(entry) = table.get_mut(place) {
        if entry.1 == 0 {
            *entry = (u32::try_from(hash >> 32).unwrap_or_default(), text);
            return;
        }
        place = (place + 1) & mask;
    }
}

fn text_at(texts: &str, text: Text) -> &str {
    let mut start = text.0.get() as usize;
    let length = take_length(texts, &mut start);
    texts.get(start..start + length).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_comes_back_and_equal_texts_are_one() {
        let mut builder = ArenaBuilder::new(0);
        let texts: Vec<String> = (0..5000)
            .map(|n| "é".repeat(n % 97) + &n.to_string())
            .collect();
        let numbers: Vec<_> = texts.iter().map(|text| builder.intern(text)).collect();
        let again: Vec<_> = texts.iter().map(|text| builder.intern(text)).collect();
        assert_eq!(numbers, again);
        assert_eq!(builder.intern(""), None);
        let arena = builder.finish();
        for (text, number) in texts.iter().zip(numbers) {
            assert_eq!(arena.get(number.unwrap()), text);
        }
    }

    #[test]
    fn long_texts_keep_their_length() {
        let mut builder = ArenaBuilder::new(0);
        let texts = [63, 64, 4095, 4096, 300_000].map(|length| "x".repeat(length));
        let numbers = texts.clone().map(|text| builder.intern(&text));
        let arena = builder.finish();
        for (text, number) in texts.iter().zip(numbers) {
            assert_eq!(arena.get_or_empty(number), text);
        }
    }
}
