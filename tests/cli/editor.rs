//! The server as an editor has it, over its standard streams.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::mesh::Mesh;

/// So long a test waits for the server to say something, on a machine with other work as well.
const PATIENCE: Duration = Duration::from_secs(180);

/// The server, as an editor has it.
pub struct Server {
    child: Child,
    stdin: ChildStdin,
    asked: u32,
    messages: Arc<Mutex<Vec<Value>>>,
    log: Arc<Mutex<String>>,
}

impl Server {
    /// Starts it at the mesh's root.
    pub fn start(mesh: &Mesh) -> Self {
        let mut child = mesh
            .command(&["server", "--log-level", "trace"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (messages, log) = <(Arc<Mutex<Vec<Value>>>, Arc<Mutex<String>>)>::default();
        let (heard, mut out) = (
            Arc::clone(&messages),
            BufReader::new(child.stdout.take().unwrap()),
        );
        std::thread::spawn(move || {
            while let Some(message) = next_message(&mut out) {
                heard.lock().unwrap().push(message);
            }
        });
        let (heard, err) = (Arc::clone(&log), child.stderr.take().unwrap());
        std::thread::spawn(move || {
            for line in BufReader::new(err).lines().map_while(Result::ok) {
                heard.lock().unwrap().push_str(&line);
            }
        });
        let stdin = child.stdin.take().unwrap();
        let mut server = Self {
            child,
            stdin,
            asked: 0,
            messages,
            log,
        };
        let root = format!("file://{}", mesh.path("").display());
        let folders = json!([{"uri": root, "name": "mesh"}]);
        server.ask(
            "initialize",
            &json!({"capabilities": {}, "workspaceFolders": folders}),
        );
        server.wait_for("its word", |messages| !messages.is_empty());
        server.send(&json!({"jsonrpc": "2.0", "method": "initialized", "params": {}}));
        server
    }

    /// Sends a message. One that was killed reads no more.
    pub fn send(&mut self, message: &Value) {
        let body = message.to_string();
        let _ = write!(self.stdin, "Content-Length: {}\r\n\r\n{body}", body.len());
        let _ = self.stdin.flush();
    }

    /// Asks something; the number of the question.
    pub fn ask(&mut self, method: &str, params: &Value) -> u32 {
        self.asked += 1;
        let id = self.asked;
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
        id
    }

    /// The answer to a question.
    pub fn answer(&mut self, method: &str, params: &Value) -> Value {
        let id = self.ask(method, params);
        let is_answer = |it: &&Value| it["id"] == id && it.get("method").is_none();
        self.wait_for(method, |messages| messages.iter().any(|it| is_answer(&it)));
        let messages = self.messages.lock().unwrap();
        messages.iter().find(is_answer).unwrap()["result"].clone()
    }

    /// The command to refresh.
    pub fn refresh(&mut self) {
        let command = json!({"command": "dbtMesh.refreshManifests"});
        self.ask("workspace/executeCommand", &command);
    }

    /// The last findings of a file that the server has sent.
    pub fn findings(&self, file: &str) -> Vec<Value> {
        let messages = self.messages.lock().unwrap();
        last_findings(&messages, file)
    }

    /// Waits for findings of a file that are as they should be.
    pub fn wait_for_findings(&self, file: &str, are_right: impl Fn(&[Value]) -> bool) {
        self.wait_for(file, |messages| are_right(&last_findings(messages, file)));
    }

    fn wait_for(&self, what: &str, is_there: impl Fn(&[Value]) -> bool) {
        let began = Instant::now();
        while !is_there(&self.messages.lock().unwrap()) {
            assert!(
                began.elapsed() < PATIENCE,
                "never: {what}: {:#?}",
                self.messages.lock().unwrap()
            );
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// The most memory that it has had, in MB.
    pub fn most_memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        let status = status.unwrap_or_default();
        let line = status.lines().find(|line| line.starts_with("VmHWM"));
        let number = line.and_then(|line| line.split_whitespace().nth(1));
        number.map_or(0, |number| number.parse::<u64>().unwrap() / 1000)
    }

    /// Ends it as an editor does; how long that takes.
    pub fn end(mut self) -> Duration {
        let began = Instant::now();
        self.answer("shutdown", &Value::Null);
        self.send(&json!({"jsonrpc": "2.0", "method": "exit"}));
        let _ = self.child.wait();
        began.elapsed()
    }

    /// Kills it; all that it has said, and its log.
    pub fn kill(mut self) -> String {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let messages = self.messages.lock().unwrap();
        let mut said: String = messages.iter().map(Value::to_string).collect();
        said.push_str(&self.log.lock().unwrap());
        said
    }
}

fn last_findings(messages: &[Value], file: &str) -> Vec<Value> {
    let of_file = messages.iter().rev().find(|it| {
        let uri = it["params"]["uri"].as_str().unwrap_or_default();
        it["method"] == "textDocument/publishDiagnostics" && uri.ends_with(file)
    });
    let findings = of_file.and_then(|it| it["params"]["diagnostics"].as_array());
    findings.cloned().unwrap_or_default()
}

fn next_message(out: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if out.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if line.trim().is_empty() {
            break;
        }
        if let Some(number) = line.strip_prefix("Content-Length: ") {
            length = number.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    out.read_exact(&mut body).ok()?;
    serde_json::from_slice(&body).ok()
}
