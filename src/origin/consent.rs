//! May an origin be asked? Opening a folder must not send anything of this machine to whoever wrote
//! what is in it: a loom config can say `https://example.com/${AWS_SECRET_ACCESS_KEY}`.
//!
//! So nobody is asked that a config names by itself, and no value of a variable is sent anywhere,
//! before somebody has agreed: to this host, or to this config's text and this host. What was
//! agreed to is in a file of the user's own, never in one that comes with a folder.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::cache::digits;
use crate::manifest::loom::{Origin, Place};

/// The file with what was agreed to, in the user's configuration folder.
const FILE: &str = "allowed.toml";
const PREFACE: &str = "\
# Whom dbt-mesh-lsp may ask for manifests.
# trusted-hosts: written by hand; a host may be asked whatever a loom config puts into the address.
# hosts: may be asked. configs: texts of loom configs with variables that were agreed to, with the host.
";

/// What somebody has to agree to before an origin is asked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Question {
    /// Who would be asked: a host, or the kind of an origin whose host the config does not choose.
    pub host: String,
    /// The variables whose values would be sent.
    pub variables: Vec<String>,
    /// What is remembered.
    item: Item,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Item {
    Host(String),
    /// A hash of a config's text, and the host.
    Config(String),
}

/// What was agreed to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct Agreed {
    trusted_hosts: BTreeSet<String>,
    hosts: BTreeSet<String>,
    configs: BTreeSet<String>,
}

impl Agreed {
    /// Reads the file in this folder; nothing was agreed to where there is none.
    #[must_use]
    pub fn read(folder: &Path) -> Self {
        let path = folder.join(FILE);
        let Ok(text) = fs::read_to_string(&path) else {
            return Self::default();
        };
        toml::from_str(&text).unwrap_or_else(|error| {
            tracing::warn!("read {}: {}", path.display(), error.message());
            Self::default()
        })
    }

    /// This host may be asked, whatever the config says.
    pub fn trust(&mut self, host: &str) {
        self.trusted_hosts.insert(host.to_lowercase());
    }

    /// What is still to be agreed to before `origin` is asked.
    #[must_use]
    pub fn open_questions(&self, origin: &Origin) -> Vec<Question> {
        let mut open = questions(origin);
        open.retain(|question| !self.has(question));
        open
    }

    fn has(&self, question: &Question) -> bool {
        self.trusted_hosts.contains(&question.host)
            || match &question.item {
                Item::Host(host) => self.hosts.contains(host),
                Item::Config(config) => self.configs.contains(config),
            }
    }

    /// Somebody has agreed.
    pub fn agree(&mut self, question: &Question) {
        match &question.item {
            Item::Host(host) => self.hosts.insert(host.clone()),
            Item::Config(config) => self.configs.insert(config.clone()),
        };
    }

    /// Adds to the file in this folder what was agreed to.
    ///
    /// # Errors
    ///
    /// Where it cannot be written.
    pub fn remember(folder: &Path, questions: &[Question]) -> io::Result<()> {
        let mut agreed = Self::read(folder);
        for question in questions {
            agreed.agree(question);
        }
        let text = toml::to_string(&agreed).map_err(io::Error::other)?;
        fs::create_dir_all(folder)?;
        let temporary = folder.join(format!("{FILE}.{:016x}", super::cache::random()));
        fs::write(&temporary, format!("{PREFACE}{text}"))?;
        fs::rename(&temporary, folder.join(FILE)).inspect_err(|_| {
            let _ = fs::remove_file(&temporary);
        })
    }
}

/// The folder of the user's own settings.
#[must_use]
pub fn consent_folder() -> Option<PathBuf> {
    let folder = etcetera::choose_base_strategy().ok()?.config_dir();
    Some(folder.join(env!("CARGO_PKG_NAME")))
}

/// All that asking this origin takes somebody's word for.
fn questions(origin: &Origin) -> Vec<Question> {
    let mut variables: Vec<String> = origin.variables.iter().map(ToString::to_string).collect();
    variables.sort_unstable();
    variables.dedup();
    let hosts = named_hosts(origin);
    let mut questions = Vec::new();
    if !variables.is_empty() {
        let host = hosts.first().cloned();
        let host = host.unwrap_or_else(|| origin.kind().as_str().to_owned());
        let mut hash = Sha256::new();
        hash.update(origin.kind().as_str());
        hash.update(origin.written.as_bytes());
        let item = Item::Config(format!("{} {host}", digits(hash)));
        questions.push(Question {
            host,
            variables,
            item,
        });
    }
    let hosts = hosts.into_iter().map(|host| Question {
        item: Item::Host(host.clone()),
        host,
        variables: Vec::new(),
    });
    if questions.is_empty() {
        questions.extend(hosts);
    }
    questions
}

