//! What stands on disk where something has changed? Which of it matters, paths tell; only that is
//! read.

use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::watcher;
use crate::load;
use crate::project::Project;
use crate::world::{Outliers, World};

/// Where more files of a project change at once than this, it is made anew with them, away from the
/// loop.
const MANY: usize = 24;
/// Where more do than this, the project is read anew, by several threads.
const MOST: usize = 512;

/// What was found where something has changed.
#[derive(Default)]
pub(super) struct Found {
    /// Whether each of these is there: settings files, files that make projects, and new folders.
    pub(super) seen: Vec<(PathBuf, bool)>,
    /// The projects that have to be read anew.
    pub(super) anew: BTreeSet<PathBuf>,
    /// Other files of projects; `None` for those that are gone.
    pub(super) texts: Vec<(PathBuf, Option<Arc<str>>)>,
    /// Projects of which many files are others.
    pub(super) rebuilt: Vec<Rebuilt>,
    /// The profiles.yml that dbt reads for each project, where one has changed that lies elsewhere.
    pub(super) profiles: Vec<(PathBuf, Option<Arc<str>>)>,
}

/// A project with many other files.
pub(super) struct Rebuilt {
    /// The project before.
    pub(super) from: Arc<Project>,
    /// The project now.
    pub(super) project: Box<Project>,
}

/// Looks at what has changed below `folders`, or of what is known elsewhere.
pub(super) fn look(world: &World, folders: &[PathBuf], changed: BTreeSet<PathBuf>) -> Found {
    let outliers = world.outliers();
    let mut look = Look {
        world,
        outliers: &outliers,
        files: BTreeMap::new(),
        found: Found::default(),
    };
    let mut walked: Option<PathBuf> = None;
    for path in changed {
        // In the order of paths what lies in a folder comes right behind it.
        let is_done = |folder: &PathBuf| path.starts_with(folder);
        if walked.as_ref().is_some_and(is_done) {
            continue;
        }
        match kind(&path) {
            Kind::File => look.file(path, true),
            Kind::Folder if folders.contains(&path) => {}
            Kind::Folder => {
                look.folder(&path);
                walked = Some(path);
            }
            Kind::Nothing => look.gone(path),
            Kind::Link => look.link(&path),
            Kind::Other => {}
        }
    }
    look.read()
}

struct Look<'w> {
    world: &'w World,
    outliers: &'w Outliers,
    /// The files of projects, and whether each is there.
    files: BTreeMap<PathBuf, bool>,
    found: Found,
}

