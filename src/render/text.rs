//! What text does Python make of a value?

use std::fmt::Write as _;

use super::value::{Heap, Value};

/// Texts that are made are not longer than this.
pub(super) const LONGEST: usize = 1 << 20;

impl Heap {
    /// `str(value)`, as `{{ }}` and `~` write it. `None` where only dbt can tell.
    pub fn text(&self, value: &Value) -> Option<String> {
        match value {
            Value::Undefined => Some(String::new()),
            Value::Text(text) => Some(text.as_ref().to_owned()),
            _ => {
                let mut out = String::new();
                self.write(value, &mut out, 0)?;
                Some(out)
            }
        }
    }

    /// `repr(value)`.
    fn write(&self, value: &Value, out: &mut String, depth: u32) -> Option<()> {
        if depth > 20 || out.len() > LONGEST {
            return None;
        }
        match value {
            Value::None => out.push_str("None"),
            Value::Bool(true) => out.push_str("True"),
            Value::Bool(false) => out.push_str("False"),
            Value::Int(value) => write!(out, "{value}").ok()?,
            Value::Float(value) => out.push_str(&float(*value)?),
            Value::Text(text) => quote(text, out),
            Value::List(id) => {
                out.push('[');
                self.write_all(self.items(*id)?, out, depth)?;
                out.push(']');
            }
            Value::Tuple(id) => {
                let items = self.items(*id)?;
                out.push('(');
                self.write_all(items, out, depth)?;
                out.push_str(if items.len() == 1 { ",)" } else { ")" });
            }
            Value::Dict(id) => {
                out.push('{');
                for (at, (key, value)) in self.entries(*id)?.iter().enumerate() {
                    out.push_str(if at == 0 { "" } else { ", " });
                    self.write(key, out, depth + 1)?;
                    out.push_str(": ");
                    self.write(value, out, depth + 1)?;
                }
                out.push('}');
            }
            _ => return None,
        }
        Some(())
    }

    fn write_all(&self, items: &[Value], out: &mut String, depth: u32) -> Option<()> {
        for (at, item) in items.iter().enumerate() {
            out.push_str(if at == 0 { "" } else { ", " });
            self.write(item, out, depth + 1)?;
        }
        Some(())
    }
}

/// A float as Python writes it, but for very large and very small ones.
fn float(value: f64) -> Option<String> {
    let size = value.abs();
    let is_plain = size == 0.0 || (1e-4..1e16).contains(&size);
    is_plain.then(|| format!("{value:?}"))
}

fn quote(text: &str, out: &mut String) {
    let mark = if text.contains('\'') && !text.contains('"') {
        '"'
    } else {
        '\''
    };
    out.push(mark);
    for letter in text.chars() {
        match letter {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\\' => out.push_str("\\\\"),
            _ if letter == mark => {
                out.push('\\');
                out.push(letter);
            }
            _ => out.push(letter),
        }
    }
    out.push(mark);
}
