//! Secrets stand in nothing that any of the programs leaves: outputs, logs, files and their names.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::json;

use crate::editor::Server;
use crate::fetched::{send, serve};
use crate::mesh::{INVENTORY, Mesh};
use crate::shared_cache::mesh;

/// All texts below a folder, with the names of their files, but for the ones given.
fn texts(folder: &Path, except: &[PathBuf]) -> String {
    let mut all = String::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            all.push_str(&path.display().to_string());
            if path.is_dir() {
                folders.push(path);
            } else if !except.contains(&path) {
                all.push_str(&String::from_utf8_lossy(&std::fs::read(&path).unwrap()));
            }
        }
    }
    all
}

#[test]
fn secrets_stand_in_no_output_log_or_file() {
    let answers: [(&str, &str); 4] = [
        ("200 OK", INVENTORY),
        ("403 Forbidden", "planted-secret"),
        ("302 Found", "planted-secret"),
        ("200 OK", "<html>planted-secret</html>"),
    ];
    let mut hosts: Vec<String> = answers
        .map(|(status, body)| {
            let answer = move |_: &str, stream: &mut std::net::TcpStream| {
                let location = "Location: http://127.0.0.1:9/planted-secret?x=planted-secret\r\n";
                send(stream, status, location, body.as_bytes());
            };
            serve(answer).0
        })
        .into();
    // Nobody listens there, and that is no host at all.
    hosts.extend(["127.0.0.1:9".into(), "no.such.host.invalid".into()]);
    for host in hosts {
        let behind = ".json?sig=${PLANTED_WORD}&user=$PLANTED_WORD";
        let mesh = mesh(&host, behind);
        // One names the secret in the place of a name and a password.
        let config = mesh.path("sales/dbt_loom.config.yml");
        let text = std::fs::read_to_string(&config).unwrap();
        let text = text.replacen("http://", "http://${PLANTED_WORD}:${PLANTED_WORD}@", 1);
        std::fs::write(&config, &text).unwrap();
        let mut said = String::new();
        for arguments in [
            &["manifests", "refresh", "--fetch-timeout", "5"][..],
            &["manifests", "--output-format", "json"],
            &["check", "--show-hints", "--fetch-timeout", "5"],
            &["check", "--output-format", "json", "--offline"],
            &["check", "--output-format", "sarif", "--offline"],
        ] {
            said.push_str(&mesh.run(arguments).all());
        }
        let mut server = Server::start(&mesh);
        server.refresh();
        let hover = json!({
            "textDocument": {"uri": format!("file://{}", config.display())},
            "position": {"line": 4, "character": 20},
        });
        server.answer("textDocument/hover", &hover);
        let status = json!({"command": "dbtMesh.status"});
        server.answer("workspace/executeCommand", &status);
        std::thread::sleep(Duration::from_millis(500));
        server.answer("workspace/executeCommand", &status);
        said.push_str(&server.kill());
        said.push_str(&texts(&mesh.path(""), &[]));
        assert!(said.contains("PLANTED_WORD"), "{said}");
        for secret in ["planted-secret", "cGxhbnRlZC1zZWNyZXQ"] {
            assert!(!said.contains(secret), "{host}: {said}");
        }
    }
}

