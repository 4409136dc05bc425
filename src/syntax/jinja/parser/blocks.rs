//! Which end tag belongs to which opening tag? Where one is missing, the blocks around it still
//! find theirs.

use super::Builder;
use super::tags::Head;
use crate::syntax::jinja::expression::Expression;
use crate::syntax::jinja::statement::{
    BlockKind, Branch, CallBlock, Definition, FilterBlock, For, If, SetBlock, Statement, Template,
    Unsupported, With,
};
use crate::text::Span;

/// How deep tags may nest; what nests deeper makes no block.
const MAX_BLOCKS: usize = 100;

/// A block whose end tag has not come yet.
pub(super) struct Open<'a> {
    head: Head<'a>,
    tag: Span,
    /// Where the block starts: for an `elif` that is the tag of its `if`.
    start: Span,
    /// The finished branches of an `if`.
    branches: Vec<Branch<'a>>,
    /// The finished body before an `else`.
    before_else: Option<Vec<Statement<'a>>>,
    /// The body at hand.
    pub(super) body: Vec<Statement<'a>>,
}

impl Open<'_> {
    /// Whether it is one of dbt's blocks.
    pub(super) fn is_definition(&self) -> bool {
        matches!(self.head, Head::Definition { .. })
    }

    /// Whether it is a snapshot, whose inside dbt renders by itself.
    pub(super) fn is_snapshot(&self) -> bool {
        let kind = BlockKind::Snapshot;
        matches!(&self.head, Head::Definition { kind: found, .. } if *found == kind)
    }
}

impl<'a> Builder<'a> {
    pub(super) fn is_in_loop(&self) -> bool {
        let mut opens = self.stack.iter().rev();
        opens.any(|open| matches!(open.head, Head::For { .. }))
    }

    pub(super) fn open(&mut self, head: Head<'a>, tag: Span) {
        if self.stack.len() >= MAX_BLOCKS {
            if self.overflow == 0 {
                self.error(tag, "tags nest too deeply here".to_owned());
            }
            self.overflow += 1;
            self.push(Statement::Error(tag));
            return;
        }
        self.stack.push(Open {
            head,
            tag,
            start: tag,
            branches: Vec::new(),
            before_else: None,
            body: Vec::new(),
        });
    }

    /// The innermost open block that `is_it`. dbt's blocks are walls: only their own end is
    /// looked for beyond them.
    fn innermost(&self, is_it: impl Fn(&Open<'a>) -> bool) -> Option<usize> {
        for (index, open) in self.stack.iter().enumerate().rev() {
            if is_it(open) {
                return Some(index);
            }
            if open.is_definition() {
                return None;
            }
        }
        None
    }

    /// Closes what is open inside the block at `depth`.
    fn unwind(&mut self, depth: usize, at: Span) {
        while self.stack.len() > depth + 1 {
            self.close(Span::empty(at.start as usize), false);
        }
    }

    pub(super) fn else_if(&mut self, condition: Expression<'a>, tag: Span) {
        if self.overflow > 0 {
            return self.push(Statement::Error(tag));
        }
        let is_it =
            |open: &Open<'a>| matches!(open.head, Head::If(_)) && open.before_else.is_none();
        let Some(depth) = self.innermost(is_it) else {
            self.error(tag, "there is no `if` that this belongs to".to_owned());
            return self.push(Statement::Error(tag));
        };
        self.unwind(depth, tag);
        let Some(open) = self.stack.last_mut() else {
            return;
        };
        let body = std::mem::take(&mut open.body);
        let head = std::mem::replace(&mut open.head, Head::If(condition));
        let before = std::mem::replace(&mut open.tag, tag);
        if let Head::If(condition) = head {
            open.branches.push(Branch {
                condition,
                tag: before,
                body,
            });
        }
    }

    pub(super) fn otherwise(&mut self, tag: Span) {
        if self.overflow > 0 {
            return self.push(Statement::Error(tag));
        }
        let is_it = |open: &Open<'a>| {
            matches!(open.head, Head::If(_) | Head::For { .. }) && open.before_else.is_none()
        };
        let Some(depth) = self.innermost(is_it) else {
            self.error(
                tag,
                "there is no `if` or `for` that this belongs to".to_owned(),
            );
            return self.push(Statement::Error(tag));
        };
        self.unwind(depth, tag);
        if let Some(open) = self.stack.last_mut() {
            open.before_else = Some(std::mem::take(&mut open.body));
        }
    }

    pub(super) fn end(&mut self, word: &str, tag: Span) {
        if self.overflow > 0 {
            self.overflow -= 1;
            return self.push(Statement::Error(tag));
        }
        let is_definition = |open: &Open<'a>| {
            matches!(open.head, Head::Definition { .. }) && open.head.keyword() == word
        };
        let found = self
            .innermost(|open| open.head.keyword() == word)
            .or_else(|| self.stack.iter().rposition(is_definition));
        let Some(depth) = found else {
            self.error(tag, format!("there is no open `{word}` that this ends"));
            return self.push(Statement::Error(tag));
        };
        self.unwind(depth, tag);
        self.close(tag, true);
    }

    /// Closes the innermost block at `end`, its end tag or the place where it is missing.
    fn close(&mut self, end: Span, is_closed: bool) {
        let Some(open) = self.stack.pop() else { return };
        if !is_closed {
            let word = open.head.keyword();
            let message = format!("this `{word}` has no `{{% end{word} %}}`");
            self.error(open.start, message);
        }
        let statement = statement(open, end, is_closed);
        self.push(statement);
    }

    pub(super) fn finish(mut self) -> Template<'a> {
        let end = Span::empty(self.text.len());
        while !self.stack.is_empty() {
            self.close(end, false);
        }
        self.errors.sort_by_key(|error| error.span.start);
        Template {
            body: self.body,
            errors: self.errors,
        }
    }
}

fn statement(open: Open<'_>, end: Span, is_closed: bool) -> Statement<'_> {
    let span = open.start.cover(end);
    let tag = open.tag;
    let (body, otherwise) = match open.before_else {
        Some(body) => (body, Some(open.body)),
        None => (open.body, None),
    };
    match open.head {
        Head::If(condition) => {
            let mut branches = open.branches;
            branches.push(Branch {
                condition,
                tag,
                body,
            });
            Statement::If(If {
                branches,
                otherwise,
                span,
                is_closed,
            })
        }
        Head::For {
            target,
            iterable,
            condition,
            is_recursive,
        } => Statement::For(Box::new(For {
            target,
            iterable,
            condition,
            is_recursive,
            tag,
            body,
            otherwise,
            span,
            is_closed,
        })),
        Head::Set(target, filters) => Statement::SetBlock(Box::new(SetBlock {
            target,
            filters,
            tag,
            body,
            span,
            is_closed,
        })),
        Head::Call(parameters, call) => Statement::Call(Box::new(CallBlock {
            parameters,
            call,
            tag,
            body,
            span,
            is_closed,
        })),
        Head::Filter(filters) => Statement::Filter(Box::new(FilterBlock {
            filters,
            tag,
            body,
            span,
            is_closed,
        })),
        Head::With(bindings) => Statement::With(With {
            bindings,
            tag,
            body,
            span,
            is_closed,
        }),
        Head::Definition {
            kind,
            name,
            name_span,
            parameters,
            options,
        } => Statement::Definition(Box::new(Definition {
            kind,
            name,
            name_span,
            parameters,
            options,
            tag,
            body,
            span,
            is_closed,
        })),
        Head::Unsupported(keyword, expressions) => Statement::Unsupported(Box::new(Unsupported {
            keyword,
            expressions,
            body,
            span,
        })),
    }
}
