//! A configuration value, as YAML or a `config()` call gives it.

/// What is known of something that dbt works out when it runs.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Maybe<T> {
    /// It is this.
    Known(T),
    /// Only dbt can tell. Nothing that depends on it is called wrong.
    Unknown,
}

impl<T> Maybe<T> {
    /// The value, where it is known.
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Unknown => None,
        }
    }
}

/// A value that somebody wrote.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `null`, `none`, nothing.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number, as Python's `str()` writes it.
    Int(i64),
    /// A number with a fraction, as Python's `str()` writes it.
    Float(Box<str>),
    /// Text; dates are text too.
    Text(Box<str>),
    /// A list.
    List(Vec<Value>),
    /// A mapping in the order of writing.
    Map(Config),
    /// What this Jinja makes, which hangs on the target, variables and environment.
    Jinja(Box<str>),
    /// Something that only dbt can tell.
    Unknown,
}

/// Keys and values, in the order of writing. A key that stands twice counts as the last.
pub type Config = Vec<(Box<str>, Value)>;

impl Value {
    /// The text of a text, `None` for anything else.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Null
            | Self::Bool(_)
            | Self::Int(_)
            | Self::Float(_)
            | Self::List(_)
            | Self::Map(_)
            | Self::Jinja(_)
            | Self::Unknown => None,
        }
    }

    /// What Python's `str()` makes of a single value: how dbt compares versions.
    #[must_use]
    pub fn python_text(&self) -> Option<Box<str>> {
        match self {
            Self::Text(text) | Self::Float(text) => Some(text.clone()),
            Self::Int(number) => Some(number.to_string().into()),
            Self::Bool(true) => Some("True".into()),
            Self::Bool(false) => Some("False".into()),
            Self::Null | Self::List(_) | Self::Map(_) | Self::Jinja(_) | Self::Unknown => None,
        }
    }

    /// Whether only dbt can tell what it is.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Jinja(_) | Self::Unknown)
    }

    /// The entry of a mapping.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        match self {
            Self::Map(entries) => get(entries, key),
            Self::Null
            | Self::Bool(_)
            | Self::Int(_)
            | Self::Float(_)
            | Self::Text(_)
            | Self::List(_)
            | Self::Jinja(_)
            | Self::Unknown => None,
        }
    }
}

/// The value of `key`: the last one counts.
#[must_use]
pub fn get<'a>(config: &'a Config, key: &str) -> Option<&'a Value> {
    config
        .iter()
        .rev()
        .find(|(name, _)| &**name == key)
        .map(|(_, value)| value)
}
