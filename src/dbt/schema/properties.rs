//! Property files: models, sources, exposures, ….

use super::Holds::{
    Anything, Bool, Config, DataTests, Either, List, Mapping as Map, Moment, Names, Scalar, Text,
    Word,
};
use super::config::{
    ANALYSIS_CONFIG, COLUMN_CONFIG, EXPOSURE_CONFIG, FRESHNESS, FUNCTION_CONFIG, GROUP_CONFIG,
    MACRO_CONFIG, MODEL_CONFIG, QUOTING, SEED_CONFIG, SNAPSHOT_CONFIG, SOURCE_CONFIG, TEST_CONFIG,
    UNIT_TEST_CONFIG,
};
use super::semantics::{
    DERIVED_SEMANTICS, DIMENSION_OF_COLUMN, ENTITY_OF_COLUMN, METRIC, MODEL_SEMANTICS, SAVED_QUERY,
    SEMANTIC_MODEL, TIME_SPINE,
};
use super::{Holds, Key, Mapping, Others, TEXT_LIST, TEXTS, key, moved, nullable, old, required};

/// The file as a whole.
pub const PROPERTIES: Mapping = Mapping {
    name: "a property file",
    others: Others::PassedOver,
    keys: keys![
        nullable("version", Anything, "The version of the format. dbt no longer needs it.");
        key("models", List(&Map(&MODEL)), "What is said of models: columns, tests, configuration.");
        key("sources", List(&Map(&SOURCE)), "Tables that others load, read with `source()`.");
        key("seeds", List(&Map(&SEED)), "What is said of seeds.");
        key("snapshots", List(&Map(&SNAPSHOT)), "What is said of snapshots; with `relation`, snapshots themselves.");
        key("exposures", List(&Map(&EXPOSURE)), "What reads models outside of dbt: dashboards, notebooks, applications.");
        key("groups", List(&Map(&GROUP)), "Groups of models with an owner, within which models may be private.");
        key("macros", List(&Map(&MACRO)), "What is said of macros and their arguments.");
        key("analyses", List(&Map(&ANALYSIS)), "What is said of analyses.");
        key("data_tests", List(&Map(&SINGULAR_TEST)), "What is said of singular data tests, by their files' names.");
        old(key("tests", Anything, "dbt reads nothing in it: singular data tests stand below `data_tests`."));
        key("unit_tests", List(&Map(&UNIT_TEST)), "Tests of a model's logic with given rows.");
        key("metrics", List(&Map(&METRIC)), "Metrics of the semantic layer.");
        key("semantic_models", List(&Map(&SEMANTIC_MODEL)), "Semantic models over models.");
        key("saved_queries", List(&Map(&SAVED_QUERY)), "Queries of metrics that are kept.");
        key("functions", List(&Map(&FUNCTION)), "What is said of functions in the warehouse.");
        key("anchors", Anything, "A place for YAML anchors; dbt reads nothing in it.");
    ],
};

/// What an entry of a section is.
#[must_use]
pub fn section(key: &str) -> Option<&'static Mapping> {
    match PROPERTIES.key(key)?.holds {
        List(Map(mapping)) => Some(mapping),
        _ => None,
    }
}

const DESCRIPTION: Key =
    one![key("description", Text, "What it is, for people; Markdown, and `{{ doc('…') }}`.");];
const META: Key = one![moved(key("meta", Names, "Anything of one's own. Its place is `config`."));];
const DOCS: Key = one![moved(key("docs", Map(&super::config::DOCS), "How the documentation shows it. Its place is `config`."));];
const COLUMN_LIST: Holds = List(COLUMN_ITEM);
const COLUMN_ITEM: &Holds = &Map(&COLUMN);
const COLUMNS: Key = one![key("columns", COLUMN_LIST, "Its columns.");];
const TESTS: Key = one![key("data_tests", DataTests, "Data tests of it as a whole.");];
const OLD_TESTS: Key = one![old(key("tests", DataTests, "The older name of `data_tests`."));];
const CONSTRAINTS: Key =
    one![key("constraints", List(&Map(&CONSTRAINT)), "Constraints over several columns.");];
