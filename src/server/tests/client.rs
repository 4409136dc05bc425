//! A client that notices everything: who ends it without having read a message fails the test.

use std::collections::VecDeque;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncWriteExt, BufReader, DuplexStream};
use tokio::runtime::Handle;
use tokio::task::JoinHandle;
use tower_lsp_server::ls_types::Uri;

use crate::server::wire::read_frame;
use crate::server::{Ending, Options, serve};

/// Longer than any machine takes.
const PATIENCE: Duration = Duration::from_secs(30);

/// Files on a disk.
pub(super) struct Files {
    folder: tempfile::TempDir,
}

impl Files {
    /// Writes files: name and text.
    pub(super) fn new(files: &[(&str, &str)]) -> Self {
        let this = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        for (name, text) in files {
            this.write(name, text);
        }
        this
    }

    pub(super) fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        // Some systems have links above their temporary folders; watchers see behind them.
        self.folder.path().canonicalize().unwrap().join(name)
    }

    pub(super) fn uri(&self, name: &str) -> Uri {
        Uri::from_file_path(self.path(name)).unwrap()
    }
}

/// A stream whose writer waits.
struct Waiting(DuplexStream);

impl Write for Waiting {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Handle::current().block_on(self.0.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        Handle::current().block_on(self.0.flush())
    }
}

/// A client in conversation with a server of its own.
pub(super) struct TestClient {
    to: DuplexStream,
    from: BufReader<DuplexStream>,
    server: JoinHandle<Ending>,
    unread: VecDeque<Value>,
    last_id: i64,
    is_ended: bool,
    is_told_all: bool,
    pub(super) server_capabilities: Value,
}

impl TestClient {
    /// A client that has not said a word; so many bytes fit on the way back to it.
    pub(super) fn silent(room: usize, cache: &Path) -> Self {
        let (to, server_from) = tokio::io::duplex(1 << 16);
        let (server_to, from) = tokio::io::duplex(room);
        let options = Options {
            cache: Some(cache.to_owned()),
            fetched: Some(cache.join("fetched")),
            consent: Some(cache.join("consent")),
            profiles: Some(cache.join("dbt")),
        };
        Self {
            to,
            from: BufReader::new(from),
            server: tokio::spawn(serve(server_from, Waiting(server_to), options)),
            unread: VecDeque::new(),
            last_id: 0,
            is_ended: false,
            is_told_all: false,
            server_capabilities: Value::Null,
        }
    }

    /// A client with these capabilities that has `files` open as its folder.
    pub(super) async fn new(files: &Files, capabilities: Value) -> Self {
        Self::with_options(files, capabilities, Value::Null).await
    }

    /// The same with `initializationOptions`.
    pub(super) async fn with_options(files: &Files, capabilities: Value, options: Value) -> Self {
        let mut client = Self::silent(1 << 16, &files.path(".cache"));
        let folder = json!({"uri": files.uri(""), "name": "mesh"});
        let result = client
            .ask(
                "initialize",
                json!({
                    "processId": null,
                    "rootUri": null,
                    "capabilities": capabilities,
                    "workspaceFolders": [folder],
                    "initializationOptions": options,
                }),
            )
            .await;
        client.server_capabilities = result["capabilities"].clone();
        client.notify("initialized", json!({})).await;
        client
    }

    pub(super) async fn send(&mut self, message: Value) {
        let body = message.to_string();
        let frame = format!("Content-Length: {}\r\n\r\n{body}", body.len());
        let write = self.to.write_all(frame.as_bytes());
        tokio::time::timeout(PATIENCE, write)
            .await
            .expect("the server does not read")
            .unwrap();
    }

    pub(super) async fn notify(&mut self, method: &str, params: Value) {
        self.send(json!({"jsonrpc": "2.0", "method": method, "params": params}))
            .await;
    }

