//! `type: azure`: a blob in Azure's storage.

use std::collections::BTreeMap;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqsign_azure_storage::{Credential, RequestSigner};
use reqsign_core::SignRequest;
use reqwest::header::HeaderValue;
use reqwest::{Response, StatusCode};

use super::context::context;
use super::entra;
use super::http::{answer, conditional_headers, explained, head, send_parts};
use super::{Answer, Fault, FaultKind, Surroundings, Validators};
use crate::manifest::loom::AzurePlace;

const CONNECTION: &str = "AZURE_STORAGE_CONNECTION_STRING";
const API_VERSION: &str = "2023-11-03";

const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/');

/// Where blobs are, and who asks.
pub(super) struct Account {
    endpoint: String,
    credential: Option<Credential>,
}

impl Account {
    /// An account that a shared access signature opens.
    pub(super) fn of_sas(endpoint: &str, signature: &str) -> Self {
        let signature = signature.trim_start_matches('?');
        Self {
            endpoint: endpoint.into(),
            credential: Some(Credential::with_sas_token(signature)),
        }
    }
}

/// Asks for the blob.
pub(super) async fn fetch(
    place: &AzurePlace,
    known: Option<&Validators>,
    around: &Surroundings,
) -> Result<Answer, Fault> {
    let account = match around.variable(CONNECTION) {
        Some(text) => connection(text)?,
        None => Account {
            endpoint: home(&place.account_name)?,
            credential: Some(entra::credential(around).await?),
        },
    };
    answer(blob(place, &account, known, around).await?, "Azure")
}

/// The blob, or word that it is the one at hand.
pub(super) async fn blob(
    place: &AzurePlace,
    account: &Account,
    known: Option<&Validators>,
    around: &Surroundings,
) -> Result<Response, Fault> {
    let mut parts = head(&address(place, &account.endpoint)?)?;
    conditional_headers(&mut parts.headers, known);
    let version = HeaderValue::from_static(API_VERSION);
    parts.headers.insert("x-ms-version", version);
    if let Some(credential) = &account.credential {
        let heard = context(around);
        let signer = RequestSigner::new();
        let request = signer.sign_request(&heard.context, &mut parts, Some(credential), None);
        request
            .await
            .map_err(|error| heard.fault("use the credentials of Azure", &error))?;
    }
    let response = send_parts(parts, around).await?;
    match response.status() {
        StatusCode::OK | StatusCode::NOT_MODIFIED => Ok(response),
        _ => Err(fault_of(response, place).await),
    }
}

/// Where an account's blobs are.
fn home(account: &str) -> Result<String, Fault> {
    let is_fine = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
    if account.is_empty() || !account.chars().all(is_fine) {
        let message = format!("ask Azure: `{account}` is no name of a storage account");
        return Err(Fault::new(FaultKind::Config, message));
    }
    Ok(format!("https://{account}.blob.core.windows.net"))
}

fn address(place: &AzurePlace, endpoint: &str) -> Result<String, Fault> {
    let is_step = |part: &str| part == "." || part == "..";
    if place.object_name.split('/').any(is_step) || is_step(&place.container_name) {
        let message = "ask Azure: the blob's name has `.` or `..` as a part";
        return Err(Fault::new(FaultKind::Config, message));
    }
    let container = utf8_percent_encode(&place.container_name, ENCODED);
    let object = utf8_percent_encode(&place.object_name, ENCODED);
    let endpoint = endpoint.trim_end_matches('/');
    Ok(format!("{endpoint}/{container}/{object}"))
}

/// The account that a connection string describes.
fn connection(text: &str) -> Result<Account, Fault> {
    let parts = text.split(';').filter_map(|part| part.split_once('='));
    let parts: BTreeMap<String, &str> = parts
        .map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim()))
        .filter(|(_, value)| !value.is_empty())
        .collect();
    let part = |name: &str| parts.get(name).copied();
    let is_local = part("usedevelopmentstorage") == Some("true");
    if is_local {
        return Ok(Account {
            endpoint: format!("http://127.0.0.1:10000/{DEVELOPMENT_NAME}"),
            credential: Some(Credential::with_shared_key(
                DEVELOPMENT_NAME,
                DEVELOPMENT_KEY,
            )),
        });
    }
    let name = part("accountname");
    let wrong = |why: &str| Fault::new(FaultKind::Config, format!("read {CONNECTION}: {why}"));
    let endpoint = match (part("blobendpoint"), name) {
        (Some(endpoint), _) => endpoint.to_owned(),
        (None, Some(name)) => {
            let protocol = part("defaultendpointsprotocol").unwrap_or("https");
            let suffix = part("endpointsuffix").unwrap_or("core.windows.net");
            format!("{protocol}://{name}.blob.{suffix}")
        }
        (None, None) => return Err(wrong("it names neither AccountName nor BlobEndpoint")),
    };
    let credential = match (part("accountkey"), part("sharedaccesssignature"), name) {
        (Some(key), _, Some(name)) => Some(Credential::with_shared_key(name, key)),
        (_, Some(signature), _) => return Ok(Account::of_sas(&endpoint, signature)),
        _ => return Err(wrong("it has neither AccountKey nor SharedAccessSignature")),
    };
    Ok(Account {
        endpoint,
        credential,
    })
}

