//! What can stand in a template? Text, outputs and tags, with dbt's own block tags.

use super::expression::{CallArgument, Expression, Filter};
use crate::text::Span;

/// The tree of one text.
#[derive(Clone, Debug, PartialEq)]
pub struct Template<'a> {
    /// What stands in it, in order.
    pub body: Vec<Statement<'a>>,
    /// What is wrong with it, in order.
    pub errors: Vec<SyntaxError>,
}

/// Something that is not right in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// Where.
    pub span: Span,
    /// What, on one line.
    pub message: String,
    /// Whether Jinja2 itself refuses the text for it.
    pub is_fatal: bool,
    /// Whether it stands outside of dbt's blocks, where dbt passes it over in a file in which it
    /// looks for these alone.
    pub is_outside: bool,
}

impl Template<'_> {
    /// Whether Jinja2 itself refuses it.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        self.errors.iter().any(|error| error.is_fatal)
    }
}

/// One piece of a template.
#[derive(Clone, Debug, PartialEq)]
pub enum Statement<'a> {
    /// Text outside of tags.
    Text(Text<'a>),
    /// `{{ expression }}`
    Output(Output<'a>),
    /// `{# … #}`
    Comment(Span),
    /// `{% raw %}…{% endraw %}`
    Raw(Raw<'a>),
    /// `{% if %}…{% endif %}`
    If(If<'a>),
    /// `{% for %}…{% endfor %}`
    For(Box<For<'a>>),
    /// `{% set a = b %}`
    Set(Box<Set<'a>>),
    /// `{% set a %}…{% endset %}`
    SetBlock(Box<SetBlock<'a>>),
    /// `{% do expression %}`
    Do(Output<'a>),
    /// `{% call f() %}…{% endcall %}`
    Call(Box<CallBlock<'a>>),
    /// `{% filter f %}…{% endfilter %}`
    Filter(Box<FilterBlock<'a>>),
    /// `{% with a = b %}…{% endwith %}`
    With(With<'a>),
    /// dbt's blocks, macros among them.
    Definition(Box<Definition<'a>>),
    /// `{% break %}`
    Break(Span),
    /// `{% continue %}`
    Continue(Span),
    /// Tags that Jinja knows and dbt gives no meaning: `include`, `extends`, `block`, …
    Unsupported(Box<Unsupported<'a>>),
    /// A tag that makes no sense: unknown, or an end without a beginning.
    Error(Span),
}

/// Text outside of tags.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text<'a> {
    /// What is left of it where the tags around it eat blanks (`-%}`).
    pub value: &'a str,
    /// All of it.
    pub span: Span,
}

/// `{{ expression }}` or `{% do expression %}`
#[derive(Clone, Debug, PartialEq)]
pub struct Output<'a> {
    /// The expression.
    pub expression: Expression<'a>,
    /// The whole tag.
    pub span: Span,
    /// Whether the closing braces are there.
    pub is_closed: bool,
}

/// `{% raw %}…{% endraw %}`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raw<'a> {
    /// The text between the tags.
    pub value: &'a str,
    /// Both tags and the text.
    pub span: Span,
}

/// `{% if %}…{% elif %}…{% else %}…{% endif %}`
#[derive(Clone, Debug, PartialEq)]
pub struct If<'a> {
    /// The `if` and each `elif`.
    pub branches: Vec<Branch<'a>>,
    /// What stands behind `else`.
    pub otherwise: Option<Vec<Statement<'a>>>,
    /// All of it.
    pub span: Span,
    /// Whether `endif` is there.
    pub is_closed: bool,
}

/// A condition and what stands under it.
#[derive(Clone, Debug, PartialEq)]
pub struct Branch<'a> {
    /// The condition.
    pub condition: Expression<'a>,
    /// The tag that opens it.
    pub tag: Span,
    /// What stands under it.
    pub body: Vec<Statement<'a>>,
}

/// `{% for target in iterable if condition recursive %}…{% else %}…{% endfor %}`
#[derive(Clone, Debug, PartialEq)]
pub struct For<'a> {
    /// A name or a tuple of names.
    pub target: Expression<'a>,
    /// What is gone through.
    pub iterable: Expression<'a>,
    /// The condition on the elements.
    pub condition: Option<Expression<'a>>,
    /// Whether it is `recursive`.
    pub is_recursive: bool,
    /// The opening tag.
    pub tag: Span,
    /// What is done for each element.
    pub body: Vec<Statement<'a>>,
    /// What is done where there is none.
    pub otherwise: Option<Vec<Statement<'a>>>,
    /// All of it.
    pub span: Span,
    /// Whether `endfor` is there.
    pub is_closed: bool,
}

/// `{% set target = value %}`
#[derive(Clone, Debug, PartialEq)]
pub struct Set<'a> {
    /// A name, a tuple of names, or an attribute of a namespace.
    pub target: Expression<'a>,
    /// The value.
    pub value: Expression<'a>,
    /// The tag.
    pub span: Span,
    /// Whether the closing brace is there.
    pub is_closed: bool,
}

/// `{% set target | filter %}…{% endset %}`
#[derive(Clone, Debug, PartialEq)]
pub struct SetBlock<'a> {
    /// A name, or an attribute of a namespace.
    pub target: Expression<'a>,
    /// The filters, in order.
    pub filters: Vec<Filter<'a>>,
    /// The opening tag.
    pub tag: Span,
    /// What makes the value.
    pub body: Vec<Statement<'a>>,
    /// All of it.
    pub span: Span,
    /// Whether `endset` is there.
    pub is_closed: bool,
}

/// `{% call(parameters) f() %}…{% endcall %}`
#[derive(Clone, Debug, PartialEq)]
pub struct CallBlock<'a> {
    /// What the caller takes.
    pub parameters: Vec<Parameter<'a>>,
    /// The call.
    pub call: Expression<'a>,
    /// The opening tag.
    pub tag: Span,
    /// What `caller()` gives.
    pub body: Vec<Statement<'a>>,
    /// All of it.
    pub span: Span,
    /// Whether `endcall` is there.
    pub is_closed: bool,
}

/// `{% filter f | g %}…{% endfilter %}`
#[derive(Clone, Debug, PartialEq)]
pub struct FilterBlock<'a> {
    /// The filters, in order.
    pub filters: Vec<Filter<'a>>,
    /// The opening tag.
    pub tag: Span,
    /// What is filtered.
    pub body: Vec<Statement<'a>>,
    /// All of it.
    pub span: Span,
    /// Whether `endfilter` is there.
    pub is_closed: bool,
}

/// `{% with target = value, … %}…{% endwith %}`
#[derive(Clone, Debug, PartialEq)]
pub struct With<'a> {
    /// Targets and values.
    pub bindings: Vec<(Expression<'a>, Expression<'a>)>,
    /// The opening tag.
    pub tag: Span,
    /// Where they hold.
    pub body: Vec<Statement<'a>>,
    /// All of it.
    pub span: Span,
    /// Whether `endwith` is there.
    pub is_closed: bool,
}

/// The blocks that dbt collects by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BlockKind {
    /// `{% macro %}`
    Macro,
    /// `{% test %}`
    Test,
    /// `{% materialization %}`
    Materialization,
    /// `{% snapshot %}`
    Snapshot,
    /// `{% docs %}`
    Docs,
}

