//! `manifest-unreadable`: the manifest that a loom config names cannot be read.

use crate::ide::diagnostics::{Check, Draft, File, Rule};
use crate::manifest::ManifestFailure;
use crate::mesh::UpstreamState;
use crate::rules::{RuleId, Severity};

pub(super) const RULE: Rule = Rule {
    id: RuleId::ManifestUnreadable,
    explanation: EXPLANATION,
    checks: &[Check::File(check)],
};

const EXPLANATION: &str = "\
There is something where the loom config says that a manifest is, and it cannot be used: it is cut
off (dbt may be writing it at this moment), empty, no JSON, a folder, another file of dbt's. dbt
stops, `optional: true` or not. Where an older manifest was read before, it stays in use. dbt-loom
0.9.6 also stops at a node without `name`, `package_name`, `unique_id`, `resource_type` or `schema`,
and at a byte order mark.

A compressed manifest on this disk is read here, but dbt-loom 0.9.6 fails on it. One of a newer
schema than is known here is read as far as it goes, with a hint.
";

fn check(file: &File<'_>) -> Vec<Draft> {
    if file.loom.is_none() {
        return Vec::new();
    }
    let mut drafts = Vec::new();
    for upstream in &file.linked.upstreams {
        let Some(entry) = upstream.entry() else {
            continue;
        };
        let span = entry.origin_span;
        if let UpstreamState::Failed(ManifestFailure::Unreadable(why)) = &upstream.state {
            let why = match &upstream.path {
                Some(path) => {
                    let shown = crate::ide::places::shown_path(file.world, path);
                    why.replace(&path.display().to_string(), &shown)
                }
                None => why.clone(),
            };
            let kept = if upstream.manifest.is_some() {
                "; the one read before stays in use"
            } else {
                ""
            };
            drafts.push(Draft::new(span, format!("{why}{kept}")));
        }
        let Some(manifest) = &upstream.manifest else {
            continue;
        };
        let is_local = upstream.remote().is_none();
        if is_local && manifest.was_gzip() && upstream.state == UpstreamState::Loaded {
            let message = "dbt-loom 0.9.6 cannot read a compressed manifest on a local disk; name the plain one";
            drafts.push(Draft::new(span, message));
        }
        if is_local && manifest.has_byte_order_mark() && !manifest.was_gzip() {
            let message = "the manifest begins with a byte order mark, which dbt-loom cannot read; write it in plain UTF-8";
            drafts.push(Draft::new(span, message));
        }
        if let Some(refused) = manifest.refused() {
            let message = format!(
                "dbt-loom cannot read `{}` in the manifest: its `{}` is missing, or of a wrong kind",
                refused.unique_id, refused.key
            );
            drafts.push(Draft::new(span, message));
        }
        if let (Some(version), false) = (manifest.schema_version(), manifest.is_known_schema()) {
            let message = format!(
                "the manifest has schema version {version}, which is not known here; read as far as it goes"
            );
            drafts.push(Draft::new(span, message).at_most(Severity::Hint));
        }
    }
    drafts
}
