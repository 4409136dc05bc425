//! The versions of a model: how dbt writes and orders them.

use std::cmp::Ordering;
use std::fmt;

/// A model version as dbt looks it up: the text that Python's `str()` makes of the YAML value.
/// `1` and `'1'` are the same version, `1.0` is another (dbt-core `manifest.py`, `RefableLookup`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(pub Box<str>);

impl Version {
    /// The version written `text`.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(text.into())
    }

    /// The text of it, as in `orders.v2` behind the `v`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// dbt's order of two versions: as numbers where both are numbers, else as texts.
    #[must_use]
    pub fn compare(&self, other: &Self) -> Ordering {
        match (self.0.parse::<f64>(), other.0.parse::<f64>()) {
            (Ok(left), Ok(right)) => left.total_cmp(&right),
            _ => self.0.cmp(&other.0),
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The version that dbt takes for the latest where `latest_version` is not given: the greatest.
#[must_use]
pub fn latest_of<'a>(versions: impl IntoIterator<Item = &'a Version>) -> Option<&'a Version> {
    versions.into_iter().reduce(|best, next| {
        if next.compare(best) == Ordering::Greater {
            next
        } else {
            best
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_compare_as_numbers_and_anything_else_as_text() {
        let versions = |texts: &[&str]| texts.iter().map(|t| Version::new(t)).collect::<Vec<_>>();
        let latest = |texts: &[&str]| latest_of(&versions(texts)).map(ToString::to_string);
        assert_eq!(latest(&["2", "10", "1"]), Some("10".into()));
        assert_eq!(latest(&["1", "2", "beta"]), Some("beta".into()));
        assert_eq!(latest(&[]), None);
    }
}
