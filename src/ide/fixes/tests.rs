//! What is offered at a finding, and what the file is then.

use expect_test::expect;

use crate::fixture::check_fixes;

#[test]
fn a_misspelt_model_is_put_right_or_left_in_peace() {
    check_fixes(
        "
//- project shop
//- models/a.sql
select 1
from {{ ref('ordes$0') }}
//- models/orders.sql
select 1
",
        &expect![[r"
            no model `ordes` here or in the projects that this one reads; did you mean `orders`?
              Change to `orders`
                from {{ ref('orders') }}
              Ignore `unknown-model` on this line
                -- dbt-mesh: ignore[unknown-model]
        "]],
    );
}

#[test]
fn a_second_rule_joins_the_comment_that_is_there() {
    check_fixes(
        "
//- project shop
//- models/a.sql
select 1
    -- dbt-mesh: ignore[unknown-source]
    from {{ ref('no_su$0ch_thing') }}
",
        &expect![[r"
            no model `no_such_thing` here or in the projects that this one reads
              Ignore `unknown-model` on this line
                    -- dbt-mesh: ignore[unknown-source, unknown-model]
        "]],
    );
}

#[test]
fn no_comment_is_offered_inside_of_a_tag_or_a_text() {
    check_fixes(
        "
//- project shop
//- models/a.sql
select * from {{
  ref('no_su$0ch_thing')
}}
",
        &expect![[r"
            no model `no_such_thing` here or in the projects that this one reads
        "]],
    );
    check_fixes(
        "
//- project shop
//- models/orders.sql
select 1
//- models/_models.yml
models:
  - name: orders
    description: |
      Orders, see
      {{ doc('no_su$0ch_block') }}.
",
        &expect![[r"
            no docs block `no_such_block`
        "]],
    );
}

#[test]
fn a_column_gets_the_type_that_its_namesakes_have() {
    check_fixes(
        "
//- project shop
//- models/orders.sql
select 1
//- models/lines.sql
select 1
//- models/_models.yml
models:
  - name: orders
    config: {contract: {enforced: true}}
    columns:
      - name: order_id$0 # the key
        description: The key.
  - name: lines
    columns:
      - {name: order_id, data_type: bigint}
",
        &expect![[r"
            the contract of `orders` needs a `data_type` for `order_id`
              Add `data_type: bigint`
                        data_type: bigint
              Ignore `contract-untyped-column` on this line
                      # dbt-mesh: ignore[contract-untyped-column]
        "]],
    );
    check_fixes(
        "
//- project shop
//- models/orders.sql
select 1
//- models/lines.sql
select 1
//- models/_models.yml
models:
  - name: orders
    config: {contract: {enforced: true}}
    columns:
      - {name: 'order_id$0'}
  - name: lines
    columns:
      - {name: order_id, data_type: bigint}
",
        &expect![[r"
            the contract of `orders` needs a `data_type` for `order_id`
              Add `data_type: bigint`
                      - {name: 'order_id', data_type: bigint}
              Ignore `contract-untyped-column` on this line
                      # dbt-mesh: ignore[contract-untyped-column]
        "]],
    );
}

#[test]
fn a_type_that_was_published_can_be_taken_back() {
    check_fixes(
        "
//- project core
//- models/products.sql
select 1
//- models/_models.yml
models:
  - name: products
    config: {access: public, contract: {enforced: true}}
    columns:
      - {name: product_id, data_type: big$0int}
//- manifest core
//- models/products.sql
select 1
//- models/_models.yml
models:
  - name: products
    config: {access: public, contract: {enforced: true}}
    columns:
      - {name: product_id, data_type: integer}
",
        &expect![[r"
            `product_id` of `products` is published as `integer`, and is `bigint` here; no other project at hand reads it
              Change to `integer`
                      - {name: product_id, data_type: integer}
              Ignore `breaking-change` on this line
                      # dbt-mesh: ignore[breaking-change]
        "]],
    );
}

#[test]
fn an_incremental_contract_gets_its_setting() {
    check_fixes(
        "
//- project shop
//- models/orders.sql
{{ config(materialized='incr$0emental') }}
select 1 as id
//- models/_models.yml
models:
  - name: orders
    config: {contract: {enforced: true}}
    columns: [{name: id, data_type: integer}]
",
        &expect![[r"
            a contract of an incremental model needs `on_schema_change` to be `append_new_columns` or `fail`, and it is `ignore` by default
              Add `on_schema_change='append_new_columns'`
                {{ config(materialized='incremental', on_schema_change='append_new_columns') }}
              Ignore `contract-materialization` on this line
                -- dbt-mesh: ignore[contract-materialization]
        "]],
    );
    check_fixes(
        "
//- project shop
//- models/orders.sql
{{ config(materialized='incremental', on_schema_change='ign$0ore') }}
select 1 as id
//- models/_models.yml
models:
  - name: orders
    config: {contract: {enforced: true}}
    columns: [{name: id, data_type: integer}]
",
        &expect![[r"
            a contract of an incremental model needs `on_schema_change` to be `append_new_columns` or `fail`, not `ignore`
              Change to `on_schema_change='append_new_columns'`
                {{ config(materialized='incremental', on_schema_change='append_new_columns') }}
              Ignore `contract-materialization` on this line
                -- dbt-mesh: ignore[contract-materialization]
        "]],
    );
}

#[test]
fn a_comment_above_a_tag_that_drops_blanks_is_one_of_jinja() {
    check_fixes(
        "
//- project shop
//- models/a.sql
select * from
    {{- ref('no_su$0ch_thing') }}
",
        &expect![[r"
            no model `no_such_thing` here or in the projects that this one reads
              Ignore `unknown-model` on this line
                    {#- dbt-mesh: ignore[unknown-model] #}
        "]],
    );
}

#[test]
fn a_project_is_named_in_the_quotes_that_the_model_has() {
    let files = |file: &str| {
        format!(
            "
//- project shop needs:core,sales
//- models/{file}
//- manifest core
//- models/customers.sql access:public
select 1
//- manifest sales
//- models/customers.sql access:public
select 1
"
        )
    };
    check_fixes(
        &files("a.sql\nselect * from {{ ref(\"cust$0omers\") }}"),
        &expect![[r#"
            `customers` is in `core` and `sales`; name the project first
              Read it from `core`
                select * from {{ ref("core", "customers") }}
              Read it from `sales`
                select * from {{ ref("sales", "customers") }}
              Ignore `ambiguous-ref` on this line
                -- dbt-mesh: ignore[ambiguous-ref]
        "#]],
    );
    check_fixes(
        &files("a.py\ndef model(dbt, session):\n    return dbt.ref(\"cust$0omers\")"),
        &expect![[r#"
            `customers` is in `core` and `sales`; name the project first
              Read it from `core`
                    return dbt.ref("core", "customers")
              Read it from `sales`
                    return dbt.ref("sales", "customers")
              Ignore `ambiguous-ref` on this line
                    # dbt-mesh: ignore[ambiguous-ref]
        "#]],
    );
}

#[test]
fn a_type_with_a_comma_is_put_in_quotes() {
    let files = |kind: &str| {
        format!(
            "
//- project core
//- models/products.sql
select 1
//- models/_models.yml
models:
  - name: products
    config: {{access: public, contract: {{enforced: true}}}}
    columns:
      - {{name: price, data_type: {kind}}}
//- manifest core
//- models/products.sql
select 1
//- models/_models.yml
models:
  - name: products
    config: {{access: public, contract: {{enforced: true}}}}
    columns:
      - {{name: price, data_type: 'decimal(10,2)'}}
"
        )
    };
    check_fixes(
        &files("inte$0ger"),
        &expect![[r"
            `price` of `products` is published as `decimal(10,2)`, and is `integer` here; no other project at hand reads it
              Change to `decimal(10,2)`
                      - {name: price, data_type: 'decimal(10,2)'}
              Ignore `breaking-change` on this line
                      # dbt-mesh: ignore[breaking-change]
        "]],
    );
    check_fixes(
        &files("\"inte$0ger\""),
        &expect![[r#"
            `price` of `products` is published as `decimal(10,2)`, and is `integer` here; no other project at hand reads it
              Change to `decimal(10,2)`
                      - {name: price, data_type: "decimal(10,2)"}
              Ignore `breaking-change` on this line
                      # dbt-mesh: ignore[breaking-change]
        "#]],
    );
}
