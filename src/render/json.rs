//! `fromjson`: which value does a JSON text stand for?

use super::machine::{Machine, Step};
use super::value::Value;

/// How deep values may nest.
const DEEPEST: u32 = 60;

impl Machine<'_, '_> {
    /// The value of a JSON text; `None` where it is none that is read here.
    pub fn read_json(&mut self, text: &str) -> Step<Option<Value>> {
        self.spend(text.len() / 16)?;
        self.grow(text.len().saturating_mul(2))?;
        let mut rest = text;
        let value = self.json_value(&mut rest, 0);
        Ok(value.filter(|_| rest.trim_start().is_empty()))
    }

    fn json_value(&mut self, rest: &mut &str, depth: u32) -> Option<Value> {
        *rest = rest.trim_start();
        if depth > DEEPEST {
            return None;
        }
        for (word, value) in [
            ("null", Value::None),
            ("true", Value::Bool(true)),
            ("false", Value::Bool(false)),
        ] {
            if eat(rest, word) {
                return Some(value);
            }
        }
        if eat(rest, "[") {
            let mut items = Vec::new();
            while !eat(rest, "]") {
                if !items.is_empty() && !eat(rest, ",") {
                    return None;
                }
                items.push(self.json_value(rest, depth + 1)?);
            }
            return Some(self.heap.list(items));
        }
        if eat(rest, "{") {
            let mut entries = Vec::new();
            while !eat(rest, "}") {
                if !entries.is_empty() && !eat(rest, ",") {
                    return None;
                }
                let key = string(rest)?;
                if !eat(rest, ":") {
                    return None;
                }
                entries.push((Value::text(&key), self.json_value(rest, depth + 1)?));
            }
            return Some(self.heap.dict(entries));
        }
        if rest.starts_with('"') {
            return string(rest).map(|text| Value::text(&text));
        }
        number(rest)
    }
}

fn eat(rest: &mut &str, mark: &str) -> bool {
    match rest.trim_start().strip_prefix(mark) {
        Some(after) => {
            *rest = after;
            true
        }
        None => false,
    }
}

/// A text in quotes; one with `\u` is not read.
fn string(rest: &mut &str) -> Option<String> {
    let inside = rest.trim_start().strip_prefix('"')?;
    let mut out = String::new();
    let mut letters = inside.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => {
                *rest = inside.get(at + 1..)?;
                return Some(out);
            }
            '\\' => out.push(match letters.next()?.1 {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                letter @ ('"' | '\\' | '/') => letter,
                _ => return None,
            }),
            letter => out.push(letter),
        }
    }
    None
}

fn number(rest: &mut &str) -> Option<Value> {
    let is_part = |letter: char| letter.is_ascii_digit() || "+-.eE".contains(letter);
    let end = rest.find(|letter| !is_part(letter)).unwrap_or(rest.len());
    let (text, after) = rest.split_at_checked(end)?;
    *rest = after;
    let whole = text.parse().ok().map(Value::Int);
    whole.or_else(|| text.parse().ok().map(Value::Float))
}
