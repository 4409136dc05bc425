//! Which of the names that a file gives to macros does its SQL read as columns?

use std::collections::HashSet;

use crate::project::facts::Inserts;
use crate::render::{Insert, with_inserts};
use crate::syntax::jinja;
use crate::syntax::sql::{self, Dialect, Name};
use crate::text::Span;

/// Those inserts of a file's text that have names which may be columns, with these names.
pub(super) fn read_as_columns(text: &str, inserts: Vec<Insert>, dialect: Dialect) -> Inserts {
    if inserts.is_empty() {
        return Inserts::default();
    }
    let (whole, names) = with_inserts(text, &inserts);
    let template = jinja::parse(&whole);
    let sql = sql::parse_template(&whole, &template, dialect);
    let mut read: HashSet<Span> = HashSet::new();
    for tree in &sql.trees {
        let paths = tree.references.iter().map(|it| tree.path(it.path));
        read.extend(paths.flatten().map(Name::inside));
    }
    let mut names = names.into_iter();
    let of_columns = inserts.into_iter().filter_map(|insert| {
        let here = names.by_ref().take(insert.names.len());
        let pairs: Vec<_> = here.zip(insert.names).collect();
        let kept = pairs.into_iter().filter(|(at, _)| read.contains(&at.made));
        let names: Box<[_]> = kept.map(|(_, name)| name).collect();
        (!names.is_empty()).then_some(Insert { names, ..insert })
    });
    Inserts::new(&of_columns.collect::<Vec<_>>())
}
