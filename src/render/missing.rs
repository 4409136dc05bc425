//! What does a template ask for that nobody gives: macros, packages, variables?

use super::call::Arguments;
use super::machine::{Machine, Step};
use super::value::Value;
use super::{MissingMacro, MissingVar};
use crate::syntax::jinja::{self, Call, Expression, ExpressionKind};
use crate::text::Span;

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
            is_dispatched: false,
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

    /// A variable that nothing gives: dbt stops at it when it compiles.
    pub fn miss_var(&mut self, name: &str, call: &'x Call<'t>) {
        let span = match call.arguments.as_slice() {
            [one] if self.is_in_file => Some(one.value.span),
            _ if self.is_in_file => None,
            _ => self.file_call,
        };
        let (Some(span), 0, 0) = (span, self.doubt, self.only_parsing) else {
            return;
        };
        let missing = MissingVar {
            span,
            name: name.into(),
            is_direct: self.is_in_file,
        };
        if !self.missing_vars.contains(&missing) {
            self.missing_vars.push(missing);
        }
    }

    /// Whether it lacks something that dbt asks for when it compiles, and passes over before.
    pub fn misses_when_compiled(&self) -> bool {
        !self.missing_vars.is_empty()
            || !self.mistakes_when_compiled.is_empty()
            || self.missing_macros.iter().any(is_of_compiling)
    }

    /// Of what only compiling asks for, keeps what is asked for however that goes.
    pub fn keep_missing_of(&mut self, compiling: &Self) {
        let vars = &compiling.missing_vars;
        self.missing_vars.retain(|missing| vars.contains(missing));
        let mistakes = &compiling.mistakes_when_compiled;
        let late = std::mem::take(&mut self.mistakes_when_compiled).into_iter();
        self.mistakes
            .extend(late.filter(|it| mistakes.contains(it)));
        let macros = &compiling.missing_macros;
        self.missing_macros
            .retain(|missing| !is_of_compiling(missing) || macros.contains(missing));
    }

    /// `adapter.dispatch()` that finds no macro: dbt stops at it when it parses.
    pub fn miss_dispatched(&mut self, call: &'x Call<'t>, arguments: &Arguments) {
        let span = match call.arguments.first().map(|first| &first.value) {
            Some(first) if self.is_in_file => match &first.kind {
                ExpressionKind::String(literal) => Some(literal.content.unwrap_or(first.span)),
                _ => Some(first.span),
            },
            _ => self.file_call,
        };
        let name = arguments.text(0, "macro_name");
        let (Some(span), Some(name), 0) = (span, name, self.doubt) else {
            return;
        };
        let missing = MissingMacro {
            span,
            package: arguments.text(1, "macro_namespace").map(Into::into),
            name: name.into(),
            is_direct: self.is_in_file,
            is_dispatched: true,
        };
        if !self.missing_macros.contains(&missing) {
            self.missing_macros.push(missing);
        }
    }
}

/// Whether dbt stops at a macro when it compiles, and not before: in a file, not in a macro.
fn is_of_compiling(missing: &MissingMacro) -> bool {
    missing.is_direct && !missing.is_dispatched
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
