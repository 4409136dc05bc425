//! Who are we at AWS? Region, endpoint and credentials as its own tools find them: environment,
//! shared profiles with roles, single sign-on and processes, web identity, containers, instances.

use std::error::Error;
use std::time::Duration;

use aws_config::default_provider::credentials::DefaultCredentialsChain;
use aws_config::environment::EnvironmentVariableRegionProvider;
use aws_config::meta::region::RegionProviderChain;
use aws_config::profile::ProfileFileRegionProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::{BehaviorVersion, SdkConfig};
use aws_credential_types::provider::ProvideCredentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_types::service_config::ServiceConfigKey;
use reqsign_aws_v4::Credential;
use reqsign_core::time::Timestamp;

use super::{Fault, FaultKind, Network, Surroundings};

/// What boto3 takes where nothing else is said.
const DEFAULT_REGION: &str = "us-east-1";
/// Longer answers are no credentials.
const LONGEST_ANSWER: usize = 1 << 20;

/// Who asks, and where.
#[derive(Clone)]
pub(super) struct Account {
    pub region: Option<String>,
    /// An endpoint of S3 that is not Amazon's.
    pub endpoint: Option<String>,
    pub uses_fips: bool,
    pub uses_dual_stack: bool,
    pub credential: Credential,
    /// Where the credentials come from, for people.
    pub source: String,
}

impl Account {
    /// The region to try first.
    pub(super) fn first_region(&self) -> &str {
        self.region.as_deref().unwrap_or(DEFAULT_REGION)
    }
}

/// The account in these surroundings, found once.
pub(super) async fn account(around: &Surroundings) -> Result<&Account, Fault> {
    let found = around.wallet.aws.get_or_init(|| find(around)).await;
    found.as_ref().map_err(Clone::clone)
}

async fn find(around: &Surroundings) -> Result<Account, Fault> {
    let client = Client(around.network.clone());
    // Without the instance's own region: asking for it takes a second where there is no instance.
    let said = RegionProviderChain::first_try(EnvironmentVariableRegionProvider::new())
        .or_else(ProfileFileRegionProvider::new())
        .region()
        .await;
    let region = said
        .clone()
        .unwrap_or(aws_config::Region::from_static(DEFAULT_REGION));
    let config = aws_config::defaults(BehaviorVersion::latest())
        .http_client(client.clone())
        .region(region.clone())
        .no_credentials()
        .load()
        .await;
    let conf = ProviderConfig::without_region()
        .with_http_client(client)
        .with_region(Some(region.clone()));
    let chain = DefaultCredentialsChain::builder()
        .region(region)
        .configure(conf)
        .build()
        .await;
    let found = chain.provide_credentials().await;
    let found = found.map_err(|error| fault_of(&error, around))?;
    Ok(Account {
        region: said.map(|region| region.to_string()),
        endpoint: endpoint(&config, around),
        uses_fips: config.use_fips() == Some(true),
        uses_dual_stack: config.use_dual_stack() == Some(true),
        credential: Credential {
            access_key_id: found.access_key_id().into(),
            secret_access_key: found.secret_access_key().into(),
            session_token: found.session_token().map(Into::into),
            expires_in: found.expiry().and_then(timestamp),
        },
        source: source(around),
    })
}

fn timestamp(time: std::time::SystemTime) -> Option<Timestamp> {
    let since = time.duration_since(std::time::UNIX_EPOCH).ok()?;
    Timestamp::from_second(i64::try_from(since.as_secs()).ok()?).ok()
}

/// `AWS_ENDPOINT_URL_S3`, `AWS_ENDPOINT_URL`, and the same of the profile.
fn endpoint(config: &SdkConfig, around: &Surroundings) -> Option<String> {
    let is_ignored = |text: &str| text.eq_ignore_ascii_case("true");
    if around
        .variable("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")
        .is_some_and(is_ignored)
    {
        return None;
    }
    let key = ServiceConfigKey::builder()
        .service_id("S3")
        .env("AWS_ENDPOINT_URL")
        .profile("endpoint_url")
        .build()
        .ok()?;
    let of_service = config.service_config().and_then(|it| it.load_config(key));
    of_service.or_else(|| config.endpoint_url().map(Into::into))
}

/// Where the credentials most likely come from.
fn source(around: &Surroundings) -> String {
    if around.variable("AWS_ACCESS_KEY_ID").is_some() {
        return "AWS_ACCESS_KEY_ID".into();
    }
    format!("profile `{}`", profile(around))
}

fn profile(around: &Surroundings) -> &str {
    around.variable("AWS_PROFILE").unwrap_or("default")
}

