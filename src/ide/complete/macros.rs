//! Which macros, functions and members can a word become where code stands and no call is open?

use crate::dbt::{CONTEXT, Member, MemberKind, Scope, global_macros, members_of};
use crate::ide::callable::{self, Callable, projects};
use crate::ide::{Completion, CompletionKind, Completions};
use crate::syntax::jinja::WordAtCursor;
use crate::world::World;

use super::Writer;

/// Begins the documentation's key of a macro or a function of dbt's.
pub(super) const KEY: &str = "callable ";

/// How many names of the context are offered before anything is typed.
const FIRST: usize = 5;

/// The names that a word in SQL can become, or in YAML.
pub(super) fn complete(
    writer: &Writer<'_>,
    word: &WordAtCursor<'_>,
    quote: char,
    is_code: bool,
) -> Completions<'static> {
    if word.is_tag {
        return Completions::default();
    }
    let linked = writer.linked;
    let typed = writer.typed.rsplit('.').next().unwrap_or("");
    // Other letters bring other names.
    let has_more = word.path.is_empty() && is_code;
    let mut found: Vec<Callable<'_>> = Vec::new();
    match word.path.as_slice() {
        [] => {
            let is_here = |it: &&Member| is_code || it.scope == Scope::Everywhere;
            let context = CONTEXT.iter().filter(is_here);
            let most = if typed.is_empty() && is_code {
                FIRST
            } else {
                usize::MAX
            };
            found.extend(context.take(most).map(|it| Callable::Member(None, it)));
            if is_code {
                found.extend(own(&linked.project));
            }
            if is_code && !typed.is_empty() {
                // There are so many that only their beginnings count.
                found.extend(of_dbt().filter(|it| it.name().starts_with(typed)));
            }
        }
        ["dbt"] if is_code => found.extend(of_dbt()),
        [first] => {
            let mut packages = projects(linked).filter(|it| it.name() == *first);
            match packages.next() {
                Some(package) if is_code => found.extend(own(package)),
                Some(_) | None => {
                    let object = CONTEXT.iter().find(|it| it.name == *first);
                    let members = object.map_or(&[][..], |object| members_of(object.name));
                    let name = object.map(|it| it.name);
                    found.extend(members.iter().map(|it| Callable::Member(name, it)));
                }
            }
        }
        _ => {}
    }
    if word.path.is_empty() {
        found.retain(|it| super::arguments::holds_letters(it.name(), typed));
    }
    let mut items: Vec<Completion<'static>> = found
        .iter()
        .map(|callable| item(writer, callable, word, quote))
        .collect();
    if word.path.is_empty() && is_code {
        let packages = linked.project.packages.iter();
        let packages = packages.filter(|it| super::arguments::holds_letters(it.name(), typed));
        items.extend(packages.map(|package| Completion {
            label: package.name().to_owned().into(),
            kind: CompletionKind::Project,
            detail: Some("package".into()),
            replace: word.typed,
            insert: package.name().to_owned().into(),
            filter: None,
            is_deprecated: false,
            documentation: None,
        }));
    }
    Completions {
        items,
        is_incomplete: has_more,
    }
}

fn own(project: &crate::project::Project) -> impl Iterator<Item = Callable<'_>> {
    // What an adapter dispatches to nobody calls by that name.
    let called = project
        .index
        .macros()
        .filter(|it| !it.is_test && !it.name.contains("__"));
    called.map(move |known| Callable::Macro(project, known))
}

/// dbt's own macros that templates call.
fn of_dbt<'a>() -> impl Iterator<Item = Callable<'a>> {
    let is_shown = |name: &str| !name.contains("__") && !name.starts_with("test_");
    global_macros()
        .filter(move |it| it.owner == "dbt" && is_shown(it.name))
        .map(Callable::Global)
}

fn item(
    writer: &Writer<'_>,
    callable: &Callable<'_>,
    word: &WordAtCursor<'_>,
    quote: char,
) -> Completion<'static> {
    let name = callable.name();
    let mut insert = name.to_owned();
    let takes_text = matches!(name, "ref" | "source" | "var" | "env_var") && word.path.is_empty();
    if callable.is_called() && !word.is_called {
        insert.push('(');
        if takes_text {
            insert.push(quote);
        } else if callable.parameters().is_empty() {
            insert.push(')');
        }
    }
    let detail = match callable {
        Callable::Member(_, member) => member.summary.to_owned(),
        Callable::Macro(..) | Callable::Global(_) => {
            format!("({})", callable.parameters().join(", "))
        }
    };
    let kind = match callable {
        Callable::Member(_, member) if member.kind == MemberKind::Value => CompletionKind::Value,
        Callable::Member(..) | Callable::Macro(..) | Callable::Global(_) => {
            CompletionKind::Function
        }
    };
    Completion {
        label: name.to_owned().into(),
        kind,
        detail: Some(detail.into()),
        replace: word.typed,
        insert: insert.into(),
        filter: None,
        is_deprecated: false,
        documentation: key(writer, callable, word).map(Into::into),
    }
}

/// Where the card is found again: the project's folder and the path of names.
fn key(writer: &Writer<'_>, callable: &Callable<'_>, word: &WordAtCursor<'_>) -> Option<String> {
    if let Callable::Member(None, _) = callable {
        return None;
    }
    let root = writer.linked.project.root.to_str()?;
    let mut path = word.path.clone();
    path.push(callable.name());
    Some(format!("{KEY}{} {root}", path.join(".")))
}

/// The card behind a key, without [`KEY`].
pub(super) fn documentation(world: &World, key: &str) -> Option<String> {
    let (path, root) = key.split_once(' ')?;
    let linked = world.mesh().at(std::path::Path::new(root))?;
    let path: Vec<&str> = path.split('.').collect();
    Some(callable::find(world, linked, &path)?.card(world))
}
