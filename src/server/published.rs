//! Where can a model be read whose project is not on this disk? In a read-only file below the
//! cache folder, written from its manifest.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::{Component, Path, PathBuf};

use etcetera::BaseStrategy;

use crate::ide::PublishedFile;
use crate::manifest;
use crate::world::World;

/// The folder that such files are written into.
pub(super) fn cache_folder() -> Option<PathBuf> {
    let folder = etcetera::choose_base_strategy().ok()?.cache_dir();
    Some(folder.join(env!("CARGO_PKG_NAME")).join("published"))
}

/// The model's own file, where its project is on this disk and was not read yet.
pub(super) fn own_file(file: &PublishedFile) -> Option<PathBuf> {
    let mut places = file.own_file.iter();
    places.find_map(|(root, inside)| {
        let path = root.join(inside);
        let is_there = root.join(crate::load::PROJECT_FILE).is_file() && path.is_file();
        is_there.then_some(path)
    })
}

/// Writes the file, below `cache` whatever its names say. `None` where the manifest does not have
/// the code any more or the file cannot be written.
pub(super) fn write(file: &PublishedFile, world: &World, cache: &Path) -> Option<PathBuf> {
    let code = raw_code(file, world)?;
    let path = place(file, cache)?;
    match write_read_only(&path, &text(file, &code)) {
        Ok(()) => Some(path),
        Err(error) => {
            tracing::warn!("write {}: {error}", path.display());
            None
        }
    }
}

fn raw_code(file: &PublishedFile, world: &World) -> Option<String> {
    let linked = world.mesh().projects.iter();
    let mut upstreams = linked.flat_map(|linked| &linked.upstreams);
    let upstream = upstreams.find(|one| one.path.as_deref() == Some(file.manifest.as_path()))?;
    let node = upstream.manifest.as_ref()?.by_unique_id(&file.unique_id)?;
    let code = manifest::load_raw_code(&file.manifest, node.raw_code()?, node.raw_code_hash());
    code.inspect_err(|error| tracing::warn!("{error}")).ok()
}

/// One folder a manifest, so that projects of the same name in two meshes stay apart.
fn place(file: &PublishedFile, cache: &Path) -> Option<PathBuf> {
    let mut hasher = DefaultHasher::new();
    file.manifest.hash(&mut hasher);
    let folder = cache
        .join(format!("{:016x}", hasher.finish()))
        .join(name(&file.package)?);
    Some(folder.join(name(&file.file_name)?))
}

/// A name that leads nowhere else.
fn name(text: &str) -> Option<&str> {
    let mut components = Path::new(text).components();
    let is_name = matches!(components.next(), Some(Component::Normal(only)) if only == text)
        && !text.contains(['/', '\\', ':', '\0']);
    is_name.then_some(text)
}

fn text(file: &PublishedFile, code: &str) -> String {
    let mark = if Path::new(&file.file_name)
        .extension()
        .is_some_and(|it| it == "py")
    {
        "#"
    } else {
        "--"
    };
    let mut text = String::new();
    for line in file.heading.iter().flat_map(|line| line.lines()) {
        text.push_str(mark);
        text.push(' ');
        text.push_str(line);
        text.push('\n');
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text.push_str(code);
    text
}

/// Readers see the old file or the new one, never a half.
fn write_read_only(path: &Path, text: &str) -> io::Result<()> {
    if fs::read_to_string(path).is_ok_and(|old| old == text) {
        return Ok(());
    }
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder)?;
    let unfinished = folder.join(format!(".{}.{}", std::process::id(), unique()));
    fs::write(&unfinished, text)?;
    let mut permissions = fs::metadata(&unfinished)?.permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&unfinished, permissions)?;
    #[cfg(windows)]
    make_writable(path);
    fs::rename(&unfinished, path).inspect_err(|_| {
        let _ = fs::remove_file(&unfinished);
    })
}

/// Windows does not put a file in the place of a read-only one.
#[cfg(windows)]
fn make_writable(path: &Path) {
    if let Ok(metadata) = fs::metadata(path) {
        let mut permissions = metadata.permissions();
        permissions.set_readonly(false);
        let _ = fs::set_permissions(path, permissions);
    }
}

/// Two threads may write the same file at the same time.
fn unique() -> u64 {
    let mut hasher = DefaultHasher::new();
    std::thread::current().id().hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(package: &str, file_name: &str) -> PublishedFile {
        PublishedFile {
            manifest: "/mesh/manifest.json".into(),
            unique_id: "model.core.orders".into(),
            package: package.into(),
            file_name: file_name.into(),
            own_file: Vec::new(),
            heading: vec!["from core".into(), "2 days old".into()],
        }
    }

    #[test]
    fn names_never_lead_out_of_the_cache() {
        let cache = Path::new("/cache");
        for bad in ["..", ".", "", "/etc", "a/../../b", "a\\b", "C:", "a/b"] {
            assert_eq!(place(&file(bad, "a.sql"), cache), None, "{bad}");
            assert_eq!(place(&file("core", bad), cache), None, "{bad}");
        }
        assert!(
            place(&file("core", "a.v2.sql"), cache)
                .unwrap()
                .starts_with(cache)
        );
    }

    #[test]
    fn the_heading_is_a_comment_of_the_language() {
        assert_eq!(
            text(&file("core", "a.sql"), "x"),
            "-- from core\n-- 2 days old\n\nx"
        );
        assert_eq!(
            text(&file("core", "a.py"), "x"),
            "# from core\n# 2 days old\n\nx"
        );
    }

    #[test]
    fn a_file_is_replaced_although_it_is_read_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/a.sql");
        for text in ["one", "two", "two"] {
            write_read_only(&path, text).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
            assert!(fs::metadata(&path).unwrap().permissions().readonly());
        }
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }
}
