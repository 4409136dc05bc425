//! `model-cycle`: models read each other in a circle.

use crate::ide::diagnostics::{Check, Draft, File, Rule};
use crate::rules::RuleId;

pub(super) const RULE: Rule = Rule {
    id: RuleId::ModelCycle,
    explanation: EXPLANATION,
    checks: &[Check::File(check)],
};

const EXPLANATION: &str = "\
A ref is part of a circle: what it reads reads, in the end, the reader. A model that reads itself
is the smallest circle; with dbt-loom one may lead through other projects, for the manifests say
what their models read. Two projects may read each other, as long as no models do.

dbt notices when it compiles; `dbt parse` passes.

Bad:

```sql
-- models/orders.sql
select * from {{ ref('order_lines') }}
-- models/order_lines.sql
select * from {{ ref('orders') }}
```

Good: let one of them read what the other is made from.
";

fn check(file: &File<'_>) -> Vec<Draft> {
    let Some(facts) = file.facts else {
        return Vec::new();
    };
    let cycles = file
        .linked
        .cycles(file.mesh())
        .iter()
        .filter(|cycle| *cycle.file == *file.path);
    cycles
        .filter_map(|cycle| {
            let spans = facts.spans.references.get(cycle.reference)?;
            let names: Vec<&str> = cycle.path.iter().map(|id| short(id)).collect();
            let message = match names.as_slice() {
                [own] => format!("`{own}` reads itself"),
                [first, ..] => format!("a circle: {} reads {first}", names.join(" reads ")),
                [] => return None,
            };
            Some(Draft::new(spans.call, message))
        })
        .collect()
}

/// `project.model` of `model.project.model`.
fn short(unique_id: &str) -> &str {
    unique_id
        .split_once('.')
        .map_or(unique_id, |(_, rest)| rest)
}
