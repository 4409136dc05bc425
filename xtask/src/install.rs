//! What users install, installed as they do: the wheel into a fresh environment, the action as a runner runs it.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::{self, Captured, capture, fresh_folder, root};
use crate::{dist, example, tools};

/// What looks at the files that others run: workflow, action, hooks.
const LINTERS: &str = "check-jsonschema==0.39.0\npre-commit==4.7.0";

/// Installs the wheel and the action's, with no Rust on the PATH, and has both check the example.
pub fn test() -> Result<(), String> {
    lint()?;
    let wheel = dist::wheel()?;
    let place = root().join("target/install");
    fresh_folder(&place)?;
    from_wheel(&wheel, &place)?;
    as_action(&wheel, &place)?;
    by_cargo(&place)
}

/// `cargo install`, in the profile of the tests, for which everything but the program itself is built already: the
/// wheel has the release.
fn by_cargo(place: &Path) -> Result<(), String> {
    process::run(
        process::cargo()
            .args([
                "install", "--path", ".", "--locked", "--debug", "--quiet", "--root",
            ])
            .arg(place)
            .arg("--target-dir")
            .arg(root().join("target"))
            .current_dir(root()),
    )?;
    let installed = place.join("bin").join(dist::server_name());
    let seen = capture(
        Command::new(installed)
            .args(["check", ".", "--output-format", "github"])
            .env("PATH", path_without_rust())
            .current_dir(example::folder()),
    )?;
    has_annotations(&seen)
}

fn lint() -> Result<(), String> {
    let programs = tools::environment("linters", LINTERS, &["check-jsonschema", "pre-commit"])?;
    for (schema, file) in [
        ("vendor.github-workflows", ".github/workflows/release.yml"),
        ("vendor.github-actions", "action.yml"),
    ] {
        process::run(
            Command::new(programs.join("check-jsonschema"))
                .args(["--builtin-schema", schema, file])
                .current_dir(root()),
        )?;
    }
    process::run(
        Command::new(programs.join("pre-commit"))
            .args(["validate-manifest", ".pre-commit-hooks.yaml"])
            .current_dir(root()),
    )
}

/// The folders of the PATH in which there is no cargo.
fn path_without_rust() -> OsString {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let has_rust = |folder: &PathBuf| {
        ["cargo", "rustc", "dbt-mesh-lsp"]
            .iter()
            .any(|name| folder.join(name).exists())
    };
    let folders = std::env::split_paths(&path).filter(|folder| !has_rust(folder));
    std::env::join_paths(folders).unwrap_or_default()
}

fn from_wheel(wheel: &Path, place: &Path) -> Result<(), String> {
    let environment = place.join("environment");
    process::run(
        Command::new("python3")
            .args(["-m", "venv"])
            .arg(&environment),
    )?;
    let programs = environment.join(if cfg!(windows) { "Scripts" } else { "bin" });
    process::run(
        Command::new(programs.join("python"))
            .args(["-m", "pip", "install", "--quiet", "--no-index"])
            .arg(wheel)
            .env("PATH", path_without_rust()),
    )?;
    let seen = capture(
        Command::new(programs.join("dbt-mesh-lsp"))
            .args(["check", ".", "--output-format", "github"])
            .env("PATH", path_without_rust())
            .current_dir(example::folder()),
    )?;
    has_annotations(&seen)
}

fn as_action(wheel: &Path, place: &Path) -> Result<(), String> {
    let seen = capture(
        Command::new("bash")
            .args(["-c", &script()?])
            .env("PATH", path_without_rust())
            .env("RUNNER_TEMP", place)
            .env("PIP_NO_INDEX", "1")
            .env("PIP_FIND_LINKS", wheel.parent().unwrap_or(place))
            .env("PATHS", "domain_sales\ndomain_finance\n")
            .envs([("FAIL_ON", "error"), ("TARGET", ""), ("VERSION", "")])
            .current_dir(example::folder()),
    )?;
    has_annotations(&seen)
}

/// The script in action.yml.
fn script() -> Result<String, String> {
    let path = root().join("action.yml");
    let text = std::fs::read_to_string(&path)
        .map_err(|error| format!("read {}: {error}", path.display()))?;
    let (_, script) = text
        .split_once("      run: |\n")
        .ok_or("action.yml has no script")?;
    let lines = script.lines().map(str::trim_start);
    Ok(lines.collect::<Vec<_>>().join("\n"))
}

/// The example has two errors, so that a check of it fails.
fn has_annotations(seen: &Captured) -> Result<(), String> {
    let errors = seen.stdout.matches("::error ").count();
    if !seen.is_success && errors == 2 {
        Ok(())
    } else {
        Err(format!(
            "two errors were wanted:\n{}{}",
            seen.stdout, seen.stderr
        ))
    }
}
