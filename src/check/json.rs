//! The report as one JSON object, whose shape is part of the product.

use std::io::{self, Write};

use serde::Serialize;

use super::base::relative;
use super::excerpt::Excerpt;
use super::report::Report;
use crate::text::LineColumn;
use crate::world::ManifestState;

#[derive(Serialize)]
struct Object<'a> {
    version: u32,
    projects: Vec<Project<'a>>,
    manifests: Vec<Manifest<'a>>,
    findings: Vec<Finding<'a>>,
}

#[derive(Serialize)]
struct Project<'a> {
    name: &'a str,
    root: String,
    models: usize,
}

#[derive(Serialize)]
struct Manifest<'a> {
    project: &'a str,
    name: &'a str,
    kind: &'a str,
    origin: &'a str,
    state: &'static str,
    models: Option<usize>,
    generated_at: Option<&'a str>,
}

#[derive(Serialize)]
struct Finding<'a> {
    rule: &'static str,
    severity: &'static str,
    message: &'a str,
    project: &'a str,
    file: &'a str,
    range: Range,
}

#[derive(Serialize)]
struct Range {
    start: Position,
    end: Position,
}

#[derive(Serialize)]
struct Position {
    line: u32,
    character: u32,
}

/// Writes the report to `out`, all findings of it.
pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let object = Object {
        version: 1,
        projects: projects(report),
        manifests: manifests(report),
        findings: findings(report),
    };
    serde_json::to_writer_pretty(&mut *out, &object)?;
    writeln!(out)
}

fn projects(report: &Report) -> Vec<Project<'_>> {
    let project = report.projects.iter().map(|project| Project {
        name: &project.name,
        root: relative(&project.root, &report.base),
        models: project.models,
    });
    project.collect()
}

fn manifests(report: &Report) -> Vec<Manifest<'_>> {
    let manifest = report.manifests.iter().map(|manifest| Manifest {
        project: &manifest.project,
        name: &manifest.name,
        kind: &manifest.kind,
        origin: &manifest.origin,
        state: state(manifest.state),
        models: manifest.models,
        generated_at: manifest.generated_at.as_deref(),
    });
    manifest.collect()
}

/// Nothing is still loading when a check is over.
fn state(state: ManifestState) -> &'static str {
    match state {
        ManifestState::Loaded => "loaded",
        ManifestState::Missing => "missing",
        ManifestState::Unreadable => "unreadable",
        ManifestState::NotFetched | ManifestState::Loading => "not-fetched",
    }
}

fn findings(report: &Report) -> Vec<Finding<'_>> {
    let finding = report.findings.iter().map(|finding| Finding {
        rule: finding.rule.as_str(),
        severity: finding.severity.as_str(),
        message: &finding.message,
        project: &finding.project,
        file: &finding.file,
        range: range(&finding.place),
    });
    finding.collect()
}

fn range(place: &Excerpt) -> Range {
    let position = |at: LineColumn| Position {
        line: at.line,
        character: at.column,
    };
    Range {
        start: position(place.start),
        end: position(place.end),
    }
}
