//! What stands behind a value: attributes, subscripts, calls, filters and tests.

use super::tokens::Tokens;
use crate::syntax::jinja::expression::{
    Attribute, Call, CallArgument, Expression, ExpressionKind, Filter, Passing, Test,
};
use crate::syntax::jinja::lexer::TokenKind;
use crate::text::Span;

/// Behind so many arguments with names nobody looks for one that is given twice.
/// The words that Python keeps for itself.
const PYTHON: &[&str] = &[
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue",
    "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import",
    "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while",
    "with", "yield",
];
const MOST_NAMES: usize = 64;

impl<'a> Tokens<'a, '_> {
    pub(super) fn postfix(&mut self, first: Expression<'a>) -> Expression<'a> {
        let mut value = first;
        loop {
            value = match self.kind() {
                Some(TokenKind::Dot) => self.attribute(value),
                Some(TokenKind::LeftBracket) => self.subscript(value),
                Some(TokenKind::LeftParenthesis) => self.call(value),
                _ => return value,
            };
        }
    }

    pub(super) fn filters(&mut self, first: Expression<'a>) -> Expression<'a> {
        let mut value = first;
        loop {
            value = match self.kind() {
                Some(TokenKind::Pipe) => {
                    let filter = self.filter(Some(value));
                    let start = filter.value.as_ref().map(|value| value.span);
                    let end = Span::empty(self.previous_end());
                    let span = start.unwrap_or(end).cover(end);
                    self.node(ExpressionKind::Filter(Box::new(filter)), span)
                }
                Some(TokenKind::LeftParenthesis) => self.call(value),
                Some(TokenKind::Name) if self.word() == "is" => self.test(value),
                _ => return value,
            };
        }
    }

    fn attribute(&mut self, object: Expression<'a>) -> Expression<'a> {
        self.next();
        let object_span = object.span;
        if self.kind() == Some(TokenKind::Integer) {
            let index = self.leaf(ExpressionKind::Integer);
            let span = object_span.cover(index.span);
            return self.node(ExpressionKind::Subscript(Box::new((object, index))), span);
        }
        let (name, name_span) = self.take_name("a name");
        let span = object_span.cover(name_span);
        let attribute = Attribute {
            object,
            name,
            name_span,
        };
        self.node(ExpressionKind::Attribute(Box::new(attribute)), span)
    }

    fn subscript(&mut self, object: Expression<'a>) -> Expression<'a> {
        let bracket = self.here();
        self.next();
        let (mut items, _) = self.items(TokenKind::RightBracket, "`]`", Self::slice_or_index);
        let span = object.span.cover(Span::empty(self.previous_end()));
        let index = match (items.pop(), items.is_empty()) {
            (Some(only), true) => only,
            (None, _) => {
                let span = Span::new(bracket, self.previous_end());
                self.node(ExpressionKind::Tuple(Vec::new()), span)
            }
            (Some(last), false) => {
                items.push(last);
                self.node(
                    ExpressionKind::Tuple(items),
                    Span::new(bracket, self.previous_end()),
                )
            }
        };
        self.node(ExpressionKind::Subscript(Box::new((object, index))), span)
    }

    fn slice_or_index(&mut self) -> Expression<'a> {
        let start = self.here();
        let mut parts = [None, None, None];
        let mut colons = 0_usize;
        loop {
            match self.kind() {
                Some(TokenKind::Colon) if colons < 2 => {
                    colons += 1;
                    self.next();
                }
                None | Some(TokenKind::RightBracket | TokenKind::Comma) if colons > 0 => break,
                _ => {
                    let value = self.expression();
                    if colons == 0 && self.kind() != Some(TokenKind::Colon) {
                        return value;
                    }
                    if let Some(part) = parts.get_mut(colons) {
                        *part = Some(value);
                    }
                    if self.kind() != Some(TokenKind::Colon) || colons == 2 {
                        break;
                    }
                }
            }
        }
        let span = Span::new(start, self.previous_end());
        self.node(ExpressionKind::Slice(Box::new(parts)), span)
    }

    fn call(&mut self, callee: Expression<'a>) -> Expression<'a> {
        let start = callee.span;
        let (arguments, is_closed) = self.arguments();
        let end = if is_closed {
            self.previous_end()
        } else {
            self.here()
        };
        let call = Call {
            callee,
            arguments,
            is_closed,
        };
        let span = start.cover(Span::empty(end));
        self.node(ExpressionKind::Call(Box::new(call)), span)
    }

    /// `(a, b=c)`, parentheses included.
    pub fn arguments(&mut self) -> (Vec<CallArgument<'a>>, bool) {
        self.next();
        let (arguments, is_closed) = self.items(TokenKind::RightParenthesis, "`)`", Self::argument);
        self.check_order(&arguments);
        (arguments, is_closed)
    }

    /// Arguments without a name come first, and none is given twice.
    fn check_order(&mut self, arguments: &[CallArgument<'a>]) {
        // With a keyword of Python's Jinja passes all of them in a dict, whose last one counts.
        let is_dict = arguments.iter().any(|argument| {
            matches!(argument.passing, Passing::Keyword(name, _) if PYTHON.contains(&name))
        });
        let (mut spread, mut keyword_spread) = (false, false);
        let mut names: Vec<&str> = Vec::new();
        for argument in arguments {
            let is_behind_names = spread || keyword_spread || !names.is_empty();
            match argument.passing {
                Passing::Positional if is_behind_names => {
                    let message = "an argument without a name stands behind one with a name";
                    return self.report(argument.span, message);
                }
                Passing::Spread if spread || keyword_spread => {
                    return self.report(argument.span, "this `*` stands behind another one");
                }
                Passing::Keyword(..) | Passing::KeywordSpread if keyword_spread => {
                    return self.report(argument.span, "nothing can stand behind `**`");
                }
                Passing::Keyword(name, span) if !is_dict && names.contains(&name) => {
                    return self.report(span, format!("`{name}` is given twice"));
                }
                Passing::Keyword(name, _) if names.len() < MOST_NAMES => names.push(name),
                Passing::Spread => spread = true,
                Passing::KeywordSpread => keyword_spread = true,
                Passing::Positional | Passing::Keyword(..) => {}
            }
        }
    }

    /// One argument of a call.
    pub fn argument(&mut self) -> CallArgument<'a> {
        let start = self.here();
        let passing = match self.kind() {
            Some(TokenKind::Star) => {
                self.next();
                Passing::Spread
            }
            Some(TokenKind::DoubleStar) => {
                self.next();
                Passing::KeywordSpread
            }
            Some(TokenKind::Name) if self.kind_after() == Some(TokenKind::Assign) => {
                let (name, span) = self.take_name("a name");
                self.next();
                Passing::Keyword(name, span)
            }
            _ => Passing::Positional,
        };
        let value = self.expression();
        CallArgument {
            passing,
            value,
            span: Span::new(start, self.previous_end()),
        }
    }

    fn dotted_name(&mut self, what: &str) -> (&'a str, Span) {
        let (mut name, mut span) = self.take_name(what);
        while self.kind() == Some(TokenKind::Dot) && self.kind_after() == Some(TokenKind::Name) {
            self.next();
            let (_, part) = self.take_name(what);
            span = span.cover(part);
            name = self.slice(span.start as usize, span.end as usize);
        }
        (name, span)
    }

    /// `| name(arguments)`, or without the bar where there is no value before it.
    pub fn filter(&mut self, value: Option<Expression<'a>>) -> Filter<'a> {
        self.take(TokenKind::Pipe);
        let (name, name_span) = self.dotted_name("a filter");
        let arguments = if self.kind() == Some(TokenKind::LeftParenthesis) {
            self.arguments().0
        } else {
            Vec::new()
        };
        Filter {
            value,
            name,
            name_span,
            arguments,
        }
    }

    fn test(&mut self, value: Expression<'a>) -> Expression<'a> {
        self.next();
        let is_negated = self.take_word("not");
        let (name, name_span) = self.dotted_name("a test");
        let arguments = match self.kind() {
            Some(TokenKind::LeftParenthesis) => self.arguments().0,
            Some(
                TokenKind::String { .. }
                | TokenKind::Integer
                | TokenKind::Float
                | TokenKind::LeftBracket
                | TokenKind::LeftBrace,
            ) => vec![self.bare_argument()],
            Some(TokenKind::Name)
                if !matches!(
                    self.word(),
                    "else" | "or" | "and" | "if" | "in" | "is" | "not" | "recursive"
                ) =>
            {
                vec![self.bare_argument()]
            }
            _ => Vec::new(),
        };
        let span = value.span.cover(Span::empty(self.previous_end()));
        let test = Test {
            value,
            name,
            name_span,
            arguments,
            is_negated,
        };
        self.node(ExpressionKind::Test(Box::new(test)), span)
    }

    /// The argument in `is divisibleby 3`.
    fn bare_argument(&mut self) -> CallArgument<'a> {
        let value = self.primary();
        let value = self.postfix(value);
        let span = value.span;
        CallArgument {
            passing: Passing::Positional,
            value,
            span,
        }
    }
}
