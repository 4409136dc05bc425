//! What keeps dbt from cutting its blocks out of a file?
//!
//! Of files with macros, generic tests, snapshots and docs dbt reads the blocks alone. It looks for
//! them by patterns before Jinja sees anything, in all of the text, and minds strings, comments,
//! `if` and `for` outside of them, too (dbt-common `clients/_jinja_blocks.py`).

use super::lexer::{blank, closing_quote};
use super::statement::SyntaxError;
use crate::text::Span;

/// The blocks of a file of macros.
pub const MACRO_BLOCKS: &[&str] = &["macro", "materialization", "test", "data_test"];
/// Those of a file of generic tests.
pub const TEST_BLOCKS: &[&str] = &["test", "data_test"];
/// Those of a file of snapshots.
pub const SNAPSHOT_BLOCKS: &[&str] = &["snapshot"];
/// Those of a Markdown file.
pub const DOCS_BLOCKS: &[&str] = &["docs"];

/// Why dbt cannot cut the `wanted` blocks out of a text.
#[must_use]
pub fn refused_blocks(text: &str, wanted: &[&str]) -> Option<SyntaxError> {
    let refused = |(span, message)| SyntaxError {
        span,
        message,
        is_fatal: true,
        is_outside: false,
    };
    cut(text, wanted).err().map(refused)
}

type Refused = (Span, String);

/// A tag as the patterns see it.
struct Tag<'a> {
    word: &'a str,
    word_span: Span,
    span: Span,
}

fn cut(text: &str, wanted: &[&str]) -> Result<(), Refused> {
    let mut seeker = Seeker {
        text,
        at: 0,
        endless: None,
    };
    let mut controls: Vec<&str> = Vec::new();
    let mut open: Option<Tag<'_>> = None;
    let mut odd = None;
    while let Some(tag) = seeker.next_tag()? {
        match tag.word {
            "if" | "for" => controls.push(tag.word),
            "endif" | "endfor" => {
                let ended = tag.word.trim_start_matches("end");
                match controls.pop() {
                    Some(control) if control == ended => {}
                    Some(control) => {
                        let message =
                            format!("this ends a `{ended}`, and the open tag is `{control}`");
                        return Err((tag.span, message));
                    }
                    None => {
                        let message = format!("there is no open `{ended}` that this ends");
                        return Err((tag.span, message));
                    }
                }
            }
            _ => {}
        }
        if wanted.contains(&tag.word) {
            if let Some(control) = controls.last() {
                let word = tag.word;
                let message = format!("a `{word}` cannot stand inside of the tag `{control}`");
                return Err((tag.span, message));
            }
            if let Some(outer) = open {
                return Err(endless(&outer));
            }
            if tag.word == "data_test" {
                odd = odd.or_else(|| {
                    let message = "`data_test` is not a tag; dbt's word here is `test`".to_owned();
                    Some((tag.word_span, message))
                });
            }
            open = Some(tag);
        } else if let (Some(word), Some(outer)) = (tag.word.strip_prefix("end"), &open)
            && word == outer.word
        {
            open = None;
        }
    }
    match (open, odd) {
        (Some(outer), _) => Err(endless(&outer)),
        (None, Some(odd)) => Err(odd),
        (None, None) => Ok(()),
    }
}

fn endless(tag: &Tag<'_>) -> Refused {
    let word = tag.word;
    let message = format!("this `{word}` has no `{{% end{word} %}}`");
    (tag.span, message)
}

struct Seeker<'a> {
    text: &'a str,
    at: usize,
    /// A quote that opens no string from here on: one had no end.
    endless: Option<u8>,
}

