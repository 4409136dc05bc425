//! `invalid-access`: a model has an access that dbt refuses.

use crate::dbt::{Access, Maybe, ResourceType, Value, closest};
use crate::ide::diagnostics::{Check, Draft, File, Rule};
use crate::project::{Meaning, Node, Setter};
use crate::rules::RuleId;
use crate::text::Span;

pub(super) const RULE: Rule = Rule {
    id: RuleId::InvalidAccess,
    explanation: EXPLANATION,
    checks: &[Check::File(check)],
};

const EXPLANATION: &str = "\
A model's `access` is none of `private`, `protected` and `public`; or it is `public` and the model
is `ephemeral`, so that there is nothing in the warehouse to read; or it is `private`, the model is in no
group, so that nothing may read it, and has data tests, which do (dbt-loom lets them). dbt stops when it
parses.

Bad:

```sql
{{ config(access='public', materialized='ephemeral') }}
```

Good:

```sql
{{ config(access='public', materialized='view') }}
```

See <https://docs.getdbt.com/reference/resource-configs/access>.
";

fn check(file: &File<'_>) -> Vec<Draft> {
    let index = &file.linked.project.index;
    let nodes = index
        .of_file(&file.path)
        .chain(index.described_in(&file.path))
        .map(|(_, node)| node);
    let models = nodes.filter(|node| {
        node.resource_type == ResourceType::Model && node.config.enabled == Maybe::Known(true)
    });
    let drafts = models.filter_map(|node| {
        unknown_word(file, node)
            .or_else(|| public_ephemeral(file, node))
            .or_else(|| tested_by_nobody(file, node))
    });
    let found = set_twice(file).into_iter().chain(unknown_in_entries(file));
    let mut found: Vec<Draft> = found.chain(drafts).collect();
    found.sort_by_key(|draft| draft.span);
    found.dedup_by_key(|draft| draft.span);
    found
}

/// Entries with an access that is none: dbt looks at it before anything else sets another, and at
/// that of seeds, too (dbt-core `parser/schemas.py`, `patch_node_config`).
fn unknown_in_entries(file: &File<'_>) -> impl Iterator<Item = Draft> {
    let project = &file.linked.project;
    let nodes = project.index.described_in(&file.path);
    nodes.filter_map(|(_, node)| {
        let entry = project.entry_of(node)?;
        let is_it = |(key, _): &(Box<str>, Value)| &**key == "access";
        let at = entry.config.iter().rposition(is_it)?;
        let Value::Text(word) = &entry.config.get(at)?.1 else {
            return None;
        };
        if Access::parse(word).is_some() {
            return None;
        }
        let span = span_of(file, node, Setter::Entry(at))?;
        Some(no_access(span, word, Setter::Entry(at)))
    })
}

/// An entry that has `access` both in `config` and beside it.
fn set_twice(file: &File<'_>) -> Vec<Draft> {
    let Some(facts) = file.facts else {
        return Vec::new();
    };
    let Meaning::Properties(properties) = &*facts.meaning else {
        return Vec::new();
    };
    let entries = properties.entries.iter().zip(&facts.spans.entries);
    entries
        .filter(|(entry, _)| entry.section.moves_keys())
        .filter_map(|(entry, spans)| {
            let mut places = entry
                .config
                .iter()
                .zip(&spans.config)
                .filter(|((key, _), _)| &**key == "access");
            let (_, beside) = places.next()?;
            places.next()?;
            let message =
                "`access` stands both in `config` and beside it; dbt takes it in one place only";
            Some(Draft::new(*beside, message))
        })
        .collect()
}

fn is_patched_in(node: &Node, path: &str) -> bool {
    node.patch
        .as_ref()
        .is_some_and(|patch| &*patch.file == path)
}

fn unknown_word(file: &File<'_>, node: &Node) -> Option<Draft> {
    let (value, setter) = file.linked.project.configured(node, "access")?;
    let Maybe::Known(Value::Text(word)) = value else {
        return None;
    };
    if Access::parse(&word).is_some() {
        return None;
    }
    Some(no_access(span_of(file, node, setter)?, &word, setter))
}

fn no_access(span: Span, word: &str, setter: Setter) -> Draft {
    let meant = closest(word, ["private", "protected", "public"]);
    let message = format!("access is `private`, `protected` or `public`, not `{word}`");
    let draft = Draft::new(span, message);
    match setter {
        Setter::Entry(_) => draft.replace(meant),
        Setter::Definition | Setter::Version | Setter::Call(..) => draft,
    }
}

