//! Which type would a column have, and where in the entry would it be written?

use crate::ide::diagnostics::File;
use crate::project::{Column, Meaning};
use crate::text::Span;

/// Where a key of a column is inserted, and what stands before it.
pub(super) struct Insertion {
    pub at: usize,
    pub before: String,
}

/// The type that all other columns of this name have in the project, where they have one.
pub(super) fn data_type<'a>(file: &File<'a>, name: &str) -> Option<&'a str> {
    let files = file.linked.project.files.values();
    let entries = files.flat_map(|facts| match &*facts.meaning {
        Meaning::Properties(properties) => properties.entries.as_slice(),
        Meaning::Code(_)
        | Meaning::Definition(..)
        | Meaning::LoomConfig(_)
        | Meaning::Dependencies(_)
        | Meaning::Other => &[],
    });
    let columns = entries.flat_map(|entry| {
        let of_versions = entry.versions.iter().flat_map(|version| &version.columns);
        let tables = entry.source.iter().flat_map(|source| &source.tables);
        let of_tables = tables.flat_map(|table| &table.columns);
        entry.columns.iter().chain(of_versions).chain(of_tables)
    });
    let mut types = columns
        .filter(|column| column.name() == name)
        .filter_map(Column::data_type)
        .filter(|kind| !kind.trim().is_empty());
    let first = types.next()?;
    let is_plain = !first.contains(['{', ':', '#', ',', '[', '"', '\'']);
    (is_plain && types.all(|kind| kind.eq_ignore_ascii_case(first))).then_some(first)
}

/// Where one more key goes: behind the name in a flow mapping, on a line of its own in a block.
/// Known for open files, whose text is at hand.
pub(super) fn insertion(file: &File<'_>, name: Span) -> Option<Insertion> {
    let path = file.linked.project.path_of(&file.path);
    let (text, _) = file.world.open_file(&path)?;
    let before = text.get(..name.start as usize)?;
    let is_quote = |quote: char| matches!(quote, '"' | '\'');
    let before = before.trim_end_matches(is_quote).trim_end();
    let before = before
        .strip_suffix(':')?
        .trim_end()
        .trim_end_matches(is_quote);
    let key = before.strip_suffix("name")?.trim_end_matches(is_quote);
    let behind = text.get(name.end as usize..)?;
    let quotes = behind.len() - behind.trim_start_matches(is_quote).len();
    if key.trim_end().ends_with(['{', ',']) {
        return Some(Insertion {
            at: name.end as usize + quotes,
            before: ", ".into(),
        });
    }
    let line = key.rfind('\n').map_or(0, |end| end + 1);
    let indent = key.get(line..)?.chars().count();
    let end = behind.find(['\r', '\n']).unwrap_or(behind.len());
    Some(Insertion {
        at: name.end as usize + end,
        before: format!("\n{:indent$}", ""),
    })
}
