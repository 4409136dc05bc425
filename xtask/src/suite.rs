//! Every test there is, step by step. A step that cannot run is a failed step.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::process::{self, cargo, root};
use crate::tools::{self, Tools};
use crate::{example, helix, install, judge, neovim, origins, text_editors, vscode};

/// What the steps need: the installed tools and the built server.
pub struct Bench {
    /// The installed tools.
    pub tools: Tools,
    /// The built server's path.
    pub server: PathBuf,
}

/// The tools, installed, and where the server will be built.
pub fn bench() -> Result<Bench, String> {
    let name = format!(
        "target/release/dbt-mesh-lsp{}",
        std::env::consts::EXE_SUFFIX
    );
    Ok(Bench {
        tools: tools::install()?,
        server: root().join(name),
    })
}

/// Builds the server as it is released.
pub fn build() -> Result<(), String> {
    process::run(cargo().args(["build", "--release"]))
}

type Step = (&'static str, fn(&Bench) -> Result<(), String>);

const STEPS: [Step; 12] = [
    ("build", |_| build()),
    ("cargo-test", |_| {
        process::run(cargo().args(["test", "--workspace"]))
    }),
    ("example-dbt", |bench| example::judge_by_dbt(&bench.tools)),
    ("example-check", |bench| {
        example::judge_by_check(&bench.server)
    }),
    ("fault-cases", judge::cases),
    ("mutations", judge::recorded),
    ("origins", origins::test),
    ("install", |_| install::test()),
    ("neovim", |bench| neovim::test(&bench.tools, &bench.server)),
    ("helix", helix::test),
    ("text-editors", text_editors::test),
    ("vscode", vscode::test),
];

/// Installs the tools and runs the steps named, or all, to the end; then says which failed.
pub fn run(named: &[&str]) -> Result<(), String> {
    if let Some(unknown) = named
        .iter()
        .find(|name| STEPS.iter().all(|(step, _)| step != *name))
    {
        let known: Vec<&str> = STEPS.iter().map(|(name, _)| *name).collect();
        return Err(format!(
            "no step `{unknown}`; there are {}",
            known.join(", ")
        ));
    }
    let bench = bench()?;
    let mut outcomes = Vec::new();
    for (name, step) in STEPS {
        if !named.is_empty() && !named.contains(&name) {
            continue;
        }
        println!("\n== {name}");
        let start = Instant::now();
        let outcome = step(&bench);
        outcomes.push((name, start.elapsed(), outcome));
    }
    report(&outcomes)
}

fn report(outcomes: &[(&str, Duration, Result<(), String>)]) -> Result<(), String> {
    println!();
    for (name, took, outcome) in outcomes {
        let seconds = took.as_secs_f32();
        match outcome {
            Ok(()) => println!("ok      {name:14} {seconds:6.1} s"),
            Err(why) => println!("FAILED  {name:14} {seconds:6.1} s\n{why}"),
        }
    }
    let failed: Vec<&str> = outcomes
        .iter()
        .filter(|(_, _, outcome)| outcome.is_err())
        .map(|(name, _, _)| *name)
        .collect();
    if failed.is_empty() {
        println!("\nall {} steps passed", outcomes.len());
        Ok(())
    } else {
        Err(format!(
            "{} of {} steps: {}",
            failed.len(),
            outcomes.len(),
            failed.join(", ")
        ))
    }
}
