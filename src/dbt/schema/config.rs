//! Configurations: `config:` in property files, `config()` in SQL, `+key` in dbt_project.yml.
//!
//! Any resource takes keys that are not here: adapters, packages and macros have their own.

use super::Holds::{
    Anything, Bool, Either, Integer, List, Mapping as Map, Names, Scalar, Text, Usually, Word,
};
use super::{Holds, Key, Mapping, Others, TEXT_LIST, TEXTS, key, nullable, old, required};
use crate::dbt::ResourceType;

/// The configuration of a kind of resource.
#[must_use]
pub fn config_of(resource_type: ResourceType) -> &'static Mapping {
    match resource_type {
        ResourceType::Model | ResourceType::Operation => &MODEL_CONFIG,
        ResourceType::Seed => &SEED_CONFIG,
        ResourceType::Snapshot => &SNAPSHOT_CONFIG,
        ResourceType::Test => &TEST_CONFIG,
        ResourceType::Source => &SOURCE_CONFIG,
        ResourceType::Exposure => &EXPOSURE_CONFIG,
        ResourceType::Metric => &METRIC_CONFIG,
        ResourceType::SemanticModel => &SEMANTIC_MODEL_CONFIG,
        ResourceType::SavedQuery => &SAVED_QUERY_CONFIG,
        ResourceType::UnitTest => &UNIT_TEST_CONFIG,
        ResourceType::Function => &FUNCTION_CONFIG,
        ResourceType::Analysis | ResourceType::Doc => &ANALYSIS_CONFIG,
        ResourceType::Macro => &MACRO_CONFIG,
        ResourceType::Group => &GROUP_CONFIG,
    }
}

/// Every configuration of resources.
pub const CONFIGS: [&Mapping; 13] = [
    &MODEL_CONFIG,
    &SEED_CONFIG,
    &SNAPSHOT_CONFIG,
    &TEST_CONFIG,
    &SOURCE_CONFIG,
    &EXPOSURE_CONFIG,
    &METRIC_CONFIG,
    &SEMANTIC_MODEL_CONFIG,
    &SAVED_QUERY_CONFIG,
    &UNIT_TEST_CONFIG,
    &FUNCTION_CONFIG,
    &ANALYSIS_CONFIG,
    &GROUP_CONFIG,
];

pub(super) const DOCS: Mapping = Mapping {
    name: "`docs`",
    others: Others::Refused,
    keys: keys![
        key("show", Bool, "Whether the documentation shows it; it does by default.");
        nullable("node_color", Text, "Its colour in the graph: a name, or `#cd7f32`.");
    ],
};

pub(super) const QUOTING: Mapping = Mapping {
    name: "`quoting`",
    others: Others::Refused,
    keys: keys![
        nullable("database", Bool, "Whether the database's name is put in quotes.");
        nullable("schema", Bool, "Whether the schema's name is put in quotes.");
        nullable("identifier", Bool, "Whether the table's name is put in quotes.");
        nullable("column", Bool, "Whether the columns' names are put in quotes.");
    ],
};

pub(super) const FRESHNESS: Mapping = Mapping {
    name: "`freshness`",
    others: Others::Refused,
    keys: keys![
        nullable("warn_after", Map(&AGE), "The age from which on dbt warns.");
        nullable("error_after", Map(&AGE), "The age from which on dbt stops.");
        nullable("filter", Text, "Which rows are looked at, in SQL.");
    ],
};

const PERIOD: Holds = Word(&["minute", "hour", "day"]);

const AGE: Mapping = Mapping {
    name: "an age",
    others: Others::Refused,
    keys: keys![
        nullable("count", Integer, "How many.");
        nullable("period", PERIOD, "Of what.");
    ],
};

const MODEL_FRESHNESS: Mapping = Mapping {
    name: "`freshness` of a model",
    others: Others::Kept,
    keys: keys![
        required("build_after", Map(&BUILD_AFTER), "How long to wait before it is built anew.");
    ],
};

const BUILD_AFTER: Mapping = Mapping {
    name: "`build_after`",
    others: Others::Kept,
    keys: keys![
        nullable("count", Integer, "How many.");
        nullable("period", PERIOD, "Of what.");
        key("updates_on", Word(&["all", "any"]), "Whether all or any of its upstreams must have new data.");
    ],
};

