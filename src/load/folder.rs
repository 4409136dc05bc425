//! Which files lie below a folder? As dbt walks it: hidden folders are read, linked folders are
//! not followed, linked files are.

use std::fs::DirEntry;
use std::path::{Path, PathBuf};

/// Deeper folders are not walked.
const DEEPEST: usize = 64;
/// A walk that meets more entries than this has left the project, through a path such as `/`.
const MOST_ENTRIES: usize = 1_000_000;

/// One file below a folder.
pub(super) struct Found {
    /// Where it is.
    pub(super) path: PathBuf,
    /// Its path below the project's root, with `/`.
    pub(super) name: Box<str>,
}

/// Calls `on_file` for the files below `folder`, whose own name below the project's root is `name`
/// (empty for the root itself), except in folders that `enters` refuses.
pub(super) fn walk(
    folder: &Path,
    name: &str,
    enters: &dyn Fn(&Path, &str) -> bool,
    on_file: &mut dyn FnMut(Found),
) {
    let mut waiting = vec![(folder.to_path_buf(), String::from(name), 0)];
    let mut left = MOST_ENTRIES;
    while let Some((folder, name, depth)) = waiting.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else {
            continue;
        };
        for entry in entries.flatten() {
            left = left.saturating_sub(1);
            if left == 0 {
                tracing::warn!("stopped at {}: too many files", folder.display());
                return;
            }
            let file_name = entry.file_name();
            // Nothing can refer to a name that is not Unicode.
            let Some(file_name) = file_name.to_str() else {
                continue;
            };
            let below = if name.is_empty() {
                String::from(file_name)
            } else {
                format!("{name}/{file_name}")
            };
            match kind(&entry) {
                Kind::File => on_file(Found {
                    path: entry.path(),
                    name: below.into(),
                }),
                Kind::Folder if depth < DEEPEST => {
                    let path = entry.path();
                    if enters(&path, &below) {
                        waiting.push((path, below, depth + 1));
                    }
                }
                Kind::Folder | Kind::Other => {}
            }
        }
    }
}

enum Kind {
    File,
    Folder,
    Other,
}

fn kind(entry: &DirEntry) -> Kind {
    match entry.file_type() {
        Ok(kind) if kind.is_file() => Kind::File,
        Ok(kind) if kind.is_dir() => Kind::Folder,
        Ok(kind) if kind.is_symlink() && entry.path().is_file() => Kind::File,
        Ok(_) | Err(_) => Kind::Other,
    }
}
