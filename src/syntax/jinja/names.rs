//! Which names stand for one value wherever they are read?

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use super::constant::Constant;
use super::expression::{BinaryOperator, Expression, ExpressionKind, UnaryOperator};
use super::reach::Truth;
use super::statement::{Parameter, Statement};
use super::walk;

/// Texts longer than this are not put together.
const LONGEST_TEXT: usize = 4096;
/// Lists of more values than this are not copied.
const LARGEST_COPY: usize = 100;

/// The values of names at one place of a template.
#[derive(Default)]
pub(crate) struct Names<'a> {
    values: Vec<(&'a str, Constant<'a>)>,
    census: Census<'a>,
}

/// How often names are bound in a template.
#[derive(Default)]
struct Census<'a> {
    assigned: HashMap<&'a str, usize>,
    looped: HashSet<&'a str>,
    /// Names with a method called on them, which may change a list or dict.
    touched: HashSet<&'a str>,
}

impl<'a> Names<'a> {
    /// The names bound in `body`, none of which has a value yet.
    pub fn of(body: &[Statement<'a>]) -> Self {
        let mut census = Census::default();
        if body.iter().any(may_give_values) {
            census.body(body);
        }
        Self {
            values: Vec::new(),
            census,
        }
    }

    pub fn mark(&self) -> usize {
        self.values.len()
    }

    /// Forgets what was bound behind `mark`.
    pub fn reset(&mut self, mark: usize) {
        self.values.truncate(mark);
    }

    /// `{% set name = value %}` where it is certain to happen.
    pub fn set(&mut self, name: &'a str, value: Constant<'a>) {
        let is_only = self.census.assigned.get(name) == Some(&1);
        if is_only && !self.census.looped.contains(name) && self.is_kept(name, &value) {
            self.values.push((name, value.without_place()));
        }
    }

    /// The target of a loop, for one element.
    pub fn bind(&mut self, name: &'a str, value: Constant<'a>) {
        let is_known = !self.census.assigned.contains_key(name) && self.is_kept(name, &value);
        let value = if is_known {
            value.without_place()
        } else {
            Constant::Unknown
        };
        self.values.push((name, value));
    }

    fn is_kept(&self, name: &str, value: &Constant<'a>) -> bool {
        match value {
            Constant::List(_) | Constant::Dict(_) => !self.census.touched.contains(name),
            Constant::Str { .. }
            | Constant::Int(_)
            | Constant::Float(_)
            | Constant::Bool(_)
            | Constant::None
            | Constant::Undefined(_)
            | Constant::Unknown => true,
        }
    }

    /// The value of a name.
    pub fn value(&self, name: &str) -> Option<&Constant<'a>> {
        let mut values = self.values.iter().rev();
        values
            .find(|(bound, _)| *bound == name)
            .map(|(_, value)| value)
    }

    /// The value of an expression.
    pub fn fold(&self, expression: &Expression<'a>) -> Constant<'a> {
        match &expression.kind {
            ExpressionKind::String(literal) => Constant::Str {
                text: literal.value.clone(),
                content: literal.content,
            },
            ExpressionKind::Integer(text) => Constant::Int(plain_number(text)),
            ExpressionKind::Float(text) => Constant::Float(plain_number(text)),
            ExpressionKind::Boolean(value) => Constant::Bool(*value),
            ExpressionKind::None => Constant::None,
            ExpressionKind::Name(name) => match self.value(name) {
                Some(value) if value.is_within(LARGEST_COPY) => value.clone(),
                _ => Constant::Unknown,
            },
            ExpressionKind::List(items) | ExpressionKind::Tuple(items) => {
                Constant::List(items.iter().map(|item| self.fold(item)).collect())
            }
            ExpressionKind::Dict(items) => {
                let pair = |(key, value): &(Expression<'a>, Expression<'a>)| {
                    (self.fold(key), self.fold(value))
                };
                Constant::Dict(items.iter().map(pair).collect())
            }
            ExpressionKind::Concat(parts) => self.join(parts.iter()),
            ExpressionKind::Binary(BinaryOperator::Add, pair) => self.add(&pair.0, &pair.1),
            ExpressionKind::Unary(UnaryOperator::Negate, operand) => match self.fold(operand) {
                Constant::Int(text) => Constant::Int(Cow::Owned(format!("-{text}"))),
                Constant::Float(text) => Constant::Float(Cow::Owned(format!("-{text}"))),
                _ => Constant::Unknown,
            },
            ExpressionKind::Conditional(conditional) => match self.truth(&conditional.condition) {
                Truth::True => self.fold(&conditional.value),
                Truth::False => match &conditional.otherwise {
                    Some(otherwise) => self.fold(otherwise),
                    None => Constant::Unknown,
                },
                Truth::WhileParsing(_) | Truth::NotExecute(_) | Truth::Unknown => Constant::Unknown,
            },
            ExpressionKind::Attribute(_)
            | ExpressionKind::Subscript(_)
            | ExpressionKind::Slice(_)
            | ExpressionKind::Call(_)
            | ExpressionKind::Filter(_)
            | ExpressionKind::Test(_)
            | ExpressionKind::Unary(..)
            | ExpressionKind::Binary(..)
            | ExpressionKind::Compare(_)
            | ExpressionKind::Error => Constant::Unknown,
        }
    }

    fn add(&self, left: &Expression<'a>, right: &Expression<'a>) -> Constant<'a> {
        match (self.fold(left), self.fold(right)) {
            (Constant::Str { text: mut left, .. }, Constant::Str { text: right, .. })
                if left.len() + right.len() <= LONGEST_TEXT =>
            {
                left.to_mut().push_str(&right);
                Constant::Str {
                    text: left,
                    content: None,
                }
            }
            _ => Constant::Unknown,
        }
    }

