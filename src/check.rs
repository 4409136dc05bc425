//! What is wrong in these folders? The command line's client of [`crate::ide`], for terminals and CI.
//!
//! It reads everything once, asks for the findings of every file and writes them in one of four
//! forms. Lines and columns exist only here.

mod base;
mod excerpt;
mod fetching;
mod github;
mod graph;
mod json;
mod manifests;
mod models;
mod progress;
mod report;
mod rule;
mod sarif;
mod settings;
mod text;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::load;
use crate::origin;
use crate::rules::{Level, RuleId, Severity};
use crate::world::Snapshot;
pub use fetching::Fetching;
pub use graph::{Drawing, graph};
pub use manifests::{Listing, manifests};
pub use models::models;
pub use rule::{rule_list, rule_text};

use report::Report;

/// What the user asks for.
#[derive(Clone, Debug)]
pub struct Options {
    /// Folders, or files for their findings alone.
    pub paths: Vec<PathBuf>,
    /// How the findings are written.
    pub format: Format,
    /// What makes the check fail.
    pub fail_on: FailOn,
    /// How loud rules are, over what `dbt-mesh.toml` says.
    pub rules: Vec<(RuleId, Level)>,
    /// What is fetched from the network.
    pub fetching: Fetching,
    /// The dbt target.
    pub target: Option<String>,
    /// dbt's variables, a YAML or JSON mapping.
    pub vars: Option<String>,
    /// What people see of it.
    pub view: View,
}

/// What people see of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct View {
    /// Whether the forms for people show hints and information too. Those for programs always do.
    pub shows_hints: bool,
    /// Whether the output goes to a terminal that shows colours.
    pub is_coloured: bool,
    /// Whether somebody is watching the progress on stderr.
    pub is_watched: bool,
}

/// The forms of the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people: source lines with carets.
    Text,
    /// One JSON object.
    Json,
    /// Workflow commands, which GitHub shows as annotations.
    Github,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
}

/// From which severity on findings make the check fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailOn {
    /// Errors.
    Error,
    /// Errors and warnings.
    Warning,
    /// Nothing does.
    Never,
}

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing is as loud as [`Options::fail_on`].
    Passed,
    /// Something is.
    Failed,
}

/// Checks the projects below the paths and writes what is wrong to `out`.
///
/// # Errors
///
/// Where it could not run: one line that says why. That nobody reads the output is no error.
pub fn check(
    options: &Options,
    now: jiff::Timestamp,
    out: &mut dyn Write,
) -> Result<Verdict, String> {
    let (world, paths, folders) = read(options, now)?;
    let report = Report::of(&world, &paths, &folders);
    written(write(options, &report, out))?;
    let verdict = verdict(options.fail_on, &report);
    // The process ends now: putting away a world of thousands of files takes longer than that.
    std::mem::forget((world, report));
    Ok(verdict)
}

/// Everything, read once; the paths that are asked for, and the folders that they are or lie in.
fn read(
    options: &Options,
    now: jiff::Timestamp,
) -> Result<(Snapshot, Vec<PathBuf>, Vec<PathBuf>), String> {
    let paths: Vec<PathBuf> = options
        .paths
        .iter()
        .map(|path| load::absolute(path))
        .collect();
    let folders = folders(&options.paths, &paths)?;
    let settings = settings::settings(options, &folders)?;
    let roots = load::find_projects(&folders);
    if roots.is_empty() {
        let names: Vec<_> = options
            .paths
            .iter()
            .map(|path| path.display().to_string())
            .collect();
        return Err(format!(
            "no dbt project in {}: there is no {} in it, below it or around it",
            names.join(", "),
            load::PROJECT_FILE
        ));
    }
    let progress = progress::Line::new(options.view.is_watched);
    let cache = origin::cache_folder();
    let show = |step| progress.show(step);
    let mut world = load::world(&folders, &roots, settings, cache.clone(), now, &show);
    if let Some(folder) = cache {
        world = fetching::with_fetched(world, folder, &options.fetching);
    }
    progress.clear();
    Ok((Arc::new(world), paths, folders))
}

/// The folders to look into: of a file, the one that it stands in.
fn folders(given: &[PathBuf], paths: &[PathBuf]) -> Result<Vec<PathBuf>, String> {
    let folder = |(given, path): (&PathBuf, &PathBuf)| match std::fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => Ok(path.clone()),
        Ok(_) => Ok(path
            .parent()
            .map_or_else(|| path.clone(), Path::to_path_buf)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Err(format!("{} does not exist", given.display()))
        }
        Err(error) => Err(format!("read {}: {error}", given.display())),
    };
    let mut folders = given
        .iter()
        .zip(paths)
        .map(folder)
        .collect::<Result<Vec<_>, _>>()?;
    folders.sort_unstable();
    folders.dedup();
    Ok(folders)
}

fn write(options: &Options, report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    match options.format {
        Format::Text => text::write(report, options.view, &mut out)?,
        Format::Json => json::write(report, &mut out)?,
        Format::Github => github::write(report, options.view, &mut out)?,
        Format::Sarif => sarif::write(report, &mut out)?,
    }
    out.flush()
}

fn written(outcome: io::Result<()>) -> Result<(), String> {
    match outcome {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(format!("write the findings: {error}"))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

fn verdict(fail_on: FailOn, report: &Report) -> Verdict {
    let bar = match fail_on {
        FailOn::Error => Severity::Error,
        FailOn::Warning => Severity::Warning,
        FailOn::Never => return Verdict::Passed,
    };
    if report
        .findings
        .iter()
        .any(|finding| finding.severity >= bar)
    {
        Verdict::Failed
    } else {
        Verdict::Passed
    }
}
