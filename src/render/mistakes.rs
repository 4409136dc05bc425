//! What does dbt refuse while it renders: arguments that a macro does not have, a macro that never
//! ends, values that Python does not take? And which call does no warehouse take?

use std::rc::Rc;

use super::Mistake;
use super::call::Arguments;
use super::expand::has_hole;
use super::machine::{Expr, Machine, Scope, ScopeKind, Step, Stop};
use super::value::{Value, number};
use crate::syntax::jinja::{
    BinaryOperator, Call, CompareOperator, Definition, Expression, ExpressionKind, Statement,
};
use crate::text::Span;

/// No message of a project's own is shown longer.
const LONGEST_MESSAGE: usize = 100;

/// A macro of the library that runs.
pub(super) struct Running {
    library: usize,
    /// What it is given, where these are plain values: nothing that could change meanwhile.
    given: Option<Vec<(Option<Rc<str>>, Value)>>,
}

impl<'x, 't> Machine<'x, 't> {
    /// Something that dbt refuses, where it is certain: at its place in the file, or at the call
    /// that led to it.
    pub fn mistake(&mut self, span: Span, message: String) -> Stop {
        if self.is_in_file {
            self.add_mistake(Some(span), message)
        } else {
            self.add_mistake(
                self.file_call,
                format!("in a macro that is called here: {message}"),
            )
        }
    }

    fn add_mistake(&mut self, span: Option<Span>, message: String) -> Stop {
        if let (Some(span), 0, true) = (span, self.doubt, self.is_understood) {
            self.mistakes.push(Mistake {
                span,
                message,
                is_late: false,
            });
        }
        Stop::Failed
    }

    /// `exceptions.raise_compiler_error(…)` and its like.
    pub fn raised(&mut self, span: Span, arguments: &Arguments) -> Stop {
        if self.defaults > 0 {
            // It may be there to ask for `--vars`, or for a variable of the environment.
            return Stop::Failed;
        }
        let text = arguments.text(0, "msg").unwrap_or_default();
        let line = text.lines().map(str::trim).find(|line| !line.is_empty());
        let said = line.map_or(String::new(), |line| {
            let short: String = line.chars().take(LONGEST_MESSAGE).collect();
            let more = if short.len() < line.len() { "…" } else { "" };
            format!(": {short}{more}")
        });
        if self.is_in_file {
            self.add_mistake(Some(span), format!("this stops dbt{said}"))
        } else {
            let message = format!("a macro that is called here stops dbt{said}");
            self.add_mistake(self.file_call, message)
        }
    }

    /// What `config()` refuses: it takes keywords, or one dict and nothing else.
    pub fn check_config(&mut self, span: Span, arguments: &Arguments) -> Step<()> {
        if arguments.has_more {
            return Ok(());
        }
        let message = match (arguments.positional.as_slice(), arguments.keyword.len()) {
            ([], 1..)
            | (
                [
                    Value::Unknown
                    | Value::Undefined
                    | Value::Dict(_)
                    | Value::Namespace(_)
                    | Value::Module(_),
                ],
                0,
            ) => return Ok(()),
            ([], 0) => "`config()` is given nothing",
            _ => "`config` takes keywords, as in `config(materialized='table')`, or one dict",
        };
        Err(self.mistake(span, message.to_owned()))
    }

    /// A macro of the library begins to run; [`Machine::running`] has to be popped at its end.
    pub fn begin(
        &mut self,
        definition: &'x Definition<'t>,
        at: usize,
        arguments: &Arguments,
        has_caller: bool,
        span: Span,
    ) -> Step<()> {
        if let Some(message) = self.library.refused(at).map(ToOwned::to_owned) {
            let message = format!("macro `{}` cannot be read: {message}", definition.name);
            return Err(self.mistake(span, message));
        }
        if has_caller && !self.library.takes_caller(at) {
            let name = definition.name;
            let message = format!("macro `{name}` has no `caller()`, so no `call` block calls it");
            return Err(self.mistake(span, message));
        }
        let given = plain(arguments).filter(|_| !has_caller);
        let texts = given.iter().flatten().filter_map(|(_, it)| it.as_text());
        let bytes: usize = texts.map(str::len).sum();
        self.spend(bytes.saturating_mul(self.running.len()) / 256)?;
        let is_same = |running: &Running| {
            running.library == at
                && match (&running.given, &given) {
                    (Some(before), Some(now)) => self.are_equal(before, now),
                    (_, _) => false,
                }
        };
        if self.running.iter().any(is_same) {
            let name = definition.name;
            let message = format!("macro `{name}` calls itself with the same arguments, endlessly");
            return Err(self.mistake(span, message));
        }
        self.running.push(Running { library: at, given });
        Ok(())
    }

