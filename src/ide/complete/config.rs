//! What can stand in the arguments of `config`? The keys that the file's resource has and that are
//! not given yet, and the values that a key can have.

use crate::dbt::ResourceType;
use crate::dbt::schema::{Holds, Key, Mapping, Standing, config_of};
use crate::ide::keys::describe;
use crate::ide::{Completion, CompletionKind, Completions};
use crate::project::Role;
use crate::syntax::jinja::{CallAtCursor, CursorPlace};

use super::keys::KEY;
use super::{Ending, Writer};

/// What can stand where the cursor is in a call of `config`.
pub(super) fn complete(
    writer: &Writer<'_>,
    call: &CallAtCursor<'_>,
    ending: &Ending,
) -> Option<Completions<'static>> {
    let mapping = mapping(writer)?;
    let items = match (call.place, call.keyword) {
        (CursorPlace::Value, Some((keyword, _))) => {
            let key = mapping.key(key_of(keyword))?;
            values(writer, key, ending)
        }
        (CursorPlace::Value | CursorPlace::Keyword, _) if call.quote.is_none() => {
            keys(mapping, call)
        }
        (CursorPlace::Value | CursorPlace::Keyword | CursorPlace::Behind, _) => return None,
    };
    Some(Completions {
        items,
        is_incomplete: false,
    })
}

/// The configuration of what the file makes.
fn mapping(writer: &Writer<'_>) -> Option<&'static Mapping> {
    let resource_type = match Role::of(&writer.file, &writer.linked.project.definition).0 {
        // In macros it is that of the model that calls them, most often.
        Role::Model | Role::Macro => ResourceType::Model,
        Role::Snapshot => ResourceType::Snapshot,
        Role::Analysis => ResourceType::Analysis,
        Role::SingularTest | Role::GenericTest => ResourceType::Test,
        Role::Function => ResourceType::Function,
        Role::Seed
        | Role::Docs
        | Role::Properties
        | Role::Definition
        | Role::LoomConfig
        | Role::Dependencies
        | Role::Packages
        | Role::Vars
        | Role::Selectors
        | Role::Profiles
        | Role::Other => return None,
    };
    Some(config_of(resource_type))
}

/// dbt's name of a keyword.
fn key_of(keyword: &str) -> &str {
    match keyword {
        "pre_hook" => "pre-hook",
        "post_hook" => "post-hook",
        other => other,
    }
}

fn keys(mapping: &'static Mapping, call: &CallAtCursor<'_>) -> Vec<Completion<'static>> {
    let given = call.before.iter().chain(&call.after);
    let given: Vec<&str> = given
        .filter_map(|argument| Some(key_of(argument.name?.0)))
        .collect();
    let is_offered = |key: &&Key| {
        key.standing == Standing::Current
            // A keyword has no dash: those keys have a second name.
            && !key.name.contains('-')
            && !given.contains(&key_of(key.name))
    };
    let keys = mapping.keys.iter().filter(is_offered);
    let has_equals = call.place == CursorPlace::Value && call.keyword.is_some();
    let items = keys.map(|key| Completion {
        label: format!("{}=", key.name).into(),
        kind: CompletionKind::Key,
        detail: None,
        replace: call.typed,
        insert: format!("{}{}", key.name, if has_equals { "" } else { "=" }).into(),
        filter: None,
        is_deprecated: false,
        documentation: Some(format!("{KEY}{}\n\n{}", describe(key), key.doc).into()),
    });
    items.collect()
}

fn values(writer: &Writer<'_>, key: &Key, ending: &Ending) -> Vec<Completion<'static>> {
    let mut words: Vec<(String, bool)> = Vec::new();
    collect(key.holds, &mut words);
    if key.name == "group" {
        let groups = writer.linked.project.index.groups();
        words.extend(groups.map(|(_, _, group)| (group.name.to_string(), true)));
    }
    words.sort_unstable();
    words.dedup();
    // A bare word is no text, and a quoted one no truth.
    let words = words
        .into_iter()
        .filter(|(_, is_text)| *is_text || !ending.is_quoted);
    let items = words.map(|(word, is_text)| Completion {
        insert: if is_text {
            ending.alone(&word)
        } else {
            word.clone()
        }
        .into(),
        label: word.into(),
        kind: CompletionKind::Value,
        detail: None,
        replace: ending.replace,
        filter: None,
        is_deprecated: false,
        documentation: None,
    });
    items.collect()
}

/// The words that a kind of value knows, each with whether it is a text.
fn collect(holds: Holds, words: &mut Vec<(String, bool)>) {
    match holds {
        Holds::Bool => words.extend(["true", "false"].map(|word| (word.to_owned(), false))),
        Holds::Word(known) | Holds::Usually(known) => {
            words.extend(known.iter().map(|word| ((*word).to_owned(), true)));
        }
        Holds::Either(kinds) => kinds.iter().for_each(|kind| collect(*kind, words)),
        Holds::Anything
        | Holds::Text
        | Holds::Name
        | Holds::Integer
        | Holds::Number
        | Holds::Moment
        | Holds::Scalar
        | Holds::Names
        | Holds::Mapping(_)
        | Holds::List(_)
        | Holds::Config(_)
        | Holds::Tree(_)
        | Holds::DataTests => {}
    }
}

#[cfg(test)]
mod tests;
