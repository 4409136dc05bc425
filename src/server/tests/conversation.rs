//! Order, cancelling, panics, endings: what holds whatever the questions are.

use serde_json::{Value, json};
use tokio::time::Instant;
use tower_lsp_server::ls_types::Diagnostic;

use super::client::{Files, TestClient};
use super::probes::Gate;
use super::written::{ORDERS, findings, sales, settled};
use crate::server::Ending;
use crate::server::adapter::Adapter;
use crate::server::documents::Documents;
use crate::server::event::Event;
use crate::server::publish::{Diagnosed, Publisher};
use crate::world::World;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_conversation_ends_in_order() {
    let files = Files::new(&[]);
    let client = TestClient::new(&files, json!({})).await;
    client.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_exit_without_a_shutdown_and_a_client_that_is_gone_are_abrupt() {
    let files = Files::new(&[]);
    let mut client = TestClient::new(&files, json!({})).await;
    client.notify("exit", Value::Null).await;
    assert_eq!(client.close().await, Ending::Abrupt);
    let client = TestClient::new(&files, json!({})).await;
    assert_eq!(client.close().await, Ending::Abrupt);
    let client = TestClient::new(&files, json!({})).await;
    assert_eq!(client.close_before_the_answer().await, Ending::Abrupt);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pending_requests_keep_nothing_else_waiting() {
    let files = Files::new(&[]);
    let mut client = TestClient::new(&files, json!({})).await;
    client.open(&files, "a.sql", "").await;
    let gates: Vec<_> = (0..16).map(|_| Gate::closed()).collect();
    let mut pending = Vec::new();
    for gate in &gates {
        pending.push(client.request("probe/wait", json!([gate.number])).await);
    }
    client.edit(&files, "a.sql", 2, [0, 0, 0, 0], "new").await;
    let uri = files.uri("a.sql");
    assert_eq!(client.ask("probe/text", json!([uri])).await, "new");
    let cancelled = pending.pop().unwrap();
    client
        .notify("$/cancelRequest", json!({"id": cancelled}))
        .await;
    assert_eq!(client.answer(cancelled).await["error"]["code"], -32800);
    drop(gates);
    for id in pending {
        assert_eq!(client.answer(id).await["result"], "waited");
    }
    client.heard("textDocument/publishDiagnostics").await;
    client.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_answers_nothing_is_served() {
    let files = sales(&["customers"]);
    let name = "sales/models/orders.sql";
    let capabilities = json!({
        "window": {"workDoneProgress": true},
        "workspace": {
            "configuration": true,
            "didChangeConfiguration": {"dynamicRegistration": true},
            "didChangeWatchedFiles": {"dynamicRegistration": true},
        },
    });
    let mut client = TestClient::new(&files, capabilities).await;
    settled(&mut client).await;
    let text = ORDERS.replace("customers", "nobody");
    client.open(&files, name, &text).await;
    findings(&mut client, &files, name, &["unknown-model"]).await;
    // What was read before the client was ready is not worth a progress; a new folder is.
    let folder = json!({"uri": files.uri("sales/models"), "name": "models"});
    let folders = json!({"event": {"added": [folder], "removed": []}});
    client
        .notify("workspace/didChangeWorkspaceFolders", folders)
        .await;
    for method in [
        "workspace/configuration",
        "client/registerCapability",
        "client/registerCapability",
        "window/workDoneProgress/create",
    ] {
        client.heard(method).await;
    }
    client.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancelled_request_is_answered_at_once() {
    let files = Files::new(&[]);
    let mut client = TestClient::new(&files, json!({})).await;
    let gate = Gate::closed();
    let id = client.request("probe/wait", json!([gate.number])).await;
    client.notify("$/cancelRequest", json!({"id": id})).await;
    assert_eq!(client.answer(id).await["error"]["code"], -32800);
    drop(gate);
    client.end().await;
}

#[test]
fn a_cancelled_question_is_not_worked_on() {
    let (events, mut queue) = tokio::sync::mpsc::unbounded_channel();
    let adapter = Adapter::new(events);
    let (ran, has_run) = std::sync::mpsc::channel();
    let dropped = ran.clone();
    drop(adapter.ask(move |_| dropped.send("cancelled")));
    let kept = adapter.ask(move |_| ran.send("kept"));
    for _ in 0..2 {
        let Ok(Event::Question(question)) = queue.try_recv() else {
            panic!("no question")
        };
        question(&super::super::handlers::Context::default());
    }
    drop(kept);
    assert_eq!(has_run.iter().collect::<Vec<_>>(), ["kept"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_question_that_panics_is_an_error_and_no_more() {
    let files = Files::new(&[]);
    let mut client = TestClient::new(&files, json!({})).await;
    let id = client.request("probe/panic", Value::Null).await;
    let error = client.answer(id).await["error"].clone();
    assert_eq!(error["code"], -32603);
    assert_eq!(
        error["message"],
        "the question led into a mistake of the server's own"
    );
    assert!(client.ask("dbtMesh/status", Value::Null).await["projects"].is_array());
    client.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_leads_into_a_mistake_takes_nothing_else_along() {
    let files = sales(&["customers"]);
    let mut client = TestClient::new(&files, json!({})).await;
    settled(&mut client).await;
    let text = ORDERS.replace("customers", "nobody");
    client
        .open(&files, "sales/models/bad_to_open.sql", &text)
        .await;
    let judged = "sales/models/bad_to_judge.sql";
    client.open(&files, judged, &text).await;
    findings(&mut client, &files, judged, &[]).await;
    let other = "sales/models/orders.sql";
    client.open(&files, other, &text).await;
    findings(&mut client, &files, other, &["unknown-model"]).await;
    client.end().await;
}

#[test]
fn findings_of_an_older_text_are_not_sent() {
    let path = std::path::Path::new("/a.sql");
    let mut documents = Documents::default();
    let found = |version, message: &str| Diagnosed {
        path: path.to_owned(),
        version: Some(version),
        made: None,
        diagnostics: vec![Diagnostic {
            message: message.into(),
            ..Diagnostic::default()
        }],
    };
    let mut sent = |version, found| {
        documents.open(path, "file:///a.sql".parse().unwrap(), version, "");
        let mut publisher = Publisher::default();
        publisher.finished(vec![found], &documents, false)
    };
    assert!(sent(2, found(1, "of the text before")).is_empty());
    assert_eq!(sent(2, found(2, "of this text"))[0].version, Some(2));
    assert!(sent(1, found(2, "of a text closed since")).is_empty());
}

#[test]
fn findings_of_an_older_text_are_worked_out_anew() {
    let path = std::path::Path::new("/a.sql");
    let (world, now) = (World::default(), Instant::now());
    let mut documents = Documents::default();
    documents.open(path, "file:///a.sql".parse().unwrap(), 1, "");
    let mut publisher = Publisher::default();
    publisher.file_opened(path, now);
    assert_eq!(publisher.next(&world, &documents, true, now), [path]);
    documents.open(path, "file:///a.sql".parse().unwrap(), 2, "");
    publisher.file_changed(path, now);
    assert_eq!(publisher.deadline(), None, "one is under way");
    let old = Diagnosed {
        path: path.to_owned(),
        version: Some(1),
        diagnostics: Vec::new(),
        made: None,
    };
    assert!(publisher.finished(vec![old], &documents, false).is_empty());
    let later = publisher.deadline().unwrap();
    assert_eq!(publisher.next(&world, &documents, true, later), [path]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_does_not_read_can_still_write() {
    let files = Files::new(&[]);
    let mut client = TestClient::silent(16, &files.path(".cache"));
    let params = json!({"processId": null, "rootUri": null, "capabilities": {}});
    client.ask("initialize", params).await;
    client.notify("initialized", json!({})).await;
    let mut pending = Vec::new();
    for _ in 0..2000 {
        pending.push(client.request("dbtMesh/status", Value::Null).await);
    }
    for id in pending {
        assert!(client.answer(id).await["result"]["projects"].is_array());
    }
    client.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rubbish_is_answered_and_survived() {
    let files = Files::new(&[]);
    let mut client = TestClient::new(&files, json!({})).await;
    client.send(json!("what?")).await;
    assert_eq!(
        client.read(|message| message["id"].is_null()).await["error"]["code"],
        -32700
    );
    let id = client
        .request("textDocument/hover", json!({"what": 1}))
        .await;
    assert_eq!(client.answer(id).await["error"]["code"], -32602);
    let id = client.request("textDocument/unheardOf", json!({})).await;
    assert_eq!(client.answer(id).await["error"]["code"], -32601);
    client.notify("$/unheardOf", json!({})).await;
    client
        .notify(
            "textDocument/didClose",
            json!({"textDocument": {"uri": "untitled:1"}}),
        )
        .await;
    client.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bytes_are_counted_where_the_client_can() {
    let files = Files::new(&[]);
    for (offered, chosen) in [
        (json!(["utf-16", "utf-8"]), "utf-8"),
        (json!(["utf-32", "utf-16"]), "utf-16"),
        (Value::Null, "utf-16"),
    ] {
        let capabilities = json!({"general": {"positionEncodings": offered}});
        let client = TestClient::new(&files, capabilities).await;
        assert_eq!(client.server_capabilities["positionEncoding"], chosen);
        client.end().await;
    }
}
