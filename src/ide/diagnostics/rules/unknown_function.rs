//! `unknown-function`: a function of the warehouse is called that no file makes.

use crate::dbt::closest;
use crate::ide::diagnostics::{Check, Draft, File, RefSite, Rule};
use crate::mesh::{DeclaredResolution, resolve_declared};
use crate::project::{Function, RefArguments};
use crate::rules::RuleId;

pub(super) const RULE: Rule = Rule {
    id: RuleId::UnknownFunction,
    explanation: EXPLANATION,
    checks: &[Check::Reference(check)],
};

const EXPLANATION: &str = "\
`function` names a function that no file of the project's `functions` folder makes, nor one of a package.
dbt stops when it parses. The functions of another project of the mesh cannot be used.

Bad, where the file is `functions/is_weekend.sql`:

```sql
select {{ function('is_week_end') }}(ordered_at) as is_weekend
```

Good:

```sql
select {{ function('is_weekend') }}(ordered_at) as is_weekend
```

See <https://docs.getdbt.com/docs/build/udfs>.
";

fn check(file: &File<'_>, site: &RefSite<'_>) -> Option<Draft> {
    match site.reference.function {
        Function::Function => missing(file, site, "function"),
        Function::Ref | Function::Source | Function::Doc | Function::Metric | Function::Measure => {
            None
        }
    }
}

/// A finding where the name means nothing.
pub(super) fn missing(file: &File<'_>, site: &RefSite<'_>, what: &str) -> Option<Draft> {
    let RefArguments::Declared { package, name } = &site.reference.arguments else {
        return None;
    };
    let function = site.reference.function;
    if !site.is_judged() {
        return None;
    }
    match resolve_declared(file.linked, function, package.as_deref(), name) {
        DeclaredResolution::Found(_) | DeclaredResolution::NotLoaded => return None,
        DeclaredResolution::NotFound => {}
    }
    let wanted = |name: &str| package.as_deref().is_none_or(|package| package == name);
    let projects = (file.linked.doc_projects()).filter(|project| wanted(project.name()));
    let known = projects.flat_map(|project| project.index.declarations().names(function));
    let meant = closest(name, known);
    let message = match package {
        Some(package) => format!("`{package}` has no {what} `{name}`"),
        None => format!("no {what} `{name}`"),
    };
    let reason = meant.map_or_else(String::new, |meant| format!("; did you mean `{meant}`?"));
    let written = meant.filter(|_| site.name_span().len() == name.len());
    Some(Draft::new(site.name_span(), message + &reason).replace(written))
}

#[cfg(test)]
mod tests {
    use crate::fixture::check_diagnostics;

    #[test]
    fn functions_of_the_project_and_its_packages_are_found() {
        check_diagnostics(
            "
//- project shop
//- functions/twice.sql
x * 2
//- functions/functions.yml
functions:
  - name: twice
    arguments: [{name: x, data_type: integer}]
    returns: {data_type: integer}
//- models/orders.sql
select {{ function('twice') }}(1) as a, {{ function('web', 'path_of') }}('a') as b
{% if false %}{{ function('nothing') }}{% endif %}
//- package web
//- functions/path_of.py
def main(url):
    return url
",
        );
    }

    #[test]
    fn others_are_told() {
        check_diagnostics(
            "
//- project shop
//- functions/twice.sql
x * 2
//- models/orders.sql
select {{ function('twcie') }}(1) as a, {{ function('web', 'twice') }}(1) as b
--                  ^^^^^ error[unknown-function]: no function `twcie`; did you mean `twice`?
--                                                          ^^^^^ error[unknown-function]: `web` has no function `twice`
",
        );
    }
}
