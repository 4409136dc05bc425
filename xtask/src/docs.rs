//! The pages of docs that the code writes: what is in a table of the code is written down nowhere
//! else by hand.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use dbt_mesh_lsp::check::{self, FailOn, Fetching, Format, Options, View};
use dbt_mesh_lsp::ide::diagnostics::explain;
use dbt_mesh_lsp::rules::RuleId;
use dbt_mesh_lsp::settings::{EXTENSION_KEYS, Feature, Key};

#[path = "docs/contributions.rs"]
mod contributions;

/// Stands before and behind what is generated in a page that is else written by hand.
const BEGIN: &str = "<!-- begin: written by `cargo xtask docs` -->\n";
const END: &str = "<!-- end -->\n";

/// What the picture in the README checks, from the repository's root.
const EXAMPLE: &str = "examples/teddy-retailers";

/// The first second of 2026, by which the example's old version has been given up.
const TIME: jiff::Timestamp = jiff::Timestamp::constant(1_767_225_600, 0);

/// Every generated page below `root` with what has to stand in it. `root` has to be the working
/// directory, from which the paths in a check's output count.
pub fn pages(root: &Path) -> Result<Vec<(PathBuf, String)>, String> {
    let readme = root.join("README.md");
    let text = std::fs::read_to_string(&readme)
        .map_err(|error| format!("read {}: {error}", readme.display()))?;
    let text = filled(&text, &[picture()?, rule_table("docs/rules.md")])
        .ok_or_else(|| format!("{} has not the marks to write between", readme.display()))?;
    Ok(vec![
        (readme, text),
        (root.join("docs/rules.md"), rules()),
        (root.join("docs/settings.md"), settings()),
        contributions::page(root)?,
        editors(root)?,
    ])
}

/// `text` with each of `generated` between its marks.
fn filled(text: &str, generated: &[String]) -> Option<String> {
    let mut filled = String::new();
    let mut rest = text;
    for part in generated {
        let (before, after) = rest.split_once(BEGIN)?;
        filled.push_str(&[before, BEGIN, part, END].concat());
        rest = after.split_once(END)?.1;
    }
    Some(filled + rest)
}

/// The page about editors with the files that users copy, which the tests use.
fn editors(root: &Path) -> Result<(PathBuf, String), String> {
    let files = [
        ("toml", "helix/languages.toml"),
        ("elisp", "emacs/eglot.el"),
        ("vim", "vim/ale.vim"),
        ("json", "zed/settings.json"),
        ("json", "sublime/LSP.sublime-settings"),
    ];
    let mut blocks = Vec::new();
    for (language, file) in files {
        let path = root.join("editors").join(file);
        let text = std::fs::read_to_string(&path)
            .map_err(|error| format!("read {}: {error}", path.display()))?;
        blocks.push(format!("```{language}\n{text}```\n"));
    }
    let page = root.join("docs/editors.md");
    let text = std::fs::read_to_string(&page)
        .map_err(|error| format!("read {}: {error}", page.display()))?;
    let text = filled(&text, &blocks)
        .ok_or_else(|| format!("{} has not the marks to write between", page.display()))?;
    Ok((page, text))
}

/// What `check` says of the example.
fn picture() -> Result<String, String> {
    let options = Options {
        paths: vec![EXAMPLE.into()],
        format: Format::Text,
        fail_on: FailOn::Never,
        rules: Vec::new(),
        fetching: Fetching {
            is_offline: true,
            ..Fetching::default()
        },
        target: None,
        vars: None,
        view: View {
            shows_hints: false,
            is_coloured: false,
            is_watched: false,
        },
    };
    let mut output = Vec::new();
    check::check(&options, TIME, &mut output)?;
    let output = String::from_utf8_lossy(&output);
    Ok(format!(
        "```text\n$ dbt-mesh-lsp check {EXAMPLE}\n{output}```\n"
    ))
}

/// The rules in a table; each id is a link into `page`.
fn rule_table(page: &str) -> String {
    let mut text = String::from("| rule | default | what it finds |\n|---|---|---|\n");
    for rule in RuleId::ALL {
        let (id, level) = (rule.as_str(), rule.default_level().as_str());
        // Writing to a text cannot fail.
        let _ = writeln!(
            text,
            "| [`{id}`]({page}#{id}) | {level} | {} |",
            rule.summary()
        );
    }
    text
}

fn rules() -> String {
    let mut text = String::from(
        "# Rules\n\n\
         Written by `cargo xtask docs`. In a terminal: `dbt-mesh-lsp rule ID`. How a rule is set to another\n\
         severity or off, for a mesh or for one line: [configuration.md](configuration.md).\n\n",
    );
    text += &rule_table("");
    for rule in RuleId::ALL {
        let (id, level) = (rule.as_str(), rule.default_level().as_str());
        let explanation = explain(*rule).trim();
        let _ = write!(
            text,
            "\n## {id}\n\n**{}** Default: {level}.\n\n{explanation}\n",
            rule.summary()
        );
    }
    text
}

fn settings() -> String {
    let mut text = String::from(
        "# Settings\n\n\
         Written by `cargo xtask docs`. Where settings are kept, and which win: [configuration.md](configuration.md).\n",
    );
    for key in Key::ALL {
        let _ = write!(
            text,
            "\n## {name}\n\n{doc}\n\n\
             | in an editor | in `dbt-mesh.toml` | of `check` | holds | default |\n|---|---|---|---|---|\n\
             | `dbtMesh.{name}` | {in_file} | {flag} | {holds} | {default} |\n",
            name = key.name(),
            doc = key.doc(),
            in_file = key
                .name_in_file()
                .map_or_else(String::new, |name| format!("`{name}`")),
            flag = key
                .flag()
                .map_or_else(String::new, |flag| format!("`{flag}`")),
            holds = key.holds().as_str(),
            default = key.default(),
        );
    }
    text += "\n| feature | what it is |\n|---|---|\n";
    for feature in Feature::ALL {
        let _ = writeln!(
            text,
            "| `dbtMesh.features.{}` | {} |",
            feature.name(),
            feature.doc()
        );
    }
    text +=
        "\n## Of the VS Code extension\n\n| setting | what it is for | default |\n|---|---|---|\n";
    for key in EXTENSION_KEYS {
        let default = match key.default {
            "" => "none".to_owned(),
            default => format!("`{default}`"),
        };
        let _ = writeln!(text, "| `dbtMesh.{}` | {} | {default} |", key.name, key.doc);
    }
    text
}
