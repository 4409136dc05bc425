#![expect(
    clippy::needless_raw_string_hashes,
    reason = "the hashes are written by expect-test"
)]

use expect_test::expect;

use crate::fixture::{Fixture, check_complete};
use crate::ide;

/// The labels that are offered in a file.
fn labels(file: &str) -> Vec<String> {
    let fixture = Fixture::new(&format!("\n//- project shop\n{file}\n"));
    let (path, offset) = fixture.cursor.clone().unwrap();
    let items = ide::complete(&fixture.world, &path, offset).items;
    items
        .into_iter()
        .map(|item| item.label.into_owned())
        .collect()
}

#[test]
fn keys_that_are_not_given_yet_are_offered() {
    let found = labels("//- models/a.sql\n{{ config(tags=['x'], $0) }}");
    for key in ["materialized=", "access=", "pre_hook=", "contract="] {
        assert!(found.iter().any(|label| label == key), "{key}: {found:?}");
    }
    for key in ["tags=", "pre-hook="] {
        assert!(found.iter().all(|label| label != key), "{key}");
    }
    let found = labels("//- models/a.sql\n{{ config(mat$0");
    assert!(found.iter().any(|label| label == "materialized="));
}

#[test]
fn a_snapshot_has_keys_of_its_own() {
    let found = labels("//- snapshots/a.sql\n{% snapshot a %}{{ config($0) }}");
    assert!(found.iter().any(|label| label == "strategy="));
    assert!(found.iter().all(|label| label != "incremental_strategy="));
}

#[test]
fn values_are_offered_behind_a_key() {
    check_complete(
        "
//- project shop
//- models/a.sql
{{ config(access=$0) }}
",
        &expect![[r#"
            Value private
                {{ config(access='private'¦) }}
            Value protected
                {{ config(access='protected'¦) }}
            Value public
                {{ config(access='public'¦) }}
        "#]],
    );
    check_complete(
        "
//- project shop
//- models/a.sql
{{ config(enabled=$0) }}
",
        &expect![[r#"
            Value false
                {{ config(enabled=false¦) }}
            Value true
                {{ config(enabled=true¦) }}
        "#]],
    );
    check_complete(
        "
//- project shop
//- models/g.yml
groups:
  - {name: money, owner: {name: Ada}}
//- models/a.sql
{{ config(group='m$0') }}
",
        &expect![[r#"
            Value money
                {{ config(group='money¦') }}
        "#]],
    );
}

#[test]
fn nothing_is_offered_inside_a_value_that_is_ones_own() {
    assert!(labels("//- models/a.sql\n{{ config(meta={'$0'}) }}").is_empty());
    assert!(labels("//- models/a.sql\n{{ config(alias='$0') }}").is_empty());
}
