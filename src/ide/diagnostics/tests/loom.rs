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

#[test]
fn of_two_manifests_of_one_project_the_later_one_counts() {
    check_diagnostics(
        "
//- project shop
//- dbt_loom.config.yml
manifests:
  - {name: core, type: file, config: {path: ../old/target/manifest.json}}
  - {name: core, type: file, config: {path: ../core/target/manifest.json}}
#          ^^^^ hint[loom-config]: `core` is named twice; of one project the later manifest counts
//- models/orders.sql
select * from {{ ref('core', 'opened') }} join {{ ref('core', 'closed') }} join {{ ref('core', 'gone') }}
--                                                             ^^^^^^ error[protected-ref]: `closed` in `core` is protected; other projects may read only its public models
//- manifest core root:old
//- models/opened.sql
select 1
//- models/closed.sql access:public
select 1
//- models/gone.sql access:public
select 1
//- manifest core
//- models/opened.sql access:public
select 1
//- models/closed.sql
select 1
",
    );
}

#[test]
fn what_a_filter_leaves_out_may_be_installed() {
    check_diagnostics(
        "
//- project shop
//- dbt_loom.config.yml
manifests:
  - name: core
    type: file
    config: {path: ../core/target/manifest.json}
    excluded_packages: [kit]
//- models/orders.sql
select * from {{ ref('core', 'products') }} join {{ ref('kit', 'days') }} join {{ ref('days') }}
//- package kit
//- models/days.sql
select 1
//- manifest core
//- models/products.sql access:public
select * from {{ ref('days') }}
//- package kit
//- models/days.sql
select 1
",
    );
}

#[test]
fn a_package_that_is_installed_and_published_is_as_open_as_its_own_files_say() {
    check_diagnostics(
        "
//- project shop needs:kit
//- models/orders.sql
select * from {{ ref('kit', 'days') }} join {{ ref('kit', 'moved') }}
//- package kit
//- models/days.sql
select 1
//- manifest kit
//- models/days.sql
select 1
//- models/moved.sql
select 1
",
    );
}

#[test]
fn nodes_that_dbt_loom_refuses_are_told_at_the_path() {
    check_diagnostics(
        "
//- project shop
//- dbt_loom.config.yml
manifests:
  - {name: core, type: file, config: {path: ../core/target/manifest.json}}
#                                           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[manifest-unreadable]: dbt-loom cannot read `model.core.products` in the manifest: its `schema` is missing, or of a wrong kind
  - {name: web, type: file, config: {path: ../web/target/manifest.json}}
#                                          ^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[manifest-unreadable]: the manifest begins with a byte order mark, which dbt-loom cannot read; write it in plain UTF-8
//- models/orders.sql
select * from {{ ref('core', 'products') }} join {{ ref('web', 'visits') }}
//- manifest core without:schema
//- models/products.sql access:public
select 1
//- manifest web marked
//- models/visits.sql access:public
select 1
",
    );
}

#[test]
fn a_config_may_begin_with_a_byte_order_mark() {
    check_diagnostics(
        "
//- project shop
//- dbt_loom.config.yml
\u{feff}manifests:
  - {name: core, type: file, config: {path: ../core/target/manifest.json}}
//- models/orders.sql
select * from {{ ref('core', 'products') }}
//- manifest core
//- models/products.sql access:public
select 1
",
    );
}

#[test]
fn addresses_are_those_that_dbt_loom_reads() {
    check_diagnostics(
        "
//- project shop
//- dbt_loom.config.yml
manifests:
  - {name: core, type: file, config: {path: 'FILE:///mesh/core/target/manifest.json'}}
  - {name: a, type: file, config: {path: 'ftp://a/manifest.json'}}
#                                         ^^^^^^^^^^^^^^^^^^^^^ error[loom-config]: dbt-loom knows `http`, `https` and `file` addresses, not `ftp`
#                                         ^^^^^^^^^^^^^^^^^^^^^ hint[manifest-not-fetched]: not fetched: `a`, `b`, `c`; refs into it are not checked
  - {name: b, type: file, config: {path: 'file://'}}
#                                         ^^^^^^^ error[loom-config]: an address without a path names no manifest
  - {name: c, type: file, config: {path: 'https://example.com?a'}}
#                                         ^^^^^^^^^^^^^^^^^^^^^ error[loom-config]: an address without a path names no manifest
  - {name: d, type: file, config: {path: 'file://core/target/manifest.json'}}
#                                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[manifest-missing]: there is no manifest at /core/target/manifest.json; `dbt parse` in that project writes one
//- manifest core
//- models/products.sql access:public
select 1
",
    );
}

#[test]
fn dbt_core_takes_anything_for_the_projects_of_dependencies_yml() {
    check_diagnostics(
        "
//- project shop
//- dependencies.yml
projects:
  - {name: 1}
#          ^ hint[unknown-project]: nothing is at hand of `1`: no project of the workspace, and no manifest in the settings; refs to it are not checked
  - {}
",
    );
}

#[test]
fn dbt_loom_hands_no_functions_on() {
    check_diagnostics(
        "
//- project shop
//- dbt_loom.config.yml
manifests:
  - {name: core, type: file, config: {path: ../core/target/manifest.json}}
#                                           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[loom-config]: `products` is made with `function.core.rounded`, and dbt-loom hands no functions on: dbt cannot link its graph
//- models/orders.sql
select * from {{ ref('core', 'products') }}
//- manifest core with:function.core.rounded
//- models/products.sql access:public
select 1
//- project other
//- dbt_loom.config.yml
manifests:
  - name: core
    type: file
    config: {path: ../core/target/manifest.json}
    excluded_packages: [core]
",
    );
}
