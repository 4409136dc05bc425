//! The table of rules. A new one is a file here and a line in [`RULES`].

mod ambiguous_column;
mod ambiguous_ref;
mod breaking_change;
mod contract_constraint;
mod contract_duplicate_column;
mod contract_extra_column;
mod contract_materialization;
mod contract_missing_column;
mod contract_no_columns;
mod contract_type_mismatch;
mod contract_untyped_column;
mod deprecated_model;
mod deprecated_ref;
mod disabled_ref;
mod duplicate_key;
mod duplicate_name;
mod dynamic_ref;
mod invalid_access;
mod invalid_ref;
mod invalid_test;
mod invalid_value;
mod jinja_syntax;
mod loom_config;
mod loom_config_name;
mod manifest_missing;
mod manifest_name;
mod manifest_not_fetched;
mod manifest_stale;
mod manifest_unreadable;
mod model_cycle;
mod packages_missing;
mod private_ref;
mod protected_ref;
mod public_without_contract;
mod test_arguments;
mod uneven_union;
mod unknown_column;
mod unknown_doc;
mod unknown_function;
mod unknown_group;
mod unknown_key;
mod unknown_macro;
mod unknown_materialization;
mod unknown_metric;
mod unknown_model;
mod unknown_project;
mod unknown_source;
mod unknown_test;
mod unknown_var;
mod unknown_version;
mod unpinned_version;
mod unreached_ref;
mod unset_variable;
mod unused_config_path;
mod unused_properties;
mod upcoming_deprecation;
mod yaml_syntax;

use super::{Draft, File, Rule};
use crate::rules::RuleId;

/// Every rule, in the order of [`crate::rules::RuleId::ALL`].
pub(super) const RULES: &[Rule] = &[
    unknown_model::RULE,
    unknown_project::RULE,
    private_ref::RULE,
    protected_ref::RULE,
    unknown_version::RULE,
    disabled_ref::RULE,
    ambiguous_ref::RULE,
    duplicate_name::RULE,
    deprecated_ref::RULE,
    deprecated_model::RULE,
    upcoming_deprecation::RULE,
    unpinned_version::RULE,
    model_cycle::RULE,
    unknown_source::RULE,
    unknown_metric::RULE,
    unknown_function::RULE,
    unknown_doc::RULE,
    unknown_group::RULE,
    unknown_column::RULE,
    ambiguous_column::RULE,
    uneven_union::RULE,
    contract_missing_column::RULE,
    contract_extra_column::RULE,
    contract_type_mismatch::RULE,
    contract_duplicate_column::RULE,
    unused_properties::RULE,
    unused_config_path::RULE,
    invalid_ref::RULE,
    invalid_access::RULE,
    unreached_ref::RULE,
    unknown_var::RULE,
    unknown_macro::RULE,
    unknown_materialization::RULE,
    unknown_test::RULE,
    invalid_test::RULE,
    test_arguments::RULE,
    jinja_syntax::RULE,
    yaml_syntax::RULE,
    duplicate_key::RULE,
    packages_missing::RULE,
    unknown_key::RULE,
    invalid_value::RULE,
    contract_no_columns::RULE,
    contract_untyped_column::RULE,
    contract_materialization::RULE,
    contract_constraint::RULE,
    public_without_contract::RULE,
    breaking_change::RULE,
    dynamic_ref::RULE,
    loom_config::RULE,
    loom_config_name::RULE,
    manifest_missing::RULE,
    manifest_unreadable::RULE,
    manifest_not_fetched::RULE,
    manifest_stale::RULE,
    manifest_name::RULE,
    unset_variable::RULE,
];

/// What reading a loom config alone shows, of one rule.
fn loom_problems(file: &File<'_>, rule: RuleId) -> Vec<Draft> {
    let problems = file.loom.iter().flat_map(|loom| &loom.config.problems);
    problems
        .filter(|problem| problem.rule == rule)
        .map(|problem| {
            let draft = Draft::new(problem.span, problem.message.clone());
            draft
                .at_most(problem.severity)
                .replace(problem.suggestion.as_deref())
        })
        .collect()
}
