//! What does an editor want to know? One function a question, each over one immutable
//! [`Snapshot`], answered as plain data in byte offsets.
//!
//! Nothing here blocks, fails, reads a file or knows the protocol.

mod beside;
mod callable;
mod card;
mod complete;
pub mod diagnostics;
mod entry;
mod fixes;
mod graph;
mod hover;
mod keys;
mod links;
mod markdown;
mod navigate;
pub(crate) mod places;
mod published;
mod readers;
mod references;
mod signature;
mod symbols;
mod target;
mod types;
mod variables;

pub use entry::EntryChange;
pub use fixes::Fixable;
pub use graph::{Graph, GraphEdge, GraphNode, GraphQuestion, NodeState};
pub use types::{
    Completion, CompletionKind, Completions, Edit, Edits, Finding, Fix, Hover, Link, LinkTarget,
    Made, Navigation, Place, PublishedFile, Related, Signature, Symbol, SymbolKind,
    WorkspaceSymbol,
};

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::mesh::Linked;
use crate::settings::Feature;
use crate::text::Span;
use crate::world::Snapshot;

/// What can be typed at `offset` of the file at `path`.
#[must_use]
pub fn complete<'a>(snapshot: &'a Snapshot, path: &Path, offset: u32) -> Completions<'a> {
    let found = complete::complete(snapshot, path, offset).unwrap_or_default();
    if snapshot.settings().is_beside(Feature::Completion) {
        beside::crossing(snapshot, path, found)
    } else {
        found
    }
}

/// The documentation of a completion, in Markdown, by the [`Completion::documentation`] key that
/// [`complete`] gave it. `None` where the mesh has changed and the thing is gone.
#[must_use]
pub fn completion_documentation(snapshot: &Snapshot, key: &str) -> Option<String> {
    complete::documentation(snapshot, key)
}

/// The card about the thing at `offset` of the file at `path`.
#[must_use]
pub fn hover(snapshot: &Snapshot, path: &Path, offset: u32) -> Option<Hover> {
    let pointed = target::pointed(snapshot, path, offset)?;
    let is_ours = !snapshot.settings().is_beside(Feature::Hover) || beside::crosses(&pointed);
    is_ours.then(|| hover::hover(snapshot, &pointed)).flatten()
}

/// The parameters of the call around `offset` of the file at `path`.
#[must_use]
pub fn signature(snapshot: &Snapshot, path: &Path, offset: u32) -> Option<Signature> {
    signature::signature(snapshot, path, offset)
}

/// Where the thing at `offset` is made: its SQL file, or the published code of it.
#[must_use]
pub fn definition(snapshot: &Snapshot, path: &Path, offset: u32) -> Option<Navigation> {
    let pointed = target::pointed(snapshot, path, offset)?;
    let is_ours = !snapshot.settings().is_beside(Feature::Definition) || beside::crosses(&pointed);
    is_ours
        .then(|| navigate::definition(snapshot, &pointed))
        .flatten()
}

/// Where the thing at `offset` is described: its YAML entry ("go to declaration").
#[must_use]
pub fn declaration(snapshot: &Snapshot, path: &Path, offset: u32) -> Option<Navigation> {
    navigate::declaration(snapshot, &target::pointed(snapshot, path, offset)?)
}

/// What manifests have published of the model at `offset`, or of the one that the file makes.
#[must_use]
pub fn published(snapshot: &Snapshot, path: &Path, offset: u32) -> Vec<PublishedFile> {
    published::published(snapshot, path, offset)
}

/// What is upstream and downstream of some models, or of all.
#[must_use]
pub fn graph(snapshot: &Snapshot, question: &GraphQuestion) -> Graph {
    graph::graph(snapshot, question)
}

/// The ids of the models and other resources that a file makes.
#[must_use]
pub fn models_of(snapshot: &Snapshot, path: &Path) -> Vec<String> {
    graph::models_of(snapshot, path)
}

/// Where the node of a graph with this id is made.
#[must_use]
pub fn place_of(snapshot: &Snapshot, id: &str) -> Option<LinkTarget> {
    graph::place(snapshot, id)
}

