//! Calls: arguments with their odd forms, and what stands behind the parenthesis.

use super::{Parser, Path};
use crate::syntax::sql::dialect::Dialect;
use crate::syntax::sql::expression::{ExpressionId, ExpressionKind};
use crate::syntax::sql::parts::is_date_part;
use crate::syntax::sql::token::{Keyword, Operator, TokenKind};

impl Parser<'_> {
    /// A call of `path`, whose parenthesis stands here.
    pub(super) fn call(&mut self, path: Path, first: u32, start: u32) -> ExpressionId {
        self.bump();
        let name = self
            .tree
            .path(path)
            .last()
            .map_or("", |name| name.span.of(self.text));
        let name = name.to_ascii_lowercase();
        self.inside(|parser| parser.arguments(&name));
        self.close();
        if self.kind() == TokenKind::Open && self.dialect == Dialect::ClickHouse {
            // `quantile(0.5)(x)`
            self.bump();
            self.inside(Self::expressions_to_close);
        }
        self.modifiers_of_call();
        self.push(ExpressionKind::Call(path), first, start)
    }

    /// Arguments up to the parenthesis that closes, which is left.
    pub(super) fn arguments(&mut self, function: &str) {
        let mut index = 0;
        let references = self.tree.references.len();
        loop {
            let before = self.at;
            self.argument(function, index);
            self.behind_argument(function, references);
            if self.is_at_next_cte() || !self.eat(TokenKind::Comma) {
                return;
            }
            debug_assert!(self.at > before);
            index += 1;
        }
    }

    fn argument(&mut self, function: &str, index: usize) {
        let start = self.token().span.start;
        let first = self.next_expression();
        while self.is_word(Keyword::Distinct) || self.is_word(Keyword::All) {
            if self.kind_at(1) == TokenKind::Comma || self.kind_at(1) == TokenKind::Close {
                break;
            }
            self.bump();
        }
        if self.is_query_at(0) && !self.is_word(Keyword::From) && self.kind() != TokenKind::Open {
            let query = self.query(start);
            let kind = query.map_or(ExpressionKind::Opaque, ExpressionKind::Subquery);
            self.push(kind, first, start);
            return;
        }
        if function == "trim"
            && ["both", "leading", "trailing"]
                .iter()
                .any(|word| self.is_spelled_at(0, word))
            && self.kind_at(1) != TokenKind::Comma
            && self.kind_at(1) != TokenKind::Close
        {
            self.bump();
            if self.eat_word(Keyword::From) {
                self.expression();
                return;
            }
        }
        if self.is_date_part_here(function, index) {
            self.bump();
            if self.kind() == TokenKind::Open {
                // `week(monday)`
                self.bump();
                self.skip_to_close();
                self.eat(TokenKind::Close);
            }
            self.push(ExpressionKind::Word, first, start);
            return;
        }
        let is_named = self.kind().is_name()
            && (self.kind_at(1) == TokenKind::FatArrow || self.is_assignment_at(1));
        if is_named {
            self.at += 2;
            self.expression();
            self.push(ExpressionKind::Named, first, start);
            return;
        }
        let references = self.tree.references.len();
        let is_part = is_date_part(self.spelling_at(0));
        let value = self.expression();
        if is_part && value.is_some() && self.tree.references.len() == references + 1 {
            // A part of a date in a function that nobody knows here?
            let kind = self.tree.expressions.last().map(|it| it.kind);
            if let Some(reference) = self.tree.references.last_mut()
                && matches!(kind, Some(ExpressionKind::Column(_)))
            {
                reference.is_doubtful = true;
            }
        }
    }

    fn is_assignment_at(&self, ahead: usize) -> bool {
        let token = self.token_at(ahead);
        token.kind == TokenKind::Operator(Operator::Other) && token.span.of(self.text) == ":="
    }

    /// Whether the word here is a part of a date and no column.
    fn is_date_part_here(&self, function: &str, index: usize) -> bool {
        const WORDS: [&str; 8] = [
            "date", "time", "trunc", "diff", "add", "sub", "last_day", "next_day",
        ];
        let is_name = matches!(self.kind(), TokenKind::Name | TokenKind::Word(_));
        if function == "extract" && index == 0 && is_name {
            // `extract(date from x)`, `extract(week(monday) from x)`
            return self.is_word_at(1, Keyword::From) || self.kind_at(1) == TokenKind::Open;
        }
        if !is_name || !is_date_part(self.spelling_at(0)) {
            return false;
        }
        let is_week_day = self.kind_at(1) == TokenKind::Open && self.is_spelled_at(0, "week");
        let is_alone = matches!(self.kind_at(1), TokenKind::Comma | TokenKind::Close);
        if !(is_alone || is_week_day) || !WORDS.iter().any(|word| function.contains(word)) {
            return false;
        }
        match self.dialect {
            Dialect::BigQuery => index > 0,
            Dialect::DuckDb | Dialect::Trino | Dialect::Postgres => false,
            Dialect::Snowflake if matches!(function, "date_trunc" | "trunc" | "last_day") => true,
            Dialect::Generic => true,
            _ => index == 0 || function == "last_day",
        }
    }

    /// What may stand behind an argument: `as`, `from`, `order by`, `separator`, …
    fn behind_argument(&mut self, function: &str, references: usize) {
        loop {
            match self.kind() {
                TokenKind::Word(Keyword::As) => {
                    self.bump();
                    self.data_type();
                }
                TokenKind::Word(Keyword::From)
                    if matches!(
                        function,
                        "extract" | "substring" | "trim" | "overlay" | "substr" | "ltrim" | "rtrim"
                    ) =>
                {
                    self.bump();
                    self.expression();
                }
                TokenKind::Word(Keyword::For) if self.kind_at(1) != TokenKind::Open => {
                    self.bump();
                    self.expression();
                }
                TokenKind::Word(Keyword::Order) => {
                    let start = self.token().span.start;
                    let first = self.next_expression();
                    self.bump();
                    self.eat_word(Keyword::By);
                    self.expressions_of_clause();
                    self.push(ExpressionKind::Modifier, first, start);
                }
                TokenKind::Word(Keyword::Ignore | Keyword::Respect) => {
                    self.bump();
                    self.eat_spelled("nulls");
                }
                TokenKind::Word(Keyword::Limit | Keyword::Using | Keyword::Having) => {
                    self.bump();
                    self.eat_spelled("max");
                    self.eat_spelled("min");
                    self.expression();
                }
                // `trim(both 'x' from y)`, `separator ','`, `placing 'x'`
                TokenKind::Text | TokenKind::Name | TokenKind::Quoted
                    if !self.is_clause_start() && !function.is_empty() =>
                {
                    if self.expression().is_none() {
                        return;
                    }
                    // A grammar of its own: words in it may be no columns.
                    for reference in self.tree.references.iter_mut().skip(references) {
                        reference.is_doubtful = true;
                    }
                }
                _ => return,
            }
        }
    }

    /// `filter (where …)`, `within group (order by …)`, `ignore nulls`, `over (…)`
    pub(super) fn modifiers_of_call(&mut self) -> bool {
        let from = self.at;
        loop {
            let start = self.token().span.start;
            let first = self.next_expression();
            let is_open = self.kind_at(1) == TokenKind::Open;
            match self.kind() {
                TokenKind::Word(Keyword::Filter) if is_open => {
                    self.at += 2;
                    self.eat_word(Keyword::Where);
                    self.inside(Self::expression);
                    self.close();
                }
                TokenKind::Word(Keyword::Within) if self.is_word_at(1, Keyword::Group) => {
                    self.at += 2;
                    if self.eat(TokenKind::Open) {
                        self.inside(Self::window_body);
                        self.close();
                    }
                }
                TokenKind::Word(Keyword::Ignore | Keyword::Respect)
                    if self.is_spelled_at(1, "nulls") =>
                {
                    self.at += 2;
                    continue;
                }
                TokenKind::Word(Keyword::Over) => {
                    self.bump();
                    if self.eat(TokenKind::Open) {
                        self.inside(Self::window_body);
                        self.close();
                    } else if self.kind().is_name() {
                        self.bump();
                    }
                }
                _ => return self.at > from,
            }
            self.push(ExpressionKind::Modifier, first, start);
        }
    }

    /// `w partition by a order by b rows between …`, without the parentheses around it.
    pub(super) fn window_body(&mut self) {
        if self.kind().is_name() && !self.is_spelled_at(0, "partition") && !self.is_frame() {
            self.bump();
        }
        loop {
            let is_by = self.is_word_at(1, Keyword::By);
            match self.kind() {
                TokenKind::Close | TokenKind::End => return,
                TokenKind::Jinja => {
                    self.bump();
                }
                _ if is_by => {
                    self.at += 2;
                    self.expressions_of_clause();
                }
                _ if self.is_frame() => {
                    while !self.is_end() && self.kind() != TokenKind::Close {
                        if self.is_clause_word() || self.is_at_next_cte() {
                            return;
                        }
                        if self.eat(TokenKind::Open) {
                            self.skip_to_close();
                        }
                        self.bump();
                    }
                }
                _ => return,
            }
        }
    }

    fn is_frame(&self) -> bool {
        ["rows", "range", "groups"]
            .iter()
            .any(|word| self.is_spelled_at(0, word))
    }
}
