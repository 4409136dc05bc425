//! `type: gcs`: an object in Google Cloud Storage.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqsign_core::SignRequest;
use reqsign_google::RequestSigner;
use reqwest::{Response, StatusCode};

use super::context::context;
use super::google::{self, Asker};
use super::http::{answer, explained, head, send_parts};
use super::{Answer, Fault, FaultKind, Surroundings, Validators};
use crate::manifest::loom::GcsPlace;

const HOME: &str = "https://storage.googleapis.com";

/// Everything but what may stand in one part of a path.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Asks for the object.
pub(super) async fn fetch(
    place: &GcsPlace,
    known: Option<&Validators>,
    around: &Surroundings,
) -> Result<Answer, Fault> {
    let emulator = around.variable("STORAGE_EMULATOR_HOST");
    let generation = known.and_then(|known| known.version.as_deref());
    let generation = generation.filter(|it| it.bytes().all(|digit| digit.is_ascii_digit()));
    let mut parts = head(&address(place, emulator, generation))?;
    let asker = Asker {
        credentials: place.credentials.as_deref(),
        impersonates: place.impersonate_service_account.as_deref(),
    };
    // An emulator is asked without credentials, as Google's own library does.
    let is_named = asker.credentials.is_some() || asker.impersonates.is_some();
    if emulator.is_none() || is_named {
        let credential = google::credential(&asker, around).await?;
        let heard = context(around);
        let signer = RequestSigner::new("storage");
        let request = signer.sign_request(&heard.context, &mut parts, Some(&credential), None);
        request
            .await
            .map_err(|error| heard.fault("use the credentials of Google", &error))?;
    }
    let response = send_parts(parts, around).await?;
    let found = response.headers().get("x-goog-generation");
    let found = found.and_then(|it| it.to_str().ok()).map(str::to_owned);
    match response.status() {
        StatusCode::OK if generation.is_some() && found.as_deref() == generation => {
            Ok(Answer::NotModified)
        }
        StatusCode::OK | StatusCode::NOT_MODIFIED => {
            let mut answer = answer(response, "Google")?;
            if let Answer::Body(body) = &mut answer {
                body.validators.version = found;
            }
            Ok(answer)
        }
        _ => Err(fault_of(response, place).await),
    }
}

fn address(place: &GcsPlace, emulator: Option<&str>, generation: Option<&str>) -> String {
    let home = match emulator {
        None => HOME.to_owned(),
        Some(host) if host.contains("://") => host.trim_end_matches('/').to_owned(),
        Some(host) => format!("http://{host}"),
    };
    let bucket = utf8_percent_encode(&place.bucket_name, ENCODED);
    let object = utf8_percent_encode(&place.object_name, ENCODED);
    let unless = generation.map_or_else(String::new, |it| format!("&ifGenerationNotMatch={it}"));
    format!("{home}/storage/v1/b/{bucket}/o/{object}?alt=media{unless}")
}

async fn fault_of(response: Response, place: &GcsPlace) -> Fault {
    let status = response.status();
    let host = response.url().host_str().unwrap_or("Google").to_owned();
    let (fault, body) = explained(response, &host).await;
    let GcsPlace {
        bucket_name: bucket,
        object_name: object,
        project_id: project,
        ..
    } = place;
    let (kind, why) = match status {
        StatusCode::NOT_FOUND if body.contains("bucket does not exist") => (
            FaultKind::NotFound,
            format!("there is no bucket `{bucket}`"),
        ),
        StatusCode::NOT_FOUND => (
            FaultKind::NotFound,
            format!("bucket `{bucket}` has no object `{object}`"),
        ),
        StatusCode::UNAUTHORIZED => (
            FaultKind::Expired,
            "the token is not valid, or no longer".into(),
        ),
        StatusCode::FORBIDDEN if body.contains("billing") || body.contains("userProject") => (
            FaultKind::Forbidden,
            format!("project `{project}` is not billed for it"),
        ),
        StatusCode::FORBIDDEN => (
            FaultKind::Forbidden,
            format!(
                "these credentials lack `storage.objects.get` on `{object}` of bucket `{bucket}`"
            ),
        ),
        _ => return fault,
    };
    fault.meaning(kind, (&host, status), &why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_is_one_part_of_the_path() {
        let place = GcsPlace {
            project_id: "p".into(),
            bucket_name: "mesh".into(),
            object_name: "core/../a b?c.json".into(),
            credentials: None,
            impersonate_service_account: None,
        };
        assert_eq!(
            address(&place, None, Some("17")),
            "https://storage.googleapis.com/storage/v1/b/mesh/o/core%2F..%2Fa%20b%3Fc.json\
             ?alt=media&ifGenerationNotMatch=17"
        );
        assert_eq!(
            address(&place, Some("127.0.0.1:4443"), None),
            "http://127.0.0.1:4443/storage/v1/b/mesh/o/core%2F..%2Fa%20b%3Fc.json?alt=media"
        );
    }
}
