//! How is a value written into YAML that people have written, so that all of theirs stays as it is?

use std::fmt::Write;

use crate::syntax::yaml::{Document, Entry, Node, Value, parse};
use crate::text::Span;

use crate::ide::Edit;

/// A value to write.
pub(super) enum Written {
    /// A text, quoted where it has to be.
    Text(String),
    True,
    Map(Vec<(&'static str, Written)>),
    List(Vec<Written>),
}

/// A text of YAML and how it is laid out.
pub(super) struct Layout<'t> {
    text: &'t str,
    newline: &'static str,
    /// How far a list stands to the right of its key.
    step: usize,
}

impl<'t> Layout<'t> {
    /// That of a text; a list stands below its key as the one of `key` does.
    pub(super) fn of(text: &'t str, document: &Document<'_>, key: &str) -> Self {
        let mut this = Self {
            text,
            newline: if text.contains("\r\n") { "\r\n" } else { "\n" },
            step: 2,
        };
        if let Some(entry) = document.root.entry(key)
            && let Some(dash) = this.dash(&entry.value)
        {
            let key = this.column(entry.key_span.start);
            this.step = this.column(dash).saturating_sub(key);
        }
        this
    }

    /// One more key of a map, behind the entry of `after` or the last one.
    pub(super) fn key(
        &self,
        map: &Node<'_>,
        after: &str,
        key: &'static str,
        value: Written,
    ) -> Option<Edit> {
        let own = |entry: &&Entry<'_>| !entry.is_merged;
        let is_it = |entry: &&Entry<'_>| own(entry) && entry.key.text == after;
        let entries = map.entries().iter();
        let place = entries
            .clone()
            .find(is_it)
            .or_else(|| entries.rev().find(own));
        let written = Written::Map(vec![(key, value)]);
        if self.is_flow(map) {
            let inside = written.flow();
            let inside = inside.get(1..inside.len().checked_sub(1)?)?;
            return Some(match place {
                Some(entry) => insert(entry.value.span.end, format!(", {inside}")),
                None => insert(map.span.start + 1, inside.to_owned()),
            });
        }
        let place = place?;
        let indent = self.column(place.key_span.start);
        Some(self.below(&place.value, indent, &written))
    }

    /// A value where there is none yet.
    pub(super) fn value(&self, entry: &Entry<'_>, value: &Written) -> Option<Edit> {
        let indent = self.column(entry.key_span.start);
        match (&entry.value.value, value) {
            (Value::Null, Written::Text(_) | Written::True) => {
                Some(insert(entry.value.span.end, format!(" {}", value.flow())))
            }
            (Value::Null, Written::Map(_)) => Some(self.below(&entry.value, indent + 2, value)),
            (Value::Null, Written::List(_)) => {
                Some(self.below(&entry.value, indent + self.step, value))
            }
            // An empty list or map in a block makes room for one that is not.
            (Value::List(items), Written::List(_)) if items.is_empty() => {
                let colon = self.colon(entry)?;
                let mut edit = self.below(&entry.value, indent + self.step, value);
                edit.span = Span::new(colon, entry.value.span.end as usize);
                Some(edit)
            }
            (Value::Scalar(_), Written::Text(_) | Written::True) => Some(Edit {
                span: entry.value.span,
                text: value.flow(),
            }),
            (Value::Scalar(_) | Value::Map(_) | Value::List(_), _) => None,
        }
    }

    /// More items of a list.
    pub(super) fn items(&self, list: &Node<'_>, new: Vec<Written>) -> Option<Edit> {
        let end = list.items().last();
        if self.is_flow(list) {
            let flow: Vec<String> = new.iter().map(Written::flow).collect();
            let Some(end) = end else {
                return Some(insert(list.span.start + 1, flow.join(", ")));
            };
            let separator = self.separator(list);
            let text = flow.iter().fold(String::new(), |mut text, item| {
                let _ = write!(text, "{separator}{item}");
                text
            });
            return Some(insert(end.span.end, text));
        }
        let (end, dash) = (end?, self.dash(list)?);
        let indent = self.column(dash);
        let mut edit = if self.is_flow(end) {
            let mut text = String::new();
            for item in &new {
                let _ = write!(text, "{}{:indent$}- {}", self.newline, "", item.flow());
            }
            insert(self.end_of(end), text)
        } else {
            self.below(end, indent, &Written::List(new))
        };
        if self.has_blank_lines(list) {
            edit.text.insert_str(0, self.newline);
        }
        Some(edit)
    }

    /// A list without the item at `at`, which is not its only one.
    pub(super) fn without(&self, list: &Node<'_>, at: usize) -> Option<Edit> {
        let items = list.items();
        let item = items.get(at)?;
        let before = at.checked_sub(1).and_then(|before| items.get(before));
        let span = if self.is_flow(list) {
            match (before, items.get(at + 1)) {
                (Some(before), _) => Span::new(before.span.end as usize, item.span.end as usize),
                (None, Some(next)) => Span::new(item.span.start as usize, next.span.start as usize),
                (None, None) => return None,
            }
        } else {
            if items.len() < 2 {
                return None;
            }
            let dash = self.dash_of(item)?;
            let start = self.text.get(..dash)?.rfind('\n').map_or(0, |end| end + 1);
            let end = self.end_of(item) as usize;
            let rest = self.text.get(end..)?;
            let newline = rest.find('\n').map_or(rest.len(), |at| at + 1);
            Span::new(start, end + newline)
        };
        Some(Edit {
            span,
            text: String::new(),
        })
    }

