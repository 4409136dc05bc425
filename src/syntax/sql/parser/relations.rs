//! What stands behind `from`: relations and how they are joined.

use super::Parser;
use crate::syntax::sql::dialect::Dialect;
use crate::syntax::sql::token::{Keyword, TokenKind};
use crate::syntax::sql::tree::{Clause, Join, Name, Relation, RelationKind};
use crate::text::Span;

impl Parser<'_> {
    /// `from a join b on …, c`
    pub(super) fn from(&mut self) {
        let start = self.bump().span.end;
        self.start(Clause::From, start);
        self.relations(Join::Comma);
        self.clause = Clause::From;
    }

    /// Relations, of which the first is joined with those before it by `first`.
    pub(super) fn relations(&mut self, first: Join) {
        self.relation(first);
        self.more_relations();
    }

    fn more_relations(&mut self) {
        loop {
            if self.is_at_next_cte() {
                return;
            }
            if self.eat(TokenKind::Comma) {
                self.relation(Join::Comma);
            } else if let Some(join) = self.join() {
                self.joined(join);
            } else if self.is_word(Keyword::Lateral) && self.is_word_at(1, Keyword::View) {
                self.lateral_view();
            } else if self.is_word(Keyword::On) {
                // The condition of an outer join of several.
                self.condition();
            } else if self.is_made_join() {
                let span = self.bump().span;
                self.change(|select| {
                    select.opaque_from.get_or_insert(span);
                });
            } else {
                return;
            }
        }
    }

    /// Jinja behind a relation: more relations, clauses, or nothing.
    fn is_made_join(&self) -> bool {
        self.kind() == TokenKind::Jinja && !self.is_query_at(1)
    }

    /// The words of a join, if one stands here.
    fn join(&mut self) -> Option<Join> {
        use Keyword::{
            All, Anti, Any, Apply, Array, Asof, Cross, Full, Global, Inner, Join as JoinWord,
            Lateral, Left, Natural, Outer, Positional, Right, Semi,
        };
        let mut ahead = 0;
        let mut join = Join::Joined;
        loop {
            match self.kind_at(ahead) {
                TokenKind::Word(JoinWord) => break,
                // `cross apply f(x)` of SQL Server.
                TokenKind::Word(Apply) if ahead == 1 => break,
                TokenKind::Word(Natural) => join = Join::Natural,
                TokenKind::Word(Semi | Anti) => join = Join::Filtering,
                TokenKind::Word(
                    Cross | Full | Inner | Left | Right | Outer | Any | All | Asof | Global
                    | Positional | Array | Lateral,
                ) => {}
                _ => return None,
            }
            ahead += 1;
        }
        self.at += ahead + 1;
        Some(join)
    }

    fn joined(&mut self, join: Join) {
        self.relation(join);
        if self.eat_spelled("match_condition") && self.eat(TokenKind::Open) {
            self.clause = Clause::On;
            self.expression();
            self.close();
        }
        if self.is_word(Keyword::On) {
            self.condition();
        } else if self.eat_word(Keyword::Using) {
            let names = if self.eat(TokenKind::Open) {
                self.names_in_parentheses()
            } else {
                // ClickHouse may leave the parentheses out.
                self.name().into_iter().collect()
            };
            self.change(|select| {
                if let Some(relation) = select.relations.last_mut() {
                    relation.using = names;
                }
            });
        }
    }

    fn condition(&mut self) {
        let start = self.bump().span.end;
        self.start(Clause::On, start);
        self.expression();
        self.clause = Clause::From;
    }

    fn relation(&mut self, join: Join) {
        let token = self.token();
        let start = token.span.start;
        let is_lateral = self.eat_word(Keyword::Lateral);
        if self.is_spelled_at(0, "only") && self.kind_at(1).is_name() {
            self.bump();
        }
        let before = self.tree_relations();
        let kind = self.source(join);
        let is_nest = matches!(kind, RelationKind::Opaque) && self.tree_relations() > before;
        let region = self
            .select
            .map_or(0, |select| self.tree.select(select).region);
        let mut relation = Relation {
            span: token.span,
            kind,
            alias: None,
            columns: Vec::new(),
            join,
            using: Vec::new(),
            opaque: None,
            is_lateral,
            is_conditional: token.region != region,
        };
        self.suffixes(&mut relation);
        relation.span = self.span_from(start);
        if is_nest && relation.alias.is_none() && relation.opaque.is_none() {
            // `(a join b)`: its relations are there already.
            self.change(|select| select.has_nest = true);
            return;
        }
        if is_nest {
            self.change(|select| select.relations.truncate(before));
        }
        if matches!(relation.kind, RelationKind::Missing) {
            relation.span = Span::empty(start as usize);
        }
        self.change(|select| select.relations.push(relation));
    }

    fn tree_relations(&self) -> usize {
        let select = self.select.map(|select| self.tree.select(select));
        select.map_or(0, |select| select.relations.len())
    }

    /// Alias, samples, time travel, pivots.
    fn suffixes(&mut self, relation: &mut Relation) {
        loop {
            let token = self.token();
            let is_open = self.kind_at(1) == TokenKind::Open;
            match token.kind {
                TokenKind::Word(Keyword::As) => {
                    self.bump();
                    self.alias(relation);
                }
                TokenKind::Word(Keyword::Pivot | Keyword::Unpivot | Keyword::Matches)
                    if is_open || self.kind_at(2) == TokenKind::Open || self.is_with_nulls() =>
                {
                    relation.opaque = Some(token.span);
                    self.pass_parentheses();
                    // What comes behind has the new columns.
                    relation.alias = None;
                }
                TokenKind::Word(Keyword::Tablesample | Keyword::Sample)
                    if is_open || self.kind_at(2) == TokenKind::Open =>
                {
                    self.pass_parentheses();
                }
                TokenKind::Word(Keyword::Using) if self.is_word_at(1, Keyword::Sample) => {
                    self.at += 3;
                    self.eat_spelled("percent");
                }
                TokenKind::Word(Keyword::For) if self.is_for_time() => {
                    self.at += 3;
                    self.eat_spelled("of");
                    self.expression();
                }
                TokenKind::Word(Keyword::At) if is_open => self.pass_parentheses(),
                TokenKind::Word(Keyword::Final) if self.dialect == Dialect::ClickHouse => {
                    self.bump();
                }
                TokenKind::Word(Keyword::With) => {
                    if !self.with_suffix(relation) {
                        return;
                    }
                }
                _ if is_open
                    && (self.is_spelled_at(0, "before") || self.is_spelled_at(0, "changes")) =>
                {
                    self.pass_parentheses();
                }
                _ if self.is_alias_here(relation) => self.alias(relation),
                _ => return,
            }
        }
    }

    /// `unpivot include nulls (`
    fn is_with_nulls(&self) -> bool {
        self.is_spelled_at(2, "nulls") && self.kind_at(3) == TokenKind::Open
    }

    fn is_for_time(&self) -> bool {
        let is_time = ["system_time", "system", "timestamp", "version"];
        is_time.iter().any(|word| self.is_spelled_at(1, word))
    }

    /// `with ordinality`, `with offset as o`, `with (nolock)`
    fn with_suffix(&mut self, relation: &mut Relation) -> bool {
        if self.is_spelled_at(1, "ordinality") {
            self.at += 2;
        } else if self.is_word_at(1, Keyword::Offset) {
            let offset = Name::of_token(self.token_at(1));
            self.at += 2;
            let is_named = self.eat_word(Keyword::As)
                || (self.kind().is_name() && !self.is_clause_start() && !self.is_join_word());
            let name = if is_named { self.name() } else { None };
            if let RelationKind::Unnest(slot) = &mut relation.kind {
                *slot = Some(name.unwrap_or(offset));
            }
        } else if self.kind_at(1) == TokenKind::Open && self.dialect == Dialect::SqlServer {
            self.pass_parentheses();
        } else {
            return false;
        }
        true
    }

    /// Passes over words up to a parenthesis, and all that is in it.
    fn pass_parentheses(&mut self) {
        while self.kind() != TokenKind::Open && !self.is_end() {
            self.bump();
        }
        self.bump();
        self.skip_to_close();
        self.eat(TokenKind::Close);
    }

    fn is_join_word(&self) -> bool {
        use Keyword::{Anti, Any, Array, Asof, Cross, Global, Outer, Positional, Semi};
        let is_followed = || {
            matches!(
                self.kind_at(1),
                TokenKind::Word(
                    Keyword::Join
                        | Keyword::Left
                        | Keyword::Inner
                        | Keyword::Right
                        | Keyword::Full
                        | Keyword::Apply
                        | Keyword::Cross
                        | Keyword::Any
                        | Keyword::Semi
                        | Keyword::Anti
                        | Keyword::Asof
                        | Keyword::All
                )
            )
        };
        match self.kind() {
            TokenKind::Word(
                Semi | Anti | Any | Asof | Positional | Global | Array | Outer | Cross,
            ) => is_followed(),
            _ => false,
        }
    }

    fn is_alias_here(&self, relation: &Relation) -> bool {
        if relation.alias.is_some() || matches!(relation.kind, RelationKind::Missing) {
            return false;
        }
        if self.kind() == TokenKind::Jinja {
            // `{{ ref('x') }} {{ alias }}` or more SQL: nobody knows.
            return false;
        }
        let is_set = self.is_set_operator() || self.is_spelled_at(0, "match_condition");
        self.kind().is_name() && !self.is_clause_start() && !self.is_join_word() && !is_set
    }

    fn alias(&mut self, relation: &mut Relation) {
        if self.kind() == TokenKind::Open {
            // Postgres: `f(x) as (a int, b text)`
            self.bump();
            relation.columns = self.names_in_parentheses();
            return;
        }
        relation.alias = self.name();
        let is_list = self.kind() == TokenKind::Open && relation.alias.is_some();
        if is_list {
            self.bump();
            relation.columns = self.names_in_parentheses();
        }
    }

    /// Relations behind clauses: the lateral views of Spark.
    pub(super) fn late_relations(&mut self) {
        let start = self.token().span.start;
        self.start(Clause::From, start);
        self.more_relations();
        self.clause = Clause::From;
    }

    /// `lateral view outer explode(x) t as a, b` of Spark.
    fn lateral_view(&mut self) {
        let start = self.bump().span.start;
        self.bump();
        self.eat_word(Keyword::Outer);
        let kind = match self.kind() {
            kind if kind.is_name() => self.named_source(),
            _ => RelationKind::Opaque,
        };
        let alias = match self.kind() {
            kind if kind.is_name() => self.name(),
            _ => None,
        };
        let mut columns = Vec::new();
        if self.eat_word(Keyword::As) {
            while let Some(name) = self.name() {
                columns.push(name);
                if self.is_at_next_cte() || !self.eat(TokenKind::Comma) {
                    break;
                }
            }
        }
        let relation = Relation {
            span: self.span_from(start),
            kind,
            alias,
            columns,
            join: Join::Joined,
            using: Vec::new(),
            opaque: None,
            is_lateral: true,
            is_conditional: false,
        };
        self.change(|select| select.relations.push(relation));
    }
}
