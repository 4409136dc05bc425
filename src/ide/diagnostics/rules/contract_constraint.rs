//! `contract-constraint`: a constraint that dbt refuses, leaves out, or warns of.

mod effect;
mod keys;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use crate::dbt::{ConstraintType, Maybe, closest};
use crate::ide::diagnostics::{Check, Draft, File, Rule};
use crate::project::{Constraint, ConstraintSpans, Node, PlacedConstraint};
use crate::rules::RuleId;
use crate::text::Span;

pub(super) const RULE: Rule = Rule {
    id: RuleId::ContractConstraint,
    explanation: EXPLANATION,
    checks: &[Check::File(check)],
};

const EXPLANATION: &str = "\
Constraints of a model with a contract become part of its table. dbt is loud about them in different
ways, and so is this rule:

- error where dbt stops when it parses: a type that it does not know, primary keys on two columns, or
  on a column and on the model;
- error where the warehouse would refuse the table: a key over a column that the contract does not
  have, or over none; on DuckDB a `custom` constraint of a column that begins like none; on DuckDB and
  Postgres a check that names a column which the contract does not have;
- warning where dbt warns: the warehouse does not support the constraint (event E049), or takes it
  for a note (event E048), or the model is not a table (event I068). `warn_unsupported: false` and
  `warn_unenforced: false` say that you know. What a warehouse does is looked up by the adapter of
  the project's profile;
- hint where dbt leaves the constraint out without a word: a check without `expression`, a foreign
  key without `to_columns`, `not_null` on a whole model.

Bad:

```yaml
constraints:
  - type: primary_key
    columns: [order_key]
columns:
  - {name: order_id, data_type: integer}
```

Good:

```yaml
constraints:
  - type: primary_key
    columns: [order_id]
columns:
  - {name: order_id, data_type: integer}
```

See <https://docs.getdbt.com/reference/resource-properties/constraints>.
";

fn check(file: &File<'_>) -> Vec<Draft> {
    let mut entries = file.properties().map_or(&[][..], |it| &it.entries).iter();
    let is_constrained = entries.any(|entry| {
        let mut versions = entry.versions.iter();
        !entry.constraints.is_empty() || versions.any(|it| !it.constraints.is_empty())
    });
    if !is_constrained {
        return Vec::new();
    }
    let mut found = BTreeMap::new();
    let mut add = |draft: Draft| {
        found.entry(draft.span).or_insert(draft);
    };
    unknown_types(file).into_iter().for_each(&mut add);
    let mut adapter = None;
    for node in file.described_models() {
        let project = &file.linked.project;
        let columns = project.placed_columns(node);
        let constraints = project.placed_constraints(node, &columns);
        if constraints.is_empty() {
            continue;
        }
        unknown_types_of_model(&constraints).for_each(&mut add);
        keys::twice(&constraints).into_iter().for_each(&mut add);
        if node.has_contract() && node.config.enabled == Maybe::Known(true) && !node.is_python() {
            let adapter = adapter.get_or_insert_with(|| file.world.adapter_of(file.linked));
            let model = effect::Model {
                node,
                columns: &columns,
                adapter: adapter.as_deref(),
            };
            model.check(&constraints).into_iter().for_each(&mut add);
        }
    }
    found.into_values().collect()
}

/// Constraints of columns whose type dbt does not know: it stops at them whatever they are about.
fn unknown_types(file: &File<'_>) -> Vec<Draft> {
    let (Some(properties), Some(facts)) = (file.properties(), file.facts) else {
        return Vec::new();
    };
    if properties.may_hide_entries {
        return Vec::new();
    }
    let entries = properties.entries.iter().zip(&facts.spans.entries);
    let all = entries.flat_map(|(entry, spans)| {
        let versions = entry.versions.iter().zip(&spans.inside_versions);
        let in_versions = versions
            .flat_map(|(version, spans)| version.constraints.iter().zip(&spans.constraints));
        let own = entry.constraints.iter().zip(&spans.constraints);
        own.chain(in_versions)
    });
    let of_columns = all.filter(|(constraint, _)| constraint.column.is_some());
    of_columns
        .filter_map(|(constraint, spans)| unknown_type(constraint, spans))
        .collect()
}

/// The same of constraints of the whole model.
fn unknown_types_of_model<'a>(
    constraints: &'a [PlacedConstraint<'a>],
) -> impl Iterator<Item = Draft> + use<'a> {
    let whole = constraints.iter().filter(|it| it.column.is_none());
    whole.filter_map(|it| unknown_type(it.constraint, it.spans))
}

fn unknown_type(constraint: &Constraint, spans: &ConstraintSpans) -> Option<Draft> {
    let word = constraint.kind.as_ref().err()?;
    if word.contains("{{") || word.contains("{%") {
        return None;
    }
    let known = ConstraintType::ALL.map(ConstraintType::as_str);
    if word.is_empty() {
        let message = format!("a constraint needs a `type`: {}", any_of(&known));
        return Some(Draft::new(spans.kind, message));
    }
    let meant = closest(word, known).or_else(|| meant(word));
    let message = match meant {
        Some(meant) => format!("no constraint is of the type `{word}`; did you mean `{meant}`?"),
        None => format!(
            "no constraint is of the type `{word}`; it is {}",
            any_of(&known)
        ),
    };
    Some(Draft::new(spans.kind, message).replace(meant))
}

/// What people write in the place of dbt's words.
fn meant(word: &str) -> Option<&'static str> {
    let plain: String = word.chars().filter(char::is_ascii_alphabetic).collect();
    let plain = plain.to_ascii_lowercase();
    Some(match plain.as_str() {
        "pk" => "primary_key",
        "fk" | "references" => "foreign_key",
        "notnull" => "not_null",
        _ => return None,
    })
}

fn any_of(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => quoted.join(", "),
    }
}

/// The name of a model for messages.
fn shown(node: &Node) -> String {
    format!("`{}`", node.versioned_name())
}

/// The place of a constraint that is most about its columns.
fn columns_place(spans: &ConstraintSpans, at: usize) -> Span {
    spans.columns.get(at).copied().unwrap_or(spans.kind)
}
