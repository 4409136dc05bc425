//! What is the answer to each request? A snapshot, a question to `ide`, and its answer in the
//! protocol's words. These run on threads of their own and see one revision of everything.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tower_lsp_server::ls_types as lsp;

use super::capabilities::ClientProfile;
use super::convert::{self, Lines, Texts};
use super::wire::Prepared;
use super::{completion, uri};
use crate::ide::{self, LinkTarget, Navigation};
use crate::load;
use crate::settings::Feature;
use crate::world::Snapshot;

/// How many symbols a search of the workspace gives.
const MOST_SYMBOLS: usize = 256;

/// What an answer is made from: everything as it stood when the question came.
#[derive(Clone, Default)]
pub(super) struct Context {
    /// The world.
    pub(super) world: Snapshot,
    /// The client.
    pub(super) client: Arc<ClientProfile>,
    /// The open files as the client names them.
    pub(super) uris: Arc<HashMap<PathBuf, lsp::Uri>>,
    /// The folder for files written from manifests.
    pub(super) cache: Option<Arc<Path>>,
}

impl Context {
    /// The URI of a file, spelled as the client spells it.
    pub(super) fn uri(&self, path: &Path) -> Option<lsp::Uri> {
        self.uris
            .get(path)
            .cloned()
            .or_else(|| uri::from_path(path))
    }

    /// The text of a file: the editor's where it is open, else what stands on disk.
    pub(super) fn text(&self, path: &Path) -> Option<Arc<str>> {
        let open = self.world.open_file(path).map(|(text, _)| text);
        open.or_else(|| load::read_text(path))
    }

    /// The lines of a file.
    pub(super) fn lines(&self, path: &Path) -> Option<Lines> {
        Some(Lines::new(self.text(path)?, self.client.encoding))
    }

    /// The file, its lines and the offset that a request is about.
    pub(super) fn place(
        &self,
        at: &lsp::TextDocumentPositionParams,
    ) -> Option<(PathBuf, Lines, u32)> {
        let path = uri::to_path(&at.text_document.uri)?;
        let lines = self.lines(&path)?;
        let offset = lines.offset(at.position);
        Some((path, lines, offset))
    }
}

/// `textDocument/completion`
pub(super) fn completion(context: &Context, params: &lsp::CompletionParams) -> Prepared {
    let is_on = context.world.settings().has(Feature::Completion);
    let place = is_on.then(|| context.place(&params.text_document_position));
    let Some((path, lines, offset)) = place.flatten() else {
        return Prepared::null();
    };
    let completions = ide::complete(&context.world, &path, offset);
    completion::list(&completions, offset, &lines, &context.client)
}

/// `completionItem/resolve`
pub(super) fn resolve(context: &Context, mut item: lsp::CompletionItem) -> lsp::CompletionItem {
    let documentation =
        completion::key(&item).and_then(|key| ide::completion_documentation(&context.world, key));
    item.documentation = documentation
        .map(|value| lsp::Documentation::MarkupContent(markup(context, value)))
        .or(item.documentation);
    item
}

/// `textDocument/hover`
pub(super) fn hover(context: &Context, params: &lsp::HoverParams) -> Option<lsp::Hover> {
    let (path, lines, offset) = context.place(&params.text_document_position_params)?;
    let hover = ide::hover(&context.world, &path, offset)?;
    Some(lsp::Hover {
        range: Some(lines.range(hover.span)),
        contents: lsp::HoverContents::Markup(markup(context, hover.markdown)),
    })
}

/// `textDocument/signatureHelp`
pub(super) fn signature(
    context: &Context,
    params: &lsp::SignatureHelpParams,
) -> Option<lsp::SignatureHelp> {
    let (path, _, offset) = context.place(&params.text_document_position_params)?;
    let found = ide::signature(&context.world, &path, offset)?;
    let parameters = found.parameters.iter().filter_map(|range| {
        let text = found.label.get(range.clone())?.to_owned();
        Some(lsp::ParameterInformation {
            label: lsp::ParameterLabel::Simple(text),
            documentation: None,
        })
    });
    // A number behind the last one: clients take none for the first.
    let active = found.active.unwrap_or(found.parameters.len());
    let active = u32::try_from(active).ok();
    let documentation = Some(found.documentation).filter(|text| !text.is_empty());
    Some(lsp::SignatureHelp {
        signatures: vec![lsp::SignatureInformation {
            parameters: Some(parameters.collect()),
            documentation: documentation
                .map(|text| lsp::Documentation::MarkupContent(markup(context, text))),
            active_parameter: active,
            label: found.label,
        }],
        active_signature: Some(0),
        active_parameter: active,
    })
}

fn markup(context: &Context, value: String) -> lsp::MarkupContent {
    let kind = if context.client.reads_markdown {
        lsp::MarkupKind::Markdown
    } else {
        lsp::MarkupKind::PlainText
    };
    lsp::MarkupContent { kind, value }
}

/// `textDocument/definition`
pub(super) fn definition(
    context: &Context,
    params: &lsp::GotoDefinitionParams,
) -> Option<lsp::GotoDefinitionResponse> {
    go(
        context,
        &params.text_document_position_params,
        ide::definition,
    )
}

