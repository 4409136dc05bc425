//! profiles.yml. Connections have keys of their adapters, which nobody else knows.

use super::Holds::{Anything, Integer, Mapping as Map, Text, Usually};
use super::{Mapping, Others, key, old, required};

/// The file as a whole.
pub const PROFILES: Mapping = Mapping {
    name: "profiles.yml",
    others: Others::Names(Map(&PROFILE)),
    keys: keys![
        old(key("config", Anything, "The older place of `flags`."));
    ],
};

/// A profile.
pub const PROFILE: Mapping = Mapping {
    name: "a profile",
    others: Others::PassedOver,
    keys: keys![
        key("target", Text, "The output that counts where nobody says which; `default` otherwise.");
        required("outputs", Map(&OUTPUTS), "Connections by name.");
    ],
};

const OUTPUTS: Mapping = Mapping {
    name: "connections",
    others: Others::Names(Map(&OUTPUT)),
    keys: &[],
};

const OUTPUT: Mapping = Mapping {
    name: "a connection",
    others: Others::Kept,
    keys: keys![
        required("type", Usually(ADAPTERS), "The adapter.");
        key("schema", Text, "The schema that dbt builds in.");
        key("database", Text, "The database that dbt builds in.");
        key("threads", Integer, "How many models dbt builds at once.");
    ],
};

const ADAPTERS: &[&str] = &[
    "athena",
    "bigquery",
    "clickhouse",
    "databricks",
    "duckdb",
    "fabric",
    "postgres",
    "redshift",
    "salesforce",
    "snowflake",
    "spark",
    "sqlserver",
    "trino",
    "teradata",
    "synapse",
];
