//! What does a template call, with which arguments, and does it while dbt parses?

use super::constant::Constant;
use super::expression::{BinaryOperator, Call, CallArgument, Expression, ExpressionKind, Passing};
use super::names::Names;
use super::reach::{Reach, Truth};
use super::statement::{BlockKind, CallBlock, Definition, For, If, Parameter, Statement, Template};
use super::walk;
use crate::text::Span;

/// One call of a function or macro by its name.
#[derive(Clone, Debug, PartialEq)]
pub struct CallSite<'a> {
    /// The names of what is called: `["builtins", "ref"]`.
    pub callee: Vec<&'a str>,
    /// Where they stand.
    pub callee_span: Span,
    /// The whole call.
    pub span: Span,
    /// Whether the closing parenthesis is there.
    pub is_closed: bool,
    /// The arguments as written.
    pub arguments: Vec<Argument<'a>>,
    /// Whether it is made while dbt parses.
    pub reach: Reach,
    /// The block of dbt that it stands in, if any. What stands in a macro, test or
    /// materialization is made when that is called.
    pub block: Option<Block<'a>>,
}

/// One argument of a call.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Argument<'a> {
    /// The keyword and its place; none for a positional argument.
    pub name: Option<(&'a str, Span)>,
    /// The value, as far as it is known.
    pub value: Constant<'a>,
    /// Where the value stands, quotes included.
    pub span: Span,
    /// Whether it is `*value` or `**value`, which may stand for any number of arguments.
    pub is_spread: bool,
}

/// One of dbt's named blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block<'a> {
    /// Which tag.
    pub kind: BlockKind,
    /// Its name.
    pub name: &'a str,
}

/// Every call by name in `template`, in the order of the text. A call in a loop over a literal
/// list is there once for every element that makes a difference.
#[must_use]
pub fn calls<'a>(template: &Template<'a>) -> Vec<CallSite<'a>> {
    let mut walker = Walker::new(Names::of(&template.body));
    walker.body(&template.body, Reach::Always, Place::Top);
    walker.finish()
}

/// Every call by name in a bare expression.
#[must_use]
pub fn expression_calls<'a>(expression: &Expression<'a>) -> Vec<CallSite<'a>> {
    let mut walker = Walker::new(Names::default());
    walker.has_no_names = true;
    walker.expression(expression, Reach::Always);
    walker.finish()
}

/// Every call by name in a text that sets no names, as descriptions are.
#[must_use]
pub fn calls_in_prose<'a>(template: &Template<'a>) -> Vec<CallSite<'a>> {
    let is_plain = |statement: &Statement<'_>| {
        matches!(
            statement,
            Statement::Text(_) | Statement::Output(_) | Statement::Comment(_) | Statement::Raw(_)
        )
    };
    let mut walker = Walker::new(Names::of(&template.body));
    walker.has_no_names = template.body.iter().all(is_plain);
    walker.body(&template.body, Reach::Always, Place::Top);
    walker.finish()
}

/// How many bytes of loop bodies are gone through again, for another element.
const REPEATED_BYTES: usize = 1 << 20;
/// How many elements of a list are gone through one by one.
const MOST_ELEMENTS: usize = 64;

/// How many values a list may hold to be gone through under a name.
const LARGEST_LIST: usize = 1000;

/// Where a body stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Where everything runs once, in order.
    Top,
    /// Under a condition, or in a block with names of its own.
    Inside,
    /// In a loop.
    Loop,
}

struct Walker<'a> {
    names: Names<'a>,
    sites: Vec<CallSite<'a>>,
    block: Option<Block<'a>>,
    repeats_left: usize,
    /// Whether a call may be there more than once, for the elements of a loop.
    has_repeats: bool,
    /// Whether nothing sets a name: each is one of dbt's, or stands for nothing.
    has_no_names: bool,
}

impl<'a> Walker<'a> {
    fn new(names: Names<'a>) -> Self {
        Self {
            names,
            sites: Vec::new(),
            block: None,
            repeats_left: REPEATED_BYTES,
            has_repeats: false,
            has_no_names: false,
        }
    }

