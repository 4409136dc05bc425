//! Real dbt as the judge of `check`: on the recorded faults, on mutations made from a seed
//! number, and on what each model reads.

use std::process::Command;

use crate::process::{self, root};
use crate::suite::{self, Bench};

/// Judges everything, or what the first word names; further words go to the program that does it.
pub fn run(words: &[&str]) -> Result<(), String> {
    let bench = suite::bench()?;
    suite::build()?;
    match words {
        [] => {
            let cases = cases(&bench);
            let mutations = mutations(&bench, &[]);
            let models = models(&bench, &[]);
            cases.and(mutations).and(models).and(columns(&bench, &[]))
        }
        ["cases"] => cases(&bench),
        ["mutations", more @ ..] => mutations(&bench, more),
        ["columns", more @ ..] => columns(&bench, more),
        ["models", projects @ ..] => models(&bench, projects),
        ["known", projects @ ..] => known(&bench, projects),
        [other, ..] => Err(format!(
            "judge `{other}`? There are `cases`, `mutations`, `models`, `columns` and `known`"
        )),
    }
}

/// The recorded verdicts on the small faults of tests/cases.
pub fn cases(bench: &Bench) -> Result<(), String> {
    process::run(
        Command::new(bench.tools.python())
            .arg(root().join("tests/cases/judge.py"))
            .arg("--server")
            .arg(&bench.server)
            .args(["--min-agree", "0.97", "--max-false", "0", "--show"])
            .current_dir(root()),
    )
}

/// Real dbt's verdicts, kept, on mutations that both agreed on.
pub fn recorded(bench: &Bench) -> Result<(), String> {
    judged_by(bench, "recorded.py", &[])
}

/// Real dbt on fresh mutations; what they disagree on lies below target/judge.
fn mutations(bench: &Bench, more: &[&str]) -> Result<(), String> {
    judged_by(bench, "main.py", more)
}

/// Real dbt's manifests beside what we understand of each model.
fn models(bench: &Bench, projects: &[&str]) -> Result<(), String> {
    judged_by(bench, "models.py", projects)
}

/// `DuckDB`'s columns and types beside those that we work out.
fn columns(bench: &Bench, more: &[&str]) -> Result<(), String> {
    judged_by(bench, "columns.py", more)
}

/// Of how many models of these projects all columns are known.
fn known(bench: &Bench, projects: &[&str]) -> Result<(), String> {
    process::run(
        Command::new(bench.tools.python())
            .arg(root().join("tests/judge/known.py"))
            .arg("--server")
            .arg(&bench.server)
            .args(projects),
    )
}

fn judged_by(bench: &Bench, program: &str, more: &[&str]) -> Result<(), String> {
    process::run(
        Command::new(bench.tools.python())
            .arg(root().join("tests/judge").join(program))
            .arg("--server")
            .arg(&bench.server)
            .arg("--out")
            .arg(root().join("target/judge"))
            .args(more)
            .current_dir(root()),
    )
}
