//! Which changes are offered at a place, and what are they in the protocol's words? A change may be
//! one of another file than the one that is asked about, and of one that is not there yet.

use std::collections::HashMap;
use std::path::Path;

use tower_lsp_server::ls_types as lsp;

use super::convert::{self, Lines, Texts};
use super::handlers::Context;
use super::uri;
use crate::ide::{self, Edit, Edits, Fix};
use crate::text::Span;

/// `textDocument/codeAction`
pub(super) fn code_actions(
    context: &Context,
    params: &lsp::CodeActionParams,
) -> Option<lsp::CodeActionResponse> {
    let only = params.context.only.as_deref();
    let is_asked = |kind: &lsp::CodeActionKind| {
        let is_it = |asked: &lsp::CodeActionKind| {
            let rest = kind.as_str().strip_prefix(asked.as_str());
            rest.is_some_and(|rest| {
                rest.is_empty() || rest.starts_with('.') || asked.as_str().is_empty()
            })
        };
        only.is_none_or(|only| only.iter().any(is_it))
    };
    let path = uri::to_path(&params.text_document.uri)?;
    let lines = context.lines(&path)?;
    let asked = lines.span(params.range);
    let mut texts = Texts::new(context);
    let mut actions: Vec<lsp::CodeAction> = Vec::new();
    if is_asked(&lsp::CodeActionKind::QUICKFIX) {
        for fixable in ide::fixes(&context.world, &path, asked) {
            let (finding, fixes) = (&fixable.finding, &fixable.fixes);
            for (place, fix) in fixes.iter().chain(&fixable.silence).enumerate() {
                let Some(edit) = edit_of(context, &path, fix) else {
                    continue;
                };
                actions.push(lsp::CodeAction {
                    title: fix.title.clone(),
                    kind: Some(lsp::CodeActionKind::QUICKFIX),
                    diagnostics: Some(vec![convert::diagnostic(finding, &lines, &mut texts)]),
                    edit: Some(edit),
                    // A client may make what is preferred without asking: never the comment.
                    is_preferred: (place == 0 && !fixes.is_empty()).then_some(true),
                    ..lsp::CodeAction::default()
                });
            }
        }
    }
    if is_asked(&lsp::CodeActionKind::REFACTOR_REWRITE) {
        for fix in ide::actions(&context.world, &path, asked) {
            let is_there = actions.iter().any(|action| action.title == fix.title);
            let edit = edit_of(context, &path, &fix).filter(|_| !is_there);
            actions.extend(edit.map(|edit| lsp::CodeAction {
                title: fix.title,
                kind: Some(lsp::CodeActionKind::REFACTOR_REWRITE),
                edit: Some(edit),
                ..lsp::CodeAction::default()
            }));
        }
    }
    let actions = actions.into_iter();
    Some(actions.map(lsp::CodeActionOrCommand::CodeAction).collect())
}

/// A change that the client is told to make.
pub(super) struct ToApply {
    /// What it does.
    pub(super) label: String,
    /// It.
    pub(super) edit: lsp::WorkspaceEdit,
    /// The file that is shown then.
    pub(super) shown: lsp::Uri,
}

/// What writes the contract of the model at a place, or the line that says why nothing does.
pub(super) fn contract(
    context: &Context,
    at: &lsp::TextDocumentPositionParams,
) -> Result<ToApply, String> {
    let place = context.place(at);
    let (path, _, offset) = place.ok_or("there is no such file")?;
    let span = Span::empty(offset as usize);
    let fix = ide::contract(&context.world, &path, span)?;
    let shown = match &fix.edits {
        Edits::Here(_) => &path,
        Edits::OfEntry(change) => &change.path,
    };
    let edit = edit_of(context, &path, &fix);
    let edit = edit.zip(context.uri(shown).filter(|_| context.client.applies_edits));
    let (edit, shown) = edit.ok_or_else(|| {
        let file = shown.file_name().unwrap_or_default().display();
        format!("{file} cannot be edited as it is")
    })?;
    Ok(ToApply {
        label: fix.title,
        edit,
        shown,
    })
}

/// The edit that a fix is, of the file at `path` or the one that it names.
fn edit_of(context: &Context, path: &Path, fix: &Fix) -> Option<lsp::WorkspaceEdit> {
    match &fix.edits {
        Edits::Here(edits) => {
            let lines = context.lines(path)?;
            Some(edit(context, path, &lines, edits, false))
        }
        Edits::OfEntry(change) => {
            let text = context.text(&change.path);
            let is_new = text.is_none();
            if is_new && !context.client.creates_files {
                return None;
            }
            let edits = change.edits(text.as_deref().unwrap_or(""))?;
            let lines = Lines::new(text.unwrap_or_default(), context.client.encoding);
            (!edits.is_empty()).then(|| edit(context, &change.path, &lines, &edits, is_new))
        }
    }
}

fn edit(
    context: &Context,
    path: &Path,
    lines: &Lines,
    edits: &[Edit],
    is_new: bool,
) -> lsp::WorkspaceEdit {
    let Some(uri) = context.uri(path) else {
        return lsp::WorkspaceEdit::default();
    };
    let edits = edits.iter().map(|edit| lsp::TextEdit {
        range: lines.range(edit.span),
        new_text: edit.text.clone(),
    });
    if !context.client.has_versioned_edits {
        let changes = HashMap::from([(uri, edits.collect())]);
        return lsp::WorkspaceEdit {
            changes: Some(changes),
            ..lsp::WorkspaceEdit::default()
        };
    }
    let edit = lsp::TextDocumentEdit {
        text_document: lsp::OptionalVersionedTextDocumentIdentifier {
            uri: uri.clone(),
            version: context.world.open_file(path).map(|(_, version)| version),
        },
        edits: edits.map(lsp::OneOf::Left).collect(),
    };
    let changes = if is_new {
        let create = lsp::CreateFile {
            uri,
            options: None,
            annotation_id: None,
        };
        lsp::DocumentChanges::Operations(vec![
            lsp::DocumentChangeOperation::Op(lsp::ResourceOp::Create(create)),
            lsp::DocumentChangeOperation::Edit(edit),
        ])
    } else {
        lsp::DocumentChanges::Edits(vec![edit])
    };
    lsp::WorkspaceEdit {
        document_changes: Some(changes),
        ..lsp::WorkspaceEdit::default()
    }
}
