#![expect(
    clippy::needless_raw_string_hashes,
    reason = "the hashes are written by expect-test"
)]

use expect_test::expect;

use crate::fixture::check_references;

fn mesh(shop: &str, core: &str) -> String {
    format!(
        "
//- project shop needs:core
//- models/a.sql
{shop}
//- models/b.sql
from {{{{ ref('core', 'stock', v=1) }}}} join {{{{ ref('stock') }}}}
//- models/e.yml
exposures:
  - name: board
    depends_on: [\"ref('core', 'stock')\", ref('a')]
//- project core
//- models/stock_v1.sql
//- models/stock_v2.sql
//- models/uses.sql
from {{{{ ref('stock', v=2) }}}}
//- models/core.yml
{core}
    config: {{access: public}}
"
    )
}

const CORE: &str = "models:
  - name: stock
    versions: [{v: 1}, {v: 2}]";

#[test]
fn a_ref_finds_all_refs_of_the_same_version() {
    check_references(
        &mesh("from {{ ref('core', 'st$0ock') }}", CORE),
        &expect![[r#"
            core/models/uses.sql
                from {{ ref('stock', v=2) }}
                             ^^^^^
            shop/models/a.sql
                from {{ ref('core', 'stock') }}
                                     ^^^^^
            shop/models/b.sql
                from {{ ref('core', 'stock', v=1) }} join {{ ref('stock') }}
                                                                  ^^^^^
            shop/models/e.yml
                    depends_on: ["ref('core', 'stock')", ref('a')]
                                               ^^^^^
        "#]],
    );
}

#[test]
fn an_entry_finds_the_refs_of_all_versions() {
    let core = CORE.replace("name: stock", "name: sto$0ck");
    check_references(
        &mesh("select 1", &core),
        &expect![[r#"
        core/models/uses.sql
            from {{ ref('stock', v=2) }}
                         ^^^^^
        shop/models/b.sql
            from {{ ref('core', 'stock', v=1) }} join {{ ref('stock') }}
                                 ^^^^^
        shop/models/b.sql
            from {{ ref('core', 'stock', v=1) }} join {{ ref('stock') }}
                                                              ^^^^^
        shop/models/e.yml
                depends_on: ["ref('core', 'stock')", ref('a')]
                                           ^^^^^
    "#]],
    );
    let core = CORE.replace("v: 1", "v: $01");
    check_references(
        &mesh("select 1", &core),
        &expect![[r#"
        shop/models/b.sql
            from {{ ref('core', 'stock', v=1) }} join {{ ref('stock') }}
                                 ^^^^^
    "#]],
    );
}

#[test]
fn a_project_finds_the_refs_that_name_it() {
    check_references(
        &mesh("from {{ ref('co$0re', 'stock') }}", CORE),
        &expect![[r#"
            shop/models/a.sql
                from {{ ref('core', 'stock') }}
                             ^^^^
            shop/models/b.sql
                from {{ ref('core', 'stock', v=1) }} join {{ ref('stock') }}
                             ^^^^
            shop/models/e.yml
                    depends_on: ["ref('core', 'stock')", ref('a')]
                                       ^^^^
        "#]],
    );
}

const COLUMNS: &str = "
//- project shop needs:core
//- models/a.sql
with read as (select * from {{ ref('core', 'products') }})
select read.note as remark, product_id from read order by read.note
//- models/b.sql
select * from {{ ref('core', 'products') }}
//- models/c.sql
select product_id from {{ ref('core', 'products') }}
//- project core
//- models/products.sql
select 1 as product_id, 'a' as NOTE
//- models/uses.sql
select lower(p.note) as note from {{ ref('products') }} as p
//- models/_models.yml
models:
  - name: products
    config: {access: public, contract: {enforced: true}}
    columns:
      - {name: product_id, data_type: integer}
      - {name: note, data_type: varchar}
";

#[test]
fn a_column_finds_those_who_use_it() {
    let used = expect![[r#"
        core/models/uses.sql
            select lower(p.note) as note from {{ ref('products') }} as p
                           ^^^^
        shop/models/a.sql
            select read.note as remark, product_id from read order by read.note
                        ^^^^
        shop/models/a.sql
            select read.note as remark, product_id from read order by read.note
                                                                           ^^^^
        shop/models/b.sql
            select * from {{ ref('core', 'products') }}
                   ^
    "#]];
    let at_its_reader = COLUMNS.replace("select read.note as", "select read.no$0te as");
    check_references(&at_its_reader, &used);
    check_references(&COLUMNS.replace("as NOTE", "as NO$0TE"), &used);
}
