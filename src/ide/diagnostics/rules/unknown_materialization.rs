//! `unknown-materialization`: a model is to be built in a way that nobody defines.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::dbt::{
    Maybe, ResourceType, adapter_chain, closest, is_any_materialization, materializations,
};
use crate::ide::diagnostics::{Check, Draft, File, Rule};
use crate::project::{CodeBlock, Meaning, Node, Project, Role, Setter};
use crate::rules::{RuleId, Severity};
use crate::syntax::jinja::BlockKind;
use crate::text::Span;

use super::contract_no_columns::listed;
use super::invalid_access::span_of;

pub(super) const RULE: Rule = Rule {
    id: RuleId::UnknownMaterialization,
    explanation: EXPLANATION,
    checks: &[Check::File(check)],
};

const EXPLANATION: &str = "\
A model's `materialized` names a materialization that neither dbt nor the warehouse's adapter nor the
project nor a package defines. dbt parses and compiles such a model, and stops when it runs it.

Nothing is said where the adapter is not known, packages are not installed, or a file of macros cannot
be read. A view of a model in Python is told, too, as far as its own `config()` asks for it. A name that is near to none and that no adapter has is a warning: a newer adapter may have it.

Bad:

```sql
{{ config(materialized='tabel') }}
```

Good:

```sql
{{ config(materialized='table') }}
```

See <https://docs.getdbt.com/docs/build/materializations>.
";

const MATERIALIZED_VIEW: &str = "materialized_view";
/// What nearly all models are.
const USUAL: [&str; 4] = ["view", "table", "incremental", "ephemeral"];

fn check(file: &File<'_>) -> Vec<Draft> {
    if file.role == Role::Definition {
        return of_definition(file);
    }
    let python = file.models().filter_map(|node| python_view(file, node));
    let mut found: BTreeMap<Span, Draft> = python.map(|draft| (draft.span, draft)).collect();
    let nodes: Vec<_> = file.models().filter_map(unusual).collect();
    let Some(known) = known(file, &nodes) else {
        return found.into_values().collect();
    };
    for (node, kind) in nodes {
        let configured = file.linked.project.configured(node, "materialized");
        let Some((_, setter)) = configured.filter(|_| !known.has(kind)) else {
            continue;
        };
        // What dbt_project.yml sets is told there.
        if let Some(span) = span_of(file, node, setter)
            && setter != Setter::Definition
        {
            let (draft, meant) = known.told(span, kind, "");
            found.entry(span).or_insert(match setter {
                Setter::Entry(_) => draft.replace(meant),
                Setter::Call(..) => draft.replace(call(meant).as_deref()),
                Setter::Version | Setter::Definition => draft,
            });
        }
    }
    found.into_values().collect()
}

/// A view of a model in Python, which dbt's own materialization does not make.
fn python_view(file: &File<'_>, node: &Node) -> Option<Draft> {
    let project = &file.linked.project;
    let is_run = node.is_python() && node.config.enabled == Maybe::Known(true);
    let is_view = node.config.materialized == Maybe::Known(Some("view".into()));
    if !is_run || !is_view || file.may_hide_macros() {
        return None;
    }
    // Without a call of its own it is a table, whatever dbt_project.yml says.
    let (_, setter) = project.configured(node, "materialized")?;
    let Setter::Call(..) = setter else {
        return None;
    };
    let mut all = std::iter::once(project).chain(&project.packages);
    if all.any(|it| defined_in(it).any(|block| *block.name == *"view")) {
        return None;
    }
    let message = "dbt makes no `view` of a model in Python; it can be a `table`";
    let draft = Draft::new(span_of(file, node, setter)?, message);
    Some(draft.replace(call(Some("table")).as_deref()))
}

/// The values of dbt_project.yml that models take.
fn of_definition(file: &File<'_>) -> Vec<Draft> {
    let project = &file.linked.project;
    let paths = file
        .facts
        .map_or(&[][..], |facts| &facts.spans.config_paths);
    if !paths
        .iter()
        .any(|path| path.value("materialized").is_some())
    {
        return Vec::new();
    }
    let all = project.index.nodes().map(|(_, node)| node);
    let models = all.filter(|node| node.resource_type == ResourceType::Model);
    let nodes: Vec<_> = models.filter_map(unusual).collect();
    let Some(known) = known(file, &nodes) else {
        return Vec::new();
    };
    let mut found: BTreeMap<Span, (&str, Vec<String>)> = BTreeMap::new();
    for (node, kind) in nodes.into_iter().filter(|(_, kind)| !known.has(kind)) {
        let configured = project.configured(node, "materialized");
        let place = project.config_place(node, "materialized");
        if let (Some((_, Setter::Definition)), Some(span)) = (configured, place) {
            let (_, names) = found.entry(span).or_insert((kind, Vec::new()));
            names.push(node.versioned_name());
        }
    }
    let draft = |(span, (kind, mut names)): (Span, (&str, Vec<String>))| {
        names.sort();
        let (draft, meant) = known.told(span, kind, &format!(", for {}", listed(&names)));
        draft.replace(meant)
    };
    found.into_iter().map(draft).collect()
}

