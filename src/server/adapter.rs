//! How does the protocol reach the loop? Each method puts an event into the queue, before it
//! waits for anything, and waits for the answer. Nothing is worked out here: the order of the
//! queue is the order of the wire, and whoever reads the wire is never kept from reading on.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};

use serde_json::Value;
use tokio::sync::oneshot;
use tower_lsp_server::LanguageServer;
use tower_lsp_server::jsonrpc::{Error, ErrorCode, Result};
use tower_lsp_server::ls_types as lsp;
use tower_lsp_server::ls_types::request;

use super::event::{Event, Events};
use super::handlers::{self, Context};
use super::wire::Prepared;
use super::{actions, own, uri};
use crate::settings::Feature;

/// The command that reads everything anew.
pub(super) const RELOAD: &str = "dbtMesh.reload";
/// The command that fetches manifests now: those whose names are its arguments, or all.
pub(super) const REFRESH: &str = "dbtMesh.refreshManifests";
/// The command that lists projects and manifests.
pub(super) const STATUS: &str = "dbtMesh.status";

/// The command that writes the contract of the model at a place.
pub(super) const CONTRACT: &str = "dbtMesh.writeContract";

/// The protocol's side of the server.
pub(super) struct Adapter {
    events: Events,
}

impl Adapter {
    /// An adapter before `events`.
    pub(super) fn new(events: Events) -> Self {
        Self { events }
    }

    fn tell(&self, event: Event) {
        // The loop is gone only when the server ends.
        let _ = self.events.send(event);
    }

    /// Puts a question into the queue, now, and waits for its answer, later. Whoever drops the
    /// future has cancelled the question.
    pub(super) fn ask<T, F>(
        &self,
        question: F,
    ) -> impl Future<Output = Result<T>> + Send + use<T, F>
    where
        T: Send + 'static,
        F: FnOnce(&Context) -> T + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        self.tell(Event::Question(Box::new(move |context| {
            if reply.is_closed() {
                return;
            }
            let answer = catch_unwind(AssertUnwindSafe(|| question(context)));
            let _ = reply.send(answer.map_err(|_| ()));
        })));
        async move {
            match answer.await {
                Ok(Ok(answer)) => Ok(answer),
                Ok(Err(())) => Err(failure(
                    "the question led into a mistake of the server's own",
                )),
                Err(_) => Err(failure("the server is ending")),
            }
        }
    }

    /// The same about something that can be switched off: the answer is nothing then.
    fn ask_for<T, F>(
        &self,
        feature: Feature,
        question: F,
    ) -> impl Future<Output = Result<Option<T>>> + Send + use<T, F>
    where
        T: Send + 'static,
        F: FnOnce(&Context) -> Option<T> + Send + 'static,
    {
        self.ask(move |context| {
            let is_on = context.world.settings().has(feature);
            is_on.then(|| question(context)).flatten()
        })
    }

    /// `textDocument/completion`, whose answer is too large for the router's way.
    pub(super) async fn prepared_completion(
        &self,
        params: lsp::CompletionParams,
    ) -> Result<Prepared> {
        self.ask(move |context| handlers::completion(context, &params))
            .await
    }

    /// `dbtMesh/status`
    pub(super) async fn status(&self) -> Result<Value> {
        self.ask(own::status).await
    }

    /// `dbtMesh/graph`
    pub(super) async fn graph(&self, params: own::GraphParams) -> Result<Option<Value>> {
        self.ask(move |context| own::graph(context, params)).await
    }

    /// `dbtMesh/place`
    pub(super) async fn node_place(
        &self,
        params: own::PlaceParams,
    ) -> Result<Option<lsp::Location>> {
        self.ask(move |context| own::place(context, &params)).await
    }

    /// `dbtMesh/published`
    pub(super) async fn published(
        &self,
        params: lsp::TextDocumentPositionParams,
    ) -> Result<Option<lsp::Location>> {
        self.ask(move |context| own::published(context, &params))
            .await
    }
}

fn failure(message: &'static str) -> Error {
    Error {
        code: ErrorCode::InternalError,
        message: message.into(),
        data: None,
    }
}

impl LanguageServer for Adapter {
    async fn initialize(&self, params: lsp::InitializeParams) -> Result<lsp::InitializeResult> {
        let (reply, answer) = oneshot::channel();
        self.tell(Event::Initialize(Box::new(params), reply));
        answer.await.map_err(|_| failure("the server is ending"))
    }

    async fn initialized(&self, _: lsp::InitializedParams) {
        self.tell(Event::Initialized);
    }

    async fn shutdown(&self) -> Result<()> {
        Ok(())
    }

    async fn did_open(&self, params: lsp::DidOpenTextDocumentParams) {
        self.tell(Event::Opened(params.text_document));
    }

    async fn did_change(&self, params: lsp::DidChangeTextDocumentParams) {
        self.tell(Event::Changed(params));
    }

    async fn did_close(&self, params: lsp::DidCloseTextDocumentParams) {
        self.tell(Event::Closed(params.text_document.uri));
    }

