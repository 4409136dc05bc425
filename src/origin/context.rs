//! What may the crates that find credentials use? Our environment, small files, our clients, and
//! the tools of the clouds. Remembers why the last answer was none, without a word of its body
//! but codes, for what those crates say may hold anything.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use reqsign_core::{CommandExecute, CommandOutput, Context, Env, Error, FileRead, HttpSend};
use tokio::process::Command;
use tokio::sync::watch;

use super::http::clock_trouble;
use super::{Fault, FaultKind, Network, Surroundings};

/// Longer answers and files are no credentials.
const LONGEST: usize = 1 << 20;
/// So long a cloud's own tool may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// A context, and what goes wrong in it.
pub(super) struct Heard {
    pub context: Context,
    trouble: watch::Receiver<Option<Fault>>,
}

impl Heard {
    /// The fault behind an error that a crate gave.
    pub(super) fn fault(&self, what: &str, error: &Error) -> Fault {
        let heard = self.trouble.borrow().clone();
        let heard = heard.unwrap_or_else(|| {
            let why = match error.kind() {
                reqsign_core::ErrorKind::CredentialInvalid => "they cannot be right",
                reqsign_core::ErrorKind::PermissionDenied => "it is not allowed",
                reqsign_core::ErrorKind::ConfigInvalid => "they are not written as they should be",
                reqsign_core::ErrorKind::RequestInvalid => "they cannot be asked for so",
                reqsign_core::ErrorKind::RateLimited => "it was asked too often",
                reqsign_core::ErrorKind::Unexpected => "they are not what was expected",
            };
            Fault::new(FaultKind::Forbidden, why)
        });
        let message = format!("{what}: {}", heard.message);
        Fault { message, ..heard }
    }
}

/// The context of a fetch.
pub(super) fn context(around: &Surroundings) -> Heard {
    let (say, trouble) = watch::channel(None);
    let say = Arc::new(say);
    let environment = Environment(Arc::clone(&around.environment));
    let context = Context::new()
        .with_env(environment)
        .with_file_read(Files(Arc::clone(&say)))
        .with_command_execute(Tools(Arc::clone(&say)))
        .with_http_send(Http {
            network: around.network.clone(),
            say,
        });
    Heard { context, trouble }
}

type Say = Arc<watch::Sender<Option<Fault>>>;

fn refuse(say: &Say, fault: Fault) -> Error {
    let error = Error::unexpected(fault.message.clone());
    say.send_replace(Some(fault));
    error
}

#[derive(Debug)]
struct Environment(Arc<BTreeMap<String, String>>);

impl Env for Environment {
    fn var(&self, key: &str) -> Option<String> {
        self.0.get(key).cloned()
    }

    fn vars(&self) -> HashMap<String, String> {
        let all = self.0.iter();
        all.map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    }

    fn home_dir(&self) -> Option<PathBuf> {
        etcetera::home_dir().ok()
    }
}

#[derive(Debug)]
struct Files(Say);

impl FileRead for Files {
    async fn file_read(&self, path: &str) -> reqsign_core::Result<Vec<u8>> {
        let name = PathBuf::from(path);
        let read = tokio::task::spawn_blocking(move || read(&name)).await;
        let read = read.map_err(std::io::Error::other).and_then(|read| read);
        read.map_err(|error| {
            let kind = match error.kind() {
                std::io::ErrorKind::NotFound => FaultKind::NoCredentials,
                _ => FaultKind::Config,
            };
            let why = match error.kind() {
                std::io::ErrorKind::NotFound => "there is no such file".into(),
                std::io::ErrorKind::PermissionDenied => "permission denied".into(),
                _ => error.to_string(),
            };
            refuse(&self.0, Fault::new(kind, format!("read {path}: {why}")))
        })
    }
}

