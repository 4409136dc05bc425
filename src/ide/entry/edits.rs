//! What is edited in the text of a property file, so that it says of a model what it should?

use crate::ide::Edit;
use crate::syntax::yaml::{Entry, Node, Value, parse};

use super::yaml::{Layout, Written};
use super::{ColumnChange, EntryChange, Wanted};

/// The edits of `text`; `None` where it cannot be read, or is laid out in a way that is left to people.
pub(super) fn edits(text: &str, change: &EntryChange) -> Option<Vec<Edit>> {
    let document = parse(text);
    if document.errors.iter().any(|error| error.kind.is_fatal()) {
        return None;
    }
    let layout = Layout::of(text, &document, "models");
    let is_named = |item: &&Node<'_>| is_text(item, "name", &change.model);
    let models = document.root.entry("models");
    let found = models.and_then(|models| models.value.items().iter().find(is_named));
    let edits = match (&document.root.value, models, found) {
        (_, _, Some(entry)) => in_entry(&layout, entry, change)?,
        (Value::Map(_), Some(models), None) => vec![new_entry(&layout, models, change)?],
        (Value::Map(_) | Value::Null, None, None) => {
            vec![layout.at_end("models", Written::List(vec![written(change)]))]
        }
        _ => return None,
    };
    Some(joined(edits))
}

fn is_text(map: &Node<'_>, key: &str, text: &str) -> bool {
    let value = map.get(key).and_then(Node::scalar);
    value.is_some_and(|value| value.python_str() == text)
}

fn new_entry(layout: &Layout<'_>, models: &Entry<'_>, change: &EntryChange) -> Option<Edit> {
    let items = vec![written(change)];
    if models.value.items().is_empty() {
        layout.value(models, &Written::List(items))
    } else {
        layout.items(&models.value, items)
    }
}

/// The whole entry of a model.
fn written(change: &EntryChange) -> Written {
    let mut entry = vec![("name", Written::Text(change.model.clone()))];
    if change.enforces {
        entry.push(("config", Written::Map(vec![contract()])));
    }
    entry.push(("columns", Written::List(added(&change.columns))));
    Written::Map(entry)
}

fn contract() -> (&'static str, Written) {
    ("contract", Written::Map(vec![("enforced", Written::True)]))
}

fn added<'c>(columns: impl IntoIterator<Item = &'c ColumnChange>) -> Vec<Written> {
    let columns = columns.into_iter();
    columns.filter_map(column).collect()
}

fn column(change: &ColumnChange) -> Option<Written> {
    let Wanted::There {
        data_type,
        is_quoted,
    } = &change.wanted
    else {
        return None;
    };
    let mut column = vec![("name", Written::Text(change.name.clone()))];
    if *is_quoted {
        column.push(("quote", Written::True));
    }
    if let Some(kind) = data_type {
        column.push(("data_type", Written::Text(kind.clone())));
    }
    Some(Written::Map(column))
}

/// In the entry that is there, or in its version.
fn in_entry(layout: &Layout<'_>, entry: &Node<'_>, change: &EntryChange) -> Option<Vec<Edit>> {
    let versions = entry.get("versions").map_or(&[][..], Node::items);
    let place = match &change.version {
        Some(version) => versions.iter().find(|item| is_text(item, "v", version))?,
        None => entry,
    };
    let mut edits = Vec::new();
    if change.enforces {
        edits.push(enforce(layout, place)?);
    }
    let mut new = Vec::new();
    for wanted in &change.columns {
        let own = named(place, &wanted.name);
        let known = own.or_else(|| inherited(entry, place, &wanted.name));
        let is_shared = own.is_none();
        match (known, &wanted.wanted) {
            (None, Wanted::There { .. }) => new.extend(column(wanted)),
            (
                Some((list, at)),
                Wanted::There {
                    data_type: Some(kind),
                    ..
                },
            ) => {
                let item = list.items().get(at)?;
                // The other versions keep the type that they have.
                if is_shared && has_type(item) {
                    new.extend(column(wanted));
                } else {
                    edits.push(typed(layout, item, kind)?);
                }
            }
            // The other versions keep the column.
            (Some(_), Wanted::Gone) if is_shared => new.push(all_but(place, &wanted.name)?),
            (Some((list, at)), Wanted::Gone) => edits.push(layout.without(list, at)?),
            (
                Some(_),
                Wanted::There {
                    data_type: None, ..
                },
            )
            | (None, Wanted::Gone) => {}
        }
    }
    if !new.is_empty() {
        edits.push(match place.entry("columns").filter(|it| !it.is_merged) {
            None => layout.key(place, "", "columns", Written::List(new))?,
            Some(columns) if !columns.value.items().is_empty() => {
                layout.items(&columns.value, new)?
            }
            Some(columns) if layout.is_flow(place) => layout.items(&columns.value, new)?,
            Some(columns) => layout.value(columns, &Written::List(new))?,
        });
    }
    Some(edits)
}

