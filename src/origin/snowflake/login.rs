//! A session at Snowflake: signed in by key pair, password, or token; ended when the file is found.

use reqwest::Url;
use serde_json::{Value, json};

use super::super::platform::{self, below, endpoint};
use super::super::{Fault, FaultKind, Surroundings};
use super::key;
use super::profile::Profile;

/// What signs in: not one of Snowflake's own drivers.
const CLIENT: &str = env!("CARGO_PKG_NAME");

/// A session.
pub(super) struct Session {
    address: Url,
    token: String,
}

/// Signs in with a profile.
pub(super) async fn sign_in(profile: &Profile, around: &Surroundings) -> Result<Session, Fault> {
    let account = profile.need("account")?;
    let address = address(profile, account)?;
    let name = account.split('.').next().unwrap_or(account);
    let user = profile.get("user").unwrap_or_default();
    let way = way(profile, name, user, &address, around).await?;
    let mut data = json!({
        "CLIENT_APP_ID": CLIENT,
        "CLIENT_APP_VERSION": env!("CARGO_PKG_VERSION"),
        "ACCOUNT_NAME": name.to_uppercase(),
        "LOGIN_NAME": user,
        "SESSION_PARAMETERS": {},
        "CLIENT_ENVIRONMENT": {"APPLICATION": CLIENT},
    });
    if let (Some(data), Value::Object(way)) = (data.as_object_mut(), way) {
        data.extend(way);
    }
    let mut login = below(&address, ["session", "v1", "login-request"]);
    login.query_pairs_mut().append_pair("requestId", &id());
    let places = [
        ("databaseName", "database"),
        ("schemaName", "schema"),
        ("warehouse", "warehouse"),
        ("roleName", "role"),
    ];
    for (name, field) in places {
        if let Some(value) = profile.get(field) {
            login.query_pairs_mut().append_pair(name, value);
        }
    }
    let request = around.network.direct.post(login);
    let request = request
        .header("content-type", "application/json")
        .header("accept", "application/json")
        .body(json!({"data": data}).to_string());
    let host = address.host_str().unwrap_or_default();
    let answer = platform::json(request, host, "asked to sign in").await?;
    let answer = good(answer, host, &format!("sign in with {}", profile.name))?;
    let token = answer.get("token").and_then(Value::as_str);
    let token = token.map(str::to_owned).ok_or_else(|| {
        let message = format!("sign in to {host}: it gave no session");
        Fault::new(FaultKind::Other, message)
    })?;
    Ok(Session { address, token })
}

/// `ACCOUNT.snowflakecomputing.com`, or the host that the profile names.
fn address(profile: &Profile, account: &str) -> Result<Url, Fault> {
    if let Some(host) = profile.get("host") {
        let protocol = profile.get("protocol").unwrap_or("https");
        let port = profile
            .get("port")
            .map_or_else(String::new, |it| format!(":{it}"));
        return endpoint(
            &format!("{protocol}://{host}{port}"),
            "the host of Snowflake",
        );
    }
    let is_fine = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
    if !account.chars().all(is_fine) {
        let message = format!("sign in to Snowflake: `{account}` is no name of an account");
        return Err(Fault::new(FaultKind::Config, message));
    }
    let is_chinese = account.split('.').any(|part| part.starts_with("cn-"));
    let end = if is_chinese { "cn" } else { "com" };
    let account = account.replace('_', "-");
    endpoint(
        &format!("https://{account}.snowflakecomputing.{end}"),
        "`account`",
    )
}

/// What a login says of who signs in.
async fn way(
    profile: &Profile,
    account: &str,
    user: &str,
    address: &Url,
    around: &Surroundings,
) -> Result<Value, Fault> {
    if let Some(token) = key::token(profile, account, user, around)? {
        profile.need("user")?;
        return Ok(json!({"AUTHENTICATOR": "SNOWFLAKE_JWT", "TOKEN": token}));
    }
    let authenticator = profile.get("authenticator").unwrap_or("snowflake");
    match authenticator.to_ascii_lowercase().as_str() {
        "snowflake" => {
            profile.need("user")?;
            Ok(json!({"PASSWORD": profile.need("password")?}))
        }
        "oauth" => {
            let token = match (
                profile.get("oauth_client_id"),
                profile.get("oauth_client_secret"),
            ) {
                (Some(id), Some(secret)) => {
                    refreshed(profile.need("token")?, id, secret, address, around).await?
                }
                _ => profile.need("token")?.to_owned(),
            };
            Ok(json!({"AUTHENTICATOR": "OAUTH", "TOKEN": token}))
        }
        "jwt" => Ok(json!({"AUTHENTICATOR": "OAUTH", "TOKEN": profile.need("token")?})),
        "programmatic_access_token" => {
            let token = profile.get("token").or_else(|| profile.get("password"));
            let token = token.map_or_else(|| profile.need("token"), Ok)?;
            Ok(json!({"AUTHENTICATOR": "PROGRAMMATIC_ACCESS_TOKEN", "TOKEN": token}))
        }
        other => {
            let message = format!(
                "sign in to Snowflake: {} wants `{other}`, which asks a person; a key pair, a \
                 password or a token is needed to fetch manifests",
                profile.name
            );
            Err(Fault::new(FaultKind::NoCredentials, message))
        }
    }
}

