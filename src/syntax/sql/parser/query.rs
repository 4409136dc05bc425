//! Queries: CTEs, set operations, parentheses around them.

use super::Parser;
use crate::syntax::sql::dialect::Dialect;
use crate::syntax::sql::token::{Keyword, TokenKind};
use crate::syntax::sql::tree::{Clause, Cte, CteId, Query, QueryId, SetOperator, Term, TermBody};
use crate::text::Span;

impl Parser<'_> {
    /// All of a text: one query, and whatever stands around it.
    pub(super) fn file(&mut self) {
        self.tree.root = self.query(0);
        while !self.is_end() {
            let start = self.token().span.start;
            let is_stop = self.eat(TokenKind::Semicolon);
            if !is_stop && self.resume() {
                continue;
            }
            if !is_stop {
                self.bump();
                let span = self.span_from(start);
                self.gap(span);
            }
        }
        let end = u32::try_from(self.text.len()).unwrap_or(u32::MAX);
        if let Some(root) = self.tree.root
            && let Some(query) = self.tree.queries.get_mut(root.index())
        {
            query.span = Span { start: 0, end };
        }
    }

    /// Behind a parenthesis too many the outermost query goes on: with CTEs or with a select.
    fn resume(&mut self) -> bool {
        let Some(root) = self.tree.root else {
            return false;
        };
        let has_ctes = !self.tree.query(root).ctes.is_empty();
        let is_next = has_ctes && self.is_at_next_cte();
        let is_select = has_ctes && self.is_word(Keyword::Select);
        if !is_next && !is_select {
            return false;
        }
        self.query = Some(root);
        if is_next {
            self.bump();
            self.ctes(root);
        }
        // What was taken for the end was the rest of a CTE.
        if self.tree.finished.last() == Some(&root) {
            self.tree.finished.pop();
        }
        self.body(root);
        self.tree.finished.push(root);
        self.query = None;
        true
    }

    /// A query, from `start` on, up to the parenthesis around it or the text's end.
    pub(super) fn query(&mut self, start: u32) -> Option<QueryId> {
        self.deeper(|parser| Some(parser.query_here(start)))
    }

    fn query_here(&mut self, start: u32) -> QueryId {
        let id = QueryId::next(&self.tree.queries);
        let around = self
            .query
            .map(|around| (around, self.tree.query(around).ctes.len()));
        self.tree.queries.push(Query {
            span: Span { start, end: start },
            within: self.select,
            around,
            ..Query::default()
        });
        let outer = (self.query, self.select, self.clause, self.is_item);
        let doubt = std::mem::take(&mut self.is_doubtful);
        let was_in_case = std::mem::take(&mut self.is_in_case);
        self.query = Some(id);
        self.is_item = false;
        self.opening(id);
        if self.kind() == TokenKind::Jinja
            && self.kind_at(1) == TokenKind::Comma
            && self.is_cte_at(2)
        {
            // `{{ imports() }}, b as (…)`: a macro puts `with` and the first CTEs.
            self.made_ctes(id);
            self.bump();
            self.ctes(id);
        } else if self.eat_word(Keyword::With) {
            if self.eat_word(Keyword::Recursive)
                && let Some(query) = self.tree.queries.get_mut(id.index())
            {
                query.is_recursive = true;
            }
            self.ctes(id);
        }
        self.body(id);
        (self.query, self.select, self.clause, self.is_item) = outer;
        self.is_doubtful = doubt;
        self.is_in_case = was_in_case;
        self.tree.finished.push(id);
        let end = self.token().span.start;
        if let Some(query) = self.tree.queries.get_mut(id.index()) {
            query.span.end = end.max(start);
        }
        id
    }

    /// What may stand before a query: Jinja that puts nothing, or settings.
    fn opening(&mut self, id: QueryId) {
        while self.kind() == TokenKind::Jinja && (self.is_query_at(1) || self.is_made_cte(1)) {
            self.made_ctes(id);
        }
    }

    /// Takes Jinja that may put CTEs.
    fn made_ctes(&mut self, owner: QueryId) {
        let span = self.bump().span;
        if let Some(query) = self.tree.queries.get_mut(owner.index()) {
            query.opaque_ctes = Some(span);
        }
    }

    /// Whether Jinja follows that is itself followed by a query.
    fn is_made_cte(&self, ahead: usize) -> bool {
        self.kind_at(ahead) == TokenKind::Jinja && self.is_query_at(ahead + 1)
    }

    fn ctes(&mut self, owner: QueryId) {
        loop {
            let before = self.at;
            if self.kind() == TokenKind::Jinja && !self.is_cte_at(0) {
                self.made_ctes(owner);
            } else if self.kind().is_name() || self.kind() == TokenKind::Jinja {
                self.cte(owner);
            } else if self.dialect == Dialect::ClickHouse && !self.is_query_at(0) && !self.is_end()
            {
                // `with [1, 2] as x`
                self.scalar_cte(owner);
            }
            if self.eat(TokenKind::Comma) {
                continue;
            }
            if self.is_query_at(0) || self.is_end() {
                return;
            }
            if self.at > before && (self.is_cte_at(0) || self.kind() == TokenKind::Jinja) {
                continue;
            }
            if !self.skip_to_cte() {
                return;
            }
        }
    }

    /// Passes over what is not understood up to the next CTE or the query behind the CTEs.
    fn skip_to_cte(&mut self) -> bool {
        let start = self.token().span.start;
        let mut depth = 0_usize;
        loop {
            match self.kind() {
                TokenKind::End | TokenKind::Semicolon => return false,
                TokenKind::Close if depth == 0 && self.depth > 1 => return false,
                TokenKind::Close => depth = depth.saturating_sub(1),
                TokenKind::Open => depth += 1,
                TokenKind::Comma if self.is_cte_at(1) => {
                    self.bump();
                    return true;
                }
                TokenKind::Word(Keyword::Select) if depth == 0 => return false,
                _ => {}
            }
            self.bump();
            let span = self.span_from(start);
            self.gap(span);
        }
    }

    fn cte(&mut self, owner: QueryId) {
        let start = self.token().span.start;
        if !self.is_cte_at(0) && self.is_scalar_cte() {
            return self.scalar_cte(owner);
        }
        let Some(name) = self.name() else { return };
        let columns = if self.eat(TokenKind::Open) {
            self.names_in_parentheses()
        } else {
            Vec::new()
        };
        if !self.eat_word(Keyword::As) && self.kind() != TokenKind::Open {
            return;
        }
        if self.is_word(Keyword::Not) || self.is_word(Keyword::Materialized) {
            self.bump();
            self.eat_word(Keyword::Materialized);
        }
        let id = CteId::next(&self.tree.ctes);
        self.tree.ctes.push(Cte {
            name,
            columns,
            query: None,
            span: name.span,
        });
        let is_recursive = self.tree.query(owner).is_recursive;
        if is_recursive {
            self.add_cte(owner, id);
        }
        let was_in_cte = std::mem::replace(&mut self.is_in_cte, true);
        let opening = self.token().span;
        let is_open = self.eat(TokenKind::Open);
        let query = if is_open || self.is_query_at(0) {
            let inside = if is_open { opening.end } else { opening.start };
            self.query(inside)
        } else {
            None
        };
        self.close_query();
        self.is_in_cte = was_in_cte;
        let span = self.span_from(start);
        if let Some(cte) = self.tree.ctes.get_mut(id.index()) {
            cte.query = query;
            cte.span = span;
        }
        if !is_recursive {
            self.add_cte(owner, id);
        }
    }

    fn add_cte(&mut self, owner: QueryId, id: CteId) {
        if let Some(query) = self.tree.queries.get_mut(owner.index()) {
            query.ctes.push(id);
        }
    }

    /// `with expression as name` of `ClickHouse`.
    fn is_scalar_cte(&self) -> bool {
        let is_empty_list =
            self.kind_at(1) == TokenKind::Open && self.kind_at(2) == TokenKind::Close;
        let is_cut = matches!(
            self.kind_at(1),
            TokenKind::Comma | TokenKind::End | TokenKind::Word(Keyword::As)
        );
        !(is_cut || is_empty_list || self.is_query_at(1))
    }

    fn scalar_cte(&mut self, owner: QueryId) {
        let clause = std::mem::replace(&mut self.clause, Clause::Rest);
        let doubt = std::mem::replace(&mut self.is_doubtful, true);
        let before = self.at;
        let value = self.expression();
        if self.eat_word(Keyword::As) {
            self.name();
        }
        self.is_doubtful = doubt;
        self.clause = clause;
        let span = value
            .and_then(|value| self.tree.expression(value))
            .map(|it| it.span);
        if let Some(query) = self.tree.queries.get_mut(owner.index()) {
            // Its name is seen as a column everywhere in the query.
            query.opaque_ctes = span.or(query.opaque_ctes);
        }
        if self.at == before {
            self.bump();
        }
    }

    /// The closing parenthesis of a query. Where the next CTE starts, or a select that belongs
    /// to no one here, it is missing.
    pub(super) fn close_query(&mut self) {
        let start = self.token().span.start;
        while !self.eat(TokenKind::Close) {
            if self.is_end() || self.is_at_next_cte() {
                return;
            }
            if self.is_word(Keyword::Select) && self.is_in_cte {
                return;
            }
            if self.eat(TokenKind::Open) {
                self.skip_to_close();
                self.eat(TokenKind::Close);
            } else {
                self.bump();
            }
            let span = self.span_from(start);
            self.gap(span);
        }
    }

    /// The selects of a query.
    pub(super) fn body(&mut self, id: QueryId) {
        let mut operator = match self.tree.query(id).terms.len() {
            0 => SetOperator::First,
            _ => SetOperator::Missing,
        };
        loop {
            let token = self.token();
            let body = self.term(operator);
            if let Some(body) = body {
                let span = self.span_from(token.span.start);
                let term = Term {
                    operator,
                    body,
                    span,
                    region: token.region,
                };
                self.add_term(id, term);
            }
            operator = match self.set_operator() {
                Some(operator) => operator,
                None if body.is_some() && self.is_next_term(body, token.region) => {
                    if self.token().region == token.region {
                        SetOperator::Missing
                    } else {
                        // Blocks of Jinja of which one is there, or none.
                        SetOperator::Opaque
                    }
                }
                None => return,
            };
        }
    }

    fn add_term(&mut self, id: QueryId, term: Term) {
        let is_empty = |tree: &super::Tree, term: &Term| match term.body {
            TermBody::Select(select) => {
                tree.select(select).items.is_empty() && tree.select(select).relations.is_empty()
            }
            _ => false,
        };
        // `select` just typed on a line before a whole select.
        let last = self.tree.query(id).terms.last().copied();
        let is_replaced = last.is_some_and(|last| {
            term.operator == SetOperator::Missing && is_empty(&self.tree, &last)
        });
        if let Some(query) = self.tree.queries.get_mut(id.index()) {
            let mut term = term;
            if is_replaced && let Some(last) = query.terms.pop() {
                term.operator = last.operator;
            }
            query.terms.push(term);
        }
    }

    /// Whether another select stands here without a word between. In a CTE whose select is
    /// whole, it is the query behind the CTEs, and a parenthesis is missing.
    fn is_next_term(&self, last: Option<TermBody>, region: u16) -> bool {
        if !self.is_word(Keyword::Select) {
            return false;
        }
        let is_whole = match last {
            Some(TermBody::Select(select)) => !self.tree.select(select).relations.is_empty(),
            _ => true,
        };
        let is_made = self.token().region != region;
        is_made || !(self.is_in_cte && is_whole)
    }

    fn term(&mut self, operator: SetOperator) -> Option<TermBody> {
        let start = self.token().span;
        match self.kind() {
            TokenKind::Word(Keyword::Select | Keyword::From) => Some(self.select()),
            TokenKind::Word(Keyword::Values) if self.kind_at(1) == TokenKind::Open => {
                self.bump();
                Some(TermBody::Values(self.rows()))
            }
            TokenKind::Word(Keyword::Table) if self.kind_at(1).is_name() => {
                self.bump();
                self.name();
                Some(TermBody::Opaque)
            }
            TokenKind::Open => {
                self.bump();
                let query = self.query(start.end);
                self.close_query();
                let body = query.map_or(TermBody::Opaque, TermBody::Query);
                self.trailing_clauses();
                Some(body)
            }
            TokenKind::Jinja => {
                self.bump();
                while self.kind() == TokenKind::Jinja && !self.is_query_at(1) {
                    self.bump();
                }
                self.trailing_clauses();
                Some(TermBody::Opaque)
            }
            _ if operator == SetOperator::First => None,
            _ => Some(TermBody::Missing),
        }
    }

    /// `union all`, `except distinct`, `full union all by name`, …
    fn set_operator(&mut self) -> Option<SetOperator> {
        use Keyword::{All, Distinct, Except, Full, Inner, Intersect, Left, Minus, Outer, Union};
        let mut ahead = 0;
        while matches!(
            self.kind_at(ahead),
            TokenKind::Word(Full | Left | Inner | Outer)
        ) {
            ahead += 1;
        }
        let is_operator = matches!(
            self.kind_at(ahead),
            TokenKind::Word(Union | Intersect | Except | Minus)
        );
        if !is_operator {
            let is_made = self.kind() == TokenKind::Jinja && self.is_query_at(1);
            return is_made.then(|| {
                self.bump();
                SetOperator::Opaque
            });
        }
        let is_outer = ahead > 0;
        self.at += ahead + 1;
        let mut operator = SetOperator::ByPosition;
        loop {
            if self.is_word(All) || self.is_word(Distinct) {
                self.bump();
            } else if self.is_word(Keyword::By) && self.is_spelled_at(1, "name") {
                self.at += 2;
                operator = SetOperator::ByName;
            } else if self.is_spelled_at(0, "corresponding") {
                self.bump();
                operator = SetOperator::Opaque;
            } else if self.kind() == TokenKind::Jinja && self.is_query_at(1) {
                // `union {{ "all" }} select`
                self.bump();
            } else {
                break;
            }
        }
        if is_outer {
            SetOperator::ByName
        } else {
            operator
        }
        .into()
    }

    /// `(…), (…)` behind `values`: the number of columns of the first row.
    pub(super) fn rows(&mut self) -> u32 {
        let mut columns = 0;
        let mut is_first = true;
        while self.eat(TokenKind::Open) {
            let mut count = 0;
            while !self.is_end() && self.kind() != TokenKind::Close {
                if self.expression().is_none() && self.kind() != TokenKind::Comma {
                    break;
                }
                count += 1;
                if !self.eat(TokenKind::Comma) {
                    break;
                }
            }
            self.close();
            if is_first {
                columns = count;
            }
            is_first = false;
            if self.is_at_next_cte() || !self.eat(TokenKind::Comma) {
                break;
            }
        }
        columns
    }
}
