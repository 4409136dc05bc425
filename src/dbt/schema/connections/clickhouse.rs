//! The keys of a `clickhouse` connection.

use super::super::Holds::{Anything, Bool, Integer, Names, Text};
use super::super::{Mapping, Others, key, nullable};
use super::{THREADS, TYPE};

/// A connection.
pub const CONNECTION: Mapping = Mapping {
    name: "a connection to ClickHouse",
    others: Others::Kept,
    keys: keys![
        TYPE;
        THREADS;
        nullable("database", Text, "The database that dbt builds in.");
        nullable("schema", Text, "The schema that dbt builds in.");
        nullable("driver", Text, "`http` or `native`.");
        key("host", Text, "The host to connect to.");
        nullable("port", Integer, "The port to connect to.");
        nullable("user", Text, "Who signs in.");
        key("retries", Integer, "How often connecting is tried again.");
        key("password", Text, "The password; best read from a variable of the environment.");
        nullable("cluster", Text, "The cluster on which relations are made.");
        nullable("database_engine", Text, "The engine of databases that dbt makes.");
        key("cluster_mode", Bool, "Whether it is a replicated cluster.");
        key("secure", Bool, "Whether the connection is encrypted.");
        key("verify", Bool, "Whether the server's certificate is checked.");
        nullable("client_cert", Text, "The path of the client's certificate.");
        nullable("client_cert_key", Text, "The path of the client's key.");
        key("connect_timeout", Integer, "After how many seconds connecting is given up.");
        key("send_receive_timeout", Integer, "For how many seconds an answer is waited for.");
        key("sync_request_timeout", Integer, "For how many seconds a ping is waited for.");
        key("compress_block_size", Integer, "How many bytes are compressed at once.");
        key("compression", Text, "How what is sent is compressed.");
        key("check_exchange", Bool, "Whether dbt looks if relations can be exchanged.");
        nullable("custom_settings", Names, "Settings of the session.");
        key("use_lw_deletes", Bool, "Whether incremental models delete in the light way.");
        key("local_suffix", Text, "How local tables of distributed ones end.");
        key("local_db_prefix", Text, "How databases of local tables begin.");
        key("allow_automatic_deduplication", Bool, "Whether equal inserts count once.");
        key("tcp_keepalive", Anything, "Whether the connection is kept alive.");
        key("reuse_connections", Bool, "Whether connections are kept for the next query.");
        nullable("server_host_name", Text, "The name in the server's certificate.");
    ],
};
