//! Data tests: dbt's own, the project's, and those of packages.

use expect_test::expect;

use super::{check, check_labels};
use crate::fixture::check_complete;

#[test]
fn data_tests_have_names_arguments_and_a_configuration() {
    let under = |text: &str| {
        format!(
            "models:\n  - name: orders\n    columns:\n      - name: id\n        data_tests:\n{text}"
        )
    };
    check(
        "models/orders.yml",
        &under("          - $0"),
        &expect![[r#"
        Key not_null optional
            - not_null¦
        Key unique optional
            - unique¦
        Key accepted_values optional
            - accepted_values:¦
        Key relationships optional
            - relationships:¦
    "#]],
    );
    let texts = [
        "          $0",
        "          - accepted_values:\n              $0",
        "          - accepted_values:\n              arguments:\n                $0",
        "          - relationships:\n              arguments:\n                field: id\n                $0",
        "          - unique:\n              config:\n                sev$0",
        "          - unique:\n              config:\n                severity: $0",
        "          - unique:\n            $0",
    ];
    let texts = texts.map(under);
    check_labels(
        "models/orders.yml",
        &texts.each_ref().map(String::as_str),
        &expect![[r#"
            models:
              - name: orders
                columns:
                  - name: id
                    data_tests:
                      $0
                => not_null unique accepted_values relationships
            models:
              - name: orders
                columns:
                  - name: id
                    data_tests:
                      - accepted_values:
                          $0
                => arguments config name description
            models:
              - name: orders
                columns:
                  - name: id
                    data_tests:
                      - accepted_values:
                          arguments:
                            $0
                => values quote
            models:
              - name: orders
                columns:
                  - name: id
                    data_tests:
                      - relationships:
                          arguments:
                            field: id
                            $0
                => to
            models:
              - name: orders
                columns:
                  - name: id
                    data_tests:
                      - unique:
                          config:
                            sev$0
                => severity where limit warn_if error_if fail_calc store_failures store_failures_as enabled tags meta group alias schema database sql_header static_analysis
            models:
              - name: orders
                columns:
                  - name: id
                    data_tests:
                      - unique:
                          config:
                            severity: $0
                => error warn
            models:
              - name: orders
                columns:
                  - name: id
                    data_tests:
                      - unique:
                        $0
                => nothing
        "#]],
    );
}

#[test]
fn data_tests_of_the_project_and_of_packages_are_offered() {
    let mesh = |text: &str| {
        format!(
            "
//- project shop
//- models/orders.sql
select 1 as id
//- models/orders.yml
models:
  - name: orders
    columns:
      - name: id
        data_tests:
          {text}
//- macros/tests.sql
{{% test is_even(model, column_name) %}}select 1{{% endtest %}}
{{% macro test_between(model, column_name, low, high=10) %}}select 1{{% endmacro %}}
{{% macro plain() %}}{{% endmacro %}}
//- package utils
//- macros/tests.sql
{{% test is_positive(model, column_name) %}}select 1{{% endtest %}}
"
        )
    };
    check_complete(
        &mesh("- $0"),
        &expect![[r#"
            Key not_null optional
                - not_null¦
            Key unique optional
                - unique¦
            Key accepted_values optional
                - accepted_values:¦
            Key relationships optional
                - relationships:¦
            Key is_even this project
                - is_even¦
            Key between this project
                - between:¦
            Key utils.is_positive package
                - utils.is_positive¦
        "#]],
    );
    check_complete(
        &mesh("- between:\n              arguments:\n                $0"),
        &expect![[r#"
            Key low required
                low: ¦
            Key high optional
                high: ¦
        "#]],
    );
}
