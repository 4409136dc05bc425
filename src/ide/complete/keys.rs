//! Which keys and values can be typed in dbt's YAML files? Keys that are not there yet, the
//! required ones first, and the values that a key can have.

mod generic_tests;

use std::collections::BTreeSet;

use crate::dbt::schema::{self, Holds, Key, Standing};
use crate::ide::keys::{Held, describe, held, mapping_of};
use crate::ide::{Completion, CompletionKind, Completions};
use crate::project::Project;
use crate::syntax::yaml::{self, Entry, Node, Path, Place, Step};
use crate::text::Span;

/// Marks a documentation key that is the documentation itself.
pub(super) const KEY: char = '#';

/// A key that can be typed.
pub(super) struct KeyOffer<'a> {
    /// With the `+` of a configuration in dbt_project.yml.
    pub label: String,
    pub detail: &'a str,
    /// What stands behind the key. Lines below it are left to the one who types: editors indent
    /// the lines of an insertion each in their own way.
    pub rest: &'static str,
    pub is_required: bool,
    pub doc: Option<String>,
}

/// Where keys or values are typed.
pub(super) struct Typed<'t> {
    pub text: &'t str,
    pub span: Span,
}

/// What can be typed at `offset` of a file of dbt's, `file` below the root of `project`.
pub(super) fn in_file(
    project: Option<&Project>,
    file: &str,
    text: &str,
    offset: u32,
) -> Option<Completions<'static>> {
    let document = yaml::parse(text);
    let path = yaml::path_at(&document, text, offset);
    at(project, file, &document.root, &path, text, offset)
}

/// The same where the path is known.
pub(super) fn at(
    project: Option<&Project>,
    file: &str,
    root: &Node<'_>,
    path: &Path<'_>,
    text: &str,
    offset: u32,
) -> Option<Completions<'static>> {
    let mapping = schema::of_file(file)?;
    let held = held(mapping, root, &path.steps, offset);
    let names = Names {
        project: project.filter(|_| file == "dbt_project.yml"),
        any_project: project,
        is_profiles: file == "profiles.yml",
        root,
        steps: &path.steps,
    };
    let span = match path.place {
        Place::InKey { typed } | Place::InValue { typed, .. } => typed,
        Place::OnBlankLine { .. } => Span::empty(offset as usize),
    };
    if !span.touches(offset) {
        return None;
    }
    let typed = Typed { text, span };
    let items = match path.place {
        Place::InKey { .. } => keys_at(&held, &names, &typed),
        Place::OnBlankLine { indent } if is_in_column(&held, text, indent) => {
            keys_at(&held, &names, &typed)
        }
        Place::OnBlankLine { .. } => Vec::new(),
        Place::InValue { quote, .. } => {
            let is_item = matches!(path.steps.last(), Some(Step::Index(_)));
            let mut items = values(&held, &names, &typed, quote.is_some());
            if is_item && quote.is_none() {
                items.extend(keys_at(&held, &names, &typed));
            }
            items
        }
    };
    (!items.is_empty()).then_some(Completions {
        items,
        is_incomplete: false,
    })
}

/// Whether a key on an empty line would stand below the keys that are there.
fn is_in_column(held: &Held<'_, '_>, text: &str, indent: u32) -> bool {
    let mut entries = held.node.map_or(&[][..], Node::entries).iter();
    let Some(first) = entries.find(|entry| !entry.is_merged) else {
        return true;
    };
    let before = text.get(..first.key_span.start as usize).unwrap_or("");
    let column = before.len() - before.rfind(['\n', '\r']).map_or(0, |end| end + 1);
    column == indent as usize
}

