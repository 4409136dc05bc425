//! What can begin in Python and in YAML without braces, where no call is open yet?

use crate::ide::{Completion, CompletionKind, Completions};
use crate::syntax::jinja::WordAtCursor;

use super::Surroundings;

/// A function of dbt's.
struct Function {
    name: &'static str,
    /// Whether its first argument is a text.
    takes_text: bool,
    detail: &'static str,
}

const fn function(name: &'static str, takes_text: bool, detail: &'static str) -> Function {
    Function {
        name,
        takes_text,
        detail,
    }
}

const FUNCTIONS: [Function; 3] = [
    function("ref", true, "reads a model, seed or snapshot"),
    function("source", true, "reads a table that is not dbt's"),
    function("config", false, "configures this file"),
];

/// How many of them dbt reads in YAML without braces.
const IN_YAML: usize = 2;

/// The functions of dbt that a word can become.
pub(super) fn complete(
    word: &WordAtCursor<'_>,
    surroundings: Surroundings,
) -> Completions<'static> {
    let known = match (surroundings, word.path.as_slice()) {
        _ if word.is_tag => 0,
        (Surroundings::Expression(_), []) => IN_YAML,
        (Surroundings::Python, ["dbt"]) => FUNCTIONS.len(),
        (Surroundings::Template(_) | Surroundings::Expression(_) | Surroundings::Python, _) => 0,
    };
    let quote = surroundings.quote();
    let items = FUNCTIONS.iter().take(known).map(|function| {
        let mut insert = function.name.to_owned();
        if !word.is_called {
            insert.push('(');
            if function.takes_text {
                insert.push(quote);
            }
        }
        Completion {
            label: function.name.into(),
            kind: CompletionKind::Function,
            detail: Some(function.detail.into()),
            replace: word.typed,
            insert: insert.into(),
            filter: None,
            is_deprecated: false,
            documentation: None,
        }
    });
    Completions {
        items: items.collect(),
        is_incomplete: false,
    }
}