    async fn did_save(&self, params: lsp::DidSaveTextDocumentParams) {
        self.tell(Event::FilesChanged(
            uri::to_path(&params.text_document.uri)
                .into_iter()
                .collect(),
        ));
    }

    async fn did_change_watched_files(&self, params: lsp::DidChangeWatchedFilesParams) {
        let paths = params
            .changes
            .iter()
            .filter_map(|change| uri::to_path(&change.uri));
        self.tell(Event::FilesChanged(paths.collect()));
    }

    async fn did_change_workspace_folders(&self, params: lsp::DidChangeWorkspaceFoldersParams) {
        self.tell(Event::Folders(params.event));
    }

    async fn did_change_configuration(&self, params: lsp::DidChangeConfigurationParams) {
        self.tell(Event::Configuration(params.settings));
    }

    async fn completion_resolve(&self, item: lsp::CompletionItem) -> Result<lsp::CompletionItem> {
        self.ask(move |context| handlers::resolve(context, item))
            .await
    }

    async fn hover(&self, params: lsp::HoverParams) -> Result<Option<lsp::Hover>> {
        self.ask_for(Feature::Hover, move |context| {
            handlers::hover(context, &params)
        })
        .await
    }

    async fn signature_help(
        &self,
        params: lsp::SignatureHelpParams,
    ) -> Result<Option<lsp::SignatureHelp>> {
        self.ask_for(Feature::SignatureHelp, move |context| {
            handlers::signature(context, &params)
        })
        .await
    }

    async fn goto_definition(
        &self,
        params: lsp::GotoDefinitionParams,
    ) -> Result<Option<lsp::GotoDefinitionResponse>> {
        self.ask_for(Feature::Definition, move |context| {
            handlers::definition(context, &params)
        })
        .await
    }

    async fn goto_declaration(
        &self,
        params: request::GotoDeclarationParams,
    ) -> Result<Option<request::GotoDeclarationResponse>> {
        self.ask_for(Feature::Definition, move |context| {
            handlers::declaration(context, &params)
        })
        .await
    }

    async fn goto_type_definition(
        &self,
        params: request::GotoTypeDefinitionParams,
    ) -> Result<Option<request::GotoTypeDefinitionResponse>> {
        self.ask_for(Feature::Definition, move |context| {
            handlers::declaration(context, &params)
        })
        .await
    }

    async fn references(&self, params: lsp::ReferenceParams) -> Result<Option<Vec<lsp::Location>>> {
        self.ask_for(Feature::References, move |context| {
            handlers::references(context, &params)
        })
        .await
    }

    async fn document_symbol(
        &self,
        params: lsp::DocumentSymbolParams,
    ) -> Result<Option<lsp::DocumentSymbolResponse>> {
        self.ask_for(Feature::Symbols, move |context| {
            handlers::document_symbols(context, &params.text_document)
        })
        .await
    }

    async fn symbol(
        &self,
        params: lsp::WorkspaceSymbolParams,
    ) -> Result<Option<lsp::WorkspaceSymbolResponse>> {
        self.ask_for(Feature::Symbols, move |context| {
            Some(handlers::workspace_symbols(context, &params.query))
        })
        .await
    }

    async fn document_link(
        &self,
        params: lsp::DocumentLinkParams,
    ) -> Result<Option<Vec<lsp::DocumentLink>>> {
        self.ask_for(Feature::Links, move |context| {
            handlers::document_links(context, &params.text_document)
        })
        .await
    }

    async fn code_action(
        &self,
        params: lsp::CodeActionParams,
    ) -> Result<Option<lsp::CodeActionResponse>> {
        self.ask_for(Feature::CodeActions, move |context| {
            actions::code_actions(context, &params)
        })
        .await
    }

    async fn diagnostic(
        &self,
        params: lsp::DocumentDiagnosticParams,
    ) -> Result<lsp::DocumentDiagnosticReportResult> {
        let report = self
            .ask(move |context| handlers::diagnostics(context, &params))
            .await?;
        Ok(lsp::DocumentDiagnosticReportResult::Report(report))
    }

    async fn execute_command(
        &self,
        params: lsp::ExecuteCommandParams,
    ) -> Result<Option<lsp::LSPAny>> {
        match params.command.as_str() {
            STATUS => self.status().await.map(Some),
            RELOAD => {
                self.tell(Event::Reload);
                Ok(None)
            }
            CONTRACT => {
                let place = params.arguments.into_iter().next().unwrap_or_default();
                let place: lsp::TextDocumentPositionParams = serde_json::from_value(place)
                    .map_err(|error| Error::invalid_params(error.to_string()))?;
                let answer = self.ask(move |context| actions::contract(context, &place));
                self.tell(Event::Apply(Box::new(answer.await?)));
                Ok(None)
            }
            REFRESH => {
                let names = params.arguments.iter().filter_map(Value::as_str);
                self.tell(Event::Refresh(names.map(ToOwned::to_owned).collect()));
                Ok(None)
            }
            other => Err(Error::invalid_params(format!(
                "there is no command `{other}`"
            ))),
        }
    }
}