/// An access token for a refresh token, as dbt's profiles hold it.
async fn refreshed(
    token: &str,
    id: &str,
    secret: &str,
    address: &Url,
    around: &Surroundings,
) -> Result<String, Fault> {
    let exchange = below(address, ["oauth", "token-request"]);
    let form = [("grant_type", "refresh_token"), ("refresh_token", token)];
    let body = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(form)
        .finish();
    let request = around
        .network
        .direct
        .post(exchange)
        .basic_auth(id, Some(secret));
    let request = request
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body);
    let host = address.host_str().unwrap_or_default();
    let answer = platform::json(request, host, "asked to renew the OAuth token").await?;
    let token = answer.get("access_token").and_then(Value::as_str);
    token.map(str::to_owned).ok_or_else(|| {
        let message = format!("sign in to {host}: it gave no OAuth token");
        Fault::new(FaultKind::Expired, message)
    })
}

impl Session {
    /// What a statement gives.
    pub(super) async fn run(&self, statement: &str, around: &Surroundings) -> Result<Value, Fault> {
        let mut query = below(&self.address, ["queries", "v1", "query-request"]);
        query.query_pairs_mut().append_pair("requestId", &id());
        let body = json!({"sqlText": statement, "asyncExec": false, "sequenceId": 1});
        let request = around.network.direct.post(query);
        let request = request
            .header("content-type", "application/json")
            .header("accept", "application/snowflake")
            .header("authorization", self.authorization())
            .body(body.to_string());
        let host = self.address.host_str().unwrap_or_default();
        let answer = platform::json(request, host, "asked for the stage").await?;
        good(answer, host, "look at the stage")
    }

    /// Ends the session; nothing depends on it.
    pub(super) async fn sign_out(&self, around: &Surroundings) {
        let mut end = below(&self.address, ["session"]);
        end.query_pairs_mut().append_pair("delete", "true");
        let request = around.network.direct.post(end);
        let request = request.header("authorization", self.authorization());
        let _ = request.body("{}").send().await;
    }

    fn authorization(&self) -> String {
        format!("Snowflake Token=\"{}\"", self.token)
    }
}

/// The data of an answer that is a success.
fn good(mut answer: Value, host: &str, what: &str) -> Result<Value, Fault> {
    if answer.get("success").and_then(Value::as_bool) == Some(true) {
        return Ok(answer.get_mut("data").map_or(Value::Null, Value::take));
    }
    let code = answer.get("code").and_then(|code| match code {
        Value::String(code) => Some(code.clone()),
        code => code.as_i64().map(|code| code.to_string()),
    });
    let code = code.or_else(|| {
        let code = answer.pointer("/data/errorCode")?.as_str()?;
        Some(code.to_owned())
    });
    let code = code.filter(|code| code.chars().all(|it| it.is_ascii_alphanumeric()));
    let code = code.unwrap_or_default();
    let (kind, why) = match code.as_str() {
        "390100" => (FaultKind::Forbidden, "the user or the password is wrong"),
        "390144" => (
            FaultKind::Forbidden,
            "the key is not the user's, or this machine's clock is wrong",
        ),
        "390195" | "390303" => (FaultKind::Forbidden, "it does not take the OAuth token"),
        "390318" | "390112" | "390114" | "390111" => (FaultKind::Expired, "the token has expired"),
        "390394" | "390400" => (
            FaultKind::Expired,
            "the access token is not valid, or no longer",
        ),
        "390189" => (FaultKind::Forbidden, "the user does not have the role"),
        "390190" | "390201" => (
            FaultKind::Forbidden,
            "there is no such database or warehouse for it",
        ),
        "390420" | "390422" => (
            FaultKind::Forbidden,
            "a network policy keeps this machine out",
        ),
        "390102" | "390101" => (FaultKind::Forbidden, "the user is locked or disabled"),
        "002003" | "2003" => (
            FaultKind::NotFound,
            "there is no such stage, or the role may not read it",
        ),
        "003001" | "3001" => (FaultKind::Forbidden, "the role may not read the stage"),
        _ => (FaultKind::Other, "it is refused"),
    };
    let message = format!("{what}: {host} answered with code {code}: {why}");
    Err(Fault::new(kind, message))
}

fn id() -> String {
    uuid::Uuid::new_v4().to_string()
}
