//! `unknown-version`: a ref names a version that the model does not have.

use crate::dbt::{Version, closest};
use crate::ide::diagnostics::{Check, Draft, File, RefSite, Rule};
use crate::mesh::{MissingVersion, Resolution, Target};
use crate::rules::RuleId;

pub(super) const RULE: Rule = Rule {
    id: RuleId::UnknownVersion,
    explanation: EXPLANATION,
    checks: &[Check::Reference(check)],
};

const EXPLANATION: &str = "\
The model of a ref is there; the version that it asks for is not.

dbt compares versions as texts: `v=2` and `v='2'` are the same, `v=2.0` and `v='v2'` are others.
`v=0` asks for no version at all. A model without versions has none to ask for. dbt stops when it
parses, and says only that the model was not found.

Bad, for there are the versions 1, 2 and 3:

```sql
select * from {{ ref('domain_inventory', 'product_prices', v=4) }}
```

Good:

```sql
select * from {{ ref('domain_inventory', 'product_prices', v=3) }}
```

See <https://docs.getdbt.com/docs/mesh/govern/model-versions>.
";

fn check(file: &File<'_>, site: &RefSite<'_>) -> Option<Draft> {
    let Some(Resolution::NoVersion(missing)) = &site.resolution else {
        return None;
    };
    if !site.is_judged() {
        return None;
    }
    let (_, name, version) = site.names()?;
    let span = site.spans.version.unwrap_or(site.name_span());
    let first = missing.versions.first()?;
    let place = file.place_of(first);
    if missing.is_unversioned {
        let message = format!("`{name}` in `{}` has no versions", first.package());
        return Some(site.missing(span, message).related(place, "the model"));
    }
    let message = message(name, version?, missing);
    let known: Vec<&str> = missing
        .versions
        .iter()
        .filter_map(Target::version)
        .collect();
    let meant = closest(version?.as_str(), known.iter().copied()).or(first.latest_version());
    let replacement = meant.map(|meant| match meant.parse::<f64>() {
        Ok(_) => format!("v={meant}"),
        Err(_) => format!("v='{meant}'"),
    });
    Some(
        site.missing(span, message)
            .replace(replacement.as_deref())
            .related(place, "its versions"),
    )
}

fn message(name: &str, version: &Version, missing: &MissingVersion<'_>) -> String {
    let known: Vec<String> = missing
        .versions
        .iter()
        .filter_map(|target| {
            let version = target.version()?;
            let is_latest = target.latest_version() == Some(version);
            Some(if is_latest {
                format!("{version} (latest)")
            } else {
                version.to_owned()
            })
        })
        .collect();
    let package = missing.versions.first().map_or("", Target::package);
    format!(
        "`{name}` in `{package}` has no version `{version}`; it has {}",
        known.join(", ")
    )
}
