//! The wall between the layers, and the house rules that neither compiler nor clippy knows.
//!
//! One package has no walls of crates, so this reads the sources and names file and line of what
//! breaks an invariant of ARCHITECTURE.md.

#![cfg(test)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use dbt_mesh_lsp::rules::RuleId;

/// The modules of `src/lib.rs`, lowest first. A module names those of the lines before its own,
/// never one of its own line.
const LAYERS: &[&[&str]] = &[
    &["pace", "text"],
    &["dbt", "syntax", "rules"],
    &["settings"],
    &["manifest"],
    &["render"],
    &["project"],
    &["mesh"],
    &["world"],
    &["ide", "load", "origin"],
    &["picture"],
    &["check", "server"],
];

/// The modules that only work out answers: no file, no clock, no waiting, no protocol.
const PURE: &[&str] = &[
    "text", "dbt", "syntax", "rules", "settings", "manifest", "render", "project", "mesh", "world",
    "ide",
];

/// The one pure module's file that reads files: a manifest is read piece by piece.
const READS_FILES: &str = "src/manifest/file.rs";

const PROTOCOL_AND_WAITING: &[&str] = &[
    "tokio",
    "serde_json",
    "tower_lsp_server",
    "tower_service",
    "notify",
    "ropey",
    "clap",
    "tracing",
];

const WORLD_OUTSIDE: &[&str] = &[
    "std::fs",
    "std::env",
    "std::process",
    "std::thread",
    "std::net",
    "SystemTime",
    "Instant",
    "Timestamp::now",
];

const MOST_LINES: usize = 500;

struct Source {
    /// From the repository's root, with `/`.
    path: String,
    text: String,
}

impl Source {
    /// The lines of code with their numbers: no comments, no tests.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let is_test = self.path.contains("/tests/")
            || self.path.ends_with("/tests.rs")
            || self.path.starts_with("src/fixture");
        let tests = self.text.find("#[cfg(test)]\nmod tests {");
        let end = if is_test {
            0
        } else {
            tests.unwrap_or(self.text.len())
        };
        let lines = self.text.get(..end).unwrap_or_default().lines();
        lines.enumerate().filter_map(|(at, line)| {
            let code = line.trim_start();
            (!code.starts_with("//")).then_some((at + 1, line))
        })
    }

    /// The module of `src/lib.rs` that it belongs to.
    fn module(&self) -> &str {
        let inside = self.path.strip_prefix("src/").unwrap_or_default();
        let first = inside.split('/').next().unwrap_or_default();
        first.strip_suffix(".rs").unwrap_or(first)
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// What is made beside the sources: by git, by cargo and by whoever tries the example.
const MADE: &[&str] = &[
    ".git",
    "target",
    "logs",
    "dbt_packages",
    ".venv",
    "__pycache__",
    "node_modules",
    "dist",
];

/// Every text file of the repository but those.
fn texts() -> Vec<Source> {
    let mut found = Vec::new();
    let mut folders = vec![root().to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(root()).unwrap();
            let name = name.to_str().unwrap().replace('\\', "/");
            if MADE.contains(&path.file_name().unwrap().to_str().unwrap()) {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(text) = fs::read_to_string(&path) {
                found.push(Source { path: name, text });
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

/// The Rust files below `folders`, but for this one, which names what it forbids.
fn rust(folders: &[&str]) -> Vec<Source> {
    let mut sources = texts();
    sources.retain(|source| {
        let is_rust = Path::new(&source.path)
            .extension()
            .is_some_and(|it| it == "rs");
        let is_below = folders.iter().any(|folder| source.path.starts_with(folder));
        is_rust && is_below && source.path != "tests/tidy.rs"
    });
    assert!(!sources.is_empty());
    sources
}

fn assert_none(broken: &[String], rule: &str) {
    assert!(broken.is_empty(), "{rule}:\n  {}", broken.join("\n  "));
}

/// Whether `line` has `word` with no letter, digit or `_` around it.
fn has_word(line: &str, word: &str) -> bool {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        !before.is_some_and(is_part) && !after.is_some_and(is_part)
    })
}

/// The lines of `sources` that have one of `words`, as `file:line: word`.
fn lines_with(sources: &[Source], words: &[&str]) -> Vec<String> {
    let mut broken = Vec::new();
    for source in sources {
        for (line, code) in source.code() {
            for word in words.iter().filter(|word| has_word(code, word)) {
                broken.push(format!("{}:{line}: `{word}`", source.path));
            }
        }
    }
    broken
}

fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&module))
}

#[test]
fn layers_point_down() {
    let mut broken = Vec::new();
    for source in rust(&["src/"]) {
        let module = source.module();
        let Some(own) = layer(module) else { continue };
        for (line, code) in source.code() {
            for (at, mark) in code.match_indices("crate::") {
                let rest = &code[at + mark.len()..];
                let end = rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_');
                let other = &rest[..end.unwrap_or(rest.len())];
                let is_below = layer(other).is_some_and(|other| other < own);
                if other != module && !is_below {
                    broken.push(format!(
                        "{}:{line}: `{module}` names `{other}`",
                        source.path
                    ));
                }
            }
        }
    }
    assert_none(
        &broken,
        "modules name only those below them (LAYERS in tests/tidy.rs)",
    );
}

