//! `unknown-macro`: a macro is called that nobody defines.

use crate::dbt::{CONTEXT, Maybe, MemberKind, closest, global_macros};
use crate::ide::diagnostics::{Check, Draft, File, Rule};
use crate::project::{Meaning, MissingMacro};
use crate::rules::RuleId;
use crate::syntax::jinja::BlockKind;

pub(super) const RULE: Rule = Rule {
    id: RuleId::UnknownMacro,
    explanation: EXPLANATION,
    checks: &[Check::File(check)],
};

const EXPLANATION: &str = "\
A file calls a macro that neither the project nor dbt nor the warehouse's adapter defines. Macros
of an installed package are called with its name: `dbt_utils.star(…)`. dbt parses such a file, and
stops when it compiles it. Where a macro calls it, or `adapter.dispatch` looks for one that there is for no
adapter and no `default__`, dbt stops when it parses.

Nothing is said of a call under a condition that only dbt can tell, of one in a macro that nobody
calls, and where packages are not installed or the adapter is one whose macros are not known.

Bad:

```sql
select {{ cents_to_euro('amount') }} from {{ ref('orders') }}
```

Good:

```sql
select {{ cents_to_euros('amount') }} from {{ ref('orders') }}
```

See <https://docs.getdbt.com/docs/build/jinja-macros>.
";

fn check(file: &File<'_>) -> Vec<Draft> {
    let project = &file.linked.project;
    let mut nodes = project.index.of_file(&file.path);
    let missing = file.facts.map_or(&[][..], |facts| &facts.missing_macros);
    if missing.is_empty()
        || nodes.any(|(_, node)| node.config.enabled != Maybe::Known(true))
        || file.may_hide_macros()
    {
        return Vec::new();
    }
    missing.iter().filter_map(|one| draft(file, one)).collect()
}

fn draft(file: &File<'_>, missing: &MissingMacro) -> Option<Draft> {
    let project = &file.linked.project;
    let own = |package: Option<&str>| -> Vec<&str> {
        let mut projects = std::iter::once(project).chain(&project.packages);
        let found = projects.find(|it| package.is_none_or(|package| it.name() == package));
        found.map_or_else(Vec::new, |it| {
            it.index.macros().map(|it| &*it.name).collect()
        })
    };
    if missing.is_dispatched {
        return Some(dispatched(project, missing));
    }
    if missing.package.is_none() && is_of_file(file, &missing.name) {
        let name = &missing.name;
        let message = format!("dbt calls no macro of a model's own file; `{name}` is one");
        return Some(Draft::new(missing.span, message));
    }
    let (message, known) = match (missing.package.as_deref(), &*missing.name) {
        (Some(package), "") => {
            if package.starts_with("dbt_") && global_macros().any(|it| package.ends_with(it.owner))
            {
                // The adapter's own package.
                return None;
            }
            let known = project.packages.iter().map(|it| it.name()).collect();
            (format!("no package `{package}` is installed"), known)
        }
        (Some("dbt"), name) => {
            let known = global_macros().map(|it| it.name).collect();
            (format!("dbt has no macro `{name}`"), known)
        }
        (Some(package), name) => (
            format!("package `{package}` has no macro `{name}`"),
            own(Some(package)),
        ),
        (None, name) => {
            let mut known = own(None);
            known.extend(
                global_macros()
                    .filter(|it| it.owner == "dbt")
                    .map(|it| it.name),
            );
            let called = CONTEXT.iter().filter(|it| it.kind != MemberKind::Value);
            known.extend(called.map(|it| it.name));
            (
                format!("no macro `{name}` in this project or in dbt"),
                known,
            )
        }
    };
    let written = if missing.name.is_empty() {
        missing.package.as_deref().unwrap_or("")
    } else {
        &missing.name
    };
    if !missing.is_direct {
        let message = format!("{message}; a macro that is called here needs it");
        return Some(Draft::new(missing.span, message));
    }
    let elsewhere = elsewhere(file, missing);
    let meant = elsewhere.or_else(|| closest(written, known).map(ToOwned::to_owned));
    let question = meant
        .as_ref()
        .map_or(String::new(), |meant| format!("; did you mean `{meant}`?"));
    let draft = Draft::new(missing.span, message + &question);
    Some(draft.replace(meant.as_deref()))
}

