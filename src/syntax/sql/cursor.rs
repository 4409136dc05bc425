//! What is being typed at a place of a text? A relation, a column, a name behind a dot, a type.

use super::dialect::Dialect;
use super::lexer;
use super::mask::Masked;
use super::token::{Keyword, Token, TokenKind};
use super::tree::{Clause, Name, QueryId, SelectId, Tree};
use crate::text::Span;

/// A place of a text, and the tree that has it.
#[derive(Clone, Debug)]
pub struct Cursor {
    /// The way through the branches that goes by the place.
    pub tree: Tree,
    /// What stands there.
    pub place: Place,
}

/// What may stand at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// Nothing that has a meaning: a text, a comment, a number, Jinja, behind a whole operand.
    Nothing,
    /// A new name: an alias, a CTE.
    NewName,
    /// A relation; `word` is what is typed of it.
    Relation {
        /// The query in whose CTEs it may be.
        query: QueryId,
        /// What is typed of it.
        word: Span,
    },
    /// A column or a function.
    Column {
        /// The select whose relations are seen.
        select: SelectId,
        /// Where in it.
        clause: Clause,
        /// What is typed of it.
        word: Span,
    },
    /// A column behind a dot.
    Member {
        /// The select whose relations are seen.
        select: SelectId,
        /// The names before the dot.
        qualifier: Vec<Name>,
        /// What is typed behind it.
        word: Span,
    },
    /// A data type.
    DataType {
        /// What is typed of it.
        word: Span,
    },
}

/// What stands at `offset` of the text that `tree` and `masked` were made of.
pub(crate) fn place_at(masked: &Masked, tree: &Tree, dialect: Dialect, offset: usize) -> Place {
    let tokens = tokens_before(masked, dialect, offset);
    let Some((word, before)) = tokens.split_last() else {
        return Place::Nothing;
    };
    let is_word = matches!(word.kind, TokenKind::Name | TokenKind::Word(_));
    // The mark behind the text is a letter of a word, or it is inside of something else.
    if !is_word || word.has_hole || word.span.end as usize != offset + 1 {
        return Place::Nothing;
    }
    let typed = Span {
        start: word.span.start,
        end: word.span.end.saturating_sub(1),
    };
    let offset = word.span.start;
    let last = before.last().map_or(TokenKind::End, |token| token.kind);
    let (query, select) = tree.innermost(offset);
    let clause = select.map(|id| clause_at(tree, id, offset));
    let column = || match (select, clause) {
        (Some(select), Some(clause)) => Place::Column {
            select,
            clause,
            word: typed,
        },
        _ => Place::Nothing,
    };
    let relation = || match query {
        Some(query) => Place::Relation { query, word: typed },
        None => Place::Nothing,
    };
    match last {
        TokenKind::Dot => match (select, clause) {
            (Some(select), Some(clause)) if clause != Clause::From => Place::Member {
                select,
                qualifier: qualifier(before),
                word: typed,
            },
            _ => Place::Nothing,
        },
        TokenKind::DoubleColon => Place::DataType { word: typed },
        TokenKind::Word(Keyword::As) if is_in_cast(before) => Place::DataType { word: typed },
        TokenKind::Word(Keyword::As | Keyword::With | Keyword::Recursive) => Place::NewName,
        TokenKind::Word(Keyword::From) if is_in_call(before) => column(),
        TokenKind::Word(Keyword::From | Keyword::Join) => relation(),
        TokenKind::Comma
            if matches!(clause, Some(Clause::From | Clause::On)) && !is_in_call(before) =>
        {
            relation()
        }
        TokenKind::Name | TokenKind::Quoted | TokenKind::Text | TokenKind::Number => Place::Nothing,
        TokenKind::Close | TokenKind::CloseBracket | TokenKind::Jinja => Place::Nothing,
        _ => column(),
    }
}

/// The tokens up to `offset`, as if a letter stood there.
fn tokens_before(masked: &Masked, dialect: Dialect, offset: usize) -> Vec<Token> {
    let mut bytes = masked.bytes.get(..offset).unwrap_or(&[]).to_vec();
    bytes.push(b'x');
    let cut = Masked {
        bytes,
        has_holes: masked.has_holes,
        ..Masked::default()
    };
    let mut tokens = lexer::tokens(&cut, dialect);
    tokens.pop();
    tokens
}

/// The names before the last dot.
fn qualifier(before: &[Token]) -> Vec<Name> {
    let mut names = Vec::new();
    let mut tokens = before.iter().rev();
    while tokens.next().is_some_and(|it| it.kind == TokenKind::Dot) {
        match tokens.next() {
            Some(token) if matches!(token.kind, TokenKind::Word(_)) || token.kind.is_name() => {
                names.push(Name::of_token(*token));
            }
            Some(token) if token.kind == TokenKind::Jinja => names.push(Name::of_token(*token)),
            _ => break,
        }
    }
    names.reverse();
    names
}

/// The tokens before the parenthesis that is still open.
fn before_parenthesis(before: &[Token]) -> &[Token] {
    let mut depth = 0_usize;
    for (at, token) in before.iter().enumerate().rev() {
        match token.kind {
            TokenKind::Close => depth += 1,
            TokenKind::Open if depth == 0 => return before.get(..at).unwrap_or(&[]),
            TokenKind::Open => depth -= 1,
            // A query's own clauses are not a call's arguments.
            TokenKind::Word(Keyword::Select) if depth == 0 => return &[],
            _ => {}
        }
    }
    &[]
}

fn is_in_cast(before: &[Token]) -> bool {
    matches!(
        before_parenthesis(before).last().map(|token| token.kind),
        Some(TokenKind::Word(
            Keyword::Cast | Keyword::TryCast | Keyword::SafeCast
        ))
    )
}

/// Whether the parenthesis that is still open is a call's.
fn is_in_call(before: &[Token]) -> bool {
    let last = before_parenthesis(before).last();
    last.is_some_and(|token| {
        matches!(
            token.kind,
            TokenKind::Name | TokenKind::Word(Keyword::Unnest)
        )
    })
}

fn clause_at(tree: &Tree, select: SelectId, offset: u32) -> Clause {
    let mut clauses = tree.select(select).clauses.iter().rev();
    let before = clauses.find(|(_, start)| *start <= offset);
    before.map_or(Clause::List, |(clause, _)| *clause)
}
