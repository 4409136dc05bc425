//! What stands in a file?

use std::path::Path;

use crate::ide::{Symbol, SymbolKind};
use crate::mesh::Loom;
use crate::project::{
    Code, EntrySpans, Meaning, Owner, Properties, PropertyEntry, RefArguments, RefSpans, Reference,
    Section, Spans,
};
use crate::text::Span;
use crate::world::World;

use super::{of_block, of_section};

/// The outline of the file at `path`.
pub(in crate::ide) fn outline(world: &World, path: &Path) -> Vec<Symbol> {
    if let Some(linked) = world.user_of_loom_config(path) {
        return linked.loom.as_ref().map_or_else(Vec::new, loom);
    }
    let facts = world
        .locate(path)
        .and_then(|(linked, inside)| linked.project.file(&inside));
    let Some(facts) = facts else {
        return Vec::new();
    };
    let spans = &facts.spans;
    let mut symbols = match &*facts.meaning {
        Meaning::Code(code) => of_code(code, spans),
        Meaning::Properties(properties) => of_properties(properties, spans),
        Meaning::Definition(definition, _) => {
            let name = definition.name.iter();
            named(name, &spans.groups, SymbolKind::Project)
        }
        Meaning::Dependencies(dependencies) => {
            let projects = dependencies.projects.iter();
            named(projects, &spans.groups, SymbolKind::Project)
        }
        Meaning::LoomConfig(_) | Meaning::Other => Vec::new(),
    };
    symbols.sort_by_key(|symbol| symbol.span);
    symbols
}

/// A symbol of nothing but its name.
fn leaf(name: &str, kind: SymbolKind, span: Span) -> Option<Symbol> {
    // Editors refuse symbols without a name.
    (!name.is_empty()).then(|| Symbol {
        name: name.to_owned(),
        detail: None,
        kind,
        span,
        name_span: span,
        children: Vec::new(),
    })
}

fn named<'a>(
    names: impl Iterator<Item = &'a Box<str>>,
    spans: &[Span],
    kind: SymbolKind,
) -> Vec<Symbol> {
    names
        .zip(spans)
        .filter_map(|(name, span)| leaf(name, kind, *span))
        .collect()
}

/// Blocks with the refs in them, and the refs outside of blocks.
fn of_code(code: &Code, spans: &Spans) -> Vec<Symbol> {
    let mut symbols: Vec<Option<Symbol>> = code
        .blocks
        .iter()
        .zip(&spans.blocks)
        .map(|(block, span)| leaf(&block.name, of_block(block.kind), *span))
        .collect();
    let mut outside: Vec<Symbol> = Vec::new();
    let mut last = None;
    for (reference, spans) in code.references.iter().zip(spans.references.iter()) {
        // A ref in a loop is there once for each round.
        if last.replace(spans.call) == Some(spans.call) {
            continue;
        }
        let Some(symbol) = of_reference(reference, &spans) else {
            continue;
        };
        let block = match reference.owner {
            Owner::Block(block) => symbols.get_mut(block as usize).and_then(Option::as_mut),
            Owner::File | Owner::Entry(_) => None,
        };
        match block {
            Some(block) => {
                block.span = block.span.cover(symbol.span);
                block.children.push(symbol);
            }
            None => outside.push(symbol),
        }
    }
    symbols.into_iter().flatten().chain(outside).collect()
}

fn of_reference(reference: &Reference, spans: &RefSpans) -> Option<Symbol> {
    let (shown, version) = match &reference.arguments {
        RefArguments::Source { source, table } => (format!("{source}.{table}"), None),
        RefArguments::Declared { name, .. } => (name.to_string(), None),
        RefArguments::Names {
            package: Some(package),
            name,
            version,
        } => (format!("{package}.{name}"), version.as_ref()),
        RefArguments::Names {
            package: None,
            name,
            version,
        } => (name.to_string(), version.as_ref()),
        RefArguments::Dynamic | RefArguments::Invalid(_) => return None,
    };
    let symbol = leaf(&shown, SymbolKind::Reference, spans.call)?;
    Some(Symbol {
        detail: version.map(|version| format!("v{version}")),
        name_span: spans.name.unwrap_or(spans.call),
        ..symbol
    })
}

fn of_properties(properties: &Properties, spans: &Spans) -> Vec<Symbol> {
    let entries = properties.entries.iter().zip(&spans.entries);
    entries
        .filter_map(|(entry, spans)| of_entry(entry, spans))
        .collect()
}

fn of_entry(entry: &PropertyEntry, spans: &EntrySpans) -> Option<Symbol> {
    let symbol = leaf(&entry.name, of_section(entry.section), spans.name)?;
    let inner = match entry.section {
        Section::Sources => SymbolKind::Table,
        Section::Models
        | Section::Seeds
        | Section::Snapshots
        | Section::Analyses
        | Section::Exposures
        | Section::Groups
        | Section::Macros
        | Section::Metrics
        | Section::SemanticModels
        | Section::SavedQueries
        | Section::UnitTests
        | Section::Functions
        | Section::DataTests => SymbolKind::Column,
    };
    let columns = entry.columns.iter().zip(&spans.columns.names);
    let columns = columns.filter_map(|(column, span)| {
        let symbol = leaf(column.name(), inner, *span)?;
        Some(Symbol {
            detail: column.data_type().map(ToOwned::to_owned),
            ..symbol
        })
    });
    let versions = entry.versions.iter().zip(&spans.versions);
    let versions = versions.filter_map(|(version, span)| {
        let name = format!("v{}", version.version.as_ref()?);
        leaf(&name, SymbolKind::Version, *span)
    });
    let children: Vec<Symbol> = columns.chain(versions).collect();
    Some(Symbol {
        span: spans.entry.cover(spans.name),
        children,
        ..symbol
    })
}

/// The manifests of a loom config.
fn loom(loom: &Loom) -> Vec<Symbol> {
    let entries = loom.config.entries.iter();
    entries
        .filter_map(|entry| {
            let symbol = leaf(&entry.name, SymbolKind::Manifest, entry.name_span)?;
            Some(Symbol {
                detail: Some(format!("{} {}", entry.kind.as_str(), entry.origin)),
                span: entry.name_span.cover(entry.origin_span),
                ..symbol
            })
        })
        .collect()
}
