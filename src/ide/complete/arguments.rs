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
        | Constant::Undefined(_)
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
    let mut gathered = Gathered::new(writer);
    let own = linked.local_candidates(None);
    gathered.add(own, usize::MAX, |offer| !writer.is_made_here(&offer.target));
    let is_local = |name: &str| {
        linked
            .local_projects()
            .any(|project| project.name() == name)
    };
    let upstream = names
        .iter()
        .filter(|name| !is_local(name))
        .flat_map(|name| linked.upstream_candidates(writer.mesh, name));
    gathered.add(upstream, MOST_UPSTREAM, |offer| offer.is_readable);
    let is_incomplete = gathered.is_incomplete;
    let (mut own, mut upstream): (Vec<_>, Vec<_>) = gathered
        .offers
        .into_iter()
        .partition(|offer| matches!(offer.target, Target::Local { .. }));
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

/// The offers of a list: all where there are few, else those that fit the letters typed so far.
struct Gathered<'a, 'w> {
    writer: &'w Writer<'a>,
    offers: Vec<Offer<'a>>,
    is_long: bool,
    is_incomplete: bool,
}

impl<'a, 'w> Gathered<'a, 'w> {
    fn new(writer: &'w Writer<'a>) -> Self {
        Self {
            writer,
            offers: Vec::new(),
            is_long: false,
            is_incomplete: false,
        }
    }

    /// Adds the candidates that are `wanted`, `most` of them at most. Access is judged of no more
    /// than that: a mesh has tens of thousands.
    fn add(
        &mut self,
        candidates: impl Iterator<Item = Target<'a>>,
        most: usize,
        wanted: impl Fn(&Offer<'a>) -> bool,
    ) {
        let Writer {
            linked,
            referrer,
            typed,
            ..
        } = self.writer;
        let mut added = 0;
        for target in candidates {
            if self.is_long && !holds_letters(target.name(), typed) {
                self.is_incomplete = true;
                continue;
            }
            let offer = linked.offer(referrer, target);
            if !wanted(&offer) {
                continue;
            }
            if added == most {
                self.is_incomplete = true;
                return;
            }
            added += 1;
            self.offers.push(offer);
            if self.offers.len() > LONG && !self.is_long {
                self.is_long = true;
                let fits = |offer: &Offer<'_>| holds_letters(offer.target.name(), typed);
                added = self
                    .offers
                    .iter()
                    .rev()
                    .take(added)
                    .filter(|offer| fits(offer))
                    .count();
                self.offers.retain(fits);
                self.is_incomplete |= self.offers.len() <= LONG;
            }
        }
    }
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
    let mut gathered = Gathered::new(writer);
    let own = linked.local_candidates(Some(package));
    gathered.add(own, usize::MAX, |offer| !writer.is_made_here(&offer.target));
    let known = gathered.offers.iter().map(|offer| offer.target.name());
    let known: HashSet<&str> = known.collect();
    let published = linked.upstream_candidates(writer.mesh, package);
    gathered.add(published, usize::MAX, |offer| {
        !known.contains(offer.target.name())
    });
    let Gathered {
        mut offers,
        is_incomplete,
        ..
    } = gathered;
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

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::{LONG, MOST_UPSTREAM};
    use crate::fixture::Fixture;
    use crate::ide;

    /// How many models of the project and of others are offered behind `typed` where there are so
    /// many, and whether more typing can bring others.
    fn offered(typed: &str, own: usize, upstream: usize) -> (usize, usize, bool) {
        let mut mesh = format!(
            "//- project shop needs:core\n//- models/a.sql\nfrom {{{{ ref('{typed}$0') }}}}\n"
        );
        for at in 0..own {
            let _ = writeln!(mesh, "//- models/own_{at}.sql");
        }
        mesh.push_str("//- manifest core\n");
        for at in 0..upstream {
            let _ = writeln!(mesh, "//- models/core_{at}.sql access:public");
        }
        let fixture = Fixture::new(&mesh);
        let (path, offset) = fixture.cursor.clone().unwrap();
        let completions = ide::complete(&fixture.world, &path, offset);
        let count = |start| {
            let items = completions.items.iter();
            items.filter(|item| item.label.starts_with(start)).count()
        };
        (count("own_"), count("core_"), completions.is_incomplete)
    }

    #[test]
    fn all_of_a_short_list_is_offered_whatever_is_typed() {
        assert_eq!(offered("", 50, LONG - 50), (50, LONG - 50, false));
        assert_eq!(offered("own_1", 50, LONG - 50), (50, LONG - 50, false));
    }

    #[test]
    fn of_a_long_list_that_is_offered_which_fits() {
        assert_eq!(offered("", 51, LONG - 50), (51, LONG - 50, false));
        assert_eq!(offered("own_4", 51, LONG - 50), (14, 0, true));
        // All have these letters.
        assert_eq!(offered("o", 51, LONG - 50), (51, LONG - 50, false));
        assert_eq!(offered("core_20", LONG + 1, 30), (0, 1, true));
    }

    #[test]
    fn a_bound_on_what_others_have_counts_what_fits() {
        let many = MOST_UPSTREAM + 1;
        assert_eq!(offered("", 3, MOST_UPSTREAM), (3, MOST_UPSTREAM, false));
        assert_eq!(offered("", 3, many), (3, MOST_UPSTREAM, true));
        assert_eq!(offered("core_1000", 3, many), (0, 1, true));
        assert_eq!(offered("core_", 3, many), (0, MOST_UPSTREAM, true));
    }
}
