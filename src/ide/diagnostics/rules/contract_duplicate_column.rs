//! `contract-duplicate-column`: a contracted model makes a column twice.

use crate::ide::diagnostics::{Check, Draft, File, Rule};
use crate::project::Role;
use crate::rules::RuleId;

pub(super) const RULE: Rule = Rule {
    id: RuleId::ContractDuplicateColumn,
    explanation: EXPLANATION,
    checks: &[Check::File(check)],
};

const EXPLANATION: &str = "\
The SELECT of a contracted model makes two columns of one name. Warehouses refuse that, or call the
second one differently, and then the contract does not have it.

Bad:

```sql
select orders.order_id, costs.order_id
```

Good:

```sql
select orders.order_id, costs.cost_cents
```
";

fn check(file: &File<'_>) -> Vec<Draft> {
    let contracts = file.contracts().iter().filter(|_| file.role == Role::Model);
    let twice = contracts.flat_map(|compared| &compared.with.twice);
    twice
        .map(|made| Draft::new(made.span, format!("`{}` is selected twice", made.name)))
        .collect()
}
