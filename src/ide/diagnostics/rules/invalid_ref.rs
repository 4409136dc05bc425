//! `invalid-ref`: a ref has arguments that dbt refuses, or passes over.

use crate::ide::diagnostics::{Check, Draft, File, RefSite, Rule};
use crate::project::{Function, InvalidRef, RefArguments, RefPlace};
use crate::rules::{RuleId, Severity};

pub(super) const RULE: Rule = Rule {
    id: RuleId::InvalidRef,
    explanation: EXPLANATION,
    checks: &[Check::Reference(check), Check::Reference(check_keywords)],
};

const EXPLANATION: &str = "\
A ref or source has arguments that dbt refuses: none or more than two names for a ref, not exactly
two for a source, a name that is no text, braces
where dbt adds them itself (`depends_on` of an exposure), anything but one plain call where dbt
reads only that (`relation` of a snapshot, `to` of a constraint, `input` of a unit test), or a word
without quotes that nothing sets. A Python model has to write its names out.

A keyword other than `v` and `version` is passed over without a word: `ref('orders', ver=2)` reads
the latest version. That is a hint here.

Bad:

```sql
select * from {{ ref('domain_inventory', 'product_catalog', 2) }}
```

Good:

```sql
select * from {{ ref('domain_inventory', 'product_catalog', v=2) }}
```

See <https://docs.getdbt.com/reference/dbt-jinja-functions/ref>.
";

fn check(_: &File<'_>, site: &RefSite<'_>) -> Option<Draft> {
    let RefArguments::Invalid(invalid) = &site.reference.arguments else {
        return None;
    };
    let is_hidden = site.reference.place == RefPlace::Description && !site.is_shown();
    if !site.is_judged() || is_hidden {
        return None;
    }
    let function = site.reference.function;
    let message = match invalid {
        InvalidRef::Count(count)
            if matches!(
                function,
                Function::Doc | Function::Metric | Function::Function
            ) =>
        {
            let function = function.as_str();
            format!("`{function}` takes a name, or a package and a name, not {count} arguments")
        }
        InvalidRef::Count(count) if function == Function::Source => {
            format!("`source` takes the names of a source and of a table, not {count} arguments")
        }
        InvalidRef::Keyword(keyword) => format!(
            "`source` has no keyword `{keyword}`: the source's name comes first, then the table's"
        ),
        InvalidRef::NotKnownHere => {
            format!(
                "a semantic model reads one `ref('model')`, and no `{}`",
                function.as_str()
            )
        }
        InvalidRef::Count(0) => "`ref` needs the name of a model".to_owned(),
        InvalidRef::Count(count) => format!(
            "`ref` takes a model, or a project and a model, not {count} names; a version is `v=…`"
        ),
        InvalidRef::NotText {
            argument: "version",
            found,
        } => {
            format!("a version is a number or a text, not {found}")
        }
        InvalidRef::NotText { argument, found } => {
            let role = match *argument {
                "package" => "project's name",
                "source" => "source's name",
                "table" => "table's name",
                _ => "model's name",
            };
            format!("the {role} is a text in quotes, not {found}")
        }
        InvalidRef::Jinja(_) => return None,
        InvalidRef::Undefined { argument, word } => {
            return Some(undefined(site, argument, word));
        }
        InvalidRef::Braces => "no braces here: dbt adds them itself".to_owned(),
        InvalidRef::NotPlain => {
            "dbt reads one plain `ref('model')` or `source('source', 'table')` here".to_owned()
        }
    };
    let draft = Draft::new(site.spans.call, message);
    // Data tests are no exception: dbt renders them when it parses.
    Some(match site.reference.place {
        RefPlace::UnitTestInput => draft.at_most(Severity::Warning),
        _ => draft,
    })
}

/// A word without quotes, told where it stands.
fn undefined(site: &RefSite<'_>, argument: &str, word: &str) -> Draft {
    let span = match argument {
        "package" | "source" => site.spans.package,
        "version" => site.spans.version,
        _ => site.spans.name,
    };
    let is_python = site.reference.place == RefPlace::Python;
    let message = match (is_python, argument) {
        (true, _) => {
            format!("dbt does not run a Python model to read it: `{word}` has to be written out")
        }
        (false, "version") => {
            format!("nothing sets `{word}`: a version is a number or a text in quotes")
        }
        (false, _) => format!("nothing sets `{word}`: a name stands in quotes"),
    };
    let quoted = format!("'{word}'");
    let draft = Draft::new(span.unwrap_or(site.spans.call), message);
    let is_quotable = site.reference.place == RefPlace::Sql && argument != "version";
    draft.replace(Some(&*quoted).filter(|_| is_quotable))
}

