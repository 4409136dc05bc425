//! What is being typed at the cursor? Looks at the tokens near it, so the rest of the text may be
//! as broken as it likes.

use super::calls::{Argument, argument_of};
use super::lexer::{self, Token, TokenKind};
use super::parser::Tokens;
use super::scanner::{Piece, Scanner};
use crate::text::Span;

/// Where in the code of a template the cursor is.
#[derive(Clone, Debug, PartialEq)]
pub enum Cursor<'a> {
    /// Between the parentheses of a call.
    Call(Box<CallAtCursor<'a>>),
    /// In `{{ }}` or `{% %}`, but in no call.
    Word(WordAtCursor<'a>),
}

/// A cursor between the parentheses of a call.
#[derive(Clone, Debug, PartialEq)]
pub struct CallAtCursor<'a> {
    /// The names of what is called: `["ref"]`.
    pub callee: Vec<&'a str>,
    /// Where they stand.
    pub callee_span: Span,
    /// From the callee to the closing parenthesis, or as far as the arguments go.
    pub span: Span,
    /// The arguments before the cursor's.
    pub before: Vec<Argument<'a>>,
    /// The cursor's argument, if there is anything yet.
    pub current: Option<Argument<'a>>,
    /// The arguments behind the cursor's.
    pub after: Vec<Argument<'a>>,
    /// How many commas stand between the opening parenthesis and the cursor.
    pub index: usize,
    /// The place among the positional arguments; none behind a keyword.
    pub position: Option<usize>,
    /// The keyword that the cursor's argument has, with its place.
    pub keyword: Option<(&'a str, Span)>,
    /// Which part of its argument the cursor is in.
    pub place: CursorPlace,
    /// The text there is at the cursor: inside the quotes for a string, up to the closing quote.
    pub typed: Span,
    /// The quote that opens the string the cursor is in.
    pub quote: Option<char>,
    /// Whether that string has its closing quote.
    pub has_closing_quote: bool,
    /// Whether the call has its closing parenthesis.
    pub has_closing_parenthesis: bool,
    /// What ends the tag, where that is missing: `}}` or `%}`.
    pub missing_braces: Option<&'static str>,
    /// How many lists, dicts or parentheses the cursor is in inside the argument.
    pub nesting: usize,
    /// How many the call itself is in.
    pub depth: usize,
}

/// Which part of an argument the cursor is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CursorPlace {
    /// The value, be it still empty.
    Value,
    /// The name of a keyword before its `=`.
    Keyword,
    /// Behind a value that is complete.
    Behind,
}

/// A cursor in code, but in no call.
#[derive(Clone, Debug, PartialEq)]
pub struct WordAtCursor<'a> {
    /// The names before the dot: `["adapter"]` in `adapter.dis`.
    pub path: Vec<&'a str>,
    /// The word at the cursor; empty where there is none.
    pub typed: Span,
    /// Whether the word is followed by `(`.
    pub is_called: bool,
    /// Whether it is the name of a tag: the first word in `{% %}`.
    pub is_tag: bool,
}

/// What is being typed at `offset` of a template.
#[must_use]
pub fn cursor_at(text: &str, offset: u32) -> Option<Cursor<'_>> {
    let at = offset;
    let offset = offset as usize;
    let mut scanner = Scanner::new(text);
    while let Some(piece) = scanner.next_piece() {
        let (fence, is_tag) = match piece {
            Piece::Text(span) | Piece::Raw(_, span) if (span.end as usize) < offset => continue,
            Piece::Text(span) if span.end as usize == offset => continue,
            Piece::Comment(fence) if (fence.span.end as usize) <= offset => continue,
            Piece::Text(_) | Piece::Raw(..) | Piece::Comment(_) => return None,
            Piece::Output(fence) => (fence, false),
            Piece::Tag(fence) => (fence, true),
        };
        if fence.inside.touches(at) {
            return Surroundings {
                text,
                tokens: &scanner.tokens,
                end: fence.inside.end as usize,
                base: 0,
                has_closing_braces: fence.is_closed,
                is_tag,
            }
            .cursor(offset);
        }
        if fence.span.end as usize > offset {
            return None;
        }
    }
    None
}