impl Look<'_> {
    fn file(&mut self, path: PathBuf, is_there: bool) {
        let name = path.file_name().unwrap_or_default();
        if name == load::SETTINGS_FILE || name == load::PROJECT_FILE {
            self.found.seen.push((path, is_there));
        } else if self.world.needs_reload(&path) {
            let root = path.parent().map(Path::to_path_buf);
            self.found.anew.extend(root);
        } else if self.world.is_read(&path) || self.outliers.is_loom_config(&path) {
            self.files.insert(path, is_there);
        } else if let Some(root) = self.reader_outside(&path) {
            self.found.anew.insert(root);
        }
    }

    fn reader_outside(&self, path: &Path) -> Option<PathBuf> {
        let reader = self.outliers.reader_of(path);
        let reader = reader.filter(|_| load::is_read_by_dbt(path));
        reader.map(Path::to_path_buf)
    }

    /// A folder that is new, or another one than before: who tells of it may tell of nothing in it.
    fn folder(&mut self, folder: &Path) {
        self.found.seen.push((folder.to_path_buf(), true));
        let mut known = self.known_below(folder);
        for file in watcher::files_below(folder) {
            known.remove(&file);
            if watcher::may_be_read(&file) {
                self.file(file, true);
            }
        }
        for file in known {
            // Some that are read are not walked to.
            let is_there = file.is_file();
            self.file(file, is_there);
        }
    }

    /// dbt follows a link to a folder only where dbt_project.yml names it.
    fn link(&mut self, path: &Path) {
        let Some(linked) = self.world.project_around(path) else {
            return;
        };
        let project = &linked.project;
        let mut named = project.definition.paths.all();
        if named.any(|named| project.root.join(named) == *path) {
            self.found.anew.insert(project.root.clone());
            return;
        }
        // A folder may have stood there.
        for file in self.known_below(path) {
            self.file(file, false);
        }
    }

    /// A folder that is gone takes files with it that nobody names.
    fn gone(&mut self, path: PathBuf) {
        for file in self.known_below(&path) {
            self.file(file, false);
        }
        self.file(path, false);
    }

    fn known_below(&self, folder: &Path) -> BTreeSet<PathBuf> {
        let projects = self.world.projects_below(folder);
        let projects = projects.map(|it| it.project.root.join(load::PROJECT_FILE));
        projects.chain(self.world.files_below(folder)).collect()
    }

    /// Reads the files, but for those of projects that have to be read anew.
    fn read(mut self) -> Found {
        let mut of_projects: BTreeMap<Option<PathBuf>, Vec<(PathBuf, bool)>> = BTreeMap::new();
        for (path, is_there) in std::mem::take(&mut self.files) {
            let project = self.world.project_around(&path);
            let root = project.map(|linked| linked.project.root.clone());
            of_projects.entry(root).or_default().push((path, is_there));
        }
        let all: usize = of_projects.values().map(Vec::len).sum();
        for (root, files) in of_projects {
            let project = root.and_then(|root| self.world.mesh().at(&root));
            let project = project.map(|linked| &linked.project);
            if project.is_some_and(|project| self.found.anew.contains(&project.root)) {
                continue;
            }
            match project {
                Some(project) if files.len() > MOST => {
                    self.found.anew.insert(project.root.clone());
                }
                Some(project) if all > MANY => self.rebuild(project, files),
                Some(_) | None => self.found.texts.extend(files.into_iter().map(text_of)),
            }
        }
        self.found
    }

    /// Makes a project anew with these of its files. Of open ones the editor's text counts.
    fn rebuild(&mut self, project: &Arc<Project>, files: Vec<(PathBuf, bool)>) {
        let is_open = |(path, _): &(PathBuf, bool)| self.world.open_file(path).is_some();
        let (open, others): (Vec<_>, Vec<_>) = files.into_iter().partition(is_open);
        self.found.texts.extend(open.into_iter().map(text_of));
        let others = others.into_iter().filter_map(|(path, is_there)| {
            let inside = self.world.locate(&path)?.1;
            Some((inside, text_of((path, is_there)).1))
        });
        let others: Vec<_> = others.collect();
        let texts = others.iter().map(|(file, text)| (&**file, text.as_ref()));
        if let Some((next, _)) = project.with_texts(texts) {
            self.found.rebuilt.push(Rebuilt {
                from: Arc::clone(project),
                project: Box::new(next),
            });
        }
    }
}

fn text_of((path, is_there): (PathBuf, bool)) -> (PathBuf, Option<Arc<str>>) {
    let text = is_there.then(|| load::read_source(&path)).flatten();
    (path, text)
}

enum Kind {
    File,
    Folder,
    Nothing,
    /// A link to a folder.
    Link,
    /// Something that tells nothing now.
    Other,
}

