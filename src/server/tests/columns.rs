//! Columns of one project that another one reads, while somebody types in either.

use serde_json::{Value, json};

use super::client::{Files, TestClient};
use super::written::{findings, manifest, sales, settled};

const UP: &str = "core/models/customers.sql";
const DOWN: &str = "sales/models/orders.sql";

const UP_TEXT: &str = "select 1 as id, 2 as name\n";
const DOWN_TEXT: &str = "select name from {{ ref('core', 'customers') }}\n";

/// A project that reads the working copy of another: nothing is published.
fn working_copies() -> Files {
    Files::new(&[
        ("core/dbt_project.yml", "name: core\nversion: '1.0'\n"),
        (UP, UP_TEXT),
        (
            "core/models/s.yml",
            "models: [{name: customers, config: {access: public}}]\n",
        ),
        ("sales/dbt_project.yml", "name: sales\nversion: '1.0'\n"),
        ("sales/dependencies.yml", "projects: [{name: core}]\n"),
        (DOWN, DOWN_TEXT),
    ])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_working_copy_that_stands_for_a_manifest_is_seen_by_its_readers() {
    let files = working_copies();
    let mut client = TestClient::new(&files, json!({})).await;
    client.open(&files, UP, UP_TEXT).await;
    client.open(&files, DOWN, DOWN_TEXT).await;
    findings(&mut client, &files, DOWN, &[]).await;
    client.ask("dbtMesh/status", Value::Null).await;
    client.edit(&files, UP, 2, [0, 21, 0, 21], "x").await;
    findings(&mut client, &files, DOWN, &["unknown-column"]).await;
    client.edit(&files, UP, 3, [0, 21, 0, 22], "").await;
    findings(&mut client, &files, DOWN, &[]).await;
    client.unread_findings();
    client.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_text_that_nobody_has_open_is_seen_by_its_readers_when_it_changes() {
    let files = working_copies();
    let mut client = TestClient::new(&files, json!({})).await;
    client.open(&files, DOWN, DOWN_TEXT).await;
    findings(&mut client, &files, DOWN, &[]).await;
    // Times of files go in ticks: within the same one this would look older than the watch.
    tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    files.write(UP, &UP_TEXT.replace("name", "title"));
    findings(&mut client, &files, DOWN, &["unknown-column"]).await;
    files.write(UP, UP_TEXT);
    findings(&mut client, &files, DOWN, &[]).await;
    client.unread_findings();
    client.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_see_an_edit_go_that_was_not_saved() {
    let files = working_copies();
    let mut client = TestClient::new(&files, json!({})).await;
    client.open(&files, UP, UP_TEXT).await;
    client.open(&files, DOWN, DOWN_TEXT).await;
    findings(&mut client, &files, DOWN, &[]).await;
    client.ask("dbtMesh/status", Value::Null).await;
    client.edit(&files, UP, 2, [0, 21, 0, 21], "x").await;
    findings(&mut client, &files, DOWN, &["unknown-column"]).await;
    let closed = json!({"textDocument": {"uri": files.uri(UP)}});
    client.notify("textDocument/didClose", closed).await;
    findings(&mut client, &files, DOWN, &[]).await;
    client.unread_findings();
    client.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn columns_that_a_text_tells_are_known_as_long_as_it_is_the_published_one() {
    let files = sales(&["customers"]);
    let (up, down) = (
        "select 1 as customers_id",
        "select customer_id from {{ ref('core', 'customers') }}\n",
    );
    files.write("core/dbt_project.yml", "name: core\nversion: '1.0'\n");
    files.write(UP, up);
    files.write(
        "core/models/s.yml",
        "models: [{name: customers, config: {access: public}}]\n",
    );
    files.write(DOWN, down);
    let mut client = TestClient::new(&files, json!({})).await;
    client.open(&files, UP, up).await;
    client.open(&files, DOWN, down).await;
    findings(&mut client, &files, DOWN, &["unknown-column"]).await;
    settled(&mut client).await;
    client.edit(&files, UP, 2, [0, 8, 0, 8], " ").await;
    findings(&mut client, &files, DOWN, &[]).await;
    client.edit(&files, UP, 3, [0, 8, 0, 9], "").await;
    findings(&mut client, &files, DOWN, &["unknown-column"]).await;
    client.unread_findings();
    client.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_reads_a_column_that_goes_is_named_as_of_now() {
    let files = sales(&["customers"]);
    let mut published: Value = serde_json::from_str(&manifest(&["customers"])).unwrap();
    let node = &mut published["nodes"]["model.core.customers"];
    node["columns"] = json!({"id": {"name": "id", "data_type": "int"}, "email": {"name": "email"}});
    node["config"] = json!({"contract": {"enforced": true}});
    node["contract"] = json!({"enforced": true});
    files.write("published/core.json", &published.to_string());
    let yaml = "models: [{name: customers, config: {access: public, contract: {enforced: true}}, \
                columns: [{name: id, data_type: int}]}]\n";
    let down = "select email from {{ ref('core', 'customers') }}\n";
    files.write("core/dbt_project.yml", "name: core\nversion: '1.0'\n");
    files.write(UP, "select 1 as id\n");
    files.write("core/models/s.yml", yaml);
    files.write(DOWN, down);
    let mut client = TestClient::new(&files, json!({})).await;
    client.open(&files, "core/models/s.yml", yaml).await;
    client.open(&files, DOWN, down).await;
    settled(&mut client).await;
    let is_read = |found: &Value| {
        found["diagnostics"][0]["message"]
            .to_string()
            .contains("read by")
    };
    loop {
        let found = findings(
            &mut client,
            &files,
            "core/models/s.yml",
            &["breaking-change"],
        )
        .await;
        if is_read(&found) {
            break;
        }
    }
    client.edit(&files, DOWN, 2, [0, 7, 0, 12], "id").await;
    loop {
        let found = findings(
            &mut client,
            &files,
            "core/models/s.yml",
            &["breaking-change"],
        )
        .await;
        if !is_read(&found) {
            break;
        }
    }
    client.unread_findings();
    client.end().await;
}
