//! `contract-missing-column`: a contract has a column that the model does not make.

use crate::dbt::{Maybe, closest};
use crate::ide::diagnostics::{Check, Compared, Draft, File, Rule};
use crate::mesh::columns::{is_held, lacks_quotes};
use crate::project::{Column, Node, Role};
use crate::rules::RuleId;
use crate::text::Span;

pub(super) const RULE: Rule = Rule {
    id: RuleId::ContractMissingColumn,
    explanation: EXPLANATION,
    checks: &[Check::File(check)],
};

const EXPLANATION: &str = "\
The contract of a view, a table or an incremental model has a column that its SELECT does not make.
dbt compares both when it runs the model, and stops. The order of the columns does not count; the case of their letters does where
the warehouse keeps it. Nor is there a column of a name that is no word of SQL and has no `quote: true`.

Bad:

```yaml
models:
  - name: orders
    config: {contract: {enforced: true}}
    columns:
      - {name: order_id, data_type: integer}
      - {name: ordered_on, data_type: date}
```

```sql
select 1 as order_id
```

Good:

```sql
select 1 as order_id, current_date as ordered_on
```

See <https://docs.getdbt.com/docs/mesh/govern/model-contracts>.
";

fn check(file: &File<'_>) -> Vec<Draft> {
    let mut found = without_quotes(file);
    let contracts = file.contracts().iter();
    found.extend(contracts.flat_map(|compared| {
        if file.role == Role::Properties {
            described(file, compared)
        } else {
            selected(compared)
        }
    }));
    found.sort_by_key(|draft| draft.span);
    found.dedup_by_key(|draft| draft.span);
    found
}

/// Names that dbt writes into SQL as they are, where they are none there.
fn without_quotes(file: &File<'_>) -> Vec<Draft> {
    let dialect = file.linked.dialect();
    let is_run = |node: &&Node| node.config.enabled == Maybe::Known(true) && is_held(node);
    let models = file.described_models().filter(is_run);
    let columns = models.flat_map(|node| file.linked.project.placed_columns(node));
    let lacking = columns.filter(|it| lacks_quotes(it.column, dialect));
    let drafts = lacking.map(|it| {
        let message = format!(
            "`{}` is no name in SQL without `quote: true` beside it",
            it.column.name()
        );
        Draft::new(it.name, message)
    });
    drafts.collect()
}

fn message(compared: &Compared<'_>, missing: &str) -> String {
    let model = compared.node.versioned_name();
    format!("the contract of `{model}` has `{missing}`, which is not selected")
}

/// In the SQL, at the `select`.
fn selected(compared: &Compared<'_>) -> Vec<Draft> {
    let word = compared.with.select_word.unwrap_or_default();
    let made = |column: &&Column| {
        let extra = compared.with.extra.iter().map(|made| made.name.as_str());
        closest(column.name(), extra).is_none()
    };
    // Of one that has another name by a slip the other name is told.
    let missing: Vec<&str> = (compared.with.missing.iter().filter(made))
        .map(Column::name)
        .collect();
    let message = match missing.as_slice() {
        [] => return Vec::new(),
        [one] => message(compared, one),
        several => {
            let model = compared.node.versioned_name();
            let names = several.join("`, `");
            format!("the contract of `{model}` has `{names}`, which are not selected")
        }
    };
    vec![Draft::new(word, message)]
}

/// In the property file, at the column; at a name that a version excludes in vain.
fn described(file: &File<'_>, compared: &Compared<'_>) -> Vec<Draft> {
    let node = compared.node;
    let project = &file.linked.project;
    let placed = project.placed_columns(node);
    let in_vain = excluded_in_vain(file, node);
    let missing = compared.with.missing.iter().filter_map(|column| {
        let name = column.name();
        let extra = compared.with.extra.iter().map(|made| made.name.as_str());
        let renamed = closest(name, extra);
        let meant = closest(name, in_vain.iter().map(|(excluded, _)| *excluded));
        if let Some((_, span)) = in_vain.iter().find(|(it, _)| Some(*it) == meant) {
            let message = message(compared, name);
            return Some(Draft::new(*span, message).replace(Some(name)));
        }
        let place = placed.iter().find(|it| it.column.name() == name)?;
        let reason = renamed.map_or_else(String::new, |it| format!("; did you mean `{it}`?"));
        let draft = Draft::new(place.name, message(compared, name) + &reason);
        Some(draft.replace(renamed.filter(|_| place.name.len() == name.len())))
    });
    missing.collect()
}

