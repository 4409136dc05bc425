//! Which keys does a connection in profiles.yml have? Those that the adapter's class of
//! credentials is declared with; of adapters that are not here nobody knows.

mod bigquery;
mod clickhouse;
mod duckdb;
mod postgres;
mod redshift;
mod snowflake;
mod spark;
mod teradata;
mod trino;

use super::Holds::{Integer, Text, Usually};
use super::{Key, Mapping, Others, key, required};

/// What is known of an adapter's connections.
#[derive(Debug)]
pub struct Connection {
    /// The adapter, as `type` names it.
    pub adapter: &'static str,
    /// Their keys.
    pub keys: &'static Mapping,
    /// Other names of keys, each with the key: only one of the two may be there.
    pub other_names: &'static [(&'static str, &'static str)],
}

/// A connection of an adapter that nobody knows.
pub const CONNECTION: Mapping = Mapping {
    name: "a connection",
    others: Others::Kept,
    keys: keys![
        TYPE;
        THREADS;
        key("schema", Text, "The schema that dbt builds in.");
        key("database", Text, "The database that dbt builds in.");
    ],
};

const TYPE: Key = one![required("type", Usually(ADAPTERS), "The adapter.");];
const THREADS: Key = one![key("threads", Integer, "How many models dbt builds at once.");];

/// Adapters by the names that `type` has for them.
pub const ADAPTERS: &[&str] = &[
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

/// Those whose keys are known.
pub const CONNECTIONS: &[Connection] = &[
    Connection {
        adapter: "bigquery",
        keys: &bigquery::CONNECTION,
        other_names: &[
            ("project", "database"),
            ("dataset", "schema"),
            ("retries", "job_retries"),
            ("timeout_seconds", "job_execution_timeout_seconds"),
            ("dataproc_region", "compute_region"),
        ],
    },
    Connection {
        adapter: "clickhouse",
        keys: &clickhouse::CONNECTION,
        other_names: &[],
    },
    Connection {
        adapter: "duckdb",
        keys: &duckdb::CONNECTION,
        other_names: &[],
    },
    Connection {
        adapter: "postgres",
        keys: &postgres::CONNECTION,
        other_names: &[("dbname", "database"), ("pass", "password")],
    },
    Connection {
        adapter: "redshift",
        keys: &redshift::CONNECTION,
        other_names: &[("dbname", "database"), ("pass", "password")],
    },
    Connection {
        adapter: "snowflake",
        keys: &snowflake::CONNECTION,
        other_names: &[],
    },
    Connection {
        adapter: "spark",
        keys: &spark::CONNECTION,
        other_names: &[],
    },
    Connection {
        adapter: "teradata",
        keys: &teradata::CONNECTION,
        other_names: &[
            ("UID", "username"),
            ("user", "username"),
            ("PWD", "password"),
            ("host", "server"),
        ],
    },
    Connection {
        adapter: "trino",
        keys: &trino::CONNECTION,
        other_names: &[("catalog", "database")],
    },
];

/// What is known of the connections of an adapter.
#[must_use]
pub fn connection(adapter: &str) -> Option<&'static Connection> {
    CONNECTIONS.iter().find(|known| known.adapter == adapter)
}

/// The one that has these keys.
#[must_use]
pub fn connection_of(keys: &Mapping) -> Option<&'static Connection> {
    CONNECTIONS
        .iter()
        .find(|known| known.keys.name == keys.name)
}

impl Connection {
    /// The first name of a key.
    #[must_use]
    pub fn first_name<'n>(&self, key: &'n str) -> &'n str {
        let mut other_names = self.other_names.iter();
        other_names
            .find(|(other, _)| *other == key)
            .map_or(key, |(_, first)| first)
    }
}
