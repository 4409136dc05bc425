//! `upcoming-deprecation`: a model reads a model that has a deprecation date to come.

use super::deprecated_ref::{deprecated, draft};
use crate::ide::diagnostics::{Check, Draft, File, RefSite, Rule};
use crate::rules::RuleId;

pub(super) const RULE: Rule = Rule {
    id: RuleId::UpcomingDeprecation,
    explanation: EXPLANATION,
    checks: &[Check::Reference(check)],
};

const EXPLANATION: &str = "\
A model reads a model, or a version of one, that has a `deprecation_date` in the future.

dbt warns when it parses (event I066), also across projects, so that readers can move in time.

Bad, where version 1 has `deprecation_date: 2099-01-01`:

```sql
select * from {{ ref('domain_inventory', 'product_prices', v=1) }}
```

Good:

```sql
select * from {{ ref('domain_inventory', 'product_prices', v=2) }}
```

See <https://docs.getdbt.com/reference/resource-properties/deprecation_date>.
";

fn check(file: &File<'_>, site: &RefSite<'_>) -> Option<Draft> {
    let (target, date) = deprecated(site)?;
    let is_future = crate::dbt::moment(date)? > file.world.now();
    is_future.then(|| {
        let message = format!("`{}` will be deprecated on {date}", target.versioned_name());
        draft(file, site, target, message)
    })
}
