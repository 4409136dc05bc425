//! VS Code's workbench, in a browser, over copies of the example: `tests/vscode/test.mjs` does what a user does.

use std::path::{Path, PathBuf};

use crate::example;
use crate::node::{self, Node};
use crate::process::{self, copy_folder, fresh_folder, root};
use crate::{dist, suite::Bench};

/// The folder of the installed workbench and browser.
fn workbench(node: &Node) -> Result<PathBuf, String> {
    let folder = root().join("target/tools/workbench");
    let scripts = root().join("tests/vscode");
    let stamp = folder.join("installed.txt");
    let wanted = ["package-lock.json", "install.mjs"].map(|name| read(&scripts.join(name)));
    let [lock, script] = wanted;
    let wanted = lock? + &script?;
    if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(folder);
    }
    std::fs::create_dir_all(&folder)
        .map_err(|error| format!("create {}: {error}", folder.display()))?;
    for name in ["package.json", "package-lock.json"] {
        std::fs::copy(scripts.join(name), folder.join(name))
            .map_err(|error| format!("copy {name}: {error}"))?;
    }
    node.packages(&folder)?;
    process::run(
        node.command("node", &folder)
            .arg(scripts.join("install.mjs"))
            .arg(&folder),
    )?;
    std::fs::write(&stamp, wanted)
        .map_err(|error| format!("write {}: {error}", stamp.display()))?;
    Ok(folder)
}

fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| format!("read {}: {error}", path.display()))
}

/// Packs the extension with the built server and drives it.
pub fn test(bench: &Bench) -> Result<(), String> {
    let node = node::install()?;
    let workbench = workbench(&node)?;
    let extension = dist::extension(&node)?;
    let place = root().join("target/vscode");
    fresh_folder(&place)?;
    let mesh = place.join("teddy-retailers");
    copy_folder(&example::folder(), &mesh, &["logs"])?;
    process::run(
        node.command("node", &place)
            .arg(root().join("tests/vscode/test.mjs"))
            .env("DBT_MESH_WORKBENCH", workbench)
            .env("DBT_MESH_VSIX", extension)
            .env("DBT_MESH_SERVER", &bench.server)
            .env("DBT_MESH_PLACE", &place)
            .env("DBT_MESH_EXAMPLE", mesh)
            .env("DBT_MESH_SCREENSHOTS", screenshots()?),
    )
}

/// Where the tests put what was seen.
pub fn screenshots() -> Result<PathBuf, String> {
    let folder = root().join("target/screenshots");
    std::fs::create_dir_all(&folder)
        .map_err(|error| format!("create {}: {error}", folder.display()))?;
    Ok(folder)
}
