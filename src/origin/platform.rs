//! What the platforms have in common: addresses that tokens may be sent to, answers in JSON, and
//! files that are fetched from elsewhere without the token.

use reqwest::header::LOCATION;
use reqwest::{RequestBuilder, Response, Url};
use serde_json::Value;

use super::context::{bounded, code};
use super::http::{answer, explained, send};
use super::{Answer, Fault, FaultKind, Surroundings};

/// The address that a text means; one that names no scheme is asked by https.
pub(super) fn address(text: &str) -> Result<Url, url::ParseError> {
    let whole = if text.contains("://") {
        text.to_owned()
    } else {
        format!("https://{text}")
    };
    Url::parse(whole.trim_end_matches('/'))
}

/// The address of a platform, if a token may be sent there: none goes over the network in clear.
pub(super) fn endpoint(text: &str, named_by: &str) -> Result<Url, Fault> {
    let wrong = |why: &str| Fault::new(FaultKind::Config, format!("understand {named_by}: {why}"));
    let address = address(text).map_err(|error| wrong(&error.to_string()))?;
    if !is_private(&address) {
        return Err(wrong(
            "a token is sent over https alone, or to this machine",
        ));
    }
    Ok(address)
}

/// Whether nobody on the way can read along.
pub(super) fn is_private(address: &Url) -> bool {
    let is_here = match address.host() {
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost",
        None => return false,
    };
    address.scheme() == "https" || (address.scheme() == "http" && is_here)
}

/// The address with more parts, each one escaped.
pub(super) fn below<'a>(address: &Url, parts: impl IntoIterator<Item = &'a str>) -> Url {
    let mut address = address.clone();
    if let Ok(mut path) = address.path_segments_mut() {
        path.pop_if_empty().extend(parts);
    }
    address
}

/// What a platform says in JSON.
pub(super) async fn json(request: RequestBuilder, host: &str, what: &str) -> Result<Value, Fault> {
    let response = send(request, host).await?;
    if !response.status().is_success() {
        return Err(refused(response, host, what).await);
    }
    let body = bounded(response).await?;
    serde_json::from_slice(&body).map_err(|_| {
        let message = format!("{host} answered with something else than JSON, {what}");
        Fault::new(FaultKind::Other, message)
    })
}

/// Why a platform gives nothing.
pub(super) async fn refused(response: Response, host: &str, what: &str) -> Fault {
    let status = response.status();
    let (fault, body) = explained(response, host).await;
    let code = code(body.as_bytes());
    let code = code.map_or_else(String::new, |code| format!(" ({code})"));
    let (kind, why) = match status.as_u16() {
        300..=399 => (
            FaultKind::Redirects,
            "it sends on to another address, and the token stays here",
        ),
        401 => (FaultKind::Expired, "the token is not valid, or no longer"),
        403 => (FaultKind::Forbidden, "the token does not open it"),
        404 => (FaultKind::NotFound, "there is none"),
        _ => return fault,
    };
    let number = status.as_u16();
    let message = format!("{host} answered {number}{code}, {what}: {why}");
    Fault {
        kind,
        message,
        ..fault
    }
}

/// The file that an answer is, or that it sends on to. The token does not go along.
pub(super) async fn file(
    response: Response,
    host: &str,
    what: &str,
    around: &Surroundings,
) -> Result<Answer, Fault> {
    let status = response.status();
    if status.is_redirection() && status.as_u16() != 304 {
        let to = response.headers().get(LOCATION);
        let to = to.and_then(|to| to.to_str().ok());
        let to = to.and_then(|to| response.url().join(to).ok());
        return match to {
            Some(to) => elsewhere(to, around).await,
            None => Err(refused(response, host, what).await),
        };
    }
    if status.is_success() || status.as_u16() == 304 {
        answer(response, host)
    } else {
        Err(refused(response, host, what).await)
    }
}

/// A file at an address that is all that it takes.
pub(super) async fn elsewhere(address: Url, around: &Surroundings) -> Result<Answer, Fault> {
    let host = address.host_str().unwrap_or_default().to_owned();
    if !is_private(&address) {
        let message = format!("follow to {host}: it is not asked over https");
        return Err(Fault::new(FaultKind::Redirects, message));
    }
    answer(send(around.network.open.get(address), &host).await?, &host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_go_over_https_or_stay_here() {
        let to = |text: &str| endpoint(text, "`api_endpoint`").map(String::from);
        assert_eq!(
            to("https://emea.dbt.com/api/v2/").unwrap(),
            "https://emea.dbt.com/api/v2"
        );
        assert_eq!(to("a.example.com").unwrap(), "https://a.example.com/");
        assert!(to("http://127.0.0.1:8000/api").is_ok());
        assert!(to("http://emea.dbt.com").is_err());
        assert!(to("file:///etc/passwd").is_err());
        assert!(to("http://127.0.0.1.evil.example.com").is_err());
    }

    #[test]
    fn parts_of_paths_stay_parts() {
        let address = endpoint("https://a.example.com/api/v2/", "").unwrap();
        assert_eq!(
            below(&address, ["runs", "../x?y"]).as_str(),
            "https://a.example.com/api/v2/runs/..%2Fx%3Fy"
        );
    }
}
