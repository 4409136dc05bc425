//! `unreached-ref`: a ref or source that dbt does not see.

use crate::ide::diagnostics::{Check, Draft, File, RefSite, Rule};
use crate::project::{Meaning, RefPlace};
use crate::rules::{RuleId, Severity};
use crate::syntax::jinja::Reach;

pub(super) const RULE: Rule = Rule {
    id: RuleId::UnreachedRef,
    explanation: EXPLANATION,
    checks: &[Check::Reference(check)],
};

const EXPLANATION: &str = "\
A ref or source stands where dbt does not come to while it parses: under a condition that does not hold with
this target and these variables, or under `execute` or `is_incremental()`, which hold only when dbt
runs. It is no dependency, and nothing of it is checked. Shown faded.

A ref that dbt meets only when it runs, and that nothing else in the file names, stops the run.
Where it is meant, say it where dbt always comes:

```sql
-- depends_on: {{ ref('orders') }}
{% if execute %}
select * from {{ ref('orders') }}
{% endif %}
```

See <https://docs.getdbt.com/reference/dbt-jinja-functions/ref#forcing-dependencies>.
";

fn check(file: &File<'_>, site: &RefSite<'_>) -> Option<Draft> {
    let reference = site.reference;
    let function = reference.function.as_str();
    let why = match reference.reach {
        Reach::Always | Reach::Unknown => return None,
        Reach::AtExecute => {
            format!("dbt sees this {function} only when it runs: it is no dependency")
        }
        Reach::Never => format!("dbt does not come to this {function}"),
    };
    let is_named = site.names().is_some() || site.source_names().is_some();
    if reference.place != RefPlace::Sql || !is_named || is_seen(file, site) {
        return None;
    }
    let draft = Draft::new(site.spans.call, why).at_most(Severity::Hint);
    Some(draft.unnecessary())
}

/// Whether dbt sees the same ref at another place of the file.
fn is_seen(file: &File<'_>, site: &RefSite<'_>) -> bool {
    let Some(Meaning::Code(code)) = file.facts.map(|facts| &*facts.meaning) else {
        return false;
    };
    let mut references = code.references.iter();
    references
        .any(|other| other.reach == Reach::Always && other.arguments == site.reference.arguments)
}

#[cfg(test)]
mod tests {
    use crate::fixture::check_diagnostics;

    #[test]
    fn refs_that_dbt_sees_are_not_faded() {
        check_diagnostics(
            "
//- project shop
//- models/orders.sql
select 1
//- models/lines.sql
-- depends_on: {{ ref('orders') }}
{% if execute %}{{ ref('orders') }}{% endif %}
{% if var('on') %}{{ ref('orders') }}{% endif %}
{% if dbt_version > '2' %}{{ ref('orders') }}{% endif %}
//- dbt_project.yml
name: shop
vars: {on: true}
",
        );
    }

    #[test]
    fn refs_in_the_dark_are_faded_and_not_judged() {
        check_diagnostics(
            "
//- project shop
//- models/orders.sql
select 1
//- models/lines.sql
{% if false %}{{ ref('gone') }}{% endif %}
--               ^^^^^^^^^^^ hint[unreached-ref]: dbt does not come to this ref
{% if var('on', false) %}{{ ref('gone') }}{% endif %}
--                          ^^^^^^^^^^^ hint[unreached-ref]: dbt does not come to this ref
{% if is_incremental() %}{{ ref('orders') }}{% endif %}
--                          ^^^^^^^^^^^^^ hint[unreached-ref]: dbt sees this ref only when it runs: it is no dependency
",
        );
    }
}
