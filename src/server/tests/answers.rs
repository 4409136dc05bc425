//! What the answers look like on the wire, about real files.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::client::{Files, TestClient};
use super::written::{ORDERS, findings, manifest, manifest_of, sales, settled};

const NAME: &str = "sales/models/orders.sql";
const LOOM: &str = "\
manifests:
  - name: core
    type: file
    config:
      path: ../published/core.json
  - name: stock
    type: file
    config:
      path: ../stock/target/manifest.json
";

/// `sales` reads `core`, of which only the manifest is here, and `stock`, which is here.
fn mesh() -> Files {
    let files = sales(&["customers", "regions"]);
    files.write("sales/dbt_loom.config.yml", LOOM);
    files.write("stock/dbt_project.yml", "name: stock\nversion: '1.0'\n");
    files.write("stock/models/products.sql", "select 1 as products_id");
    files.write(
        "stock/models/_stock.yml",
        "models:\n  - name: products\n    description: All products.\n    access: public\n",
    );
    files.write(
        "stock/target/manifest.json",
        &manifest_of("stock", &["products"]),
    );
    files
}

/// A client that has `text` open, and what stands at its `$0`: both files of the mesh are read.
async fn asking(files: &Files, capabilities: Value, text: &str) -> (TestClient, Value) {
    let client = TestClient::new(files, capabilities).await;
    asking_as(client, files, text).await
}

async fn asking_as(mut client: TestClient, files: &Files, text: &str) -> (TestClient, Value) {
    while settled(&mut client).await["projects"]
        .as_array()
        .is_none_or(|projects| projects.len() < 2)
    {
        tokio::task::yield_now().await;
    }
    let (before, after) = text.split_once("$0").unwrap();
    client.open(files, NAME, &format!("{before}{after}")).await;
    let line = before.matches('\n').count();
    let column = before
        .lines()
        .last()
        .unwrap_or_default()
        .encode_utf16()
        .count();
    let at = json!({
        "textDocument": {"uri": files.uri(NAME)},
        "position": {"line": line, "character": column},
    });
    (client, at)
}

/// Ends once the open file has these findings. Those of `stock` come later, and on a slow machine
/// before the end.
async fn done(mut client: TestClient, files: &Files, rules: &[&str]) {
    findings(&mut client, files, NAME, rules).await;
    client.unread_findings();
    client.end().await;
}

