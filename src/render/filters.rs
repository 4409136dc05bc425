//! Jinja's filters, and dbt's.

use std::cmp::Ordering;
use std::rc::Rc;

use super::call::Arguments;
use super::expand::has_hole;
use super::machine::{Machine, Step, Stop};
use super::methods::{capitalized, titled};
use super::operators::order;
use super::value::{Value, number};
use crate::syntax::jinja::BinaryOperator;

impl Machine<'_, '_> {
    /// `value | name(arguments)`
    pub fn filter(&mut self, name: &str, value: Value, arguments: &Arguments) -> Step<Value> {
        self.spend(1)?;
        if matches!(name, "default" | "d") {
            return Ok(self.defaulted(value, arguments));
        }
        if let Value::Unknown = value {
            return Ok(Value::Unknown);
        }
        match name {
            "upper" | "lower" | "trim" | "title" | "capitalize" | "string" | "safe" | "e"
            | "escape" | "forceescape" | "as_text" | "replace" => {
                self.text_filter(name, &value, arguments)
            }
            "as_native" | "as_bool" | "as_number" => Ok(value),
            "is_list" => Ok(Value::Bool(matches!(value, Value::List(_)))),
            "int" | "float" | "abs" | "round" => Ok(number_filter(name, &value, arguments)),
            "tojson" => match self.json(&value, 0) {
                Some(text) => self.text(&text),
                None => Ok(Value::Unknown),
            },
            "items" => match value {
                Value::Undefined => self.list(Vec::new()),
                value => self.method(&value, "items", arguments),
            },
            "dictsort" => {
                let items = self.method(&value, "items", &Arguments::default())?;
                self.filter("sort", items, &Arguments::default())
            }
            "attr" => match arguments.text(0, "name").map(ToOwned::to_owned) {
                Some(name) => self.attribute(&value, &name),
                None => Ok(Value::Unknown),
            },
            _ => self.list_filter(name, &value, arguments),
        }
    }

    fn defaulted(&mut self, value: Value, arguments: &Arguments) -> Value {
        let otherwise = match arguments.get(0, "default_value") {
            Some(value) => value.clone(),
            None => Value::text(""),
        };
        let counts_false = arguments.get(1, "boolean").map(|it| self.heap.truth(it));
        match (&value, counts_false) {
            (Value::Undefined, _) => otherwise,
            (_, Some(Some(true))) => match self.heap.truth(&value) {
                Some(true) => value,
                Some(false) => otherwise,
                None => Value::Unknown,
            },
            (_, Some(None)) => Value::Unknown,
            _ => value,
        }
    }

    fn text_filter(&mut self, name: &str, value: &Value, arguments: &Arguments) -> Step<Value> {
        if let Value::Relation = value {
            return Ok(Value::Unknown);
        }
        let Some(text) = self.heap.text(value) else {
            return Ok(Value::Unknown);
        };
        self.spend(text.len() / 64)?;
        if has_hole(&text) && !matches!(name, "trim" | "string" | "safe" | "as_text" | "replace") {
            return Ok(Value::Unknown);
        }
        let made = match name {
            "upper" => text.to_uppercase(),
            "lower" => text.to_lowercase(),
            "trim" => match arguments.text(0, "chars") {
                Some(letters) => text.trim_matches(|it| letters.contains(it)).to_owned(),
                None => text.trim().to_owned(),
            },
            "title" => titled(&text),
            "capitalize" => capitalized(&text),
            "replace" => {
                return match (arguments.text(0, "old"), arguments.text(1, "new")) {
                    (Some(old), Some(new)) if arguments.get(2, "count").is_none() => {
                        self.replaced(&text, old, new)
                    }
                    _ => Ok(Value::Unknown),
                };
            }
            "e" | "escape" | "forceescape" if text.contains(['<', '>', '&', '"', '\'']) => {
                return Ok(Value::Unknown);
            }
            _ => text,
        };
        self.text(&made)
    }

