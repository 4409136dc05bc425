//! Editors of Debian's next suite, for a newer C library than some machines have: packages are unpacked with it below
//! `target/tools`, and the machine's own stay as they are.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::{self, capture, fresh_folder, root};

/// The suite whose packages are unpacked.
pub const SUITE: &str = "trixie";

/// The words that start a program of what was unpacked to `prefix`, a line each.
pub fn words(prefix: &Path, program: &str) -> OsString {
    let words = [
        "usr/lib64/ld-linux-x86-64.so.2",
        "--library-path",
        "usr/lib/x86_64-linux-gnu",
        program,
    ];
    let words = words.map(|word| {
        if word.starts_with("--") {
            OsString::from(word)
        } else {
            prefix.join(word).into_os_string()
        }
    });
    words.join("\n".as_ref())
}

/// Unpacks packages with all that they need to a fresh folder.
pub fn unpack(prefix: &Path, packages: &[&str]) -> Result<(), String> {
    fresh_folder(prefix)?;
    let state = root().join("target/debian-packages");
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
    apt(&state, &[&INSTALL, packages].concat())?;
    let archives = state.join("archives");
    let packages = std::fs::read_dir(&archives)
        .map_err(|error| format!("list {}: {error}", archives.display()))?;
    for package in packages.filter_map(Result::ok) {
        if package.path().extension().is_some_and(|it| it == "deb") {
            process::run(
                Command::new("dpkg")
                    .arg("--extract")
                    .arg(package.path())
                    .arg(prefix),
            )?;
        }
    }
    Ok(())
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
        "the tests of editors unpack Debian's packages of them: they need a Debian machine"
            .to_owned()
    })
}

/// How apt brings packages, and puts them nowhere.
const INSTALL: [&str; 5] = [
    "install",
    "--yes",
    "--quiet",
    "--download-only",
    "--no-install-recommends",
];
