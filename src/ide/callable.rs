//! What does a name mean that a template calls: a macro, one of dbt's own, a function of the
//! context? Its signature, and its card.

use std::sync::Arc;

use crate::dbt::{
    GlobalMacro, Member, MemberKind, adapter_chain, context_member, global_macro,
    global_macros_named, members_of,
};
use crate::mesh::Linked;
use crate::project::{Macro, Project};
use crate::world::World;

use super::markdown::{cell, code, prose, shortened};
use super::places;

/// How many characters of a description a card shows.
const MOST_PROSE: usize = 2000;

/// Something that a template can call or read.
#[derive(Clone, Copy)]
pub(super) enum Callable<'a> {
    /// A macro or generic test of the project or of a package.
    Macro(&'a Project, &'a Macro),
    /// A macro of dbt's or of the adapter.
    Global(GlobalMacro),
    /// A name of the context, or of an object in it.
    Member(Option<&'static str>, &'static Member),
}

/// The project and its packages, the project first.
pub(super) fn projects(linked: &Linked) -> impl Iterator<Item = &Arc<Project>> {
    std::iter::once(&linked.project).chain(&linked.project.packages)
}

/// What a path of names means to a template of the project.
pub(super) fn find<'a>(world: &World, linked: &'a Linked, path: &[&str]) -> Option<Callable<'a>> {
    match path {
        [name] => own(&linked.project, name)
            .or_else(|| global(world, linked, name))
            .or_else(|| Some(Callable::Member(None, context_member(name)?))),
        ["dbt", name] => global(world, linked, name),
        [first, name] => {
            let mut packages = projects(linked).filter(|it| it.name() == *first);
            if let Some(package) = packages.next() {
                return own(package, name);
            }
            let object = context_member(first)?;
            let member = members_of(first).iter().find(|it| it.name == *name)?;
            Some(Callable::Member(Some(object.name), member))
        }
        _ => None,
    }
}

/// A generic test, as dbt finds it.
pub(super) fn find_test<'a>(
    world: &World,
    linked: &'a Linked,
    package: Option<&str>,
    name: &str,
) -> Option<Callable<'a>> {
    let full = format!("test_{name}");
    let mut searched =
        projects(linked).filter(|it| package.is_none_or(|package| it.name() == package));
    let found = searched.find_map(|project| {
        let mut macros = project.index.macros();
        let found = macros.find(|it| (it.is_test && *it.name == *name) || *it.name == *full)?;
        Some(Callable::Macro(project, found))
    });
    found.or_else(|| global(world, linked, &full).filter(|_| package.is_none()))
}

fn own<'a>(project: &'a Project, name: &str) -> Option<Callable<'a>> {
    let mut macros = project.index.macros();
    let found = macros.find(|it| !it.is_test && *it.name == *name)?;
    Some(Callable::Macro(project, found))
}

fn global<'a>(world: &World, linked: &Linked, name: &str) -> Option<Callable<'a>> {
    let mut all = global_macros_named(name);
    let first = all.next()?;
    let adapter = world.adapter_of(linked);
    global_macro(name, adapter.as_deref())
        .or_else(|| adapter.is_none().then_some(first))
        .map(Callable::Global)
}

/// The macros that `adapter.dispatch(name)` may come to, those of the adapter first.
pub(super) fn dispatched<'a>(world: &World, linked: &'a Linked, name: &str) -> Vec<Callable<'a>> {
    let adapter = world.adapter_of(linked);
    let mut found: Vec<(usize, Callable<'a>)> = Vec::new();
    for project in projects(linked) {
        for known in project.index.macros().filter(|it| !it.is_test) {
            let prefix = known
                .name
                .strip_suffix(name)
                .and_then(|it| it.strip_suffix("__"));
            let Some(prefix) = prefix else { continue };
            let mut chain = adapter.iter().flat_map(|adapter| adapter_chain(adapter));
            let rank = chain.position(|it| it == prefix).unwrap_or(9);
            found.push((rank, Callable::Macro(project, known)));
        }
    }
    found.sort_by_key(|(rank, _)| *rank);
    found.into_iter().map(|(_, callable)| callable).collect()
}

impl<'a> Callable<'a> {
    pub fn name(&self) -> &'a str {
        match self {
            Self::Macro(_, known) => &known.name,
            Self::Global(known) => known.name,
            Self::Member(_, member) => member.name,
        }
    }

    /// Whether parentheses follow.
    pub fn is_called(&self) -> bool {
        match self {
            Self::Macro(..) | Self::Global(_) => true,
            Self::Member(_, member) => {
                member.kind == MemberKind::Function || !member.parameters.is_empty()
            }
        }
    }

    pub fn parameters(&self) -> Vec<&'a str> {
        match self {
            Self::Macro(project, known) => {
                known.parameters(project).iter().map(|it| &**it).collect()
            }
            Self::Global(known) => known.parameters().collect(),
            Self::Member(_, member) => member.parameters.to_vec(),
        }
    }

    /// `star(from, except=[])`
    pub fn signature(&self) -> String {
        if self.is_called() {
            format!("{}({})", self.name(), self.parameters().join(", "))
        } else {
            self.name().to_owned()
        }
    }

    /// What is known of it in words.
    pub fn description(&self) -> String {
        match self {
            Self::Macro(project, known) => known.entry(project).map_or(String::new(), |entry| {
                shortened(&entry.description, MOST_PROSE)
            }),
            Self::Global(_) => String::new(),
            Self::Member(_, member) => member.summary.to_owned(),
        }
    }

    /// The card, in Markdown.
    pub fn card(&self, world: &World) -> String {
        let mut parts = vec![format!(
            "```jinja\n{}\n```",
            self.signature().replace("```", "")
        )];
        let description = self.description();
        if !description.trim().is_empty() {
            parts.push(prose(&description));
        }
        match self {
            Self::Macro(project, known) => {
                if let Some(entry) = known.entry(project).filter(|it| !it.columns.is_empty()) {
                    let lines = entry.columns.iter().map(|argument| {
                        let kind = argument
                            .data_type()
                            .map_or(String::new(), |it| format!(" ({})", cell(it)));
                        let about = prose(&cell(argument.description()));
                        let gap = if about.is_empty() { "" } else { ": " };
                        format!("- {}{kind}{gap}{about}", code(argument.name()))
                    });
                    parts.push(lines.collect::<Vec<_>>().join("\n"));
                }
                let kind = if known.is_test {
                    "generic test"
                } else {
                    "macro"
                };
                let path = places::shown_path(world, &project.path_of(&known.file));
                parts.push(format!(
                    "{kind} of {}, {}",
                    code(project.name()),
                    code(&path)
                ));
            }
            Self::Global(known) if known.owner == "dbt" => parts.push("macro of dbt".to_owned()),
            Self::Global(known) => {
                parts.push(format!("macro of the adapter {}", code(known.owner)));
            }
            Self::Member(Some(object), _) => parts.push(format!("of {}", code(object))),
            Self::Member(None, _) => parts.push("of dbt's context".to_owned()),
        }
        parts.join("\n\n")
    }
}

#[cfg(test)]
mod tests;
