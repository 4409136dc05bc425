#![expect(
    clippy::needless_raw_string_hashes,
    reason = "the hashes are written by expect-test"
)]

use expect_test::expect;

use crate::fixture::{check_declaration, check_goto};

const PUBLISHED: &str = "
//- manifest core
//- models/products.sql access:public
select 1 as id
//- models/_core.yml
models:
  - name: stock
    config: {access: public}
    versions: [{v: 1}, {v: 2}]
//- models/stock_v1.sql
select 1 as version
//- models/stock_v2.sql
select 2 as version
";

const ON_DISK: &str = "
//- project core
//- models/products.sql access:public
select 1 as id
//- models/_core.yml
models:
  - name: products
  - name: stock
    config: {access: public}
    versions: [{v: 1}, {v: 2}]
//- models/stock_v1.sql
//- models/stock_v2.sql
//- seeds/countries.csv
code
";

fn shop(text: &str, rest: &str) -> String {
    format!("//- project shop needs:core\n//- models/a.sql\n{text}\n{rest}")
}

#[test]
fn a_ref_leads_to_the_working_copy() {
    check_goto(
        &shop("{{ ref('core', 'prod$0ucts') }}", ON_DISK),
        &expect![[r#"
            [products]
            core/models/products.sql
        "#]],
    );
    check_goto(
        &shop("{{ ref('core', 'stock$0') }}", ON_DISK),
        &expect![[r#"
            [stock]
            core/models/stock_v2.sql
        "#]],
    );
    check_goto(
        &shop("{{ ref('core', '$0countries') }}", ON_DISK),
        &expect![[r#"
            [countries]
            core/seeds/countries.csv
        "#]],
    );
}

#[test]
fn without_a_working_copy_a_ref_leads_to_the_published_code() {
    check_goto(
        &shop("{{ ref('core', 'stock$0', v=1) }}", PUBLISHED),
        &expect![[r#"
            [stock]
            model.core.stock.v1 of core/target/manifest.json as stock.v1.sql
                -- stock v1 of core as published, not a file of this workspace.
                -- Manifest: core/target/manifest.json, generated 2026-11-01T12:00:00Z, 3 days old.
                -- Read-only: the project that owns it is not on this disk.
        "#]],
    );
}

#[test]
fn a_project_leads_to_its_definition_or_the_entry_that_names_it() {
    check_goto(
        &shop("{{ ref('co$0re', 'stock') }}", ON_DISK),
        &expect![[r#"
            [core]
            core/dbt_project.yml
                name: core
                      ^^^^
        "#]],
    );
    check_goto(
        &shop("{{ ref('co$0re', 'stock') }}", PUBLISHED),
        &expect![[r#"
            [core]
            shop/dbt_loom.config.yml
                  - name: core
                          ^^^^
        "#]],
    );
    check_goto(
        &shop("{{ ref('s$0hop', 'stock') }}", PUBLISHED),
        &expect![[r#"
            [shop]
            shop/dbt_project.yml
                name: shop
                      ^^^^
        "#]],
    );
}

#[test]
fn a_version_leads_to_its_entry() {
    check_goto(
        &shop("{{ ref('core', 'stock', v=$01) }}", ON_DISK),
        &expect![[r#"
            [v=1]
            core/models/_core.yml
                    versions: [{v: 1}, {v: 2}]
                                   ^
        "#]],
    );
    check_goto(
        &shop("{{ ref('core', 'stock', v=$01) }}", PUBLISHED),
        &expect![[r#"
            [v=1]
            model.core.stock.v1 of core/target/manifest.json as stock.v1.sql
                -- stock v1 of core as published, not a file of this workspace.
                -- Manifest: core/target/manifest.json, generated 2026-11-01T12:00:00Z, 3 days old.
                -- Read-only: the project that owns it is not on this disk.
        "#]],
    );
    check_goto(
        &shop("{{ ref('core', 'stock', v=$07) }}", ON_DISK),
        &expect![[r#"
            [v=7]
            core/models/_core.yml
                    versions: [{v: 1}, {v: 2}]
                                   ^
            core/models/_core.yml
                    versions: [{v: 1}, {v: 2}]
                                           ^
        "#]],
    );
}

#[test]
fn a_declaration_is_the_entry() {
    check_declaration(
        &shop("{{ ref('core', 'products$0') }}", ON_DISK),
        &expect![[r#"
            [products]
            core/models/_core.yml
                  - name: products
                          ^^^^^^^^
        "#]],
    );
    check_declaration(
        &shop("{{ ref('core', 'stock$0') }}", ON_DISK),
        &expect![[r#"
            [stock]
            core/models/_core.yml
                    versions: [{v: 1}, {v: 2}]
                                           ^
        "#]],
    );
    check_declaration(
        &shop("{{ ref('core$0', 'stock') }}", ON_DISK),
        &expect![[r#"
            [core]
            shop/dbt_loom.config.yml
                  - name: core
                          ^^^^
        "#]],
    );
}

#[test]
fn what_dbt_refuses_is_found_all_the_same() {
    let core = "
//- project core
//- models/secret.sql access:private group:finance
//- models/off.sql enabled:false
//- models/new.sql
//- manifest core
//- models/secret.sql access:private group:finance
//- models/off.sql enabled:false
";
    check_goto(
        &shop("{{ ref('core', 'secret$0') }}", core),
        &expect![[r#"
        [secret]
        core/models/secret.sql
    "#]],
    );
    check_goto(
        &shop("{{ ref('core', 'off$0') }}", core),
        &expect![[r#"
        [off]
        core/models/off.sql
    "#]],
    );
    check_goto(
        &shop("{{ ref('core', 'new$0') }}", core),
        &expect![[r#"
        [new]
        core/models/new.sql
    "#]],
    );
}

#[test]
fn an_entry_leads_to_its_file_and_a_loom_entry_to_the_project() {
    check_goto(
        "
//- project shop
//- models/a.sql
//- models/a.yml
models:
  - name: $0a
",
        &expect![[r#"
            [a]
            shop/models/a.sql
        "#]],
    );
    let loom = |name: &str, path: &str| {
        format!(
            "
//- project shop
//- dbt_loom.config.yml
manifests:
  - name: {name}
    type: file
    config:
      path: {path}
{ON_DISK}"
        )
    };
    check_goto(
        &loom("co$0re", "../core/target/manifest.json"),
        &expect![[r#"
            [core]
            core/dbt_project.yml
                name: core
                      ^^^^
        "#]],
    );
    check_goto(
        &loom("core", "../core/tar$0get/manifest.json"),
        &expect![[r#"
            [../core/target/manifest.json]
            core/target/manifest.json
        "#]],
    );
    check_goto(
        &format!(
            "//- project shop depends:core\n//- dependencies.yml\nprojects:\n  - name: c$0ore\n{ON_DISK}"
        ),
        &expect![[r#"
            [core]
            core/dbt_project.yml
                name: core
                      ^^^^
        "#]],
    );
}

#[test]
fn an_ambiguous_name_leads_everywhere() {
    check_goto(
        "
//- project shop
//- models/a.sql
{{ ref('st$0ock') }}
//- package one
//- models/stock.sql
//- package two
//- models/stock.sql
",
        &expect![[r#"
            [stock]
            shop/dbt_packages/one/models/stock.sql
            shop/dbt_packages/two/models/stock.sql
        "#]],
    );
}

#[test]
fn a_snapshot_leads_to_its_block_and_a_project_beside_the_workspace_is_found() {
    check_goto(
        "
//- project shop needs:core
//- models/a.sql
{{ ref('core', 'bö$0se') }}
//- project core neighbour
//- snapshots/s.sql
{% snapshot böse %}select 1{% endsnapshot %}
",
        &expect![[r#"
            [böse]
            core/snapshots/s.sql
                {% snapshot böse %}select 1{% endsnapshot %}
                            ^^^^
        "#]],
    );
}
