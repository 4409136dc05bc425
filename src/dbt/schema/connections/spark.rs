//! The keys of a connection to Spark.

use super::super::Holds::{Bool, Integer, Names, Text, Word};
use super::super::{Mapping, Others, key, nullable};
use super::{THREADS, TYPE};

/// A connection.
pub const CONNECTION: Mapping = Mapping {
    name: "a connection to Spark",
    others: Others::Kept,
    keys: keys![
        TYPE;
        THREADS;
        nullable("database", Text, "The database that dbt builds in.");
        nullable("schema", Text, "The schema that dbt builds in.");
        nullable("host", Text, "The host to connect to.");
        key("method", Word(&["thrift", "http", "odbc", "session"]), "How dbt connects.");
        nullable("driver", Text, "The path of the ODBC driver.");
        nullable("cluster", Text, "The cluster's id.");
        nullable("endpoint", Text, "The SQL endpoint's id.");
        nullable("token", Text, "The token to sign in with.");
        nullable("user", Text, "Who signs in.");
        nullable("password", Text, "The password; best read from a variable of the environment.");
        key("port", Integer, "The port to connect to.");
        nullable("auth", Text, "How Thrift signs in; `KERBEROS` and `LDAP` are two of the ways.");
        nullable("kerberos_service_name", Text, "The name of the service for Kerberos.");
        key("organization", Text, "The organization's id.");
        nullable("connection_string_suffix", Text, "What the connection string ends with.");
        key("connect_retries", Integer, "How often connecting is tried again.");
        key("connect_timeout", Integer, "After how many seconds connecting is given up.");
        key("use_ssl", Bool, "Whether the connection is encrypted.");
        key("server_side_parameters", Names, "Settings of the session.");
        key("retry_all", Bool, "Whether any failure is tried again.");
        nullable("query_timeout", Integer, "For how many seconds a query may run.");
        key("poll_interval", Integer, "How many seconds lie between two looks at a query.");
        key("query_retries", Integer, "How often a query is tried again.");
    ],
};
