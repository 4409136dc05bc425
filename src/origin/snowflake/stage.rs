//! Where is a file of a stage, and how is it had? In S3, Azure or Google's store, with credentials
//! for this file that Snowflake gave.

use reqwest::Response;
use serde_json::Value;

use super::super::aws::Account;
use super::super::http::{conditional, explained, send};
use super::super::platform::{below, endpoint};
use super::super::{Fault, FaultKind, Surroundings, Validators, azure, s3};
use super::encryption::Material;
use crate::manifest::loom::{AzurePlace, S3Place, SnowflakePlace};

/// A file in a cloud's store.
pub(super) struct File {
    store: Store,
    pub material: Option<Material>,
}

enum Store {
    S3(S3Place, Box<Account>),
    Azure(AzurePlace, azure::Account),
    Google(reqwest::Url, Option<String>),
}

/// The file that a `get` named.
pub(super) fn file(told: &Value, place: &SnowflakePlace) -> Result<File, Fault> {
    let sources = told.get("src_locations").and_then(Value::as_array);
    let sources: Vec<&str> = sources
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let Some(at) = chosen(&sources, &place.stage_path) else {
        let SnowflakePlace { stage, stage_path } = place;
        let message = format!("look at the stage: `{stage}` has no file `{stage_path}`");
        return Err(Fault::new(FaultKind::NotFound, message));
    };
    let source = sources.get(at).copied().unwrap_or_default();
    let store = store(told, source, at);
    let store = store.ok_or_else(|| {
        let message = "look at the stage: it is kept where manifests are not fetched from";
        Fault::new(FaultKind::Unsupported, message)
    })?;
    let material = match told.get("encryptionMaterial") {
        Some(Value::Array(all)) => all.get(at).and_then(Material::of),
        Some(one) => Material::of(one),
        None => None,
    };
    Ok(File {
        store: store?,
        material,
    })
}

/// The file itself among those whose names begin as it; or as `put` names it when it compresses.
fn chosen(sources: &[&str], path: &str) -> Option<usize> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let of = |source: &str| source.rsplit('/').next().unwrap_or(source).to_owned();
    let exact = sources.iter().position(|source| of(source) == name);
    let packed = format!("{name}.gz");
    exact.or_else(|| sources.iter().position(|source| of(source) == packed))
}

fn store(told: &Value, source: &str, at: usize) -> Option<Result<Store, Fault>> {
    let info = told.get("stageInfo")?;
    let text = |name: &str| {
        info.get(name)
            .and_then(Value::as_str)
            .filter(|it| !it.is_empty())
    };
    let secret = |name: &str| info.get("creds")?.get(name)?.as_str();
    let (bucket, prefix) = text("location")?
        .split_once('/')
        .unwrap_or((text("location")?, ""));
    let object = format!("{prefix}{source}");
    Some(Ok(match text("locationType")? {
        "S3" => {
            let place = S3Place {
                bucket_name: bucket.into(),
                object_name: object,
            };
            let credential = reqsign_aws_v4::Credential {
                access_key_id: secret("AWS_KEY_ID")?.into(),
                secret_access_key: secret("AWS_SECRET_KEY")?.into(),
                session_token: secret("AWS_TOKEN").map(Into::into),
                expires_in: None,
            };
            let account = Account {
                region: text("region").map(Into::into),
                endpoint: None,
                uses_fips: text("endPoint").is_some_and(|it| it.contains("fips")),
                uses_dual_stack: false,
                credential,
                source: "Snowflake's stage".into(),
            };
            Store::S3(place, Box::new(account))
        }
        "AZURE" => {
            let account = text("storageAccount")?;
            let end = text("endPoint").unwrap_or("blob.core.windows.net");
            let end = end.trim_start_matches("blob.");
            let home = endpoint(
                &format!("https://{account}.blob.{end}"),
                "the stage's address",
            );
            let home = match home {
                Ok(home) => home,
                Err(fault) => return Some(Err(fault)),
            };
            let place = AzurePlace {
                account_name: account.into(),
                container_name: bucket.into(),
                object_name: object,
            };
            Store::Azure(
                place,
                azure::Account::of_sas(home.as_str(), secret("AZURE_SAS_TOKEN")?),
            )
        }
        "GCS" => {
            let signed = told
                .get("presignedUrls")
                .and_then(|all| all.get(at)?.as_str());
            let signed = signed.or_else(|| text("presignedUrl"));
            match (secret("GCS_ACCESS_TOKEN"), signed) {
                (Some(token), _) => {
                    let home = endpoint("https://storage.googleapis.com", "").ok()?;
                    let parts = std::iter::once(bucket).chain(object.split('/'));
                    Store::Google(below(&home, parts), Some(token.to_owned()))
                }
                (None, Some(signed)) => match endpoint(signed, "the stage's address") {
                    Ok(address) => Store::Google(address, None),
                    Err(fault) => return Some(Err(fault)),
                },
                (None, None) => return None,
            }
        }
        _ => return None,
    }))
}

/// Asks the store for the file.
pub(super) async fn ask(
    file: &File,
    known: Option<&Validators>,
    around: &Surroundings,
) -> Result<Response, Fault> {
    match &file.store {
        Store::S3(place, account) => s3::object(place, account, known, around).await,
        Store::Azure(place, account) => azure::blob(place, account, known, around).await,
        Store::Google(address, token) => {
            let host = address.host_str().unwrap_or_default().to_owned();
            let mut request = around.network.direct.get(address.clone());
            if let Some(token) = token {
                request = request.bearer_auth(token);
            }
            let response = send(conditional(request, known), &host).await?;
            match response.status().as_u16() {
                200 | 304 => Ok(response),
                _ => Err(explained(response, &host).await.0),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_itself_goes_before_one_that_begins_as_it() {
        let sources = [
            "core/manifest.json.bak",
            "core/manifest.json.gz",
            "core/manifest.json",
        ];
        assert_eq!(chosen(&sources, "/core/manifest.json"), Some(2));
        assert_eq!(chosen(&sources[..2], "core/manifest.json"), Some(1));
        assert_eq!(chosen(&sources[..1], "core/manifest.json"), None);
    }
}
