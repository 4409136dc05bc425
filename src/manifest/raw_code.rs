//! The source text of a node: where it stands in the manifest's file, and how to get it from there.
//!
//! A mesh's source texts are a tenth of its manifests and are hardly ever shown, so a manifest
//! keeps their places and hashes only.

use std::hash::{DefaultHasher, Hasher};
use std::ops::Range;

use super::{gzip, json};

/// The place of a node's source text in the bytes of its manifest (after decompressing), between
/// the quotes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct RawCode {
    start: u32,
    end: u32,
}

impl RawCode {
    /// The place `range`; empty where it lies beyond what a manifest may measure.
    pub(super) fn new(range: &Range<usize>) -> Self {
        match (u32::try_from(range.start), u32::try_from(range.end)) {
            (Ok(start), Ok(end)) => Self { start, end },
            _ => Self::default(),
        }
    }

    /// Whether there is no source text.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.start >= self.end
    }

    /// The bytes of the (decompressed) manifest, escapes as they are.
    #[must_use]
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// The source text at `place` of the manifest `bytes`, plain or gzip.
#[must_use]
pub fn raw_code(bytes: &[u8], place: RawCode) -> Option<String> {
    if gzip::is_gzip(bytes) {
        let bytes = gzip::inflate(bytes, super::MAX_BYTES).ok()?;
        return bytes.get(place.range()).map(json::decode);
    }
    bytes.get(place.range()).map(json::decode)
}

/// A hash of a source text, by which [`super::Node::raw_code_hash`] is compared with a working
/// copy's. dbt strips white space from both ends of a file before it publishes it: so must the
/// caller. The hash means something within one build of the program only.
#[must_use]
pub fn raw_code_hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(text.as_bytes());
    hasher.finish()
}
