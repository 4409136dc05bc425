//! Operands: columns, literals, parentheses, `case`.

use super::Parser;
use crate::syntax::sql::dialect::Dialect;
use crate::syntax::sql::expression::{ExpressionId, ExpressionKind, Reference};
use crate::syntax::sql::parts::is_date_part;
use crate::syntax::sql::token::{Keyword, TokenKind};
use crate::syntax::sql::tree::{Name, NameKind, ReferenceId};
use crate::text::Span;

impl Parser<'_> {
    pub(super) fn operand(&mut self) -> Option<ExpressionId> {
        let token = self.token();
        let first = self.next_expression();
        let start = token.span.start;
        let is_call = self.kind_at(1) == TokenKind::Open;
        let single = match token.kind {
            TokenKind::Number => ExpressionKind::Number,
            TokenKind::Text => ExpressionKind::Text,
            TokenKind::Parameter => ExpressionKind::Opaque,
            TokenKind::Star => ExpressionKind::Star(super::Path::default()),
            TokenKind::Word(Keyword::True | Keyword::False) => ExpressionKind::Boolean,
            TokenKind::Word(Keyword::Null) => ExpressionKind::Null,
            TokenKind::Open => return Some(self.parentheses()),
            TokenKind::OpenBracket => return Some(self.brackets()),
            TokenKind::OpenBrace => return Some(self.braces()),
            TokenKind::Word(Keyword::Case) if !self.is_path_or_end() => return Some(self.case()),
            TokenKind::Word(Keyword::Cast | Keyword::TryCast | Keyword::SafeCast) if is_call => {
                return Some(self.cast());
            }
            TokenKind::Word(Keyword::Convert | Keyword::TryConvert)
                if is_call && self.dialect == Dialect::SqlServer =>
            {
                return Some(self.convert());
            }
            TokenKind::Word(Keyword::Exists) if is_call && self.is_query_in(1) => {
                self.bump();
                return Some(self.subquery(first, start, true));
            }
            TokenKind::Word(Keyword::Interval) if self.is_interval() => {
                return Some(self.interval());
            }
            TokenKind::Word(Keyword::Array) if self.kind_at(1) == TokenKind::OpenBracket => {
                self.bump();
                return Some(self.brackets());
            }
            TokenKind::Word(Keyword::Array | Keyword::Struct) if self.is_typed_constructor() => {
                return Some(self.typed_constructor());
            }
            TokenKind::Word(word) if word.is_reserved() => {
                let is_function = is_call
                    && matches!(
                        word,
                        Keyword::Left | Keyword::Right | Keyword::Like | Keyword::Full
                    );
                return is_function.then(|| self.path());
            }
            TokenKind::Word(Keyword::End) if self.is_in_case || !self.is_end_a_name() => {
                return None;
            }
            TokenKind::Jinja if !is_call && self.kind_at(1) != TokenKind::Dot => {
                ExpressionKind::Jinja
            }
            TokenKind::Jinja | TokenKind::Name | TokenKind::Quoted | TokenKind::Word(_) => {
                return Some(self.name_operand());
            }
            _ => return None,
        };
        self.bump();
        Some(self.push(single, first, start))
    }

    /// Whether `end` is a column here: `end::date`, `end as finish`, `end,`.
    fn is_end_a_name(&self) -> bool {
        matches!(
            self.kind_at(1),
            TokenKind::DoubleColon | TokenKind::Comma | TokenKind::Word(Keyword::As)
        )
    }

    fn is_path_or_end(&self) -> bool {
        matches!(
            self.kind_at(1),
            TokenKind::Dot | TokenKind::Comma | TokenKind::Close | TokenKind::End
        )
    }

    fn name_operand(&mut self) -> ExpressionId {
        let token = self.token();
        let first = self.next_expression();
        let start = token.span.start;
        if self.kind_at(1) == TokenKind::Text && self.is_typed_literal() {
            self.at += 2;
            return self.push(ExpressionKind::Typed(token.span), first, start);
        }
        let is_alone = !matches!(self.kind_at(1), TokenKind::Dot | TokenKind::Open);
        if is_alone && token.kind == TokenKind::Name && is_value(self.spelling_at(0)) {
            self.bump();
            return self.push(ExpressionKind::Word, first, start);
        }
        if self.is_lambda() {
            return self.lambda();
        }
        self.path()
    }

    /// `date '2020-01-01'`
    fn is_typed_literal(&self) -> bool {
        const TYPES: [&str; 12] = [
            "date",
            "time",
            "timestamp",
            "datetime",
            "timestamptz",
            "timestamp_ntz",
            "timestamp_ltz",
            "timestamp_tz",
            "numeric",
            "bignumeric",
            "decimal",
            "json",
        ];
        // `uint256 '0'`
        if self.dialect == Dialect::Trino && self.kind() == TokenKind::Name {
            return true;
        }
        TYPES.iter().any(|word| self.is_spelled_at(0, word))
    }

    /// `a.b.c`, `a.*`, `f(x)`
    pub(super) fn path(&mut self) -> ExpressionId {
        let first = self.next_expression();
        let token = self.bump();
        let start = token.span.start;
        let mut names = [Name::of_token(token); 6];
        let mut count = 1;
        while self.kind() == TokenKind::Dot && count < names.len() {
            let dot = self.bump();
            if self.kind() == TokenKind::Star {
                self.bump();
                let path = self.push_path(names.get(..count).unwrap_or(&[]));
                return self.push(ExpressionKind::Star(path), first, start);
            }
            let name = self.name_behind_dot(dot.span);
            if let Some(slot) = names.get_mut(count) {
                *slot = name;
            }
            count += 1;
            if name.kind == NameKind::Missing {
                break;
            }
        }
        let path = self.push_path(names.get(..count).unwrap_or(&[]));
        if self.kind() == TokenKind::Open {
            return self.call(path, first, start);
        }
        let reference = Reference {
            path,
            span: self.span_from(start),
            select: self.select,
            clause: self.clause,
            relations: self.relation_count(),
            is_doubtful: self.is_doubtful,
            is_conditional: self.is_conditional(token.region),
        };
        let id = ReferenceId::next(&self.tree.references);
        self.tree.references.push(reference);
        self.push(ExpressionKind::Column(id), first, start)
    }

    fn is_conditional(&self, region: u16) -> bool {
        let select = self.select.map(|select| self.tree.select(select));
        select.is_some_and(|select| select.region != region)
    }

    fn relation_count(&self) -> u32 {
        let select = self.select.map(|select| self.tree.select(select));
        select.map_or(0, |select| {
            u32::try_from(select.relations.len()).unwrap_or(0)
        })
    }

    /// The name behind a dot: on the dot's line, and a reserved word right behind it only.
    fn name_behind_dot(&mut self, dot: Span) -> Name {
        let next = self.token();
        let gap = self.text.get(dot.end as usize..next.span.start as usize);
        let is_adjacent = next.span.start == dot.end;
        let is_near = is_adjacent || gap.is_some_and(|gap| !gap.contains('\n'));
        if next.kind == TokenKind::Number && is_adjacent {
            // `tuple.1` of ClickHouse
            let span = self.bump().span;
            let kind = NameKind::Made;
            return Name { span, kind };
        }
        let is_name = next.kind.is_name() || next.kind == TokenKind::Jinja;
        let is_word = matches!(next.kind, TokenKind::Word(_));
        if (is_name && is_near) || (is_word && is_adjacent) {
            Name::of_token(self.bump())
        } else if next.kind == TokenKind::Parameter && is_adjacent {
            // `t.$1`
            let span = self.bump().span;
            let kind = NameKind::Made;
            Name { span, kind }
        } else {
            Name {
                span: Span::empty(dot.end as usize),
                kind: NameKind::Missing,
            }
        }
    }

    /// `x -> f(x)` where no text stands behind the arrow: that would be JSON.
    fn is_lambda(&self) -> bool {
        let has_lambdas = !matches!(
            self.dialect,
            Dialect::Postgres | Dialect::Redshift | Dialect::SqlServer | Dialect::BigQuery
        );
        has_lambdas
            && self.kind_at(1) == TokenKind::Arrow
            && !matches!(self.kind_at(2), TokenKind::Text | TokenKind::Number)
    }

    fn lambda(&mut self) -> ExpressionId {
        let start = self.token().span.start;
        let first = self.next_expression();
        while self.kind() != TokenKind::Arrow && !self.is_end() {
            self.bump();
        }
        self.bump();
        let doubt = std::mem::replace(&mut self.is_doubtful, true);
        self.inside(Self::expression);
        self.is_doubtful = doubt;
        self.push(ExpressionKind::Lambda, first, start)
    }

    /// `(a, b) -> …`
    fn is_lambda_of_several(&self) -> bool {
        let mut ahead = 1;
        while self.kind_at(ahead).is_name() && ahead < 16 {
            ahead += 1;
            if self.kind_at(ahead) != TokenKind::Comma {
                break;
            }
            ahead += 1;
        }
        self.kind_at(ahead) == TokenKind::Close && self.kind_at(ahead + 1) == TokenKind::Arrow
    }

    fn parentheses(&mut self) -> ExpressionId {
        let start = self.token().span.start;
        let first = self.next_expression();
        if self.is_query_in(0) {
            return self.subquery(first, start, false);
        }
        if self.is_lambda_of_several() {
            return self.lambda();
        }
        self.bump();
        let mut count = 0;
        let mut last = None;
        self.inside(|parser| {
            while let Some(value) = parser.expression() {
                count += 1;
                last = Some(value);
                if parser.is_at_next_cte() || !parser.eat(TokenKind::Comma) {
                    break;
                }
            }
        });
        let is_closed = self.close();
        match last {
            Some(only) if count == 1 && is_closed => only,
            _ => self.push(ExpressionKind::Tuple, first, start),
        }
    }

    /// A query in the parentheses that start here.
    fn subquery(&mut self, first: u32, start: u32, is_exists: bool) -> ExpressionId {
        let inside = self.bump().span.end;
        let query = self.query(inside);
        if query.is_none() {
            self.skip_to_close();
        }
        self.close_query();
        let kind = match query {
            Some(query) if is_exists => ExpressionKind::Exists(query),
            Some(query) => ExpressionKind::Subquery(query),
            None => ExpressionKind::Opaque,
        };
        self.push(kind, first, start)
    }

    fn brackets(&mut self) -> ExpressionId {
        let start = self.bump().span.start;
        let first = self.next_expression();
        let references = self.tree.references.len();
        self.inside(
            |parser| {
                while parser.expression().is_some() && parser.eat(TokenKind::Comma) {}
            },
        );
        if self.is_word(Keyword::For) {
            // `[f(x) for x in list]`
            for reference in self.tree.references.iter_mut().skip(references) {
                reference.is_doubtful = true;
            }
            while !self.is_end() && self.kind() != TokenKind::CloseBracket {
                if self.is_clause_word() || self.is_at_next_cte() {
                    break;
                }
                self.bump();
            }
        }
        self.eat(TokenKind::CloseBracket);
        self.push(ExpressionKind::List, first, start)
    }

    /// `{'key': value}`
    fn braces(&mut self) -> ExpressionId {
        let start = self.bump().span.start;
        let first = self.next_expression();
        self.inside(|parser| {
            loop {
                if parser.kind_at(1) == TokenKind::Colon {
                    parser.at += 2;
                }
                if parser.expression().is_none() || !parser.eat(TokenKind::Comma) {
                    break;
                }
            }
        });
        self.eat(TokenKind::CloseBrace);
        self.push(ExpressionKind::Struct, first, start)
    }

    fn is_interval(&self) -> bool {
        match self.kind_at(1) {
            TokenKind::Text | TokenKind::Number | TokenKind::Open | TokenKind::Jinja => true,
            TokenKind::Operator(_) => matches!(self.kind_at(2), TokenKind::Number),
            TokenKind::Name | TokenKind::Quoted => is_date_part(self.spelling_at(2)),
            _ => false,
        }
    }

    /// `interval '1 day'`, `interval 1 day`, `interval '1' day to second`
    fn interval(&mut self) -> ExpressionId {
        let start = self.bump().span.start;
        let first = self.next_expression();
        self.inside(|parser| {
            while let TokenKind::Operator(_) = parser.kind() {
                parser.bump();
            }
            parser.operand();
        });
        if is_date_part(self.spelling_at(0)) {
            self.bump();
            if self.is_spelled_at(0, "to") && is_date_part(self.spelling_at(1)) {
                self.at += 2;
            }
        }
        self.push(ExpressionKind::Interval, first, start)
    }

    fn case(&mut self) -> ExpressionId {
        let start = self.bump().span.start;
        let first = self.next_expression();
        let was_in_case = std::mem::replace(&mut self.is_in_case, true);
        self.inside(|parser| {
            if !parser.is_word(Keyword::When) {
                parser.expression();
            }
            loop {
                let branch = parser.token().span.start;
                let own = parser.next_expression();
                if parser.eat_word(Keyword::When) {
                    parser.expression();
                    if parser.eat_word(Keyword::Then) {
                        parser.expression();
                    }
                    parser.push(ExpressionKind::When, own, branch);
                } else if parser.eat_word(Keyword::Else) {
                    parser.expression();
                    parser.push(ExpressionKind::Else, own, branch);
                } else if parser.is_case_over() {
                    break;
                } else {
                    let span = parser.bump().span;
                    parser.gap(span);
                }
            }
        });
        self.is_in_case = was_in_case;
        if self.eat_word(Keyword::End) && self.is_word(Keyword::Case) {
            self.bump();
        }
        self.push(ExpressionKind::Case, first, start)
    }

    fn is_case_over(&self) -> bool {
        matches!(
            self.kind(),
            TokenKind::Word(Keyword::End | Keyword::As)
                | TokenKind::Comma
                | TokenKind::Close
                | TokenKind::End
                | TokenKind::Semicolon
        ) || self.is_clause_start()
    }
}

/// Whether a word is a value by itself, without parentheses.
fn is_value(word: &str) -> bool {
    const VALUES: [&str; 14] = [
        "current_date",
        "current_timestamp",
        "current_time",
        "current_datetime",
        "current_user",
        "current_role",
        "current_schema",
        "current_catalog",
        "session_user",
        "localtime",
        "localtimestamp",
        "sysdate",
        "getdate",
        "systimestamp",
    ];
    word.len() >= 7 && VALUES.iter().any(|value| word.eq_ignore_ascii_case(value))
}
