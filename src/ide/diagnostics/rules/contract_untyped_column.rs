//! `contract-untyped-column`: a column of a contract has no data type.

mod fix;

use std::collections::BTreeMap;

use crate::dbt::Maybe;
use crate::ide::diagnostics::{Check, Draft, File, Rule};
use crate::mesh::columns::CHECKED;
use crate::rules::RuleId;
use crate::text::Span;

pub(super) const RULE: Rule = Rule {
    id: RuleId::ContractUntypedColumn,
    explanation: EXPLANATION,
    checks: &[Check::File(check)],
};

const EXPLANATION: &str = "\
A contract gives each column of a model a name and a type. One without `data_type` passes `dbt
parse`, and fails when the model is built.

Bad:

```yaml
models:
  - name: orders
    config: {contract: {enforced: true}}
    columns:
      - name: order_id
```

Good:

```yaml
models:
  - name: orders
    config: {contract: {enforced: true}}
    columns:
      - name: order_id
        data_type: integer
```

See <https://docs.getdbt.com/reference/resource-configs/contract>.
";

fn check(file: &File<'_>) -> Vec<Draft> {
    let built = file.described_models().filter(|node| {
        let is_checked = node.materialized().is_some_and(|it| CHECKED.contains(&it));
        node.has_contract()
            && node.config.enabled == Maybe::Known(true)
            && is_checked
            && !node.is_python()
    });
    let mut found = BTreeMap::new();
    for node in built {
        for column in file.linked.project.placed_columns(node) {
            let data_type = column.column.data_type();
            if data_type.is_some_and(|it| !it.trim().is_empty()) {
                continue;
            }
            found.entry(column.name).or_insert_with(|| {
                let (model, name) = (node.versioned_name(), column.column.name());
                let message = format!("the contract of `{model}` needs a `data_type` for `{name}`");
                let draft = Draft::new(column.name, message);
                let meant = fix::data_type(file, name);
                match meant.zip(fix::insertion(file, column.name)) {
                    Some((kind, place)) if data_type.is_none() => draft.fix(
                        format!("Add `data_type: {kind}`"),
                        Span::empty(place.at),
                        format!("{}data_type: {kind}", place.before),
                    ),
                    Some(_) | None => draft,
                }
            });
        }
    }
    found.into_values().collect()
}

#[cfg(test)]
mod tests {
    use crate::fixture::check_diagnostics;

    #[test]
    fn every_column_of_a_contract_has_a_type() {
        check_diagnostics(
            "
//- project shop
//- models/orders.sql
select 1 as order_id, 'x' as note, 2 as total
//- models/_models.yml
models:
  - name: orders
    config: {contract: {enforced: true}}
    columns:
      - name: order_id
        data_type: integer
      - name: note
#             ^^^^ error[contract-untyped-column]: the contract of `orders` needs a `data_type` for `note`
      - name: total
#             ^^^^^ error[contract-untyped-column]: the contract of `orders` needs a `data_type` for `total`
        data_type: ''
",
        );
    }

    #[test]
    fn a_version_has_the_columns_that_it_takes() {
        check_diagnostics(
            "
//- project shop
//- models/orders_v1.sql
select 1
//- models/orders_v2.sql
select 1
//- models/_models.yml
models:
  - name: orders
    latest_version: 1
    config: {contract: {enforced: true}}
    columns:
      - {name: order_id, data_type: integer}
      - {name: note}
#              ^^^^ error[contract-untyped-column]: the contract of `orders.v1` needs a `data_type` for `note`
      - {name: left_out_of_all}
    versions:
      - v: 1
        columns: [{include: all, exclude: [left_out_of_all]}]
      - v: 2
        columns:
          - {include: [order_id]}
          - {name: note, data_type: varchar}
          - {name: paid}
#                  ^^^^ error[contract-untyped-column]: the contract of `orders.v2` needs a `data_type` for `paid`
",
        );
    }

    #[test]
    fn nothing_is_said_where_dbt_checks_no_contract() {
        check_diagnostics(
            "
//- project shop
//- models/plain.sql
select 1
//- models/absent.sql
select 1
//- models/maybe.sql
{{ config(contract={'enforced': var('strict', true)}) }}
//- models/own.sql materialized:bespoke
select 1
//- models/broken.sql
select 1
//- models/_models.yml
models:
  - name: plain
    columns: [{name: id}]
  - name: absent
    config: {enabled: false, contract: {enforced: true}}
    columns: [{name: id}]
  - name: maybe
    columns: [{name: id}]
  - name: own
    config: {contract: {enforced: true}}
    columns: [{name: id}]
//- models/_broken.yml
models:
  - name: broken
    config: {contract: {enforced: true}}
    columns:
      - {name: id
#       ^ error[yaml-syntax]: the closing bracket is missing
      data_type: int
",
        );
    }
}
