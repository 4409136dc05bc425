//! Comments that switch rules off for a line: `dbt-mesh: ignore` or
//! `dbt-mesh: ignore[unknown-model, private-ref]`, in a comment of any language.
//!
//! On a line of its own the comment counts for the next line, else for its own.

use crate::rules::RuleId;
use crate::text::Span;

const MARK: &str = "dbt-mesh: ignore";

/// A comment that switches rules off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppression {
    /// The line that it counts for.
    pub line: Span,
    /// The rules; empty for all of them.
    pub rules: Vec<RuleId>,
}

impl Suppression {
    /// Whether a finding of `rule` at `span` is to be left out.
    #[must_use]
    pub fn covers(&self, rule: RuleId, span: Span) -> bool {
        let starts_in_line = self.line.start <= span.start && span.start <= self.line.end;
        starts_in_line && (self.rules.is_empty() || self.rules.contains(&rule))
    }
}

/// Finds the comments of `text`.
pub(super) fn find(text: &str) -> Vec<Suppression> {
    memchr::memmem::find_iter(text.as_bytes(), MARK)
        .filter_map(|at| {
            let line = line_around(text, at);
            let before = text.get(line.start as usize..at)?;
            let opener = comment_opener(before)?;
            let is_alone = before.get(..opener)?.trim().is_empty();
            let line = if is_alone {
                next_line(text, line)
            } else {
                line
            };
            Some(Suppression {
                line,
                rules: rules(text.get(at + MARK.len()..)?),
            })
        })
        .collect()
}

/// Where the comment that `before` ends in starts.
fn comment_opener(before: &str) -> Option<usize> {
    let trimmed = before.trim_end();
    ["--", "/*", "{#-", "{#", "#"]
        .into_iter()
        .find_map(|opener| trimmed.strip_suffix(opener).map(str::len))
}

fn line_around(text: &str, at: usize) -> Span {
    let start = text
        .get(..at)
        .and_then(|before| before.rfind('\n'))
        .map_or(0, |end| end + 1);
    let end = text
        .get(at..)
        .and_then(|after| after.find('\n'))
        .map_or(text.len(), |end| at + end);
    Span::new(start, end)
}

fn next_line(text: &str, line: Span) -> Span {
    let start = (line.end as usize + 1).min(text.len());
    line_around(text, start)
}

/// The rules between brackets; those that do not exist are passed over.
fn rules(after: &str) -> Vec<RuleId> {
    let Some(list) = after
        .strip_prefix('[')
        .and_then(|rest| rest.split(']').next())
    else {
        return Vec::new();
    };
    list.split(',')
        .filter_map(|id| RuleId::parse(id.trim()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<(&str, Vec<RuleId>)> {
        find(text)
            .into_iter()
            .map(|found| (found.line.of(text), found.rules))
            .collect()
    }

    #[test]
    fn a_comment_alone_counts_for_the_next_line() {
        let text = "-- dbt-mesh: ignore\nselect 1\nselect 2 -- dbt-mesh: ignore[unknown-model]\n";
        assert_eq!(
            lines(text),
            [
                ("select 1", vec![]),
                (
                    "select 2 -- dbt-mesh: ignore[unknown-model]",
                    vec![RuleId::UnknownModel]
                ),
            ]
        );
    }

    #[test]
    fn every_language_has_its_comment_and_plain_text_is_none() {
        assert_eq!(lines("a: b # dbt-mesh: ignore").len(), 1);
        assert_eq!(lines("{# dbt-mesh: ignore #}\nx").len(), 1);
        assert_eq!(lines("select 'dbt-mesh: ignore'").len(), 0);
    }
}