fn check_keywords(_: &File<'_>, site: &RefSite<'_>) -> Option<Draft> {
    let keyword = site.reference.unknown_keywords.first()?;
    let span = site.spans.unknown_keyword?;
    let message = if site.reference.place.is_plain() {
        format!("`ref` has no keyword `{keyword}`, and dbt reads none other than `v` here")
    } else {
        format!("dbt passes over the keyword `{keyword}` in silence; a version is `v=…`")
    };
    let draft = Draft::new(span, message).at_most(Severity::Hint);
    let is_version = matches!(&**keyword, "ver" | "vers" | "versions" | "V" | "Version");
    Some(if is_version {
        draft.replace(Some("v"))
    } else {
        draft
    })
}

#[cfg(test)]
mod tests {
    use crate::fixture::check_diagnostics;

    #[test]
    fn a_data_test_is_no_exception() {
        check_diagnostics(
            "
//- project shop
//- models/orders.sql
select 1
//- tests/orders_are_paid.sql
select * from {{ ref('shop', 'orders', 2) }}
--               ^^^^^^^^^^^^^^^^^^^^^^^^ error[invalid-ref]: `ref` takes a model, or a project and a model, not 3 names; a version is `v=…`
//- models/_models.yml
models:
  - name: orders
    columns:
      - name: id
        data_tests:
          - relationships:
              arguments:
                to: ref('shop', 'orders', 2)
#                   ^^^^^^^^^^^^^^^^^^^^^^^^ error[invalid-ref]: `ref` takes a model, or a project and a model, not 3 names; a version is `v=…`
                field: id
unit_tests:
  - name: counts
    model: orders
    given:
      - input: ref('or' ~ 'ders')
#              ^^^^^^^^^^^^^^^^^^ warning[invalid-ref]: dbt reads one plain `ref('model')` or `source('source', 'table')` here
    expect: {rows: []}
",
        );
    }

    #[test]
    fn words_without_quotes_that_nothing_sets_are_told_where_they_stand() {
        check_diagnostics(
            "
//- project shop
//- models/orders.sql
{% for row in [1] %}{% set lines = 'lines' %}{% endfor %}
select * from {{ ref(lines) }} join {{ ref(shop, 'lines') }} join {{ ref('lines', v=true) }}
--                   ^^^^^ error[invalid-ref]: nothing sets `lines`: a name stands in quotes
--                                         ^^^^ error[invalid-ref]: nothing sets `shop`: a name stands in quotes
--                                                                                ^^^^^^ error[unknown-version]: `lines` in `shop` has no versions
join {{ ref('shop', other) }} join {{ source(raw, 'a') }} join {{ ref('lines', v=latest) }}
--                  ^^^^^ error[invalid-ref]: nothing sets `other`: a name stands in quotes
--                                           ^^^ error[invalid-ref]: nothing sets `raw`: a name stands in quotes
--                                                                             ^^^^^^^^ error[invalid-ref]: nothing sets `latest`: a version is a number or a text in quotes
//- models/lines.sql
select 1
//- models/scored.py
def model(dbt, session):
    name = 'lines'
    return dbt.ref(name).limit(2)
#                  ^^^^ error[invalid-ref]: dbt does not run a Python model to read it: `name` has to be written out
//- models/_models.yml
models:
  - name: lines
    description: \"{{ doc(lines) }}\"
#                        ^^^^^ error[invalid-ref]: nothing sets `lines`: a name stands in quotes
    columns:
      - name: id
        data_tests:
          - relationships:
              arguments: {to: ref(lines), field: id}
#                                 ^^^^^ error[invalid-ref]: nothing sets `lines`: a name stands in quotes
exposures:
  - name: board
    type: dashboard
    owner: {name: Ada}
    depends_on: [ref(lines)]
#                    ^^^^^ error[invalid-ref]: nothing sets `lines`: a name stands in quotes
",
        );
    }

    #[test]
    fn words_that_something_sets_or_may_set_are_left_in_peace() {
        check_diagnostics(
            "
//- project shop
//- models/orders.sql
{% set lines = 'lines' %}{% macro reads(name) %}{{ ref(name) }}{% endmacro %}
select * from {{ ref(lines) }}
{% for name in ['lines'] %}join {{ ref(name) }}{% endfor %}
{% if var('on', false) %}{{ ref(unset) }}{% endif %}
{% for name in env_var('NAMES').split(',') %}{{ ref(name) }}{% endfor %}
{% if env_var('NAME') == 'x' %}{% set found = 'lines' %}{% endif %}{{ ref(found) }}
{{ ref(dbt_version) }}
//- models/lines.sql
select 1
//- macros/reads.sql
{% macro reads_too(name) %}{{ ref(name) }}{{ ref(unset) }}{% endmacro %}
//- models/scored.py
def model(dbt, session):
    return [len(1 + dbt.ref(name)), dbt.ref('lines')]
//- models/_models.yml
models:
  - name: lines
    description: \"{% set lines = env_var('A') %}{{ doc(lines) }}\"
    columns:
      - name: id
        data_tests:
          - relationships:
              arguments: {to: ref(project_name), field: id}
",
        );
    }
}