/// The names in `exclude` of a version that its model does not have.
fn excluded_in_vain<'a>(file: &File<'a>, node: &Node) -> Vec<(&'a str, Span)> {
    let find = || {
        let patch = node.patch.as_ref()?;
        let version = patch.version? as usize;
        let entry = file.properties()?.entries.get(patch.entry as usize)?;
        let spans = file.facts?.spans.entries.get(patch.entry as usize)?;
        let excluded = entry.versions.get(version)?.exclude.iter();
        let places = spans.inside_versions.get(version)?.exclude.iter();
        let is_there = |name: &str| entry.columns.iter().any(|it| it.name() == name);
        let pairs = excluded.zip(places).map(|(name, span)| (&**name, *span));
        Some(pairs.filter(|(name, _)| !is_there(name)).collect())
    };
    find().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use crate::fixture::check_diagnostics;

    #[test]
    fn contracts_and_selects_that_differ_are_told_in_the_sql() {
        check_diagnostics(
            "
//- project shop
//- dbt_project.yml
name: shop
profile: shop
//- profiles.yml
shop: {target: dev, outputs: {dev: {type: duckdb}}}
//- models/orders.sql contract:enforced
with a as (select 1 as id, 2 as total)
select id, total as totl, 3 as more, 4 as Paid, 5 as more from a
--<0>^^^^^^ error[contract-missing-column]: the contract of `orders` has `day`, which is not selected
--                  ^^^^ error[contract-extra-column]: the contract of `orders` does not have `totl`; did you mean `total`?
--                             ^^^^ error[contract-extra-column]: the contract of `orders` does not have `more`
--                                        ^^^^ error[contract-extra-column]: the contract of `orders` does not have `Paid`; did you mean `paid`?
--                                                   ^^^^ error[contract-duplicate-column]: `more` is selected twice
//- models/s.yml
models:
  - name: orders
#         ^^^^^^ error[contract-extra-column]: `orders` makes `more`, which its contract does not have
    columns:
      - {name: id, data_type: int}
      - {name: total, data_type: int}
#              ^^^^^ error[contract-missing-column]: the contract of `orders` has `total`, which is not selected; did you mean `totl`?
      - {name: day, data_type: date}
#              ^^^ error[contract-missing-column]: the contract of `orders` has `day`, which is not selected
      - {name: paid, data_type: int}
#              ^^^^ error[contract-missing-column]: the contract of `orders` has `paid`, which is not selected; did you mean `Paid`?
",
        );
    }

    #[test]
    fn a_version_that_excludes_in_vain_is_told_there() {
        check_diagnostics(
            "
//- project shop
//- models/prices_v1.sql
select 1 as id
--<0>^^^^^^ error[contract-missing-column]: the contract of `prices.v1` has `cents`, which is not selected
//- models/prices_v2.sql
select 1 as id, 2 as cents
//- models/s.yml
models:
  - name: prices
    latest_version: 2
    config: {contract: {enforced: true}}
    columns: [{name: id, data_type: int}, {name: cents, data_type: int}]
    versions:
      - v: 1
        columns: [{include: all, exclude: [cent]}]
#                                          ^^^^ error[contract-missing-column]: the contract of `prices.v1` has `cents`, which is not selected
      - v: 2
",
        );
    }

    #[test]
    fn a_name_that_is_no_word_stands_in_quotes() {
        check_diagnostics(
            "
//- project shop
//- dbt_project.yml
name: shop
profile: shop
//- profiles.yml
shop: {target: dev, outputs: {dev: {type: duckdb}}}
//- models/orders.sql contract:enforced
select 1 as \"first name\", 2 as \"Last Name\", 3 as \"a-b\", 4 as größe
//- models/reader.sql
select \"first name\", \"Last Name\", größe from {{ ref('orders') }}
//- models/files.sql materialized:external contract:enforced
select 1 as id, 2 as more
--                   ^^^^ error[contract-extra-column]: the contract of `files` does not have `more`
//- models/s.yml
models:
  - name: orders
    columns:
      - {name: '\"first name\"', data_type: int}
      - {name: Last Name, quote: true, data_type: int}
      - {name: a-b, data_type: int}
#              ^^^ error[contract-missing-column]: `a-b` is no name in SQL without `quote: true` beside it
      - {name: größe, data_type: int}
  - name: files
#         ^^^^^ error[contract-extra-column]: `files` makes `more`, which its contract does not have
    columns: [{name: id, data_type: int}]
//- project lake
//- dbt_project.yml
name: lake
profile: lake
//- profiles.yml
lake: {target: dev, outputs: {dev: {type: bigquery}}}
//- models/orders.sql contract:enforced
select struct(1 as b) as a
//- models/s.yml
models:
  - name: orders
    columns: [{name: a.b, data_type: int64}]
",
        );
    }

    #[test]
    fn contracts_that_are_kept_or_not_to_be_judged_are_silent() {
        check_diagnostics(
            "
//- project shop
//- models/orders.sql contract:enforced
select b.*, 1 as total from {{ ref('base') }} b
//- models/base.sql
select 1 as day, 2 as id
//- models/hidden.sql contract:enforced
select {{ columns() }} from x
//- models/documented.sql
select 1 as a
//- macros/m.sql
{% macro columns() %}a, b{% endmacro %}
//- models/s.yml
models:
  - name: orders
    columns: [{name: id, data_type: int}, {name: total, data_type: int}, {name: day, data_type: date}]
  - {name: hidden, columns: [{name: z, data_type: int}]}
  - {name: documented, columns: [{name: z, data_type: int}]}
",
        );
    }
}