#[test]
fn what_somebody_has_written_into_a_config_is_shown_to_nobody() {
    let config = "manifests:
  - name: inventory
    type: paradime
    config: {schedule_name: daily, api_key: planted-key, api_secret: 'planted-secret', api_endpoint: 'http://127.0.0.1:9', odd: x}
  - name: returns
    type: file
    config:
      path: http://planted-user:planted-word@127.0.0.1:9/m.json?sig=planted-signature
      password: planted-password
  - name: prices
    type: paradime
    config:
      schedule_name: daily
      api_secret: [planted-in-a-list]
      api_key: >-
        planted-in-a-block
";
    let mesh = Mesh::new(&[
        ("sales/dbt_project.yml", "name: sales\n"),
        ("sales/dbt_loom.config.yml", config),
        (
            "sales/models/a.sql",
            "select * from {{ ref('inventory', 'stock') }}\n",
        ),
    ]);
    mesh.write(
        "home/config/dbt-mesh-lsp/allowed.toml",
        "trusted-hosts = [\"127.0.0.1:9\"]\n",
    );
    let path = mesh.path("sales/dbt_loom.config.yml");
    for is_whole in [true, false] {
        let text = if is_whole {
            config.replace("[planted-in-a-list]", "planted")
        } else {
            config.to_owned()
        };
        std::fs::write(&path, &text).unwrap();
        let mut said = String::new();
        for format in ["text", "json", "github", "sarif"] {
            let timeout = ["--fetch-timeout", "3"];
            let arguments = ["check", "--show-hints", "--output-format", format];
            said.push_str(&mesh.run(&[&arguments[..], &timeout].concat()).all());
        }
        said.push_str(
            &mesh
                .run(&["manifests", "refresh", "--fetch-timeout", "3"])
                .all(),
        );
        said.push_str(&mesh.run(&["manifests", "--output-format", "json"]).all());
        let mut server = Server::start(&mesh);
        server.refresh();
        let uri = format!("file://{}", path.display());
        for (line, text) in text.lines().enumerate() {
            for character in (0..text.len()).step_by(4) {
                let at = json!({
                    "textDocument": {"uri": uri},
                    "position": {"line": line, "character": character},
                });
                server.answer("textDocument/hover", &at);
            }
        }
        let document = json!({"textDocument": {"uri": uri}});
        server.answer("textDocument/documentLink", &document);
        server.answer("textDocument/documentSymbol", &document);
        let status = json!({"command": "dbtMesh.status"});
        server.answer("workspace/executeCommand", &status);
        server.wait_for_findings("dbt_loom.config.yml", |findings| !findings.is_empty());
        said.push_str(&server.kill());
        said.push_str(&texts(&mesh.path(""), std::slice::from_ref(&path)));
        assert!(said.contains("api_key: ***"), "{said}");
        assert!(!said.contains("planted-"), "{said}");
    }
}

#[test]
fn values_of_variables_stand_nowhere_wherever_a_config_has_them() {
    let local = "config: {path: none.json}";
    let trusted = "trusted-hosts = [\"planted-secret.invalid\"]\n";
    let host = "type: file\n    config: {path: 'http://$PLANTED_WORD.invalid/m.json'}";
    let api = "config: {account_id: 1, job_id: 2, api_endpoint: $PLANTED_WORD.invalid/api}";
    let object = "project_id: p, bucket_name: b, object_name: o";
    for (entry, allowed) in [
        (host.to_owned(), ""),
        (host.to_owned(), trusted),
        (format!("type: dbt_cloud\n    {api}"), ""),
        (
            format!("type: gcs\n    config: {{{object}, credentials: $PLANTED_WORD/k.json}}"),
            "",
        ),
        (format!("type: file\n    $PLANTED_WORD: 1\n    {local}"), ""),
        (
            format!("type: file\n    odd: *$PLANTED_WORD\n    {local}"),
            "",
        ),
    ] {
        let config = format!("manifests:\n  - name: inventory\n    {entry}\n");
        let mesh = Mesh::new(&[
            ("sales/dbt_project.yml", "name: sales\n"),
            ("sales/dbt_loom.config.yml", &config),
            ("home/config/dbt-mesh-lsp/allowed.toml", allowed),
        ]);
        let mut said = String::new();
        for arguments in [
            &["manifests", "refresh", "--fetch-timeout", "5"][..],
            &["check", "--show-hints", "--fetch-timeout", "5"],
            &["check", "--output-format", "json", "--offline"],
        ] {
            let mut command = mesh.command(arguments);
            // Hosts are in lower case, whatever the variable says.
            let output = command.env("PLANTED_WORD", "Planted-Secret").output();
            let output = output.unwrap();
            said.push_str(&String::from_utf8_lossy(&output.stdout));
            said.push_str(&String::from_utf8_lossy(&output.stderr));
        }
        let mut server = Server::start(&mesh);
        server.refresh();
        let status = json!({"command": "dbtMesh.status"});
        server.answer("workspace/executeCommand", &status);
        std::thread::sleep(Duration::from_millis(1500));
        server.answer("workspace/executeCommand", &status);
        said.push_str(&server.kill());
        let is_told = ["PLANTED_WORD", "***"].iter().any(|it| said.contains(it));
        assert!(is_told, "{entry}: {said}");
        let own = mesh.path("home/config/dbt-mesh-lsp/allowed.toml");
        said.push_str(&texts(&mesh.path(""), &[own]));
        assert!(
            !said.to_lowercase().contains("planted-secret"),
            "{entry}: {said}"
        );
    }
}
