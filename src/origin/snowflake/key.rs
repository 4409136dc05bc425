//! A key pair: who has the private key signs in with a short-lived token that it signed.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqsign_core::time::Timestamp;
use rsa::RsaPrivateKey;
use rsa::pkcs8::{DecodePrivateKey, EncodePublicKey};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::super::context::read;
use super::super::{Fault, FaultKind, Surroundings};
use super::profile::Profile;

/// So long a token is good for.
const LIFETIME: i64 = 120;

#[derive(Serialize)]
struct Header {
    alg: &'static str,
    typ: &'static str,
}

#[derive(Serialize)]
struct Claims {
    iss: String,
    sub: String,
    iat: i64,
    exp: i64,
}

/// A token for this user of this account, if the profile has a key.
pub(super) fn token(
    profile: &Profile,
    account: &str,
    user: &str,
    around: &Surroundings,
) -> Result<Option<String>, Fault> {
    let wrong = |why: &str| {
        let message = format!("use the private key of {}: {why}", profile.name);
        Fault::new(FaultKind::Config, message)
    };
    let passphrase = profile.get("private_key_passphrase").unwrap_or("");
    let text = match (profile.get("private_key"), profile.get("private_key_path")) {
        (Some(text), _) => text.to_owned(),
        (None, Some(path)) => {
            let path = around.root.join(expanded(path));
            let bytes = read(&path)
                .map_err(|error| wrong(&format!("read {}: {}", path.display(), error.kind())))?;
            String::from_utf8_lossy(&bytes).into_owned()
        }
        (None, None) => return Ok(None),
    };
    let key = key(&text, passphrase)
        .ok_or_else(|| wrong("it is no key in PKCS#8, or the passphrase is not its own"))?;
    let public = key.to_public_key().to_public_key_der();
    let public = public.map_err(|_| wrong("it has no public key"))?;
    let fingerprint = STANDARD.encode(Sha256::digest(public.as_bytes()));
    let now = Timestamp::now().as_second();
    let subject = format!("{}.{}", account.to_uppercase(), user.to_uppercase());
    let claims = Claims {
        iss: format!("{subject}.SHA256:{fingerprint}"),
        sub: subject,
        iat: now,
        exp: now + LIFETIME,
    };
    let header = Header {
        alg: "RS256",
        typ: "JWT",
    };
    let token = reqsign_core::jwt::encode_rs256(&header, &claims, &key);
    token.map(Some).map_err(|_| wrong("it cannot sign"))
}

/// A key in text, or its bytes in base64; encrypted or not.
fn key(text: &str, passphrase: &str) -> Option<RsaPrivateKey> {
    let text = text.trim();
    if text.starts_with("-----BEGIN") {
        // Variables often hold it in one line.
        let text = text.replace("\\n", "\n");
        return RsaPrivateKey::from_pkcs8_pem(&text)
            .or_else(|_| RsaPrivateKey::from_pkcs8_encrypted_pem(&text, passphrase))
            .ok();
    }
    let text: String = text.split_whitespace().collect();
    let bytes = STANDARD.decode(text).ok()?;
    RsaPrivateKey::from_pkcs8_der(&bytes)
        .or_else(|_| RsaPrivateKey::from_pkcs8_encrypted_der(&bytes, passphrase))
        .ok()
}

/// `~/…` is in the user's home.
fn expanded(path: &str) -> std::path::PathBuf {
    match path.strip_prefix("~/") {
        Some(below) => etcetera::home_dir().unwrap_or_default().join(below),
        None => path.into(),
    }
}
