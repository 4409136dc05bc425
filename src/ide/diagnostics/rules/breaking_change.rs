//! `breaking-change`: the working copy takes away what the project has published.

mod changes;
mod consumers;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use crate::ide::diagnostics::{Check, Draft, File, Rule};
use crate::manifest::{Manifest, Node as Published};
use crate::mesh::{Gone, is_promise};
use crate::project::Node;
use crate::rules::{RuleId, Severity};
use crate::text::Span;

pub(super) const RULE: Rule = Rule {
    id: RuleId::BreakingChange,
    explanation: EXPLANATION,
    checks: &[Check::File(check)],
};

const EXPLANATION: &str = "\
The files of a project take away what its last published manifest promises: the manifest that other
projects at hand read, else the one in its own `target` folder. Who reads the model in other projects
is told with it, as places to go to; where a column is concerned, those whose SQL names it or passes it
on, and those of which that is not known.

What dbt calls a breaking change is as loud as dbt is when it compares with `--state`: an error for a
model with versions, a warning for one without (event I071). These are changes of a model whose
contract was enforced: the contract switched off, a column gone, another base type (`varchar(10)` and
`varchar(20)` are one), a constraint gone that the warehouse enforces, a table that becomes a view with
constraints, the model gone or switched off before its deprecation date.

Of the rest dbt says nothing before a reader fails: a public model without a contract that is gone or
switched off, or is no longer public. Those are warnings where somebody at hand reads the model, and
hints where nobody does.

Bad, where `order_total` is published:

```yaml
models:
  - name: orders
    config: {access: public, contract: {enforced: true}}
    columns:
      - {name: total, data_type: integer}
```

Good: a new version of the model has the new columns, and the old one lives on until nobody reads it.

See <https://docs.getdbt.com/docs/mesh/govern/model-versions>.
";

/// Something published that is no longer so.
struct Broken<'a> {
    /// The model as it was published.
    published: Published<'a>,
    span: Span,
    message: String,
    /// Whether dbt calls it a breaking change.
    is_of_contract: bool,
    /// What was published in the place of the text at the span.
    was: Option<Box<str>>,
    /// The published columns that it is about; none where it is about the model.
    columns: Vec<String>,
}

fn check(file: &File<'_>) -> Vec<Draft> {
    let Some(published) = file.mesh().published(file.linked) else {
        return Vec::new();
    };
    let mut broken = of_models(file, published);
    if !broken.is_empty() && file.linked.project.may_hide_resources() {
        return Vec::new();
    }
    let all_gone = file.linked.gone(published);
    let gone = all_gone.iter().filter(|gone| *gone.file == *file.path);
    broken.extend(gone.filter_map(|gone| of_gone(file, published, gone)));
    let mut consumers = BTreeMap::new();
    broken
        .into_iter()
        .map(|one| {
            let readers = consumers
                .entry((one.published.id(), one.columns.clone()))
                .or_insert_with(|| consumers::of(file, one.published, &one.columns));
            let message = format!("{}; {}", one.message, readers.summary);
            let severity = match (one.is_of_contract, one.published.version()) {
                (true, Some(_)) => Severity::Error,
                (true, None) => Severity::Warning,
                (false, _) if readers.places.is_empty() => Severity::Hint,
                (false, _) => Severity::Warning,
            };
            let draft = Draft::new(one.span, message).at_most(severity);
            let draft = draft.replace_value(file, one.was.as_deref());
            readers.places.iter().fold(draft, |draft, (place, what)| {
                draft.related(Some(place.clone()), what.clone())
            })
        })
        .collect()
}

/// The changes of the models that the file makes or describes.
fn of_models<'a>(file: &File<'a>, published: &'a Manifest) -> Vec<Broken<'a>> {
    let project = file.linked.project.name();
    let mut broken = Vec::new();
    for node in file.models() {
        let old = published.by_unique_id(&node.unique_id(project));
        if let Some(old) = old.filter(|old| is_promise(*old)) {
            let change = changes::Changed {
                file,
                node,
                old,
                adapter: published.adapter_type(),
            };
            broken.extend(change.all().into_iter().map(|it| Broken {
                published: old,
                span: it.span,
                message: it.message,
                is_of_contract: it.is_of_contract,
                was: it.was,
                columns: it.columns,
            }));
        }
    }
    broken
}

/// A model that the working copy does not have.
fn of_gone<'a>(file: &File<'a>, published: &'a Manifest, gone: &Gone) -> Option<Broken<'a>> {
    let old = published.node(gone.node)?;
    let deprecated = old.deprecation_date().and_then(crate::dbt::moment);
    if deprecated.is_some_and(|date| date < file.world.now()) {
        return None;
    }
    let spans = &file.facts?.spans;
    let entry = gone.entry.and_then(|(entry, version)| {
        let spans = spans.entries.get(entry as usize)?;
        let version = version.and_then(|at| spans.versions.get(at as usize));
        Some(version.copied().unwrap_or(spans.name))
    });
    let index = &file.linked.project.index;
    let renamed: Option<&Node> = gone.renamed_to.and_then(|id| index.node(id));
    let name = shown(old);
    let message = match renamed {
        Some(node) => format!(
            "{name} is published, and called `{}` here",
            node.versioned_name()
        ),
        None => format!("{name} is published, and no longer here"),
    };
    Some(Broken {
        published: old,
        span: entry.unwrap_or(spans.first_line),
        message,
        is_of_contract: old.has_enforced_contract(),
        was: None,
        columns: Vec::new(),
    })
}

/// Name and version of a published model, for messages.
fn shown(node: Published<'_>) -> String {
    match node.version() {
        Some(version) => format!("`{}.v{version}`", node.name()),
        None => format!("`{}`", node.name()),
    }
}
