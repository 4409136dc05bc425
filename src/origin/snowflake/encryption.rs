//! Files of a stage that whoever put them there encrypted: a key for each, wrapped in the stage's.

use aes::cipher::block_padding::Pkcs7;
use aes::cipher::{BlockDecryptMut, KeyInit, KeyIvInit};
use aes::{Aes128, Aes256};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::HeaderMap;
use serde_json::Value;

use super::super::{Fault, FaultKind};

/// The stage's key, which Snowflake gives to whoever may read the stage.
pub(super) struct Material(Vec<u8>);

/// How one file is encrypted.
pub(super) struct Encrypted {
    key: Vec<u8>,
    iv: Vec<u8>,
}

impl Material {
    /// The key in an answer.
    pub(super) fn of(value: &Value) -> Option<Self> {
        let key = value.get("queryStageMasterKey")?.as_str()?;
        Some(Self(STANDARD.decode(key).ok()?))
    }

    /// What the headers of a file say of its encryption: `None` where it is in clear.
    pub(super) fn file(&self, headers: &HeaderMap) -> Result<Option<Encrypted>, Fault> {
        let Some((wrapped, iv)) = wrapped(headers) else {
            return Ok(None);
        };
        let key = unwrapped(&self.0, &wrapped).ok_or_else(wrong)?;
        Ok(Some(Encrypted { key, iv }))
    }
}

/// The wrapped key and the initial vector: in headers of their own, or in one of JSON.
fn wrapped(headers: &HeaderMap) -> Option<(Vec<u8>, Vec<u8>)> {
    let text = |name: &str| headers.get(name)?.to_str().ok();
    let bytes = |text: &str| STANDARD.decode(text).ok();
    let amazon = |start: &str| {
        let key = text(&format!("{start}x-amz-key"))?;
        Some((bytes(key)?, bytes(text(&format!("{start}x-amz-iv"))?)?))
    };
    let json = |name: &str| {
        let value: Value = serde_json::from_str(text(name)?).ok()?;
        let key = value.pointer("/WrappedContentKey/EncryptedKey")?.as_str()?;
        let iv = value.pointer("/ContentEncryptionIV")?.as_str()?;
        Some((bytes(key)?, bytes(iv)?))
    };
    amazon("x-amz-meta-")
        .or_else(|| json("x-ms-meta-encryptiondata"))
        .or_else(|| json("x-goog-meta-encryptiondata"))
}

fn unwrapped(stage_key: &[u8], wrapped: &[u8]) -> Option<Vec<u8>> {
    match stage_key.len() {
        16 => ecb::Decryptor::<Aes128>::new_from_slice(stage_key)
            .ok()?
            .decrypt_padded_vec_mut::<Pkcs7>(wrapped)
            .ok(),
        32 => ecb::Decryptor::<Aes256>::new_from_slice(stage_key)
            .ok()?
            .decrypt_padded_vec_mut::<Pkcs7>(wrapped)
            .ok(),
        _ => None,
    }
}

impl Encrypted {
    /// The file in clear, in the room of the encrypted one.
    pub(super) fn decrypt(&self, mut bytes: Vec<u8>) -> Result<Vec<u8>, Fault> {
        let length = match self.key.len() {
            16 => cbc::Decryptor::<Aes128>::new_from_slices(&self.key, &self.iv)
                .ok()
                .and_then(|cipher| {
                    Some(cipher.decrypt_padded_mut::<Pkcs7>(&mut bytes).ok()?.len())
                }),
            32 => cbc::Decryptor::<Aes256>::new_from_slices(&self.key, &self.iv)
                .ok()
                .and_then(|cipher| {
                    Some(cipher.decrypt_padded_mut::<Pkcs7>(&mut bytes).ok()?.len())
                }),
            _ => None,
        };
        bytes.truncate(length.ok_or_else(wrong)?);
        Ok(bytes)
    }
}

fn wrong() -> Fault {
    let message = "decrypt the file of the stage: its key does not fit";
    Fault::new(FaultKind::Other, message)
}
