//! Which manifests do the projects read, and what is kept of them? A table, or JSON.

use std::io::{self, Write};

use serde::Serialize;

use super::{Options, Verdict, read, written};
use crate::manifest;
use crate::world::{ManifestState, ManifestSummary, Snapshot};

/// The forms of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listing {
    /// For people: a table.
    Text,
    /// One JSON object.
    Json,
}

/// Lists the manifests of the projects below the paths, after what [`Options::fetching`] says was
/// fetched. It fails where one that was to be fetched could not be.
///
/// # Errors
///
/// Where it could not run: one line that says why. That nobody reads the output is no error.
pub fn manifests(
    options: &Options,
    listing: Listing,
    now: jiff::Timestamp,
    out: &mut dyn Write,
) -> Result<Verdict, String> {
    let (world, ..) = read(options, now)?;
    let manifests = world.manifest_summaries();
    if let Some(name) = unknown(options, &manifests) {
        return Err(format!("no loom config names a manifest `{name}`"));
    }
    written(match listing {
        Listing::Text => write_text(&world, &manifests, out),
        Listing::Json => write_json(&manifests, out),
    })?;
    let is_meant =
        |name: &String| options.fetching.only.is_empty() || options.fetching.only.contains(name);
    let is_failed = |it: &&ManifestSummary| {
        it.state == ManifestState::NotFetched && it.problem.is_some() && is_meant(&it.name)
    };
    Ok(match manifests.iter().find(is_failed) {
        Some(_) => Verdict::Failed,
        None => Verdict::Passed,
    })
}

fn unknown<'a>(options: &'a Options, manifests: &[ManifestSummary]) -> Option<&'a str> {
    let mut names = options.fetching.only.iter();
    let unknown = names.find(|name| manifests.iter().all(|manifest| manifest.name != **name));
    unknown.map(String::as_str)
}

const HEADINGS: [&str; 9] = [
    "PROJECT",
    "NAME",
    "KIND",
    "ORIGIN",
    "STATE",
    "GENERATED",
    "ASKED FOR",
    "SIZE",
    "MODELS",
];

fn write_text(
    world: &Snapshot,
    manifests: &[ManifestSummary],
    out: &mut dyn Write,
) -> io::Result<()> {
    if manifests.is_empty() {
        return writeln!(out, "no project names a manifest");
    }
    let rows: Vec<[String; 9]> = std::iter::once(HEADINGS.map(String::from))
        .chain(manifests.iter().map(|manifest| row(world, manifest)))
        .collect();
    let mut widths = [0; 9];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    for row in &rows {
        let cells = row.iter().zip(widths);
        let cells: Vec<String> = cells
            .map(|(cell, width)| format!("{cell:width$}"))
            .collect();
        writeln!(out, "{}", cells.join("  ").trim_end())?;
    }
    for manifest in manifests {
        if let Some(problem) = &manifest.problem {
            writeln!(out, "{} of {}: {problem}", manifest.name, manifest.project)?;
        }
    }
    Ok(())
}

fn row(world: &Snapshot, manifest: &ManifestSummary) -> [String; 9] {
    let nothing = || "-".to_owned();
    let age = |time: &str| manifest::age(time, world.now());
    let generated = manifest.generated_at.as_deref();
    let checked = manifest.checked_at.map(|at| at.to_string());
    [
        manifest.project.clone(),
        manifest.name.clone(),
        manifest.kind.clone(),
        manifest.origin.clone(),
        state(manifest).to_owned(),
        generated.and_then(age).unwrap_or_else(nothing),
        checked
            .and_then(|at| age(&at))
            .map_or_else(nothing, |age| age.replace(" old", " ago")),
        manifest.size.map_or_else(nothing, size),
        manifest
            .models
            .map_or_else(nothing, |models| models.to_string()),
    ]
}

fn state(manifest: &ManifestSummary) -> &'static str {
    match manifest.state {
        ManifestState::Loading => "loading",
        ManifestState::Loaded => "loaded",
        ManifestState::Missing => "missing",
        ManifestState::Unreadable => "unreadable",
        ManifestState::NotFetched if manifest.models.is_some() => "kept",
        ManifestState::NotFetched => "not-fetched",
    }
}

fn size(bytes: usize) -> String {
    let kilobytes = bytes.div_ceil(1000);
    if kilobytes < 1000 {
        format!("{kilobytes} kB")
    } else {
        format!("{}.{} MB", kilobytes / 1000, kilobytes % 1000 / 100)
    }
}

#[derive(Serialize)]
struct Output<'a> {
    manifests: Vec<Line<'a>>,
}

#[derive(Serialize)]
struct Line<'a> {
    project: &'a str,
    name: &'a str,
    kind: &'a str,
    origin: &'a str,
    state: &'static str,
    generated_at: Option<&'a str>,
    asked_at: Option<String>,
    size: Option<usize>,
    models: Option<usize>,
    fault: Option<&'static str>,
    problem: Option<&'a str>,
}

fn write_json(manifests: &[ManifestSummary], out: &mut dyn Write) -> io::Result<()> {
    let lines = manifests.iter().map(|manifest| Line {
        project: &manifest.project,
        name: &manifest.name,
        kind: &manifest.kind,
        origin: &manifest.origin,
        state: state(manifest),
        generated_at: manifest.generated_at.as_deref(),
        asked_at: manifest.checked_at.map(|at| at.to_string()),
        size: manifest.size,
        models: manifest.models,
        fault: manifest.fault,
        problem: manifest.problem.as_deref(),
    });
    let output = Output {
        manifests: lines.collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &output)?;
    writeln!(out)
}
