//! Manifests that are fetched, from servers on loopback that behave or do not.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc;
use std::time::Duration;

use crate::mesh::{INVENTORY, Mesh, two_projects};

/// Answers each connection by `answer`, which is given the request's head; tells of each head.
pub fn serve(
    answer: impl Fn(&str, &mut TcpStream) + Send + Sync + 'static,
) -> (String, mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let host = listener.local_addr().unwrap().to_string();
    let (tell, heads) = mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut head = Vec::new();
            let mut byte = [0];
            while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap_or(0) > 0 {
                head.push(byte[0]);
            }
            let head = String::from_utf8_lossy(&head).to_lowercase();
            answer(&head, &mut stream);
            let _ = tell.send(head);
        }
    });
    (host, heads)
}

pub fn send(stream: &mut TcpStream, status: &str, headers: &str, body: &[u8]) {
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n"
    );
    let _ = stream.write_all(head.as_bytes());
    let _ = stream.write_all(body);
}

/// The two projects, the manifest between them at an address.
pub fn at_address(url: &str) -> Mesh {
    let mesh = two_projects();
    mesh.remove("inventory/target/manifest.json");
    mesh.write(
        "sales/dbt_loom.config.yml",
        &format!(
            "manifests:\n  - name: inventory\n    type: file\n    config:\n      path: {url}\n"
        ),
    );
    mesh
}

/// The one message about the manifest, and how many findings there are.
pub fn finding(run: &serde_json::Value) -> String {
    let findings = run["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 1, "{findings:#?}");
    assert_eq!(findings[0]["rule"], "manifest-not-fetched");
    assert_eq!(findings[0]["file"], "sales/dbt_loom.config.yml");
    assert_eq!(findings[0]["range"]["start"]["line"], 4);
    findings[0]["message"].as_str().unwrap().to_owned()
}

#[test]
fn a_manifest_is_fetched_once_and_kept() {
    let (host, heads) = serve(|head, stream| {
        if head.contains("if-none-match: \"one\"") {
            send(stream, "304 Not Modified", "", b"");
        } else {
            send(stream, "200 OK", "ETag: \"one\"\r\n", INVENTORY.as_bytes());
        }
    });
    let mesh = at_address(&format!("http://{host}/m.json"));
    let allowed = ["--allow-host", &host];
    let first = mesh.check_json(&allowed);
    assert_eq!(first["findings"], serde_json::json!([]));
    assert_eq!(first["manifests"][0]["models"], 1, "{first:#}");
    // What is new enough is not asked for again, and needs no network.
    assert_eq!(mesh.check_json(&allowed)["findings"], serde_json::json!([]));
    assert_eq!(
        mesh.check_json(&["--offline"])["findings"],
        serde_json::json!([])
    );
    assert_eq!(heads.try_iter().count(), 1);
    let refresh = mesh.run(&["manifests", "refresh", "inventory", "--allow-host", &host]);
    assert_eq!(refresh.code, 0, "{}", refresh.all());
    let head: Vec<String> = heads.try_iter().collect();
    assert!(head[0].contains("if-none-match"), "{head:?}");
    let list = mesh.run(&["manifests", "--output-format", "json"]);
    let list: serde_json::Value = serde_json::from_str(&list.stdout).unwrap();
    assert_eq!(list["manifests"][0]["state"], "loaded");
    assert_eq!(list["manifests"][0]["size"], INVENTORY.len());
}

#[test]
fn nobody_is_asked_without_consent() {
    let (host, heads) = serve(|_, stream| send(stream, "200 OK", "", INVENTORY.as_bytes()));
    let mesh = at_address(&format!("http://{host}/m.json?key=${{PLANTED_WORD}}"));
    let refused = finding(&mesh.check_json(&[]));
    assert!(
        refused.contains("nobody has agreed to ask")
            && refused.contains("the values of `PLANTED_WORD`"),
        "{refused}"
    );
    assert_eq!(heads.try_iter().count(), 0);
    // A file of the folder's own cannot agree to what the folder asks for.
    mesh.write("allowed.toml", &format!("trusted-hosts = [\"{host}\"]\n"));
    finding(&mesh.check_json(&[]));
    assert_eq!(heads.try_iter().count(), 0);
    mesh.write(
        "home/config/dbt-mesh-lsp/allowed.toml",
        &format!("trusted-hosts = [\"{host}\"]\n"),
    );
    mesh.check_json(&[]);
    assert_eq!(heads.try_iter().count(), 1);
}

#[test]
fn nobody_waits_longer_than_is_said() {
    let (host, _heads) = serve(|_, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
        for _ in 0..20 {
            std::thread::sleep(Duration::from_secs(1));
            if stream.write_all(b"{").is_err() {
                break;
            }
        }
    });
    let mesh = at_address(&format!("http://{host}/m.json"));
    let started = std::time::Instant::now();
    let json = mesh.check_json(&["--allow-host", &host, "--fetch-timeout", "2"]);
    assert!(started.elapsed() < Duration::from_secs(10));
    assert!(finding(&json).contains("it has not come within 2 s"));
}
