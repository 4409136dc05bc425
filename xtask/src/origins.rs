//! Manifests from object stores and platforms: real servers on loopback, stand-ins where there are none.

use std::process::Command;

use crate::process::{self, root};
use crate::suite::Bench;
use crate::{node, tools};

/// The servers that are Python packages, every version pinned.
const REQUIREMENTS: &str = include_str!("../../tests/origins/requirements.txt");

/// Installs the servers and has the built program fetch from each, rightly and wrongly.
pub fn test(bench: &Bench) -> Result<(), String> {
    let folder = root().join("tests/origins");
    let programs = tools::environment("origins", REQUIREMENTS, &["rclone"])?;
    let node = node::install()?;
    node.packages(&folder)?;
    let azurite = node.command("node", &folder);
    process::run(
        Command::new(programs.join("python"))
            .arg(folder.join("main.py"))
            .arg(&bench.server)
            .arg(azurite.get_program())
            .arg(folder.join("node_modules/azurite/dist/src/blob/main.js"))
            .current_dir(root()),
    )
}
