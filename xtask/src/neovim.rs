//! Neovim, headless, over a copy of the example: `tests/nvim/test.lua` does what a user does.

use std::path::Path;
use std::process::Command;

use crate::example;
use crate::process::{self, copy_folder, fresh_folder, root};
use crate::tools::{self, Tools};
use crate::{helix, vscode};

/// Runs the script; Neovim's own folders and the mesh lie in a fresh folder below `target`.
pub fn test(tools: &Tools, server: &Path) -> Result<(), String> {
    let place = root().join("target/nvim");
    fresh_folder(&place)?;
    let mesh = place.join("teddy-retailers");
    copy_folder(&example::folder(), &mesh, &["logs"])?;
    // The mesh is a repository of its own, so that the server starts at its folder.
    fresh_folder(&mesh.join(".git"))?;
    let scripts = root().join("tests/nvim");
    let mut command = Command::new(tools.neovim());
    for name in ["CONFIG", "DATA", "STATE", "CACHE"] {
        command.env(format!("XDG_{name}_HOME"), place.join(name.to_lowercase()));
    }
    process::run(
        command
            .env("DBT_MESH_LSP", server)
            .env("DBT_MESH_EXAMPLE", &mesh)
            .env("DBT_MESH_DBT", tools.dbt())
            .env("DBT_MESH_VERSION", version()?)
            .args(["--headless", "-i", "NONE", "-n", "-u"])
            .arg(scripts.join("init.lua"))
            .arg("-c")
            .arg(format!("luafile {}", scripts.join("test.lua").display()))
            // Reached only when the script itself breaks off.
            .args(["-c", "cquit 2"])
            .current_dir(&mesh),
    )?;
    let programs = tools::environment("terminal", helix::TERMINAL, &[])?;
    process::run(
        Command::new(programs.join("python"))
            .arg("-B")
            .arg(root().join("tests/terminal/neovim.py"))
            .env("DBT_MESH_NVIM", tools.neovim())
            .env("DBT_MESH_INIT", scripts.join("init.lua"))
            .env("DBT_MESH_LSP", server)
            .env("DBT_MESH_EXAMPLE", &mesh)
            .env("DBT_MESH_SCREENSHOTS", vscode::screenshots()?),
    )
}

/// The version that the server says it has.
fn version() -> Result<String, String> {
    let path = root().join("Cargo.toml");
    let text = std::fs::read_to_string(&path)
        .map_err(|error| format!("read {}: {error}", path.display()))?;
    let mut lines = text.lines();
    let version = lines.find_map(|line| line.strip_prefix("version = \"")?.strip_suffix('"'));
    version
        .map(ToOwned::to_owned)
        .ok_or_else(|| "Cargo.toml has no version".to_owned())
}
