//! Which tree does a text make? Total: every text makes one.
//!
//! Blocks are kept on a stack of our own, so that no nesting of tags overflows the real one.

mod blocks;
mod expressions;
mod operators;
mod suffixes;
mod tags;
mod tokens;

use self::blocks::Open;
use self::tags::{Head, Tag, tag};
pub(crate) use self::tokens::Tokens;
use super::expression::Expression;
use super::lexer;
use super::scanner::{Fence, Piece, Scanner};
use super::statement::{Output, Raw, Set, Statement, SyntaxError, Template, Text, Unsupported};
use crate::text::Span;

/// The tree of a whole text.
#[must_use]
pub fn parse(text: &str) -> Template<'_> {
    let template = template(text, Scanner::new(text));
    if !template.is_refused() {
        return template;
    }
    // What is guessed about half-typed strings must not refuse what Jinja itself reads.
    let strict = self::template(text, Scanner::trusting_quotes(text));
    if strict.is_refused() {
        template
    } else {
        strict
    }
}

fn template<'a>(text: &'a str, mut scanner: Scanner<'a>) -> Template<'a> {
    let mut builder = Builder::new(text);
    while let Some(piece) = scanner.next_piece() {
        builder.errors.append(&mut scanner.errors);
        builder.piece(piece, &scanner);
    }
    builder.finish()
}

/// The tree of a bare expression, such as stands in YAML. `base` is added to every offset.
#[must_use]
pub fn parse_expression(text: &str, base: usize) -> (Expression<'_>, Vec<SyntaxError>) {
    let tokens = lexer::tokens(text);
    let mut tokens = Tokens::new(text, &tokens, text.len(), base);
    let expression = tokens.expressions();
    if tokens.kind().is_some() {
        tokens.expected("the end of the expression");
    }
    (expression, tokens.error.into_iter().collect())
}

struct Builder<'a> {
    text: &'a str,
    body: Vec<Statement<'a>>,
    stack: Vec<Open<'a>>,
    errors: Vec<SyntaxError>,
    eats_next: bool,
    /// Blocks that nest too deeply to be kept.
    overflow: usize,
}

impl<'a> Builder<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text,
            body: Vec::new(),
            stack: Vec::new(),
            errors: Vec::new(),
            eats_next: false,
            overflow: 0,
        }
    }

    fn current(&mut self) -> &mut Vec<Statement<'a>> {
        match self.stack.last_mut() {
            Some(open) => &mut open.body,
            None => &mut self.body,
        }
    }

    fn push(&mut self, statement: Statement<'a>) {
        self.current().push(statement);
    }

    fn error(&mut self, span: Span, message: String) {
        self.errors.push(SyntaxError {
            span,
            message,
            is_fatal: true,
            is_outside: false,
        });
    }

    fn is_outside(&self) -> bool {
        !self.stack.iter().any(Open::is_definition)
    }

    fn piece(&mut self, piece: Piece, scanner: &Scanner<'a>) {
        match piece {
            Piece::Text(span) => {
                let mut value = span.of(self.text);
                if self.eats_next {
                    value = value.trim_start();
                }
                self.push(Statement::Text(Text { value, span }));
                self.eats_next = false;
            }
            Piece::Comment(fence) => {
                self.trim(fence);
                self.push(Statement::Comment(fence.span));
            }
            Piece::Raw(fence, inside) => {
                self.trim(fence);
                let value = inside.of(self.text);
                let span = fence.span;
                self.push(Statement::Raw(Raw { value, span }));
            }
            Piece::Output(fence) => {
                self.trim(fence);
                let expression = self.inside(fence, scanner, |tokens| {
                    let expression = tokens.expressions();
                    if tokens.kind().is_some() {
                        tokens.expected("`}}`");
                    }
                    expression
                });
                self.push(Statement::Output(output(expression, fence)));
            }
            Piece::Tag(fence) => {
                self.trim(fence);
                let errors = self.errors.len();
                let tag = self.inside(fence, scanner, tag);
                if let Tag::Open(Head::Definition { .. }) = &tag
                    && let Some(error) = self.errors.get_mut(errors)
                {
                    error.is_outside = false;
                }
                self.tag(tag, fence);
            }
        }
    }

    fn inside<T>(
        &mut self,
        fence: Fence,
        scanner: &Scanner<'a>,
        read: impl FnOnce(&mut Tokens<'a, '_>) -> T,
    ) -> T {
        let end = fence.inside.end as usize;
        let mut tokens = Tokens::new(self.text, &scanner.tokens, end, 0);
        if !fence.is_closed {
            tokens.silence();
        }
        let result = read(&mut tokens);
        if let Some(mut error) = tokens.error {
            error.is_outside = self.is_outside();
            self.errors.push(error);
        }
        result
    }

    fn trim(&mut self, fence: Fence) {
        if fence.eats_left
            && let Some(Statement::Text(text)) = self.current().last_mut()
        {
            text.value = text.value.trim_end();
        }
        self.eats_next = fence.eats_right;
    }

    fn tag(&mut self, tag: Tag<'a>, fence: Fence) {
        let span = fence.span;
        match tag {
            Tag::Open(head) => self.open(head, span),
            Tag::ElseIf(condition) => self.else_if(condition, span),
            Tag::Else => self.otherwise(span),
            Tag::End(word) => self.end(word, span),
            Tag::Set(target, value) => {
                let is_closed = fence.is_closed;
                self.push(Statement::Set(Box::new(Set {
                    target,
                    value,
                    span,
                    is_closed,
                })));
            }
            Tag::Do(expression) => self.push(Statement::Do(output(expression, fence))),
            Tag::Break | Tag::Continue => {
                if !self.is_in_loop() {
                    self.error(span, "there is no loop around this".to_owned());
                }
                self.push(match tag {
                    Tag::Break => Statement::Break(span),
                    _ => Statement::Continue(span),
                });
            }
            Tag::Unsupported(keyword, expressions) => {
                let tag = Unsupported {
                    keyword,
                    expressions,
                    body: Vec::new(),
                    span,
                };
                // Under a condition, or in a macro, Jinja stops when it comes there.
                if tag.loads_templates() && self.stack.iter().all(Open::is_snapshot) {
                    self.errors.push(SyntaxError {
                        span,
                        message: tag.message(),
                        is_fatal: true,
                        is_outside: self.is_outside(),
                    });
                }
                self.push(Statement::Unsupported(Box::new(tag)));
            }
            Tag::Unknown => self.push(Statement::Error(span)),
        }
    }
}

fn output(expression: Expression<'_>, fence: Fence) -> Output<'_> {
    Output {
        expression,
        span: fence.span,
        is_closed: fence.is_closed,
    }
}
