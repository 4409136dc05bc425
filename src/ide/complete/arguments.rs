//! What can stand in the arguments of a ref? Models, projects, versions.

use std::collections::HashSet;

use crate::dbt::{Access, Maybe, Version};
use crate::ide::{Completion, CompletionKind, Completions};
use crate::mesh::{Offer, PackageAt, Target};
use crate::syntax::jinja::{Argument, CallAtCursor, Constant, CursorPlace};

use super::{Ending, Writer, is_deprecated, item};

/// How many models of other projects are offered beside the project's own.
const MOST_UPSTREAM: usize = 1000;

/// Of a longer list only what fits the letters typed so far is offered: a keystroke in a mesh of
/// thousands of models is answered with the few that it leaves.
const LONG: usize = 200;

/// What can stand where the cursor is in a call of `ref`.
pub(super) fn complete<'a>(
    writer: &Writer<'a>,
    call: &CallAtCursor<'_>,
    ending: &Ending,
) -> Option<Completions<'a>> {
    if call.place == CursorPlace::Behind {
        return None;
    }
    if call.place == CursorPlace::Value
        && let Some((keyword, _)) = call.keyword
    {
        return matches!(keyword, "v" | "version").then(|| versions(writer, call, ending));
    }
    let mut completions = match (call.position, call.keyword) {
        (Some(0), None) => first(writer, call, ending),
        (Some(1), None) => second(writer, call, ending),
        (Some(_) | None, _) => Completions::default(),
    };
    if call.quote.is_none() {
        completions.items.extend(keywords(writer, call));
    }
    Some(completions)
}

pub(super) fn text<'a>(argument: &'a Argument<'_>) -> Option<&'a str> {
    match &argument.value {
        Constant::Str { text, .. } if argument.name.is_none() => Some(text),
        Constant::Str { .. }
        | Constant::Int(_)
        | Constant::Float(_)
        | Constant::Bool(_)
        | Constant::None
        | Constant::List(_)
        | Constant::Dict(_)
        | Constant::Unknown => None,
    }
}

/// The model, or the project where a model follows.
fn first<'a>(writer: &Writer<'a>, call: &CallAtCursor<'_>, ending: &Ending) -> Completions<'a> {
    let linked = writer.linked;
    let names = linked.package_names();
    let has_model = call.after.iter().any(|argument| argument.name.is_none());
    if has_model {
        let items = names
            .iter()
            .map(|name| item::project(name, ending, ending.alone(name)));
        return Completions {
            items: items.collect(),
            is_incomplete: false,
        };
    }
    let mut own = linked.local_offers(&writer.referrer, None);
    own.retain(|offer| !writer.is_made_here(&offer.target));
    let (mut upstream, mut is_incomplete) = upstream(writer, &names);
    if own.len() + upstream.len() > LONG {
        is_incomplete |= narrow(&mut own, &writer.typed);
        is_incomplete |= narrow(&mut upstream, &writer.typed);
    }
    sort(&mut own);
    sort(&mut upstream);
    let mut items: Vec<Completion<'_>> = own
        .iter()
        .map(|offer| {
            // A package's model is found by its name alone, as the project's own is.
            let is_named = offer.target.package() != linked.project.name();
            item::of(
                writer,
                offer,
                ending,
                ending.last(offer.target.name()),
                is_named,
            )
        })
        .collect();
    items.extend(
        names
            .iter()
            .map(|name| item::project(name, ending, ending.first(name))),
    );
    items.extend(upstream.iter().map(|offer| {
        let insert = ending.both(offer.target.package(), offer.target.name());
        item::of(writer, offer, ending, insert.into(), true)
    }));
    Completions {
        items,
        is_incomplete,
    }
}

/// The models of other projects that may be read, and whether there are more.
fn upstream<'a>(writer: &Writer<'a>, packages: &[String]) -> (Vec<Offer<'a>>, bool) {
    let linked = writer.linked;
    let is_local = |name: &str| {
        linked
            .local_projects()
            .any(|project| project.name() == name)
    };
    let mut offers: Vec<Offer<'_>> = Vec::new();
    for package in packages.iter().filter(|package| !is_local(package)) {
        let all = linked.upstream_offers(writer.mesh, &writer.referrer, package);
        offers.extend(all.into_iter().filter(|offer| offer.is_readable));
    }
    let is_incomplete = offers.len() > MOST_UPSTREAM;
    if is_incomplete {
        narrow(&mut offers, &writer.typed);
        offers.truncate(MOST_UPSTREAM);
    }
    (offers, is_incomplete)
}

/// Leaves the offers that fit what is typed, and says whether there were others.
fn narrow(offers: &mut Vec<Offer<'_>>, typed: &str) -> bool {
    if typed.is_empty() {
        return false;
    }
    let all = offers.len();
    offers.retain(|offer| holds_letters(offer.target.name(), typed));
    offers.len() < all
}

/// Whether the letters of `typed` stand in `name` in their order, as editors filter.
pub(super) fn holds_letters(name: &str, typed: &str) -> bool {
    let mut rest = name.chars();
    typed
        .chars()
        .all(|wanted| rest.any(|letter| letter.eq_ignore_ascii_case(&wanted)))
}

