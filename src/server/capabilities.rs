//! What can the client do, and what do we offer it?

use serde_json::{Value, json};
use tower_lsp_server::ls_types as lsp;

use super::adapter;
use crate::text::Encoding;

/// What of the client's capabilities makes a difference to us.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "the protocol has them one by one"
)]
pub(super) struct ClientProfile {
    /// What its columns count.
    pub(super) encoding: Encoding,
    /// It asks for diagnostics of open files, and asks again when told that they have changed.
    /// Neovim 0.11 only does the first: a change of another file would never reach it.
    pub(super) pulls_diagnostics: bool,
    /// It can be told to ask again.
    pub(super) refreshes_diagnostics: bool,
    /// It shows progress.
    pub(super) shows_progress: bool,
    /// It can be asked for settings.
    pub(super) has_configuration: bool,
    /// It tells of changed settings when asked to.
    pub(super) registers_configuration: bool,
    /// It watches files for us.
    pub(super) watches_files: bool,
    /// It watches files outside of the workspace.
    pub(super) watches_anywhere: bool,
    /// Completions may share an edit range.
    pub(super) shares_edit_range: bool,
    /// Completions may have words beside the label.
    pub(super) has_label_details: bool,
    /// Completions may be marked as deprecated.
    pub(super) tags_completions: bool,
    /// Outlines may be trees.
    pub(super) has_symbol_trees: bool,
    /// Jumps may say where they start.
    pub(super) has_links: bool,
    /// Diagnostics may point to other places.
    pub(super) has_related_information: bool,
    /// Edits may name the version that they are for.
    pub(super) has_versioned_edits: bool,
    /// Edits may make a file.
    pub(super) creates_files: bool,
    /// It makes edits when told to.
    pub(super) applies_edits: bool,
    /// It shows files when told to.
    pub(super) shows_documents: bool,
    /// It shows how the mesh stands, and wants to hear that this changed.
    pub(super) shows_status: bool,
    /// Hovers and documentation may be Markdown.
    pub(super) reads_markdown: bool,
}

impl ClientProfile {
    /// Reads what the client sent.
    pub(super) fn new(capabilities: &Value) -> Self {
        let has = |pointer: &str| capabilities.pointer(pointer).is_some_and(is_yes);
        let lists = |pointer: &str, word: &str| {
            let list = capabilities.pointer(pointer).and_then(Value::as_array);
            list.is_some_and(|list| list.iter().any(|entry| entry.as_str() == Some(word)))
        };
        let formats = "/textDocument/hover/contentFormat";
        Self {
            encoding: encoding(capabilities),
            pulls_diagnostics: has("/textDocument/diagnostic")
                && has("/workspace/diagnostics/refreshSupport"),
            refreshes_diagnostics: has("/workspace/diagnostics/refreshSupport"),
            shows_progress: has("/window/workDoneProgress"),
            has_configuration: has("/workspace/configuration"),
            registers_configuration: has("/workspace/didChangeConfiguration/dynamicRegistration"),
            watches_files: has("/workspace/didChangeWatchedFiles/dynamicRegistration"),
            watches_anywhere: has("/workspace/didChangeWatchedFiles/relativePatternSupport"),
            shares_edit_range: lists(
                "/textDocument/completion/completionList/itemDefaults",
                "editRange",
            ),
            has_label_details: has("/textDocument/completion/completionItem/labelDetailsSupport"),
            tags_completions: has("/textDocument/completion/completionItem/tagSupport"),
            has_symbol_trees: has("/textDocument/documentSymbol/hierarchicalDocumentSymbolSupport"),
            has_links: has("/textDocument/definition/linkSupport"),
            has_related_information: has("/textDocument/publishDiagnostics/relatedInformation"),
            has_versioned_edits: has("/workspace/workspaceEdit/documentChanges"),
            creates_files: has("/workspace/workspaceEdit/documentChanges")
                && lists("/workspace/workspaceEdit/resourceOperations", "create"),
            applies_edits: has("/workspace/applyEdit"),
            shows_documents: has("/window/showDocument/support"),
            shows_status: has("/experimental/dbtMeshStatus"),
            reads_markdown: capabilities.pointer(formats).is_none() || lists(formats, "markdown"),
        }
    }
}

impl Default for ClientProfile {
    fn default() -> Self {
        Self::new(&Value::Null)
    }
}

fn is_yes(value: &Value) -> bool {
    value.as_bool().unwrap_or(!value.is_null())
}

