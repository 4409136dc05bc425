//! Development tasks. Which one is asked for, and how it ended.

mod debian;
mod dist;
mod docs;
mod example;
mod helix;
mod install;
mod judge;
mod macros;
mod neovim;
mod node;
mod origins;
mod process;
mod suite;
mod text_editors;
mod tools;
mod vscode;

use std::process::ExitCode;

const HELP: &str = "\
cargo xtask TASK

  setup            install the real tools of the tests under target/tools
  test [STEP...]   install them, then run every test; or only the steps named
  dist             build the wheel and the VS Code extension for this platform: target/dist
  judge [WHAT]     compare with real dbt: `cases`, `mutations`, `models`, `columns`, `known`, or all
  example          make the manifests of examples/teddy-retailers again, with real dbt
  docs             write the generated pages of docs again
  macros           write the tables of what dbt and its adapters bring along again: src/dbt/*.tsv
  help             this text
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["setup"] => tools::install().map(|_| ()),
        ["test", steps @ ..] => suite::run(steps),
        ["dist"] => dist::run(),
        ["judge", words @ ..] => judge::run(words),
        ["example"] => tools::install().and_then(|tools| example::remake(&tools)),
        ["docs"] => write_docs(),
        ["macros"] => tools::install().and_then(|tools| macros::remake(&tools)),
        [] | ["help" | "--help" | "-h"] => {
            print!("{HELP}");
            Ok(())
        }
        other => Err(format!("no task `{}`\n\n{HELP}", other.join(" "))),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("\nxtask FAILED: {why}");
            ExitCode::FAILURE
        }
    }
}

fn write_docs() -> Result<(), String> {
    let root = process::root();
    std::env::set_current_dir(&root)
        .map_err(|error| format!("go to {}: {error}", root.display()))?;
    for (path, text) in docs::pages(&root)? {
        std::fs::write(&path, text)
            .map_err(|error| format!("write {}: {error}", path.display()))?;
    }
    Ok(())
}
