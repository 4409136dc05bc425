//! What of a macro's arguments does dbt refuse, and what does no warehouse take?

use super::call::Arguments;
use super::machine::{Machine, Step};
use crate::syntax::jinja::{Definition, ExpressionKind, Statement};
use crate::text::Span;

impl<'x, 't> Machine<'x, 't> {
    /// What Jinja refuses of a macro's arguments.
    pub fn check_arguments(
        &mut self,
        definition: &'x Definition<'t>,
        arguments: &Arguments,
        span: Span,
    ) -> Step<()> {
        let (name, most) = (definition.name, definition.parameters.len());
        if arguments.positional.len() > most {
            let given = arguments.positional.len();
            let message = match most {
                0 => format!("macro `{name}` takes no arguments, and {given} are given"),
                1 => format!("macro `{name}` takes one argument, and {given} are given"),
                _ => format!("macro `{name}` takes {most} arguments, and {given} are given"),
            };
            return Err(self.mistake(span, message));
        }
        let known = |name: &str| definition.parameters.iter().any(|it| it.name == name);
        let unknown = arguments.keyword.iter().find(|(name, _)| !known(name));
        if let Some((keyword, _)) = unknown.filter(|(name, _)| **name != *"caller") {
            let message = format!("macro `{name}` has no argument `{keyword}`");
            return Err(self.mistake(span, message));
        }
        Ok(())
    }

    /// An argument that is not given, where the macro writes it as the left side of an operator:
    /// nothing stands there then, and no warehouse takes that.
    pub fn check_missing(
        &mut self,
        definition: &'x Definition<'t>,
        arguments: &Arguments,
        span: Span,
    ) {
        let is_given = |at: usize, name: &str| {
            arguments.has_more || at < arguments.positional.len() || arguments.named(name).is_some()
        };
        let mut missing = definition.parameters.iter().enumerate();
        let missing = missing.find(|(at, parameter)| {
            parameter.default.is_none()
                && !is_given(*at, parameter.name)
                && is_left_operand(&definition.body, parameter.name)
        });
        if let Some((_, parameter)) = missing {
            let (name, argument) = (definition.name, parameter.name);
            let message = format!("macro `{name}` needs its argument `{argument}`");
            let _ = self.mistake(span, message);
        }
    }
}

/// Whether a body writes `( {{ name }} / …` or the like, and nothing else decides on the name.
fn is_left_operand(body: &[Statement<'_>], name: &str) -> bool {
    let is_written = body.windows(3).any(|three| {
        let [
            Statement::Text(before),
            Statement::Output(output),
            Statement::Text(after),
        ] = three
        else {
            return false;
        };
        let (before, after) = (before.value.trim_end(), after.value.trim_start());
        let is_open = before.ends_with(['(', ',']);
        let is_operator = ["/ ", "::", "||", "= ", "> ", "< ", "<> ", "!= "]
            .iter()
            .any(|operator| after.starts_with(operator));
        is_open && is_operator && output.expression.kind == ExpressionKind::Name(name)
    });
    let is_plain = body.iter().all(|statement| {
        matches!(
            statement,
            Statement::Text(_) | Statement::Output(_) | Statement::Comment(_)
        )
    });
    is_written && is_plain
}