    /// A text of its own: a key at the left margin, behind all that is there.
    pub(super) fn at_end(&self, key: &'static str, value: Written) -> Edit {
        let written = Written::Map(vec![(key, value)]);
        let lines = self.lines(&written, 0).join(self.newline);
        let is_empty = self.text.trim().is_empty();
        let gap = match (is_empty, self.text.ends_with('\n')) {
            (true, _) => "",
            (false, true) => self.newline,
            (false, false) => &format!("{0}{0}", self.newline),
        };
        insert(
            u32::try_from(self.text.len()).unwrap_or(u32::MAX),
            format!("{gap}{lines}{}", self.newline),
        )
    }

    /// Lines below a value.
    fn below(&self, value: &Node<'_>, indent: usize, written: &Written) -> Edit {
        let mut text = String::new();
        for line in self.lines(written, indent) {
            let _ = write!(text, "{}{line}", self.newline);
        }
        insert(self.end_of(value), text)
    }

    fn lines(&self, written: &Written, indent: usize) -> Vec<String> {
        let mut lines = Vec::new();
        match written {
            Written::Text(_) | Written::True => lines.push(written.flow()),
            Written::Map(entries) => {
                for (key, value) in entries {
                    let below = match value {
                        Written::Text(_) | Written::True => {
                            lines.push(format!("{:indent$}{key}: {}", "", value.block()));
                            continue;
                        }
                        Written::Map(_) => indent + 2,
                        Written::List(_) => indent + self.step,
                    };
                    lines.push(format!("{:indent$}{key}:", ""));
                    lines.extend(self.lines(value, below));
                }
            }
            Written::List(items) => {
                for item in items {
                    let mut inside = self.lines(item, indent + 2);
                    if let Some(first) = inside.first_mut() {
                        *first = format!("{:indent$}- {}", "", first.trim_start());
                    }
                    lines.extend(inside);
                }
            }
        }
        lines
    }

    /// The end of the line on which a value ends, comment included.
    fn end_of(&self, value: &Node<'_>) -> u32 {
        let inside = self.text.get(value.span.range()).unwrap_or("");
        let end = value.span.start as usize + inside.trim_end().len();
        let rest = self.text.get(end..).unwrap_or("");
        let line = rest.find(['\r', '\n']).unwrap_or(rest.len());
        u32::try_from(end + line).unwrap_or(u32::MAX)
    }

    pub(super) fn is_flow(&self, node: &Node<'_>) -> bool {
        let rest = self.text.get(node.span.start as usize..).unwrap_or("");
        rest.starts_with(['{', '['])
    }

    /// What stands between the items of a list in brackets.
    fn separator(&self, list: &Node<'_>) -> String {
        let Some(end) = list.items().last() else {
            return ", ".into();
        };
        let inside = self
            .text
            .get(list.span.start as usize..end.span.start as usize);
        match inside.and_then(|inside| inside.rfind('\n')) {
            Some(_) => {
                let indent = self.column(end.span.start);
                format!(",{}{:indent$}", self.newline, "")
            }
            None => ", ".into(),
        }
    }

    fn has_blank_lines(&self, list: &Node<'_>) -> bool {
        let [.., before, end] = list.items() else {
            return false;
        };
        let between = self
            .text
            .get(self.end_of(before) as usize..end.span.start as usize);
        let mut lines = between.unwrap_or("").lines().skip(1);
        lines.any(|line| line.trim().is_empty())
    }

    /// Where the dashes of a list stand that is no flow.
    fn dash(&self, list: &Node<'_>) -> Option<u32> {
        let first = list.items().first().filter(|_| !self.is_flow(list))?;
        u32::try_from(self.dash_of(first)?).ok()
    }

    fn dash_of(&self, item: &Node<'_>) -> Option<usize> {
        let before = self.text.get(..item.span.start as usize)?.trim_end();
        before.strip_suffix('-').map(str::len)
    }

    fn colon(&self, entry: &Entry<'_>) -> Option<usize> {
        let end = entry.key_span.end as usize;
        let between = self.text.get(end..entry.value.span.start as usize)?;
        Some(end + between.find(':')? + 1)
    }

    fn column(&self, offset: u32) -> usize {
        let before = self.text.get(..offset as usize).unwrap_or("");
        let line = before.rfind('\n').map_or(0, |end| end + 1);
        before.get(line..).unwrap_or("").chars().count()
    }
}

impl Written {
    /// On one line, as it can stand in brackets.
    pub(super) fn flow(&self) -> String {
        match self {
            Self::Text(text) => scalar(text, true),
            Self::True => "true".into(),
            Self::Map(entries) => {
                let entries = entries.iter();
                let pairs = entries.map(|(key, value)| format!("{key}: {}", value.flow()));
                format!("{{{}}}", pairs.collect::<Vec<_>>().join(", "))
            }
            Self::List(items) => {
                let items: Vec<String> = items.iter().map(Self::flow).collect();
                format!("[{}]", items.join(", "))
            }
        }
    }

    fn block(&self) -> String {
        match self {
            Self::Text(text) => scalar(text, false),
            Self::True | Self::Map(_) | Self::List(_) => self.flow(),
        }
    }
}

/// A text, plain where it then reads as itself.
fn scalar(text: &str, is_inside_brackets: bool) -> String {
    let written = if is_inside_brackets {
        format!("[{text}]")
    } else {
        format!("- {text}\n")
    };
    let document = parse(&written);
    let is_plain = match document.root.items() {
        [only] if document.errors.is_empty() => only.scalar().is_some_and(|scalar| {
            scalar.text == text
                && scalar.python_str() == text
                && !scalar.text.is_empty()
                && scalar.resolve() == crate::syntax::yaml::Resolved::Str
        }),
        _ => false,
    };
    if is_plain && !text.contains(['#', '{', '}']) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', "''"))
    }
}

fn insert(at: u32, text: String) -> Edit {
    Edit {
        span: Span::empty(at as usize),
        text,
    }
}
