//! What can stand in an expression? The tree of Jinja2's expression grammar.

use std::borrow::Cow;

use crate::text::Span;

/// The height that no tree exceeds, so that walking and dropping one need little stack.
pub(crate) const MAX_HEIGHT: u16 = 300;

/// An expression and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Expression<'a> {
    /// What it is.
    pub kind: ExpressionKind<'a>,
    /// The whole of it, parentheses around it not included.
    pub span: Span,
    height: u16,
}

/// The kinds of expressions.
#[derive(Clone, Debug, PartialEq)]
pub enum ExpressionKind<'a> {
    /// `'text'`; adjacent literals are one string.
    String(StringLiteral<'a>),
    /// `42`, as written, underscores included.
    Integer(&'a str),
    /// `1.5`, as written.
    Float(&'a str),
    /// `true` or `false`.
    Boolean(bool),
    /// `none`.
    None,
    /// A variable.
    Name(&'a str),
    /// `[a, b]`
    List(Vec<Expression<'a>>),
    /// `(a, b)` or `a, b`
    Tuple(Vec<Expression<'a>>),
    /// `{a: b}`
    Dict(Vec<(Expression<'a>, Expression<'a>)>),
    /// `object.name`
    Attribute(Box<Attribute<'a>>),
    /// `object[index]`, where the index may be a [`ExpressionKind::Slice`].
    Subscript(Box<(Expression<'a>, Expression<'a>)>),
    /// `start:stop:step` inside a subscript.
    Slice(Box<[Option<Expression<'a>>; 3]>),
    /// `callee(arguments)`
    Call(Box<Call<'a>>),
    /// `value | name(arguments)`
    Filter(Box<Filter<'a>>),
    /// `value is name(arguments)`
    Test(Box<Test<'a>>),
    /// `-a`, `+a`, `not a`
    Unary(UnaryOperator, Box<Expression<'a>>),
    /// `a + b`, `a and b`, …
    Binary(BinaryOperator, Box<(Expression<'a>, Expression<'a>)>),
    /// `a < b <= c`
    Compare(Box<Comparison<'a>>),
    /// `a ~ b ~ c`
    Concat(Vec<Expression<'a>>),
    /// `value if condition else otherwise`
    Conditional(Box<Conditional<'a>>),
    /// Something is missing here or is not an expression.
    Error,
}

/// A string as written and as Jinja reads it.
#[derive(Clone, Debug, PartialEq)]
pub struct StringLiteral<'a> {
    /// The text with escapes resolved.
    pub value: Cow<'a, str>,
    /// Where the text inside the quotes stands; none for adjacent literals.
    pub content: Option<Span>,
    /// Whether the closing quote is there.
    pub is_closed: bool,
}

/// `object.name`
#[derive(Clone, Debug, PartialEq)]
pub struct Attribute<'a> {
    /// What stands before the dot.
    pub object: Expression<'a>,
    /// The name behind the dot; empty in `object.` half-typed.
    pub name: &'a str,
    /// Where the name stands.
    pub name_span: Span,
}

/// `callee(arguments)`
#[derive(Clone, Debug, PartialEq)]
pub struct Call<'a> {
    /// What is called.
    pub callee: Expression<'a>,
    /// The arguments as written.
    pub arguments: Vec<CallArgument<'a>>,
    /// Whether the closing parenthesis is there.
    pub is_closed: bool,
}

/// One argument of a call, filter or test.
#[derive(Clone, Debug, PartialEq)]
pub struct CallArgument<'a> {
    /// How it is passed.
    pub passing: Passing<'a>,
    /// The value.
    pub value: Expression<'a>,
    /// All of it, the keyword included.
    pub span: Span,
}

/// How an argument is passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passing<'a> {
    /// `value`
    Positional,
    /// `name=value`, with the name's place.
    Keyword(&'a str, Span),
    /// `*value`
    Spread,
    /// `**value`
    KeywordSpread,
}

/// `value | name(arguments)`
#[derive(Clone, Debug, PartialEq)]
pub struct Filter<'a> {
    /// What is filtered; none in `{% filter name %}` and `{% set x | name %}`.
    pub value: Option<Expression<'a>>,
    /// The filter's name, dots included.
    pub name: &'a str,
    /// Where the name stands.
    pub name_span: Span,
    /// The arguments as written.
    pub arguments: Vec<CallArgument<'a>>,
}

/// `value is name(arguments)`
#[derive(Clone, Debug, PartialEq)]
pub struct Test<'a> {
    /// What is tested.
    pub value: Expression<'a>,
    /// The test's name, dots included.
    pub name: &'a str,
    /// Where the name stands.
    pub name_span: Span,
    /// The arguments as written.
    pub arguments: Vec<CallArgument<'a>>,
    /// Whether it is `is not`.
    pub is_negated: bool,
}

/// `first < a <= b`
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison<'a> {
    /// The leftmost operand.
    pub first: Expression<'a>,
    /// Each further operand with the operator before it.
    pub rest: Vec<(CompareOperator, Expression<'a>)>,
}

/// `value if condition else otherwise`
#[derive(Clone, Debug, PartialEq)]
pub struct Conditional<'a> {
    /// The value where the condition holds.
    pub value: Expression<'a>,
    /// The condition.
    pub condition: Expression<'a>,
    /// The value where it does not hold.
    pub otherwise: Option<Expression<'a>>,
}

/// Operators before one operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnaryOperator {
    /// `-`
    Negate,
    /// `+`
    Plus,
    /// `not`
    Not,
}

/// Operators between two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryOperator {
    /// `or`
    Or,
    /// `and`
    And,
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `//`
    FloorDivide,
    /// `%`
    Modulo,
    /// `**`
    Power,
}

/// Operators of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompareOperator {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `in`
    In,
    /// `not in`
    NotIn,
}

impl CompareOperator {
    /// Whether it asks which of two values comes first.
    #[must_use]
    pub fn orders(self) -> bool {
        matches!(
            self,
            Self::Less | Self::LessOrEqual | Self::Greater | Self::GreaterOrEqual
        )
    }
}

impl<'a> Expression<'a> {
    /// An expression of `kind`, or an error node where the tree would become too high.
    pub(crate) fn new(kind: ExpressionKind<'a>, span: Span) -> Self {
        let height = kind.height();
        if height > MAX_HEIGHT {
            return Self::error(span);
        }
        Self { kind, span, height }
    }

    /// An error node.
    pub(crate) fn error(span: Span) -> Self {
        Self {
            kind: ExpressionKind::Error,
            span,
            height: 1,
        }
    }

    /// Whether another level still fits on top.
    pub(crate) fn is_at_max_height(&self) -> bool {
        self.height >= MAX_HEIGHT
    }

    /// `a.b.c` as its names and the place of all of it; none for anything that is not a path.
    #[must_use]
    pub fn path(&self) -> Option<Vec<&'a str>> {
        let mut names = Vec::with_capacity(2);
        let mut at = self;
        loop {
            match &at.kind {
                ExpressionKind::Name(name) => {
                    names.push(*name);
                    names.reverse();
                    return Some(names);
                }
                ExpressionKind::Attribute(attribute) => {
                    names.push(attribute.name);
                    at = &attribute.object;
                }
                _ => return None,
            }
        }
    }
}

fn highest<'x, 'a: 'x>(all: impl IntoIterator<Item = &'x Expression<'a>>) -> u16 {
    all.into_iter().map(|one| one.height).max().unwrap_or(0)
}

fn highest_argument(arguments: &[CallArgument<'_>]) -> u16 {
    highest(arguments.iter().map(|argument| &argument.value))
}

impl ExpressionKind<'_> {
    fn height(&self) -> u16 {
        let below = match self {
            Self::String(_)
            | Self::Integer(_)
            | Self::Float(_)
            | Self::Boolean(_)
            | Self::None
            | Self::Name(_)
            | Self::Error => 0,
            Self::List(items) | Self::Tuple(items) | Self::Concat(items) => highest(items),
            Self::Dict(items) => highest(items.iter().flat_map(|(key, value)| [key, value])),
            Self::Attribute(attribute) => attribute.object.height,
            Self::Subscript(pair) | Self::Binary(_, pair) => pair.0.height.max(pair.1.height),
            Self::Slice(parts) => highest(parts.iter().flatten()),
            Self::Call(call) => call.callee.height.max(highest_argument(&call.arguments)),
            Self::Filter(filter) => highest(&filter.value).max(highest_argument(&filter.arguments)),
            Self::Test(test) => test.value.height.max(highest_argument(&test.arguments)),
            Self::Unary(_, operand) => operand.height,
            Self::Compare(compare) => {
                highest(compare.rest.iter().map(|(_, operand)| operand)).max(compare.first.height)
            }
            Self::Conditional(conditional) => highest(&conditional.otherwise)
                .max(conditional.value.height)
                .max(conditional.condition.height),
        };
        below + 1
    }
}
