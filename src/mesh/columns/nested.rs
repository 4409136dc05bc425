//! Which columns does a contract make whose names go into columns? dbt-bigquery makes one column
//! `b` of `b.x` and `b.y` (`nest_column_data_types`).

use crate::syntax::sql::Dialect;

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
}
