//! What does somebody in an editor wait for?
//!
//! `lsp_client.py` asks at places whose right answers are known, one request after another.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::floor::Floor;
use crate::meshes::{Mesh, script};
use crate::process;
use crate::table::Row;

const COMPLETION_MS: f64 = 5.0;
const LOOKUP_MS: f64 = 2.0;
const COLUMN_MS: f64 = 10.0;
/// Twice what the whole check may take: from a cold start until the columns of every model are
/// known, with nobody typing.
const KNOWN_FLOORS: f64 = 8.0;

/// What `lsp_client.py` found.
pub struct Editor {
    /// The folder that the editor has open: `project` or `mesh`.
    root: &'static str,
    /// Milliseconds from `initialize` to the first right cross-project completion, best of three.
    first: Option<f64>,
    found: Value,
    /// Milliseconds from `initialize` until everything is worked out, where nobody asks anything.
    rest: Option<f64>,
}

/// Drives the server with `root` as the workspace.
pub fn measure(server: &Path, mesh: &Mesh, root: &'static str) -> Result<Editor, String> {
    let found = run(server, mesh, root, &[])?;
    let mut first = first_completion(&found);
    let mut rest = None;
    // The floor is the best of three, and so is this.
    for _ in 0..2 {
        let start = run(
            server,
            mesh,
            root,
            &["--requests", "0", "--diagnostics", "0"],
        )?;
        rest = number(&start, "/settled/ms_since_initialize").or(rest);
        first = match (first, first_completion(&start)) {
            (Some(a), Some(b)) => Some(a.min(b)),
            // A start that never comes to a right answer is not made good by another one.
            (None, _) | (_, None) => None,
        };
    }
    Ok(Editor {
        root,
        first,
        found,
        rest,
    })
}

fn run(server: &Path, mesh: &Mesh, root: &str, more: &[&str]) -> Result<Value, String> {
    let result = mesh.folder.with_extension("json");
    process::output(
        Command::new("python3")
            .arg(script("lsp_client.py"))
            .arg("--mesh")
            .arg(&mesh.folder)
            .args(["--project", &mesh.project, "--root", root, "--json"])
            .arg(&result)
            .args(more)
            .arg("--")
            .arg(server)
            .arg("server"),
    )?;
    let text = std::fs::read_to_string(&result)
        .map_err(|error| format!("read {}: {error}", result.display()))?;
    // Python writes the figures of no measurement as no JSON has them.
    let text = text.replace(": NaN", ": null");
    serde_json::from_str(&text).map_err(|error| format!("the result of lsp_client.py: {error}"))
}

fn first_completion(found: &Value) -> Option<f64> {
    number(found, "/first_completion_cross_project/ms_since_initialize")
}

fn number(found: &Value, pointer: &str) -> Option<f64> {
    found.pointer(pointer).and_then(Value::as_f64)
}

impl Editor {
    /// Its lines in the table.
    pub fn rows(&self, mesh: &Mesh, floor: Floor) -> Vec<Row> {
        vec![
            self.first_row(floor),
            self.answers(
                "completion while typing",
                &["completion_after_edit"],
                COMPLETION_MS,
            ),
            self.answers(
                "definition",
                &["definition_ref", "definition_ref_cross"],
                LOOKUP_MS,
            ),
            self.answers("hover", &["hover_ref", "hover_ref_cross"], LOOKUP_MS),
            self.answers(
                "completion of a column while typing",
                &["column_completion_after_edit"],
                COLUMN_MS,
            ),
            self.answers(
                "hover on a column while typing",
                &["column_hover_after_edit"],
                COLUMN_MS,
            ),
            self.rest_row(floor),
            self.memory_row(mesh, floor),
        ]
    }

    fn named(&self, what: &str) -> String {
        format!("{what}, {} open", self.root)
    }

    fn first_row(&self, floor: Floor) -> Row {
        Row {
            what: self.named("first right cross-project completion"),
            value: self.first.map(|first| first / 1e3 / floor.seconds),
            budget: 1.0,
            unit: "x floor",
            detail: self
                .first
                .map_or_else(|| "never".to_owned(), |first| format!("{first:.0} ms")),
            is_right: self.first.is_some(),
        }
    }

    /// The findings of all files need the columns of all models.
    fn rest_row(&self, floor: Floor) -> Row {
        Row {
            what: self.named("columns of all models known"),
            value: self.rest.map(|rest| rest / 1e3 / floor.seconds),
            budget: KNOWN_FLOORS,
            unit: "x floor",
            detail: self
                .rest
                .map_or_else(|| "never".to_owned(), |rest| format!("{rest:.0} ms")),
            is_right: self.rest.is_some(),
        }
    }

    /// The slowest kind counts, and every answer of every kind has to be right.
    fn answers(&self, what: &str, kinds: &[&str], budget: f64) -> Row {
        let mut worst: Option<f64> = Some(0.0);
        let mut medians = Vec::new();
        let (mut right, mut asked) = (0.0, 0.0);
        for kind in kinds {
            let get = |figure: &str| number(&self.found, &format!("/{kind}/{figure}"));
            worst = worst.zip(get("p99_ms")).map(|(a, b)| a.max(b));
            medians.extend(get("p50_ms").map(|median| format!("{median:.2}")));
            right += get("right").unwrap_or(0.0);
            asked += get("n").unwrap_or(0.0);
        }
        Row {
            what: self.named(&format!("{what} p99")),
            value: worst,
            budget,
            unit: "ms",
            detail: format!("{right} of {asked} right, p50 {} ms", medians.join(" and ")),
            is_right: asked > 0.0 && right >= asked,
        }
    }

    /// At rest: where the last request comes before all is loaded, what loading needs is held, too.
    fn memory_row(&self, mesh: &Mesh, floor: Floor) -> Row {
        let mebibytes = |figure: &str| {
            number(&self.found, &format!("/settled/{figure}")).map(|size| size * 1024.0 * 1024.0)
        };
        let (now, peak) = (mebibytes("rss_mb"), mebibytes("peak_mb"));
        Row {
            what: self.named("memory after loading"),
            value: now.map(|now| 100.0 * now / floor.bytes),
            budget: 100.0 * mesh.memory_budget,
            unit: "%",
            detail: format!(
                "{:.0} MB (at most {:.0}) to {:.0} MB read",
                now.unwrap_or(0.0) / 1e6,
                peak.unwrap_or(0.0) / 1e6,
                floor.bytes / 1e6
            ),
            is_right: true,
        }
    }
}