const CONSTRAINT_TYPES: Holds = Either(&[
    Holds::Usually(&[
        "not_null",
        "unique",
        "primary_key",
        "foreign_key",
        "check",
        "custom",
    ]),
    Anything,
]);
const SWITCH: Holds = Either(&[Bool, Anything]);

/// Both a column's and a model's. dbt looks at the type alone; the rules of contracts say what it makes of it.
const CONSTRAINT: Mapping = Mapping {
    name: "a constraint",
    others: Others::Kept,
    keys: keys![
        key("type", CONSTRAINT_TYPES, "What it asks for.");
        key("expression", Anything, "What a check checks; what is added to any other.");
        key("name", Anything, "Its name in the warehouse.");
        key("columns", Anything, "The columns that it is about; a column's own is about that column.");
        key("to", Anything, "What a foreign key points to: `ref('…')` or `source('…', '…')`, without braces.");
        key("to_columns", Anything, "The columns that a foreign key points to.");
        key("warn_unenforced", SWITCH, "Whether dbt says that the warehouse does not enforce it.");
        key("warn_unsupported", SWITCH, "Whether dbt says that the warehouse does not know it.");
    ],
};

const MODEL: Mapping = Mapping {
    name: "a model",
    others: Others::PassedOver,
    keys: keys![
        required("name", Text, "The model's name: its file's, without extension and version.");
        DESCRIPTION;
        key("config", Config(&MODEL_CONFIG), "The model's configuration. `config()` in its file is stronger.");
        COLUMNS;
        TESTS;
        OLD_TESTS;
        CONSTRAINTS;
        nullable("latest_version", Scalar, "The version that a ref without one reads; the greatest by default.");
        key("versions", List(&Map(&VERSION)), "The model's versions, each with a file of its own.");
        nullable("deprecation_date", Moment, "The day from which on dbt warns those who read the model.");
        moved(nullable("access", Text, "Who may read it. Its place is `config`."));
        moved(nullable("group", Text, "Its group. Its place is `config`."));
        META;
        DOCS;
        moved(key("contract", Names, "Its contract. Its place is `config`."));
        old(nullable("data_type", Text, "Of no use for a model."));
        old(nullable("quote_columns", Bool, "Of no use for a model."));
        nullable("time_spine", Map(&TIME_SPINE), "Makes the model a time spine of the semantic layer.");
        nullable("semantic_model", Either(&[Bool, Map(&MODEL_SEMANTICS)]), "Makes the model a semantic model.");
        nullable("primary_entity", Text, "The entity that a row of it stands for.");
        nullable("agg_time_dimension", Text, "The time dimension by which its metrics are summed up.");
        nullable("metrics", List(&Map(&METRIC)), "Metrics over this model.");
        nullable("derived_semantics", Map(&DERIVED_SEMANTICS), "Entities and dimensions that are no columns.");
    ],
};

const VERSION: Mapping = Mapping {
    name: "a version",
    others: Others::Refused,
    keys: keys![
        required("v", Scalar, "The version: a number, or a text.");
        nullable("defined_in", Text, "Its file's name without extension; `<model>_v<version>` by default.");
        DESCRIPTION;
        key("config", Config(&MODEL_CONFIG), "Its own configuration, over the model's.");
        key("columns", List(&Either(&[Map(&SELECTION), Map(&COLUMN)])), "Which of the model's columns it has, and its own.");
        nullable("deprecation_date", Moment, "The day from which on dbt warns those who read this version.");
        nullable("data_tests", DataTests, "Data tests in place of the model's.");
        old(nullable("tests", DataTests, "The older name of `data_tests`."));
        CONSTRAINTS;
        old(nullable("access", Text, "Has no effect: it counts in `config` only."));
        DOCS;
    ],
};

/// Which columns of its model a version has.
const SELECTION: Mapping = Mapping {
    name: "a selection of columns",
    others: Others::Refused,
    keys: keys![
        required("include", Either(&[Word(&["all", "*"]), List(&Text)]), "`all`, `*`, or the names of the model's columns that the version has.");
        key("exclude", TEXT_LIST, "Columns to leave out of `all`.");
    ],
};