fn kind(path: &Path) -> Kind {
    let of_link = |path: &Path| match std::fs::metadata(path) {
        Ok(metadata) if metadata.is_file() => Kind::File,
        Ok(metadata) if metadata.is_dir() => Kind::Link,
        Ok(_) => Kind::Other,
        Err(_) => Kind::Nothing,
    };
    match std::fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_file() => Kind::File,
        Ok(metadata) if metadata.is_dir() => Kind::Folder,
        Ok(metadata) if metadata.is_symlink() => of_link(path),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            Kind::Nothing
        }
        Ok(_) | Err(_) => Kind::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::Change;

    /// A project `shop` with these files, and the folder around it.
    struct Disk {
        folder: tempfile::TempDir,
        world: World,
    }

    impl Disk {
        fn new(files: &[&str]) -> Self {
            let folder = tempfile::tempdir().unwrap();
            let mut disk = Self {
                folder,
                world: World::default(),
            };
            disk.write("shop/dbt_project.yml", "name: shop");
            for file in files {
                disk.write(file, "select 1");
            }
            let project = load::read_project(&disk.path("shop")).unwrap();
            let change = Change::Project(project.into_project());
            disk.world = disk.world.apply(change);
            disk
        }

        fn path(&self, name: &str) -> PathBuf {
            self.folder.path().join(name)
        }

        fn write(&self, name: &str, text: &str) {
            std::fs::create_dir_all(self.path(name).parent().unwrap()).unwrap();
            std::fs::write(self.path(name), text).unwrap();
        }

        /// What is found where these have changed: names of files with their texts, `-` for those
        /// that are gone, and names of what is seen, or has to be read anew, in brackets.
        fn look(&self, changed: &[&str]) -> Vec<String> {
            let name = |path: &Path| {
                let inside = path.strip_prefix(self.folder.path()).unwrap();
                inside.to_str().unwrap().replace('\\', "/")
            };
            let changed = changed.iter().map(|name| self.path(name)).collect();
            let folders = [self.folder.path().to_path_buf()];
            let found = look(&self.world, &folders, changed);
            let texts = found.texts.iter();
            let texts = texts.map(|(path, text)| match text {
                Some(text) => format!("{}: {text}", name(path)),
                None => format!("{}: -", name(path)),
            });
            let seen = found.seen.iter();
            let seen = seen.map(|(path, is_there)| format!("[{} {is_there}]", name(path)));
            let anew = found.anew.iter().map(|root| format!("[{}]", name(root)));
            let rebuilt = found.rebuilt.iter().map(|rebuilt| {
                let [before, after] = [&*rebuilt.from, &*rebuilt.project];
                format!(
                    "[{} {} {}]",
                    name(&after.root),
                    before.files.size(),
                    after.files.size()
                )
            });
            texts.chain(seen).chain(anew).chain(rebuilt).collect()
        }
    }

    #[test]
    fn what_nobody_reads_is_nothing() {
        let disk = Disk::new(&["shop/models/a.sql"]);
        let names = [
            "shop/dev.duckdb",
            "shop/notes.sql",
            "shop/models/a.parquet",
            "b.sql",
        ];
        for name in names {
            disk.write(name, "select 1");
        }
        assert!(disk.look(&names).is_empty());
        assert!(disk.look(&["shop/gone.wal", "shop/models/gone"]).is_empty());
    }

    #[test]
    fn a_new_folder_is_read_once_though_all_in_it_is_named_too() {
        let disk = Disk::new(&["shop/models/a.sql"]);
        disk.write("shop/models/new/b.sql", "select 2");
        disk.write("shop/models/new/deep/c.sql", "select 3");
        disk.write("shop/models/new/deep/c.parquet", "");
        let found = disk.look(&[
            "shop/models/new",
            "shop/models/new/b.sql",
            "shop/models/new/deep",
            "shop/models/new/deep/c.sql",
        ]);
        let expected = [
            "shop/models/new/b.sql: select 2",
            "shop/models/new/deep/c.sql: select 3",
            "[shop/models/new true]",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn with_many_files_a_project_is_made_anew_and_with_more_it_is_read_anew() {
        let disk = Disk::new(&["shop/models/a.sql"]);
        for at in 0..=MANY {
            disk.write(&format!("shop/models/new/m{at}.sql"), "select 1");
        }
        let found = disk.look(&["shop/models/new"]);
        assert_eq!(found, ["[shop/models/new true]", "[shop 2 27]"]);
        for at in 0..=MOST {
            disk.write(&format!("shop/models/new/m{at}.sql"), "select 1");
        }
        let found = disk.look(&["shop/models/new"]);
        assert_eq!(found, ["[shop/models/new true]", "[shop]"]);
    }

    #[test]
    fn a_folder_that_goes_or_is_another_takes_its_files_along() {
        let disk = Disk::new(&["shop/models/old/a.sql", "shop/models/old/b.sql"]);
        std::fs::remove_file(disk.path("shop/models/old/a.sql")).unwrap();
        let found = disk.look(&["shop/models/old"]);
        let expected = [
            "shop/models/old/a.sql: -",
            "shop/models/old/b.sql: select 1",
            "[shop/models/old true]",
        ];
        assert_eq!(found, expected);
        std::fs::remove_dir_all(disk.path("shop/models")).unwrap();
        let found = disk.look(&["shop/models"]);
        assert_eq!(
            found,
            ["shop/models/old/a.sql: -", "shop/models/old/b.sql: -"]
        );
        std::fs::remove_dir_all(disk.path("shop")).unwrap();
        assert_eq!(disk.look(&["shop"]), ["[shop/dbt_project.yml false]"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_to_a_folder_is_not_followed() {
        use std::os::unix::fs::symlink;
        let disk = Disk::new(&["shop/models/a.sql"]);
        symlink(disk.path("shop"), disk.path("shop/models/loop")).unwrap();
        symlink(
            disk.path("shop/models/a.sql"),
            disk.path("shop/models/b.sql"),
        )
        .unwrap();
        let found = disk.look(&["shop/models/loop", "shop/models/b.sql"]);
        assert_eq!(found, ["shop/models/b.sql: select 1"]);
    }
}
