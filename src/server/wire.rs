//! How do messages come in and go out? Frames of the base protocol on two byte streams.
//!
//! Reading and writing know nothing of each other: a client that stops reading cannot stop the
//! server from reading. What goes out waits in an unbounded queue ([`Outbox`]) for a task that
//! does nothing else than write.

use std::io;

use serde::{Serialize, Serializer};
use serde_json::Value;
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::mpsc;
use tower_lsp_server::jsonrpc::{Request, Response};

/// Longer bodies than this are not taken for messages.
const LONGEST_BODY: usize = 1 << 30;

/// Reads the body of the next frame into `body`. `Ok(false)` at the end of the stream.
///
/// Lines that are no header are passed over, so that the stream is found again behind rubbish.
pub(super) async fn read_frame(
    reader: &mut (impl AsyncBufRead + Unpin),
    body: &mut Vec<u8>,
) -> io::Result<bool> {
    let mut length = None;
    let mut line = Vec::new();
    loop {
        line.clear();
        if reader.read_until(b'\n', &mut line).await? == 0 {
            return Ok(false);
        }
        let text = line.trim_ascii();
        match length {
            Some(length) if text.is_empty() => {
                body.resize(length, 0);
                reader.read_exact(body).await?;
                return Ok(true);
            }
            Some(_) | None => length = content_length(text).or(length),
        }
    }
}

fn content_length(header: &[u8]) -> Option<usize> {
    let header = str::from_utf8(header).ok()?;
    let (name, value) = header.split_once(':')?;
    let length = value.trim().parse().ok()?;
    (name.trim().eq_ignore_ascii_case("content-length") && length <= LONGEST_BODY).then_some(length)
}

/// A result that is JSON already. The router turns every result into a tree of values, which for
/// thousands of completions costs more than making them; this passes through it as one string.
pub(super) struct Prepared(String);

/// Begins the string of a [`Prepared`]; no other result is a string that begins so.
const PREPARED: char = '\0';

impl Prepared {
    /// The JSON that `write` appends, of about `capacity` bytes.
    pub(super) fn written(capacity: usize, write: impl FnOnce(&mut String)) -> Self {
        let mut text = String::with_capacity(capacity);
        text.push(PREPARED);
        write(&mut text);
        Self(text)
    }

    /// Nothing.
    pub(super) fn null() -> Self {
        Self::written(5, |json| json.push_str("null"))
    }
}

impl Serialize for Prepared {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// Where messages to the client are put; never blocks, never fails.
#[derive(Clone)]
pub(super) struct Outbox(mpsc::UnboundedSender<Outgoing>);

/// A message to the client.
pub(super) enum Outgoing {
    /// An answer to its request.
    Response(Response),
    /// A notification or a request of ours.
    Request(Request),
}

impl Outbox {
    /// An outbox, and the queue for [`write_all`].
    pub(super) fn new() -> (Self, mpsc::UnboundedReceiver<Outgoing>) {
        let (sender, receiver) = mpsc::unbounded_channel();
        (Self(sender), receiver)
    }

    /// Sends an answer.
    pub(super) fn respond(&self, response: Response) {
        // The writer is gone only when the client is.
        let _ = self.0.send(Outgoing::Response(response));
    }

    /// Sends a notification.
    pub(super) fn notify(&self, method: &'static str, params: impl Serialize) {
        let params = serde_json::to_value(params).unwrap_or_default();
        let request = Request::build(method).params(params).finish();
        let _ = self.0.send(Outgoing::Request(request));
    }

    /// Sends a request; the answer comes to the loop by its `id`.
    pub(super) fn request(&self, id: i64, method: &'static str, params: impl Serialize) {
        let params = serde_json::to_value(params).unwrap_or_default();
        let request = Request::build(method).params(params).id(id).finish();
        let _ = self.0.send(Outgoing::Request(request));
    }
}

/// Writes what is put into the outbox until nobody can put anything into it any more, or the
/// client has closed its end.
pub(super) async fn write_all(
    mut writer: impl AsyncWrite + Unpin,
    mut queue: mpsc::UnboundedReceiver<Outgoing>,
) {
    let mut frames = Vec::new();
    while let Some(message) = queue.recv().await {
        frames.clear();
        frame(&message, &mut frames);
        // What waits already goes out in the same write.
        while let Ok(message) = queue.try_recv() {
            frame(&message, &mut frames);
            if frames.len() > 1 << 16 {
                break;
            }
        }
        let written = async {
            writer.write_all(&frames).await?;
            writer.flush().await
        };
        if let Err(error) = written.await {
            tracing::warn!("write to the client: {error}");
            return;
        }
    }
}

fn frame(message: &Outgoing, frames: &mut Vec<u8>) {
    let whole = |body: Vec<u8>| put(frames, &[&body]);
    let written = match message {
        Outgoing::Request(request) => serde_json::to_vec(request).map(whole),
        Outgoing::Response(response) => match prepared(response) {
            Some(result) => serde_json::to_vec(response.id()).map(|id| {
                let start: &[u8] = br#"{"jsonrpc":"2.0","id":"#;
                put(
                    frames,
                    &[start, &id, br#","result":"#, result.as_bytes(), b"}"],
                );
            }),
            None => serde_json::to_vec(response).map(whole),
        },
    };
    if let Err(error) = written {
        tracing::error!("write a message as JSON: {error}");
    }
}

/// Puts a body, given in parts, behind its header.
fn put(frames: &mut Vec<u8>, body: &[&[u8]]) {
    let length: usize = body.iter().map(|part| part.len()).sum();
    frames.extend_from_slice(format!("Content-Length: {length}\r\n\r\n").as_bytes());
    for part in body {
        frames.extend_from_slice(part);
    }
}

fn prepared(response: &Response) -> Option<&str> {
    match response.result() {
        Some(Value::String(text)) => text.strip_prefix(PREPARED),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn bodies(mut bytes: &[u8]) -> Vec<String> {
        let (mut body, mut bodies) = (Vec::new(), Vec::new());
        while matches!(read_frame(&mut bytes, &mut body).await, Ok(true)) {
            bodies.push(String::from_utf8_lossy(&body).into_owned());
        }
        bodies
    }

    #[tokio::test]
    async fn frames_are_read_one_after_another() {
        let stream = b"Content-Length: 2\r\n\r\n{}Content-Type: x; charset=utf-8\r\ncontent-length:4\r\n\r\nnull";
        assert_eq!(bodies(stream).await, ["{}", "null"]);
    }

    #[tokio::test]
    async fn rubbish_between_frames_is_passed_over() {
        let stream = b"what?\r\n\r\nContent-Length: -1\r\n\r\nContent-Length: 2\r\n\r\n[]";
        assert_eq!(bodies(stream).await, ["[]"]);
    }

    #[tokio::test]
    async fn a_frame_cut_off_is_the_end() {
        assert!(bodies(b"Content-Length: 20\r\n\r\n{}").await.is_empty());
        assert!(
            bodies(b"Content-Length: 99999999999\r\n\r\n{}")
                .await
                .is_empty()
        );
    }

    #[test]
    fn a_prepared_result_goes_out_as_it_is() {
        let result = Prepared::written(0, |json| json.push_str("[\"\u{1F9F8}\"]"));
        let result = serde_json::to_value(result).unwrap();
        let mut frames = Vec::new();
        frame(
            &Outgoing::Response(Response::from_ok(7.into(), result)),
            &mut frames,
        );
        let text = String::from_utf8(frames).unwrap();
        assert!(
            text.ends_with("{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":[\"\u{1F9F8}\"]}"),
            "{text}"
        );
    }
}
