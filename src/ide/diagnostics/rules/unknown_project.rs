//! `unknown-project`: a ref names a project that this one cannot read.

use crate::dbt::closest;
use crate::ide::diagnostics::{Check, Draft, File, RefSite, Rule};
use crate::mesh::{NamedBy, Resolution, Target, Upstream, UpstreamState};
use crate::project::{Meaning, Role};
use crate::rules::{RuleId, Severity};

pub(super) const RULE: Rule = Rule {
    id: RuleId::UnknownProject,
    explanation: EXPLANATION,
    checks: &[Check::Reference(check), Check::File(check_dependencies)],
};

const EXPLANATION: &str = "\
The first of two names in a ref is neither this project, nor one of its packages, nor a project
whose manifest its loom config names.

What counts is the name in the other project's dbt_project.yml, as its manifest says it; the `name`
that the loom config gives an entry is free and no project's name. dbt stops when it parses.

Bad, for the project is called `domain_inventory`:

```sql
select * from {{ ref('inventory', 'product_catalog') }}
```

Good:

```sql
select * from {{ ref('domain_inventory', 'product_catalog') }}
```

See <https://docs.getdbt.com/reference/dbt-jinja-functions/ref>.
";

fn check(file: &File<'_>, site: &RefSite<'_>) -> Option<Draft> {
    let (package, name, _) = site.names()?;
    let package = package.unwrap_or("");
    if !site.is_judged() {
        return None;
    }
    let span = site.package_span();
    match &site.resolution {
        Some(Resolution::Unread(target)) => {
            let config = file.linked.loom.as_ref()?;
            let shown = config.path.file_name()?.to_string_lossy();
            let message = format!(
                "only {shown} names `{}`, and dbt-loom reads no file of that name; call it `dbt_loom.config.yml`",
                target.package()
            );
            let place = file.loom_place(crate::text::Span::default());
            Some(site.missing(span, message).related(place, "the file"))
        }
        Some(Resolution::NotDeclared(other)) => {
            let why = match &file.linked.loom {
                Some(_) => "its dbt_loom.config.yml names no manifest of it",
                None => "it has no dbt_loom.config.yml that names a manifest of it",
            };
            let message =
                format!("`{package}` is at hand, but this project does not read it: {why}");
            let definition = crate::ide::Place {
                path: other.project.path_of(crate::project::Definition::FILE_NAME),
                span: crate::text::Span::default(),
            };
            Some(
                site.missing(span, message)
                    .related(Some(definition), "the project"),
            )
        }
        Some(Resolution::NoProject(not_found)) => {
            if let Some(absent) = not_found.absent {
                let message = format!(
                    "no project `{package}` can be read: its manifest, which is optional in the loom config, does not exist"
                );
                let place = absent
                    .entry()
                    .and_then(|entry| file.loom_place(entry.origin_span));
                return Some(site.missing(span, message).related(place, "named here"));
            }
            let by_entry = file
                .linked
                .upstreams
                .iter()
                .find(|upstream| upstream.name() == package);
            let known = file.linked.package_names();
            let meant = by_entry
                .map(Upstream::project_name)
                .or_else(|| closest(package, known.iter().map(String::as_str)))
                .or_else(|| not_found.elsewhere.first().map(Target::package));
            let message = match (by_entry, meant) {
                (Some(_), Some(meant)) => format!(
                    "`{package}` is only the loom config's name for it; the project is called `{meant}`"
                ),
                (None, Some(meant)) => {
                    format!("no project `{package}` can be read from here; did you mean `{meant}`?")
                }
                (_, None) => {
                    format!("no project `{package}` can be read from here, so no `{name}` in it")
                }
            };
            Some(site.missing(span, message).replace(meant))
        }
        _ => None,
    }
}

/// A project of dependencies.yml of which nothing is at hand: dbt-core takes no notice.
fn check_dependencies(file: &File<'_>) -> Vec<Draft> {
    let Some(facts) = file.facts.filter(|_| file.role == Role::Dependencies) else {
        return Vec::new();
    };
    let Meaning::Dependencies(_) = &*facts.meaning else {
        return Vec::new();
    };
    let unknown = file
        .linked
        .upstreams
        .iter()
        .filter(|upstream| upstream.state == UpstreamState::NotFetched);
    unknown
        .filter_map(|upstream| match &upstream.named_by {
            NamedBy::Dependencies(name, at) => {
                let span = *facts.spans.groups.get(*at)?;
                let message = format!(
                    "nothing is at hand of `{name}`: no project of the workspace, and no manifest in the settings; refs to it are not checked"
                );
                Some(Draft::new(span, message).at_most(Severity::Hint))
            }
            NamedBy::Loom(_) => None,
        })
        .collect()
}
