//! The example mesh: its manifests as real dbt writes them, and its deliberate mistakes as real dbt sees them.

mod trim;

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::process::{self, Captured, capture, root};
use crate::tools::Tools;

/// The projects, each after those that it reads.
const PROJECTS: [&str; 3] = ["domain_inventory", "domain_sales", "domain_finance"];

/// A mistake that the example has on purpose.
struct Mistake {
    project: &'static str,
    /// The file, from the project's folder.
    file: &'static str,
    /// The rule that finds it.
    rule: &'static str,
    /// What our checker underlines.
    underlined: &'static str,
    verdict: Verdict,
}

/// What dbt says of a mistake: a part of its message.
enum Verdict {
    /// dbt goes on, so the mistake is a part of the manifest.
    Warns(&'static str),
    /// dbt stops, so the file is left out while the manifest is made.
    Refuses(&'static str),
}

const MISTAKES: [Mistake; 3] = [
    Mistake {
        project: "domain_inventory",
        file: "models/reports/price_labels.sql",
        rule: "deprecated-ref",
        underlined: "v=1",
        verdict: Verdict::Warns(
            "While compiling 'price_labels': Found a reference to selling_prices.v1",
        ),
    },
    Mistake {
        project: "domain_sales",
        file: "analyses/deliveries_against_orders.sql",
        rule: "protected-ref",
        underlined: "int_deliveries_by_month",
        verdict: Verdict::Refuses(
            "the referenced node is protected to the 'domain_inventory' package",
        ),
    },
    Mistake {
        project: "domain_finance",
        file: "models/reports/price_changes.sql",
        rule: "unknown-version",
        underlined: "v=3",
        verdict: Verdict::Refuses("depends on a node named 'selling_prices' with version '3'"),
    },
];

/// The example as it is kept in the repository.
pub fn folder() -> PathBuf {
    root().join("examples/teddy-retailers")
}

/// Builds the example with real dbt and writes its manifests where they changed.
pub fn remake(tools: &Tools) -> Result<(), String> {
    let mesh = build(tools)?;
    for project in PROJECTS {
        let kept = manifest_of(&folder(), project);
        let fresh = made(&mesh, project)?;
        if read(&kept).is_ok_and(|kept| trim::without_time(&kept) == trim::without_time(&fresh)) {
            println!("{project}: nothing changed");
            continue;
        }
        if let Some(parent) = kept.parent() {
            std::fs::create_dir_all(parent).map_err(|error| error.to_string())?;
        }
        let text = format!("{fresh:#}\n");
        std::fs::write(&kept, &text)
            .map_err(|error| format!("write {}: {error}", kept.display()))?;
        println!("{project}: {} kB", text.len() / 1000);
    }
    Ok(())
}

/// Has real dbt build the example without its mistakes, compares the kept manifests with fresh ones,
/// puts the mistakes back and sees dbt complain of each.
pub fn judge_by_dbt(tools: &Tools) -> Result<(), String> {
    let mesh = build(tools)?;
    for project in PROJECTS {
        let fresh = trim::without_time(&made(&mesh, project)?);
        let kept = read(&manifest_of(&folder(), project))?;
        if trim::without_time(&kept) != fresh {
            return Err(format!(
                "the manifest of {project} is out of date: run `cargo xtask example`"
            ));
        }
    }
    put_kept_manifests_in(&mesh)?;
    // From the last project to the first, for dbt writes a manifest over the kept one where it only warns.
    for mistake in MISTAKES.iter().rev() {
        let path = Path::new(mistake.project).join(mistake.file);
        std::fs::copy(folder().join(&path), mesh.join(&path))
            .map_err(|error| format!("put back {}: {error}", path.display()))?;
        let seen = dbt(tools, &mesh.join(mistake.project), "parse")?;
        let (is_as_wanted, message) = match mistake.verdict {
            Verdict::Warns(message) => (seen.is_success, message),
            Verdict::Refuses(message) => (!seen.is_success, message),
        };
        if !is_as_wanted || !seen.stdout.contains(message) {
            return Err(format!(
                "dbt says something else of {}:\n{}",
                path.display(),
                seen.stdout
            ));
        }
        println!("dbt confirms the mistake in {}", path.display());
    }
    Ok(())
}

/// So that dbt itself reads what a fresh clone has.
fn put_kept_manifests_in(mesh: &Path) -> Result<(), String> {
    for project in PROJECTS {
        std::fs::copy(manifest_of(&folder(), project), manifest_of(mesh, project))
            .map_err(|error| format!("copy the manifest of {project}: {error}"))?;
    }
    Ok(())
}

/// Has our own checker find exactly the mistakes.
pub fn judge_by_check(server: &Path) -> Result<(), String> {
    let seen = capture(
        Command::new(server)
            .args([
                "check",
                "examples/teddy-retailers",
                "--output-format",
                "json",
            ])
            .args(["--fail-on", "never", "--offline"])
            .current_dir(root()),
    )?;
    let report: Value = serde_json::from_str(&seen.stdout).map_err(|error| {
        format!(
            "check wrote no JSON: {error}\n{}{}",
            seen.stdout, seen.stderr
        )
    })?;
    let mut found: Vec<String> = report
        .pointer("/findings")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .map(place_of_finding)
        .collect();
    let mut wanted: Vec<String> = MISTAKES.iter().map(place_of_mistake).collect();
    found.sort();
    wanted.sort();
    if found == wanted {
        Ok(())
    } else {
        Err(format!(
            "check found\n  {}\nbut wanted\n  {}",
            found.join("\n  "),
            wanted.join("\n  ")
        ))
    }
}

/// A finding as `rule in file at text`.
fn place_of_finding(finding: &Value) -> String {
    let text_at = |path: &str| {
        finding
            .pointer(path)
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    let number_at = |path: &str| {
        let number = finding.pointer(path).and_then(Value::as_u64);
        number
            .and_then(|number| usize::try_from(number).ok())
            .unwrap_or_default()
    };
    let (rule, file) = (text_at("/rule"), text_at("/file"));
    let text = std::fs::read_to_string(folder().join(file)).unwrap_or_default();
    let line = text
        .lines()
        .nth(number_at("/range/start/line"))
        .unwrap_or_default();
    let characters = number_at("/range/start/character")..number_at("/range/end/character");
    format!(
        "{rule} in {file} at {}",
        line.get(characters).unwrap_or("?")
    )
}

fn place_of_mistake(mistake: &Mistake) -> String {
    format!(
        "{} in {}/{} at {}",
        mistake.rule, mistake.project, mistake.file, mistake.underlined
    )
}

/// Copies the example below `target`, without what dbt refuses, and builds it.
fn build(tools: &Tools) -> Result<PathBuf, String> {
    let mesh = root().join("target/example/teddy-retailers");
    process::fresh_folder(&mesh)?;
    process::copy_folder(
        &folder(),
        &mesh,
        &["target", "logs", "teddy_retailers.duckdb"],
    )?;
    for mistake in &MISTAKES {
        if matches!(mistake.verdict, Verdict::Refuses(_)) {
            let path = mesh.join(mistake.project).join(mistake.file);
            std::fs::remove_file(&path)
                .map_err(|error| format!("leave out {}: {error}", path.display()))?;
        }
    }
    for project in PROJECTS {
        let seen = dbt(tools, &mesh.join(project), "build")?;
        if !seen.is_success {
            return Err(format!(
                "dbt does not build {project}:\n{}{}",
                seen.stdout, seen.stderr
            ));
        }
    }
    Ok(mesh)
}

fn dbt(tools: &Tools, project: &Path, task: &str) -> Result<Captured, String> {
    let mut command = Command::new(tools.dbt());
    command.args([
        "--no-use-colors",
        "--no-partial-parse",
        task,
        "--profiles-dir",
        ".",
    ]);
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("DBT_") || text.starts_with("TEDDY_") {
            command.env_remove(&name);
        }
    }
    capture(command.env("DO_NOT_TRACK", "1").current_dir(project))
}

fn made(mesh: &Path, project: &str) -> Result<Value, String> {
    Ok(trim::trimmed(read(&manifest_of(mesh, project))?))
}

fn manifest_of(mesh: &Path, project: &str) -> PathBuf {
    mesh.join(project).join("target/manifest.json")
}

fn read(path: &Path) -> Result<Value, String> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| format!("read {}: {error}", path.display()))?;
    serde_json::from_str(&text).map_err(|error| format!("read {}: {error}", path.display()))
}
