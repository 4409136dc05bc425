//! Running other programs, and where the project lies on this disk.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The folder of the repository.
pub fn root() -> PathBuf {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask).to_path_buf()
}

/// The cargo that runs this task.
pub fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    command
}

/// Runs a command with its output on the screen; anything but success is an error.
pub fn run(command: &mut Command) -> Result<(), String> {
    let shown = shown(command);
    println!("$ {shown}");
    let status = command
        .status()
        .map_err(|error| format!("start `{shown}`: {error}"))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("`{shown}` ended with {status}"))
    }
}

/// How a captured command ended.
pub struct Captured {
    /// Whether it ended with success.
    pub is_success: bool,
    /// Its standard output.
    pub stdout: String,
    /// Its standard error.
    pub stderr: String,
}

/// Runs a command and keeps its output; only a failed start is an error.
pub fn capture(command: &mut Command) -> Result<Captured, String> {
    let shown = shown(command);
    println!("$ {shown}");
    let done = command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("start `{shown}`: {error}"))?;
    Ok(Captured {
        is_success: done.status.success(),
        stdout: String::from_utf8_lossy(&done.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&done.stderr).into_owned(),
    })
}

/// Copies a folder with all that is in it, but for entries named in `but`.
pub fn copy_folder(from: &Path, to: &Path, but: &[&str]) -> Result<(), String> {
    let why = |what: &str, path: &Path, error: std::io::Error| {
        format!("{what} {}: {error}", path.display())
    };
    std::fs::create_dir_all(to).map_err(|error| why("create", to, error))?;
    let entries = std::fs::read_dir(from).map_err(|error| why("list", from, error))?;
    for entry in entries {
        let entry = entry.map_err(|error| why("list", from, error))?;
        let name = entry.file_name();
        if but.iter().any(|left_out| name.to_str() == Some(left_out)) {
            continue;
        }
        let (source, goal) = (entry.path(), to.join(&name));
        if source.is_dir() {
            copy_folder(&source, &goal, but)?;
        } else {
            std::fs::copy(&source, &goal).map_err(|error| why("copy", &source, error))?;
        }
    }
    Ok(())
}

/// Removes a folder and makes it anew, empty.
pub fn fresh_folder(path: &Path) -> Result<(), String> {
    if path.exists() {
        std::fs::remove_dir_all(path)
            .map_err(|error| format!("remove {}: {error}", path.display()))?;
    }
    std::fs::create_dir_all(path).map_err(|error| format!("create {}: {error}", path.display()))
}

fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words: Vec<_> = words.map(|word| word.to_string_lossy()).collect();
    words.join(" ")
}
