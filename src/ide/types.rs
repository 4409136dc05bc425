//! The answers' types.

use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::Arc;

use crate::rules::{RuleId, Severity};
use crate::text::Span;

use super::EntryChange;

/// A span of a file on disk or in the editor.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Absolute path.
    pub path: PathBuf,
    /// Where in it.
    pub span: Span,
}

/// What a file makes, as its readers see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// The columns, as far as they are known.
    pub columns: Vec<Arc<str>>,
    /// Whether these are all.
    pub is_whole: bool,
}

/// Something that is wrong, or worth knowing, at a place of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule that found it.
    pub rule: RuleId,
    /// How loud it is, the user's settings applied.
    pub severity: Severity,
    /// Exactly the part that is wrong.
    pub span: Span,
    /// One line: what is wrong and what would be right.
    pub message: String,
    /// Other places that explain it.
    pub related: Vec<Related>,
    /// What would put it right, the likeliest first.
    pub fixes: Vec<Fix>,
    /// Whether the text at the span has no effect and may be shown faded.
    pub is_unnecessary: bool,
    /// Whether the text at the span reads something deprecated and may be struck through.
    pub is_deprecated: bool,
}

/// Another place that has to do with a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// Where.
    pub place: Place,
    /// What stands there.
    pub message: String,
}

/// A change that puts a finding right, or writes what is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What the user reads: "Change to `product_catalog`".
    pub title: String,
    /// What is changed.
    pub edits: Edits,
}

/// Where a fix changes something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edits {
    /// In the file of the finding; they don't overlap.
    Here(Vec<Edit>),
    /// In a property file, this one or another.
    OfEntry(EntryChange),
}

/// A replacement of some bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced; empty to insert.
    pub span: Span,
    /// What stands there then.
    pub text: String,
}

/// The answer of [`complete`](super::complete).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completions<'a> {
    /// What is offered, best first.
    pub items: Vec<Completion<'a>>,
    /// Whether more typing can bring other items than a narrower choice of these.
    pub is_incomplete: bool,
}

/// One thing that can be typed. Lists have thousands, so what the world has is not copied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion<'a> {
    /// What the list shows.
    pub label: Cow<'a, str>,
    /// What sort of thing it is.
    pub kind: CompletionKind,
    /// A few words beside the label: `public · v2`.
    pub detail: Option<Cow<'a, str>>,
    /// The text that is replaced.
    pub replace: Span,
    /// What stands there then, closing quote and parenthesis included where they are missing.
    pub insert: Cow<'a, str>,
    /// What the client filters by, where it is not the label.
    pub filter: Option<Cow<'a, str>>,
    /// Whether it should be shown struck through.
    pub is_deprecated: bool,
    /// The key for [`completion_documentation`](super::completion_documentation).
    pub documentation: Option<Cow<'a, str>>,
}

/// Sorts of completions, from which an editor picks an icon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum CompletionKind {
    Project,
    Model,
    Seed,
    Snapshot,
    Source,
    Table,
    Column,
    Version,
    Function,
    Keyword,
    Key,
    Value,
    File,
    Folder,
}

/// A card to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hover {
    /// The text that it is about.
    pub span: Span,
    /// Markdown.
    pub markdown: String,
}

/// What a call takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// `star(from, except=[])`
    pub label: String,
    /// Where each parameter stands in the label, in bytes.
    pub parameters: Vec<std::ops::Range<usize>>,
    /// The parameter that the cursor's argument is for.
    pub active: Option<usize>,
    /// What is known of it, in Markdown.
    pub documentation: String,
}

/// Where to go from a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Navigation {
    /// The text that the jump starts from.
    pub origin: Span,
    /// Where it leads; several where the name is ambiguous.
    pub targets: Vec<LinkTarget>,
}

/// The end of a jump or link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkTarget {
    /// A file that is on this disk.
    File(Place),
    /// A model of which only the published manifest is at hand. The caller writes a read-only
    /// file from the manifest's `raw_code` and goes there.
    Published(PublishedFile),
}

/// A model's source as its project's manifest has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishedFile {
    /// The manifest file.
    pub manifest: PathBuf,
    /// The node in it.
    pub unique_id: String,
    /// Project that it belongs to.
    pub package: String,
    /// The name of the file to write, such as `product_catalog.sql`: no folder, safe on every
    /// file system.
    pub file_name: String,
    /// Where the model's own file may be, as folders of projects and the path in them, while it is
    /// not known yet whether there are such projects. The caller looks, and goes there first.
    pub own_file: Vec<(PathBuf, PathBuf)>,
    /// Lines to put above the code as a comment: where it comes from and how old it is.
    pub heading: Vec<String>,
}

/// A link in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The text that is the link.
    pub span: Span,
    /// Where it leads.
    pub target: PathBuf,
    /// What hovering it says.
    pub tooltip: Option<String>,
}

/// An entry of a file's outline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol {
    /// Its name.
    pub name: String,
    /// A few words beside it.
    pub detail: Option<String>,
    /// What sort of thing it is.
    pub kind: SymbolKind,
    /// The whole of it.
    pub span: Span,
    /// Its name in the text, inside `span`.
    pub name_span: Span,
    /// What stands inside it.
    pub children: Vec<Symbol>,
}

/// Sorts of symbols.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum SymbolKind {
    Project,
    Model,
    Seed,
    Snapshot,
    Source,
    Table,
    Column,
    Test,
    Macro,
    Exposure,
    Group,
    Version,
    Reference,
    Manifest,
    Other,
}

/// A thing of the mesh that was found by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkspaceSymbol {
    /// Its name.
    pub name: String,
    /// The project that it belongs to.
    pub project: String,
    /// What sort of thing it is.
    pub kind: SymbolKind,
    /// Where it is.
    pub target: LinkTarget,
}
