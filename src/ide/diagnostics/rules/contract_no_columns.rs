//! `contract-no-columns`: a model has a contract and no columns.

use std::collections::BTreeMap;

use crate::dbt::Maybe;
use crate::ide::diagnostics::{Check, Draft, File, Rule};
use crate::mesh::columns::CHECKED;
use crate::project::{Node, Role, Setter};
use crate::rules::RuleId;
use crate::text::Span;

use super::invalid_access::span_of;

pub(super) const RULE: Rule = Rule {
    id: RuleId::ContractNoColumns,
    explanation: EXPLANATION,
    checks: &[Check::File(check)],
};

const EXPLANATION: &str = "\
A contract promises columns, and they are written in a property file: names and types. Where the
model's entry has none, dbt stops when it parses, also for models that are switched off; where the
model has no entry at all, dbt stops when it builds the model.

A contract that dbt_project.yml switches on for a folder wants columns for each model there.

Bad:

```yaml
models:
  - name: orders
    config: {contract: {enforced: true}}
```

Good:

```yaml
models:
  - name: orders
    config: {contract: {enforced: true}}
    columns:
      - {name: order_id, data_type: integer}
```

See <https://docs.getdbt.com/reference/resource-configs/contract>.
";

fn check(file: &File<'_>) -> Vec<Draft> {
    if file.role == Role::Definition {
        return of_definition(file);
    }
    let mut found = BTreeMap::new();
    for node in file.models().filter(|node| fails(file, node)) {
        let Some(span) = place(file, node) else {
            continue;
        };
        let message = format!("`{}` has a contract and no columns", node.versioned_name());
        found
            .entry(span)
            .or_insert_with(|| Draft::new(span, message));
    }
    found.into_values().collect()
}

/// Whether dbt stops at the model for want of columns.
fn fails(file: &File<'_>, node: &Node) -> bool {
    let project = &file.linked.project;
    if !node.has_contract() || !project.columns_of(node).is_empty() {
        return false;
    }
    let Some(patch) = &node.patch else {
        let is_checked = node.materialized().is_some_and(|it| CHECKED.contains(&it));
        let is_on = node.config.enabled == Maybe::Known(true);
        return is_checked && is_on && !node.is_python() && !project.may_hide_resources();
    };
    project.file(&patch.file).is_some_and(|facts| {
        let mut errors = facts.spans.yaml_errors.iter();
        !errors.any(|error| error.kind.is_fatal())
    })
}

/// Where the file switches the contract on; the entry's name, or the first line, for a model whose
/// contract dbt_project.yml switches on.
fn place(file: &File<'_>, node: &Node) -> Option<Span> {
    let (_, setter) = file.linked.project.configured(node, "contract")?;
    let patch = node.patch.as_ref();
    match setter {
        Setter::Definition => match patch {
            Some(patch) => {
                let entries = &file.facts?.spans.entries;
                let entry = entries.get(patch.entry as usize);
                entry
                    .filter(|_| *patch.file == *file.path)
                    .map(|it| it.name)
            }
            None => span_of(file, node, setter),
        },
        Setter::Entry(_) | Setter::Version | Setter::Call(..) => span_of(file, node, setter),
    }
}

/// The contracts that dbt_project.yml switches on for models without columns.
fn of_definition(file: &File<'_>) -> Vec<Draft> {
    let project = &file.linked.project;
    let paths = file
        .facts
        .map_or(&[][..], |facts| &facts.spans.config_paths);
    if !paths.iter().any(|path| path.value("contract").is_some()) {
        return Vec::new();
    }
    let mut found: BTreeMap<Span, Vec<&Node>> = BTreeMap::new();
    for (_, node) in project.index.nodes().filter(|(_, node)| fails(file, node)) {
        if matches!(
            project.configured(node, "contract"),
            Some((_, Setter::Definition))
        ) && let Some(span) = project.config_place(node, "contract")
        {
            found.entry(span).or_default().push(node);
        }
    }
    let draft = |(span, mut nodes): (Span, Vec<&Node>)| {
        nodes.sort_by(|a, b| a.name.cmp(&b.name));
        let names = nodes.iter().map(|node| node.versioned_name());
        let message = format!(
            "a contract for models without columns: {}",
            listed(&names.collect::<Vec<_>>())
        );
        let draft = Draft::new(span, message);
        nodes.iter().fold(draft, |draft, node| {
            let place = file.place_in(&node.origin.file, Span::default());
            draft.related(Some(place), format!("`{}`", node.versioned_name()))
        })
    };
    found.into_iter().map(draft).collect()
}

/// A few names, and how many more there are.
pub(super) fn listed(names: &[String]) -> String {
    const MOST: usize = 3;
    let more = names.len().saturating_sub(MOST);
    let shown: Vec<String> = names
        .iter()
        .take(MOST)
        .map(|name| format!("`{name}`"))
        .collect();
    let shown = shown.join(", ");
    if more > 0 {
        format!("{shown} and {more} more")
    } else {
        shown
    }
}

#[cfg(test)]
mod tests {
    use crate::fixture::check_diagnostics;

    #[test]
    fn a_contract_wants_columns_wherever_it_is_switched_on() {
        check_diagnostics(
            "
//- project shop
//- models/orders.sql
select 1
//- models/in_sql.sql
{{ config(contract={'enforced': true}) }}
--        ^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[contract-no-columns]: `in_sql` has a contract and no columns
select 1
//- models/hidden.sql
{{ config(contract={'enforced': true}, materialized='ephemeral') }}
--                                     ^^^^^^^^^^^^^^^^^^^^^^^^ hint[contract-materialization]: dbt does not check the contract of a model that is `ephemeral`
select 1
//- models/_models.yml
models:
  - name: orders
    config:
      enabled: false
      contract: {enforced: true}
#               ^^^^^^^^^^^^^^^^ error[contract-no-columns]: `orders` has a contract and no columns
",
        );
    }

    #[test]
    fn dbt_project_can_switch_it_on_for_a_folder() {
        check_diagnostics(
            "
//- project shop
//- dbt_project.yml
name: shop
models:
  shop:
    +contract: {enforced: true}
#              ^^^^^^^^^^^^^^^^ error[contract-no-columns]: a contract for models without columns: `bare`, `described`
    staging:
      +contract:
        enforced: false
//- models/bare.sql
select 1
--<0>^^^^^^^^ error[contract-no-columns]: `bare` has a contract and no columns
//- models/described.sql
select 1
//- models/complete.sql
select 1 as id
//- models/staging/free.sql
select 1
//- models/_models.yml
models:
  - name: described
#         ^^^^^^^^^ error[contract-no-columns]: `described` has a contract and no columns
    description: No columns.
  - name: complete
    columns: [{name: id, data_type: integer}]
",
        );
    }
}
