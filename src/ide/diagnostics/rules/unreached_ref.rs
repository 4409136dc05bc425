//! `unreached-ref`: a ref or source that dbt does not see.

use crate::dbt::Maybe;
use crate::ide::diagnostics::{Check, Draft, File, RefSite, Rule};
use crate::project::{Meaning, Owner, RefArguments, RefPlace, Reference};
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

A ref under `execute` that nothing else in the file names is an error: dbt meets it when it compiles,
for the first time, and stops. Where it is meant, say it where dbt always comes:

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
        Reach::AtCompile | Reach::AtExecute => {
            format!("dbt sees this {function} only when it runs: it is no dependency")
        }
        Reach::Never => format!("dbt does not come to this {function}"),
    };
    let is_named = site.names().is_some() || site.source_names().is_some();
    if reference.place != RefPlace::Sql || !is_named || is_seen(file, site) {
        return None;
    }
    if reference.reach == Reach::AtCompile && is_new(file, site) == Some(true) {
        let message = "dbt meets this ref only when it compiles, and stops: say it before, too, as in `-- depends_on: {{ ref(…) }}`";
        return Some(Draft::new(site.spans.call, message));
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

/// Whether what a ref names is new to dbt when it compiles: nothing may have named it before.
fn is_new(file: &File<'_>, site: &RefSite<'_>) -> Option<bool> {
    let (_, name, _) = site.names()?;
    let (_, node) = site.reader.node?;
    let project = &file.linked.project;
    let facts = file.facts.filter(|it| it.is_understood() == Some(true))?;
    if node.config.enabled != Maybe::Known(true) || project.may_have_hooks(node) {
        return None;
    }
    let may_name = |other: &Reference| {
        let is_met = matches!(other.reach, Reach::Always | Reach::Unknown);
        let is_it = match &other.arguments {
            RefArguments::Names { name: other, .. } => **other == *name,
            RefArguments::Dynamic | RefArguments::Invalid(_) => true,
            RefArguments::Source { .. } | RefArguments::Declared { .. } => false,
        };
        is_met && is_it
    };
    let own = facts.references();
    // The constraints of its entry count, too.
    let patch = node.patch.as_ref();
    let described = patch.and_then(|patch| Some((patch.entry, project.file(&patch.file)?)));
    let is_of_entry =
        |it: &Reference, entry| it.owner == Owner::Entry(entry) && it.place == RefPlace::ForeignKey;
    let mut described = described.iter().flat_map(|(entry, facts)| {
        let references = facts.references().iter();
        references.filter(|it| is_of_entry(it, *entry))
    });
    Some(!own.iter().any(may_name) && !described.any(may_name))
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

    #[test]
    fn a_ref_that_dbt_meets_first_when_it_compiles_stops_it() {
        check_diagnostics(
            "
//- project shop
//- models/orders.sql
select 1
//- models/lines.sql
{% if execute %}{{ ref('orders') }}{% endif %}
--                 ^^^^^^^^^^^^^ error[unreached-ref]: dbt meets this ref only when it compiles, and stops: say it before, too, as in `-- depends_on: {{ ref(…) }}`
//- models/sums.sql
{% if not execute %}select 1{% else %}{% set rows = run_query('select * from ' ~ ref('shop', 'orders')) %}{% endif %}
--                                                                               ^^^^^^^^^^^^^^^^^^^^^ error[unreached-ref]: dbt meets this ref only when it compiles, and stops: say it before, too, as in `-- depends_on: {{ ref(…) }}`
//- models/raw.sql
{% if execute %}{{ source('raw', 'lines') }}{% endif %}
--                 ^^^^^^^^^^^^^^^^^^^^^^ hint[unreached-ref]: dbt sees this source only when it runs: it is no dependency
--                         ^^^ error[unknown-source]: no source `raw`
//- models/rows.sql
select {{ rounded(1) }} {{ ref('orders').identifier if execute }}
--                         ^^^^^^^^^^^^^ error[unreached-ref]: dbt meets this ref only when it compiles, and stops: say it before, too, as in `-- depends_on: {{ ref(…) }}`
//- macros/rounded.sql
{% macro rounded(number) %}round({{ number }}){% endmacro %}
",
        );
    }

    #[test]
    fn a_ref_that_may_be_known_before_is_faded() {
        check_diagnostics(
            "
//- project shop
//- models/orders.sql
select 1
//- models/named.sql
-- depends_on: {{ ref('shop', 'orders') }}
{% if execute %}{{ ref('orders') }}{% endif %}
--                 ^^^^^^^^^^^^^ hint[unreached-ref]: dbt sees this ref only when it runs: it is no dependency
//- models/hooked.sql
{{ config(pre_hook=\"select 1 from {{ latest() }}\") }}
{% if execute %}{{ ref('orders') }}{% endif %}
--                 ^^^^^^^^^^^^^ hint[unreached-ref]: dbt sees this ref only when it runs: it is no dependency
//- models/by_macro.sql
{{ latest() }} {% if execute %}{{ ref('orders') }}{% endif %}
//- models/perhaps.sql
{% if execute and target.name == 'prod' %}{{ ref('orders') }}{% endif %}
--                                           ^^^^^^^^^^^^^ hint[unreached-ref]: dbt sees this ref only when it runs: it is no dependency
{% if execute %}{% for row in run_query('x') %}{{ ref('orders') }}{% endfor %}{% endif %}
--                                                ^^^^^^^^^^^^^ hint[unreached-ref]: dbt sees this ref only when it runs: it is no dependency
//- models/off.sql enabled:false
{% if execute %}{{ ref('orders') }}{% endif %}
--                 ^^^^^^^^^^^^^ hint[unreached-ref]: dbt sees this ref only when it runs: it is no dependency
//- models/keyed.sql
select 1 {% if execute %}{{ ref('orders') }}{% endif %}
--                          ^^^^^^^^^^^^^ hint[unreached-ref]: dbt sees this ref only when it runs: it is no dependency
//- models/_models.yml
models:
  - name: keyed
    constraints:
      - {type: foreign_key, columns: [id], to: ref('orders'), to_columns: [id]}
//- macros/latest.sql
{% macro latest() %}{{ ref('orders') }}{% endmacro %}
",
        );
    }
}
