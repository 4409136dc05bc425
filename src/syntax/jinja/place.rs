//! Which name or text of a template stands at a place, and which calls does it make of a name?

use super::expression::{Expression, ExpressionKind};
use super::statement::{Statement, Template};
use super::walk;
use crate::text::Span;

/// What stands at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AtPlace<'a> {
    /// A name, with those before its dot.
    Name {
        /// `["dbt_utils", "star"]`
        path: Vec<&'a str>,
        /// Where the last of them stands.
        span: Span,
    },
    /// A text that a call is given.
    Text {
        /// What is called.
        callee: Vec<&'a str>,
        /// Which argument it is.
        position: usize,
        /// The text.
        value: String,
        /// Where it stands, without quotes.
        span: Span,
    },
}

/// What stands at `offset`.
#[must_use]
pub fn at_place<'a>(template: &Template<'a>, offset: u32) -> Option<AtPlace<'a>> {
    let mut found = None;
    every(&template.body, &mut |expression| {
        if found.is_none() && expression.span.touches(offset) {
            found = of_expression(expression, offset);
        }
    });
    found
}

fn of_expression<'a>(expression: &Expression<'a>, offset: u32) -> Option<AtPlace<'a>> {
    match &expression.kind {
        ExpressionKind::Name(name) => Some(AtPlace::Name {
            path: vec![name],
            span: expression.span,
        }),
        ExpressionKind::Attribute(attribute) if attribute.name_span.touches(offset) => {
            Some(AtPlace::Name {
                path: expression.path()?,
                span: attribute.name_span,
            })
        }
        ExpressionKind::Call(call) => {
            let arguments = call.arguments.iter().enumerate();
            arguments
                .filter(|(_, it)| it.span.touches(offset))
                .find_map(|(position, argument)| {
                    let ExpressionKind::String(text) = &argument.value.kind else {
                        return None;
                    };
                    let span = text.content.filter(|content| content.touches(offset))?;
                    Some(AtPlace::Text {
                        callee: call.callee.path()?,
                        position,
                        value: text.value.clone().into_owned(),
                        span,
                    })
                })
        }
        _ => None,
    }
}

/// Every name that is called or read, with those before its dot and the place of the last one.
#[must_use]
pub fn names<'a>(template: &Template<'a>) -> Vec<(Vec<&'a str>, Span)> {
    let mut names = Vec::new();
    every(&template.body, &mut |expression| match &expression.kind {
        ExpressionKind::Name(name) => names.push((vec![*name], expression.span)),
        ExpressionKind::Attribute(attribute) => {
            names.extend(expression.path().map(|path| (path, attribute.name_span)));
        }
        _ => {}
    });
    names
}

/// Visits every expression of a body, the outer one first.
fn every<'x, 'a>(body: &'x [Statement<'a>], visit: &mut dyn FnMut(&'x Expression<'a>)) {
    for statement in body {
        walk::expressions(statement, &mut |expression| below(expression, visit));
        walk::bodies(statement, &mut |body| every(body, visit));
    }
}

fn below<'x, 'a>(expression: &'x Expression<'a>, visit: &mut dyn FnMut(&'x Expression<'a>)) {
    visit(expression);
    walk::children(expression, &mut |part| below(part, visit));
}
