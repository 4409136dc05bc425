//! `deprecated-model`: a model of the project is past its deprecation date.

use crate::dbt::Maybe;
use crate::ide::diagnostics::{Check, Draft, File, Rule};
use crate::project::Node;
use crate::rules::RuleId;

pub(super) const RULE: Rule = Rule {
    id: RuleId::DeprecatedModel,
    explanation: EXPLANATION,
    checks: &[Check::File(check)],
};

const EXPLANATION: &str = "\
A model, or a version of one, has a `deprecation_date` that has passed, and is still there.

dbt warns when it parses (event I065), whether anything reads the model or not. Once a model has
`versions`, only the dates of the versions count.

Bad:

```yaml
models:
  - name: orders
    deprecation_date: 2020-01-01
```

Good: take the model away, or switch it off.

See <https://docs.getdbt.com/reference/resource-properties/deprecation_date>.
";

fn check(file: &File<'_>) -> Vec<Draft> {
    let described = file
        .linked
        .project
        .index
        .described_in(&file.path)
        .map(|(_, node)| node);
    let enabled = described.filter(|node| node.config.enabled == Maybe::Known(true));
    enabled.filter_map(|node| draft(file, node)).collect()
}

fn draft(file: &File<'_>, node: &Node) -> Option<Draft> {
    let patch = node
        .patch
        .as_ref()
        .filter(|patch| *patch.file == *file.path)?;
    let date = node.deprecation_date.as_deref()?;
    let is_past = crate::dbt::moment(date)? < file.world.now();
    let entry = file.facts?.spans.entries.get(patch.entry as usize)?;
    let at = patch.version.map_or(0, |version| version as usize + 1);
    let span = (*entry.deprecations.get(at)?)?;
    let name = match &node.version {
        Some(version) => format!("{}.v{version}", node.name),
        None => node.name.to_string(),
    };
    is_past.then(|| {
        Draft::new(
            span,
            format!("`{name}` passed its deprecation date; take it away or switch it off"),
        )
    })
}
