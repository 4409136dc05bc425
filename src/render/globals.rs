//! What do names mean that a template does not set: macros, dbt's context, Jinja's functions?
//! (dbt-core `context/providers.py`, `context/macros.py`.)

use super::machine::{Machine, Step};
use super::value::Value;

/// Functions of dbt's context and of Jinja.
const FUNCTIONS: &[&str] = &[
    "ref",
    "source",
    "metric",
    "function",
    "env_var",
    "return",
    "log",
    "print",
    "tojson",
    "fromjson",
    "toyaml",
    "fromyaml",
    "set",
    "set_strict",
    "zip",
    "zip_strict",
    "local_md5",
    "diff_of_two_dicts",
    "load_result",
    "store_result",
    "store_raw_result",
    "render",
    "write",
    "try_or_compiler_error",
    "submit_python_job",
    "range",
    "dict",
    "namespace",
    "lipsum",
    "cycler",
    "joiner",
    "load_agate_table",
];

/// Things with attributes.
const MODULES: &[&str] = &[
    "config",
    "var",
    "target",
    "adapter",
    "api",
    "exceptions",
    "modules",
    "flags",
    "model",
    "builtins",
    "validation",
    "context",
    "dbt",
    "selected_resources",
    "invocation_args_dict",
    "dbt_metadata_envs",
    "run_started_at",
    "env",
];

/// dbt's own macros whose value while dbt parses says something, and others that templates call.
const GLOBAL_MACROS: &str = " _split_part_negative after_commit any_value apply_grants array_append array_concat array_construct before_begin bool_or build_snapshot_staging_table build_snapshot_table can_clone_table cast cast_bool_to_text check_for_schema_changes check_schema_exists collect_freshness concat convert_datetime copy_grants create_columns create_csv_table create_indexes create_or_replace_view create_schema create_table_as create_view_as current_timestamp current_timestamp_backcompat current_timestamp_in_utc_backcompat date date_spine date_trunc dateadd datediff dates_in_range diff_column_data_types diff_columns drop_relation drop_relation_if_exists drop_schema drop_schema_named equals escape_single_quotes except format_column format_row generate_alias_name generate_database_name generate_schema_name generate_schema_name_for_env generate_series get_catalog get_column_schema_from_query get_columns_in_query get_columns_in_relation get_create_table_as_sql get_create_view_as_sql get_delete_insert_merge_sql get_empty_schema_sql get_empty_subquery_sql get_incremental_append_sql get_intervals_between get_merge_sql get_merge_update_columns get_or_create_relation get_powers_of_two get_quoted_csv get_relations get_seed_column_quoted_csv get_test_sql get_where_subquery hash in_transaction incremental_validate_on_schema_change information_schema_name intersect is_incremental last_day length list_relations_without_caching list_schemas listagg load_cached_relation load_relation make_backup_relation make_hook_config make_intermediate_relation make_temp_relation noop_statement partition_range persist_docs position post_snapshot process_schema_changes py_current_timestring rename_relation replace resolve_model_name right run_hooks run_query safe_cast set_sql_header should_full_refresh should_revoke should_store_failures snapshot_get_time snapshot_hash_arguments snapshot_merge_sql snapshot_string_as_time split_part statement strategy_dispatch string_literal sync_column_schemas truncate_relation type_bigint type_boolean type_float type_int type_numeric type_string type_timestamp ";

fn known(names: &'static [&'static str], name: &str) -> Option<&'static str> {
    names.iter().copied().find(|known| *known == name)
}

impl Machine<'_, '_> {
    /// The value of a name.
    pub fn name(&mut self, name: &str) -> Value {
        if let Some(value) = self.look_up(name) {
            return value;
        }
        if let Some(at) = self.library.find(0, name) {
            return Value::Macro(at);
        }
        if let Some(at) = known(FUNCTIONS, name) {
            return Value::Function(at);
        }
        if let Some(at) = known(MODULES, name) {
            return Value::Module(at);
        }
        self.constant_name(name)
            .or_else(|| self.library.package(name).map(Value::Package))
            .or_else(|| is_global_macro(name).then(|| Value::Global(name.into())))
            .unwrap_or(Value::Undefined)
    }

