//! The real tools that the tests run against: dbt and Neovim, pinned, in one Python environment under `target/tools`.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::{self, root};

/// Every package with its version; also the key of what is installed.
const REQUIREMENTS: &str = include_str!("../requirements.txt");

/// The tools, installed and seen to start.
pub struct Tools {
    programs: PathBuf,
}

impl Tools {
    /// The path of dbt.
    pub fn dbt(&self) -> PathBuf {
        self.programs.join("dbt")
    }

    /// The path of Neovim.
    pub fn neovim(&self) -> PathBuf {
        self.programs.join("nvim")
    }

    /// The path of Python.
    pub fn python(&self) -> PathBuf {
        self.programs.join("python")
    }
}

/// Installs the tools, unless exactly these versions are there already.
pub fn install() -> Result<Tools, String> {
    let environment = root().join("target/tools/python");
    let programs = environment.join(if cfg!(windows) { "Scripts" } else { "bin" });
    let stamp = environment.join("installed.txt");
    let tools = Tools { programs };
    if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == REQUIREMENTS) {
        return Ok(tools);
    }
    process::fresh_folder(&environment)?;
    process::run(
        Command::new("python3")
            .args(["-m", "venv"])
            .arg(&environment),
    )
    .map_err(|why| format!("{why}\nthe tests need python3 (3.10 or newer) with its venv module"))?;
    process::run(
        Command::new(tools.python())
            .args([
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
            ])
            .args(["--no-deps", "--requirement"])
            .arg(root().join("xtask/requirements.txt")),
    )?;
    for program in [tools.dbt(), tools.neovim()] {
        starts(&program)?;
    }
    std::fs::write(&stamp, REQUIREMENTS)
        .map_err(|error| format!("write {}: {error}", stamp.display()))?;
    Ok(tools)
}

fn starts(program: &Path) -> Result<(), String> {
    let seen = process::capture(Command::new(program).arg("--version"))?;
    if seen.is_success {
        Ok(())
    } else {
        Err(format!(
            "{} does not start: {}{}",
            program.display(),
            seen.stdout,
            seen.stderr
        ))
    }
}

/// A Python environment of its own with these packages, a line each, in which `programs` start; its folder of programs.
pub fn environment(name: &str, packages: &str, programs: &[&str]) -> Result<PathBuf, String> {
    let environment = root().join("target/tools").join(name);
    let folder = environment.join(if cfg!(windows) { "Scripts" } else { "bin" });
    let stamp = environment.join("installed.txt");
    if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == packages) {
        return Ok(folder);
    }
    process::fresh_folder(&environment)?;
    process::run(
        Command::new("python3")
            .args(["-m", "venv"])
            .arg(&environment),
    )?;
    process::run(
        Command::new(folder.join("python"))
            .args([
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
            ])
            .args(packages.lines()),
    )?;
    for program in programs {
        starts(&folder.join(program))?;
    }
    std::fs::write(&stamp, packages)
        .map_err(|error| format!("write {}: {error}", stamp.display()))?;
    Ok(folder)
}
