//! Helix, in a terminal, over a copy of the example: `tests/terminal/helix.py` does what a user does.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::example;
use crate::process::{self, copy_folder, fresh_folder, root};
use crate::suite::Bench;
use crate::{debian, tools, vscode};

/// The emulator of the terminal.
pub const TERMINAL: &str = "pyte==0.8.2\nwcwidth==0.9.4";

/// The words that start Helix.
struct Helix {
    prefix: PathBuf,
}

impl Helix {
    fn words(&self) -> OsString {
        debian::words(&self.prefix, "usr/lib/hx/hx")
    }

    fn runtime(&self) -> PathBuf {
        self.prefix.join("usr/lib/hx/runtime")
    }
}

/// Unpacks Helix, unless that was done already.
fn install() -> Result<Helix, String> {
    let prefix = root().join("target/tools/helix");
    let stamp = prefix.join("installed.txt");
    let helix = Helix {
        prefix: prefix.clone(),
    };
    if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == debian::SUITE) {
        return Ok(helix);
    }
    debian::unpack(&prefix, &["hx"])?;
    std::fs::write(&stamp, debian::SUITE)
        .map_err(|error| format!("write {}: {error}", stamp.display()))?;
    Ok(helix)
}

/// Runs the script; Helix' own folders and the mesh lie in a fresh folder below `target`.
pub fn test(bench: &Bench) -> Result<(), String> {
    let helix = install()?;
    let programs = tools::environment("terminal", TERMINAL, &[])?;
    let place = root().join("target/helix");
    fresh_folder(&place)?;
    let mesh = place.join("teddy-retailers");
    copy_folder(&example::folder(), &mesh, &["logs"])?;
    fresh_folder(&mesh.join(".git"))?;
    let config = place.join("config/helix");
    fresh_folder(&config)?;
    std::fs::copy(
        root().join("editors/helix/languages.toml"),
        config.join("languages.toml"),
    )
    .map_err(|error| format!("copy languages.toml: {error}"))?;
    std::fs::write(config.join("config.toml"), "theme = \"github_light\"\n")
        .map_err(|error| format!("write config.toml: {error}"))?;
    // The server is found as a user's is: on the PATH.
    let path = std::env::var_os("PATH").unwrap_or_default();
    let own = bench.server.parent().map(Path::to_path_buf);
    let folders = own.into_iter().chain(std::env::split_paths(&path));
    let path = std::env::join_paths(folders).map_err(|error| error.to_string())?;
    process::run(
        Command::new(programs.join("python"))
            .arg("-B")
            .arg(root().join("tests/terminal/helix.py"))
            .env("PATH", path)
            .env("HELIX_RUNTIME", helix.runtime())
            .env("XDG_CONFIG_HOME", place.join("config"))
            .env("XDG_CACHE_HOME", place.join("cache"))
            .env("XDG_STATE_HOME", place.join("state"))
            .env("DBT_MESH_HELIX", helix.words())
            .env("DBT_MESH_EXAMPLE", &mesh)
            .env("DBT_MESH_SCREENSHOTS", vscode::screenshots()?)
            .current_dir(&mesh),
    )
}