const COLUMN: Mapping = Mapping {
    name: "a column",
    others: Others::Kept,
    keys: keys![
        required("name", Text, "The column's name.");
        DESCRIPTION;
        nullable("data_type", Text, "Its type in the warehouse; a contract wants it.");
        key("data_tests", DataTests, "Data tests of the column.");
        OLD_TESTS;
        key("constraints", List(&Map(&CONSTRAINT)), "Constraints of the column.");
        key("config", Config(&COLUMN_CONFIG), "The column's `meta` and `tags`.");
        nullable("quote", Bool, "Whether its name is put in quotes.");
        key("tags", TEXT_LIST, "Tags of its data tests.");
        key("meta", Names, "Anything of one's own.");
        DOCS;
        nullable("granularity", Text, "The smallest step of time in it.");
        nullable("dimension", Either(&[Text, Map(&DIMENSION_OF_COLUMN)]), "Makes it a dimension of the semantic layer.");
        nullable("entity", Either(&[Text, Map(&ENTITY_OF_COLUMN)]), "Makes it an entity of the semantic layer.");
        key("policy_tags", Anything, "BigQuery: policy tags.");
        key("databricks_tags", Anything, "Databricks: tags.");
        key("column_mask", Anything, "Databricks: the function that masks it.");
    ],
};

const SEED: Mapping = Mapping {
    name: "a seed",
    others: Others::PassedOver,
    keys: keys![
        required("name", Text, "The seed's name: its file's, without extension.");
        DESCRIPTION;
        key("config", Config(&SEED_CONFIG), "The seed's configuration.");
        COLUMNS;
        TESTS;
        OLD_TESTS;
        moved(nullable("group", Text, "Its group. Its place is `config`."));
        META;
        DOCS;
    ],
};

const SNAPSHOT: Mapping = Mapping {
    name: "a snapshot",
    others: Others::PassedOver,
    keys: keys![
        required("name", Text, "The snapshot's name.");
        key("relation", Text, "What it takes pictures of: `ref('…')` or `source('…', '…')`, without braces.");
        DESCRIPTION;
        key("config", Config(&SNAPSHOT_CONFIG), "The snapshot's configuration; it needs `strategy` and `unique_key`.");
        COLUMNS;
        TESTS;
        OLD_TESTS;
        moved(nullable("group", Text, "Its group. Its place is `config`."));
        META;
        DOCS;
    ],
};

const SOURCE: Mapping = Mapping {
    name: "a source",
    others: Others::Refused,
    keys: keys![
        required("name", Text, "The first argument of `source()`.");
        DESCRIPTION;
        nullable("database", Text, "The database of its tables; that of the target by default.");
        nullable("schema", Text, "The schema of its tables; the source's name by default.");
        nullable("tables", List(&Map(&TABLE)), "Its tables.");
        key("config", Config(&SOURCE_CONFIG), "Configuration for all of its tables.");
        key("loader", Text, "Who loads it, for people.");
        key("quoting", Map(&QUOTING), "Which parts of its tables' names are put in quotes.");
        moved(nullable("freshness", Map(&FRESHNESS), "How old its data may be. Its place is `config`."));
        moved(nullable("loaded_at_field", Text, "The column that says when a row came. Its place is `config`."));
        moved(nullable("loaded_at_query", Text, "A query that says when the last row came. Its place is `config`."));
        old(nullable("loaded_at_field_present", Bool, "dbt's own note."));
        META;
        moved(key("tags", TEXT_LIST, "Tags of its tables. Their place is `config`."));
        key("overrides", Text, "The package whose source this entry changes.");
        nullable("project", Text, "BigQuery: another name of `database`.");
        nullable("dataset", Text, "BigQuery: another name of `schema`.");
        nullable("catalog", Text, "Databricks and others: another name of `database`.");
        nullable("dbname", Text, "Postgres: another name of `database`.");
        old(nullable("unrendered_database", Text, "dbt's own note."));
        old(nullable("unrendered_schema", Text, "dbt's own note."));
    ],
};

