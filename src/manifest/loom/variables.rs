//! Variables in a loom config: `$NAME` and `${NAME}`, replaced in the raw text before it is read
//! as YAML (dbt-loom `__init__.py`, `read_config`). A variable that is not set becomes nothing;
//! there are no defaults and no escape.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::text::Span;

/// A text with its variables replaced, and the way back to the text as written.
#[derive(Debug)]
pub struct Expanded<'a> {
    text: Cow<'a, str>,
    /// Every variable: where it stood, and where its value stands now.
    places: Vec<(Span, Span)>,
    unset: Vec<(Span, String)>,
    written: &'a str,
}

impl<'a> Expanded<'a> {
    /// Replaces the variables of `text`.
    #[must_use]
    pub fn new(text: &'a str, environment: &BTreeMap<String, String>) -> Self {
        let mut expanded = Self {
            text: Cow::Borrowed(text),
            places: Vec::new(),
            unset: Vec::new(),
            written: text,
        };
        let mut output = String::new();
        let mut copied = 0;
        for (span, name) in variables(text) {
            output.push_str(text.get(copied..span.start as usize).unwrap_or(""));
            let start = output.len();
            match environment.get(name) {
                Some(value) => output.push_str(value),
                None if is_in_comment(text, span.start as usize) => {}
                None => expanded.unset.push((span, name.to_owned())),
            }
            expanded.places.push((span, Span::new(start, output.len())));
            copied = span.end as usize;
        }
        if !expanded.places.is_empty() {
            output.push_str(text.get(copied..).unwrap_or(""));
            expanded.text = Cow::Owned(output);
        }
        expanded
    }

