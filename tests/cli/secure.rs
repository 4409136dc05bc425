//! Manifests over TLS: who is believed to be who they say.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};

use crate::fetched::{at_address, finding};
use crate::mesh::{INVENTORY, Mesh};

/// An authority that no system knows.
fn authority() -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// A server for `name` with a certificate of this authority, good until a year.
fn serve(authority: &CertifiedIssuer<'static, KeyPair>, name: &str, until: i32) -> String {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new([name.to_owned()]).unwrap();
    params.not_before = date_time_ymd(2000, 1, 1);
    params.not_after = date_time_ymd(until, 1, 1);
    let certificate = params.signed_by(&key, authority).unwrap();
    let provider = rustls::crypto::ring::default_provider();
    let config = rustls::ServerConfig::builder_with_provider(provider.into())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate.der().clone()],
            key.serialize_der().try_into().unwrap(),
        )
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let session = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream = rustls::StreamOwned::new(session, stream.unwrap());
            let mut head = Vec::new();
            let mut byte = [0];
            while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap_or(0) > 0 {
                head.push(byte[0]);
            }
            if head.is_empty() {
                continue;
            }
            let answer = format!(
                "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{INVENTORY}",
                INVENTORY.len()
            );
            let _ = stream.write_all(answer.as_bytes());
            stream.conn.send_close_notify();
            let _ = stream.flush();
        }
    });
    format!("localhost:{port}")
}

/// The mesh, which trusts the authority where `is_trusted`.
fn checked(host: &str, authority: Option<&str>) -> serde_json::Value {
    let mesh: Mesh = at_address(&format!("https://{host}/m.json"));
    if let Some(authority) = authority {
        mesh.write("home/authority.pem", authority);
    }
    mesh.check_json(&["--allow-host", host])
}

#[test]
fn an_authority_of_the_company_is_believed_where_it_is_named() {
    let authority = authority();
    let host = serve(&authority, "localhost", 2100);
    let json = checked(&host, Some(&authority.pem()));
    assert_eq!(json["findings"], serde_json::json!([]));
    assert_eq!(json["manifests"][0]["models"], 1);
}

#[test]
fn nobody_else_is_believed() {
    let own = authority();
    let stranger = authority();
    let cases = [
        (
            serve(&stranger, "localhost", 2100),
            "invalid peer certificate",
        ),
        (serve(&own, "elsewhere.example", 2100), "not valid for name"),
        // As if the clock of this machine were wrong.
        (serve(&own, "localhost", 2001), "expired"),
    ];
    for (host, expected) in cases {
        let message = finding(&checked(&host, Some(&own.pem())));
        assert!(
            message.contains("make a secure connection") && message.contains(expected),
            "{expected}: {message}"
        );
    }
}
