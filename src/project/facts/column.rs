//! A column of a property file, kept small: a mesh has some dozens for each model, and most of
//! them say the same as another one of their file.

use arcstr::ArcStr;
use foldhash::HashSet;

use crate::text::{put_length, take_length};

/// A column of an entry or of a version, or a table of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// The length of the name; twice the length of the data type and one more, or 0 where none is
    /// written, and one more where the name is put in quotes; then name, data type and description.
    text: ArcStr,
}

/// The texts of the columns of one file.
#[derive(Default)]
pub(super) struct ColumnTexts(HashSet<ArcStr>);

impl Column {
    /// A column that shares its text with equal ones.
    pub(super) fn new(
        (name, is_quoted): (&str, bool),
        data_type: Option<&str>,
        description: &str,
        texts: &mut ColumnTexts,
    ) -> Self {
        let mut text = String::new();
        put_length(&mut text, name.len());
        let type_length = data_type.map_or(0, |kind| kind.len() + 1);
        put_length(&mut text, type_length * 2 + usize::from(is_quoted));
        text.extend([name, data_type.unwrap_or(""), description]);
        Self {
            text: texts.shared(&text),
        }
    }

    /// Shares its text with equal ones of `texts`.
    pub(super) fn share(&mut self, texts: &mut ColumnTexts) {
        match texts.0.get(&self.text) {
            Some(known) => self.text = ArcStr::clone(known),
            None => {
                texts.0.insert(ArcStr::clone(&self.text));
            }
        }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        let (name, _, _) = self.parts();
        name
    }

    /// `data_type` as written.
    #[must_use]
    pub fn data_type(&self) -> Option<&str> {
        let (_, data_type, _) = self.parts();
        data_type
    }

    /// Its description as written.
    #[must_use]
    pub fn description(&self) -> &str {
        let (_, _, description) = self.parts();
        description
    }

    /// Whether dbt puts its name in quotes: `quote: true`.
    #[must_use]
    pub fn is_quoted(&self) -> bool {
        let mut at = 0;
        take_length(&self.text, &mut at);
        take_length(&self.text, &mut at) % 2 == 1
    }

    fn parts(&self) -> (&str, Option<&str>, &str) {
        let mut at = 0;
        let name_length = take_length(&self.text, &mut at);
        let type_length = (take_length(&self.text, &mut at) / 2).checked_sub(1);
        let rest = self.text.get(at..).unwrap_or("");
        let (name, rest) = rest.split_at_checked(name_length).unwrap_or_default();
        let (data_type, description) = rest
            .split_at_checked(type_length.unwrap_or(0))
            .unwrap_or_default();
        (name, type_length.map(|_| data_type), description)
    }
}

impl ColumnTexts {
    fn shared(&mut self, text: &str) -> ArcStr {
        if let Some(known) = self.0.get(text) {
            return ArcStr::clone(known);
        }
        let new = ArcStr::from(text);
        self.0.insert(ArcStr::clone(&new));
        new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_come_back_and_equal_columns_share_them() {
        let mut texts = ColumnTexts::default();
        let mut column = |kind| Column::new(("id", false), kind, "The key.", &mut texts);
        let (typed, plain, empty) = (column(Some("int")), column(None), column(Some("")));
        assert_eq!(
            (typed.name(), typed.data_type(), typed.description()),
            ("id", Some("int"), "The key.")
        );
        assert_eq!((plain.data_type(), plain.description()), (None, "The key."));
        assert_eq!(
            (empty.data_type(), empty.description()),
            (Some(""), "The key.")
        );
        assert!(ArcStr::ptr_eq(&typed.text, &column(Some("int")).text));
        assert_ne!(plain, empty);
        let quoted = Column::new(("id", true), Some("int"), "", &mut texts);
        assert!(quoted.is_quoted() && !typed.is_quoted() && !plain.is_quoted());
        assert_eq!((quoted.name(), quoted.data_type()), ("id", Some("int")));
    }
}
