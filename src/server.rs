//! How does an editor reach the mesh? The language server: the only place with the protocol,
//! tokio and clocks.
//!
//! ```text
//! stdin -> wire -> adapter -> events -> main_loop -> handlers (threads) -> ide
//!                                          |  ^
//!     stdout <- wire (outbox, thread) <----+  +---- loader, watch (threads)
//! ```

mod actions;
mod adapter;
mod background;
mod capabilities;
mod completion;
mod convert;
mod disk;
mod documents;
mod event;
mod fetching;
mod handlers;
mod loader;
mod main_loop;
mod own;
mod publish;
mod published;
mod rendering;
mod search;
mod uri;
mod watch;
mod watcher;
mod wire;

#[cfg(test)]
mod tests;

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::task::Poll;
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;
use tokio::io::{AsyncRead, BufReader};
use tokio::sync::mpsc;
use tower_lsp_server::LspService;
use tower_lsp_server::jsonrpc::{Error, Id, Request, Response};
use tower_service::Service;

use adapter::Adapter;
use event::{Event, Events};
use main_loop::MainLoop;
use wire::Outbox;

/// So long the last messages have to reach the client.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// How the server is to run.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Where files are written that are shown but not on this disk; the user's cache folder where
    /// it is not said.
    pub cache: Option<PathBuf>,
    /// Where fetched manifests are kept; the user's cache folder where it is not said.
    pub fetched: Option<PathBuf>,
    /// Where it is kept who may be asked; the user's configuration folder where it is not said.
    pub consent: Option<PathBuf>,
    /// The folder of the user's profiles.yml; `.dbt` in the home folder where it is not said.
    pub profiles: Option<PathBuf>,
}

/// How a conversation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// With `shutdown` and `exit`.
    Orderly,
    /// With `exit` alone, or without a word.
    Abrupt,
}

/// Serves one client on stdin and stdout until it says good-bye or is gone.
///
/// # Errors
///
/// Where the threads that it takes cannot be had.
pub fn run(options: Options) -> io::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let ending = runtime.block_on(serve(tokio::io::stdin(), wire::stdout()?, options));
    // A read of stdin that is under way cannot be called off.
    runtime.shutdown_background();
    Ok(match ending {
        Ending::Orderly => ExitCode::SUCCESS,
        Ending::Abrupt => ExitCode::FAILURE,
    })
}

/// Serves one client on any two streams.
pub async fn serve(
    reader: impl AsyncRead + Unpin,
    writer: impl Write + Send + 'static,
    options: Options,
) -> Ending {
    let (events, queue) = mpsc::unbounded_channel();
    let (outbox, outgoing) = Outbox::new();
    // It waits for the client most of the time, and with no other thread between less is copied.
    let mut writing = tokio::task::spawn_blocking(|| {
        if let Err(error) = wire::write_all(writer, outgoing) {
            tracing::warn!("write to the client: {error}");
        }
    });
    let folders = Options {
        cache: options.cache.or_else(published::cache_folder),
        fetched: options.fetched.or_else(crate::origin::cache_folder),
        consent: options.consent.or_else(crate::origin::consent_folder),
        profiles: options.profiles,
    };
    let looping = tokio::spawn(MainLoop::new(events.clone(), outbox.clone(), folders).run(queue));
    let ending = tokio::select! {
        ending = read_all(BufReader::with_capacity(1 << 16, reader), service(&events), &events, &outbox) => ending,
        // A client that closed its end will hear nothing any more.
        _ = &mut writing => Ending::Abrupt,
    };
    looping.abort();
    drop(outbox);
    if !writing.is_finished() {
        let _ = tokio::time::timeout(LAST_WORDS, writing).await;
    }
    ending
}

/// The name that completion requests get on their way in, for an answer of another type.
const COMPLETION: &str = "dbtMesh/completion";

fn service(events: &Events) -> LspService<Adapter> {
    let adapter = Adapter::new(events.clone());
    let service = LspService::build(|_| adapter)
        .custom_method(COMPLETION, Adapter::prepared_completion)
        .custom_method("dbtMesh/status", Adapter::status)
        .custom_method("dbtMesh/published", Adapter::published)
        .custom_method("dbtMesh/graph", Adapter::graph)
        .custom_method("dbtMesh/place", Adapter::node_place);
    #[cfg(test)]
    let service = tests::with_probes(service);
    service.finish().0
}

/// A message of the client.
#[derive(Deserialize)]
struct Incoming {
    method: Option<String>,
    params: Option<Value>,
    #[serde(default, deserialize_with = "some")]
    id: Option<Id>,
    #[serde(default, deserialize_with = "some")]
    result: Option<Value>,
    error: Option<Error>,
}

/// Tells `null` from nothing.
fn some<'de, T: Deserialize<'de>, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// Reads messages and hands them on, each before the next is read. Waits for nothing else.
async fn read_all(
    mut reader: BufReader<impl AsyncRead + Unpin>,
    mut service: LspService<Adapter>,
    events: &Events,
    outbox: &Outbox,
) -> Ending {
    let mut body = Vec::new();
    let mut ending = Ending::Abrupt;
    loop {
        match wire::read_frame(&mut reader, &mut body).await {
            Ok(true) => {}
            Ok(false) => return ending,
            Err(error) => {
                tracing::warn!("read from the client: {error}");
                return ending;
            }
        }
        let Ok(message) = serde_json::from_slice::<Incoming>(&body) else {
            outbox.respond(Response::from_error(Id::Null, Error::parse_error()));
            continue;
        };
        match message.method.as_deref() {
            Some("exit") => return ending,
            Some("shutdown") => ending = Ending::Orderly,
            Some("initialize") => {
                let capabilities = message
                    .params
                    .as_ref()
                    .and_then(|it| it.get("capabilities"));
                let _ = events.send(Event::Client(capabilities.cloned().unwrap_or_default()));
            }
            Some(_) | None => {}
        }
        dispatch(message, &mut service, events, outbox).await;
    }
}

async fn dispatch(
    message: Incoming,
    service: &mut LspService<Adapter>,
    events: &Events,
    outbox: &Outbox,
) {
    let Some(method) = message.method else {
        if let Some(id) = message.id {
            let result = message
                .error
                .map_or(Ok(message.result.unwrap_or_default()), Err);
            let _ = events.send(Event::Answer(Response::from_parts(id, result)));
        }
        return;
    };
    let method = if method == "textDocument/completion" {
        COMPLETION.into()
    } else {
        method
    };
    let mut request = Request::build(method);
    if let Some(params) = message.params {
        request = request.params(params);
    }
    if let Some(id) = message.id {
        request = request.id(id);
    }
    let mut answer = service.call(request.finish());
    // The first step puts the message into the loop's queue: it is taken here, so that the queue
    // has the order of the wire. The rest is waiting, which others can do.
    let first = std::future::poll_fn(|context| Poll::Ready(answer.as_mut().poll(context))).await;
    match first {
        Poll::Ready(Ok(Some(response))) => outbox.respond(response),
        Poll::Ready(Ok(None) | Err(_)) => {}
        Poll::Pending => {
            let outbox = outbox.clone();
            tokio::spawn(async move {
                if let Ok(Some(response)) = answer.await {
                    outbox.respond(response);
                }
            });
        }
    }
}
