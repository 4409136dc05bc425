//! What does a manifest file say?

use std::path::Path;
use std::sync::Arc;

use crate::manifest::{LoadCause, Manifest, ManifestFailure, load};

/// Reads the manifest at `path`; `buffer` serves again for the next one.
///
/// # Errors
///
/// Where there is no such file, and where it is not a manifest that can be read.
pub fn read_manifest(path: &Path, buffer: &mut Vec<u8>) -> Result<Arc<Manifest>, ManifestFailure> {
    match load(path, buffer) {
        Ok(manifest) => Ok(Arc::new(manifest)),
        Err(error) if error.cause == LoadCause::Missing => Err(ManifestFailure::Missing),
        Err(error) => Err(ManifestFailure::Unreadable(error.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_file_is_no_broken_one() {
        let folder = tempfile::tempdir().unwrap();
        let read = |name: &str| read_manifest(&folder.path().join(name), &mut Vec::new()).err();
        assert_eq!(read("gone.json"), Some(ManifestFailure::Missing));
        std::fs::write(folder.path().join("list.json"), "[]").unwrap();
        assert!(matches!(
            read("list.json"),
            Some(ManifestFailure::Unreadable(_))
        ));
    }
}
