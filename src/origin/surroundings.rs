//! What may a fetch use: the HTTP client, the environment, the project that asks.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::{Fault, Network, Wallet};
use crate::manifest::MAX_BYTES;
use crate::manifest::loom::{shown_addresses, speaks_of_secrets};

/// Shorter values say nothing, and would be found everywhere.
pub(super) const SHORTEST_SECRET: usize = 4;

/// What a fetch may use besides the origin itself.
#[derive(Clone)]
pub struct Surroundings {
    /// The environment variables, as they were when the world was read.
    pub environment: Arc<BTreeMap<String, String>>,
    /// The folder of the project whose config names the origin: relative paths count from it.
    pub root: PathBuf,
    /// The dbt target that is set.
    pub target: Option<String>,
    /// More bytes a manifest may not have.
    pub most_bytes: usize,
    /// The clients for all that is asked by HTTP.
    pub network: Network,
    /// The credentials found so far.
    pub wallet: Arc<Wallet>,
}

impl Surroundings {
    /// Surroundings of a project, with clients and credentials of their own.
    ///
    /// # Errors
    ///
    /// Where this system has no certificates to trust.
    pub fn new(environment: Arc<BTreeMap<String, String>>, root: PathBuf) -> Result<Self, Fault> {
        let network = Network::new(&environment)?;
        Ok(Self {
            environment,
            root,
            target: None,
            most_bytes: MAX_BYTES,
            network,
            wallet: Arc::default(),
        })
    }

    /// A variable that is set to something.
    #[must_use]
    pub fn variable(&self, name: &str) -> Option<&str> {
        let value = self.environment.get(name)?;
        Some(value.as_str()).filter(|value| !value.is_empty())
    }

    /// A text without secrets, in one line: what variables put into the config, what variables
    /// hold whose names speak of secrets, and what stands in addresses before `@` and behind `?`.
    #[must_use]
    pub fn scrub(&self, text: &str, secrets: &[Box<str>]) -> String {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let mut text = shown_addresses(&text);
        let named = self.environment.iter();
        let named = named.filter(|(name, value)| speaks_of_secrets(name) && !is_path(name, value));
        let named = named.map(|(_, value)| value.as_str());
        let mut all: Vec<&str> = secrets
            .iter()
            .map(|secret| &**secret)
            .chain(named)
            .collect();
        // One may be a part of another.
        all.sort_unstable_by_key(|secret| std::cmp::Reverse(secret.len()));
        for secret in all {
            for part in secret.split_whitespace() {
                if part.len() >= SHORTEST_SECRET {
                    text = without(&text, part);
                }
            }
        }
        text
    }
}

/// A text with stars for a secret. In the host of an address it stands in lower case.
pub(super) fn without(text: &str, secret: &str) -> String {
    text.replace(secret, "***")
        .replace(&secret.to_lowercase(), "***")
}

/// Whether a variable says where a secret is, and not what it is.
fn is_path(name: &str, value: &str) -> bool {
    let is_named = ["_FILE", "_PATH", "GOOGLE_APPLICATION_CREDENTIALS"]
        .iter()
        .any(|end| name.to_ascii_uppercase().ends_with(end));
    is_named && std::path::Path::new(value).is_absolute()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_variables_are_taken_out_of_texts() {
        let environment = BTreeMap::from([
            ("AWS_SECRET_ACCESS_KEY".into(), "s3cr3tvalue".into()),
            ("HOME".into(), "/house".into()),
            (
                "GOOGLE_APPLICATION_CREDENTIALS".into(),
                "/house/key.json".into(),
            ),
        ]);
        let around = Surroundings::new(Arc::new(environment), PathBuf::new()).unwrap();
        let text = around.scrub(
            "read /house/key.json: s3cr3tvalue\n and planted",
            &["planted".into()],
        );
        assert_eq!(text, "read /house/key.json: *** and ***");
        let text = around.scrub("ask planted.example: no", &["Planted".into()]);
        assert_eq!(text, "ask ***.example: no");
    }
}
