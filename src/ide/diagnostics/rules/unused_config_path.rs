//! `unused-config-path`: a path of dbt_project.yml configures nothing.

use std::collections::BTreeSet;

use crate::dbt::schema::config_of;
use crate::dbt::{ResourceType, closest};
use crate::ide::diagnostics::{Check, Draft, File, Rule};
use crate::mesh::UpstreamState;
use crate::project::{ConfigPath, Project, Qualified, Role};
use crate::rules::RuleId;

pub(super) const RULE: Rule = Rule {
    id: RuleId::UnusedConfigPath,
    explanation: EXPLANATION,
    checks: &[Check::File(check)],
};

const EXPLANATION: &str = "\
A path of dbt_project.yml under `models:`, `seeds:`, `snapshots:`, `sources:`, … leads to no
resource of the project, its packages, or the projects that dbt-loom brings. dbt warns (event I051)
and leaves the configuration aside. A path goes by project or package, folders, and name; resources
that are switched off count, as they do for dbt.

A mapping without `+` is a folder to dbt: `meta: {owner: ada}` configures the folder `meta`,
`+meta: {owner: ada}` the models.

Data tests, unit tests, metrics, semantic models, saved queries and functions are only judged by
the first key, which has to be a project. Nothing is said while packages or manifests are missing
that could have what is meant.

Bad:

```yaml
models:
  shop:
    stagin:
      +materialized: view
```

Good:

```yaml
models:
  shop:
    staging:
      +materialized: view
```

See <https://docs.getdbt.com/reference/resource-configs/resource-path>.
";

fn check(file: &File<'_>) -> Vec<Draft> {
    let paths = match file.facts.filter(|_| file.role == Role::Definition) {
        Some(facts) => &*facts.spans.config_paths,
        None => return Vec::new(),
    };
    if paths.is_empty() || !is_known(file) {
        return Vec::new();
    }
    let mut judged: Vec<Judged<'_>> = paths
        .iter()
        .map(|path| Judged {
            path,
            matched: 0,
            is_met: false,
        })
        .collect();
    each_resource(file, |resource| {
        for one in &mut judged {
            one.meet(resource);
        }
    });
    let unused = judged.into_iter().filter(|one| !one.is_used());
    unused.filter_map(|one| one.draft(file)).collect()
}

/// Whether all resources are known that a path could lead to.
fn is_known(file: &File<'_>) -> bool {
    let linked = file.linked;
    let has_errors = file.facts.is_some_and(|facts| {
        let mut errors = facts.spans.yaml_errors.iter();
        errors.any(|error| error.kind.is_fatal())
    });
    !has_errors
        && linked.is_judgeable()
        && linked.project.has_all_packages()
        && !linked.local_projects().any(Project::may_hide_resources)
}

/// Every resource that dbt holds the paths against.
fn each_resource(file: &File<'_>, mut see: impl FnMut(&Qualified<'_>)) {
    for project in file.linked.local_projects() {
        project.qualified(&mut see);
    }
    for (upstream, manifest) in file.linked.manifests() {
        for node in manifest.nodes() {
            let package = node.package_name();
            if !upstream.takes(package) {
                continue;
            }
            let version = node.version().map(|version| format!("v{version}"));
            let mut fqn = vec![package, node.name()];
            fqn.extend(version.as_deref());
            see(&Qualified {
                resource_type: ResourceType::Model,
                fqn: &fqn,
                may_be_disabled: false,
            });
        }
    }
}

struct Judged<'a> {
    path: &'a ConfigPath,
    /// How many of its steps lead somewhere.
    matched: usize,
    /// Whether there is any resource that it could be about.
    is_met: bool,
}

