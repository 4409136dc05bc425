//! `loom-config`: the loom config has something that dbt-loom stumbles over or leaves aside.

use crate::ide::diagnostics::{Check, Draft, File, Rule};
use crate::manifest::loom::{Entry, Kind, Place};
use crate::mesh::{NotFound, Resolution, Upstream, has_path, scheme};
use crate::rules::RuleId;

pub(super) const RULE: Rule = Rule {
    id: RuleId::LoomConfig,
    explanation: EXPLANATION,
    checks: &[
        Check::File(check),
        Check::File(check_addresses),
        Check::File(check_filters),
        Check::File(check_functions),
    ],
};

const EXPLANATION: &str = "\
The loom config cannot be read the way dbt-loom 0.9.6 reads it: no YAML, no list of manifests, a
key that is missing or of the wrong type, a `type` that it does not know, an address that is none of
its own, both `included_packages` and `excluded_packages`, or a filter that leaves out what models
read. Then dbt stops. It stops, too, when it compiles, at an upstream model that is made with a function
of the warehouse, for dbt-loom hands none on.

Keys that dbt-loom does not know it passes over in silence, `step_id` for one, though its own
documentation has it; those are hints here, and so is a project that is named twice.

Bad:

```yaml
manifests:
  - name: domain_inventory
    type: local
    config:
      path: ../domain_inventory/target/manifest.json
```

Good:

```yaml
manifests:
  - name: domain_inventory
    type: file
    config:
      path: ../domain_inventory/target/manifest.json
```
";

/// What reading the config alone shows.
fn check(file: &File<'_>) -> Vec<Draft> {
    super::loom_problems(file, RuleId::LoomConfig)
}

/// Addresses that dbt-loom does not know, and those without a path.
fn check_addresses(file: &File<'_>) -> Vec<Draft> {
    let entries = file.loom.iter().flat_map(|loom| &loom.config.entries);
    let entries = entries.filter(|entry| entry.kind == Kind::File);
    entries
        .filter(|entry| !waits_for_variable(file, entry))
        .filter_map(|entry| {
            let address = match entry.remote.as_deref().map(|origin| &origin.place) {
                Some(Place::Http(http)) => &http.url,
                _ => entry.path.as_deref()?,
            };
            let scheme = scheme(address)?.to_lowercase();
            let message = if !matches!(&*scheme, "http" | "https" | "file") {
                format!("dbt-loom knows `http`, `https` and `file` addresses, not `{scheme}`")
            } else if !has_path(address) {
                "an address without a path names no manifest".to_owned()
            } else {
                return None;
            };
            Some(Draft::new(entry.origin_span, message))
        })
        .collect()
}

/// Whether a variable that is not set stands in the entry's origin.
fn waits_for_variable(file: &File<'_>, entry: &Entry) -> bool {
    let problems = file.loom.iter().flat_map(|loom| &loom.config.problems);
    let mut unset = problems.filter(|problem| problem.rule == RuleId::UnsetVariable);
    unset.any(|problem| entry.origin_span.contains(problem.span))
}

/// Models that are made with functions of the warehouse, which dbt-loom does not hand on.
fn check_functions(file: &File<'_>) -> Vec<Draft> {
    if file.loom.is_none() {
        return Vec::new();
    }
    let is_local = |id: &str| {
        let mut local = file.linked.local_projects();
        local.any(|it| it.index.by_unique_id(it.name(), id).is_some())
    };
    let manifests = file.linked.manifests();
    let drafts = manifests.filter_map(|(upstream, manifest)| {
        let entry = upstream.entry()?;
        let (node, function) = manifest.with_function()?;
        let is_taken = upstream.takes(node.package_name()) && !is_local(node.unique_id());
        (is_taken && !is_local(function)).then(|| {
            let message = format!(
                "`{}` is made with `{function}`, and dbt-loom hands no functions on: dbt cannot link its graph",
                node.name()
            );
            Draft::new(entry.origin_span, message)
        })
    });
    drafts.collect()
}

/// Filters that leave out what the project's models read.
fn check_filters(file: &File<'_>) -> Vec<Draft> {
    let filtered = |upstream: &&Upstream| upstream.entry().is_some_and(Entry::is_filtered);
    if file.loom.is_none()
        || !file
            .linked
            .upstreams
            .iter()
            .any(|upstream| filtered(&upstream))
    {
        return Vec::new();
    }
    let mut drafts = Vec::new();
    for upstream in file.linked.upstreams.iter().filter(filtered) {
        let Some(entry) = upstream.entry() else {
            continue;
        };
        let Some(span) = entry.filter_span else {
            continue;
        };
        if let Some((model, count)) = left_out(file, upstream) {
            let readers = if count == 1 {
                "1 ref reads".to_owned()
            } else {
                format!("{count} refs read")
            };
            drafts.push(Draft::new(
                span,
                format!("this leaves out `{model}`, which {readers}"),
            ));
        } else if let Some((model, parent)) = torn_off(file, upstream) {
            let message = format!(
                "this leaves out `{parent}`, which `{model}` is made from: dbt cannot link its graph"
            );
            drafts.push(Draft::new(span, message));
        }
    }
    drafts
}

/// A model that a filter leaves out and refs of the project read, and how many refs do.
fn left_out(file: &File<'_>, upstream: &Upstream) -> Option<(String, usize)> {
    let project = &file.linked.project;
    let mut model = None;
    let mut count = 0;
    for path in project.files.keys() {
        let Some(other) = File::at(file.world, &project.path_of(path)) else {
            continue;
        };
        for site in crate::ide::diagnostics::ref_sites(&other) {
            let Some(Resolution::NoModel(NotFound {
                left_out_by: Some(by),
                ..
            })) = &site.resolution
            else {
                continue;
            };
            if site.is_judged() && !site.is_of_test() && std::ptr::eq(*by, upstream) {
                count += 1;
                model = model.or_else(|| site.names().map(|(_, name, _)| name.to_owned()));
            }
        }
    }
    model.map(|model| (model, count))
}

/// A model that is taken and one that it is made from and that no manifest gives: dbt refuses to
/// link such a graph.
fn torn_off(file: &File<'_>, upstream: &Upstream) -> Option<(String, String)> {
    let manifest = upstream.manifest.as_ref()?;
    let is_given = |id: &str| {
        let mut local = file.linked.local_projects();
        local.any(|it| it.index.by_unique_id(it.name(), id).is_some())
            || file.linked.manifests().any(|(other, manifest)| {
                manifest
                    .by_unique_id(id)
                    .is_some_and(|node| other.takes(node.package_name()))
            })
    };
    let taken = manifest
        .nodes()
        .filter(|node| upstream.takes(node.package_name()));
    for node in taken {
        let parents = node
            .depends_on_nodes()
            .filter(|id| !id.starts_with("source.") && !id.starts_with("function."));
        if let Some(parent) = parents.into_iter().find(|id| !is_given(id)) {
            return Some((node.name().to_owned(), parent.to_owned()));
        }
    }
    None
}