#[test]
fn every_module_has_its_layer_and_nothing_climbs_to_the_crate() {
    let mut broken = Vec::new();
    for source in rust(&["src/"]) {
        let depth = source.path.matches('/').count();
        if source.path == "src/lib.rs" {
            let declared = source.code().filter_map(|(line, code)| {
                Some((line, code.strip_prefix("pub mod ")?.strip_suffix(';')?))
            });
            let missing = declared.filter(|(_, module)| layer(module).is_none());
            broken.extend(missing.map(|(line, it)| format!("src/lib.rs:{line}: `{it}`")));
        } else {
            let climb = "super::".repeat(depth);
            let climbing = source.code().filter(|(_, code)| code.contains(&climb));
            broken.extend(climbing.map(|(line, _)| format!("{}:{line}: `{climb}`", source.path)));
        }
    }
    assert_none(
        &broken,
        "a module has a layer, and names another by `crate::`",
    );
}

#[test]
fn answers_name_no_protocol_and_wait_for_nothing() {
    let mut sources = rust(&["src/"]);
    sources.retain(|source| PURE.contains(&source.module()));
    let is_json_of_settings =
        |line: &String| line.starts_with("src/settings/json.rs:") && line.ends_with("`serde_json`");
    let mut broken = lines_with(&sources, PROTOCOL_AND_WAITING);
    broken.retain(|line| !is_json_of_settings(line));
    assert_none(
        &broken,
        "protocol, runtime and log belong to server, load, check and main",
    );
}

#[test]
fn answers_read_no_file_clock_or_environment() {
    let mut sources = rust(&["src/"]);
    sources.retain(|source| PURE.contains(&source.module()) && source.path != READS_FILES);
    let broken = lines_with(&sources, WORLD_OUTSIDE);
    assert_none(
        &broken,
        "files, clocks and environment belong to server, load, check and main",
    );
}

#[test]
fn there_is_no_lock_and_no_global_state() {
    // No answer depends on these.
    let allowed = [
        // The log's file has a lock.
        "src/main.rs",
        // When a thread last let others go first.
        "src/pace.rs",
        // What a thread unpacked last.
        "src/project/facts/kept.rs",
        // A table that is part of the program, by name.
        "src/dbt/macros.rs",
    ];
    let mut sources = rust(&["src/"]);
    sources.retain(|source| !allowed.contains(&&*source.path));
    let words = [
        "Mutex",
        "RwLock",
        "static",
        "thread_local",
        "LazyLock",
        "DashMap",
    ];
    let mut broken = lines_with(&sources, &words);
    // The lifetime is no state.
    broken.retain(|line| !is_lifetime(&sources, line));
    assert_none(
        &broken,
        "one writer, in server/main_loop.rs; readers hold snapshots",
    );
}

fn is_lifetime(sources: &[Source], broken: &str) -> bool {
    let mut parts = broken.split(':');
    let (Some(path), Some(line)) = (parts.next(), parts.next()) else {
        return false;
    };
    let source = sources.iter().find(|source| source.path == path).unwrap();
    let line = source.text.lines().nth(line.parse::<usize>().unwrap() - 1);
    line.is_some_and(|line| !has_word(&line.replace("'static", ""), "static"))
        && broken.ends_with("`static`")
}

#[test]
fn only_the_protocol_and_the_check_write_to_stdout() {
    let words = ["println!", "print!", "eprintln!", "eprint!"];
    let mut broken = Vec::new();
    for source in rust(&["src/"]) {
        for (line, code) in source.code() {
            if words.iter().any(|word| code.contains(word)) {
                broken.push(format!("{}:{line}", source.path));
            }
        }
    }
    assert_none(&broken, "stderr goes through tracing, stdout to a writer");
}

#[test]
fn nothing_is_left_undone_or_switched_off() {
    let marks = [
        "#[ignore",
        "todo!(",
        "unimplemented!(",
        "dbg!(",
        "#[allow(",
        "#![allow(",
        "FIXME",
    ];
    let mut broken = Vec::new();
    for source in rust(&["src/", "tests/", "xtask/", "benches/"]) {
        for (at, line) in source.text.lines().enumerate() {
            for mark in marks.iter().filter(|mark| line.contains(**mark)) {
                broken.push(format!("{}:{}: `{mark}`", source.path, at + 1));
            }
        }
    }
    assert_none(
        &broken,
        "no test ignored, no lint allowed (expect it, with a reason), no stub",
    );
}

#[test]
fn files_are_short_and_named_for_what_they_are() {
    let vague = [
        "utils", "util", "helpers", "helper", "common", "misc", "manager", "mod",
    ];
    let mut broken = Vec::new();
    for source in rust(&["src/", "tests/", "xtask/", "benches/"]) {
        let lines = source.text.lines().count();
        if lines > MOST_LINES {
            broken.push(format!(
                "{}:{lines}: more than {MOST_LINES} lines",
                source.path
            ));
        }
        let stem = Path::new(&source.path).file_stem().unwrap();
        if vague.iter().any(|name| stem == *name) {
            broken.push(format!("{}:1: a name that says nothing", source.path));
        }
        let is_test = source.path.ends_with("/tests.rs");
        if !is_test && !source.text.starts_with("//!") {
            broken.push(format!("{}:1: which question does it answer?", source.path));
        }
    }
    assert_none(&broken, "files");
}

