//! How do completions look in the protocol? They are written as small as the client allows: a
//! list of thousands is made, sent and read at every keystroke.

use std::fmt::Write as _;

use tower_lsp_server::ls_types as lsp;

use super::capabilities::ClientProfile;
use super::convert::Lines;
use super::wire::Prepared;
use crate::ide::{Completion, CompletionKind, Completions};
use crate::text::Span;

/// About how many bytes an item takes.
const ITEM: usize = 280;

/// The key of the documentation that an item carries.
pub(super) fn key(item: &lsp::CompletionItem) -> Option<&str> {
    item.data.as_ref()?.as_str()
}

/// `completions` at `offset` as a `CompletionList` for `client`.
///
/// Written field by field: a general writer looks for letters to escape in every key of every
/// item again, which takes longer than finding out what to offer.
pub(super) fn list(
    completions: &Completions<'_>,
    offset: u32,
    lines: &Lines,
    client: &ClientProfile,
) -> Prepared {
    let Completions {
        items,
        is_incomplete,
    } = completions;
    let first = items.first().map(|item| item.replace);
    let is_shared = |span| items.iter().all(|item| item.replace == span);
    let shared = first.filter(|span| client.shares_edit_range && is_shared(*span));
    let mut ranges = Ranges { lines, last: None };
    Prepared::written(ITEM * (items.len() + 1), |json| {
        let _ = write!(json, r#"{{"isIncomplete":{is_incomplete}"#);
        if let Some(span) = shared {
            json.push_str(r#","itemDefaults":{"editRange":"#);
            json.push_str(ranges.get(span));
            json.push('}');
        }
        json.push_str(r#","items":["#);
        let mut writer = Writer {
            json,
            client,
            ranges,
            is_shared: shared.is_some(),
            // What is typed is one word, and the cursor is behind it: every client replaces just
            // that where an item names no range, and the list is half as long.
            word: first.filter(|span| shared.is_none() && lines.is_word_before(*span, offset)),
        };
        // They stand in their order already: the place says it in few letters, as many for each.
        let first_place = 10_usize.pow(items.len().max(1).ilog10() + 1);
        for (place, completion) in items.iter().enumerate() {
            if place > 0 {
                writer.json.push(',');
            }
            writer.item(completion, first_place + place);
        }
        writer.json.push_str("]}");
    })
}

/// Writes items.
struct Writer<'a> {
    json: &'a mut String,
    client: &'a ClientProfile,
    ranges: Ranges<'a>,
    /// Whether the list says for all items what they replace.
    is_shared: bool,
    /// The word that clients replace where an item does not say what.
    word: Option<Span>,
}

impl Writer<'_> {
    fn item(&mut self, completion: &Completion<'_>, place: usize) {
        let Completion {
            label,
            kind,
            detail,
            replace,
            insert,
            filter,
            is_deprecated,
            documentation,
        } = completion;
        self.text(r#"{"label":"#, label);
        self.json.push_str(r#","kind":"#);
        self.json.push_str(number(*kind));
        let _ = write!(self.json, r#","sortText":"{place}""#);
        if let Some(detail) = detail {
            if self.client.has_label_details {
                self.text(r#","labelDetails":{"description":"#, detail);
                self.json.push('}');
            } else {
                self.text(r#","detail":"#, detail);
            }
        }
        if let Some(filter) = filter.as_ref().filter(|filter| *filter != label) {
            self.text(r#","filterText":"#, filter);
        }
        let is_label = insert == label;
        let is_plain = self.word == Some(*replace) && is_label && label.bytes().all(is_word_byte);
        if !self.is_shared && !is_plain {
            self.json.push_str(r#","textEdit":{"range":"#);
            self.json.push_str(self.ranges.get(*replace));
            self.text(r#","newText":"#, insert);
            self.json.push('}');
        } else if !is_label {
            self.text(r#","textEditText":"#, insert);
        }
        if *is_deprecated && self.client.tags_completions {
            self.json.push_str(r#","tags":[1]"#);
        }
        if let Some(documentation) = documentation {
            self.text(r#","data":"#, documentation);
        }
        self.json.push('}');
    }

    /// A key with what stands before it, and a text as its value.
    fn text(&mut self, key: &str, value: &str) {
        self.json.push_str(key);
        let is_plain = |byte: u8| byte >= b' ' && byte != b'"' && byte != b'\\';
        // Not `all`: looking at each byte whatever the ones before it were takes a few at a time.
        if value
            .bytes()
            .fold(true, |so_far, byte| so_far & is_plain(byte))
        {
            self.json.push('"');
            self.json.push_str(value);
            self.json.push('"');
        } else {
            self.json
                .push_str(&serde_json::Value::from(value).to_string());
        }
    }
}

/// Whether every client takes the character for part of a word.
pub(super) fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// The range of the span asked for last, as JSON: mostly all items replace the same.
struct Ranges<'a> {
    lines: &'a Lines,
    last: Option<(Span, String)>,
}

impl Ranges<'_> {
    fn get(&mut self, span: Span) -> &str {
        let (last, range) = self
            .last
            .get_or_insert_with(|| (span, json(self.lines, span)));
        if *last != span {
            (*last, *range) = (span, json(self.lines, span));
        }
        range
    }
}

fn json(lines: &Lines, span: Span) -> String {
    let lsp::Range { start, end } = lines.range(span);
    format!(
        r#"{{"start":{{"line":{},"character":{}}},"end":{{"line":{},"character":{}}}}}"#,
        start.line, start.character, end.line, end.character
    )
}

/// The protocol's number of a kind, `CompletionItemKind` of LSP 3.17.
fn number(kind: CompletionKind) -> &'static str {
    match kind {
        CompletionKind::Function => "3",                       // Function
        CompletionKind::Column | CompletionKind::Table => "5", // Field
        CompletionKind::Model => "7",                          // Class
        CompletionKind::Project => "9",                        // Module
        CompletionKind::Key => "10",                           // Property
        CompletionKind::Value => "12",                         // Value
        CompletionKind::Keyword => "14",                       // Keyword
        CompletionKind::File => "17",                          // File
        CompletionKind::Folder => "19",                        // Folder
        CompletionKind::Version => "20",                       // EnumMember
        CompletionKind::Seed => "21",                          // Constant
        CompletionKind::Source => "22",                        // Struct
        CompletionKind::Snapshot => "23",                      // Event
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::text::Encoding;

    const ALL: [CompletionKind; 14] = [
        CompletionKind::Project,
        CompletionKind::Model,
        CompletionKind::Seed,
        CompletionKind::Snapshot,
        CompletionKind::Source,
        CompletionKind::Table,
        CompletionKind::Column,
        CompletionKind::Version,
        CompletionKind::Function,
        CompletionKind::Keyword,
        CompletionKind::Key,
        CompletionKind::Value,
        CompletionKind::File,
        CompletionKind::Folder,
    ];

    fn completion(label: &str) -> Completion<'_> {
        Completion {
            label: label.into(),
            kind: CompletionKind::Model,
            detail: None,
            replace: Span { start: 5, end: 7 },
            insert: label.into(),
            filter: None,
            is_deprecated: false,
            documentation: None,
        }
    }

    /// The list as the client reads it, for `ref('st` with the cursor at its end.
    fn read(items: Vec<Completion<'_>>, client: &ClientProfile) -> (lsp::CompletionList, Value) {
        let completions = Completions {
            items,
            is_incomplete: true,
        };
        let lines = Lines::new("ref('st".into(), Encoding::Utf16);
        let prepared = list(&completions, 7, &lines, client);
        let text = serde_json::to_value(prepared).unwrap();
        let text = text.as_str().unwrap().trim_start_matches('\0');
        let json: Value = serde_json::from_str(text).unwrap();
        (serde_json::from_value(json.clone()).unwrap(), json)
    }

    #[test]
    fn any_text_survives() {
        let texts = [
            "",
            "\"",
            "a\\b",
            "tab\there",
            "\u{1}",
            "\u{1F9F8} \u{2028}\u{7f}",
            "'",
        ];
        let items = texts.map(|text| Completion {
            detail: Some(text.into()),
            filter: Some(format!("{text}!").into()),
            insert: format!("<{text}>").into(),
            documentation: Some(text.into()),
            ..completion(text)
        });
        let shares = ClientProfile {
            shares_edit_range: true,
            has_label_details: true,
            ..ClientProfile::default()
        };
        for client in [ClientProfile::default(), shares] {
            let (list, json) = read(items.to_vec(), &client);
            let json = json["items"].as_array().unwrap();
            assert_eq!(list.items.len(), texts.len());
            for ((item, json), text) in list.items.iter().zip(json).zip(texts) {
                let labelled = item
                    .label_details
                    .clone()
                    .and_then(|label| label.description);
                let inserted = item.text_edit.clone().map(|edit| match edit {
                    lsp::CompletionTextEdit::Edit(edit) => edit.new_text,
                    lsp::CompletionTextEdit::InsertAndReplace(edit) => edit.new_text,
                });
                assert_eq!(item.label, text);
                assert_eq!(item.detail.clone().or(labelled).as_deref(), Some(text));
                assert_eq!(item.filter_text, Some(format!("{text}!")));
                assert_eq!(key(item), Some(text));
                match inserted {
                    Some(inserted) => assert_eq!(inserted, format!("<{text}>")),
                    None => assert_eq!(json["textEditText"], format!("<{text}>")),
                }
            }
        }
    }

    #[test]
    fn numbers_are_those_of_the_protocol() {
        let items = ALL.map(|kind| Completion {
            kind,
            ..completion("x")
        });
        let (list, _) = read(items.to_vec(), &ClientProfile::default());
        let kinds: Vec<String> = list
            .items
            .iter()
            .map(|item| format!("{:?}", item.kind.unwrap()))
            .collect();
        assert_eq!(
            kinds.join(" "),
            "Module Class Constant Event Struct Field Field EnumMember Function Keyword Property Value File Folder"
        );
    }

    #[test]
    fn only_what_the_client_cannot_know_is_written() {
        let items = vec![
            completion("stg_orders"),
            Completion {
                insert: "stg_orders') }}".into(),
                is_deprecated: true,
                filter: Some("stg_orders".into()),
                ..completion("stg_orders")
            },
        ];
        let range =
            json!({"start": {"line": 0, "character": 5}, "end": {"line": 0, "character": 7}});
        let (_, plain) = read(items.clone(), &ClientProfile::default());
        assert_eq!(
            plain,
            json!({"isIncomplete": true, "items": [
                {"label": "stg_orders", "kind": 7, "sortText": "10"},
                {"label": "stg_orders", "kind": 7, "sortText": "11",
                 "textEdit": {"range": range, "newText": "stg_orders') }}"}},
            ]})
        );
        let able = ClientProfile {
            shares_edit_range: true,
            tags_completions: true,
            ..ClientProfile::default()
        };
        let (_, shared) = read(items, &able);
        assert_eq!(
            shared,
            json!({"isIncomplete": true, "itemDefaults": {"editRange": range}, "items": [
                {"label": "stg_orders", "kind": 7, "sortText": "10"},
                {"label": "stg_orders", "kind": 7, "sortText": "11",
                 "textEditText": "stg_orders') }}", "tags": [1]},
            ]})
        );
        let (_, none) = read(Vec::new(), &able);
        assert_eq!(none, json!({"isIncomplete": true, "items": []}));
    }
}
