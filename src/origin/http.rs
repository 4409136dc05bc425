//! `type: file` with an address, and what all kinds that speak HTTP share.

use std::time::Duration;

use ::http::request::Parts;
use futures_util::StreamExt;
use jiff::Timestamp;
use reqwest::header::{
    DATE, ETAG, HeaderMap, HeaderName, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED, RETRY_AFTER,
};
use reqwest::{RequestBuilder, Response, StatusCode};

use super::netrc::{self, Login};
use super::platform::is_private;
use super::{Answer, Body, Fault, FaultKind, Surroundings, Validators};
use crate::manifest::loom::HttpPlace;

/// Asks for the file at an address.
pub(super) async fn fetch(
    place: &HttpPlace,
    known: Option<&Validators>,
    around: &Surroundings,
) -> Result<Answer, Fault> {
    let address = reqwest::Url::parse(&place.url).map_err(|error| {
        Fault::new(
            FaultKind::Config,
            format!("understand the address: {error}"),
        )
    })?;
    let mut address = address;
    let host = address.host_str().unwrap_or_default().to_owned();
    // A password is not sent in clear because a file has one for that host.
    let login = if is_private(&address) {
        netrc::login(&host, around).await
    } else {
        None
    };
    let has_none = login.is_none() && address.username().is_empty() && address.password().is_none();
    let request = match login {
        Some(Login { name, password }) => {
            let _ = address.set_username("");
            let _ = address.set_password(None);
            around
                .network
                .open
                .get(address)
                .basic_auth(name, Some(password))
        }
        None => around.network.open.get(address),
    };
    let response = send(conditional(request, known), &host).await?;
    if response.status() == StatusCode::UNAUTHORIZED && has_none {
        let fault = fault_of(&response, &host);
        let why = "it wants credentials; neither the address nor `.netrc` has any for it";
        return Err(fault.meaning(FaultKind::NoCredentials, (&host, response.status()), why));
    }
    answer(response, &host)
}

/// The request, answered with 304 where `known` still holds.
pub(super) fn conditional(
    mut request: RequestBuilder,
    known: Option<&Validators>,
) -> RequestBuilder {
    if let Some(etag) = known.and_then(|known| known.etag.as_ref()) {
        request = request.header(IF_NONE_MATCH, etag);
    } else if let Some(since) = known.and_then(|known| known.last_modified.as_ref()) {
        request = request.header(IF_MODIFIED_SINCE, since);
    }
    request
}

/// Sends a request to `host` and waits for the head of its answer.
pub(super) async fn send(request: RequestBuilder, host: &str) -> Result<Response, Fault> {
    request.send().await.map_err(|error| {
        let fault = Fault::from(error);
        Fault {
            message: format!("ask {host}: {}", fault.message),
            ..fault
        }
    })
}

/// The head of a `GET` of an address.
pub(super) fn head(address: &str) -> Result<Parts, Fault> {
    let request = ::http::Request::get(address).body(());
    let request = request.map_err(|error| {
        let message = format!("understand the address: {error}");
        Fault::new(FaultKind::Config, message)
    })?;
    Ok(request.into_parts().0)
}

/// The same as [`conditional`], for a head that is yet to be signed.
pub(super) fn conditional_headers(headers: &mut HeaderMap, known: Option<&Validators>) {
    let mut insert = |name, value: Option<&String>| {
        let value = value.and_then(|value| value.parse().ok());
        value.is_some_and(|value| headers.insert(name, value).is_none())
    };
    if !insert(IF_NONE_MATCH, known.and_then(|known| known.etag.as_ref())) {
        insert(
            IF_MODIFIED_SINCE,
            known.and_then(|known| known.last_modified.as_ref()),
        );
    }
}

/// Sends a signed head, to its own host alone.
pub(super) async fn send_parts(parts: Parts, around: &Surroundings) -> Result<Response, Fault> {
    let request = ::http::Request::from_parts(parts, reqwest::Body::default());
    let request = reqwest::Request::try_from(request)?;
    let host = request.url().host_str().unwrap_or_default().to_owned();
    let client = around.network.for_credentials(request.url()).clone();
    send(RequestBuilder::from_parts(client, request), &host).await
}

