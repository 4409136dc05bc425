//! The keys of a connection to Redshift.

use super::super::Holds::{Bool, Integer, Names, Text, Word};
use super::super::{Mapping, Others, TEXT_LIST, key, nullable, required};
use super::{THREADS, TYPE};

/// A connection.
pub const CONNECTION: Mapping = Mapping {
    name: "a connection to Redshift",
    others: Others::Kept,
    keys: keys![
        TYPE;
        THREADS;
        required("database", Text, "The database that dbt builds in.");
        key("dbname", Text, "Another name of `database`.");
        required("schema", Text, "The schema that dbt builds in.");
        required("host", Text, "The host to connect to.");
        required("port", Integer, "The port to connect to.");
        key("method", Text, "How dbt signs in; `database` and `iam` are two of the ways.");
        nullable("user", Text, "Who signs in.");
        nullable("password", Text, "The password; best read from a variable of the environment.");
        nullable("pass", Text, "Another name of `password`.");
        nullable("cluster_id", Text, "The name of the cluster, to sign in with IAM.");
        nullable("iam_profile", Text, "The profile of AWS to sign in with.");
        key("autocreate", Bool, "Whether a user who is not there is made.");
        key("db_groups", TEXT_LIST, "The groups that the user joins.");
        nullable("ra3_node", Bool, "Whether the cluster can read other databases.");
        nullable("datasharing", Bool, "Whether databases that others share are read.");
        nullable("connect_timeout", Integer, "After how many seconds connecting is given up.");
        nullable("role", Text, "The role to take on.");
        key("sslmode", Word(&["disable", "allow", "prefer", "require", "verify-ca", "verify-full"]), "How strictly the connection is encrypted.");
        key("retries", Integer, "How often connecting is tried again.");
        key("retry_all", Bool, "Whether any failure is tried again.");
        nullable("region", Text, "The region of the cluster.");
        nullable("autocommit", Bool, "Whether each statement is committed at once.");
        nullable("access_key_id", Text, "The key's id.");
        nullable("secret_access_key", Text, "The key.");
        nullable("idc_region", Text, "The region of the identity center.");
        nullable("issuer_url", Text, "The identity center's address.");
        nullable("idp_listen_port", Integer, "The port at which the browser's answer is waited for.");
        nullable("idc_client_display_name", Text, "What the client is called when somebody signs in.");
        nullable("idp_response_timeout", Integer, "For how many seconds the browser's answer is waited for.");
        nullable("token_endpoint", Names, "The identity provider that gives tokens.");
        nullable("is_serverless", Bool, "Whether it is a serverless workgroup.");
        nullable("serverless_work_group", Text, "The name of the serverless workgroup.");
        nullable("serverless_acct_id", Text, "The account that the serverless workgroup belongs to.");
        nullable("tcp_keepalive", Bool, "Whether the connection is kept alive.");
        nullable("tcp_keepalive_idle", Integer, "After how many idle seconds it is kept alive.");
        nullable("tcp_keepalive_interval", Integer, "How many seconds lie between two probes.");
        nullable("tcp_keepalive_count", Integer, "How many probes may stay without an answer.");
        nullable("query_group", Text, "The queue's group of the session.");
        key("allow_concurrent_drops", Bool, "Whether relations are dropped at the same time.");
        key("drop_without_cascade", Bool, "Whether relations are dropped without what hangs on them.");
    ],
};
