//! Which macro, generic test, function of dbt's or variable stands under the cursor?

use std::path::Path;
use std::sync::Arc;

use crate::ide::callable::{self, Callable};
use crate::mesh::Linked;
use crate::project::{FileFacts, Macro, Meaning, Section};
use crate::syntax::jinja::{self, AtPlace};
use crate::syntax::yaml;
use crate::text::Span;
use crate::world::World;

use super::{Thing, Variable};

/// The thing at `offset` of a file of the project.
pub(super) fn pointed<'a>(
    world: &'a World,
    linked: &'a Arc<Linked>,
    (path, inside): (&Path, &str),
    facts: &'a FileFacts,
    offset: u32,
) -> Option<(Span, Thing<'a>)> {
    let (text, _) = world.open_file(path)?;
    match &*facts.meaning {
        Meaning::Code(_) => {
            defined(linked, inside, facts, offset).or_else(|| in_code(world, linked, &text, offset))
        }
        Meaning::Properties(_) => described(world, linked, inside, facts, offset)
            .or_else(|| in_yaml(world, linked, &text, offset)),
        Meaning::Definition(..) => {
            let mut variables = facts.spans.variables.iter();
            let found = variables.find(|(_, span)| span.touches(offset));
            match found {
                Some((name, span)) => {
                    Some((*span, Thing::Variable(Variable::Project(name.to_string()))))
                }
                None => in_yaml(world, linked, &text, offset),
            }
        }
        Meaning::LoomConfig(_) | Meaning::Dependencies(..) | Meaning::Other => None,
    }
}

/// A macro where it is written.
fn defined<'a>(
    linked: &'a Linked,
    inside: &str,
    facts: &FileFacts,
    offset: u32,
) -> Option<(Span, Thing<'a>)> {
    let blocks = &facts.spans.blocks;
    let at = blocks.iter().position(|span| span.touches(offset))?;
    let is_it = |known: &&Macro| &*known.file == inside && known.block as usize == at;
    of_macro(linked, *blocks.get(at)?, is_it)
}

fn of_macro<'a>(
    linked: &'a Linked,
    span: Span,
    is_it: impl Fn(&&'a Macro) -> bool,
) -> Option<(Span, Thing<'a>)> {
    let known = linked.project.index.macros().find(is_it)?;
    Some((
        span,
        Thing::Callable(vec![Callable::Macro(&linked.project, known)]),
    ))
}

/// A macro that a property file describes, or a generic test that it names.
fn described<'a>(
    world: &'a World,
    linked: &'a Linked,
    inside: &str,
    facts: &'a FileFacts,
    offset: u32,
) -> Option<(Span, Thing<'a>)> {
    let Meaning::Properties(properties) = &*facts.meaning else {
        return None;
    };
    let tests = properties.data_tests.iter().zip(&facts.spans.data_tests);
    let mut tests =
        tests.filter(|(test, spans)| !test.name.is_empty() && spans.name.touches(offset));
    if let Some((test, spans)) = tests.next() {
        let found = callable::find_test(world, linked, test.package.as_deref(), &test.name)?;
        return Some((spans.name, Thing::Callable(vec![found])));
    }
    let entries = properties.entries.iter().zip(&facts.spans.entries);
    let mut entries = (0u32..)
        .zip(entries)
        .filter(|(_, (entry, _))| entry.section == Section::Macros);
    let (at, (_, spans)) = entries.find(|(_, (_, spans))| spans.name.touches(offset))?;
    let is_it = |known: &&Macro| {
        let patch = known.patch.as_ref();
        patch.is_some_and(|(file, entry)| &**file == inside && *entry == at)
    };
    of_macro(linked, spans.name, is_it)
}

fn in_yaml<'a>(
    world: &'a World,
    linked: &'a Linked,
    text: &str,
    offset: u32,
) -> Option<(Span, Thing<'a>)> {
    let document = yaml::parse(text);
    let yaml::Place::InValue { typed, .. } = yaml::path_at(&document, text, offset).place else {
        return None;
    };
    let value = typed.of(text);
    if let Some(found) = value
        .contains("{{")
        .then(|| offset.checked_sub(typed.start))
        .flatten()
    {
        let (span, thing) = in_code(world, linked, value, found)?;
        let is_variable = matches!(thing, Thing::Variable(_));
        return is_variable.then(|| (span.shift(typed.start as usize), thing));
    }
    let (package, name) = match value.split_once('.') {
        Some((package, name)) => (Some(package), name),
        None => (None, value),
    };
    let path = yaml::path_at(&document, text, offset);
    let is_test = path
        .steps
        .iter()
        .rev()
        .take(2)
        .any(|step| matches!(step, yaml::Step::Key("data_tests" | "tests")));
    let found = callable::find_test(world, linked, package, name).filter(|_| is_test)?;
    Some((typed, Thing::Callable(vec![found])))
}

fn in_code<'a>(
    world: &'a World,
    linked: &'a Linked,
    text: &str,
    offset: u32,
) -> Option<(Span, Thing<'a>)> {
    let template = jinja::parse(text);
    match jinja::at_place(&template, offset)? {
        AtPlace::Name { path, span } => {
            let found = callable::find(world, linked, &path)?;
            Some((span, Thing::Callable(vec![found])))
        }
        AtPlace::Text {
            callee,
            position,
            value,
            span,
        } => match (callee.as_slice(), position) {
            (["var"] | ["var", "has_var"], 0) => {
                Some((span, Thing::Variable(Variable::Project(value))))
            }
            (["env_var"], 0) => Some((span, Thing::Variable(Variable::Environment(value)))),
            (["adapter", "dispatch"], 0) => {
                let found = callable::dispatched(world, linked, &value);
                (!found.is_empty()).then_some((span, Thing::Callable(found)))
            }
            _ => None,
        },
    }
}