/// Whether a file defines a macro itself, which nothing can call.
fn is_of_file(file: &File<'_>, name: &str) -> bool {
    let Some(Meaning::Code(code)) = file.facts.map(|facts| &*facts.meaning) else {
        return false;
    };
    let mut blocks = code.blocks.iter();
    blocks.any(|block| block.kind == BlockKind::Macro && &*block.name == name)
}

/// A macro that `adapter.dispatch` looks for in vain.
fn dispatched(project: &crate::project::Project, missing: &MissingMacro) -> Draft {
    let name = &*missing.name;
    let message = format!("no macro `default__{name}`, or one for this adapter, to dispatch to");
    if !missing.is_direct {
        let message = format!("{message}; a macro that is called here needs it");
        return Draft::new(missing.span, message);
    }
    let projects = std::iter::once(project).chain(project.packages.iter().map(|it| &**it));
    let macros = projects.flat_map(|it| it.index.macros());
    let known = macros.filter_map(|it| it.name.strip_prefix("default__"));
    let meant = closest(name, known);
    let question = meant.map_or(String::new(), |meant| format!("; did you mean `{meant}`?"));
    Draft::new(missing.span, message + &question).replace(meant)
}

/// A package's macro that is called without the package.
fn elsewhere(file: &File<'_>, missing: &MissingMacro) -> Option<String> {
    let mut packages = file.linked.project.packages.iter();
    let has_it = |package: &&std::sync::Arc<crate::project::Project>| {
        package.index.macros().any(|it| it.name == missing.name)
    };
    let package = packages
        .find(has_it)
        .filter(|_| missing.package.is_none())?;
    Some(format!("{}.{}", package.name(), missing.name))
}

#[cfg(test)]
mod tests {
    use crate::fixture::check_diagnostics;

    #[test]
    fn macros_that_somebody_defines_are_fine() {
        check_diagnostics(
            "
//- project shop
//- models/orders.sql
{% set f = cents %}{% set inner = namespace(g=cents) %}
select {{ f('b') }}, {{ cents('c') }}, {{ kit.twice('d') }}, {{ later('e') }},
  {{ dbt.datediff('a', 'b', 'day') }}, {{ datediff('a', 'b', 'day') }}, {{ dbt.type_string() }},
  {{ dbt_utils_is('x') if dbt_utils is defined else 1 }}, {{ adapter.dispatch('cents')('a') }},
  {{ shop.cents('a') }}, {{ dbt.default__cents('x') }}
{% call statement('s') %}select 1{% endcall %}
{% for i in range(2) %}{{ loop.cycle('a', 'b') }}{% endfor %}
{{ local_md5('a') }} {{ modules.datetime.datetime.now() }} {{ exceptions.warn('a') }} {{ this.render() }}
//- macros/cents.sql
{% macro cents(column) %}{{ column }}{{ caller() if caller else '' }}{{ varargs }}{% endmacro %}
{% macro later(x) %}{{ cents(x) }}{% endmacro %}
{% macro nobody_calls_it() %}{{ gone() }}{% endmacro %}
//- package kit
//- macros/twice.sql
{% macro twice(a) %}{{ kit.once(a) }}{% endmacro %}
{% macro once(a) %}{{ a }}{% endmacro %}
",
        );
    }

