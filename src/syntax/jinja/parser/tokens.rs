//! The tokens of one tag, gone through with one error at most: what follows the first mistake of
//! a tag is guesswork.

use crate::syntax::jinja::lexer::{Token, TokenKind};
use crate::syntax::jinja::statement::SyntaxError;
use crate::text::Span;

/// A place in the tokens of one tag or bare expression.
pub(crate) struct Tokens<'a, 't> {
    pub text: &'a str,
    all: &'t [Token],
    at: usize,
    /// Where the tag's inside ends.
    end: usize,
    /// Added to every offset of a span.
    base: usize,
    /// How deep the parser is.
    pub depth: u16,
    /// What is wrong: nothing or one thing.
    pub error: Option<SyntaxError>,
    is_quiet: bool,
}

impl<'a, 't> Tokens<'a, 't> {
    /// The tokens of a tag whose inside ends at `end`.
    pub fn new(text: &'a str, tokens: &'t [Token], end: usize, base: usize) -> Self {
        Self {
            text,
            all: tokens,
            at: 0,
            end,
            base,
            depth: 0,
            error: None,
            is_quiet: false,
        }
    }

    /// Stops reporting: there is an error for this tag already.
    pub fn silence(&mut self) {
        self.is_quiet = true;
    }

    pub fn kind(&self) -> Option<TokenKind> {
        self.all.get(self.at).map(|token| token.kind)
    }

    pub fn kind_after(&self) -> Option<TokenKind> {
        self.all.get(self.at + 1).map(|token| token.kind)
    }

    /// The word at hand; empty for anything that is not a name.
    pub fn word(&self) -> &'a str {
        self.word_at(self.at)
    }

    pub fn word_after(&self) -> &'a str {
        self.word_at(self.at + 1)
    }

    fn word_at(&self, at: usize) -> &'a str {
        match self.all.get(at) {
            Some(token) if token.kind == TokenKind::Name => token.text(self.text),
            _ => "",
        }
    }

    /// Takes the token at hand.
    pub fn next(&mut self) -> Option<Token> {
        let token = self.all.get(self.at).copied();
        self.at += usize::from(token.is_some());
        token
    }

    /// Takes the token at hand where it is of `kind`.
    pub fn take(&mut self, kind: TokenKind) -> Option<Token> {
        if self.kind() == Some(kind) {
            self.next()
        } else {
            None
        }
    }

    /// Takes the word at hand where it is `word`.
    pub fn take_word(&mut self, word: &str) -> bool {
        let is_it = self.word() == word;
        self.at += usize::from(is_it);
        is_it
    }

    /// Takes a name; reports that there is none.
    pub fn take_name(&mut self, what: &str) -> (&'a str, Span) {
        if let Some(token) = self.take(TokenKind::Name) {
            return (token.text(self.text), self.span_of(token));
        }
        self.expected(what);
        ("", Span::empty(self.previous_end()))
    }

    /// Drops what is left of the tag.
    pub fn drop_rest(&mut self) {
        self.at = self.all.len();
    }

    /// Where the next token starts, or the tag's inside ends.
    pub fn here(&self) -> usize {
        let start = self.all.get(self.at).map(|token| token.start);
        start.unwrap_or(self.end) + self.base
    }

    /// Where the last token ended.
    pub fn previous_end(&self) -> usize {
        let previous = self.at.checked_sub(1).and_then(|at| self.all.get(at));
        previous.map_or_else(|| self.here(), |token| token.end + self.base)
    }

    pub fn span_of(&self, token: Token) -> Span {
        Span::new(token.start + self.base, token.end + self.base)
    }

    pub fn content_of(&self, token: Token) -> Span {
        token.content().shift(self.base)
    }

    /// The text from one offset of a span to another.
    pub fn slice(&self, from: usize, to: usize) -> &'a str {
        self.text
            .get(from.saturating_sub(self.base)..to.saturating_sub(self.base))
            .unwrap_or("")
    }

    /// Reports an error, unless there is one.
    pub fn report(&mut self, span: Span, message: impl Into<String>) {
        if self.error.is_none() && !self.is_quiet {
            self.error = Some(SyntaxError {
                span,
                message: message.into(),
                is_fatal: true,
                is_outside: false,
            });
        }
    }

    /// Reports that `what` should stand here.
    pub fn expected(&mut self, what: &str) {
        if self.error.is_some() || self.is_quiet {
            return;
        }
        match self.all.get(self.at).copied() {
            Some(token) => {
                let found = token.text(self.text);
                let hidden = found.chars().next().filter(|it| is_hidden(*it));
                let message = match hidden {
                    Some(it) => format!("expected {what}, found the hidden U+{:04X}", it as u32),
                    None => format!("expected {what}, found `{found}`"),
                };
                self.report(self.span_of(token), message);
            }
            None => self.report(Span::empty(self.previous_end()), format!("expected {what}")),
        }
    }
}

/// Whether nobody sees a character.
fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}
