//! `packages-missing`: packages are asked for and not installed.

use crate::ide::diagnostics::{Check, Draft, File, Rule};
use crate::rules::RuleId;

pub(super) const RULE: Rule = Rule {
    id: RuleId::PackagesMissing,
    explanation: EXPLANATION,
    checks: &[Check::File(check)],
};

const EXPLANATION: &str = "\
packages.yml or dependencies.yml asks for packages that are not in the project's `dbt_packages`
folder. dbt reads nothing of the project then. What may be in a package that is missing (macros,
sources, models, docs) is not judged meanwhile.

Good:

```text
dbt deps
```

See <https://docs.getdbt.com/docs/build/packages>.
";

fn check(file: &File<'_>) -> Vec<Draft> {
    let project = &file.linked.project;
    let Some(missing) = project.missing_packages() else {
        return Vec::new();
    };
    let Some(facts) = file.facts.filter(|_| missing.file == file.path) else {
        return Vec::new();
    };
    let spans = &facts.spans;
    if !spans.yaml_errors.is_empty() {
        return Vec::new();
    }
    let span = spans.blocks.get(missing.at.unwrap_or(0)).copied();
    let names: Vec<String> = (missing.names.iter().map(|name| format!("`{name}`"))).collect();
    let (expected, installed) = (missing.expected, project.packages.len());
    let which = match names.as_slice() {
        [] => String::new(),
        names => format!(", without {}", names.join(", ")),
    };
    let message =
        format!("{installed} of {expected} packages are installed{which}: run `dbt deps`");
    vec![Draft::new(span.unwrap_or(spans.first_line), message)]
}

#[cfg(test)]
mod tests {
    use crate::fixture::check_diagnostics;

    #[test]
    fn what_a_missing_package_may_have_is_left_in_peace() {
        check_diagnostics(
            "
//- project shop
//- packages.yml
packages:
  - package: acme/web
    version: 1.0.0
  - package: acme/tools
#            ^^^^^^^^^^ error[packages-missing]: 1 of 2 packages are installed, without `acme/tools`: run `dbt deps`
    version: 1.0.0
//- models/orders.sql
select * from {{ source('raw', 'orders') }}
//- models/tools.sql
select * from {{ ref('of_tools') }} join {{ ref('tools', 'of_tools') }}
join {{ ref('shop', 'gone') }} join {{ ref('web', 'of_web') }}
--                   ^^^^ error[unknown-model]: `shop` has no model `gone`
--                                                 ^^^^^^ error[unknown-model]: `web` has no model `of_web`
//- package web
//- models/a.sql
select 1
",
        );
    }

    #[test]
    fn installed_packages_are_fine_and_the_lock_counts_first() {
        check_diagnostics(
            "
//- project shop
//- dependencies.yml
packages: [{local: ../web}, {git: \"https://example.com/x.git\"}]
projects: []
//- package-lock.yml
packages: [{local: ../web, name: web}]
//- package web
//- models/a.sql
select 1
//- project other
//- packages.yml
packages: [{package: a/b, version: 1.0.0}]
//- dbt_project.yml
name: other
packages-install-path: \"{{ env_var('FOLDER') }}\"
",
        );
    }
}
