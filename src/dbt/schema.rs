//! Which keys does dbt read in its YAML files, of which type, and what do they mean?
//!
//! One table for all who ask. It knows nothing of a text: who walks over one
//! asks for the mapping that a key holds. What dbt refuses is what its classes are declared with
//! (dbt-core `contracts/graph/unparsed.py`, `contracts/project.py`, `artifacts/resources`).

/// The keys of a mapping, a line each.
macro_rules! keys {
    ($($key:expr;)*) => { &[$($key),*] };
}

/// A key that several mappings have.
macro_rules! one {
    ($key:expr;) => {
        $key
    };
}

mod adapters;
mod config;
mod connections;
mod data_tests;
mod packages;
mod profiles;
mod project;
mod properties;
mod refused;
mod selectors;
mod semantics;
#[cfg(test)]
mod tests;

pub use adapters::is_adapter_key;
pub use config::{CONFIGS, MODEL_CONFIG, TEST_CONFIG, config_of};
pub use connections::{ADAPTERS, CONNECTION, CONNECTIONS, Connection, connection, connection_of};
pub use data_tests::DATA_TEST;
pub use packages::{DEPENDENCIES, PACKAGES};
pub use profiles::{PROFILE, PROFILES};
pub use project::PROJECT;
pub use properties::{OWNER, PROPERTIES, section};
pub use refused::{refused, resource_of};
pub use selectors::{METHODS, SELECTORS};

use super::Value;

/// A kind of mapping: the keys that it has.
#[derive(Debug)]
pub struct Mapping {
    /// What it is, with its article: `an exposure`.
    pub name: &'static str,
    /// What dbt does with other keys.
    pub others: Others,
    /// Its keys.
    pub keys: &'static [Key],
}

/// What dbt does with keys that a mapping does not have.
#[derive(Clone, Copy, Debug)]
pub enum Others {
    /// It stops.
    Refused,
    /// It passes over them.
    PassedOver,
    /// It keeps them for whoever asks.
    Kept,
    /// They are names of one's own, whose values are all of one kind.
    Names(Holds),
}

/// A key of a mapping.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// The key.
    pub name: &'static str,
    /// What it holds.
    pub holds: Holds,
    /// Whether dbt stops without it.
    pub is_required: bool,
    /// Whether it may be left empty.
    pub is_nullable: bool,
    /// Whether it is still to be written.
    pub standing: Standing,
    /// One line about it.
    pub doc: &'static str,
}

/// Whether a key is still to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is.
    Current,
    /// Its place is in `config` by now.
    Moved,
    /// It has another name by now, has no effect, or is dbt's own note.
    Old,
}

