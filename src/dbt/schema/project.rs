//! dbt_project.yml.

use super::Holds::{
    Anything, Bool, Either, Integer, List, Mapping as Map, Name, Names, Scalar, Text, Tree, Usually,
};
use super::config::{
    ANALYSIS_CONFIG, EXPOSURE_CONFIG, FUNCTION_CONFIG, METRIC_CONFIG, MODEL_CONFIG,
    SAVED_QUERY_CONFIG, SEED_CONFIG, SEMANTIC_MODEL_CONFIG, SNAPSHOT_CONFIG, SOURCE_CONFIG,
    TEST_CONFIG, UNIT_TEST_CONFIG,
};
use super::{Mapping, Others, TEXT_LIST, TEXTS, key, nullable, old, required};

/// The file as a whole.
pub const PROJECT: Mapping = Mapping {
    name: "dbt_project.yml",
    others: Others::Refused,
    keys: keys![
        required("name", Name, "The project's name, by which others read it: letters, digits and underscores.");
        nullable("version", Scalar, "The project's version. dbt does nothing with it.");
        key("config-version", Integer, "The version of this file's format: 2.");
        nullable("profile", Text, "The profile of profiles.yml that says how to connect.");
        nullable("require-dbt-version", TEXTS, "The versions of dbt that the project works with: `[\">=1.8.0\", \"<2.0.0\"]`.");
        nullable("model-paths", TEXT_LIST, "Where models are; `[models]` by default.");
        nullable("seed-paths", TEXT_LIST, "Where seeds are; `[seeds]` by default.");
        nullable("snapshot-paths", TEXT_LIST, "Where snapshots are; `[snapshots]` by default.");
        nullable("analysis-paths", TEXT_LIST, "Where analyses are; `[analyses]` by default.");
        nullable("macro-paths", TEXT_LIST, "Where macros are; `[macros]` by default.");
        nullable("test-paths", TEXT_LIST, "Where singular data tests are; `[tests]` by default.");
        nullable("function-paths", TEXT_LIST, "Where functions are; `[functions]` by default.");
        nullable("docs-paths", TEXT_LIST, "Where doc blocks are; all other paths by default.");
        nullable("asset-paths", TEXT_LIST, "Folders that the documentation takes along.");
        nullable("osi-paths", TEXT_LIST, "Where semantic models of other tools are.");
        nullable("target-path", Text, "Where dbt writes what it makes; `target` by default.");
        nullable("log-path", Text, "Where dbt writes its log; `logs` by default.");
        nullable("packages-install-path", Text, "Where packages are installed; `dbt_packages` by default.");
        nullable("clean-targets", TEXT_LIST, "What `dbt clean` removes.");
        nullable("models", Tree(&MODEL_CONFIG), "Configuration of models by folder. `+key` is configuration, `key` a folder.");
        nullable("seeds", Tree(&SEED_CONFIG), "Configuration of seeds by folder.");
        nullable("snapshots", Tree(&SNAPSHOT_CONFIG), "Configuration of snapshots by folder.");
        key("sources", Tree(&SOURCE_CONFIG), "Configuration of sources by folder, source and table.");
        key("data_tests", Tree(&TEST_CONFIG), "Configuration of data tests by folder.");
        old(key("tests", Tree(&TEST_CONFIG), "The older name of `data_tests`."));
        key("unit_tests", Tree(&UNIT_TEST_CONFIG), "Configuration of unit tests by folder.");
        key("analyses", Tree(&ANALYSIS_CONFIG), "Configuration of analyses by folder.");
        key("exposures", Tree(&EXPOSURE_CONFIG), "Configuration of exposures by folder.");
        key("metrics", Tree(&METRIC_CONFIG), "Configuration of metrics by folder.");
        key("semantic-models", Tree(&SEMANTIC_MODEL_CONFIG), "Configuration of semantic models by folder.");
        key("saved-queries", Tree(&SAVED_QUERY_CONFIG), "Configuration of saved queries by folder.");
        key("functions", Tree(&FUNCTION_CONFIG), "Configuration of functions by folder.");
        nullable("vars", Names, "Variables for `var()`: for all, or below a package's name for that package.");
        nullable("on-run-start", TEXTS, "SQL to run before everything.");
        nullable("on-run-end", TEXTS, "SQL to run after everything.");
        key("dispatch", List(&Map(&DISPATCH)), "Which packages' macros stand in for those of another.");
        nullable("quoting", Map(&PROJECT_QUOTING), "Which parts of names are put in quotes.");
        nullable("query-comment", Either(&[Text, Names]), "The comment that dbt puts into its queries.");
        key("restrict-access", Bool, "Whether other projects may read public models only; they may read more by default.");
        nullable("dbt-cloud", Names, "What dbt Cloud needs: `project-id`.");
        key("flags", Map(&FLAGS), "Switches of dbt itself; only the root project's count.");
        old(key("packages", Anything, "Packages; their place is packages.yml."));
        old(nullable("project-root", Text, "dbt's own note."));
        old(nullable("source-paths", TEXT_LIST, "The older name of `model-paths`."));
        old(nullable("data-paths", TEXT_LIST, "The older name of `seed-paths`."));
    ],
};

