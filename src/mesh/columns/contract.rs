//! Does the SELECT of a contracted model make the columns of its contract? dbt compares the names
//! that the warehouse gives back for both (dbt-core `columns_spec_ddl.sql`).

use std::borrow::Cow;
use std::collections::HashSet;

use crate::project::{Column, Node, Project};
use crate::syntax::sql::{DataType, Dialect, Hidden, Output, is_nested};
use crate::text::Span;

use super::{Reading, is_held, nested};

/// Where a contract and a SELECT differ.
#[derive(Debug)]
pub struct Comparison {
    /// The word `select` whose columns are compared.
    pub select_word: Option<Span>,
    /// Whether all that is known of what the SELECT reads is certain.
    pub is_certain: bool,
    /// The columns of the contract that the SELECT does not make.
    pub missing: Vec<Column>,
    /// Those that the contract does not have.
    pub extra: Vec<Made>,
    /// Those without a name, which no contract can have.
    pub nameless: Vec<Span>,
    /// Those that the SELECT makes once more.
    pub twice: Vec<Made>,
    /// Those of another type.
    pub mistyped: Vec<Mistyped>,
}

/// A column whose type is another than the contract says.
#[derive(Debug)]
pub struct Mistyped {
    /// What the SELECT makes.
    pub made: Made,
    /// Its type.
    pub is: DataType,
    /// What the contract has.
    pub column: Column,
}

/// A column that a SELECT makes.
#[derive(Clone, Debug)]
pub struct Made {
    /// Its name.
    pub name: String,
    /// Where.
    pub span: Span,
}

/// Compares; `None` where there is no contract or not all columns are known.
#[must_use]
pub fn compare(
    project: &Project,
    node: &Node,
    reading: &Reading<'_>,
    types: &[Option<DataType>],
    dialect: Dialect,
) -> Option<Comparison> {
    let contract = project.columns_of(node);
    // What a table had once breaks no contract.
    if !is_held(node) || contract.is_empty() || reading.passes_on_catalog() {
        return None;
    }
    let outputs = reading.outputs();
    let is_known = outputs.hidden == Hidden::Nothing && !outputs.columns.is_empty();
    // By what the warehouse calls a column without a name no contract calls one, but for one in
    // quotes.
    let is_word = |it: &&Column| {
        let name = it.name();
        // `1` is what DuckDB calls the column of `select 1`.
        !name.starts_with(|it: char| it.is_ascii_digit())
            && name.chars().all(|it| it.is_alphanumeric() || it == '_')
    };
    let is_plain = contract.iter().all(is_word);
    let is_hidden = |it: &&Output| it.name.is_none() && !(it.is_called_by_text && is_plain);
    if !is_known || outputs.columns.iter().any(|it| is_hidden(&it)) {
        return None;
    }
    let mut comparison = Comparison {
        select_word: reading.select_word(),
        is_certain: reading.is_certain(),
        missing: Vec::new(),
        extra: Vec::new(),
        nameless: Vec::new(),
        twice: Vec::new(),
        mistyped: Vec::new(),
    };
    let mut seen: HashSet<Cow<'_, str>> = HashSet::new();
    let wanted: Vec<Wanted> = contract.iter().map(|it| Wanted::of(it, dialect)).collect();
    let mut is_matched = vec![false; wanted.len()];
    for (at, output) in outputs.columns.iter().enumerate() {
        let Some(name) = output.name.as_deref() else {
            comparison.nameless.push(output.span);
            continue;
        };
        let made = || Made {
            name: name.to_owned(),
            span: output.span,
        };
        let is_new = seen.insert(dialect.folded(name, output.is_quoted));
        if !is_new && !is_case_kept(dialect) {
            comparison.twice.push(made());
            continue;
        }
        let returned = returned(dialect, name, output.is_quoted);
        let returned_lower = returned.to_lowercase();
        let is = types.get(at).copied().flatten();
        let mut found = false;
        let columns = contract.iter().zip(&wanted);
        for ((column, wanted), is_matched) in columns.zip(&mut is_matched) {
            // Only an alias is returned as it is written.
            let is_same = wanted.returned == returned
                || (!output.is_alias && wanted.returned_lower == returned_lower);
            if !is_same {
                continue;
            }
            found = true;
            *is_matched = true;
            if let Some(is) = is
                && (wanted.is_nested || wanted.data_type.is_some_and(|it| it != is))
            {
                comparison.mistyped.push(Mistyped {
                    made: made(),
                    is,
                    column: Column::clone(column),
                });
            }
        }
        if !found {
            comparison.extra.push(made());
        }
    }
    let pairs = contract.iter().zip(&is_matched);
    comparison.missing = pairs
        .filter(|(_, is_matched)| !**is_matched)
        .map(|(column, _)| Column::clone(column))
        .collect();
    // DuckDB gives the second one another name, and a contract may know that.
    let knows = |made: &Made| {
        let other = format!("{}_1", made.name.to_lowercase());
        contract.iter().any(|column| {
            let name = column.name().to_lowercase();
            name == other || name == made.name.to_lowercase() && is_listed_twice(&contract, &name)
        })
    };
    if comparison.twice.iter().any(knows) {
        return None;
    }
    Some(comparison)
}

/// A column of a contract, ready to be compared with many.
struct Wanted {
    returned: String,
    returned_lower: String,
    data_type: Option<DataType>,
    /// Whether the type holds others, as none does of which we know the type.
    is_nested: bool,
}

impl Wanted {
    fn of(column: &Column, dialect: Dialect) -> Self {
        let (whole, is_quoted) = nested::bare(column.name(), column.is_quoted());
        let name = nested::root(whole, dialect);
        let is_part = name.len() < whole.len();
        let returned = returned(dialect, name, is_quoted);
        let data_type = column.data_type().filter(|_| !is_part);
        Self {
            returned_lower: returned.to_lowercase(),
            returned,
            is_nested: dialect == Dialect::DuckDb && data_type.is_some_and(is_nested),
            data_type: data_type.and_then(|text| DataType::read(text, dialect)),
        }
    }
}

fn is_listed_twice(contract: &[&Column], name: &str) -> bool {
    let named = contract
        .iter()
        .filter(|it| it.name().to_lowercase() == name);
    named.count() > 1
}

/// The name that the warehouse gives back for one that is written so.
fn returned(dialect: Dialect, name: &str, is_quoted: bool) -> String {
    match dialect {
        Dialect::Snowflake if !is_quoted => name.to_uppercase(),
        Dialect::Postgres if !is_quoted => name.to_lowercase(),
        Dialect::Redshift | Dialect::Trino => name.to_lowercase(),
        // Nobody knows how it compares.
        Dialect::Generic | Dialect::Teradata | Dialect::SqlServer | Dialect::Databricks => {
            name.to_lowercase()
        }
        Dialect::Snowflake
        | Dialect::Postgres
        | Dialect::BigQuery
        | Dialect::DuckDb
        | Dialect::ClickHouse => name.to_owned(),
    }
}

fn is_case_kept(dialect: Dialect) -> bool {
    matches!(dialect, Dialect::ClickHouse)
}
