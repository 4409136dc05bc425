//! `duplicate-key`: a key stands twice in one mapping of a YAML file.

use crate::ide::diagnostics::{Check, Draft, File, Rule};
use crate::project::Role;
use crate::rules::RuleId;
use crate::syntax::yaml::ErrorKind;

pub(super) const RULE: Rule = Rule {
    id: RuleId::DuplicateKey,
    explanation: EXPLANATION,
    checks: &[Check::File(check)],
};

const EXPLANATION: &str = "\
A mapping of a property file or of dbt_project.yml has one key twice. dbt takes the last and leaves
the others aside, with the warning DuplicateYAMLKeysDeprecation.

Bad:

```yaml
models:
  - name: orders
    description: All orders.
    description: One row an order.
```

Good:

```yaml
models:
  - name: orders
    description: One row an order.
```

See <https://docs.getdbt.com/reference/deprecations#duplicateyamlkeysdeprecation>.
";

fn check(file: &File<'_>) -> Vec<Draft> {
    let is_checked = matches!(file.role, Role::Properties | Role::Definition);
    let Some(facts) = file.facts.filter(|_| is_checked) else {
        return Vec::new();
    };
    let errors = facts.spans.yaml_errors.iter();
    errors
        .filter_map(|error| match &error.kind {
            ErrorKind::DuplicateKey { first, .. } => {
                let place = file.place_in(&file.path, *first);
                let draft = Draft::new(error.span, error.message());
                Some(draft.related(Some(place), "the first time"))
            }
            ErrorKind::Syntax { .. }
            | ErrorKind::UnclosedQuote
            | ErrorKind::UnclosedBracket
            | ErrorKind::UnquotedJinja
            | ErrorKind::Tab
            | ErrorKind::Indentation
            | ErrorKind::UnknownAlias { .. }
            | ErrorKind::TooDeep
            | ErrorKind::TooLarge
            | ErrorKind::SecondDocument => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::fixture::check_diagnostics;

    #[test]
    fn the_later_key_is_told() {
        check_diagnostics(
            "
//- project shop
//- models/orders.sql
select 1
//- models/a.yml
models:
  - name: orders
    description: All.
    description: Each.
#   ^^^^^^^^^^^ warning[duplicate-key]: `description` is set twice in this map; the last one counts
",
        );
    }

    #[test]
    fn keys_that_override_merged_ones_are_meant_so() {
        check_diagnostics(
            "
//- project shop
//- models/orders.sql
select 1
//- models/a.yml
anchors:
  - &it {description: All.}
models:
  - <<: *it
    name: orders
    description: Each.
//- selectors.yml
selectors: []
selectors: []
",
        );
    }
}
