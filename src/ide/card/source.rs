//! The card of a source, or of one table of it.

use crate::ide::markdown::{cell, code, prose, shortened};
use crate::ide::places;
use crate::mesh::SourceTarget;
use crate::project::{Column, Meaning, PropertyEntry, SourceProperties, SourceTable};
use crate::world::World;

use super::resource::Column as Row;
use super::{MOST_PROSE, rows};

/// The entry that declares a table's source, and what it says as a source.
fn entry_of<'a>(target: &SourceTarget<'a>) -> Option<(&'a PropertyEntry, &'a SourceProperties)> {
    let facts = target.project.file(&target.table.file)?;
    let Meaning::Properties(properties) = &*facts.meaning else {
        return None;
    };
    let entry = properties.entries.get(target.table.entry as usize)?;
    Some((entry, entry.source.as_deref()?))
}

fn table_of<'a>(
    entry: &'a PropertyEntry,
    properties: &'a SourceProperties,
    at: u32,
) -> Option<(&'a Column, &'a SourceTable)> {
    let at = at as usize;
    Some((entry.columns.get(at)?, properties.tables.get(at)?))
}

/// The card of one table, in Markdown.
pub(in crate::ide) fn table(world: &World, target: &SourceTarget<'_>) -> Option<String> {
    let (entry, properties) = entry_of(target)?;
    let (named, table) = table_of(entry, properties, target.table.at)?;
    let name = format!("{}.{}", entry.name, named.name());
    let mut parts = vec![format!("**{}** · source", code(&name))];
    for description in [named.description(), &entry.description] {
        if !description.is_empty() {
            parts.push(prose(&shortened(description, MOST_PROSE)));
        }
    }
    if !table.columns.is_empty() {
        let columns: Vec<_> = table.columns.iter().map(row).collect();
        parts.push(rows("column", &columns));
    }
    let schema = properties.schema.as_deref().unwrap_or(&entry.name);
    let identifier = table.identifier.as_deref().unwrap_or(named.name());
    let database = properties.database.as_deref();
    let relation: Vec<&str> = database.into_iter().chain([schema, identifier]).collect();
    let mut lines = vec![format!("- relation: {}", code(&relation.join(".")))];
    lines.extend(
        properties
            .loader
            .iter()
            .map(|loader| format!("- loader: {}", prose(&cell(loader)))),
    );
    parts.push(lines.join("\n"));
    parts.push(origin(world, target));
    Some(parts.join("\n\n"))
}

/// The card of a source with all these tables, in Markdown.
pub(in crate::ide) fn source(world: &World, targets: &[SourceTarget<'_>]) -> Option<String> {
    let first = targets.first()?;
    let (entry, _) = entry_of(first)?;
    let mut parts = vec![format!("**{}** · source", code(&entry.name))];
    if !entry.description.is_empty() {
        parts.push(prose(&shortened(&entry.description, MOST_PROSE)));
    }
    let tables = targets.iter().filter_map(|target| {
        let (entry, properties) = entry_of(target)?;
        Some(row(table_of(entry, properties, target.table.at)?.0))
    });
    parts.push(rows("table", &tables.collect::<Vec<_>>()));
    parts.push(origin(world, first));
    Some(parts.join("\n\n"))
}

fn row(column: &Column) -> Row<'_> {
    Row {
        name: column.name(),
        data_type: column.data_type(),
        description: column.description(),
    }
}

fn origin(world: &World, target: &SourceTarget<'_>) -> String {
    let path = target.project.path_of(&target.table.file);
    format!("from {}", code(&places::shown_path(world, &path)))
}