/// The hosts that a config chooses by itself, with their ports.
fn named_hosts(origin: &Origin) -> Vec<String> {
    let address = match &origin.place {
        Place::Http(place) => Some(&place.url),
        Place::DbtCloud(place) => place.api_endpoint.as_ref(),
        Place::Paradime(place) => place.api_endpoint.as_ref(),
        // A credentials file says by itself whom to ask for a token.
        Place::Gcs(place) => return place.credentials.iter().cloned().collect(),
        Place::S3(_) | Place::Azure(_) | Place::Snowflake(_) | Place::Databricks(_) => None,
    };
    address
        .map(|address| host_of(address))
        .into_iter()
        .collect()
}

fn host_of(address: &str) -> String {
    let url = url::Url::parse(address).ok();
    let host = url.as_ref().and_then(|url| {
        let host = url.host_str()?;
        Some(match url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        })
    });
    host.unwrap_or_else(|| "an address that cannot be read".into())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::manifest::loom::LoomConfig;

    fn origin(config: &str) -> std::sync::Arc<Origin> {
        let environment = BTreeMap::from([("KEY".to_owned(), "planted".to_owned())]);
        let text = format!("manifests:\n- name: core\n{config}");
        LoomConfig::read(&text, &environment).entries[0]
            .remote
            .clone()
            .unwrap()
    }

    fn http(path: &str) -> std::sync::Arc<Origin> {
        origin(&format!("  type: file\n  config: {{path: '{path}'}}"))
    }

    #[test]
    fn a_host_is_agreed_to_once_and_variables_with_each_text() {
        let mut agreed = Agreed::default();
        let plain = http("https://a.example/m.json");
        let open = agreed.open_questions(&plain);
        assert_eq!(open[0].host, "a.example");
        agreed.agree(&open[0]);
        assert!(agreed.open_questions(&plain).is_empty());
        assert!(
            agreed
                .open_questions(&http("https://a.example/other.json"))
                .is_empty()
        );
        assert_eq!(
            agreed
                .open_questions(&http("https://a.example:8443/m.json"))
                .len(),
            1
        );
        let secret = http("https://a.example/$KEY");
        let open = agreed.open_questions(&secret);
        assert_eq!(open[0].variables, ["KEY"]);
        agreed.agree(&open[0]);
        assert!(agreed.open_questions(&secret).is_empty());
        assert_eq!(
            agreed
                .open_questions(&http("https://a.example/x/$KEY"))
                .len(),
            1
        );
        agreed.trust("A.example");
        assert!(
            agreed
                .open_questions(&http("https://a.example/x/$KEY"))
                .is_empty()
        );
    }

    #[test]
    fn other_kinds_are_asked_about_where_the_config_chooses() {
        let open = |config: &str| Agreed::default().open_questions(&origin(config)).len();
        assert_eq!(
            open("  type: s3\n  config: {bucket_name: b, object_name: o}"),
            0
        );
        assert_eq!(
            open("  type: s3\n  config: {bucket_name: b, object_name: $KEY}"),
            1
        );
        assert_eq!(
            open("  type: dbt_cloud\n  config: {account_id: 1, job_id: 2}"),
            0
        );
        let elsewhere = "  type: dbt_cloud\n  config: {account_id: 1, job_id: 2, api_endpoint: 'https://b.example'}";
        assert_eq!(open(elsewhere), 1);
    }

    #[test]
    fn what_was_agreed_to_is_kept_without_values() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("settings");
        let origins = [http("https://a.example/$KEY"), http("https://b.example/m")];
        for origin in &origins {
            let open = Agreed::read(&folder).open_questions(origin);
            Agreed::remember(&folder, &open).unwrap();
        }
        let agreed = Agreed::read(&folder);
        assert!(
            origins
                .iter()
                .all(|origin| agreed.open_questions(origin).is_empty())
        );
        let text = fs::read_to_string(folder.join(FILE)).unwrap();
        assert!(
            text.contains("a.example") && !text.contains("planted"),
            "{text}"
        );
    }
}
