//! Which columns, CTEs and aliases can be typed in SQL?

use std::collections::HashMap;

use crate::ide::{Completion, CompletionKind, Completions};
use crate::mesh::columns::{Column, Offers};
use crate::syntax::jinja;
use crate::syntax::sql::{self, Dialect, Place};
use crate::text::Span;

use super::{Writer, keys};

/// How many characters of a description are kept with an item.
const MOST_PROSE: usize = 500;

/// The completions where the cursor stands in SQL.
pub(super) fn complete(
    writer: &Writer<'_>,
    text: &str,
    offset: u32,
) -> Option<Completions<'static>> {
    let linked = writer.linked;
    let inputs = linked.inputs_of(writer.mesh, &writer.file)?;
    if inputs.text().len() != text.len() {
        return None;
    }
    let template = jinja::parse(text);
    let dialect = linked.dialect();
    let cursor = sql::cursor_at(text, &template, dialect, offset as usize);
    let offers = || Offers::of(linked, &inputs, &cursor.tree);
    let items = match &cursor.place {
        Place::Member {
            select,
            qualifier,
            word,
        } => {
            let columns = offers().behind(*select, qualifier);
            let items = columns.iter();
            items.map(|it| item(it, None, *word, dialect)).collect()
        }
        Place::Column { select, word, .. } => {
            let (columns, names) = offers().seen(*select);
            unqualified(&columns, &names, *word, dialect)
        }
        Place::Relation { query, word } => {
            let mut names = Vec::new();
            let mut at = Some((*query, usize::MAX));
            while let Some((id, seen)) = at {
                let query = cursor.tree.query(id);
                let ctes = query.ctes.iter().take(seen);
                let ctes = ctes.filter_map(|cte| cursor.tree.cte(*cte));
                names.extend(ctes.map(|cte| cte.name.text(text).into_owned()));
                at = query.around;
            }
            let names = names.iter().filter(|name| !name.is_empty());
            names
                .map(|name| named(name, CompletionKind::Table, "CTE", *word))
                .collect()
        }
        Place::Nothing | Place::NewName | Place::DataType { .. } => return None,
    };
    Some(Completions {
        items,
        is_incomplete: false,
    })
}

/// All columns in scope; those that several relations have with what tells them apart.
fn unqualified(
    columns: &[Column],
    names: &[String],
    word: Span,
    dialect: Dialect,
) -> Vec<Completion<'static>> {
    let mut counts: HashMap<String, usize> = HashMap::new();
    for column in columns {
        *counts.entry(column.name.to_lowercase()).or_default() += 1;
    }
    let columns = columns.iter().map(|column| {
        let count = counts.get(&column.name.to_lowercase()).copied();
        let is_shared = count.unwrap_or(0) > 1 && !column.relation.is_empty();
        let qualifier = is_shared.then_some(column.relation.as_str());
        item(column, qualifier, word, dialect)
    });
    let names = names
        .iter()
        .map(|name| named(name, CompletionKind::Table, "relation", word));
    columns.chain(names).collect()
}

fn named(name: &str, kind: CompletionKind, what: &'static str, word: Span) -> Completion<'static> {
    Completion {
        label: name.to_owned().into(),
        kind,
        detail: Some(what.into()),
        replace: word,
        insert: name.to_owned().into(),
        filter: None,
        is_deprecated: false,
        documentation: None,
    }
}

fn item(
    column: &Column,
    qualifier: Option<&str>,
    word: Span,
    dialect: Dialect,
) -> Completion<'static> {
    let name = written(&column.name, dialect);
    let insert = match qualifier {
        Some(qualifier) => format!("{qualifier}.{name}"),
        None => name,
    };
    let details = [column.data_type.as_deref(), column.from.as_deref()];
    let details: Vec<&str> = details.into_iter().flatten().collect();
    let description: String = column.description.chars().take(MOST_PROSE).collect();
    Completion {
        label: match qualifier {
            Some(_) => insert.clone(),
            None => column.name.clone(),
        }
        .into(),
        kind: CompletionKind::Column,
        detail: (!details.is_empty()).then(|| details.join(" · ").into()),
        replace: word,
        insert: insert.into(),
        filter: None,
        is_deprecated: false,
        documentation: (!description.is_empty())
            .then(|| format!("{}{description}", keys::KEY).into()),
    }
}

/// A name as SQL writes it: in quotes where it is no plain word.
fn written(name: &str, dialect: Dialect) -> String {
    let is_plain = name
        .bytes()
        .all(|it| it.is_ascii_alphanumeric() || it == b'_')
        && !name.starts_with(|it: char| it.is_ascii_digit());
    if is_plain {
        return name.to_owned();
    }
    let quote = match dialect {
        Dialect::BigQuery | Dialect::Databricks => '`',
        Dialect::Generic
        | Dialect::Snowflake
        | Dialect::Redshift
        | Dialect::Postgres
        | Dialect::DuckDb
        | Dialect::Trino
        | Dialect::SqlServer
        | Dialect::Teradata
        | Dialect::ClickHouse => '"',
    };
    let doubled = format!("{quote}{quote}");
    format!("{quote}{}{quote}", name.replace(quote, &doubled))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::fixture::check_complete;

    const CORE: &str = "
//- manifest core
//- models/prices.sql access:public contract:enforced
select 1 as id, 2 as cents
//- models/prices.yml
models:
  - name: prices
    columns:
      - {name: id, data_type: int, description: The key.}
      - {name: cents, data_type: int}
";

    #[test]
    fn columns_behind_an_alias_have_their_types() {
        let shop = "
//- project shop needs:core
//- models/orders.sql
with p as (select *, cents * 2 as twice from {{ ref('core', 'prices') }})
select p.$0 from p
";
        check_complete(
            &(shop.to_owned() + CORE),
            &expect![[r"
                Column cents int · core.prices
                    select p.cents¦ from p
                Column id int · core.prices
                    select p.id¦ from p
                Column twice integer
                    select p.twice¦ from p
            "]],
        );
    }

    #[test]
    fn columns_in_scope_come_before_any_alias() {
        let shop = "
//- project shop needs:core
//- models/orders.sql
select i$0 from {{ ref('core', 'prices') }} p join {{ ref('lines') }} as l on true
//- models/lines.sql
select 1 as id, 'x' as name
";
        check_complete(
            &(shop.to_owned() + CORE),
            &expect![[r"
                Column cents int · core.prices
                    select cents¦ from {{ ref('core', 'prices') }} p join {{ ref('lines') }} as l on true
                Column p.id int · core.prices
                    select p.id¦ from {{ ref('core', 'prices') }} p join {{ ref('lines') }} as l on true
                Column l.id integer · shop.lines
                    select l.id¦ from {{ ref('core', 'prices') }} p join {{ ref('lines') }} as l on true
                Column name varchar · shop.lines
                    select name¦ from {{ ref('core', 'prices') }} p join {{ ref('lines') }} as l on true
                Table p relation
                    select p¦ from {{ ref('core', 'prices') }} p join {{ ref('lines') }} as l on true
                Table l relation
                    select l¦ from {{ ref('core', 'prices') }} p join {{ ref('lines') }} as l on true
            "]],
        );
    }

    #[test]
    fn ctes_are_offered_where_a_relation_is_due() {
        check_complete(
            "
//- project shop
//- models/orders.sql
with first as (select 1 as a), second as (select * from first) select * from s$0
",
            &expect![[r"
                Table first CTE
                    with first as (select 1 as a), second as (select * from first) select * from first¦
                Table second CTE
                    with first as (select 1 as a), second as (select * from first) select * from second¦
            "]],
        );
    }
}
