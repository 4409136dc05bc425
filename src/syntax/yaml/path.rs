//! Where in the tree is the cursor? For completion, so also between the nodes: on a blank line, in
//! a half-typed key, behind a `:`.

use super::cursor::is_space;
use super::{Document, Node, Style, Value};
use crate::text::Span;

/// The way from the root to the cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path<'d> {
    /// The keys and items on the way. In a value, the last step is its key or item; in a key or on
    /// a blank line, the map or list that holds it.
    pub steps: Vec<Step<'d>>,
    /// What the cursor stands in.
    pub place: Place,
}

/// One step down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step<'d> {
    /// To the value of a key.
    Key(&'d str),
    /// To an item.
    Index(usize),
}

/// What the cursor stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In a key, finished or not, of the map that the path leads to.
    InKey {
        /// The key as far as it is written, quotes included.
        typed: Span,
    },
    /// In the value that the path leads to. A lone text in a list, `- na`, is a value: whether a
    /// key is to become of it depends on what the list holds.
    InValue {
        /// What is written of it, without quotes; empty at the cursor where nothing is.
        typed: Span,
        /// The quote it starts with.
        quote: Option<char>,
    },
    /// On an empty line, in the map or list that the path leads to.
    OnBlankLine {
        /// The column of the cursor.
        indent: u32,
    },
}

/// Finds the cursor at `offset` of `text`, whose document is `document`.
#[must_use]
pub fn path_at<'d>(document: &'d Document<'_>, text: &str, offset: u32) -> Path<'d> {
    let mut offset = (offset as usize).min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    let cursor = Cursor::new(text, offset);
    let mut steps = Vec::new();
    let place = descend(&document.root, &cursor, &mut steps);
    Path { steps, place }
}

/// The cursor and its line.
struct Cursor<'t> {
    text: &'t str,
    offset: usize,
    line_start: usize,
    line_end: usize,
    /// Where the line's text starts; on an empty line, the cursor.
    first: usize,
}

impl<'t> Cursor<'t> {
    fn new(text: &'t str, offset: usize) -> Self {
        let before = text.get(..offset).unwrap_or("");
        let line_start = before.rfind(['\n', '\r']).map_or(0, |at| at + 1);
        let rest = text.get(offset..).unwrap_or("");
        let line_end = offset + rest.find(['\n', '\r']).unwrap_or(rest.len());
        let line = text.get(line_start..line_end).unwrap_or("");
        let blanks = line.len() - line.trim_start().len();
        let is_empty = blanks == line.len();
        Self {
            text,
            offset,
            line_start,
            line_end,
            first: if is_empty {
                offset
            } else {
                line_start + blanks
            },
        }
    }

    /// The column in which the line's text starts, the cursor's on an empty line.
    fn column(&self) -> usize {
        self.first - self.line_start
    }

    fn touches(&self, span: Span) -> bool {
        u32::try_from(self.offset).is_ok_and(|offset| span.touches(offset))
    }

    fn is_in_line(&self, at: u32) -> bool {
        (self.line_start..=self.line_end).contains(&(at as usize))
    }

    fn starts_with_dash(&self) -> bool {
        let mut rest = self
            .text
            .get(self.first..self.line_end)
            .unwrap_or("")
            .bytes();
        rest.next() == Some(b'-') && is_space(rest.next().unwrap_or(0))
    }

    /// The place of a cursor that stands in no node: in what is being typed, or on a blank line.
    fn between_nodes(&self) -> Place {
        let mut start = self.first;
        let line = self.text.get(start..self.line_end).unwrap_or("");
        let mut rest = line;
        while let Some(behind) = rest.strip_prefix("- ") {
            rest = behind.trim_start();
            start = self.line_end - rest.len();
        }
        let typed = rest.split_once(": ").map_or(rest, |(key, _)| key);
        let typed = typed.trim_end().trim_end_matches(':');
        if typed.is_empty() || typed == "-" {
            let indent = u32::try_from(self.offset - self.line_start).unwrap_or(0);
            return Place::OnBlankLine { indent };
        }
        let typed = Span::new(start, start + typed.len());
        Place::InKey { typed }
    }

    fn empty_value(&self) -> Place {
        Place::InValue {
            typed: Span::empty(self.offset),
            quote: None,
        }
    }
}

/// The column in which the line's part at `at` stands.
fn column_of(text: &str, at: u32) -> usize {
    let before = text.get(..at as usize).unwrap_or("");
    before.len() - before.rfind(['\n', '\r']).map_or(0, |end| end + 1)
}

fn is_bracket(text: &str, node: &Node<'_>) -> bool {
    node.span.of(text).starts_with(['[', '{'])
}

/// Walks from `root` to the cursor.
fn descend<'d>(root: &'d Node<'_>, cursor: &Cursor<'_>, steps: &mut Vec<Step<'d>>) -> Place {
    let mut node = root;
    loop {
        let next = match &node.value {
            Value::Null => Err(null_place(node, cursor)),
            Value::Scalar(_) => Err(scalar_place(node, cursor)),
            Value::Map(_) => in_map(node, cursor),
            Value::List(_) => in_list(node, cursor),
        };
        match next {
            Ok((step, below)) => {
                steps.push(step);
                node = below;
            }
            Err(At::Here(place)) => return place,
            Err(At::Below(step, place)) => {
                steps.push(step);
                return place;
            }
        }
    }
}

