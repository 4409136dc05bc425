#![expect(
    clippy::needless_raw_string_hashes,
    reason = "the hashes are written by expect-test"
)]

use expect_test::expect;

use crate::fixture::{check_symbols, check_workspace_symbols};

#[test]
fn code_has_blocks_and_refs() {
    check_symbols(
        "
//- project shop
//- macros/m.sql
{% macro total(a) %}
  select * from {{ ref('core', 'stock', v=2) }}
{% endmacro %}
{% test is_even(model) %}select 1{% endtest %}$0
",
        &expect![[r#"
            Macro total [total]
              Reference core.stock v2 [stock]
            Test is_even [is_even]
        "#]],
    );
    check_symbols(
        "//- project shop\n//- models/a.sql\n{{ ref('b') }} {% for x in [1, 2] %}{{ ref('c') }}{% endfor %}$0",
        &expect![[r#"
            Reference b [b]
            Reference c [c]
        "#]],
    );
}

#[test]
fn property_files_have_entries_with_columns_and_versions() {
    check_symbols(
        "
//- project shop
//- models/a.yml
models:
  - name: a
    columns: [{name: id, data_type: int}]
    versions: [{v: 1}, {v: beta}]
sources:
  - name: raw
    tables: [{name: t}]
groups: [{name: g, owner: {name: Bo}}]
exposures:
  - name: ''
  - label: x$0
",
        &expect![[r#"
            Model a [a]
              Column id int [id]
              Version v1 [1]
              Version vbeta [beta]
            Source raw [raw]
              Table t [t]
            Group g [g]
        "#]],
    );
}

#[test]
fn loom_configs_and_dependencies_have_projects() {
    check_symbols(
        "
//- project shop
//- dbt_loom.config.yml
manifests:
  - name: core
    type: file
    config: {path: x.json}$0
",
        &expect![[r#"
            Manifest core file x.json [core]
        "#]],
    );
    check_symbols(
        "//- project shop\n//- dependencies.yml\nprojects:\n  - name: core$0\n",
        &expect![[r#"
            Project core [core]
        "#]],
    );
}

const MESH: &str = "
//- project shop needs:core
//- models/orders.sql
//- models/shop_orders.sql
//- models/o.yml
sources:
  - name: raw
    tables: [{name: orders}]
exposures: [{name: board}]
//- macros/m.sql
{% macro order_by() %}{% endmacro %}
//- snapshots/s.sql
{% snapshot orders_snapshot %}{% endsnapshot %}
//- manifest core
//- models/old_orders.sql access:public
select 1
";

#[test]
fn things_are_found_by_letters_of_their_names_best_first() {
    check_workspace_symbols(
        MESH,
        "orders",
        &expect![[r#"
        Model orders in shop: shop/models/orders.sql
        Table raw.orders in shop: shop/models/o.yml
        Snapshot orders_snapshot in shop: shop/snapshots/s.sql
        Model old_orders in core: model.core.old_orders of core/target/manifest.json as old_orders.sql
        Model shop_orders in shop: shop/models/shop_orders.sql
    "#]],
    );
    check_workspace_symbols(
        MESH,
        "ord",
        &expect![[r#"
        Model orders in shop: shop/models/orders.sql
        Table raw.orders in shop: shop/models/o.yml
        Macro order_by in shop: shop/macros/m.sql
        Snapshot orders_snapshot in shop: shop/snapshots/s.sql
        Model old_orders in core: model.core.old_orders of core/target/manifest.json as old_orders.sql
        Model shop_orders in shop: shop/models/shop_orders.sql
        Exposure board in shop: shop/models/o.yml
    "#]],
    );
    check_workspace_symbols(
        MESH,
        "raw.o",
        &expect![[r#"
        Table raw.orders in shop: shop/models/o.yml
    "#]],
    );
    check_workspace_symbols(
        MESH,
        "core.",
        &expect![[r#"
        Model old_orders in core: model.core.old_orders of core/target/manifest.json as old_orders.sql
    "#]],
    );
    check_workspace_symbols(
        MESH,
        "",
        &expect![[r#"
        Source raw in shop: shop/models/o.yml
        Exposure board in shop: shop/models/o.yml
        Model orders in shop: shop/models/orders.sql
        Table raw.orders in shop: shop/models/o.yml
        Macro order_by in shop: shop/macros/m.sql
        Model old_orders in core: model.core.old_orders of core/target/manifest.json as old_orders.sql
        Model shop_orders in shop: shop/models/shop_orders.sql
        Snapshot orders_snapshot in shop: shop/snapshots/s.sql
    "#]],
    );
}
