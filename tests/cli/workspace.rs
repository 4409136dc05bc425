//! Which projects and files a check looks at.

use crate::mesh::two_projects;

#[test]
fn several_paths_count_from_the_folder_above_them() {
    let mesh = two_projects();
    mesh.write("other/dbt_project.yml", "name: other\n");
    let json = mesh.check_json(&["sales", "inventory", "sales/models"]);
    let roots: Vec<_> = json["projects"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| &p["root"])
        .collect();
    assert_eq!(roots, ["inventory", "sales"]);
}

#[test]
fn a_file_or_folder_of_a_project_shows_its_own_findings() {
    let mesh = two_projects();
    let wrong = "select * from {{ ref('stok') }}\n";
    mesh.write("sales/models/a/gifts.sql", wrong);
    mesh.write("sales/models/b/returns.sql", wrong);
    let files = |path: &str| {
        let json = mesh.check_json(&[path]);
        let findings = json["findings"].as_array().unwrap().iter();
        findings
            .map(|finding| finding["file"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(files("sales/models/a/gifts.sql"), ["gifts.sql"]);
    assert_eq!(files("sales/models/b"), ["returns.sql"]);
    assert_eq!(
        files("sales"),
        ["models/a/gifts.sql", "models/b/returns.sql"]
    );
}

#[test]
fn ignored_and_generated_projects_are_left_out() {
    let mesh = two_projects();
    mesh.write(".gitignore", "scratch/\n");
    mesh.write("scratch/dbt_project.yml", "name: scratch\n");
    mesh.write("sales/.dbtignore", "models/wip/\n");
    mesh.write(
        "sales/models/wip/a.sql",
        "select * from {{ ref('stok') }}\n",
    );
    mesh.write("sales/dbt_packages/tools/dbt_project.yml", "name: tools\n");
    mesh.write("sales/target/run/dbt_project.yml", "name: run\n");
    mesh.write("teams/toys/nested/dbt_project.yml", "name: nested\n");
    let json = mesh.check_json(&[]);
    let names: Vec<_> = json["projects"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| &p["name"])
        .collect();
    assert_eq!(names, ["inventory", "sales", "nested"]);
    assert_eq!(json["findings"], serde_json::json!([]));
}

#[test]
fn a_loom_config_is_read_from_where_it_is_named() {
    let mesh = two_projects();
    mesh.remove("sales/dbt_loom.config.yml");
    mesh.write(
        "shared/loom.yml",
        "manifests:\n  - {name: inventory, type: file, config: {path: ../inventory/target/manifest.json}}\n",
    );
    mesh.write("inventory/mesh/loom.yml", "manifests: []\n");
    for (path, models) in [("../shared/loom.yml", 2), ("mesh/loom.yml", 0)] {
        mesh.write("dbt-mesh.toml", &format!("loom-config = \"{path}\"\n"));
        let json = mesh.check_json(&[]);
        let manifests = json["manifests"].as_array().unwrap();
        assert_eq!(manifests.len(), models, "{json:#}");
    }
}
