//! From where do the paths of an output count?

use std::path::{Component, Path, PathBuf};

/// `path` as seen from `base`, with `/`: `.` for the base itself, `..` upward. Absolute where
/// there is no way, as between two drives.
pub(super) fn relative(path: &Path, base: &Path) -> String {
    let mut path_parts: Vec<Component<'_>> = path.components().collect();
    let base_parts: Vec<Component<'_>> = base.components().collect();
    let common = path_parts
        .iter()
        .zip(&base_parts)
        .take_while(|(left, right)| left == right)
        .count();
    if common == 0 {
        return slashed(path);
    }
    let up = base_parts.len() - common;
    let down = path_parts.split_off(common);
    let relative: PathBuf = std::iter::repeat_n(Component::ParentDir, up)
        .chain(down)
        .collect();
    if relative.as_os_str().is_empty() {
        String::from(".")
    } else {
        slashed(&relative)
    }
}

/// The nearest folder that all of `folders` lie in.
pub(super) fn common(folders: &[PathBuf]) -> PathBuf {
    let Some((first, rest)) = folders.split_first() else {
        return PathBuf::new();
    };
    first
        .ancestors()
        .find(|parent| rest.iter().all(|folder| folder.starts_with(parent)))
        .map_or_else(|| first.clone(), Path::to_path_buf)
}

/// Where code scanning and annotations count from: the repository's root, or where we are.
pub(super) fn repository(folder: &Path) -> PathBuf {
    folder
        .ancestors()
        .find(|parent| parent.join(".git").exists())
        .map_or_else(here, Path::to_path_buf)
}

/// The folder that we are in.
pub(super) fn here() -> PathBuf {
    std::env::current_dir().unwrap_or_default()
}

fn slashed(path: &Path) -> String {
    let path = path.to_string_lossy();
    if std::path::MAIN_SEPARATOR == '/' {
        path.into_owned()
    } else {
        path.replace('\\', "/")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_seen_from_their_base() {
        let seen = |path, base| relative(Path::new(path), Path::new(base));
        assert_eq!(seen("/mesh/shop/a.sql", "/mesh"), "shop/a.sql");
        assert_eq!(seen("/mesh/shop/a.sql", "/mesh/shop/models"), "../a.sql");
        assert_eq!(seen("/mesh", "/mesh"), ".");
    }

    #[test]
    fn several_folders_meet_above() {
        let of = |folders: &[&str]| common(&folders.iter().map(PathBuf::from).collect::<Vec<_>>());
        assert_eq!(of(&["/mesh/a"]), Path::new("/mesh/a"));
        assert_eq!(of(&["/mesh/a", "/mesh/ab/c"]), Path::new("/mesh"));
    }
}
