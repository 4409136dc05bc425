//! Which SQL stands in a template? Jinja is masked byte for byte, so that offsets stay the file's
//! own. One [`Masked`] is one way through the branches.

use crate::syntax::jinja::{BlockKind, Expression, ExpressionKind, Output, Statement, Template};
use crate::text::Span;

/// The byte that stands where Jinja puts something that is not known.
pub(crate) const HOLE: u8 = 1;

/// A text with one way through its branches: the others are blank.
#[derive(Clone, Debug, Default)]
pub(crate) struct Masked {
    /// As long as the text. [`HOLE`] where a tag puts something, blanks where it puts nothing.
    pub bytes: Vec<u8>,
    pub has_holes: bool,
    /// The outputs, in order.
    pub tags: Vec<Tag>,
    /// The first has all of the text.
    pub regions: Vec<Region>,
    /// From which byte on which region goes.
    pub borders: Vec<(u32, u16)>,
    /// How many ways through the branches are to be read; see [`MOST_READINGS`].
    pub ways: usize,
    /// How many blocks with several branches stand in it.
    pub choices: usize,
}

/// A piece of the text that may be there once, never or several times: a loop's body, or what
/// stands under an `if` without `else`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Region {
    pub parent: u16,
    pub span: Span,
}

/// `{{ … }}` that puts something into the SQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tag {
    pub span: Span,
    /// Whether it may put a comma by itself: `{{ "," if not loop.last }}`.
    pub has_comma: bool,
    /// Whether it is a relation: `ref`, `source`, `this`.
    pub is_relation: bool,
}

/// Each `if` with `else` has as many ways as branches. So many of them are read; where there are
/// more, the branches count as text that may not be there.
pub(crate) const MOST_READINGS: usize = 4;

/// A way through the branches of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// The branch with this number of every `if` that has so many, and else the last.
    Number(usize),
    /// The branches that this offset stands in, and else the first.
    By(usize),
}

/// A text without Jinja.
pub(crate) fn plain(text: &str) -> Masked {
    let mut bytes = text.as_bytes().to_vec();
    blank_holes(&mut bytes);
    Masked {
        bytes,
        regions: vec![Region {
            parent: 0,
            span: Span::new(0, text.len()),
        }],
        ways: 1,
        ..Masked::default()
    }
}

/// One way through the branches of `template`.
pub(crate) fn masked(text: &str, template: &Template<'_>, way: Way) -> Masked {
    let mut mask = Mask {
        masked: plain(text),
        way,
        region: 0,
    };
    mask.statements(&template.body);
    mask.masked
}

/// A text's own control characters must not look like Jinja.
fn blank_holes(bytes: &mut [u8]) {
    while let Some(at) = memchr::memchr(HOLE, bytes) {
        if let Some(byte) = bytes.get_mut(at) {
            *byte = b' ';
        }
    }
}

struct Mask {
    masked: Masked,
    way: Way,
    region: u16,
}

impl Mask {
    fn fill(&mut self, span: Span, with: u8) {
        let bytes = self.masked.bytes.get_mut(span.range());
        bytes.unwrap_or(&mut []).fill(with);
    }

    fn blank(&mut self, start: u32, end: u32) {
        self.fill(
            Span {
                start,
                end: end.max(start),
            },
            b' ',
        );
    }

    fn hole(&mut self, tag: Tag) {
        self.masked.has_holes = true;
        self.fill(tag.span, HOLE);
        self.masked.tags.push(tag);
    }

    fn opaque(&mut self, span: Span) {
        self.hole(Tag {
            span,
            has_comma: true,
            is_relation: false,
        });
    }

