//! What is known of a variable of the project or of the environment?

use crate::dbt::{Config, Value};
use crate::mesh::Linked;
use crate::project::Definition;
use crate::world::World;

use super::callable::projects;
use super::markdown::code;
use super::{LinkTarget, Place};

/// The variables that dbt_project.yml gives, the project's own and those of a package each with
/// who they are for.
pub(super) fn given(linked: &Linked) -> Vec<(&str, &Value)> {
    let mut found: Vec<(&str, &Value)> = Vec::new();
    for project in projects(linked) {
        let Some(vars) = project.vars() else {
            continue;
        };
        let is_package = |name: &str| projects(linked).any(|it| it.name() == name);
        for (name, value) in vars {
            match value {
                Value::Map(inside) if is_package(name) => found.extend(pairs(inside)),
                _ => found.push((name, value)),
            }
        }
    }
    let mut seen = std::collections::HashSet::new();
    found.retain(|(name, _)| seen.insert(*name));
    found
}

fn pairs(vars: &Config) -> impl Iterator<Item = (&str, &Value)> {
    vars.iter().map(|(name, value)| (&**name, value))
}

/// A value in a few words.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::Null => "none".to_owned(),
        Value::List(items) => format!("a list of {}", items.len()),
        Value::Map(items) => format!("a mapping of {}", items.len()),
        Value::Jinja(_) | Value::Unknown => "known when dbt runs".to_owned(),
        Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Text(_) => {
            value.python_text().map_or(String::new(), Into::into)
        }
    }
}

/// The card of a project's variable.
pub(super) fn project_card(linked: &Linked, name: &str) -> String {
    let head = format!("**{}** · variable of the project", code(name));
    let found = given(linked).into_iter().find(|(known, _)| *known == name);
    match found {
        Some((_, value)) => {
            let file = linked.project.file(Definition::VARS_FILE);
            let file = file.map_or(Definition::FILE_NAME, |_| Definition::VARS_FILE);
            format!("{head}\n\n{} in {file}", code(&shown(value)))
        }
        None => format!("{head}\n\ndbt_project.yml does not give it"),
    }
}

/// The card of a variable of the environment. What it holds is nobody's business.
pub(super) fn environment_card(world: &World, name: &str) -> String {
    let state = if world.environment().contains_key(name) {
        "it is set"
    } else {
        "it is not set here"
    };
    format!(
        "**{}** · variable of the environment\n\n{state}",
        code(name)
    )
}

/// Where dbt_project.yml gives a variable.
pub(super) fn given_at(linked: &Linked, name: &str) -> Vec<LinkTarget> {
    let mut places = Vec::new();
    for project in projects(linked) {
        for file in [Definition::VARS_FILE, Definition::FILE_NAME] {
            let facts = project.file(file);
            let spans = facts.map_or(&[][..], |facts| facts.spans.variables.as_slice());
            places.extend(
                spans
                    .iter()
                    .filter(|(known, _)| **known == *name)
                    .map(|(_, span)| {
                        LinkTarget::File(Place {
                            path: project.path_of(file),
                            span: *span,
                        })
                    }),
            );
        }
    }
    places
}