fn public_ephemeral(file: &File<'_>, node: &Node) -> Option<Draft> {
    let is_public = node.config.access == Maybe::Known(Access::Public);
    let is_ephemeral = node.config.materialized == Maybe::Known(Some("ephemeral".into()));
    if !is_public || !is_ephemeral {
        return None;
    }
    let (_, setter) = file.linked.project.configured(node, "materialized")?;
    let span = span_of(file, node, setter)?;
    let message = format!(
        "`{}` is public, and a public model cannot be ephemeral: there is nothing to read",
        node.name
    );
    Some(Draft::new(span, message))
}

/// A private model in no group, whose own data tests dbt refuses: they are in no group either. With a
/// loom config dbt-loom's own check counts, which lets them.
fn tested_by_nobody(file: &File<'_>, node: &Node) -> Option<Draft> {
    let is_private = node.config.access == Maybe::Known(Access::Private);
    if !is_private || node.config.group != Maybe::Known(None) || file.linked.has_loom() {
        return None;
    }
    let project = &file.linked.project;
    let patch = node.patch.as_ref()?;
    if project.definition.are_tests_enabled(&patch.file) != Maybe::Known(true) {
        return None;
    }
    let Meaning::Properties(properties) = &*project.file(&patch.file)?.meaning else {
        return None;
    };
    let tested = properties.tested.iter().map(|column| column.entry);
    let tests = properties.data_tests.iter().map(|test| test.entry);
    if !tested.chain(tests).any(|entry| entry == patch.entry) {
        return None;
    }
    let (_, setter) = project.configured(node, "access")?;
    let span = span_of(file, node, setter)?;
    let message = format!(
        "`{}` is private and in no group: nothing may read it, its own data tests neither",
        node.name
    );
    Some(Draft::new(span, message))
}

/// Where this file sets the value; a value of dbt_project.yml is told at the model's first line.
pub(super) fn span_of(file: &File<'_>, node: &Node, setter: Setter) -> Option<Span> {
    let spans = &file.facts?.spans;
    let is_origin = *node.origin.file == *file.path;
    match setter {
        Setter::Call(call, at) if is_origin => spans.configs.get(call)?.values.get(at).copied(),
        Setter::Definition if is_origin => Some(spans.first_line),
        Setter::Entry(at) if is_patched_in(node, &file.path) => {
            let entry = spans.entries.get(node.patch.as_ref()?.entry as usize)?;
            entry.config.get(at).copied()
        }
        Setter::Version if is_patched_in(node, &file.path) => {
            let patch = node.patch.as_ref()?;
            let entry = spans.entries.get(patch.entry as usize)?;
            entry.versions.get(patch.version? as usize).copied()
        }
        Setter::Call(..) | Setter::Definition | Setter::Entry(_) | Setter::Version => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::fixture::check_diagnostics;

    #[test]
    fn a_private_model_in_no_group_has_no_data_tests() {
        check_diagnostics(
            "
//- project shop
//- models/orders.sql
select 1 as id
//- models/lines.sql
select 1 as id
//- models/stock.sql
select 1 as id
//- models/_models.yml
groups:
  - {name: sales, owner: {name: a}}
models:
  - name: orders
    config: {access: private}
#                    ^^^^^^^ error[invalid-access]: `orders` is private and in no group: nothing may read it, its own data tests neither
    columns:
      - {name: id, data_tests: [unique]}
  - name: lines
    config: {access: private, group: sales}
    columns:
      - {name: id, data_tests: [unique]}
  - name: stock
    config: {access: private}
    columns:
      - {name: id}
",
        );
    }

    #[test]
    fn with_a_loom_config_it_may_have_them() {
        check_diagnostics(
            "
//- project stock
//- models/items.sql
select 1 as id
//- project shop
//- dbt_loom.config.yml
manifests:
  - {name: stock, type: file, config: {path: ../stock/target/manifest.json}}
//- models/orders.sql
select 1 as id
//- models/_models.yml
models:
  - name: orders
    config: {access: private}
    columns:
      - {name: id, data_tests: [unique]}
",
        );
    }

    #[test]
    fn an_access_that_is_none_is_told_wherever_it_stands() {
        check_diagnostics(
            "
//- project shop
//- dbt_project.yml
name: shop
models:
  shop:
    staging:
      +access: publik
//- models/staging/orders.sql
select 1 as id
--<0>^^^^^^^^^^^^^^ error[invalid-access]: access is `private`, `protected` or `public`, not `publik`
//- models/lines.sql
{{ config(access='private') }} select 1 as id
//- seeds/countries.csv
id
//- models/_models.yml
models:
  - name: lines
    config: {access: publik}
#                    ^^^^^^ error[invalid-access]: access is `private`, `protected` or `public`, not `publik`
seeds:
  - name: countries
    config: {access: open}
#                    ^^^^ error[invalid-access]: access is `private`, `protected` or `public`, not `open`
",
        );
    }
}
