//! Selects: the list, and the clauses behind it.

use super::Parser;
use crate::syntax::sql::dialect::Dialect;
use crate::syntax::sql::expression::{ExpressionId, ExpressionKind};
use crate::syntax::sql::token::{Keyword, Operator, TokenKind};
use crate::syntax::sql::tree::{Clause, Item, ItemKind, Name, Select, SelectId, TermBody};
use crate::text::Span;

impl Parser<'_> {
    /// A select from its first word on, be it `select` or `from`.
    pub(super) fn select(&mut self) -> TermBody {
        let select = self.deeper(|parser| Some(parser.select_here()));
        if select.is_none() {
            self.bump();
        }
        select.map_or(TermBody::Opaque, TermBody::Select)
    }

    fn select_here(&mut self) -> SelectId {
        let id = SelectId::next(&self.tree.selects);
        let first = self.token();
        self.tree.selects.push(Select {
            span: first.span,
            query: self.query,
            keyword: first.span,
            region: first.region,
            ..Select::default()
        });
        let outer = (self.select.replace(id), self.clause, self.is_item);
        self.is_item = false;
        if self.is_word(Keyword::From) {
            self.from();
        }
        if self.is_word(Keyword::Select) {
            self.select_list();
        } else {
            self.change(|select| select.items.push(all_of(first.span)));
        }
        self.clauses();
        let end = self.end_before();
        self.change(|select| select.span.end = end.max(select.span.start));
        (self.select, self.clause, self.is_item) = outer;
        id
    }

    fn select_list(&mut self) {
        let keyword = self.bump();
        self.start(Clause::List, keyword.span.end);
        self.modifiers();
        let start = self.end_before();
        self.list(keyword.region);
        let span = Span {
            start,
            end: self.token().span.start.max(start),
        };
        self.change(|select| {
            select.keyword = keyword.span;
            select.region = keyword.region;
            select.list = span;
        });
    }

    /// Changes the select that the parser stands in.
    pub(super) fn change(&mut self, change: impl FnOnce(&mut Select)) {
        let select = self.select.map(SelectId::index);
        if let Some(select) = select.and_then(|at| self.tree.selects.get_mut(at)) {
            change(select);
        }
    }

    /// Says that a clause starts at `offset`.
    pub(super) fn start(&mut self, clause: Clause, offset: u32) {
        self.clause = clause;
        self.change(|select| select.clauses.push((clause, offset)));
    }

    /// What stands between `select` and the list.
    fn modifiers(&mut self) {
        loop {
            match self.kind() {
                TokenKind::Word(Keyword::All) => {
                    self.bump();
                }
                TokenKind::Word(Keyword::Distinct) => {
                    self.bump();
                    if self.is_word(Keyword::On) && self.kind_at(1) == TokenKind::Open {
                        self.at += 2;
                        self.expressions_to_close();
                    }
                }
                TokenKind::Word(Keyword::Top)
                    if matches!(self.kind_at(1), TokenKind::Number | TokenKind::Open)
                        || self.kind_at(1) == TokenKind::Jinja =>
                {
                    self.at += 1;
                    self.top();
                }
                TokenKind::Word(Keyword::As)
                    if self.is_word_at(1, Keyword::Struct) || self.is_spelled_at(1, "value") =>
                {
                    self.at += 2;
                    self.change(|select| select.is_one_value = true);
                }
                _ => return,
            }
        }
    }

    /// `top (10) percent with ties`
    fn top(&mut self) {
        let is_open = self.eat(TokenKind::Open);
        self.bump();
        if is_open {
            self.close();
        }
        self.eat_spelled("percent");
        if self.is_word(Keyword::With) && self.is_spelled_at(1, "ties") {
            self.at += 2;
        }
    }

    fn list(&mut self, region: u16) {
        loop {
            let before = self.at;
            self.item(region);
            if self.is_at_next_cte() && self.is_in_cte {
                return;
            }
            let token = self.token();
            if token.kind != TokenKind::Comma {
                return;
            }
            if token.region != region {
                self.mark_list(token.region);
            }
            self.bump();
            debug_assert!(self.at > before);
        }
    }

    /// Says that the Jinja of `region` puts items or takes them away.
    fn mark_list(&mut self, region: u16) {
        let span = self.masked.regions.get(usize::from(region));
        let span = span.map_or_else(Span::default, |region| region.span);
        self.change(|select| {
            select.opaque_list.get_or_insert(span);
        });
    }

    fn item(&mut self, region: u16) {
        let start = self.token().span.start;
        let first = self.tree.expressions.len();
        self.is_item = true;
        let prefix = self.prefix_alias();
        let mut kind = match self.kind() {
            TokenKind::Star => {
                self.bump();
                self.star(super::Path::default())
            }
            _ => self.column(prefix),
        };
        self.is_item = false;
        if self.leftovers() {
            kind = Some(ItemKind::Opaque);
        }
        if let Some(kind) = kind {
            let named = match &kind {
                ItemKind::Column { name, .. } => name.map(|name| name.span.start),
                ItemKind::Star(_) | ItemKind::Opaque => None,
            };
            let own = self.region_at(named.unwrap_or(start));
            if own != region {
                self.mark_list(own);
            }
            let item = Item {
                span: self.span_from(start),
                kind,
                is_conditional: own != region,
            };
            debug_assert!(first <= self.tree.expressions.len());
            self.change(|select| select.items.push(item));
        }
    }

    /// The region of the token at `offset`, which was just read.
    fn region_at(&self, offset: u32) -> u16 {
        let read = self.tokens.get(..self.at).unwrap_or(&[]);
        let token = read.iter().rev().find(|token| token.span.start <= offset);
        token.map_or(0, |token| token.region)
    }

    /// `alias = value` of SQL Server, `alias: value` of `DuckDB`.
    fn prefix_alias(&mut self) -> Option<Name> {
        let sign = match self.dialect {
            Dialect::SqlServer => TokenKind::Operator(Operator::Equal),
            Dialect::DuckDb => TokenKind::Colon,
            _ => return None,
        };
        let is_alias = self.kind().is_name() && self.kind_at(1) == sign;
        is_alias.then(|| {
            let name = Name::of_token(self.bump());
            self.bump();
            name
        })
    }

    fn column(&mut self, prefix: Option<Name>) -> Option<ItemKind> {
        let has_comma = self.kind() == TokenKind::Jinja && self.may_put_comma();
        let value = self.expression();
        if let Some(value) = value
            && let Some(ExpressionKind::Star(path)) = self.kind_of(value)
            && value.index() + 1 == self.tree.expressions.len()
        {
            self.tree.expressions.pop();
            return self.star(path);
        }
        if prefix.is_some() {
            return Some(ItemKind::Column {
                name: prefix,
                is_alias: true,
                value,
            });
        }
        let is_jinja = value.is_some_and(|it| self.kind_of(it) == Some(ExpressionKind::Jinja));
        if self.eat_word(Keyword::As) {
            if self.eat(TokenKind::Open) {
                return Some(self.several_names(value));
            }
            let is_name = matches!(self.kind(), TokenKind::Word(word) if word != Keyword::From)
                || matches!(
                    self.kind(),
                    TokenKind::Name | TokenKind::Quoted | TokenKind::Text | TokenKind::Jinja
                );
            let name = is_name.then(|| Name::of_token(self.bump()));
            return Some(match name {
                Some(_) if has_comma => ItemKind::Opaque,
                name => ItemKind::Column {
                    name,
                    is_alias: true,
                    value,
                },
            });
        }
        if is_jinja {
            // It may put any number of columns.
            let is_followed = self.kind().is_name() && !self.is_clause_start();
            if is_followed {
                self.bump();
            }
            return Some(ItemKind::Opaque);
        }
        let value = value?;
        if (self.kind().is_name() || self.is_text_alias()) && !self.is_clause_start() {
            let name = Some(Name::of_token(self.bump()));
            return Some(ItemKind::Column {
                name,
                is_alias: true,
                value: Some(value),
            });
        }
        Some(ItemKind::Column {
            name: self.own_name(value),
            is_alias: false,
            value: Some(value),
        })
    }

    fn is_text_alias(&self) -> bool {
        self.kind() == TokenKind::Text && self.dialect == Dialect::SqlServer
    }

    fn kind_of(&self, id: ExpressionId) -> Option<ExpressionKind> {
        self.tree.expression(id).map(|it| it.kind)
    }

    /// `inline(x) as (a, b)` of Spark: an item for each name but the last.
    fn several_names(&mut self, value: Option<ExpressionId>) -> ItemKind {
        let mut names = self.names_in_parentheses();
        let last = names.pop();
        for name in names {
            let item = Item {
                span: name.span,
                kind: ItemKind::Column {
                    name: Some(name),
                    is_alias: true,
                    value,
                },
                is_conditional: false,
            };
            self.change(|select| select.items.push(item));
        }
        ItemKind::Column {
            name: last,
            is_alias: true,
            value,
        }
    }

    /// What a column without an alias is called.
    fn own_name(&self, value: ExpressionId) -> Option<Name> {
        let name_of = |path| self.tree.path(path).last().copied();
        let names_by_function = matches!(self.dialect, Dialect::Postgres | Dialect::Redshift);
        let expression = self.tree.expression(value)?;
        match expression.kind {
            ExpressionKind::Column(id) => name_of(self.tree.reference(id)?.path),
            ExpressionKind::Call(path) if names_by_function => name_of(path),
            ExpressionKind::Cast { .. } if names_by_function => {
                let inner = *self.tree.parts(value).first()?;
                match self.kind_of(inner)? {
                    ExpressionKind::Column(_) | ExpressionKind::Call(_) => {
                        self.own_name_of_cast(inner)
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }

    fn own_name_of_cast(&self, inner: ExpressionId) -> Option<Name> {
        let path = match self.kind_of(inner)? {
            ExpressionKind::Column(id) => self.tree.reference(id)?.path,
            ExpressionKind::Call(path) => path,
            _ => return None,
        };
        self.tree.path(path).last().copied()
    }

    /// Passes over what stands behind an item and before the next comma or clause.
    fn leftovers(&mut self) -> bool {
        let start = self.token().span.start;
        let from = self.at;
        while !self.is_item_end() {
            if self.eat(TokenKind::Open) {
                self.skip_to_close();
                if !self.eat(TokenKind::Close) {
                    break;
                }
            } else {
                self.bump();
            }
        }
        if self.at > from {
            let span = self.span_from(start);
            self.gap(span);
        }
        self.at > from
    }

    fn is_item_end(&self) -> bool {
        matches!(
            self.kind(),
            TokenKind::Comma
                | TokenKind::Close
                | TokenKind::End
                | TokenKind::Semicolon
                | TokenKind::Word(Keyword::Select)
        ) || self.is_clause_start()
            || self.is_set_operator()
    }

    pub(super) fn is_set_operator(&self) -> bool {
        use Keyword::{Except, Full, Intersect, Minus, Union};
        match self.kind() {
            TokenKind::Word(Union | Intersect | Except) => true,
            TokenKind::Word(Minus) => {
                self.is_query_at(1)
                    || self.is_word_at(1, Keyword::All)
                    || self.kind_at(1) == TokenKind::End
            }
            TokenKind::Word(Full) => {
                self.is_word_at(1, Union)
                    || (self.is_word_at(1, Keyword::Outer) && self.is_word_at(2, Union))
            }
            _ => false,
        }
    }
}

/// What `from t` alone selects: `*`.
fn all_of(span: Span) -> Item {
    Item {
        span,
        kind: ItemKind::Star(Box::default()),
        is_conditional: false,
    }
}
