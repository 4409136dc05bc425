//! What is the text of a file?

use std::borrow::Cow;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

/// Larger files are not read: nobody writes them by hand, and dbt itself would choke.
const LARGEST: u64 = 16 * 1024 * 1024;
/// So much is read of a file of which only the first line matters.
const LONGEST_START: u64 = 16 * 1024;

/// The text of a file: without a byte order mark, invalid utf-8 as replacement characters. `None`
/// where there is no such file, where it cannot be read, and where it has more than 16 MiB.
#[must_use]
pub fn read_text(path: &Path) -> Option<Arc<str>> {
    let mut buffer = Vec::new();
    read_into(path, &mut buffer).map(Arc::from)
}

/// The text of a file of a project, as far as anybody wants it: of a seed the beginning. Empty
/// where the file is there and cannot be read; `None` where there is none.
#[must_use]
pub fn read_source(path: &Path) -> Option<Arc<str>> {
    let mut buffer = Vec::new();
    let text = if has_code(path) {
        read_into(path, &mut buffer)
    } else {
        read_start(path, &mut buffer)
    };
    let text = text.map(Arc::from);
    text.or_else(|| path.is_file().then(Arc::default))
}

/// Seeds can be large and only their names and their first lines matter.
pub(super) fn has_code(path: &Path) -> bool {
    path.extension().is_none_or(|extension| {
        let mut others = ["csv", "js"].iter();
        !others.any(|other| extension.eq_ignore_ascii_case(other))
    })
}

/// The text, with a buffer that serves again for the next file.
pub(super) fn read_into<'a>(path: &Path, buffer: &'a mut Vec<u8>) -> Option<Cow<'a, str>> {
    buffer.clear();
    match fill(path, buffer) {
        Ok(true) => {}
        Ok(false) => {
            tracing::warn!("skipped {}: larger than 16 MiB", path.display());
            return None;
        }
        Err(error) => {
            tracing::debug!("read {}: {error}", path.display());
            return None;
        }
    }
    let bytes: &[u8] = buffer;
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    Some(decoded(bytes))
}

/// The first bytes of a file: no more than the longest header of a seed.
pub(super) fn read_start<'a>(path: &Path, buffer: &'a mut Vec<u8>) -> Option<Cow<'a, str>> {
    buffer.clear();
    let is_file = std::fs::metadata(path).is_ok_and(|metadata| metadata.is_file());
    let file = File::open(path).ok().filter(|_| is_file)?;
    file.take(LONGEST_START).read_to_end(buffer).ok()?;
    let bytes: &[u8] = buffer;
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    Some(decoded(bytes))
}

/// Nearly every file is valid, and saying so is several times faster than mending it.
fn decoded(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => String::from_utf8_lossy(bytes),
    }
}

/// Whether the file fits; `buffer` has its bytes then.
fn fill(path: &Path, buffer: &mut Vec<u8>) -> std::io::Result<bool> {
    // Opening a pipe would wait for its writer.
    let metadata = std::fs::metadata(path)?;
    if !metadata.is_file() {
        return Err(std::io::Error::other("not a file"));
    }
    if metadata.len() > LARGEST {
        return Ok(false);
    }
    let file = File::open(path)?;
    buffer.reserve(usize::try_from(metadata.len()).unwrap_or(0) + 1);
    // A file can grow while it is read.
    file.take(LARGEST + 1).read_to_end(buffer)?;
    Ok(buffer.len() as u64 <= LARGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_order_mark_and_broken_utf_8_are_survived() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.sql");
        std::fs::write(&path, b"\xef\xbb\xbfselect '\xff'").unwrap();
        assert_eq!(read_text(&path).as_deref(), Some("select '\u{fffd}'"));
    }

    #[test]
    fn a_folder_and_a_missing_file_have_no_text() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(read_text(folder.path()), None);
        assert_eq!(read_text(&folder.path().join("gone.sql")), None);
    }

    #[test]
    fn a_huge_file_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.sql");
        File::create(&path).unwrap().set_len(LARGEST + 1).unwrap();
        assert_eq!(read_text(&path), None);
    }
}
