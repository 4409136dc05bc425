//! Python's methods, and those of dbt's objects.

use std::rc::Rc;

use super::call::Arguments;
use super::expand::has_hole;
use super::expressions::place;
use super::machine::{Machine, Step, Stop};
use super::operators::order;
use super::value::{Id, Value};

impl Machine<'_, '_> {
    /// `object.name(arguments)`
    pub fn method(&mut self, object: &Value, name: &str, arguments: &Arguments) -> Step<Value> {
        match object {
            Value::Undefined => Ok(Value::Undefined),
            Value::Text(text) => self.text_method(&Rc::clone(text), name, arguments),
            Value::List(id) => self.list_method(*id, name, arguments),
            Value::Tuple(id) if matches!(name, "index" | "count") => {
                self.list_method(*id, name, arguments)
            }
            Value::Dict(id) => self.dict_method(*id, name, arguments),
            Value::Module("adapter") => self.adapter(name, arguments),
            Value::Module("exceptions") => match name {
                "warn" | "warn_snapshot_timestamp_data_types" => Ok(Value::text("")),
                _ => Err(Stop::Failed),
            },
            Value::Module("config") => match name {
                "persist_relation_docs" | "persist_column_docs" => Ok(Value::Bool(false)),
                _ => Ok(self.while_parsed(Value::text(""))),
            },
            Value::Module("var") if name == "has_var" => {
                let value = self.var(arguments);
                Ok(Value::truth(match value {
                    Value::Unknown => None,
                    Value::None => Some(false),
                    _ => Some(true),
                }))
            }
            Value::Module("target") if name == "get" => {
                let Some(key) = arguments.text(0, "key").map(ToOwned::to_owned) else {
                    return Ok(Value::Unknown);
                };
                self.attribute(object, &key)
            }
            Value::Relation => Ok(self.relation_method(name, arguments)),
            Value::None | Value::Bool(_) | Value::Int(_) | Value::Float(_) => Err(Stop::Failed),
            _ => Ok(Value::Unknown),
        }
    }

    fn relation_method(&mut self, name: &str, arguments: &Arguments) -> Value {
        match (name, arguments.text(0, "key")) {
            ("include" | "quote" | "incorporate" | "replace_path" | "without_identifier", _) => {
                Value::Relation
            }
            ("get", Some("metadata")) => {
                let of_type = (Value::text("type"), Value::text("Relation"));
                self.heap.dict(vec![of_type])
            }
            _ => Value::Unknown,
        }
    }

    fn text_method(&mut self, text: &str, name: &str, arguments: &Arguments) -> Step<Value> {
        self.spend(text.len() / 64)?;
        let is_kept = matches!(
            name,
            "strip" | "lstrip" | "rstrip" | "replace" | "format" | "join"
        );
        if has_hole(text) && !is_kept {
            return Ok(Value::Unknown);
        }
        let first = arguments.text(0, "");
        let second = arguments.text(1, "");
        let letters = first.map(|it| it.chars().collect::<Vec<_>>());
        let is_stripped = |letter: char| match &letters {
            Some(letters) => letters.contains(&letter),
            None => letter.is_whitespace(),
        };
        let made = match (name, first, second) {
            ("upper", ..) => text.to_uppercase(),
            ("lower" | "casefold", ..) => text.to_lowercase(),
            ("strip", ..) => text.trim_matches(is_stripped).to_owned(),
            ("lstrip", ..) => text.trim_start_matches(is_stripped).to_owned(),
            ("rstrip", ..) => text.trim_end_matches(is_stripped).to_owned(),
            ("replace", Some(old), Some(new)) if arguments.positional.len() == 2 => {
                return self.replaced(text, old, new);
            }
            ("capitalize", ..) => capitalized(text),
            ("title", ..) => titled(text),
            ("removeprefix", Some(part), _) => text.strip_prefix(part).unwrap_or(text).to_owned(),
            ("removesuffix", Some(part), _) => text.strip_suffix(part).unwrap_or(text).to_owned(),
            ("format", ..) => return self.format(text, arguments),
            ("join", ..) => {
                let items = arguments.value(0, "");
                return self.join(&items, text);
            }
            _ => return self.text_question(text, name, arguments),
        };
        self.text(&made)
    }

