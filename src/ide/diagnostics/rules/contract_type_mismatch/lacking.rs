//! Types in contracts that DuckDB does not have. dbt lets it cast nulls to each.

use std::cell::LazyCell;
use std::collections::BTreeMap;

use crate::dbt::{Maybe, closest, get};
use crate::ide::diagnostics::{Draft, File};
use crate::mesh::columns::is_held;
use crate::project::{Node, Project, Role};
use crate::syntax::sql::{Dialect, Lack, Lacking, duckdb_types, lacking_in_duckdb};
use crate::text::Span;

pub(super) fn check(file: &File<'_>) -> Vec<Draft> {
    if file.role != Role::Properties || file.linked.dialect() != Dialect::DuckDb {
        return Vec::new();
    }
    let project = &file.linked.project;
    let is_run = |node: &&Node| node.config.enabled == Maybe::Known(true) && !node.is_python();
    let mut found = BTreeMap::new();
    let are_made = LazyCell::new(|| are_types_made(file));
    for node in file
        .described_models()
        .filter(is_run)
        .filter(|it| is_held(it))
    {
        for column in project.placed_columns(node) {
            let Some((written, span)) = column.column.data_type().zip(column.data_type) else {
                continue;
            };
            let told = lacking_in_duckdb(written).and_then(told);
            if let Some((lacking, message, meant)) = told
                && (lacking.why == Lack::NoLength || !(has_statements(project, node) || *are_made))
            {
                let span = place(written, lacking.name, span);
                let is_bare = span.len() == lacking.name.len();
                let draft = Draft::new(span, message).replace(meant.filter(|_| is_bare));
                found.entry(span).or_insert(draft);
            }
        }
    }
    found.into_values().collect()
}

/// What to say, and which type may be meant; nothing of a name that may be a type of one's own.
fn told(lacking: Lacking<'_>) -> Option<(Lacking<'_>, String, Option<&'static str>)> {
    let name = lacking.name;
    let (message, meant) = match lacking.why {
        Lack::NoLength => (
            format!("`{name}` of DuckDB takes nothing in parentheses"),
            None,
        ),
        Lack::NoType { meant } => {
            let meant = meant.or_else(|| closest(name, duckdb_types()))?;
            let message = format!("DuckDB has no type `{name}`; did you mean `{meant}`?");
            (message, Some(meant))
        }
    };
    Some((lacking, message, meant))
}

/// Where the name stands in the type; all of that where YAML writes it otherwise.
fn place(written: &str, name: &str, span: Span) -> Span {
    match written.find(name).filter(|_| span.len() == written.len()) {
        Some(at) => {
            let start = span.start as usize + at;
            Span::new(start, start + name.len())
        }
        None => span,
    }
}

/// Whether statements of its own run before the model, and may make types.
fn has_statements(project: &Project, node: &Node) -> bool {
    let mut keys = ["pre-hook", "sql_header"].into_iter();
    keys.any(|key| project.configured(node, key).is_some())
}

/// Whether something else that runs before a model may make types.
fn are_types_made(file: &File<'_>) -> bool {
    let project = &file.linked.project;
    let is_hooked = |it: &Project| get(&it.definition.keys, "on-run-start").is_some();
    let mut projects = std::iter::once(&**project).chain(project.packages.iter().map(|it| &**it));
    file.may_hide_macros() || projects.any(|it| is_hooked(it) || makes_types(it))
}

/// Whether a macro of the project makes types.
fn makes_types(project: &Project) -> bool {
    let mut texts = project.files.values().filter_map(|it| it.text_of_blocks());
    texts.any(|text| {
        let text = text.to_ascii_lowercase();
        let mut creations = text.split("create ").skip(1);
        creations.any(|it| {
            let behind = it
                .trim_start()
                .trim_start_matches("or replace")
                .trim_start();
            let behind = behind
                .trim_start_matches("temp ")
                .trim_start_matches("temporary ");
            behind.trim_start().starts_with("type")
        })
    })
}

#[cfg(test)]
mod tests {
    use crate::fixture::check_diagnostics;

    const PROJECT: &str = "
//- project shop
//- profiles.yml
shop: {target: dev, outputs: {dev: {type: duckdb}}}
//- models/orders.sql contract:enforced
select * from {{ source('raw', 'orders') }}
//- models/sources.yml
sources: [{name: raw, tables: [{name: orders}]}]
";
    const DEFINITION: &str = "//- dbt_project.yml\nname: shop\nprofile: shop\n";

    #[test]
    fn types_that_duckdb_lacks_stop_the_run() {
        check_diagnostics(&format!(
            "{PROJECT}{DEFINITION}\
//- models/free.sql
select 1 as id
//- models/s.yml
models:
  - name: orders
    columns:
      - {{name: a, data_type: strng}}
#                            ^^^^^ error[contract-type-mismatch]: DuckDB has no type `strng`; did you mean `string`?
      - {{name: b, data_type: \"number(38, 0)\"}}
#                             ^^^^^^ error[contract-type-mismatch]: DuckDB has no type `number`; did you mean `decimal`?
      - name: c
        data_type: struct(id int, notes map(varchar, timestamp_ntz)[])
#                                                    ^^^^^^^^^^^^^ error[contract-type-mismatch]: DuckDB has no type `timestamp_ntz`; did you mean `timestamp`?
      - {{name: d, data_type: int(11)}}
#                            ^^^ error[contract-type-mismatch]: `int` of DuckDB takes nothing in parentheses
      - {{name: e, data_type: mood_of_today}}
      - {{name: f, data_type: \"enum('strng', 'number')\"}}
      - {{name: g, data_type: \"decimal(10, 2)\"}}
      - {{name: h, data_type: 'struct(a integer, b varchar(10))[]'}}
      - {{name: i, data_type: double precision}}
  - name: free
    columns: [{{name: id, data_type: strng}}]
"
        ));
    }

    #[test]
    fn types_of_ones_own_are_fine() {
        let columns = "
//- models/s.yml
models:
  - {name: orders, columns: [{name: a, data_type: number}]}
";
        let by_macro = "//- macros/types.sql
{% macro make() %}CREATE  OR REPLACE TYPE number AS decimal(38, 0){% endmacro %}";
        let by_hook = "//- dbt_project.yml\nname: shop\nprofile: shop\non-run-start: \"create type number as int\"";
        let by_model = "//- dbt_project.yml
name: shop
profile: shop
models: {shop: {+pre-hook: \"create type number as int\"}}";
        for (definition, more) in [
            (DEFINITION, by_macro),
            (by_hook, ""),
            (by_model, ""),
            ("", ""),
        ] {
            let (definition, more) = (definition.trim_end(), more.trim_end());
            let lines: Vec<&str> = [definition, more]
                .into_iter()
                .filter(|it| !it.is_empty())
                .collect();
            check_diagnostics(&format!("{PROJECT}{}{columns}", lines.join("\n")));
        }
    }
}
