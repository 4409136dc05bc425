//! Which meshes is it measured on?

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::process;

/// A mesh that may have to be made yet.
pub struct Plan {
    projects: usize,
    models: usize,
    /// The part of the bytes on disk that the server may hold in memory.
    memory_budget: f64,
    is_first: bool,
}

/// A mesh on disk.
pub struct Mesh {
    /// What it is, for people.
    pub title: String,
    /// Where it lies.
    pub folder: PathBuf,
    /// The project in which the editor's file is: of those that read the most, the last.
    pub project: String,
    /// The part of the bytes on disk that the server may hold in memory.
    pub memory_budget: f64,
    /// Whether it is the one whose parts are timed too.
    pub is_first: bool,
}

/// The meshes to measure on.
pub fn plans(is_large: bool) -> Vec<Plan> {
    let mut plans = vec![Plan {
        projects: 10,
        models: 1000,
        memory_budget: 0.25,
        is_first: true,
    }];
    if is_large {
        plans.push(Plan {
            projects: 20,
            models: 2500,
            memory_budget: 0.20,
            is_first: false,
        });
    }
    plans
}

/// A file of `benches/mesh`.
pub fn script(name: &str) -> PathBuf {
    root().join("benches/mesh").join(name)
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

impl Plan {
    /// The mesh, made where no run before has.
    pub fn make(&self) -> Result<Mesh, String> {
        let name = format!("m{}x{}", self.projects, self.models);
        let folder = root().join("target/bench").join(&name);
        if !folder.join("mesh.json").is_file() {
            println!("making {name}, which the next run finds again");
            // Another name until it is whole, so that an interrupted making is not taken for it.
            let making = folder.with_extension("making");
            if making.exists() {
                fs::remove_dir_all(&making)
                    .map_err(|error| format!("remove {}: {error}", making.display()))?;
            }
            process::output(
                Command::new("python3")
                    .arg(script("make_mesh.py"))
                    .arg(&making)
                    .args(["--projects", &self.projects.to_string()])
                    .args(["--models", &self.models.to_string()]),
            )?;
            fs::rename(&making, &folder)
                .map_err(|error| format!("rename {}: {error}", making.display()))?;
        }
        Ok(Mesh {
            title: format!("{} projects x {} models", self.projects, self.models),
            project: reading_most(&folder.join("mesh.json"))?,
            folder,
            memory_budget: self.memory_budget,
            is_first: self.is_first,
        })
    }
}

fn reading_most(summary: &Path) -> Result<String, String> {
    let text = fs::read_to_string(summary)
        .map_err(|error| format!("read {}: {error}", summary.display()))?;
    let summary: Value =
        serde_json::from_str(&text).map_err(|error| format!("mesh.json: {error}"))?;
    let projects = summary.pointer("/projects").and_then(Value::as_array);
    let upstreams = |project: &&Value| {
        let upstreams = project.pointer("/upstreams").and_then(Value::as_array);
        upstreams.map_or(0, Vec::len)
    };
    projects
        .and_then(|projects| projects.iter().max_by_key(upstreams))
        .and_then(|project| project.pointer("/name")?.as_str())
        .map(str::to_owned)
        .ok_or_else(|| "mesh.json names no project".to_owned())
}
