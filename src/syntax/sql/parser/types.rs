//! Casts, and the data types in them.

use super::Parser;
use crate::syntax::sql::expression::{ExpressionId, ExpressionKind};
use crate::syntax::sql::token::{Keyword, Operator, TokenKind};
use crate::text::Span;

impl Parser<'_> {
    /// `cast(value as type)`, `try_cast`, `safe_cast`
    pub(super) fn cast(&mut self) -> ExpressionId {
        let word = self.bump();
        let first = self.next_expression();
        self.bump();
        self.inside(Self::expression);
        let is_lenient = word.kind != TokenKind::Word(Keyword::Cast);
        let to = if self.eat_word(Keyword::As) || self.eat(TokenKind::Comma) {
            self.data_type()
        } else {
            Span::empty(self.end_before() as usize)
        };
        if self.kind() != TokenKind::Close && !self.is_clause_word() && !self.is_at_next_cte() {
            // `format 'yyyy'`, `default null on conversion error`
            self.skip_to_close();
        }
        self.close();
        self.push(
            ExpressionKind::Cast { to, is_lenient },
            first,
            word.span.start,
        )
    }

    /// `convert(type, value, style)` of SQL Server.
    pub(super) fn convert(&mut self) -> ExpressionId {
        let word = self.bump();
        let first = self.next_expression();
        self.bump();
        let to = self.data_type();
        if self.eat(TokenKind::Comma) {
            self.inside(|parser| parser.arguments(""));
        }
        self.close();
        let is_lenient = word.kind == TokenKind::Word(Keyword::TryConvert);
        self.push(
            ExpressionKind::Cast { to, is_lenient },
            first,
            word.span.start,
        )
    }

    /// A data type: `decimal(10, 2)`, `timestamp with time zone`, `array<struct<a int64>>`,
    /// `varchar[]`, `{{ dbt.type_string() }}`.
    pub(super) fn data_type(&mut self) -> Span {
        let start = self.token().span.start;
        if self.kind() == TokenKind::Jinja {
            self.bump();
        } else if self.kind().is_name() || self.kind() == TokenKind::Text {
            self.type_words();
        } else {
            return Span::empty(self.end_before() as usize);
        }
        loop {
            match self.kind() {
                TokenKind::Open => {
                    self.bump();
                    self.skip_to_close();
                    if !self.eat(TokenKind::Close) {
                        break;
                    }
                    self.zone();
                }
                TokenKind::Operator(Operator::Compare) if self.is_angle() => self.angles(),
                TokenKind::OpenBracket
                    if matches!(self.kind_at(1), TokenKind::CloseBracket)
                        || (self.kind_at(1) == TokenKind::Number
                            && self.kind_at(2) == TokenKind::CloseBracket) =>
                {
                    while self.bump().kind != TokenKind::CloseBracket {}
                }
                TokenKind::Dot if self.kind_at(1).is_name() => self.at += 2,
                TokenKind::Word(Keyword::Not) if self.is_word_at(1, Keyword::Null) => self.at += 2,
                _ => break,
            }
        }
        self.span_from(start)
    }

    /// The words of a type: `double precision`, `character varying`, `timestamp with time zone`.
    fn type_words(&mut self) {
        const SECOND: [(&str, &str); 8] = [
            ("double", "precision"),
            ("character", "varying"),
            ("char", "varying"),
            ("bit", "varying"),
            ("national", "character"),
            ("long", "varchar"),
            ("binary", "varying"),
            ("bigint", "unsigned"),
        ];
        let first = self.spelling_at(0).to_ascii_lowercase();
        self.bump();
        for (word, second) in SECOND {
            if first == word && self.is_spelled_at(0, second) {
                self.bump();
            }
        }
        self.zone();
    }

    /// `with time zone`, `without time zone`, `with local time zone`
    fn zone(&mut self) {
        let is_with = self.is_word(Keyword::With) || self.is_spelled_at(0, "without");
        let words = match () {
            () if self.is_spelled_at(1, "time") && self.is_spelled_at(2, "zone") => 3,
            () if self.is_spelled_at(1, "local") && self.is_spelled_at(2, "time") => 4,
            () => 0,
        };
        if is_with {
            self.at += words;
        }
    }

    fn is_angle(&self) -> bool {
        self.token().span.of(self.text) == "<" && self.kind_at(1).is_name()
    }

    /// `<struct<a int64>>`
    fn angles(&mut self) {
        let mut depth = 0_usize;
        while !self.is_end() && !self.is_clause_word() {
            match self.token().span.of(self.text) {
                "<" => depth += 1,
                ">" => depth = depth.saturating_sub(1),
                ">>" => depth = depth.saturating_sub(2),
                _ => {}
            }
            self.bump();
            if depth == 0 {
                return;
            }
        }
    }

    /// `struct<a int64>(…)`, `array<int64>[…]`
    pub(super) fn is_typed_constructor(&self) -> bool {
        self.token_at(1).span.of(self.text) == "<"
            && self.token_at(1).span.start == self.token().span.end
    }

    pub(super) fn typed_constructor(&mut self) -> ExpressionId {
        let start = self.token().span.start;
        let first = self.next_expression();
        let is_array = self.is_word(Keyword::Array);
        self.bump();
        self.angles();
        if self.kind() == TokenKind::OpenBracket || self.kind() == TokenKind::Open {
            self.operand();
        }
        let kind = if is_array {
            ExpressionKind::List
        } else {
            ExpressionKind::Struct
        };
        self.push(kind, first, start)
    }
}
