//! Sources, docs blocks and groups under the cursor: cards, jumps, readers, completion.

#![expect(
    clippy::needless_raw_string_hashes,
    reason = "the hashes are written by expect-test"
)]

use expect_test::expect;

use crate::fixture::{check_complete, check_goto, check_hover, check_references};

/// A small project, with `{}` in the place of a model's code.
fn shop(code: &str) -> String {
    format!(
        "
//- project shop
//- models/sources.yml
sources:
  - name: raw
    schema: landing
    description: What the shop sends.
    tables:
      - name: orders
        identifier: orders_v3
        description: One row for each order.
        columns: [{{name: id, data_type: int, description: The key.}}]
      - name: lines
  - name: stock
    tables: [{{name: items}}]
groups:
  - name: finance
    description: All about money.
    owner: {{name: Ada, email: ada@example.com}}
//- models/docs.md
{{% docs money %}}
In **cents**.
{{% enddocs %}}
{code}
"
    )
}

#[test]
fn a_table_has_a_card_a_place_and_readers() {
    let reads = "//- models/a.sql\nselect * from {{ source('raw', 'or$0ders') }}";
    check_hover(
        &shop(reads),
        &expect![[r#"
        [orders]
        **`raw.orders`** · source

        One row for each order.

        What the shop sends.

        | column | type | description |
        |---|---|---|
        | `id` | `int` | The key. |

        - relation: `landing.orders_v3`

        from `shop/models/sources.yml`"#]],
    );
    check_goto(
        &shop(reads),
        &expect![[r#"
        [orders]
        shop/models/sources.yml
                  - name: orders
                          ^^^^^^
    "#]],
    );
    check_references(
        &shop(reads),
        &expect![[r#"
        shop/models/a.sql
            select * from {{ source('raw', 'orders') }}
                                            ^^^^^^
    "#]],
    );
}

#[test]
fn a_source_has_a_card_a_place_and_readers() {
    let reads = "//- models/a.sql\nselect * from {{ source('r$0aw', 'orders') }} {{ source('raw', 'lines') }}";
    check_hover(
        &shop(reads),
        &expect![[r#"
        [raw]
        **`raw`** · source

        What the shop sends.

        | table | type | description |
        |---|---|---|
        | `orders` |  | One row for each order. |
        | `lines` |  |  |

        from `shop/models/sources.yml`"#]],
    );
    check_goto(
        &shop(reads),
        &expect![[r#"
        [raw]
        shop/models/sources.yml
              - name: raw
                      ^^^
    "#]],
    );
    check_references(
        &shop(reads),
        &expect![[r#"
        shop/models/a.sql
            select * from {{ source('raw', 'orders') }} {{ source('raw', 'lines') }}
                                            ^^^^^^
        shop/models/a.sql
            select * from {{ source('raw', 'orders') }} {{ source('raw', 'lines') }}
                                                                          ^^^^^
    "#]],
    );
}

#[test]
fn sources_and_tables_are_offered() {
    check_complete(
        &shop("//- models/a.sql\nselect * from {{ source('$0"),
        &expect![[r#"
            Source raw 2 tables
                select * from {{ source('raw', '¦
            Source stock 1 table
                select * from {{ source('stock', '¦
            Table raw.orders
                select * from {{ source('raw', 'orders') }}¦
            Table raw.lines
                select * from {{ source('raw', 'lines') }}¦
            Table stock.items
                select * from {{ source('stock', 'items') }}¦
        "#]],
    );
    check_complete(
        &shop("//- models/a.sql\nselect * from {{ source('raw', '$0') }}"),
        &expect![[r#"
            Table orders
                select * from {{ source('raw', 'orders¦') }}
            Table lines
                select * from {{ source('raw', 'lines¦') }}
        "#]],
    );
}

#[test]
fn docs_blocks_are_offered_shown_and_found() {
    let entry = |doc: &str| {
        shop(&format!(
            "//- models/a.sql\nselect 1\n//- models/a.yml\nmodels:\n  - name: a\n    description: \"{{{{ {doc} }}}}\""
        ))
    };
    check_complete(
        &entry("doc('$0')"),
        &expect![[r#"
        Value money docs block
            description: "{{ doc('money¦') }}"
    "#]],
    );
    check_hover(
        &entry("doc('mon$0ey')"),
        &expect![[r#"
        [money]
        **`money`** · docs of `shop`

        In **cents**."#]],
    );
    check_goto(
        &entry("doc('mon$0ey')"),
        &expect![[r#"
        [money]
        shop/models/docs.md
            {% docs money %}
                    ^^^^^
    "#]],
    );
    check_references(
        &entry("doc('shop', 'mon$0ey')"),
        &expect![[r#"
        shop/models/a.yml
                description: "{{ doc('shop', 'money') }}"
                                              ^^^^^
    "#]],
    );
}

#[test]
fn groups_are_offered_shown_and_found() {
    let entry = |group: &str| {
        shop(&format!(
            "//- models/a.sql\n{{{{ config(group='finance') }}}}\n//- models/a.yml\nmodels:\n  - name: b\n    config:\n      group: {group}\n//- models/b.sql\nselect 1"
        ))
    };
    check_complete(
        &entry("f$0"),
        &expect![[r#"
        Value finance group
            group: finance¦
    "#]],
    );
    check_hover(
        &entry("fin$0ance"),
        &expect![[r#"
        [finance]
        **`finance`** · group

        All about money.

        - owner: Ada, ada@example.com"#]],
    );
    check_goto(
        &entry("fin$0ance"),
        &expect![[r#"
        [finance]
        shop/models/sources.yml
              - name: finance
                      ^^^^^^^
    "#]],
    );
    check_references(
        &entry("fin$0ance"),
        &expect![[r#"
        shop/models/a.sql
            {{ config(group='finance') }}
                      ^^^^^^^^^^^^^^^
        shop/models/a.yml
                  group: finance
                         ^^^^^^^
    "#]],
    );
}