/// The materialization of a model that dbt runs, where it is none of the usual ones.
fn unusual(node: &Node) -> Option<(&Node, &str)> {
    let kind = node.materialized().filter(|kind| !USUAL.contains(kind))?;
    let is_run = node.config.enabled == Maybe::Known(true);
    is_run.then_some((node, kind))
}

/// Which materializations there are.
struct Known<'a> {
    adapter: Box<str>,
    names: Vec<&'a str>,
    /// Those that the project has for other adapters.
    of_others: Vec<&'a str>,
}

/// They, where somebody asks for an unusual one and all of them are known.
fn known<'a>(file: &File<'a>, nodes: &[(&Node, &str)]) -> Option<Known<'a>> {
    if nodes.is_empty() {
        return None;
    }
    let adapter = file.world.adapter_of(file.linked)?;
    let mut names: Vec<&'a str> = materializations(&adapter)?;
    if adapter.as_ref() == "duckdb" {
        // dbt's own one asks for a macro that dbt-duckdb does not have.
        names.retain(|name| *name != MATERIALIZED_VIEW);
    }
    if nodes.iter().all(|(_, kind)| names.contains(kind)) || file.may_hide_macros() {
        return None;
    }
    let project: &'a Arc<Project> = &file.linked.project;
    let is_ours = |block: &&CodeBlock| {
        let mut options = block.parameters.iter();
        let other = options.find_map(|option| option.strip_prefix("adapter="));
        let other = other.map(|written| written.trim_matches(['\'', '"']));
        other.is_none_or(|other| adapter_chain(&adapter).any(|it| it == other))
    };
    let mut of_others = Vec::new();
    for package in std::iter::once(project).chain(&project.packages) {
        let (ours, others): (Vec<_>, Vec<_>) = defined_in(package).partition(is_ours);
        names.extend(ours.iter().map(|it| &*it.name));
        of_others.extend(others.iter().map(|it| &*it.name));
        let mut macros = package.index.macros();
        if macros.any(|it| it.name.ends_with("get_create_materialized_view_as_sql")) {
            names.push(MATERIALIZED_VIEW);
        }
    }
    Some(Known {
        adapter,
        names,
        of_others,
    })
}

/// The materializations of a project's own.
fn defined_in(project: &Project) -> impl Iterator<Item = &CodeBlock> {
    let codes = (project.files.values()).filter_map(|facts| match &*facts.meaning {
        Meaning::Code(code) => Some(code),
        Meaning::Properties(_)
        | Meaning::Definition(..)
        | Meaning::LoomConfig(_)
        | Meaning::Dependencies(_)
        | Meaning::Other => None,
    });
    let blocks = codes.flat_map(|code| &code.blocks);
    blocks.filter(|block| block.kind == BlockKind::Materialization)
}

impl Known<'_> {
    fn has(&self, kind: &str) -> bool {
        self.names.contains(&kind)
    }

    /// What to say of one that is not there, with whom it is for, and which may be meant.
    fn told(&self, span: Span, kind: &str, whom: &str) -> (Draft, Option<&str>) {
        let meant = closest(kind, self.names.iter().copied());
        let question = meant.map_or_else(String::new, |it| format!("; did you mean `{it}`?"));
        let adapter = &self.adapter;
        let message = format!(
            "neither dbt with {adapter} nor this project has a materialization \
             `{kind}`{whom}{question}"
        );
        let draft = Draft::new(span, message);
        // Nobody can define one that is no name.
        let is_name = kind.chars().all(|it| it.is_alphanumeric() || it == '_')
            && !kind.starts_with(|it: char| it.is_ascii_digit());
        let is_elsewhere = is_any_materialization(kind) || self.of_others.contains(&kind);
        let is_sure = meant.is_some() || is_elsewhere || !is_name || kind.is_empty();
        let draft = if is_sure {
            draft
        } else {
            draft.at_most(Severity::Warning)
        };
        (draft, meant)
    }
}

/// As a call of `config` has it.
fn call(meant: Option<&str>) -> Option<String> {
    meant.map(|kind| format!("materialized='{kind}'"))
}

#[cfg(test)]
mod tests {
    use crate::fixture::check_diagnostics;

    const DUCKDB: &str = "
//- profiles.yml
shop: {target: dev, outputs: {dev: {type: duckdb}}}
";