const TABLE: Mapping = Mapping {
    name: "a table of a source",
    others: Others::Kept,
    keys: keys![
        required("name", Text, "The second argument of `source()`.");
        nullable("identifier", Text, "The table's name in the warehouse, where it is another.");
        DESCRIPTION;
        COLUMNS;
        TESTS;
        OLD_TESTS;
        key("config", Config(&SOURCE_CONFIG), "The table's configuration.");
        nullable("external", Names, "What is known of an external table.");
        key("loader", Text, "Who loads it, for people.");
        key("quoting", Map(&QUOTING), "Which parts of its name are put in quotes.");
        moved(nullable("freshness", Map(&FRESHNESS), "How old its data may be; empty for no check. Its place is `config`."));
        moved(nullable("loaded_at_field", Text, "The column that says when a row came. Its place is `config`."));
        moved(nullable("loaded_at_query", Text, "A query that says when the last row came. Its place is `config`."));
        META;
        moved(key("tags", TEXT_LIST, "Its tags. Their place is `config`."));
        DOCS;
        old(key("constraints", List(&Names), "Of no use for a table of a source."));
        old(nullable("data_type", Text, "Of no use for a table of a source."));
    ],
};

const EXPOSURE: Mapping = Mapping {
    name: "an exposure",
    others: Others::Refused,
    keys: keys![
        required("name", Text, "Its name: letters, digits and underscores.");
        required("type", Word(&["dashboard", "notebook", "analysis", "ml", "application"]), "What it is.");
        required("owner", Map(&OWNER), "Who looks after it: a `name`, an `email`, or both.");
        key("depends_on", TEXT_LIST, "What it reads: `ref('…')` and `source('…', '…')`, without braces.");
        DESCRIPTION;
        nullable("label", Text, "Its name for people.");
        nullable("maturity", Word(&["low", "medium", "high"]), "How much one may rely on it.");
        nullable("url", Text, "Where it is.");
        key("config", Config(&EXPOSURE_CONFIG), "Its configuration.");
        META;
        moved(key("tags", TEXT_LIST, "Its tags. Their place is `config`."));
    ],
};

/// Who looks after an exposure or a group.
pub const OWNER: Mapping = Mapping {
    name: "an owner",
    others: Others::Kept,
    keys: keys![
        nullable("name", Text, "The owner's name.");
        nullable("email", TEXTS, "The owner's address, or several.");
    ],
};

const GROUP: Mapping = Mapping {
    name: "a group",
    others: Others::Refused,
    keys: keys![
        required("name", Text, "The group's name, as `group` in a configuration gives it.");
        required("owner", Map(&OWNER), "Who looks after it: a `name`, an `email`, or both.");
        nullable("description", Text, "What it is, for people.");
        key("config", Config(&GROUP_CONFIG), "The group's `meta`.");
    ],
};

const MACRO: Mapping = Mapping {
    name: "a macro",
    others: Others::PassedOver,
    keys: keys![
        required("name", Text, "The macro's name.");
        DESCRIPTION;
        key("arguments", List(&Map(&MACRO_ARGUMENT)), "Its arguments, in their order.");
        key("config", Config(&MACRO_CONFIG), "The macro's `docs` and `meta`.");
        key("meta", Names, "Anything of one's own.");
        key("docs", Map(&super::config::DOCS), "How the documentation shows it.");
    ],
};

const MACRO_ARGUMENT: Mapping = Mapping {
    name: "an argument of a macro",
    others: Others::Refused,
    keys: keys![
        required("name", Text, "The argument's name.");
        nullable("type", Text, "What it is: `string`, `integer`, `relation`, `list[string]`, ….");
        DESCRIPTION;
    ],
};

const ANALYSIS: Mapping = Mapping {
    name: "an analysis",
    others: Others::PassedOver,
    keys: keys![
        required("name", Text, "The analysis' name: its file's, without extension.");
        DESCRIPTION;
        COLUMNS;
        key("config", Config(&ANALYSIS_CONFIG), "The analysis' configuration.");
        META;
        DOCS;
    ],
};

