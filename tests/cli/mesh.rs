//! A mesh on disk for one test, and the program run over it.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

/// A manifest with one public model, `stock`.
pub const INVENTORY: &str = r#"{
  "metadata": {
    "dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json",
    "dbt_version": "1.10.0",
    "generated_at": "2026-03-01T09:30:00.000000Z",
    "project_name": "inventory"
  },
  "nodes": {
    "model.inventory.stock": {
      "resource_type": "model", "package_name": "inventory", "name": "stock",
      "unique_id": "model.inventory.stock", "schema": "main", "access": "public", "version": null,
      "latest_version": null, "deprecation_date": null, "group": null,
      "original_file_path": "models/stock.sql", "path": "stock.sql",
      "raw_code": "select 1 as product_id", "language": "sql",
      "relation_name": "\"shop\".\"main\".\"stock\"", "columns": {}, "description": "",
      "config": {"enabled": true, "materialized": "view", "access": "public"},
      "depends_on": {"macros": [], "nodes": []}, "fqn": ["inventory", "stock"]
    }
  },
  "disabled": {}, "groups": {}
}"#;

/// A project that reads another one, whose manifest is made by hand.
pub fn two_projects() -> Mesh {
    Mesh::new(&[
        ("sales/dbt_project.yml", "name: sales\n"),
        (
            "sales/dbt_loom.config.yml",
            "manifests:\n  - name: inventory\n    type: file\n    config:\n      path: ../inventory/target/manifest.json\n",
        ),
        (
            "sales/models/orders.sql",
            "select * from {{ ref('inventory', 'stock') }}\n",
        ),
        ("inventory/dbt_project.yml", "name: inventory\n"),
        ("inventory/models/stock.sql", "select 1 as product_id\n"),
        (
            "inventory/models/_models.yml",
            "models:\n  - name: stock\n    config: {access: public, contract: {enforced: true}}\n    columns: [{name: product_id, data_type: integer}]\n",
        ),
        ("inventory/target/manifest.json", INVENTORY),
    ])
}

/// What a run of the program left.
pub struct Run {
    /// The exit code.
    pub code: i32,
    /// What it wrote.
    pub stdout: String,
    /// What it said.
    pub stderr: String,
}

impl Run {
    /// All of it, for a failing test.
    pub fn all(&self) -> String {
        format!("exit {}\n{}\n{}", self.code, self.stdout, self.stderr)
    }
}

/// A folder of files that goes with the test.
pub struct Mesh(tempfile::TempDir);

impl Mesh {
    /// A mesh of these files.
    pub fn new(files: &[(&str, &str)]) -> Self {
        let mesh = Self(tempfile::tempdir().unwrap());
        for (path, text) in files {
            mesh.write(path, text);
        }
        mesh
    }

    /// Writes one file.
    pub fn write(&self, path: &str, text: &str) {
        let path = self.0.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// Removes one file.
    pub fn remove(&self, path: &str) {
        std::fs::remove_file(self.0.path().join(path)).unwrap();
    }

    /// Runs the program at the mesh's root.
    pub fn run(&self, arguments: &[&str]) -> Run {
        self.run_in("", arguments, Stdio::piped())
    }

    /// Runs `check` at the mesh's root.
    pub fn check(&self, arguments: &[&str]) -> Run {
        self.check_at("", arguments)
    }

    /// Runs `check` in a folder of the mesh.
    pub fn check_at(&self, folder: &str, arguments: &[&str]) -> Run {
        let arguments = [&["check"], arguments].concat();
        self.run_in(folder, &arguments, Stdio::piped())
    }

    /// Runs `check` and reads its JSON.
    pub fn check_json(&self, arguments: &[&str]) -> serde_json::Value {
        let run = self.check(&[&["--output-format", "json"], arguments].concat());
        serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {}", run.all()))
    }

    /// Makes all that is kept of fetched manifests older.
    pub fn age_cache(&self, by: Duration) {
        let folder = self.0.path().join("home/cache/dbt-mesh-lsp/manifests");
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|it| it == "note") {
                let text = std::fs::read(&path).unwrap();
                let mut note: serde_json::Value = serde_json::from_slice(&text).unwrap();
                let checked = note["checked_at"].as_u64().unwrap();
                note["checked_at"] = (checked - by.as_secs()).into();
                std::fs::write(&path, note.to_string()).unwrap();
            }
        }
    }

    /// Runs `check` with a reader that is gone.
    pub fn check_into_closed_pipe(&self, arguments: &[&str]) -> Run {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let arguments = [&["check"], arguments].concat();
        self.run_in("", &arguments, Stdio::from(writer))
    }

    /// The path of one of its files.
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().canonicalize().unwrap().join(name)
    }

    /// The program at the mesh's root, with a home of its own and a secret in its environment.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dbt-mesh-lsp"));
        command
            .args(arguments)
            .current_dir(self.0.path())
            .env_remove("DBT_LOOM_CONFIG")
            .env("XDG_CACHE_HOME", self.0.path().join("home/cache"))
            .env("XDG_CONFIG_HOME", self.0.path().join("home/config"))
            .env("PLANTED_WORD", "planted-secret");
        let authority = self.0.path().join("home/authority.pem");
        if authority.exists() {
            command.env("SSL_CERT_FILE", authority);
        }
        command
    }

    fn run_in(&self, folder: &str, arguments: &[&str], stdout: Stdio) -> Run {
        let output = self
            .command(arguments)
            .current_dir(self.0.path().join(folder))
            .stdin(Stdio::null())
            .stdout(stdout)
            .stderr(Stdio::piped())
            .spawn()
            .and_then(std::process::Child::wait_with_output)
            .unwrap();
        Run {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}
