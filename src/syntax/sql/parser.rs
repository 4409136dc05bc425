//! How do the tokens of a text become a [`Tree`]? What all parts of the parser share: looking
//! ahead, names, and how to go on where something is missing.

mod calls;
mod clauses;
mod expressions;
mod operands;
mod query;
mod relations;
mod select;
mod sources;
mod stars;
mod types;

use super::dialect::Dialect;
use super::expression::{Expression, ExpressionId, ExpressionKind};
use super::mask::Masked;
use super::token::{Keyword, Token, TokenKind};
use super::tree::{Clause, Name, NameKind, Path, QueryId, SelectId, Tree};
use crate::text::Span;

/// How deep queries and expressions may stand in each other; what is deeper is not understood.
const MAX_DEPTH: u16 = 200;

/// The tree of `tokens`.
pub(crate) fn parse(text: &str, masked: &Masked, tokens: &[Token], dialect: Dialect) -> Tree {
    let mut parser = Parser {
        text,
        masked,
        tokens,
        at: 0,
        depth: 0,
        dialect,
        tree: Tree {
            dialect,
            ..Tree::default()
        },
        query: None,
        select: None,
        clause: Clause::Rest,
        is_doubtful: false,
        is_item: false,
        is_in_cte: false,
        is_in_case: false,
    };
    parser.file();
    parser.tree.gaps.sort_unstable();
    parser.tree.regions = masked.regions.iter().map(|region| region.parent).collect();
    parser.tree
}

#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a claim about the place by itself"
)]
struct Parser<'a> {
    text: &'a str,
    masked: &'a Masked,
    tokens: &'a [Token],
    at: usize,
    depth: u16,
    dialect: Dialect,
    tree: Tree,
    /// Where the parser stands.
    query: Option<QueryId>,
    select: Option<SelectId>,
    clause: Clause,
    /// Whether names may be something else than columns.
    is_doubtful: bool,
    /// Whether it stands in an item of a select list, outside of parentheses.
    is_item: bool,
    /// Whether it stands in a CTE.
    is_in_cte: bool,
    /// Whether it stands in a `case`, where `end` is no name.
    is_in_case: bool,
}

const END: Token = Token {
    kind: TokenKind::End,
    has_hole: false,
    region: 0,
    span: Span { start: 0, end: 0 },
};

