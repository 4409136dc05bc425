//! Manifests that are fetched: who is asked, what is shown meanwhile, how it ends.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::client::{Files, TestClient};
use super::written::{findings, manifest, sales, settled};
use crate::fixture::Fixture;
use crate::manifest::load;
use crate::origin::Cache;
use crate::server::event::Event;
use crate::server::fetching::Fetching;
use crate::world::Change;

const CONFIG: &str = "sales/dbt_loom.config.yml";
const MODEL: &str = "sales/models/orders.sql";

/// A server on loopback: its host, and how often it was asked.
struct Origin {
    host: String,
    asked: Arc<AtomicUsize>,
}

impl Origin {
    fn new(answer: impl Fn(&mut TcpStream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let asked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        let answer = Arc::new(answer);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (answer, count) = (Arc::clone(&answer), Arc::clone(&count));
                std::thread::spawn(move || {
                    let mut stream = stream.unwrap();
                    let mut head = Vec::new();
                    let mut byte = [0];
                    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap_or(0) > 0 {
                        head.push(byte[0]);
                    }
                    count.fetch_add(1, Ordering::Relaxed);
                    answer(&mut stream);
                });
            }
        });
        Self { host, asked }
    }

    /// One that has the manifest of `core` with these models.
    fn of(models: &'static [&str]) -> Self {
        Self::new(move |stream| send(stream, &manifest(models)))
    }

    /// Waits until it was asked so often.
    async fn is_asked(&self, count: usize) {
        for _ in 0..3000 {
            if self.asked() >= count {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("asked {} times, not {count}", self.asked());
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

fn send(stream: &mut TcpStream, body: &str) {
    let length = body.len();
    let answer =
        format!("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}");
    let _ = stream.write_all(answer.as_bytes());
}

/// The project, whose config names an address.
fn at_address(host: &str) -> Files {
    let files = sales(&[]);
    files.write(CONFIG, &config(host));
    files
}

fn config(host: &str) -> String {
    format!(
        "manifests:\n  - name: core\n    type: file\n    config:\n      path: http://{host}/m.json\n"
    )
}

fn agree(files: &Files, host: &str) {
    files.write(
        ".cache/consent/allowed.toml",
        &format!("hosts = [\"{host}\"]\n"),
    );
}

async fn ask_for_all(client: &mut TestClient) {
    let refresh = json!({"command": "dbtMesh.refreshManifests"});
    client.ask("workspace/executeCommand", refresh).await;
}

/// The status once `is_so` of the one manifest.
async fn manifest_is(client: &mut TestClient, is_so: impl Fn(&Value) -> bool) -> Value {
    for _ in 0..3000 {
        let status = settled(client).await;
        let manifest = &status["manifests"][0];
        if is_so(manifest) {
            return manifest.clone();
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the manifest never came to that state");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_host_is_asked_once_somebody_agrees_and_never_asked_about_again() {
    let origin = Origin::of(&["customers"]);
    let files = at_address(&origin.host);
    let mut client = TestClient::new(&files, json!({})).await;
    let question = client
        .asked("window/showMessageRequest", json!({"title": "Ask"}))
        .await;
    let text = question["message"].as_str().unwrap();
    assert!(
        text.contains(&origin.host) && text.contains("`core`"),
        "{text}"
    );
    manifest_is(&mut client, |it| it["state"] == "loaded").await;
    client.unread_findings();
    client.end().await;
    let mut client = TestClient::new(&files, json!({})).await;
    manifest_is(&mut client, |it| it["state"] == "loaded").await;
    ask_for_all(&mut client).await;
    origin.is_asked(2).await;
    client.unread_findings();
    client.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_host_that_nobody_agrees_to_hears_nothing() {
    let origin = Origin::of(&["customers"]);
    let files = at_address(&origin.host);
    let mut client = TestClient::new(&files, json!({})).await;
    client.asked("window/showMessageRequest", Value::Null).await;
    let found = findings(&mut client, &files, CONFIG, &["manifest-not-fetched"]).await;
    let found = &found["diagnostics"][0];
    let message = found["message"].as_str().unwrap();
    assert!(message.contains("nobody has agreed to ask"), "{message}");
    assert_eq!(found["range"]["start"]["line"], 4);
    assert_eq!(origin.asked(), 0);
    client.unread_findings();
    client.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_fetched_for_a_folder_that_is_not_trusted() {
    let origin = Origin::of(&["customers"]);
    let files = at_address(&origin.host);
    agree(&files, &origin.host);
    let options = json!({"isTrusted": false});
    let mut client = TestClient::with_options(&files, json!({}), options).await;
    let found = findings(&mut client, &files, CONFIG, &["manifest-not-fetched"]).await;
    let message = found["diagnostics"][0]["message"].as_str().unwrap();
    assert!(
        message.contains("this workspace is not trusted"),
        "{message}"
    );
    ask_for_all(&mut client).await;
    settled(&mut client).await;
    assert_eq!(origin.asked(), 0);
    client.unread_findings();
    client.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_kept_is_used_at_once_and_asked_for_behind() {
    let is_silent = Arc::new(AtomicBool::new(false));
    let switch = Arc::clone(&is_silent);
    let origin = Origin::new(move |stream| {
        if switch.load(Ordering::Relaxed) {
            std::thread::sleep(Duration::from_secs(60));
        }
        send(stream, &manifest(&["customers"]));
    });
    let files = at_address(&origin.host);
    agree(&files, &origin.host);
    let mut client = TestClient::new(&files, json!({})).await;
    manifest_is(&mut client, |it| it["state"] == "loaded").await;
    client.unread_findings();
    client.end().await;
    is_silent.store(true, Ordering::Relaxed);
    make_old(&files);
    files.write(MODEL, "select * from {{ ref('core', 'custmers') }}\n");
    let mut client = TestClient::new(&files, json!({})).await;
    findings(&mut client, &files, MODEL, &["unknown-model"]).await;
    assert_eq!(origin.asked(), 1);
    origin.is_asked(2).await;
    let status = settled(&mut client).await;
    assert_eq!(status["manifests"][0]["state"], "loaded");
    client.unread_findings();
    client.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_counts_though_somebody_looks_at_what_is_kept() {
    let origin = Origin::of(&["customers"]);
    let files = at_address(&origin.host);
    agree(&files, &origin.host);
    let mut client = TestClient::new(&files, json!({})).await;
    manifest_is(&mut client, |it| it["state"] == "loaded").await;
    client.unread_findings();
    client.end().await;
    let fixture = Fixture::new(&format!(
        "//- project sales\n//- dbt_loom.config.yml\n{}",
        config(&origin.host)
    ));
    let cache = files.path(".cache/fetched");
    let world = fixture.world.apply(Change::Cache(cache.clone()));
    let kept = world.remote_manifests().remove(0).path;
    let outcome = Ok(Arc::new(load(&kept, &mut Vec::new()).unwrap()));
    let world = world.apply(Change::Manifest {
        path: kept,
        outcome,
    });
    let (events, mut queue) = tokio::sync::mpsc::unbounded_channel();
    let consent = files.path(".cache/consent");
    let mut fetching = Fetching::new(events, Some(Cache::new(cache)), Some(consent));
    fetching.consider(&world, |_| true, tokio::time::Instant::now());
    // The first looks at what is kept and finds it new enough, the second asks: that is enough for
    // a command that comes meanwhile.
    for asked in [1, 2] {
        let due = fetching.deadline(world.settings()).unwrap();
        fetching.start(&world, due);
        fetching.refresh(&[], false, due);
        let Some(Event::Fetched(path, fetched)) = queue.recv().await else {
            panic!("something else");
        };
        assert_eq!(origin.asked(), asked);
        fetching.finished(&path, &fetched, world.settings(), due);
        let is_due = fetching.deadline(world.settings()) == Some(due);
        assert_eq!(is_due, asked == 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_counts_for_what_is_known_later() {
    let (host, other) = ("127.0.0.1:9", "127.0.0.1:8");
    let files = Files::new(&[("core.json", &manifest(&["customers"]))]);
    let core = Arc::new(load(&files.path("core.json"), &mut Vec::new()).unwrap());
    let world_of = |host: &str| {
        let config = config(host);
        let fixture = format!("//- project sales\n//- dbt_loom.config.yml\n{config}");
        let world = Fixture::new(&fixture).world;
        let world = world.apply(Change::Cache("/cache".into()));
        let kept = world.remote_manifests().remove(0).path;
        let outcome = Ok(Arc::clone(&core));
        world.apply(Change::Manifest {
            path: kept,
            outcome,
        })
    };
    let (events, _queue) = tokio::sync::mpsc::unbounded_channel();
    let mut fetching = Fetching::new(events, Some(Cache::new("/cache".into())), None);
    let now = tokio::time::Instant::now();
    fetching.refresh(&["core".into()], true, now);
    let world = world_of(host);
    fetching.consider(&world, |_| true, now);
    assert_eq!(fetching.deadline(world.settings()), Some(now));
    // What is found after all has been read was not meant.
    fetching.became_quiet(now);
    let world = world_of(other);
    fetching.consider(&world, |_| true, now);
    assert!(fetching.deadline(world.settings()) > Some(now));
}

/// Makes what is kept so old that it is asked for.
fn make_old(files: &Files) {
    for entry in std::fs::read_dir(files.path(".cache/fetched")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|it| it == "note") {
            let text = std::fs::read_to_string(&path).unwrap();
            let mut note: Value = serde_json::from_str(&text).unwrap();
            note["checked_at"] = 0.into();
            std::fs::write(&path, note.to_string()).unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_that_is_typed_is_not_asked_before_it_is_saved() {
    let origin = Origin::of(&["customers"]);
    let files = at_address("127.0.0.1:9");
    files.write(CONFIG, "manifests: []\n");
    agree(&files, &origin.host);
    let mut client = TestClient::new(&files, json!({})).await;
    client.open(&files, CONFIG, &config(&origin.host)).await;
    manifest_is(&mut client, |it| it["state"] == "not-fetched").await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(origin.asked(), 0);
    files.write(CONFIG, &config(&origin.host));
    let saved = json!({"textDocument": {"uri": files.uri(CONFIG)}});
    client.notify("textDocument/didSave", saved).await;
    manifest_is(&mut client, |it| it["state"] == "loaded").await;
    assert_eq!(origin.asked(), 1);
    client.unread_findings();
    client.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_server_ends_at_once_while_an_origin_is_silent() {
    let origin = Origin::new(|_| std::thread::sleep(Duration::from_secs(60)));
    // A machine that has other work may hold up one of them.
    let mut soonest = Duration::MAX;
    for asked in 1..=3 {
        let files = at_address(&origin.host);
        agree(&files, &origin.host);
        let mut client = TestClient::new(&files, json!({})).await;
        origin.is_asked(asked).await;
        let started = Instant::now();
        client.unread_findings();
        client.end().await;
        soonest = soonest.min(started.elapsed());
    }
    assert!(soonest < Duration::from_secs(1), "{soonest:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn progress_is_shown_while_something_is_fetched() {
    let origin = Origin::new(|stream| {
        std::thread::sleep(Duration::from_millis(500));
        send(stream, &manifest(&["customers"]));
    });
    let files = at_address(&origin.host);
    agree(&files, &origin.host);
    let shows = json!({"window": {"workDoneProgress": true}});
    let mut client = TestClient::new(&files, shows).await;
    let is_create = |message: &Value| {
        message["method"] == "window/workDoneProgress/create"
            && message["params"]["token"] == "dbtMesh/fetching"
    };
    let create = client.read(is_create).await;
    client
        .send(json!({"jsonrpc": "2.0", "id": create["id"], "result": null}))
        .await;
    for kind in ["begin", "report", "end"] {
        client
            .read(|message| {
                message["params"]["token"] == "dbtMesh/fetching"
                    && message["params"]["value"]["kind"] == kind
            })
            .await;
    }
    client.unread_findings();
    client.end().await;
}
