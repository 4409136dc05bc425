//! Why bytes are no manifest, in words for people.

use std::fmt;

use super::gzip::InflateError;
use super::json::Fault;

/// Why bytes are no manifest. Its text is one line that says what is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReadError {
    /// No bytes, or white space only.
    Empty,
    /// Not JSON, or not all of it.
    NotJson {
        /// The line, counted from 1.
        line: usize,
        /// The byte, counted from 0.
        offset: usize,
        /// How many bytes there are.
        size: usize,
        /// What is wrong there.
        message: &'static str,
        /// Whether the text ends too early: dbt may be writing it this moment.
        is_cut_off: bool,
    },
    /// UTF-16, as some shells write what is redirected into a file.
    Utf16,
    /// JSON, but a list, a text or a number.
    NotAnObject,
    /// An object without an object `nodes`.
    NoNodes,
    /// One of dbt's other files.
    AnotherArtifact {
        /// dbt's name of it, as in `catalog`.
        kind: String,
    },
    /// More bytes than a manifest may have.
    TooLarge {
        /// The bound.
        limit: usize,
    },
    /// Gzip that ends too early.
    GzipCutOff,
    /// Gzip that cannot be unpacked.
    Gzip {
        /// The decoder's words.
        message: String,
    },
}

impl ReadError {
    /// Whether the bytes merely end too early, as those of a file that is being written.
    #[must_use]
    pub fn is_cut_off(&self) -> bool {
        matches!(
            self,
            Self::Empty
                | Self::GzipCutOff
                | Self::NotJson {
                    is_cut_off: true,
                    ..
                }
        )
    }

    /// The error of `fault` in `bytes`.
    pub(super) fn from_fault(fault: Fault, bytes: &[u8]) -> Self {
        let before = bytes.get(..fault.at).unwrap_or(bytes);
        Self::NotJson {
            line: memchr::memchr_iter(b'\n', before).count() + 1,
            offset: fault.at,
            size: bytes.len(),
            message: fault.message,
            is_cut_off: fault.is_cut_off,
        }
    }

    /// The error of unpacking to at most `limit` bytes.
    pub(super) fn from_inflate(error: InflateError, limit: usize) -> Self {
        match error {
            InflateError::TooLarge => Self::TooLarge { limit },
            InflateError::CutOff => Self::GzipCutOff,
            InflateError::Broken(message) => Self::Gzip { message },
        }
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("the file is empty; dbt may still be writing it"),
            Self::NotJson {
                offset,
                size,
                is_cut_off: true,
                ..
            } => write!(
                f,
                "the file ends in the middle (byte {offset} of {size}); dbt may still be writing it"
            ),
            Self::NotJson {
                line,
                offset,
                message,
                ..
            } => {
                write!(
                    f,
                    "the file is not JSON: {message} (line {line}, byte {offset})"
                )
            }
            Self::Utf16 => f.write_str("the file is written in UTF-16; dbt writes UTF-8"),
            Self::NotAnObject => {
                f.write_str("the file is JSON, but no manifest: an object is expected")
            }
            Self::NoNodes => f.write_str("the file is JSON, but no manifest: it has no `nodes`"),
            Self::AnotherArtifact { kind } => {
                write!(f, "the file is a dbt `{kind}`, not a manifest")
            }
            Self::TooLarge { limit } => {
                write!(f, "the file is larger than {} MiB", limit >> 20)
            }
            Self::GzipCutOff => {
                f.write_str("the gzip file ends in the middle; it may still be being written")
            }
            Self::Gzip { message } => write!(f, "the gzip file cannot be unpacked: {message}"),
        }
    }
}

impl std::error::Error for ReadError {}
