//! What is there to be said? The findings of all files with their places, in one order.

use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::View;
use super::base::{common, relative};
use super::excerpt::{Excerpt, Files};
use crate::ide::{self, Edits, Finding};
use crate::rules::{RuleId, Severity};
use crate::world::{ManifestSummary, ProjectSummary, Snapshot};

/// The outcome of a check.
pub(super) struct Report {
    /// The folder that paths count from: the one that was asked for, or the nearest above several.
    pub(super) base: PathBuf,
    /// The projects, in order of their roots.
    pub(super) projects: Vec<ProjectSummary>,
    /// The manifests, by project and name.
    pub(super) manifests: Vec<ManifestSummary>,
    /// How many files were checked.
    pub(super) files: usize,
    /// What was found, by file, place and rule.
    pub(super) findings: Vec<Located>,
}

/// A finding with its place.
pub(super) struct Located {
    /// The rule that found it.
    pub(super) rule: RuleId,
    /// How loud it is.
    pub(super) severity: Severity,
    /// What is wrong.
    pub(super) message: String,
    /// The name of its project.
    pub(super) project: String,
    /// Its file, absolute.
    pub(super) path: PathBuf,
    /// Its file as seen from [`Report::base`].
    pub(super) file: String,
    /// Where in the file.
    pub(super) place: Excerpt,
    /// Other places that explain it.
    pub(super) related: Vec<LocatedRelated>,
    /// What would put it right.
    pub(super) fixes: Vec<LocatedFix>,
}

/// Another place that explains a finding.
pub(super) struct LocatedRelated {
    /// What stands there.
    pub(super) message: String,
    /// Its file, absolute.
    pub(super) path: PathBuf,
    /// Where in the file.
    pub(super) place: Excerpt,
}

/// What would put a finding right.
pub(super) struct LocatedFix {
    /// What it does.
    pub(super) title: String,
    /// The places of the finding's file and what would stand there.
    pub(super) edits: Vec<(Excerpt, String)>,
}

impl Report {
    /// Asks for the findings of every file of `world` that `paths` ask for.
    pub(super) fn of(world: &Snapshot, paths: &[PathBuf], folders: &[PathBuf]) -> Self {
        let base = common(folders);
        let mut projects = world.project_summaries();
        projects.sort_by(|left, right| left.root.cmp(&right.root));
        let mut manifests = world.manifest_summaries();
        manifests.sort_by(|left, right| {
            (&left.project, &left.name, &left.origin).cmp(&(
                &right.project,
                &right.name,
                &right.origin,
            ))
        });
        let files: Vec<(&str, PathBuf)> = projects
            .iter()
            .flat_map(|project| {
                let files = world.checked_files(&project.root).into_iter();
                files
                    .filter(|file| is_asked_for(file, &project.root, paths))
                    .map(|file| (project.name.as_str(), file))
            })
            .collect();
        let mut findings: Vec<Located> = files
            .par_iter()
            .with_min_len(16)
            .map_init(
                || Files::of(world),
                |at_hand, (project, file)| located(world, project, file, &base, at_hand),
            )
            .flatten_iter()
            .collect();
        findings.sort_by(|left, right| order(left).cmp(&order(right)));
        let files = files.len();
        Self {
            base,
            projects,
            manifests,
            files,
            findings,
        }
    }

    /// How many findings are this loud.
    pub(super) fn count(&self, severity: Severity) -> usize {
        self.findings
            .iter()
            .filter(|finding| finding.severity == severity)
            .count()
    }

    /// The findings that are shown: errors and warnings, or all.
    pub(super) fn shown(&self, view: View) -> impl Iterator<Item = &Located> {
        let bar = if view.shows_hints {
            Severity::Hint
        } else {
            Severity::Warning
        };
        self.findings
            .iter()
            .filter(move |finding| finding.severity >= bar)
    }
}

/// A project inside a folder is asked for as a whole, with the files that it has elsewhere.
fn is_asked_for(file: &Path, root: &Path, paths: &[PathBuf]) -> bool {
    paths
        .iter()
        .any(|path| root.starts_with(path) || file.starts_with(path))
}

fn located(
    world: &Snapshot,
    project: &str,
    path: &Path,
    base: &Path,
    files: &mut Files<'_>,
) -> Vec<Located> {
    let findings = ide::diagnostics(world, path).into_iter();
    findings
        .map(|finding| locate(finding, project, path, base, files))
        .collect()
}

fn locate(
    finding: Finding,
    project: &str,
    path: &Path,
    base: &Path,
    files: &mut Files<'_>,
) -> Located {
    let place = files.excerpt(path, finding.span);
    let mut repairs = Vec::with_capacity(finding.fixes.len());
    for change in finding.fixes {
        let Edits::Here(edits) = change.edits else {
            continue;
        };
        let edits = edits
            .into_iter()
            .map(|edit| (files.excerpt(path, edit.span), edit.text));
        repairs.push(LocatedFix {
            title: change.title,
            edits: edits.collect(),
        });
    }
    let mut related = Vec::with_capacity(finding.related.len());
    for other in finding.related {
        let place = files.excerpt(&other.place.path, other.place.span);
        related.push(LocatedRelated {
            message: other.message,
            path: other.place.path,
            place,
        });
    }
    Located {
        rule: finding.rule,
        severity: finding.severity,
        message: finding.message,
        project: String::from(project),
        path: path.to_path_buf(),
        file: relative(path, base),
        place,
        related,
        fixes: repairs,
    }
}

fn order(finding: &Located) -> impl Ord + '_ {
    let place = &finding.place;
    (
        &finding.file,
        place.start,
        place.end,
        finding.rule.as_str(),
        &finding.message,
    )
}
