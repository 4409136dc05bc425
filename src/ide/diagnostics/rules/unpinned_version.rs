//! `unpinned-version`: a ref without a version will move when a newer version becomes the latest.

use crate::dbt::Version;
use crate::ide::diagnostics::{Check, Draft, File, RefSite, Rule};
use crate::mesh::Resolution;
use crate::rules::RuleId;
use crate::text::Span;

pub(super) const RULE: Rule = Rule {
    id: RuleId::UnpinnedVersion,
    explanation: EXPLANATION,
    checks: &[Check::Reference(check)],
};

const EXPLANATION: &str = "\
A ref asks for no version of a versioned model, and a version newer than the latest is out: a
prerelease. When its makers declare it the latest, the ref will read that one, with other columns
perhaps.

dbt says so when it compiles, as information (event I064).

Worth a thought, for version 3 is a prerelease:

```sql
select * from {{ ref('domain_inventory', 'product_prices') }}
```

Pinned:

```sql
select * from {{ ref('domain_inventory', 'product_prices', v=2) }}
```

See <https://docs.getdbt.com/docs/mesh/govern/model-versions>.
";

fn check(file: &File<'_>, site: &RefSite<'_>) -> Option<Draft> {
    let Some(Resolution::Found(target)) = &site.resolution else {
        return None;
    };
    let (_, name, asked) = site.names()?;
    let latest = Version::new(
        target
            .version()
            .filter(|_| asked.is_none() && site.is_judged())?,
    );
    let versions = file.linked.versions(target.package(), name);
    let newest = crate::dbt::latest_of(&versions)?;
    if newest.compare(&latest).is_le() {
        return None;
    }
    let message = format!(
        "reads version {latest} of `{name}`, and will read {newest} once that becomes the latest"
    );
    let quote = if latest.as_str().parse::<f64>().is_ok() {
        ""
    } else {
        "'"
    };
    let draft = Draft::new(site.name_span(), message);
    let close = (site.spans.call.end as usize).checked_sub(1)?;
    Some(draft.fix(
        format!("Pin to version {latest}"),
        Span::empty(close),
        format!(", v={quote}{latest}{quote}"),
    ))
}
