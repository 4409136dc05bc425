//! Helix, in a terminal, over a copy of the example: `tests/terminal/helix.py` does what a user does.
//!
//! Debian's next suite has Helix, for a newer C library than some machines have: both are unpacked below
//! `target/tools`, and the machine's own packages stay as they are.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::example;
use crate::process::{self, capture, copy_folder, fresh_folder, root};
use crate::suite::Bench;
use crate::{tools, vscode};

/// The suite whose packages are unpacked.
const SUITE: &str = "trixie";

/// The emulator of the terminal.
pub const TERMINAL: &str = "pyte==0.8.2\nwcwidth==0.9.4";

/// The words that start Helix.
struct Helix {
    prefix: PathBuf,
}

impl Helix {
    fn words(&self) -> OsString {
        let words = [
            "usr/lib64/ld-linux-x86-64.so.2",
            "--library-path",
            "usr/lib/x86_64-linux-gnu",
            "usr/lib/hx/hx",
        ];
        let words = words.map(|word| {
            if word.starts_with("--") {
                OsString::from(word)
            } else {
                self.prefix.join(word).into_os_string()
            }
        });
        words.join("\n".as_ref())
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
    if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == SUITE) {
        return Ok(helix);
    }
    fresh_folder(&prefix)?;
    let state = root().join("target/helix-packages");
    fresh_folder(&state)?;
    for folder in ["lists/partial", "archives/partial"] {
        fresh_folder(&state.join(folder))?;
    }
    let mirror = mirror()?;
    let sources = format!(
        "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] {mirror} {SUITE} main\n"
    );
    for (name, text) in [("sources.list", sources.as_str()), ("status", "")] {
        std::fs::write(state.join(name), text).map_err(|error| format!("write {name}: {error}"))?;
    }
    apt(&state, &["update", "--quiet"])?;
    apt(
        &state,
        &[
            "install",
            "--yes",
            "--quiet",
            "--download-only",
            "--no-install-recommends",
            "hx",
        ],
    )?;
    let archives = state.join("archives");
    let packages = std::fs::read_dir(&archives)
        .map_err(|error| format!("list {}: {error}", archives.display()))?;
    for package in packages.filter_map(Result::ok) {
        if package.path().extension().is_some_and(|it| it == "deb") {
            process::run(
                Command::new("dpkg")
                    .arg("--extract")
                    .arg(package.path())
                    .arg(&prefix),
            )?;
        }
    }
    std::fs::write(&stamp, SUITE).map_err(|error| format!("write {}: {error}", stamp.display()))?;
    Ok(helix)
}

/// Runs apt with a state of its own.
fn apt(state: &Path, arguments: &[&str]) -> Result<(), String> {
    let option = |name: &str, value: PathBuf| {
        let mut option = OsString::from(format!("--option={name}="));
        option.push(value);
        option
    };
    process::run(
        Command::new("apt-get")
            .arg(option("Dir::State", state.into()))
            .arg(option("Dir::State::status", state.join("status")))
            .arg(option("Dir::State::lists", state.join("lists")))
            .arg(option("Dir::Cache", state.into()))
            .arg(option("Dir::Etc::SourceList", state.join("sources.list")))
            .arg(option("Dir::Etc::SourceParts", "/dev/null".into()))
            .arg(option("APT::Sandbox::User", "root".into()))
            .args(arguments),
    )
}

/// Where this machine has its packages from.
fn mirror() -> Result<String, String> {
    let seen = capture(Command::new("apt-get").args([
        "indextargets",
        "--format",
        "$(REPO_URI)",
        "Created-By: Packages",
    ]))?;
    let mut lines = seen.stdout.lines();
    let found = lines.find(|line| line.trim_end_matches('/').ends_with("/debian"));
    found.map(ToOwned::to_owned).ok_or_else(|| {
        "the tests of Helix unpack Debian's package of it: they need a Debian machine".to_owned()
    })
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
