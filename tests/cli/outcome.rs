//! How a check ends: passed, failed, or could not run.

use crate::mesh::two_projects;

#[test]
fn a_mesh_without_mistakes_passes() {
    let mesh = two_projects();
    let run = mesh.check(&[]);
    assert_eq!(run.code, 0, "{}", run.all());
    assert!(
        run.stdout.starts_with("nothing wrong in "),
        "{}",
        run.stdout
    );
}

#[test]
fn a_wrong_ref_fails_with_its_place() {
    let mesh = two_projects();
    mesh.write(
        "sales/models/orders.sql",
        "-- 🧸\nselect '🧸', * from {{ ref('inventory', 'stok') }}\n",
    );
    let json = mesh.check_json(&[]);
    let finding = &json["findings"][0];
    assert_eq!(finding["rule"], "unknown-model");
    assert_eq!(finding["severity"], "error");
    assert_eq!(finding["project"], "sales");
    assert_eq!(finding["file"], "sales/models/orders.sql");
    assert_eq!(
        finding["range"],
        serde_json::json!({
            "start": {"line": 1, "character": 41},
            "end": {"line": 1, "character": 45},
        })
    );
    let keys: Vec<&str> = finding
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(
        keys,
        ["file", "message", "project", "range", "rule", "severity"]
    );
    assert_eq!(mesh.check(&[]).code, 1);
}

#[test]
fn the_bar_decides_what_fails() {
    let mesh = two_projects();
    mesh.write(
        "sales/models/orders.sql",
        "select * from {{ ref('stok') }}\n",
    );
    assert_eq!(mesh.check(&["--fail-on", "never"]).code, 0);
    let warning = ["--rule", "unknown-model=warning"];
    assert_eq!(mesh.check(&warning).code, 0);
    assert_eq!(
        mesh.check(&["--rule", "unknown-model=warning", "--fail-on", "warning"])
            .code,
        1
    );
    assert_eq!(
        mesh.check(&["--rule", "unknown-model=off", "--fail-on", "warning"])
            .code,
        0
    );
}

#[test]
fn dbt_mesh_toml_counts_and_flags_count_more() {
    let mesh = two_projects();
    mesh.write(
        "sales/models/orders.sql",
        "select * from {{ ref('stok') }}\n",
    );
    mesh.write("dbt-mesh.toml", "[rules]\nunknown-model = \"off\"\n");
    assert_eq!(mesh.check(&[]).code, 0);
    assert_eq!(mesh.check(&["--rule", "unknown-model=error"]).code, 1);
    assert_eq!(mesh.check_at("sales", &[]).code, 0, "the one above counts");
    mesh.write("sales/.git/HEAD", "");
    assert_eq!(
        mesh.check_at("sales", &[]).code,
        1,
        "but not from outside the repository"
    );
}

#[test]
fn a_check_that_cannot_run_says_why() {
    let mesh = two_projects();
    let refused = |arguments: &[&str], reason: &str| {
        let run = mesh.check(arguments);
        assert_eq!(run.code, 2, "{}", run.all());
        assert!(run.stderr.contains(reason), "{}", run.stderr);
        assert_eq!(run.stdout, "");
    };
    refused(&["gone"], "gone does not exist");
    refused(
        &["--rule", "unknown-modle=off"],
        "did you mean `unknown-model`?",
    );
    refused(&["--rule", "unknown-model=loud"], "`loud` is no severity");
    refused(&["--rule", "unknown-model"], "ID=SEVERITY");
    refused(&["--vars", "[1]"], "--vars is no mapping");
    refused(&["--vars", "{a: ["], "--vars is no mapping");
    mesh.write("nothing/here.txt", "");
    refused(&["nothing"], "no dbt project in nothing");
    mesh.write("dbt-mesh.toml", "\n[rulez]\n");
    refused(&["."], "dbt-mesh.toml:2: unknown field `rulez`");
}

#[test]
fn vars_are_taken_as_dbt_takes_them() {
    let mesh = two_projects();
    for vars in ["{a: 1}", "a: 1", "{\"a\": {\"b\": [1]}}", "{}"] {
        let run = mesh.check(&["--vars", vars]);
        assert_eq!(run.code, 0, "{vars}: {}", run.all());
    }
}

#[test]
fn a_reader_that_stops_is_no_error() {
    let mesh = two_projects();
    let run = mesh.check_into_closed_pipe(&["--output-format", "json"]);
    assert_eq!(run.code, 0, "{}", run.all());
    assert_eq!(run.stderr, "");
}
