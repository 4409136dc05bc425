//! Which keys does a loom config have, of which type, and what do they mean? One table for
//! reading, completion and hover (dbt-loom 0.9.6 `config.py` and `clients/*.py`).

use super::Kind;

/// A key of a loom config.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// The key.
    pub name: &'static str,
    /// What it holds.
    pub holds: FieldType,
    /// Whether dbt-loom refuses the file without it.
    pub is_required: bool,
    /// One line about it.
    pub doc: &'static str,
}

/// The types of values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum FieldType {
    Text,
    Integer,
    Bool,
    TextList,
    Kind,
    Mapping,
    EntryList,
}

const fn required(name: &'static str, holds: FieldType, doc: &'static str) -> Field {
    Field {
        name,
        holds,
        is_required: true,
        doc,
    }
}

const fn optional(name: &'static str, holds: FieldType, doc: &'static str) -> Field {
    Field {
        name,
        holds,
        is_required: false,
        doc,
    }
}

/// The kinds of origins.
pub const KINDS: [Kind; 8] = [
    Kind::File,
    Kind::DbtCloud,
    Kind::Paradime,
    Kind::Gcs,
    Kind::S3,
    Kind::Azure,
    Kind::Snowflake,
    Kind::Databricks,
];

/// The keys of the file.
pub const TOP_FIELDS: &[Field] = &[
    required(
        "manifests",
        FieldType::EntryList,
        "The upstream manifests, one entry each.",
    ),
    optional(
        "enable_telemetry",
        FieldType::Bool,
        "Whether dbt-loom may send usage data. Off by default.",
    ),
];

/// The keys of an entry.
pub const ENTRY_FIELDS: &[Field] = &[
    required(
        "name",
        FieldType::Text,
        "A name for the entry. Refs use the project's own name, which the manifest says; this one counts only where the manifest says none.",
    ),
    required("type", FieldType::Kind, "Where the manifest is kept."),
    required(
        "config",
        FieldType::Mapping,
        "How to get there; its keys depend on `type`.",
    ),
    optional(
        "excluded_packages",
        FieldType::TextList,
        "Packages of the manifest to leave out.",
    ),
    optional(
        "included_packages",
        FieldType::TextList,
        "The only packages of the manifest to take.",
    ),
    optional(
        "optional",
        FieldType::Bool,
        "Whether dbt goes on where a local manifest does not exist. Anything else that is wrong still stops it.",
    ),
];

/// The keys of an entry's `config`.
#[must_use]
pub fn fields_of(kind: Kind) -> &'static [Field] {
    match kind {
        Kind::File => FILE,
        Kind::DbtCloud => DBT_CLOUD,
        Kind::Paradime => PARADIME,
        Kind::Gcs => GCS,
        Kind::S3 => S3,
        Kind::Azure => AZURE,
        Kind::Snowflake => SNOWFLAKE,
        Kind::Databricks => DATABRICKS,
    }
}

const FILE: &[Field] = &[required(
    "path",
    FieldType::Text,
    "Path of the manifest, relative to the project, or an http(s) address.",
)];

const DBT_CLOUD: &[Field] = &[
    required("account_id", FieldType::Integer, "The dbt Cloud account."),
    required(
        "job_id",
        FieldType::Integer,
        "The job whose latest successful run wrote the manifest.",
    ),
    optional(
        "api_endpoint",
        FieldType::Text,
        "Address of the API; `https://cloud.getdbt.com/api/v2` by default.",
    ),
    optional(
        "step",
        FieldType::Integer,
        "The step of the run; the last by default.",
    ),
];

const PARADIME: &[Field] = &[
    required(
        "schedule_name",
        FieldType::Text,
        "The schedule whose latest run wrote the manifest.",
    ),
    optional(
        "api_key",
        FieldType::Text,
        "The API key; `PARADIME_API_KEY` by default.",
    ),
    optional(
        "api_secret",
        FieldType::Text,
        "The API secret; `PARADIME_API_SECRET` by default.",
    ),
    optional(
        "api_endpoint",
        FieldType::Text,
        "Address of the API; `PARADIME_API_ENDPOINT` by default.",
    ),
    optional(
        "command_index",
        FieldType::Integer,
        "The command of the run; the last by default.",
    ),
];

const GCS: &[Field] = &[
    required("project_id", FieldType::Text, "The Google Cloud project."),
    required("bucket_name", FieldType::Text, "The bucket."),
    required(
        "object_name",
        FieldType::Text,
        "The manifest's name in the bucket.",
    ),
    optional(
        "credentials",
        FieldType::Text,
        "Path of a service account's key file.",
    ),
    optional(
        "impersonate_service_account",
        FieldType::Text,
        "The service account to act as.",
    ),
];

const S3: &[Field] = &[
    required("bucket_name", FieldType::Text, "The bucket."),
    required(
        "object_name",
        FieldType::Text,
        "The manifest's key in the bucket.",
    ),
    optional(
        "credentials",
        FieldType::Text,
        "Declared by dbt-loom, and not used.",
    ),
];

const AZURE: &[Field] = &[
    required("container_name", FieldType::Text, "The container."),
    required(
        "object_name",
        FieldType::Text,
        "The manifest's name in the container.",
    ),
    required("account_name", FieldType::Text, "The storage account."),
];

const SNOWFLAKE: &[Field] = &[
    required("stage", FieldType::Text, "The stage, without `@`."),
    required(
        "stage_path",
        FieldType::Text,
        "The manifest's path in the stage.",
    ),
];

const DATABRICKS: &[Field] = &[required(
    "path",
    FieldType::Text,
    "Path of the manifest: workspace, volume or DBFS.",
)];
