//! Watchers, settings, strange files: what a client brings along.

use serde_json::{Value, json};

use super::client::{Files, TestClient};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_watches_files_is_asked_to() {
    let files = Files::new(&[]);
    let watches = json!({"workspace": {"didChangeWatchedFiles": {"dynamicRegistration": true}}});
    let mut client = TestClient::new(&files, watches).await;
    let params = client.asked("client/registerCapability", Value::Null).await;
    assert_eq!(
        params["registrations"][0]["method"],
        "workspace/didChangeWatchedFiles"
    );
    // Whatever comes or goes may be a folder, and then it may be all that the client tells of.
    let told = params["registrations"][0]["registerOptions"]["watchers"].as_array();
    let folders = json!({"globPattern": "**/*", "kind": 5});
    assert!(told.unwrap().contains(&folders), "{params}");
    client.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_setting_that_is_not_understood_is_said_once() {
    let files = Files::new(&[]);
    let options = json!({"offline": "never"});
    let mut client = TestClient::with_options(&files, json!({}), options).await;
    let said = client.heard("window/showMessage").await;
    assert_eq!(
        said["message"],
        "dbt mesh: `dbtMesh.offline` is \"never\"; it would be true or false"
    );
    let again = json!({"settings": {"dbtMesh": {"offline": "never"}}});
    client
        .notify("workspace/didChangeConfiguration", again)
        .await;
    client.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_has_settings_is_asked_for_them() {
    let files = Files::new(&[]);
    let has = json!({"workspace": {"configuration": true}});
    let mut client = TestClient::new(&files, has).await;
    let params = client
        .asked("workspace/configuration", json!([{"target": 1}]))
        .await;
    assert_eq!(params, json!({"items": [{"section": "dbtMesh"}]}));
    client.heard("window/showMessage").await;
    client.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_buffer_that_is_no_file_is_left_alone() {
    let files = Files::new(&[]);
    let mut client = TestClient::new(&files, json!({})).await;
    let uri = "untitled:Untitled-1";
    let document = json!({"uri": uri, "languageId": "sql", "version": 1, "text": "{{ ref("});
    client
        .notify("textDocument/didOpen", json!({"textDocument": document}))
        .await;
    let change = json!({"textDocument": {"uri": uri, "version": 2}, "contentChanges": [
        {"text": "{{ ref('"}
    ]});
    client.notify("textDocument/didChange", change).await;
    let at = json!({"textDocument": {"uri": uri}, "position": {"line": 0, "character": 7}});
    for method in [
        "completion",
        "hover",
        "definition",
        "declaration",
        "documentSymbol",
    ] {
        let answer = client
            .ask(&format!("textDocument/{method}"), at.clone())
            .await;
        assert_eq!(answer, Value::Null, "{method}");
    }
    client
        .notify(
            "textDocument/didClose",
            json!({"textDocument": {"uri": uri}}),
        )
        .await;
    client.end().await;
}
