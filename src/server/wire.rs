//! How do messages come in and go out? Frames of the base protocol on two byte streams.
//!
//! Reading and writing know nothing of each other: a client that stops reading cannot stop the
//! server from reading. What goes out waits in an unbounded queue ([`Outbox`]) for a thread that
//! does nothing else than write.

use std::fs::File;
use std::io::{self, BufWriter, Write};

use serde::{Serialize, Serializer};
use serde_json::Value;
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt};
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

/// Standard output without the buffer round it, which breaks each message in two at the end of its
/// header.
pub(super) fn stdout() -> io::Result<File> {
    #[cfg(unix)]
    let own = std::os::fd::AsFd::as_fd(&io::stdout()).try_clone_to_owned()?;
    #[cfg(windows)]
    let own = std::os::windows::io::AsHandle::as_handle(&io::stdout()).try_clone_to_owned()?;
    Ok(own.into())
}

/// What is gathered before it is written; longer texts are written from where they are.
const GATHERED: usize = 1 << 16;

/// Writes what is put into the outbox until nobody can put anything into it any more. Waits for
/// the client, so it wants a thread of its own.
///
/// # Errors
///
/// Where the client has closed its end.
pub(super) fn write_all(
    writer: impl Write,
    mut queue: mpsc::UnboundedReceiver<Outgoing>,
) -> io::Result<()> {
    let mut writer = BufWriter::with_capacity(GATHERED, writer);
    while let Some(message) = queue.blocking_recv() {
        write(&message, &mut writer)?;
        // What waits already goes out in the same write.
        while let Ok(message) = queue.try_recv() {
            write(&message, &mut writer)?;
        }
        writer.flush()?;
    }
    Ok(())
}

fn write(message: &Outgoing, writer: &mut impl Write) -> io::Result<()> {
    let body = match message {
        Outgoing::Request(request) => serde_json::to_vec(request),
        Outgoing::Response(response) => match prepared(response) {
            Some(result) => {
                let id = serde_json::to_vec(response.id()).unwrap_or_default();
                let start: &[u8] = br#"{"jsonrpc":"2.0","id":"#;
                let parts: [&[u8]; 5] = [start, &id, br#","result":"#, result.as_bytes(), b"}"];
                return put(writer, &parts);
            }
            None => serde_json::to_vec(response),
        },
    };
    match body {
        Ok(body) => put(writer, &[&body]),
        Err(error) => {
            tracing::error!("write a message as JSON: {error}");
            Ok(())
        }
    }
}

/// Writes a body, given in parts, behind its header.
fn put(writer: &mut impl Write, body: &[&[u8]]) -> io::Result<()> {
    let length: usize = body.iter().map(|part| part.len()).sum();
    write!(writer, "Content-Length: {length}\r\n\r\n")?;
    body.iter().try_for_each(|part| writer.write_all(part))
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
        let response = Response::from_ok(7.into(), result);
        write(&Outgoing::Response(response), &mut frames).unwrap();
        let text = String::from_utf8(frames).unwrap();
        assert!(
            text.ends_with("{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":[\"\u{1F9F8}\"]}"),
            "{text}"
        );
    }
}