/// The end of the way.
enum At<'d> {
    Here(Place),
    Below(Step<'d>, Place),
}

fn null_place<'d>(node: &Node<'_>, cursor: &Cursor<'_>) -> At<'d> {
    // Right behind its `:` or `-`, or in a line below.
    let is_behind = cursor.is_in_line(node.span.start) && node.span.start > 0;
    At::Here(if is_behind {
        cursor.empty_value()
    } else {
        cursor.between_nodes()
    })
}

fn scalar_place<'d>(node: &Node<'_>, cursor: &Cursor<'_>) -> At<'d> {
    let Some(scalar) = node.scalar() else {
        return At::Here(cursor.between_nodes());
    };
    // A word alone in its line is the beginning of a key.
    let is_alone = scalar.style == Style::Plain
        && node.span.start as usize == cursor.first
        && node.span.end as usize <= cursor.line_end;
    if is_alone {
        return At::Here(Place::InKey { typed: node.span });
    }
    let quote = match scalar.style {
        Style::SingleQuoted => Some('\''),
        Style::DoubleQuoted => Some('"'),
        Style::Plain | Style::Literal | Style::Folded => None,
    };
    At::Here(Place::InValue {
        typed: scalar.content,
        quote,
    })
}

type Next<'d, 'a> = Result<(Step<'d>, &'d Node<'a>), At<'d>>;

fn in_map<'d, 'a>(node: &'d Node<'a>, cursor: &Cursor<'_>) -> Next<'d, 'a> {
    let own = || node.entries().iter().filter(|entry| !entry.is_merged);
    let before = own()
        .take_while(|entry| entry.key_span.start as usize <= cursor.offset)
        .last();
    let (Some(first), Some(entry)) = (own().next(), before) else {
        let is_inside = (node.span.start as usize) < cursor.offset
            && cursor.offset < node.span.end as usize
            && is_bracket(cursor.text, node);
        return Err(At::Here(if is_inside {
            let typed = Span::empty(cursor.offset);
            Place::InKey { typed }
        } else {
            cursor.between_nodes()
        }));
    };
    if cursor.touches(entry.key_span) {
        let typed = entry.key_span;
        return Err(At::Here(Place::InKey { typed }));
    }
    let step = Step::Key(entry.key.text.as_ref());
    let value = &entry.value;
    if !value.span.is_empty() && cursor.touches(value.span) {
        return Ok((step, value));
    }
    if is_bracket(cursor.text, node) {
        let behind_key = cursor.text.get(entry.key_span.end as usize..cursor.offset);
        if behind_key.is_some_and(|text| !text.contains(',')) {
            return Err(At::Below(step, cursor.empty_value()));
        }
        let typed = Span::empty(cursor.offset);
        return Err(At::Here(Place::InKey { typed }));
    }
    if cursor.is_in_line(entry.key_span.end) {
        return match &value.value {
            Value::Scalar(_) => Ok((step, value)),
            Value::Null | Value::Map(_) | Value::List(_) => {
                Err(At::Below(step, cursor.empty_value()))
            }
        };
    }
    let column = column_of(cursor.text, first.key_span.start);
    let is_below = match &value.value {
        Value::Scalar(_) => false,
        Value::Null | Value::Map(_) => cursor.column() > column,
        Value::List(_) => {
            cursor.column() > column || (cursor.column() == column && cursor.starts_with_dash())
        }
    };
    if is_below {
        Ok((step, value))
    } else {
        Err(At::Here(cursor.between_nodes()))
    }
}

fn in_list<'d, 'a>(node: &'d Node<'a>, cursor: &Cursor<'_>) -> Next<'d, 'a> {
    let items = node.items();
    let behind = items.partition_point(|item| item.span.start as usize <= cursor.offset);
    let item_at = |index: usize| items.get(index).map(|item| (Step::Index(index), item));
    if is_bracket(cursor.text, node) {
        return match behind.checked_sub(1).and_then(item_at) {
            Some((step, item)) if cursor.touches(item.span) => Ok((step, item)),
            Some(_) | None => Err(At::Below(Step::Index(behind), cursor.empty_value())),
        };
    }
    let last = behind.checked_sub(1).and_then(item_at);
    if cursor.starts_with_dash() && cursor.offset > cursor.first {
        // The item of this dash may start in a line below.
        let starts_above = last.is_none_or(|(_, item)| {
            (item.span.start as usize) < cursor.first && (item.span.end as usize) < cursor.first
        });
        if starts_above && let Some(next) = item_at(behind) {
            return Ok(next);
        }
    }
    let column = column_of(cursor.text, node.span.start);
    match last {
        Some((step, item)) if cursor.column() > column || cursor.is_in_line(item.span.start) => {
            Ok((step, item))
        }
        Some((step, item)) if !item.span.is_empty() && cursor.touches(item.span) => {
            Ok((step, item))
        }
        Some(_) | None => Err(At::Here(cursor.between_nodes())),
    }
}
