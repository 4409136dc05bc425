//! A mesh in an editor: findings while typing, jumps, manifests that change on disk.

use serde_json::{Value, json};

use super::client::TestClient;
use super::written::{ORDERS, findings, manifest, sales, settled};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_question_right_behind_a_change_sees_the_change() {
    let files = sales(&["customers"]);
    let mut client = TestClient::new(&files, json!({})).await;
    client.open(&files, "sales/models/orders.sql", "").await;
    // None waits for the answer to the one before: they lie behind one another on the wire.
    let name = "sales/models/orders.sql";
    let mut asked = Vec::new();
    for version in 2..200 {
        client.edit(&files, name, version, [0, 0, 0, 0], "x").await;
        let uri = files.uri(name);
        asked.push(client.request("probe/text", json!([uri])).await);
    }
    for (place, id) in asked.into_iter().enumerate() {
        assert_eq!(client.answer(id).await["result"], "x".repeat(place + 1));
    }
    findings(&mut client, &files, name, &[]).await;
    client.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_macro_reads_is_found_while_typing() {
    let files = sales(&["customers"]);
    files.write(
        "sales/macros/latest.sql",
        "{% macro latest(name) %}{{ return(ref('core', name)) }}{% endmacro %}",
    );
    let name = "sales/models/orders.sql";
    let mut client = TestClient::new(&files, json!({})).await;
    client
        .open(&files, name, "select * from {{ latest('custmers') }}")
        .await;
    findings(&mut client, &files, name, &["unknown-model"]).await;
    client.edit(&files, name, 2, [0, 29, 0, 29], "o").await;
    findings(&mut client, &files, name, &[]).await;
    client.edit(&files, name, 3, [0, 29, 0, 30], "").await;
    findings(&mut client, &files, name, &["unknown-model"]).await;
    client.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn findings_come_change_and_go_while_typing() {
    let files = sales(&["customers"]);
    let name = "sales/models/orders.sql";
    for encoding in ["utf-8", "utf-16"] {
        let capabilities = json!({"general": {"positionEncodings": [encoding]}});
        let mut client = TestClient::new(&files, capabilities).await;
        let text = "/* \u{1F9F8} */ select * from {{ ref('core', 'custmers') }}";
        client.open(&files, name, text).await;
        let found = findings(&mut client, &files, name, &["unknown-model"]).await;
        let column = found["diagnostics"][0]["range"]["start"]["character"]
            .as_u64()
            .unwrap();
        let expected = text.find("custmers").unwrap();
        let wanted = if encoding == "utf-8" {
            expected
        } else {
            expected - 2
        };
        // The quote may belong to the place or not.
        assert!(
            [wanted, wanted - 1].contains(&usize::try_from(column).unwrap()),
            "{found}"
        );
        let at = u32::try_from(wanted).unwrap() + 4;
        client.edit(&files, name, 2, [0, at, 0, at], "o").await;
        let found = findings(&mut client, &files, name, &[]).await;
        assert_eq!(found["version"], 2);
        client.edit(&files, name, 3, [0, at, 0, at + 1], "").await;
        let found = findings(&mut client, &files, name, &["unknown-model"]).await;
        assert_eq!(found["version"], 3);
        client.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn typing_that_changes_no_fact_links_nothing() {
    let files = sales(&["customers"]);
    let name = "sales/models/orders.sql";
    let mut client = TestClient::new(&files, json!({})).await;
    client
        .open(&files, name, &ORDERS.replace("customers", "nobody"))
        .await;
    findings(&mut client, &files, name, &["unknown-model"]).await;
    // Loading is over once the file that is not open has no more to come.
    let before = settled(&mut client).await;
    for version in 2..30 {
        client
            .edit(&files, name, version, [0, 8, 0, 8], " 1 +")
            .await;
    }
    let after = client.ask("dbtMesh/status", Value::Null).await;
    assert_eq!(after["links"], before["links"]);
    assert!(after["revision"].as_u64() >= before["revision"].as_u64().map(|it| it + 28));
    let found = findings(&mut client, &files, name, &["unknown-model"]).await;
    assert_eq!(found["version"], 29);
    client.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_nobody_opened_has_findings_and_a_manifest_rewritten_is_noticed() {
    let files = sales(&["somebody"]);
    let name = "sales/models/orders.sql";
    let mut client = TestClient::new(&files, json!({})).await;
    let found = findings(&mut client, &files, name, &["unknown-model"]).await;
    assert_eq!(found.get("version"), None);
    files.write("published/new.json", &manifest(&["customers"]));
    std::fs::rename(
        files.path("published/new.json"),
        files.path("published/core.json"),
    )
    .unwrap();
    findings(&mut client, &files, name, &[]).await;
    client.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_catalog_that_dbt_writes_is_noticed() {
    let files = sales(&["customers"]);
    files.write(
        "sales/models/s.yml",
        "sources: [{name: raw, tables: [{name: lines}]}]\n",
    );
    let name = "sales/models/lines.sql";
    let text = "select id, cents from {{ source('raw', 'lines') }}\n";
    files.write(name, text);
    let mut client = TestClient::new(&files, json!({})).await;
    client.open(&files, name, text).await;
    findings(&mut client, &files, name, &[]).await;
    settled(&mut client).await;
    let catalog = |columns: &str| {
        let table = format!(r#"{{"source.sales.raw.lines": {{"columns": {columns}}}}}"#);
        format!(r#"{{"nodes": {{}}, "sources": {table}}}"#)
    };
    let one = catalog(r#"{"id": {"type": "INTEGER", "index": 1}}"#);
    files.write("sales/target/catalog.json", &one);
    findings(&mut client, &files, name, &["unknown-column"]).await;
    // Half of it is no catalog: what is known stays, until all of another one is there.
    files.write("sales/target/catalog.json", &one[..one.len() / 2]);
    let two = catalog(r#"{"id": {"index": 1}, "cents": {"index": 2}}"#);
    files.write("sales/target/catalog.json", &two);
    findings(&mut client, &files, name, &[]).await;
    client.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_watches_is_believed() {
    let files = sales(&["customers"]);
    let name = "sales/models/orders.sql";
    let watches = json!({"workspace": {"didChangeWatchedFiles": {"dynamicRegistration": true}}});
    let mut client = TestClient::new(&files, watches).await;
    client.asked("client/registerCapability", Value::Null).await;
    settled(&mut client).await;
    files.write(name, &ORDERS.replace("customers", "nobody"));
    let changes = json!({"changes": [{"uri": files.uri(name), "type": 2}]});
    client
        .notify("workspace/didChangeWatchedFiles", changes)
        .await;
    findings(&mut client, &files, name, &["unknown-model"]).await;
    std::fs::remove_file(files.path(name)).unwrap();
    let changes = json!({"changes": [{"uri": files.uri(name), "type": 3}]});
    client
        .notify("workspace/didChangeWatchedFiles", changes)
        .await;
    findings(&mut client, &files, name, &[]).await;
    client.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn closing_a_file_brings_back_what_stands_on_disk() {
    let files = sales(&["customers"]);
    let name = "sales/models/orders.sql";
    let mut client = TestClient::new(&files, json!({})).await;
    client
        .open(&files, name, &ORDERS.replace("customers", "nobody"))
        .await;
    findings(&mut client, &files, name, &["unknown-model"]).await;
    client
        .notify(
            "textDocument/didClose",
            json!({"textDocument": {"uri": files.uri(name)}}),
        )
        .await;
    let found = findings(&mut client, &files, name, &[]).await;
    assert_eq!(found.get("version"), None);
    client.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_folder_that_goes_takes_its_findings_along() {
    let files = sales(&["somebody"]);
    let name = "sales/models/orders.sql";
    let mut client = TestClient::new(&files, json!({})).await;
    findings(&mut client, &files, name, &["unknown-model"]).await;
    let event = json!({"added": [], "removed": [{"uri": files.uri(""), "name": "mesh"}]});
    client
        .notify(
            "workspace/didChangeWorkspaceFolders",
            json!({"event": event}),
        )
        .await;
    findings(&mut client, &files, name, &[]).await;
    let event = json!({"removed": [], "added": [{"uri": files.uri(""), "name": "mesh"}]});
    client
        .notify(
            "workspace/didChangeWorkspaceFolders",
            json!({"event": event}),
        )
        .await;
    findings(&mut client, &files, name, &["unknown-model"]).await;
    client.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_asks_for_findings_is_not_sent_them() {
    let files = sales(&["customers"]);
    let name = "sales/models/orders.sql";
    let pulls = json!({
        "textDocument": {"diagnostic": {}},
        "workspace": {"diagnostics": {"refreshSupport": true}},
    });
    let mut client = TestClient::new(&files, pulls).await;
    assert_eq!(
        client.server_capabilities["diagnosticProvider"]["interFileDependencies"],
        true
    );
    client
        .open(&files, name, &ORDERS.replace("customers", "nobody"))
        .await;
    settled(&mut client).await;
    let document = json!({"textDocument": {"uri": files.uri(name)}});
    let report = client.ask("textDocument/diagnostic", document).await;
    assert_eq!(report["kind"], "full");
    assert_eq!(report["items"][0]["code"], "unknown-model");
    let again = json!({
        "textDocument": {"uri": files.uri(name)}, "previousResultId": report["resultId"],
    });
    let report = client.ask("textDocument/diagnostic", again).await;
    assert_eq!(report["kind"], "unchanged");
    client.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_cannot_be_told_to_ask_again_is_sent_findings() {
    let files = sales(&["customers"]);
    let name = "sales/models/orders.sql";
    let pulls = json!({"textDocument": {"diagnostic": {}}});
    let mut client = TestClient::new(&files, pulls).await;
    assert_eq!(
        client.server_capabilities["diagnosticProvider"],
        json!(null)
    );
    client
        .open(&files, name, &ORDERS.replace("customers", "nobody"))
        .await;
    findings(&mut client, &files, name, &["unknown-model"]).await;
    client.end().await;
}