    fn are_equal(
        &self,
        left: &[(Option<Rc<str>>, Value)],
        right: &[(Option<Rc<str>>, Value)],
    ) -> bool {
        let mut both = left.iter().zip(right);
        left.len() == right.len()
            && both.all(|((left_name, left), (right_name, right))| {
                left_name == right_name && self.heap.equal(left, right, 0) == Some(true)
            })
    }

    /// A value that Jinja needs to go on with: it stops at a parameter of a macro that nobody gave,
    /// and at what a query gives while nothing is run.
    pub fn need(&mut self, expression: Expr<'x, 't>, value: &Value) -> Step<()> {
        let Value::Undefined = value else {
            return Ok(());
        };
        if self.is_not_run(expression) {
            let message = "`run_query` gives nothing while dbt parses: ask for it under `execute`";
            return Err(self.mistake(expression.span, message.to_owned()));
        }
        let ExpressionKind::Name(name) = &expression.kind else {
            return Ok(());
        };
        let scopes = &mut self.scopes.iter().rev();
        let scope = scopes.find(|scope| scope.kind == ScopeKind::Macro);
        let is_not_given = scope.is_some_and(|it| it.not_given.iter().any(|it| **it == **name));
        let running = self.running.last();
        let called = running.and_then(|running| self.library.definition(running.library));
        let (Some(called), true, false) = (called, is_not_given, self.is_in_file) else {
            return Ok(());
        };
        let mut message = format!("macro `{}` needs its argument `{name}`", called.name);
        if self.running.len() > 1 {
            message.insert_str(0, "in a macro that is called here: ");
        }
        Err(self.add_mistake(self.file_call, message))
    }

    /// Whether an expression is a query that was not run, or a name for what one gave.
    fn is_not_run(&self, expression: &Expression<'_>) -> bool {
        match &expression.kind {
            ExpressionKind::Call(call) => is_run_query(call),
            ExpressionKind::Name(name) => {
                let is_it = |known: &Rc<str>| **known == **name;
                let has_name = |scope: &&Scope| scope.names.iter().any(|(known, _)| is_it(known));
                let scope = self.scopes.iter().rev().find(has_name);
                scope.is_some_and(|scope| scope.not_run.iter().any(is_it))
            }
            _ => false,
        }
    }

    /// Remembers a name that is given what `run_query` does not give yet.
    pub fn note_not_run(&mut self, target: &Expression<'_>, given: &Expression<'_>, value: &Value) {
        if let (Value::Undefined, ExpressionKind::Name(name), ExpressionKind::Call(call)) =
            (value, &target.kind, &given.kind)
            && is_run_query(call)
            && let Some(scope) = self.scopes.last_mut()
        {
            scope.not_run.push((*name).into());
        }
    }

    /// The same where an operator needs it: that stops at any name that means nothing.
    pub fn need_operand(&mut self, expression: Expr<'x, 't>, value: &Value) -> Step<()> {
        self.need(expression, value)?;
        match (value, &expression.kind) {
            (Value::Undefined, ExpressionKind::Name(name))
                if self.is_in_file && self.look_up(name).is_none() =>
            {
                let message = format!("nothing is called `{name}` here");
                Err(self.mistake(expression.span, message))
            }
            _ => Ok(()),
        }
    }