/// The fault that an answer is, and the beginning of what it says of it.
pub(super) async fn explained(mut response: Response, host: &str) -> (Fault, String) {
    const ENOUGH: usize = 1 << 16;
    let fault = fault_of(&response, host);
    let mut body = Vec::new();
    while body.len() < ENOUGH {
        let Ok(Some(piece)) = response.chunk().await else {
            break;
        };
        body.extend_from_slice(&piece);
    }
    body.truncate(ENOUGH);
    (fault, String::from_utf8_lossy(&body).into_owned())
}

/// What a response means that should be a manifest.
pub(super) fn answer(response: Response, host: &str) -> Result<Answer, Fault> {
    match response.status() {
        StatusCode::NOT_MODIFIED => Ok(Answer::NotModified),
        StatusCode::OK => Ok(Answer::Body(body(response))),
        _ => Err(fault_of(&response, host)),
    }
}

/// The bytes of a response.
pub(super) fn body(response: Response) -> Body {
    Body {
        validators: validators(response.headers()),
        size: response.content_length(),
        bytes: response
            .bytes_stream()
            .map(|piece| piece.map(Vec::from).map_err(Fault::from))
            .boxed(),
    }
}

/// What the head of an answer says of this state of the manifest.
pub(super) fn validators(headers: &HeaderMap) -> Validators {
    Validators {
        etag: text(headers, &ETAG),
        version: None,
        last_modified: text(headers, &LAST_MODIFIED),
    }
}

fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    Some(headers.get(name)?.to_str().ok()?.to_owned())
}

/// Why a status is not what was hoped for.
pub(super) fn fault_of(response: &Response, host: &str) -> Fault {
    let status = response.status();
    let (kind, why) = match status {
        StatusCode::UNAUTHORIZED => (FaultKind::Forbidden, "it wants other credentials"),
        StatusCode::FORBIDDEN => (FaultKind::Forbidden, "these credentials do not open it"),
        StatusCode::NOT_FOUND | StatusCode::GONE => {
            (FaultKind::NotFound, "there is no such manifest")
        }
        StatusCode::REQUEST_TIMEOUT => (FaultKind::Timeout, "it took too long"),
        StatusCode::TOO_MANY_REQUESTS => (FaultKind::Server, "it was asked too often"),
        status if status.is_server_error() => (FaultKind::Server, "it has trouble of its own"),
        _ => (FaultKind::Other, "which is no answer to that"),
    };
    let mut fault = Fault::new(kind, format!("{host} answered {status}: {why}"));
    fault.clock = clock_trouble(status, response.headers());
    let seconds = text(response.headers(), &RETRY_AFTER);
    fault.retry_after = seconds
        .and_then(|seconds| seconds.parse().ok())
        .map(Duration::from_secs);
    fault
}

/// What an origin that refuses says by its `Date` of this machine's clock, if they differ by more than
/// any origin forgives: signatures and tokens are made with the time that this machine has.
pub(super) fn clock_trouble(status: StatusCode, headers: &HeaderMap) -> Option<String> {
    const FORGIVEN: i64 = 5;
    let may_be_why = [
        StatusCode::BAD_REQUEST,
        StatusCode::UNAUTHORIZED,
        StatusCode::FORBIDDEN,
    ];
    if !may_be_why.contains(&status) {
        return None;
    }
    let date = jiff::fmt::rfc2822::parse(&text(headers, &DATE)?).ok()?;
    let ahead = Timestamp::now().as_second() - date.timestamp().as_second();
    let minutes = ahead.abs() / 60;
    let direction = if ahead > 0 { "ahead of" } else { "behind" };
    (minutes > FORGIVEN).then(|| {
        format!("this machine's clock is {minutes} minutes {direction} its own, which may be why")
    })
}
