//! Who may read a model.

use std::fmt;

/// A model's `access`. dbt's default is [`Access::Protected`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Access {
    /// Models of the same group.
    Private,
    /// Models of the same project.
    #[default]
    Protected,
    /// Everyone.
    Public,
}

impl Access {
    /// The access that dbt reads in `text`, which it compares exactly; `None` for what dbt refuses.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "private" => Some(Self::Private),
            "protected" => Some(Self::Protected),
            "public" => Some(Self::Public),
            _ => None,
        }
    }

    /// The word that dbt uses.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Private => "private",
            Self::Protected => "protected",
            Self::Public => "public",
        }
    }
}

impl fmt::Display for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
