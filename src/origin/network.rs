//! With what is asked: clients for addresses that may send on, for credentials, which go to one
//! host alone, and for the metadata services of the clouds, which are never behind a proxy.

use std::collections::BTreeMap;
use std::time::Duration;

use reqwest::redirect::{Action, Attempt, Policy};
use reqwest::{Certificate, Client, ClientBuilder, Url};

use super::{Fault, FaultKind};

/// So long a connection may take to be made.
const CONNECTING: Duration = Duration::from_secs(10);
/// So long nothing at all may come.
const SILENCE: Duration = Duration::from_secs(20);
/// The same for what is on this machine, or nowhere.
const NEARBY: Duration = Duration::from_secs(1);
const MOST_REDIRECTS: usize = 10;

/// The clients: bounded in time, with the system's roots and proxies.
#[derive(Clone, Debug)]
pub struct Network {
    /// For addresses that need no credentials but what stands in them.
    pub open: Client,
    /// For requests with credentials: no redirect is followed, so that they stay with their host.
    pub direct: Client,
    /// For metadata services.
    pub nearby: Client,
}

impl Network {
    /// The clients in an environment.
    ///
    /// # Errors
    ///
    /// Where this system has no certificates to trust.
    pub fn new(environment: &BTreeMap<String, String>) -> Result<Self, Fault> {
        // Others may have done so before.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let certificates = certificates(environment)?;
        let builder = || {
            let agent = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));
            let builder = Client::builder().user_agent(agent).referer(false);
            let builder = builder.connect_timeout(CONNECTING).read_timeout(SILENCE);
            builder.tls_certs_merge(certificates.iter().cloned())
        };
        let nearby = builder().no_proxy().connect_timeout(NEARBY);
        Ok(Self {
            open: build(builder().redirect(Policy::custom(redirect)))?,
            direct: build(builder().redirect(Policy::none()))?,
            nearby: build(nearby.read_timeout(NEARBY * 5).redirect(Policy::none()))?,
        })
    }

    /// The client for a request with credentials.
    #[must_use]
    pub fn for_credentials(&self, address: &Url) -> &Client {
        if is_nearby(address) {
            &self.nearby
        } else {
            &self.direct
        }
    }
}

/// Whether an address is that of a metadata service, or of this machine.
fn is_nearby(address: &Url) -> bool {
    match address.host() {
        Some(url::Host::Ipv4(ip)) => ip.is_link_local(),
        Some(url::Host::Ipv6(ip)) => ip.segments().starts_with(&[0xfd00, 0x0ec2]),
        Some(url::Host::Domain(name)) => name == "metadata.google.internal",
        None => false,
    }
}

fn build(builder: ClientBuilder) -> Result<Client, Fault> {
    builder.build().map_err(|error| {
        let cause = Fault::from(error).message;
        let message = format!("read this system's certificates: {cause}");
        Fault::new(FaultKind::Tls, message)
    })
}

/// The variables with which what dbt-loom asks with is told of more certificates.
const BUNDLES: &[&str] = &["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "AWS_CA_BUNDLE"];

/// What is trusted besides the system's own.
fn certificates(environment: &BTreeMap<String, String>) -> Result<Vec<Certificate>, Fault> {
    let mut all = Vec::new();
    for name in BUNDLES {
        let Some(path) = environment.get(*name).filter(|it| !it.is_empty()) else {
            continue;
        };
        let why = |why: String| {
            let message = format!("read the certificates that {name} names, {path}: {why}");
            Fault::new(FaultKind::Tls, message)
        };
        let bytes = std::fs::read(path).map_err(|error| why(error.to_string()))?;
        let bundle = Certificate::from_pem_bundle(&bytes);
        all.extend(bundle.map_err(|error| why(Fault::from(error).message))?);
    }
    Ok(all)
}

fn redirect(attempt: Attempt<'_>) -> Action {
    let was_secure = attempt
        .previous()
        .last()
        .is_some_and(|it| it.scheme() == "https");
    if attempt.previous().len() > MOST_REDIRECTS {
        attempt.error("the origin sends on more than 10 times")
    } else if was_secure && attempt.url().scheme() != "https" {
        attempt.error("the origin sends on from https to http")
    } else {
        attempt.follow()
    }
}
