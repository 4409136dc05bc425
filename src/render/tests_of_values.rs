//! Jinja's tests: `value is name(arguments)`.

use super::call::Arguments;
use super::expand::has_hole;
use super::machine::{Machine, Step};
use super::value::{Truth, Value};
use crate::syntax::jinja::CompareOperator;

impl Machine<'_, '_> {
    /// Whether `value is name(arguments)`; `None` where that is not known.
    pub fn test(&mut self, name: &str, value: &Value, arguments: &Arguments) -> Step<Truth> {
        let other = arguments.value(0, "other");
        let comparison = match name {
            "eq" | "equalto" | "==" => Some(CompareOperator::Equal),
            "ne" | "!=" => Some(CompareOperator::NotEqual),
            "lt" | "lessthan" | "<" => Some(CompareOperator::Less),
            "le" | "<=" => Some(CompareOperator::LessOrEqual),
            "gt" | "greaterthan" | ">" => Some(CompareOperator::Greater),
            "ge" | ">=" => Some(CompareOperator::GreaterOrEqual),
            "in" => Some(CompareOperator::In),
            _ => None,
        };
        if let Some(operator) = comparison {
            return self.compare(operator, value, &other);
        }
        if let Value::Unknown = value {
            return Ok(None);
        }
        let text = value.as_text();
        let is_of_kind = matches!(
            name,
            "string" | "mapping" | "iterable" | "sequence" | "callable"
        );
        if is_of_kind && text.is_some_and(has_hole) {
            return Ok(None);
        }
        let number = value.as_int();
        Ok(match name {
            "defined" => Some(!matches!(value, Value::Undefined)),
            "undefined" => Some(matches!(value, Value::Undefined)),
            "none" => Some(matches!(value, Value::None)),
            "string" => match value {
                Value::Relation => None,
                _ => Some(text.is_some()),
            },
            "number" => Some(matches!(
                value,
                Value::Int(_) | Value::Float(_) | Value::Bool(_)
            )),
            "integer" => Some(matches!(value, Value::Int(_))),
            "float" => Some(matches!(value, Value::Float(_))),
            "boolean" => Some(matches!(value, Value::Bool(_))),
            "true" => Some(matches!(value, Value::Bool(true))),
            "false" => Some(matches!(value, Value::Bool(false))),
            "mapping" => match value {
                Value::Module(_) => None,
                _ => Some(matches!(value, Value::Dict(_) | Value::Relation)),
            },
            "iterable" | "sequence" => match value {
                Value::Text(_) | Value::List(_) | Value::Tuple(_) | Value::Dict(_) => Some(true),
                Value::Undefined => Some(true),
                Value::None | Value::Bool(_) | Value::Int(_) | Value::Float(_) => Some(false),
                _ => None,
            },
            "callable" => match value {
                Value::Macro(_) | Value::Caller(_) | Value::Function(_) => Some(true),
                Value::Global(_) | Value::Undefined => Some(true),
                Value::Module(_) | Value::Relation => None,
                _ => Some(false),
            },
            "odd" => number.map(|it| it % 2 != 0),
            "even" => number.map(|it| it % 2 == 0),
            "divisibleby" => match (number, other.as_int()) {
                (Some(value), Some(by)) => value.checked_rem(by).map(|it| it == 0),
                _ => None,
            },
            "upper" => text.map(|it| it == it.to_uppercase() && it != it.to_lowercase()),
            "lower" => text.map(|it| it == it.to_lowercase() && it != it.to_uppercase()),
            "sameas" => match (value, &other) {
                (Value::None, Value::None) => Some(true),
                (Value::Bool(a), Value::Bool(b)) => Some(a == b),
                (Value::None | Value::Bool(_), _) => Some(false),
                _ => None,
            },
            _ => None,
        })
    }
}
