//! What does a call do? Arguments, macros, and what is recorded of calls to `ref` and its like.

#![expect(
    clippy::similar_names,
    reason = "callee and caller are the words for it"
)]

use std::rc::Rc;

use super::Made;
use super::machine::{Args, Expr, Machine, ScopeKind, Step, Stop};
use super::value::Value;
use crate::syntax::jinja::{
    Argument, Call, CallSite, Constant, Definition, Expression, ExpressionKind, Parameter, Passing,
    Reach, argument_of,
};
use crate::text::Span;

/// The values that a call passes.
#[derive(Default)]
pub(super) struct Arguments {
    pub positional: Vec<Value>,
    pub keyword: Vec<(Rc<str>, Value)>,
    /// Whether there may be others: `*unknown`.
    pub has_more: bool,
}

impl Arguments {
    /// The argument at a place or of a name.
    pub fn get(&self, at: usize, name: &str) -> Option<&Value> {
        let named = || self.keyword.iter().find(|(known, _)| **known == *name);
        self.positional
            .get(at)
            .or_else(|| named().map(|(_, value)| value))
    }

    pub fn value(&self, at: usize, name: &str) -> Value {
        match self.get(at, name) {
            Some(value) => value.clone(),
            None if self.has_more => Value::Unknown,
            None => Value::Undefined,
        }
    }

    pub fn text(&self, at: usize, name: &str) -> Option<&str> {
        self.get(at, name)?.as_text()
    }

    pub fn named(&self, name: &str) -> Option<&Value> {
        let found = self.keyword.iter().find(|(known, _)| **known == *name);
        found.map(|(_, value)| value)
    }
}

impl<'x, 't> Machine<'x, 't> {
    pub fn arguments(&mut self, all: Args<'x, 't>) -> Step<Arguments> {
        self.arguments_of(all, false)
    }

    fn arguments_of(&mut self, all: Args<'x, 't>, is_macro: bool) -> Step<Arguments> {
        let mut arguments = Arguments::default();
        for argument in all {
            let value = if is_macro {
                self.given(&argument.value)?
            } else {
                self.eval(&argument.value)?
            };
            match argument.passing {
                Passing::Positional => arguments.positional.push(value),
                Passing::Keyword(name, _) => arguments.keyword.push((name.into(), value)),
                Passing::Spread | Passing::KeywordSpread if matches!(value, Value::Undefined) => {
                    arguments.has_more = true;
                }
                Passing::Spread => match self.elements(&value)? {
                    Some(items) => arguments.positional.extend(items),
                    None => arguments.has_more = true,
                },
                Passing::KeywordSpread => match &value {
                    Value::Dict(id) if self.heap.entries(*id).is_some() => {
                        let entries = self.heap.entries(*id).unwrap_or_default().to_vec();
                        for (key, value) in entries {
                            match key {
                                Value::Text(key) => arguments.keyword.push((key, value)),
                                _ => arguments.has_more = true,
                            }
                        }
                    }
                    _ => arguments.has_more = true,
                },
            }
        }
        self.grow((arguments.positional.len() + arguments.keyword.len()) * 32)?;
        Ok(arguments)
    }

