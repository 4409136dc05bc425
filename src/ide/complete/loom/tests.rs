#![expect(
    clippy::needless_raw_string_hashes,
    reason = "the hashes are written by expect-test"
)]

use expect_test::{Expect, expect};

use crate::fixture::check_complete;

#[track_caller]
fn check(config: &str, expected: &Expect) {
    check_complete(
        &format!(
            "
//- project shop
//- dbt_loom.config.yml
{config}
//- project core
//- dbt_project.yml
name: core
target-path: out
//- models/a.sql
//- project sales root:more/sales
"
        ),
        expected,
    );
}

#[test]
fn a_file_begins_with_its_keys() {
    check(
        "$0",
        &expect![[r#"
            Key manifests required
                manifests:¦
            Key enable_telemetry optional
                enable_telemetry: ¦
        "#]],
    );
    check(
        "manifests:\n  - name: core\nena$0",
        &expect![[r#"
        Key enable_telemetry optional
            enable_telemetry: ¦
    "#]],
    );
}

#[test]
fn an_entry_has_keys_that_are_not_there_yet() {
    check(
        "manifests:\n  $0",
        &expect![[r#"
            Key name required
                - name: ¦
            Key type required
                - type: ¦
            Key config required
                - config:¦
            Key excluded_packages optional
                - excluded_packages:¦
            Key included_packages optional
                - included_packages:¦
            Key optional optional
                - optional: ¦
        "#]],
    );
    check(
        "manifests:\n  - $0",
        &expect![[r#"
            Key name required
                - name: ¦
            Key type required
                - type: ¦
            Key config required
                - config:¦
            Key excluded_packages optional
                - excluded_packages:¦
            Key included_packages optional
                - included_packages:¦
            Key optional optional
                - optional: ¦
        "#]],
    );
    check(
        "manifests:\n  - na$0",
        &expect![[r#"
            Key name required
                - name: ¦
            Key type required
                - type: ¦
            Key config required
                - config:¦
            Key excluded_packages optional
                - excluded_packages:¦
            Key included_packages optional
                - included_packages:¦
            Key optional optional
                - optional: ¦
        "#]],
    );
    check(
        "manifests:\n  - name: core\n    $0\n",
        &expect![[r#"
            Key type required
                type: ¦
            Key config required
                config:¦
            Key excluded_packages optional
                excluded_packages:¦
            Key included_packages optional
                included_packages:¦
            Key optional optional
                optional: ¦
        "#]],
    );
    check(
        "manifests:\n  - name: core\n    ty$0: file\n",
        &expect![[r#"
            Key type required
                type¦: file
            Key config required
                config¦: file
            Key excluded_packages optional
                excluded_packages¦: file
            Key included_packages optional
                included_packages¦: file
            Key optional optional
                optional¦: file
        "#]],
    );
}

#[test]
fn a_config_has_the_keys_of_its_type() {
    check(
        "manifests:\n  - name: core\n    type: s3\n    config:\n      $0",
        &expect![[r#"
            Key bucket_name required
                bucket_name: ¦
            Key object_name required
                object_name: ¦
            Key credentials optional
                credentials: ¦
        "#]],
    );
    check(
        "manifests:\n  - name: core\n    type: file\n    config:\n      pa$0",
        &expect![[r#"
            Key path required
                path: ¦
        "#]],
    );
}

#[test]
fn values_are_offered() {
    check(
        "manifests:\n  - name: core\n    type:$0",
        &expect![[r#"
        Value file
            type: file¦
        Value dbt_cloud
            type: dbt_cloud¦
        Value paradime
            type: paradime¦
        Value gcs
            type: gcs¦
        Value s3
            type: s3¦
        Value azure
            type: azure¦
        Value snowflake
            type: snowflake¦
        Value databricks
            type: databricks¦
    "#]],
    );
    check(
        "manifests:\n  - name: $0",
        &expect![[r#"
        Project core
            - name: core¦
        Project sales
            - name: sales¦
    "#]],
    );
    check(
        "enable_telemetry: $0",
        &expect![[r#"
        Value true
            enable_telemetry: true¦
        Value false
            enable_telemetry: false¦
    "#]],
    );
    check(
        "manifests:\n  - name: sales\n    type: file\n    config:\n      path: '$0'",
        &expect![[r#"
            File ../more/sales/target/manifest.json sales
                path: '../more/sales/target/manifest.json¦'
            File ../core/out/manifest.json core
                path: '../core/out/manifest.json¦'
        "#]],
    );
    check(
        "manifests:\n  - name: core\n    type: file\n    config: {path: ../core/out/manifest.json}\n    excluded_packages:\n      - $0",
        &expect![[r#"
            Project core
                - core¦
        "#]],
    );
}