/// `{% macro name(parameters) %}…{% endmacro %}` and dbt's other named blocks.
#[derive(Clone, Debug, PartialEq)]
pub struct Definition<'a> {
    /// Which tag.
    pub kind: BlockKind,
    /// The name; empty where it is missing.
    pub name: &'a str,
    /// Where the name stands.
    pub name_span: Span,
    /// The parameters of a macro or test.
    pub parameters: Vec<Parameter<'a>>,
    /// What stands behind the name of a materialization: `default`, `adapter='…'`.
    pub options: Vec<CallArgument<'a>>,
    /// The opening tag.
    pub tag: Span,
    /// What stands in it.
    pub body: Vec<Statement<'a>>,
    /// All of it.
    pub span: Span,
    /// Whether the end tag is there.
    pub is_closed: bool,
}

/// `name: annotation = default`
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter<'a> {
    /// The name.
    pub name: &'a str,
    /// Where the name stands.
    pub name_span: Span,
    /// dbt's type annotation, as written.
    pub annotation: Option<(&'a str, Span)>,
    /// The default value.
    pub default: Option<Expression<'a>>,
}

/// A tag that dbt gives no meaning.
#[derive(Clone, Debug, PartialEq)]
pub struct Unsupported<'a> {
    /// The tag's name.
    pub keyword: &'a str,
    /// The expressions in it, as far as they are understood.
    pub expressions: Vec<Expression<'a>>,
    /// What stands in it, for a tag with an end tag.
    pub body: Vec<Statement<'a>>,
    /// All of it.
    pub span: Span,
}

impl Unsupported<'_> {
    /// Whether it asks for another template, of which dbt has none.
    #[must_use]
    pub fn loads_templates(&self) -> bool {
        matches!(self.keyword, "include" | "import" | "from" | "extends")
    }

    /// What is wrong with one that does, on one line.
    #[must_use]
    pub fn message(&self) -> String {
        let keyword = self.keyword;
        format!("dbt loads no other templates, so `{keyword}` cannot work")
    }
}

impl BlockKind {
    /// The tag's name.
    #[must_use]
    pub fn keyword(self) -> &'static str {
        match self {
            Self::Macro => "macro",
            Self::Test => "test",
            Self::Materialization => "materialization",
            Self::Snapshot => "snapshot",
            Self::Docs => "docs",
        }
    }
}
