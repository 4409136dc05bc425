//! Mappings in one line.

use expect_test::expect;

use super::check_labels;

#[test]
fn a_flow_mapping_may_still_be_open() {
    check_labels(
        "models/orders.yml",
        &[
            "models:\n  - name: orders\n    config: {contract: {$0}}",
            "models:\n  - name: orders\n    config: {contract: {$0\n    description: a",
            "models:\n  - name: orders\n    config: {contract: {enforced: $0\n    description: a",
            "models:\n  - name: orders\n    config:\n      docs: {show: true, $0\n  - name: other",
            "models:\n  - name: orders\n    config:\n      docs: {show: '$0\n  - name: other",
            "models:\n  - name: orders\n    constraints: [{type: $0\n  - name: other",
        ],
        &expect![[r#"
            models:
              - name: orders
                config: {contract: {$0}}
                => enforced alias_types
            models:
              - name: orders
                config: {contract: {$0
                description: a
                => enforced alias_types
            models:
              - name: orders
                config: {contract: {enforced: $0
                description: a
                => true false
            models:
              - name: orders
                config:
                  docs: {show: true, $0
              - name: other
                => node_color
            models:
              - name: orders
                config:
                  docs: {show: '$0
              - name: other
                => nothing
            models:
              - name: orders
                constraints: [{type: $0
              - name: other
                => not_null unique primary_key foreign_key check custom
        "#]],
    );
}