    /// What Python does not reckon with: plain values of two kinds, and a division by zero.
    pub fn check_arithmetic(
        &mut self,
        operator: BinaryOperator,
        (left, right): (&Value, &Value),
        span: Span,
    ) -> Step<()> {
        let (Some(left_kind), Some(right_kind)) = (plain_kind(left), plain_kind(right)) else {
            return Ok(());
        };
        let are_numbers = number(left).is_some() && number(right).is_some();
        let is_text = |value: &Value| value.as_text().is_some();
        let repeats = |text: &Value, times: &Value| is_text(text) && times.as_int().is_some();
        let is_known = match operator {
            BinaryOperator::Add => is_text(left) && is_text(right),
            BinaryOperator::Multiply => repeats(left, right) || repeats(right, left),
            BinaryOperator::Modulo => is_text(left),
            // Dates of YAML are texts here.
            BinaryOperator::Subtract => may_be_date(left) && may_be_date(right),
            _ => false,
        };
        let divides = matches!(
            operator,
            BinaryOperator::Divide | BinaryOperator::FloorDivide | BinaryOperator::Modulo
        );
        let message = if are_numbers && divides && number(right) == Some(0.0) {
            "this divides by zero".to_owned()
        } else if are_numbers || is_known {
            return Ok(());
        } else {
            format!("Python does not reckon with {left_kind} and {right_kind}")
        };
        Err(self.mistake(span, message))
    }
}

/// Whether a value may be a date that YAML has without quotes.
fn may_be_date(value: &Value) -> bool {
    let text = value.as_text();
    text.is_some_and(|text| text.starts_with(|first: char| first.is_ascii_digit()))
}

impl<'x, 't> Machine<'x, 't> {
    /// What Python does not compare: plain values of two kinds.
    pub fn check_comparison(
        &mut self,
        operator: CompareOperator,
        (left, right): (&Value, &Value),
        span: Span,
    ) -> Step<()> {
        let Some(right_kind) = plain_kind(right) else {
            return Ok(());
        };
        let are_texts = left.as_text().is_some() && right.as_text().is_some();
        let are_numbers = number(left).is_some() && number(right).is_some();
        let message = match (operator, plain_kind(left)) {
            (CompareOperator::In | CompareOperator::NotIn, _) if right.as_text().is_none() => {
                format!("nothing can be looked for in {right_kind}")
            }
            (CompareOperator::In | CompareOperator::NotIn, Some(kind)) if !are_texts => {
                format!("only a text can be looked for in a text, not {kind}")
            }
            (operator, Some(kind)) if operator.orders() && !are_texts && !are_numbers => {
                format!("Python does not order {kind} and {right_kind}")
            }
            _ => return Ok(()),
        };
        Err(self.mistake(span, message))
    }

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
        let mut given = definition
            .parameters
            .iter()
            .take(arguments.positional.len());
        if let Some(twice) = given.find(|it| arguments.named(it.name).is_some()) {
            let argument = twice.name;
            let message = format!("macro `{name}` is given its argument `{argument}` twice");
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

/// Whether a call runs a query, by dbt's own macro.
fn is_run_query(call: &Call<'_>) -> bool {
    let path = call.callee.path();
    matches!(path.as_deref(), Some(["run_query"] | ["dbt", "run_query"]))
}

/// What a plain value is, in words.
pub(super) fn plain_kind(value: &Value) -> Option<&'static str> {
    Some(match value {
        Value::None => "`none`",
        Value::Bool(_) => "a boolean",
        Value::Int(_) | Value::Float(_) => "a number",
        Value::Text(text) if !has_hole(text) => "a text",
        _ => return None,
    })
}

/// The arguments of a call where all of them are plain values.
fn plain(arguments: &Arguments) -> Option<Vec<(Option<Rc<str>>, Value)>> {
    let positional = arguments.positional.iter().map(|value| (None, value));
    let keyword = arguments.keyword.iter();
    let keyword = keyword.map(|(name, value)| (Some(Rc::clone(name)), value));
    let all = positional.chain(keyword).map(|(name, value)| match value {
        Value::Undefined | Value::None | Value::Bool(_) | Value::Int(_) | Value::Text(_) => {
            Some((name, value.clone()))
        }
        _ => None,
    });
    all.collect::<Option<_>>().filter(|_| !arguments.has_more)
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
