//! Which workspace, and who are we there? Databricks's unified authentication: the environment,
//! a profile of `.databrickscfg`, and the tools of Databricks and Azure.

use std::path::PathBuf;

use ini::{Ini, Properties};
use reqwest::header::HeaderValue;
use reqwest::{Client, Url};
use serde_json::Value;

use super::super::context::{context, read};
use super::super::platform::{below, endpoint, json};
use super::super::{Fault, FaultKind, Surroundings};

/// Databricks among the applications of Azure.
const AZURE_APPLICATION: &str = "2ff814a6-3304-4ab8-85cb-cd0e6f879c1d";
const ENTRA: &str = "https://login.microsoftonline.com";
/// Where one of these is set, a profile counts only if it is named: the token of one workspace is
/// not for the host of another. The list is that of Databricks's own libraries.
const INSTEAD_OF_PROFILE: &[&str] = &[
    "DATABRICKS_HOST",
    "DATABRICKS_TOKEN",
    "DATABRICKS_OIDC_TOKEN_ENV",
    "DATABRICKS_OIDC_TOKEN_FILE",
    "DATABRICKS_USERNAME",
    "DATABRICKS_PASSWORD",
    "DATABRICKS_CLIENT_ID",
    "DATABRICKS_CLIENT_SECRET",
    "DATABRICKS_GOOGLE_SERVICE_ACCOUNT",
    "GOOGLE_CREDENTIALS",
    "DATABRICKS_AZURE_RESOURCE_ID",
    "ARM_USE_MSI",
    "ARM_CLIENT_SECRET",
    "ARM_CLIENT_ID",
    "ARM_TENANT_ID",
    "DATABRICKS_METADATA_SERVICE_URL",
];

/// A workspace, with what opens it.
#[derive(Clone)]
pub(super) struct Account {
    pub address: Url,
    pub authorization: HeaderValue,
    pub client: Client,
}

/// What is said of an account: the environment goes before the profile.
struct Said<'a> {
    around: &'a Surroundings,
    profile: Option<Properties>,
    /// The profile and its file, for people.
    looked_in: String,
}

/// The account in these surroundings.
pub(super) async fn find(around: &Surroundings) -> Result<Account, Fault> {
    let said = said(around)?;
    let Some(host) = said.of("DATABRICKS_HOST", "host") else {
        return Err(none(&said, "which workspace is meant"));
    };
    let address = endpoint(&host, "the host of Databricks")?;
    let authorization = authorization(&said, &address).await?;
    let mut authorization = HeaderValue::from_str(&authorization).map_err(|_| {
        let message = "use the token of Databricks: it has letters that no token has";
        Fault::new(FaultKind::Config, message)
    })?;
    authorization.set_sensitive(true);
    Ok(Account {
        address,
        authorization,
        client: around.network.direct.clone(),
    })
}

fn none(said: &Said<'_>, what: &str) -> Fault {
    let message = format!(
        "find {what} at Databricks: it is said neither in DATABRICKS_HOST with DATABRICKS_TOKEN, \
         or DATABRICKS_CLIENT_ID and DATABRICKS_CLIENT_SECRET, nor in {}, and \
         neither `databricks` nor `az` is signed in",
        said.looked_in
    );
    Fault::new(FaultKind::NoCredentials, message)
}

fn said(around: &Surroundings) -> Result<Said<'_>, Fault> {
    let named = around.variable("DATABRICKS_CONFIG_PROFILE");
    let mut instead = INSTEAD_OF_PROFILE.iter();
    if named.is_none() && instead.any(|name| around.variable(name).is_some()) {
        return Ok(Said {
            around,
            profile: None,
            looked_in: "a profile that DATABRICKS_CONFIG_PROFILE names".into(),
        });
    }
    let file = match around.variable("DATABRICKS_CONFIG_FILE") {
        Some(path) => PathBuf::from(path),
        None => etcetera::home_dir()
            .unwrap_or_default()
            .join(".databrickscfg"),
    };
    let name = named.unwrap_or("DEFAULT");
    let wrong = |why: &str| {
        let message = format!("read {}: {why}", file.display());
        Fault::new(FaultKind::Config, message)
    };
    let profile = match read(&file) {
        Err(_) => None,
        Ok(bytes) => {
            let text = String::from_utf8_lossy(&bytes);
            let all = Ini::load_from_str(&text).map_err(|_| wrong("it is no list of profiles"))?;
            all.section(Some(name)).cloned()
        }
    };
    if named.is_some() && profile.is_none() {
        return Err(wrong(&format!("it has no profile `{name}`")));
    }
    Ok(Said {
        around,
        profile,
        looked_in: format!("profile `{name}` of {}", file.display()),
    })
}

