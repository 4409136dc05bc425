//! What does dbt say of the errors of a YAML text?

use super::Spans;
use crate::syntax::yaml::{Error, ErrorKind, parse};
use crate::text::Span;

/// Notes in `spans` what dbt says of the errors that reading `text` showed. Where we refuse what
/// dbt may read, it has another tree than we do, and nothing is known of misfits.
pub(super) fn note(text: &str, errors: Vec<Error>, spans: &mut Spans) {
    let is_refused = |errors: &[Error]| errors.iter().any(|error| error.kind.is_fatal());
    let is_refused_here = is_refused(&errors);
    let told = told(text, errors);
    if is_refused_here && !is_refused(&told) {
        spans.misfits.clear();
    }
    spans.yaml_errors = told.into();
}

/// Of the errors that reading `text` showed, those that dbt tells: it stops at the first for which
/// PyYAML cannot read the file, and tells the keys that stand twice where there is none.
fn told(text: &str, mut errors: Vec<Error>) -> Vec<Error> {
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
    if is_anchored || is_read_otherwise(text) {
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

/// Where the text of the line starts in which `span` does, behind the dashes of a list: the key
/// says more of an open bracket than the bracket.
fn item_start(text: &str, span: Span) -> usize {
    let before = text.get(..span.start as usize).unwrap_or("");
    let line = before.rfind(['\n', '\r']).map_or(0, |end| end + 1);
    let head = before.get(line..).unwrap_or("");
    line + head.len() - head.trim_start_matches([' ', '-']).len()
}
