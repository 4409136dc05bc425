//! `disabled-ref`: a ref or source names something that is switched off.

use crate::ide::diagnostics::{Check, Draft, File, RefSite, Rule};
use crate::ide::places::declared_at;
use crate::mesh::{Resolution, SourceResolution};
use crate::rules::RuleId;

pub(super) const RULE: Rule = Rule {
    id: RuleId::DisabledRef,
    explanation: EXPLANATION,
    checks: &[Check::Reference(check), Check::Reference(check_source)],
};

const EXPLANATION: &str = "\
A ref names a model whose `enabled` is `false`, in this project or in the one that publishes it; or
a `source` names a table that is switched off.

dbt stops when it parses; of a switched-off model of another project it says that it was not found.
A data test that reads one is left out without a word, and so is it here.

Bad:

```sql
-- models/legacy_catalog.sql starts with {{ config(enabled=false) }}
select * from {{ ref('legacy_catalog') }}
```

Good: read another model, or switch this one on.

See <https://docs.getdbt.com/reference/resource-configs/enabled>.
";

fn check(file: &File<'_>, site: &RefSite<'_>) -> Option<Draft> {
    let (package, name, _) = site.names()?;
    if !site.is_judged() {
        return None;
    }
    // Another project may have one that is switched on.
    let is_certain = package.is_some() || file.linked.has_all_of(None);
    match &site.resolution {
        Some(Resolution::Disabled(target)) if !site.is_of_test() && is_certain => {
            let message = format!(
                "`{}` is switched off in `{}`",
                target.versioned_name(),
                target.package()
            );
            let draft = site.missing(site.name_span(), message);
            Some(draft.related(file.place_of(target), "the model"))
        }
        Some(Resolution::DisabledUpstream { package }) => {
            let message = format!(
                "`{name}` is switched off in `{package}`, so that its manifest does not offer it"
            );
            Some(site.missing(site.name_span(), message))
        }
        _ => None,
    }
}

fn check_source(_: &File<'_>, site: &RefSite<'_>) -> Option<Draft> {
    let Some(SourceResolution::Disabled(target)) = &site.source else {
        return None;
    };
    if !site.is_judged() || site.is_of_test() {
        return None;
    }
    let (source, table) = site.source_names()?;
    let package = target.project.name();
    let message = format!("table `{table}` of source `{source}` is switched off in `{package}`");
    let draft = site.missing(site.name_span(), message);
    Some(draft.related(declared_at(target), "the table"))
}