    fn list_filter(&mut self, name: &str, value: &Value, arguments: &Arguments) -> Step<Value> {
        let Some(items) = self.elements(value)? else {
            return Ok(Value::Unknown);
        };
        self.spend(items.len() / 8)?;
        let first = || items.first().cloned().unwrap_or(Value::Undefined);
        match name {
            "list" => self.list(items),
            "length" | "count" => Ok(i64::try_from(items.len()).map_or(Value::Unknown, Value::Int)),
            "first" => Ok(first()),
            "last" => Ok(items.last().cloned().unwrap_or(Value::Undefined)),
            "join" if arguments.get(1, "attribute").is_none() => {
                let mark = arguments.text(0, "d").unwrap_or("").to_owned();
                self.join(value, &mark)
            }
            "reverse" => match value {
                Value::Text(text) => self.text(&text.chars().rev().collect::<String>()),
                _ => self.list(items.into_iter().rev().collect()),
            },
            "unique" if arguments.positional.is_empty() && arguments.keyword.is_empty() => {
                self.unique(&items)
            }
            "sort" => self.sorted(items, arguments),
            "min" | "max" => {
                let sorted = self.sorted(items, &Arguments::default())?;
                self.filter(
                    if name == "min" { "first" } else { "last" },
                    sorted,
                    arguments,
                )
            }
            "sum" => items.iter().try_fold(Value::Int(0), |sum, item| {
                self.arithmetic(BinaryOperator::Add, &sum, item)
            }),
            "map" => self.map(&items, arguments),
            "select" | "reject" => self.select(&items, arguments, name == "select", None),
            "selectattr" | "rejectattr" => {
                let Some(Value::Text(attribute)) = arguments.positional.first() else {
                    return Ok(Value::Unknown);
                };
                let attribute = Rc::clone(attribute);
                let rest = rest_of(arguments, 1);
                self.select(&items, &rest, name == "selectattr", Some(&attribute))
            }
            _ => Ok(Value::Unknown),
        }
    }

    /// Jinja's `unique` does not tell upper and lower case apart.
    fn unique(&mut self, items: &[Value]) -> Step<Value> {
        let mut kept: Vec<(Value, Value)> = Vec::new();
        for item in items {
            self.spend(kept.len() / 8 + 1)?;
            let key = match item {
                Value::Text(text) => Value::text(&text.to_lowercase()),
                item => item.clone(),
            };
            let found: Option<Vec<bool>> = kept
                .iter()
                .map(|(known, _)| self.heap.equal(known, &key, 0))
                .collect();
            match found {
                Some(found) if found.contains(&true) => {}
                Some(_) => kept.push((key, item.clone())),
                None => return Ok(Value::Unknown),
            }
        }
        self.list(kept.into_iter().map(|(_, item)| item).collect())
    }

    fn sorted(&mut self, items: Vec<Value>, arguments: &Arguments) -> Step<Value> {
        let attribute = arguments.text(2, "attribute").map(ToOwned::to_owned);
        let case = arguments
            .get(1, "case_sensitive")
            .map(|it| self.heap.truth(it));
        let mut keyed = Vec::with_capacity(items.len());
        for item in items {
            let key = match &attribute {
                Some(name) => self.item(&item, &Value::text(name))?,
                None => item.clone(),
            };
            let key = match (key, case) {
                (Value::Text(text), None | Some(Some(false))) => Value::text(&text.to_lowercase()),
                (Value::Tuple(id), _) => {
                    let first = self.heap.items(id).and_then(<[_]>::first).cloned();
                    first.unwrap_or(Value::Unknown)
                }
                (key, _) => key,
            };
            keyed.push((key, item));
        }
        let is_sure = keyed.windows(2).all(|two| match two {
            [(a, _), (b, _)] => order(a, b).is_some(),
            _ => true,
        });
        if !is_sure {
            return Ok(Value::Unknown);
        }
        keyed.sort_by(|(a, _), (b, _)| order(a, b).unwrap_or(Ordering::Equal));
        if arguments
            .get(0, "reverse")
            .is_some_and(|it| self.heap.truth(it) == Some(true))
        {
            keyed.reverse();
        }
        self.list(keyed.into_iter().map(|(_, item)| item).collect())
    }

