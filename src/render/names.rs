//! Which names does a file give to macros, that they write into its SQL?
//!
//! A macro may do anything with a text, so nobody follows it: each name in the texts that a file
//! hands on is put between marks, and the file is expanded once more. Where that says the same as
//! before but for the marks, what stands between two of them is the file's own name. Where
//! something looked into a text and went another way, nothing is known.

use foldhash::HashSet;

use super::expand::{Expanded, expansion, place_of};
use super::machine::{Expr, Machine, Step};
use super::value::Value;
use super::{Inputs, Library, Node};
use crate::syntax::jinja::{ExpressionKind, StringLiteral, Template};
use crate::text::Span;

/// Stands behind a name. Before it stands one of the letters from [`FIRST`] on, which tells which.
const END: char = '\u{10_0000}';
const FIRST: u32 = 0xF_0000;
/// How many names are told from each other.
const MOST: usize = 0xF000;

/// What a statement of a file writes, with names that the file gave it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Insert {
    /// The statement: a tag, or tags with all between them.
    pub statement: Span,
    /// What it writes.
    pub text: Box<str>,
    /// The names in it, in order.
    pub names: Box<[GivenName]>,
}

/// A name that stands in a text of the file and in the SQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GivenName {
    /// Where in the SQL.
    pub made: Span,
    /// Where in the file.
    pub written: Span,
}

impl Insert {
    /// Each name as a column, with the name before its dot: `orders.id`. None for one that stands
    /// in something longer, or in quotes.
    pub fn paths(&self) -> impl Iterator<Item = Option<(Option<&str>, &str)>> {
        self.names.iter().map(|name| self.path(name.made))
    }

    fn path(&self, name: Span) -> Option<(Option<&str>, &str)> {
        const LONGER: [char; 7] = ['.', '"', '`', '[', ']', '{', '}'];
        let before = self.text.get(..name.start as usize)?;
        let behind = self.text.get(name.end as usize..)?;
        let name = name.of(&self.text);
        let (before, behind, path) = if let Some(behind) = behind.strip_prefix('.') {
            let length = behind.find(|letter| !is_letter(letter));
            let (column, behind) = behind.split_at(length.unwrap_or(behind.len()));
            (before, behind, (Some(name), column))
        } else if let Some(before) = before.strip_suffix('.') {
            let start = before.trim_end_matches(is_letter).len();
            let (before, qualifier) = before.split_at(start);
            (before, behind, (Some(qualifier), name))
        } else {
            (before, behind, (None, name))
        };
        let is_whole = !before.ends_with(LONGER) && !behind.starts_with(LONGER);
        (is_whole && path.0 != Some("") && !path.1.is_empty()).then_some(path)
    }
}

/// The names of a file as they are given and found again.
#[derive(Default)]
pub(super) struct Names {
    /// They.
    pub given: HashSet<Box<str>>,
    /// Whether they are marked.
    is_marking: bool,
    /// Where they stand in the file.
    places: Vec<Span>,
}

/// What the statements of a file write with the names that it gives, in its order; those that write
/// none are left out. `plain` is what the file makes without marks.
#[must_use]
pub fn inserts<'t>(
    source: &'t str,
    template: &Template<'t>,
    library: &Library<'t>,
    inputs: &Inputs<'_>,
    node: &Node<'_>,
    plain: &Expanded,
) -> Vec<Insert> {
    let mut machine = Machine::new(library, inputs, node);
    machine.names.is_marking = true;
    machine.heap.ignores_marks = true;
    let Some(marked) = expansion(&mut machine, source, template) else {
        return Vec::new();
    };
    let ends = plain.ends.iter().zip(&marked.ends);
    let (mut start, mut marked_start) = (0, 0);
    let mut found = Vec::new();
    for (statement, (end, marked_end)) in template.body.iter().zip(ends) {
        let made = Span::new(start, *end);
        let text = marked.text.get(marked_start..*marked_end).unwrap_or("");
        (start, marked_start) = (*end, *marked_end);
        let Some(statement) = place_of(statement).filter(|_| text.contains(END)) else {
            continue;
        };
        let (text, mut names) = without_marks(text, &machine.names.places);
        if text != made.of(&plain.text) {
            continue;
        }
        names.retain(|name| is_whole(&plain.text, made, name.made));
        if !names.is_empty() {
            found.push(Insert {
                statement,
                text: text.into(),
                names: names.into(),
            });
        }
    }
    found
}

/// A file's text with what its statements write in their places, and the names in that.
#[must_use]
pub fn with_inserts(source: &str, inserts: &[Insert]) -> (String, Vec<GivenName>) {
    let (mut text, mut names) = (String::with_capacity(source.len()), Vec::new());
    let mut at = 0;
    for insert in inserts {
        text.push_str(
            source
                .get(at..insert.statement.start as usize)
                .unwrap_or(""),
        );
        let start = text.len();
        let moved = |name: &GivenName| GivenName {
            made: Span::new(
                start + name.made.start as usize,
                start + name.made.end as usize,
            ),
            written: name.written,
        };
        names.extend(insert.names.iter().map(moved));
        text.push_str(&insert.text);
        at = insert.statement.end as usize;
    }
    text.push_str(source.get(at..).unwrap_or(""));
    (text, names)
}

