//! What does an origin answer?

use std::fmt;
use std::pin::Pin;

use futures_util::Stream;
use serde::{Deserialize, Serialize};

use super::Fault;

/// What tells whether a manifest is still the one at hand, in the words of its origin.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validators {
    /// `ETag`, as it was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    /// A generation, a version's id, a run's number: whatever else names one state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// `Last-Modified`, as it was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_modified: Option<String>,
}

impl Validators {
    /// Whether there is nothing to ask with.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A manifest's bytes as they come, compressed or not.
pub type Bytes = Pin<Box<dyn Stream<Item = Result<Vec<u8>, Fault>> + Send>>;

/// What an origin gives.
pub struct Body {
    /// What names this state of it.
    pub validators: Validators,
    /// How many bytes there will be, where that is said.
    pub size: Option<u64>,
    /// The bytes.
    pub bytes: Bytes,
}

/// The answer to a question for a manifest.
pub enum Answer {
    /// What is at hand is still right.
    NotModified,
    /// Another one.
    Body(Body),
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotModified => f.write_str("NotModified"),
            Self::Body(body) => f
                .debug_struct("Body")
                .field("size", &body.size)
                .finish_non_exhaustive(),
        }
    }
}
