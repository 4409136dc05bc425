//! A column of a property file, kept small: a mesh has some dozens for each model, and most of
//! them say the same as another one of their file.

use std::collections::HashSet;
use std::sync::Arc;

/// A column of an entry or of a version, or a table of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Name, data type and description, one behind the other.
    text: Arc<str>,
    name_end: u32,
    /// `None` where no data type is written.
    type_end: Option<std::num::NonZeroU32>,
}

/// The texts of the columns of one file.
#[derive(Default)]
pub(super) struct ColumnTexts(HashSet<Arc<str>>);

impl Column {
    /// A column that shares its text with equal ones.
    pub(super) fn new(
        name: &str,
        data_type: Option<&str>,
        description: &str,
        texts: &mut ColumnTexts,
    ) -> Self {
        let end = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        let text = format!("{name}{}{description}", data_type.unwrap_or(""));
        // The type's end is kept one too far, so that it is never zero.
        let type_end = data_type.map(|kind| end(name.len() + kind.len() + 1));
        Self {
            text: texts.shared(&text),
            name_end: end(name.len()),
            type_end: type_end.and_then(std::num::NonZeroU32::new),
        }
    }

    /// Shares its text with equal ones of `texts`.
    pub(super) fn share(&mut self, texts: &mut ColumnTexts) {
        match texts.0.get(&self.text) {
            Some(known) => self.text = Arc::clone(known),
            None => {
                texts.0.insert(Arc::clone(&self.text));
            }
        }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.text.get(..self.name_end as usize).unwrap_or("")
    }

    /// `data_type` as written.
    #[must_use]
    pub fn data_type(&self) -> Option<&str> {
        let end = self.type_end?.get() as usize - 1;
        self.text.get(self.name_end as usize..end)
    }

    /// Its description as written.
    #[must_use]
    pub fn description(&self) -> &str {
        let start = self.type_end.map_or(self.name_end, |end| end.get() - 1);
        self.text.get(start as usize..).unwrap_or("")
    }
}

impl ColumnTexts {
    fn shared(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.0.get(text) {
            return Arc::clone(known);
        }
        let new: Arc<str> = text.into();
        self.0.insert(Arc::clone(&new));
        new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_come_back_and_equal_columns_share_them() {
        let mut texts = ColumnTexts::default();
        let mut column = |kind| Column::new("id", kind, "The key.", &mut texts);
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
        assert!(Arc::ptr_eq(&typed.text, &column(Some("int")).text));
        assert_ne!(plain, empty);
    }
}