impl Said<'_> {
    fn of(&self, variable: &str, field: &str) -> Option<String> {
        let in_profile = || self.profile.as_ref()?.get(field);
        let value = self.around.variable(variable).or_else(in_profile)?;
        Some(value.trim().to_owned()).filter(|value| !value.is_empty())
    }

    /// Whether this way of signing in may be tried.
    fn allows(&self, way: &str) -> bool {
        let wanted = self.of("DATABRICKS_AUTH_TYPE", "auth_type");
        wanted.is_none_or(|wanted| wanted == way)
    }
}

/// The header that opens the workspace, by the first way that there is.
async fn authorization(said: &Said<'_>, address: &Url) -> Result<String, Fault> {
    let bearer = |token: String| format!("Bearer {token}");
    if let (true, Some(token)) = (said.allows("pat"), said.of("DATABRICKS_TOKEN", "token")) {
        return Ok(bearer(token));
    }
    let password = said.of("DATABRICKS_PASSWORD", "password");
    let user = said.of("DATABRICKS_USERNAME", "username");
    if let (true, Some(user), Some(password)) = (said.allows("basic"), user, password) {
        return Ok(basic(&user, &password));
    }
    let id = said.of("DATABRICKS_CLIENT_ID", "client_id");
    let secret = said.of("DATABRICKS_CLIENT_SECRET", "client_secret");
    if let (true, Some(id), Some(secret)) = (said.allows("oauth-m2m"), id, secret) {
        let token = below(address, ["oidc", "v1", "token"]);
        let form = [("grant_type", "client_credentials"), ("scope", "all-apis")];
        let given = exchange(said.around, token, &form, Some((&id, &secret))).await?;
        return Ok(bearer(given));
    }
    let tenant = said.of("ARM_TENANT_ID", "azure_tenant_id");
    let id = said.of("ARM_CLIENT_ID", "azure_client_id");
    let secret = said.of("ARM_CLIENT_SECRET", "azure_client_secret");
    if let (true, Some(tenant), Some(id), Some(secret)) =
        (said.allows("azure-client-secret"), tenant, id, secret)
    {
        let home = said
            .around
            .variable("AZURE_AUTHORITY_HOST")
            .unwrap_or(ENTRA);
        let home = endpoint(home, "AZURE_AUTHORITY_HOST")?;
        let token = below(&home, [tenant.as_str(), "oauth2", "v2.0", "token"]);
        let scope = format!("{AZURE_APPLICATION}/.default");
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", &id),
            ("client_secret", &secret),
            ("scope", &scope),
        ];
        return Ok(bearer(exchange(said.around, token, &form, None).await?));
    }
    of_tools(said, address).await.map(bearer)
}

fn basic(user: &str, password: &str) -> String {
    use base64::Engine;
    let both = base64::engine::general_purpose::STANDARD.encode(format!("{user}:{password}"));
    format!("Basic {both}")
}

/// A token of an OAuth server.
async fn exchange(
    around: &Surroundings,
    address: Url,
    form: &[(&str, &str)],
    who: Option<(&str, &str)>,
) -> Result<String, Fault> {
    let host = address.host_str().unwrap_or_default().to_owned();
    let body = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(form)
        .finish();
    let request = around.network.direct.post(address).body(body);
    let mut request = request.header("content-type", "application/x-www-form-urlencoded");
    if let Some((user, password)) = who {
        request = request.header("authorization", basic(user, password));
    }
    let answer = json(request, &host, "asked for a token").await?;
    token_of(&answer).ok_or_else(|| {
        let message = format!("{host} gave no token");
        Fault::new(FaultKind::Other, message)
    })
}

/// The token of a tool that is signed in: that of Databricks, that of Azure.
async fn of_tools(said: &Said<'_>, address: &Url) -> Result<String, Fault> {
    let heard = context(said.around);
    let host = address.as_str().trim_end_matches('/');
    let databricks = ["auth", "token", "--host", host];
    let azure = [
        "account",
        "get-access-token",
        "--resource",
        AZURE_APPLICATION,
        "--output",
        "json",
    ];
    let is_azure = address
        .domain()
        .is_some_and(|it| it.contains("azuredatabricks"));
    let ways = [
        ("databricks-cli", "databricks", &databricks[..], true),
        ("azure-cli", "az", &azure[..], is_azure),
    ];
    for (way, program, arguments, is_usual) in ways {
        let is_named = said.of("DATABRICKS_AUTH_TYPE", "auth_type").is_some();
        if !said.allows(way) || !(is_usual || is_named) {
            continue;
        }
        let Ok(output) = heard.context.command_execute(program, arguments).await else {
            continue;
        };
        let value = serde_json::from_slice::<Value>(&output.stdout).ok();
        let token = value.as_ref().and_then(token_of);
        if let (true, Some(token)) = (output.success(), token) {
            return Ok(token);
        }
    }
    Err(none(said, "credentials"))
}

fn token_of(value: &Value) -> Option<String> {
    let token = value
        .get("access_token")
        .or_else(|| value.get("accessToken"));
    token?.as_str().map(str::to_owned)
}
