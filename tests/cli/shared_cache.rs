//! Several programs on one cache of fetched manifests, one of which is killed again and again; and
//! secrets, which stand in nothing that any of them leaves.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use dbt_mesh_lsp::manifest;
use serde_json::{Value, json};

use crate::fetched::{send, serve};
use crate::mesh::{INVENTORY, Mesh};

const NAMES: [&str; 3] = ["inventory", "returns", "prices"];

/// A project that reads three manifests of `host`; what stands behind the address is given.
fn mesh(host: &str, behind: &str) -> Mesh {
    let entries = NAMES.map(|name| {
        format!("  - name: {name}\n    type: file\n    config:\n      path: http://{host}/{name}{behind}\n")
    });
    let mesh = Mesh::new(&[("sales/dbt_project.yml", "name: sales\n")]);
    mesh.write(
        "sales/dbt_loom.config.yml",
        &format!("manifests:\n{}", entries.concat()),
    );
    mesh.write(
        "home/config/dbt-mesh-lsp/allowed.toml",
        &format!("trusted-hosts = [\"{host}\"]\n"),
    );
    mesh
}

/// A manifest of some size that says which one it is.
fn numbered(number: u64) -> String {
    let description = "x".repeat(200_000);
    INVENTORY.replace(
        "\"description\": \"\"",
        &format!("\"description\": \"{number} {description}\""),
    )
}

/// The server, as an editor has it.
struct Server {
    child: Child,
    stdin: ChildStdin,
    asked: u32,
    said: Arc<std::sync::Mutex<String>>,
}