#[test]
fn a_rule_is_a_file() {
    for rule in RuleId::ALL {
        let name = rule.as_str().replace('-', "_");
        let path = format!("src/ide/diagnostics/rules/{name}.rs");
        assert!(
            root().join(&path).is_file(),
            "{path}: `{}` has no file",
            rule.as_str()
        );
    }
}

#[test]
fn every_dependency_has_its_reason() {
    let cargo = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let page = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let mut is_dependency = false;
    let mut broken = Vec::new();
    for (at, line) in cargo.lines().enumerate() {
        if line.starts_with('[') {
            is_dependency = line.ends_with("dependencies]");
        } else if let Some((name, _)) = line.split_once(" = ").filter(|_| is_dependency)
            && !page.contains(&format!("| `{name}` |"))
        {
            broken.push(format!("Cargo.toml:{}: `{name}`", at + 1));
        }
    }
    assert_none(&broken, "a dependency has a line in ARCHITECTURE.md");
}

/// What cargo builds for `arguments`: packages with their features.
fn built(arguments: [&str; 2]) -> BTreeSet<String> {
    let cargo = std::env::var_os("CARGO").unwrap();
    let mut command = Command::new(cargo);
    command.args(["tree", "--locked", "--prefix=none", "--format={p} {f}"]);
    command.arg("--target=x86_64-unknown-linux-gnu");
    let output = command
        .args(arguments)
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let lines = String::from_utf8(output.stdout).unwrap();
    let lines = lines.lines().map(|line| line.trim_end_matches(" (*)"));
    lines.map(ToOwned::to_owned).collect()
}

/// The tests would build it a second time, and most of what there is with it.
#[test]
fn the_tests_want_no_other_features_than_the_program() {
    let program = built(["--package=dbt-mesh-lsp", "--edges=normal,build"]);
    let tests = built(["--workspace", "--edges=normal,build,dev"]);
    let other: Vec<String> = program.difference(&tests).cloned().collect();
    assert_none(&other, "Cargo.toml:1: tests want other features");
}

#[test]
fn pages_name_files_that_are_there() {
    let mut broken = Vec::new();
    for page in texts() {
        if Path::new(&page.path)
            .extension()
            .is_none_or(|it| it != "md")
        {
            continue;
        }
        let folder = root().join(&page.path).parent().unwrap().to_path_buf();
        for (at, line) in page.text.lines().enumerate() {
            for target in named_files(&page.path, line, &folder) {
                if !target.exists() {
                    broken.push(format!("{}:{}: {}", page.path, at + 1, target.display()));
                }
            }
        }
    }
    assert_none(&broken, "a page names a file that is not there");
}

/// The ends of a line's links; in ARCHITECTURE.md also what stands as `src/…` in backticks.
fn named_files(page: &str, line: &str, folder: &Path) -> Vec<PathBuf> {
    let links = line
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next());
    let links = links.filter_map(|link| link.split('#').next());
    let links = links.filter(|link| !link.is_empty() && !link.contains("://"));
    let mut files: Vec<PathBuf> = links.map(|link| folder.join(link)).collect();
    if page == "ARCHITECTURE.md" {
        let code = line.split('`').skip(1).step_by(2);
        let paths =
            code.filter(|code| code.contains('/') && !code.contains(['<', '*', ' ', '…', ':']));
        files.extend(paths.map(|path| root().join(path)));
    }
    files
}

#[test]
fn no_text_knows_the_machine_that_it_was_written_on() {
    let mut broken = Vec::new();
    for source in texts() {
        if source.path == "tests/tidy.rs" {
            continue;
        }
        let is_test = source.path.starts_with("tests/") || source.path.contains("tests");
        for (at, line) in source.text.lines().enumerate() {
            let everywhere = ["/root/", "/home/", "/Users/"];
            let is_temporary = !is_test && line.contains("/tmp/");
            if is_temporary || everywhere.iter().any(|path| line.contains(path)) {
                broken.push(format!("{}:{}", source.path, at + 1));
            }
        }
    }
    assert_none(&broken, "a path of one machine");
}

#[test]
fn the_pages_that_everybody_looks_for_are_there() {
    let pages = [
        "README.md",
        "ARCHITECTURE.md",
        "GLOSSARY.md",
        "CHANGELOG.md",
        "LICENSE-MIT",
        "LICENSE-APACHE",
    ];
    for page in pages {
        let text = fs::read_to_string(root().join(page)).unwrap_or_default();
        assert!(!text.trim().is_empty(), "{page}:1: missing or empty");
    }
    let changes = fs::read_to_string(root().join("CHANGELOG.md")).unwrap();
    assert!(
        changes.contains("## [Unreleased]"),
        "CHANGELOG.md:1: no section [Unreleased]"
    );
}
