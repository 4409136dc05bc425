//! What manifests have of other projects than their own, and what those may have that are not at
//! hand.

use std::sync::Arc;

use crate::fixture::{Fixture, check_diagnostics};
use crate::manifest;
use crate::world::Change;

#[test]
fn an_older_copy_of_a_model_is_no_second_one() {
    check_diagnostics(
        "
//- project shop needs:core,sales
//- models/orders.sql
select * from {{ ref('prices') }}
//- manifest core
//- models/prices_v1.sql access:public
select 1
//- models/prices_v2.sql access:public
select 1
//- models/_models.yml
models: [{name: prices, versions: [{v: 1}, {v: 2}]}]
//- manifest sales
//- models/customers.sql access:public
select 1
//- package core
//- models/prices_v1.sql access:public
select 1
//- models/_models.yml
models: [{name: prices, versions: [{v: 1}]}]
",
    );
}

#[test]
fn what_is_not_at_hand_may_have_the_version_or_the_model_that_is_on() {
    check_diagnostics(
        "
//- project shop needs:core,sales
//- models/orders.sql
select * from {{ ref('core', 'prices', v=3) }} join {{ ref('lines', v=2) }} join {{ ref('moved') }}
join {{ ref('shop', 'lines', v=2) }}
--                           ^^^ error[unknown-version]: `lines` in `shop` has no versions
join {{ ref('shop', 'moved') }}
--                   ^^^^^ error[disabled-ref]: `moved` is switched off in `shop`
//- models/lines.sql
select 1
//- models/moved.sql enabled:false
select 1
//- manifest core loading
//- manifest sales
//- package core
//- models/prices_v1.sql access:public
select 1
//- models/prices_v2.sql access:public
select 1
//- models/_models.yml
models: [{name: prices, versions: [{v: 1}, {v: 2}]}]
",
    );
}

#[test]
fn what_is_not_installed_may_have_the_version_or_the_model_that_is_on() {
    check_diagnostics(
        "
//- project shop
//- packages.yml
packages:
  - package: acme/web
    version: 1.0.0
  - package: acme/tools
#            ^^^^^^^^^^ error[packages-missing]: 1 of 2 packages are installed, without `acme/tools`: run `dbt deps`
    version: 1.0.0
//- models/orders.sql
select * from {{ ref('lines', v=2) }} join {{ ref('moved') }}
//- models/lines.sql
select 1
//- models/moved.sql enabled:false
select 1
//- package web
//- models/a.sql
select 1
",
    );
}

#[test]
fn a_circle_leads_through_what_a_projects_own_manifest_says() {
    let fixture = Fixture::new(
        "
//- project shop needs:sales,core
//- models/orders.sql
select * from {{ ref('core', 'products') }}
//- manifest sales
//- manifest core
",
    );
    let published = |project: &str, products_read: &str| {
        let text = format!(
            r#"{{"metadata": {{"project_name": "{project}"}}, "nodes": {{
  "model.core.products": {{"name": "products", "resource_type": "model", "package_name": "core",
   "unique_id": "model.core.products", "schema": "main", "access": "public",
   "depends_on": {{"nodes": [{products_read}]}}}},
  "model.shop.orders": {{"name": "orders", "resource_type": "model", "package_name": "shop",
   "unique_id": "model.shop.orders", "schema": "main", "access": "public"}}}}}}"#
        );
        Change::Manifest {
            path: format!("/mesh/{project}/target/manifest.json").into(),
            outcome: Ok(Arc::new(manifest::read(text.as_bytes()).unwrap())),
        }
    };
    let world = fixture
        .world
        .apply(published("sales", ""))
        .apply(published("core", r#""model.shop.orders""#));
    let shop = world.mesh().working_copy("shop").unwrap();
    let cycles = shop.cycles(world.mesh());
    let paths: Vec<_> = cycles.iter().map(|it| &it.path).collect();
    assert_eq!(paths, [&["model.shop.orders", "model.core.products"]]);
}
