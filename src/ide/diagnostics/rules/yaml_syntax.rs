//! `yaml-syntax`: YAML that dbt cannot read.

use crate::ide::diagnostics::{Check, Draft, File, Rule};
use crate::rules::RuleId;

pub(super) const RULE: Rule = Rule {
    id: RuleId::YamlSyntax,
    explanation: EXPLANATION,
    checks: &[Check::File(check)],
};

const EXPLANATION: &str = "\
A property file, dbt_project.yml, packages.yml, dependencies.yml, selectors.yml or profiles.yml is
no YAML to PyYAML, dbt's reader. dbt stops at the first mistake of a file when it parses, and so
does this rule. (A loom config's mistakes are told by `loom-config`.)

Bad:

```yaml
models:
  - name: orders
    description: {{ doc('orders') }}
```

Good:

```yaml
models:
  - name: orders
    description: \"{{ doc('orders') }}\"
```

See <https://yaml.org/spec/1.1/>.
";

fn check(file: &File<'_>) -> Vec<Draft> {
    let errors = file.facts.map_or(&[][..], |facts| &facts.spans.yaml_errors);
    errors
        .iter()
        .filter(|error| error.kind.is_fatal())
        .map(|error| Draft::new(error.span, error.message()))
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::fixture::check_diagnostics;

    #[test]
    fn dbt_stops_at_the_first_mistake() {
        check_diagnostics(
            "
//- project shop
//- models/a.yml
models:
  - name: orders
    tags: [a, b
#   ^^^^^^^ error[yaml-syntax]: the closing bracket is missing
//- models/b.yml
models:
  - name: lines
    description: 'the lines
#                ^^^^^^^^^^ error[yaml-syntax]: the closing quote is missing
//- packages.yml
packages:
  - git: a: b
#         ^ error[yaml-syntax]: a text with `: ` in it needs quotes; a map starts on a line of its own
",
        );
    }

    #[test]
    fn what_pyyaml_reads_is_no_mistake() {
        check_diagnostics(
            "
//- project shop
//- models/orders.sql
select 1
//- models/lines.sql
select 1
//- models/docs.md
{% docs it %}It.{% enddocs %}
//- models/a.yml
version: 2
models:
  - {name: orders, description: \"{{ doc('it') }}\", config: {tags: [a, b,]}}
  - name: \"lines\"
    description: >
      Two
      lines: {{ here }}.
",
        );
    }
}