/// What a value is.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Holds {
    Anything,
    Text,
    /// Letters, digits and underscores.
    Name,
    Integer,
    Number,
    Bool,
    /// A date, or a date and a time.
    Moment,
    /// A text or a number.
    Scalar,
    /// One of these words and nothing else.
    Word(&'static [&'static str]),
    /// A text, mostly one of these.
    Usually(&'static [&'static str]),
    /// A mapping with keys of one's own.
    Names,
    Mapping(&'static Mapping),
    List(&'static Holds),
    Either(&'static [Holds]),
    /// A configuration of a resource, which dbt checks once it has all of it together.
    Config(&'static Mapping),
    /// The configuration of a kind of resource by folders, in dbt_project.yml.
    Tree(&'static Mapping),
    /// A list of data tests.
    DataTests,
}

/// One text or several.
const TEXTS: Holds = Holds::Either(&[Holds::Text, Holds::List(&Holds::Text)]);
/// A list of texts.
const TEXT_LIST: Holds = Holds::List(&Holds::Text);

const fn key(name: &'static str, holds: Holds, doc: &'static str) -> Key {
    Key {
        name,
        holds,
        is_required: false,
        is_nullable: false,
        standing: Standing::Current,
        doc,
    }
}

const fn required(name: &'static str, holds: Holds, doc: &'static str) -> Key {
    Key {
        is_required: true,
        ..key(name, holds, doc)
    }
}

const fn nullable(name: &'static str, holds: Holds, doc: &'static str) -> Key {
    Key {
        is_nullable: true,
        ..key(name, holds, doc)
    }
}

const fn old(key: Key) -> Key {
    Key {
        standing: Standing::Old,
        ..key
    }
}

const fn moved(key: Key) -> Key {
    Key {
        standing: Standing::Moved,
        ..key
    }
}

/// The keys of the file at `path` (below its project's root), if dbt reads YAML there.
#[must_use]
pub fn of_file(path: &str) -> Option<&'static Mapping> {
    match path {
        "dbt_project.yml" => Some(&PROJECT),
        "packages.yml" => Some(&PACKAGES),
        "dependencies.yml" => Some(&DEPENDENCIES),
        "profiles.yml" => Some(&PROFILES),
        "selectors.yml" => Some(&SELECTORS),
        "vars.yml" | "package-lock.yml" => None,
        _ => Some(&PROPERTIES),
    }
}

impl Mapping {
    /// The key of this name.
    #[must_use]
    pub fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.name == name)
    }

    /// What the value of a key is, whether the key is one of the mapping's own or a free name.
    #[must_use]
    pub fn holds(&self, name: &str) -> Option<Holds> {
        match (self.key(name), self.others) {
            (Some(key), _) => Some(key.holds),
            (None, Others::Names(holds)) => Some(holds),
            (None, Others::Refused | Others::PassedOver | Others::Kept) => None,
        }
    }
}

impl Holds {
    /// Whether it is a mapping or a list and nothing else, which stands below its key.
    #[must_use]
    pub fn is_below(&self) -> bool {
        match self {
            Self::Names
            | Self::Mapping(_)
            | Self::List(_)
            | Self::Config(_)
            | Self::Tree(_)
            | Self::DataTests => true,
            Self::Either(kinds) => kinds.iter().all(Self::is_below),
            Self::Anything
            | Self::Text
            | Self::Name
            | Self::Integer
            | Self::Number
            | Self::Bool
            | Self::Moment
            | Self::Scalar
            | Self::Word(_)
            | Self::Usually(_) => false,
        }
    }

    /// Whether dbt takes the value. Values that only dbt can tell are taken.
    #[must_use]
    pub fn takes(&self, value: &Value) -> bool {
        match (self, value) {
            (Self::Anything, _)
            | (_, Value::Jinja(_) | Value::Unknown)
            | (Self::Text | Self::Scalar | Self::Usually(_), Value::Text(_))
            | (Self::Integer | Self::Number | Self::Scalar, Value::Int(_))
            | (Self::Number | Self::Scalar, Value::Float(_))
            | (Self::Bool, Value::Bool(_))
            | (Self::Names | Self::Config(_) | Self::Tree(_), Value::Map(_)) => true,
            (Self::Word(words), Value::Text(text)) => words.contains(&&**text),
            (Self::Name, Value::Text(text)) => is_name(text),
            (Self::Moment, Value::Text(text)) => may_be_moment(text),
            (Self::List(items), Value::List(values)) => values.iter().all(|it| items.takes(it)),
            (Self::Either(kinds), value) => kinds.iter().any(|kind| kind.takes(value)),
            (Self::Mapping(mapping), Value::Map(entries)) => {
                let is_there = |name: &str| entries.iter().any(|(key, _)| &**key == name);
                let has_all = mapping
                    .keys
                    .iter()
                    .all(|key| !key.is_required || is_there(key.name));
                has_all
                    && entries
                        .iter()
                        .all(|(name, value)| mapping.takes(name, value))
            }
            (Self::DataTests, Value::List(items)) => items.iter().all(|item| {
                matches!(
                    item,
                    Value::Text(_) | Value::Map(_) | Value::Jinja(_) | Value::Unknown
                )
            }),
            (_, _) => false,
        }
    }

    /// What it is, in words: `a text`.
    #[must_use]
    pub fn describe(&self) -> String {
        match self {
            Self::Anything => "anything".into(),
            Self::Text | Self::Usually(_) => "a text".into(),
            Self::Name => "a name of letters, digits and underscores".into(),
            Self::Integer => "a whole number".into(),
            Self::Number => "a number".into(),
            Self::Bool => "`true` or `false`".into(),
            Self::Moment => "a date".into(),
            Self::Scalar => "a text or a number".into(),
            Self::Word(words) => {
                let words = words.iter().map(|word| format!("`{word}`"));
                either(words.collect())
            }
            Self::Names | Self::Config(_) | Self::Tree(_) => "a mapping".into(),
            Self::Mapping(mapping) => format!("a mapping: {}", mapping.name),
            Self::List(items) => match items {
                Self::Text => "a list of texts".into(),
                _ => "a list".into(),
            },
            Self::DataTests => "a list of data tests".into(),
            Self::Either(kinds) => either(kinds.iter().map(Self::describe).collect()),
        }
    }
}

impl Mapping {
    fn takes(&self, name: &str, value: &Value) -> bool {
        match self.key(name) {
            Some(key) => (key.is_nullable && *value == Value::Null) || key.holds.takes(value),
            None => match self.others {
                Others::Refused => false,
                Others::PassedOver | Others::Kept => true,
                Others::Names(holds) => holds.takes(value),
            },
        }
    }
}

fn is_name(text: &str) -> bool {
    let starts_well = text.starts_with(|c: char| c.is_alphabetic() || c == '_');
    starts_well && text.chars().all(|c| c.is_alphanumeric() || c == '_')
}

/// Whether dbt may read a date in it: it does in many forms, all with digits or names of days and
/// months.
fn may_be_moment(text: &str) -> bool {
    const NAMES: [&str; 19] = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec", "mon",
        "tue", "wed", "thu", "fri", "sat", "sun",
    ];
    let text = text.to_lowercase();
    text.contains(|c: char| c.is_ascii_digit()) || NAMES.iter().any(|name| text.contains(name))
}

/// `a`, `a or b`, `a, b or c`.
fn either(mut parts: Vec<String>) -> String {
    let last = parts.pop().unwrap_or_default();
    if parts.is_empty() {
        return last;
    }
    format!("{} or {last}", parts.join(", "))
}
