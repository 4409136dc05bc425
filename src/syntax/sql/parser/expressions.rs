//! Expressions: operators and how strongly they bind.

use super::Parser;
use crate::syntax::sql::dialect::Dialect;
use crate::syntax::sql::expression::{ExpressionId, ExpressionKind};
use crate::syntax::sql::token::{Keyword, Operator, TokenKind};
use crate::syntax::sql::tree::Clause;

/// How strongly operators bind: the higher, the stronger.
const OR: u8 = 1;
const AND: u8 = 2;
const NOT: u8 = 3;
const COMPARE: u8 = 4;
const OTHER: u8 = 5;
const ADD: u8 = 6;
const MULTIPLY: u8 = 7;

impl Parser<'_> {
    /// An expression; none where none starts.
    pub(super) fn expression(&mut self) -> Option<ExpressionId> {
        self.binary(0)
    }

    /// What stands inside of parentheses, where a comma or Jinja means no new column.
    pub(super) fn inside<T>(&mut self, inside: impl FnOnce(&mut Self) -> T) -> T {
        let was_item = std::mem::replace(&mut self.is_item, false);
        let made = inside(self);
        self.is_item = was_item;
        made
    }

    /// `a, b)`: expressions up to the parenthesis, which is taken, too.
    pub(super) fn expressions_to_close(&mut self) {
        self.arguments("");
        self.close();
    }

    /// An expression whose operators bind at least as strongly as `least`.
    fn binary(&mut self, least: u8) -> Option<ExpressionId> {
        if self.depth >= super::MAX_DEPTH {
            return self.too_deep();
        }
        self.depth += 1;
        let made = self.binary_here(least);
        self.depth -= 1;
        made
    }

    /// Passes over one operand that stands too deep.
    fn too_deep(&mut self) -> Option<ExpressionId> {
        let first = self.next_expression();
        let start = self.token().span.start;
        if self.eat(TokenKind::Open) {
            self.skip_to_close();
            self.eat(TokenKind::Close);
        } else if self.kind().is_name() || self.kind() == TokenKind::Number {
            self.bump();
        } else {
            return None;
        }
        Some(self.push(ExpressionKind::Opaque, first, start))
    }

    fn binary_here(&mut self, least: u8) -> Option<ExpressionId> {
        let first = self.next_expression();
        let start = self.token().span.start;
        let mut left = self.prefixed()?;
        while let Some((strength, operator)) = self.operator_here() {
            if strength < least {
                break;
            }
            left = match operator {
                Found::Sign(operator) => {
                    self.bump();
                    while matches!(self.kind(), TokenKind::Operator(Operator::Other)) {
                        self.bump();
                    }
                    self.quantifier();
                    self.binary(strength + 1);
                    self.push(ExpressionKind::Binary(operator), first, start)
                }
                Found::Words => self.comparison(first, start),
                Found::Jinja => self.made_operator(first, start),
            };
        }
        Some(left)
    }

    fn operator_here(&self) -> Option<(u8, Found)> {
        let sign = |strength, operator| Some((strength, Found::Sign(operator)));
        match self.kind() {
            TokenKind::Operator(operator) => match operator {
                Operator::Plus | Operator::Minus => sign(ADD, operator),
                Operator::Times | Operator::Divide | Operator::IntegerDivide | Operator::Modulo => {
                    sign(MULTIPLY, operator)
                }
                Operator::Equal | Operator::Compare => sign(COMPARE, operator),
                Operator::Concat | Operator::Other => sign(OTHER, operator),
                Operator::Logic => sign(OR, operator),
            },
            TokenKind::Star => sign(MULTIPLY, Operator::Times),
            TokenKind::Arrow => sign(OTHER, Operator::Other),
            TokenKind::Word(Keyword::Or) => sign(OR, Operator::Logic),
            TokenKind::Word(Keyword::And) => sign(AND, Operator::Logic),
            TokenKind::Word(word) if self.is_comparison(word) => Some((COMPARE, Found::Words)),
            TokenKind::Name if self.is_spelled_at(0, "div") || self.is_spelled_at(0, "mod") => {
                let is_operator = matches!(self.kind_at(1), TokenKind::Number | TokenKind::Open)
                    || self.kind_at(1).is_name();
                is_operator.then_some((MULTIPLY, Found::Sign(Operator::IntegerDivide)))
            }
            TokenKind::Jinja => self.is_made_operator().then_some((OTHER, Found::Jinja)),
            _ => None,
        }
    }

    /// Whether the word here compares: `is`, `in`, `like`, `between`, with `not` before it, too.
    fn is_comparison(&self, word: Keyword) -> bool {
        let is_one = |word| {
            use Keyword::{Between, Ilike, In, Like, Regexp, Rlike, Similar};
            matches!(
                word,
                TokenKind::Word(In | Like | Ilike | Rlike | Regexp | Between | Similar)
            )
        };
        match word {
            Keyword::Is => true,
            Keyword::Not => is_one(self.kind_at(1)),
            Keyword::Global => self.is_word_at(1, Keyword::In),
            Keyword::Similar => self.is_spelled_at(1, "to"),
            word => is_one(TokenKind::Word(word)),
        }
    }

    fn comparison(&mut self, first: u32, start: u32) -> ExpressionId {
        self.eat_word(Keyword::Global);
        self.eat_word(Keyword::Not);
        let word = self.bump().kind;
        match word {
            TokenKind::Word(Keyword::Is) => {
                self.eat_word(Keyword::Not);
                if self.eat_word(Keyword::Distinct) {
                    self.eat_word(Keyword::From);
                    self.binary(OTHER);
                } else if self.kind().is_name() || self.kind() == TokenKind::Jinja {
                    // `null`, `true`, `unknown`, `json`, …
                    self.bump();
                }
            }
            TokenKind::Word(Keyword::Between) => {
                self.eat_spelled("symmetric");
                self.binary(OTHER);
                self.eat_word(Keyword::And);
                self.binary(OTHER);
            }
            TokenKind::Word(Keyword::In) => {
                if self.eat_word(Keyword::Unnest) {
                    self.eat(TokenKind::Open);
                    self.inside(Self::expressions_to_close);
                } else {
                    self.binary(OTHER);
                }
            }
            _ => {
                self.eat_spelled("to");
                self.quantifier();
                self.binary(OTHER);
                if self.eat_spelled("escape") {
                    self.binary(OTHER);
                }
            }
        }
        self.push(ExpressionKind::Binary(Operator::Compare), first, start)
    }

    /// `any (…)`, `all (…)` behind a comparison.
    fn quantifier(&mut self) {
        use Keyword::{All, Any, Some};
        if matches!(self.kind(), TokenKind::Word(Any | All | Some))
            && self.kind_at(1) == TokenKind::Open
        {
            self.bump();
        }
    }

    /// Whether Jinja here, behind an operand, is a part of the expression.
    fn is_made_operator(&self) -> bool {
        if self.is_query_at(1) {
            return false;
        }
        if !self.is_item {
            return true;
        }
        let goes_on = matches!(
            self.kind_at(1),
            TokenKind::Word(Keyword::As)
                | TokenKind::Number
                | TokenKind::Text
                | TokenKind::Open
                | TokenKind::Jinja
                | TokenKind::Operator(_)
                | TokenKind::Star
                | TokenKind::DoubleColon
        );
        goes_on && !self.may_put_comma()
    }

    /// Whether the Jinja here may put a comma by itself, so that a column ends with it.
    pub(super) fn may_put_comma(&self) -> bool {
        let span = self.token().span;
        let tags = &self.masked.tags;
        let at = tags.partition_point(|tag| tag.span.start < span.start);
        let tags = tags.get(at..).unwrap_or(&[]).iter();
        tags.take_while(|tag| tag.span.start < span.end)
            .any(|tag| tag.has_comma)
    }

    fn made_operator(&mut self, first: u32, start: u32) -> ExpressionId {
        let span = self.bump().span;
        if self.clause == Clause::On {
            self.change(|select| {
                select.opaque_from.get_or_insert(span);
            });
        }
        let is_operand = matches!(
            self.kind(),
            TokenKind::Number | TokenKind::Text | TokenKind::Open | TokenKind::Name
        ) || self.kind() == TokenKind::Quoted;
        if is_operand && !self.is_clause_start() && !self.is_cte_at(0) {
            self.binary(OTHER + 1);
        }
        self.push(ExpressionKind::Opaque, first, start)
    }

    /// An operand with what stands before it.
    fn prefixed(&mut self) -> Option<ExpressionId> {
        let start = self.token().span.start;
        let first = self.next_expression();
        match self.kind() {
            TokenKind::Word(Keyword::Not) => {
                self.bump();
                self.binary(NOT);
                Some(self.push(ExpressionKind::Not, first, start))
            }
            TokenKind::Operator(sign) => {
                let mut is_negative = false;
                while let TokenKind::Operator(_) = self.kind() {
                    self.bump();
                    is_negative = true;
                }
                let made = self.suffixed();
                let kind = match sign {
                    Operator::Minus | Operator::Plus => ExpressionKind::Negative,
                    _ => ExpressionKind::Opaque,
                };
                debug_assert!(is_negative);
                made.map(|_| self.push(kind, first, start))
            }
            TokenKind::Name
                if (self.is_spelled_at(0, "prior") || self.is_spelled_at(0, "connect_by_root"))
                    && self.kind_at(1).is_name() =>
            {
                self.bump();
                self.suffixed()
            }
            _ => self.suffixed(),
        }
    }

    /// An operand with what stands behind it: `::type`, `[index]`, `.field`, `at time zone 'x'`.
    fn suffixed(&mut self) -> Option<ExpressionId> {
        let first = self.next_expression();
        let start = self.token().span.start;
        let mut value = self.operand()?;
        loop {
            value = match self.kind() {
                TokenKind::DoubleColon => {
                    self.bump();
                    let to = self.data_type();
                    let is_lenient = false;
                    self.push(ExpressionKind::Cast { to, is_lenient }, first, start)
                }
                TokenKind::OpenBracket => {
                    self.bump();
                    self.inside(Self::index);
                    self.push(ExpressionKind::Element, first, start)
                }
                TokenKind::Dot => self.field(first, start),
                TokenKind::Colon if self.has_colon_paths() => {
                    self.bump();
                    self.bump();
                    self.push(ExpressionKind::Field, first, start)
                }
                TokenKind::Word(Keyword::Over | Keyword::Within | Keyword::Filter)
                    if self.modifiers_of_call() =>
                {
                    self.push(ExpressionKind::Opaque, first, start)
                }
                TokenKind::Word(Keyword::At) if self.is_spelled_at(1, "time") => {
                    self.at += 2;
                    self.eat_spelled("zone");
                    self.binary(MULTIPLY + 1);
                    self.push(ExpressionKind::Opaque, first, start)
                }
                TokenKind::Name if self.is_spelled_at(0, "collate") => {
                    self.at += 2;
                    value
                }
                _ => return Some(value),
            };
        }
    }

    fn has_colon_paths(&self) -> bool {
        matches!(
            self.dialect,
            Dialect::Snowflake | Dialect::Databricks | Dialect::Generic
        ) && (self.kind_at(1).is_name()
            || self.kind_at(1) == TokenKind::Jinja
            || (matches!(self.kind_at(1), TokenKind::Word(_))
                && self.token_at(1).span.start == self.token().span.end))
    }

    /// `[1]`, `[1:2]`, `[offset(0)]`
    fn index(&mut self) {
        loop {
            self.expression();
            if !self.eat(TokenKind::Colon) && !self.eat(TokenKind::Comma) {
                break;
            }
        }
        self.eat(TokenKind::CloseBracket);
    }

    /// `.name` and `.*` behind something that is not a name.
    fn field(&mut self, first: u32, start: u32) -> ExpressionId {
        self.bump();
        if self.eat(TokenKind::Star) {
            let made = super::Name {
                span: self.span_from(start),
                kind: super::NameKind::Made,
            };
            let path = self.push_path(&[made]);
            return self.push(ExpressionKind::Star(path), first, start);
        }
        if self.kind().is_name() || matches!(self.kind(), TokenKind::Jinja | TokenKind::Number) {
            self.bump();
        }
        self.push(ExpressionKind::Field, first, start)
    }
}

/// What stands between two operands.
enum Found {
    Sign(Operator),
    /// `is`, `in`, `like`, `between`
    Words,
    Jinja,
}
