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
use url::{ParseError, Url};

use super::cache::digits;
use super::platform::address;
use super::surroundings::{SHORTEST_SECRET, without};
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
    /// Who would be asked: a host, without values of variables, or the kind of an origin whose host
    /// the config does not choose.
    pub host: String,
    /// The variables whose values would be sent.
    pub variables: Vec<String>,
    /// What is remembered.
    item: Item,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Item {
    Host(String),
    /// A hash of a config's text, and the host as people see it.
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
        Self::of_file(&folder.join(FILE)).unwrap_or_else(|error| {
            tracing::warn!("{error}");
            Self::default()
        })
    }

    fn of_file(path: &Path) -> io::Result<Self> {
        let shown = path.display();
        let wrong = |kind, why: &str| io::Error::new(kind, format!("read {shown}: {why}"));
        match fs::read_to_string(path) {
            Ok(text) => toml::from_str(&text)
                .map_err(|error| wrong(io::ErrorKind::InvalidData, error.message())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(wrong(error.kind(), &error.to_string())),
        }
    }

    /// This host may be asked, whatever the config says.
    pub fn trust(&mut self, host: &str) {
        self.trusted_hosts.insert(host.to_lowercase());
    }

    /// What is still to be agreed to before `origin` is asked.
    #[must_use]
    pub fn open_questions(&self, origin: &Origin) -> Vec<Question> {
        let open = question(origin).filter(|(asked, question)| !self.has(asked, question));
        open.map(|(_, question)| question).into_iter().collect()
    }

    fn has(&self, asked: &str, question: &Question) -> bool {
        let asked = asked.to_lowercase();
        let mut trusted = self.trusted_hosts.iter();
        trusted.any(|host| host.to_lowercase() == asked)
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
    /// Where it cannot be written, and where it cannot be read: what somebody has written there by
    /// hand is kept.
    pub fn remember(folder: &Path, questions: &[Question]) -> io::Result<()> {
        let mut agreed = Self::of_file(&folder.join(FILE))?;
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

/// What asking this origin takes somebody's word for, and who would be asked.
fn question(origin: &Origin) -> Option<(String, Question)> {
    // Nothing is sent to an address that cannot be read: asking says what is wrong with it.
    let named = named_host(origin).ok()?;
    let mut variables: Vec<String> = origin.variables.iter().map(ToString::to_string).collect();
    variables.sort_unstable();
    variables.dedup();
    if variables.is_empty() {
        let host = named?;
        let question = Question {
            item: Item::Host(host.clone()),
            host: host.clone(),
            variables,
        };
        return Some((host, question));
    }
    let kind = origin.kind().as_str();
    let host = named.as_deref().map(|host| shown(host, origin));
    let host = host.unwrap_or_else(|| kind.to_owned());
    let asked = named.unwrap_or_else(|| kind.to_owned());
    let mut hash = Sha256::new();
    hash.update(kind);
    hash.update(origin.written.as_bytes());
    if host != asked {
        hash.update(asked.as_bytes());
    }
    let question = Question {
        item: Item::Config(format!("{} {host}", digits(hash))),
        host,
        variables,
    };
    Some((asked, question))
}

/// The host that a config chooses by itself, with its port.
fn named_host(origin: &Origin) -> Result<Option<String>, ParseError> {
    let endpoint = match &origin.place {
        Place::Http(place) => Some(Url::parse(&place.url)),
        Place::DbtCloud(place) => place.api_endpoint.as_deref().map(address),
        Place::Paradime(place) => place.api_endpoint.as_deref().map(address),
        // A credentials file says by itself whom to ask for a token.
        Place::Gcs(place) => return Ok(place.credentials.clone()),
        Place::S3(_) | Place::Azure(_) | Place::Snowflake(_) | Place::Databricks(_) => None,
    };
    let Some(url) = endpoint.transpose()? else {
        return Ok(None);
    };
    let host = url.host_str().ok_or(ParseError::EmptyHost)?;
    Ok(Some(match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }))
}

/// A host for people, and for the file: without what values of variables have put into it, which may
/// be a part of one.
fn shown(host: &str, origin: &Origin) -> String {
    let written = origin.written.to_lowercase();
    if written.contains(&host.to_lowercase()) {
        return host.to_owned();
    }
    let ends_host = |letter: char| letter.is_whitespace() || "/\\?#@:".contains(letter);
    let secrets = origin.secrets.iter();
    let mut parts: Vec<&str> = secrets
        .flat_map(|secret| secret.split(ends_host))
        .filter(|part| part.len() >= SHORTEST_SECRET)
        .collect();
    // One may be a part of another.
    parts.sort_unstable_by_key(|part| std::cmp::Reverse(part.len()));
    let parts = parts.into_iter();
    parts.fold(host.to_owned(), |host, part| without(&host, part))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::manifest::loom::LoomConfig;
    use crate::origin::FaultKind;
    use crate::origin::platform::endpoint;

    fn origin(config: &str) -> std::sync::Arc<Origin> {
        let environment = BTreeMap::from([("KEY".to_owned(), "Planted".to_owned())]);
        let text = format!("manifests:\n- name: core\n{config}");
        LoomConfig::read(&text, &environment).entries[0]
            .remote
            .clone()
            .unwrap()
    }

    fn http(path: &str) -> std::sync::Arc<Origin> {
        origin(&format!("  type: file\n  config: {{path: '{path}'}}"))
    }

    fn dbt_cloud(endpoint: &str) -> std::sync::Arc<Origin> {
        let config = format!("{{account_id: 1, job_id: 2, api_endpoint: '{endpoint}'}}");
        origin(&format!("  type: dbt_cloud\n  config: {config}"))
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
            text.contains("a.example") && !text.to_lowercase().contains("planted"),
            "{text}"
        );
    }

    #[test]
    fn an_alias_hides_no_variable() {
        for (kind, fields) in [("s3", "bucket_name: b, object_name"), ("file", "path")] {
            let of = |anchor: &str| {
                let config = format!("  note: &a \"{anchor}\"\n  type: {kind}\n");
                origin(&format!("{config}  config: {{{fields}: *a}}"))
            };
            let mut agreed = Agreed::default();
            let open = agreed.open_questions(&of("https://a.example/$KEY"));
            assert_eq!(open.len(), 1, "{kind}");
            assert_eq!(open[0].variables, ["KEY"]);
            agreed.agree(&open[0]);
            assert!(
                agreed
                    .open_questions(&of("https://a.example/$KEY"))
                    .is_empty()
            );
            assert_eq!(
                agreed.open_questions(&of("https://a.example/x/$KEY")).len(),
                1
            );
            assert_eq!(&*of("https://a.example/$KEY").secrets[0], "Planted");
        }
    }

    #[test]
    fn an_endpoint_without_a_scheme_has_a_host() {
        let mut agreed = Agreed::default();
        let open = agreed.open_questions(&dbt_cloud("a.example/api/v2"));
        assert_eq!(open[0].host, "a.example");
        agreed.agree(&open[0]);
        assert!(
            agreed
                .open_questions(&dbt_cloud("https://a.example"))
                .is_empty()
        );
        let open = agreed.open_questions(&dbt_cloud("b.example/api/v2"));
        assert_eq!(open.len(), 1);
        assert_eq!(open[0].host, "b.example");
        // Nobody is asked there, so there is nothing to agree to.
        let nowhere = "https://a example";
        assert!(agreed.open_questions(&dbt_cloud(nowhere)).is_empty());
        assert_eq!(endpoint(nowhere, "it").unwrap_err().kind, FaultKind::Config);
    }

    #[test]
    fn values_stand_in_no_question_and_no_file() {
        let folder = tempfile::tempdir().unwrap();
        for (origin, host) in [
            (http("https://$KEY.a.example/m.json"), "***.a.example"),
            (dbt_cloud("x.$KEY/api"), "x.***"),
        ] {
            let open = Agreed::default().open_questions(&origin);
            assert_eq!(open[0].host, host);
            Agreed::remember(folder.path(), &open).unwrap();
            assert!(
                Agreed::read(folder.path())
                    .open_questions(&origin)
                    .is_empty()
            );
        }
        let text = fs::read_to_string(folder.path().join(FILE)).unwrap();
        assert!(!text.to_lowercase().contains("planted"), "{text}");
        let mut agreed = Agreed::default();
        agreed.trust("Planted.a.example");
        let origin = http("https://$KEY.a.example/m.json");
        assert!(agreed.open_questions(&origin).is_empty());
    }

    #[test]
    fn a_file_that_is_broken_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let open = Agreed::default().open_questions(&http("https://b.example/m"));
        for written in ["trusted-hosts = [\"A.example\"", "trusted-hosts = 1\n"] {
            fs::write(folder.path().join(FILE), written).unwrap();
            assert!(Agreed::remember(folder.path(), &open).is_err());
            let text = fs::read_to_string(folder.path().join(FILE)).unwrap();
            assert_eq!(text, written);
        }
        fs::write(
            folder.path().join(FILE),
            "trusted-hosts = [\"A.example\"]\n",
        )
        .unwrap();
        Agreed::remember(folder.path(), &open).unwrap();
        let agreed = Agreed::read(folder.path());
        for path in ["https://a.example/$KEY", "https://b.example/m"] {
            assert!(agreed.open_questions(&http(path)).is_empty(), "{path}");
        }
    }
}
