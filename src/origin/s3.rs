//! `type: s3`: an object at Amazon, or at whoever speaks its language.

use http::request::Parts;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqsign_aws_v4::RequestSigner;
use reqsign_core::{Context, SignRequest};
use reqwest::header::HeaderMap;
use reqwest::{Response, StatusCode};

use super::aws::{self, Account};
use super::http::{answer, conditional_headers, explained, head, send_parts};
use super::{Answer, Fault, FaultKind, Surroundings, Validators};
use crate::manifest::loom::S3Place;

/// Everything but what S3 leaves as it is.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/');

/// Asks for the object.
pub(super) async fn fetch(
    place: &S3Place,
    known: Option<&Validators>,
    around: &Surroundings,
) -> Result<Answer, Fault> {
    let account = aws::account(around).await?;
    answer(object(place, account, known, around).await?, "S3")
}

/// The object, or word that it is the one at hand; in the region where the bucket is.
pub(super) async fn object(
    place: &S3Place,
    account: &Account,
    known: Option<&Validators>,
    around: &Surroundings,
) -> Result<Response, Fault> {
    let region = account.first_region();
    let response = ask(place, region, account, known, around).await?;
    let other = other_region(response.status(), response.headers(), region);
    let (response, region) = match other {
        None => (response, region.to_owned()),
        Some(other) => {
            let response = ask(place, &other, account, known, around).await?;
            (response, other)
        }
    };
    match response.status() {
        StatusCode::OK | StatusCode::NOT_MODIFIED => Ok(response),
        _ => Err(fault_of(response, place, &region, account).await),
    }
}

async fn ask(
    place: &S3Place,
    region: &str,
    account: &Account,
    known: Option<&Validators>,
    around: &Surroundings,
) -> Result<Response, Fault> {
    let address = address(place, region, account)?;
    let mut parts = head(&address)?;
    conditional_headers(&mut parts.headers, known);
    sign(&mut parts, region, account).await?;
    send_parts(parts, around).await
}

async fn sign(parts: &mut Parts, region: &str, account: &Account) -> Result<(), Fault> {
    let signer = RequestSigner::new("s3", region);
    let nothing = Context::new();
    let request = signer.sign_request(&nothing, parts, Some(&account.credential), None);
    request.await.map_err(|_| {
        let message = format!(
            "sign for S3: the credentials of {} have expired",
            account.source
        );
        Fault::new(FaultKind::Expired, message)
    })
}

/// Where the object is. Another one's endpoint takes the bucket as the first part of the path.
fn address(place: &S3Place, region: &str, account: &Account) -> Result<String, Fault> {
    let bucket = place.bucket_name.as_str();
    let key = key(&place.object_name)?;
    if let Some(endpoint) = &account.endpoint {
        let endpoint = endpoint.trim_end_matches('/');
        let bucket = utf8_percent_encode(bucket, ENCODED);
        return Ok(format!("{endpoint}/{bucket}/{key}"));
    }
    let suffix = if region.starts_with("cn-") {
        "amazonaws.com.cn"
    } else {
        "amazonaws.com"
    };
    let fips = if account.uses_fips { "-fips" } else { "" };
    let dual = if account.uses_dual_stack {
        ".dualstack"
    } else {
        ""
    };
    if let Some((name, owner, region)) = access_point(bucket) {
        let host = format!("{name}-{owner}.s3-accesspoint{fips}{dual}.{region}.{suffix}");
        return Ok(format!("https://{host}/{key}"));
    }
    if !is_bucket(bucket) {
        let message = format!("ask S3: `{bucket}` is no name of a bucket");
        return Err(Fault::new(FaultKind::Config, message));
    }
    let host = format!("s3{fips}{dual}.{region}.{suffix}");
    Ok(if bucket.contains(['.', '_']) {
        // Its name would not be covered by the certificate.
        format!("https://{host}/{bucket}/{key}")
    } else {
        format!("https://{bucket}.{host}/{key}")
    })
}

/// The key as it stands in an address.
fn key(name: &str) -> Result<String, Fault> {
    let name = name.strip_prefix('/').unwrap_or(name);
    if name.split('/').any(|part| part == "." || part == "..") {
        let message = "ask S3: the object's name has `.` or `..` as a part";
        return Err(Fault::new(FaultKind::Config, message));
    }
    Ok(utf8_percent_encode(name, ENCODED).to_string())
}

/// `arn:aws:s3:REGION:ACCOUNT:accesspoint/NAME`: name, account and region.
fn access_point(bucket: &str) -> Option<(&str, &str, &str)> {
    let mut parts = bucket.strip_prefix("arn:")?.splitn(5, ':').skip(1);
    let service = parts.next()?;
    let (region, owner, what) = (parts.next()?, parts.next()?, parts.next()?);
    let name = what
        .strip_prefix("accesspoint/")
        .or_else(|| what.strip_prefix("accesspoint:"))?;
    let are_names = [region, owner, name].into_iter().all(is_bucket);
    (service == "s3" && are_names && !name.contains('.')).then_some((name, owner, region))
}

/// Nothing that would lead to another host.
fn is_bucket(name: &str) -> bool {
    let is_fine = |letter: char| letter.is_ascii_alphanumeric() || "-._".contains(letter);
    !name.is_empty() && name.len() <= 255 && name.chars().all(is_fine)
}

