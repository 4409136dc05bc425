//! What values do templates work with? Python's, and one for what only dbt can tell.

use std::rc::Rc;

use super::expand::{has_gap, has_hole};
use super::names::unmarked;
use crate::dbt;

/// The number of a list or dict in the [`Heap`].
pub(super) type Id = usize;

/// A value. Lists and dicts are shared, as Python shares them.
#[derive(Clone, Debug)]
pub(super) enum Value {
    /// Only dbt can tell.
    Unknown,
    /// Jinja's undefined.
    Undefined,
    None,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(Rc<str>),
    List(Id),
    Tuple(Id),
    Dict(Id),
    /// Jinja's `namespace()`.
    Namespace(Id),
    /// A table or view: dbt's Relation.
    Relation,
    /// The `loop` of a `for`.
    Loop(Rc<Loop>),
    /// A macro, by its number in the library.
    Macro(usize),
    /// `caller`, by its number.
    Caller(usize),
    /// A function of dbt or Jinja.
    Function(&'static str),
    /// One of dbt's own macros.
    Global(Rc<str>),
    /// Something with attributes, of dbt or Python.
    Module(&'static str),
    /// The macros of a package, by its number in the library.
    Package(usize),
}

/// Where a loop stands.
#[derive(Debug)]
pub(super) struct Loop {
    pub index: usize,
    pub items: Rc<[Value]>,
}

/// What a list or dict holds.
#[derive(Clone, Debug)]
pub(super) enum Object {
    List(Vec<Value>),
    Dict(Vec<(Value, Value)>),
    /// Something may have changed it.
    Lost,
}

/// The lists and dicts of one render. They are dropped together, so that no nesting of them is
/// deep for the stack and no circle keeps them alive.
#[derive(Default)]
pub(super) struct Heap {
    objects: Vec<Object>,
    /// Whether marks in texts say nothing.
    pub ignores_marks: bool,
}

/// A value as Python takes it for a condition.
pub(super) type Truth = Option<bool>;

impl Heap {
    pub fn len(&self) -> usize {
        self.objects.len()
    }

    fn add(&mut self, object: Object) -> Id {
        self.objects.push(object);
        self.objects.len() - 1
    }

    pub fn list(&mut self, items: Vec<Value>) -> Value {
        Value::List(self.add(Object::List(items)))
    }

    pub fn tuple(&mut self, items: Vec<Value>) -> Value {
        Value::Tuple(self.add(Object::List(items)))
    }

    pub fn dict(&mut self, entries: Vec<(Value, Value)>) -> Value {
        Value::Dict(self.add(Object::Dict(entries)))
    }

    pub fn lose(&mut self, id: Id) {
        if let Some(object) = self.objects.get_mut(id) {
            *object = Object::Lost;
        }
    }

    /// The elements of a list or tuple.
    pub fn items(&self, id: Id) -> Option<&[Value]> {
        match self.objects.get(id)? {
            Object::List(items) => Some(items),
            Object::Dict(_) | Object::Lost => None,
        }
    }

    pub fn items_mut(&mut self, id: Id) -> Option<&mut Vec<Value>> {
        match self.objects.get_mut(id)? {
            Object::List(items) => Some(items),
            Object::Dict(_) | Object::Lost => None,
        }
    }

    /// The entries of a dict or namespace.
    pub fn entries(&self, id: Id) -> Option<&[(Value, Value)]> {
        match self.objects.get(id)? {
            Object::Dict(entries) => Some(entries),
            Object::List(_) | Object::Lost => None,
        }
    }

    pub fn entries_mut(&mut self, id: Id) -> Option<&mut Vec<(Value, Value)>> {
        match self.objects.get_mut(id)? {
            Object::Dict(entries) => Some(entries),
            Object::List(_) | Object::Lost => None,
        }
    }

    /// The value of a key of a dict; `Unknown` where that cannot be told.
    pub fn get(&self, id: Id, key: &Value) -> Option<Value> {
        let Some(entries) = self.entries(id) else {
            return Some(Value::Unknown);
        };
        let mut is_unsure = matches!(key, Value::Unknown);
        for (name, value) in entries {
            match self.equal(name, key, 0) {
                Some(true) => return Some(value.clone()),
                Some(false) => {}
                None => is_unsure = true,
            }
        }
        is_unsure.then_some(Value::Unknown)
    }

    /// Sets a key of a dict.
    pub fn set(&mut self, id: Id, key: Value, value: Value) {
        let at = match self.entries(id) {
            None => return,
            Some(entries) => entries
                .iter()
                .position(|(name, _)| self.equal(name, &key, 0) == Some(true)),
        };
        if matches!(key, Value::Unknown) {
            self.lose(id);
            return;
        }
        if let Some(entries) = self.entries_mut(id) {
            match at.and_then(|at| entries.get_mut(at)) {
                Some(entry) => entry.1 = value,
                None => entries.push((key, value)),
            }
        }
    }

    /// Python's truth of a value.
    pub fn truth(&self, value: &Value) -> Truth {
        Some(match value {
            Value::Unknown => return None,
            Value::Undefined | Value::None => false,
            Value::Bool(value) => *value,
            Value::Int(value) => *value != 0,
            Value::Float(value) => *value != 0.0,
            Value::Text(text) if has_gap(text) => return None,
            Value::Text(text) => !text.is_empty(),
            Value::List(id) | Value::Tuple(id) => !self.items(*id)?.is_empty(),
            Value::Dict(id) => !self.entries(*id)?.is_empty(),
            Value::Namespace(_)
            | Value::Relation
            | Value::Loop(_)
            | Value::Macro(_)
            | Value::Caller(_)
            | Value::Function(_)
            | Value::Global(_)
            | Value::Module(_)
            | Value::Package(_) => true,
        })
    }

    /// Python's `==`.
    pub fn equal(&self, left: &Value, right: &Value, depth: u32) -> Truth {
        if depth > 20 {
            return None;
        }
        let all = |left: &[Value], right: &[Value]| {
            let mut is_sure = left.len() == right.len();
            for (left, right) in left.iter().zip(right) {
                match self.equal(left, right, depth + 1) {
                    Some(true) => {}
                    Some(false) => return Some(false),
                    None => is_sure = false,
                }
            }
            match (is_sure, left.len() == right.len()) {
                (_, false) => Some(false),
                (true, true) => Some(true),
                (false, true) => None,
            }
        };
        match (left, right) {
            (Value::Unknown | Value::Relation, _) | (_, Value::Unknown | Value::Relation) => None,
            (Value::Undefined, Value::Undefined) | (Value::None, Value::None) => Some(true),
            (Value::Text(left), Value::Text(right)) if has_hole(left) || has_hole(right) => {
                (left == right && !has_gap(left)).then_some(true)
            }
            (Value::Text(left), Value::Text(right)) if self.ignores_marks => {
                Some(unmarked(left) == unmarked(right))
            }
            (Value::Text(left), Value::Text(right)) => Some(left == right),
            (Value::List(a), Value::List(b)) | (Value::Tuple(a), Value::Tuple(b)) => {
                all(self.items(*a)?, self.items(*b)?)
            }
            (Value::Dict(a), Value::Dict(b)) if a == b => Some(true),
            (Value::Dict(_), Value::Dict(_)) => None,
            _ => match (number(left), number(right)) {
                (Some(left), Some(right)) =>
                {
                    #[expect(clippy::float_cmp, reason = "Python compares them so")]
                    Some(left == right)
                }
                _ if is_plain(left) && is_plain(right) => Some(false),
                _ => None,
            },
        }
    }

    /// A value of a YAML file or of `--vars`.
    pub fn of_yaml(&mut self, value: &dbt::Value, depth: u32) -> Value {
        if depth > 50 {
            return Value::Unknown;
        }
        match value {
            dbt::Value::Null => Value::None,
            dbt::Value::Bool(value) => Value::Bool(*value),
            dbt::Value::Int(value) => Value::Int(*value),
            dbt::Value::Float(text) => text.parse().map_or(Value::Unknown, Value::Float),
            dbt::Value::Text(text) => Value::text(text),
            dbt::Value::List(items) => {
                let items = items
                    .iter()
                    .map(|item| self.of_yaml(item, depth + 1))
                    .collect();
                self.list(items)
            }
            dbt::Value::Map(entries) => {
                let entries = entries
                    .iter()
                    .map(|(key, value)| (Value::text(key), self.of_yaml(value, depth + 1)))
                    .collect();
                self.dict(entries)
            }
            dbt::Value::Jinja(_) | dbt::Value::Unknown => Value::Unknown,
        }
    }
}

/// Values that are equal to nothing of another kind.
fn is_plain(value: &Value) -> bool {
    matches!(
        value,
        Value::Undefined
            | Value::None
            | Value::Bool(_)
            | Value::Int(_)
            | Value::Float(_)
            | Value::Text(_)
            | Value::List(_)
            | Value::Tuple(_)
            | Value::Dict(_)
    )
}

/// A number or bool as Python counts with it.
#[expect(clippy::cast_precision_loss, reason = "Python compares them so")]
pub(super) fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Bool(value) => Some(f64::from(u8::from(*value))),
        Value::Int(value) => Some(*value as f64),
        Value::Float(value) => Some(*value),
        _ => None,
    }
}

impl Value {
    pub fn text(text: &str) -> Self {
        Self::Text(text.into())
    }

    pub fn truth(truth: Truth) -> Self {
        truth.map_or(Self::Unknown, Self::Bool)
    }

    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    pub fn as_int(&self) -> Option<i64> {
        match self {
            Self::Int(value) => Some(*value),
            Self::Bool(value) => Some(i64::from(*value)),
            _ => None,
        }
    }
}