    pub fn call_expression(
        &mut self,
        whole: Expr<'x, 't>,
        call: &'x Call<'t>,
        caller: Option<Value>,
    ) -> Step<Value> {
        if let ExpressionKind::Attribute(attribute) = &call.callee.kind {
            let object = self.eval(&attribute.object)?;
            let is_macro = matches!(object, Value::Package(_) | Value::Module("dbt"));
            let arguments = self.arguments_of(&call.arguments, is_macro)?;
            if let Value::Undefined = object
                && self.is_unbound(&attribute.object)
            {
                self.miss_package(&attribute.object);
                return Ok(self.lose_sight());
            }
            let found = match object {
                Value::Module("builtins" | "context") | Value::Package(_) => {
                    Some(self.attribute(&object, attribute.name)?)
                }
                Value::Module("dbt") if !self.is_global_macro(attribute.name) => {
                    Some(Value::Undefined)
                }
                Value::Module("dbt") => Some(Value::Global(attribute.name.into())),
                Value::Dict(_) | Value::Namespace(_) => {
                    let found = self.attribute(&object, attribute.name)?;
                    is_callable(&found).then_some(found)
                }
                _ => None,
            };
            return match found {
                Some(Value::Undefined) => {
                    let package = attribute
                        .object
                        .path()
                        .and_then(|path| path.first().copied());
                    self.miss_macro(attribute.name_span, package, attribute.name);
                    Ok(self.lose_sight())
                }
                Some(callee) => self.call_value(&callee, whole, call, &arguments, caller),
                None if matches!((&object, attribute.name), (Value::Module("config"), "set")) => {
                    self.record_config_set(whole, &arguments)?;
                    Ok(Value::text(""))
                }
                None => self.method(&object, attribute.name, &arguments),
            };
        }
        let callee = self.eval(&call.callee)?;
        let is_macro = matches!(
            callee,
            Value::Macro(_) | Value::Inline(_) | Value::Global(_)
        );
        let arguments = self.arguments_of(&call.arguments, is_macro)?;
        if let Value::Undefined = callee {
            // A macro that we do not know, unless something made it undefined.
            return Ok(if self.is_unbound(&call.callee) {
                if let ExpressionKind::Name(name) = call.callee.kind {
                    self.miss_macro(call.callee.span, None, name);
                }
                self.lose_sight()
            } else {
                Value::Undefined
            });
        }
        self.call_value(&callee, whole, call, &arguments, caller)
    }

    fn is_unbound(&self, callee: &Expression<'_>) -> bool {
        callee
            .path()
            .and_then(|path| path.first().copied())
            .is_some_and(|name| self.look_up(name).is_none())
    }

    fn call_value(
        &mut self,
        callee: &Value,
        whole: Expr<'x, 't>,
        call: &'x Call<'t>,
        arguments: &Arguments,
        caller: Option<Value>,
    ) -> Step<Value> {
        match callee {
            Value::Macro(at) => self.deeper(|this| this.call_macro(*at, whole, arguments, caller)),
            Value::Inline(at) => match self.inline.get(*at).copied() {
                Some(definition) => self
                    .deeper(|this| this.run_macro(definition, None, whole.span, arguments, caller)),
                None => Ok(Value::Unknown),
            },
            Value::Caller(at) => self.deeper(|this| this.ask_caller(*at, arguments)),
            Value::Function(name @ ("ref" | "source" | "metric" | "function")) => {
                self.record_call(name, whole.span, Some(call), arguments)?;
                Ok(self.relation(name, arguments))
            }
            Value::Module("config") => {
                self.record_call("config", whole.span, Some(call), arguments)?;
                Ok(Value::text(""))
            }
            Value::Module("var") => {
                let value = self.var(arguments);
                let is_bare = arguments.positional.len() == 1 && arguments.keyword.is_empty();
                let name = arguments.text(0, "name").filter(|_| is_bare);
                if let Some(name) = name.filter(|name| !self.has_var(name)) {
                    self.miss_var(name, call);
                    // Whoever works on it sets it, most likely: dbt would go on with `none`.
                    return Ok(Value::Unknown);
                }
                Ok(value)
            }
            Value::Function("return") => Err(Stop::Return(arguments.value(0, "data"))),
            Value::Function(name) => self.function(name, arguments),
            Value::Global(name) => self.global(name, arguments, caller.as_ref()),
            Value::Undefined => Ok(Value::Undefined),
            Value::None | Value::Text(_) | Value::Int(_) | Value::Bool(_) => Err(Stop::Failed),
            _ => Ok(self.lose_sight()),
        }
    }

    fn miss_var(&mut self, name: &str, call: &'x Call<'t>) {
        if let ([one], true, 0) = (call.arguments.as_slice(), self.is_in_file, self.doubt) {
            let missing = (one.value.span, name.into());
            if !self.missing_vars.contains(&missing) {
                self.missing_vars.push(missing);
            }
        }
    }

