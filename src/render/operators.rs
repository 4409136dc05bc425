//! Python's arithmetic and comparisons.

use std::cmp::Ordering;

use super::expand::has_hole;
use super::machine::{Machine, Step, Stop};
use super::text::LONGEST;
use super::value::{Truth, Value, number};
use crate::syntax::jinja::{BinaryOperator, CompareOperator};

impl Machine<'_, '_> {
    pub fn arithmetic(
        &mut self,
        operator: BinaryOperator,
        left: &Value,
        right: &Value,
    ) -> Step<Value> {
        match (operator, left, right) {
            (_, Value::Unknown, _) | (_, _, Value::Unknown) => Ok(Value::Unknown),
            (BinaryOperator::Add, Value::Text(a), Value::Text(b)) => self.text(&format!("{a}{b}")),
            (BinaryOperator::Add, Value::List(a), Value::List(b))
            | (BinaryOperator::Add, Value::Tuple(a), Value::Tuple(b)) => {
                let (Some(a), Some(b)) = (self.heap.items(*a), self.heap.items(*b)) else {
                    return Ok(Value::Unknown);
                };
                let joined = [a, b].concat();
                self.spend(joined.len() / 8)?;
                let joined = self.list(joined)?;
                Ok(match (left, joined) {
                    (Value::Tuple(_), Value::List(id)) => Value::Tuple(id),
                    (_, joined) => joined,
                })
            }
            (BinaryOperator::Multiply, Value::Text(text), times)
            | (BinaryOperator::Multiply, times, Value::Text(text)) => match times.as_int() {
                Some(times) => {
                    let times = usize::try_from(times).unwrap_or(0);
                    if text.len().saturating_mul(times) > LONGEST {
                        return Err(Stop::Exhausted);
                    }
                    self.text(&text.repeat(times))
                }
                None => Err(Stop::Failed),
            },
            (BinaryOperator::Modulo, Value::Text(_), _) => Ok(Value::Unknown),
            _ => match (number(left), number(right)) {
                (Some(a), Some(b)) => calculate(operator, left, right, a, b),
                _ if is_data(left) && is_data(right) => Err(Stop::Failed),
                _ => Ok(Value::Unknown),
            },
        }
    }

    pub fn compare(
        &mut self,
        operator: CompareOperator,
        left: &Value,
        right: &Value,
    ) -> Step<Truth> {
        Ok(match operator {
            CompareOperator::Equal => self.heap.equal(left, right, 0),
            CompareOperator::NotEqual => self.heap.equal(left, right, 0).map(|it| !it),
            CompareOperator::In => self.contains(right, left)?,
            CompareOperator::NotIn => self.contains(right, left)?.map(|it| !it),
            CompareOperator::Less => order(left, right).map(Ordering::is_lt),
            CompareOperator::LessOrEqual => order(left, right).map(Ordering::is_le),
            CompareOperator::Greater => order(left, right).map(Ordering::is_gt),
            CompareOperator::GreaterOrEqual => order(left, right).map(Ordering::is_ge),
        })
    }

    /// `item in container`
    pub fn contains(&mut self, container: &Value, item: &Value) -> Step<Truth> {
        match (container, item) {
            (Value::Text(text), Value::Text(_)) if has_hole(text) => Ok(None),
            (Value::Text(text), Value::Text(part)) => {
                self.spend(text.len() / 64)?;
                Ok(Some(text.contains(&**part)))
            }
            (Value::List(_) | Value::Tuple(_) | Value::Dict(_) | Value::Undefined, _) => {
                let Some(items) = self.elements(container)? else {
                    return Ok(None);
                };
                self.spend(items.len() / 8)?;
                let mut is_sure = true;
                for other in &items {
                    match self.heap.equal(other, item, 0) {
                        Some(true) => return Ok(Some(true)),
                        Some(false) => {}
                        None => is_sure = false,
                    }
                }
                Ok(is_sure.then_some(false))
            }
            (Value::None | Value::Bool(_) | Value::Int(_) | Value::Float(_), _) => {
                Err(Stop::Failed)
            }
            _ => Ok(None),
        }
    }
}

/// How two values are ordered; `None` where that is not known.
pub(super) fn order(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Text(left), Value::Text(right)) => Some(left.cmp(right)),
        (Value::Int(left), Value::Int(right)) => Some(left.cmp(right)),
        _ => number(left)?.partial_cmp(&number(right)?),
    }
}

fn is_data(value: &Value) -> bool {
    matches!(
        value,
        Value::None | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Text(_)
    )
}

fn calculate(operator: BinaryOperator, left: &Value, right: &Value, a: f64, b: f64) -> Step<Value> {
    let is_division = matches!(
        operator,
        BinaryOperator::Divide | BinaryOperator::FloorDivide | BinaryOperator::Modulo
    );
    if is_division && b == 0.0 {
        return Err(Stop::Failed);
    }
    let whole = left.as_int().zip(right.as_int());
    let value = match (operator, whole) {
        (BinaryOperator::Add, Some((a, b))) => a.checked_add(b).map(Value::Int),
        (BinaryOperator::Subtract, Some((a, b))) => a.checked_sub(b).map(Value::Int),
        (BinaryOperator::Multiply, Some((a, b))) => a.checked_mul(b).map(Value::Int),
        (BinaryOperator::FloorDivide, Some((a, b))) => {
            let quotient = a.checked_div_euclid(b);
            let is_inexact = a.checked_rem(b).is_none_or(|rest| rest != 0);
            quotient
                .and_then(|it| it.checked_sub(i64::from(b < 0 && is_inexact)))
                .map(Value::Int)
        }
        (BinaryOperator::Modulo, Some((a, b))) => a
            .checked_rem(b)
            .map(|it| {
                if it != 0 && (it < 0) != (b < 0) {
                    it + b
                } else {
                    it
                }
            })
            .map(Value::Int),
        (BinaryOperator::Power, Some((a, b))) => u32::try_from(b)
            .ok()
            .and_then(|b| a.checked_pow(b))
            .map(Value::Int),
        (BinaryOperator::Add, None) => Some(Value::Float(a + b)),
        (BinaryOperator::Subtract, None) => Some(Value::Float(a - b)),
        (BinaryOperator::Multiply, None) => Some(Value::Float(a * b)),
        (BinaryOperator::Divide, _) => Some(Value::Float(a / b)),
        (BinaryOperator::FloorDivide, None) => Some(Value::Float((a / b).floor())),
        (BinaryOperator::Modulo, None) => Some(Value::Float(a - b * (a / b).floor())),
        (BinaryOperator::Power, None) => Some(Value::Float(a.powf(b))),
        (BinaryOperator::And | BinaryOperator::Or, _) => None,
    };
    Ok(value.unwrap_or(Value::Unknown))
}