impl Judged<'_> {
    fn meet(&mut self, resource: &Qualified<'_>) {
        // dbt takes those that are switched off for resources of every kind.
        if resource.resource_type == self.path.resource_type || resource.may_be_disabled {
            self.is_met = true;
            self.matched = self.matched.max(common(self.path, resource.fqn));
        }
    }

    fn is_used(&self) -> bool {
        self.is_met && self.matched == self.path.steps.len()
    }

    fn draft(&self, file: &File<'_>) -> Option<Draft> {
        let path = self.path;
        let linked = file.linked;
        let is_local = |name: &str| {
            linked
                .local_projects()
                .any(|project| project.name() == name)
        };
        let is_of_project = path.steps.first().is_none_or(|step| is_local(step));
        // What is not at hand may have it.
        let may_be_elsewhere = linked
            .upstreams
            .iter()
            .any(|upstream| upstream.is_unknown() || upstream.state == UpstreamState::WorkingCopy);
        let is_told = match path.resource_type {
            ResourceType::Model => is_of_project || !may_be_elsewhere,
            ResourceType::Seed
            | ResourceType::Snapshot
            | ResourceType::Source
            | ResourceType::Exposure => true,
            ResourceType::Test
            | ResourceType::UnitTest
            | ResourceType::Metric
            | ResourceType::SemanticModel
            | ResourceType::SavedQuery
            | ResourceType::Function
            | ResourceType::Analysis
            | ResourceType::Operation
            | ResourceType::Macro
            | ResourceType::Doc
            | ResourceType::Group => !is_of_project,
        };
        if !is_told || (path.steps.is_empty() && may_be_elsewhere) {
            return None;
        }
        let kind = path.resource_type;
        let written = |steps: usize| {
            let steps = path.steps.iter().take(steps).map(|step| &**step);
            let whole: Vec<&str> = std::iter::once(path.tree).chain(steps).collect();
            whole.join(".")
        };
        let whole = written(path.steps.len());
        let Some(last) = path.steps.last() else {
            return Some(Draft::new(path.key, format!("there are no {}", path.tree)));
        };
        if self.matched + 1 < path.steps.len() {
            let known = written(self.matched + 1);
            let message = format!("`{whole}` configures nothing: no {kind} is in `{known}`");
            return Some(Draft::new(path.key, message));
        }
        let mut keys = config_of(kind).keys.iter();
        if keys.any(|key| key.name == &**last) {
            let message = format!("`{last}` without `+` is a folder, and no {kind} is in it");
            return Some(Draft::new(path.key, message).replace(Some(&format!("+{last}"))));
        }
        let meant = self.meant(file, last);
        let hint = meant
            .as_ref()
            .map_or_else(String::new, |meant| format!("; did you mean `{meant}`?"));
        let message = format!("`{whole}` configures nothing: no {kind} is there{hint}");
        Some(Draft::new(path.key, message).replace(meant.as_deref()))
    }

    /// The step that could be meant by the last one.
    fn meant(&self, file: &File<'_>, last: &str) -> Option<String> {
        let mut steps = BTreeSet::new();
        each_resource(file, |resource| {
            let is_beside = resource.resource_type == self.path.resource_type
                && common(self.path, resource.fqn) == self.matched;
            if let Some(step) = resource.fqn.get(self.matched).filter(|_| is_beside) {
                steps.insert((*step).to_owned());
            }
        });
        closest(last, steps.iter().map(String::as_str)).map(ToOwned::to_owned)
    }
}

/// How many steps a path and the name of a resource begin with in common.
fn common(path: &ConfigPath, fqn: &[&str]) -> usize {
    let steps = path.steps.iter().zip(fqn);
    steps.take_while(|(step, name)| &***step == **name).count()
}

#[cfg(test)]
mod tests {
    use crate::fixture::check_diagnostics;

