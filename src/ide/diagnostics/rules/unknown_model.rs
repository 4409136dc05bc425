//! `unknown-model`: a ref names a model that its project does not have.

use crate::dbt::{Maybe, ResourceType, closest};
use crate::ide::diagnostics::{Check, Draft, File, RefSite, Rule};
use crate::mesh::{NotFound, Resolution, Upstream};
use crate::project::{Meaning, Role, Section};
use crate::rules::RuleId;

pub(super) const RULE: Rule = Rule {
    id: RuleId::UnknownModel,
    explanation: EXPLANATION,
    checks: &[Check::Reference(check), Check::File(check_unit_tests)],
};

const EXPLANATION: &str = "\
A ref names a model, seed or snapshot that is not there: neither in the project itself, nor in its
packages, nor in the manifests that its loom config names.

The `model` of a unit test has to be one of the project itself.

dbt looks for the exact name, upper and lower case told apart. The name of a versioned model is the
one in its property file, not its file's: `ref('orders', v=2)`, not `ref('orders_v2')`. dbt stops
when it parses; from a data test it only warns, and leaves the test out (event I060).

Bad:

```sql
select * from {{ ref('domain_inventory', 'product_catalgo') }}
```

Good:

```sql
select * from {{ ref('domain_inventory', 'product_catalog') }}
```

See <https://docs.getdbt.com/reference/dbt-jinja-functions/ref>.
";

fn check(file: &File<'_>, site: &RefSite<'_>) -> Option<Draft> {
    let Some(Resolution::NoModel(not_found)) = &site.resolution else {
        return None;
    };
    if !site.is_judged() {
        return None;
    }
    let (package, name, _) = site.names()?;
    let candidates = file.linked.names(file.mesh(), package);
    let span = site.name_span();
    let dotted = split_dotted(file, package, name);
    let quote = dotted.and_then(|_| file.quote_before(span));
    let two_names = |(project, model): (&str, &str)| {
        let quote = quote.unwrap_or('\'');
        format!("{project}{quote}, {quote}{model}")
    };
    let meant = versioned_file(file, package, name)
        .or_else(|| dotted.map(two_names))
        .or_else(|| closest(name, candidates.iter().map(String::as_str)).map(ToOwned::to_owned));
    let mut message = match package {
        Some(package) => format!("`{package}` has no model `{name}`"),
        None => format!("no model `{name}` here or in the projects that this one reads"),
    };
    message += &reason(site, not_found, meant.as_deref());
    // A name that a variable gives stands elsewhere, and two names take the quotes that one has.
    let is_written = span.len() == name.len() && (dotted.is_none() || quote.is_some());
    let written = meant.as_deref().filter(|_| is_written);
    let mut draft = site.missing(span, message).replace(written);
    if let Some(entry) = not_found.left_out_by.and_then(Upstream::entry)
        && let Some(filter) = entry.filter_span
    {
        draft = draft.related(file.loom_place(filter), "left out here");
    }
    if let (Some(elsewhere), Some(package_span)) = (not_found.elsewhere.first(), site.spans.package)
    {
        draft = draft
            .replace_at(package_span, Some(elsewhere.package()))
            .related(file.place_of(elsewhere), "the model of that name");
    }
    Some(draft)
}

/// Unit tests of models that are not there.
fn check_unit_tests(file: &File<'_>) -> Vec<Draft> {
    let Some(facts) = file.facts.filter(|_| file.role == Role::Properties) else {
        return Vec::new();
    };
    let Meaning::Properties(properties) = &*facts.meaning else {
        return Vec::new();
    };
    let project = &file.linked.project;
    if project.hides_files() {
        return Vec::new();
    }
    let index = &project.index;
    let entries = properties.entries.iter().zip(&facts.spans.entries);
    entries
        .filter(|(entry, _)| {
            let is_on = entry.is_enabled(&project.definition) == Maybe::Known(true);
            entry.section == Section::UnitTests && is_on
        })
        .filter_map(|(entry, spans)| {
            let model = entry.model.as_deref()?;
            // A version may stand behind the name.
            let name = model.split_whitespace().next()?;
            let is_known = index.named(name).next().is_some() || index.find(name).next().is_some();
            if is_known || name.contains('{') {
                return None;
            }
            let models = index.nodes().map(|(_, node)| node);
            let models = models.filter(|node| node.resource_type == ResourceType::Model);
            let known: std::collections::BTreeSet<&str> = models.map(|node| &*node.name).collect();
            let meant = closest(name, known);
            let reason = meant.map_or(String::new(), |meant| format!("; did you mean `{meant}`?"));
            let message = format!("this project has no model `{name}` to test{reason}");
            let draft = Draft::new(spans.model?, message);
            Some(draft.replace(meant.filter(|_| name == model)))
        })
        .collect()
}

fn reason(site: &RefSite<'_>, not_found: &NotFound<'_>, meant: Option<&str>) -> String {
    if let Some(upstream) = not_found.left_out_by {
        return format!(
            "; the loom config leaves it out of the manifest of `{}`",
            upstream.name()
        );
    }
    if let Some(meant) = meant {
        return format!("; did you mean `{meant}`?");
    }
    if let Some(elsewhere) = not_found.elsewhere.first() {
        return format!("; `{}` has one", elsewhere.package());
    }
    if let (Some(linked), Some((_, name, _))) = (not_found.unpublished_in, site.names()) {
        let project = linked.project.name();
        return format!(
            "; the working copy of `{project}` has `{name}`, its manifest does not yet"
        );
    }
    String::new()
}

/// `orders_v2` for version 2 of `orders`: the file's name in the place of the model's.
fn versioned_file(file: &File<'_>, package: Option<&str>, name: &str) -> Option<String> {
    let (base, _) = name.rsplit_once("_v")?;
    file.linked
        .names(file.mesh(), package)
        .into_iter()
        .find(|known| known == base)
}

/// `project.model` in one text.
fn split_dotted<'n>(
    file: &File<'_>,
    package: Option<&str>,
    name: &'n str,
) -> Option<(&'n str, &'n str)> {
    let (project, model) = name.split_once('.').filter(|_| package.is_none())?;
    let is_known = file
        .linked
        .names(file.mesh(), Some(project))
        .iter()
        .any(|known| known == model);
    is_known.then_some((project, model))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::fixture::{check_diagnostics, check_fixes};

    #[test]
    fn a_project_and_a_model_in_one_text_become_two_in_its_quotes() {
        check_fixes(
            "
//- project shop needs:core
//- models/orders.sql
select * from {{ ref(\"core.prod$0ucts\") }}
//- manifest core
//- models/products.sql access:public
select 1
",
            &expect![[r#"
                no model `core.products` here or in the projects that this one reads; did you mean `core", "products`?
                  Change to `core", "products`
                    select * from {{ ref("core", "products") }}
                  Ignore `unknown-model` on this line
                    -- dbt-mesh: ignore[unknown-model]
            "#]],
        );
    }

    #[test]
    fn a_unit_test_tests_a_model_of_its_project() {
        check_diagnostics(
            "
//- project shop
//- models/orders.sql
select 1
//- models/tests.yml
unit_tests:
  - name: fine
    model: orders
    given: []
    expect: {rows: []}
  - name: a_version
    model: orders 2
    given: []
    expect: {rows: []}
  - name: misspelt
    model: order
#          ^^^^^ error[unknown-model]: this project has no model `order` to test; did you mean `orders`?
    given: []
    expect: {rows: []}
",
        );
    }
}