const DISPATCH: Mapping = Mapping {
    name: "an entry of `dispatch`",
    others: Others::PassedOver,
    keys: keys![
        required("macro_namespace", Text, "The package whose macros others stand in for.");
        required("search_order", TEXT_LIST, "The packages that are asked, the first one first.");
    ],
};

const PROJECT_QUOTING: Mapping = Mapping {
    name: "`quoting`",
    others: Others::Refused,
    keys: keys![
        nullable("database", Bool, "Whether databases' names are put in quotes.");
        nullable("schema", Bool, "Whether schemas' names are put in quotes.");
        nullable("identifier", Bool, "Whether tables' names are put in quotes.");
        nullable("project", Bool, "BigQuery: whether projects' names are put in quotes.");
        nullable("snowflake_ignore_case", Bool, "Snowflake: whether upper and lower case are the same.");
    ],
};

const FLAGS: Mapping = Mapping {
    name: "`flags`",
    others: Others::Kept,
    keys: keys![
        nullable("send_anonymous_usage_stats", Bool, "Whether dbt tells its makers how it is used.");
        nullable("partial_parse", Bool, "Whether dbt reads again only what changed.");
        nullable("fail_fast", Bool, "Whether dbt stops at the first failure.");
        nullable("warn_error", Bool, "Whether every warning is an error.");
        nullable("warn_error_options", Names, "Which warnings are errors, and which are silent.");
        nullable("use_colors", Bool, "Whether dbt writes in colours.");
        nullable("printer_width", Integer, "How wide dbt writes.");
        nullable("indirect_selection", Usually(&["eager", "cautious", "buildable", "empty"]), "Which tests are selected along with models.");
        nullable("log_format", Usually(&["text", "json", "debug", "default"]), "How dbt writes its log.");
        nullable("log_level", Usually(&["debug", "info", "warn", "error", "none"]), "How much dbt writes.");
        nullable("static_parser", Bool, "Whether dbt reads simple models without rendering them.");
        nullable("version_check", Bool, "Whether `require-dbt-version` counts.");
        nullable("cache_selected_only", Bool, "Whether dbt looks only at the schemas that are selected.");
        nullable("populate_cache", Bool, "Whether dbt looks at schemas before it runs.");
        nullable("write_json", Bool, "Whether dbt writes its manifest and results.");
        key("require_generic_test_arguments_property", Bool, "Whether arguments of data tests stand below `arguments`.");
        key("require_unique_project_resource_names", Bool, "Whether a name may stand once in a project only.");
        key("require_resource_names_without_spaces", Bool, "Whether names with spaces are errors.");
        key("require_ref_searches_node_package_before_root", Bool, "Whether a package's refs look in the package first.");
        key("require_explicit_package_overrides_for_builtin_materializations", Bool, "Whether packages may replace dbt's materializations.");
        key("source_freshness_run_project_hooks", Bool, "Whether `dbt source freshness` runs hooks.");
        key("skip_nodes_if_on_run_start_fails", Bool, "Whether nothing is built where a hook at the start fails.");
        key("state_modified_compare_more_unrendered_values", Bool, "Whether `state:modified` compares what is written, not what it gives.");
        key("state_modified_compare_vars", Bool, "Whether `state:modified` compares variables.");
        key("validate_macro_args", Bool, "Whether dbt compares macros' arguments with their property files.");
        key("allow_jinja_file_extensions", Bool, "Whether `.sql.jinja` and its like are read.");
        key("require_valid_schema_from_generate_schema_name", Bool, "Whether a macro may give no schema.");
        key("require_yaml_configuration_for_mf_time_spines", Bool, "Whether time spines stand in property files.");
        key("require_nested_cumulative_type_params", Bool, "Whether parameters of cumulative metrics stand below their own key.");
        key("latest_version_pointer_enabled_by_default", Bool, "Whether every versioned model has a view over its latest version.");
    ],
};
