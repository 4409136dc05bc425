//! Who wins, who adds.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::dbt::Value;
use crate::project::{Asked, FileFacts, Files, Project, Whole};

fn files(texts: &[(&str, &str)]) -> Files {
    texts
        .iter()
        .map(|(path, text)| (Arc::from(*path), Arc::new(FileFacts::read(path, text))))
        .collect()
}

/// The configuration of the model `orders`, with target `prod`.
fn whole(texts: &[(&str, &str)], root: Option<&str>) -> Whole {
    let environment = BTreeMap::from([("ON".to_owned(), "true".to_owned())]);
    let asked = Asked {
        target: Some("prod"),
        vars: None,
        environment: &environment,
    };
    let root = root.map(|text| {
        let files = files(&[("dbt_project.yml", text)]);
        Project::definition_of(&files)
    });
    let mut project = Project::new("/shop".into(), files(texts), Vec::new(), root);
    if let Some(renders) = project.render(&asked) {
        project = project.with_renders(&renders).0;
    }
    assert!(project.render(&asked).is_none(), "all is rendered");
    let (_, node) = project.index.named("orders").last().unwrap();
    project.configuration(node, &asked)
}

/// `key: value` of the keys asked for.
#[track_caller]
fn check(texts: &[(&str, &str)], root: Option<&str>, expected: &[(&str, &str)]) {
    let whole = whole(texts, root);
    for (key, expected) in expected {
        let value = whole.values.iter().find(|(name, _)| &**name == *key);
        let found = match value {
            Some((_, value)) => shown(value),
            None if whole.unknown.iter().any(|name| &**name == *key) => "?".to_owned(),
            None => String::new(),
        };
        assert_eq!(found, *expected, "{key}");
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::List(items) => format!(
            "[{}]",
            items.iter().map(shown).collect::<Vec<_>>().join(", ")
        ),
        Value::Map(entries) => {
            let entries = entries
                .iter()
                .map(|(key, value)| format!("{key}: {}", shown(value)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
        Value::Null => "null".into(),
        value => value.python_text().map_or("?".into(), Into::into),
    }
}

#[test]
fn the_file_beats_the_property_file_beats_the_project() {
    let project = "name: shop\nmodels:\n  +materialized: view\n  +schema: a\n  shop:\n    marts:\n      +access: public\n      +schema: b\n      materialized: table\n      meta: {a: 1}\n";
    let properties = "models:\n  - name: orders\n    config: {schema: c, alias: x}\n";
    check(
        &[
            ("dbt_project.yml", project),
            (
                "models/marts/orders.sql",
                "{{ config(alias='y') }} select 1",
            ),
            ("models/marts/m.yml", properties),
        ],
        None,
        &[
            ("materialized", "table"),
            ("access", "public"),
            ("schema", "c"),
            ("alias", "y"),
            // Without `+` it is a folder.
            ("meta", "{}"),
            ("enabled", "True"),
        ],
    );
}

#[test]
fn tags_hooks_and_packages_add_up_and_mappings_are_joined() {
    let project = "name: shop\nmodels:\n  +tags: all\n  +meta: {a: 1, b: 1}\n  shop:\n    +tags: [shop]\n    +pre-hook: \"{{ one() }}\"\n    +grants: {select: [a], insert: b}\n    +contract: {enforced: true}\n";
    let properties = "models:\n  - name: orders\n    config:\n      tags: [yaml]\n      meta: {b: 2}\n      contract: {alias_types: false}\n      grants: {+select: [c]}\n    docs: {show: false}\n";
    let sql = "{{ config(tags='sql', pre_hook=['two', {'sql': 'three', 'transaction': False}], grants={'insert': 'd'}) }} select 1";
    check(
        &[
            ("dbt_project.yml", project),
            ("models/orders.sql", sql),
            ("models/m.yml", properties),
        ],
        None,
        &[
            ("tags", "[all, shop, yaml, sql]"),
            ("meta", "{a: 1, b: 2}"),
            (
                "pre-hook",
                "[{sql: {{ one() }}, transaction: True, index: null}, {sql: two, transaction: True, index: null}, {sql: three, transaction: False, index: null}]",
            ),
            ("grants", "{select: [a, c], insert: [d]}"),
            ("contract", "{enforced: True, alias_types: False}"),
            ("docs", "{show: False, node_color: null}"),
        ],
    );
}

#[test]
fn jinja_in_yaml_means_what_the_target_makes_of_it() {
    let project = "name: shop\nvars: {kind: table}\nmodels:\n  shop:\n    +enabled: \"{{ target.name == 'prod' }}\"\n    +schema: \"{{ env_var('NAME', 'x') }}_raw\"\n    +full_refresh: \"{{ env_var('OFF', 'False') | as_bool }}\"\n    +alias: \"{{ var('kind', 'own') }}\"\n    +database: \"{{ env_var('NOT_THERE') }}\"\n";
    let properties =
        "models:\n  - name: orders\n    config: {materialized: \"{{ var('kind') }}\"}\n";
    check(
        &[
            ("dbt_project.yml", project),
            ("models/orders.sql", "select 1"),
            ("models/m.yml", properties),
        ],
        None,
        &[
            ("enabled", "True"),
            ("schema", "x_raw"),
            ("full_refresh", "False"),
            // dbt_project.yml does not know its own variables.
            ("alias", "own"),
            ("database", "?"),
            ("materialized", "table"),
        ],
    );
}

#[test]
fn a_version_is_configured_over_its_model() {
    let properties = "models:\n  - name: orders\n    config: {tags: [a], meta: {a: 1, b: {c: 1}}, alias: m}\n    versions:\n      - v: 1\n        defined_in: old_orders\n        config: {tags: [b], meta: {b: {d: 2}}, alias: v}\n";
    check(
        &[
            (
                "dbt_project.yml",
                "name: shop\nmodels:\n  shop:\n    orders:\n      +schema: s\n",
            ),
            ("models/old_orders.sql", "select 1"),
            ("models/m.yml", properties),
        ],
        None,
        &[
            ("tags", "[b, a]"),
            ("meta", "{a: 1, b: {c: 1, d: 2}}"),
            ("alias", "v"),
            ("schema", "s"),
        ],
    );
}

#[test]
fn the_project_that_installs_a_package_has_the_last_word() {
    check(
        &[
            (
                "dbt_project.yml",
                "name: kit\nmodels:\n  kit:\n    +schema: own\n    +tags: kit\n",
            ),
            (
                "models/orders.sql",
                "{{ config(materialized='table') }} select 1",
            ),
        ],
        Some(
            "name: shop\nmodels:\n  +tags: all\n  kit:\n    +materialized: view\n    +enabled: false\n",
        ),
        &[
            ("materialized", "view"),
            ("enabled", "False"),
            ("schema", "own"),
            ("tags", "[kit, all]"),
        ],
    );
}

#[test]
fn python_models_are_tables() {
    check(
        &[
            (
                "dbt_project.yml",
                "name: shop\nmodels:\n  +materialized: view\n",
            ),
            (
                "models/orders.py",
                "def model(dbt, session):\n    return dbt.ref('a')\n",
            ),
        ],
        None,
        &[("materialized", "table")],
    );
}

#[test]
fn what_a_call_hides_is_unknown() {
    let whole = whole(
        &[
            ("dbt_project.yml", "name: shop\n"),
            (
                "models/orders.sql",
                "{{ config(alias=run_query('x'), tags=['a', run_query('y')]) }}{{ config(**more) }} select 1",
            ),
        ],
        None,
    );
    assert!(whole.unknown.iter().any(|name| &**name == "alias"));
    assert!(whole.unknown.iter().any(|name| &**name == "tags"));
    assert!(whole.may_have_more);
}
