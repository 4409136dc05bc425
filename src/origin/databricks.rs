//! `type: databricks`: a file of a workspace, of DBFS, or of a volume.

mod account;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures_util::stream;
use reqwest::{RequestBuilder, StatusCode, Url};
use serde_json::Value;

use self::account::Account;
use super::http::{conditional, send};
use super::platform::{below, file, json, refused};
use super::{Answer, Body, Fault, FaultKind, Surroundings, Validators};
use crate::manifest::loom::DatabricksPlace;

/// So many bytes of DBFS come at once, and no more.
const PIECE: u64 = 1 << 20;

/// Asks for the file.
pub(super) async fn fetch(
    place: &DatabricksPlace,
    known: Option<&Validators>,
    around: &Surroundings,
) -> Result<Answer, Fault> {
    let account = account::find(around).await?;
    let path = place.path.as_str();
    if path.split('/').any(|part| part == "." || part == "..") {
        let message = "ask Databricks: the path has `.` or `..` as a part";
        return Err(Fault::new(FaultKind::Config, message));
    }
    let found = if path.starts_with("/Workspace/") {
        of_workspace(path, known, &account, around).await
    } else if let Some(path) = path.strip_prefix("/dbfs/") {
        of_dbfs(&format!("/{path}"), known, &account).await
    } else {
        of_volume(path, known, &account, around).await
    };
    found.map_err(|fault| match fault.kind {
        FaultKind::NotFound => {
            let message = format!("{}; the workspace is {}", fault.message, account.host());
            Fault { message, ..fault }
        }
        _ => fault,
    })
}

fn what(path: &str) -> String {
    format!("asked for `{path}`")
}

async fn of_workspace(
    path: &str,
    known: Option<&Validators>,
    account: &Account,
    around: &Surroundings,
) -> Result<Answer, Fault> {
    let mut status = account.at(["api", "2.0", "workspace", "get-status"]);
    status.query_pairs_mut().append_pair("path", path);
    let status = json(account.get(status), account.host(), &what(path)).await?;
    let version = version(&status, &["object_id", "modified_at"]);
    if is_known(known, version.as_ref()) {
        return Ok(Answer::NotModified);
    }
    let mut export = account.at(["api", "2.0", "workspace", "export"]);
    export
        .query_pairs_mut()
        .append_pair("path", path)
        .append_pair("format", "AUTO")
        .append_pair("direct_download", "true");
    let response = send(account.get(export), account.host()).await?;
    let answer = file(response, account.host(), &what(path), around).await?;
    Ok(with_version(answer, version))
}

async fn of_volume(
    path: &str,
    known: Option<&Validators>,
    account: &Account,
    around: &Surroundings,
) -> Result<Answer, Fault> {
    let parts = path.split('/').filter(|part| !part.is_empty());
    let address = account.at(["api", "2.0", "fs", "files"].into_iter().chain(parts));
    let request = conditional(account.get(address), known);
    let response = send(request, account.host()).await?;
    let answer = file(response, account.host(), &what(path), around).await?;
    // What does not know conditions still says how old it is.
    if let (Answer::Body(body), Some(known)) = (&answer, known)
        && known.last_modified.is_some()
        && body.validators.last_modified == known.last_modified
    {
        return Ok(Answer::NotModified);
    }
    Ok(answer)
}

async fn of_dbfs(
    path: &str,
    known: Option<&Validators>,
    account: &Account,
) -> Result<Answer, Fault> {
    let mut status = account.at(["api", "2.0", "dbfs", "get-status"]);
    status.query_pairs_mut().append_pair("path", path);
    let status = json(account.get(status), account.host(), &what(path)).await?;
    let version = version(&status, &["file_size", "modification_time"]);
    if is_known(known, version.as_ref()) {
        return Ok(Answer::NotModified);
    }
    let reading = Reading {
        account: account.clone(),
        path: path.to_owned(),
        offset: 0,
    };
    let pieces = stream::try_unfold(reading, |mut reading| async move {
        let piece = reading.next().await?;
        Ok((!piece.is_empty()).then_some((piece, reading)))
    });
    Ok(Answer::Body(Body {
        validators: Validators {
            version,
            ..Validators::default()
        },
        size: status.get("file_size").and_then(Value::as_u64),
        bytes: Box::pin(pieces),
    }))
}

/// A file of DBFS as far as it has been read.
struct Reading {
    account: Account,
    path: String,
    offset: u64,
}

impl Reading {
    /// The next piece, empty at the end.
    async fn next(&mut self) -> Result<Vec<u8>, Fault> {
        let mut read = self.account.at(["api", "2.0", "dbfs", "read"]);
        read.query_pairs_mut()
            .append_pair("path", &self.path)
            .append_pair("offset", &self.offset.to_string())
            .append_pair("length", &PIECE.to_string());
        let host = self.account.host();
        let response = send(self.account.get(read), host).await?;
        if response.status() != StatusCode::OK {
            return Err(refused(response, host, &what(&self.path)).await);
        }
        let mut text = Vec::new();
        let mut response = response;
        while let Some(piece) = response.chunk().await? {
            text.extend_from_slice(&piece);
            if text.len() as u64 > 2 * PIECE {
                break;
            }
        }
        let value = serde_json::from_slice::<Value>(&text).ok();
        let data = value.as_ref().and_then(|it| it.get("data")?.as_str());
        let piece = data.and_then(|data| STANDARD.decode(data).ok());
        let Some(piece) = piece else {
            let message = format!("{host} answered with something else than a piece of the file");
            return Err(Fault::new(FaultKind::Other, message));
        };
        self.offset += piece.len() as u64;
        Ok(piece)
    }
}

impl Account {
    fn at<'a>(&self, parts: impl IntoIterator<Item = &'a str>) -> Url {
        below(&self.address, parts)
    }

    fn get(&self, address: Url) -> RequestBuilder {
        let request = self.client.get(address);
        request.header("authorization", self.authorization.clone())
    }

    fn host(&self) -> &str {
        self.address.host_str().unwrap_or_default()
    }
}

/// What names a state of a file, if all of it is said.
fn version(status: &Value, fields: &[&str]) -> Option<String> {
    let parts = fields.iter().map(|field| {
        let value = status.get(*field)?;
        Some(format!("{field} {value}"))
    });
    Some(parts.collect::<Option<Vec<_>>>()?.join(", "))
}

fn is_known(known: Option<&Validators>, version: Option<&String>) -> bool {
    version.is_some() && known.and_then(|known| known.version.as_ref()) == version
}

fn with_version(mut answer: Answer, version: Option<String>) -> Answer {
    if let Answer::Body(body) = &mut answer {
        body.validators.version = version;
    }
    answer
}