    fn constant_name(&mut self, name: &str) -> Option<Value> {
        Some(match name {
            "execute" => Value::Bool(false),
            "this" => Value::Relation,
            "project_name" => Value::text(self.library.root_name()),
            "graph" => self.heap.dict(Vec::new()),
            "invocation_id"
            | "thread_id"
            | "dbt_version"
            | "schema"
            | "database"
            | "sql"
            | "compiled_code"
            | "pre_hooks"
            | "post_hooks"
            | "sql_now"
            | "column"
            | "defer_relation"
            | "context_macro_stack" => Value::Unknown,
            _ => return None,
        })
    }

    /// `object.name`, where it is not called.
    pub fn attribute(&mut self, object: &Value, name: &str) -> Step<Value> {
        Ok(match object {
            Value::Undefined | Value::None | Value::Bool(_) | Value::Int(_) | Value::Float(_) => {
                Value::Undefined
            }
            Value::Dict(id) | Value::Namespace(id) => {
                let entries = self.heap.entries(*id).map_or(0, <[_]>::len);
                self.spend(entries / 16)?;
                match self.heap.get(*id, &Value::text(name)) {
                    Some(value) => value,
                    None if matches!(name, "items" | "keys" | "values" | "get" | "update") => {
                        Value::Unknown
                    }
                    None => Value::Undefined,
                }
            }
            Value::Loop(state) => {
                let length = state.items.len();
                let count = |it: usize| i64::try_from(it).map_or(Value::Unknown, Value::Int);
                let item = |at: Option<usize>| {
                    let item = at.and_then(|at| state.items.get(at));
                    item.cloned().unwrap_or(Value::Undefined)
                };
                match name {
                    "index" => count(state.index + 1),
                    "index0" => count(state.index),
                    "revindex" => count(length.saturating_sub(state.index)),
                    "revindex0" => count(length.saturating_sub(state.index + 1)),
                    "first" => Value::Bool(state.index == 0),
                    "last" => Value::Bool(state.index + 1 == length),
                    "length" => count(length),
                    "previtem" => item(state.index.checked_sub(1)),
                    "nextitem" => item(Some(state.index + 1)),
                    "depth" => Value::Int(1),
                    "depth0" => Value::Int(0),
                    _ => Value::Unknown,
                }
            }
            Value::Package(package) => match self.library.find(*package, name) {
                Some(at) => Value::Macro(at),
                None => Value::Undefined,
            },
            Value::Module(module) => self.module_attribute(module, name),
            _ => Value::Unknown,
        })
    }

    fn module_attribute(&mut self, module: &str, name: &str) -> Value {
        match (module, name) {
            ("dbt", _) => Value::Global(name.into()),
            ("builtins" | "context", _) => match known(FUNCTIONS, name) {
                Some(at) => Value::Function(at),
                None => known(MODULES, name).map_or(Value::Unknown, Value::Module),
            },
            ("target", "name" | "target_name") => known_text(self.inputs.target.name.as_deref()),
            ("target", "type") => known_text(self.inputs.target.adapter.as_deref()),
            ("target", "profile_name") => known_text(self.inputs.target.profile.as_deref()),
            ("target", _) => match self.inputs.target.field(name).cloned() {
                Some(value) => self.heap.of_yaml(&value, 0),
                None => Value::Unknown,
            },
            ("model", "name" | "alias") if name == "name" => Value::text(self.node.name),
            ("model", "package_name") => Value::text(self.library.root_name()),
            ("model", "original_file_path") => Value::text(self.node.path),
            ("flags", "FULL_REFRESH" | "STORE_FAILURES") => Value::Bool(false),
            _ => Value::Unknown,
        }
    }
}

fn known_text(text: Option<&str>) -> Value {
    text.map_or(Value::Unknown, Value::text)
}

pub(super) fn is_global_macro(name: &str) -> bool {
    !name.is_empty() && GLOBAL_MACROS.split(' ').any(|known| known == name)
}
