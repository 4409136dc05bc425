//! What does a manifest file say?

use std::path::Path;
use std::sync::Arc;

use crate::manifest::{
    Catalog, LoadCause, LoadError, Manifest, ManifestFailure, load, load_catalog,
};

/// Reads the manifest at `path`; `buffer` serves again for the next one.
///
/// # Errors
///
/// Where there is no such file, and where it is not a manifest that can be read.
pub fn read_manifest(path: &Path, buffer: &mut Vec<u8>) -> Result<Arc<Manifest>, ManifestFailure> {
    load(path, buffer).map(Arc::new).map_err(failure)
}

/// Reads the catalog at `path`.
///
/// # Errors
///
/// Where there is no such file, and where it is not a catalog that can be read.
pub fn read_catalog(path: &Path, buffer: &mut Vec<u8>) -> Result<Arc<Catalog>, ManifestFailure> {
    load_catalog(path, buffer).map(Arc::new).map_err(failure)
}

#[expect(clippy::needless_pass_by_value, reason = "it is what map_err gives")]
fn failure(error: LoadError) -> ManifestFailure {
    if error.cause == LoadCause::Missing {
        ManifestFailure::Missing
    } else {
        ManifestFailure::Unreadable(error.to_string())
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
