//! Who are we at Azure? What `DefaultAzureCredential` of its own libraries looks at, in its order:
//! a service principal of the environment, a pipeline, a workload, a managed identity, the tools.

use reqsign_azure_storage::{
    AzureCliCredentialProvider, AzurePipelinesCredentialProvider,
    ClientCertificateCredentialProvider, ClientSecretCredentialProvider, Credential,
    ImdsCredentialProvider, WorkloadIdentityCredentialProvider,
};
use reqsign_core::time::Timestamp;
use reqsign_core::{Context, ProvideCredential};

use super::context::context;
use super::{Fault, FaultKind, Surroundings};

/// A token for storage, found once.
pub(super) async fn credential(around: &Surroundings) -> Result<Credential, Fault> {
    let found = around.wallet.azure.get_or_init(|| find(around)).await;
    found.clone()
}

async fn find(around: &Surroundings) -> Result<Credential, Fault> {
    let wanted = around.variable("AZURE_TOKEN_CREDENTIALS").unwrap_or("");
    let wanted = wanted.to_ascii_lowercase();
    if wanted != "dev" {
        let found = of_environment(around).await?;
        if let Some(credential) = found {
            return Ok(credential);
        }
        let heard = context(around);
        let managed = ImdsCredentialProvider::new();
        if let Ok(Some(credential)) = managed.provide_credential(&heard.context).await {
            return Ok(credential);
        }
    }
    let mut tools = Vec::new();
    if wanted != "prod" {
        let heard = context(around);
        let cli = AzureCliCredentialProvider::new();
        match cli.provide_credential(&heard.context).await {
            Ok(Some(credential)) => return Ok(credential),
            Ok(None) => {}
            Err(error) => tools.push(heard.fault("Azure CLI", &error)),
        }
        let heard = context(around);
        match developer_cli(&heard.context).await {
            Ok(credential) => return Ok(credential),
            Err(error) => tools.push(heard.fault("Azure Developer CLI", &error)),
        }
    }
    let tools = tools.iter().map(|fault| format!("; {}", fault.message));
    let message = format!(
        "find Azure credentials: there are none in AZURE_STORAGE_CONNECTION_STRING, in \
         AZURE_TENANT_ID and AZURE_CLIENT_ID with AZURE_CLIENT_SECRET, \
         AZURE_CLIENT_CERTIFICATE_PATH or AZURE_FEDERATED_TOKEN_FILE, or given by a managed \
         identity{}; `az login` makes some",
        tools.collect::<String>()
    );
    Err(Fault::new(FaultKind::NoCredentials, message))
}

/// What stands in the environment counts: if it is wrong, nothing else is tried.
async fn of_environment(around: &Surroundings) -> Result<Option<Credential>, Fault> {
    let is_set = |name: &str| around.variable(name).is_some();
    if !is_set("AZURE_TENANT_ID") || !is_set("AZURE_CLIENT_ID") {
        return Ok(None);
    }
    let heard = context(around);
    let here = &heard.context;
    let (what, found) = if is_set("AZURE_CLIENT_SECRET") {
        let provider = ClientSecretCredentialProvider::new();
        (
            "AZURE_CLIENT_SECRET",
            provider.provide_credential(here).await,
        )
    } else if is_set("AZURE_CLIENT_CERTIFICATE_PATH") {
        let provider = ClientCertificateCredentialProvider::new();
        let found = provider.provide_credential(here).await;
        ("AZURE_CLIENT_CERTIFICATE_PATH", found)
    } else if is_set("AZURE_FEDERATED_TOKEN_FILE") {
        let provider = WorkloadIdentityCredentialProvider::new();
        let found = provider.provide_credential(here).await;
        ("AZURE_FEDERATED_TOKEN_FILE", found)
    } else {
        let provider = AzurePipelinesCredentialProvider::new();
        (
            "a pipeline's connection",
            provider.provide_credential(here).await,
        )
    };
    found.map_err(|error| heard.fault(&format!("get a token of Azure with {what}"), &error))
}

/// `azd auth token`
async fn developer_cli(context: &Context) -> reqsign_core::Result<Credential> {
    #[derive(serde::Deserialize)]
    struct Token {
        token: String,
        #[serde(rename = "expiresOn")]
        expires_on: String,
    }
    let scope = "https://storage.azure.com/.default";
    let arguments = ["auth", "token", "--output", "json", "--scope", scope];
    let output = context.command_execute("azd", &arguments).await?;
    let refused = || reqsign_core::Error::credential_invalid("no token");
    if !output.success() {
        return Err(refused());
    }
    let token: Token = serde_json::from_slice(&output.stdout).map_err(|_| refused())?;
    let until = token.expires_on.parse::<Timestamp>().ok();
    Ok(Credential::with_bearer_token(&token.token, until))
}