fn keys_at(
    held: &Held<'_, '_>,
    names: &Names<'_, '_>,
    typed: &Typed<'_>,
) -> Vec<Completion<'static>> {
    let items = held.items();
    let is_list = !items.is_empty();
    let kinds = if is_list { &items } else { &held.kinds };
    let entries = match held.node {
        Some(node) if !is_list => node.entries(),
        Some(_) | None => &[],
    };
    let others = || entries.iter().filter(|entry| !is_typed(entry, typed));
    let is_tree = kinds.iter().any(|kind| matches!(kind, Holds::Tree(_)));
    let mappings: Vec<_> = kinds.iter().filter_map(|kind| mapping_of(*kind)).collect();
    let is_test = mappings
        .iter()
        .any(|mapping| mapping.name == schema::DATA_TEST.name);
    // A data test has one name.
    if is_test && others().next().is_some() {
        return Vec::new();
    }
    let there: BTreeSet<&str> = others()
        .map(|entry| entry.key.text.trim_start_matches('+'))
        .collect();
    let connection = mappings.iter().find_map(|it| schema::connection_of(it));
    // A key is there by another name, too.
    let is_there = |name: &str| match connection {
        Some(known) => (there.iter()).any(|it| known.first_name(it) == known.first_name(name)),
        None => there.contains(name),
    };
    let keys = mappings.iter().flat_map(|mapping| mapping.keys);
    let mut seen = BTreeSet::new();
    let keys: Vec<&Key> = keys
        .filter(|key| key.standing == Standing::Current && !is_there(key.name))
        .filter(|key| seen.insert(key.name))
        .collect();
    let mut offers: Vec<KeyOffer<'_>> = if is_tree { names.folders() } else { Vec::new() };
    if let Some(project) = names.any_project {
        offers.extend(generic_tests::arguments(project, names.steps));
    }
    offers.retain(|offer| !others().any(|entry| *entry.key.text == *offer.label));
    offers.extend(keys.into_iter().map(|key| KeyOffer {
        label: format!("{}{}", if is_tree { "+" } else { "" }, key.name),
        detail: required_or_not(key.is_required),
        rest: match key.holds {
            // Those that need to be told nothing are a plain name.
            Holds::Mapping(told) if is_test && !told.keys.iter().any(|key| key.is_required) => "",
            holds if holds.is_below() => ":",
            _ => ": ",
        },
        is_required: key.is_required,
        doc: Some(format!("{}\n\n{}", describe(key), key.doc)),
    }));
    if let Some(project) = names.any_project.filter(|_| is_test) {
        offers.extend(generic_tests::names(project));
    }
    keys_of(offers, typed, is_list)
}

fn is_typed(entry: &Entry<'_>, typed: &Typed<'_>) -> bool {
    entry.key_span == typed.span
}

pub(super) fn required_or_not(is_required: bool) -> &'static str {
    if is_required { "required" } else { "optional" }
}

/// Keys, the required ones first; in a list itself, as the beginning of an entry.
pub(super) fn keys_of(
    mut offers: Vec<KeyOffer<'_>>,
    typed: &Typed<'_>,
    is_list: bool,
) -> Vec<Completion<'static>> {
    offers.sort_by_key(|offer| !offer.is_required);
    let before = typed.text.get(..typed.span.start as usize).unwrap_or("");
    let has_dash = before.trim_end_matches([' ', '\t']).ends_with('-');
    let gap = if before.ends_with('-') { " " } else { "" };
    let start = if is_list && !has_dash { "- " } else { gap };
    let behind = typed.text.get(typed.span.end as usize..).unwrap_or("");
    let has_colon = behind.starts_with(':');
    let is_plus = typed.span.of(typed.text).starts_with('+');
    let items = offers.into_iter().map(|offer| {
        let rest = if has_colon { "" } else { offer.rest };
        let bare = offer.label.strip_prefix('+').filter(|_| !is_plus);
        Completion {
            filter: bare.map(|bare| bare.to_owned().into()),
            insert: format!("{start}{}{rest}", offer.label).into(),
            label: offer.label.into(),
            kind: CompletionKind::Key,
            detail: Some(offer.detail.to_owned().into()),
            replace: typed.span,
            is_deprecated: false,
            documentation: offer.doc.map(|doc| format!("{KEY}{doc}").into()),
        }
    });
    items.collect()
}

/// Values with what they are.
pub(super) fn values_of(
    words: impl IntoIterator<Item = (String, CompletionKind, String)>,
    typed: &Typed<'_>,
) -> Vec<Completion<'static>> {
    // Right behind a colon or a dash a blank is still missing.
    let before = typed.text.get(..typed.span.start as usize).unwrap_or("");
    let gap = if before.ends_with([':', '-']) {
        " "
    } else {
        ""
    };
    let words = words.into_iter();
    let items = words.map(|(word, kind, detail)| Completion {
        insert: format!("{gap}{word}").into(),
        label: word.into(),
        kind,
        detail: (!detail.is_empty()).then(|| detail.into()),
        replace: typed.span,
        filter: None,
        is_deprecated: false,
        documentation: None,
    });
    items.collect()
}