    pub fn replaced(&mut self, text: &str, old: &str, new: &str) -> Step<Value> {
        self.grow(text.len().saturating_mul(new.len() + 1))?;
        self.text(&text.replace(old, new))
    }

    fn text_question(&mut self, text: &str, name: &str, arguments: &Arguments) -> Step<Value> {
        let first = arguments.text(0, "");
        let is_all = |holds: fn(char) -> bool| !text.is_empty() && text.chars().all(holds);
        Ok(match (name, first) {
            ("startswith", Some(part)) => Value::Bool(text.starts_with(part)),
            ("endswith", Some(part)) => Value::Bool(text.ends_with(part)),
            ("isdigit" | "isnumeric" | "isdecimal", _) => {
                Value::Bool(is_all(|it| it.is_ascii_digit()))
            }
            ("isalpha", _) => Value::Bool(is_all(char::is_alphabetic)),
            ("isalnum", _) => Value::Bool(is_all(char::is_alphanumeric)),
            ("isupper", _) => {
                Value::Bool(text != text.to_lowercase() && text == text.to_uppercase())
            }
            ("islower", _) => {
                Value::Bool(text != text.to_uppercase() && text == text.to_lowercase())
            }
            ("count", Some(part)) if !part.is_empty() => {
                i64::try_from(text.matches(part).count()).map_or(Value::Unknown, Value::Int)
            }
            ("find", Some(part)) if arguments.positional.len() == 1 => {
                let at = text.find(part).and_then(|at| text.get(..at));
                let at = at.map_or(Ok(-1), |before| i64::try_from(before.chars().count()));
                at.map_or(Value::Unknown, Value::Int)
            }
            ("split" | "rsplit" | "splitlines", _) => self.split(text, name, arguments)?,
            _ => Value::Unknown,
        })
    }

    fn split(&mut self, text: &str, name: &str, arguments: &Arguments) -> Step<Value> {
        let most = arguments.get(1, "maxsplit").and_then(Value::as_int);
        let most = most.and_then(|most| usize::try_from(most).ok());
        let parts: Vec<Value> = match (name, arguments.text(0, "sep"), most) {
            ("splitlines", ..) => text.lines().map(Value::text).collect(),
            (_, None, None) => text.split_whitespace().map(Value::text).collect(),
            (_, Some(""), _) => return Err(Stop::Failed),
            (_, Some(mark), None) => text.split(mark).map(Value::text).collect(),
            ("split", Some(mark), Some(most)) => text
                .splitn(most.saturating_add(1), mark)
                .map(Value::text)
                .collect(),
            ("rsplit", Some(mark), Some(most)) => {
                let mut parts: Vec<_> = text
                    .rsplitn(most.saturating_add(1), mark)
                    .map(Value::text)
                    .collect();
                parts.reverse();
                parts
            }
            _ => return Ok(Value::Unknown),
        };
        self.grow(text.len())?;
        self.list(parts)
    }

    /// `'{} {name}'.format(…)` with plain fields.
    fn format(&mut self, text: &str, arguments: &Arguments) -> Step<Value> {
        let (mut out, mut rest, mut next) = (String::new(), text, 0);
        while let Some(at) = rest.find(['{', '}']) {
            out.push_str(rest.get(..at).unwrap_or(""));
            let tail = rest.get(at..).unwrap_or("");
            if let Some(after) = tail.strip_prefix("{{").or_else(|| tail.strip_prefix("}}")) {
                out.push_str(tail.get(..1).unwrap_or(""));
                rest = after;
                continue;
            }
            let Some((field, after)) = tail.strip_prefix('{').and_then(|it| it.split_once('}'))
            else {
                return Err(Stop::Failed);
            };
            let value = match (field, field.parse::<usize>()) {
                ("", _) => {
                    next += 1;
                    arguments.positional.get(next - 1)
                }
                (_, Ok(at)) => arguments.positional.get(at),
                _ => arguments.get(usize::MAX, field),
            };
            match value.and_then(|value| self.heap.text(value)) {
                Some(text) => out.push_str(&text),
                None => return Ok(Value::Unknown),
            }
            self.grow(out.len() / 16)?;
            rest = after;
        }
        out.push_str(rest);
        self.text(&out)
    }

