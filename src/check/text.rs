//! The report for people: each finding with its line and carets under it, then one line that sums
//! it up.

use std::io::{self, Write};

use annotate_snippets::{AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet};

use super::View;
use super::base::{here, relative};
use super::excerpt::Excerpt;
use super::report::{Located, Report};
use crate::rules::Severity;
use crate::world::ManifestState;

/// Writes the findings that are shown to `out`. Files count from where the user is.
pub(super) fn write(report: &Report, view: View, out: &mut dyn Write) -> io::Result<()> {
    let renderer = if view.is_coloured {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let here = here();
    for finding in report.shown(view) {
        let seen = |path: &std::path::Path| relative(path, &here);
        writeln!(out, "{}\n", renderer.render(&groups(finding, &seen)))?;
    }
    writeln!(out, "{}", summary(report, view))
}

fn groups<'a>(finding: &'a Located, seen: &dyn Fn(&std::path::Path) -> String) -> Vec<Group<'a>> {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Information => Level::INFO,
        Severity::Hint => Level::NOTE.with_name("hint"),
    };
    let title = level
        .primary_title(finding.message.as_str())
        .id(finding.rule.as_str());
    let mut first = title.element(source(&finding.place, seen(&finding.path)));
    if let Some(fix) = finding.fixes.first() {
        first = first.element(Level::HELP.message(fix.title.as_str()));
    }
    let mut groups = vec![first];
    for related in &finding.related {
        let title = Level::NOTE.secondary_title(related.message.as_str());
        groups.push(title.element(source(&related.place, seen(&related.path))));
    }
    groups
}

fn source(place: &Excerpt, file: String) -> Element<'_> {
    let line = place.start.line as usize + 1;
    match &place.line {
        Some(text) => Snippet::source(&**text)
            .path(file)
            .line_start(line)
            .annotation(AnnotationKind::Primary.span(place.span.range()))
            .into(),
        None => Origin::path(file)
            .line(line)
            .char_column(place.start.column as usize + 1)
            .into(),
    }
}

fn summary(report: &Report, view: View) -> String {
    let errors = report.count(Severity::Error);
    let warnings = report.count(Severity::Warning);
    let quiet = report.findings.len() - errors - warnings;
    let mut files: Vec<&str> = report
        .shown(view)
        .map(|finding| finding.file.as_str())
        .collect();
    files.dedup();
    let mut parts = Vec::new();
    if errors > 0 {
        parts.push(counted(errors, "error"));
    }
    if warnings > 0 {
        parts.push(counted(warnings, "warning"));
    }
    if view.shows_hints && quiet > 0 {
        parts.push(counted(quiet, "hint"));
    }
    let found = if parts.is_empty() {
        format!("nothing wrong in {}", counted(report.files, "file"))
    } else {
        format!(
            "{} in {} of {}",
            parts.join(", "),
            files.len(),
            counted(report.files, "file")
        )
    };
    let projects = counted(report.projects.len(), "project");
    let hidden = if !view.shows_hints && quiet > 0 {
        format!(" ({} with --show-hints)", counted(quiet, "hint"))
    } else {
        String::new()
    };
    format!("{found}; {projects}, {}{hidden}", manifests(report))
}

fn manifests(report: &Report) -> String {
    let all = counted(report.manifests.len(), "manifest");
    let not_fetched = |state| matches!(state, ManifestState::NotFetched | ManifestState::Loading);
    match report
        .manifests
        .iter()
        .filter(|manifest| not_fetched(manifest.state))
        .count()
    {
        0 => all,
        count => format!("{all} of which {count} not fetched"),
    }
}

fn counted(count: usize, thing: &str) -> String {
    if count == 1 {
        format!("1 {thing}")
    } else {
        format!("{count} {thing}s")
    }
}

#[cfg(test)]
mod tests;