/// The model of the project that is named.
fn second<'a>(writer: &Writer<'a>, call: &CallAtCursor<'_>, ending: &Ending) -> Completions<'a> {
    let Some(package) = call.before.first().and_then(text) else {
        return Completions::default();
    };
    let linked = writer.linked;
    let mut offers = linked.local_offers(&writer.referrer, Some(package));
    offers.retain(|offer| !writer.is_made_here(&offer.target));
    let own: HashSet<&str> = offers.iter().map(|offer| offer.target.name()).collect();
    let published = linked.upstream_offers(writer.mesh, &writer.referrer, package);
    let is_new = |offer: &Offer<'_>| !own.contains(offer.target.name());
    offers.extend(published.into_iter().filter(is_new));
    let is_incomplete = offers.len() > LONG && narrow(&mut offers, &writer.typed);
    sort(&mut offers);
    let items = offers.iter().map(|offer| {
        let insert = ending.last(offer.target.name());
        item::of(writer, offer, ending, insert, false)
    });
    Completions {
        items: items.collect(),
        is_incomplete,
    }
}

/// What may be read first, of it what is public, and by name.
fn sort(offers: &mut Vec<Offer<'_>>) {
    let is_public = |offer: &Offer<'_>| {
        matches!(
            offer.target.access(),
            Maybe::Known(None | Some(Access::Public)) | Maybe::Unknown
        )
    };
    let is_own = |offer: &Offer<'_>| matches!(offer.target, Target::Local { .. });
    let keyed = offers.drain(..).map(|offer| {
        let name = offer.target.name();
        let is_late = !(is_own(&offer) || is_public(&offer));
        ((!offer.is_readable, is_late, beginning(name), name), offer)
    });
    let mut keyed: Vec<_> = keyed.collect();
    keyed.sort_by_key(|(key, _)| *key);
    offers.extend(keyed.into_iter().map(|(_, offer)| offer));
}

/// A number that orders names as their first 16 bytes do: mostly they differ there, and need not
/// be looked up.
fn beginning(name: &str) -> u128 {
    let mut bytes = [0; 16];
    for (to, from) in bytes.iter_mut().zip(name.bytes()) {
        *to = from;
    }
    u128::from_be_bytes(bytes)
}

/// `v=` for a model that has versions.
fn keywords(writer: &Writer<'_>, call: &CallAtCursor<'_>) -> Option<Completion<'static>> {
    let has_version = |argument: &Argument<'_>| {
        argument
            .name
            .is_some_and(|(name, _)| matches!(name, "v" | "version"))
    };
    if call.before.iter().chain(&call.after).any(has_version) {
        return None;
    }
    let newest = all_versions(writer, call).into_iter().next()?;
    Some(Completion {
        label: "v=".into(),
        kind: CompletionKind::Keyword,
        detail: Some(format!("newest: {newest}").into()),
        replace: call.keyword.map_or(call.typed, |(_, span)| span),
        insert: if call.keyword.is_some() { "v" } else { "v=" }.into(),
        filter: None,
        is_deprecated: false,
        documentation: None,
    })
}

/// The versions of the model that the arguments before the cursor name, newest first.
fn all_versions(writer: &Writer<'_>, call: &CallAtCursor<'_>) -> Vec<Version> {
    let names: Vec<&str> = call.before.iter().filter_map(text).collect();
    let linked = writer.linked;
    let mut versions = match names.as_slice() {
        [name] => {
            let packages = linked.package_names();
            let own = linked.versions(linked.project.name(), name);
            let mut others = packages
                .iter()
                .map(|package| linked.versions(package, name));
            if own.is_empty() {
                others.find(|versions| !versions.is_empty()).unwrap_or(own)
            } else {
                own
            }
        }
        [package, name, ..] => linked.versions(package, name),
        [] => Vec::new(),
    };
    versions.sort_by(|a, b| b.compare(a));
    versions.dedup();
    versions
}

/// The versions behind `v=`: the latest, then the newest.
fn versions<'a>(writer: &Writer<'a>, call: &CallAtCursor<'_>, ending: &Ending) -> Completions<'a> {
    let names: Vec<&str> = call.before.iter().filter_map(text).collect();
    let (package, name) = match names.as_slice() {
        [name] => (None, *name),
        [package, name, ..] => (Some(*package), *name),
        [] => return Completions::default(),
    };
    let resolve = |version: &Version| {
        let (mesh, linked) = (writer.mesh, writer.linked);
        crate::mesh::resolve(mesh, linked, &writer.referrer, package, name, Some(version))
    };
    let mut items: Vec<(bool, Completion<'_>)> = Vec::new();
    for version in all_versions(writer, call) {
        let resolution = resolve(&version);
        let target = item::found(&resolution);
        let is_latest =
            target.is_some_and(|target| target.latest_version() == Some(version.as_str()));
        let mut completion = Completion {
            label: version.to_string().into(),
            kind: CompletionKind::Version,
            detail: is_latest.then(|| "latest".into()),
            replace: ending.replace,
            insert: ending.version(version.as_str()).into(),
            filter: None,
            is_deprecated: target.is_some_and(|target| is_deprecated(target, writer.now)),
            documentation: target.map(item::key),
        };
        if let Some(date) = target.and_then(Target::deprecation_date) {
            let word = if completion.is_deprecated {
                "since"
            } else {
                "from"
            };
            let detail = completion.detail.get_or_insert_default().to_mut();
            let gap = if detail.is_empty() { "" } else { " · " };
            detail.extend([gap, "deprecated ", word, " ", date]);
        }
        items.push((!is_latest, completion));
    }
    items.sort_by_key(|(is_older, _)| *is_older);
    Completions {
        items: items.into_iter().map(|(_, item)| item).collect(),
        is_incomplete: false,
    }
}

impl Writer<'_> {
    /// Whether the file that is typed in makes the target: it cannot read itself.
    fn is_made_here(&self, target: &Target<'_>) -> bool {
        match target {
            Target::Local {
                package: PackageAt::Root,
                node,
                ..
            } => *node.origin.file == self.file,
            Target::Local {
                package: PackageAt::Package(_),
                ..
            }
            | Target::Published { .. }
            | Target::WorkingCopy { .. } => false,
        }
    }
}
