//! Property files as dbt reads them, however they are written.

use crate::fixture::check_diagnostics;

#[test]
fn a_quoted_text_goes_on_wherever_its_lines_start() {
    check_diagnostics(
        "
//- project shop
//- models/orders.sql
select 1
//- models/lines.sql
select 1
//- models/bows.sql
select 1
//- models/_models.yml
models:
  - name: orders
    description: \"The \\\"orders\\\":
    - placed
    - shipped\"
    config: {tags: [daily]}
  - name: lines
    description: 'The bear''s list:
    - bows'
//- models/half_typed.yml
models:
  - name: bows
    description: \"One of:
    - placed\"
    tags: [a, b
#   ^^^^^^^ error[yaml-syntax]: the closing bracket is missing
",
    );
}

#[test]
fn what_dbt_reads_otherwise_is_not_judged() {
    check_diagnostics(
        "
//- project shop
//- models/orders.sql
select 1 as id
//- models/_models.yml
models:
  - name: orders
    columns: \u{2028}    - name: id
",
    );
}

#[test]
fn merge_keys_do_not_stand_twice() {
    check_diagnostics(
        "
//- project shop
//- models/orders.sql
select 1
//- models/lines.sql
select 1
//- models/_models.yml
anchors:
  - &it {description: All.}
  - &that {config: {tags: [daily]}}
models:
  - name: orders
    <<: *it
    <<: *that
  - <<: *it
    name: lines
    config: {tags: [a]}
    config: {tags: [b]}
",
    );
}

#[test]
fn access_counts_in_the_configuration_of_a_version_only() {
    check_diagnostics(
        "
//- project shop
//- models/orders_v1.sql
select 1
//- models/orders_v2.sql
select 1
//- models/_models.yml
groups: [{name: team, owner: {name: Ada}}]
models:
  - name: orders
    config: {group: team}
    versions:
      - v: 1
        access: private
      - v: 2
        config: {access: private}
//- models/reader.sql
select * from {{ ref('orders', v=1) }}
join {{ ref('orders', v=2) }}
--           ^^^^^^ error[private-ref]: `orders` in `shop` is private to its group `team`
",
    );
}

#[test]
fn a_measure_makes_a_metric_in_any_word_for_true() {
    check_diagnostics(
        "
//- project shop
//- models/orders.sql
select 1 as id
//- models/uses.sql
select {{ metric('revenue') }}
//- models/semantics.yml
semantic_models:
  - name: orders
    model: ref('orders')
    measures:
      - {name: revenue, agg: sum, create_metric: yes}
",
    );
}
