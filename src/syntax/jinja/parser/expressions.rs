//! Expressions, by Jinja2's grammar and precedence.

use std::borrow::Cow;

use super::tokens::Tokens;
use crate::syntax::jinja::expression::{
    Attribute, BinaryOperator, Call, CallArgument, CompareOperator, Comparison, Conditional,
    Expression, ExpressionKind, Filter, Passing, StringLiteral, Test, UnaryOperator,
};
use crate::syntax::jinja::lexer::{Token, TokenKind};
use crate::text::Span;

/// How deep expressions may nest.
const MAX_DEPTH: u16 = 100;

/// How tightly operators bind.
const NOT: u8 = 3;
const COMPARE: u8 = 4;
const CONCAT: u8 = 6;
const TIGHTEST: u8 = 8;

enum Infix {
    Binary(BinaryOperator),
    Compare,
    Concat,
}

impl<'a> Tokens<'a, '_> {
    /// An expression, inline `if` included.
    pub fn expression(&mut self) -> Expression<'a> {
        let value = self.nested(|tokens| {
            let value = tokens.binary(1);
            tokens.conditional(value)
        });
        value.unwrap_or_else(|| self.missing())
    }

    /// An expression without inline `if`, as after `for … in`.
    pub fn plain_expression(&mut self) -> Expression<'a> {
        self.binary(1)
    }

    /// `a, b` without parentheses, or one expression.
    pub fn expressions(&mut self) -> Expression<'a> {
        let first = self.expression();
        self.tuple_from(first, Self::expression)
    }

    /// `a, b` without parentheses and without inline `if`.
    pub fn plain_expressions(&mut self) -> Expression<'a> {
        let first = self.plain_expression();
        self.tuple_from(first, Self::plain_expression)
    }

    /// What is assigned to: one target or several, without operators, so that the `in` of a loop
    /// stays where it is.
    pub fn targets(&mut self) -> Expression<'a> {
        let first = self.target_name();
        self.tuple_from(first, Self::target_name)
    }

    /// One target.
    pub fn target_name(&mut self) -> Expression<'a> {
        let value = self.primary();
        self.postfix(value)
    }

    fn tuple_from(
        &mut self,
        first: Expression<'a>,
        mut item: impl FnMut(&mut Self) -> Expression<'a>,
    ) -> Expression<'a> {
        if self.kind() != Some(TokenKind::Comma) {
            return first;
        }
        let start = first.span;
        let mut items = vec![first];
        while self.take(TokenKind::Comma).is_some() {
            if self.is_at_tuple_end() {
                break;
            }
            items.push(item(self));
        }
        let span = start.cover(Span::empty(self.previous_end()));
        self.node(ExpressionKind::Tuple(items), span)
    }

    fn is_at_tuple_end(&self) -> bool {
        match self.kind() {
            None | Some(TokenKind::RightParenthesis | TokenKind::Assign) => true,
            Some(_) => matches!(self.word(), "in" | "recursive" | "if"),
        }
    }

    /// Runs `inner` one level deeper; nothing where that is too deep.
    fn nested<T>(&mut self, inner: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.depth >= MAX_DEPTH {
            let here = self.here();
            self.report(Span::empty(here), "this expression nests too deeply");
            self.drop_rest();
            return None;
        }
        self.depth += 1;
        let result = inner(self);
        self.depth -= 1;
        Some(result)
    }

    fn node(&mut self, kind: ExpressionKind<'a>, span: Span) -> Expression<'a> {
        let expression = Expression::new(kind, span);
        if expression.is_at_max_height() {
            self.report(
                Span::empty(span.start as usize),
                "this expression is too long",
            );
            self.drop_rest();
        }
        expression
    }

    /// An error node for something that is not there.
    fn missing(&mut self) -> Expression<'a> {
        Expression::error(Span::empty(self.previous_end()))
    }

    fn conditional(&mut self, first: Expression<'a>) -> Expression<'a> {
        let mut value = first;
        while self.take_word("if") {
            let condition = self.binary(1);
            let otherwise = if self.take_word("else") {
                Some(self.expression())
            } else {
                None
            };
            let span = value.span.cover(Span::empty(self.previous_end()));
            let conditional = Conditional {
                value,
                condition,
                otherwise,
            };
            value = self.node(ExpressionKind::Conditional(Box::new(conditional)), span);
        }
        value
    }

    fn infix(&self) -> Option<(Infix, u8)> {
        use BinaryOperator as Operator;
        let (operator, strength) = match self.kind()? {
            TokenKind::Name => match self.word() {
                "or" => (Operator::Or, 1),
                "and" => (Operator::And, 2),
                "in" => return Some((Infix::Compare, COMPARE)),
                "not" if self.word_after() == "in" => return Some((Infix::Compare, COMPARE)),
                _ => return None,
            },
            TokenKind::Equal
            | TokenKind::NotEqual
            | TokenKind::Less
            | TokenKind::LessOrEqual
            | TokenKind::Greater
            | TokenKind::GreaterOrEqual => return Some((Infix::Compare, COMPARE)),
            TokenKind::Plus => (Operator::Add, 5),
            TokenKind::Minus => (Operator::Subtract, 5),
            TokenKind::Tilde => return Some((Infix::Concat, CONCAT)),
            TokenKind::Star => (Operator::Multiply, 7),
            TokenKind::Slash => (Operator::Divide, 7),
            TokenKind::DoubleSlash => (Operator::FloorDivide, 7),
            TokenKind::Percent => (Operator::Modulo, 7),
            TokenKind::DoubleStar => (Operator::Power, TIGHTEST),
            _ => return None,
        };
        Some((Infix::Binary(operator), strength))
    }

    fn binary(&mut self, weakest: u8) -> Expression<'a> {
        let mut left = self.prefix(weakest);
        while let Some((infix, strength)) = self.infix() {
            if strength < weakest {
                break;
            }
            left = match infix {
                Infix::Binary(operator) => {
                    self.next();
                    let right = self.binary(strength + 1);
                    let span = left.span.cover(right.span);
                    self.node(
                        ExpressionKind::Binary(operator, Box::new((left, right))),
                        span,
                    )
                }
                Infix::Compare => self.comparison(left),
                Infix::Concat => self.concat(left),
            };
        }
        left
    }

    fn comparison(&mut self, first: Expression<'a>) -> Expression<'a> {
        let mut span = first.span;
        let mut rest = Vec::new();
        while let Some(operator) = self.compare_operator() {
            let operand = self.binary(COMPARE + 1);
            span = span.cover(operand.span);
            rest.push((operator, operand));
        }
        self.node(
            ExpressionKind::Compare(Box::new(Comparison { first, rest })),
            span,
        )
    }

    fn compare_operator(&mut self) -> Option<CompareOperator> {
        use CompareOperator as Operator;
        let operator = match self.kind()? {
            TokenKind::Equal => Operator::Equal,
            TokenKind::NotEqual => Operator::NotEqual,
            TokenKind::Less => Operator::Less,
            TokenKind::LessOrEqual => Operator::LessOrEqual,
            TokenKind::Greater => Operator::Greater,
            TokenKind::GreaterOrEqual => Operator::GreaterOrEqual,
            TokenKind::Name if self.word() == "in" => Operator::In,
            TokenKind::Name if self.word() == "not" && self.word_after() == "in" => {
                self.next();
                Operator::NotIn
            }
            _ => return None,
        };
        self.next();
        Some(operator)
    }

    fn concat(&mut self, first: Expression<'a>) -> Expression<'a> {
        let mut span = first.span;
        let mut parts = vec![first];
        while self.take(TokenKind::Tilde).is_some() {
            let part = self.binary(CONCAT + 1);
            span = span.cover(part.span);
            parts.push(part);
        }
        self.node(ExpressionKind::Concat(parts), span)
    }

    fn prefix(&mut self, weakest: u8) -> Expression<'a> {
        if self.word() != "not" {
            return self.unary(true);
        }
        if weakest > NOT {
            self.expected("a value");
        }
        let start = self.here();
        self.next();
        let operand = self.nested(|tokens| tokens.binary(NOT));
        let operand = operand.unwrap_or_else(|| self.missing());
        let span = Span::new(start, operand.span.end as usize);
        self.node(
            ExpressionKind::Unary(UnaryOperator::Not, Box::new(operand)),
            span,
        )
    }

    fn unary(&mut self, takes_filters: bool) -> Expression<'a> {
        let operator = match self.kind() {
            Some(TokenKind::Minus) => UnaryOperator::Negate,
            Some(TokenKind::Plus) => UnaryOperator::Plus,
            _ => {
                let value = self.primary();
                let value = self.postfix(value);
                return if takes_filters {
                    self.filters(value)
                } else {
                    value
                };
            }
        };
        let start = self.here();
        self.next();
        let operand = self.nested(|tokens| tokens.unary(false));
        let operand = operand.unwrap_or_else(|| self.missing());
        let span = Span::new(start, operand.span.end as usize);
        let value = self.node(ExpressionKind::Unary(operator, Box::new(operand)), span);
        let value = self.postfix(value);
        if takes_filters {
            self.filters(value)
        } else {
            value
        }
    }

    fn primary(&mut self) -> Expression<'a> {
        let Some(kind) = self.kind() else {
            self.expected("a value");
            return self.missing();
        };
        match kind {
            TokenKind::Name => self.name(),
            TokenKind::String { .. } => self.string(),
            TokenKind::Integer => self.leaf(ExpressionKind::Integer),
            TokenKind::Float => self.leaf(ExpressionKind::Float),
            TokenKind::Opaque => self.leaf(|_| ExpressionKind::Error),
            TokenKind::LeftParenthesis => self.parenthesized(),
            TokenKind::LeftBracket => self.list(),
            TokenKind::LeftBrace => self.dict(),
            _ => {
                self.expected("a value");
                self.missing()
            }
        }
    }

    fn leaf(&mut self, kind: impl FnOnce(&'a str) -> ExpressionKind<'a>) -> Expression<'a> {
        match self.next() {
            Some(token) => Expression::new(kind(token.text(self.text)), self.span_of(token)),
            None => self.missing(),
        }
    }

    fn name(&mut self) -> Expression<'a> {
        match self.word() {
            "and" | "or" | "else" | "if" | "in" | "is" => {
                self.expected("a value");
                self.missing()
            }
            _ => self.leaf(|word| match word {
                "true" | "True" => ExpressionKind::Boolean(true),
                "false" | "False" => ExpressionKind::Boolean(false),
                "none" | "None" => ExpressionKind::None,
                _ => ExpressionKind::Name(word),
            }),
        }
    }

    fn string(&mut self) -> Expression<'a> {
        let mut whole: Option<(StringLiteral<'a>, Span)> = None;
        while let Some(TokenKind::String { opening, closing }) = self.kind() {
            let Some(token) = self.next() else { break };
            let span = self.span_of(token);
            let is_closed = closing > 0;
            if !is_closed {
                let quote = Span::new(
                    span.start as usize,
                    span.start as usize + usize::from(opening),
                );
                self.report(quote, "this string has no closing quote");
            }
            whole = Some(match whole {
                None => (self.literal(token, is_closed), span),
                Some((before, start)) => {
                    let mut value = before.value.into_owned();
                    value.push_str(&token.string(self.text));
                    let literal = StringLiteral {
                        value: Cow::Owned(value),
                        content: None,
                        is_closed,
                    };
                    (literal, start.cover(span))
                }
            });
        }
        match whole {
            Some((literal, span)) => Expression::new(ExpressionKind::String(literal), span),
            None => self.missing(),
        }
    }

    fn literal(&self, token: Token, is_closed: bool) -> StringLiteral<'a> {
        StringLiteral {
            value: token.string(self.text),
            content: Some(self.content_of(token)),
            is_closed,
        }
    }

    /// Items up to `end`, which is taken; says whether it was there.
    fn items<T>(
        &mut self,
        end: TokenKind,
        closer: &str,
        mut item: impl FnMut(&mut Self) -> T,
    ) -> (Vec<T>, bool) {
        let mut items = Vec::new();
        loop {
            if self.take(end).is_some() {
                return (items, true);
            }
            if self.kind().is_none() {
                self.expected(closer);
                return (items, false);
            }
            let before = self.here();
            items.push(item(self));
            if self.take(TokenKind::Comma).is_some() || self.kind() == Some(end) {
                continue;
            }
            self.expected(&format!("`,` or {closer}"));
            if !self.skip_to_item_end(end) || (self.kind().is_some() && self.here() == before) {
                return (items, false);
            }
        }
    }

    /// After a mistake in a list: goes on behind the next comma or at the end. False where the end
    /// of something around the list comes first.
    fn skip_to_item_end(&mut self, end: TokenKind) -> bool {
        let mut depth = 0_usize;
        while let Some(kind) = self.kind() {
            match kind {
                TokenKind::Comma if depth == 0 => {
                    self.next();
                    return true;
                }
                kind if kind == end && depth == 0 => return true,
                TokenKind::LeftParenthesis | TokenKind::LeftBracket | TokenKind::LeftBrace => {
                    depth += 1;
                }
                TokenKind::RightParenthesis | TokenKind::RightBracket | TokenKind::RightBrace => {
                    if depth == 0 {
                        return false;
                    }
                    depth -= 1;
                }
                _ => {}
            }
            self.next();
        }
        true
    }

    fn parenthesized(&mut self) -> Expression<'a> {
        let start = self.here();
        self.next();
        let mut commas = 0_usize;
        let (mut items, _) = self.items(TokenKind::RightParenthesis, "`)`", |tokens| {
            let item = tokens.expression();
            commas += usize::from(tokens.kind() == Some(TokenKind::Comma));
            item
        });
        if commas == 0 && items.len() == 1 {
            return items.pop().unwrap_or_else(|| self.missing());
        }
        let span = Span::new(start, self.previous_end());
        self.node(ExpressionKind::Tuple(items), span)
    }

    fn list(&mut self) -> Expression<'a> {
        let start = self.here();
        self.next();
        let (items, _) = self.items(TokenKind::RightBracket, "`]`", Self::expression);
        let span = Span::new(start, self.previous_end());
        self.node(ExpressionKind::List(items), span)
    }

    fn dict(&mut self) -> Expression<'a> {
        let start = self.here();
        self.next();
        let (items, _) = self.items(TokenKind::RightBrace, "`}`", |tokens| {
            let key = tokens.expression();
            if tokens.take(TokenKind::Colon).is_none() {
                tokens.expected("`:`");
                return (key, tokens.missing());
            }
            (key, tokens.expression())
        });
        let span = Span::new(start, self.previous_end());
        self.node(ExpressionKind::Dict(items), span)
    }

    fn postfix(&mut self, first: Expression<'a>) -> Expression<'a> {
        let mut value = first;
        loop {
            value = match self.kind() {
                Some(TokenKind::Dot) => self.attribute(value),
                Some(TokenKind::LeftBracket) => self.subscript(value),
                Some(TokenKind::LeftParenthesis) => self.call(value),
                _ => return value,
            };
        }
    }

    fn filters(&mut self, first: Expression<'a>) -> Expression<'a> {
        let mut value = first;
        loop {
            value = match self.kind() {
                Some(TokenKind::Pipe) => {
                    let filter = self.filter(Some(value));
                    let start = filter.value.as_ref().map(|value| value.span);
                    let end = Span::empty(self.previous_end());
                    let span = start.unwrap_or(end).cover(end);
                    self.node(ExpressionKind::Filter(Box::new(filter)), span)
                }
                Some(TokenKind::LeftParenthesis) => self.call(value),
                Some(TokenKind::Name) if self.word() == "is" => self.test(value),
                _ => return value,
            };
        }
    }

    fn attribute(&mut self, object: Expression<'a>) -> Expression<'a> {
        self.next();
        let object_span = object.span;
        if self.kind() == Some(TokenKind::Integer) {
            let index = self.leaf(ExpressionKind::Integer);
            let span = object_span.cover(index.span);
            return self.node(ExpressionKind::Subscript(Box::new((object, index))), span);
        }
        let (name, name_span) = self.take_name("a name");
        let span = object_span.cover(name_span);
        let attribute = Attribute {
            object,
            name,
            name_span,
        };
        self.node(ExpressionKind::Attribute(Box::new(attribute)), span)
    }

    fn subscript(&mut self, object: Expression<'a>) -> Expression<'a> {
        let bracket = self.here();
        self.next();
        let (mut items, _) = self.items(TokenKind::RightBracket, "`]`", Self::slice_or_index);
        let span = object.span.cover(Span::empty(self.previous_end()));
        let index = match (items.pop(), items.is_empty()) {
            (Some(only), true) => only,
            (None, _) => {
                self.report(Span::new(bracket, bracket + 1), "expected a subscript");
                self.missing()
            }
            (Some(last), false) => {
                items.push(last);
                self.node(
                    ExpressionKind::Tuple(items),
                    Span::new(bracket, self.previous_end()),
                )
            }
        };
        self.node(ExpressionKind::Subscript(Box::new((object, index))), span)
    }

    fn slice_or_index(&mut self) -> Expression<'a> {
        let start = self.here();
        let mut parts = [None, None, None];
        let mut colons = 0_usize;
        loop {
            match self.kind() {
                Some(TokenKind::Colon) if colons < 2 => {
                    colons += 1;
                    self.next();
                }
                None | Some(TokenKind::RightBracket | TokenKind::Comma) if colons > 0 => break,
                _ => {
                    let value = self.expression();
                    if colons == 0 && self.kind() != Some(TokenKind::Colon) {
                        return value;
                    }
                    if let Some(part) = parts.get_mut(colons) {
                        *part = Some(value);
                    }
                    if self.kind() != Some(TokenKind::Colon) || colons == 2 {
                        break;
                    }
                }
            }
        }
        let span = Span::new(start, self.previous_end());
        self.node(ExpressionKind::Slice(Box::new(parts)), span)
    }

    fn call(&mut self, callee: Expression<'a>) -> Expression<'a> {
        let start = callee.span;
        let (arguments, is_closed) = self.arguments();
        let end = if is_closed {
            self.previous_end()
        } else {
            self.here()
        };
        let call = Call {
            callee,
            arguments,
            is_closed,
        };
        let span = start.cover(Span::empty(end));
        self.node(ExpressionKind::Call(Box::new(call)), span)
    }

    /// `(a, b=c)`, parentheses included.
    pub fn arguments(&mut self) -> (Vec<CallArgument<'a>>, bool) {
        self.next();
        self.items(TokenKind::RightParenthesis, "`)`", Self::argument)
    }

    /// One argument of a call.
    pub fn argument(&mut self) -> CallArgument<'a> {
        let start = self.here();
        let passing = match self.kind() {
            Some(TokenKind::Star) => {
                self.next();
                Passing::Spread
            }
            Some(TokenKind::DoubleStar) => {
                self.next();
                Passing::KeywordSpread
            }
            Some(TokenKind::Name) if self.kind_after() == Some(TokenKind::Assign) => {
                let (name, span) = self.take_name("a name");
                self.next();
                Passing::Keyword(name, span)
            }
            _ => Passing::Positional,
        };
        let value = self.expression();
        CallArgument {
            passing,
            value,
            span: Span::new(start, self.previous_end()),
        }
    }

    fn dotted_name(&mut self, what: &str) -> (&'a str, Span) {
        let (mut name, mut span) = self.take_name(what);
        while self.kind() == Some(TokenKind::Dot) && self.kind_after() == Some(TokenKind::Name) {
            self.next();
            let (_, part) = self.take_name(what);
            span = span.cover(part);
            name = self.slice(span.start as usize, span.end as usize);
        }
        (name, span)
    }

    /// `| name(arguments)`, or without the bar where there is no value before it.
    pub fn filter(&mut self, value: Option<Expression<'a>>) -> Filter<'a> {
        self.take(TokenKind::Pipe);
        let (name, name_span) = self.dotted_name("a filter");
        let arguments = if self.kind() == Some(TokenKind::LeftParenthesis) {
            self.arguments().0
        } else {
            Vec::new()
        };
        Filter {
            value,
            name,
            name_span,
            arguments,
        }
    }

    fn test(&mut self, value: Expression<'a>) -> Expression<'a> {
        self.next();
        let is_negated = self.take_word("not");
        let (name, name_span) = self.dotted_name("a test");
        let arguments = match self.kind() {
            Some(TokenKind::LeftParenthesis) => self.arguments().0,
            Some(
                TokenKind::String { .. }
                | TokenKind::Integer
                | TokenKind::Float
                | TokenKind::LeftBracket
                | TokenKind::LeftBrace,
            ) => vec![self.bare_argument()],
            Some(TokenKind::Name)
                if !matches!(
                    self.word(),
                    "else" | "or" | "and" | "if" | "in" | "is" | "not" | "recursive"
                ) =>
            {
                vec![self.bare_argument()]
            }
            _ => Vec::new(),
        };
        let span = value.span.cover(Span::empty(self.previous_end()));
        let test = Test {
            value,
            name,
            name_span,
            arguments,
            is_negated,
        };
        self.node(ExpressionKind::Test(Box::new(test)), span)
    }

    /// The argument in `is divisibleby 3`.
    fn bare_argument(&mut self) -> CallArgument<'a> {
        let value = self.primary();
        let value = self.postfix(value);
        let span = value.span;
        CallArgument {
            passing: Passing::Positional,
            value,
            span,
        }
    }
}
