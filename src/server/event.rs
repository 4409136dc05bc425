//! What can happen to the server? Everything that the loop hears, from every side, in one queue.

use std::path::PathBuf;
use std::sync::Arc;

use serde_json::Value;
use tokio::sync::{mpsc, oneshot};
use tower_lsp_server::jsonrpc::Response;
use tower_lsp_server::ls_types::{
    DidChangeTextDocumentParams, InitializeParams, InitializeResult, TextDocumentItem, Uri,
    WorkspaceFoldersChangeEvent,
};

use super::actions::ToApply;
use super::disk::Found;
use super::handlers::Context;
use super::publish::Diagnosed;
use crate::manifest::{Catalog, Manifest, ManifestFailure};
use crate::origin::{Fault, Fetched, Note};
use crate::project::Project;
use crate::settings::Settings;
use crate::world::Change;

/// The queue's near end. It has no bound, so that nobody waits to put something in.
pub(super) type Events = mpsc::UnboundedSender<Event>;

/// A question of the client, with its answer's way back inside.
pub(super) type Question = Box<dyn FnOnce(&Context) + Send>;

/// Something that the loop has to know.
pub(super) enum Event {
    /// The capabilities of the client, as it sent them.
    Client(Value),
    /// The first request.
    Initialize(Box<InitializeParams>, oneshot::Sender<InitializeResult>),
    /// The client is ready for messages of ours.
    Initialized,
    /// The editor opened a file.
    Opened(TextDocumentItem),
    /// The editor changed an open file.
    Changed(DidChangeTextDocumentParams),
    /// The editor closed a file.
    Closed(Uri),
    /// Files were made, changed or removed, by whoever saw it.
    FilesChanged(Vec<PathBuf>),
    /// More was changed than whoever watches could see.
    Overlooked,
    /// Workspace folders came or went.
    Folders(WorkspaceFoldersChangeEvent),
    /// The settings changed, and may be in here.
    Configuration(Value),
    /// The client is to make this change, or to say why there is none.
    Apply(Box<Result<ToApply, String>>),
    /// Everything is to be read anew.
    Reload,
    /// Manifests are to be fetched now: those of these names, or all.
    Refresh(Vec<String>),
    /// A manifest was fetched, or could not be.
    Fetched(PathBuf, Result<Fetched, Fault>),
    /// A question.
    Question(Question),
    /// The client answered a request of ours.
    Answer(Response),
    /// The roots of the projects below the workspace folders, by the search of this number.
    ProjectsFound(u64, Vec<PathBuf>),
    /// A project was read, or is none.
    ProjectRead(PathBuf, Option<Box<Project>>),
    /// A folder beside the workspace was looked at.
    NeighbourRead(PathBuf, Option<Box<Project>>),
    /// A manifest was read, or could not be; the buffer is for the next one.
    ManifestRead {
        /// Where it was wanted from.
        path: PathBuf,
        /// What was found.
        outcome: Result<Arc<Manifest>, ManifestFailure>,
        /// The note beside it, where it was fetched.
        note: Option<Note>,
        /// Memory to use again.
        buffer: Vec<u8>,
    },
    /// A catalog was read, or could not be; the buffer is for the next one.
    CatalogRead(PathBuf, Result<Arc<Catalog>, ManifestFailure>, Vec<u8>),
    /// A file was opened whose project is not known yet.
    ProjectOpened(PathBuf),
    /// What stands on disk in the place of a file that was closed.
    ClosedRead(PathBuf, Option<Arc<str>>),
    /// The settings files of the workspace folders, and what is wrong with them.
    SettingsRead(Box<Settings>, Vec<String>),
    /// What stands where something has changed.
    FilesRead(Found),
    /// Who reads the columns of this file, which nobody has open, sees others than before.
    ColumnsDiffer(PathBuf),
    /// Files were rendered.
    Rendered(Vec<Change>),
    /// The findings of some files.
    Diagnosed(Vec<Diagnosed>),
}
