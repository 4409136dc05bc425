//! `deprecated-ref`: a model reads a model past its deprecation date.

use crate::dbt::ResourceType;
use crate::ide::diagnostics::{Check, Draft, File, RefSite, Rule};
use crate::mesh::{Resolution, Target};
use crate::rules::RuleId;

pub(super) const RULE: Rule = Rule {
    id: RuleId::DeprecatedRef,
    explanation: EXPLANATION,
    checks: &[Check::Reference(check)],
};

const EXPLANATION: &str = "\
A model reads a model, or a version of one, whose `deprecation_date` has passed.

dbt warns when it parses (event I067), also across projects. Other readers, such as tests and
exposures, it leaves alone. A date without a time counts from its first moment in the local zone.

Bad, for version 1 had its day:

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
    let is_past = crate::dbt::moment(date)? <= file.world.now();
    is_past.then(|| {
        let message = format!("`{}` was deprecated on {date}", target.versioned_name());
        draft(file, site, target, message)
    })
}

/// The deprecated model that a model reads, and its date.
pub(super) fn deprecated<'a>(site: &'a RefSite<'_>) -> Option<(&'a Target<'a>, &'a str)> {
    let Some(Resolution::Found(target)) = &site.resolution else {
        return None;
    };
    let is_model = site
        .reader
        .node
        .is_some_and(|(_, node)| node.resource_type == ResourceType::Model);
    let is_read = target.resource_type() == ResourceType::Model;
    // A data test in the model's entry is a reader of its own.
    if !is_model || !is_read || site.is_of_test() || !site.is_judged() {
        return None;
    }
    Some((target, target.deprecation_date()?))
}

/// The finding, with the latest version to change to where it is another.
pub(super) fn draft(
    file: &File<'_>,
    site: &RefSite<'_>,
    target: &Target<'_>,
    message: String,
) -> Draft {
    let span = site.spans.version.unwrap_or(site.name_span());
    let latest = target
        .latest_version()
        .filter(|latest| Some(*latest) != target.version());
    let message = match latest {
        Some(latest) => format!("{message}; version {latest} is the latest"),
        None => message,
    };
    let draft = Draft::new(span, message)
        .deprecated()
        .related(file.place_of(target), "the model");
    match (latest, site.spans.version) {
        (Some(latest), Some(version)) => {
            let quote = if latest.parse::<f64>().is_ok() {
                ""
            } else {
                "'"
            };
            draft.replace_at(version, Some(&format!("v={quote}{latest}{quote}")))
        }
        (_, _) => draft,
    }
}
