use std::collections::BTreeMap;
use std::fmt::Write as _;

use expect_test::{Expect, expect};

use super::LoomConfig;

fn check(text: &str, expected: &Expect) {
    let environment = BTreeMap::from([
        ("HOME_OF".into(), "../up".into()),
        ("WORD".into(), "planted-word".into()),
    ]);
    let config = LoomConfig::read(text, &environment);
    let mut shown = String::new();
    for entry in &config.entries {
        let _ = writeln!(
            shown,
            "{} {} {:?}",
            entry.name,
            entry.kind.as_str(),
            entry.path
        );
    }
    for problem in &config.problems {
        let (severity, place) = (problem.severity.as_str(), problem.span.of(text));
        let _ = writeln!(shown, "{severity} {place:?}: {}", problem.message);
    }
    expected.assert_eq(&shown);
}

#[test]
fn a_good_config_is_silent() {
    check(
        "manifests:\n  - name: core\n    type: file\n    config:\n      path: $HOME_OF/target/manifest.json\n    optional: true\n    excluded_packages: [a]\n",
        &expect![[r#"
            core file Some("../up/target/manifest.json")
        "#]],
    );
}

#[test]
fn an_empty_file_stops_dbt_loom() {
    check(
        "# later\n",
        &expect![[r##"
        error "# later\n": the file says nothing; dbt-loom needs `manifests:`
    "##]],
    );
}

#[test]
fn what_is_missing_is_told_at_the_entry() {
    check(
        "manifests:\n  - name: core\n    config: {}\n  - name: b\n    type: file\n    config: {}\n",
        &expect![[r#"
            b file None
            error "name: core": `type` is missing
            error "{}": `path` is missing
        "#]],
    );
}

#[test]
fn an_unknown_type_is_told_with_the_one_that_was_meant() {
    check(
        "manifests:\n  - name: core\n    type: File\n    config: {path: a}\n",
        &expect![[r#"
            error "File": `File` is no type of dbt-loom's; it knows `file`, `dbt_cloud`, `paradime`, `gcs`, `s3`, `azure`, `snowflake`, `databricks`
        "#]],
    );
}

#[test]
fn keys_that_dbt_loom_passes_over_are_hints() {
    check(
        "manifests:\n  - name: core\n    type: dbt_cloud\n    excluded_package: [a]\n    config: {account_id: 1, job_id: 2, step_id: 3}\n",
        &expect![[r#"
            core dbt_cloud None
            hint "excluded_package": dbt-loom passes over `excluded_package` in silence; it knows `excluded_packages`
            hint "step_id": dbt-loom passes over `step_id` in silence
        "#]],
    );
}

#[test]
fn a_mapping_is_no_list_and_a_number_no_name() {
    check(
        "manifests:\n  core:\n    type: file\n",
        &expect![[r#"
        error "manifests:\n  core:\n    type: file": `manifests` needs a list: put `- ` before each entry
    "#]],
    );
    check(
        "manifests:\n  - name: 1\n    type: file\n    config: {path: a}\n    optional: maybe\n",
        &expect![[r#"
            1 file Some("a")
            error "name: 1": `name` needs a text
            error "maybe": `optional` needs `true` or `false`
        "#]],
    );
}

#[test]
fn what_a_variable_would_have_given_is_not_missed() {
    check(
        "# replaces ${NAME}\nmanifests: # and $IT\n  - name: core\n    type: file\n    config:\n      path: ${CORE_MANIFEST}\n",
        &expect![[r#"
            core file None
            warning "${CORE_MANIFEST}": `CORE_MANIFEST` is not set; dbt-loom puts nothing in its place
        "#]],
    );
}

#[test]
fn values_of_variables_are_told_to_nobody() {
    check(
        "manifests:\n  - name: core\n    type: $WORD\n    $WORD: 1\n    config: {path: a}\n",
        &expect![[r#"
            error "$WORD": `$WORD` is no type of dbt-loom's; it knows `file`, `dbt_cloud`, `paradime`, `gcs`, `s3`, `azure`, `snowflake`, `databricks`
            hint "$WORD": dbt-loom passes over `$WORD` in silence
        "#]],
    );
    check(
        "manifests:\n  - {name: $WORD, type: file, config: {path: a}}\n  - {name: $WORD, type: file, config: {path: b}}\n",
        &expect![[r#"
            planted-word file Some("a")
            planted-word file Some("b")
            hint "$WORD": `$WORD` is named twice; of one project the later manifest counts
        "#]],
    );
    check(
        "x: *$WORD\nmanifests: []\n",
        &expect![[r#"
            error "*$WORD": this is not YAML: there is no `&$WORD` before this `*$WORD`
        "#]],
    );
}