fn range(line: u32, start: u32, end: u32) -> Value {
    json!({
        "start": {"line": line, "character": start}, "end": {"line": line, "character": end},
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_half_typed_ref_is_completed_and_the_choice_explained() {
    let files = mesh();
    let text = "/* \u{1F9F8} */ select * from {{ ref('core', 'cu$0";
    let (mut client, at) = asking(&files, json!({}), text).await;
    let list = client.ask("textDocument/completion", at).await;
    let items = list["items"].as_array().unwrap();
    let labels: Vec<_> = items.iter().map(|item| &item["label"]).collect();
    assert_eq!(labels, ["customers", "regions"], "{list}");
    let edit = &items[0]["textEdit"];
    // The toy is one character, two units of utf-16 and four bytes.
    assert_eq!(edit["range"], range(0, 39, 41), "{edit}");
    assert_eq!(edit["newText"], "customers') }}", "{edit}");
    assert_eq!(items[0].get("documentation"), None);
    let item = client.ask("completionItem/resolve", items[0].clone()).await;
    assert_eq!(item["label"], "customers");
    assert_eq!(item["textEdit"], *edit);
    let documentation = item["documentation"]["value"].as_str().unwrap();
    assert!(documentation.contains("All customers."), "{documentation}");
    done(client, &files, &["jinja-syntax", "unknown-model"]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hover_shows_the_card_at_its_columns() {
    let files = mesh();
    let text = "select 1\nfrom /* \u{1F9F8} */ {{ ref('core', 'cust$0omers') }}";
    for (capabilities, start) in [
        (json!({}), 30),
        (json!({"general": {"positionEncodings": ["utf-8"]}}), 32),
    ] {
        let (mut client, mut at) = asking(&files, capabilities, text).await;
        at["position"]["character"] = json!(start + 4);
        let hover = client.ask("textDocument/hover", at).await;
        assert_eq!(hover["range"], range(1, start, start + 9));
        assert_eq!(hover["contents"]["kind"], "markdown");
        let card = hover["contents"]["value"].as_str().unwrap();
        assert!(card.starts_with("**`core.customers`** · public"), "{card}");
        done(client, &files, &[]).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_another_extension_answers_is_left_to_it() {
    let files = mesh();
    for (text, is_shown) in [
        ("select * from {{ ref('core', 'cust$0omers') }}", true),
        ("select * from {{ re$0f('core', 'customers') }}", false),
    ] {
        let options = json!({"beside": ["hover", "no-such-feature"]});
        let client = TestClient::with_options(&files, json!({}), options).await;
        let (mut client, at) = asking_as(client, &files, text).await;
        let hover = client.ask("textDocument/hover", at).await;
        assert_eq!(!hover.is_null(), is_shown, "{hover}");
        done(client, &files, &[]).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_jump_leads_into_the_other_project() {
    let files = mesh();
    let text = "/* \u{1F9F8} */ {{ ref('stock', 'prod$0ucts') }}";
    let (mut client, at) = asking(&files, json!({}), text).await;
    let found = client.ask("textDocument/definition", at).await;
    assert_eq!(
        found[0]["uri"],
        json!(files.uri("stock/models/products.sql"))
    );
    done(client, &files, &[]).await;

    let links = json!({"textDocument": {"definition": {"linkSupport": true}}});
    let (mut client, at) = asking(&files, links, text).await;
    let found = client.ask("textDocument/definition", at).await;
    assert_eq!(
        found[0]["targetUri"],
        json!(files.uri("stock/models/products.sql"))
    );
    assert_eq!(found[0]["originSelectionRange"], range(0, 26, 34));
    done(client, &files, &[]).await;
}

/// The file that a jump ends in.
async fn jump(client: &mut TestClient, at: Value) -> Option<PathBuf> {
    let found = client.ask("textDocument/definition", at).await;
    let uri = found[0]["uri"].as_str()?.parse().unwrap();
    crate::server::uri::to_path(&uri)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_published_model_is_read_from_the_cache() {
    let files = mesh();
    let text = "{{ ref('core', 'cust$0omers') }}";
    let (mut client, at) = asking(&files, json!({}), text).await;
    let path = jump(&mut client, at).await.unwrap();
    assert!(path.starts_with(files.path(".cache")), "{path:?}");
    assert_eq!(path.file_name().unwrap(), "customers.sql");
    assert!(std::fs::metadata(&path).unwrap().permissions().readonly());
    let written = std::fs::read_to_string(&path).unwrap();
    let (heading, code) = written.split_once("\n\n").unwrap();
    assert!(
        heading.starts_with("-- customers of core as published"),
        "{heading}"
    );
    assert!(
        heading.lines().all(|line| line.starts_with("-- ")),
        "{heading}"
    );
    assert_eq!(code, "select 1 as customers_id");
    done(client, &files, &[]).await;
}

fn all_files(folder: &Path) -> BTreeSet<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(Result::unwrap);
    entries
        .flat_map(|entry| {
            if entry.file_type().unwrap().is_dir() {
                all_files(&entry.path())
            } else {
                BTreeSet::from([entry.path()])
            }
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_name_of_a_manifest_leads_out_of_the_cache() {
    let bad = [
        "../../x",
        "..",
        "/etc/x",
        "a\\\\..\\\\b",
        "~/x",
        ".bashrc",
        "x\\n/../y",
    ];
    for hostile in bad {
        let as_json = format!("\"{hostile}\"");
        let name: String = serde_json::from_str(&as_json).unwrap();
        for (project, model) in [("core", name.as_str()), (name.as_str(), "customers")] {
            let files = mesh();
            files.write("published/core.json", &manifest_of(project, &[model]));
            let loom = LOOM.replacen("core", &serde_json::to_string(project).unwrap(), 1);
            files.write("sales/dbt_loom.config.yml", &loom);
            let before = all_files(&files.path(""));
            let [project, model] =
                [project, model].map(|it| it.replace('\\', "\\\\").replace('\n', "\\n"));
            let text = format!("{{{{ ref('{project}', '$0{model}') }}}}");
            let (mut client, at) = asking(&files, json!({}), &text).await;
            let path = jump(&mut client, at).await;
            let path = path.map(|path| path.canonicalize().unwrap());
            let is_plain = project == "core";
            assert!(path.is_some() || !is_plain, "{model} leads nowhere");
            assert!(path.is_none_or(|path| path.starts_with(files.path(".cache"))));
            let mut news = all_files(&files.path(""));
            news.retain(|file| !before.contains(file));
            assert!(
                news.iter()
                    .all(|file| file.starts_with(files.path(".cache"))),
                "{news:?}"
            );
            client.heard("textDocument/publishDiagnostics").await;
            client.end().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_paths_of_a_loom_config_are_links() {
    let files = mesh();
    let (mut client, _) = asking(&files, json!({}), &format!("$0{ORDERS}")).await;
    let config = "sales/dbt_loom.config.yml";
    let document = json!({"textDocument": {"uri": files.uri(config)}});
    let links = client.ask("textDocument/documentLink", document).await;
    let links = links.as_array().unwrap();
    let targets: Vec<_> = links.iter().map(|link| link["target"].clone()).collect();
    let wanted = ["published/core.json", "stock/target/manifest.json"];
    assert_eq!(targets, wanted.map(|name| json!(files.uri(name))));
    assert_eq!(links[0]["range"], range(4, 12, 34));
    done(client, &files, &[]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_mistyped_has_a_fix() {
    let files = mesh();
    let text = "/* \u{1F9F8} */ {{ ref('core', '$0custmers') }}";
    let versioned = json!({"workspace": {"workspaceEdit": {"documentChanges": true}}});
    for capabilities in [json!({}), versioned] {
        let is_versioned = capabilities != json!({});
        let (mut client, at) = asking(&files, capabilities, text).await;
        let found = findings(&mut client, &files, NAME, &["unknown-model"]).await;
        let diagnostic = &found["diagnostics"][0];
        let params = json!({
            "textDocument": at["textDocument"],
            "range": diagnostic["range"],
            "context": {"diagnostics": [diagnostic], "only": ["quickfix"]},
        });
        let actions = client.ask("textDocument/codeAction", params.clone()).await;
        let action = &actions[0];
        assert_eq!(action["kind"], "quickfix");
        assert_eq!(action["diagnostics"], json!([diagnostic]));
        let edits = if is_versioned {
            let change = &action["edit"]["documentChanges"][0];
            assert_eq!(change["textDocument"]["version"], 1);
            &change["edits"]
        } else {
            &action["edit"]["changes"][files.uri(NAME).as_str()]
        };
        let wanted = json!([{"range": range(0, 25, 33), "newText": "customers"}]);
        assert_eq!(*edits, wanted);
        let mut other = params;
        other["context"]["only"] = json!(["refactor"]);
        let actions = client.ask("textDocument/codeAction", other).await;
        assert_eq!(actions, json!([]));
        client.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn names_are_found_in_the_workspace_and_in_a_file() {
    let files = mesh();
    let trees =
        json!({"textDocument": {"documentSymbol": {"hierarchicalDocumentSymbolSupport": true}}});
    for (capabilities, range_of) in [
        (trees, "/0/selectionRange"),
        (json!({}), "/0/location/range"),
    ] {
        let text = "/* \u{1F9F8} */ {{ ref('core', '$0customers') }}\n";
        let (mut client, at) = asking(&files, capabilities, text).await;
        let found = client
            .ask("workspace/symbol", json!({"query": "prod"}))
            .await;
        assert_eq!(found[0]["name"], "products", "{found}");
        assert_eq!(found[0]["containerName"], "stock");
        assert_eq!(
            found[0]["location"]["uri"],
            json!(files.uri("stock/models/products.sql"))
        );
        let outline = client.ask("textDocument/documentSymbol", at).await;
        assert_eq!(outline[0]["name"], "core.customers", "{outline}");
        let shown = outline.pointer(range_of).unwrap();
        assert_eq!(shown["start"]["line"], 0, "{outline}");
        done(client, &files, &[]).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_manifest_rewritten_offers_what_it_has_now() {
    let files = mesh();
    let watches = json!({"workspace": {"didChangeWatchedFiles": {"dynamicRegistration": true}}});
    let text = "{{ ref('core', '$0visitors') }}";
    let (mut client, at) = asking(&files, watches, text).await;
    client.asked("client/registerCapability", Value::Null).await;
    findings(&mut client, &files, NAME, &["unknown-model"]).await;
    files.write("published/core.json", &manifest(&["visitors"]));
    let changes = json!({"changes": [{"uri": files.uri("published/core.json"), "type": 2}]});
    client
        .notify("workspace/didChangeWatchedFiles", changes)
        .await;
    findings(&mut client, &files, NAME, &[]).await;
    let list = client.ask("textDocument/completion", at).await;
    let items = list["items"].as_array().unwrap();
    let labels: Vec<_> = items.iter().map(|item| &item["label"]).collect();
    assert_eq!(labels, ["visitors"]);
    client.unread_findings();
    client.end().await;
}
