//! What happens on the disk while an editor is open: folders come and go, others write files.

use std::collections::BTreeMap;
use std::time::Duration;

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
async fn a_folder_of_manifests_takes_them_along_where_a_client_tells_of_it_alone() {
    let config = "sales/dbt_loom.config.yml";
    for folder in ["core/target", "artifacts"] {
        let path = format!("{folder}/deep/manifest.json");
        let files = sales(&[]);
        files.write(&path, &manifest(&["customers"]));
        let text =
            format!("manifests: [{{name: core, type: file, config: {{path: ../{path}}}}}]\n");
        files.write(config, &text);
        let watches =
            json!({"workspace": {"didChangeWatchedFiles": {"dynamicRegistration": true}}});
        let mut client = TestClient::new(&files, watches).await;
        client.asked("client/registerCapability", Value::Null).await;
        settled(&mut client).await;
        std::fs::remove_dir_all(files.path(folder)).unwrap();
        let changes = json!({"changes": [{"uri": files.uri(folder), "type": 3}]});
        client
            .notify("workspace/didChangeWatchedFiles", changes)
            .await;
        findings(&mut client, &files, config, &["manifest-missing"]).await;
        client.unread_findings();
        client.end().await;
    }
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_that_leads_elsewhere_counts_where_a_project_names_it() {
    let name = "sales/models/orders.sql";
    let files = Files::new(&[
        ("sales/dbt_project.yml", PROJECT),
        ("old/orders.sql", NOBODYS),
        ("new/orders.sql", "select 1\n"),
    ]);
    let link = files.path("sales/models");
    std::os::unix::fs::symlink(files.path("old"), &link).unwrap();
    let watches = json!({"workspace": {"didChangeWatchedFiles": {"dynamicRegistration": true}}});
    let mut client = TestClient::new(&files, watches).await;
    client.asked("client/registerCapability", Value::Null).await;
    findings(&mut client, &files, name, &["unknown-model"]).await;
    std::fs::remove_file(&link).unwrap();
    std::os::unix::fs::symlink(files.path("new"), &link).unwrap();
    let changes = json!({"changes": [{"uri": files.uri("sales/models"), "type": 2}]});
    client
        .notify("workspace/didChangeWatchedFiles", changes)
        .await;
    findings(&mut client, &files, name, &[]).await;
    client.unread_findings();
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
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    files.write(name, NOBODYS);
    client.notify("initialized", json!({})).await;
    findings(&mut client, &files, name, &["unknown-model"]).await;
    client.end().await;
}

/// More of them find more, and take their time.
const ROUNDS: usize = 1;
/// Written last in each round.
const LAST: &str = "sales/models/last.sql";

/// What is found of each file once nothing more comes, and the file that was written last is known.
async fn all_findings(
    client: &mut TestClient,
    files: &Files,
    round: usize,
    mut all: BTreeMap<String, Value>,
) -> BTreeMap<String, Value> {
    let last = files.uri(LAST).to_string();
    let message = format!("`last_{round}`");
    let is_known = |all: &BTreeMap<String, Value>| {
        let found = all.get(&last);
        found.is_some_and(|found| found.to_string().contains(&message))
    };
    let mut quiet = 0;
    while quiet < 3 || !is_known(&all) {
        // Who asks all the time puts findings off.
        tokio::time::sleep(Duration::from_millis(600)).await;
        client.ask("dbtMesh/status", Value::Null).await;
        let news = client.take_findings();
        quiet = if news.is_empty() { quiet + 1 } else { 0 };
        assert!(quiet < 50, "the last file is not known");
        for mut one in news {
            let uri = one["uri"].as_str().unwrap().to_owned();
            match one["diagnostics"].take() {
                Value::Array(none) if none.is_empty() => all.remove(&uri),
                found => all.insert(uri, found),
            };
        }
    }
    all
}

/// Numbers that look random and are the same every time (xorshift).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(end).unwrap()).unwrap()
    }

    fn one_of<'n>(&mut self, names: &[&'n str]) -> &'n str {
        names[self.below(names.len())]
    }
}

/// Does something to the files, as others do while an editor is open.
fn change(files: &Files, numbers: &mut Numbers) {
    let folder = numbers.one_of(&["a", "a/deep", "b", "b/deep/deeper", "v1.2"]);
    let project = numbers.one_of(&["sales", "other"]);
    let folder = format!("{project}/models/{folder}");
    let other = numbers.one_of(&["a/moved", "c"]);
    let other = files.path(&format!("{project}/models/{other}"));
    match numbers.below(8) {
        0 => {
            let _ = std::fs::remove_dir_all(files.path(&folder));
        }
        1 => {
            let _ = std::fs::rename(files.path(&folder), other);
        }
        2 => {
            let name = numbers.one_of(&["m1.sql", "m2.sql", "m3.sql"]);
            let _ = std::fs::remove_file(files.path(&format!("{folder}/{name}")));
        }
        3 => {
            for at in 0..numbers.below(40) {
                files.write(&format!("{folder}/n{at}.sql"), &text(numbers));
            }
        }
        4 if numbers.below(4) == 0 => {
            let _ = std::fs::remove_dir_all(files.path("other"));
        }
        5 => {
            let definition = "name: other\nversion: '1.0'\n";
            files.write("other/dbt_project.yml", definition);
        }
        _ => {
            let name = numbers.one_of(&["m1.sql", "m2.sql", "m3.sql"]);
            files.write(&format!("{folder}/{name}"), &text(numbers));
        }
    }
}

fn text(numbers: &mut Numbers) -> String {
    format!(
        "select * from {{{{ ref('nobody_{}') }}}}\n",
        numbers.below(3)
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_happens_on_disk_is_known_in_the_end() {
    let mut numbers = Numbers(0x5eed);
    let files = Files::new(&[("sales/dbt_project.yml", PROJECT)]);
    let mut client = TestClient::new(&files, json!({})).await;
    let mut known = BTreeMap::new();
    for round in 0..ROUNDS {
        for _ in 0..60 {
            change(&files, &mut numbers);
            let pause = [0, 0, 1, 10, 40][numbers.below(5)];
            tokio::time::sleep(Duration::from_millis(pause)).await;
        }
        let last = format!("select * from {{{{ ref('last_{round}') }}}}\n");
        files.write(LAST, &last);
        known = all_findings(&mut client, &files, round, known).await;
        let mut other = TestClient::new(&files, json!({})).await;
        let mut anew = all_findings(&mut other, &files, round, BTreeMap::new()).await;
        // On a busy machine more comes behind what was written last.
        for _ in 0..10 {
            if known == anew {
                break;
            }
            known = all_findings(&mut client, &files, round, known).await;
            anew = all_findings(&mut other, &files, round, anew).await;
        }
        other.unread_findings();
        other.end().await;
        assert!(
            known == anew,
            "round {round}: {}",
            difference(&known, &anew)
        );
    }
    client.unread_findings();
    client.end().await;
}

fn difference(known: &BTreeMap<String, Value>, anew: &BTreeMap<String, Value>) -> String {
    let names = known.keys().chain(anew.keys());
    let differ = names.filter(|name| known.get(*name) != anew.get(*name));
    let shown = |found: Option<&Value>| found.map(|it| it[0]["message"].to_string());
    let lines = differ.map(|name| {
        let (known, anew) = (shown(known.get(name)), shown(anew.get(name)));
        format!("\n{name}: {known:?} and not {anew:?}")
    });
    lines.collect()
}
