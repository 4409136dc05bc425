//! `contract-materialization`: a model is of a kind that cannot hold a contract.

use std::collections::BTreeMap;

use crate::dbt::{Maybe, Value};
use crate::ide::diagnostics::{Check, Draft, File, Rule};
use crate::project::{Node, Setter};
use crate::rules::{RuleId, Severity};
use crate::text::Span;

use super::invalid_access::span_of;

pub(super) const RULE: Rule = Rule {
    id: RuleId::ContractMaterialization,
    explanation: EXPLANATION,
    checks: &[Check::File(check)],
};

const EXPLANATION: &str = "\
dbt holds SQL models to their contracts that are a `table`, a `view` or `incremental`, on DuckDB `external`, too.

- An incremental model needs `on_schema_change: append_new_columns` or `fail` with it: with the
  others, and with the default `ignore`, the table could drift from the contract. dbt stops when it
  parses, also for models that are switched off.
- A model in Python cannot have one; dbt stops when it parses the model's entry.
- Of an ephemeral model dbt says nothing, and checks nothing: a hint. The same goes for a
  `materialized_view` on Postgres, Redshift, BigQuery and Snowflake.

Bad:

```sql
{{ config(materialized='incremental', contract={'enforced': true}) }}
```

Good:

```sql
{{ config(
    materialized='incremental', on_schema_change='append_new_columns', contract={'enforced': true}
) }}
```

See <https://docs.getdbt.com/reference/resource-configs/contract>.
";

fn check(file: &File<'_>) -> Vec<Draft> {
    let mut found = BTreeMap::new();
    for node in file.models().filter(|node| node.has_contract()) {
        let draft = python(file, node)
            .or_else(|| incremental(file, node))
            .or_else(|| unchecked(file, node));
        if let Some(draft) = draft {
            found.entry(draft.span).or_insert(draft);
        }
    }
    found.into_values().collect()
}

fn python(file: &File<'_>, node: &Node) -> Option<Draft> {
    if !node.is_python() || node.patch.is_none() {
        return None;
    }
    let (_, setter) = file.linked.project.configured(node, "contract")?;
    let message = format!(
        "`{}` is written in Python, and dbt takes contracts of SQL models only",
        node.versioned_name()
    );
    Some(Draft::new(span_of(file, node, setter)?, message))
}

fn incremental(file: &File<'_>, node: &Node) -> Option<Draft> {
    const GOOD: [&str; 2] = ["append_new_columns", "fail"];
    if node.materialized() != Some("incremental") {
        return None;
    }
    let project = &file.linked.project;
    let wanted = "a contract of an incremental model needs `on_schema_change` to be \
                  `append_new_columns` or `fail`";
    let (setter, is_set, message) = match project.configured(node, "on_schema_change") {
        None => {
            let (_, setter) = project.configured(node, "materialized")?;
            (
                setter,
                false,
                format!("{wanted}, and it is `ignore` by default"),
            )
        }
        Some((Maybe::Unknown, _)) => return None,
        Some((Maybe::Known(value), _)) if value.as_text().is_some_and(|it| GOOD.contains(&it)) => {
            return None;
        }
        Some((Maybe::Known(value), setter)) => {
            (setter, true, format!("{wanted}, not {}", shown(&value)))
        }
    };
    let draft = Draft::new(span_of(file, node, setter)?, message);
    Some(with_schema_change(draft, setter, is_set))
}

/// With the setting that is wanted, where the file shows how it is written.
fn with_schema_change(draft: Draft, setter: Setter, is_set: bool) -> Draft {
    const WANTED: &str = "append_new_columns";
    let span = draft.span;
    match (setter, is_set) {
        (Setter::Call(..), true) => draft.replace(Some(&format!("on_schema_change='{WANTED}'"))),
        (Setter::Call(..), false) => draft.fix(
            format!("Add `on_schema_change='{WANTED}'`"),
            Span::empty(span.end as usize),
            format!(", on_schema_change='{WANTED}'"),
        ),
        (Setter::Entry(_), true) => draft.replace(Some(WANTED)),
        (Setter::Entry(_), false) | (Setter::Version | Setter::Definition, _) => draft,
    }
}

fn shown(value: &Value) -> String {
    let text = value.python_text();
    text.map_or_else(|| "this".into(), |text| format!("`{text}`"))
}

/// Kinds of models whose contract dbt does not look at.
fn unchecked(file: &File<'_>, node: &Node) -> Option<Draft> {
    let kind = node.materialized()?;
    let is_unchecked = match kind {
        "ephemeral" => true,
        "materialized_view" | "dynamic_table" => {
            let adapter = file.world.adapter_of(file.linked)?;
            ["postgres", "redshift", "bigquery", "snowflake"].contains(&&*adapter)
        }
        _ => false,
    };
    if !is_unchecked || node.config.enabled != Maybe::Known(true) {
        return None;
    }
    let message = format!("dbt does not check the contract of a model that is `{kind}`");
    let (_, setter) = file.linked.project.configured(node, "materialized")?;
    Some(Draft::new(span_of(file, node, setter)?, message).at_most(Severity::Hint))
}

#[cfg(test)]
mod tests {
    use crate::fixture::check_diagnostics;

    #[test]
    fn an_incremental_model_must_not_let_its_table_drift() {
        check_diagnostics(
            "
//- project shop
//- models/by_default.sql
{{ config(materialized='incremental') }}
--        ^^^^^^^^^^^^^^^^^^^^^^^^^^ error[contract-materialization]: a contract of an incremental model needs `on_schema_change` to be `append_new_columns` or `fail`, and it is `ignore` by default
select 1 as id
//- models/synced.sql
select 1 as id
//- models/fine.sql
{{ config(materialized='incremental', on_schema_change='fail') }}
select 1 as id
//- models/free.sql
{{ config(materialized='incremental') }}
select 1 as id
//- models/_models.yml
models:
  - name: by_default
    config: {contract: {enforced: true}}
    columns: [{name: id, data_type: integer}]
  - name: synced
    config:
      materialized: incremental
      on_schema_change: sync_all_columns
#                       ^^^^^^^^^^^^^^^^ error[contract-materialization]: a contract of an incremental model needs `on_schema_change` to be `append_new_columns` or `fail`, not `sync_all_columns`
      contract: {enforced: true}
    columns: [{name: id, data_type: integer}]
  - name: fine
    config: {contract: {enforced: true}}
    columns: [{name: id, data_type: integer}]
",
        );
    }

    #[test]
    fn python_cannot_have_one_and_an_ephemeral_one_is_not_checked() {
        check_diagnostics(
            "
//- project shop
//- models/scored.py
def model(dbt, session):
    return session.sql('select 1 as id')
//- models/inner.sql materialized:ephemeral
--        ^^^^^^^^^^^^^^^^^^^^^^^^ hint[contract-materialization]: dbt does not check the contract of a model that is `ephemeral`
select 1 as id
//- models/own.sql materialized:bespoke
select 1 as id
//- models/_models.yml
models:
  - name: scored
    config: {contract: {enforced: true}}
#                      ^^^^^^^^^^^^^^^^ error[contract-materialization]: `scored` is written in Python, and dbt takes contracts of SQL models only
    columns: [{name: id, data_type: integer}]
  - name: inner
    config: {contract: {enforced: true}}
    columns: [{name: id, data_type: integer}]
  - name: own
    config: {contract: {enforced: true}}
    columns: [{name: id, data_type: integer}]
",
        );
    }
}
