//! What does dbt say of the errors of a YAML text?

use crate::syntax::yaml::{Error, ErrorKind, parse};
use crate::text::Span;

/// Of the errors that reading `text` showed, those that dbt tells: it stops at the first for which
/// PyYAML cannot read the file, and tells the keys that stand twice where there is none.
pub(super) fn told(text: &str, mut errors: Vec<Error>) -> Vec<Error> {
    if errors.is_empty() {
        return errors;
    }
    // dbt takes the blanks off both ends before it reads, so the first line is never indented.
    let stripped = text.trim_start();
    if stripped.len() != text.len() {
        let start = text.len() - stripped.len();
        errors = parse(stripped.trim_end()).errors;
        for error in &mut errors {
            error.span = error.span.shift(start);
        }
    } else if text.trim_end().len() != text.trim_end_matches(['\n', '\r', ' ']).len() {
        errors = parse(text.trim_end()).errors;
    }
    let Some(fatal) = errors.iter().find(|error| error.kind.is_fatal()) else {
        errors.retain(|error| matches!(error.kind, ErrorKind::DuplicateKey { .. }));
        return errors;
    };
    // An alias may stand inside what its anchor names.
    let is_anchored = matches!(&fatal.kind, ErrorKind::UnknownAlias { name } if text.contains(&format!("&{name}")));
    if is_anchored || is_read_otherwise(text) || is_closed_later(text, fatal) {
        return Vec::new();
    }
    let mut fatal = fatal.clone();
    if matches!(fatal.kind, ErrorKind::UnclosedBracket) {
        fatal.span = Span::new(item_start(text, fatal.span), fatal.span.end as usize);
    }
    vec![fatal]
}

/// Whether the text has something that PyYAML reads in ways of its own: the line breaks of
/// Unicode, and keys behind a `?`.
fn is_read_otherwise(text: &str) -> bool {
    text.contains(['\u{85}', '\u{2028}', '\u{2029}'])
        || text
            .lines()
            .any(|line| line.trim_start_matches([' ', '-']).starts_with("? "))
}

/// Whether the quote that seems to be open may be closed in a later line: PyYAML lets a quoted text
/// go on in lines that look like keys or items.
fn is_closed_later(text: &str, error: &Error) -> bool {
    if !matches!(error.kind, ErrorKind::UnclosedQuote) {
        return false;
    }
    let open = text.get(error.span.start as usize..).unwrap_or("");
    let Some(quote) = open.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
        return true;
    };
    let behind = open
        .get(1..)
        .and_then(|rest| rest.split_once(quote))
        .map(|(_, behind)| behind.trim_start_matches([' ', '\t']));
    behind.is_some_and(|rest| rest.is_empty() || rest.starts_with(['\n', '\r', '#', ',', ']', '}']))
}

/// Where the text of the line starts in which `span` does, behind the dashes of a list: the key
/// says more of an open bracket than the bracket.
fn item_start(text: &str, span: Span) -> usize {
    let before = text.get(..span.start as usize).unwrap_or("");
    let line = before.rfind(['\n', '\r']).map_or(0, |end| end + 1);
    let head = before.get(line..).unwrap_or("");
    line + head.len() - head.trim_start_matches([' ', '-']).len()
}
