//! `contract-extra-column`: a model makes a column that its contract does not have.

use crate::dbt::closest;
use crate::ide::diagnostics::{Check, Compared, Draft, File, Rule};
use crate::project::{Column, Role};
use crate::rules::RuleId;

pub(super) const RULE: Rule = Rule {
    id: RuleId::ContractExtraColumn,
    explanation: EXPLANATION,
    checks: &[Check::File(check)],
};

const EXPLANATION: &str = "\
The SELECT of a view, a table or an incremental model makes a column that the model's contract does
not have. dbt compares both when it runs the model, and stops.

Bad:

```yaml
models:
  - name: orders
    config: {contract: {enforced: true}}
    columns:
      - {name: order_id, data_type: integer}
```

```sql
select 1 as order_id, current_date as ordered_on
```

Good: add `ordered_on` to the columns, or leave it out of the SELECT.

See <https://docs.getdbt.com/docs/mesh/govern/model-contracts>.
";

fn check(file: &File<'_>) -> Vec<Draft> {
    let contracts = file.contracts().iter();
    let found = contracts.flat_map(|compared| {
        if file.role == Role::Properties {
            described(file, compared).into_iter().collect()
        } else {
            selected(compared)
        }
    });
    found.collect()
}

/// In the SQL, at the column.
fn selected(compared: &Compared<'_>) -> Vec<Draft> {
    let model = compared.node.versioned_name();
    let extra = compared.with.extra.iter().map(|made| {
        let missing = compared.with.missing.iter().map(Column::name);
        let meant = closest(&made.name, missing);
        let reason = meant.map_or_else(String::new, |meant| format!("; did you mean `{meant}`?"));
        let made_name = &made.name;
        let message = format!("the contract of `{model}` does not have `{made_name}`{reason}");
        let is_bare = made.span.len() == made_name.len();
        Draft::new(made.span, message).replace(meant.filter(|_| is_bare))
    });
    extra.collect()
}

/// In the property file, at the model: those that no column of the contract is near to.
fn described(file: &File<'_>, compared: &Compared<'_>) -> Option<Draft> {
    let patch = compared.node.patch.as_ref()?;
    let spans = file.facts?.spans.entries.get(patch.entry as usize)?;
    let version = patch
        .version
        .and_then(|version| spans.versions.get(version as usize));
    let missing = || compared.with.missing.iter().map(Column::name);
    let extra = compared.with.extra.iter().map(|made| made.name.as_str());
    let names: Vec<&str> = extra
        .filter(|it| closest(it, missing()).is_none())
        .collect();
    let model = compared.node.versioned_name();
    (!names.is_empty()).then(|| {
        let names = names.join("`, `");
        let message = format!("`{model}` makes `{names}`, which its contract does not have");
        Draft::new(version.copied().unwrap_or(spans.name), message)
    })
}