/// Every place of the mesh that reads the thing at `offset`.
#[must_use]
pub fn references(snapshot: &Snapshot, path: &Path, offset: u32) -> Vec<Place> {
    let found = target::pointed(snapshot, path, offset).map_or_else(Vec::new, |pointed| {
        references::references(snapshot, &pointed)
    });
    if snapshot.settings().is_beside(Feature::References) {
        beside::elsewhere(snapshot, path, found)
    } else {
        found
    }
}

/// The findings of one file, in file order. Empty for a file of no project, and where they are switched off.
#[must_use]
pub fn diagnostics(snapshot: &Snapshot, path: &Path) -> Vec<Finding> {
    if snapshot.settings().has(Feature::Findings) {
        diagnostics::diagnostics(snapshot, path)
    } else {
        Vec::new()
    }
}

/// The findings that touch `span` of the open file at `path`, with what would put them right.
#[must_use]
pub fn fixes(snapshot: &Snapshot, path: &Path, span: Span) -> Vec<Fixable> {
    fixes::fixes(snapshot, path, span)
}

/// What can be written for the model at `span` of the file at `path`, whatever is found there: its
/// contract, its columns.
#[must_use]
pub fn actions(snapshot: &Snapshot, path: &Path, span: Span) -> Vec<Fix> {
    entry::actions(snapshot, path, span)
}

/// What writes the contract of the model at `span`.
///
/// # Errors
///
/// Where nothing can: one line that says why.
pub fn contract(snapshot: &Snapshot, path: &Path, span: Span) -> Result<Fix, String> {
    entry::contract(snapshot, path, span)
}

/// What a file makes, as its readers see it; `None` for a file that makes nothing. Where it
/// differs, their findings may.
#[must_use]
pub fn columns_made(snapshot: &Snapshot, path: &Path) -> Option<Made> {
    let (linked, inside) = snapshot.locate(path)?;
    let relation = linked.columns_of_file(snapshot.mesh(), &inside)?;
    let names = relation.columns.iter().map(|it| Arc::clone(&it.name));
    Some(Made {
        columns: names.collect(),
        is_whole: relation.is_whole,
    })
}

/// Whether a file, whose text may be another, makes the same as `before`, as far as others see it.
#[must_use]
pub fn makes_the_same(before: &Snapshot, after: &Snapshot, path: &Path) -> bool {
    let is_as_published = |linked: &Linked, snapshot: &Snapshot, file: &str| {
        snapshot.mesh().has_published_text(linked, file)
    };
    let (Some((old, file)), Some((new, _))) = (before.locate(path), after.locate(path)) else {
        return false;
    };
    is_as_published(old, before, &file) == is_as_published(new, after, &file)
        && new.makes_as(after.mesh(), (&**old, before.mesh()), &file)
}

/// The roots of the projects whose findings hang on what files of this one make: its own, and
/// those of the projects that read it.
#[must_use]
pub fn projects_reading(snapshot: &Snapshot, path: &Path) -> Vec<PathBuf> {
    let Some((linked, _)) = snapshot.locate(path) else {
        return Vec::new();
    };
    let project = &linked.project;
    let reads = |other: &&Arc<Linked>| {
        let mut upstreams = other.upstreams.iter();
        other.project.root == project.root
            || upstreams.any(|upstream| upstream.project_name() == project.name())
    };
    let readers = snapshot.mesh().projects.iter().filter(reads);
    readers.map(|it| it.project.root.clone()).collect()
}

/// The outline of a file.
#[must_use]
pub fn document_symbols(snapshot: &Snapshot, path: &Path) -> Vec<Symbol> {
    symbols::outline(snapshot, path)
}

/// Everything in the mesh whose name holds the letters of `query` in their order, best first, at
/// most `limit` of them.
#[must_use]
pub fn workspace_symbols(snapshot: &Snapshot, query: &str, limit: usize) -> Vec<WorkspaceSymbol> {
    symbols::search(snapshot, query, limit)
}

/// The links of a file, such as from a loom config's `path` to the manifest.
#[must_use]
pub fn document_links(snapshot: &Snapshot, path: &Path) -> Vec<Link> {
    links::links(snapshot, path)
}
