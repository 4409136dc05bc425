//! `protected-ref`: a ref reads a protected model of another project.

use crate::dbt::ResourceType;
use crate::ide::diagnostics::{Check, Draft, File, RefSite, Rule};
use crate::mesh::{Resolution, Target};
use crate::project::RefPlace;
use crate::rules::RuleId;

pub(super) const RULE: Rule = Rule {
    id: RuleId::ProtectedRef,
    explanation: EXPLANATION,
    checks: &[Check::Reference(check)],
};

const EXPLANATION: &str = "\
A ref reads a model of another project that is not public. Models are `protected` unless something
says otherwise; seeds, snapshots and analyses of another project count as protected always, for
dbt-loom injects them and they have no access of their own.

A unit test may not be given a model of another project at all: dbt 1.12 with dbt-loom 0.9.6 takes
even a public one for protected when the test runs.

Projects whose manifest the loom config names keep protected models to themselves, and so do
packages with `restrict-access: true`. dbt stops when it parses.

Bad, for `int_stock_by_month` is protected:

```sql
select * from {{ ref('domain_inventory', 'int_stock_by_month') }}
```

Good:

```sql
select * from {{ ref('domain_inventory', 'stock_products') }}
```

See <https://docs.getdbt.com/docs/mesh/govern/model-access>.
";

fn check(file: &File<'_>, site: &RefSite<'_>) -> Option<Draft> {
    if let (RefPlace::UnitTestInput, Some(Resolution::Found(target @ Target::Published { .. }))) =
        (site.reference.place, &site.resolution)
    {
        let message = format!(
            "dbt refuses `{}` of another project as a unit test's input, public or not",
            target.name()
        );
        return site
            .is_judged()
            .then(|| Draft::new(site.name_span(), message));
    }
    let Some(Resolution::Protected(target)) = &site.resolution else {
        return None;
    };
    if !site.is_judged() || site.reference.place == RefPlace::UnitTestInput {
        return None;
    }
    let (name, package, kind) = (target.name(), target.package(), target.resource_type());
    let message = if kind == ResourceType::Model {
        format!(
            "`{name}` in `{package}` is protected; other projects may read only its public models"
        )
    } else {
        format!(
            "`{name}` in `{package}` is a {kind}; other projects may read only its public models"
        )
    };
    Some(Draft::new(site.name_span(), message).related(file.place_of(target), "the protected one"))
}