const CONTRACT: Mapping = Mapping {
    name: "`contract`",
    others: Others::Refused,
    keys: keys![
        key("enforced", Bool, "Whether dbt holds the model to its columns and types.");
        key("alias_types", Bool, "Whether types of other warehouses are translated; they are by default.");
    ],
};

const LATEST_VERSION_POINTER: Mapping = Mapping {
    name: "`latest_version_pointer`",
    others: Others::Refused,
    keys: keys![
        nullable("enabled", Bool, "Whether a view of the model's bare name reads its latest version.");
        nullable("alias", Text, "The view's name, where it is another.");
    ],
};

const PERSIST_DOCS: Mapping = Mapping {
    name: "`persist_docs`",
    others: Others::Kept,
    keys: keys![
        key("relation", Bool, "Writes the description into the warehouse.");
        key("columns", Bool, "Writes the columns' descriptions into the warehouse.");
    ],
};

const ENABLED: Key = one![key("enabled", Bool, "Whether dbt sees it at all; it does by default.");];
const TAGS: Key = one![key("tags", TEXTS, "Tags to select it by. Those of all places add up.");];
const META: Key =
    one![key("meta", Names, "Anything of one's own. The keys of all places are joined.");];
const GROUP: Key = one![nullable("group", Text, "The group that it belongs to.");];
const STATIC_ANALYSIS: Key = one![nullable("static_analysis", Usually(&["off", "baseline", "strict"]), "How far the newer engine checks its SQL.");];
const ALIAS: Key =
    one![nullable("alias", Text, "Its name in the warehouse, where it is another.");];
const SCHEMA: Key =
    one![nullable("schema", Text, "Its schema; by default dbt adds it to that of the target.");];
const DATABASE: Key = one![nullable("database", Text, "Its database.");];
const DOCS_KEY: Key = one![key("docs", Map(&DOCS), "How the documentation shows it.");];
const EVENT_TIME: Key =
    one![key("event_time", Anything, "The column that says when a row happened.");];
const PRE_HOOK: Key =
    one![key("pre-hook", Anything, "SQL to run before it is built. Those of all places add up.");];
const POST_HOOK: Key =
    one![key("post-hook", Anything, "SQL to run after it is built. Those of all places add up.");];
const PRE_HOOK_IN_CODE: Key =
    one![key("pre_hook", Anything, "SQL to run before it is built. Those of all places add up.");];
const POST_HOOK_IN_CODE: Key =
    one![key("post_hook", Anything, "SQL to run after it is built. Those of all places add up.");];
const PERSIST: Key = one![key("persist_docs", Map(&PERSIST_DOCS), "Which descriptions are written into the warehouse.");];
const QUOTING_KEY: Key =
    one![key("quoting", Map(&QUOTING), "Which parts of its name are put in quotes.");];
const COLUMN_TYPES: Key = one![key("column_types", Names, "Types of columns.");];
const FULL_REFRESH: Key =
    one![nullable("full_refresh", Bool, "Whether it is built from nothing each time, or never.");];
const GRANTS: Key =
    one![key("grants", Names, "Who is granted what; `+select` adds to what other places grant.");];
const UNIQUE_KEY: Key =
    one![nullable("unique_key", TEXTS, "The column, or columns, that tell rows apart.");];
const CONTRACT_KEY: Key = one![key("contract", Map(&CONTRACT), "Holds the model to the columns and types that its property file names.");];
const PACKAGES: Key = one![key("packages", TEXT_LIST, "Python packages that it needs.");];
const MATERIALIZATIONS: &[&str] = &[
    "view",
    "table",
    "incremental",
    "ephemeral",
    "materialized_view",
];

