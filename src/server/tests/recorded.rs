//! What real editors send, sent again: their capabilities, their order, their habits. The conversations were recorded
//! between each editor and the server over the example.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};

use super::client::{Files, TestClient};
use super::written::settled;

/// Stands in the recordings for the example's folder, as a URI and as a path.
const URI: &str = "file:///MESH";
const PATH: &str = "/MESH";

fn example() -> Files {
    let files = Files::new(&[]);
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/teddy-retailers")];
    let root = folders[0].clone();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(&root).unwrap();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(text) = std::fs::read_to_string(&path) {
                files.write(name.to_str().unwrap(), &text);
            }
        }
    }
    files
}

/// Sends a recording; gives the results by method, those of cancelled requests left out.
async fn replay(recording: &str) -> BTreeMap<String, Vec<Value>> {
    let files = example();
    let folder = files.path("");
    let uri = files.uri("").as_str().trim_end_matches('/').to_owned();
    let recording = recording
        .replace(URI, &uri)
        .replace(PATH, folder.to_str().unwrap().trim_end_matches('/'));
    let mut client = TestClient::silent(1 << 16, &files.path(".cache"));
    let mut pending: BTreeMap<String, (i64, String)> = BTreeMap::new();
    let mut results: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for line in recording.lines() {
        let message: Value = serde_json::from_str(line).unwrap();
        let method = message["method"].as_str().unwrap().to_owned();
        let params = message["params"].clone();
        let id = message.get("id").map(ToString::to_string);
        match (&*method, id) {
            ("initialize", Some(_)) => {
                client.ask("initialize", params).await;
            }
            ("initialized", _) => {
                client.notify(&method, params).await;
                while settled(&mut client).await["projects"]
                    .as_array()
                    .unwrap()
                    .len()
                    < 3
                {}
            }
            ("$/cancelRequest", _) => {
                let cancelled = params["id"].to_string();
                if let Some((id, _)) = pending.remove(&cancelled) {
                    client.notify(&method, json!({"id": id})).await;
                }
            }
            (_, Some(id)) => {
                let own = client.request(&method, params).await;
                pending.insert(id, (own, method));
            }
            (_, None) => client.notify(&method, params).await,
        }
    }
    for (id, method) in pending.into_values() {
        let answer = client.answer(id).await;
        assert!(answer.get("error").is_none(), "{method}: {answer}");
        results
            .entry(method)
            .or_default()
            .push(answer["result"].clone());
    }
    client.close().await;
    results
}

/// What a user sees of the conversation, whatever the editor.
fn check(results: &BTreeMap<String, Vec<Value>>) {
    let has = |method: &str, part: &str| {
        let found = results.get(method).into_iter().flatten();
        let found = found.map(ToString::to_string).any(|it| it.contains(part));
        assert!(found, "{method}: no {part} in {:#?}", results.get(method));
    };
    has("textDocument/completion", "stock_by_month");
    has("textDocument/hover", "The price of each product on sale");
    has("textDocument/definition", "selling_prices_v2.sql");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn vs_code_is_answered() {
    check(&replay(include_str!("../../../tests/recorded/vscode.jsonl")).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn neovim_is_answered() {
    check(&replay(include_str!("../../../tests/recorded/neovim.jsonl")).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn helix_is_answered() {
    check(&replay(include_str!("../../../tests/recorded/helix.jsonl")).await);
}
