//! Which columns does a seed have? Those of its first line, as dbt reads it.

use crate::dbt::{Maybe, Value};
use crate::project::{Node, Project};
use crate::syntax::sql::{Dialect, OutsideColumn};

use super::{Basis, Relation};

/// The columns of a seed, where its header can be read.
pub(super) fn relation(project: &Project, node: &Node, dialect: Dialect) -> Option<Relation> {
    let line = project.file(&node.origin.file)?.kept_text()?;
    // A file that Git keeps elsewhere and that was not fetched.
    if line.starts_with("version https://git-lfs.github.com") {
        return None;
    }
    let delimiter = match project.configured(node, "delimiter") {
        None => ',',
        Some((Maybe::Known(Value::Text(text)), _)) => {
            let mut letters = text.chars();
            letters.next().filter(|_| letters.next().is_none())?
        }
        Some(_) => return None,
    };
    // dbt puts the names in quotes, but not on Snowflake (`quote_seed_column`).
    let is_quoted = match project.configured(node, "quote_columns") {
        None | Some((Maybe::Known(Value::Null), _)) => dialect != Dialect::Snowflake,
        Some((Maybe::Known(Value::Bool(is_quoted)), _)) => is_quoted,
        Some(_) => return None,
    };
    let names = fields(&line, delimiter)?;
    // Names that are missing or stand twice are changed.
    let is_plain = |name: &String| !name.trim().is_empty();
    let mut sorted: Vec<String> = names.iter().map(|name| name.to_lowercase()).collect();
    sorted.sort_unstable();
    sorted.dedup();
    let is_whole = names.iter().all(is_plain) && sorted.len() == names.len();
    let columns = names.iter().map(|name| OutsideColumn {
        name: name.trim().into(),
        is_quoted,
    });
    Some(Relation {
        columns: columns.collect(),
        is_whole,
        basis: Basis::Header,
        is_certain: is_whole,
        types: std::sync::OnceLock::new(),
    })
}

/// The fields of a line; `None` where a quote stays open.
fn fields(line: &str, delimiter: char) -> Option<Vec<String>> {
    let mut fields = vec![String::new()];
    let mut is_quoted = false;
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        let field = fields.last_mut()?;
        match letter {
            '"' if is_quoted && letters.peek() == Some(&'"') => {
                letters.next();
                field.push('"');
            }
            '"' if is_quoted => is_quoted = false,
            '"' if field.is_empty() => is_quoted = true,
            _ if letter == delimiter && !is_quoted => fields.push(String::new()),
            _ => field.push(letter),
        }
    }
    (!is_quoted).then_some(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_hold_delimiters_and_quotes() {
        let read = |line| fields(line, ',').map(|fields| fields.join("|"));
        assert_eq!(read("id,\"a,b\",\"c\"\"d\""), Some("id|a,b|c\"d".into()));
        assert_eq!(read("id,\"open"), None);
        assert_eq!(fields("a;b", ';').map(|it| it.len()), Some(2));
    }
}
