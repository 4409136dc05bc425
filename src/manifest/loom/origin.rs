//! Where is a manifest that is no file of this disk? All that has to be known to get there.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::syntax::yaml::{Node, Resolved};
use crate::text::Span;

use super::Kind;
use super::variables::Expanded;

/// Where a manifest is fetched from. Any value may come from a variable and be a secret: none of
/// them is ever shown, logged or made part of a file's name. What people see is the entry as written.
#[derive(Clone, PartialEq, Eq)]
pub struct Origin {
    /// The place, variables replaced.
    pub place: Place,
    /// The entry's `config` as written, variables kept: what is agreed to when somebody is asked.
    pub written: Box<str>,
    /// The variables that stand in it, by name.
    pub variables: Box<[Box<str>]>,
    /// The values that these put in, to be kept out of every text.
    pub secrets: Box<[Box<str>]>,
}

/// The places that dbt-loom knows, with its fields; variables are replaced.
#[derive(Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are dbt-loom's own")]
pub enum Place {
    Http(HttpPlace),
    DbtCloud(DbtCloudPlace),
    Paradime(ParadimePlace),
    Gcs(GcsPlace),
    S3(S3Place),
    Azure(AzurePlace),
    Snowflake(SnowflakePlace),
    Databricks(DatabricksPlace),
}

/// `type: file` with an address.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpPlace {
    /// `http://…` or `https://…`
    pub url: String,
}

/// `type: dbt_cloud`
#[derive(Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are dbt-loom's own")]
pub struct DbtCloudPlace {
    pub account_id: i64,
    pub job_id: i64,
    pub api_endpoint: Option<String>,
    pub step: Option<i64>,
}

/// `type: paradime`
#[derive(Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are dbt-loom's own")]
pub struct ParadimePlace {
    pub schedule_name: String,
    pub api_key: Option<String>,
    pub api_secret: Option<String>,
    pub api_endpoint: Option<String>,
    pub command_index: Option<i64>,
}

/// `type: gcs`
#[derive(Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are dbt-loom's own")]
pub struct GcsPlace {
    pub project_id: String,
    pub bucket_name: String,
    pub object_name: String,
    /// Path of a credentials file, relative to the project.
    pub credentials: Option<String>,
    pub impersonate_service_account: Option<String>,
}

/// `type: s3`; dbt-loom does not use its `credentials`.
#[derive(Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are dbt-loom's own")]
pub struct S3Place {
    pub bucket_name: String,
    pub object_name: String,
}

/// `type: azure`
#[derive(Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are dbt-loom's own")]
pub struct AzurePlace {
    pub account_name: String,
    pub container_name: String,
    pub object_name: String,
}

/// `type: snowflake`
#[derive(Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are dbt-loom's own")]
pub struct SnowflakePlace {
    pub stage: String,
    pub stage_path: String,
}

/// `type: databricks`
#[derive(Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are dbt-loom's own")]
pub struct DatabricksPlace {
    pub path: String,
}

/// What tells an origin from all others, in 32 hexadecimal digits. Nothing can be read out of it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct OriginKey(Box<str>);

impl OriginKey {
    /// The digits, good for a file's name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for OriginKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Origin {
    /// The kind, as dbt-loom names it.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match &self.place {
            Place::Http(_) => Kind::File,
            Place::DbtCloud(_) => Kind::DbtCloud,
            Place::Paradime(_) => Kind::Paradime,
            Place::Gcs(_) => Kind::Gcs,
            Place::S3(_) => Kind::S3,
            Place::Azure(_) => Kind::Azure,
            Place::Snowflake(_) => Kind::Snowflake,
            Place::Databricks(_) => Kind::Databricks,
        }
    }

    /// Its key for a project at `root` that is read with the dbt target `target`, which together
    /// with the environment may say further where it is.
    #[must_use]
    pub fn key(
        &self,
        environment: &BTreeMap<String, String>,
        root: &Path,
        target: Option<&str>,
    ) -> OriginKey {
        let mut hash = Sha256::new();
        let mut add = |text: Option<&str>| {
            // Lengths keep `ab`, `c` from being `a`, `bc`.
            let text = text.map_or(&[][..], str::as_bytes);
            hash.update(text.len().to_le_bytes());
            hash.update(text);
        };
        add(Some(self.kind().as_str()));
        for part in self.place.parts() {
            add(part.as_deref());
        }
        for name in self.surroundings() {
            add(environment.get(*name).map(String::as_str));
        }
        if let Place::Snowflake(_) = self.place {
            // The profile of the project says which account is meant.
            add(Some(&root.to_string_lossy()));
            add(target);
        }
        let digits = hash.finalize();
        let digits = digits.iter().take(16).map(|byte| format!("{byte:02x}"));
        OriginKey(digits.collect::<String>().into())
    }

    /// The environment variables that say, beside the config, which place is meant.
    fn surroundings(&self) -> &'static [&'static str] {
        match &self.place {
            Place::Http(_) | Place::DbtCloud(_) => &[],
            Place::Paradime(_) => &["PARADIME_API_ENDPOINT"],
            Place::Gcs(_) => &["STORAGE_EMULATOR_HOST"],
            Place::S3(_) => &["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_PROFILE"],
            Place::Azure(_) => &["AZURE_STORAGE_CONNECTION_STRING"],
            Place::Snowflake(_) => &["DBT_PROFILES_DIR", "DBT_PROFILE", "DBT_TARGET"],
            Place::Databricks(_) => &[
                "DATABRICKS_HOST",
                "DATABRICKS_CONFIG_FILE",
                "DATABRICKS_CONFIG_PROFILE",
            ],
        }
    }
}