const SINGULAR_TEST: Mapping = Mapping {
    name: "a data test",
    others: Others::PassedOver,
    keys: keys![
        required("name", Text, "The test's name: its file's, without extension.");
        DESCRIPTION;
        key("config", Config(&TEST_CONFIG), "The test's configuration.");
        META;
        DOCS;
    ],
};

const UNIT_TEST: Mapping = Mapping {
    name: "a unit test",
    others: Others::Refused,
    keys: keys![
        required("name", Text, "The test's name.");
        required("model", Text, "The model that is tested.");
        required("given", List(&Map(&GIVEN)), "The rows of what the model reads.");
        required("expect", Map(&ROWS), "The rows that the model makes of them.");
        DESCRIPTION;
        nullable("overrides", Map(&OVERRIDES), "What macros, variables and the environment give meanwhile.");
        key("config", Config(&UNIT_TEST_CONFIG), "The test's configuration.");
        nullable("versions", Map(&VERSION_CHOICE), "Which versions of the model are tested; all by default.");
    ],
};

const FORMAT: Holds = Word(&["csv", "dict", "sql"]);
const ROWS_OF: Holds = Either(&[Text, List(&Names)]);

const GIVEN: Mapping = Mapping {
    name: "a given input",
    others: Others::Refused,
    keys: keys![
        required("input", Text, "What is read: `ref('…')`, `source('…', '…')` or `this`, without braces.");
        nullable("rows", ROWS_OF, "Its rows, in the `format` given.");
        key("format", FORMAT, "How the rows are written; `dict` by default.");
        nullable("fixture", Text, "The file with the rows, without extension.");
    ],
};

const ROWS: Mapping = Mapping {
    name: "the rows expected",
    others: Others::Refused,
    keys: keys![
        nullable("rows", ROWS_OF, "The rows, in the `format` given.");
        key("format", FORMAT, "How the rows are written; `dict` by default.");
        nullable("fixture", Text, "The file with the rows, without extension.");
    ],
};

const OVERRIDES: Mapping = Mapping {
    name: "what a unit test sets",
    others: Others::Refused,
    keys: keys![
        key("macros", Names, "What macros give: `is_incremental: true`.");
        key("vars", Names, "Values of variables.");
        key("env_vars", Names, "Values of environment variables.");
    ],
};

const VERSION_CHOICE: Mapping = Mapping {
    name: "a choice of versions",
    others: Others::Refused,
    keys: keys![
        nullable("include", List(&Scalar), "The versions that are tested.");
        nullable("exclude", List(&Scalar), "The versions that are not.");
    ],
};

const FUNCTION: Mapping = Mapping {
    name: "a function",
    others: Others::PassedOver,
    keys: keys![
        required("name", Text, "The function's name: its file's, without extension.");
        required("returns", Map(&RETURNS), "What it gives.");
        key("arguments", List(&Map(&FUNCTION_ARGUMENT)), "Its arguments, in their order.");
        key("overloads", List(&Map(&OVERLOAD)), "The same name with other arguments.");
        DESCRIPTION;
        key("config", Config(&FUNCTION_CONFIG), "The function's configuration.");
        moved(nullable("access", Text, "Who may call it. Its place is `config`."));
        META;
        DOCS;
    ],
};

const RETURNS: Mapping = Mapping {
    name: "what a function gives",
    others: Others::Refused,
    keys: keys![
        required("data_type", Text, "The type in the warehouse.");
        nullable("description", Text, "What it is, for people.");
    ],
};

const FUNCTION_ARGUMENT: Mapping = Mapping {
    name: "an argument of a function",
    others: Others::Refused,
    keys: keys![
        required("name", Text, "The argument's name.");
        required("data_type", Text, "Its type in the warehouse.");
        nullable("description", Text, "What it is, for people.");
        nullable("default_value", Anything, "What it is where the caller does not say.");
    ],
};

const OVERLOAD: Mapping = Mapping {
    name: "an overload",
    others: Others::Refused,
    keys: keys![
        required("defined_in", Text, "Its file's name without extension.");
        key("arguments", List(&Map(&FUNCTION_ARGUMENT)), "Its arguments, in their order.");
        nullable("returns", Map(&RETURNS), "What it gives.");
        nullable("description", Text, "What it is, for people.");
    ],
};
