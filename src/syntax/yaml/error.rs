//! What can be wrong with a YAML text?

use crate::text::Span;

/// Something wrong at a place of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// Where.
    pub span: Span,
    /// What.
    pub kind: ErrorKind,
}

impl Error {
    /// One line for the user: what is wrong and, where one can tell, what would be right.
    #[must_use]
    pub fn message(&self) -> String {
        self.kind.message()
    }
}

/// The kinds of errors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The text is not YAML here.
    Syntax {
        /// What is wrong.
        message: &'static str,
    },
    /// A quoted text without its closing quote.
    UnclosedQuote,
    /// A `[` or `{` without its closing bracket.
    UnclosedBracket,
    /// `{{ … }}` or `{% … %}` as a value without quotes around it.
    UnquotedJinja,
    /// A tab where only spaces may indent.
    Tab,
    /// A line that is indented like none of the lines it could belong to.
    Indentation,
    /// The same key twice in one map; the last one counts.
    DuplicateKey {
        /// The key.
        key: String,
        /// Where the key stands for the first time.
        first: Span,
    },
    /// `*name` without an `&name` before it.
    UnknownAlias {
        /// The name.
        name: String,
    },
    /// Maps and lists nested deeper than this reader goes.
    TooDeep,
    /// Aliases that repeat more than this reader copies.
    TooLarge,
    /// A second document in the text; only the first is read.
    SecondDocument,
}

impl ErrorKind {
    /// Whether PyYAML, and so dbt, would refuse the whole file.
    #[must_use]
    pub fn is_fatal(&self) -> bool {
        match self {
            Self::Syntax { .. }
            | Self::UnclosedQuote
            | Self::UnclosedBracket
            | Self::UnquotedJinja
            | Self::Tab
            | Self::Indentation
            | Self::UnknownAlias { .. }
            | Self::SecondDocument => true,
            Self::DuplicateKey { .. } | Self::TooDeep | Self::TooLarge => false,
        }
    }

    fn message(&self) -> String {
        match self {
            Self::Syntax { message } => (*message).to_owned(),
            Self::UnclosedQuote => "the closing quote is missing".to_owned(),
            Self::UnclosedBracket => "the closing bracket is missing".to_owned(),
            Self::UnquotedJinja => "Jinja in YAML must stand in quotes: \"{{ … }}\"".to_owned(),
            Self::Tab => "YAML is indented with spaces, not with tabs".to_owned(),
            Self::Indentation => {
                "this line is indented unlike the lines that it belongs to".to_owned()
            }
            Self::DuplicateKey { key, .. } => {
                format!("`{key}` is set twice in this map; the last one counts")
            }
            Self::UnknownAlias { name } => {
                format!("there is no `&{name}` before this `*{name}`")
            }
            Self::TooDeep => "this is nested too deeply to be read".to_owned(),
            Self::TooLarge => "these aliases repeat too much to be read".to_owned(),
            Self::SecondDocument => {
                "dbt reads files of one YAML document; this starts another one".to_owned()
            }
        }
    }
}