    /// The text that dbt-loom reads.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text as written.
    #[must_use]
    pub fn written(&self) -> &'a str {
        self.written
    }

    /// The variables that are not set, by their places in the text as written.
    #[must_use]
    pub fn unset(&self) -> &[(Span, String)] {
        &self.unset
    }

    /// Whether a variable that is not set stands in a span of the text as written, or behind it on
    /// its last line.
    #[must_use]
    pub fn is_unset_behind(&self, span: Span) -> bool {
        let rest = self.written.get(span.end as usize..).unwrap_or("");
        let line = rest.find('\n').unwrap_or(rest.len());
        let end = span.end as usize + line;
        self.unset
            .iter()
            .any(|(place, _)| span.start <= place.start && (place.end as usize) <= end)
    }

    /// The variables in a span of the text as written: their names, and the values put in.
    pub fn variables_in(&self, span: Span) -> impl Iterator<Item = (&str, &str)> {
        let places = self.places.iter();
        let inside = places
            .filter(move |(written, _)| span.start <= written.start && written.end <= span.end);
        inside.map(|(written, value)| {
            let name = written.of(self.written).trim_start_matches('$');
            let name = name
                .strip_prefix('{')
                .map_or(name, |it| it.trim_end_matches('}'));
            (name, value.of(&self.text))
        })
    }

    /// Where a span of the expanded text stands in the text as written: variables that it touches
    /// are covered whole.
    #[must_use]
    pub fn source(&self, span: Span) -> Span {
        Span::new(
            self.offset(span.start, Edge::Start),
            self.offset(span.end, Edge::End),
        )
    }

    fn offset(&self, at: u32, edge: Edge) -> usize {
        let mut moved = at as usize;
        for (written, value) in &self.places {
            let is_inside = value.start < at && at < value.end
                || (value.start == at && edge == Edge::Start)
                || (value.end == at && edge == Edge::End);
            match edge {
                Edge::Start if is_inside => return written.start as usize,
                Edge::End if is_inside => return written.end as usize,
                Edge::Start | Edge::End => {}
            }
            if value.end <= at {
                moved = written.end as usize + (at - value.end) as usize;
            }
        }
        moved.min(self.written.len())
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Edge {
    Start,
    End,
}

/// Whether a place in YAML stands in a comment: nothing hangs on what is put in there. Quotes that
/// go on over several lines are not looked for.
fn is_in_comment(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or("");
    let line = before.rsplit('\n').next().unwrap_or("");
    let mut letters = line.char_indices().peekable();
    let mut quote = None;
    while let Some((at, letter)) = letters.next() {
        let written = line.get(..at).unwrap_or("");
        match (quote, letter) {
            (Some('"'), '\\') => _ = letters.next(),
            // Two of them are one in the text.
            (Some('\''), '\'') if letters.peek().is_some_and(|(_, next)| *next == '\'') => {
                letters.next();
            }
            (Some(open), close) if open == close => quote = None,
            (Some(_), _) => {}
            (None, '#') if written.is_empty() || written.ends_with([' ', '\t']) => return true,
            (None, '"' | '\'') if starts_value(written) => quote = Some(letter),
            (None, _) => {}
        }
    }
    false
}

/// Whether a value may start behind what is written of a line.
fn starts_value(written: &str) -> bool {
    let before = written.trim_end();
    before.is_empty() || before.ends_with([':', '-', '?', ',', '[', '{'])
}

/// The variables of a text, with their names: `\$(\w+)|\$\{([^}]+)\}`.
pub(super) fn variables(text: &str) -> impl Iterator<Item = (Span, &str)> {
    let mut last = 0;
    let found = memchr::memchr_iter(b'$', text.as_bytes()).filter_map(|at| {
        let rest = text.get(at + 1..)?;
        if let Some(inner) = rest.strip_prefix('{') {
            let len = inner.find('}').filter(|len| *len > 0)?;
            return Some((Span::new(at, at + 3 + len), inner.get(..len)?));
        }
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let len = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
        (len > 0).then(|| (Span::new(at, at + 1 + len), rest.get(..len).unwrap_or("")))
    });
    // One inside of another is a part of its name.
    found.filter(move |(span, _)| {
        let is_next = span.start >= last;
        last = last.max(span.end);
        is_next
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment() -> BTreeMap<String, String> {
        BTreeMap::from([("A".into(), "alpha".into()), ("E".into(), String::new())])
    }

    #[test]
    fn one_inside_of_another_is_a_part_of_its_name() {
        let names: Vec<&str> = variables("${$A}$A").map(|(_, name)| name).collect();
        assert_eq!(names, ["$A", "A"]);
    }

    #[test]
    fn what_stands_in_a_comment_is_missed_by_nobody() {
        let is_missed = |text: &str| {
            let environment = environment();
            !Expanded::new(text, &environment).unset().is_empty()
        };
        for comment in [
            "# $X",
            "  # $X",
            "a: \"b\" # $X",
            "a: 'it''s # no' # $X",
            "a: \"\\\" # no\" # ${X}",
            "a: it's # $X",
            "a: [\"b\", 'c'] # $X",
        ] {
            assert!(!is_missed(comment), "{comment}");
        }
        for value in [
            "a: $X # b",
            "a: \"b # $X\"",
            "a: 'b # ${X}' # c",
            "a: 'it''s # $X'",
            "a: b#$X",
            "# a\nb: $X",
        ] {
            assert!(is_missed(value), "{value}");
        }
    }

    #[test]
    fn both_forms_are_replaced_and_unset_ones_vanish() {
        let environment = environment();
        let expanded = Expanded::new("$A/${A}/x${NO:-y}$ ${}", &environment);
        assert_eq!(expanded.text(), "alpha/alpha/x$ ${}");
        assert_eq!(
            expanded
                .unset()
                .iter()
                .map(|(_, name)| name.as_str())
                .collect::<Vec<_>>(),
            ["NO:-y"]
        );
    }

    #[test]
    fn spans_come_back_to_the_text_as_written() {
        let environment = environment();
        let written = "path: $A/m.json # c";
        let expanded = Expanded::new(written, &environment);
        let at = expanded.text().find("alpha/m.json").unwrap();
        let span = Span::new(at, at + "alpha/m.json".len());
        assert_eq!(expanded.source(span).of(written), "$A/m.json");
        let tail = expanded.text().find("# c").unwrap();
        assert_eq!(
            expanded.source(Span::new(tail, tail + 3)).of(written),
            "# c"
        );
    }
}
