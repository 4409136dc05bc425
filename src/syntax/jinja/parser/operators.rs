//! Operators, by Jinja2's precedence.

use super::tokens::Tokens;
use crate::syntax::jinja::expression::{
    BinaryOperator, CompareOperator, Comparison, Expression, ExpressionKind, UnaryOperator,
};
use crate::syntax::jinja::lexer::TokenKind;
use crate::text::Span;

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

    pub(super) fn binary(&mut self, weakest: u8) -> Expression<'a> {
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

    pub(super) fn unary(&mut self, takes_filters: bool) -> Expression<'a> {
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
}
