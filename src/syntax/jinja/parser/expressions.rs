//! Expressions, by Jinja2's grammar: values and what holds them.

use std::borrow::Cow;

use super::tokens::Tokens;
use crate::syntax::jinja::expression::{Conditional, Expression, ExpressionKind, StringLiteral};
use crate::syntax::jinja::lexer::{Token, TokenKind};
use crate::text::Span;

/// How deep expressions may nest.
const MAX_DEPTH: u16 = 100;

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
    pub(super) fn nested<T>(&mut self, inner: impl FnOnce(&mut Self) -> T) -> Option<T> {
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

    pub(super) fn node(&mut self, kind: ExpressionKind<'a>, span: Span) -> Expression<'a> {
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
    pub(super) fn missing(&mut self) -> Expression<'a> {
        Expression::error(Span::empty(self.previous_end()))
    }

    pub(super) fn conditional(&mut self, first: Expression<'a>) -> Expression<'a> {
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

    pub(super) fn primary(&mut self) -> Expression<'a> {
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

    pub(super) fn leaf(
        &mut self,
        kind: impl FnOnce(&'a str) -> ExpressionKind<'a>,
    ) -> Expression<'a> {
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
    pub(super) fn items<T>(
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
}