impl Place {
    /// All that is said of it, in a fixed order.
    fn parts(&self) -> Vec<Option<String>> {
        let number = |number: Option<i64>| number.map(|number| number.to_string());
        match self {
            Self::Http(it) => vec![Some(it.url.clone())],
            Self::DbtCloud(it) => vec![
                number(Some(it.account_id)),
                number(Some(it.job_id)),
                it.api_endpoint.clone(),
                number(it.step),
            ],
            // Keys say who asks, not what is asked for.
            Self::Paradime(it) => vec![
                Some(it.schedule_name.clone()),
                it.api_endpoint.clone(),
                number(it.command_index),
            ],
            Self::Gcs(it) => vec![Some(it.bucket_name.clone()), Some(it.object_name.clone())],
            Self::S3(it) => vec![Some(it.bucket_name.clone()), Some(it.object_name.clone())],
            Self::Azure(it) => vec![
                Some(it.account_name.clone()),
                Some(it.container_name.clone()),
                Some(it.object_name.clone()),
            ],
            Self::Snowflake(it) => vec![Some(it.stage.clone()), Some(it.stage_path.clone())],
            Self::Databricks(it) => vec![Some(it.path.clone())],
        }
    }
}

impl fmt::Debug for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Origin")
            .field("kind", &self.kind().as_str())
            .finish_non_exhaustive()
    }
}

/// The origin that a `config` of this kind describes; `None` for a file of this disk, and where
/// something that is needed is missing.
pub(super) fn of_config(kind: Kind, config: &Node<'_>, expanded: &Expanded<'_>) -> Option<Origin> {
    let text = |key: &str| {
        let scalar = config.get(key)?.scalar()?;
        (scalar.resolve() != Resolved::Null).then(|| scalar.text.to_string())
    };
    let number = |key: &str| text(key)?.trim().parse::<i64>().ok();
    let place = match kind {
        Kind::File => Place::Http(HttpPlace {
            url: text("path").filter(|url| is_http(url))?,
        }),
        Kind::DbtCloud => Place::DbtCloud(DbtCloudPlace {
            account_id: number("account_id")?,
            job_id: number("job_id")?,
            api_endpoint: text("api_endpoint").filter(|it| !it.is_empty()),
            step: number("step").filter(|step| *step != 0),
        }),
        Kind::Paradime => Place::Paradime(ParadimePlace {
            schedule_name: text("schedule_name")?,
            api_key: text("api_key").filter(|it| !it.is_empty()),
            api_secret: text("api_secret").filter(|it| !it.is_empty()),
            api_endpoint: text("api_endpoint").filter(|it| !it.is_empty()),
            command_index: number("command_index"),
        }),
        Kind::Gcs => Place::Gcs(GcsPlace {
            project_id: text("project_id")?,
            bucket_name: text("bucket_name")?,
            object_name: text("object_name")?,
            credentials: text("credentials").filter(|it| !it.is_empty()),
            impersonate_service_account: text("impersonate_service_account")
                .filter(|it| !it.is_empty()),
        }),
        Kind::S3 => Place::S3(S3Place {
            bucket_name: text("bucket_name")?,
            object_name: text("object_name")?,
        }),
        Kind::Azure => Place::Azure(AzurePlace {
            account_name: text("account_name")?,
            container_name: text("container_name")?,
            object_name: text("object_name")?,
        }),
        Kind::Snowflake => Place::Snowflake(SnowflakePlace {
            stage: text("stage")?,
            stage_path: text("stage_path")?,
        }),
        Kind::Databricks => Place::Databricks(DatabricksPlace {
            path: text("path")?,
        }),
    };
    let (written, variables, mut secrets) = as_written(config, expanded);
    if let Place::Paradime(paradime) = &place {
        let written = [&paradime.api_key, &paradime.api_secret];
        secrets.extend(written.into_iter().flatten().map(|it| it.as_str().into()));
    }
    Some(Origin {
        place,
        written,
        variables,
        secrets: secrets.into(),
    })
}

/// The config as written, and the variables in it with their values.
#[expect(clippy::type_complexity, reason = "the three parts of one answer")]
fn as_written(
    config: &Node<'_>,
    expanded: &Expanded<'_>,
) -> (Box<str>, Box<[Box<str>]>, Vec<Box<str>>) {
    let spans = spans_of(config, expanded);
    let written: Vec<&str> = spans
        .iter()
        .map(|span| span.of(expanded.written()))
        .collect();
    let inside = || {
        let spans = spans.iter();
        spans.flat_map(move |span| expanded.variables_in(*span))
    };
    let variables = inside().map(|(name, _)| name.into()).collect();
    let values = inside().map(|(_, value)| value);
    let secrets = values.filter(|value| !value.is_empty()).map(Into::into);
    (written.join("\n").into(), variables, secrets.collect())
}

/// Where the config stands in the text as written. What an alias says stands at its anchor, which may
/// be anywhere above.
fn spans_of(config: &Node<'_>, expanded: &Expanded<'_>) -> Vec<Span> {
    let entries = config.entries();
    let whole = entries
        .iter()
        .map(|entry| entry.key_span.cover(entry.value.span))
        .reduce(Span::cover)
        .unwrap_or(config.span);
    let contents = entries.iter().flat_map(|entry| {
        let value = entry.value.scalar().map(|scalar| scalar.content);
        [Some(entry.key.content), value].into_iter().flatten()
    });
    let mut spans = vec![expanded.source(whole)];
    for content in contents {
        let content = expanded.source(content);
        if !spans.iter().any(|span| span.contains(content)) {
            spans.push(content);
        }
    }
    spans
}

fn is_http(url: &str) -> bool {
    let scheme = url.split_once("://").map_or("", |(scheme, _)| scheme);
    scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https")
}
