//! What the tags of a file write with names that it gives to macros, kept small: in a mesh that
//! formats columns by macros most files have some.

use crate::render::{GivenName, Insert};
use crate::text::{Span, put_length, take_length};

/// Inserts behind each other: the statement's place, the text, how many names, and the places of
/// each. Empty for none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inserts(Box<str>);

impl Inserts {
    /// Keeps these.
    pub(in crate::project) fn new(inserts: &[Insert]) -> Self {
        let mut kept = String::new();
        for insert in inserts {
            put_span(&mut kept, insert.statement);
            put_length(&mut kept, insert.text.len());
            kept.push_str(&insert.text);
            put_length(&mut kept, insert.names.len());
            for name in &insert.names {
                put_span(&mut kept, name.made);
                put_span(&mut kept, name.written);
            }
        }
        Self(kept.into())
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// They, in the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = Insert> {
        let mut at = 0;
        std::iter::from_fn(move || {
            if at >= self.0.len() {
                return None;
            }
            let statement = take_span(&self.0, &mut at);
            let length = take_length(&self.0, &mut at);
            let text = self.0.get(at..at + length)?.into();
            at += length;
            let count = take_length(&self.0, &mut at);
            let name = |_| GivenName {
                made: take_span(&self.0, &mut at),
                written: take_span(&self.0, &mut at),
            };
            let names = (0..count).map(name).collect();
            Some(Insert {
                statement,
                text,
                names,
            })
        })
    }
}

fn put_span(kept: &mut String, span: Span) {
    put_length(kept, span.start as usize);
    put_length(kept, span.len());
}

fn take_span(kept: &str, at: &mut usize) -> Span {
    let start = take_length(kept, at);
    let length = take_length(kept, at);
    Span::new(start, start + length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inserts_come_back_as_they_were() {
        let name = |made, written| GivenName {
            made: Span::new(made, made + 5),
            written: Span::new(written, written + 5),
        };
        let insert = |start, text: &str, names: &[GivenName]| Insert {
            statement: Span::new(start, start + 30),
            text: text.into(),
            names: names.into(),
        };
        let inserts = [
            insert(7, "round(ä.price, 2)", &[name(8, 20)]),
            insert(70_000, "", &[name(0, 70_010), name(9, 70_020)]),
        ];
        let kept = Inserts::new(&inserts);
        assert!(!kept.is_empty());
        assert_eq!(kept.iter().collect::<Vec<_>>(), inserts);
        assert!(Inserts::new(&[]).is_empty());
        assert_eq!(Inserts::default().iter().count(), 0);
    }
}
