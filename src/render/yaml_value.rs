//! What does Jinja in a value of a YAML file make? dbt renders it by Jinja's native kind: one
//! expression keeps its type, anything else is text (dbt-core `config/renderer.py`).

use super::machine::Machine;
use super::{Inputs, Library, Node};
use crate::dbt;
use crate::syntax::jinja::{self, Constant, ExpressionKind, Statement};

/// How deep values may nest.
const DEEPEST: u32 = 20;

/// The value that dbt makes of a text with Jinja in it, for the project of this name. Macros play
/// no part in it.
#[must_use]
pub fn yaml_value(text: &str, project: &str, inputs: &Inputs<'_>) -> dbt::Value {
    let template = jinja::parse(text);
    let mut library = Library::new();
    library.add(
        project,
        std::iter::empty::<(&str, std::iter::Empty<(jinja::BlockKind, &str)>)>(),
    );
    let node = Node { name: "", path: "" };
    let mut machine = Machine::new(&library, inputs, &node);
    if template.errors.iter().any(|error| error.is_fatal) {
        return dbt::Value::Unknown;
    }
    let made = match template.body.as_slice() {
        [Statement::Output(output)] => {
            let Ok(value) = machine.eval(&output.expression) else {
                return dbt::Value::Unknown;
            };
            let made = of_constant(&machine.constant(&value, 0), 0);
            match &output.expression.kind {
                ExpressionKind::Filter(filter)
                    if ["as_bool", "as_native", "as_number"].contains(&filter.name) =>
                {
                    literal(made)
                }
                _ => made,
            }
        }
        body => {
            let Ok(value) = machine.captured(|machine| machine.body(body)) else {
                return dbt::Value::Unknown;
            };
            of_constant(&machine.constant(&value, 0), 0)
        }
    };
    if machine.is_understood && machine.mistakes.is_empty() {
        made
    } else {
        dbt::Value::Unknown
    }
}

/// What Python reads in a text that is a literal; other texts stay what they are.
fn literal(value: dbt::Value) -> dbt::Value {
    let dbt::Value::Text(text) = &value else {
        return value;
    };
    match text.trim() {
        "True" => dbt::Value::Bool(true),
        "False" => dbt::Value::Bool(false),
        "None" => dbt::Value::Null,
        number if number.parse::<i64>().is_ok() => {
            number.parse().map_or(dbt::Value::Unknown, dbt::Value::Int)
        }
        word if word.starts_with(|c: char| c.is_alphabetic()) => value,
        _ => dbt::Value::Unknown,
    }
}

fn of_constant(constant: &Constant<'_>, depth: u32) -> dbt::Value {
    if depth > DEEPEST {
        return dbt::Value::Unknown;
    }
    match constant {
        Constant::Str { text, .. } => dbt::Value::Text(text.as_ref().into()),
        Constant::Int(number) => number.parse().map_or(dbt::Value::Unknown, dbt::Value::Int),
        Constant::Float(number) => dbt::Value::Float(number.as_ref().into()),
        Constant::Bool(value) => dbt::Value::Bool(*value),
        Constant::None => dbt::Value::Null,
        Constant::List(items) => {
            let items = items.iter().map(|item| of_constant(item, depth + 1));
            dbt::Value::List(items.collect())
        }
        Constant::Dict(entries) => {
            let mut map = dbt::Config::new();
            for (key, value) in entries {
                let Constant::Str { text, .. } = key else {
                    return dbt::Value::Unknown;
                };
                map.push((text.as_ref().into(), of_constant(value, depth + 1)));
            }
            dbt::Value::Map(map)
        }
        Constant::Undefined(_) | Constant::Unknown => dbt::Value::Unknown,
    }
}
