//! What can be typed at the cursor?

mod arguments;
mod columns;
mod config;
mod declared;
mod embedded;
mod ending;
mod flow;
mod item;
mod keys;
mod loom;
mod macros;
mod names;
mod source;
mod variables;
mod words;

use std::path::Path;

use crate::dbt::Maybe;
use crate::mesh::{Linked, Mesh, PackageAt, Referrer, Target};
use crate::project::{Function, Meaning, Node, Role};
use crate::syntax::jinja::{self, Cursor};
use crate::syntax::python;
use crate::text::Span;
use crate::world::World;

use super::{Completions, card};
use ending::Ending;

/// The file of connections, beside a project or in a folder of its own.
const PROFILES: &str = "profiles.yml";

/// The one who types.
struct Writer<'a> {
    mesh: &'a Mesh,
    linked: &'a Linked,
    /// The file that is typed in, below the project's root.
    file: String,
    referrer: Referrer<'a>,
    now: jiff::Timestamp,
    environment: &'a std::collections::BTreeMap<String, String>,
    /// Whether it is a file of SQL.
    is_code: bool,
    /// What stands of the name before the cursor.
    typed: String,
}

/// What the code stands in. The quotes are those to put round names that have none.
#[derive(Clone, Copy)]
enum Surroundings {
    /// Text with `{{ }}` in it.
    Template(char),
    /// YAML, where dbt adds the braces.
    Expression(char),
    /// A Python model.
    Python,
}

impl Surroundings {
    fn quote(self) -> char {
        match self {
            Self::Template(quote) | Self::Expression(quote) => quote,
            Self::Python => '"',
        }
    }
}

/// What can be typed at `offset` of an open file.
pub(super) fn complete<'a>(world: &'a World, path: &Path, offset: u32) -> Option<Completions<'a>> {
    let (text, _) = world.open_file(path)?;
    let offset = offset.min(Span::empty(text.len()).end);
    if let Some(linked) = world.user_of_loom_config(path) {
        return Some(loom::complete(world, linked, &text, offset));
    }
    let located = world.locate(path);
    // That of all projects lies outside of them.
    if located.is_none() && path.file_name().is_some_and(|name| name == PROFILES) {
        return keys::in_file(None, PROFILES, &text, offset);
    }
    let (linked, inside) = located?;
    let facts = linked.project.file(&inside)?;
    let extension = path.extension();
    let is_python = extension.is_some_and(|extension| extension.eq_ignore_ascii_case("py"));
    let writer = Writer {
        mesh: world.mesh(),
        linked,
        referrer: Referrer {
            package: PackageAt::Root,
            group: group(linked, &inside),
        },
        now: world.now(),
        environment: world.environment(),
        is_code: matches!(&*facts.meaning, Meaning::Code(_)),
        typed: typed_before(&text, offset).to_owned(),
        file: inside,
    };
    let inside = &*writer.file;
    match &*facts.meaning {
        // Docs blocks know no functions.
        Meaning::Code(_) if Role::of(inside, &linked.project.definition).0 == Role::Docs => None,
        Meaning::Code(_) if is_python => {
            let cursor = python::cursor_at(&text, offset)?;
            at_cursor(&writer, &cursor, Surroundings::Python)
        }
        Meaning::Code(_) => match jinja::cursor_at(&text, offset) {
            Some(cursor) => at_cursor(&writer, &cursor, Surroundings::Template('\'')),
            None if is_query(inside, linked) => columns::complete(&writer, &text, offset),
            None => None,
        },
        Meaning::Properties(_) | Meaning::Definition(..) => {
            embedded::complete(&writer, &flow::closed(&text, offset), offset)
        }
        Meaning::LoomConfig(_) => Some(loom::complete(world, linked, &text, offset)),
        Meaning::Dependencies(_) => {
            names::in_dependencies(world, linked, &text, offset).or_else(|| {
                let text = flow::closed(&text, offset);
                keys::in_file(Some(&linked.project), inside, &text, offset)
            })
        }
        Meaning::Other if inside == PROFILES => {
            keys::in_file(None, PROFILES, &flow::closed(&text, offset), offset)
        }
        Meaning::Other => None,
    }
}

/// Whether a file is a query, which reads columns.
fn is_query(inside: &str, linked: &Linked) -> bool {
    matches!(
        Role::of(inside, &linked.project.definition).0,
        Role::Model | Role::Snapshot | Role::Analysis | Role::SingularTest
    )
}

/// The word before the cursor.
fn typed_before(text: &str, offset: u32) -> &str {
    let before = text.get(..offset as usize).unwrap_or("");
    let is_part = |c: char| c.is_alphanumeric() || "_-.".contains(c);
    before.rsplit(|c| !is_part(c)).next().unwrap_or("")
}

/// The group of what a file makes; not known where it makes nothing, or many things.
fn group<'a>(linked: &'a Linked, inside: &str) -> Maybe<Option<&'a str>> {
    let node: Option<&Node> = linked.project.index.of_file(inside).next().map(|of| of.1);
    match node.map(|node| &node.config.group) {
        Some(Maybe::Known(group)) => Maybe::Known(group.as_deref()),
        Some(Maybe::Unknown) => Maybe::Unknown,
        None => Maybe::Unknown,
    }
}

/// What can be typed where code has this cursor.
fn at_cursor<'a>(
    writer: &Writer<'a>,
    cursor: &Cursor<'_>,
    surroundings: Surroundings,
) -> Option<Completions<'a>> {
    let quote = surroundings.quote();
    match cursor {
        Cursor::Call(call) => {
            let ending = Ending::of(call, quote);
            match call.callee.as_slice() {
                _ if call.nesting > 0 => None,
                ["ref"] | ["builtins" | "dbt", "ref"] => arguments::complete(writer, call, &ending),
                ["source"] | ["builtins" | "dbt", "source"] => {
                    source::complete(writer, call, &ending)
                }
                ["config"] | ["builtins" | "dbt", "config"] => {
                    config::complete(writer, call, &ending)
                }
                ["metric"] | ["builtins", "metric"] => {
                    declared::complete(writer, call, &ending, Function::Metric)
                }
                ["function"] | ["builtins", "function"] => {
                    declared::complete(writer, call, &ending, Function::Function)
                }
                ["doc"] => declared::complete(writer, call, &ending, Function::Doc),
                ["var"] | ["var", "has_var"] => variables::project(writer, call, &ending),
                ["env_var"] => variables::environment(writer, call, &ending),
                _ => None,
            }
        }
        Cursor::Word(word) => Some(match surroundings {
            Surroundings::Template(quote) => macros::complete(writer, word, quote, writer.is_code),
            Surroundings::Expression(_) | Surroundings::Python => {
                words::complete(word, surroundings)
            }
        }),
    }
}

/// The documentation behind a [`Completion::documentation`](super::Completion) key.
pub(super) fn documentation(world: &World, key: &str) -> Option<String> {
    if let Some(text) = key.strip_prefix(keys::KEY) {
        return Some(text.to_owned());
    }
    if let Some(key) = key.strip_prefix(macros::KEY) {
        return macros::documentation(world, key);
    }
    if let Some(target) = item::find_source(world, key) {
        return card::table(world, &target);
    }
    let target = item::find(world, key)?;
    Some(card::resource(world, &target))
}

/// Whether it is deprecated by now.
fn is_deprecated(target: &Target<'_>, now: jiff::Timestamp) -> bool {
    let date = target.deprecation_date();
    date.and_then(crate::dbt::moment)
        .is_some_and(|moment| moment <= now)
}

#[cfg(test)]
mod tests;