/// The call of a template whose parentheses are around `offset`.
#[must_use]
pub fn call_at(text: &str, offset: u32) -> Option<CallAtCursor<'_>> {
    match cursor_at(text, offset)? {
        Cursor::Call(call) => Some(*call),
        Cursor::Word(_) => None,
    }
}

/// What is being typed in a bare expression, whose text starts at `base` of its file; `offset` is
/// an offset of the file.
#[must_use]
pub fn expression_cursor_at(text: &str, base: usize, offset: u32) -> Option<Cursor<'_>> {
    let offset = (offset as usize).checked_sub(base)?;
    if offset > text.len() {
        return None;
    }
    Surroundings {
        text,
        tokens: &lexer::tokens(text),
        end: text.len(),
        base,
        has_closing_braces: true,
        is_tag: false,
    }
    .cursor(offset)
}

/// The tokens around a cursor.
pub(crate) struct Surroundings<'a, 't> {
    pub text: &'a str,
    pub tokens: &'t [Token],
    /// Where the code ends.
    pub end: usize,
    /// Added to every offset of a span.
    pub base: usize,
    pub has_closing_braces: bool,
    pub is_tag: bool,
}

/// The part of the tokens between two commas.
#[derive(Clone, Copy)]
struct Slot {
    from: usize,
    to: usize,
}