/// Why there are no credentials.
fn fault_of(error: &CredentialsError, around: &Surroundings) -> Fault {
    let profile = profile(around);
    if let CredentialsError::CredentialsNotLoaded(_) = error {
        let message = format!(
            "find AWS credentials: there are none in the environment (AWS_ACCESS_KEY_ID, \
             AWS_WEB_IDENTITY_TOKEN_FILE), in profile `{profile}` of ~/.aws/config and \
             ~/.aws/credentials, or given by a container or an instance"
        );
        return Fault::new(FaultKind::NoCredentials, message);
    }
    let all = chain(error);
    let has = |words: &[&str]| words.iter().any(|word| all.contains(word));
    let (kind, why) = if has(&["SSO", "sso", "token is expired", "token has expired"]) {
        let why = format!("sign in again with `aws sso login --profile {profile}`");
        (FaultKind::Expired, why)
    } else if has(&["ExpiredToken", "expired"]) {
        (FaultKind::Expired, "they have expired".into())
    } else if has(&["AccessDenied", "NotAuthorized", "UnauthorizedException"]) {
        (FaultKind::Forbidden, "the role may not be assumed".into())
    } else if has(&["InvalidClientTokenId", "SignatureDoesNotMatch"]) {
        (FaultKind::Forbidden, "AWS does not know them".into())
    } else if let CredentialsError::ProviderTimedOut(_) = error {
        (FaultKind::Timeout, "it took too long".into())
    } else if has(&["was not defined", "could not find source profile"]) {
        let why = "a profile that is named is neither in ~/.aws/config nor in ~/.aws/credentials";
        (FaultKind::NoCredentials, why.into())
    } else if has(&["infinite loop"]) {
        let why = "its roles name each other in a circle";
        (FaultKind::Config, why.into())
    } else if let CredentialsError::InvalidConfiguration(_) = error {
        (FaultKind::Config, innermost(error))
    } else if has(&["dispatch failure", "timeout", "connect"]) {
        (FaultKind::Connection, innermost(error))
    } else {
        (FaultKind::NoCredentials, innermost(error))
    };
    Fault::new(
        kind,
        format!("get AWS credentials of profile `{profile}`: {why}"),
    )
}

/// The messages from the error to its cause; never its `Debug`, which shows answers.
fn chain(error: &dyn Error) -> String {
    let mut all = error.to_string();
    let mut next = error.source();
    while let Some(error) = next {
        all.push_str(": ");
        all.push_str(&error.to_string());
        next = error.source();
    }
    all
}

fn innermost(error: &dyn Error) -> String {
    let mut words = error.to_string();
    let mut next = error.source();
    while let Some(error) = next {
        words = error.to_string();
        next = error.source();
    }
    words
}

/// Our clients as AWS's crates call them.
#[derive(Clone, Debug)]
struct Client(Network);

impl HttpClient for Client {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let patience = settings.connect_timeout().into_iter();
        let patience = patience.chain(settings.read_timeout()).sum();
        SharedHttpConnector::new(Connector {
            network: self.0.clone(),
            patience: Some(patience).filter(|it| !Duration::is_zero(it)),
        })
    }
}

#[derive(Clone, Debug)]
struct Connector {
    network: Network,
    patience: Option<Duration>,
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let Self { network, patience } = self.clone();
        HttpConnectorFuture::new(async move {
            let asked = send(&network, request);
            match patience {
                None => asked.await,
                Some(patience) => match tokio::time::timeout(patience, asked).await {
                    Ok(answer) => answer,
                    Err(late) => Err(ConnectorError::timeout(late.into())),
                },
            }
        })
    }
}

type Answer = aws_smithy_runtime_api::client::orchestrator::HttpResponse;

async fn send(network: &Network, request: HttpRequest) -> Result<Answer, ConnectorError> {
    let request = request.try_into_http1x();
    let request = request.map_err(|error| ConnectorError::user(error.into()))?;
    let request = request.map(|body| body.bytes().unwrap_or_default().to_vec());
    let request = reqwest::Request::try_from(request);
    let request = request.map_err(|error| ConnectorError::user(error.into()))?;
    let client = network.for_credentials(request.url());
    let answer = client.execute(request).await.map_err(connector_error)?;
    let status = answer.status().as_u16();
    let headers = answer.headers().clone();
    let mut answer = answer;
    let mut body = Vec::new();
    while let Some(piece) = answer.chunk().await.map_err(connector_error)? {
        if body.len() + piece.len() > LONGEST_ANSWER {
            return Err(ConnectorError::other("too long an answer".into(), None));
        }
        body.extend_from_slice(&piece);
    }
    let status = aws_smithy_runtime_api::http::StatusCode::try_from(status)
        .map_err(|error| ConnectorError::user(error.into()))?;
    let mut given = Answer::new(status, SdkBody::from(body));
    for (name, value) in &headers {
        if let Ok(value) = value.to_str() {
            let name = name.as_str().to_owned();
            given.headers_mut().append(name, value.to_owned());
        }
    }
    Ok(given)
}

fn connector_error(error: reqwest::Error) -> ConnectorError {
    let is_timeout = error.is_timeout();
    let fault = Fault::from(error);
    if is_timeout {
        ConnectorError::timeout(fault.into())
    } else {
        ConnectorError::io(fault.into())
    }
}