    /// The texts of the elements with a mark between them.
    pub fn join(&mut self, items: &Value, mark: &str) -> Step<Value> {
        let Some(items) = self.elements(items)? else {
            return Ok(Value::Unknown);
        };
        let mut out = String::new();
        for (at, item) in items.iter().enumerate() {
            let Some(text) = self.heap.text(item) else {
                return Ok(Value::Unknown);
            };
            self.grow(text.len() + mark.len())?;
            out.push_str(if at == 0 { "" } else { mark });
            out.push_str(&text);
        }
        Ok(Value::text(&out))
    }

    fn list_method(&mut self, id: Id, name: &str, arguments: &Arguments) -> Step<Value> {
        let first = arguments.value(0, "");
        if matches!(name, "index" | "count" | "copy") {
            return self.list_question(id, name, &first);
        }
        if !self.may_change(id) {
            return Ok(if name == "pop" {
                Value::Unknown
            } else {
                Value::None
            });
        }
        self.grow(32)?;
        let more = match name {
            "extend" => self.elements(&first)?,
            _ => Some(Vec::new()),
        };
        if more.is_none() {
            self.heap.lose(id);
            return Ok(Value::None);
        }
        let more = more.unwrap_or_default();
        self.grow(more.len() * 32)?;
        let removed = match name {
            "remove" => {
                let items = self.heap.items(id).unwrap_or_default();
                items
                    .iter()
                    .position(|it| self.heap.equal(it, &first, 0) == Some(true))
            }
            _ => None,
        };
        let Some(items) = self.heap.items_mut(id) else {
            return Ok(Value::Unknown);
        };
        match name {
            "append" | "add" => items.push(first),
            "extend" => items.extend(more),
            "insert" => {
                let at = first
                    .as_int()
                    .and_then(|at| place(at, items.len()))
                    .unwrap_or(0);
                items.insert(at.min(items.len()), arguments.value(1, ""));
            }
            "pop" => {
                let at = match first.as_int() {
                    Some(at) => place(at, items.len()),
                    None => items.len().checked_sub(1),
                };
                return match at.filter(|at| *at < items.len()) {
                    Some(at) => Ok(items.remove(at)),
                    None => Err(Stop::Failed),
                };
            }
            "remove" => match removed {
                Some(at) => drop(items.remove(at)),
                None => self.heap.lose(id),
            },
            "reverse" => items.reverse(),
            "clear" => items.clear(),
            "sort" => {
                let is_sure = items.windows(2).all(|two| match two {
                    [a, b] => order(a, b).is_some(),
                    _ => true,
                });
                if is_sure && arguments.keyword.is_empty() {
                    items.sort_by(|a, b| order(a, b).unwrap_or(std::cmp::Ordering::Equal));
                } else {
                    self.heap.lose(id);
                }
            }
            _ => self.heap.lose(id),
        }
        Ok(Value::None)
    }

    fn list_question(&mut self, id: Id, name: &str, item: &Value) -> Step<Value> {
        let Some(items) = self.heap.items(id).map(<[Value]>::to_vec) else {
            return Ok(Value::Unknown);
        };
        self.spend(items.len() / 8)?;
        if name == "copy" {
            return self.list(items);
        }
        let matches: Option<Vec<bool>> = items
            .iter()
            .map(|it| self.heap.equal(it, item, 0))
            .collect();
        let Some(matches) = matches else {
            return Ok(Value::Unknown);
        };
        let count = match name {
            "count" => Some(matches.iter().filter(|it| **it).count()),
            _ => matches.iter().position(|it| *it),
        };
        let count = count.ok_or(Stop::Failed)?;
        Ok(i64::try_from(count).map_or(Value::Unknown, Value::Int))
    }

