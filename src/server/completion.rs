//! How do completions look in the protocol? They are written as small as the client allows: a
//! list of thousands is made, sent and read at every keystroke.

use serde::Serialize;
use tower_lsp_server::ls_types as lsp;

use super::capabilities::ClientProfile;
use super::convert::Lines;
use crate::ide::{Completion, CompletionKind, Completions};
use crate::text::Span;

/// A list of completions.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct List<'a> {
    is_incomplete: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    item_defaults: Option<Defaults>,
    items: Vec<Item<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Defaults {
    edit_range: lsp::Range,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Item<'a> {
    label: &'a str,
    kind: lsp::CompletionItemKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    label_details: Option<LabelDetails<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'a str>,
    sort_text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    filter_text: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text_edit_text: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text_edit: Option<Edit<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tags: Option<[u8; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a str>,
}

#[derive(Serialize)]
struct LabelDetails<'a> {
    description: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Edit<'a> {
    range: lsp::Range,
    new_text: &'a str,
}

/// The key of the documentation that an item carries.
pub(super) fn key(item: &lsp::CompletionItem) -> Option<&str> {
    item.data.as_ref()?.as_str()
}

/// `completions` at `offset` as a list for `client`.
pub(super) fn list<'a>(
    completions: &'a Completions,
    offset: u32,
    lines: &Lines,
    client: &ClientProfile,
) -> List<'a> {
    let first = completions.items.first().map(|item| item.replace);
    let is_shared = |span| completions.items.iter().all(|item| item.replace == span);
    let shared = first.filter(|span| client.shares_edit_range && is_shared(*span));
    // What is typed is one word, and the cursor is behind it: every client replaces just that
    // where an item names no range, and the list is half as long.
    let word = first.filter(|span| shared.is_none() && lines.is_word_before(*span, offset));
    let mut ranges = Ranges { lines, last: None };
    // As many digits for each of them.
    let first_place = 10_usize.pow(completions.items.len().max(1).ilog10() + 1);
    let items = completions.items.iter().enumerate();
    List {
        is_incomplete: completions.is_incomplete,
        item_defaults: shared.map(|span| Defaults {
            edit_range: lines.range(span),
        }),
        items: items
            .map(|(place, completion)| {
                let is_plain = word == Some(completion.replace)
                    && completion.insert == completion.label
                    && completion.label.bytes().all(is_word_byte);
                let edit = (shared.is_none() && !is_plain).then(|| Edit {
                    range: ranges.get(completion.replace),
                    new_text: &completion.insert,
                });
                // They stand in their order already: the place says it in few letters.
                item(completion, edit, (first_place + place).to_string(), client)
            })
            .collect(),
    }
}

fn item<'a>(
    completion: &'a Completion,
    edit: Option<Edit<'a>>,
    sort_text: String,
    client: &ClientProfile,
) -> Item<'a> {
    let detail = completion.detail.as_deref();
    let is_label = completion.insert == completion.label;
    Item {
        label: &completion.label,
        kind: kind(completion.kind),
        label_details: detail
            .filter(|_| client.has_label_details)
            .map(|description| LabelDetails { description }),
        detail: detail.filter(|_| !client.has_label_details),
        sort_text,
        filter_text: completion
            .filter
            .as_deref()
            .filter(|filter| *filter != completion.label),
        text_edit_text: (edit.is_none() && !is_label).then_some(completion.insert.as_str()),
        text_edit: edit,
        tags: (completion.is_deprecated && client.tags_completions).then_some([1]),
        data: completion.documentation.as_deref(),
    }
}

/// Whether every client takes the character for part of a word.
pub(super) fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// The range of the span asked for last: mostly all items replace the same.
struct Ranges<'a> {
    lines: &'a Lines,
    last: Option<(Span, lsp::Range)>,
}

impl Ranges<'_> {
    fn get(&mut self, span: Span) -> lsp::Range {
        match self.last {
            Some((last, range)) if last == span => range,
            Some(_) | None => {
                let range = self.lines.range(span);
                self.last = Some((span, range));
                range
            }
        }
    }
}

fn kind(kind: CompletionKind) -> lsp::CompletionItemKind {
    match kind {
        CompletionKind::Project => lsp::CompletionItemKind::MODULE,
        CompletionKind::Model => lsp::CompletionItemKind::CLASS,
        CompletionKind::Seed => lsp::CompletionItemKind::CONSTANT,
        CompletionKind::Snapshot => lsp::CompletionItemKind::EVENT,
        CompletionKind::Source => lsp::CompletionItemKind::STRUCT,
        CompletionKind::Table => lsp::CompletionItemKind::FIELD,
        CompletionKind::Version => lsp::CompletionItemKind::ENUM_MEMBER,
        CompletionKind::Function => lsp::CompletionItemKind::FUNCTION,
        CompletionKind::Keyword => lsp::CompletionItemKind::KEYWORD,
        CompletionKind::Key => lsp::CompletionItemKind::PROPERTY,
        CompletionKind::Column => lsp::CompletionItemKind::FIELD,
        CompletionKind::Value => lsp::CompletionItemKind::VALUE,
        CompletionKind::File => lsp::CompletionItemKind::FILE,
        CompletionKind::Folder => lsp::CompletionItemKind::FOLDER,
    }
}
