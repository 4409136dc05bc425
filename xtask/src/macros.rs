//! The table of the macros that dbt and its adapters bring along: names and parameters, read from the installed packages.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use dbt_mesh_lsp::syntax::jinja::{self, BlockKind};

use crate::process::{self, root};
use crate::tools::Tools;

const TABLE: &str = "src/dbt/macros.tsv";

/// Writes the table anew, from the adapters of `xtask/adapters.txt` and those that are installed.
pub fn remake(tools: &Tools) -> Result<(), String> {
    let adapters = root().join("target/tools/adapters");
    process::fresh_folder(&adapters)?;
    process::run(
        Command::new(tools.python())
            .args(["-m", "pip", "install", "--quiet", "--no-deps"])
            .args(["--disable-pip-version-check", "--only-binary", ":all:"])
            .arg("--target")
            .arg(&adapters)
            .arg("--requirement")
            .arg(root().join("xtask/adapters.txt")),
    )?;
    let installed = process::capture(Command::new(tools.python()).args([
        "-c",
        "import dbt.include.global_project as it; print(it.__path__[0])",
    ]))?;
    let global = PathBuf::from(installed.stdout.trim());
    let installed = global.parent().unwrap_or(&global).to_path_buf();
    let mut lines = BTreeSet::new();
    for include in [installed, adapters.join("dbt/include")] {
        for project in entries(&include)? {
            let name = project.file_name().and_then(|name| name.to_str());
            let Some(name) = name.filter(|name| *name != "starter_project") else {
                continue;
            };
            let owner = if name == "global_project" {
                "dbt"
            } else {
                name
            };
            read_folder(&project.join("macros"), owner, &mut lines)?;
            read_folder(&project.join("tests"), owner, &mut lines)?;
        }
    }
    if lines.len() < 500 {
        return Err(format!("only {} macros found", lines.len()));
    }
    let path = root().join(TABLE);
    let text: String = lines.into_iter().map(|line| line + "\n").collect();
    std::fs::write(&path, text).map_err(|error| format!("write {}: {error}", path.display()))
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let why = |error| format!("list {}: {error}", folder.display());
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(why)? {
        found.push(entry.map_err(why)?.path());
    }
    found.sort();
    Ok(found)
}

fn read_folder(folder: &Path, owner: &str, lines: &mut BTreeSet<String>) -> Result<(), String> {
    if !folder.is_dir() {
        return Ok(());
    }
    for path in entries(folder)? {
        if path.is_dir() {
            read_folder(&path, owner, lines)?;
        } else if path.extension().is_some_and(|extension| extension == "sql") {
            let text = std::fs::read_to_string(&path)
                .map_err(|error| format!("read {}: {error}", path.display()))?;
            lines.extend(read_file(&text, owner));
        }
    }
    Ok(())
}

/// `name TAB owner`, then each parameter behind a TAB.
fn read_file(text: &str, owner: &str) -> Vec<String> {
    let blocks = jinja::blocks(&jinja::parse(text));
    let macros = blocks.iter().filter_map(|block| {
        let name = match block.kind {
            BlockKind::Macro => block.name.to_owned(),
            BlockKind::Test => format!("test_{}", block.name),
            BlockKind::Materialization | BlockKind::Snapshot | BlockKind::Docs => return None,
        };
        let is_variant = owner != "dbt" && name.contains("__");
        if is_variant {
            return None;
        }
        let parameters = block
            .arguments
            .iter()
            .map(|argument| argument.written(text));
        let words = [name, owner.to_owned()].into_iter().chain(parameters);
        Some(words.collect::<Vec<_>>().join("\t"))
    });
    macros.collect()
}
