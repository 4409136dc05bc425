//! What is wrong in a file? Asks every rule, then applies the user's settings and comments.
//!
//! A rule is one file in `rules/` and one line in [`RULES`]. Rules about refs are asked once for
//! each ref with what it means, which is worked out once; rules about files once for each file.

mod context;
mod draft;
mod rules;
#[cfg(test)]
mod tests;

use std::path::Path;

use crate::pace;
use crate::project::Suppression;
use crate::rules::{Level, RuleId};
use crate::world::World;

use super::Finding;
pub(crate) use context::{Compared, File, RefSite, ref_sites};
pub(crate) use draft::Draft;

/// What a rule is asked.
enum Check {
    /// About each ref.
    Reference(fn(&File<'_>, &RefSite<'_>) -> Option<Draft>),
    /// About each file.
    File(fn(&File<'_>) -> Vec<Draft>),
}

/// A rule: its id, what it says of itself, how it looks.
struct Rule {
    id: RuleId,
    explanation: &'static str,
    checks: &'static [Check],
}

/// The explanation of a rule in Markdown: what it finds, a bad and a good example, and what of
/// dbt it mirrors.
#[must_use]
pub fn explain(rule: RuleId) -> &'static str {
    rules::RULES
        .iter()
        .find(|known| known.id == rule)
        .map_or("", |known| known.explanation)
}

/// The findings of one file, in file order. Empty for a file of no project of the workspace.
#[must_use]
pub(super) fn diagnostics(world: &World, path: &Path) -> Vec<Finding> {
    let Some(file) = File::at(world, path) else {
        return Vec::new();
    };
    let sites = ref_sites(&file);
    let mut findings: Vec<Finding> = Vec::new();
    for rule in rules::RULES
        .iter()
        .filter(|rule| world.settings().level(rule.id) != Level::Off)
    {
        pace::let_others_go_first();
        let drafts = rule.checks.iter().flat_map(|check| match check {
            Check::Reference(check) => sites.iter().filter_map(|site| check(&file, site)).collect(),
            Check::File(check) => check(&file),
        });
        let suppressions = file.suppressions();
        findings.extend(
            drafts
                .filter(|draft| !is_suppressed(suppressions, rule.id, draft))
                .filter_map(|draft| draft.finish(rule.id, world.settings())),
        );
    }
    findings.sort_by(|a, b| (a.span, a.rule, &a.message).cmp(&(b.span, b.rule, &b.message)));
    findings
}

fn is_suppressed(suppressions: &[Suppression], rule: RuleId, draft: &Draft) -> bool {
    suppressions
        .iter()
        .any(|suppression| suppression.covers(rule, draft.span))
}