/// Bytes where the client can count them: no text has to be counted then. Utf-16 is what every
/// client can.
fn encoding(capabilities: &Value) -> Encoding {
    let offered = capabilities
        .pointer("/general/positionEncodings")
        .and_then(Value::as_array);
    let offers = |word| offered.is_some_and(|all| all.iter().any(|one| one.as_str() == Some(word)));
    if offers("utf-8") {
        Encoding::Utf8
    } else {
        Encoding::Utf16
    }
}

/// What we offer to a client of this profile.
pub(super) fn server(client: &ClientProfile) -> lsp::ServerCapabilities {
    lsp::ServerCapabilities {
        position_encoding: Some(match client.encoding {
            Encoding::Utf8 => lsp::PositionEncodingKind::UTF8,
            Encoding::Utf16 => lsp::PositionEncodingKind::UTF16,
            Encoding::Utf32 => lsp::PositionEncodingKind::UTF32,
        }),
        text_document_sync: Some(sync()),
        completion_provider: Some(lsp::CompletionOptions {
            resolve_provider: Some(true),
            trigger_characters: Some(["'", "\"", "(", ",", "=", "."].map(Into::into).into()),
            ..lsp::CompletionOptions::default()
        }),
        signature_help_provider: Some(lsp::SignatureHelpOptions {
            trigger_characters: Some(["(", ","].map(Into::into).into()),
            ..lsp::SignatureHelpOptions::default()
        }),
        hover_provider: Some(lsp::HoverProviderCapability::Simple(true)),
        definition_provider: Some(lsp::OneOf::Left(true)),
        declaration_provider: Some(lsp::DeclarationCapability::Simple(true)),
        type_definition_provider: Some(lsp::TypeDefinitionProviderCapability::Simple(true)),
        references_provider: Some(lsp::OneOf::Left(true)),
        document_symbol_provider: Some(lsp::OneOf::Left(true)),
        workspace_symbol_provider: Some(lsp::OneOf::Left(true)),
        document_link_provider: Some(lsp::DocumentLinkOptions {
            resolve_provider: Some(false),
            work_done_progress_options: lsp::WorkDoneProgressOptions::default(),
        }),
        code_action_provider: Some(lsp::CodeActionProviderCapability::Options(
            lsp::CodeActionOptions {
                code_action_kinds: Some(vec![
                    lsp::CodeActionKind::QUICKFIX,
                    lsp::CodeActionKind::REFACTOR_REWRITE,
                ]),
                ..lsp::CodeActionOptions::default()
            },
        )),
        execute_command_provider: Some(lsp::ExecuteCommandOptions {
            commands: [
                adapter::RELOAD,
                adapter::REFRESH,
                adapter::STATUS,
                adapter::CONTRACT,
            ]
            .map(Into::into)
            .into(),
            ..lsp::ExecuteCommandOptions::default()
        }),
        diagnostic_provider: client.pulls_diagnostics.then(pull),
        workspace: Some(lsp::WorkspaceServerCapabilities {
            workspace_folders: Some(lsp::WorkspaceFoldersServerCapabilities {
                supported: Some(true),
                change_notifications: Some(lsp::OneOf::Left(true)),
            }),
            ..lsp::WorkspaceServerCapabilities::default()
        }),
        ..lsp::ServerCapabilities::default()
    }
}

fn sync() -> lsp::TextDocumentSyncCapability {
    lsp::TextDocumentSyncCapability::Options(lsp::TextDocumentSyncOptions {
        open_close: Some(true),
        change: Some(lsp::TextDocumentSyncKind::INCREMENTAL),
        save: Some(lsp::TextDocumentSyncSaveOptions::Supported(true)),
        ..lsp::TextDocumentSyncOptions::default()
    })
}

fn pull() -> lsp::DiagnosticServerCapabilities {
    lsp::DiagnosticServerCapabilities::Options(lsp::DiagnosticOptions {
        identifier: Some(super::convert::SOURCE.into()),
        inter_file_dependencies: true,
        workspace_diagnostics: false,
        work_done_progress_options: lsp::WorkDoneProgressOptions::default(),
    })
}

/// What we say of ourselves.
pub(super) fn server_info() -> lsp::ServerInfo {
    lsp::ServerInfo {
        name: env!("CARGO_PKG_NAME").into(),
        version: Some(env!("CARGO_PKG_VERSION").into()),
    }
}

/// The registration of one method with the client.
pub(super) fn registration(id: &str, method: &str, options: &Value) -> Value {
    json!({"registrations": [{"id": id, "method": method, "registerOptions": options}]})
}
