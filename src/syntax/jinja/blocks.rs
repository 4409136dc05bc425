//! Which of dbt's named blocks does a file define?

use super::constant::Constant;
use super::expression::Passing;
use super::names::Names;
use super::statement::{BlockKind, Definition, Statement, Template};
use super::walk;
use crate::text::Span;

/// One of dbt's named blocks.
#[derive(Clone, Debug, PartialEq)]
pub struct BlockDefinition<'a> {
    /// Which tag.
    pub kind: BlockKind,
    /// The name; empty where it is missing.
    pub name: &'a str,
    /// Where the name stands.
    pub name_span: Span,
    /// Both tags and what is between them.
    pub span: Span,
    /// Whether the end tag is there.
    pub is_closed: bool,
    /// What a macro or test takes; the options of a materialization: `adapter='x'`.
    pub arguments: Vec<BlockArgument<'a>>,
}

/// What a macro or test takes.
#[derive(Clone, Debug, PartialEq)]
pub struct BlockArgument<'a> {
    /// The name.
    pub name: &'a str,
    /// Where the name stands.
    pub span: Span,
    /// dbt's type annotation, as written.
    pub annotation: Option<&'a str>,
    /// The default value and its place.
    pub default: Option<(Constant<'a>, Span)>,
}

impl BlockArgument<'_> {
    /// The parameter as written in `text`, on one line: `quote: bool = true`.
    #[must_use]
    pub fn written(&self, text: &str) -> String {
        let mut written = self.name.to_owned();
        if let Some(annotation) = self.annotation {
            written.push_str(": ");
            written.push_str(annotation);
        }
        if let Some((_, default)) = &self.default {
            written.push('=');
            written.push_str(default.of(text));
        }
        written.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// The named blocks of `template`, in order, without those inside another one. A tag whose end tag
/// is still missing does not hide the blocks behind it.
#[must_use]
pub fn blocks<'a>(template: &Template<'a>) -> Vec<BlockDefinition<'a>> {
    let mut blocks = Vec::new();
    collect(&template.body, &mut blocks);
    blocks
}

fn collect<'a>(body: &[Statement<'a>], blocks: &mut Vec<BlockDefinition<'a>>) {
    for statement in body {
        if let Statement::Definition(definition) = statement {
            blocks.push(block(definition));
            if definition.is_closed {
                continue;
            }
        }
        walk::bodies(statement, &mut |body| collect(body, blocks));
    }
}

fn block<'a>(definition: &Definition<'a>) -> BlockDefinition<'a> {
    let names = Names::default();
    let arguments = definition.parameters.iter().map(|parameter| BlockArgument {
        name: parameter.name,
        span: parameter.name_span,
        annotation: parameter.annotation.map(|(text, _)| text),
        default: parameter
            .default
            .as_ref()
            .map(|default| (names.fold(default), default.span)),
    });
    let options = definition.options.iter().filter_map(|option| {
        let Passing::Keyword(name, span) = option.passing else {
            return None;
        };
        Some(BlockArgument {
            name,
            span,
            annotation: None,
            default: Some((names.fold(&option.value), option.value.span)),
        })
    });
    let arguments = arguments.chain(options);
    BlockDefinition {
        kind: definition.kind,
        name: definition.name,
        name_span: definition.name_span,
        span: definition.span,
        is_closed: definition.is_closed,
        arguments: arguments.collect(),
    }
}
