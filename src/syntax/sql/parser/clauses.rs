//! The clauses behind a select list.

use super::Parser;
use crate::syntax::sql::dialect::Dialect;
use crate::syntax::sql::expression::ExpressionKind;
use crate::syntax::sql::token::{Keyword, TokenKind};
use crate::syntax::sql::tree::Clause;

impl Parser<'_> {
    /// The clause that starts here, with the number of its first words.
    fn clause_here(&self) -> Option<(Clause, usize)> {
        use Keyword as Word;
        let TokenKind::Word(word) = self.kind() else {
            return None;
        };
        let by = |clause| self.is_word_at(1, Word::By).then_some((clause, 2));
        match word {
            Word::From => Some((Clause::From, 1)),
            Word::Where => Some((Clause::Where, 1)),
            Word::Prewhere if self.dialect == Dialect::ClickHouse => Some((Clause::Where, 1)),
            Word::Having => Some((Clause::Having, 1)),
            Word::Qualify => Some((Clause::Qualify, 1)),
            Word::Group => Some((Clause::Group, 1 + usize::from(self.is_word_at(1, Word::By)))),
            Word::Order => Some((Clause::Order, self.words_of_order())),
            Word::Sort | Word::Cluster | Word::Distribute => by(Clause::Order),
            Word::Connect => by(Clause::Where),
            Word::Start if self.is_word_at(1, Word::With) => Some((Clause::Where, 2)),
            Word::Window if self.kind_at(1).is_name() && self.is_word_at(2, Word::As) => {
                Some((Clause::Window, 1))
            }
            Word::Limit => Some((Clause::Rest, 1)),
            Word::Offset
                if matches!(self.kind_at(1), TokenKind::Number | TokenKind::Jinja)
                    || self.kind_at(1) == TokenKind::Parameter =>
            {
                Some((Clause::Rest, 1))
            }
            Word::Fetch if self.is_spelled_at(1, "first") || self.is_spelled_at(1, "next") => {
                Some((Clause::Rest, 1))
            }
            Word::Settings if self.dialect == Dialect::ClickHouse => Some((Clause::Rest, 1)),
            Word::Format if self.dialect == Dialect::ClickHouse => Some((Clause::Rest, 1)),
            Word::Option if self.kind_at(1) == TokenKind::Open => Some((Clause::Rest, 1)),
            Word::For if self.kind_at(1).is_name() => Some((Clause::Rest, 1)),
            Word::Into => Some((Clause::Rest, 1)),
            Word::Lateral if self.is_word_at(1, Word::View) => Some((Clause::From, 0)),
            _ => None,
        }
    }

    fn words_of_order(&self) -> usize {
        // `order siblings by`
        match () {
            () if self.is_word_at(1, Keyword::By) => 2,
            () if self.is_word_at(2, Keyword::By) => 3,
            () => 1,
        }
    }

    pub(super) fn is_clause_start(&self) -> bool {
        self.clause_here().is_some()
    }

    /// The clauses of the select that the parser stands in.
    pub(super) fn clauses(&mut self) {
        loop {
            if let Some((clause, words)) = self.clause_here() {
                self.clause(clause, words);
                continue;
            }
            match self.kind() {
                TokenKind::Close | TokenKind::End | TokenKind::Semicolon => return,
                TokenKind::Word(Keyword::Select) => {
                    // `from t select a`, or another select.
                    return;
                }
                TokenKind::Jinja if self.is_query_at(1) => return,
                TokenKind::Jinja => {
                    let span = self.bump().span;
                    if matches!(self.clause, Clause::From | Clause::On | Clause::List) {
                        self.change(|select| {
                            select.opaque_from.get_or_insert(span);
                        });
                    }
                }
                TokenKind::Comma if self.is_at_next_cte() => return,
                _ if self.is_set_operator() => return,
                _ if self.kind_at(0) == TokenKind::Comma && self.kind_at(1) == TokenKind::Close => {
                    self.bump();
                }
                _ => {
                    let span = self.bump().span;
                    self.gap(span);
                    let is_pipe = span.of(self.text) == "|";
                    if is_pipe || matches!(self.clause, Clause::From | Clause::On | Clause::List) {
                        // It may change what is selected: `|> extend`.
                        self.change(|select| {
                            select.opaque_list.get_or_insert(span);
                        });
                    }
                }
            }
        }
    }

    fn clause(&mut self, clause: Clause, words: usize) {
        if clause == Clause::From {
            if words == 0 {
                self.late_relations();
            } else {
                self.from();
            }
            return;
        }
        let has_positions = self.is_word(Keyword::Group) || self.is_word(Keyword::Order);
        self.at += words;
        let start = self.end_before();
        self.start(clause, start);
        let before = self.tree.expressions.len();
        match clause {
            Clause::Window => self.windows(),
            Clause::Rest => self.rest(),
            Clause::List
            | Clause::From
            | Clause::On
            | Clause::Where
            | Clause::Group
            | Clause::Having
            | Clause::Qualify
            | Clause::Order => self.expressions_of_clause(),
        }
        if has_positions {
            self.note_positions(before);
        }
    }

    /// Keeps the numbers among the expressions from number `first` on, those in others aside.
    fn note_positions(&mut self, first: usize) {
        let mut at = self.tree.expressions.len();
        let mut positions = Vec::new();
        while let Some(expression) = at.checked_sub(1).filter(|it| *it >= first) {
            let Some(expression) = self.tree.expressions.get(expression) else {
                break;
            };
            if expression.kind == ExpressionKind::Number {
                positions.push(expression.span);
            }
            at = expression.first as usize;
        }
        if !positions.is_empty() {
            positions.reverse();
            self.change(|select| select.positions.extend(positions));
        }
    }

    /// `a desc nulls last, b`; conditions, too.
    pub(super) fn expressions_of_clause(&mut self) {
        if self.is_spelled_at(0, "grouping") && self.is_spelled_at(1, "sets") {
            self.bump();
        }
        if self.is_word(Keyword::All) && self.kind_at(1) != TokenKind::Dot {
            // `group by all`
            self.bump();
        }
        loop {
            let value = self.expression();
            while self.eat_order_word() {}
            if self.is_at_next_cte() {
                return;
            }
            if self.eat(TokenKind::Comma) {
                continue;
            }
            // `group by a, b with rollup`
            if value.is_some() && self.is_word(Keyword::With) && !self.is_cte_at(1) {
                self.bump();
                self.bump();
            }
            return;
        }
    }

    /// `asc`, `desc`, `nulls first`, `with fill`
    pub(super) fn eat_order_word(&mut self) -> bool {
        if self.is_word(Keyword::Asc) || self.is_word(Keyword::Desc) {
            self.bump();
            return true;
        }
        let is_nulls = self.is_spelled_at(0, "nulls")
            && (self.is_spelled_at(1, "first") || self.is_spelled_at(1, "last"));
        if is_nulls {
            self.at += 2;
        }
        is_nulls
    }

    /// `w as (partition by a), …`
    fn windows(&mut self) {
        loop {
            self.name();
            self.eat_word(Keyword::As);
            if self.eat(TokenKind::Open) {
                self.window_body();
                self.close();
            }
            if self.is_at_next_cte() || !self.eat(TokenKind::Comma) {
                return;
            }
        }
    }

    /// `limit 10, 5`, `for update`, `format JSON`, `limit 1 by x`: nothing that matters here.
    fn rest(&mut self) {
        while !self.is_clause_start() && !self.is_set_operator() && !self.is_at_next_cte() {
            match self.kind() {
                TokenKind::Close | TokenKind::End | TokenKind::Semicolon => return,
                TokenKind::Word(Keyword::Select | Keyword::With) => return,
                TokenKind::Jinja if self.is_query_at(1) => return,
                TokenKind::Open => {
                    self.bump();
                    self.skip_to_close();
                    self.bump();
                }
                _ => {
                    self.bump();
                }
            }
        }
    }

    /// What stands behind a query in parentheses: `( … ) order by a limit 1`.
    pub(super) fn trailing_clauses(&mut self) {
        while let Some((clause, words)) = self.clause_here() {
            if clause == Clause::From {
                return;
            }
            self.at += words;
            self.clause = clause;
            let doubt = std::mem::replace(&mut self.is_doubtful, true);
            match clause {
                Clause::Rest => self.rest(),
                _ => self.expressions_of_clause(),
            }
            self.is_doubtful = doubt;
        }
    }
}
