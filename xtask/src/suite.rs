//! Every test there is, step by step. A step that cannot run is a failed step.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
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

/// Three times what a run takes on two cores with nothing built or installed: one that takes longer
/// hangs, and is to say where.
const MOST: Duration = Duration::from_secs(75 * 60);

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
    let progress = Arc::new(Progress::default());
    let watched = Arc::clone(&progress);
    std::thread::spawn(move || {
        std::thread::sleep(MOST);
        watched.give_up()
    });
    progress.begin("tools");
    let bench = bench()?;
    for (name, step) in STEPS {
        if !named.is_empty() && !named.contains(&name) {
            continue;
        }
        println!("\n== {name}");
        progress.begin(name);
        let outcome = step(&bench);
        progress.end(outcome);
    }
    report(&progress.lock().ended)
}

/// How a step ended, and after how long.
type Outcome = (&'static str, Duration, Result<(), String>);

/// How far a run has come.
#[derive(Default)]
struct Progress(Mutex<Steps>);

#[derive(Default)]
struct Steps {
    ended: Vec<Outcome>,
    running: Option<(&'static str, Instant)>,
}

impl Progress {
    fn lock(&self) -> MutexGuard<'_, Steps> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn begin(&self, name: &'static str) {
        self.lock().running = Some((name, Instant::now()));
    }

    fn end(&self, outcome: Result<(), String>) {
        let mut steps = self.lock();
        if let Some((name, start)) = steps.running.take() {
            steps.ended.push((name, start.elapsed(), outcome));
        }
    }

    /// Says which steps ended and which one did not, and ends the run.
    fn give_up(&self) -> ! {
        // Held to the end: no step begins any more.
        let mut steps = self.lock();
        if let Some((name, start)) = steps.running.take() {
            let why = format!(
                "it has not ended; all steps have {} s together",
                MOST.as_secs()
            );
            steps.ended.push((name, start.elapsed(), Err(why)));
        }
        if let Err(why) = report(&steps.ended) {
            eprintln!("\nxtask FAILED: {why}");
        }
        process::give_up()
    }
}

fn report(outcomes: &[Outcome]) -> Result<(), String> {
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