/// A model's.
pub const MODEL_CONFIG: Mapping = Mapping {
    name: "a model's configuration",
    others: Others::Kept,
    keys: keys![
        key("materialized", Usually(MATERIALIZATIONS), "What it is in the warehouse; a view by default.");
        ENABLED;
        key("access", Word(&["private", "protected", "public"]), "Who may read it: its group, its project, or all projects.");
        GROUP;
        CONTRACT_KEY;
        ALIAS;
        SCHEMA;
        DATABASE;
        TAGS;
        META;
        DOCS_KEY;
        nullable("incremental_strategy", Usually(&["append", "merge", "delete+insert", "insert_overwrite", "microbatch"]), "How new rows come into an incremental model.");
        UNIQUE_KEY;
        nullable("on_schema_change", Usually(&["ignore", "append_new_columns", "fail", "sync_all_columns"]), "What happens to an incremental model when its columns change; `ignore` by default.");
        key("on_configuration_change", Word(&["apply", "continue", "fail"]), "What happens to a materialized view when its configuration changes; `apply` by default.");
        nullable("on_error", Word(&["skip_children", "continue"]), "What happens to those who read it when it fails.");
        FULL_REFRESH;
        PRE_HOOK;
        POST_HOOK;
        PRE_HOOK_IN_CODE;
        POST_HOOK_IN_CODE;
        GRANTS;
        PERSIST;
        QUOTING_KEY;
        COLUMN_TYPES;
        EVENT_TIME;
        key("begin", Anything, "The first day of a microbatch model.");
        key("batch_size", Usually(&["hour", "day", "month", "year"]), "How much time a batch of a microbatch model spans.");
        key("lookback", Anything, "How many batches before the newest are done again; 1 by default.");
        key("concurrent_batches", Anything, "Whether batches may run side by side.");
        nullable("freshness", Map(&MODEL_FRESHNESS), "How long to wait before it is built anew.");
        key("latest_version_pointer", Map(&LATEST_VERSION_POINTER), "A view of the model's bare name over its latest version.");
        key("incremental_predicates", Anything, "Conditions by which a merge looks at fewer rows.");
        old(key("predicates", Anything, "The older name of `incremental_predicates`."));
        key("merge_update_columns", Anything, "The columns that a merge changes; all by default.");
        key("merge_exclude_columns", Anything, "The columns that a merge leaves alone.");
        key("sql_header", Anything, "SQL in front of the statement that builds it.");
        PACKAGES;
        key("primary_key", Anything, "The columns that tell rows apart.");
        STATIC_ANALYSIS;
        key("description", Anything, "What it is, for people.");
        key("unlogged", Anything, "Postgres: whether the table goes without a write-ahead log.");
        key("indexes", Anything, "Postgres: the table's indexes.");
        key("partition_by", Anything, "The columns by which the table is partitioned.");
        key("cluster_by", Anything, "The columns by which the table is clustered.");
        key("labels", Anything, "BigQuery: labels of the table.");
        key("hours_to_expiration", Anything, "BigQuery: hours until the table is dropped.");
        key("kms_key_name", Anything, "BigQuery: the key that encrypts the table.");
        key("require_partition_filter", Anything, "BigQuery: whether readers must name partitions.");
        key("partition_expiration_days", Anything, "BigQuery: days until a partition is dropped.");
        key("grant_access_to", Anything, "BigQuery: datasets that the view may read.");
        key("snowflake_warehouse", Anything, "Snowflake: the warehouse that builds it.");
        key("transient", Anything, "Snowflake: whether the table goes without fail-safe.");
        key("copy_grants", Anything, "Snowflake: whether grants outlive a rebuild.");
        key("secure", Anything, "Snowflake: whether the view hides its SQL.");
        key("query_tag", Anything, "Snowflake: a tag on its queries.");
        key("target_lag", Anything, "Snowflake: how far a dynamic table may be behind.");
        key("refresh_mode", Anything, "Snowflake: how a dynamic table is refreshed.");
        key("automatic_clustering", Anything, "Snowflake: whether the table is clustered behind the scenes.");
        key("file_format", Anything, "Databricks, Spark: the format of its files.");
        key("location_root", Anything, "Databricks, Spark: where its files are.");
        key("liquid_clustered_by", Anything, "Databricks: the columns of its liquid clustering.");
        key("tblproperties", Anything, "Databricks: properties of the table.");
        key("databricks_tags", Anything, "Databricks: tags of the table.");
        key("databricks_compute", Anything, "Databricks: the compute that builds it.");
        key("dist", Anything, "Redshift: how rows are spread.");
        key("sort", Anything, "Redshift: by what rows are sorted.");
        key("sort_type", Anything, "Redshift: `compound` or `interleaved`.");
        key("bind", Anything, "Redshift: whether the view is bound to what it reads.");
        key("backup", Anything, "Redshift: whether the table is in snapshots of the cluster.");
    ],
};

