//! What is the value of an expression?

use std::rc::Rc;

use super::expand::has_hole;
use super::machine::{Expr, Machine, Step, Stop};
use super::value::Value;
use crate::syntax::jinja::{
    self, BinaryOperator, Comparison, Conditional, Expression, ExpressionKind, Filter, Test,
    UnaryOperator,
};

impl<'x, 't> Machine<'x, 't> {
    pub fn eval(&mut self, expression: Expr<'x, 't>) -> Step<Value> {
        self.deeper(|this| this.kind(expression))
    }

    fn kind(&mut self, expression: Expr<'x, 't>) -> Step<Value> {
        match &expression.kind {
            ExpressionKind::String(literal) => self.text(&literal.value),
            ExpressionKind::Integer(text) => Ok(integer(text)),
            ExpressionKind::Float(text) => Ok(text
                .replace('_', "")
                .parse()
                .map_or(Value::Unknown, Value::Float)),
            ExpressionKind::Boolean(value) => Ok(Value::Bool(*value)),
            ExpressionKind::None => Ok(Value::None),
            ExpressionKind::Name(name) => Ok(self.name(name)),
            ExpressionKind::List(items) => {
                let items = self.all(items)?;
                self.list(items)
            }
            ExpressionKind::Tuple(items) => {
                let items = self.all(items)?;
                self.grow(items.len() * 32)?;
                Ok(self.heap.tuple(items))
            }
            ExpressionKind::Dict(entries) => self.dict(entries),
            ExpressionKind::Attribute(attribute) => {
                let object = self.eval(&attribute.object)?;
                self.need(&attribute.object, &object)?;
                self.attribute(&object, attribute.name)
            }
            ExpressionKind::Subscript(pair) => self.subscript(&pair.0, &pair.1),
            ExpressionKind::Call(call) => self.call_expression(expression, call, None),
            ExpressionKind::Filter(filter) => {
                self.check_filter(filter)?;
                let value = match &filter.value {
                    Some(value) => self.eval(value)?,
                    None => Value::Unknown,
                };
                let arguments = self.arguments(&filter.arguments)?;
                self.filter(filter.name, value, &arguments)
            }
            ExpressionKind::Test(test) => self.test_expression(test),
            ExpressionKind::Unary(operator, operand) => {
                let value = self.eval(operand)?;
                if *operator != UnaryOperator::Not {
                    self.need_operand(operand, &value)?;
                }
                self.unary(*operator, &value)
            }
            ExpressionKind::Binary(operator, pair) => self.binary(*operator, &pair.0, &pair.1),
            ExpressionKind::Compare(compare) => self.comparison(compare),
            ExpressionKind::Concat(items) => self.concat(items),
            ExpressionKind::Conditional(conditional) => self.conditional(conditional),
            ExpressionKind::Slice(_) | ExpressionKind::Error => Err(Stop::Failed),
        }
    }