impl<'a> Surroundings<'a, '_> {
    /// What is being typed at `offset`, without base.
    pub fn cursor(&self, offset: usize) -> Option<Cursor<'a>> {
        let opens = self.open_brackets(offset);
        for (nesting, open) in opens.iter().rev().enumerate() {
            if let Some(callee) = self.callee(*open) {
                let depth = opens.len() - 1 - nesting;
                let call = self.call(*open, callee, (nesting, depth), offset);
                return call.map(|call| Cursor::Call(Box::new(call)));
            }
        }
        if self
            .tokens
            .iter()
            .any(|token| is_inside_string(*token, offset))
        {
            return None;
        }
        Some(Cursor::Word(self.word(offset)))
    }

    /// The tokens that open a bracket around `offset`, from the outside in.
    fn open_brackets(&self, offset: usize) -> Vec<usize> {
        let mut opens: Vec<(usize, TokenKind)> = Vec::new();
        for (index, token) in self.tokens.iter().enumerate() {
            if token.end > offset {
                break;
            }
            if is_opening(token.kind) {
                opens.push((index, token.kind));
            } else if let Some(opening) = opening_of(token.kind)
                && let Some(at) = opens.iter().rposition(|(_, kind)| *kind == opening)
            {
                opens.truncate(at);
            }
        }
        opens.into_iter().map(|(index, _)| index).collect()
    }

    /// The names before the parenthesis at `open`, as the token they start with; none for a
    /// parenthesis that calls nothing.
    fn callee(&self, open: usize) -> Option<usize> {
        if self.kind(open) != Some(TokenKind::LeftParenthesis) {
            return None;
        }
        let mut first = open.checked_sub(1)?;
        if self.kind(first) != Some(TokenKind::Name) {
            return None;
        }
        while first >= 2
            && self.kind(first - 1) == Some(TokenKind::Dot)
            && self.kind(first - 2) == Some(TokenKind::Name)
        {
            first -= 2;
        }
        let before = first.checked_sub(1);
        let word = before.map_or("", |before| self.word_of(before));
        let is_path = match before.and_then(|before| self.kind(before)) {
            Some(TokenKind::Dot | TokenKind::Pipe) => false,
            _ => !(self.is_tag && first == 1 && matches!(word, "macro" | "test" | "call")),
        };
        let is_word = matches!(
            self.word_of(first),
            "in" | "and" | "or" | "not" | "if" | "is" | "else" | "call"
        );
        (is_path && word != "is" && !(is_word && first + 1 == open)).then_some(first)
    }

    fn kind(&self, index: usize) -> Option<TokenKind> {
        self.tokens.get(index).map(|token| token.kind)
    }

    fn word_of(&self, index: usize) -> &'a str {
        match self.tokens.get(index) {
            Some(token) if token.kind == TokenKind::Name => token.text(self.text),
            _ => "",
        }
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(start + self.base, end + self.base)
    }

    fn names(&self, from: usize, to: usize) -> Vec<&'a str> {
        let names = (from..to).map(|index| self.word_of(index));
        names.filter(|name| !name.is_empty()).collect()
    }

    fn call(
        &self,
        open: usize,
        callee: usize,
        (nesting, depth): (usize, usize),
        offset: usize,
    ) -> Option<CallAtCursor<'a>> {
        let (slots, close) = self.slots(open);
        let index = slots
            .iter()
            .rposition(|slot| self.slot_start(*slot) <= offset)?;
        let slot = *slots.get(index)?;
        let arguments = |slots: &[Slot]| -> Vec<Argument<'a>> {
            slots
                .iter()
                .filter_map(|slot| self.argument(*slot))
                .collect()
        };
        let before = arguments(slots.get(..index)?);
        let keywords = before.iter().filter(|one| one.name.is_some()).count();
        let keyword = (self.kind(slot.from) == Some(TokenKind::Name)
            && slot.from + 1 < slot.to
            && self.kind(slot.from + 1) == Some(TokenKind::Assign))
        .then(|| self.tokens.get(slot.from))
        .flatten();
        let keyword = keyword.map(|name| (name.text(self.text), self.span(name.start, name.end)));
        let typed = self.typed(slot, keyword.is_some(), offset);
        let start = self.tokens.get(callee)?.start;
        let end = close.and_then(|close| self.tokens.get(close));
        Some(CallAtCursor {
            callee: self.names(callee, open),
            callee_span: self.span(start, self.tokens.get(open.checked_sub(1)?)?.end),
            span: self.span(start, end.map_or(self.end, |close| close.end)),
            current: self.argument(slot),
            after: arguments(slots.get(index + 1..)?),
            index,
            position: (keyword.is_none() && keywords == 0).then_some(index),
            before,
            keyword,
            place: typed.place,
            typed: typed.span,
            quote: typed.quote,
            has_closing_quote: typed.is_closed,
            has_closing_parenthesis: close.is_some(),
            missing_braces: match (self.has_closing_braces, self.is_tag) {
                (true, _) => None,
                (false, true) => Some("%}"),
                (false, false) => Some("}}"),
            },
            nesting,
            depth,
        })
    }

    /// The parts between the commas behind the parenthesis at `open`, and the token that closes it.
    fn slots(&self, open: usize) -> (Vec<Slot>, Option<usize>) {
        let mut slots = Vec::new();
        let mut brackets = Vec::new();
        let mut from = open + 1;
        for (index, token) in self.tokens.iter().enumerate().skip(open + 1) {
            if is_opening(token.kind) {
                brackets.push(token.kind);
            } else if let Some(opening) = opening_of(token.kind) {
                match brackets.iter().rposition(|kind| *kind == opening) {
                    Some(at) => brackets.truncate(at),
                    None if token.kind == TokenKind::RightParenthesis => {
                        slots.push(Slot { from, to: index });
                        return (slots, Some(index));
                    }
                    None => {}
                }
            } else if token.kind == TokenKind::Comma && brackets.is_empty() {
                slots.push(Slot { from, to: index });
                from = index + 1;
            }
        }
        let to = self.tokens.len();
        slots.push(Slot { from, to });
        (slots, None)
    }

    /// Where a slot starts: behind the comma or parenthesis before it.
    fn slot_start(&self, slot: Slot) -> usize {
        let before = slot.from.checked_sub(1).and_then(|at| self.tokens.get(at));
        before.map_or(0, |token| token.end)
    }

    fn argument(&self, slot: Slot) -> Option<Argument<'a>> {
        let tokens = self.tokens.get(slot.from..slot.to)?;
        let end = tokens.last()?.end;
        let mut tokens = Tokens::new(self.text, tokens, end, self.base);
        Some(argument_of(&tokens.argument()))
    }

    fn typed(&self, slot: Slot, has_keyword: bool, offset: usize) -> Typed {
        let tokens = self.tokens.get(slot.from..slot.to).unwrap_or(&[]);
        let nothing = self.span(offset, offset);
        let mut is_behind = false;
        for (index, token) in tokens.iter().enumerate() {
            if is_inside_string(*token, offset) {
                let quote = self.text.get(token.start..token.end).unwrap_or("");
                return Typed {
                    place: CursorPlace::Value,
                    span: token.content().shift(self.base),
                    quote: quote.chars().find(|quote| matches!(quote, '\'' | '"')),
                    is_closed: is_closed(*token),
                };
            }
            let is_word = matches!(
                token.kind,
                TokenKind::Name | TokenKind::Integer | TokenKind::Float
            );
            if is_word && token.start <= offset && offset <= token.end {
                let place = if has_keyword && index == 0 {
                    CursorPlace::Keyword
                } else {
                    CursorPlace::Value
                };
                return Typed::bare(place, self.span(token.start, token.end));
            }
            if token.end <= offset {
                is_behind = ends_value(token.kind);
            }
        }
        if is_behind {
            return Typed::bare(CursorPlace::Behind, nothing);
        }
        Typed::bare(CursorPlace::Value, nothing)
    }

    fn word(&self, offset: usize) -> WordAtCursor<'a> {
        let touched = self.tokens.iter().position(|token| {
            token.kind == TokenKind::Name && token.start <= offset && offset <= token.end
        });
        let behind = self.tokens.partition_point(|token| token.end <= offset);
        let index = touched.unwrap_or(behind);
        let mut first = index;
        while first >= 2
            && self.kind(first - 1) == Some(TokenKind::Dot)
            && self.kind(first - 2) == Some(TokenKind::Name)
        {
            first -= 2;
        }
        let typed = touched.and_then(|touched| self.tokens.get(touched));
        WordAtCursor {
            path: self.names(first, index),
            typed: typed.map_or(self.span(offset, offset), |token| {
                self.span(token.start, token.end)
            }),
            is_called: touched.is_some()
                && self.kind(index + 1) == Some(TokenKind::LeftParenthesis),
            is_tag: self.is_tag && index == 0,
        }
    }
}