pub(super) const SEED_CONFIG: Mapping = Mapping {
    name: "a seed's configuration",
    others: Others::Kept,
    keys: keys![
        ENABLED;
        ALIAS;
        SCHEMA;
        DATABASE;
        TAGS;
        META;
        GROUP;
        DOCS_KEY;
        COLUMN_TYPES;
        key("delimiter", Text, "The character between values; a comma by default.");
        nullable("quote_columns", Bool, "Whether the columns' names are put in quotes.");
        FULL_REFRESH;
        PRE_HOOK;
        POST_HOOK;
        PRE_HOOK_IN_CODE;
        POST_HOOK_IN_CODE;
        GRANTS;
        PERSIST;
        QUOTING_KEY;
        EVENT_TIME;
        key("materialized", Word(&["seed"]), "A seed is `seed` and nothing else.");
        STATIC_ANALYSIS;
    ],
};

pub(super) const SNAPSHOT_CONFIG: Mapping = Mapping {
    name: "a snapshot's configuration",
    others: Others::Kept,
    keys: keys![
        nullable("strategy", Usually(&["timestamp", "check"]), "How changed rows are known: by a time, or by comparing columns.");
        UNIQUE_KEY;
        nullable("updated_at", Text, "The column that says when a row changed, for `timestamp`.");
        nullable("check_cols", TEXTS, "The columns to compare, for `check`: a list, or `all`.");
        key("hard_deletes", Word(&["ignore", "invalidate", "new_record"]), "What becomes of rows that are gone; `ignore` by default.");
        old(key("invalidate_hard_deletes", Anything, "The older form of `hard_deletes: invalidate`."));
        nullable("dbt_valid_to_current", Text, "What `dbt_valid_to` is of rows that still hold.");
        key("snapshot_meta_column_names", Map(&META_COLUMNS), "Other names for the columns that dbt adds.");
        ENABLED;
        ALIAS;
        SCHEMA;
        DATABASE;
        old(nullable("target_schema", Text, "The older form of `schema`, which counts as it is."));
        old(nullable("target_database", Text, "The older form of `database`, which counts as it is."));
        TAGS;
        META;
        GROUP;
        DOCS_KEY;
        PRE_HOOK;
        POST_HOOK;
        PRE_HOOK_IN_CODE;
        POST_HOOK_IN_CODE;
        GRANTS;
        PERSIST;
        QUOTING_KEY;
        EVENT_TIME;
        key("materialized", Word(&["snapshot"]), "A snapshot is `snapshot` and nothing else.");
        STATIC_ANALYSIS;
    ],
};

const META_COLUMNS: Mapping = Mapping {
    name: "the names of a snapshot's columns",
    others: Others::Refused,
    keys: keys![
        nullable("dbt_valid_from", Text, "From when on a row holds.");
        nullable("dbt_valid_to", Text, "Until when a row holds.");
        nullable("dbt_scd_id", Text, "The key of a row at a time.");
        nullable("dbt_updated_at", Text, "When a row changed.");
        nullable("dbt_is_deleted", Text, "Whether a row is gone.");
    ],
};

/// A data test's.
pub const TEST_CONFIG: Mapping = Mapping {
    name: "a data test's configuration",
    others: Others::Kept,
    keys: keys![
        key("severity", Usually(&["error", "warn"]), "How loud a failure is; `error` by default.");
        nullable("where", Text, "Which rows are tested, in SQL.");
        nullable("limit", Integer, "How many failing rows are fetched at most.");
        key("warn_if", Text, "When it warns: `>10`; `!= 0` by default.");
        key("error_if", Text, "When it fails: `>100`; `!= 0` by default.");
        key("fail_calc", Text, "What is counted, in SQL; `count(*)` by default.");
        nullable("store_failures", Bool, "Whether failing rows are kept in the warehouse.");
        nullable("store_failures_as", Usually(&["table", "view", "ephemeral"]), "How failing rows are kept.");
        ENABLED;
        TAGS;
        META;
        GROUP;
        ALIAS;
        SCHEMA;
        DATABASE;
        key("sql_header", Anything, "SQL in front of the test's query.");
        STATIC_ANALYSIS;
    ],
};

