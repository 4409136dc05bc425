//! Requests that only tests can send: they do what no honest question does.

use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{LazyLock, Mutex, mpsc};

use serde_json::Value;
use tower_lsp_server::LspServiceBuilder;
use tower_lsp_server::jsonrpc::Result;
use tower_lsp_server::ls_types::Uri;

use crate::server::adapter::Adapter;
use crate::server::handlers::Context;

static GATES: LazyLock<Mutex<HashMap<u64, mpsc::Receiver<()>>>> = LazyLock::new(Mutex::default);

/// A gate that a `probe/wait` with its number waits behind, until it is dropped.
pub(super) struct Gate {
    pub(super) number: u64,
    _closed: mpsc::Sender<()>,
}

impl Gate {
    pub(super) fn closed() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let (closed, receiver) = mpsc::channel();
        GATES.lock().unwrap().insert(number, receiver);
        Self {
            number,
            _closed: closed,
        }
    }
}

/// Panics where `path` is the file that stands for a mistake at this place.
pub(in crate::server) fn panic_at(path: &Path, name: &str) {
    assert!(!path.ends_with(name), "as asked for");
}

pub(in crate::server) fn with_probes(
    service: LspServiceBuilder<Adapter>,
) -> LspServiceBuilder<Adapter> {
    service
        .custom_method("probe/panic", Adapter::probe_panic)
        .custom_method("probe/wait", Adapter::probe_wait)
        .custom_method("probe/text", Adapter::probe_text)
}

impl Adapter {
    async fn probe_panic(&self) -> Result<Value> {
        self.ask(|_: &Context| panic!("as asked for")).await
    }

    async fn probe_wait(&self, [number]: [u64; 1]) -> Result<Value> {
        self.ask(move |_| {
            let gate = GATES.lock().unwrap().remove(&number).unwrap();
            let _ = gate.recv();
            Value::from("waited")
        })
        .await
    }

    async fn probe_text(&self, [uri]: [Uri; 1]) -> Result<Option<String>> {
        self.ask(move |context| {
            let path = crate::server::uri::to_path(&uri)?;
            context.text(&path).map(|text| text.to_string())
        })
        .await
    }
}
