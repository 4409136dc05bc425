//! Meshes on a disk, and what a client waits for before it asks about them.

use serde_json::{Value, json};

use super::client::{Files, TestClient};

pub(super) const PROJECT: &str = "name: sales\nversion: '1.0'\n";
pub(super) const ORDERS: &str = "select * from {{ ref('core', 'customers') }}\n";

/// The manifest of `core` with these models.
pub(super) fn manifest(models: &[&str]) -> String {
    manifest_of("core", models)
}

/// The manifest of a project with these models.
pub(super) fn manifest_of(project: &str, models: &[&str]) -> String {
    let nodes = models.iter().map(|name| {
        let id = format!("model.{project}.{name}");
        let node = json!({
            "unique_id": id, "resource_type": "model", "name": name, "package_name": project,
            "access": "public", "schema": "main", "original_file_path": format!("models/{name}.sql"),
            "raw_code": format!("select 1 as {name}_id"), "columns": {}, "config": {},
            "description": format!("All {name}."),
            "depends_on": {"nodes": []},
        });
        (id, node)
    });
    json!({
        "metadata": {
            "dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json",
            "project_name": project, "generated_at": "2026-01-02T03:04:05Z",
        },
        "nodes": nodes.collect::<serde_json::Map<String, Value>>(),
    })
    .to_string()
}

/// A project `sales` that reads the manifest of `core`.
pub(super) fn sales(models: &[&str]) -> Files {
    Files::new(&[
        ("sales/dbt_project.yml", PROJECT),
        ("sales/models/orders.sql", ORDERS),
        (
            "sales/dbt_loom.config.yml",
            "manifests:\n  - name: core\n    type: file\n    config:\n      path: ../published/core.json\n",
        ),
        ("published/core.json", &manifest(models)),
    ])
}

/// Waits until the findings of a file are these rules; versions never go back.
pub(super) async fn findings(
    client: &mut TestClient,
    files: &Files,
    name: &str,
    rules: &[&str],
) -> Value {
    let uri = json!(files.uri(name));
    let mut version = Value::Null;
    loop {
        let params = client
            .read(|message| {
                message["method"] == "textDocument/publishDiagnostics"
                    && message["params"]["uri"] == uri
            })
            .await["params"]
            .clone();
        assert!(
            params["version"].as_i64() >= version.as_i64(),
            "{params} after {version}"
        );
        version = params["version"].clone();
        let found = params["diagnostics"].as_array().unwrap();
        if found
            .iter()
            .map(|one| one["code"].as_str().unwrap())
            .eq(rules.iter().copied())
        {
            return params;
        }
    }
}

/// The status once every manifest has a state.
pub(super) async fn settled(client: &mut TestClient) -> Value {
    loop {
        let status = client.ask("dbtMesh/status", Value::Null).await;
        let manifests = status["manifests"].as_array().unwrap();
        if !manifests.is_empty() && manifests.iter().all(|it| it["state"] != "loading") {
            return status;
        }
        tokio::task::yield_now().await;
    }
}