struct Typed {
    place: CursorPlace,
    span: Span,
    quote: Option<char>,
    is_closed: bool,
}

impl Typed {
    fn bare(place: CursorPlace, span: Span) -> Self {
        Self {
            place,
            span,
            quote: None,
            is_closed: false,
        }
    }
}

fn is_closed(token: Token) -> bool {
    matches!(token.kind, TokenKind::String { closing, .. } if closing > 0)
}

/// Whether `offset` is between the quotes of a string.
fn is_inside_string(token: Token, offset: usize) -> bool {
    let content = token.content();
    matches!(token.kind, TokenKind::String { .. })
        && content.start as usize <= offset
        && offset <= content.end as usize
}

fn is_opening(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::LeftParenthesis | TokenKind::LeftBracket | TokenKind::LeftBrace
    )
}

fn opening_of(kind: TokenKind) -> Option<TokenKind> {
    match kind {
        TokenKind::RightParenthesis => Some(TokenKind::LeftParenthesis),
        TokenKind::RightBracket => Some(TokenKind::LeftBracket),
        TokenKind::RightBrace => Some(TokenKind::LeftBrace),
        _ => None,
    }
}

fn ends_value(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Name
            | TokenKind::Integer
            | TokenKind::Float
            | TokenKind::String { .. }
            | TokenKind::Opaque
            | TokenKind::RightParenthesis
            | TokenKind::RightBracket
            | TokenKind::RightBrace
    )
}

#[cfg(test)]
mod tests;