    fn call_macro(
        &mut self,
        at: usize,
        whole: Expr<'x, 't>,
        arguments: &Arguments,
        caller: Option<Value>,
    ) -> Step<Value> {
        match self.library.definition(at) {
            Some(definition) => self.run_macro(definition, Some(at), whole.span, arguments, caller),
            None => Ok(self.lose_sight()),
        }
    }

    fn run_macro(
        &mut self,
        definition: &'x Definition<'t>,
        library: Option<usize>,
        span: Span,
        arguments: &Arguments,
        caller: Option<Value>,
    ) -> Step<Value> {
        let takes_more = library.is_none_or(|at| self.library.takes_more(at));
        if !takes_more {
            self.check_arguments(definition, arguments, span)?;
            self.check_missing(definition, arguments, span);
        }
        let kind = if library.is_some() {
            ScopeKind::Macro
        } else {
            ScopeKind::Inline
        };
        self.scopes.push(Self::macro_scope(kind));
        let depth = self.scopes.len();
        let mark = self.doubt_mark();
        let before = (self.is_in_file, self.file_call, self.may_have_returned);
        self.may_have_returned = false;
        if library.is_some() {
            if self.is_in_file {
                self.file_call = Some(span);
            }
            self.is_in_file = false;
        }
        self.assign("caller", caller.unwrap_or(Value::Undefined));
        let result = self.captured(|this| {
            this.parameters(&definition.parameters, arguments)?;
            this.body(&definition.body)
        });
        self.scopes.truncate(depth - 1);
        self.settle(mark);
        let may_have_returned = self.may_have_returned;
        (self.is_in_file, self.file_call, self.may_have_returned) = before;
        match result {
            Err(Stop::Return(_) | Stop::Failed) | Ok(_) if may_have_returned => Ok(Value::Unknown),
            Err(Stop::Return(value)) => Ok(value),
            other => other,
        }
    }

