//! What a relation is: a table, a query, a function, rows.

use super::Parser;
use crate::syntax::sql::dialect::Dialect;
use crate::syntax::sql::token::{Keyword, TokenKind};
use crate::syntax::sql::tree::{Clause, Join, Name, RelationKind};

impl Parser<'_> {
    /// What is read, without alias and suffixes.
    pub(super) fn source(&mut self, join: Join) -> RelationKind {
        let token = self.token();
        match token.kind {
            TokenKind::Open => self.source_in_parentheses(token.span.end, join),
            TokenKind::Word(Keyword::Values) if self.kind_at(1) == TokenKind::Open => {
                self.bump();
                RelationKind::Values(self.rows())
            }
            TokenKind::Word(Keyword::Unnest) if self.kind_at(1) == TokenKind::Open => {
                self.at += 2;
                self.arguments_of_source();
                RelationKind::Unnest(None)
            }
            TokenKind::Word(Keyword::Table) if self.kind_at(1) == TokenKind::Open => {
                self.at += 2;
                self.table_function()
            }
            TokenKind::Text => {
                self.bump();
                RelationKind::Opaque
            }
            TokenKind::OpenBracket => {
                // `array join [1, 2] as x`
                self.expression();
                RelationKind::Opaque
            }
            TokenKind::Parameter => {
                self.bump();
                self.path_rest();
                RelationKind::Opaque
            }
            TokenKind::Operator(_) if self.text.get(token.span.range()) == Some("@") => {
                // `@stage/path` of Snowflake
                self.bump();
                while self.kind().is_name()
                    || matches!(self.kind(), TokenKind::Operator(_) | TokenKind::Dot)
                {
                    self.bump();
                }
                RelationKind::Opaque
            }
            TokenKind::Jinja if !self.is_path_next() => {
                self.bump();
                if self.kind() == TokenKind::Open {
                    self.bump();
                    self.arguments_of_source();
                    return RelationKind::Opaque;
                }
                RelationKind::Jinja(token.span)
            }
            kind if kind.is_name() || kind == TokenKind::Jinja => self.named_source(),
            _ => RelationKind::Missing,
        }
    }

    fn is_path_next(&self) -> bool {
        matches!(self.kind_at(1), TokenKind::Dot)
    }

    /// A query, or relations that are joined before those around.
    fn source_in_parentheses(&mut self, inside: u32, join: Join) -> RelationKind {
        if self.is_query_in(0) {
            self.bump();
            let query = self.query(inside);
            self.close_query();
            return query.map_or(RelationKind::Opaque, RelationKind::Query);
        }
        self.bump();
        let nested = self.deeper(|parser| {
            parser.relations(join);
            Some(())
        });
        if nested.is_none() {
            self.skip_to_close();
        }
        self.close();
        self.clause = Clause::From;
        RelationKind::Opaque
    }

    fn arguments_of_source(&mut self) {
        self.expressions_to_close();
    }

    /// `table(flatten(input => x))`, `table(generator(rowcount => 10))`
    fn table_function(&mut self) -> RelationKind {
        let is_flatten = self.is_spelled_at(0, "flatten");
        self.expressions_to_close();
        if is_flatten && self.dialect == Dialect::Snowflake {
            RelationKind::Flatten
        } else {
            RelationKind::Opaque
        }
    }

    pub(super) fn named_source(&mut self) -> RelationKind {
        let mut names: Vec<Name> = Vec::with_capacity(3);
        loop {
            let token = self.token();
            if !token.kind.is_name() && token.kind != TokenKind::Jinja {
                if !matches!(token.kind, TokenKind::Word(_)) || names.is_empty() {
                    break;
                }
                // `schema.group`: behind a dot a word is a name; on a new line it is a clause.
                let gap = (self.end_before() as usize)..token.span.start as usize;
                if self.text.get(gap).is_some_and(|gap| gap.contains('\n')) {
                    break;
                }
            }
            names.push(Name::of_token(self.bump()));
            self.dashes(&mut names);
            if !self.eat(TokenKind::Dot) {
                break;
            }
        }
        let is_flatten = names.len() == 1 && self.is_flatten(&names);
        let path = self.push_path(&names);
        if !self.eat(TokenKind::Open) {
            return RelationKind::Named(path);
        }
        self.expressions_to_close();
        match () {
            () if is_flatten => RelationKind::Flatten,
            () => RelationKind::Function(path),
        }
    }

    fn is_flatten(&self, names: &[Name]) -> bool {
        let name = names.first().map_or("", |name| name.span.of(self.text));
        self.dialect == Dialect::Snowflake && name.eq_ignore_ascii_case("flatten")
    }

    /// `my-project.dataset.table` of `BigQuery`.
    fn dashes(&mut self, names: &mut [Name]) {
        use crate::syntax::sql::token::Operator::Minus;
        while self.dialect == Dialect::BigQuery
            && self.kind() == TokenKind::Operator(Minus)
            && self.token().span.start == self.end_before()
            && self.token_at(1).span.start == self.token().span.end
            && matches!(
                self.kind_at(1),
                TokenKind::Name | TokenKind::Word(_) | TokenKind::Number
            )
        {
            self.at += 2;
            let end = self.end_before();
            if let Some(name) = names.last_mut() {
                name.span.end = end;
            }
        }
    }

    fn path_rest(&mut self) {
        while self.eat(TokenKind::Dot) {
            self.name();
        }
    }
}
