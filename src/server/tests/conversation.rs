//! Order, cancelling, panics, endings: what holds whatever the questions are.

use serde_json::{Value, json};

use super::client::{Files, TestClient};
use super::probes::Gate;
use crate::server::Ending;
use crate::server::adapter::Adapter;
use crate::server::event::Event;

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
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pending_requests_keep_nothing_else_waiting() {
    let files = Files::new(&[]);
    let mut client = TestClient::new(&files, json!({})).await;
    let gates: Vec<_> = (0..16).map(|_| Gate::closed()).collect();
    let mut pending = Vec::new();
    for gate in &gates {
        pending.push(client.request("probe/wait", json!([gate.number])).await);
    }
    assert!(client.ask("dbtMesh/status", Value::Null).await["projects"].is_array());
    drop(gates);
    for id in pending {
        assert_eq!(client.answer(id).await["result"], "waited");
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
    assert_eq!(client.answer(id).await["error"]["code"], -32603);
    assert!(client.ask("dbtMesh/status", Value::Null).await["projects"].is_array());
    client.end().await;
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