    fn finish(mut self) -> Vec<CallSite<'a>> {
        if !self.sites.is_sorted_by_key(|site| site.span.start) {
            self.sites
                .sort_by_key(|site| (site.span.start, site.span.end));
        }
        if self.has_repeats {
            self.sites.dedup();
            drop_dead_repeats(&mut self.sites);
        }
        self.sites
    }

    fn body(&mut self, body: &[Statement<'a>], reach: Reach, place: Place) {
        let mut reach = reach;
        for statement in body {
            self.statement(statement, reach, place);
            if place == Place::Loop && may_leave(statement) {
                reach = reach.and(Reach::Unknown);
            }
        }
    }

    fn statement(&mut self, statement: &Statement<'a>, reach: Reach, place: Place) {
        let inside = if place == Place::Loop {
            Place::Loop
        } else {
            Place::Inside
        };
        match statement {
            Statement::Output(output) | Statement::Do(output) => {
                self.expression(&output.expression, reach);
            }
            Statement::If(condition) => self.condition(condition, reach, inside),
            Statement::For(each) => self.each(each, reach),
            Statement::Set(set) => {
                self.expression(&set.value, reach);
                if let ExpressionKind::Name(name) = &set.target.kind
                    && place == Place::Top
                {
                    let value = self.names.fold(&set.value);
                    self.names.set(name, value);
                }
            }
            Statement::SetBlock(set) => {
                self.parts(statement, reach);
                self.body(&set.body, reach, inside);
            }
            Statement::Filter(block) => {
                self.parts(statement, reach);
                self.body(&block.body, reach, inside);
            }
            Statement::With(with) => {
                self.parts(statement, reach);
                self.body(&with.body, reach, inside);
            }
            Statement::Call(call) => self.call_block(call, reach),
            Statement::Definition(definition) => self.definition(definition, reach),
            Statement::Unsupported(tag) => {
                self.parts(statement, reach);
                self.body(&tag.body, reach.and(Reach::Unknown), inside);
            }
            Statement::Text(_)
            | Statement::Comment(_)
            | Statement::Raw(_)
            | Statement::Break(_)
            | Statement::Continue(_)
            | Statement::Error(_) => {}
        }
    }

    fn parts(&mut self, statement: &Statement<'a>, reach: Reach) {
        walk::expressions(statement, &mut |expression| {
            self.expression(expression, reach);
        });
    }

    fn condition(&mut self, condition: &If<'a>, reach: Reach, place: Place) {
        let mut reach = reach;
        for branch in &condition.branches {
            self.expression(&branch.condition, reach);
            let truth = self.names.truth(&branch.condition);
            self.body(&branch.body, reach.and(truth.reach()), place);
            reach = reach.and((!truth).reach());
        }
        if let Some(body) = &condition.otherwise {
            self.body(body, reach, place);
        }
    }

    fn each(&mut self, each: &For<'a>, reach: Reach) {
        self.expression(&each.iterable, reach);
        let elements = match self.elements(&each.iterable) {
            Some(_) if each.is_recursive => None,
            elements => elements,
        };
        let has_any = match &elements {
            None => Truth::Unknown,
            Some(elements) if elements.is_empty() => Truth::False,
            Some(_) if each.condition.is_some() => Truth::Unknown,
            Some(_) => Truth::True,
        };
        let span = each.span.len();
        match elements {
            Some(elements)
                if elements.len() <= MOST_ELEMENTS
                    && elements.len() * span <= self.repeats_left
                    && !elements.is_empty() =>
            {
                self.repeats_left -= elements.len() * span;
                self.has_repeats = true;
                let may_stop = each.body.iter().any(may_leave);
                for (index, element) in elements.into_iter().enumerate() {
                    let is_certain = index == 0 || !may_stop;
                    let stops = if is_certain {
                        Reach::Always
                    } else {
                        Reach::Unknown
                    };
                    self.element(each, element, reach.and(stops));
                }
            }
            _ => self.element(each, Constant::Unknown, reach.and(has_any.reach())),
        }
        if let Some(body) = &each.otherwise {
            self.body(body, reach.and((!has_any).reach()), Place::Inside);
        }
    }

    /// The elements that a loop goes through, where that is known.
    fn elements(&self, iterable: &Expression<'a>) -> Option<Vec<Constant<'a>>> {
        let value = match &iterable.kind {
            ExpressionKind::Name(name) => {
                let value = self.names.value(name)?;
                if !value.is_within(LARGEST_LIST) {
                    return None;
                }
                value.clone()
            }
            _ => self.names.fold(iterable),
        };
        match value {
            Constant::List(items) => Some(items),
            Constant::Dict(items) => Some(items.into_iter().map(|(key, _)| key).collect()),
            Constant::Str { .. }
            | Constant::Int(_)
            | Constant::Float(_)
            | Constant::Bool(_)
            | Constant::None
            | Constant::Undefined(_)
            | Constant::Unknown => None,
        }
    }

    /// The body of a loop for one element.
    fn element(&mut self, each: &For<'a>, element: Constant<'a>, reach: Reach) {
        let mark = self.names.mark();
        self.bind(&each.target, element);
        let mut reach = reach;
        if let Some(condition) = &each.condition {
            self.expression(condition, reach);
            reach = reach.and(self.names.truth(condition).reach());
        }
        self.body(&each.body, reach, Place::Loop);
        self.names.reset(mark);
    }

    fn bind(&mut self, target: &Expression<'a>, value: Constant<'a>) {
        match (&target.kind, value) {
            (ExpressionKind::Name(name), value) => self.names.bind(name, value),
            (ExpressionKind::Tuple(targets), Constant::List(values))
                if targets.len() == values.len() =>
            {
                for (target, value) in targets.iter().zip(values) {
                    self.bind(target, value);
                }
            }
            _ => walk::names(target, &mut |name| self.names.bind(name, Constant::Unknown)),
        }
    }

    fn call_block(&mut self, call: &CallBlock<'a>, reach: Reach) {
        self.defaults(&call.parameters, reach);
        self.expression(&call.call, reach);
        self.body(&call.body, reach.and(Reach::Unknown), Place::Inside);
    }

    fn defaults(&mut self, parameters: &[Parameter<'a>], reach: Reach) {
        for default in parameters.iter().flat_map(|parameter| &parameter.default) {
            self.expression(default, reach);
        }
    }

    fn definition(&mut self, definition: &Definition<'a>, reach: Reach) {
        let block = Block {
            kind: definition.kind,
            name: definition.name,
        };
        let around = self.block.replace(block);
        self.defaults(&definition.parameters, reach);
        for option in &definition.options {
            self.expression(&option.value, reach);
        }
        let place = match definition.kind {
            BlockKind::Snapshot | BlockKind::Docs => Place::Top,
            BlockKind::Macro | BlockKind::Test | BlockKind::Materialization => Place::Inside,
        };
        self.body(&definition.body, reach, place);
        self.block = around;
    }

    fn expression(&mut self, expression: &Expression<'a>, reach: Reach) {
        match &expression.kind {
            ExpressionKind::Call(call) => {
                self.call(expression, call, reach);
                walk::children(expression, &mut |part| self.expression(part, reach));
            }
            ExpressionKind::Binary(operator, pair) => {
                self.expression(&pair.0, reach);
                let right = match operator {
                    BinaryOperator::And => self.names.truth(&pair.0).reach(),
                    BinaryOperator::Or => (!self.names.truth(&pair.0)).reach(),
                    BinaryOperator::Add
                    | BinaryOperator::Subtract
                    | BinaryOperator::Multiply
                    | BinaryOperator::Divide
                    | BinaryOperator::FloorDivide
                    | BinaryOperator::Modulo
                    | BinaryOperator::Power => Reach::Always,
                };
                self.expression(&pair.1, reach.and(right));
            }
            ExpressionKind::Conditional(conditional) => {
                let truth = self.names.truth(&conditional.condition);
                self.expression(&conditional.value, reach.and(truth.reach()));
                self.expression(&conditional.condition, reach);
                if let Some(otherwise) = &conditional.otherwise {
                    self.expression(otherwise, reach.and((!truth).reach()));
                }
            }
            _ => walk::children(expression, &mut |part| self.expression(part, reach)),
        }
    }

    fn call(&mut self, expression: &Expression<'a>, call: &Call<'a>, reach: Reach) {
        let Some(callee) = call.callee.path() else {
            return;
        };
        let arguments = call.arguments.iter();
        let arguments = arguments.map(|one| match &one.value.kind {
            ExpressionKind::Name(name) if self.has_no_names => Argument {
                value: Constant::Undefined(name),
                ..argument(&self.names, one)
            },
            _ => argument(&self.names, one),
        });
        let arguments = arguments.collect();
        self.sites.push(CallSite {
            callee,
            callee_span: call.callee.span,
            span: expression.span,
            is_closed: call.is_closed,
            arguments,
            reach,
            block: self.block,
        });
    }
}

/// Drops the calls that one element of a loop never makes where another one makes them.
fn drop_dead_repeats(sites: &mut Vec<CallSite<'_>>) {
    let mut made = Vec::with_capacity(sites.len());
    for group in sites.chunk_by(|one, other| one.span == other.span) {
        let is_ever_made = group.iter().any(|site| site.reach != Reach::Never);
        made.extend(
            group
                .iter()
                .map(|site| !is_ever_made || site.reach != Reach::Never),
        );
    }
    let mut made = made.into_iter();
    sites.retain(|_| made.next().unwrap_or(true));
}

/// An argument by itself, without the names around it.
pub(crate) fn argument_of<'a>(one: &CallArgument<'a>) -> Argument<'a> {
    argument(&Names::default(), one)
}

/// An argument with its value folded.
fn argument<'a>(names: &Names<'a>, argument: &CallArgument<'a>) -> Argument<'a> {
    let (name, is_spread) = match argument.passing {
        Passing::Positional => (None, false),
        Passing::Keyword(name, span) => (Some((name, span)), false),
        Passing::Spread | Passing::KeywordSpread => (None, true),
    };
    Argument {
        name,
        value: names.fold(&argument.value),
        span: argument.value.span,
        is_spread,
    }
}

/// Whether a `break` or `continue` in `statement` may leave the loop's body around it.
fn may_leave(statement: &Statement<'_>) -> bool {
    match statement {
        Statement::Break(_) | Statement::Continue(_) => true,
        Statement::For(_) | Statement::Definition(_) => false,
        _ => {
            let mut found = false;
            walk::bodies(statement, &mut |body| {
                found = found || body.iter().any(may_leave);
            });
            found
        }
    }
}