/// The column of this name, and the list that it stands in.
fn named<'n, 't>(place: &'n Node<'t>, name: &str) -> Option<(&'n Node<'t>, usize)> {
    let list = place.get("columns")?;
    let lower = name.to_lowercase();
    let is_it = |item: &Node<'_>| {
        let own = item.get("name").and_then(Node::scalar);
        own.is_some_and(|own| own.python_str().to_lowercase() == lower)
    };
    let at = list.items().iter().position(is_it)?;
    Some((list, at))
}

/// The column of this name that a version takes over from its model, and the list with it.
fn inherited<'n, 't>(
    entry: &'n Node<'t>,
    version: &Node<'_>,
    name: &str,
) -> Option<(&'n Node<'t>, usize)> {
    let (list, at) = named(entry, name)?;
    let name = list.items().get(at)?.get("name")?.scalar()?.python_str();
    let is_among = |names: &Node<'_>| {
        let mut names = names.items().iter().filter_map(Node::scalar);
        names.any(|it| it.python_str() == name)
    };
    let choice = choice(version);
    let include = choice.and_then(|it| it.get("include"));
    let include = include.filter(|it| it.scalar().is_none());
    let exclude = choice.and_then(|it| it.get("exclude"));
    let is_taken = include.is_none_or(is_among) && !exclude.is_some_and(is_among);
    is_taken.then_some((list, at))
}

/// The item that says which columns of its model a version takes over.
fn choice<'n, 't>(version: &'n Node<'t>) -> Option<&'n Node<'t>> {
    let items = version.get("columns").map_or(&[][..], Node::items);
    items.iter().find(|item| item.get("include").is_some())
}

/// The item by which a version takes over all columns but one; `None` where it has chosen already.
fn all_but(version: &Node<'_>, name: &str) -> Option<Written> {
    if choice(version).is_some() {
        return None;
    }
    let excluded = vec![Written::Text(name.to_owned())];
    Some(Written::Map(vec![
        ("include", Written::Text("all".into())),
        ("exclude", Written::List(excluded)),
    ]))
}

fn has_type(column: &Node<'_>) -> bool {
    let kind = column.get("data_type").and_then(Node::scalar);
    kind.is_some_and(|kind| !kind.text.trim().is_empty())
}

/// The contract switched on.
fn enforce(layout: &Layout<'_>, place: &Node<'_>) -> Option<Edit> {
    let own = |map: &Node<'_>, key: &str| map.entry(key).is_some_and(|it| !it.is_merged);
    let (key, enforced) = contract();
    // dbt moves one that stands at the top into `config`.
    if own(place, "contract") {
        return switch_on(layout, place.entry("contract")?, &enforced);
    }
    if !own(place, "config") {
        let after = if place.get("v").is_some() {
            "v"
        } else {
            "name"
        };
        return layout.key(place, after, "config", Written::Map(vec![(key, enforced)]));
    }
    let config = place.entry("config")?;
    match &config.value.value {
        Value::Null => layout.value(config, &Written::Map(vec![(key, enforced)])),
        Value::Map(_) if own(&config.value, "contract") => {
            switch_on(layout, config.value.entry("contract")?, &enforced)
        }
        Value::Map(_) => layout.key(&config.value, "", key, enforced),
        Value::Scalar(_) | Value::List(_) => None,
    }
}

fn switch_on(layout: &Layout<'_>, contract: &Entry<'_>, enforced: &Written) -> Option<Edit> {
    match &contract.value.value {
        Value::Null => layout.value(contract, enforced),
        Value::Map(_) => match contract.value.entry("enforced").filter(|it| !it.is_merged) {
            Some(entry) => layout.value(entry, &Written::True),
            None => layout.key(&contract.value, "", "enforced", Written::True),
        },
        Value::Scalar(_) | Value::List(_) => None,
    }
}

/// A column with this type.
fn typed(layout: &Layout<'_>, item: &Node<'_>, kind: &str) -> Option<Edit> {
    let written = Written::Text(kind.to_owned());
    match item.entry("data_type").filter(|it| !it.is_merged) {
        Some(entry) => layout.value(entry, &written),
        None => layout.key(item, "name", "data_type", written),
    }
}

/// What is put in at one place is one edit.
fn joined(edits: Vec<Edit>) -> Vec<Edit> {
    let mut joined: Vec<Edit> = Vec::new();
    for edit in edits {
        match joined
            .iter_mut()
            .find(|it| it.span == edit.span && it.span.is_empty())
        {
            Some(known) => known.text.push_str(&edit.text),
            None => joined.push(edit),
        }
    }
    joined
}