    fn statements(&mut self, body: &[Statement<'_>]) {
        for statement in body {
            self.statement(statement);
        }
    }

    fn statement(&mut self, statement: &Statement<'_>) {
        match statement {
            Statement::Text(_) => {}
            Statement::Output(output) => self.output(output),
            Statement::Raw(raw) => {
                // The text inside the tags is SQL; only the tags go.
                let inside = raw.value.len();
                let text = raw.span.range();
                let bytes = self.masked.bytes.get(text.clone()).unwrap_or(&[]);
                let at = memchr::memmem::find(bytes, raw.value.as_bytes()).unwrap_or(0);
                let start = text.start + at;
                self.blank(raw.span.start, Span::empty(start).start);
                self.blank(Span::empty(start + inside).start, raw.span.end);
            }
            Statement::If(all) => {
                let mut bodies: Vec<(Span, &[Statement<'_>])> = Vec::new();
                for (index, branch) in all.branches.iter().enumerate() {
                    let end = all.branches.get(index + 1).map(|next| next.tag.start);
                    let end = end.unwrap_or(all.span.end);
                    bodies.push((between(branch.tag.end, end, &branch.body), &branch.body));
                }
                if let Some(otherwise) = &all.otherwise {
                    bodies.push((between(all.span.end, all.span.end, otherwise), otherwise));
                }
                self.branches(all.span, &bodies, all.otherwise.is_some(), all.is_closed);
            }
            Statement::For(all) => {
                let body = between(all.tag.end, all.span.end, &all.body);
                self.branches(all.span, &[(body, &all.body)], false, all.is_closed);
            }
            Statement::With(all) => {
                self.around(all.span, all.tag.end, &all.body);
                self.statements(&all.body);
            }
            Statement::Definition(all) if all.kind == BlockKind::Snapshot => {
                self.around(all.span, all.tag.end, &all.body);
                self.statements(&all.body);
            }
            Statement::Call(call) if is_silent(&call.call) => self.fill(call.span, b' '),
            Statement::Call(call) => self.opaque(call.span),
            Statement::Filter(block) => self.opaque(block.span),
            Statement::Unsupported(tag) => self.opaque(tag.span),
            Statement::Comment(span)
            | Statement::Break(span)
            | Statement::Continue(span)
            | Statement::Error(span) => self.fill(*span, b' '),
            Statement::Set(set) => self.fill(set.span, b' '),
            Statement::SetBlock(set) => self.fill(set.span, b' '),
            Statement::Do(output) => self.fill(output.span, b' '),
            Statement::Definition(all) => self.fill(all.span, b' '),
        }
    }

    /// Blanks the tags of a block around its body.
    fn around(&mut self, all: Span, opened: u32, body: &[Statement<'_>]) {
        let inside = between(opened, all.end, body);
        self.blank(all.start, inside.start);
        self.blank(inside.end, all.end);
    }

    fn output(&mut self, output: &Output<'_>) {
        if is_silent(&output.expression) {
            self.fill(output.span, b' ');
            return;
        }
        self.hole(Tag {
            span: output.span,
            has_comma: has_comma(&output.expression, 0),
            is_relation: is_relation(&output.expression),
        });
    }

    fn branches(
        &mut self,
        all: Span,
        bodies: &[(Span, &[Statement<'_>])],
        is_exhaustive: bool,
        is_closed: bool,
    ) {
        let is_exhaustive = is_exhaustive && bodies.len() <= MOST_READINGS;
        let ways = bodies.len().min(MOST_READINGS);
        self.masked.ways = self.masked.ways.max(ways);
        let puts_sql = |(_, body): &(Span, &[Statement<'_>])| body.iter().any(puts_sql);
        self.masked.choices += usize::from(bodies.len() > 1 && bodies.iter().any(puts_sql));
        let last = bodies.len().saturating_sub(1);
        let branch = match self.way {
            Way::Number(number) => number.min(last),
            Way::By(offset) => {
                let by = Span::empty(offset).start;
                let here = bodies.iter().position(|(body, _)| body.touches(by));
                here.unwrap_or(0)
            }
        };
        let Some((body, statements)) = bodies.get(branch) else {
            return;
        };
        self.blank(all.start, body.start);
        self.blank(body.end, all.end);
        let outer = self.region;
        // A block without its end is half-typed; what follows is not to hang on it.
        if !is_exhaustive && is_closed {
            self.enter(*body);
        }
        self.statements(statements);
        if self.region != outer {
            self.region = outer;
            self.masked.borders.push((body.end, outer));
        }
    }

    fn enter(&mut self, span: Span) {
        if let Ok(region) = u16::try_from(self.masked.regions.len()) {
            let parent = self.region;
            self.masked.regions.push(Region { parent, span });
            self.masked.borders.push((span.start, region));
            self.region = region;
        }
    }
}

/// The bytes of `body`, which stands between `start` and `end`.
fn between(start: u32, end: u32, body: &[Statement<'_>]) -> Span {
    let first = body.first().map(span_of);
    let last = body.last().map(span_of);
    let start = first.map_or(start, |span| span.start);
    Span {
        start,
        end: last.map_or(start, |span| span.end).min(end).max(start),
    }
}

fn span_of(statement: &Statement<'_>) -> Span {
    match statement {
        Statement::Text(text) => text.span,
        Statement::Output(output) | Statement::Do(output) => output.span,
        Statement::Raw(raw) => raw.span,
        Statement::If(all) => all.span,
        Statement::For(all) => all.span,
        Statement::Set(set) => set.span,
        Statement::SetBlock(set) => set.span,
        Statement::Call(call) => call.span,
        Statement::Filter(block) => block.span,
        Statement::With(with) => with.span,
        Statement::Definition(definition) => definition.span,
        Statement::Unsupported(tag) => tag.span,
        Statement::Comment(span)
        | Statement::Break(span)
        | Statement::Continue(span)
        | Statement::Error(span) => *span,
    }
}

/// Whether a statement may put something into the SQL.
fn puts_sql(statement: &Statement<'_>) -> bool {
    match statement {
        Statement::Text(text) => !text.value.trim().is_empty(),
        Statement::Output(output) => !is_silent(&output.expression),
        Statement::Set(_)
        | Statement::SetBlock(_)
        | Statement::Do(_)
        | Statement::Definition(_)
        | Statement::Comment(_)
        | Statement::Break(_)
        | Statement::Continue(_)
        | Statement::Error(_) => false,
        _ => true,
    }
}

/// Whether an expression puts nothing: `config(…)`, `log(…)`, `call statement(…)`.
fn is_silent(expression: &Expression<'_>) -> bool {
    let ExpressionKind::Call(call) = &expression.kind else {
        return false;
    };
    let path = call.callee.path();
    match path.as_deref() {
        Some([name]) => matches!(
            *name,
            "config" | "log" | "print" | "statement" | "set_sql_header" | "noop_statement"
        ),
        Some([object, _]) => *object == "exceptions",
        _ => false,
    }
}

fn is_relation(expression: &Expression<'_>) -> bool {
    match &expression.kind {
        ExpressionKind::Name("this") => true,
        ExpressionKind::Call(call) => matches!(
            call.callee.path().as_deref(),
            Some(["ref" | "source"] | ["builtins" | "dbt", "ref" | "source"])
        ),
        _ => false,
    }
}

/// Whether a text in `expression` is, or holds, a comma that separates.
fn has_comma(expression: &Expression<'_>, depth: u8) -> bool {
    let is_comma = |text: &str| text.trim() == "," || text.trim_start().starts_with(',');
    match &expression.kind {
        ExpressionKind::String(literal) => is_comma(&literal.value),
        ExpressionKind::Conditional(all) if depth < 8 => {
            has_comma(&all.value, depth + 1)
                || all.otherwise.iter().any(|it| has_comma(it, depth + 1))
        }
        ExpressionKind::Concat(parts) if depth < 8 => {
            parts.iter().any(|part| has_comma(part, depth + 1))
        }
        _ => false,
    }
}
