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