/// The region that the answer names instead of the one that was asked.
fn other_region(status: StatusCode, headers: &HeaderMap, asked: &str) -> Option<String> {
    let is_elsewhere = matches!(
        status,
        StatusCode::MOVED_PERMANENTLY
            | StatusCode::TEMPORARY_REDIRECT
            | StatusCode::BAD_REQUEST
            | StatusCode::FORBIDDEN
    );
    let region = headers.get("x-amz-bucket-region")?.to_str().ok()?;
    (is_elsewhere && region != asked && is_bucket(region)).then(|| region.to_owned())
}

async fn fault_of(response: Response, place: &S3Place, region: &str, account: &Account) -> Fault {
    let status = response.status();
    let host = response.url().host_str().unwrap_or("S3").to_owned();
    let (fault, body) = explained(response, &host).await;
    let code = body
        .split_once("<Code>")
        .and_then(|(_, rest)| rest.split_once("</Code>"))
        .map_or("", |(code, _)| code.trim());
    let S3Place {
        bucket_name: bucket,
        object_name: object,
    } = place;
    let source = &account.source;
    let (kind, why) = match (code, status) {
        ("NoSuchKey", _) => (
            FaultKind::NotFound,
            format!("bucket `{bucket}` has no object `{object}`"),
        ),
        ("NoSuchBucket", _) => (
            FaultKind::NotFound,
            format!("there is no bucket `{bucket}`"),
        ),
        ("InvalidAccessKeyId", _) => (
            FaultKind::Forbidden,
            format!("it does not know the access key of {source}"),
        ),
        ("SignatureDoesNotMatch", _) => (
            FaultKind::Forbidden,
            format!("the secret of {source} is not that of its access key"),
        ),
        ("ExpiredToken" | "TokenRefreshRequired" | "InvalidToken", _) => (
            FaultKind::Expired,
            format!("the session of {source} has expired"),
        ),
        ("RequestTimeTooSkewed" | "RequestExpired", _) => (
            FaultKind::Clock,
            "this machine's clock is wrong by more than it forgives".into(),
        ),
        ("InvalidObjectState", _) => (
            FaultKind::Forbidden,
            format!("object `{object}` is archived and has to be restored first"),
        ),
        (
            "PermanentRedirect"
            | "TemporaryRedirect"
            | "AuthorizationHeaderMalformed"
            | "IllegalLocationConstraintException",
            _,
        )
        | (_, StatusCode::MOVED_PERMANENTLY | StatusCode::TEMPORARY_REDIRECT) => (
            FaultKind::WrongRegion,
            format!("bucket `{bucket}` is not in region `{region}`; set AWS_REGION"),
        ),
        (_, StatusCode::FORBIDDEN) => (
            FaultKind::Forbidden,
            format!(
                "{source} may not read `{object}` of bucket `{bucket}`, or there is no such \
                 object and it may not list the bucket"
            ),
        ),
        (_, StatusCode::NOT_FOUND) => (
            FaultKind::NotFound,
            format!("bucket `{bucket}` has no object `{object}`"),
        ),
        _ => return fault,
    };
    fault.meaning(kind, (&host, status), &why)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(endpoint: Option<&str>) -> Account {
        Account {
            region: None,
            endpoint: endpoint.map(Into::into),
            uses_fips: false,
            uses_dual_stack: false,
            credential: reqsign_aws_v4::Credential::default(),
            source: String::new(),
        }
    }

    fn at(bucket: &str, object: &str, endpoint: Option<&str>) -> String {
        let place = S3Place {
            bucket_name: bucket.into(),
            object_name: object.into(),
        };
        match address(&place, "eu-west-1", &account(endpoint)) {
            Ok(address) => address,
            Err(fault) => fault.message,
        }
    }

    #[test]
    fn objects_have_the_addresses_that_boto3_asks() {
        assert_eq!(
            at("mesh", "core/manifest.json", None),
            "https://mesh.s3.eu-west-1.amazonaws.com/core/manifest.json"
        );
        assert_eq!(
            at("my.mesh", "a b/ü+.json", None),
            "https://s3.eu-west-1.amazonaws.com/my.mesh/a%20b/%C3%BC%2B.json"
        );
        assert_eq!(
            at("mesh", "m.json", Some("http://127.0.0.1:9000/")),
            "http://127.0.0.1:9000/mesh/m.json"
        );
        assert_eq!(
            at(
                "arn:aws:s3:us-east-2:123456789012:accesspoint/mesh",
                "m.json",
                None
            ),
            "https://mesh-123456789012.s3-accesspoint.us-east-2.amazonaws.com/m.json"
        );
    }

    #[test]
    fn no_bucket_leads_to_another_host() {
        assert_eq!(
            at("evil.example.com/a", "m.json", None),
            "ask S3: `evil.example.com/a` is no name of a bucket"
        );
        assert_eq!(
            at("arn:aws:s3:x/y:1:accesspoint/a", "m.json", None),
            "ask S3: `arn:aws:s3:x/y:1:accesspoint/a` is no name of a bucket"
        );
        assert_eq!(
            at("mesh", "../other/m.json", None),
            "ask S3: the object's name has `.` or `..` as a part"
        );
    }

    #[test]
    fn another_region_is_asked_once_it_is_named() {
        let mut headers = HeaderMap::new();
        headers.insert("x-amz-bucket-region", "eu-west-1".parse().unwrap());
        let moved = StatusCode::MOVED_PERMANENTLY;
        assert_eq!(
            other_region(moved, &headers, "us-east-1").as_deref(),
            Some("eu-west-1")
        );
        assert_eq!(other_region(moved, &headers, "eu-west-1"), None);
        assert_eq!(other_region(StatusCode::OK, &headers, "us-east-1"), None);
    }
}
