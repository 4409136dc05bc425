//! `public-without-contract`: a public model has no contract.

use std::collections::BTreeMap;

use crate::dbt::{Access, Maybe};
use crate::ide::diagnostics::{Check, Draft, File, Rule};
use crate::mesh::columns::CHECKED;
use crate::project::Node;
use crate::rules::RuleId;

use super::invalid_access::span_of;

pub(super) const RULE: Rule = Rule {
    id: RuleId::PublicWithoutContract,
    explanation: EXPLANATION,
    checks: &[Check::File(check)],
};

const EXPLANATION: &str = "\
A public model is what other projects build on, and without a contract nothing holds its columns:
the next change of its SQL can take one away, and the readers find out in the warehouse. dbt is
content with it; this is a hint.

Worth a thought:

```yaml
models:
  - name: orders
    config: {access: public}
```

Better:

```yaml
models:
  - name: orders
    config:
      access: public
      contract: {enforced: true}
    columns:
      - {name: order_id, data_type: integer}
```

See <https://docs.getdbt.com/docs/mesh/govern/model-contracts>.
";

fn check(file: &File<'_>) -> Vec<Draft> {
    let mut found = BTreeMap::new();
    for node in file.models().filter(|node| is_bare(node)) {
        let setter = file.linked.project.configured(node, "access");
        let Some(span) = setter.and_then(|(_, setter)| span_of(file, node, setter)) else {
            continue;
        };
        let message = format!(
            "`{}` is public, and no contract holds its columns",
            node.versioned_name()
        );
        found
            .entry(span)
            .or_insert_with(|| Draft::new(span, message));
    }
    found.into_values().collect()
}

fn is_bare(node: &Node) -> bool {
    let config = &node.config;
    config.enabled == Maybe::Known(true)
        && config.access == Maybe::Known(Access::Public)
        && config.has_contract == Maybe::Known(false)
        && node.materialized().is_some_and(|it| CHECKED.contains(&it))
        && !node.is_python()
}

#[cfg(test)]
mod tests {
    use crate::fixture::check_diagnostics;

    #[test]
    fn a_public_model_should_have_one() {
        check_diagnostics(
            "
//- project shop
//- models/orders.sql access:public
--        ^^^^^^^^^^^^^^^ hint[public-without-contract]: `orders` is public, and no contract holds its columns
select 1
//- models/inner.sql
select 1
//- models/held.sql
select 1 as id
//- models/later.sql
{{ config(contract={'enforced': var('strict')}) }}
--                                  ^^^^^^^^ error[unknown-var]: nothing sets the variable `strict`, and it has no default
//- models/_models.yml
models:
  - name: inner
    config: {access: protected}
  - name: held
    config: {access: public, contract: {enforced: true}}
    columns: [{name: id, data_type: integer}]
  - name: later
    config: {access: public}
",
        );
    }
}
