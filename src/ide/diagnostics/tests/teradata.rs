//! A mesh in the way in which people write for Teradata: contracts apart from the models, two names
//! in double quotes without a blank, upper-case SQL, columns that name columns before them.

use crate::fixture::check_diagnostics;

#[test]
fn what_dbt_takes_is_silent_and_what_it_does_not_is_told() {
    check_diagnostics(
        "
//- project domain_stock
//- models/schema.yml
version: 2

sources:
  - name: warehouse_stock
    description: Filled each night.
    tables:
      - name: raw_bins
        columns:
        - name: bin_id
          tests:
          - unique
          - not_null

models:
  - name: bin_level
    access: public
    config:
      contract:
        enforced: true
    columns:
      - name: bin_id
        data_type: integer
      - name: filled_share
        data_type: decimal(5,2)
      - name: counted_on
        data_type: timestamp(0)
  - name: stg_bins
    config:
      materialized: view
//- models/staging/stg_bins.sql
SELECT BIN_ID, UNITS, CAPACITY, COUNTED_ON (DATE, FORMAT 'YYYY-MM-DD') AS COUNTED_ON
FROM {{source(\"warehouse_stock\",\"raw_bins\")}}
QUALIFY ROW_NUMBER() OVER (PARTITION BY BIN_ID ORDER BY COUNTED_ON DESC)=1
//- models/core/bin_level.sql
WITH BINS AS (

    SELECT * FROM {{ ref(\"stg_bins\") }}

),
SHARES AS (
    SEL
        b.BIN_ID,
        CAST(b.UNITS AS DECIMAL(18,4)) AS UNITS_HELD,
        UNITS_HELD/NULLIFZERO(b.CAPACITY) AS FILLED_SHARE,
        b.COUNTED_ON
    FROM BINS AS b
)
SELECT * FROM SHARES
//- project domain_orders needs:domain_stock
//- dbt_project.yml
name: domain_orders
profile: orders
//- profiles.yml
orders: {target: dev, outputs: {dev: {type: teradata}}}
//- models/schema.yml
version: 2
models:
  - name: open_orders
    config: {contract: {enforced: true}}
    columns:
      - {name: bin_id, data_type: integer}
      - {name: percent_filled, data_type: byteint}
      - {name: is_short, data_type: byteint}
//- models/core/open_orders.sql
{{ config(materialized=\"table\",table_kind=\"MULTISET\",with_statistics=\"true\",index=\"PRIMARY INDEX(BIN_ID)\") }}
WITH LEVELS AS (
    SELECT * FROM {{ ref(\"domain_stock\",\"bin_level\") }}
)
SELECT BIN_ID, FILLED_SHARE*100 AS PERCENT_FILLED, CASE WHEN PERCENT_FILLED<5 THEN 1 ELSE 0 END AS IS_SHORT
FROM LEVELS
//- models/core/lost.sql
SELECT * FROM {{ref(\"domain_stock\",\"BIN_LEVEL\")}}
--                                  ^^^^^^^^^ error[unknown-model]: `domain_stock` has no model `BIN_LEVEL`; did you mean `bin_level`?
//- models/core/hidden.sql
SELECT * FROM {{ref(\"domain_stock\",\"stg_bins\")}}
--                                  ^^^^^^^^ error[protected-ref]: `stg_bins` in `domain_stock` is protected; other projects may read only its public models
",
    );
}
