#![expect(
    clippy::needless_raw_string_hashes,
    reason = "the hashes are written by expect-test"
)]

mod data_tests;
mod files;
mod flow;

use std::fmt::Write as _;

use expect_test::{Expect, expect};

use crate::fixture::{Fixture, check_complete};
use crate::ide;

#[track_caller]
fn check(file: &str, text: &str, expected: &Expect) {
    check_complete(
        &format!("//- project shop\n//- {file}\n{text}\n//- models/orders.sql\nselect 1 as id\n"),
        expected,
    );
}

/// What is offered, by its labels, in each of some texts.
#[track_caller]
fn check_labels(file: &str, texts: &[&str], expected: &Expect) {
    let mut out = String::new();
    for text in texts {
        let fixture = Fixture::new(&format!(
            "//- project shop\n//- {file}\n{text}\n//- models/orders.sql\nselect 1 as id\n"
        ));
        let (path, offset) = fixture.cursor.clone().unwrap();
        let completions = ide::complete(&fixture.world, &path, offset);
        let labels: Vec<&str> = completions.items.iter().map(|it| &*it.label).collect();
        let labels = if labels.is_empty() {
            "nothing".into()
        } else {
            labels.join(" ")
        };
        writeln!(out, "{text}\n    => {labels}").unwrap();
    }
    expected.assert_eq(&out);
}