/// The account of every emulator, published for all to use.
const DEVELOPMENT_NAME: &str = "devstoreaccount1";
const DEVELOPMENT_KEY: &str =
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

async fn fault_of(response: Response, place: &AzurePlace) -> Fault {
    let status = response.status();
    let host = response.url().host_str().unwrap_or("Azure").to_owned();
    let code = response.headers().get("x-ms-error-code");
    let code = code.and_then(|it| it.to_str().ok()).map(str::to_owned);
    let (fault, body) = explained(response, &host).await;
    let code = code.unwrap_or_else(|| {
        let inside = body.split_once("<Code>").map_or("", |(_, rest)| rest);
        inside
            .split_once('<')
            .map_or("", |(code, _)| code)
            .to_owned()
    });
    let AzurePlace {
        account_name: account,
        container_name: container,
        object_name: object,
    } = place;
    let (kind, why) = match (code.as_str(), status) {
        ("BlobNotFound", _) => (
            FaultKind::NotFound,
            format!("container `{container}` has no blob `{object}`"),
        ),
        ("ContainerNotFound" | "ContainerBeingDeleted", _) => (
            FaultKind::NotFound,
            format!("there is no container `{container}`"),
        ),
        ("AuthenticationFailed", _) if body.contains("expire") => (
            FaultKind::Expired,
            "the credentials are not valid, or no longer".into(),
        ),
        ("AuthenticationFailed" | "InvalidAuthenticationInfo", _) => (
            FaultKind::Forbidden,
            "it does not take these credentials for what they say; is this machine's clock right?"
                .into(),
        ),
        ("AuthorizationPermissionMismatch" | "AuthorizationFailure", _) => (
            FaultKind::Forbidden,
            format!("who asks lacks the role Storage Blob Data Reader on account `{account}`"),
        ),
        ("BlobArchived", _) => (
            FaultKind::Forbidden,
            format!("blob `{object}` is archived and has to be brought back first"),
        ),
        (_, StatusCode::UNAUTHORIZED) => (
            FaultKind::Expired,
            "the token is not valid, or no longer".into(),
        ),
        (_, StatusCode::FORBIDDEN) => (
            FaultKind::Forbidden,
            format!("these credentials do not open blob `{object}`"),
        ),
        (_, StatusCode::NOT_FOUND) => (
            FaultKind::NotFound,
            format!("container `{container}` has no blob `{object}`"),
        ),
        _ => return fault,
    };
    fault.meaning(kind, (&host, status), &why)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint(text: &str) -> String {
        match connection(text) {
            Ok(account) => account.endpoint,
            Err(fault) => fault.message,
        }
    }

    #[test]
    fn connection_strings_say_where_blobs_are() {
        assert_eq!(
            endpoint(
                "DefaultEndpointsProtocol=https;AccountName=mesh;AccountKey=a2V5;EndpointSuffix=core.windows.net"
            ),
            "https://mesh.blob.core.windows.net"
        );
        assert_eq!(
            endpoint("BlobEndpoint=http://127.0.0.1:1/dev;SharedAccessSignature=sv=1&sig=x%3D"),
            "http://127.0.0.1:1/dev"
        );
        assert_eq!(
            endpoint("UseDevelopmentStorage=true"),
            "http://127.0.0.1:10000/devstoreaccount1"
        );
        assert_eq!(
            endpoint("AccountName=mesh"),
            "read AZURE_STORAGE_CONNECTION_STRING: it has neither AccountKey nor SharedAccessSignature"
        );
    }

    #[test]
    fn no_account_leads_to_another_host() {
        let message = "ask Azure: `evil.example.com/` is no name of a storage account";
        assert_eq!(home("evil.example.com/").unwrap_err().message, message);
    }
}
