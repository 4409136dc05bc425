//! Who are we at Google? The credentials file that the config names, else application default
//! credentials: a file of the environment, that of `gcloud auth application-default login`, the
//! metadata service. All kinds of files: service accounts, users, workloads, impersonation.

use std::path::{Path, PathBuf};
use std::time::Duration;

use reqsign_core::{Context, FileRead, ProvideCredential};
use reqsign_google::{
    Credential, FileCredentialProvider, ServiceAccountImpersonationCredentialProvider,
    ServiceAccountImpersonationGrant, ServiceAccountTokenCredentialProvider,
    VmMetadataCredentialProvider,
};

use super::context::{Heard, context, read};
use super::{Fault, FaultKind, Surroundings};

/// To read what others wrote, and no more.
const SCOPE: &str = "https://www.googleapis.com/auth/devstorage.read_only";
/// Impersonation needs more of the one who impersonates.
const SCOPE_OF_SOURCE: &str = "https://www.googleapis.com/auth/cloud-platform";
/// So long an impersonation lasts: one fetch.
const LIFETIME: Duration = Duration::from_secs(300);

/// What a config says of who asks.
pub(super) struct Asker<'a> {
    pub credentials: Option<&'a str>,
    pub impersonates: Option<&'a str>,
}

/// The credential of whoever asks.
pub(super) async fn credential(
    asker: &Asker<'_>,
    around: &Surroundings,
) -> Result<Credential, Fault> {
    let path = asker.credentials.map(|path| around.root.join(path));
    // dbt-loom goes on with the default where the file is missing, unless it impersonates.
    let path = path.filter(|path| asker.impersonates.is_some() || path.exists());
    let source = if let Some(path) = path {
        is_harmless(&path)?;
        of_file(&path, around).await?
    } else {
        let found = around.wallet.google.get_or_init(|| default(around)).await;
        found.clone()?
    };
    let Some(account) = asker.impersonates else {
        return Ok(source);
    };
    let heard = context(around);
    let grant = ServiceAccountImpersonationGrant::new(account, [SCOPE]);
    let provider = ServiceAccountImpersonationCredentialProvider::new(Given(source), grant)
        .with_lifetime(LIFETIME);
    let what = format!("impersonate `{account}`");
    given(
        provider.provide_credential(&heard.context).await,
        &heard,
        &what,
    )
}

/// Whether a file that a config names may be used. Whoever wrote the config may have written the file,
/// and some kinds of files say what is to be read here, and where that is to be sent.
fn is_harmless(path: &Path) -> Result<(), Fault> {
    let bytes = read(path).unwrap_or_default();
    let value = serde_json::from_slice::<serde_json::Value>(&bytes).unwrap_or_default();
    match value.get("type").and_then(serde_json::Value::as_str) {
        // What is none is refused where it is read.
        None | Some("service_account" | "authorized_user") => Ok(()),
        Some(_) => {
            let message = format!(
                "use {}: a config may name the key of a service account or of a user alone; \
                 GOOGLE_APPLICATION_CREDENTIALS names all kinds",
                path.display()
            );
            Err(Fault::new(FaultKind::Refused, message))
        }
    }
}

/// Application default credentials.
async fn default(around: &Surroundings) -> Result<Credential, Fault> {
    if let Some(path) = around.variable("GOOGLE_APPLICATION_CREDENTIALS") {
        return of_file(&PathBuf::from(path), around).await;
    }
    let path = well_known(around);
    if let Some(path) = path.as_ref().filter(|path| path.exists()) {
        return of_file(path, around).await;
    }
    if !around.variable("NO_GCE_CHECK").is_some_and(is_true) {
        let heard = context(around);
        let provider = VmMetadataCredentialProvider::new().with_scope(SCOPE_OF_SOURCE);
        if let Ok(Some(credential)) = provider.provide_credential(&heard.context).await {
            return Ok(credential);
        }
    }
    let path = path.map_or_else(String::new, |path| format!(" in {},", path.display()));
    let message = format!(
        "find Google credentials: there are none in GOOGLE_APPLICATION_CREDENTIALS,{path} or \
         given by a metadata service; `gcloud auth application-default login` makes some"
    );
    Err(Fault::new(FaultKind::NoCredentials, message))
}

fn is_true(text: &str) -> bool {
    text == "1" || text.eq_ignore_ascii_case("true")
}

/// Where gcloud keeps them.
fn well_known(around: &Surroundings) -> Option<PathBuf> {
    let folder = match around.variable("CLOUDSDK_CONFIG") {
        Some(folder) => PathBuf::from(folder),
        None if cfg!(windows) => PathBuf::from(around.variable("APPDATA")?).join("gcloud"),
        None => etcetera::home_dir().ok()?.join(".config/gcloud"),
    };
    Some(folder.join("application_default_credentials.json"))
}

async fn of_file(path: &Path, around: &Surroundings) -> Result<Credential, Fault> {
    let shown = path.display().to_string();
    let mut heard = context(around);
    let completed = Completed(heard.context.clone());
    heard.context = heard.context.with_file_read(completed);
    let provider = FileCredentialProvider::new(&shown).with_scope(SCOPE_OF_SOURCE);
    let what = format!("get a token of Google with {shown}");
    let found = given(
        provider.provide_credential(&heard.context).await,
        &heard,
        &what,
    )?;
    let Some(account) = found.service_account else {
        return Ok(found);
    };
    // A service account's key, made a token here: it is needed by whoever impersonates.
    let provider = ServiceAccountTokenCredentialProvider::new(account).with_scope(SCOPE_OF_SOURCE);
    given(
        provider.provide_credential(&heard.context).await,
        &heard,
        &what,
    )
}

fn given(
    found: reqsign_core::Result<Option<Credential>>,
    heard: &Heard,
    what: &str,
) -> Result<Credential, Fault> {
    match found {
        Ok(Some(credential)) => Ok(credential),
        Ok(None) => Err(Fault::new(
            FaultKind::NoCredentials,
            format!("{what}: there is none"),
        )),
        Err(error) => Err(heard.fault(what, &error)),
    }
}

/// Files as the crate wants them: it asks for the `format` of a workload's token, which Google's own tool
/// leaves out where it is plain text.
#[derive(Debug)]
struct Completed(Context);

impl FileRead for Completed {
    async fn file_read(&self, path: &str) -> reqsign_core::Result<Vec<u8>> {
        let bytes = self.0.file_read(path).await?;
        Ok(with_format(&bytes).unwrap_or(bytes))
    }
}

fn with_format(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut value: serde_json::Value = serde_json::from_slice(bytes).ok()?;
    let source = value.get_mut("credential_source")?.as_object_mut()?;
    let is_of_token = source.contains_key("file") || source.contains_key("url");
    if !is_of_token || source.contains_key("format") {
        return None;
    }
    source.insert("format".into(), serde_json::json!({"type": "text"}));
    serde_json::to_vec(&value).ok()
}

/// A credential that is at hand.
#[derive(Debug)]
struct Given(Credential);

impl ProvideCredential for Given {
    type Credential = Credential;

    async fn provide_credential(&self, _: &Context) -> reqsign_core::Result<Option<Credential>> {
        Ok(Some(self.0.clone()))
    }
}