#[test]
fn a_property_file_begins_with_its_sections() {
    check_labels(
        "models/orders.yml",
        &[
            "$0",
            "models:\n  - name: orders\nsou$0",
            "models: []\n\n$0\nseeds: []",
        ],
        &expect![[r#"
            $0
                => version models sources seeds snapshots exposures groups macros analyses data_tests unit_tests metrics semantic_models saved_queries functions anchors
            models:
              - name: orders
            sou$0
                => version sources seeds snapshots exposures groups macros analyses data_tests unit_tests metrics semantic_models saved_queries functions anchors
            models: []

            $0
            seeds: []
                => version sources snapshots exposures groups macros analyses data_tests unit_tests metrics semantic_models saved_queries functions anchors
        "#]],
    );
}

#[test]
fn an_entry_has_keys_that_are_not_there_yet() {
    check_labels(
        "models/orders.yml",
        &[
            "models:\n  $0",
            "models:\n  - name: orders\n    $0",
            "models:\n  - name: orders\n    des$0",
            "models:\n  - name: orders\n    des$0\n    columns:\n      - name: id",
            "models:\n  - name: orders\n    columns:\n      - name: id\n    $0",
            "models:\n  - name: orders\n    columns:\n      - name: id\n        $0",
            "models:\n  - name: orders\n    columns:\n      - name: id\n      - $0",
            "models:\n  - {name: orders, $0}",
            "models:\n- name: orders\n  $0\n- name: lines",
            "exposures:\n  - label: A\n    $0",
        ],
        &expect![[r#"
            models:
              $0
                => name description config columns data_tests constraints latest_version versions deprecation_date time_spine semantic_model primary_entity agg_time_dimension metrics derived_semantics
            models:
              - name: orders
                $0
                => description config columns data_tests constraints latest_version versions deprecation_date time_spine semantic_model primary_entity agg_time_dimension metrics derived_semantics
            models:
              - name: orders
                des$0
                => description config columns data_tests constraints latest_version versions deprecation_date time_spine semantic_model primary_entity agg_time_dimension metrics derived_semantics
            models:
              - name: orders
                des$0
                columns:
                  - name: id
                => description config data_tests constraints latest_version versions deprecation_date time_spine semantic_model primary_entity agg_time_dimension metrics derived_semantics
            models:
              - name: orders
                columns:
                  - name: id
                $0
                => description config data_tests constraints latest_version versions deprecation_date time_spine semantic_model primary_entity agg_time_dimension metrics derived_semantics
            models:
              - name: orders
                columns:
                  - name: id
                    $0
                => description data_type data_tests constraints config quote tags meta granularity dimension entity policy_tags databricks_tags column_mask
            models:
              - name: orders
                columns:
                  - name: id
                  - $0
                => name description data_type data_tests constraints config quote tags meta granularity dimension entity policy_tags databricks_tags column_mask
            models:
              - {name: orders, $0}
                => description config columns data_tests constraints latest_version versions deprecation_date time_spine semantic_model primary_entity agg_time_dimension metrics derived_semantics
            models:
            - name: orders
              $0
            - name: lines
                => description config columns data_tests constraints latest_version versions deprecation_date time_spine semantic_model primary_entity agg_time_dimension metrics derived_semantics
            exposures:
              - label: A
                $0
                => name type owner depends_on description maturity url config
        "#]],
    );
}

#[test]
fn nothing_is_offered_where_no_key_can_stand() {
    check_labels(
        "models/orders.yml",
        &[
            "models:\n  - name: orders\n    description: |\n      text\n      $0",
            "models:\n  - name: orders\n    description: text $0",
            "models:\n  - name: orders\n    description: text\n      mo$0",
            "models:\n  - name: orders\n    config: {$0",
            "models:\n  - name: orders\n    config:\n      tags: [$0]",
            "models:\n  - name: orders\n    config:\n      meta:\n        $0",
            "models:\n  - name: orders\n    # $0",
        ],
        &expect![[r#"
            models:
              - name: orders
                description: |
                  text
                  $0
                => nothing
            models:
              - name: orders
                description: text $0
                => nothing
            models:
              - name: orders
                description: text
                  mo$0
                => nothing
            models:
              - name: orders
                config: {$0
                => materialized enabled access group contract alias schema database tags meta docs incremental_strategy unique_key on_schema_change on_configuration_change on_error full_refresh pre-hook post-hook pre_hook post_hook grants persist_docs quoting column_types event_time begin batch_size lookback concurrent_batches freshness latest_version_pointer incremental_predicates merge_update_columns merge_exclude_columns sql_header packages primary_key static_analysis description unlogged indexes partition_by cluster_by labels hours_to_expiration kms_key_name require_partition_filter partition_expiration_days grant_access_to snowflake_warehouse transient copy_grants secure query_tag target_lag refresh_mode automatic_clustering file_format location_root liquid_clustered_by tblproperties databricks_tags databricks_compute dist sort sort_type bind backup
            models:
              - name: orders
                config:
                  tags: [$0]
                => nothing
            models:
              - name: orders
                config:
                  meta:
                    $0
                => nothing
            models:
              - name: orders
                # $0
                => nothing
        "#]],
    );
    check_labels(
        "selectors.yml",
        &["$0"],
        &expect![[r#"
        $0
            => selectors version
    "#]],
    );
    check_labels(
        "package-lock.yml",
        &["$0"],
        &expect![[r#"
        $0
            => nothing
    "#]],
    );
}

#[test]
fn a_key_is_put_with_what_is_missing_round_it() {
    check(
        "models/orders.yml",
        "groups:\n  $0",
        &expect![[r#"
        Key name required
            - name: ¦
        Key owner required
            - owner:¦
        Key description optional
            - description: ¦
        Key config optional
            - config:¦
    "#]],
    );
    check(
        "models/orders.yml",
        "groups:\n  - $0",
        &expect![[r#"
        Key name required
            - name: ¦
        Key owner required
            - owner:¦
        Key description optional
            - description: ¦
        Key config optional
            - config:¦
    "#]],
    );
    check(
        "models/orders.yml",
        "groups:\n  -$0",
        &expect![[r#"
        Key name required
            - name: ¦
        Key owner required
            - owner:¦
        Key description optional
            - description: ¦
        Key config optional
            - config:¦
    "#]],
    );
    check(
        "models/orders.yml",
        "groups:\n  - na$0",
        &expect![[r#"
        Key name required
            - name: ¦
        Key owner required
            - owner:¦
        Key description optional
            - description: ¦
        Key config optional
            - config:¦
    "#]],
    );
    check(
        "models/orders.yml",
        "groups:\n  - na$0: finance",
        &expect![[r#"
            Key name required
                - name¦: finance
            Key owner required
                - owner¦: finance
            Key description optional
                - description¦: finance
            Key config optional
                - config¦: finance
        "#]],
    );
}

#[test]
fn a_configuration_has_the_keys_of_its_resource() {
    check_labels(
        "models/orders.yml",
        &[
            "seeds:\n  - name: orders\n    config:\n      $0",
            "exposures:\n  - name: orders\n    config:\n      enabled: true\n      $0",
            "models:\n  - name: orders\n    config:\n      contract:\n        en$0",
            "sources:\n  - name: shop\n    config:\n      freshness:\n        warn_after:\n          $0",
            "sources:\n  - name: shop\n    config:\n      freshness:\n        warn_after: {count: 1, $0}",
        ],
        &expect![[r#"
            seeds:
              - name: orders
                config:
                  $0
                => enabled alias schema database tags meta group docs column_types delimiter quote_columns full_refresh pre-hook post-hook pre_hook post_hook grants persist_docs quoting event_time materialized static_analysis
            exposures:
              - name: orders
                config:
                  enabled: true
                  $0
                => tags meta
            models:
              - name: orders
                config:
                  contract:
                    en$0
                => enforced alias_types
            sources:
              - name: shop
                config:
                  freshness:
                    warn_after:
                      $0
                => count period
            sources:
              - name: shop
                config:
                  freshness:
                    warn_after: {count: 1, $0}
                => period
        "#]],
    );
}

#[test]
fn constraints_have_keys_and_types() {
    check_labels(
        "models/orders.yml",
        &[
            "models:\n  - name: orders\n    constraints:\n      - $0",
            "models:\n  - name: orders\n    columns:\n      - name: id\n        constraints:\n          - type: $0",
            "models:\n  - name: orders\n    constraints:\n      - type: check\n        warn_unsupported: $0",
        ],
        &expect![[r#"
            models:
              - name: orders
                constraints:
                  - $0
                => type expression name columns to to_columns warn_unenforced warn_unsupported
            models:
              - name: orders
                columns:
                  - name: id
                    constraints:
                      - type: $0
                => not_null unique primary_key foreign_key check custom
            models:
              - name: orders
                constraints:
                  - type: check
                    warn_unsupported: $0
                => true false
        "#]],
    );
}

#[test]
fn values_are_offered() {
    check(
        "models/orders.yml",
        "models:\n  - name: orders\n    config:\n      access:$0",
        &expect![[r#"
            Value private
                access: private¦
            Value protected
                access: protected¦
            Value public
                access: public¦
        "#]],
    );
    check_labels(
        "models/orders.yml",
        &[
            "models:\n  - name: orders\n    config:\n      access: pu$0",
            "models:\n  - name: orders\n    config:\n      materialized: '$0'",
            "models:\n  - name: orders\n    config:\n      enabled: $0",
            "models:\n  - name: orders\n    config:\n      enabled: '$0'",
            "models:\n  - name: orders\n    config: {contract: {enforced: $0}}",
            "exposures:\n  - name: orders\n    type: $0",
            "sources:\n  - name: shop\n    freshness:\n      warn_after:\n        period: $0",
        ],
        &expect![[r#"
            models:
              - name: orders
                config:
                  access: pu$0
                => private protected public
            models:
              - name: orders
                config:
                  materialized: '$0'
                => view table incremental ephemeral materialized_view
            models:
              - name: orders
                config:
                  enabled: $0
                => true false
            models:
              - name: orders
                config:
                  enabled: '$0'
                => nothing
            models:
              - name: orders
                config: {contract: {enforced: $0}}
                => true false
            exposures:
              - name: orders
                type: $0
                => dashboard notebook analysis ml application
            sources:
              - name: shop
                freshness:
                  warn_after:
                    period: $0
                => minute hour day
        "#]],
    );
}