    #[test]
    fn a_macro_in_a_model_is_called_by_nobody() {
        check_diagnostics(
            "
//- project shop
//- models/orders.sql
{% macro inside(a) %}{{ ref('gone') }}{{ gone(a) }}{% endmacro %} select {{ inside('a') }} as a
--                                                                          ^^^^^^ error[unknown-macro]: dbt calls no macro of a model's own file; `inside` is one
//- models/lines.sql
{% macro cents(a) %}{{ a }}{% endmacro %} select {{ cents('a') }} as a
//- macros/cents.sql
{% macro cents(column) %}{{ column }}{% endmacro %}
",
        );
    }

    #[test]
    fn where_only_dbt_can_tell_nothing_is_said() {
        check_diagnostics(
            "
//- project shop
//- models/orders.sql
{% if target.name == 'prod' %}{{ gone() }}{% endif %}
{% if execute %}{{ gone() }}{% else %}{{ gone() }}{% endif %}
{% if not execute %}{{ gone() }}{% endif %}
{% if false %}{{ gone() }}{% endif %}
{% if not is_incremental() %}{{ gone() }}{% endif %}
{% raw %}{{ gone() }}{% endraw %}{# {{ gone() }} #}
select {{ duckdb__gone() }}, {{ debug() }}
//- models/off.sql
{{ config(enabled=false) }} select {{ gone() }}
",
        );
    }

    #[test]
    fn an_adapter_that_is_not_known_may_bring_anything() {
        check_diagnostics(
            "
//- project shop
//- models/orders.sql
select {{ gone() }}
//- dbt_project.yml
name: shop
profile: main
//- profiles.yml
main: {target: dev, outputs: {dev: {type: some_warehouse}}}
",
        );
    }

    #[test]
    fn packages_that_are_not_installed_may_have_it() {
        check_diagnostics(
            "
//- project shop
//- models/orders.sql
select {{ dbt_utils.star() }}, {{ gone() }}
//- packages.yml
packages: [{package: dbt-labs/dbt_utils, version: 1.0.0}]
#                    ^^^^^^^^^^^^^^^^^^ error[packages-missing]: 0 of 1 packages are installed, without `dbt-labs/dbt_utils`: run `dbt deps`
",
        );
    }

    #[test]
    fn a_macro_that_nobody_defines_stops_dbt_when_it_compiles() {
        check_diagnostics(
            "
//- project shop
//- models/orders.sql
select {{ cent('a') }}, {{ kit.twise('d') }}, {{ kitt.twice() }}, {{ twice('a') }}
--        ^^^^ error[unknown-macro]: no macro `cent` in this project or in dbt; did you mean `cents`?
--                             ^^^^^ error[unknown-macro]: package `kit` has no macro `twise`; did you mean `twice`?
--                                               ^^^^ error[unknown-macro]: no package `kitt` is installed; did you mean `kit`?
--                                                                   ^^^^^ error[unknown-macro]: no macro `twice` in this project or in dbt; did you mean `kit.twice`?
//- models/lines.sql
select {{ outer('a') }}, {{ dbt.datedif('a', 'b', 'day') }}
--        ^^^^^^^^^^ error[unknown-macro]: no macro `gone` in this project or in dbt; a macro that is called here needs it
--                              ^^^^^^^ error[unknown-macro]: dbt has no macro `datedif`; did you mean `datediff`?
//- models/spark.sql
select {{ file_format_clause() }}, {{ ife('a') }}
--        ^^^^^^^^^^^^^^^^^^ error[unknown-macro]: no macro `file_format_clause` in this project or in dbt
--                                    ^^^ error[unknown-macro]: no macro `ife` in this project or in dbt
//- macros/cents.sql
{% macro cents(column) %}{{ column }}{% endmacro %}
{% macro outer(column) %}{{ gone(column) }}{% endmacro %}
//- dbt_project.yml
name: shop
profile: main
//- profiles.yml
main: {target: dev, outputs: {dev: {type: duckdb}}}
//- package kit
//- macros/twice.sql
{% macro twice(a) %}{{ a }}{% endmacro %}
",
        );
    }
}