    #[test]
    fn paths_that_lead_somewhere_are_fine() {
        check_diagnostics(
            "
//- project shop needs:core
//- dbt_project.yml
name: shop
models:
  +tags: [a]
  shop:
    staging:
      +materialized: view
      clients:
        quiet: {+tags: [a]}
    lines:
      v1: {+tags: [a]}
    empty: {}
    nothing:
    \"{{ var('folder') }}\": {+tags: [a]}
    maybe: \"{{ {'a': 1} }}\"
  core:
    products: {+tags: [a]}
  web: {events: {+tags: [a]}}
seeds:
  shop: {days: {+tags: [a]}, staging: {clients: {quiet: {+tags: [a]}}}}
snapshots:
  shop: {kept: {old: {+tags: [a]}}, staging: {new: {+tags: [a]}}}
sources:
  shop: {staging: {raw: {items: {+enabled: false}}}}
exposures:
  shop: {staging: {board: {+enabled: false}}}
metrics: {+enabled: true}
data_tests: {shop: {anything: {+severity: warn}}}
//- models/staging/clients/quiet.sql
{{ config(enabled=false) }}
//- models/lines_v1.sql
select 1
//- models/all.yml
models: [{name: lines, versions: [{v: 1}]}]
//- models/staging/s.yml
sources: [{name: raw, tables: [{name: items}]}]
exposures: [{name: board, type: dashboard, owner: {email: a@example.com}}]
snapshots:
  - name: new
    relation: ref('days')
    config: {strategy: check, check_cols: all, unique_key: id}
//- seeds/days.csv
//- snapshots/kept.sql
{% snapshot old %}{{ config(strategy='check', check_cols='all', unique_key='id') }}select 1{% endsnapshot %}
//- package web
//- models/events.sql
select 1
//- manifest core
//- models/products.sql access:public
select 1
",
        );
    }

    #[test]
    fn paths_that_lead_nowhere_are_told() {
        check_diagnostics(
            "
//- project shop
//- dbt_project.yml
name: shop
models:
  shop:
    stagin:
#   ^^^^^^ warning[unused-config-path]: `models.shop.stagin` configures nothing: no model is there; did you mean `staging`?
      +materialized: view
      core: {+tags: [a]}
#     ^^^^ warning[unused-config-path]: `models.shop.stagin.core` configures nothing: no model is in `models.shop.stagin`
    meta: {owner: ada}
#   ^^^^ warning[unused-config-path]: `meta` without `+` is a folder, and no model is in it
    \"raw\": {+tags: [a]}
#    ^^^ warning[unused-config-path]: `models.shop.raw` configures nothing: no model is there
  other: {+tags: [a]}
# ^^^^^ warning[unused-config-path]: `models.other` configures nothing: no model is there
seeds: {+tags: [a]}
#<0>^^^^^ warning[unused-config-path]: there are no seeds
sources:
  shop: {raw: {item: {+enabled: false}}}
#              ^^^^ warning[unused-config-path]: `sources.shop.raw.item` configures nothing: no source is there; did you mean `items`?
data_tests:
  stock: {+severity: warn}
# ^^^^^ warning[unused-config-path]: `data_tests.stock` configures nothing: no test is there
//- models/staging/orders.sql
select 1
//- models/s.yml
sources: [{name: raw, tables: [{name: items}]}]
",
        );
    }

    #[test]
    fn what_may_be_somewhere_else_is_left_in_peace() {
        check_diagnostics(
            "
//- project shop needs:core
//- packages.yml
packages: [{package: acme/web, version: 1.0.0}]
#                    ^^^^^^^^ error[packages-missing]: 0 of 1 packages are installed, without `acme/web`: run `dbt deps`
//- dbt_project.yml
name: shop
models: {web: {+tags: [a]}, shop: {gone: {+tags: [a]}}}
//- models/orders.sql
select 1
//- manifest core loading
//- project stock needs:core
//- dbt_project.yml
name: stock
models:
  core: {products: {+tags: [a]}}
  stock: {gone: {+tags: [a]}}
#         ^^^^ warning[unused-config-path]: `models.stock.gone` configures nothing: no model is there
//- models/items.sql
select 1
//- project half
//- dbt_project.yml
name: half
models: {half: {gone: {+tags: [a]}}}
sources: {half: {gone: {+enabled: true}}}
//- models/a.yml
sources:
  - name: gone
    tags: [a
#   ^^^^^^^ error[yaml-syntax]: the closing bracket is missing
",
        );
    }
}
