//! `unknown-group`: something is put into a group that nobody declares.

use std::collections::BTreeSet;

use crate::dbt::{Maybe, Value, closest};
use crate::ide::diagnostics::{Check, Draft, File, Rule};
use crate::project::{Meaning, Node, Section, Setter};
use crate::rules::RuleId;
use crate::text::Span;

use super::invalid_access::span_of;

pub(super) const RULE: Rule = Rule {
    id: RuleId::UnknownGroup,
    explanation: EXPLANATION,
    checks: &[Check::File(check)],
};

const EXPLANATION: &str = "\
A model, seed, snapshot, metric, … has a `group` that no property file of the project or of its
packages declares under `groups:`. dbt stops when it parses. dbt-loom adds the groups that models of
the manifests it loads are in.

Bad:

```sql
{{ config(group='finanse') }}
```

Good:

```yaml
groups:
  - name: finance
    owner: {email: finance@example.com}
```

```sql
{{ config(group='finance') }}
```

See <https://docs.getdbt.com/docs/build/groups>.
";

fn check(file: &File<'_>) -> Vec<Draft> {
    let linked = file.linked;
    let mut projects = linked.local_projects();
    let hides = projects.any(|project| project.index.sources().has_unknown());
    // What is not loaded may bring the group.
    let is_loaded = linked.upstreams.iter().all(|it| it.manifest.is_some());
    if hides || !linked.project.has_all_packages() || !is_loaded {
        return Vec::new();
    }
    let projects = linked.local_projects();
    let groups = projects.flat_map(|project| project.index.groups());
    let known: BTreeSet<&str> = groups.map(|(_, _, group)| &*group.name).collect();
    if known.iter().any(|name| name.contains('{')) {
        return Vec::new();
    }
    let index = &linked.project.index;
    let nodes = (index.of_file(&file.path)).chain(index.described_in(&file.path));
    let enabled = nodes
        .map(|(_, node)| node)
        .filter(|node| node.config.enabled == Maybe::Known(true));
    let of_nodes = enabled.filter_map(|node| of_node(file, node, &known));
    let mut drafts: Vec<Draft> = of_nodes.chain(of_entries(file, &known)).collect();
    drafts.sort_by_key(|draft| draft.span);
    drafts.dedup_by_key(|draft| draft.span);
    drafts
}

fn of_node(file: &File<'_>, node: &Node, known: &BTreeSet<&str>) -> Option<Draft> {
    let group = node.config.group.known()?.as_deref()?;
    if group.is_empty() || known.contains(group) || is_published(file, group) {
        return None;
    }
    let (_, setter) = file.linked.project.configured(node, "group")?;
    let span = span_of(file, node, setter)?;
    let draft = draft(span, group, known);
    Some(match setter {
        Setter::Entry(_) => draft.replace(closest(group, known.iter().copied())),
        Setter::Definition | Setter::Version | Setter::Call(..) => draft,
    })
}

fn draft(span: Span, group: &str, known: &BTreeSet<&str>) -> Draft {
    let meant = closest(group, known.iter().copied());
    let meant = meant.map_or(String::new(), |meant| format!("; did you mean `{meant}`?"));
    Draft::new(span, format!("no group `{group}` is declared{meant}"))
}

/// Whether a model of a manifest is in the group: dbt-loom takes it for declared then (dbt-loom
/// `__init__.py`, `group_validation_wrapper`). Only asked of groups that nobody else declares.
fn is_published(file: &File<'_>, group: &str) -> bool {
    let mut manifests = file.linked.manifests();
    manifests.any(|(_, manifest)| manifest.nodes().any(|node| node.group() == Some(group)))
}

/// Entries that are resources themselves.
fn of_entries(file: &File<'_>, known: &BTreeSet<&str>) -> Vec<Draft> {
    let Some(facts) = file.facts else {
        return Vec::new();
    };
    let Meaning::Properties(properties) = &*facts.meaning else {
        return Vec::new();
    };
    let entries = properties.entries.iter().zip(&facts.spans.entries);
    let resources = entries.filter(|(entry, _)| {
        let is_resource = matches!(
            entry.section,
            Section::Metrics | Section::SemanticModels | Section::SavedQueries
        );
        is_resource && crate::dbt::get(&entry.config, "enabled").is_none()
    });
    resources
        .flat_map(|(entry, spans)| entry.config.iter().zip(&spans.config))
        .filter_map(|((key, value), span)| match value {
            Value::Text(group)
                if &**key == "group" && !known.contains(&**group) && !is_published(file, group) =>
            {
                let meant = closest(group, known.iter().copied());
                Some(draft(*span, group, known).replace(meant))
            }
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::fixture::check_diagnostics;

    #[test]
    fn groups_that_are_declared_anywhere_are_fine() {
        check_diagnostics(
            "
//- project shop
//- models/groups.yml
groups: [{name: finance, owner: {email: a@example.com}}]
models:
  - name: lines
    group: web
  - name: third
    config: {group: \"{{ env_var('GROUP') }}\"}
//- models/orders.sql
{{ config(group='finance') }}
//- models/lines.sql
select 1
//- models/third.sql
select 1
//- models/off.sql
{{ config(group='nothing', enabled=false) }}
//- package web
//- models/g.yml
groups: [{name: web, owner: {email: a@example.com}}]
",
        );
    }

    #[test]
    fn groups_of_published_models_count_as_declared() {
        check_diagnostics(
            "
//- project shop needs:core
//- models/orders.sql
{{ config(group='finance') }}
//- models/lines.sql
{{ config(group='sales') }}
--        ^^^^^^^^^^^^^ error[unknown-group]: no group `sales` is declared
//- manifest core
//- models/costs.sql access:public
{{ config(group='finance') }}
",
        );
    }

    #[test]
    fn groups_that_a_manifest_may_bring_are_silent_until_it_is_loaded() {
        check_diagnostics(
            "
//- project shop needs:core
//- models/orders.sql
{{ config(group='finance') }}
//- manifest core loading
",
        );
    }

    #[test]
    fn groups_that_nobody_declares_are_told() {
        check_diagnostics(
            "
//- project shop
//- models/groups.yml
groups: [{name: finance, owner: {email: a@example.com}}]
models:
  - name: lines
    config: {group: finanse}
#                   ^^^^^^^ error[unknown-group]: no group `finanse` is declared; did you mean `finance`?
metrics:
  - name: total
    config: {group: sales}
#                   ^^^^^ error[unknown-group]: no group `sales` is declared
//- models/orders.sql
{{ config(group='sales') }}
--        ^^^^^^^^^^^^^ error[unknown-group]: no group `sales` is declared
//- models/lines.sql
select 1
",
        );
    }
}
