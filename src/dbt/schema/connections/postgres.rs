//! The keys of a connection to Postgres.

use super::super::Holds::{Bool, Integer, Text};
use super::super::{Mapping, Others, key, nullable, required};
use super::{THREADS, TYPE};

/// A connection.
pub const CONNECTION: Mapping = Mapping {
    name: "a connection to Postgres",
    others: Others::Kept,
    keys: keys![
        TYPE;
        THREADS;
        required("database", Text, "The database that dbt builds in.");
        key("dbname", Text, "Another name of `database`.");
        required("schema", Text, "The schema that dbt builds in.");
        required("host", Text, "The host to connect to.");
        required("user", Text, "Who signs in.");
        required("port", Integer, "The port to connect to.");
        required("password", Text, "The password; best read from a variable of the environment.");
        key("pass", Text, "Another name of `password`.");
        key("connect_timeout", Integer, "After how many seconds connecting is given up.");
        nullable("role", Text, "The role to take on.");
        nullable("search_path", Text, "The schemas in which the session looks for names.");
        key("keepalives_idle", Integer, "After how many idle seconds the connection is kept alive.");
        nullable("sslmode", Text, "How strictly the connection is encrypted.");
        nullable("sslcert", Text, "The path of the client's certificate.");
        nullable("sslkey", Text, "The path of the client's key.");
        nullable("sslrootcert", Text, "The path of the authorities' certificates.");
        nullable("application_name", Text, "What the session is called.");
        nullable("autocommit", Bool, "Whether each statement is committed at once.");
        key("retries", Integer, "How often connecting is tried again.");
    ],
};
