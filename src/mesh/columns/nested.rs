//! Which columns does a contract make whose names go into columns, or stand in quotes? dbt-bigquery
//! makes one column `b` of `b.x` and `b.y` (`nest_column_data_types`).

use crate::syntax::sql::Dialect;

/// The name that is written so, and whether it is in quotes: some write them into the name,
/// `'"first name"'`.
pub(super) fn bare(name: &str, is_quoted: bool) -> (&str, bool) {
    let quotes = [('"', '"'), ('`', '`'), ('[', ']')];
    let inside = quotes.iter().find_map(|(open, close)| {
        let inside = name.strip_prefix(*open)?.strip_suffix(*close)?;
        (!inside.is_empty() && !inside.contains(*close)).then_some(inside)
    });
    match inside.filter(|_| !is_quoted) {
        Some(inside) => (inside, true),
        None => (name, is_quoted),
    }
}

/// Whether a name is no word of SQL, so that it has to stand in quotes.
pub(super) fn needs_quotes(name: &str) -> bool {
    let mut letters = name.trim().chars();
    let is_first = |it: char| it.is_alphabetic() || it == '_';
    let is_next = |it: char| it.is_alphanumeric() || matches!(it, '_' | '$');
    !letters.next().is_some_and(is_first) || !letters.all(is_next)
}

/// The column that has what a contract names so.
pub(super) fn root(name: &str, dialect: Dialect) -> &str {
    match name.split_once('.') {
        Some((root, _)) if dialect == Dialect::BigQuery => root,
        Some(_) | None => name,
    }
}

/// The columns that a contract makes, in order, with what it says of each; of one with parts in it
/// nothing is said.
pub(super) fn roots<'c, T>(
    columns: impl Iterator<Item = (&'c str, T)>,
    dialect: Dialect,
) -> Vec<(&'c str, Option<T>)> {
    if dialect != Dialect::BigQuery {
        return columns.map(|(name, said)| (name, Some(said))).collect();
    }
    let mut roots: Vec<(&str, Option<T>)> = Vec::new();
    for (name, said) in columns {
        let root = root(name, dialect);
        match roots.iter_mut().find(|(known, _)| *known == root) {
            Some((_, known)) => *known = None,
            None if root.len() < name.len() => roots.push((root, None)),
            None => roots.push((root, Some(said))),
        }
    }
    roots
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_stand_in_one_column_of_which_nothing_is_said() {
        let columns = [("a", 1), ("b.x", 2), ("c", 3), ("b.y.z", 4), ("c.x", 5)];
        let roots = |dialect| roots(columns.into_iter(), dialect);
        assert_eq!(
            roots(Dialect::BigQuery),
            [("a", Some(1)), ("b", None), ("c", None)]
        );
        assert_eq!(roots(Dialect::DuckDb).len(), columns.len());
    }

    #[test]
    fn quotes_may_stand_in_a_name() {
        assert_eq!(bare("\"first name\"", false), ("first name", true));
        assert_eq!(bare("\"a\".\"b\"", false), ("\"a\".\"b\"", false));
        assert_eq!(bare("first name", true), ("first name", true));
        for name in ["first name", "1st", "a-b", "a.b", "*", ""] {
            assert!(needs_quotes(name), "{name}");
        }
        for name in ["first_name", "größe", "_x", "a$b", "id "] {
            assert!(!needs_quotes(name), "{name}");
        }
    }
}
