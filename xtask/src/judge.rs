//! Real dbt as the judge of `check`: on the recorded faults, on mutations made from a seed number.

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
            cases.and(mutations)
        }
        ["cases"] => cases(&bench),
        ["mutations", more @ ..] => mutations(&bench, more),
        [other, ..] => Err(format!(
            "judge `{other}`? There are `cases` and `mutations`"
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
            .args([
                "--areas",
                "ref,loom",
                "--min-agree",
                "0.97",
                "--max-false",
                "0",
                "--show",
            ])
            .current_dir(root()),
    )
}

/// Real dbt on fresh mutations; what they disagree on lies below target/judge.
fn mutations(bench: &Bench, more: &[&str]) -> Result<(), String> {
    process::run(
        Command::new(bench.tools.python())
            .arg(root().join("tests/judge/main.py"))
            .arg("--server")
            .arg(&bench.server)
            .arg("--out")
            .arg(root().join("target/judge"))
            .args(more)
            .current_dir(root()),
    )
}
