//! profiles.yml beside dbt_project.yml.

use crate::fixture::check_diagnostics;

#[test]
fn what_dbt_refuses_of_the_connection_that_counts_is_an_error() {
    check_diagnostics(
        "
//- project shop
//- dbt_project.yml
name: shop
profile: shop
//- profiles.yml
shop:
  target: dev
  outputs:
    dev:
#   ^^^ error[invalid-value]: a connection to Postgres needs `database`, `user`
      type: postgres
      host: db.example.com
      hots: db.example.com
#     ^^^^ hint[unknown-key]: a connection to Postgres has no key `hots`; did you mean `host`?
      port: '5432'
#           ^^^^^^ error[invalid-value]: `port` is a whole number, not this text
      password: 12345
#               ^^^^^ error[invalid-value]: `password` is a text, not a number
      pass: hunter2
#     ^^^^ error[invalid-value]: `pass` is another name of `password`; dbt takes one of them only
      schema: shop
      threads: many
#              ^^^^ error[invalid-value]: `threads` is a whole number, not this text
    prod:
#   ^^^^ hint[invalid-value]: a connection to Snowflake needs `database`, `account`
      type: snowflake
      schema: shop
    ci: duckdb
#       ^^^^^^ hint[invalid-value]: a connection is a mapping
",
    );
}

#[test]
fn a_target_that_is_not_there_is_an_error_for_the_own_profile() {
    check_diagnostics(
        "
//- project shop
//- dbt_project.yml
name: shop
profile: shop
//- profiles.yml
shop:
  target: prod
#         ^^^^ error[invalid-value]: the profile `shop` has no output `prod`, but `dev`
  outputs:
    dev: {type: duckbd}
#               ^^^^^^ hint[invalid-value]: no adapter `duckbd` is known; did you mean `duckdb`?
other:
#<0>^^^^^ hint[invalid-value]: the profile `other` names no `target`, and has no output `default`
  outputs:
    dev: {path: shop.duckdb}
#   ^^^ hint[invalid-value]: a connection needs `type`
third:
#<0>^^^^^ hint[invalid-value]: the profile `third` needs `outputs`
  target: dev
",
    );
}

#[test]
fn what_dbt_takes_or_nobody_knows_is_silent() {
    check_diagnostics(
        "
//- project shop
//- dbt_project.yml
name: shop
profile: shop
//- profiles.yml
config: {send_anonymous_usage_stats: false}
.defaults: &defaults
  type: postgres
  host: db.example.com
shop:
  target: \"{{ env_var('STAGE', 'dev') }}\"
  outputs:
    dev:
      type: postgres
      host: \"{{ env_var('HOST') }}\"
      port: \"{{ env_var('PORT') | as_number }}\"
      user: ada
      pass: \"{{ env_var('PASSWORD') }}\"
      dbname: shop
      schema: shop
      role:
      threads: 4
      my_own_key: 1
    merged:
      <<: *defaults
      schema: shop
    exotic: {type: exasol, dsn: 1, port: x}
    plain: {type: duckdb, path: shop.duckdb, extensions: [httpfs]}
    lake: {type: databricks, host: 1}
    hot:
      type: teradata
      host: td.example.com
      user: ada
      password: \"{{ env_var('PASSWORD') }}\"
      schema: shop
      tmode: ANSI
other:
  outputs:
    default: {type: trino, catalog: shop, schema: shop, host: t.example.com, port: 443, method: jwt}
",
    );
}

#[test]
fn a_profile_that_is_not_there_is_told() {
    check_diagnostics(
        "
//- project shop
//- dbt_project.yml
name: shop
profile: shpo
#        ^^^^ error[invalid-value]: the profiles.yml here has no profile `shpo`; did you mean `shop`?
//- profiles.yml
shop:
  target: dev
  outputs:
    dev: {type: duckdb, path: shop.duckdb}
",
    );
}

#[test]
fn a_profile_that_another_file_may_have_is_not_judged() {
    check_diagnostics(
        "
//- project shop
//- dbt_project.yml
name: shop
profile: shpo
//- project core
//- dbt_project.yml
name: core
profile: \"{{ env_var('PROFILE', 'dev') }}\"
//- profiles.yml
shop:
  target: dev
  outputs:
    dev: {type: duckdb, path: shop.duckdb}
",
    );
}
