//! `private-ref`: a ref reads a private model from outside its group.

use crate::ide::diagnostics::{Check, Draft, File, RefSite, Rule};
use crate::mesh::Resolution;
use crate::project::RefPlace;
use crate::rules::RuleId;

pub(super) const RULE: Rule = Rule {
    id: RuleId::PrivateRef,
    explanation: EXPLANATION,
    checks: &[Check::Reference(check)],
};

const EXPLANATION: &str = "\
A ref reads a model whose `access` is `private`, and the reader is not of its group.

dbt compares the names of the two groups; what has no group, an exposure for one, may read no
private model at all. In a project with a loom config dbt-loom's own check counts instead: readers
without a group may read private models of their own project, and those of a project whose manifest
the loom config names are closed to everybody else. dbt stops when it parses.

Bad, for `stg_products` is private to the group `catalog` of another project:

```sql
select * from {{ ref('domain_inventory', 'stg_products') }}
```

Good:

```sql
select * from {{ ref('domain_inventory', 'product_catalog') }}
```

See <https://docs.getdbt.com/docs/mesh/govern/model-access>.
";

fn check(file: &File<'_>, site: &RefSite<'_>) -> Option<Draft> {
    let Some(Resolution::Private(target)) = &site.resolution else {
        return None;
    };
    if !site.is_judged() || site.reference.place == RefPlace::UnitTestInput {
        return None;
    }
    let name = target.name();
    let group = target.group();
    let message = match group.known().copied().flatten() {
        Some(group) => {
            format!(
                "`{name}` in `{}` is private to its group `{group}`",
                target.package()
            )
        }
        None => format!(
            "`{name}` in `{}` is private, and to no group",
            target.package()
        ),
    };
    Some(Draft::new(site.name_span(), message).related(file.place_of(target), "the private model"))
}
