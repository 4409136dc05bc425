//! A constraint of a property file, kept small: most of them say `not_null` and no more.

use thin_vec::ThinVec;

use crate::dbt::ConstraintType;
use crate::syntax::yaml::{Node, Resolved};
use crate::text::Span;

use super::ConstraintSpans;

/// A constraint of a model, or of one of its columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Constraint {
    /// The column of the entry or version that it stands in, by index; `None` for the whole model.
    pub column: Option<u32>,
    /// Its `type`: `Err` holds what is written where dbt knows no such type, empty where nothing is.
    pub kind: Result<ConstraintType, Box<str>>,
    /// Whether dbt warns where the warehouse does not enforce it.
    pub warns_unenforced: bool,
    /// Whether dbt warns where the warehouse does not support it.
    pub warns_unsupported: bool,
    /// What else it says.
    details: Option<Box<Details>>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Details {
    name: Box<str>,
    expression: Box<str>,
    to: Box<str>,
    columns: Box<[Box<str>]>,
    to_columns: Box<[Box<str>]>,
}

impl Constraint {
    /// Its `name`, empty where it has none.
    #[must_use]
    pub fn name(&self) -> &str {
        self.details.as_ref().map_or("", |details| &details.name)
    }

    /// Its `expression`, empty where it has none.
    #[must_use]
    pub fn expression(&self) -> &str {
        self.details
            .as_ref()
            .map_or("", |details| &details.expression)
    }

    /// The `to` of a foreign key, empty where it has none.
    #[must_use]
    pub fn to(&self) -> &str {
        self.details.as_ref().map_or("", |details| &details.to)
    }

    /// The columns that one of the whole model is over.
    #[must_use]
    pub fn columns(&self) -> &[Box<str>] {
        self.details
            .as_ref()
            .map_or(&[], |details| &details.columns)
    }

    /// The columns that a foreign key leads to.
    #[must_use]
    pub fn to_columns(&self) -> &[Box<str>] {
        self.details
            .as_ref()
            .map_or(&[], |details| &details.to_columns)
    }
}

/// The constraints of an entry or a version: its own, then those of its columns.
pub(super) fn read(node: &Node<'_>) -> (ThinVec<Constraint>, ThinVec<ConstraintSpans>) {
    let own = items(node).map(|item| constraint(item, None));
    let columns = node.get("columns").map_or(&[][..], Node::items);
    let named = columns.iter().filter(|item| item.get("name").is_some());
    let of_columns = (0..)
        .zip(named)
        .flat_map(|(at, column)| items(column).map(move |item| constraint(item, Some(at))));
    own.chain(of_columns).unzip()
}

fn items<'a, 't>(holder: &'a Node<'t>) -> impl Iterator<Item = &'a Node<'t>> {
    let items = holder
        .get("constraints")
        .map_or(&[][..], Node::items)
        .iter();
    items.filter(|item| !item.entries().is_empty())
}

fn constraint(item: &Node<'_>, column: Option<u32>) -> (Constraint, ConstraintSpans) {
    let kind = item.get("type");
    let word = kind.and_then(Node::scalar);
    let text = |key: &str| -> Box<str> {
        let scalar = item.get(key).and_then(Node::scalar);
        let scalar = scalar.filter(|scalar| scalar.resolve() != Resolved::Null);
        scalar.map_or_else(Box::default, |scalar| scalar.python_str().into())
    };
    let is_on = |key: &str| {
        let scalar = item.get(key).and_then(Node::scalar);
        !scalar.is_some_and(|scalar| scalar.resolve() == Resolved::Bool(false))
    };
    let (columns, spans) = names(item, "columns");
    let details = Details {
        name: text("name"),
        expression: text("expression"),
        to: text("to"),
        columns,
        to_columns: names(item, "to_columns").0,
    };
    let constraint = Constraint {
        column,
        kind: word.map_or(Err("".into()), |word| {
            ConstraintType::parse(&word.text).ok_or_else(|| word.text.as_ref().into())
        }),
        warns_unenforced: is_on("warn_unenforced"),
        warns_unsupported: is_on("warn_unsupported"),
        details: (details != Details::default()).then(|| Box::new(details)),
    };
    let first = item
        .entries()
        .first()
        .map_or(item.span, |entry| entry.key_span);
    let place = word.map_or(first, |word| word.content);
    let spans = ConstraintSpans {
        kind: place,
        columns: spans,
    };
    (constraint, spans)
}

fn names(item: &Node<'_>, key: &str) -> (Box<[Box<str>]>, Box<[Span]>) {
    let items = item.get(key).map_or(&[][..], Node::items).iter();
    let scalars = items.filter_map(Node::scalar);
    let all: Vec<_> = scalars
        .map(|name| (Box::<str>::from(name.python_str()), name.content))
        .collect();
    let (names, spans): (Vec<_>, Vec<_>) = all.into_iter().unzip();
    (names.into(), spans.into())
}
