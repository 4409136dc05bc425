//! `manifest-name`: a loom config names a manifest differently from its project.

use crate::ide::diagnostics::{Check, Draft, File, Rule};
use crate::rules::{RuleId, Severity};

pub(super) const RULE: Rule = Rule {
    id: RuleId::ManifestName,
    explanation: EXPLANATION,
    checks: &[Check::File(check)],
};

const EXPLANATION: &str = "\
The `name` of a loom config's entry is not the name of the project whose manifest it is. That is
allowed, but refs use the project's own name, so that the other one misleads. The project's own
manifest in its own loom config brings deleted models back to life, and is a hint too.

Confusing, for the project is called `domain_inventory`:

```yaml
manifests:
  - name: inventory
```

Clear:

```yaml
manifests:
  - name: domain_inventory
```
";

fn check(file: &File<'_>) -> Vec<Draft> {
    if file.loom.is_none() {
        return Vec::new();
    }
    let own = file.linked.project.name();
    file.linked
        .manifests()
        .filter_map(|(upstream, manifest)| {
            let entry = upstream.entry()?;
            let name = manifest.project_name()?;
            let draft = if name == own {
                let message = "this is the project's own manifest: models that are deleted here come back through it";
                Draft::new(entry.name_span, message)
            } else if *entry.name != *name {
                let message = format!("the project is called `{name}`, and refs have to use that name");
                Draft::new(entry.name_span, message).replace(Some(name))
            } else {
                return None;
            };
            Some(draft.at_most(Severity::Warning))
        })
        .collect()
}
