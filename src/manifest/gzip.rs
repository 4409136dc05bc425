//! Gzip, bounded: a small file must not become all of the memory.

use std::io::Read;

use flate2::read::MultiGzDecoder;

use super::file::ALWAYS_GIVEN_BACK;

/// Why a gzip file cannot be unpacked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum InflateError {
    /// It unpacks to more than the bound.
    TooLarge,
    /// It ends too early.
    CutOff,
    /// It is broken otherwise, in the decoder's words.
    Broken(String),
}

/// Whether `bytes` begin as gzip does.
pub(super) fn is_gzip(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x1f, 0x8b])
}

/// What the gzip file `bytes` unpacks to, at most `limit` bytes.
pub(super) fn inflate(bytes: &[u8], limit: usize) -> Result<Vec<u8>, InflateError> {
    let expected = expected_size(bytes, limit).max(ALWAYS_GIVEN_BACK);
    let mut inflated = Vec::with_capacity(expected);
    let bound = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    match MultiGzDecoder::new(bytes)
        .take(bound)
        .read_to_end(&mut inflated)
    {
        Ok(_) if inflated.len() > limit => Err(InflateError::TooLarge),
        Ok(_) => Ok(inflated),
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            Err(InflateError::CutOff)
        }
        Err(error) => Err(InflateError::Broken(error.to_string())),
    }
}

/// The size that the file's last bytes claim, as far as that can be true.
fn expected_size(bytes: &[u8], limit: usize) -> usize {
    /// Manifests shrink nine times; nothing shrinks much more than a thousand times.
    const MOST_LIKELY: usize = 32;
    let claimed = bytes.last_chunk::<4>().map_or(0, |size| {
        usize::try_from(u32::from_le_bytes(*size)).unwrap_or(0)
    });
    claimed
        .min(bytes.len().saturating_mul(MOST_LIKELY))
        .min(limit)
}
