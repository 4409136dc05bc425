//! The keys of a `bigquery` connection.

use super::super::Holds::{Bool, Integer, Names, Text, Word};
use super::super::{Mapping, Others, TEXT_LIST, key, nullable};
use super::{THREADS, TYPE};

/// A connection.
pub const CONNECTION: Mapping = Mapping {
    name: "a connection to BigQuery",
    others: Others::Kept,
    keys: keys![
        TYPE;
        THREADS;
        nullable("database", Text, "The project that dbt builds in; `project` is its usual name.");
        nullable("project", Text, "Another name of `database`.");
        nullable("schema", Text, "The dataset that dbt builds in; `dataset` is its usual name.");
        nullable("dataset", Text, "Another name of `schema`.");
        key("method", Word(&["oauth", "oauth-secrets", "service-account", "service-account-json", "external-oauth-wif"]), "How dbt signs in.");
        nullable("execution_project", Text, "The project that queries are billed to, where that is another one.");
        nullable("quota_project", Text, "The project whose quotas count.");
        nullable("location", Text, "The region of the datasets, for instance `EU`.");
        nullable("api_endpoint", Text, "Another address of the service.");
        nullable("priority", Word(&["interactive", "batch"]), "Whether queries wait for idle capacity.");
        nullable("maximum_bytes_billed", Integer, "Queries that would read more bytes fail.");
        nullable("reservation", Text, "The reservation that queries run in.");
        nullable("impersonate_service_account", Text, "The service account that dbt acts as.");
        nullable("job_retry_deadline_seconds", Integer, "For how long a query is tried again.");
        nullable("job_retries", Integer, "How often a query is tried again.");
        nullable("retries", Integer, "Another name of `job_retries`.");
        nullable("job_creation_timeout_seconds", Integer, "For how long dbt waits until a query is accepted.");
        nullable("job_execution_timeout_seconds", Integer, "For how long a query may run.");
        nullable("timeout_seconds", Integer, "Another name of `job_execution_timeout_seconds`.");
        nullable("job_link_info_level_log", Bool, "Whether links to queries stand in the log.");
        nullable("keyfile", Text, "The path of the service account's key file.");
        nullable("keyfile_json", Names, "What stands in the key file.");
        nullable("token", Text, "The token to sign in with.");
        nullable("refresh_token", Text, "The token that new tokens are asked for with.");
        nullable("client_id", Text, "The id of the client that signs in.");
        nullable("client_secret", Text, "The secret of the client that signs in.");
        nullable("token_uri", Text, "Where new tokens are asked for.");
        nullable("workload_pool_provider_path", Text, "The provider of the workload identity pool.");
        nullable("service_account_impersonation_url", Text, "Where the service account is impersonated.");
        nullable("token_endpoint", Names, "The identity provider that gives tokens.");
        nullable("compute_region", Text, "The region in which Python models run.");
        nullable("dataproc_region", Text, "Another name of `compute_region`.");
        nullable("dataproc_cluster_name", Text, "The cluster that Python models run on.");
        nullable("gcs_bucket", Text, "The bucket for the code of Python models.");
        nullable("submission_method", Text, "How Python models are run.");
        nullable("dataproc_batch", Names, "What the batches of Python models run with.");
        nullable("scopes", TEXT_LIST, "The rights that are asked for.");
    ],
};
