//! Data tests that are switched off: what stands in them is not judged.

use crate::fixture::check_diagnostics;

#[test]
fn a_test_that_is_switched_off_reads_nothing() {
    check_diagnostics(
        "
//- project shop
//- models/orders.sql
select 1 as id
//- models/_models.yml
models:
  - name: orders
    columns:
      - name: gone
        data_tests:
          - relationships:
              arguments: {to: ref('gone'), field: id}
              config: {enabled: false}
          - relationships: {to: \"{{ source('no', 'table') }}\", field: id, enabled: false}
#                                                                         ^^^^^^^ warning[test-arguments]: `enabled` belongs under `config:` of the test by now
          - gone: {config: {enabled: \"{{ var('strict', false) }}\"}}
      - name: id
        data_tests:
          - relationships:
              arguments: {to: ref('gone'), field: id}
#                                  ^^^^ warning[unknown-model]: no model `gone` here or in the projects that this one reads
              config: {enabled: true}
",
    );
}

#[test]
fn tests_of_folders_that_are_switched_off_are_not_judged() {
    let models = "
//- models/staging/orders.sql
select 1 as id
//- models/staging/_models.yml
models:
  - name: orders
    columns:
      - name: gone
        data_tests:
          - unique
          - no_such_test
          - relationships: {arguments: {to: ref('gone'), field: id}}
";
    let definitions = [
        "data_tests: {+enabled: false}",
        "tests: {shop: {enabled: false}}",
        "data_tests: {shop: {staging: {+enabled: false}}}",
        "data_tests: {shop: {staging: {unique_orders_gone: {+enabled: false}}}}",
    ];
    for definition in definitions {
        check_diagnostics(&format!(
            "
//- project shop
//- dbt_project.yml
name: shop
{definition}{models}"
        ));
    }
}

#[test]
fn tests_of_other_folders_are_judged() {
    check_diagnostics(
        "
//- project shop
//- dbt_project.yml
name: shop
data_tests:
  shop: {marts: {+enabled: false}}
//- models/staging/orders.sql
select 1 as id
//- models/staging/_models.yml
models:
  - name: orders
    data_tests: [no_such_test]
#                ^^^^^^^^^^^^ error[unknown-test]: no generic test `no_such_test` in this project, its packages or dbt
",
    );
}

#[test]
fn of_two_columns_of_one_name_the_last_counts() {
    check_diagnostics(
        "
//- project shop
//- profiles.yml
shop: {target: dev, outputs: {dev: {type: duckdb, path: a.duckdb}}}
//- dbt_project.yml
name: shop
profile: shop
//- models/orders.sql
select 1 as id
//- models/_models.yml
models:
  - name: orders
    config: {contract: {enforced: true}}
    columns:
      - {name: id, data_type: varchar}
      - {name: id, data_type: integer}
",
    );
}

#[test]
fn sections_that_dbt_does_not_read_are_not_judged() {
    check_diagnostics(
        "
//- project shop
//- models/_models.yml
tests: 5
models:
#<0>^^^^^^ error[invalid-value]: `models` is a list, not nothing
data_tests:
#<0>^^^^^^^^^^ warning[invalid-value]: `data_tests` is a list, not nothing
",
    );
}
