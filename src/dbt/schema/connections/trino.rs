//! The keys of a connection to Trino. It signs in in eight ways, each with keys of its own; these are those of all of them.

use super::super::Holds::{Anything, Bool, Integer, Names, Text, Word};
use super::super::{Mapping, Others, TEXT_LIST, key, nullable, required};
use super::{THREADS, TYPE};

/// A connection.
pub const CONNECTION: Mapping = Mapping {
    name: "a connection to Trino",
    others: Others::Kept,
    keys: keys![
        TYPE;
        THREADS;
        required("database", Text, "The catalog that dbt builds in; `catalog` is its usual name.");
        key("catalog", Text, "Another name of `database`.");
        required("schema", Text, "The schema that dbt builds in.");
        key("method", Text, "How dbt signs in.");
        nullable("client_tags", TEXT_LIST, "Tags that queries carry.");
        nullable("http_headers", Names, "Headers that are sent along.");
        required("host", Text, "The host to connect to.");
        required("port", Integer, "The port to connect to.");
        nullable("user", Text, "Who signs in.");
        key("password", Text, "The password; best read from a variable of the environment.");
        nullable("impersonation_user", Text, "Who queries run as.");
        nullable("roles", Names, "The role in each catalog.");
        nullable("cert", Anything, "The path of the authorities' certificates, or whether they count.");
        key("session_properties", Names, "Settings of the session.");
        key("prepared_statements_enabled", Bool, "Whether seeds are loaded with prepared statements.");
        nullable("retries", Integer, "How often connecting is tried again.");
        nullable("timezone", Text, "The session's time zone.");
        nullable("suppress_cert_warning", Bool, "Whether nothing is said of certificates that are not checked.");
        nullable("starburst_url", Text, "Starburst's address, for what models say.");
        nullable("starburst_client_id", Text, "The client's id at Starburst.");
        nullable("starburst_secret_key", Text, "The client's secret at Starburst.");
        nullable("starburst_metadata_failure_strategy", Text, "What happens where Starburst cannot be told.");
        nullable("starburst_max_column_batch_size", Integer, "How many columns Starburst is told of at once.");
        key("client_certificate", Text, "The path of the client's certificate.");
        key("client_private_key", Text, "The path of the client's key.");
        nullable("keytab", Text, "The path of the keytab.");
        nullable("principal", Text, "The principal for Kerberos.");
        nullable("krb5_config", Text, "The path of Kerberos' configuration.");
        nullable("service_name", Text, "The name of the service for Kerberos.");
        nullable("mutual_authentication", Anything, "Whether the server has to prove itself.");
        nullable("force_preemptive", Bool, "Whether dbt signs in before it is asked to.");
        nullable("hostname_override", Text, "The host's name for Kerberos.");
        nullable("sanitize_mutual_error_response", Bool, "Whether answers that prove nothing are cut.");
        nullable("delegate", Bool, "Whether the ticket is passed on.");
        key("jwt_token", Text, "The token to sign in with.");
        key("http_scheme", Word(&["http", "https"]), "`http` or `https`.");
    ],
};
