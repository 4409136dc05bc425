//! `manifest-stale`: a manifest is behind the working copy of its project.

use crate::dbt::{Access, Maybe, ResourceType};
use crate::ide::diagnostics::{Check, Draft, File, RefSite, Rule};
use crate::manifest::{Manifest, Node as Published};
use crate::mesh::{Linked, Resolution, Target};
use crate::project::Node;
use crate::rules::{RuleId, Severity};

pub(super) const RULE: Rule = Rule {
    id: RuleId::ManifestStale,
    explanation: EXPLANATION,
    checks: &[Check::File(check), Check::Reference(check_ref)],
};

const EXPLANATION: &str = "\
The project that a manifest was made from is on this disk, and its files say something else by now:
models are new, gone or changed. Contents are compared, not times, so that a fresh clone is not
taken for a change.

dbt judges refs by the manifest alone, and so do the other rules; this one tells what the next
manifest will bring: at the loom config's line, and at refs to models that are gone, switched off or
closed in the working copy.

Good: run `dbt parse` in the upstream project.
";

fn check(file: &File<'_>) -> Vec<Draft> {
    if file.loom.is_none() {
        return Vec::new();
    }
    let stale = file.linked.manifests().filter_map(|(upstream, manifest)| {
        let entry = upstream.entry()?;
        let other = file.mesh().working_copy(manifest.project_name()?)?;
        let is_own = other.project.root == file.linked.project.root;
        let message = if is_own {
            None
        } else {
            differences(other, manifest)
        }?;
        Some(Draft::new(entry.origin_span, message).at_most(Severity::Warning))
    });
    stale.collect()
}

/// What differs, in one line; `None` where nothing does.
fn differences(working_copy: &Linked, manifest: &Manifest) -> Option<String> {
    let project = working_copy.project.name();
    let is_own = |node: &Published<'_>| {
        node.package_name() == project && node.resource_type() == ResourceType::Model
    };
    let local = working_copy
        .project
        .index
        .nodes()
        .map(|(_, node)| node)
        .filter(|node| {
            node.resource_type == ResourceType::Model && node.config.enabled == Maybe::Known(true)
        });
    let mut new = Vec::new();
    let mut changed = Vec::new();
    for node in local {
        match manifest.by_unique_id(&node.unique_id(project)) {
            None => new.push(format!("`{}`", node.name)),
            Some(published) if is_changed(working_copy, node, published) => {
                changed.push(format!("`{}`", node.name));
            }
            Some(_) => {}
        }
    }
    let is_gone = |node: &Published<'_>| {
        working_copy
            .project
            .index
            .by_unique_id(project, node.unique_id())
            .is_none()
    };
    let gone = manifest.nodes().filter(is_own).filter(is_gone);
    let gone: Vec<String> = gone.map(|node| format!("`{}`", node.name())).collect();
    let parts: Vec<String> = [("new", new), ("changed", changed), ("gone", gone)]
        .into_iter()
        .filter(|(_, names)| !names.is_empty())
        .map(|(word, names)| listed(word, &names))
        .collect();
    (!parts.is_empty()).then(|| {
        format!(
            "the manifest is behind the files of `{project}`: {}; `dbt parse` there renews it",
            parts.join(", ")
        )
    })
}

fn listed(word: &str, names: &[String]) -> String {
    let shown: Vec<&str> = names.iter().take(3).map(String::as_str).collect();
    let more = names.len().saturating_sub(shown.len());
    let more = if more > 0 {
        format!(" and {more} more")
    } else {
        String::new()
    };
    format!("{word} {}{more}", shown.join(" "))
}

fn is_changed(working_copy: &Linked, node: &Node, published: Published<'_>) -> bool {
    let facts = working_copy.project.file(&node.origin.file);
    let has_code = published.raw_code().is_some();
    let is_other_code = facts.is_some_and(|facts| facts.text_hash != published.raw_code_hash());
    let is_other_access = node
        .config
        .access
        .known()
        .is_some_and(|access| *access != published.access().unwrap_or_default());
    has_code && is_other_code || is_other_access
}

/// A ref that the manifest allows and the working copy of the other project no longer does.
fn check_ref(file: &File<'_>, site: &RefSite<'_>) -> Option<Draft> {
    let Some(Resolution::Found(Target::Published { node, .. })) = &site.resolution else {
        return None;
    };
    if !site.is_judged() || node.resource_type() != ResourceType::Model {
        return None;
    }
    let package = node.package_name();
    let other = file.mesh().working_copy(package)?;
    let found = other.project.index.by_unique_id(package, node.unique_id());
    let what = match found {
        None => "no longer has it",
        Some((_, local)) if local.config.enabled == Maybe::Known(false) => "has switched it off",
        Some((_, local)) if node.access() == Some(Access::Public) => match local.config.access {
            Maybe::Known(Access::Protected | Access::Private) => "no longer has it public",
            Maybe::Known(Access::Public) | Maybe::Unknown => return None,
        },
        Some(_) => return None,
    };
    let message = format!(
        "the manifest of `{package}` has `{}`, but its working copy {what}: the next manifest will break this ref",
        node.name()
    );
    Some(Draft::new(site.name_span(), message).at_most(Severity::Warning))
}
