#![expect(
    clippy::needless_raw_string_hashes,
    reason = "the hashes are written by expect-test"
)]

use expect_test::expect;

use crate::fixture::check_hover;

const CORE: &str = "
//- manifest core
//- models/products.sql access:public materialized:table contract:enforced
select 1 as id
//- models/_core.yml
groups:
  - name: catalogue
    owner: {name: Ann Lee, email: ann@example.com}
models:
  - name: products
    description: |
      All products. <script>x</script>
      ![p](https://example.com/p.png)
    config: {group: catalogue}
    columns:
      - {name: id, data_type: integer, description: \"a | b\\nnext\"}
      - name: price
  - name: stock
    deprecation_date: 2026-01-01
    latest_version: 1
    config: {access: public}
    versions: [{v: 1}, {v: 2, deprecation_date: 2030-01-01}]
//- models/stock_v1.sql
//- models/stock_v2.sql
";

fn shop(text: &str) -> String {
    format!("//- project shop needs:core\n//- models/a.sql\n{text}\n{CORE}")
}

#[test]
fn a_published_model_has_one_card() {
    check_hover(
        &shop("{{ ref('core', 'prod$0ucts') }}"),
        &expect![[r#"
        [products]
        **`core.products`** · public · model, table

        All products. &lt;script>x&lt;/script>
        !\[p](https://example.com/p.png)

        | column | type | description |
        |---|---|---|
        | `id` | `integer` | a \| b next |
        | `price` |  |  |

        - contract: enforced
        - group: `catalogue`, owned by Ann Lee, ann@example.com
        - relation: `"core"."main"."products"`

        from `../core/target/manifest.json`, 3 days old"#]],
    );
}

#[test]
fn a_version_says_which_others_there_are() {
    check_hover(
        &shop("{{ ref('core', 'stock', v=$02) }}"),
        &expect![[r#"
        [v=2]
        **`core.stock`** v2 · public · model, view

        - contract: not enforced
        - versions: **1** (latest), 2
        - deprecated from 2030-01-01
        - relation: `"core"."main"."stock_v2"`

        from `../core/target/manifest.json`, 3 days old"#]],
    );
    check_hover(
        &shop("{{ ref('core', 'stock', v=$03) }}"),
        &expect![[r#"
            [v=3]
            `stock` has no version `3`

            ---

            **`core.stock`** v1 · public · model, view

            - contract: not enforced
            - versions: **1** (latest), 2
            - relation: `"core"."main"."stock_v1"`

            from `../core/target/manifest.json`, 3 days old"#]],
    );
}

#[test]
fn a_project_has_a_card() {
    check_hover(
        &shop("{{ ref('co$0re', 'x') }}"),
        &expect![[r#"
        [core]
        **`core`** · project

        3 models, 3 public

        from `../core/target/manifest.json`, 3 days old"#]],
    );
    check_hover(
        &shop("{{ ref('sho$0p', 'x') }}"),
        &expect![[r#"
            [shop]
            **`shop`** · project

            1 model, 0 public

            working copy: `shop`"#]],
    );
    check_hover(
        &shop("{{ ref('cor$0', 'x') }}"),
        &expect![[r#"
        [cor]
        no project `cor` is read here; did you mean `core`?"#]],
    );
}

#[test]
fn a_wrong_name_is_told_what_was_meant() {
    check_hover(
        &shop("{{ ref('core', 'product$0') }}"),
        &expect![[r#"
        [product]
        `core` has no model `product`; did you mean `products`?"#]],
    );
    check_hover(
        &shop("{{ ref('$0aa') }}"),
        &expect![[r#"
        [aa]
        no model `aa`; did you mean `a`?"#]],
    );
}

#[test]
fn a_local_model_is_known_from_its_files() {
    check_hover(
        "
//- project shop
//- models/a.sql
{{ config(materialized='incremental', tags=['daily'], group='g') }}
//- models/a.yml
groups: [{name: g, owner: {name: Bo}}]
models:
  - name: $0a
    description: Only \"{{ doc('a') }}\".
    columns: [{name: id, data_type: int}]
",
        &expect![[r#"
            [a]
            **`shop.a`** · protected · model, incremental

            Only "{{ doc('a') }}".

            | column | type | description |
            |---|---|---|
            | `id` | `int` |  |

            - contract: not enforced
            - group: `g`, owned by Bo
            - tags: `daily`

            from `shop/models/a.sql`"#]],
    );
}

#[test]
fn a_manifest_that_is_not_there_says_so() {
    check_hover(
        "//- project shop needs:core\n//- models/a.sql\n{{ ref('core', 'x$0') }}\n",
        &expect![[r#"
            [x]
            `core`: there is no such manifest"#]],
    );
    check_hover(
        "//- project shop needs:core\n//- models/a.sql\n{{ ref('core$0', 'x') }}\n",
        &expect![[r#"
            [core]
            **`core`** · project

            `../core/target/manifest.json`: there is no such manifest"#]],
    );
}

#[test]
fn keys_and_manifests_of_a_loom_config_are_explained() {
    let loom = |text: &str| format!("//- project shop\n//- dbt_loom.config.yml\n{text}\n{CORE}");
    check_hover(
        &loom(
            "manifests:\n  - na$0me: core\n    type: file\n    config:\n      path: ../core/target/manifest.json",
        ),
        &expect![[r#"
            [name]
            **`name`** · a text, required

            A name for the entry. Refs use the project's own name, which the manifest says; this one counts only where the manifest says none."#]],
    );
    check_hover(
        &loom(
            "manifests:\n  - name: core\n    type: file\n    config:\n      path: ../core/$0target/manifest.json",
        ),
        &expect![[r#"
            [../core/target/manifest.json]
            **`core`** · project

            3 models, 3 public

            from `../core/target/manifest.json`, 3 days old"#]],
    );
    check_hover(
        &loom("manifests:\n  - name: core\n    type: s3\n    config:\n      buck$0et_name: x"),
        &expect![[r#"
            [bucket_name]
            **`bucket_name`** · a text, required

            The bucket."#]],
    );
}

#[test]
fn a_config_that_dbt_loom_passes_over_is_told() {
    check_hover(
        "
//- project shop
//- dbt-loom.config.yml
manifests:
  - {name: core, type: file, config: {path: ../core/target/manifest.json}}
//- models/a.sql
{{ ref('core', 'b$0') }}
//- manifest core
//- models/b.sql access:public
",
        &expect![[r#"
            [b]
            dbt-loom does not read a config of this file name

            ---

            **`core.b`** · public · model, view

            - contract: not enforced
            - relation: `"core"."main"."b"`

            from `../core/target/manifest.json`, 3 days old"#]],
    );
}

#[test]
fn a_project_that_is_not_read_is_told() {
    check_hover(
        "
//- project shop
//- models/a.sql
{{ ref('core', 'b$0') }}
//- project core
//- models/b.sql access:public
",
        &expect![[r#"
            [b]
            `shop` does not read `core`: its loom config names no manifest of it

            ---

            **`core.b`** · public · model, view

            - contract: not enforced

            from the working copy, `core/models/b.sql`; no manifest of it is read"#]],
    );
}

#[test]
fn long_tables_end() {
    use std::fmt::Write as _;
    let mut fixture = "
//- project shop
//- models/a.sql
//- models/a.yml
models:
  - name: $0a
    columns:
"
    .to_owned();
    for at in 0..60 {
        writeln!(fixture, "      - name: c{at}").unwrap();
    }
    let fixture = crate::fixture::Fixture::new(&fixture);
    let (path, offset) = fixture.cursor.clone().unwrap();
    let card = crate::ide::hover(&fixture.world, &path, offset).unwrap();
    assert_eq!(card.markdown.matches("| `c").count(), 40);
    assert!(card.markdown.contains("and 20 more columns"));
}

#[test]
fn keys_of_yaml_files_are_explained() {
    let models = |text: &str| {
        format!(
            "//- project shop\n//- models/a.sql\nselect 1\n//- models/a.yml\nmodels:\n  - name: a\n    {text}\n"
        )
    };
    check_hover(
        &models("config: {acc$0ess: public}"),
        &expect![[r#"
            [access]
            **`access`** · `private`, `protected` or `public`

            Who may read it: its group, its project, or all projects."#]],
    );
    check_hover(
        &models("config:\n      mater$0ialized: view"),
        &expect![[r#"
            [materialized]
            **`materialized`** · a text, mostly `view`, `table`, `incremental`, `ephemeral`, `materialized_view`

            What it is in the warehouse; a view by default."#]],
    );
    check_hover(
        &models("config: {meta: {acc$0ess: public}}"),
        &expect!["nothing"],
    );
    let profiles = |text: &str| format!("//- project shop\n//- profiles.yml\n{text}\n");
    check_hover(
        &profiles("shop: {outputs: {dev: {type: postgres, pass$0word: hunter2}}}"),
        &expect![[r#"
            [password]
            **`password`** · a text, required

            The password; best read from a variable of the environment."#]],
    );
    let project = |text: &str| format!("//- project shop\n//- dbt_project.yml\n{text}\n");
    check_hover(
        &project("na$0me: shop"),
        &expect![[r#"
            [name]
            **`name`** · a name of letters, digits and underscores, required

            The project's name, by which others read it: letters, digits and underscores."#]],
    );
    check_hover(
        &project("name: shop\nmodels:\n  shop:\n    +ena$0bled: true"),
        &expect![[r#"
            [+enabled]
            **`enabled`** · `true` or `false`

            Whether dbt sees it at all; it does by default."#]],
    );
    // A folder may have the name of a key.
    check_hover(
        &project("name: shop\nmodels:\n  shop:\n    do$0cs: {+enabled: true}"),
        &expect!["nothing"],
    );
    check_hover(
        "//- project shop\n//- packages.yml\npackages:\n  - git: a\n    revi$0sion: main\n",
        &expect![[r#"
            [revision]
            **`revision`** · a text or a number

            A tag, a branch or a commit."#]],
    );
}