pub(super) const SOURCE_CONFIG: Mapping = Mapping {
    name: "a source's configuration",
    others: Others::Kept,
    keys: keys![
        ENABLED;
        nullable("freshness", Map(&FRESHNESS), "How old its data may be; empty for no check.");
        nullable("loaded_at_field", Text, "The column that says when a row came.");
        nullable("loaded_at_query", Text, "A query that says when the last row came.");
        META;
        key("tags", TEXT_LIST, "Tags to select it by. Those of all places add up.");
        EVENT_TIME;
        STATIC_ANALYSIS;
        key("quoting", Anything, "Which parts of its name are put in quotes.");
    ],
};

pub(super) const EXPOSURE_CONFIG: Mapping = Mapping {
    name: "an exposure's configuration",
    others: Others::Kept,
    keys: keys![
        ENABLED;
        key("tags", TEXT_LIST, "Tags to select it by.");
        META;
    ],
};

pub(super) const UNIT_TEST_CONFIG: Mapping = Mapping {
    name: "a unit test's configuration",
    others: Others::Kept,
    keys: keys![
        ENABLED;
        TAGS;
        META;
        STATIC_ANALYSIS;
    ],
};

pub(super) const METRIC_CONFIG: Mapping = Mapping {
    name: "a metric's configuration",
    others: Others::Kept,
    keys: keys![
        ENABLED;
        GROUP;
        META;
        key("tags", Anything, "Tags to select it by.");
    ],
};

pub(super) const SEMANTIC_MODEL_CONFIG: Mapping = Mapping {
    name: "a semantic model's configuration",
    others: Others::Kept,
    keys: keys![
        ENABLED;
        GROUP;
        META;
    ],
};

pub(super) const SAVED_QUERY_CONFIG: Mapping = Mapping {
    name: "a saved query's configuration",
    others: Others::Kept,
    keys: keys![
        ENABLED;
        GROUP;
        META;
        nullable("export_as", Word(&["table", "view"]), "What its exports are in the warehouse.");
        SCHEMA;
        key("cache", Map(&CACHE), "Whether results are kept.");
        key("tags", Anything, "Tags to select it by.");
    ],
};

const CACHE: Mapping = Mapping {
    name: "`cache`",
    others: Others::Refused,
    keys: keys![
        key("enabled", Bool, "Whether results are kept.");
    ],
};

pub(super) const FUNCTION_CONFIG: Mapping = Mapping {
    name: "a function's configuration",
    others: Others::Kept,
    keys: keys![
        key("type", Word(&["scalar", "aggregate", "table"]), "What it gives; `scalar` by default.");
        nullable("volatility", Word(&["deterministic", "stable", "non-deterministic"]), "Whether equal arguments give equal results.");
        nullable("runtime_version", Text, "The version of Python.");
        nullable("entry_point", Text, "The function in the Python file.");
        key("packages", TEXT_LIST, "Python packages that it needs.");
        ENABLED;
        ALIAS;
        SCHEMA;
        DATABASE;
        TAGS;
        META;
        GROUP;
        GRANTS;
    ],
};

pub(super) const ANALYSIS_CONFIG: Mapping = Mapping {
    name: "an analysis' configuration",
    others: Others::Kept,
    keys: keys![
        ENABLED;
        TAGS;
        META;
        DOCS_KEY;
        GROUP;
        STATIC_ANALYSIS;
    ],
};

pub(super) const MACRO_CONFIG: Mapping = Mapping {
    name: "a macro's configuration",
    others: Others::Kept,
    keys: keys![
        META;
        key("docs", Anything, "How the documentation shows it.");
    ],
};

pub(super) const GROUP_CONFIG: Mapping = Mapping {
    name: "a group's configuration",
    others: Others::Kept,
    keys: keys![
        META;
    ],
};

pub(super) const COLUMN_CONFIG: Mapping = Mapping {
    name: "a column's configuration",
    others: Others::Kept,
    keys: keys![
        META;
        key("tags", Either(&[Scalar, List(&Scalar)]), "Tags of the column.");
        key("policy_tags", Anything, "BigQuery: policy tags.");
        key("databricks_tags", Anything, "Databricks: tags.");
    ],
};