impl<'x, 't> Machine<'x, 't> {
    /// The value of something that the file hands on: texts in it may hold names.
    pub fn given(&mut self, expression: Expr<'x, 't>) -> Step<Value> {
        if !self.is_in_file {
            return self.eval(expression);
        }
        match &expression.kind {
            ExpressionKind::String(literal) if self.names.is_marking => {
                let text = self.marked(literal, expression.span);
                self.text(&text)
            }
            ExpressionKind::String(literal) => {
                let given = &mut self.names.given;
                for name in names_in(&literal.value) {
                    let name = name.of(&literal.value);
                    if !given.contains(name) {
                        given.insert(name.into());
                    }
                }
                self.eval(expression)
            }
            ExpressionKind::List(items) | ExpressionKind::Tuple(items) => {
                let values = items.iter();
                let values = values.map(|item| self.deeper(|this| this.given(item)));
                let values = values.collect::<Step<Vec<Value>>>()?;
                if let ExpressionKind::List(_) = expression.kind {
                    return self.list(values);
                }
                self.grow(values.len() * 32)?;
                Ok(self.heap.tuple(values))
            }
            _ => self.eval(expression),
        }
    }

    /// A text with marks around the names in it.
    fn marked(&mut self, literal: &StringLiteral<'_>, span: Span) -> String {
        let text = &*literal.value;
        let is_as_written = |content: &Span| content.len() == text.len();
        let content = literal.content.filter(is_as_written);
        let mut marked = String::new();
        let mut at = 0;
        for name in names_in(text) {
            let number = self.names.places.len();
            if number >= MOST {
                break;
            }
            let start = u32::try_from(number)
                .ok()
                .and_then(|number| char::from_u32(FIRST + number));
            let (Some(before), Some(start)) = (text.get(at..name.start as usize), start) else {
                continue;
            };
            self.names.places.push(content.map_or(span, |content| {
                let start = content.start as usize;
                Span::new(start + name.start as usize, start + name.end as usize)
            }));
            marked.extend([before, start.encode_utf8(&mut [0; 4]), name.of(text)]);
            marked.push(END);
            at = name.end as usize;
        }
        marked.push_str(text.get(at..).unwrap_or(""));
        marked
    }
}

/// The text of a value as it is without marks.
pub(super) fn unmarked(text: &str) -> String {
    text.chars().filter(|letter| !is_mark(*letter)).collect()
}

fn is_mark(letter: char) -> bool {
    (FIRST..=u32::from(END)).contains(&u32::from(letter))
}

/// What a text with marks says, and the names that stand between a mark and its end.
fn without_marks(marked: &str, places: &[Span]) -> (String, Vec<GivenName>) {
    let (mut text, mut names) = (String::with_capacity(marked.len()), Vec::new());
    let mut open = None;
    for letter in marked.chars() {
        if letter == END {
            if let Some((written, start)) = open.take() {
                let made = Span::new(start, text.len());
                names.push(GivenName { made, written });
            }
        } else if is_mark(letter) {
            let number = usize::try_from(u32::from(letter) - FIRST).ok();
            let place = number.and_then(|number| places.get(number));
            open = place.map(|place| (*place, text.len()));
        } else {
            text.push(letter);
        }
    }
    (text, names)
}

/// Whether a name of a part of a text is a whole name there.
fn is_whole(text: &str, part: Span, name: Span) -> bool {
    let start = (part.start + name.start) as usize;
    let end = (part.start + name.end) as usize;
    let before = text
        .get(..start)
        .and_then(|before| before.chars().next_back());
    let behind = text.get(end..).and_then(|behind| behind.chars().next());
    let inside = text.get(start..end).unwrap_or("");
    let mut names = names_in(inside);
    let is_one = names.next().is_some_and(|name| name.len() == inside.len());
    is_one && ![before, behind].into_iter().flatten().any(is_letter)
}

fn is_letter(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | '$')
}

/// What looks like a name in a text.
fn names_in(text: &str) -> impl Iterator<Item = Span> {
    let mut letters = text.char_indices().peekable();
    std::iter::from_fn(move || {
        loop {
            let (start, first) = letters.find(|(_, letter)| is_letter(*letter))?;
            let mut end = start + first.len_utf8();
            while let Some((at, letter)) = letters.next_if(|(_, letter)| is_letter(*letter)) {
                end = at + letter.len_utf8();
            }
            if !first.is_numeric() {
                return Some(Span::new(start, end));
            }
        }
    })
}
