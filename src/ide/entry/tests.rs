//! What is written into property files, and how much of them stays as it is.

use expect_test::expect;

use crate::fixture::{check_actions, check_fixes};

const DUCKDB: &str = "
//- project shop
//- dbt_project.yml
name: shop
profile: shop
//- profiles.yml
shop: {target: dev, outputs: {dev: {type: duckdb}}}
";

#[test]
fn a_model_without_an_entry_gets_one_beside_its_neighbours() {
    check_actions(
        &format!(
            "{DUCKDB}//- models/marts/orders.sql
select 1 as order_id, 'new' as status$0, {{{{ anything() }}}} as made
//- models/marts/_marts.yml
models:

  - name: products   # all of them
    columns:
      - name: product_id

  - name: prices
//- models/marts/products.sql
select 1
//- models/marts/prices.sql
select 1
"
        ),
        &expect![[r"
            offered
              Generate the contract of `orders` from its SELECT, which does not say the `data_type` of 1 of 3 columns
               in shop/models/marts/_marts.yml
                  - name: orders
                    config:
                      contract:
                        enforced: true
                      - name: order_id
                        data_type: integer
                      - name: status
                        data_type: varchar
                      - name: made
              Add the 3 missing columns of `orders` to the YAML
               in shop/models/marts/_marts.yml
                  - name: orders
                      - name: order_id
                      - name: status
                      - name: made
        "]],
    );
}

#[test]
fn a_model_alone_gets_a_file_of_its_own() {
    check_actions(
        &format!(
            "{DUCKDB}//- models/marts/orders.sql
select 1 as order_id, cast(2 as decimal(10, 2)) as \"on\"$0
//- models/marts/_products.yml
models: [{{name: products}}]
//- models/marts/products.sql
select 1
"
        ),
        &expect![[r"
            offered
              Generate the contract of `orders` from its SELECT
               in shop/models/marts/_orders.yml
                models:
                  - name: orders
                    config:
                      contract:
                        enforced: true
                    columns:
                      - name: order_id
                        data_type: integer
                      - name: 'on'
                        data_type: decimal(10,2)
              Add the 2 missing columns of `orders` to the YAML
               in shop/models/marts/_orders.yml
                models:
                  - name: orders
                    columns:
                      - name: order_id
                      - name: 'on'
        "]],
    );
}

#[test]
fn comments_order_and_indentation_stay() {
    check_actions(
        &format!(
            "{DUCKDB}//- models/orders.sql
select 1 as order_id, 'new' as status, current_date as ordered_on, true as is_paid
//- models/_models.yml
version: 2
models:
- name: orders$0  # the orders
  description: |
    All of them.
  config:   # see the handbook
    tags: [daily]
  columns:
  - name: status
    description: Where it stands.   # one of five
    data_tests: [not_null]
  # the key
  - name: order_id
    data_type: varchar
  # - name: old
- name: other
//- models/other.sql
select 1
"
        ),
        &expect![[r"
            offered
              Generate the contract of `orders` from its SELECT
                    contract:
                      enforced: true
                    data_type: integer
                  - name: ordered_on
                    data_type: date
                  - name: is_paid
                    data_type: boolean
              Add the 2 missing columns of `orders` to the YAML
                  - name: ordered_on
                    data_type: date
                  - name: is_paid
                    data_type: boolean
        "]],
    );
}

#[test]
fn entries_in_brackets_stay_in_brackets() {
    check_actions(
        &format!(
            "{DUCKDB}//- models/orders.sql
select 1 as order_id, 'new' as status
//- models/_models.yml
models:
  - {{name: orders$0, config: {{contract: {{enforced: false}}}}, columns: [{{name: order_id}}]}}
"
        ),
        &expect![[r"
            offered
              Generate the contract of `orders` from its SELECT
                  - {name: orders, config: {contract: {enforced: true}}, columns: [{name: order_id, data_type: integer}, {name: status, data_type: varchar}]}
              Add the missing column `status` of `orders` to the YAML
                  - {name: orders, config: {contract: {enforced: false}}, columns: [{name: order_id}, {name: status}]}
        "]],
    );
    check_actions(
        &format!(
            "{DUCKDB}//- models/orders.sql
select 1 as order_id, 'new' as status, 2 as total
//- models/_models.yml
models:
  - name: orders$0
    config:
    columns:
      - {{name: order_id, data_type: integer}}  # the key
"
        ),
        &expect![[r"
            offered
              Generate the contract of `orders` from its SELECT
                      contract:
                        enforced: true
                      - {name: status, data_type: varchar}
                      - {name: total, data_type: integer}
              Add the 2 missing columns of `orders` to the YAML
                      - {name: status, data_type: varchar}
                      - {name: total, data_type: integer}
        "]],
    );
}

#[test]
fn a_version_gets_what_its_model_does_not_say() {
    check_actions(
        &format!(
            "{DUCKDB}//- models/prices_v1.sql
select 1 as product_id, 2 as cents
//- models/prices_v2.sql
select 1 as product_id, 2.5 as price
//- models/_models.yml
models:
  - name: prices
    latest_version: 1
    columns:
      - name: product_id
      - name: cents
    versions:
      - v: 1
      - v: 2$0
        config: {{tags: [new]}}
        columns:
          - include: all
            exclude: [cents]
"
        ),
        &expect![[r"
            offered
              Generate the contract of `prices.v2` from its SELECT
                        data_type: integer
                        config: {tags: [new], contract: {enforced: true}}
                          - name: price
                            data_type: decimal(2,1)
              Add the missing column `price` of `prices.v2` to the YAML
                          - name: price
        "]],
    );
}

#[test]
fn columns_are_added_in_the_way_of_those_that_are_there() {
    check_actions(
        &format!(
            "{DUCKDB}//- models/orders.sql contract:enforced
select 1 as order_id, 'new' as status$0, 2 as total
//- models/_models.yml
models:
  - name: orders
    columns:
      - {{name: order_id, data_type: integer}}
"
        ),
        &expect![[r"
            offered
              Add the 2 missing columns of `orders` to the contract
               in shop/models/_models.yml
                      - {name: status, data_type: varchar}
                      - {name: total, data_type: integer}
        "]],
    );
}

#[test]
fn nothing_is_offered_where_it_would_be_wrong() {
    // Not all columns are known; the SQL has the last word; no contract can be held.
    for model in [
        "select {{ anything() }} from x$0",
        "{{ config(contract={'enforced': false}) }}\nselect 1 as order_id$0, 2 as total",
        "{{ config(materialized='materialized_view') }}\nselect 1 as order_id$0, 2 as total",
    ] {
        check_actions(
            &format!(
                "{DUCKDB}//- models/orders.sql\n{model}\n//- models/m.yml\nmodels: [{{name: orders, columns: [{{name: order_id}}, {{name: total}}]}}]\n"
            ),
            &expect![[""]],
        );
    }
}

#[test]
fn a_contract_and_a_select_that_differ_are_brought_together() {
    let files = |sql: &str, yaml: &str| {
        format!(
            "{DUCKDB}//- models/orders.sql contract:enforced\n{sql}\n//- models/_models.yml\n{yaml}\n"
        )
    };
    let yaml = "models:
  - name: orders
    columns:
      - {name: order_id, data_type: varchar}
      - name: day
        data_type: date
      - name: note";
    let sql = "select 1 as order_id, 'x' as note, 3 as more";
    check_fixes(
        &files(&sql.replace("more", "mo$0re"), yaml),
        &expect![[r"
            the contract of `orders` does not have `more`
              Add `more` to the contract
               in shop/models/_models.yml
                      - name: more
                        data_type: integer
              Ignore `contract-extra-column` on this line
                -- dbt-mesh: ignore[contract-extra-column]
        "]],
    );
    check_fixes(
        &files(&sql.replace("order_id", "order$0_id"), yaml),
        &expect![[r"
            `order_id` is `integer`, and the contract says `varchar`
              Cast it to `varchar`
                select cast(1 as varchar) as order_id, 'x' as note, 3 as more
              Change the contract's type of `order_id` to `integer`
               in shop/models/_models.yml
                      - {name: order_id, data_type: integer}
              Ignore `contract-type-mismatch` on this line
                -- dbt-mesh: ignore[contract-type-mismatch]
        "]],
    );
    check_fixes(
        &files(&sql.replace("select", "sel$0ect"), yaml),
        &expect![[r"
            the contract of `orders` has `day`, which is not selected
              Remove `day` from the contract
               in shop/models/_models.yml
               -      - name: day
               -        data_type: date
              Ignore `contract-missing-column` on this line
                -- dbt-mesh: ignore[contract-missing-column]
        "]],
    );
    check_fixes(
        &files(sql, &yaml.replace("note", "no$0te")),
        &expect![[r"
            the contract of `orders` needs a `data_type` for `note`
              Add `data_type: varchar`, as the SELECT makes it
                        data_type: varchar
              Ignore `contract-untyped-column` on this line
                      # dbt-mesh: ignore[contract-untyped-column]
        "]],
    );
    check_fixes(
        &files(sql, &yaml.replace("day", "d$0ay")),
        &expect![[r"
        the contract of `orders` has `day`, which is not selected
          Remove `day` from the contract
           -      - name: day
           -        data_type: date
          Ignore `contract-missing-column` on this line
                  # dbt-mesh: ignore[contract-missing-column]
    "]],
    );
    check_fixes(
        &files(sql, &yaml.replace("orders", "ord$0ers")),
        &expect![[r"
            `orders` makes `more`, which its contract does not have
              Add `more` to the contract
                      - name: more
                        data_type: integer
              Ignore `contract-extra-column` on this line
                  # dbt-mesh: ignore[contract-extra-column]
        "]],
    );
}

#[test]
fn a_public_model_gets_its_contract() {
    check_fixes(
        &format!(
            "{DUCKDB}//- models/orders.sql
select 1 as order_id, 'new' as status
//- models/_models.yml
models:
  - name: orders
    config:
      access: pub$0lic
"
        ),
        &expect![[r"
            `orders` is public, and no contract holds its columns
              Generate the contract of `orders` from its SELECT
                      contract:
                        enforced: true
                    columns:
                      - name: order_id
                        data_type: integer
                      - name: status
                        data_type: varchar
              Ignore `public-without-contract` on this line
                      # dbt-mesh: ignore[public-without-contract]
        "]],
    );
}

#[test]
fn what_versions_share_stays_as_the_others_have_it() {
    let files = |sql: &str, columns: &str| {
        format!(
            "{DUCKDB}//- models/prices_v1.sql
select 1 as product_id, 'x' as cents
//- models/prices_v2.sql
{sql}
//- models/_models.yml
models:
  - name: prices
    latest_version: 1
    config: {{contract: {{enforced: true}}}}
    columns:
      - {{name: product_id, data_type: integer}}
      - {{name: cents, data_type: varchar}}
    versions:
      - v: 1
      - v: 2
{columns}"
        )
    };
    check_fixes(
        &files("sel$0ect 1 as product_id", ""),
        &expect![[r"
            the contract of `prices.v2` has `cents`, which is not selected
              Remove `cents` from the contract
               in shop/models/_models.yml
                        columns:
                          - include: all
                            exclude:
                              - cents
              Ignore `contract-missing-column` on this line
                -- dbt-mesh: ignore[contract-missing-column]
        "]],
    );
    check_fixes(
        &files("select 1 as product_id, 2 as ce$0nts", ""),
        &expect![[r"
            `cents` is `integer`, and the contract says `varchar`
              Cast it to `varchar`
                select 1 as product_id, cast(2 as varchar) as cents
              Change the contract's type of `cents` to `integer`
               in shop/models/_models.yml
                        columns:
                          - name: cents
                            data_type: integer
              Ignore `contract-type-mismatch` on this line
                -- dbt-mesh: ignore[contract-type-mismatch]
        "]],
    );
    let excluded = "        columns:\n          - include: all\n            exclude: [cents]\n";
    check_actions(
        &files("select 1 as product_id, 2 as ce$0nts", excluded),
        &expect![[r"
            offered
              Add the missing column `cents` of `prices.v2` to the contract
               in shop/models/_models.yml
                          - name: cents
                            data_type: integer
        "]],
    );
}

#[test]
fn an_expression_is_cast_however_its_alias_is_set_off() {
    let files = |sql: &str| {
        format!(
            "{DUCKDB}//- models/orders.sql contract:enforced
{sql}
//- models/_models.yml
models: [{{name: orders, columns: [{{name: n, data_type: varchar}}]}}]
"
        )
    };
    let with_cast = expect![[r"
        `n` is `integer`, and the contract says `varchar`
          Cast it to `varchar`
            select cast((1) as varchar)as n
          Change the contract's type of `n` to `integer`
           in shop/models/_models.yml
            models: [{name: orders, columns: [{name: n, data_type: integer}]}]
          Ignore `contract-type-mismatch` on this line
            -- dbt-mesh: ignore[contract-type-mismatch]
    "]];
    check_fixes(&files("select (1)as $0n"), &with_cast);
    let without = expect![[r"
        `n` is `integer`, and the contract says `varchar`
          Change the contract's type of `n` to `integer`
           in shop/models/_models.yml
            models: [{name: orders, columns: [{name: n, data_type: integer}]}]
          Ignore `contract-type-mismatch` on this line
            -- dbt-mesh: ignore[contract-type-mismatch]
    "]];
    check_fixes(&files("select (1) -- one\nas $0n"), &without);
    check_fixes(&files("select (1) as /* one */ $0n"), &without);
}
