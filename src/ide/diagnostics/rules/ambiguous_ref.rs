//! `ambiguous-ref`: a ref without a project fits models of several projects.

use crate::ide::diagnostics::{Check, Draft, File, RefSite, Rule};
use crate::mesh::Resolution;
use crate::rules::RuleId;
use crate::text::Span;

pub(super) const RULE: Rule = Rule {
    id: RuleId::AmbiguousRef,
    explanation: EXPLANATION,
    checks: &[Check::Reference(check)],
};

const EXPLANATION: &str = "\
A ref gives one name, the project itself has no model of it, and two or more of its packages and
upstream projects do.

dbt searches all of them in that case and does not choose, not even where only one of the models
could be read. It stops when it parses.

Bad, for both `domain_inventory` and `domain_sales` have `customers`:

```sql
select * from {{ ref('customers') }}
```

Good:

```sql
select * from {{ ref('domain_sales', 'customers') }}
```

See <https://docs.getdbt.com/reference/dbt-jinja-functions/ref>.
";

fn check(file: &File<'_>, site: &RefSite<'_>) -> Option<Draft> {
    let Some(Resolution::Ambiguous(targets)) = &site.resolution else {
        return None;
    };
    if !site.is_judged() {
        return None;
    }
    let (_, name, _) = site.names()?;
    let packages: Vec<String> = targets
        .iter()
        .map(|target| format!("`{}`", target.package()))
        .collect();
    let message = format!(
        "`{name}` is in {}; name the project first",
        packages.join(" and ")
    );
    let mut draft = Draft::new(site.name_span(), message);
    let before = Span::empty(site.name_span().start as usize);
    let quote = file.quote_before(before);
    for target in targets {
        let package = target.package();
        if let Some(quote) = quote {
            let title = format!("Read it from `{package}`");
            draft = draft.fix(title, before, format!("{package}{quote}, {quote}"));
        }
        draft = draft.related(file.place_of(target), format!("`{name}` of `{package}`"));
    }
    Some(draft)
}
