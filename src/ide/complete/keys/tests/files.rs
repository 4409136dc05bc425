//! dbt_project.yml, packages.yml, dependencies.yml and profiles.yml.

use expect_test::{Expect, expect};

use super::{check, check_labels};
use crate::fixture::{Fixture, check_complete};
use crate::ide;

#[test]
fn dbt_project_yml_configures_by_folder() {
    check(
        "dbt_project.yml",
        "name: shop\nseeds:\n  shop:\n    +ena$0",
        &expect![[r#"
            Key +enabled optional
                +enabled: ¦
            Key +alias optional
                +alias: ¦
            Key +schema optional
                +schema: ¦
            Key +database optional
                +database: ¦
            Key +tags optional
                +tags: ¦
            Key +meta optional
                +meta:¦
            Key +group optional
                +group: ¦
            Key +docs optional
                +docs:¦
            Key +column_types optional
                +column_types:¦
            Key +delimiter optional
                +delimiter: ¦
            Key +quote_columns optional
                +quote_columns: ¦
            Key +full_refresh optional
                +full_refresh: ¦
            Key +pre-hook optional
                +pre-hook: ¦
            Key +post-hook optional
                +post-hook: ¦
            Key +pre_hook optional
                +pre_hook: ¦
            Key +post_hook optional
                +post_hook: ¦
            Key +grants optional
                +grants:¦
            Key +persist_docs optional
                +persist_docs:¦
            Key +quoting optional
                +quoting:¦
            Key +event_time optional
                +event_time: ¦
            Key +materialized optional
                +materialized: ¦
            Key +static_analysis optional
                +static_analysis: ¦
        "#]],
    );
    let fixture = "
//- project shop
//- dbt_project.yml
name: shop
models:
  $0
//- models/staging/web/orders.sql
select 1
//- package utils
//- models/a.sql
select 1
";
    let first = |fixture: &str, expected: &Expect| {
        let fixture = Fixture::new(fixture);
        let (path, offset) = fixture.cursor.clone().unwrap();
        let completions = ide::complete(&fixture.world, &path, offset);
        let labels = completions.items.iter().take(4).map(|it| &*it.label);
        expected.assert_eq(&labels.collect::<Vec<_>>().join(" "));
    };
    first(fixture, &expect!["shop utils +materialized +enabled"]);
    first(
        &fixture.replace("$0", "shop:\n    $0"),
        &expect!["staging +materialized +enabled +access"],
    );
    first(
        &fixture.replace("$0", "shop:\n    staging:\n      $0"),
        &expect!["web +materialized +enabled +access"],
    );
}

#[test]
fn dbt_project_yml_has_keys_and_values() {
    check_labels(
        "dbt_project.yml",
        &[
            "$0",
            "name: shop\nmodels:\n  shop:\n    +materialized: $0",
            "name: shop\nmodels:\n  shop:\n    materialized: $0",
            "name: shop\nexposures:\n  +enabled: true\n  $0",
            "name: shop\nmodels:\n  +docs:\n    $0",
            "name: shop\nflags:\n  fail$0",
            "name: shop\nquoting:\n  identifier: $0",
        ],
        &expect![[r#"
            $0
                => name version config-version profile require-dbt-version model-paths seed-paths snapshot-paths analysis-paths macro-paths test-paths function-paths docs-paths asset-paths osi-paths target-path log-path packages-install-path clean-targets models seeds snapshots sources data_tests unit_tests analyses exposures metrics semantic-models saved-queries functions vars on-run-start on-run-end dispatch quoting query-comment restrict-access dbt-cloud flags
            name: shop
            models:
              shop:
                +materialized: $0
                => view table incremental ephemeral materialized_view
            name: shop
            models:
              shop:
                materialized: $0
                => view table incremental ephemeral materialized_view
            name: shop
            exposures:
              +enabled: true
              $0
                => shop +tags +meta
            name: shop
            models:
              +docs:
                $0
                => show node_color
            name: shop
            flags:
              fail$0
                => send_anonymous_usage_stats partial_parse fail_fast warn_error warn_error_options use_colors printer_width indirect_selection log_format log_level static_parser version_check cache_selected_only populate_cache write_json require_generic_test_arguments_property require_unique_project_resource_names require_resource_names_without_spaces require_ref_searches_node_package_before_root require_explicit_package_overrides_for_builtin_materializations source_freshness_run_project_hooks skip_nodes_if_on_run_start_fails state_modified_compare_more_unrendered_values state_modified_compare_vars validate_macro_args allow_jinja_file_extensions require_valid_schema_from_generate_schema_name require_yaml_configuration_for_mf_time_spines require_nested_cumulative_type_params latest_version_pointer_enabled_by_default
            name: shop
            quoting:
              identifier: $0
                => true false
        "#]],
    );
}

#[test]
fn packages_have_the_keys_of_their_kind() {
    check_labels(
        "packages.yml",
        &[
            "$0",
            "packages:\n  - $0",
            "packages:\n  - git: https://example.com/a.git\n    $0",
            "packages:\n  - package: a/b\n    $0",
            "packages:\n  - private: a/b\n    provider: $0",
        ],
        &expect![[r#"
            $0
                => packages
            packages:
              - $0
                => package version git local tarball private install_prerelease name revision subdirectory warn-unpinned provider
            packages:
              - git: https://example.com/a.git
                $0
                => revision subdirectory warn-unpinned name
            packages:
              - package: a/b
                $0
                => version install_prerelease name
            packages:
              - private: a/b
                provider: $0
                => github gitlab ado azure_active_directory
        "#]],
    );
    check_labels(
        "dependencies.yml",
        &[
            "$0",
            "projects:\n  - $0",
            "packages:\n  - local: $0",
            "packages:\n  - loc$0",
        ],
        &expect![[r#"
            $0
                => packages projects
            projects:
              - $0
                => name
            packages:
              - local: $0
                => nothing
            packages:
              - loc$0
                => package version git local tarball private install_prerelease name revision subdirectory warn-unpinned provider
        "#]],
    );
}

#[test]
fn profiles_are_named_and_their_secrets_are_not() {
    check_labels(
        "profiles.yml",
        &[
            "shop:\n  $0",
            "shop:\n  outputs:\n    dev:\n      type: $0",
            "shop:\n  outputs:\n    dev:\n      type: duckdb\n      $0",
            "shop:\n  outputs:\n    dev: {type: postgres, password: hunter2}\n    prod: {type: postgres}\n  target: $0",
            "shop:\n  outputs:\n    dev: {type: postgres, password: hunter2}\n    prod:\n      password: $0",
            "shop:\n  outputs:\n    dev:\n      type: spark\n      method: $0",
            "shop:\n  outputs:\n    dev:\n      type: postgres\n      pass: hunter2\n      dbname: shop\n      $0",
            "shop:\n  outputs:\n    dev:\n      type: exasol\n      $0",
        ],
        &expect![[r#"
            shop:
              $0
                => outputs target
            shop:
              outputs:
                dev:
                  type: $0
                => athena bigquery clickhouse databricks duckdb fabric postgres redshift salesforce snowflake spark sqlserver trino teradata synapse
            shop:
              outputs:
                dev:
                  type: duckdb
                  $0
                => threads database schema path config_options extensions settings secrets external_root use_credential_provider attach filesystems remote plugins disable_transactions keep_open module_paths retries flights is_ducklake motherduck_token
            shop:
              outputs:
                dev: {type: postgres, password: hunter2}
                prod: {type: postgres}
              target: $0
                => dev prod
            shop:
              outputs:
                dev: {type: postgres, password: hunter2}
                prod:
                  password: $0
                => nothing
            shop:
              outputs:
                dev:
                  type: spark
                  method: $0
                => thrift http odbc session
            shop:
              outputs:
                dev:
                  type: postgres
                  pass: hunter2
                  dbname: shop
                  $0
                => schema host user port threads connect_timeout role search_path keepalives_idle sslmode sslcert sslkey sslrootcert application_name autocommit retries
            shop:
              outputs:
                dev:
                  type: exasol
                  $0
                => threads schema database
        "#]],
    );
    check_complete(
        "
//- project shop
//- dbt_project.yml
name: shop
profile: $0
//- profiles.yml
config: {}
warehouse:
  outputs:
    dev: {type: postgres, password: hunter2}
",
        &expect![[r#"
            Value warehouse profile
                profile: warehouse¦
        "#]],
    );
}
