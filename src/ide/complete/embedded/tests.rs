#![expect(
    clippy::needless_raw_string_hashes,
    reason = "the hashes are written by expect-test"
)]

use expect_test::expect;

use crate::fixture::check_complete;
use crate::ide::complete::tests::mesh;

#[track_caller]
fn check_yaml(text: &str, expected: &expect_test::Expect) {
    check_complete(&mesh(&format!("//- models/a.yml\n{text}")), expected);
}

#[test]
fn an_exposure_depends_on_refs_without_braces() {
    check_yaml(
        "exposures:\n  - name: board\n    depends_on:\n      - ref('core', 's$0\n",
        &expect![[r#"
            Model products public
                - ref('core', 'products')¦
            Model stock public · v2
                - ref('core', 'stock')¦
            Model costs private · dbt refuses it here
                - ref('core', 'costs')¦
            Model prices protected · dbt refuses it here
                - ref('core', 'prices')¦
        "#]],
    );
    check_yaml(
        "exposures:\n  - name: board\n    depends_on:\n      - $0\n",
        &expect![[r#"
            Function ref reads a model, seed or snapshot
                - ref('¦
            Function source reads a table that is not dbt's
                - source('¦
        "#]],
    );
}

#[test]
fn a_relationship_reads_a_ref() {
    check_yaml(
        "models:\n  - name: a\n    columns:\n      - name: id\n        data_tests:\n          - relationships:\n              to: ref('core', '$0')\n              field: id\n",
        &expect![[r#"
            Model products public
                to: ref('core', 'products¦')
            Model stock public · v2
                to: ref('core', 'stock¦')
            Model costs private · dbt refuses it here
                to: ref('core', 'costs¦')
            Model prices protected · dbt refuses it here
                to: ref('core', 'prices¦')
        "#]],
    );
    check_yaml(
        "models:\n  - name: a\n    columns:\n      - name: id\n        data_tests:\n          - relationships:\n              to: $0\n              field: id\n",
        &expect![[r#"
            Function ref reads a model, seed or snapshot
                to: ref('¦
            Function source reads a table that is not dbt's
                to: source('¦
        "#]],
    );
}

#[test]
fn unit_tests_snapshots_semantic_models_and_hooks_read_refs() {
    check_yaml(
        "unit_tests:\n  - name: t\n    given:\n      - input: ref('core', 'st$0')\n",
        &expect![[r#"
            Model products public
                - input: ref('core', 'products¦')
            Model stock public · v2
                - input: ref('core', 'stock¦')
            Model costs private · dbt refuses it here
                - input: ref('core', 'costs¦')
            Model prices protected · dbt refuses it here
                - input: ref('core', 'prices¦')
        "#]],
    );
    check_yaml(
        "snapshots:\n  - name: t\n    relation: ref('core', 'st$0\n",
        &expect![[r#"
            Model products public
                relation: ref('core', 'products')¦
            Model stock public · v2
                relation: ref('core', 'stock')¦
            Model costs private · dbt refuses it here
                relation: ref('core', 'costs')¦
            Model prices protected · dbt refuses it here
                relation: ref('core', 'prices')¦
        "#]],
    );
    check_yaml(
        "semantic_models:\n  - name: t\n    model: 'ref(\"core\", $0'\n",
        &expect![[r#"
            Model products public
                model: 'ref("core", "products")¦'
            Model stock public · v2
                model: 'ref("core", "stock")¦'
            Model costs private · dbt refuses it here
                model: 'ref("core", "costs")¦'
            Model prices protected · dbt refuses it here
                model: 'ref("core", "prices")¦'
        "#]],
    );
    check_yaml(
        "models:\n  - name: a\n    config:\n      pre_hook: \"{{ ref('core', '$0') }}\"\n",
        &expect![[r#"
            Model products public
                pre_hook: "{{ ref('core', 'products¦') }}"
            Model stock public · v2
                pre_hook: "{{ ref('core', 'stock¦') }}"
            Model costs private · dbt refuses it here
                pre_hook: "{{ ref('core', 'costs¦') }}"
            Model prices protected · dbt refuses it here
                pre_hook: "{{ ref('core', 'prices¦') }}"
        "#]],
    );
}

#[test]
fn a_description_reads_nothing() {
    check_yaml(
        "models:\n  - name: a\n    description: ref('$0')\n",
        &expect![[""]],
    );
}

#[test]
fn what_is_described_is_offered_by_name() {
    check_yaml(
        "models:\n  - name: $0\n",
        &expect![[r#"
        Model shop_orders not described yet
            - name: shop_orders¦
    "#]],
    );
    check_yaml(
        "seeds:\n  - name: c$0\n",
        &expect![[r#"
        Seed countries not described yet
            - name: countries¦
    "#]],
    );
    check_yaml(
        "unit_tests:\n  - name: t\n    model: sh$0\n",
        &expect![[r#"
            Model shop_orders
                model: shop_orders¦
        "#]],
    );
    check_yaml("sources:\n  - name: $0\n", &expect![[""]]);
}

#[test]
fn dependencies_name_other_projects() {
    let mesh = |text: &str| {
        format!(
            "//- project shop\n//- dependencies.yml\n{text}\n//- project core\n//- project sales\n"
        )
    };
    check_complete(
        &mesh("projects:\n  - name: $0"),
        &expect![[r#"
        Project core
            - name: core¦
        Project sales
            - name: sales¦
    "#]],
    );
    check_complete(
        &mesh("projects:\n  - name: core\n  - name: '$0'"),
        &expect![[r#"
            Project sales
                - name: 'sales¦'
        "#]],
    );
    check_complete(&mesh("packages:\n  - package: $0"), &expect![[""]]);
}
