//! `unknown-source`: a source that no property file declares.

use std::collections::BTreeSet;

use crate::dbt::closest;
use crate::ide::diagnostics::{Check, Draft, File, RefSite, Rule};
use crate::mesh::{NoTable, SourceResolution};
use crate::rules::RuleId;

pub(super) const RULE: Rule = Rule {
    id: RuleId::UnknownSource,
    explanation: EXPLANATION,
    checks: &[Check::Reference(check)],
};

const EXPLANATION: &str = "\
A `source` names a source, or a table of one, that is declared under `sources:` in no property file
of the project or of its packages. dbt stops when it parses; from a data test it only warns, and
leaves the test out (event I060).

The sources of another project of the mesh cannot be read: declare the table here too, or read a
public model of that project.

Bad:

```yaml
sources:
  - name: shop
    tables:
      - name: raw_orders
```

```sql
select * from {{ source('shop', 'orders') }}
```

Good:

```sql
select * from {{ source('shop', 'raw_orders') }}
```

See <https://docs.getdbt.com/reference/dbt-jinja-functions/source>.
";

fn check(file: &File<'_>, site: &RefSite<'_>) -> Option<Draft> {
    let Some(SourceResolution::NoTable(missing)) = &site.source else {
        return None;
    };
    if !site.is_judged() && !site.is_compiled() {
        return None;
    }
    let (source, table) = site.source_names()?;
    let (span, message, meant) = if missing.has_source {
        let tables = file.linked.tables_of(source);
        let names: BTreeSet<&str> = tables.map(|target| &*target.table.name).collect();
        let meant = closest(table, names);
        let message = format!("source `{source}` has no table `{table}`");
        (site.name_span(), message, meant)
    } else {
        let tables = file.linked.source_tables();
        let names: BTreeSet<&str> = tables.map(|target| &*target.table.source).collect();
        let meant = closest(source, names);
        (site.package_span(), format!("no source `{source}`"), meant)
    };
    let message = message + &reason(missing, meant);
    let name = if missing.has_source { table } else { source };
    // A name that a variable gives stands elsewhere.
    let written = meant.filter(|_| span.len() == name.len());
    Some(site.missing(span, message).replace(written))
}

fn reason(missing: &NoTable<'_>, meant: Option<&str>) -> String {
    match (meant, missing.elsewhere) {
        (Some(meant), _) => format!("; did you mean `{meant}`?"),
        (None, Some(other)) => format!(
            "; `{}` declares it, and sources stay in their project",
            other.project.name()
        ),
        (None, None) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use crate::fixture::check_diagnostics;

    #[test]
    fn sources_that_are_declared_anywhere_are_fine() {
        check_diagnostics(
            "
//- project shop
//- models/sources.yml
sources:
  - name: raw
    tables: [{name: orders}]
  - name: raw
    tables: [{name: lines}]
//- models/orders.sql
select * from {{ source('raw', 'orders') }} {{ builtins.source(\"raw\", 'lines') }}
-- {{ source('web', 'events') }} {% if false %}{{ source('raw', 'orders') }}{% endif %}
//- models/frame.py
def model(dbt, session):
    return dbt.source('raw', 'orders')
//- models/orders.yml
models:
  - name: orders
    columns:
      - name: id
        data_tests:
          - relationships: {arguments: {to: \"source('raw', 'orders')\", field: id}}
exposures:
  - name: board
    type: dashboard
    owner: {email: a@example.com}
    depends_on: [\"source('raw', 'orders')\"]
//- package web
//- models/s.yml
sources: [{name: web, tables: [{name: events}]}]
",
        );
    }

    #[test]
    fn the_part_that_is_wrong_is_told() {
        check_diagnostics(
            "
//- project shop
//- models/sources.yml
sources:
  - name: raw_shop
    tables: [{name: orders}]
//- models/orders.sql
select * from {{ source('raw_shop', 'order') }}
--                                   ^^^^^ error[unknown-source]: source `raw_shop` has no table `order`; did you mean `orders`?
select * from {{ source('raw_shp', 'orders') }}
--                       ^^^^^^^ error[unknown-source]: no source `raw_shp`; did you mean `raw_shop`?
select * from {{ source('stock', 'items') }}
--                       ^^^^^ error[unknown-source]: no source `stock`; `core` declares it, and sources stay in their project
select * from {{ source('raw_shop') }}
--               ^^^^^^^^^^^^^^^^^^ error[invalid-ref]: `source` takes the names of a source and of a table, not 1 arguments
select * from {{ source('raw_shop', 3) }}
--               ^^^^^^^^^^^^^^^^^^^^^ error[invalid-ref]: the table's name is a text in quotes, not a number
//- models/frame.py
def model(dbt, session):
    return dbt.source('raw_shop', 'lines')
#                                  ^^^^^ error[unknown-source]: source `raw_shop` has no table `lines`
//- tests/few.sql
select * from {{ source('nothing', 'orders') }}
--                       ^^^^^^^ warning[unknown-source]: no source `nothing`
//- snapshots/snaps.yml
snapshots:
  - name: kept
    relation: source('raw_shop', 'kept')
#                                 ^^^^ error[unknown-source]: source `raw_shop` has no table `kept`
    config: {strategy: check, check_cols: all, unique_key: id}
//- project core
//- models/s.yml
sources: [{name: stock, tables: [{name: items}]}]
",
        );
    }

    #[test]
    fn sources_can_be_switched_off_at_every_level() {
        check_diagnostics(
            "
//- project shop
//- dbt_project.yml
name: shop
sources: {shop: {old: {+enabled: false}, \"later\": {+enabled: \"{{ target.name == 'x' }}\"}}}
//- models/old/s.yml
sources: [{name: old, tables: [{name: a}]}]
//- models/later/s.yml
sources: [{name: later, tables: [{name: a}]}]
//- models/s.yml
sources:
  - name: raw
    config: {enabled: false}
    tables: [{name: a}, {name: b, config: {enabled: true}}]
  - name: web
    overrides: web
    config: {enabled: false}
//- models/orders.sql
{{ source('raw', 'a') }} {{ source('raw', 'b') }} {{ source('later', 'a') }}
--                ^ error[disabled-ref]: table `a` of source `raw` is switched off in `shop`
{{ source('old', 'a') }}
--                ^ error[disabled-ref]: table `a` of source `old` is switched off in `shop`
{{ source('web', 'events') }}
--                ^^^^^^ error[disabled-ref]: table `events` of source `web` is switched off in `web`
//- tests/few.sql
select * from {{ source('old', 'a') }}
//- package web
//- models/s.yml
sources: [{name: web, tables: [{name: events}]}]
",
        );
    }

    #[test]
    fn where_more_may_be_declared_nothing_is_said() {
        let fixture = |more: &str| {
            format!(
                "
//- project shop
//- models/orders.sql
select * from {{{{ source('raw', 'orders') }}}}
//- {more}
"
            )
        };
        for more in [
            "models/s.yml\nsources: [{name: \"{{ var('raw') }}\", tables: [{name: orders}]}]",
            "macros/source.sql\n{% macro source(a, b) %}{% endmacro %}",
        ] {
            check_diagnostics(&fixture(more));
        }
        check_diagnostics(
            "
//- project shop
//- models/orders.sql
{% macro later() %}{{ source('raw', 'orders') }}{% endmacro %}
",
        );
    }
}