    /// Sends a request without waiting for the answer.
    pub(super) async fn request(&mut self, method: &str, params: Value) -> i64 {
        self.last_id += 1;
        let id = self.last_id;
        let message = json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params});
        self.send(message).await;
        id
    }

    /// Sends a request and gives its result.
    pub(super) async fn ask(&mut self, method: &str, params: Value) -> Value {
        let id = self.request(method, params).await;
        let answer = self.answer(id).await;
        assert!(answer.get("error").is_none(), "{answer}");
        answer["result"].clone()
    }

    /// The whole answer to a request.
    pub(super) async fn answer(&mut self, id: i64) -> Value {
        self.read(|message| message["id"] == id && message.get("method").is_none())
            .await
    }

    /// The parameters of the next notification of this method.
    pub(super) async fn heard(&mut self, method: &str) -> Value {
        self.read(|message| message["method"] == method).await["params"].clone()
    }

    /// The parameters of the next request of this method, answered with `result`.
    pub(super) async fn asked(&mut self, method: &str, result: Value) -> Value {
        let message = self.read(|message| message["method"] == method).await;
        self.send(json!({"jsonrpc": "2.0", "id": message["id"], "result": result}))
            .await;
        message["params"].clone()
    }

    /// The next message that `is_it`; others are kept for later.
    pub(super) async fn read(&mut self, is_it: impl Fn(&Value) -> bool) -> Value {
        if let Some(place) = self.unread.iter().position(&is_it) {
            return self.unread.remove(place).unwrap();
        }
        loop {
            let message = self.next().await.expect("the server has closed its end");
            if is_it(&message) {
                return message;
            }
            self.unread.push_back(message);
        }
    }

    async fn next(&mut self) -> Option<Value> {
        let mut body = Vec::new();
        let read = read_frame(&mut self.from, &mut body);
        let unread = &self.unread;
        let read = tokio::time::timeout(PATIENCE, read).await;
        let is_read = read.unwrap_or_else(|_| panic!("no such message; unread: {unread:#?}"));
        is_read
            .unwrap()
            .then(|| serde_json::from_slice(&body).unwrap())
    }

    pub(super) async fn open(&mut self, files: &Files, name: &str, text: &str) {
        let document = json!({
            "uri": files.uri(name), "languageId": "sql", "version": 1, "text": text,
        });
        self.notify("textDocument/didOpen", json!({"textDocument": document}))
            .await;
    }

    /// Replaces `[line, column, end line, end column]` of an open file.
    pub(super) async fn edit(
        &mut self,
        files: &Files,
        name: &str,
        version: i32,
        range: [u32; 4],
        text: &str,
    ) {
        let [line, column, end_line, end_column] = range;
        let change = json!({
            "range": {
                "start": {"line": line, "character": column},
                "end": {"line": end_line, "character": end_column},
            },
            "text": text,
        });
        let document = json!({"uri": files.uri(name), "version": version});
        let params = json!({"textDocument": document, "contentChanges": [change]});
        self.notify("textDocument/didChange", params).await;
    }

    /// The findings that nobody read so far, in the order in which they came.
    pub(super) fn take_findings(&mut self) -> Vec<Value> {
        let unread = std::mem::take(&mut self.unread).into_iter();
        let is_about = |message: &Value| message["method"] == "textDocument/publishDiagnostics";
        let (findings, others): (Vec<_>, Vec<_>) = unread.partition(is_about);
        self.unread = others.into();
        let params = findings.into_iter().map(|mut it| it["params"].take());
        params.collect()
    }

    /// Findings and progress that came are not what a test is about.
    pub(super) fn unread_findings(&mut self) {
        self.is_told_all = true;
    }

    /// Says good-bye, and fails if the server has said something that nobody read.
    pub(super) async fn end(mut self) {
        self.ask("shutdown", Value::Null).await;
        self.notify("exit", Value::Null).await;
        while let Some(message) = self.next().await {
            self.unread.push_back(message);
        }
        // How often the server says that findings may differ depends on how loading goes.
        self.unread
            .retain(|message| message["method"] != "workspace/diagnostic/refresh");
        if self.is_told_all {
            self.unread.retain(|message| {
                message["method"] != "textDocument/publishDiagnostics"
                    && message["method"] != "$/progress"
                    && message["method"] != "window/workDoneProgress/create"
            });
        }
        assert!(self.unread.is_empty(), "nobody read {:#?}", self.unread);
        assert_eq!(self.close().await, Ending::Orderly);
    }

    /// Is gone without a word.
    pub(super) async fn close(mut self) -> Ending {
        let nobody = tokio::io::duplex(1).0;
        drop(std::mem::replace(&mut self.to, nobody));
        self.close_reading();
        self.ending().await
    }

    /// Asks something and is not there for the answer.
    pub(super) async fn close_before_the_answer(mut self) -> Ending {
        self.close_reading();
        self.request("shutdown", Value::Null).await;
        self.ending().await
    }

    fn close_reading(&mut self) {
        self.is_ended = true;
        let nobody = tokio::io::duplex(1).0;
        drop(std::mem::replace(&mut self.from, BufReader::new(nobody)));
    }

    async fn ending(&mut self) -> Ending {
        let idle = tokio::spawn(async { Ending::Abrupt });
        let server = std::mem::replace(&mut self.server, idle);
        tokio::time::timeout(PATIENCE, server)
            .await
            .expect("the server does not end")
            .unwrap()
    }
}

impl Drop for TestClient {
    fn drop(&mut self) {
        assert!(
            self.is_ended || std::thread::panicking(),
            "the client was dropped, not ended"
        );
    }
}
