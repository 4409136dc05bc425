//! What of a call does dbt refuse: a macro that nobody defines, arguments that it does not have?
//! And which does no warehouse take?

use super::MissingMacro;
use super::call::Arguments;
use super::machine::{Machine, Step};
use super::value::Value;
use crate::syntax::jinja::{self, Definition, Expression, ExpressionKind, Statement};
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

impl<'x, 't> Machine<'x, 't> {
    /// A macro that nobody defines: dbt stops at it when it compiles.
    pub fn miss_macro(&mut self, span: Span, package: Option<&str>, name: &str) {
        let place = if self.is_in_file {
            Some(span)
        } else {
            self.file_call
        };
        let (Some(span), 0, 0) = (place, self.doubt, self.only_parsing) else {
            return;
        };
        // dbt has `debug` where an environment variable asks for it.
        if package.is_none() && name == "debug" {
            return;
        }
        let missing = MissingMacro {
            span,
            package: package.map(Into::into),
            name: name.into(),
            is_direct: self.is_in_file,
        };
        if !self.missing_macros.contains(&missing) {
            self.missing_macros.push(missing);
        }
    }

    /// `package.macro()` where there is no such package.
    pub fn miss_package(&mut self, object: &'x Expression<'t>) {
        let mut root = object;
        while let ExpressionKind::Attribute(attribute) = &root.kind {
            root = &attribute.object;
        }
        if let ExpressionKind::Name(package) = root.kind
            && matches!(self.name(package), Value::Undefined)
        {
            self.miss_macro(root.span, Some(package), "");
        }
    }

    /// What stands under a condition that may be another one when dbt compiles.
    pub fn while_parsing(
        &mut self,
        is_other: bool,
        inside: impl FnOnce(&mut Self) -> Step<()>,
    ) -> Step<()> {
        self.only_parsing += u32::from(is_other);
        let result = inside(self);
        self.only_parsing -= u32::from(is_other);
        result
    }
}

/// Whether a condition may come out otherwise when dbt compiles than while it parses.
pub(super) fn is_other_when_compiled(condition: &Expression<'_>) -> bool {
    if let ExpressionKind::Name(name) = &condition.kind {
        return matches!(*name, "execute" | "is_incremental");
    }
    let mut is_other = false;
    jinja::parts(condition, &mut |part| {
        is_other = is_other || is_other_when_compiled(part);
    });
    is_other
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
