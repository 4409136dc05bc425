//! What does dbt refuse of a file's Jinja?
//!
//! The same text is read in more than one way: as a whole template, or for the blocks in it, or for
//! the values of a YAML file. Which of them counts, the file's role says.

use crate::project::Role;
use crate::render::Mistake;
use crate::syntax::jinja::{
    self, BlockDefinition, BlockKind, Call, DOCS_BLOCKS, Expression, ExpressionKind, MACRO_BLOCKS,
    SNAPSHOT_BLOCKS, Statement, SyntaxError, TEST_BLOCKS, Template,
};
use crate::text::Span;

/// The first thing that dbt refuses of a file's Jinja.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refused {
    /// Where it reads all of it: SQL, values of YAML.
    pub whole: Option<SyntaxError>,
    /// Where it cuts blocks out and reads these: macros and tests, or docs.
    pub blocks: Option<SyntaxError>,
    /// Where it cuts out generic tests alone.
    pub tests: Option<SyntaxError>,
    /// Where it cuts out snapshots.
    pub snapshots: Option<SyntaxError>,
    /// Whether `whole` and `snapshots` are what it stops at only when it compiles.
    pub is_late: bool,
}

impl Refused {
    /// What counts for a file at `path` with this role.
    #[must_use]
    pub fn of_role(&self, role: Role, path: &str) -> Option<&SyntaxError> {
        let is_python = path.len() > 3 && path.get(path.len() - 3..) == Some(".py");
        match role {
            Role::Function if is_python => None,
            Role::Model
            | Role::Analysis
            | Role::SingularTest
            | Role::Function
            | Role::Properties
            | Role::Definition => self.whole.as_ref(),
            Role::Macro | Role::Docs => self.blocks.as_ref(),
            Role::GenericTest => self.tests.as_ref(),
            Role::Snapshot => self.snapshots.as_ref(),
            Role::Seed
            | Role::LoomConfig
            | Role::Dependencies
            | Role::Packages
            | Role::Vars
            | Role::Selectors
            | Role::Profiles
            | Role::Other => None,
        }
    }

    /// The same, and else what a render of the file stopped at.
    #[must_use]
    pub(super) fn or_mistake(self, mistake: Option<&Mistake>) -> Self {
        let is_first = self.whole.is_none() && self.snapshots.is_none();
        let is_late = is_first && mistake.is_some_and(|mistake| mistake.is_late);
        let mistake = mistake.map(|mistake| SyntaxError {
            span: mistake.span,
            message: mistake.message.clone(),
            is_fatal: true,
            is_outside: false,
        });
        Self {
            whole: self.whole.or_else(|| mistake.clone()),
            snapshots: self.snapshots.or(mistake),
            is_late,
            ..self
        }
    }

    /// Nothing where nothing is refused.
    pub(super) fn some(self) -> Option<Self> {
        let all = [&self.whole, &self.blocks, &self.tests, &self.snapshots];
        let is_some = all.into_iter().any(Option::is_some);
        is_some.then_some(self)
    }
}

