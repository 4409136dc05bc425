//! Changes of other files than the one at hand, and of files that are not there yet.

use serde_json::{Value, json};

use super::client::{Files, TestClient};
use super::written::findings;

const ORDERS: &str = "sales/models/orders.sql";
const YAML: &str = "sales/models/_models.yml";

/// A project on DuckDB with one model, which `yaml` describes.
fn project(yaml: Option<&str>) -> Files {
    let files = Files::new(&[
        ("sales/dbt_project.yml", "name: sales\nprofile: sales\n"),
        (
            "sales/profiles.yml",
            "sales: {target: dev, outputs: {dev: {type: duckdb}}}\n",
        ),
        (ORDERS, "select 1 as order_id, 'new' as status\n"),
    ]);
    if let Some(yaml) = yaml {
        files.write(YAML, yaml);
    }
    files
}

/// A client that has read the project, has the model open, and can do these things.
async fn client(files: &Files, workspace: Value) -> TestClient {
    let capabilities =
        json!({"workspace": workspace, "window": {"showDocument": {"support": true}}});
    let mut client = TestClient::new(files, capabilities).await;
    while client.ask("dbtMesh/status", Value::Null).await["projects"][0]["models"] != 1 {
        tokio::task::yield_now().await;
    }
    let text = std::fs::read_to_string(files.path(ORDERS)).unwrap();
    client.open(files, ORDERS, &text).await;
    findings(&mut client, files, ORDERS, &[]).await;
    client
}

async fn write_contract(client: &mut TestClient, files: &Files) {
    let at = json!({
        "textDocument": {"uri": files.uri(ORDERS)}, "position": {"line": 0, "character": 3},
    });
    let params = json!({"command": "dbtMesh.writeContract", "arguments": [at]});
    assert_eq!(
        client.ask("workspace/executeCommand", params).await,
        Value::Null
    );
}

fn all() -> Value {
    json!({
        "applyEdit": true,
        "workspaceEdit": {"documentChanges": true, "resourceOperations": ["create"]},
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_contract_is_written_into_the_file_that_is_there() {
    let files = project(Some("models:\n  - name: orders\n"));
    let mut client = client(&files, all()).await;
    write_contract(&mut client, &files).await;
    let told = client
        .asked("workspace/applyEdit", json!({"applied": true}))
        .await;
    assert_eq!(
        told["label"],
        "Generate the contract of `orders` from its SELECT"
    );
    let change = &told["edit"]["documentChanges"][0];
    assert_eq!(
        change["textDocument"],
        json!({"uri": files.uri(YAML), "version": null})
    );
    let end = json!({"line": 1, "character": 16});
    assert_eq!(
        change["edits"][0]["range"],
        json!({"start": end, "end": end})
    );
    let shown = client
        .asked("window/showDocument", json!({"success": true}))
        .await;
    assert_eq!(shown["uri"], json!(files.uri(YAML)));
    // The same stands in the list of the editor.
    let params = json!({
        "textDocument": {"uri": files.uri(ORDERS)},
        "range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}},
        "context": {"diagnostics": []},
    });
    let actions = client.ask("textDocument/codeAction", params).await;
    assert_eq!(actions[0]["kind"], "refactor.rewrite");
    assert_eq!(actions[0]["edit"], told["edit"]);
    client.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_is_made_where_there_is_none_and_the_client_makes_files() {
    let files = project(None);
    let mut able = client(&files, all()).await;
    write_contract(&mut able, &files).await;
    let told = able
        .asked("workspace/applyEdit", json!({"applied": true}))
        .await;
    let uri = json!(files.uri("sales/models/orders.yml"));
    assert_eq!(
        told["edit"]["documentChanges"][0],
        json!({"kind": "create", "uri": uri})
    );
    let change = &told["edit"]["documentChanges"][1];
    assert_eq!(change["textDocument"], json!({"uri": uri, "version": null}));
    let text = change["edits"][0]["newText"].as_str().unwrap();
    assert!(
        text.starts_with("models:\n  - name: orders\n    config:\n"),
        "{text}"
    );
    able.asked("window/showDocument", json!({"success": true}))
        .await;
    able.end().await;
    let mut unable = client(&files, json!({"applyEdit": true})).await;
    write_contract(&mut unable, &files).await;
    let said = unable.heard("window/showMessage").await;
    assert_eq!(
        said["message"],
        "dbt mesh: orders.yml cannot be edited as it is"
    );
    unable.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_reason_is_said_where_nothing_can_be_written() {
    let files = project(Some("sources: [{name: shop, tables: [{name: orders}]}]\n"));
    files.write(
        ORDERS,
        "select a.*\nfrom {{ source('shop', 'orders') }} as a\n",
    );
    let mut client = client(&files, all()).await;
    write_contract(&mut client, &files).await;
    let said = client.heard("window/showMessage").await;
    let reason = "dbt mesh: not all columns of `orders` are known: those of `a` are not";
    assert_eq!(said["message"], reason);
    client.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_comment_that_hides_a_finding_is_never_preferred() {
    let files = project(None);
    let mut client = client(&files, all()).await;
    client.unread_findings();
    let text = "from {{ ref('no_such_thing') }}\n";
    client.edit(&files, ORDERS, 2, [1, 0, 1, 0], text).await;
    let found = findings(&mut client, &files, ORDERS, &["unknown-model"]).await;
    let diagnostic = &found["diagnostics"][0];
    let params = json!({
        "textDocument": {"uri": files.uri(ORDERS)},
        "range": diagnostic["range"],
        "context": {"diagnostics": [diagnostic], "only": ["quickfix"]},
    });
    let actions = client.ask("textDocument/codeAction", params).await;
    assert_eq!(actions.as_array().unwrap().len(), 1, "{actions}");
    assert_eq!(actions[0]["title"], "Ignore `unknown-model` on this line");
    assert_eq!(actions[0]["isPreferred"], Value::Null);
    client.end().await;
}