    #[test]
    fn a_materialization_that_nobody_defines_stops_the_run() {
        check_diagnostics(&format!(
            "
//- project shop{DUCKDB}\
//- dbt_project.yml
name: shop
profile: shop
models:
  shop:
    staging:
      +materialized: veiw
#                    ^^^^ error[unknown-materialization]: neither dbt with duckdb nor this project has a materialization `veiw`, for `one`, `two`; did you mean `view`?
    mart:
      +materialized: veiw
//- models/staging/one.sql
select 1 as id
//- models/staging/two.sql
select 1 as id
//- models/mart/three.sql
{{{{ config(materialized='table') }}}}
select 1 as id
//- models/a.sql
{{{{ config(materialized='tabel') }}}}
--        ^^^^^^^^^^^^^^^^^^^^ error[unknown-materialization]: neither dbt with duckdb nor this project has a materialization `tabel`; did you mean `table`?
select 1 as id
//- models/strange.sql
{{{{ config(materialized='lakehouse') }}}}
--        ^^^^^^^^^^^^^^^^^^^^^^^^ warning[unknown-materialization]: neither dbt with duckdb nor this project has a materialization `lakehouse`
select 1 as id
//- models/b.sql
select 1 as id
//- models/c.py
def model(dbt, session):
    dbt.config(materialized='dynamic_table')
#              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[unknown-materialization]: neither dbt with duckdb nor this project has a materialization `dynamic_table`
    return session.sql('select 1 as id')
//- models/five.sql
{{{{ config(materialized=5) }}}}
--        ^^^^^^^^^^^^^^ error[unknown-materialization]: neither dbt with duckdb nor this project has a materialization `5`
select 1 as id
//- models/lake.sql
{{{{ config(materialized='for_postgres') }}}}
--        ^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[unknown-materialization]: neither dbt with duckdb nor this project has a materialization `for_postgres`
select 1 as id
//- macros/for_postgres.sql
{{% materialization for_postgres, adapter=\"postgres\" %}}{{% endmaterialization %}}
//- models/seen.sql
{{{{ config(materialized='materialized_view') }}}}
--        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[unknown-materialization]: neither dbt with duckdb nor this project has a materialization `materialized_view`
select 1 as id
//- models/d.py
def model(dbt, session):
    dbt.config(materialized='view')
#              ^^^^^^^^^^^^^^^^^^^ error[unknown-materialization]: dbt makes no `view` of a model in Python; it can be a `table`
    return session.sql('select 1 as id')
//- models/e.py
def model(dbt, session):
    return session.sql('select 1 as id')
//- models/off.sql
{{{{ config(materialized='tabel', enabled=false) }}}}
select 1 as id
//- models/_models.yml
models:
  - name: b
    config: {{materialized: incremetal}}
#                          ^^^^^^^^^^ error[unknown-materialization]: neither dbt with duckdb nor this project has a materialization `incremetal`; did you mean `incremental`?
"
        ));
    }

    #[test]
    fn adapters_projects_and_packages_bring_their_own() {
        check_diagnostics(&format!(
            "
//- project shop{DUCKDB}\
//- dbt_project.yml
name: shop
profile: shop
//- packages.yml
packages: [{{package: shop/kit, version: 1.0.0}}]
//- models/a.sql
{{{{ config(materialized='external') }}}}
select 1 as id
//- models/b.sql
{{{{ config(materialized='bespoke') }}}}
select 1 as id
//- models/c.sql
{{{{ config(materialized='of_kit') }}}}
select 1 as id
//- models/d.sql
{{{{ config(materialized=run_started_at.strftime('%A')) }}}}
select 1 as id
//- macros/bespoke.sql
{{% materialization bespoke, default %}}{{{{ return({{'relations': []}}) }}}}{{% endmaterialization %}}
//- package kit
//- macros/of_kit.sql
{{% materialization of_kit, adapter='duckdb' %}}{{{{ return({{'relations': []}}) }}}}{{% endmaterialization %}}
"
        ));
    }

    #[test]
    fn where_others_may_define_it_nothing_is_said() {
        check_diagnostics(
            "
//- project shop
//- models/a.sql
{{ config(materialized='tabel') }}
select 1 as id
//- project stock
//- dbt_project.yml
name: stock
profile: stock
//- profiles.yml
stock: {target: dev, outputs: {dev: {type: duckdb}}}
//- packages.yml
packages:
  - package: shop/kit
#            ^^^^^^^^ error[packages-missing]: 0 of 1 packages are installed, without `shop/kit`: run `dbt deps`
    version: 1.0.0
//- models/b.sql
{{ config(materialized='tabel') }}
select 1 as id
//- project sales
//- dbt_project.yml
name: sales
profile: sales
//- profiles.yml
sales: {target: dev, outputs: {dev: {type: exotic}}}
//- models/c.sql
{{ config(materialized='tabel') }}
select 1 as id
",
        );
    }
}
