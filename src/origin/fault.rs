//! Why could a manifest not be fetched, and is it worth trying again?

use std::error::Error;
use std::fmt;
use std::time::Duration;

use reqwest::StatusCode;

use super::Surroundings;
use crate::manifest::ManifestFailure;

/// Why a manifest could not be fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What kind of trouble it is.
    pub kind: FaultKind,
    /// One line for people, without secrets: what was tried, and what would be right.
    pub message: String,
    /// When the origin wants to be asked again.
    pub retry_after: Option<Duration>,
    /// What its answer says of this machine's clock, where that may be behind it.
    pub clock: Option<String>,
}

/// The kinds of trouble.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FaultKind {
    /// No credentials were found; the message says where they were looked for.
    NoCredentials,
    /// The credentials are no longer valid.
    Expired,
    /// The credentials do not open it.
    Forbidden,
    /// There is no such manifest.
    NotFound,
    /// It is kept in another region.
    WrongRegion,
    /// The origin cannot prove who it is.
    Tls,
    /// It took too long.
    Timeout,
    /// It cannot be reached, or broke off.
    Connection,
    /// It says that it has trouble of its own, or too much to do.
    Server,
    /// What came ends in the middle.
    CutOff,
    /// What came is no manifest, or no JSON at all.
    NotAManifest,
    /// What came is larger than a manifest may be.
    TooLarge,
    /// It sends from one address to the next.
    Redirects,
    /// Nobody has agreed to asking it.
    Refused,
    /// Nothing is fetched: it is set so.
    Offline,
    /// The config cannot be right.
    Config,
    /// This kind of origin is not fetched.
    Unsupported,
    /// It answered in a way that means nothing here.
    Other,
    /// This machine's clock is wrong by more than the origin forgives.
    Clock,
    /// This machine has trouble: no room on the disk, a folder that cannot be written.
    Local,
}

impl FaultKind {
    /// Its name in the JSON of lists.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoCredentials => "no-credentials",
            Self::Expired => "expired",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not-found",
            Self::WrongRegion => "wrong-region",
            Self::Tls => "tls",
            Self::Timeout => "timeout",
            Self::Connection => "connection",
            Self::Server => "server",
            Self::CutOff => "cut-off",
            Self::NotAManifest => "not-a-manifest",
            Self::TooLarge => "too-large",
            Self::Redirects => "redirects",
            Self::Refused => "not-agreed",
            Self::Offline => "offline",
            Self::Config => "config",
            Self::Unsupported => "unsupported",
            Self::Clock => "clock",
            Self::Local => "local",
            Self::Other => "other",
        }
    }
}

impl Fault {
    /// A fault of this kind.
    #[must_use]
    pub fn new(kind: FaultKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            retry_after: None,
            clock: None,
        }
    }

    /// The same, as what the status with which `host` answered means for this origin.
    #[must_use]
    pub(super) fn meaning(
        self,
        kind: FaultKind,
        (host, status): (&str, StatusCode),
        why: &str,
    ) -> Self {
        Self {
            kind,
            message: format!("{host} answered {}: {why}", status.as_u16()),
            ..self
        }
    }

    /// What it means for a manifest.
    #[must_use]
    pub fn failure(self) -> ManifestFailure {
        ManifestFailure::NotFetched {
            kind: self.kind.as_str(),
            why: self.message,
        }
    }

    /// Whether the same question may well be answered in a moment.
    #[must_use]
    pub fn is_worth_retrying(&self) -> bool {
        match self.kind {
            FaultKind::Timeout | FaultKind::Connection | FaultKind::Server | FaultKind::CutOff => {
                true
            }
            FaultKind::NoCredentials
            | FaultKind::Expired
            | FaultKind::Forbidden
            | FaultKind::NotFound
            | FaultKind::WrongRegion
            | FaultKind::Tls
            | FaultKind::NotAManifest
            | FaultKind::TooLarge
            | FaultKind::Redirects
            | FaultKind::Refused
            | FaultKind::Offline
            | FaultKind::Config
            | FaultKind::Unsupported
            | FaultKind::Other
            | FaultKind::Clock
            | FaultKind::Local => false,
        }
    }

    /// The same without a secret in its words, and in one line.
    #[must_use]
    pub(super) fn scrubbed(mut self, around: &Surroundings, secrets: &[Box<str>]) -> Self {
        if let Some(clock) = self.clock.take() {
            self.message = format!("{}; {clock}", self.message);
        }
        self.message = around.scrub(&self.message, secrets);
        self
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for Fault {}

impl From<reqwest::Error> for Fault {
    fn from(error: reqwest::Error) -> Self {
        // The address may hold a secret.
        let error = error.without_url();
        let cause = innermost(&error);
        let (kind, what) = if error.is_redirect() {
            (FaultKind::Redirects, "follow redirects")
        } else if error.is_timeout() {
            (FaultKind::Timeout, "wait for an answer")
        } else if is_tls(&error) {
            (FaultKind::Tls, "make a secure connection")
        } else if error.is_builder() {
            (FaultKind::Config, "understand the address")
        } else if error.is_connect() {
            (FaultKind::Connection, "connect")
        } else {
            (FaultKind::Connection, "read the answer")
        };
        Self::new(kind, format!("{what}: {cause}"))
    }
}

fn innermost(error: &(dyn Error + 'static)) -> String {
    let is_cut_off = |error: &(dyn Error + 'static)| {
        let of_system = error.downcast_ref::<std::io::Error>();
        of_system.is_some_and(|error| error.kind() == std::io::ErrorKind::UnexpectedEof)
    };
    if chain(error).any(is_cut_off) {
        return "it broke off".into();
    }
    chain(error)
        .last()
        .map_or_else(String::new, ToString::to_string)
}

fn is_tls(error: &(dyn Error + 'static)) -> bool {
    chain(error).any(<dyn Error>::is::<rustls::Error>)
}

/// An error with all that led to it. Errors of the system hide what they are made of.
fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error| {
        let error: &'a (dyn Error + 'static) = *error;
        let of_system = error.downcast_ref::<std::io::Error>();
        match of_system.and_then(std::io::Error::get_ref) {
            Some(inside) => Some(inside as &(dyn Error + 'static)),
            None => error.source(),
        }
    })
}