/// A file, if it is no longer than credentials can be.
pub(super) fn read(path: &std::path::Path) -> std::io::Result<Vec<u8>> {
    use std::io::Read;
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path)?;
    if !file.metadata()?.is_file() {
        return Err(std::io::Error::other("it is no file"));
    }
    file.take(LONGEST as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[derive(Debug)]
struct Http {
    network: Network,
    say: Say,
}

impl HttpSend for Http {
    async fn http_send(
        &self,
        request: http::Request<Bytes>,
    ) -> reqsign_core::Result<http::Response<Bytes>> {
        let asked = self.ask(request).await;
        let answer = asked.map_err(|fault| refuse(&self.say, fault))?;
        Ok(answer)
    }
}

impl Http {
    async fn ask(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, Fault> {
        let request = reqwest::Request::try_from(request)?;
        let host = request.url().host_str().unwrap_or_default().to_owned();
        let client = self.network.for_credentials(request.url());
        let answer = client.execute(request).await.map_err(|error| {
            let fault = Fault::from(error);
            let message = format!("ask {host}: {}", fault.message);
            Fault { message, ..fault }
        })?;
        let status = answer.status();
        let headers = answer.headers().clone();
        let body = bounded(answer).await?;
        if !status.is_success() {
            let mut fault = refused(&host, status, &body);
            fault.clock = clock_trouble(status, &headers);
            self.say.send_replace(Some(fault));
        }
        let mut response = http::Response::new(Bytes::from(body));
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        Ok(response)
    }
}

/// The whole body of an answer that is short.
pub(super) async fn bounded(mut answer: reqwest::Response) -> Result<Vec<u8>, Fault> {
    let mut body = Vec::new();
    while let Some(piece) = answer.chunk().await? {
        if body.len() + piece.len() > LONGEST {
            let message = "read the answer: it is longer than such answers are";
            return Err(Fault::new(FaultKind::Other, message));
        }
        body.extend_from_slice(&piece);
    }
    Ok(body)
}

/// A sign-in, a secret, a refresh token that is over.
const OVER: &[&str] = &[
    "invalid_grant",
    "AADSTS700082",
    "AADSTS70043",
    "AADSTS50173",
    "AADSTS7000222",
];

/// What it means that no token was given.
fn refused(host: &str, status: http::StatusCode, body: &[u8]) -> Fault {
    let code = code(body);
    let shown = code
        .as_ref()
        .map(|code| format!(" ({code})"))
        .unwrap_or_default();
    let code = code.unwrap_or_default();
    let kind = if status.is_server_error() {
        FaultKind::Server
    } else if OVER.iter().any(|it| code.contains(it)) {
        FaultKind::Expired
    } else {
        FaultKind::Forbidden
    };
    let number = status.as_u16();
    Fault::new(kind, format!("{host} answered {number}{shown}"))
}

/// The code of a refusal: a word of OAuth's, of Google's, of Microsoft's, never free text.
pub(super) fn code(body: &[u8]) -> Option<String> {
    let value: serde_json::Value = serde_json::from_slice(body).ok()?;
    let text = |value: &serde_json::Value| value.as_str().map(str::to_owned);
    let error = value.get("error");
    let code = error
        .and_then(text)
        .or_else(|| error.and_then(|it| it.get("status")).and_then(text))
        .or_else(|| error.and_then(|it| it.get("code")).and_then(text))
        .or_else(|| value.get("error_code").and_then(text))
        .or_else(|| value.get("code").and_then(text));
    let is_word = |letter: char| letter.is_ascii_alphanumeric() || "_-.".contains(letter);
    let code = code.filter(|code| code.len() <= 60 && code.chars().all(is_word));
    let words = value.get("error_description").and_then(text);
    let entra = words.and_then(|words| {
        let at = words.find("AADSTS")?;
        let number = words.get(at..)?;
        let end = number.find(|letter: char| !letter.is_ascii_alphanumeric());
        number.get(..end.unwrap_or(number.len())).map(str::to_owned)
    });
    match (code, entra) {
        (Some(code), Some(entra)) => Some(format!("{code}, {entra}")),
        (code, entra) => code.or(entra),
    }
}

/// A cloud's own tool. It starts in a folder of the system: the one that we were started in may be a
/// repository with a program of that name, or with modules that Python would find first.
fn tool(program: &str) -> Command {
    // On Windows the tools of the clouds are batch files.
    let mut command = if cfg!(windows) {
        let mut command = Command::new("cmd");
        command.args(["/d", "/c", program]);
        command.env("NoDefaultCurrentDirectoryInExePath", "1");
        command
    } else {
        Command::new(program)
    };
    let folder = std::env::var_os("SystemRoot").filter(|_| cfg!(windows));
    command.current_dir(folder.unwrap_or_else(|| "/".into()));
    command
}

#[derive(Debug)]
struct Tools(Say);

impl CommandExecute for Tools {
    async fn command_execute(
        &self,
        program: &str,
        arguments: &[&str],
    ) -> reqsign_core::Result<CommandOutput> {
        let mut command = tool(program);
        command.args(arguments).stdin(Stdio::null());
        command.kill_on_drop(true);
        let (kind, why) = match tokio::time::timeout(PATIENCE, command.output()).await {
            Ok(Ok(output)) => {
                if !output.status.success() {
                    let kind = FaultKind::NoCredentials;
                    let message = format!("`{program}` says that nobody is signed in");
                    self.0.send_replace(Some(Fault::new(kind, message)));
                }
                return Ok(CommandOutput {
                    status: output.status.code().unwrap_or(-1),
                    stdout: output.stdout,
                    stderr: output.stderr,
                });
            }
            Ok(Err(error)) if error.kind() == std::io::ErrorKind::NotFound => {
                (FaultKind::NoCredentials, "it is not installed".to_owned())
            }
            Ok(Err(error)) => (FaultKind::Local, error.to_string()),
            Err(_) => (FaultKind::Timeout, "it took too long".to_owned()),
        };
        let fault = Fault::new(kind, format!("run `{program}`: {why}"));
        Err(refuse(&self.0, fault))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tools_start_outside_of_the_folder_that_is_open() {
        let tool = tool("az");
        let folder = tool.as_std().get_current_dir().unwrap();
        assert!(folder.is_absolute());
        assert_ne!(folder, std::env::current_dir().unwrap());
    }

    #[test]
    fn only_codes_are_taken_out_of_refusals() {
        let of = |body: &str| code(body.as_bytes());
        assert_eq!(
            of(r#"{"error":"invalid_grant","error_description":"Bad Request for s3cr3t"}"#)
                .as_deref(),
            Some("invalid_grant")
        );
        assert_eq!(
            of(r#"{"error":"invalid_client","error_description":"AADSTS7000215: secret s3cr3t"}"#)
                .as_deref(),
            Some("invalid_client, AADSTS7000215")
        );
        assert_eq!(
            of(r#"{"error":{"code":403,"status":"PERMISSION_DENIED","message":"s3cr3t"}}"#)
                .as_deref(),
            Some("PERMISSION_DENIED")
        );
        assert_eq!(of(r#"{"error":"my s3cr3t is: words"}"#), None);
        assert_eq!(of("<html>"), None);
    }
}
