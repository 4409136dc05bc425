//! `manifest-not-fetched`: the manifest that a loom config names could not be fetched.

use crate::ide::diagnostics::{Check, Draft, File, Rule};
use crate::manifest::ManifestFailure;
use crate::mesh::UpstreamState;
use crate::rules::{RuleId, Severity};

pub(super) const RULE: Rule = Rule {
    id: RuleId::ManifestNotFetched,
    explanation: EXPLANATION,
    checks: &[Check::File(check), Check::File(check_unfetched)],
};

const EXPLANATION: &str = "\
The loom config names a manifest that is no file of this disk, and it could not be fetched. The
finding says what was tried: which credentials were looked for, what the origin answered, that
nobody has agreed to ask this host. dbt-loom asks for it whenever dbt starts, and where it fails dbt
stops, `optional: true` or not; yet dbt may run with other credentials, on another network, so this
is a warning, and a hint where the entry says `optional: true`.

Where an older manifest was fetched before, it stays in use. Where there is none, refs into it are
never called wrong. One hint names the manifests that nobody has asked for yet.

Good: `dbt-mesh-lsp manifests refresh` fetches now and says what happens; see docs/origins.md.
";

fn check(file: &File<'_>) -> Vec<Draft> {
    if file.loom.is_none() {
        return Vec::new();
    }
    let failed = file.linked.upstreams.iter().filter_map(|upstream| {
        let UpstreamState::Failed(ManifestFailure::NotFetched { why, .. }) = &upstream.state else {
            return None;
        };
        let entry = upstream.entry()?;
        let kept = if upstream.manifest.is_some() {
            "; the one fetched before stays in use"
        } else {
            "; refs into it are not checked"
        };
        let draft = Draft::new(entry.origin_span, format!("not fetched: {why}{kept}"));
        Some(if entry.is_optional {
            draft.at_most(Severity::Hint)
        } else {
            draft
        })
    });
    failed.collect()
}

/// One note for all that nobody has asked for yet.
fn check_unfetched(file: &File<'_>) -> Vec<Draft> {
    if file.loom.is_none() {
        return Vec::new();
    }
    let unfetched = file
        .linked
        .upstreams
        .iter()
        .filter(|upstream| upstream.state == UpstreamState::NotFetched);
    let entries: Vec<_> = unfetched.filter_map(|upstream| upstream.entry()).collect();
    let Some(first) = entries.first() else {
        return Vec::new();
    };
    let names: Vec<String> = entries
        .iter()
        .map(|entry| format!("`{}`", entry.name))
        .collect();
    let message = format!(
        "not fetched: {}; refs into it are not checked",
        names.join(", ")
    );
    vec![Draft::new(first.origin_span, message).at_most(Severity::Hint)]
}
