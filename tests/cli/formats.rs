//! The forms in which a check writes what it found.

use crate::mesh::two_projects;

#[test]
fn the_json_object_lists_projects_and_manifests() {
    let mesh = two_projects();
    let json = mesh.check_json(&[]);
    assert_eq!(json["version"], 1);
    let keys: Vec<&str> = json
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(keys, ["findings", "manifests", "projects", "version"]);
    assert_eq!(
        json["projects"],
        serde_json::json!([
            {"name": "inventory", "root": "inventory", "models": 1},
            {"name": "sales", "root": "sales", "models": 1},
        ])
    );
    assert_eq!(
        json["manifests"],
        serde_json::json!([{
            "project": "sales",
            "name": "inventory",
            "kind": "file",
            "origin": "../inventory/target/manifest.json",
            "state": "loaded",
            "models": 1,
            "generated_at": "2026-03-01T09:30:00.000000Z",
        }])
    );
    assert_eq!(json["findings"], serde_json::json!([]));
}

#[test]
fn text_shows_the_line_and_sums_up() {
    let mesh = two_projects();
    mesh.write(
        "sales/models/orders.sql",
        "select * from {{ ref('inventory', 'stok') }}\n",
    );
    let run = mesh.check(&[]);
    assert_eq!(run.code, 1);
    assert!(
        run.stdout.contains("error[unknown-model]: "),
        "{}",
        run.stdout
    );
    assert!(
        run.stdout.contains("--> sales/models/orders.sql:1:36"),
        "{}",
        run.stdout
    );
    assert!(run.stdout.contains("^^^^"), "{}", run.stdout);
    let last = run.stdout.lines().last().unwrap();
    assert!(last.starts_with("1 error in 1 of "), "{last}");
    assert!(last.contains("; 2 projects, 1 manifest"), "{last}");
    assert!(
        !run.stdout.contains('\u{1b}'),
        "no colours outside a terminal"
    );
}

#[test]
fn github_gets_workflow_commands() {
    let mesh = two_projects();
    mesh.write(
        "sales/models/a,b.sql",
        "select * from {{ ref('inventory', 'stok') }}\n",
    );
    let run = mesh.check(&["--output-format", "github"]);
    assert_eq!(run.code, 1);
    let start = "::error file=sales/models/a%2Cb.sql,line=1,col=36,endLine=1,endColumn=40,title=unknown-model::";
    assert!(run.stdout.starts_with(start), "{}", run.stdout);
    assert_eq!(run.stdout.lines().count(), 1);
}

#[test]
fn sarif_has_rules_and_encoded_uris() {
    let mesh = two_projects();
    mesh.write(".git/HEAD", "");
    mesh.write(
        "sales/models/my folder/report.sql",
        "select * from {{ ref('inventory', 'stok') }}\n",
    );
    let run = mesh.check_at("sales", &["--output-format", "sarif"]);
    let sarif: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(sarif["version"], "2.1.0");
    let part = &sarif["runs"][0];
    assert_eq!(part["columnKind"], "utf16CodeUnits");
    let result = &part["results"][0];
    assert_eq!(result["ruleId"], "unknown-model");
    let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
    assert_eq!(
        part["tool"]["driver"]["rules"][index]["id"],
        "unknown-model"
    );
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(
        place["artifactLocation"]["uri"],
        "sales/models/my%20folder/report.sql"
    );
    assert_eq!(
        place["region"],
        serde_json::json!({"startLine": 1, "startColumn": 36, "endLine": 1, "endColumn": 40})
    );
}
