//! Which keys and values can stand at a place of a YAML file? The table of `dbt::schema`, followed
//! down the cursor's path.

use crate::dbt::schema::{CONNECTION, DATA_TEST, Holds, Key, Mapping, connection};
use crate::syntax::yaml::{Node, Step};

/// What a path leads to: the kinds that the value there can be, and what is written of it.
pub(super) struct Held<'d, 'a> {
    pub kinds: Vec<Holds>,
    pub node: Option<&'d Node<'a>>,
}

/// What the path `steps` leads to in a file of the kind `file`. A key that is being typed, at
/// `offset`, says nothing of what its mapping is.
pub(super) fn held<'d, 'a>(
    file: &'static Mapping,
    root: &'d Node<'a>,
    steps: &[Step<'_>],
    offset: u32,
) -> Held<'d, 'a> {
    let whole = Held {
        kinds: vec![Holds::Mapping(file)],
        node: Some(root),
    };
    steps.iter().fold(whole, |held, step| {
        let node = held.node.and_then(|node| child(node, step));
        let kinds = held.kinds.iter();
        let kinds = kinds.filter_map(|kind| below(*kind, step));
        Held {
            kinds: one_of(kinds.map(|kind| of_adapter(kind, node)), node, offset),
            node,
        }
    })
}

/// A connection with the keys that its adapter has.
fn of_adapter(kind: Holds, node: Option<&Node<'_>>) -> Holds {
    match kind {
        Holds::Mapping(mapping) if mapping.name == CONNECTION.name => {
            let adapter = node.and_then(|node| node.get("type")?.scalar());
            let known = adapter.and_then(|adapter| connection(&adapter.text));
            known.map_or(kind, |known| Holds::Mapping(known.keys))
        }
        kind => kind,
    }
}

impl Held<'_, '_> {
    /// The kinds of the items, if it can be a list.
    pub fn items(&self) -> Vec<Holds> {
        let items = self.kinds.iter();
        let items = items.filter_map(|kind| below(*kind, &Step::Index(0)));
        one_of(items, None, 0)
    }

    /// The key of this name, as it is written.
    pub fn key(&self, name: &str) -> Option<&'static Key> {
        self.kinds.iter().find_map(|kind| key_of(*kind, name))
    }
}

/// The mapping that a value of a kind is.
pub(super) fn mapping_of(kind: Holds) -> Option<&'static Mapping> {
    match kind {
        Holds::Mapping(mapping) | Holds::Config(mapping) | Holds::Tree(mapping) => Some(mapping),
        Holds::Anything
        | Holds::Text
        | Holds::Name
        | Holds::Integer
        | Holds::Number
        | Holds::Bool
        | Holds::Moment
        | Holds::Scalar
        | Holds::Word(_)
        | Holds::Usually(_)
        | Holds::Names
        | Holds::List(_)
        | Holds::Either(_)
        | Holds::DataTests => None,
    }
}

fn key_of(kind: Holds, name: &str) -> Option<&'static Key> {
    let mapping = mapping_of(kind)?;
    match (kind, name.strip_prefix('+')) {
        (Holds::Tree(_) | Holds::Config(_), Some(name)) => mapping.key(name),
        // A name without `+` is a folder, where it could be one.
        (Holds::Tree(_), None) => mapping.key(name).filter(|key| !key.holds.is_below()),
        (_, _) => mapping.key(name),
    }
}

/// What a step leads to from a value of this kind.
fn below(kind: Holds, step: &Step<'_>) -> Option<Holds> {
    match (kind, step) {
        (Holds::List(items), Step::Index(_)) => Some(*items),
        (Holds::DataTests, Step::Index(_)) => Some(Holds::Mapping(&DATA_TEST)),
        (Holds::Mapping(mapping), Step::Key(name)) => mapping.holds(name),
        (Holds::Config(_), Step::Key(name)) => Some(key_of(kind, name)?.holds),
        (Holds::Tree(_), Step::Key(name)) => match key_of(kind, name) {
            Some(key) => Some(key.holds),
            None if name.starts_with('+') => None,
            None => Some(kind),
        },
        (_, _) => None,
    }
}

pub(super) fn child<'d, 'a>(node: &'d Node<'a>, step: &Step<'_>) -> Option<&'d Node<'a>> {
    match step {
        Step::Key(key) => node.get(key),
        Step::Index(at) => node.items().get(*at),
    }
}

/// The kinds, one by one; of several mappings, those that have the keys that are there.
fn one_of(kinds: impl Iterator<Item = Holds>, node: Option<&Node<'_>>, offset: u32) -> Vec<Holds> {
    let mut all = Vec::new();
    kinds.for_each(|kind| flatten(kind, &mut all));
    let entries = node.map_or(&[][..], Node::entries).iter();
    let written: Vec<&str> = entries
        .filter(|entry| !entry.is_merged && !entry.key_span.touches(offset))
        .map(|entry| entry.key.text.as_ref())
        .collect();
    let has_all = |kind: &Holds| {
        mapping_of(*kind).is_none_or(|mapping| written.iter().all(|key| mapping.key(key).is_some()))
    };
    let mappings = all.iter().filter(|kind| mapping_of(**kind).is_some());
    if mappings.clone().count() > 1 && mappings.clone().any(has_all) {
        all.retain(has_all);
    }
    all
}

fn flatten(kind: Holds, into: &mut Vec<Holds>) {
    match kind {
        Holds::Either(kinds) => kinds.iter().for_each(|kind| flatten(*kind, into)),
        kind => into.push(kind),
    }
}

/// What stands in a card about a key, below its name.
pub(super) fn describe(key: &Key) -> String {
    let mut line = match key.holds {
        Holds::Usually(words) => {
            let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
            format!("a text, mostly {}", words.join(", "))
        }
        Holds::Config(mapping) => format!("a mapping: {}", mapping.name),
        holds => holds.describe(),
    };
    if key.is_required {
        line.push_str(", required");
    }
    line
}
