//! What can be written into a property file of a model: its contract, its columns, their types?
//!
//! A change is told by names. Where it goes is worked out from the file's text, which whoever asks
//! has at hand: the file may be another one than that of the question, and need not be there yet.

mod columns;
mod edits;
mod file;
mod yaml;

pub(super) use columns::{actions, contract, fixes};

use std::path::PathBuf;

use super::Edit;

/// A change of what a property file says of a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryChange {
    /// The property file; it may not be there.
    pub path: PathBuf,
    model: String,
    version: Option<String>,
    /// Whether its contract is switched on.
    enforces: bool,
    columns: Vec<ColumnChange>,
}

/// A change of one column.
#[derive(Clone, Debug, PartialEq, Eq)]
struct ColumnChange {
    name: String,
    wanted: Wanted,
}

/// What a column becomes.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Wanted {
    /// It is there, with this type where one is given.
    There {
        data_type: Option<String>,
        /// Whether its name means another column without quotes.
        is_quoted: bool,
    },
    /// It is not there.
    Gone,
}

impl EntryChange {
    /// The edits of the property file, whose text this is: empty for one that is not there. `None`
    /// where the text is half-typed, or laid out in a way that is left to people.
    #[must_use]
    pub fn edits(&self, text: &str) -> Option<Vec<Edit>> {
        edits::edits(text, self)
    }
}

#[cfg(test)]
mod tests;