    fn join<'x>(&self, parts: impl Iterator<Item = &'x Expression<'a>>) -> Constant<'a>
    where
        'a: 'x,
    {
        let mut text = String::new();
        for part in parts {
            match self.fold(part).to_text() {
                Some(part) if text.len() + part.len() <= LONGEST_TEXT => text.push_str(&part),
                _ => return Constant::Unknown,
            }
        }
        Constant::Str {
            text: Cow::Owned(text),
            content: None,
        }
    }
}

/// Whether a name may get a value in `statement` that is known: without that nothing needs to be
/// counted.
fn may_give_values(statement: &Statement<'_>) -> bool {
    if matches!(statement, Statement::Set(_) | Statement::For(_)) {
        return true;
    }
    let mut found = false;
    walk::bodies(statement, &mut |body| {
        found = found || body.iter().any(may_give_values);
    });
    found
}

fn plain_number(text: &str) -> Cow<'_, str> {
    if text.contains('_') {
        Cow::Owned(text.replace('_', ""))
    } else {
        Cow::Borrowed(text)
    }
}

impl<'a> Census<'a> {
    fn body(&mut self, body: &[Statement<'a>]) {
        for statement in body {
            self.bindings(statement);
            walk::expressions(statement, &mut |expression| self.touches(expression));
            walk::bodies(statement, &mut |body| self.body(body));
        }
    }

    fn bindings(&mut self, statement: &Statement<'a>) {
        match statement {
            Statement::Set(set) => self.assign(&set.target),
            Statement::SetBlock(set) => self.assign(&set.target),
            Statement::For(each) => {
                walk::names(&each.target, &mut |name| {
                    self.looped.insert(name);
                });
            }
            Statement::With(with) => with.bindings.iter().for_each(|(to, _)| self.assign(to)),
            Statement::Call(call) => self.parameters(&call.parameters),
            Statement::Definition(definition) => {
                self.count(definition.name);
                self.parameters(&definition.parameters);
            }
            Statement::Text(_)
            | Statement::Output(_)
            | Statement::Comment(_)
            | Statement::Raw(_)
            | Statement::If(_)
            | Statement::Do(_)
            | Statement::Filter(_)
            | Statement::Break(_)
            | Statement::Continue(_)
            | Statement::Unsupported(_)
            | Statement::Error(_) => {}
        }
    }

    fn assign(&mut self, target: &Expression<'a>) {
        walk::names(target, &mut |name| self.count(name));
    }

    fn parameters(&mut self, parameters: &[Parameter<'a>]) {
        for parameter in parameters {
            self.count(parameter.name);
        }
    }

    fn count(&mut self, name: &'a str) {
        *self.assigned.entry(name).or_default() += 1;
    }

    fn touches(&mut self, expression: &Expression<'a>) {
        if let ExpressionKind::Call(call) = &expression.kind
            && let ExpressionKind::Attribute(attribute) = &call.callee.kind
            && let ExpressionKind::Name(name) = &attribute.object.kind
        {
            self.touched.insert(name);
        }
        walk::children(expression, &mut |child| self.touches(child));
    }
}