/// What dbt refuses of a SQL file.
pub(super) fn of_sql(
    text: &str,
    template: &Template<'_>,
    blocks: &[BlockDefinition<'_>],
) -> Refused {
    let first = template.errors.iter().find(|error| error.is_fatal);
    let filter = jinja::unknown_filter(template);
    let snapshot = blocks.iter().find(|it| it.kind == BlockKind::Snapshot);
    if first.is_none() && filter.is_none() && blocks.is_empty() {
        return Refused::default();
    }
    let tag = snapshot.map(|block| SyntaxError {
        span: keyword(text, block),
        message: "`snapshot` is a tag in the files of snapshots only".to_owned(),
        is_fatal: true,
        is_outside: false,
    });
    let unreadable = first.into_iter().chain(&tag);
    let unreadable = unreadable.min_by_key(|it| it.span.start).cloned();
    let is_snapshot = |kind| kind == BlockKind::Snapshot;
    let is_macro = |kind| !is_snapshot(kind) && kind != BlockKind::Docs;
    let of_snapshots = || {
        let in_block = filter.clone().filter(|error| !error.is_outside);
        inside(template, blocks, is_snapshot)
            .or_else(|| jinja::refused_blocks(text, SNAPSHOT_BLOCKS))
            .or(in_block)
    };
    Refused {
        blocks: inside(template, blocks, is_macro)
            .or_else(|| jinja::refused_blocks(text, MACRO_BLOCKS)),
        tests: inside(template, blocks, |kind| kind == BlockKind::Test)
            .or_else(|| jinja::refused_blocks(text, TEST_BLOCKS)),
        snapshots: snapshot.and_then(|_| of_snapshots()),
        whole: unreadable.or(filter),
        is_late: false,
    }
}

/// The first error inside of blocks of a kind.
fn inside(
    template: &Template<'_>,
    blocks: &[BlockDefinition<'_>],
    is_kind: impl Fn(BlockKind) -> bool,
) -> Option<SyntaxError> {
    let mut errors = template.errors.iter();
    let is_inside = |error: &&SyntaxError| {
        let mut blocks = blocks.iter().filter(|block| is_kind(block.kind));
        error.is_fatal && blocks.any(|block| block.span.contains(error.span))
    };
    errors.find(is_inside).cloned()
}

fn keyword(text: &str, block: &BlockDefinition<'_>) -> Span {
    let word = block.kind.keyword();
    let start = block.span.start as usize;
    let at = block.span.of(text).find(word).unwrap_or(0);
    Span::new(start + at, start + at + word.len())
}

/// What dbt refuses of a Python model: any tag, be it in a string or a comment.
pub(super) fn of_python(text: &str) -> Option<Refused> {
    let bytes = text.as_bytes();
    let is_tag = |at: &usize| matches!(bytes.get(at + 1), Some(b'{' | b'%' | b'#'));
    let at = memchr::memchr_iter(b'{', bytes).find(is_tag)?;
    let span = Span::new(at, at + 2);
    let opening = span.of(text);
    Some(Refused {
        whole: Some(SyntaxError {
            span,
            message: format!("dbt takes no Jinja in Python, and `{opening}` opens a tag of it"),
            is_fatal: true,
            is_outside: false,
        }),
        ..Refused::default()
    })
}

/// What dbt refuses of a Markdown file.
pub(super) fn of_docs(
    text: &str,
    template: &Template<'_>,
    blocks: &[BlockDefinition<'_>],
) -> Option<Refused> {
    // dbt cuts the tag of a docs block off, and Jinja never sees it.
    let is_of_tag = |error: &SyntaxError| {
        let mut docs = blocks.iter().filter(|block| block.kind == BlockKind::Docs);
        docs.any(|block| {
            let tag = block.span.of(text).find("%}").unwrap_or(0);
            block.span.contains(error.span) && (error.span.end - block.span.start) as usize <= tag
        })
    };
    let is_docs = |kind| kind == BlockKind::Docs;
    let cut = || jinja::refused_blocks(text, DOCS_BLOCKS);
    let in_blocks = || template.body.iter().find_map(in_docs_block);
    let error = inside(template, blocks, is_docs).filter(|error| !is_of_tag(error));
    Some(Refused {
        blocks: Some(error.or_else(cut).or_else(in_blocks)?),
        ..Refused::default()
    })
}

/// What Jinja stops at in a docs block, which it renders without a name that means something.
fn in_docs_block(statement: &Statement<'_>) -> Option<SyntaxError> {
    let Statement::Definition(block) = statement else {
        return None;
    };
    let is_docs = block.kind == BlockKind::Docs && block.is_closed;
    let filter = || jinja::unknown_filter_in(block);
    is_docs
        .then(|| filter().or_else(|| undefined(&block.body, |_| false, "a docs block")))
        .flatten()
}

/// The first name that a template needs and that is not known, where it surely comes to it: one
/// that is called, or asked for something.
pub(super) fn undefined(
    body: &[Statement<'_>],
    is_known: impl Fn(&str) -> bool,
    place: &str,
) -> Option<SyntaxError> {
    let is_plain = |it: &Statement<'_>| {
        matches!(
            it,
            Statement::Text(_) | Statement::Raw(_) | Statement::Comment(_) | Statement::Output(_)
        )
    };
    // What other tags do to names only a render tells.
    let mut plain = body.iter().take_while(|it| is_plain(it));
    let (name, span) = plain.find_map(|statement| match statement {
        Statement::Output(output) => needed(&output.expression, &is_known),
        _ => None,
    })?;
    Some(SyntaxError {
        span,
        message: format!("{place} knows no `{name}`"),
        is_fatal: true,
        is_outside: false,
    })
}

/// The first name that an expression needs and that is not known.
fn needed<'a>(
    expression: &Expression<'a>,
    is_known: &impl Fn(&str) -> bool,
) -> Option<(&'a str, Span)> {
    let parts = |items: &[Expression<'a>]| items.iter().find_map(|it| needed(it, is_known));
    match &expression.kind {
        ExpressionKind::Attribute(attribute) => name(&attribute.object, is_known),
        ExpressionKind::Call(call) => called(call, is_known),
        ExpressionKind::Subscript(pair) => name(&pair.0, is_known),
        ExpressionKind::Filter(filter) => needed(filter.value.as_ref()?, is_known),
        ExpressionKind::Concat(items)
        | ExpressionKind::List(items)
        | ExpressionKind::Tuple(items) => parts(items),
        _ => None,
    }
}

fn called<'a>(call: &Call<'a>, is_known: &impl Fn(&str) -> bool) -> Option<(&'a str, Span)> {
    let mut arguments = call.arguments.iter();
    // Arguments come before the call itself, and behind a look at what is called.
    let callee = match &call.callee.kind {
        ExpressionKind::Name(_) => None,
        _ => needed(&call.callee, is_known),
    };
    callee
        .or_else(|| arguments.find_map(|argument| needed(&argument.value, is_known)))
        .or_else(|| name(&call.callee, is_known))
}

/// An expression of which something is asked, where it is a name that is not known.
fn name<'a>(
    expression: &Expression<'a>,
    is_known: &impl Fn(&str) -> bool,
) -> Option<(&'a str, Span)> {
    match &expression.kind {
        ExpressionKind::Name(name) if !is_known(name) && !is_of_jinja(name) => {
            Some((*name, expression.span))
        }
        _ => needed(expression, is_known),
    }
}

/// What Jinja knows itself.
fn is_of_jinja(name: &str) -> bool {
    matches!(
        name,
        "range" | "dict" | "lipsum" | "cycler" | "joiner" | "namespace" | "self" | "loop"
    )
}
