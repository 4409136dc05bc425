//! What is recorded of the calls to `ref` and its like.

use std::rc::Rc;

use super::Made;
use super::call::Arguments;
use super::machine::{Args, Expr, Machine, Step};
use super::value::Value;
use crate::syntax::jinja::{
    Argument, Call, CallSite, Constant, ExpressionKind, Reach, argument_of,
};
use crate::text::Span;

impl<'x, 't> Machine<'x, 't> {
    pub fn record_call(
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
        let is_known_call = arguments.iter().all(|one| one.value.is_known());
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

    pub fn record_config_set(&mut self, whole: Expr<'x, 't>, arguments: &Arguments) -> Step<()> {
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
            if !argument.value.is_known() {
                argument.value = match (value, &one.value.kind) {
                    // A package's name has its macros behind a dot, and is nothing by itself.
                    (Some(Value::Undefined | Value::Package(_)), ExpressionKind::Name(name)) => {
                        Constant::Undefined(name)
                    }
                    (Some(value), _) => self.constant(value, 0),
                    (None, _) => Constant::Unknown,
                };
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
