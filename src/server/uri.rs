//! Which file does a URI name, and what is a file's URI?

use std::path::{Path, PathBuf};

use tower_lsp_server::ls_types::Uri;

/// The path of a `file:` URI; `None` for every other: an unsaved buffer, a file inside an archive.
pub(super) fn to_path(uri: &Uri) -> Option<PathBuf> {
    if !uri.scheme().as_str().eq_ignore_ascii_case("file") {
        return None;
    }
    let path = uri.to_file_path()?;
    path.is_absolute().then(|| with_upper_drive(&path))
}

/// The URI of an absolute path.
pub(super) fn from_path(path: &Path) -> Option<Uri> {
    // A relative path would be looked up on the disk.
    if path.is_absolute() {
        Uri::from_file_path(path)
    } else {
        None
    }
}

/// Clients write `c:` and `C:` for the same drive; one of them is ours.
#[cfg(windows)]
fn with_upper_drive(path: &Path) -> PathBuf {
    let text = path.to_string_lossy().replace('/', "\\");
    match text.split_once(':') {
        Some((drive, rest)) if drive.len() == 1 => {
            PathBuf::from(format!("{}:{rest}", drive.to_ascii_uppercase()))
        }
        _ => PathBuf::from(text),
    }
}

#[cfg(not(windows))]
fn with_upper_drive(path: &Path) -> PathBuf {
    path.to_owned()
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn paths_survive_the_way_there_and_back() {
        for path in [
            "/a/orders.sql",
            "/a b/ü/%41.sql",
            "/a/[x]#y?.sql",
            "/\u{1F9F8}",
        ] {
            let uri = from_path(Path::new(path)).unwrap();
            assert_eq!(
                to_path(&uri).as_deref(),
                Some(Path::new(path)),
                "{}",
                uri.as_str()
            );
        }
    }

    #[test]
    fn only_files_have_paths() {
        for uri in [
            "untitled:Untitled-1",
            "git:/a.sql?x",
            "file:a.sql",
            "vscode-vfs://h/a.sql",
        ] {
            assert_eq!(to_path(&uri.parse().unwrap()), None, "{uri}");
        }
        assert_eq!(from_path(Path::new("a.sql")), None);
    }

    #[test]
    fn escapes_of_any_client_are_understood() {
        let uri = "file:///a%20b/%5Bx%5D%C3%BC.sql".parse().unwrap();
        assert_eq!(to_path(&uri), Some(PathBuf::from("/a b/[x]ü.sql")));
    }
}