impl Parser<'_> {
    fn token_at(&self, ahead: usize) -> Token {
        let last = || self.tokens.last().copied().unwrap_or(END);
        self.tokens
            .get(self.at + ahead)
            .copied()
            .unwrap_or_else(last)
    }

    fn token(&self) -> Token {
        self.token_at(0)
    }

    fn kind(&self) -> TokenKind {
        self.token_at(0).kind
    }

    fn kind_at(&self, ahead: usize) -> TokenKind {
        self.token_at(ahead).kind
    }

    fn is_word_at(&self, ahead: usize, word: Keyword) -> bool {
        self.kind_at(ahead) == TokenKind::Word(word)
    }

    fn is_word(&self, word: Keyword) -> bool {
        self.is_word_at(0, word)
    }

    /// The text of the token `ahead`, if it is a word.
    fn spelling_at(&self, ahead: usize) -> &str {
        let token = self.token_at(ahead);
        match token.kind {
            TokenKind::Name | TokenKind::Word(_) => token.span.of(self.text),
            _ => "",
        }
    }

    /// Whether the token `ahead` is `word`, for words that mean something at one place only.
    fn is_spelled_at(&self, ahead: usize, word: &str) -> bool {
        self.spelling_at(ahead).eq_ignore_ascii_case(word)
    }

    fn is_end(&self) -> bool {
        self.kind() == TokenKind::End
    }

    fn bump(&mut self) -> Token {
        let token = self.token();
        if token.kind != TokenKind::End {
            self.at += 1;
        }
        token
    }

    fn eat(&mut self, kind: TokenKind) -> bool {
        let is_there = self.kind() == kind;
        if is_there {
            self.bump();
        }
        is_there
    }

    fn eat_word(&mut self, word: Keyword) -> bool {
        self.eat(TokenKind::Word(word))
    }

    fn eat_spelled(&mut self, word: &str) -> bool {
        let is_there = self.is_spelled_at(0, word);
        if is_there {
            self.bump();
        }
        is_there
    }

    /// Where the token before ends.
    fn end_before(&self) -> u32 {
        let before = self.at.checked_sub(1).and_then(|at| self.tokens.get(at));
        before.map_or(0, |token| token.span.end)
    }

    fn span_from(&self, start: u32) -> Span {
        Span {
            start,
            end: self.end_before().max(start),
        }
    }

    fn gap(&mut self, span: Span) {
        match self.tree.gaps.last_mut() {
            Some(last) if last.end + 1 >= span.start => last.end = span.end,
            _ => self.tree.gaps.push(span),
        }
    }

    /// Goes one level deeper to run `inside`, or says that it is too deep.
    fn deeper<T>(&mut self, inside: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        if self.depth >= MAX_DEPTH {
            return None;
        }
        self.depth += 1;
        let made = inside(self);
        self.depth -= 1;
        made
    }

    fn push(&mut self, kind: ExpressionKind, first: u32, start: u32) -> ExpressionId {
        let id = self.next_expression();
        let span = self.span_from(start);
        self.tree.expressions.push(Expression { kind, span, first });
        ExpressionId(id)
    }

    fn next_expression(&self) -> u32 {
        u32::try_from(self.tree.expressions.len()).unwrap_or(u32::MAX)
    }

    /// The name here, if there is one.
    fn name(&mut self) -> Option<Name> {
        let is_name = self.kind().is_name() || self.kind() == TokenKind::Jinja;
        is_name.then(|| Name::of_token(self.bump()))
    }

    /// `a, b)`: the names up to the parenthesis, which is taken, too. Types behind the names are
    /// passed over.
    fn names_in_parentheses(&mut self) -> Vec<Name> {
        let mut names = Vec::new();
        while !self.is_end() && self.kind() != TokenKind::Close {
            if let Some(mut name) = self.name() {
                // Snowflake takes `using (a.id)` for `using (id)`.
                while self.eat(TokenKind::Dot) {
                    name = self.name().unwrap_or(name);
                }
                names.push(name);
            } else if matches!(self.kind(), TokenKind::Word(word) if word.is_reserved())
                && self.kind() != TokenKind::Word(Keyword::As)
            {
                break;
            }
            while !self.is_end() && !matches!(self.kind(), TokenKind::Comma | TokenKind::Close) {
                if self.is_clause_word() {
                    return names;
                }
                if self.kind() == TokenKind::Open {
                    self.bump();
                    self.skip_to_close();
                }
                self.bump();
            }
            self.eat(TokenKind::Comma);
        }
        self.eat(TokenKind::Close);
        names
    }

    fn is_clause_word(&self) -> bool {
        use Keyword::{From, Group, Having, Order, Qualify, Select, Union, Where};
        matches!(
            self.kind(),
            TokenKind::Word(Select | From | Where | Group | Having | Order | Qualify | Union)
        )
    }

    fn push_path(&mut self, names: &[Name]) -> Path {
        let start = u32::try_from(self.tree.names.len()).unwrap_or(u32::MAX);
        self.tree.names.extend_from_slice(names);
        Path {
            start,
            len: u32::try_from(names.len()).unwrap_or(0),
        }
    }

    /// Whether a query starts at the token `ahead`.
    fn is_query_at(&self, mut ahead: usize) -> bool {
        use Keyword::{From, Select, Values, With};
        // No query has so many parentheses around it.
        for _ in 0..64 {
            match self.kind_at(ahead) {
                TokenKind::Word(Select | With) => return true,
                TokenKind::Word(Values) => return self.kind_at(ahead + 1) == TokenKind::Open,
                TokenKind::Word(From) => return true,
                TokenKind::Open => ahead += 1,
                _ => return false,
            }
        }
        false
    }

    /// Whether the parenthesis at the token `ahead` has a query inside, and not an operand or a
    /// relation that starts with one: `((select 1) + 2)`, `((select 1) as a join b)`.
    fn is_query_in(&self, ahead: usize) -> bool {
        /// No subquery in doubt is so long; a longer one is taken for the whole.
        const FAR: usize = 4000;
        if !self.is_query_at(ahead + 1) {
            return false;
        }
        if self.kind_at(ahead + 1) != TokenKind::Open {
            return true;
        }
        let mut depth = 0_usize;
        for at in ahead + 1..ahead + FAR {
            match self.kind_at(at) {
                TokenKind::Open => depth += 1,
                TokenKind::Close if depth == 1 => {
                    use Keyword::{Except, Intersect, Limit, Minus, Order, Union};
                    return matches!(
                        self.kind_at(at + 1),
                        TokenKind::Close
                            | TokenKind::End
                            | TokenKind::Jinja
                            | TokenKind::Word(Union | Intersect | Except | Minus | Order | Limit)
                    );
                }
                TokenKind::Close => depth = depth.saturating_sub(1),
                TokenKind::End => return true,
                _ => {}
            }
        }
        true
    }

    /// Whether a CTE starts at the token `ahead`: a name, maybe columns, `as (`, a query. At a
    /// comma this tells a CTE from whatever else the comma may separate.
    fn is_cte_at(&self, mut ahead: usize) -> bool {
        let is_name = self.kind_at(ahead).is_name() || self.kind_at(ahead) == TokenKind::Jinja;
        if !is_name {
            return false;
        }
        ahead += 1;
        if self.kind_at(ahead) == TokenKind::Open {
            ahead += 1;
            while self.kind_at(ahead).is_name() {
                ahead += 1;
                if self.kind_at(ahead) == TokenKind::Comma {
                    ahead += 1;
                }
            }
            if self.kind_at(ahead) != TokenKind::Close {
                return false;
            }
            ahead += 1;
        }
        if !self.is_word_at(ahead, Keyword::As) {
            return false;
        }
        ahead += 1;
        ahead += usize::from(self.is_word_at(ahead, Keyword::Not));
        ahead += usize::from(self.is_word_at(ahead, Keyword::Materialized));
        if self.kind_at(ahead) != TokenKind::Open {
            return false;
        }
        let is_made = self.kind_at(ahead + 1) == TokenKind::Jinja;
        self.is_query_at(ahead + 1) || (is_made && self.is_in_cte)
    }

    /// Whether a comma stands here behind which the next CTE starts: parentheses that are still
    /// open will not be closed.
    fn is_at_next_cte(&self) -> bool {
        self.kind() == TokenKind::Comma && self.is_cte_at(1)
    }

    /// Passes over what stands up to the parenthesis that closes, and stops before it; or before
    /// what shows that it is missing.
    fn skip_to_close(&mut self) {
        let mut depth = 0_usize;
        while !self.is_end() {
            match self.kind() {
                TokenKind::Open => depth += 1,
                TokenKind::Close if depth == 0 => return,
                TokenKind::Close => depth -= 1,
                TokenKind::Comma if self.is_in_cte && self.is_cte_at(1) => return,
                _ => {}
            }
            self.bump();
        }
    }

    /// The closing parenthesis of something that is no query; what stands before it is passed
    /// over, but not the clauses of the query around.
    fn close(&mut self) -> bool {
        let start = self.token().span.start;
        while !self.eat(TokenKind::Close) {
            if self.is_end() || self.is_clause_word() || self.is_at_next_cte() {
                return false;
            }
            if self.eat(TokenKind::Open) {
                self.skip_to_close();
            }
            self.bump();
            let span = self.span_from(start);
            self.gap(span);
        }
        true
    }
}
