//! The tables of the macros and materializations that dbt and its adapters bring along, read from the installed packages.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use dbt_mesh_lsp::syntax::jinja::{self, BlockKind};

use crate::process::{self, root};
use crate::tools::Tools;

const TABLE: &str = "src/dbt/macros.tsv";
const MATERIALIZATIONS: &str = "src/dbt/materializations.tsv";

/// The lines of both tables.
#[derive(Default)]
struct Lines {
    macros: BTreeSet<String>,
    materializations: BTreeSet<String>,
}

/// Writes the tables anew, from the adapters of `xtask/adapters.txt` and those that are installed.
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
    let mut lines = Lines::default();
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
    let (macros, materializations) = (lines.macros.len(), lines.materializations.len());
    if macros < 500 || materializations < 30 {
        return Err(format!(
            "only {macros} macros and {materializations} materializations found"
        ));
    }
    write(TABLE, lines.macros)?;
    write(MATERIALIZATIONS, lines.materializations)
}

fn write(table: &str, lines: BTreeSet<String>) -> Result<(), String> {
    let path = root().join(table);
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

fn read_folder(folder: &Path, owner: &str, lines: &mut Lines) -> Result<(), String> {
    if !folder.is_dir() {
        return Ok(());
    }
    for path in entries(folder)? {
        if path.is_dir() {
            read_folder(&path, owner, lines)?;
        } else if path.extension().is_some_and(|extension| extension == "sql") {
            let text = std::fs::read_to_string(&path)
                .map_err(|error| format!("read {}: {error}", path.display()))?;
            read_file(&text, owner, lines);
        }
    }
    Ok(())
}

/// `name TAB owner`, and of a macro each parameter behind a TAB.
fn read_file(text: &str, owner: &str, lines: &mut Lines) {
    for block in jinja::blocks(&jinja::parse(text)) {
        let name = match block.kind {
            BlockKind::Macro => block.name.to_owned(),
            BlockKind::Test => format!("test_{}", block.name),
            BlockKind::Materialization => {
                lines
                    .materializations
                    .insert(format!("{}\t{owner}", block.name));
                continue;
            }
            BlockKind::Snapshot | BlockKind::Docs => continue,
        };
        let is_variant = owner != "dbt" && name.contains("__");
        if is_variant {
            continue;
        }
        let parameters = block
            .arguments
            .iter()
            .map(|argument| argument.written(text));
        let words = [name, owner.to_owned()].into_iter().chain(parameters);
        lines.macros.insert(words.collect::<Vec<_>>().join("\t"));
    }
}
