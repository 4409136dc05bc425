//! Columns that only a catalog tells.

use crate::fixture::check_diagnostics;

/// As dbt writes it, but for what nobody reads.
const CATALOG: &str = r#"
//- target/catalog.json
{"metadata": {"generated_at": "2026-11-26T08:59:44.872506Z"}, "nodes": {
"model.shop.made": {"metadata": {"type": "VIEW"}, "columns": {"id": {"type": "INTEGER", "index": 1, "name": "id", "comment": null}}, "stats": {}},
"model.shop.written": {"columns": {"gone": {"type": "INTEGER", "index": 1}}}
}, "sources": {
"source.shop.raw.lines": {"columns": {"id": {"type": "INTEGER", "index": 1}, "cents": {"type": "BIGINT", "index": 2}}},
"source.shop.raw.empty": {"columns": {}}
}, "errors": null}
"#;

#[test]
fn a_table_of_a_source_has_the_columns_of_the_warehouse() {
    check_diagnostics(&format!(
        "
//- project shop
//- profiles.yml
shop: {{target: dev, outputs: {{dev: {{type: duckdb}}}}}}
//- models/lines.sql
with l as (select * from {{{{ source('raw', 'lines') }}}})
select ID, l.Cents, noted, l.sents, _file from l
--                           ^^^^^ warning[unknown-column]: by catalog.json, `l` has no column `sents`; did you mean `cents`?
//- models/readers.sql
select id, cent from {{{{ ref('all_lines') }}}}
--         ^^^^ warning[unknown-column]: by catalog.json, `all_lines` has no column `cent`; did you mean `cents`?
union all
select anything, 1 from {{{{ source('raw', 'others') }}}}
union all
select anything, 1 from {{{{ source('raw', 'empty') }}}}
//- models/all_lines.sql
select * from {{{{ source('raw', 'lines') }}}}
//- models/s.yml
sources:
  - name: raw
    tables: [{{name: lines, columns: [{{name: noted}}]}}, {{name: others}}, {{name: empty}}]
{CATALOG}"
    ));
}

#[test]
fn by_a_catalog_no_model_lacks_a_column() {
    check_diagnostics(&format!(
        "
//- project shop needs:core
//- models/made.sql
select {{{{ columns() }}}} from somewhere
//- models/written.sql
select 1 as new
//- models/readers.sql
select id, other from {{{{ ref('made') }}}}
union all
select new, gone from {{{{ ref('written') }}}}
--          ^^^^ warning[unknown-column]: `written` has no column `gone`
union all
select id, other from {{{{ ref('core', 'prices') }}}}
//- macros/m.sql
{{% macro columns() %}}{{% if execute %}}{{{{ run_query('select 1').columns[0] }}}}{{% endif %}}{{% endmacro %}}
{CATALOG}
//- manifest core
//- models/prices.sql access:public
select {{{{ run_query('x') }}}}
//- target/catalog.json
{{\"nodes\": {{\"model.core.prices\": {{\"columns\": {{\"id\": {{\"type\": \"INT\", \"index\": 1}}}}}}}}}}
"
    ));
}

#[test]
fn a_contract_is_not_held_against_a_catalog() {
    check_diagnostics(&format!(
        "
//- project shop
//- profiles.yml
shop: {{target: dev, outputs: {{dev: {{type: duckdb}}}}}}
//- models/lines.sql contract:enforced
select * from {{{{ source('raw', 'lines') }}}}
//- models/s.yml
sources: [{{name: raw, tables: [{{name: lines}}]}}]
models:
  - name: lines
    config: {{contract: {{enforced: true}}}}
    columns: [{{name: id, data_type: bigint}}, {{name: cents, data_type: bigint}}, {{name: euros, data_type: int}}]
{CATALOG}"
    ));
}
