//! Names with spaces, which dbt refuses or warns of (dbt-core `parser/manifest.py`,
//! `check_for_spaces_in_resource_names`; `contracts/graph/unparsed.py`, `UnparsedExposure`).

use crate::dbt::Maybe;
use crate::ide::diagnostics::{Draft, File};
use crate::project::Section;
use crate::rules::Severity;

use super::name_of;

/// The flag that makes errors of the names of models, seeds, tests, …; on by itself.
pub(in super::super) const RESOURCES: &str = "require_resource_names_without_spaces";
/// The flag that makes errors of the names of sources and semantic models; off by itself.
const OTHERS: &str = "require_source_and_semantic_model_names_without_spaces";

/// The names of what the file makes, of sources and of exposures.
pub(super) fn check(file: &File<'_>) -> Vec<Draft> {
    let nodes = file.linked.project.index.of_file(&file.path);
    let nodes = nodes.map(|(_, node)| node).filter(|node| {
        let is_on = node.config.enabled == Maybe::Known(true);
        is_on && node.name.contains(' ') && !node.name.contains('{')
    });
    let of_nodes = nodes.filter_map(|node| {
        let message = with_space(&node.resource_type.to_string(), &node.name);
        let draft = Draft::new(name_of(file, node)?, message);
        Some(as_loud_as_flag(file, RESOURCES, draft))
    });
    of_nodes.chain(of_entries(file)).collect()
}

fn of_entries(file: &File<'_>) -> impl Iterator<Item = Draft> {
    let definition = &file.linked.project.definition;
    let entries = file.properties().map_or(&[][..], |it| &it.entries).iter();
    let spans = file.facts.map_or(&[][..], |facts| &facts.spans.entries);
    let entries = entries.zip(spans).filter(move |(entry, _)| {
        let is_on = entry.is_enabled(definition) == Maybe::Known(true);
        is_on && !entry.name.contains('{')
    });
    entries.filter_map(move |(entry, spans)| {
        let name = &*entry.name;
        let is_table_there = || {
            let mut tables = entry.source.iter().flat_map(|source| &source.tables);
            tables.next().is_some() && entry.has_plain_tables()
        };
        let kind = match entry.section {
            Section::Sources if is_table_there() => "source",
            Section::SemanticModels => "semantic model",
            // Taken as it is, with a warning.
            Section::Exposures if !name.is_empty() && !is_name_of_exposure(name) => {
                let message = format!(
                    "the name of an exposure is made of letters, digits, `_` and `-`, not `{name}`"
                );
                return Some(Draft::new(spans.name, message).at_most(Severity::Warning));
            }
            _ => return None,
        };
        let draft = Draft::new(spans.name, with_space(kind, name));
        let is_error = definition.flag(OTHERS);
        let draft = if is_error {
            draft
        } else {
            draft.at_most(Severity::Warning)
        };
        name.contains(' ').then_some(draft)
    })
}

fn is_name_of_exposure(name: &str) -> bool {
    name.chars()
        .all(|c| c.is_alphanumeric() || c == '_' || c == '-')
}

/// What is said of a name with a space.
pub(in super::super) fn with_space(kind: &str, name: &str) -> String {
    let article = if kind.starts_with('a') { "an" } else { "a" };
    format!("the name of {article} {kind} cannot have spaces, as `{name}` does")
}

/// An error, or a warning where the project turns the flag off.
pub(in super::super) fn as_loud_as_flag(file: &File<'_>, flag: &str, draft: Draft) -> Draft {
    if file.linked.project.definition.is_off(flag) {
        draft.at_most(Severity::Warning)
    } else {
        draft
    }
}

#[cfg(test)]
mod tests {
    use crate::fixture::check_diagnostics;

    #[test]
    fn names_with_spaces_are_told() {
        check_diagnostics(
            "
//- project shop
//- models/fine.sql
select 1 as id
//- models/_models.yml
models:
  - name: fine
    columns:
      - name: id
        data_tests:
          - unique: {name: no two of one id}
#                          ^^^^^^^^^^^^^^^^ error[invalid-test]: the name of a data test cannot have spaces, as `no two of one id` does
snapshots:
  - name: all orders
#         ^^^^^^^^^^ error[invalid-value]: the name of a snapshot cannot have spaces, as `all orders` does
    relation: ref('fine')
    config: {strategy: check, check_cols: all, unique_key: id}
  - name: all lines
    relation: ref('fine')
    config: {strategy: check, check_cols: all, unique_key: id, enabled: false}
sources:
  - name: the shop
#         ^^^^^^^^ warning[invalid-value]: the name of a source cannot have spaces, as `the shop` does
    tables: [{name: raw orders}]
  - name: no tables
exposures:
  - name: my board
#         ^^^^^^^^ warning[invalid-value]: the name of an exposure is made of letters, digits, `_` and `-`, not `my board`
    type: dashboard
    owner: {name: Ada}
  - name: my-board
    type: dashboard
    owner: {name: Ada}
unit_tests:
  - name: one of many
    model: fine
    given: []
    expect: {rows: []}
",
        );
    }

    #[test]
    fn flags_say_how_loud_dbt_is_about_spaces() {
        check_diagnostics(
            "
//- project shop
//- dbt_project.yml
name: shop
flags:
  require_resource_names_without_spaces: false
  require_source_and_semantic_model_names_without_spaces: true
//- models/fine.sql
select 1 as id
//- models/_models.yml
snapshots:
  - name: all orders
#         ^^^^^^^^^^ warning[invalid-value]: the name of a snapshot cannot have spaces, as `all orders` does
    relation: ref('fine')
    config: {strategy: check, check_cols: all, unique_key: id}
sources:
  - name: the shop
#         ^^^^^^^^ error[invalid-value]: the name of a source cannot have spaces, as `the shop` does
    tables: [{name: orders}]
",
        );
    }
}
