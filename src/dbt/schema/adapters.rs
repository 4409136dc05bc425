//! Further keys of configurations: those of adapters that dbt checks the keys for.

/// Whether an adapter of those that dbt checks keys for has a configuration key of this name.
#[must_use]
pub fn is_adapter_key(name: &str) -> bool {
    KEYS.split_ascii_whitespace().any(|key| key == name)
}

const KEYS: &str = "\
    adapter_properties additional_libs as_columnstore auto_liquid_cluster auto_refresh \
    base_location_root base_location_subpath batch_id buckets catalog catalog_name category \
    change_tracking classifiers cluster_id clustered_by compression compute config copy_tags \
    create_notebook data_retention_time_in_days dataproc_cluster_name dataset \
    enable_list_inference enable_refresh external_access_integrations external_location \
    external_volume formatter http_path iceberg_version immutable_where imports \
    include_full_name_in_path incremental_apply_config_changes index_url initialize \
    intermediate_format jar_file_uri job_cluster_config job_execution_timeout_seconds \
    labels_from_meta location matched_condition max_data_extension_time_in_days max_staleness \
    merge_with_schema_evolution name not_matched_by_source_action \
    not_matched_by_source_condition not_matched_condition notebook_template_id options \
    partitions project python_job_config python_version query_tags refresh_interval_minutes \
    refresh_warehouse reservation resource_tags row_access_policy schedule scheduler \
    schema_origin secrets skip_matched_step skip_not_matched_step skip_optimize snowflake \
    snowflake_initialization_warehouse source_alias state storage_serialization_policy \
    storage_uri submission_method sync table_format table_tag table_type target_alias \
    target_file_size timeout tmp_relation_type unique_tmp_table_suffix use_anonymous_sproc \
    use_safer_relation_operations use_uniform user_folder_for_python view_update_via_alter \
    zorder";
