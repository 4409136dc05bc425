//! Who may read what.

use crate::fixture::check_diagnostics;

#[test]
fn other_projects_read_public_models_only() {
    check_diagnostics(
        "
//- project shop needs:core
//- models/orders.sql
select * from {{ ref('core', 'products') }}
join {{ ref('core', 'prices') }}
--                   ^^^^^^ error[protected-ref]: `prices` in `core` is protected; other projects may read only its public models
join {{ ref('core', 'raw') }}
--                   ^^^ error[protected-ref]: `raw` in `core` is a seed; other projects may read only its public models
join {{ ref('core', 'secret') }}
--                   ^^^^^^ error[private-ref]: `secret` in `core` is private to its group `team`
//- manifest core
//- models/products.sql access:public
select 1
//- models/prices.sql
select 1
//- models/secret.sql access:private group:team
select 1
//- models/_groups.yml
groups: [{name: team, owner: {name: Team}}]
//- seeds/raw.csv
",
    );
}

#[test]
fn a_group_keeps_its_private_models() {
    check_diagnostics(
        "
//- project shop
//- models/groups.yml
groups: [{name: team, owner: {name: Ada}}, {name: others, owner: {name: Bo}}]
//- models/mine.sql group:team
select * from {{ ref('secret') }}
//- models/yours.sql group:others
select * from {{ ref('secret') }}
--                    ^^^^^^ error[private-ref]: `secret` in `shop` is private to its group `team`
//- models/nobodys.sql
select * from {{ ref('secret') }}
--                    ^^^^^^ error[private-ref]: `secret` in `shop` is private to its group `team`
//- models/secret.sql access:private group:team
select 1
",
    );
}

#[test]
fn with_a_loom_config_readers_without_a_group_pass() {
    check_diagnostics(
        "
//- project shop needs:core
//- models/groups.yml
groups: [{name: team, owner: {name: Ada}}, {name: others, owner: {name: Bo}}]
//- models/nobodys.sql
select * from {{ ref('secret') }}
//- models/yours.sql group:others
select * from {{ ref('secret') }}
--                    ^^^^^^ error[private-ref]: `secret` in `shop` is private to its group `team`
//- models/secret.sql access:private group:team
select 1
//- manifest core
",
    );
}

#[test]
fn a_project_whose_own_manifest_is_not_loaded_is_open() {
    check_diagnostics(
        "
//- project shop needs:sales
//- models/orders.sql
select * from {{ ref('core', 'prices') }}
//- package core
//- models/prices.sql
select 1
//- manifest sales
//- models/lines.sql access:public
select 1
",
    );
}

#[test]
fn an_unknown_group_or_access_says_nothing() {
    check_diagnostics(
        "
//- project shop
//- models/groups.yml
groups: [{name: team, owner: {name: Ada}}, {name: others, owner: {name: Bo}}]
//- models/reader.sql
{{ config(group=env_var('GROUP')) }} select * from {{ ref('secret') }}
//- models/secret.sql access:private group:team
select 1
//- models/other.sql
select * from {{ ref('open') }}
//- models/open.sql
{{ config(access=env_var('ACCESS')) }} select 1
",
    );
}

#[test]
fn the_sql_file_counts_over_the_property_file_and_that_over_the_project() {
    check_diagnostics(
        "
//- project shop
//- models/groups.yml
groups: [{name: team, owner: {name: Ada}}, {name: others, owner: {name: Bo}}]
//- dbt_project.yml
name: shop
models:
  shop:
    marts: {+access: private, +group: team}
//- models/marts/a.sql
select * from {{ ref('b') }} join {{ ref('c') }}
//- models/marts/b.sql
select 1
//- models/reader.sql
select * from {{ ref('a') }} join {{ ref('b') }} join {{ ref('c') }}
--                                        ^ error[private-ref]: `b` in `shop` is private to its group `team`
//- models/marts/c.sql
{{ config(access='protected') }} select 1
//- models/_models.yml
models:
  - name: a
    config: {access: protected}
  - name: c
    config: {access: private}
",
    );
}

#[test]
fn an_access_that_dbt_refuses_is_told_where_it_is_set() {
    check_diagnostics(
        "
//- project shop
//- models/a.sql
{{ config(access='pubic') }} select 1
--        ^^^^^^^^^^^^^^ error[invalid-access]: access is `private`, `protected` or `public`, not `pubic`
//- models/b.sql
{{ config(access='public', materialized='ephemeral') }} select 1
--                         ^^^^^^^^^^^^^^^^^^^^^^^^ error[invalid-access]: `b` is public, and a public model cannot be ephemeral: there is nothing to read
//- models/c.sql
select 1
//- models/_models.yml
models:
  - name: c
    access: open
#           ^^^^ error[invalid-access]: `access` stands both in `config` and beside it; dbt takes it in one place only
    config: {access: public}
#                    ^^^^^^ hint[public-without-contract]: `c` is public, and no contract holds its columns
",
    );
}
