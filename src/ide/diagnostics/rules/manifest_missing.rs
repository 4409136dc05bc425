//! `manifest-missing`: the manifest that a loom config names does not exist.

use crate::ide::diagnostics::{Check, Draft, File, Rule};
use crate::manifest::ManifestFailure;
use crate::mesh::{Upstream, UpstreamState};
use crate::rules::RuleId;

pub(super) const RULE: Rule = Rule {
    id: RuleId::ManifestMissing,
    explanation: EXPLANATION,
    checks: &[Check::File(check)],
};

const EXPLANATION: &str = "\
The loom config names a manifest file that is not there. dbt stops, unless the entry says
`optional: true`. Relative paths count from the folder that dbt is run in, which is taken to be the
project's.

Where an older manifest was read before, it stays in use. Of manifests that are no files of this
disk `manifest-not-fetched` speaks.

Good: run `dbt parse` in the upstream project, or correct the path.
";

fn check(file: &File<'_>) -> Vec<Draft> {
    if file.loom.is_none() {
        return Vec::new();
    }
    let is_missing =
        |upstream: &&Upstream| upstream.state == UpstreamState::Failed(ManifestFailure::Missing);
    let missing = file.linked.upstreams.iter().filter(is_missing);
    missing
        .filter_map(|upstream| {
            let entry = upstream.entry()?;
            let path = upstream.path.as_ref()?;
            let shown = crate::ide::places::shown_path(file.world, path);
            let message =
                format!("there is no manifest at {shown}; `dbt parse` in that project writes one");
            Some(Draft::new(entry.origin_span, message))
        })
        .collect()
}
