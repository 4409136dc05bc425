//! Which parameters does the call take that is being typed, and at which of them is the cursor?

use std::path::Path;

use crate::dbt::Scope;
use crate::syntax::jinja::{self, CallAtCursor};
use crate::syntax::yaml;
use crate::world::World;

use super::callable::{self, Callable};
use super::types::Signature;

/// The signature of the call around `offset` of an open file.
pub(super) fn signature(world: &World, path: &Path, offset: u32) -> Option<Signature> {
    let (text, _) = world.open_file(path)?;
    let (linked, _) = world.locate(path)?;
    let extension = path.extension()?.to_str()?.to_ascii_lowercase();
    match extension.as_str() {
        "sql" => {
            let call = jinja::call_at(&text, offset)?;
            of_call(&callable::find(world, linked, &call.callee)?, &call)
        }
        "yml" | "yaml" => {
            let document = yaml::parse(&text);
            let yaml::Place::InValue { typed, .. } = yaml::path_at(&document, &text, offset).place
            else {
                return None;
            };
            let value = typed.of(&text);
            let inside = offset.checked_sub(typed.start)?;
            let call = if value.contains("{{") || value.contains("{%") {
                jinja::call_at(value, inside)?
            } else {
                match jinja::expression_cursor_at(value, 0, inside)? {
                    jinja::Cursor::Call(call) => *call,
                    jinja::Cursor::Word(_) => return None,
                }
            };
            let known = callable::find(world, linked, &call.callee)?;
            let is_here = match known {
                Callable::Member(None, member) => {
                    member.scope == Scope::Everywhere || matches!(member.name, "ref" | "source")
                }
                Callable::Member(Some(_), _) => true,
                Callable::Macro(..) | Callable::Global(_) => false,
            };
            of_call(&known, &call).filter(|_| is_here)
        }
        _ => None,
    }
}

fn of_call(known: &Callable<'_>, call: &CallAtCursor<'_>) -> Option<Signature> {
    if !known.is_called() {
        return None;
    }
    let mut label = format!("{}(", known.name());
    let mut spans = Vec::new();
    let parameters = known.parameters();
    for (at, parameter) in parameters.iter().enumerate() {
        if at > 0 {
            label.push_str(", ");
        }
        let start = label.len();
        label.push_str(parameter);
        spans.push(start..label.len());
    }
    label.push(')');
    Some(Signature {
        label,
        active: active(&parameters, call),
        parameters: spans,
        documentation: known.description(),
    })
}

/// The parameter that the cursor's argument is for.
fn active(parameters: &[&str], call: &CallAtCursor<'_>) -> Option<usize> {
    let name_of = |parameter: &str| -> String {
        let end = parameter.find([':', '=']).unwrap_or(parameter.len());
        parameter.get(..end).unwrap_or("").trim().to_owned()
    };
    let is_many = |parameter: &&str| parameter.starts_with('*');
    if let Some((keyword, _)) = call.keyword {
        let named = parameters.iter().position(|it| name_of(it) == keyword);
        return named.or_else(|| parameters.iter().position(|it| it.starts_with("**")));
    }
    // `ref('model')`: the package is the first of two names only.
    let others = call
        .before
        .iter()
        .chain(&call.after)
        .filter(|it| it.name.is_none())
        .count();
    let is_alone = parameters.first() == Some(&"package") && others == 0;
    let at = call.index + usize::from(is_alone);
    if at < parameters.len() {
        return Some(at);
    }
    parameters
        .last()
        .filter(|it| is_many(it))
        .map(|_| parameters.len() - 1)
}

#[cfg(test)]
mod tests;
