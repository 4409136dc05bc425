//! What does a call do? Arguments and macros.

#![expect(
    clippy::similar_names,
    reason = "callee and caller are the words for it"
)]

use std::rc::Rc;

use super::machine::{Args, Expr, Machine, Scope, ScopeKind, Step, Stop};
use super::mistakes::plain_kind;
use super::value::Value;
use crate::dbt::members_of;
use crate::syntax::jinja::{
    Attribute, Call, Definition, Expression, ExpressionKind, Parameter, Passing,
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

/// What dbt itself keeps in `graph` (dbt-core `contracts/graph/manifest.py`, `build_flat_graph`).
const GRAPH: [&str; 8] = [
    "exposures",
    "functions",
    "groups",
    "metrics",
    "nodes",
    "saved_queries",
    "semantic_models",
    "sources",
];

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
            return self.call_attribute(whole, call, attribute, caller);
        }
        let callee = self.eval(&call.callee)?;
        let is_macro = matches!(callee, Value::Macro(_) | Value::Global(_));
        let arguments = self.arguments_of(&call.arguments, is_macro)?;
        if let Value::Undefined = callee {
            self.need(&call.callee, &callee)?;
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

    /// `object.name(arguments)`
    /// Whether this is dbt's own `graph`.
    fn is_graph(&self, object: Expr<'x, 't>) -> bool {
        matches!(object.kind, ExpressionKind::Name("graph")) && self.look_up("graph").is_none()
    }

    fn call_attribute(
        &mut self,
        whole: Expr<'x, 't>,
        call: &'x Call<'t>,
        attribute: &'x Attribute<'t>,
        caller: Option<Value>,
    ) -> Step<Value> {
        let object = self.eval(&attribute.object)?;
        let is_macro = matches!(object, Value::Package(_) | Value::Module("dbt"));
        let arguments = self.arguments_of(&call.arguments, is_macro)?;
        if let Value::Undefined = object {
            self.need(&attribute.object, &object)?;
            if self.is_unbound(&attribute.object) {
                self.miss_package(&attribute.object);
                return Ok(self.lose_sight());
            }
        }
        let found = match object {
            Value::Module("builtins" | "context") | Value::Package(_) => {
                Some(self.attribute(&object, attribute.name)?)
            }
            Value::Module("dbt") if !self.is_global_macro(attribute.name) => Some(Value::Undefined),
            Value::Module("dbt") => Some(Value::Global(attribute.name.into())),
            Value::Dict(_) if self.is_graph(&attribute.object) => {
                // Macros keep there what they like, and other files see it.
                let is_dbts = |name: &str| GRAPH.contains(&name);
                if attribute.name != "get" || !arguments.text(0, "key").is_some_and(is_dbts) {
                    return Ok(Value::Unknown);
                }
                None
            }
            Value::Dict(_) | Value::Namespace(_) => {
                let found = self.attribute(&object, attribute.name)?;
                is_callable(&found).then_some(found)
            }
            _ => None,
        };
        match (found, &object, attribute.name) {
            (Some(Value::Undefined), ..) => {
                let package = attribute
                    .object
                    .path()
                    .and_then(|path| path.first().copied());
                self.miss_macro(attribute.name_span, package, attribute.name);
                Ok(self.lose_sight())
            }
            (Some(callee), ..) => self.call_value(&callee, whole, call, &arguments, caller),
            (None, Value::Module("config"), "set") => {
                self.record_config_set(whole, &arguments)?;
                Ok(Value::text(""))
            }
            (None, Value::Module("adapter"), "dispatch") => {
                if let Some(found) = self.dispatch(&arguments) {
                    return Ok(found);
                }
                self.miss_dispatched(call, &arguments);
                Ok(self.lose_sight())
            }
            (None, Value::Module("exceptions"), name) if raises(name) => {
                Err(self.raised(whole.span, &arguments))
            }
            // What `none` does not have is undefined: a file may call that while dbt parses.
            (None, Value::None, _) if self.is_in_file => Ok(Value::Undefined),
            (None, Value::None, name) => {
                let message = format!("`none` has no `{name}`");
                Err(self.mistake(attribute.name_span, message))
            }
            (None, object, name) => {
                self.check_method(object, name, attribute.name_span);
                self.method(object, name, &arguments)
            }
        }
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
            Value::Caller(at) => self.deeper(|this| this.ask_caller(*at, arguments)),
            Value::Function(name @ ("ref" | "source" | "metric" | "function")) => {
                self.record_call(name, whole.span, Some(call), arguments)?;
                Ok(self.relation(name, arguments))
            }
            Value::Module("config") => {
                self.check_config(whole.span, arguments)?;
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
            Value::Function("return") if self.is_in_file && self.running.is_empty() => {
                let message = "`return` ends a macro, and this stands in none".to_owned();
                Err(self.mistake(whole.span, message))
            }
            Value::Function("return") => Err(Stop::Return(arguments.value(0, "data"))),
            Value::Function(name) => self.function(name, arguments),
            Value::Global(name) => self.global(name, arguments, caller.as_ref()),
            Value::Undefined => Ok(Value::Undefined),
            Value::None | Value::Text(_) | Value::Int(_) | Value::Bool(_) => {
                let kind = plain_kind(callee).unwrap_or("this");
                let message = format!("{kind} cannot be called");
                Err(self.mistake(call.callee.span, message))
            }
            _ => Ok(self.lose_sight()),
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
            Some(definition) => self.run_macro(definition, at, whole.span, arguments, caller),
            None => Ok(self.lose_sight()),
        }
    }

    fn run_macro(
        &mut self,
        definition: &'x Definition<'t>,
        at: usize,
        span: Span,
        arguments: &Arguments,
        caller: Option<Value>,
    ) -> Step<Value> {
        if !self.library.takes_more(at) {
            self.check_arguments(definition, arguments, span)?;
            self.check_missing(definition, arguments, span);
        }
        self.begin(definition, at, arguments, caller.is_some(), span)?;
        self.scopes.push(Scope {
            kind: ScopeKind::Macro,
            ..Scope::default()
        });
        let depth = self.scopes.len();
        let mark = self.doubt_mark();
        let before = (self.is_in_file, self.file_call, self.may_have_returned);
        self.may_have_returned = false;
        if self.is_in_file {
            self.file_call = Some(span);
        }
        self.is_in_file = false;
        self.assign("caller", caller.unwrap_or(Value::Undefined));
        let result = self.captured(|this| {
            this.parameters(&definition.parameters, arguments)?;
            this.body(&definition.body)
        });
        self.scopes.truncate(depth - 1);
        self.running.pop();
        self.settle(mark);
        let may_have_returned = self.may_have_returned;
        (self.is_in_file, self.file_call, self.may_have_returned) = before;
        match result {
            Err(Stop::Return(_) | Stop::Failed) | Ok(_) if may_have_returned => Ok(Value::Unknown),
            Err(Stop::Return(value)) => Ok(value),
            other => other,
        }
    }

    fn not_given(&mut self, name: &str) -> Value {
        if let Some(scope) = self.scopes.last_mut() {
            scope.not_given.push(name.into());
        }
        Value::Undefined
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
                    None => self.not_given(parameter.name),
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
}

/// Whether a member of `exceptions` stops dbt.
fn raises(name: &str) -> bool {
    members_of("exceptions")
        .iter()
        .any(|member| member.name == name)
        && !name.starts_with("warn")
}

fn is_callable(value: &Value) -> bool {
    matches!(
        value,
        Value::Macro(_) | Value::Caller(_) | Value::Function(_) | Value::Global(_)
    )
}