    fn map(&mut self, items: &[Value], arguments: &Arguments) -> Step<Value> {
        let attribute = arguments
            .keyword
            .iter()
            .find(|(name, _)| **name == *"attribute");
        let attribute = attribute.map(|(_, value)| value.clone());
        let filter = arguments.text(0, "").map(ToOwned::to_owned);
        let rest = rest_of(arguments, 1);
        let mut made = Vec::with_capacity(items.len());
        for item in items {
            made.push(match (&attribute, &filter) {
                (Some(Value::Text(path)), _) => {
                    let mut value = item.clone();
                    for part in path.split('.') {
                        value = self.item(&value, &Value::text(part))?;
                    }
                    value
                }
                (Some(at), _) => self.item(item, at)?,
                (None, Some(filter)) => self.filter(filter, item.clone(), &rest)?,
                (None, None) => return Err(Stop::Failed),
            });
        }
        self.list(made)
    }

    fn select(
        &mut self,
        items: &[Value],
        arguments: &Arguments,
        is_kept: bool,
        attribute: Option<&str>,
    ) -> Step<Value> {
        let test = arguments.text(0, "").map(ToOwned::to_owned);
        let rest = rest_of(arguments, 1);
        let mut kept = Vec::new();
        for item in items {
            let value = match attribute {
                Some(name) => self.item(item, &Value::text(name))?,
                None => item.clone(),
            };
            let holds = match &test {
                Some(test) => self.test(test, &value, &rest)?,
                None => self.heap.truth(&value),
            };
            match holds {
                Some(holds) if holds == is_kept => kept.push(item.clone()),
                Some(_) => {}
                None => return Ok(Value::Unknown),
            }
        }
        self.list(kept)
    }

    /// Python's `json.dumps`.
    pub fn json(&self, value: &Value, depth: u32) -> Option<String> {
        if depth > 20 {
            return None;
        }
        Some(match value {
            Value::None => "null".into(),
            Value::Bool(value) => value.to_string(),
            Value::Int(_) | Value::Float(_) => self.heap.text(value)?,
            Value::Text(text)
                if text
                    .chars()
                    .all(|it| matches!(it, ' '..='~') && it != '"' && it != '\\') =>
            {
                format!("\"{text}\"")
            }
            Value::List(id) | Value::Tuple(id) => {
                let items = self
                    .heap
                    .items(*id)?
                    .iter()
                    .map(|item| self.json(item, depth + 1));
                let items: Option<Vec<_>> = items.collect();
                format!("[{}]", items?.join(", "))
            }
            Value::Dict(id) => {
                let entries = self.heap.entries(*id)?.iter().map(|(key, value)| {
                    let Value::Text(_) = key else { return None };
                    Some(format!(
                        "{}: {}",
                        self.json(key, depth + 1)?,
                        self.json(value, depth + 1)?
                    ))
                });
                let entries: Option<Vec<_>> = entries.collect();
                format!("{{{}}}", entries?.join(", "))
            }
            _ => return None,
        })
    }
}

fn rest_of(arguments: &Arguments, from: usize) -> Arguments {
    Arguments {
        positional: arguments
            .positional
            .get(from..)
            .unwrap_or_default()
            .to_vec(),
        keyword: arguments.keyword.clone(),
        has_more: arguments.has_more,
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "Python's int() cuts off too"
)]
fn number_filter(name: &str, value: &Value, arguments: &Arguments) -> Value {
    let parsed = value.as_text().map(|text| text.trim().replace('_', ""));
    let float = number(value).or_else(|| parsed.as_deref().and_then(|it| it.parse().ok()));
    let whole = value
        .as_int()
        .or_else(|| parsed.as_deref().and_then(|it| it.parse().ok()));
    let otherwise = || arguments.get(0, "default").cloned();
    match (name, whole, float) {
        ("int", Some(whole), _) => Value::Int(whole),
        ("int", None, Some(float)) if float.abs() < 1e15 => Value::Int(float as i64),
        ("int", None, None) => otherwise().unwrap_or(Value::Int(0)),
        ("float", _, Some(float)) => Value::Float(float),
        ("float", _, None) => otherwise().unwrap_or(Value::Float(0.0)),
        ("abs", Some(whole), _) if parsed.is_none() => {
            whole.checked_abs().map_or(Value::Unknown, Value::Int)
        }
        ("abs", None, Some(float)) if parsed.is_none() => Value::Float(float.abs()),
        _ => Value::Unknown,
    }
}
