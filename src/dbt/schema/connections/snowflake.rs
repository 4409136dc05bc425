//! The keys of a connection to Snowflake.

use super::super::Holds::{Bool, Integer, Number, Text};
use super::super::{Mapping, Others, key, nullable, required};
use super::{THREADS, TYPE};

/// A connection.
pub const CONNECTION: Mapping = Mapping {
    name: "a connection to Snowflake",
    others: Others::Kept,
    keys: keys![
        TYPE;
        THREADS;
        required("database", Text, "The database that dbt builds in.");
        required("schema", Text, "The schema that dbt builds in.");
        required("account", Text, "The account's identifier.");
        nullable("user", Text, "Who signs in.");
        nullable("warehouse", Text, "The warehouse that runs queries.");
        nullable("role", Text, "The role to take on.");
        nullable("password", Text, "The password; best read from a variable of the environment.");
        nullable("authenticator", Text, "How somebody signs in; `externalbrowser` and `oauth` are two of the ways.");
        nullable("private_key", Text, "The private key itself.");
        nullable("private_key_path", Text, "The path of the private key.");
        nullable("private_key_passphrase", Text, "The passphrase of the private key.");
        nullable("token", Text, "The token to sign in with.");
        nullable("oauth_client_id", Text, "The client's id at the identity provider.");
        nullable("oauth_client_secret", Text, "The client's secret at the identity provider.");
        nullable("query_tag", Text, "The tag that queries carry.");
        key("client_session_keep_alive", Bool, "Whether the session is kept alive.");
        nullable("host", Text, "The host to connect to.");
        nullable("port", Integer, "The port to connect to.");
        nullable("proxy_host", Text, "The proxy's host.");
        nullable("proxy_port", Integer, "The proxy's port.");
        nullable("protocol", Text, "`https` or `http`.");
        key("connect_retries", Integer, "How often connecting is tried again.");
        nullable("connect_timeout", Integer, "After how many seconds connecting is given up.");
        key("retry_on_database_errors", Bool, "Whether faults of the database are tried again.");
        key("retry_all", Bool, "Whether any failure is tried again.");
        nullable("insecure_mode", Bool, "Whether revoked certificates are let pass.");
        nullable("reuse_connections", Bool, "Whether connections are kept for the next query.");
        nullable("s3_stage_vpce_dns_name", Text, "The private address of stages in S3.");
        nullable("workload_identity_provider", Text, "The cloud whose workload identity signs in.");
        nullable("workload_identity_entra_resource", Text, "The resource that Entra gives tokens for.");
        nullable("platform_detection_timeout_seconds", Number, "For how long the cloud is looked for.");
    ],
};
