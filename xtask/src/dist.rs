//! What users install, for this platform: a wheel and a VS Code extension, each with the server in it.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::node::{self, Node};
use crate::process::{self, root};
use crate::{suite, tools};

/// What builds the wheel.
const MATURIN: &str = "maturin==1.16.0";

/// So large may the extension be.
const MOST_BYTES: u64 = 15_000_000;

/// The name of the server's file.
pub fn server_name() -> String {
    format!("dbt-mesh-lsp{}", std::env::consts::EXE_SUFFIX)
}

fn folder() -> PathBuf {
    root().join("target/dist")
}

/// Puts both into `target/dist`.
pub fn run() -> Result<(), String> {
    suite::build()?;
    let node = node::install()?;
    let paths = [wheel()?, extension(&node)?];
    println!();
    for path in paths {
        let size = std::fs::metadata(&path).map_or(0, |data| data.len());
        println!("{} ({:.1} MB)", path.display(), megabytes(size));
    }
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "it is shown with one digit")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

/// Builds the wheel; gives its path.
pub fn wheel() -> Result<PathBuf, String> {
    let programs = tools::environment("maturin", MATURIN, &["maturin"])?;
    let wheels = folder().join("wheel");
    process::fresh_folder(&wheels)?;
    process::run(
        Command::new(programs.join("maturin"))
            .args(["build", "--release", "--out"])
            .arg(&wheels)
            .current_dir(root()),
    )?;
    let built = only_file(&wheels)?;
    let path = folder().join(built.file_name().unwrap_or_default());
    std::fs::rename(&built, &path).map_err(|error| format!("move {}: {error}", built.display()))?;
    std::fs::remove_dir(&wheels)
        .map_err(|error| format!("remove {}: {error}", wheels.display()))?;
    Ok(path)
}

fn only_file(folder: &Path) -> Result<PathBuf, String> {
    let entries =
        std::fs::read_dir(folder).map_err(|error| format!("list {}: {error}", folder.display()))?;
    let mut paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    paths
        .next()
        .ok_or_else(|| format!("nothing was built in {}", folder.display()))
}

/// Lints, builds and packs the extension with the built server inside; gives the path.
pub fn extension(node: &Node) -> Result<PathBuf, String> {
    let extension = node::extension();
    node.packages(&extension)?;
    let inside = extension.join("server");
    process::fresh_folder(&inside)?;
    let server = root().join("target/release").join(server_name());
    std::fs::copy(&server, inside.join(server_name()))
        .map_err(|error| format!("copy {}: {error}", server.display()))?;
    std::fs::create_dir_all(folder())
        .map_err(|error| format!("create {}: {error}", folder().display()))?;
    let platform = platform()?;
    let path = folder().join(format!("dbt-mesh-lsp-{platform}.vsix"));
    for script in ["lint", "build"] {
        process::run(
            node.command("npm", &extension)
                .args(["run", "--silent", script]),
        )?;
    }
    process::run(
        node.command("npx", &extension)
            .args(["vsce", "package", "--no-dependencies", "--skip-license"])
            .args(["--allow-missing-repository", "--target", platform, "--out"])
            .arg(&path),
    )?;
    let size = std::fs::metadata(&path).map_or(0, |data| data.len());
    if size > MOST_BYTES {
        return Err(format!("{} has {size} bytes", path.display()));
    }
    Ok(path)
}

/// What VS Code calls this platform.
fn platform() -> Result<&'static str, String> {
    match (std::env::consts::OS, std::env::consts::ARCH) {
        ("linux", "x86_64") => Ok("linux-x64"),
        ("linux", "aarch64") => Ok("linux-arm64"),
        ("macos", "x86_64") => Ok("darwin-x64"),
        ("macos", "aarch64") => Ok("darwin-arm64"),
        ("windows", "x86_64") => Ok("win32-x64"),
        ("windows", "aarch64") => Ok("win32-arm64"),
        (system, machine) => Err(format!("VS Code does not run on {system} {machine}")),
    }
}
