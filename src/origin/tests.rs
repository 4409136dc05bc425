//! Origins, asked over real connections on loopback.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Arc;

use futures_util::StreamExt;

use super::*;
use crate::manifest::loom::LoomConfig;

/// A server that answers every request with what `answer` makes of its head.
fn serve(answer: impl Fn(&str) -> Vec<u8> + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut head = Vec::new();
            let mut byte = [0];
            while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap_or(0) > 0 {
                head.push(byte[0]);
            }
            let _ = stream.write_all(&answer(&String::from_utf8_lossy(&head)));
        }
    });
    format!("http://{address}")
}

fn origin(config: &str, environment: &BTreeMap<String, String>) -> Arc<Origin> {
    let text = format!("manifests:\n- name: core\n{config}");
    let config = LoomConfig::read(&text, environment);
    config.entries[0].remote.clone().unwrap()
}

fn ask(
    origin: &Origin,
    known: Option<&Validators>,
    environment: BTreeMap<String, String>,
) -> Result<(Validators, Vec<u8>), Fault> {
    let around = Surroundings::new(Arc::new(environment), PathBuf::new()).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        match fetch(origin, known, &around).await? {
            Answer::NotModified => Ok((Validators::default(), Vec::new())),
            Answer::Body(mut body) => {
                let mut all = Vec::new();
                while let Some(piece) = body.bytes.next().await {
                    all.extend(piece?);
                }
                Ok((body.validators, all))
            }
        }
    })
}

#[test]
fn a_manifest_comes_once_and_is_not_sent_again() {
    let address = serve(|head| {
        if head.to_lowercase().contains("if-none-match: \"one\"") {
            return b"HTTP/1.1 304 Not Modified\r\n\r\n".into();
        }
        b"HTTP/1.1 200 OK\r\nETag: \"one\"\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"
            .into()
    });
    let config = format!("  type: file\n  config: {{path: '{address}/m.json'}}");
    let origin = origin(&config, &BTreeMap::new());
    let (validators, bytes) = ask(&origin, None, BTreeMap::new()).unwrap();
    assert_eq!(bytes, b"{}");
    assert_eq!(validators.etag.as_deref(), Some("\"one\""));
    let (_, bytes) = ask(&origin, Some(&validators), BTreeMap::new()).unwrap();
    assert!(bytes.is_empty());
}

#[test]
fn faults_say_what_was_wrong_and_keep_secrets() {
    let environment = BTreeMap::from([("WORD".to_owned(), "planted".to_owned())]);
    let address = serve(|_| b"HTTP/1.1 403 Forbidden\r\n\r\n".into());
    let config = format!("  type: file\n  config: {{path: '{address}/$WORD.json?key=${{WORD}}'}}");
    let origin = origin(&config, &environment);
    assert_eq!(origin.variables.len(), 2);
    assert!(!format!("{origin:?}").contains("planted"));
    let fault = ask(&origin, None, environment).unwrap_err();
    assert_eq!(fault.kind, FaultKind::Forbidden);
    assert_eq!(
        fault.message,
        "127.0.0.1 answered 403 Forbidden: these credentials do not open it"
    );
}

#[test]
fn redirects_end() {
    let address = serve(|_| {
        b"HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            .into()
    });
    let config = format!("  type: file\n  config: {{path: '{address}/m.json'}}");
    let fault = ask(&origin(&config, &BTreeMap::new()), None, BTreeMap::new()).unwrap_err();
    assert_eq!(fault.kind, FaultKind::Redirects);
}

#[test]
fn keys_tell_places_apart_and_not_who_asks() {
    let of = |config: &str| {
        let origin = origin(config, &BTreeMap::new());
        origin.key(&BTreeMap::new(), std::path::Path::new(""), None)
    };
    let s3 = "  type: s3\n  config: {bucket_name: a, object_name: bc}";
    assert_eq!(
        of(s3),
        of("  type: s3\n  config: {object_name: bc, bucket_name: a}")
    );
    assert_ne!(
        of(s3),
        of("  type: s3\n  config: {bucket_name: ab, object_name: c}")
    );
    let paradime =
        |key| format!("  type: paradime\n  config: {{schedule_name: a, api_key: {key}}}");
    assert_eq!(of(&paradime("k1")), of(&paradime("k2")));
    let snowflake = "  type: snowflake\n  config: {stage: a, stage_path: b}";
    let databricks = "  type: databricks\n  config: {path: /Volumes/a}";
    for (config, name) in [
        (snowflake, "DBT_PROFILE"),
        (snowflake, "DBT_TARGET"),
        (databricks, "DATABRICKS_CONFIG_FILE"),
    ] {
        let environment = BTreeMap::from([(name.to_owned(), "other".to_owned())]);
        let other = origin(config, &BTreeMap::new());
        let other = other.key(&environment, std::path::Path::new(""), None);
        assert_ne!(other, of(config), "{name}");
    }
}

#[test]
fn a_name_and_password_of_netrc_go_before_those_of_the_address() {
    let folder = tempfile::tempdir().unwrap();
    let netrc = folder.path().join("netrc");
    std::fs::write(&netrc, "machine 127.0.0.1 login me password planted\n").unwrap();
    let address = serve(|head| {
        // `me:planted`
        let is_right = head
            .to_lowercase()
            .contains("authorization: basic bwu6cgxhbnrlza==");
        let status = if is_right {
            "200 OK"
        } else {
            "401 Unauthorized"
        };
        format!("HTTP/1.1 {status}\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{{}}").into()
    });
    let of = |address: &str, environment: &BTreeMap<String, String>| {
        let config = format!("  type: file\n  config: {{path: '{address}/m.json'}}");
        ask(&origin(&config, environment), None, environment.clone())
    };
    let environment = BTreeMap::from([("NETRC".to_owned(), netrc.display().to_string())]);
    assert_eq!(of(&address, &environment).unwrap().1, b"{}");
    let other = address.replace("http://", "http://you:pass@");
    assert_eq!(of(&other, &environment).unwrap().1, b"{}");
    let nothing = BTreeMap::from([("NETRC".to_owned(), "/dev/null/none".to_owned())]);
    let fault = of(&address, &nothing).unwrap_err();
    assert_eq!(fault.kind, FaultKind::NoCredentials);
    assert!(fault.message.contains("`.netrc`"), "{}", fault.message);
    assert_eq!(of(&other, &nothing).unwrap_err().kind, FaultKind::Forbidden);
}