fn values(
    held: &Held<'_, '_>,
    names: &Names<'_, '_>,
    typed: &Typed<'_>,
    is_quoted: bool,
) -> Vec<Completion<'static>> {
    let word =
        |word: &str, detail: &str| (word.to_owned(), CompletionKind::Value, detail.to_owned());
    let own = names.values();
    let own = own.iter().map(|(name, detail)| word(name, detail));
    let words = held.kinds.iter().flat_map(|kind| match kind {
        Holds::Bool if !is_quoted => &["true", "false"][..],
        Holds::Word(words) | Holds::Usually(words) => words,
        _ => &[],
    });
    let mut seen = BTreeSet::new();
    let words = words.filter(|it| seen.insert(**it)).map(|it| word(it, ""));
    values_of(own.chain(words), typed)
}

/// Names of the mesh that are keys or values somewhere.
struct Names<'p, 'd> {
    /// The project whose dbt_project.yml it is.
    project: Option<&'p Project>,
    /// The project whose file it is.
    any_project: Option<&'p Project>,
    is_profiles: bool,
    root: &'d Node<'d>,
    steps: &'p [Step<'d>],
}

impl Names<'_, '_> {
    /// The projects and folders that configuration can be for.
    fn folders(&self) -> Vec<KeyOffer<'static>> {
        let (Some(project), Some((Step::Key(section), way))) =
            (self.project, self.steps.split_first())
        else {
            return Vec::new();
        };
        let offer = |label: &str, detail| KeyOffer {
            label: label.to_owned(),
            detail,
            rest: ":",
            is_required: false,
            doc: None,
        };
        let Some((Step::Key(first), folders)) = way.split_first() else {
            let packages = project.packages.iter().map(|package| package.name());
            let packages = packages.map(|name| offer(name, "package"));
            let own = offer(project.name(), "this project");
            return std::iter::once(own).chain(packages).collect();
        };
        let packages = || project.packages.iter().map(|package| &**package);
        let mut all = std::iter::once(project).chain(packages());
        let Some(project) = all.find(|project| project.name() == *first) else {
            return Vec::new();
        };
        let paths = &project.definition.paths;
        let paths = match *section {
            "seeds" => &paths.seeds,
            "snapshots" => &paths.snapshots,
            "analyses" => &paths.analyses,
            "functions" => &paths.functions,
            "models" => &paths.models,
            _ => return Vec::new(),
        };
        let mut found = BTreeSet::new();
        for path in paths {
            let mut prefix = format!("{path}/");
            for step in folders {
                if let Step::Key(folder) = step {
                    prefix.push_str(folder);
                    prefix.push('/');
                }
            }
            let files = project.files.keys();
            let below =
                files.filter_map(|file| file.strip_prefix(prefix.as_str())?.split_once('/'));
            found.extend(below.map(|(folder, _)| folder));
        }
        found
            .into_iter()
            .map(|name| offer(name, "folder"))
            .collect()
    }

    /// The profiles or targets that can be named. Nothing else of profiles.yml is shown.
    fn values(&self) -> Vec<(String, &'static str)> {
        let keys = |node: &Node<'_>, detail| {
            let keys = node
                .entries()
                .iter()
                .map(|entry| entry.key.text.to_string());
            keys.map(|name| (name, detail)).collect::<Vec<_>>()
        };
        match (self.project, self.steps) {
            (Some(project), [Step::Key("profile")]) => {
                let text = project.profiles.as_deref().unwrap_or("");
                let mut names = keys(&yaml::parse(text).root, "profile");
                names.retain(|(name, _)| name != "config");
                names
            }
            (None, [Step::Key(profile), Step::Key("target")]) if self.is_profiles => {
                let outputs = self.root.get(profile).and_then(|it| it.get("outputs"));
                outputs.map_or_else(Vec::new, |outputs| keys(outputs, "target"))
            }
            _ => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests;