    fn all(&mut self, items: &'x [Expression<'t>]) -> Step<Vec<Value>> {
        items.iter().map(|item| self.eval(item)).collect()
    }

    fn dict(&mut self, entries: &'x [(Expression<'t>, Expression<'t>)]) -> Step<Value> {
        self.spend(entries.len() * entries.len() / 16)?;
        self.grow(entries.len() * 64)?;
        let mut pairs = Vec::with_capacity(entries.len());
        for (key, value) in entries {
            pairs.push((self.eval(key)?, self.eval(value)?));
        }
        let dict = self.heap.dict(Vec::new());
        if let Value::Dict(id) = dict {
            for (key, value) in pairs {
                self.heap.set(id, key, value);
            }
        }
        Ok(dict)
    }

    fn concat(&mut self, items: &'x [Expression<'t>]) -> Step<Value> {
        let values = self.all(items)?;
        let texts: Option<Vec<String>> = values.iter().map(|it| self.heap.text(it)).collect();
        match texts {
            Some(texts) => self.text(&texts.concat()),
            None => Ok(Value::Unknown),
        }
    }

    fn conditional(&mut self, it: &'x Conditional<'t>) -> Step<Value> {
        let condition = self.eval(&it.condition)?;
        match self.heap.truth(&condition) {
            Some(true) => self.eval(&it.value),
            Some(false) => match &it.otherwise {
                Some(otherwise) => self.eval(otherwise),
                None => Ok(Value::Undefined),
            },
            None => {
                self.in_doubt(|this| this.eval(&it.value).map(|_| ()))?;
                if let Some(otherwise) = &it.otherwise {
                    self.in_doubt(|this| this.eval(otherwise).map(|_| ()))?;
                }
                Ok(Value::Unknown)
            }
        }
    }

    fn binary(
        &mut self,
        operator: BinaryOperator,
        left: Expr<'x, 't>,
        right: Expr<'x, 't>,
    ) -> Step<Value> {
        let value = self.eval(left)?;
        let truth = self.heap.truth(&value);
        match (operator, truth) {
            (BinaryOperator::And, Some(false)) | (BinaryOperator::Or, Some(true)) => Ok(value),
            (BinaryOperator::And | BinaryOperator::Or, Some(_)) => self.eval(right),
            (BinaryOperator::And | BinaryOperator::Or, None) => {
                let mut other = Value::Unknown;
                self.in_doubt(|this| {
                    other = this.eval(right)?;
                    Ok(())
                })?;
                // `unknown and false` is false, whatever the unknown is.
                let decides = operator == BinaryOperator::Or;
                let is_decided = self.heap.truth(&other) == Some(decides);
                Ok(if is_decided {
                    Value::Bool(decides)
                } else {
                    Value::Unknown
                })
            }
            _ => {
                let other = self.eval(right)?;
                self.need_operand(left, &value)?;
                self.need_operand(right, &other)?;
                let span = left.span.cover(right.span);
                self.check_arithmetic(operator, (&value, &other), span)?;
                self.arithmetic(operator, &value, &other)
            }
        }
    }

    fn unary(&mut self, operator: UnaryOperator, value: &Value) -> Step<Value> {
        Ok(match (operator, value) {
            (UnaryOperator::Not, value) => Value::truth(self.heap.truth(value).map(|it| !it)),
            (_, Value::Unknown) => Value::Unknown,
            (UnaryOperator::Plus, Value::Int(_) | Value::Float(_)) => value.clone(),
            (UnaryOperator::Negate, Value::Float(value)) => Value::Float(-value),
            (_, value) => match value.as_int() {
                Some(value) if operator == UnaryOperator::Negate => {
                    value.checked_neg().map_or(Value::Unknown, Value::Int)
                }
                Some(value) => Value::Int(value),
                None => return Err(Stop::Failed),
            },
        })
    }

    /// A filter that Jinja does not have stops it when it comes there.
    pub fn check_filter(&mut self, filter: &Filter<'_>) -> Step<()> {
        match jinja::no_filter(filter) {
            Some(error) => Err(self.mistake(error.span, error.message)),
            None => Ok(()),
        }
    }

    fn comparison(&mut self, compare: &'x Comparison<'t>) -> Step<Value> {
        let mut left = (&compare.first, self.eval(&compare.first)?);
        let mut truth = Some(true);
        for (operator, operand) in &compare.rest {
            let right = (operand, self.eval(operand)?);
            if operator.orders() {
                self.need_operand(left.0, &left.1)?;
                self.need_operand(right.0, &right.1)?;
            }
            let span = left.0.span.cover(operand.span);
            self.check_comparison(*operator, (&left.1, &right.1), span)?;
            match self.compare(*operator, &left.1, &right.1)? {
                Some(true) => {}
                Some(false) => return Ok(Value::Bool(false)),
                None => truth = None,
            }
            left = right;
        }
        Ok(Value::truth(truth))
    }

    fn test_expression(&mut self, test: &'x Test<'t>) -> Step<Value> {
        if let Some(error) = jinja::no_test(test) {
            return Err(self.mistake(error.span, error.message));
        }
        let value = self.eval(&test.value)?;
        let arguments = self.arguments(&test.arguments)?;
        let is_bound = !(matches!(value, Value::Undefined) && self.is_strange(&test.value));
        if !is_bound && matches!(test.name, "defined" | "undefined" | "callable") {
            // A name that we do not know may be a macro of an adapter.
            return Ok(Value::truth(Some(
                (test.name == "undefined") != test.is_negated,
            )));
        }
        let truth = self.test(test.name, &value, &arguments)?;
        Ok(Value::truth(truth.map(|it| it != test.is_negated)))
    }

    fn is_strange(&self, expression: &Expression<'_>) -> bool {
        let path = expression.path();
        path.is_some_and(|path| {
            path.first()
                .is_some_and(|name| self.look_up(name).is_none())
        })
    }

    fn subscript(&mut self, object: Expr<'x, 't>, index: Expr<'x, 't>) -> Step<Value> {
        let of = object;
        let object = self.eval(of)?;
        self.need(of, &object)?;
        if let ExpressionKind::Slice(parts) = &index.kind {
            let mut bounds = [None, None, None];
            for (bound, part) in bounds.iter_mut().zip(parts.iter()) {
                if let Some(part) = part {
                    *bound = Some(self.eval(part)?);
                }
            }
            return self.slice(&object, &bounds);
        }
        let index = self.eval(index)?;
        self.item(&object, &index)
    }

    /// `object[index]`
    pub fn item(&mut self, object: &Value, index: &Value) -> Step<Value> {
        self.spend(1)?;
        match (object, index) {
            (Value::Undefined, _) => Ok(Value::Undefined),
            (Value::Dict(id) | Value::Namespace(id), _) => {
                let entries = self.heap.entries(*id).map_or(0, <[_]>::len);
                self.spend(entries / 16)?;
                Ok(self.heap.get(*id, index).unwrap_or(Value::Undefined))
            }
            (Value::List(id) | Value::Tuple(id), Value::Int(at)) => {
                let Some(items) = self.heap.items(*id) else {
                    return Ok(Value::Unknown);
                };
                let at = place(*at, items.len()).and_then(|at| items.get(at));
                Ok(at.cloned().unwrap_or(Value::Undefined))
            }
            (Value::Text(text), Value::Int(_)) if has_hole(text) => Ok(Value::Unknown),
            (Value::Text(text), Value::Int(at)) => {
                self.spend(text.len() / 8)?;
                let at = place(*at, text.chars().count());
                let letter = at.and_then(|at| text.chars().nth(at));
                Ok(letter.map_or(Value::Undefined, |it| Value::text(&it.to_string())))
            }
            (Value::None, _) => Ok(Value::Undefined),
            (object, Value::Text(name)) => {
                let name = Rc::clone(name);
                self.attribute(object, &name)
            }
            _ => Ok(Value::Unknown),
        }
    }

    fn slice(&mut self, object: &Value, bounds: &[Option<Value>; 3]) -> Step<Value> {
        let [start, stop, stride] = bounds;
        let bound = |bound: &Option<Value>| match bound {
            None | Some(Value::None) => Some(None),
            Some(value) => value.as_int().map(Some),
        };
        let (Some(start), Some(stop), Some(stride)) = (bound(start), bound(stop), bound(stride))
        else {
            return Ok(Value::Unknown);
        };
        let text = matches!(object, Value::Text(_));
        if matches!(object, Value::Dict(_) | Value::Undefined) {
            return Ok(Value::Undefined);
        }
        let Some(items) = self.elements(object)? else {
            return Ok(Value::Unknown);
        };
        let stride = stride.unwrap_or(1);
        let length = i64::try_from(items.len()).unwrap_or(i64::MAX);
        let clamp = |at: i64| {
            (if at < 0 {
                at.saturating_add(length)
            } else {
                at
            })
            .clamp(0, length)
        };
        let kept: Vec<Value> = match stride {
            1.. => {
                let (start, stop) = (clamp(start.unwrap_or(0)), clamp(stop.unwrap_or(length)));
                let (start, stop) = (usize::try_from(start), usize::try_from(stop));
                let range = items
                    .get(start.unwrap_or(0)..stop.unwrap_or(0))
                    .unwrap_or_default();
                range
                    .iter()
                    .step_by(usize::try_from(stride).unwrap_or(1))
                    .cloned()
                    .collect()
            }
            -1 if start.is_none() && stop.is_none() => items.into_iter().rev().collect(),
            _ => return Ok(Value::Unknown),
        };
        if text {
            let text: String = kept.iter().filter_map(Value::as_text).collect();
            return self.text(&text);
        }
        self.list(kept)
    }
}

/// A Python index as a place in something of this length.
pub(super) fn place(at: i64, length: usize) -> Option<usize> {
    let length = i64::try_from(length).ok()?;
    let at = if at < 0 { at.checked_add(length)? } else { at };
    usize::try_from(at).ok()
}

fn integer(text: &str) -> Value {
    let text = text.replace('_', "").to_ascii_lowercase();
    let radix = |prefix: &str, radix| {
        let digits = text.strip_prefix(prefix)?;
        i64::from_str_radix(digits, radix).ok()
    };
    let value = radix("0x", 16)
        .or_else(|| radix("0o", 8))
        .or_else(|| radix("0b", 2))
        .or_else(|| text.parse().ok());
    value.map_or(Value::Unknown, Value::Int)
}