    pub fn parameters(
        &mut self,
        parameters: &'x [Parameter<'t>],
        arguments: &Arguments,
    ) -> Step<()> {
        for (at, parameter) in parameters.iter().enumerate() {
            let given = arguments.positional.get(at);
            let value = match given.or_else(|| arguments.named(parameter.name)) {
                Some(value) => value.clone(),
                None if arguments.has_more => Value::Unknown,
                None => match &parameter.default {
                    Some(default) => self.eval(default)?,
                    None => Value::Undefined,
                },
            };
            self.assign(parameter.name, value);
        }
        let more = arguments
            .positional
            .get(parameters.len()..)
            .unwrap_or_default();
        let varargs = self.heap.tuple(more.to_vec());
        self.assign("varargs", varargs);
        let known = |name: &str| parameters.iter().any(|it| it.name == name);
        let others = arguments.keyword.iter().filter(|(name, _)| !known(name));
        let others = others.map(|(name, value)| (Value::Text(Rc::clone(name)), value.clone()));
        let others = others.collect();
        let kwargs = self.heap.dict(others);
        self.assign("kwargs", kwargs);
        Ok(())
    }

    // What is recorded.

    fn record_call(
        &mut self,
        name: &'static str,
        span: Span,
        call: Option<&'x Call<'t>>,
        arguments: &Arguments,
    ) -> Step<()> {
        let is_direct = self.is_in_file;
        let place = if is_direct {
            span
        } else {
            self.file_call.unwrap_or(span)
        };
        let written = call
            .filter(|_| is_direct)
            .map_or(&[][..], |call| &call.arguments);
        let is_spread = |one: &&_| {
            matches!(
                argument_of(one),
                Argument {
                    is_spread: true,
                    ..
                }
            )
        };
        let arguments = if written.iter().any(|one| is_spread(&one)) || written.is_empty() {
            self.passed(arguments, place, name == "config")
        } else {
            self.written(written, arguments)
        };
        let is_config = name == "config";
        let is_known_call = arguments.iter().all(|one| is_known(&one.value));
        self.is_understood &= is_config || is_known_call;
        let reach = if self.doubt == 0 {
            Reach::Always
        } else {
            Reach::Unknown
        };
        self.record(Made {
            is_direct,
            site: CallSite {
                callee: vec![name],
                callee_span: place,
                span: place,
                is_closed: true,
                arguments,
                reach,
                block: self.block,
            },
        })
    }

    fn record_config_set(&mut self, whole: Expr<'x, 't>, arguments: &Arguments) -> Step<()> {
        if let Some(Value::Text(key)) = arguments.get(0, "name") {
            let one = Arguments {
                positional: Vec::new(),
                keyword: vec![(Rc::clone(key), arguments.value(1, "value"))],
                has_more: false,
            };
            self.record_call("config", whole.span, None, &one)?;
        }
        Ok(())
    }

    /// Arguments as they stand in the file, with their places and the values they came to.
    fn written(&self, written: Args<'x, 't>, values: &Arguments) -> Vec<Argument<'t>> {
        let mut positional = values.positional.iter();
        let mut all = Vec::new();
        for one in written {
            let mut argument = argument_of(one);
            let value = match argument.name {
                Some((name, _)) => values.named(name),
                None => positional.next(),
            };
            if !is_known(&argument.value) {
                argument.value = value.map_or(Constant::Unknown, |it| self.constant(it, 0));
            }
            all.push(argument);
        }
        all
    }

    /// Arguments that some macro passes, all of them at the call in the file that led to it.
    fn passed(&self, values: &Arguments, place: Span, is_config: bool) -> Vec<Argument<'t>> {
        let argument = |name, value, is_spread| Argument {
            name,
            value,
            span: place,
            is_spread,
        };
        let mut all = Vec::new();
        for value in &values.positional {
            all.push(argument(None, self.constant(value, 0), false));
        }
        for (name, value) in &values.keyword {
            let known = ["v", "version", "materialized", "enabled", "access", "group"];
            let known = known.into_iter().find(|known| **known == **name);
            let value = self.constant(value, 0);
            match known {
                Some(name) => all.push(argument(Some((name, place)), value, false)),
                None if !is_config => {}
                None => {
                    let name = Constant::Str {
                        text: name.to_string().into(),
                        content: None,
                    };
                    all.push(argument(None, Constant::Dict(vec![(name, value)]), false));
                }
            }
        }
        if values.has_more {
            all.push(argument(None, Constant::Unknown, true));
        }
        all
    }

    pub fn constant(&self, value: &Value, depth: u32) -> Constant<'t> {
        if depth > 20 {
            return Constant::Unknown;
        }
        let items = |id| {
            let items = self.heap.items(id)?;
            let items = items.iter().map(|item| self.constant(item, depth + 1));
            Some(Constant::List(items.collect()))
        };
        match value {
            Value::None => Constant::None,
            Value::Bool(value) => Constant::Bool(*value),
            Value::Int(value) => Constant::Int(value.to_string().into()),
            Value::Float(_) => match self.heap.text(value) {
                Some(text) => Constant::Float(text.into()),
                None => Constant::Unknown,
            },
            Value::Text(text) => Constant::Str {
                text: text.to_string().into(),
                content: None,
            },
            Value::List(id) | Value::Tuple(id) => items(*id).unwrap_or(Constant::Unknown),
            Value::Dict(id) => match self.heap.entries(*id) {
                Some(entries) => Constant::Dict(
                    entries
                        .iter()
                        .map(|(key, value)| {
                            (
                                self.constant(key, depth + 1),
                                self.constant(value, depth + 1),
                            )
                        })
                        .collect(),
                ),
                None => Constant::Unknown,
            },
            _ => Constant::Unknown,
        }
    }
}

fn is_callable(value: &Value) -> bool {
    matches!(
        value,
        Value::Macro(_)
            | Value::Inline(_)
            | Value::Caller(_)
            | Value::Function(_)
            | Value::Global(_)
    )
}

fn is_known(value: &Constant<'_>) -> bool {
    match value {
        Constant::Unknown => false,
        Constant::List(items) => items.iter().all(is_known),
        Constant::Dict(items) => items
            .iter()
            .all(|(key, value)| is_known(key) && is_known(value)),
        Constant::Str { .. }
        | Constant::Int(_)
        | Constant::Float(_)
        | Constant::Bool(_)
        | Constant::None => true,
    }
}
