//! Why a manifest is not at hand, as everybody behind its reading needs to know.

/// Why a manifest could not be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ManifestFailure {
    /// There is no such file.
    Missing,
    /// There is something that cannot be used; the text says what.
    Unreadable(String),
    /// It could not be fetched, or nobody has agreed to that.
    NotFetched {
        /// What kind of trouble that is, in a word.
        kind: &'static str,
        /// What was tried.
        why: String,
    },
}
