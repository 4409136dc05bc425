//! What do names mean that a template does not set: macros, dbt's context, Jinja's functions?
//! (dbt-core `context/providers.py`, `context/macros.py`.)

use super::machine::{Machine, Step};
use super::value::Value;
use crate::dbt::{
    MemberKind, adapter_chain, context_member, global_macro, global_macros_named, is_known_adapter,
};

impl Machine<'_, '_> {
    /// Whether dbt or the adapter brings a macro along. Where the adapter is not known, any that
    /// an adapter may have counts.
    pub fn is_global_macro(&self, name: &str) -> bool {
        match self.inputs.target.adapter.as_deref() {
            Some(adapter) if is_known_adapter(adapter) => {
                let is_variant = |prefix: &str| {
                    name.strip_prefix(prefix)
                        .is_some_and(|rest| rest.starts_with("__"))
                };
                global_macro(name, Some(adapter)).is_some()
                    || adapter_chain(adapter).any(is_variant)
            }
            Some(_) => true,
            None => name.contains("__") || global_macros_named(name).next().is_some(),
        }
    }

    /// The value of a name.
    pub fn name(&mut self, name: &str) -> Value {
        if let Some(value) = self.look_up(name) {
            return value;
        }
        if let Some(at) = self.library.find(0, name) {
            return Value::Macro(at);
        }
        if let Some(value) = member(name) {
            return value;
        }
        self.constant_name(name)
            .or_else(|| self.library.package(name).map(Value::Package))
            .or_else(|| {
                self.is_global_macro(name)
                    .then(|| Value::Global(name.into()))
            })
            .unwrap_or(Value::Undefined)
    }

    fn constant_name(&mut self, name: &str) -> Option<Value> {
        Some(match name {
            "execute" => self.while_parsed(Value::Bool(false)),
            "this" if self.compiles() => Value::text("{{ this }}"),
            "this" => Value::Relation,
            "project_name" => Value::text(self.library.root_name()),
            "graph" if self.compiles() => Value::Unknown,
            "graph" => self.heap.dict(Vec::new()),
            _ => return context_member(name).map(|_| Value::Unknown),
        })
    }

    /// `object.name`, where it is not called.
    pub fn attribute(&mut self, object: &Value, name: &str) -> Step<Value> {
        Ok(match object {
            Value::Undefined | Value::None | Value::Bool(_) | Value::Int(_) | Value::Float(_) => {
                Value::Undefined
            }
            Value::Dict(id) | Value::Namespace(id) => {
                let entries = self.heap.entries(*id).map_or(0, <[_]>::len);
                self.spend(entries / 16)?;
                match self.heap.get(*id, &Value::text(name)) {
                    Some(value) => value,
                    None if matches!(name, "items" | "keys" | "values" | "get" | "update") => {
                        Value::Unknown
                    }
                    None => Value::Undefined,
                }
            }
            Value::Loop(state) => {
                let length = state.items.len();
                let count = |it: usize| i64::try_from(it).map_or(Value::Unknown, Value::Int);
                let item = |at: Option<usize>| {
                    let item = at.and_then(|at| state.items.get(at));
                    item.cloned().unwrap_or(Value::Undefined)
                };
                match name {
                    "index" => count(state.index + 1),
                    "index0" => count(state.index),
                    "revindex" => count(length.saturating_sub(state.index)),
                    "revindex0" => count(length.saturating_sub(state.index + 1)),
                    "first" => Value::Bool(state.index == 0),
                    "last" => Value::Bool(state.index + 1 == length),
                    "length" => count(length),
                    "previtem" => item(state.index.checked_sub(1)),
                    "nextitem" => item(Some(state.index + 1)),
                    "depth" => Value::Int(1),
                    "depth0" => Value::Int(0),
                    _ => Value::Unknown,
                }
            }
            Value::Package(package) => match self.library.find(*package, name) {
                Some(at) => Value::Macro(at),
                None => Value::Undefined,
            },
            Value::Module(module) => self.module_attribute(module, name),
            _ => Value::Unknown,
        })
    }

    fn module_attribute(&mut self, module: &str, name: &str) -> Value {
        match (module, name) {
            ("dbt", _) => Value::Global(name.into()),
            ("builtins" | "context", _) => member(name).unwrap_or(Value::Unknown),
            ("target", "name" | "target_name") => known_text(self.inputs.target.name.as_deref()),
            ("target", "type") => known_text(self.inputs.target.adapter.as_deref()),
            ("target", "profile_name") => known_text(self.inputs.target.profile.as_deref()),
            ("target", _) => match self.inputs.target.field(name).cloned() {
                Some(value) => self.heap.of_yaml(&value, 0),
                None => Value::Unknown,
            },
            ("model", "name" | "alias") if name == "name" => Value::text(self.node.name),
            ("model", "package_name") => Value::text(self.library.root_name()),
            ("model", "original_file_path") => Value::text(self.node.path),
            ("flags", "FULL_REFRESH" | "STORE_FAILURES") => self.while_parsed(Value::Bool(false)),
            _ => Value::Unknown,
        }
    }
}

fn known_text(text: Option<&str>) -> Value {
    text.map_or(Value::Unknown, Value::text)
}

/// A name of the context that is called, or has members.
fn member(name: &str) -> Option<Value> {
    let member = context_member(name)?;
    match member.kind {
        MemberKind::Function => Some(Value::Function(member.name)),
        MemberKind::Object => Some(Value::Module(member.name)),
        MemberKind::Value => None,
    }
}
