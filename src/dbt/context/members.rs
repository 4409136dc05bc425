//! Which members do the objects of a template's context have?

use super::{Member, Scope, code, value};

const fn method(
    name: &'static str,
    parameters: &'static [&'static str],
    summary: &'static str,
) -> Member {
    code(name, parameters, summary)
}

const fn field(name: &'static str, summary: &'static str) -> Member {
    value(Scope::Code, name, summary)
}

/// The members of the context's objects.
pub const MEMBERS: &[(&str, &[Member])] = &[
    (
        "adapter",
        &[
            method(
                "dispatch",
                &["macro_name", "macro_namespace=none"],
                "the macro as this adapter has it",
            ),
            method(
                "get_relation",
                &["database", "schema", "identifier"],
                "a relation, if there is one",
            ),
            method(
                "get_columns_in_relation",
                &["relation"],
                "the columns of a relation",
            ),
            method(
                "get_missing_columns",
                &["from_relation", "to_relation"],
                "columns that only the first one has",
            ),
            method(
                "expand_target_column_types",
                &["from_relation", "to_relation"],
                "widens the columns of a table",
            ),
            method(
                "check_schema_exists",
                &["database", "schema"],
                "whether there is such a schema",
            ),
            method(
                "already_exists",
                &["schema", "name"],
                "whether there is such a relation",
            ),
            method("create_schema", &["relation"], "makes a relation's schema"),
            method("drop_schema", &["relation"], "drops a relation's schema"),
            method("drop_relation", &["relation"], "drops a relation"),
            method("truncate_relation", &["relation"], "empties a table"),
            method(
                "rename_relation",
                &["from_relation", "to_relation"],
                "renames a relation",
            ),
            method("quote", &["identifier"], "a name in the warehouse's quotes"),
            method(
                "quote_as_configured",
                &["identifier", "quote_key"],
                "a name in quotes, where the project wants them",
            ),
            method(
                "quote_seed_column",
                &["column", "quote_config"],
                "a seed's column in quotes, where wanted",
            ),
            method(
                "execute",
                &["sql", "auto_begin=false", "fetch=false", "limit=none"],
                "runs SQL",
            ),
            method(
                "get_column_schema_from_query",
                &["sql"],
                "the columns of a query",
            ),
            method(
                "standardize_grants_dict",
                &["grants_table"],
                "grants as dbt compares them",
            ),
            method(
                "get_incremental_strategy_macro",
                &["model_context", "strategy"],
                "the macro of a strategy",
            ),
            method(
                "render_raw_columns_constraints",
                &["raw_columns"],
                "constraints of columns as SQL",
            ),
            method(
                "render_raw_model_constraints",
                &["raw_constraints"],
                "constraints of a model as SQL",
            ),
            method(
                "valid_snapshot_target",
                &["relation"],
                "checks the table of a snapshot",
            ),
            method("type", &[], "the adapter's name"),
        ],
    ),
    (
        "exceptions",
        &[
            method("raise_compiler_error", &["msg"], "stops with this message"),
            method("warn", &["msg"], "warns with this message"),
            method(
                "raise_not_implemented",
                &["msg"],
                "stops: there is no such thing here",
            ),
            method(
                "raise_database_error",
                &["msg"],
                "stops with an error of the database",
            ),
            method(
                "raise_dependency_error",
                &["msg"],
                "stops with an error of dependencies",
            ),
            method("raise_fail_fast_error", &["msg"], "stops the whole run"),
            method(
                "raise_contract_error",
                &["yaml_columns", "sql_columns"],
                "stops: a contract is broken",
            ),
            method(
                "column_type_missing",
                &["column_names"],
                "stops: columns lack their type",
            ),
            method(
                "missing_config",
                &["model", "name"],
                "stops: a configuration is missing",
            ),
            method(
                "missing_materialization",
                &["model", "adapter_type"],
                "stops: no such materialization",
            ),
            method(
                "missing_relation",
                &["relation", "model=none"],
                "stops: no such relation",
            ),
            method(
                "relation_wrong_type",
                &["relation", "expected_type", "model=none"],
                "stops: a relation of another type",
            ),
            method(
                "raise_ambiguous_alias",
                &["node_1", "node_2", "duped_name=none"],
                "stops: two nodes, one relation",
            ),
            method(
                "raise_duplicate_resource_name",
                &["node_1", "node_2"],
                "stops: two nodes, one name",
            ),
        ],
    ),
    (
        "api",
        &[
            field("Relation", "the class of relations"),
            field("Column", "the class of columns"),
        ],
    ),
    (
        "modules",
        &[
            field("datetime", "Python's dates and times"),
            field("pytz", "time zones"),
            field("re", "regular expressions"),
            field("itertools", "ways of going through lists"),
        ],
    ),
    (
        "config",
        &[
            method("get", &["name", "default=none"], "the value of a key"),
            method("require", &["name"], "the value of a key, or an error"),
            method(
                "meta_get",
                &["name", "default=none"],
                "the value of a key of `meta`",
            ),
            method(
                "meta_require",
                &["name"],
                "the value of a key of `meta`, or an error",
            ),
            method("set", &["name", "value"], "sets a key"),
            method(
                "persist_relation_docs",
                &[],
                "whether the relation's description is kept",
            ),
            method(
                "persist_column_docs",
                &[],
                "whether the columns' descriptions are kept",
            ),
        ],
    ),
    (
        "var",
        &[method(
            "has_var",
            &["name"],
            "whether something gives the variable",
        )],
    ),
    (
        "builtins",
        &[
            method(
                "ref",
                &["package", "name", "v=none", "version=none"],
                "reads a model, seed or snapshot",
            ),
            method(
                "source",
                &["source_name", "table_name"],
                "reads a table that is not dbt's",
            ),
            method("config", &["**options"], "configures this file"),
        ],
    ),
    (
        "target",
        &[
            field("name", "the target's name"),
            field("schema", "the schema of profiles.yml"),
            field("type", "the adapter"),
            field("database", "the database of profiles.yml"),
            field("profile_name", "the profile"),
            field("threads", "how many threads dbt uses"),
        ],
    ),
    (
        "flags",
        &[
            field("FULL_REFRESH", "`--full-refresh`"),
            field("STORE_FAILURES", "`--store-failures`"),
            field("WHICH", "the command"),
        ],
    ),
    (
        "this",
        &[
            field("database", "its database"),
            field("schema", "its schema"),
            field("identifier", "its name in the warehouse"),
            field("name", "its name in the warehouse"),
            field("is_table", "whether it is a table"),
            field("is_view", "whether it is a view"),
            method(
                "include",
                &["database=none", "schema=none", "identifier=none"],
                "the same with only some of its parts",
            ),
            method(
                "quote",
                &["database=none", "schema=none", "identifier=none"],
                "the same with other quotes",
            ),
            method("render", &[], "its name as SQL"),
        ],
    ),
];

/// The members of an object of the context, as far as they are known.
#[must_use]
pub fn members_of(object: &str) -> &'static [Member] {
    let mut objects = MEMBERS.iter().filter(|(name, _)| *name == object);
    objects.next().map_or(&[], |(_, members)| *members)
}
