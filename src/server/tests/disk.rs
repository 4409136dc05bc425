//! What happens on the disk while an editor is open: folders come and go, others write files.

use serde_json::{Value, json};

use super::client::{Files, TestClient};
use super::written::{ORDERS, PROJECT, findings, manifest, sales, settled};

/// A model with a finding.
const NOBODYS: &str = "select * from {{ ref('nobody') }}\n";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_dbtignore_leaves_out_can_be_opened() {
    let files = sales(&["customers"]);
    let (other, left_out) = ("sales/models/lines.sql", "sales/models/old/orders.sql");
    files.write("sales/.dbtignore", "models/old/\n");
    files.write(left_out, ORDERS);
    files.write(other, NOBODYS);
    let mut client = TestClient::new(&files, json!({})).await;
    findings(&mut client, &files, other, &["unknown-model"]).await;
    client.open(&files, left_out, ORDERS).await;
    findings(&mut client, &files, left_out, &[]).await;
    // Had the other model of that name a finding, nobody would have read it at the end.
    files.write(other, ORDERS);
    findings(&mut client, &files, other, &[]).await;
    client.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn packages_that_are_installed_are_noticed() {
    let files = sales(&["customers"]);
    let name = "sales/packages.yml";
    let text = "packages:\n  - package: acme/web\n    version: 1.0.0\n";
    files.write(name, text);
    let mut client = TestClient::new(&files, json!({})).await;
    findings(&mut client, &files, name, &["packages-missing"]).await;
    files.write(
        "sales/dbt_packages/web/dbt_project.yml",
        "name: web\nversion: '1.0'\n",
    );
    findings(&mut client, &files, name, &[]).await;
    std::fs::remove_dir_all(files.path("sales/dbt_packages")).unwrap();
    findings(&mut client, &files, name, &["packages-missing"]).await;
    client.unread_findings();
    client.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_target_in_profiles_yml_counts() {
    let files = sales(&["customers"]);
    let profiles = |target: &str| {
        let outputs = "{dev: {type: duckdb}, prod: {type: duckdb}}";
        format!("sales: {{target: {target}, outputs: {outputs}}}\n")
    };
    let name = "sales/models/lines.sql";
    let definition = format!("{PROJECT}profile: sales\n");
    files.write("sales/dbt_project.yml", &definition);
    files.write("sales/profiles.yml", &profiles("dev"));
    let text = "{% if target.name == 'prod' %}{{ ref('gone') }}{% endif %}\n";
    files.write(name, text);
    let mut client = TestClient::new(&files, json!({})).await;
    client.open(&files, name, text).await;
    findings(&mut client, &files, name, &["unreached-ref"]).await;
    files.write("sales/profiles.yml", &profiles("prod"));
    findings(&mut client, &files, name, &["unknown-model"]).await;
    client.unread_findings();
    client.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_folder_around_a_project_takes_it_along() {
    let (before, after) = (
        "domains/sales/models/orders.sql",
        "areas/sales/models/orders.sql",
    );
    let files = Files::new(&[
        ("domains/sales/dbt_project.yml", PROJECT),
        (before, NOBODYS),
    ]);
    let mut client = TestClient::new(&files, json!({})).await;
    findings(&mut client, &files, before, &["unknown-model"]).await;
    // Where this is seen, the folders are watched.
    files.write("seen/dbt_project.yml", "name: seen\n");
    files.write("seen/models/a.sql", NOBODYS);
    findings(&mut client, &files, "seen/models/a.sql", &["unknown-model"]).await;
    std::fs::rename(files.path("domains"), files.path("areas")).unwrap();
    findings(&mut client, &files, before, &[]).await;
    findings(&mut client, &files, after, &["unknown-model"]).await;
    client.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_may_tell_of_a_folder_and_of_nothing_in_it() {
    let (before, after) = ("sales/models/v1.2/orders.sql", "sales/models/v2/orders.sql");
    let files = Files::new(&[("sales/dbt_project.yml", PROJECT), (before, NOBODYS)]);
    let watches = json!({"workspace": {"didChangeWatchedFiles": {"dynamicRegistration": true}}});
    let mut client = TestClient::new(&files, watches).await;
    client.asked("client/registerCapability", Value::Null).await;
    findings(&mut client, &files, before, &["unknown-model"]).await;
    let (old, new) = ("sales/models/v1.2", "sales/models/v2");
    std::fs::rename(files.path(old), files.path(new)).unwrap();
    let changes = json!({"changes": [
        {"uri": files.uri(old), "type": 3},
        {"uri": files.uri(new), "type": 1},
    ]});
    client
        .notify("workspace/didChangeWatchedFiles", changes)
        .await;
    findings(&mut client, &files, before, &[]).await;
    findings(&mut client, &files, after, &["unknown-model"]).await;
    client.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_project_that_is_not_looked_for_does_not_come_by_being_written() {
    let files = sales(&["customers"]);
    let mut client = TestClient::new(&files, json!({})).await;
    settled(&mut client).await;
    files.write(".worktrees/x/sales/dbt_project.yml", PROJECT);
    files.write(".worktrees/x/sales/models/orders.sql", NOBODYS);
    files.write("other/dbt_project.yml", "name: other\nversion: '1.0'\n");
    files.write("other/models/orders.sql", NOBODYS);
    findings(
        &mut client,
        &files,
        "other/models/orders.sql",
        &["unknown-model"],
    )
    .await;
    let status = client.ask("dbtMesh/status", Value::Null).await;
    let projects = status["projects"].as_array().unwrap();
    assert_eq!(projects.len(), 2, "{status}");
    client.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_folder_of_manifests_that_comes_late_and_is_replaced_is_watched() {
    let files = sales(&["customers"]);
    let config = "sales/dbt_loom.config.yml";
    let path = "later/deep/core.json";
    files.write(
        config,
        &format!("manifests: [{{name: core, type: file, config: {{path: ../{path}}}}}]\n"),
    );
    let mut client = TestClient::silent(1 << 16, &files.path(".cache"));
    let params = json!({"processId": null, "rootUri": files.uri("sales"), "capabilities": {}});
    client.ask("initialize", params).await;
    client.notify("initialized", json!({})).await;
    findings(&mut client, &files, config, &["manifest-missing"]).await;
    files.write(path, &manifest(&["customers"]));
    findings(&mut client, &files, config, &[]).await;
    std::fs::remove_dir_all(files.path("later/deep")).unwrap();
    files.write(path, &manifest(&["somebody"]));
    findings(
        &mut client,
        &files,
        "sales/models/orders.sql",
        &["unknown-model"],
    )
    .await;
    client.unread_findings();
    client.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_profiles_of_the_user_are_watched() {
    let files = sales(&["customers"]);
    let profiles = |target: &str| {
        let outputs = "{dev: {type: duckdb}, prod: {type: duckdb}}";
        format!("sales: {{target: {target}, outputs: {outputs}}}\n")
    };
    let name = "sales/models/lines.sql";
    files.write(
        "sales/dbt_project.yml",
        &format!("{PROJECT}profile: sales\n"),
    );
    files.write(".cache/dbt/profiles.yml", &profiles("dev"));
    let text = "{% if target.name == 'prod' %}{{ ref('gone') }}{% endif %}\n";
    files.write(name, text);
    let mut client = TestClient::silent(1 << 16, &files.path(".cache"));
    let params = json!({"processId": null, "rootUri": files.uri("sales"), "capabilities": {}});
    client.ask("initialize", params).await;
    client.notify("initialized", json!({})).await;
    client.open(&files, name, text).await;
    findings(&mut client, &files, name, &["unreached-ref"]).await;
    files.write(".cache/dbt/profiles.yml", &profiles("prod"));
    findings(&mut client, &files, name, &["unknown-model"]).await;
    // One of its own goes before it.
    files.write("sales/profiles.yml", &profiles("dev"));
    findings(&mut client, &files, name, &["unreached-ref"]).await;
    std::fs::remove_file(files.path("sales/profiles.yml")).unwrap();
    findings(&mut client, &files, name, &["unknown-model"]).await;
    client.unread_findings();
    client.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_project_that_is_moved_here_is_noticed_beside_others_that_are_written() {
    let files = sales(&["customers"]);
    let elsewhere = Files::new(&[
        ("other/dbt_project.yml", "name: other\nversion: '1.0'\n"),
        ("other/models/deep/deeper/a.sql", NOBODYS),
    ]);
    let mut client = TestClient::new(&files, json!({})).await;
    settled(&mut client).await;
    for at in 0..50 {
        files.write("sales/dev.duckdb", &at.to_string());
        files.write(&format!("sales/out/{at}/part.csv"), "1");
    }
    std::fs::rename(elsewhere.path("other"), files.path("other")).unwrap();
    let name = "other/models/deep/deeper/a.sql";
    findings(&mut client, &files, name, &["unknown-model"]).await;
    files.write("other/models/deep/deeper/b.sql", NOBODYS);
    let name = "other/models/deep/deeper/b.sql";
    findings(&mut client, &files, name, &["unknown-model"]).await;
    client.unread_findings();
    client.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_changes_before_it_is_watched_is_noticed() {
    let name = "sales/models/orders.sql";
    let files = Files::new(&[("sales/dbt_project.yml", PROJECT), (name, "select 1\n")]);
    let mut client = TestClient::silent(1 << 16, &files.path(".cache"));
    let params = json!({"processId": null, "rootUri": files.uri(""), "capabilities": {}});
    client.ask("initialize", params).await;
    // It may be read by now, and what watches it waits for the client.
    while client.ask("dbtMesh/status", Value::Null).await["projects"] == json!([]) {
        tokio::task::yield_now().await;
    }
    files.write(name, NOBODYS);
    client.notify("initialized", json!({})).await;
    findings(&mut client, &files, name, &["unknown-model"]).await;
    client.end().await;
}