impl Server {
    fn start(mesh: &Mesh) -> Self {
        let mut child = mesh
            .command(&["server", "--log-level", "trace"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let said = Arc::new(std::sync::Mutex::new(String::new()));
        let outputs: [Box<dyn Read + Send>; 2] = [
            Box::new(child.stdout.take().unwrap()),
            Box::new(child.stderr.take().unwrap()),
        ];
        for output in outputs {
            let said = Arc::clone(&said);
            std::thread::spawn(move || {
                let mut output = BufReader::new(output);
                let mut line = Vec::new();
                while output.read_until(b'}', &mut line).unwrap_or(0) > 0 {
                    said.lock()
                        .unwrap()
                        .push_str(&String::from_utf8_lossy(&line));
                    line.clear();
                }
            });
        }
        let stdin = child.stdin.take().unwrap();
        let mut server = Self {
            child,
            stdin,
            asked: 0,
            said,
        };
        let root = format!("file://{}", mesh.path("").display());
        let folders = json!([{"uri": root, "name": "mesh"}]);
        server.ask(
            "initialize",
            &json!({"capabilities": {}, "workspaceFolders": folders}),
        );
        server.wait_for("serverInfo");
        server.send(&json!({"jsonrpc": "2.0", "method": "initialized", "params": {}}));
        server
    }

    fn send(&mut self, message: &Value) {
        let body = message.to_string();
        // One that was killed reads no more.
        let _ = write!(self.stdin, "Content-Length: {}\r\n\r\n{body}", body.len());
        let _ = self.stdin.flush();
    }

    fn ask(&mut self, method: &str, params: &Value) {
        self.asked += 1;
        let id = self.asked;
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
    }

    fn refresh(&mut self) {
        let command = json!({"command": "dbtMesh.refreshManifests"});
        self.ask("workspace/executeCommand", &command);
    }

    fn wait_for(&self, text: &str) {
        for _ in 0..1000 {
            if self.said.lock().unwrap().contains(text) {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("never said {text}: {}", self.said.lock().unwrap());
    }

    fn kill(mut self) -> String {
        let _ = self.child.kill();
        let _ = self.child.wait();
        self.said.lock().unwrap().clone()
    }
}

/// Every manifest that is kept, read whole.
fn kept(mesh: &Mesh) -> Vec<PathBuf> {
    let folder = mesh.path("home/cache/dbt-mesh-lsp/manifests");
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let files = entries.map(|entry| entry.unwrap().path());
    let bodies = files.filter(|path| path.extension().is_some_and(|it| it == "json"));
    bodies
        .inspect(|path| {
            let read = manifest::load(path, &mut Vec::new());
            assert_eq!(read.unwrap().nodes().count(), 1, "{}", path.display());
        })
        .collect()
}

/// Numbers that look like chance, the same in each run.
fn next(state: &mut u64) -> u64 {
    *state = state
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1);
    *state >> 33
}

#[test]
fn nothing_is_torn_or_lost_when_one_of_several_is_killed() {
    const KILLS: usize = 200;
    let number = AtomicU64::new(0);
    let (host, _heads) = serve(move |_, stream| {
        let number = number.fetch_add(1, Ordering::Relaxed);
        let etag = format!("ETag: \"{number}\"\r\n");
        send(stream, "200 OK", &etag, numbered(number).as_bytes());
    });
    let mesh = mesh(&host, ".json");
    let first = mesh.run(&["manifests", "refresh"]);
    assert_eq!(first.code, 0, "{}", first.all());
    assert_eq!(kept(&mesh).len(), NAMES.len());
    let mut server = Server::start(&mesh);
    let mut chance = 20_261_126;
    for kill in 0..KILLS {
        server.refresh();
        let mut checking = mesh
            .command(&["manifests", "refresh"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let pause = Duration::from_millis(next(&mut chance) % 60);
        if kill % 2 == 0 {
            let mut victim = Server::start(&mesh);
            victim.refresh();
            std::thread::sleep(pause);
            victim.kill();
            checking.wait().unwrap();
        } else {
            std::thread::sleep(pause);
            let _ = checking.kill();
            checking.wait().unwrap();
        }
        assert_eq!(kept(&mesh).len(), NAMES.len(), "after {kill} kills");
    }
    server.kill();
    // Whatever a note says by now, the next one to ask gets what is right.
    let last = mesh.run(&["manifests", "refresh"]);
    assert_eq!(last.code, 0, "{}", last.all());
    assert_eq!(kept(&mesh).len(), NAMES.len());
}

/// All texts below a folder, with the names of their files, but for the ones given.
fn texts(folder: &Path, except: &[PathBuf]) -> String {
    let mut all = String::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            all.push_str(&path.display().to_string());
            if path.is_dir() {
                folders.push(path);
            } else if !except.contains(&path) {
                all.push_str(&String::from_utf8_lossy(&std::fs::read(&path).unwrap()));
            }
        }
    }
    all
}

#[test]
fn secrets_stand_in_no_output_log_or_file() {
    let answers: [(&str, &str); 4] = [
        ("200 OK", INVENTORY),
        ("403 Forbidden", "planted-secret"),
        ("302 Found", "planted-secret"),
        ("200 OK", "<html>planted-secret</html>"),
    ];
    let mut hosts: Vec<String> = answers
        .map(|(status, body)| {
            let answer = move |_: &str, stream: &mut std::net::TcpStream| {
                let location = "Location: http://127.0.0.1:9/planted-secret?x=planted-secret\r\n";
                send(stream, status, location, body.as_bytes());
            };
            serve(answer).0
        })
        .into();
    // Nobody listens there, and that is no host at all.
    hosts.extend(["127.0.0.1:9".into(), "no.such.host.invalid".into()]);
    for host in hosts {
        let behind = ".json?sig=${PLANTED_WORD}&user=$PLANTED_WORD";
        let mesh = mesh(&host, behind);
        // One names the secret in the place of a name and a password.
        let config = mesh.path("sales/dbt_loom.config.yml");
        let text = std::fs::read_to_string(&config).unwrap();
        let text = text.replacen("http://", "http://${PLANTED_WORD}:${PLANTED_WORD}@", 1);
        std::fs::write(&config, &text).unwrap();
        let mut said = String::new();
        for arguments in [
            &["manifests", "refresh", "--fetch-timeout", "5"][..],
            &["manifests", "--output-format", "json"],
            &["check", "--show-hints", "--fetch-timeout", "5"],
            &["check", "--output-format", "json", "--offline"],
            &["check", "--output-format", "sarif", "--offline"],
        ] {
            said.push_str(&mesh.run(arguments).all());
        }
        let mut server = Server::start(&mesh);
        server.refresh();
        let hover = json!({
            "textDocument": {"uri": format!("file://{}", config.display())},
            "position": {"line": 4, "character": 20},
        });
        server.ask("textDocument/hover", &hover);
        server.ask(
            "workspace/executeCommand",
            &json!({"command": "dbtMesh.status"}),
        );
        server.wait_for("\"manifests\":");
        std::thread::sleep(Duration::from_millis(500));
        server.ask(
            "workspace/executeCommand",
            &json!({"command": "dbtMesh.status"}),
        );
        std::thread::sleep(Duration::from_millis(200));
        said.push_str(&server.kill());
        said.push_str(&texts(&mesh.path(""), &[]));
        assert!(said.contains("PLANTED_WORD"), "{said}");
        for secret in ["planted-secret", "cGxhbnRlZC1zZWNyZXQ"] {
            assert!(!said.contains(secret), "{host}: {said}");
        }
    }
}
