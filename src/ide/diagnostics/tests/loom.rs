//! The loom config, the manifests that it names, and dependencies.yml.

use crate::fixture::check_diagnostics;

#[test]
fn a_manifest_that_is_missing_or_broken_is_told_at_its_path() {
    check_diagnostics(
        "
//- project shop
//- dbt_loom.config.yml
manifests:
  - {name: gone, type: file, config: {path: ../gone/target/manifest.json}}
#                                           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[manifest-missing]: there is no manifest at gone/target/manifest.json; `dbt parse` in that project writes one
  - {name: broken, type: file, config: {path: ../broken/target/manifest.json}}
#                                             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[manifest-unreadable]: read broken/target/manifest.json: the file is empty
//- models/orders.sql
select * from {{ ref('gone', 'a') }} join {{ ref('broken', 'b') }}
//- manifest broken unreadable
",
    );
}

#[test]
fn a_config_that_dbt_loom_passes_over_is_told_by_its_name_and_at_the_refs() {
    check_diagnostics(
        "
//- project shop
//- dbt-loom.config.yml
manifests:
#<0>^^^^^^^^^^ warning[loom-config-name]: dbt-loom does not read a file of this name, only `dbt_loom.config.yml`
  - {name: core, type: file, config: {path: ../core/target/manifest.json}}
//- models/orders.sql
select * from {{ ref('core', 'products') }}
--                    ^^^^ error[unknown-project]: only dbt-loom.config.yml names `core`, and dbt-loom reads no file of that name; call it `dbt_loom.config.yml`
//- manifest core
//- models/products.sql access:public
select 1
",
    );
}

#[test]
fn origins_that_are_not_on_this_disk_are_one_quiet_note() {
    check_diagnostics(
        "
//- project shop
//- dbt_loom.config.yml
manifests:
  - {name: core, type: s3, config: {bucket_name: b, object_name: o}}
#                                                                ^ hint[manifest-not-fetched]: not fetched: `core`, `web`; refs into it are not checked
  - {name: web, type: file, config: {path: https://example.com/manifest.json}}
//- models/orders.sql
select * from {{ ref('core', 'products') }} join {{ ref('anything') }} join {{ ref('shop', 'odrers') }}
--                                                                                          ^^^^^^ error[unknown-model]: `shop` has no model `odrers`; did you mean `orders`?
",
    );
}

#[test]
fn a_filter_that_leaves_out_what_models_read_is_told_at_both_ends() {
    check_diagnostics(
        "
//- project shop
//- dbt_loom.config.yml
manifests:
  - name: core
    type: file
    config: {path: ../core/target/manifest.json}
    excluded_packages: [core]
#   ^^^^^^^^^^^^^^^^^^^^^^^^^ error[loom-config]: this leaves out `products`, which 1 ref reads
//- models/orders.sql
select * from {{ ref('core', 'products') }}
--                            ^^^^^^^^ error[unknown-model]: `core` has no model `products`; the loom config leaves it out of the manifest of `core`
//- manifest core
//- models/products.sql access:public
select 1
",
    );
}

#[test]
fn a_name_that_is_not_the_projects_misleads() {
    check_diagnostics(
        "
//- project shop
//- dbt_loom.config.yml
manifests:
  - name: inventory
#         ^^^^^^^^^ hint[manifest-name]: the project is called `core`, and refs have to use that name
    type: file
    config: {path: ../core/target/manifest.json}
//- models/orders.sql
select * from {{ ref('inventory', 'products') }}
--                    ^^^^^^^^^ error[unknown-project]: `inventory` is only the loom config's name for it; the project is called `core`
//- manifest core
//- models/products.sql access:public
select 1
",
    );
}

#[test]
fn dependencies_name_projects_at_hand_and_others() {
    check_diagnostics(
        "
//- project shop
//- dependencies.yml
projects:
  - name: core
  - name: gone
#         ^^^^ hint[unknown-project]: nothing is at hand of `gone`: no project of the workspace, and no manifest in the settings; refs to it are not checked
//- models/orders.sql
select * from {{ ref('core', 'products') }} join {{ ref('gone', 'anything') }}
join {{ ref('core', 'prices') }}
--                   ^^^^^^ error[protected-ref]: `prices` in `core` is protected; other projects may read only its public models
//- project core
//- models/products.sql access:public
--        ^^^^^^^^^^^^^^^ hint[public-without-contract]: `products` is public, and no contract holds its columns
select 1
//- models/prices.sql
select 1
",
    );
}

#[test]
fn a_working_copy_that_is_ahead_of_its_manifest_is_told_as_a_hint() {
    check_diagnostics(
        "
//- project shop
//- dbt_loom.config.yml
manifests:
  - {name: core, type: file, config: {path: ../core/target/manifest.json}}
#                                           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ hint[manifest-stale]: the manifest is behind the files of `core`: new `renamed`, gone `products`; `dbt parse` there renews it
//- models/orders.sql
select * from {{ ref('core', 'products') }}
--                            ^^^^^^^^ hint[manifest-stale]: the manifest of `core` has `products`, but its working copy no longer has it: the next manifest will break this ref
//- project core
//- models/renamed.sql access:public
--<0>^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[breaking-change]: `products` is published, and called `renamed` here; read by 1 model in `shop`
--        ^^^^^^^^^^^^^^^ hint[public-without-contract]: `renamed` is public, and no contract holds its columns
select 1
//- manifest core
//- models/products.sql access:public
select 1
",
    );
}
