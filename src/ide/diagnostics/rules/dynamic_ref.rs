//! `dynamic-ref`: a ref has an argument that only dbt can work out.

use crate::ide::diagnostics::{Check, Draft, File, RefSite, Rule};
use crate::project::RefArguments;
use crate::rules::{RuleId, Severity};

pub(super) const RULE: Rule = Rule {
    id: RuleId::DynamicRef,
    explanation: EXPLANATION,
    checks: &[Check::Reference(check)],
};

const EXPLANATION: &str = "\
A ref takes its name from a variable, a loop or a macro, so that nobody but dbt can tell what it
reads: it is not checked, and not found when somebody looks for readers. Off unless asked for.

Hard to see:

```sql
select * from {{ ref(var('orders_model')) }}
```

Plain:

```sql
select * from {{ ref('orders') }}
```
";

fn check(_: &File<'_>, site: &RefSite<'_>) -> Option<Draft> {
    let is_dynamic = site.reference.arguments == RefArguments::Dynamic;
    is_dynamic.then(|| {
        let message = "only dbt can tell what this reads, so that it is not checked";
        Draft::new(site.spans.call, message).at_most(Severity::Warning)
    })
}