    fn dict_method(&mut self, id: Id, name: &str, arguments: &Arguments) -> Step<Value> {
        let Some(entries) = self.heap.entries(id).map(<[_]>::to_vec) else {
            return Ok(Value::Unknown);
        };
        self.spend(entries.len() / 8)?;
        self.grow(entries.len() * 8)?;
        let key = arguments.value(0, "key");
        match name {
            "items" => {
                let pairs = entries
                    .into_iter()
                    .map(|(key, value)| self.heap.tuple(vec![key, value]));
                let pairs = pairs.collect();
                self.list(pairs)
            }
            "keys" => self.list(entries.into_iter().map(|(key, _)| key).collect()),
            "values" => self.list(entries.into_iter().map(|(_, value)| value).collect()),
            "copy" => Ok(self.heap.dict(entries)),
            "get" => Ok(
                match (self.heap.get(id, &key), arguments.get(1, "default")) {
                    (Some(value), _) => value,
                    (None, Some(default)) => default.clone(),
                    (None, None) => Value::None,
                },
            ),
            "update" => {
                self.update(id, &key, arguments)?;
                Ok(Value::None)
            }
            "setdefault" => {
                if let Some(value) = self.heap.get(id, &key) {
                    return Ok(value);
                }
                let value = arguments.value(1, "default");
                if self.may_change(id) {
                    self.heap.set(id, key, value.clone());
                }
                Ok(value)
            }
            "pop" => {
                let value = self.heap.get(id, &key);
                if self.may_change(id) {
                    let left = entries
                        .into_iter()
                        .filter(|(name, _)| self.heap.equal(name, &key, 0) == Some(false))
                        .collect();
                    if let Some(entries) = self.heap.entries_mut(id) {
                        *entries = left;
                    }
                }
                match (value, arguments.get(1, "default")) {
                    (Some(value), _) => Ok(value),
                    (None, Some(default)) => Ok(default.clone()),
                    (None, None) => Err(Stop::Failed),
                }
            }
            "clear" => {
                if let (true, Some(entries)) = (self.may_change(id), self.heap.entries_mut(id)) {
                    entries.clear();
                }
                Ok(Value::None)
            }
            _ => {
                let found = self.heap.get(id, &Value::text(name));
                if found.is_none() && self.may_change(id) {
                    self.heap.lose(id);
                }
                Ok(Value::Unknown)
            }
        }
    }

    fn update(&mut self, id: Id, from: &Value, arguments: &Arguments) -> Step<()> {
        if !self.may_change(id) {
            return Ok(());
        }
        let more = match from {
            Value::Undefined => Some(Vec::new()),
            Value::Dict(other) => self.heap.entries(*other).map(<[_]>::to_vec),
            _ => None,
        };
        let Some(more) = more else {
            self.heap.lose(id);
            return Ok(());
        };
        let named = arguments.keyword.iter();
        let named = named.map(|(key, value)| (Value::Text(Rc::clone(key)), value.clone()));
        for (key, value) in more.into_iter().chain(named) {
            let entries = self.heap.entries(id).map_or(0, <[_]>::len);
            self.spend(entries / 16 + 1)?;
            self.grow(64)?;
            self.heap.set(id, key, value);
        }
        Ok(())
    }
}

pub(super) fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first
            .to_uppercase()
            .chain(letters.as_str().to_lowercase().chars())
            .collect(),
        None => String::new(),
    }
}

pub(super) fn titled(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut is_first = true;
    for letter in text.chars() {
        if is_first {
            out.extend(letter.to_uppercase());
        } else {
            out.extend(letter.to_lowercase());
        }
        is_first = !letter.is_alphabetic();
    }
    out
}