impl<'a> Seeker<'a> {
    fn next_tag(&mut self) -> Result<Option<Tag<'a>>, Refused> {
        let bytes = self.text.as_bytes();
        while let Some(found) = memchr::memchr(b'{', bytes.get(self.at..).unwrap_or(&[])) {
            let start = self.at + found;
            self.at = start + 1;
            match bytes.get(start + 1) {
                Some(b'{') => self.expression(start)?,
                Some(b'#') => self.comment(start)?,
                Some(b'%') => {
                    if let Some(tag) = self.tag(start)? {
                        return Ok(Some(tag));
                    }
                }
                _ => {}
            }
        }
        self.at = bytes.len();
        Ok(None)
    }

    fn comment(&mut self, start: usize) -> Result<(), Refused> {
        let rest = self.text.as_bytes().get(start + 2..).unwrap_or(&[]);
        let Some(end) = memchr::memmem::find(rest, b"#}") else {
            let opening = Span::new(start, start + 2);
            return Err((opening, "this comment has no `#}`".to_owned()));
        };
        self.at = start + 2 + end + 2;
        Ok(())
    }

    fn expression(&mut self, start: usize) -> Result<(), Refused> {
        self.at = start + 2;
        let opening = Span::new(start, start + 2);
        self.skip_to(*b"}}", opening)
            .ok_or_else(|| (opening, "this `{{` has no `}}`".to_owned()))
    }

    /// Goes behind the next `end` that stands in no string.
    fn skip_to(&mut self, end: [u8; 2], opening: Span) -> Option<()> {
        let bytes = self.text.as_bytes();
        self.at = self.at.max(opening.end as usize);
        loop {
            let rest = bytes.get(self.at..)?;
            let found = self.at + memchr::memchr3(end[0], b'\'', b'"', rest)?;
            match bytes.get(found) {
                Some(quote @ (b'\'' | b'"')) => {
                    let is_endless = self.endless == Some(*quote);
                    let close = if is_endless {
                        None
                    } else {
                        closing_quote(bytes, found + 1, *quote)
                    };
                    self.at = if let Some(close) = close {
                        close + 1
                    } else {
                        // Half of a string: the patterns go on to the next whole one.
                        self.endless = Some(*quote);
                        self.behind_next_string(found + 1)?
                    };
                }
                _ if bytes.get(found..found + 2) == Some(end.as_slice()) => {
                    self.at = found + 2;
                    return Some(());
                }
                _ => self.at = found + 1,
            }
        }
    }

    /// The end of the first whole string from `from` on, which has the other quotes.
    fn behind_next_string(&self, from: usize) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let before = bytes.get(from.checked_sub(1)?)?;
        let other = if *before == b'"' { b'\'' } else { b'"' };
        let start = from + memchr::memchr(other, bytes.get(from..)?)?;
        closing_quote(bytes, start + 1, other).map(|close| close + 1)
    }

    /// The tag at `start`; `None` for something that only looks like one.
    fn tag(&mut self, start: usize) -> Result<Option<Tag<'a>>, Refused> {
        let bytes = self.text.as_bytes();
        let mut at = start + 2 + usize::from(bytes.get(start + 2) == Some(&b'-'));
        at = self.behind_blanks(at);
        let is_first = |byte: &u8| byte.is_ascii_alphabetic() || *byte == b'_';
        let is_next = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'_';
        if !bytes.get(at).is_some_and(is_first) {
            return Ok(None);
        }
        let rest = bytes.get(at..).unwrap_or(&[]);
        let end = at + rest.iter().take_while(is_next).count();
        let word = self.text.get(at..end).unwrap_or("");
        let opening = Span::new(start, start + 2);
        self.at = end;
        if word == "raw" {
            self.raw(start)?;
        } else {
            self.skip_to(*b"%}", opening)
                .ok_or_else(|| (opening, "this `{%` has no `%}`".to_owned()))?;
        }
        Ok(Some(Tag {
            word,
            word_span: Span::new(at, end),
            span: Span::new(start, self.at),
        }))
    }

    fn raw(&mut self, start: usize) -> Result<(), Refused> {
        let bytes = self.text.as_bytes();
        let from = self.at;
        let places = memchr::memmem::find_iter(bytes.get(from..).unwrap_or(&[]), b"endraw");
        for found in places {
            let word = from + found;
            let before = self.text.get(..word).unwrap_or("").trim_end();
            let is_opened = before.ends_with("{%") || before.ends_with("{%-");
            let behind = self.behind_blanks(word + 6);
            let behind = bytes.get(behind..).unwrap_or(&[]);
            let mut closings = [&b"%}"[..], b"-%}"].into_iter();
            let closing = closings.find(|closing| behind.starts_with(closing));
            if let (true, Some(closing)) = (is_opened, closing) {
                self.at = bytes.len() - behind.len() + closing.len();
                return Ok(());
            }
        }
        let message = "this `raw` has no `{% endraw %}`".to_owned();
        Err((Span::new(start, from), message))
    }

    fn behind_blanks(&self, from: usize) -> usize {
        let mut at = from;
        while at < self.text.len() {
            match blank(self.text, at) {
                0 => break,
                width => at += width,
            }
        }
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let refused = refused_blocks(text, MACRO_BLOCKS);
        let shown = refused.map_or(String::new(), |error| {
            format!("{}: {}", error.span.of(text), error.message)
        });
        assert_eq!(shown, expected, "{text}");
    }

    #[test]
    fn blocks_with_their_ends_are_cut_out() {
        check("", "");
        check(
            "{% macro a() %}{% if x %}1{% endif %}{% endmacro %} {{ '}}' }}",
            "",
        );
        check(
            "{%- macro a() -%} {% endmacro %}{% test b(model) %}{%endtest%}",
            "",
        );
        check(
            "{# {% macro #} {% raw %}{% macro {{ {% endraw %} {% set a = \"%}\" %}",
            "",
        );
        check("{% ------ %} {%+ if x %} { { }} %} it's", "");
        check("{% macro a() %}{% snapshot s %}{% endmacro %}", "");
        check("{% docs d %}{% macro a() %}{% endmacro %}", "");
    }

    #[test]
    fn what_keeps_dbt_from_cutting_is_told() {
        check(
            "{% macro a() %} 1",
            "{% macro a() %}: this `macro` has no `{% endmacro %}`",
        );
        check(
            "{% macro a() %} {% macro b() %} {% endmacro %}",
            "{% macro a() %}: this `macro` has no `{% endmacro %}`",
        );
        check(
            "{% if x %}{% macro a() %}{% endmacro %}{% endif %}",
            "{% macro a() %}: a `macro` cannot stand inside of the tag `if`",
        );
        check(
            "1 {% endif %}",
            "{% endif %}: there is no open `if` that this ends",
        );
        check(
            "{% if x %}{% endfor %}",
            "{% endfor %}: this ends a `for`, and the open tag is `if`",
        );
        check("{{ 1", "{{: this `{{` has no `}}`");
        check("{{ 'a }}", "{{: this `{{` has no `}}`");
        check("{# a", "{#: this comment has no `#}`");
        check("{% set x", "{%: this `{%` has no `%}`");
        check(
            "{% raw %} {% endraw",
            "{% raw: this `raw` has no `{% endraw %}`",
        );
        check(
            "{% data_test a(model) %}{% enddata_test %}",
            "data_test: `data_test` is not a tag; dbt's word here is `test`",
        );
    }
}