/// `textDocument/declaration` and `textDocument/typeDefinition`
pub(super) fn declaration(
    context: &Context,
    params: &lsp::GotoDefinitionParams,
) -> Option<lsp::GotoDefinitionResponse> {
    go(
        context,
        &params.text_document_position_params,
        ide::declaration,
    )
}

fn go(
    context: &Context,
    at: &lsp::TextDocumentPositionParams,
    question: fn(&Snapshot, &Path, u32) -> Option<Navigation>,
) -> Option<lsp::GotoDefinitionResponse> {
    let (path, lines, offset) = context.place(at)?;
    convert::navigation(context, &lines, &question(&context.world, &path, offset)?)
}

/// `textDocument/references`
pub(super) fn references(
    context: &Context,
    params: &lsp::ReferenceParams,
) -> Option<Vec<lsp::Location>> {
    let (path, _, offset) = context.place(&params.text_document_position)?;
    let mut texts = Texts::new(context);
    let places = ide::references(&context.world, &path, offset);
    let mut locations: Vec<_> = places
        .iter()
        .filter_map(|place| texts.location(place))
        .collect();
    if params.context.include_declaration {
        let definition = ide::definition(&context.world, &path, offset);
        let targets = definition.map(|found| found.targets).unwrap_or_default();
        locations.extend(targets.iter().filter_map(|target| match target {
            LinkTarget::File(place) => texts.location(place),
            LinkTarget::Published(_) => None,
        }));
    }
    Some(locations)
}

/// `textDocument/documentSymbol`
pub(super) fn document_symbols(
    context: &Context,
    document: &lsp::TextDocumentIdentifier,
) -> Option<lsp::DocumentSymbolResponse> {
    let path = uri::to_path(&document.uri)?;
    let lines = context.lines(&path)?;
    let symbols = ide::document_symbols(&context.world, &path);
    Some(if context.client.has_symbol_trees {
        lsp::DocumentSymbolResponse::Nested(convert::symbol_tree(&symbols, &lines))
    } else {
        let list = convert::symbol_list(&symbols, &lines, &document.uri, None);
        lsp::DocumentSymbolResponse::Flat(list)
    })
}

/// `workspace/symbol`
pub(super) fn workspace_symbols(context: &Context, query: &str) -> lsp::WorkspaceSymbolResponse {
    let mut texts = Texts::new(context);
    let found = ide::workspace_symbols(&context.world, query, MOST_SYMBOLS);
    let symbols = found.into_iter().filter_map(|symbol| {
        // A model of a manifest has no file before somebody goes there.
        let LinkTarget::File(place) = &symbol.target else {
            return None;
        };
        #[expect(deprecated, reason = "the type has no other way to be made")]
        Some(lsp::SymbolInformation {
            name: symbol.name,
            kind: convert::symbol_kind(symbol.kind),
            tags: None,
            deprecated: None,
            location: texts.location(place)?,
            container_name: Some(symbol.project),
        })
    });
    lsp::WorkspaceSymbolResponse::Flat(symbols.collect())
}

/// `textDocument/documentLink`
pub(super) fn document_links(
    context: &Context,
    document: &lsp::TextDocumentIdentifier,
) -> Option<Vec<lsp::DocumentLink>> {
    let path = uri::to_path(&document.uri)?;
    let lines = context.lines(&path)?;
    let found = ide::document_links(&context.world, &path)
        .into_iter()
        .map(|link| lsp::DocumentLink {
            range: lines.range(link.span),
            target: context.uri(&link.target),
            tooltip: link.tooltip,
            data: None,
        });
    Some(found.collect())
}

/// `textDocument/diagnostic`
pub(super) fn diagnostics(
    context: &Context,
    params: &lsp::DocumentDiagnosticParams,
) -> lsp::DocumentDiagnosticReport {
    let items = uri::to_path(&params.text_document.uri)
        .and_then(|path| Some((context.lines(&path)?, path)))
        .map(|(lines, path)| {
            let findings = ide::diagnostics(&context.world, &path);
            convert::diagnostics(context, &lines, &findings)
        })
        .unwrap_or_default();
    let result_id = result_id(&items);
    if params.previous_result_id.as_ref() == Some(&result_id) {
        return lsp::DocumentDiagnosticReport::Unchanged(
            lsp::RelatedUnchangedDocumentDiagnosticReport {
                related_documents: None,
                unchanged_document_diagnostic_report: lsp::UnchangedDocumentDiagnosticReport {
                    result_id,
                },
            },
        );
    }
    lsp::DocumentDiagnosticReport::Full(lsp::RelatedFullDocumentDiagnosticReport {
        related_documents: None,
        full_document_diagnostic_report: lsp::FullDocumentDiagnosticReport {
            result_id: Some(result_id),
            items,
        },
    })
}

/// The same diagnostics have the same id, whatever happened in between.
fn result_id(items: &[lsp::Diagnostic]) -> String {
    let mut hasher = DefaultHasher::new();
    serde_json::to_vec(items)
        .unwrap_or_default()
        .hash(&mut hasher);
    format!("{:x}", hasher.finish())
}
