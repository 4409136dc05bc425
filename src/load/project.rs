//! What does one project have on disk? The files that dbt would read, their facts read in
//! parallel; a text is dropped as soon as its facts are known.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use super::PROJECT_FILE;
use super::find::absolute;
use super::folder::{Found, walk};
use super::ignored::dbt_ignore;
use super::paths::SourcePaths;
use super::profiles::ProfilesFolders;
use super::text::{has_code, read_into, read_start, read_text};
use crate::pace;
use crate::project::{DbtIgnore, FileFacts};
use crate::world::{FileOnDisk, ProjectFiles};

/// The name that dbt-loom reads.
const LOOM_CONFIG: &str = "dbt_loom.config.yml";

/// How many files share what they say alike: many, and few enough to be done side by side.
const SHARING: usize = 2048;

/// The files at a project's root that dbt or dbt-loom read, some of them under names that they do
/// not read but people use.
const ROOT_FILES: [&str; 11] = [
    PROJECT_FILE,
    "dependencies.yml",
    "packages.yml",
    "package-lock.yml",
    "profiles.yml",
    "vars.yml",
    "selectors.yml",
    LOOM_CONFIG,
    "dbt_loom.config.yaml",
    "dbt-loom.config.yml",
    "dbt-loom.config.yaml",
];

/// Reads the project at `root`, an absolute path, and its installed packages. `None` where there
/// is no dbt_project.yml that can be read.
#[must_use]
pub fn read_project(root: &Path) -> Option<ProjectFiles> {
    read_project_with(root, None, &ProfilesFolders::new(None))
}

/// The same, with a loom config of another name: as `DBT_LOOM_CONFIG` or a setting give it,
/// relative to the project.
#[must_use]
pub fn read_project_with(
    root: &Path,
    loom_config: Option<&Path>,
    profiles: &ProfilesFolders,
) -> Option<ProjectFiles> {
    let (mut project, paths) = read_one(root, loom_config)?;
    project.packages = read_packages(root, &paths);
    project.profiles = profiles.read(root);
    Some(project)
}

fn read_one(root: &Path, loom_config: Option<&Path>) -> Option<(ProjectFiles, SourcePaths)> {
    let definition = read_text(&root.join(PROJECT_FILE))?;
    let paths = SourcePaths::read(&definition);
    let ignored = dbt_ignore(root);
    let mut files = source_files(root, &paths, &ignored);
    let root_files = ROOT_FILES.iter().map(|name| Found {
        path: root.join(name),
        name: (*name).into(),
    });
    files.extend(root_files.filter(|file| file.path.is_file()));
    files.sort_unstable_by(|left, right| left.name.cmp(&right.name));
    files.dedup_by(|left, right| left.name == right.name);
    let mut files = read_facts(files);
    if let Some(named) = loom_config.and_then(|path| named_loom_config(root, path)) {
        files.retain(|file| file.path != named.path);
        files.push(named);
    }
    let project = ProjectFiles {
        root: root.to_path_buf(),
        files,
        profiles: None,
        ignored: Arc::new(ignored),
        packages: Vec::new(),
    };
    Some((project, paths))
}

/// A loom config that is named by its path, relative to the project or absolute. Outside the
/// project it goes by its whole path.
fn named_loom_config(root: &Path, path: &Path) -> Option<FileOnDisk> {
    let path = absolute(&root.join(path));
    let text = read_text(&path)?;
    let name = path.strip_prefix(root).unwrap_or(&path).to_str()?;
    let name = name.replace(std::path::MAIN_SEPARATOR, "/");
    Some(FileOnDisk {
        facts: FileFacts::read(LOOM_CONFIG, &text),
        path: name.into(),
    })
}

fn source_files(root: &Path, paths: &SourcePaths, ignored: &DbtIgnore) -> Vec<Found> {
    let generated = paths.generated(root);
    let enters = |path: &Path, name: &str| {
        !path.ends_with(".git")
            && !generated.iter().any(|folder| folder == path)
            && !ignored.leaves_out_folder(name)
    };
    let mut files = Vec::new();
    for source in &paths.sources {
        walk(&root.join(&**source), source, &enters, &mut |file| {
            if is_read_by_dbt(Path::new(&*file.name)) && !ignored.leaves_out(&file.name) {
                files.push(file);
            }
        });
    }
    files
}

/// Whether dbt reads files of this kind, by the name alone; what one is taken for, its folder
/// decides.
#[must_use]
pub fn is_read_by_dbt(path: &Path) -> bool {
    let extensions = ["sql", "py", "yml", "yaml", "md", "csv", "js"];
    path.extension().is_some_and(|extension| {
        let mut known = extensions.iter();
        known.any(|known| extension.eq_ignore_ascii_case(known))
    })
}

fn read_facts(files: Vec<Found>) -> Vec<FileOnDisk> {
    let mut read: Vec<FileOnDisk> = files
        .into_par_iter()
        .with_min_len(8)
        .map_init(Vec::new, |buffer, file| {
            let text = if has_code(&file.path) {
                read_into(&file.path, buffer).unwrap_or_default()
            } else {
                read_start(&file.path, buffer).unwrap_or_default()
            };
            pace::let_others_go_first();
            FileOnDisk {
                facts: FileFacts::read(&file.name, &text),
                path: file.name,
            }
        })
        .collect();
    read.par_chunks_mut(SHARING)
        .for_each(|files| FileFacts::share_texts(files.iter_mut().map(|file| &mut file.facts)));
    read
}

fn read_packages(root: &Path, paths: &SourcePaths) -> Vec<ProjectFiles> {
    let Ok(entries) = std::fs::read_dir(root.join(&*paths.packages_install)) else {
        return Vec::new();
    };
    let mut seen: BTreeSet<PathBuf> = root.canonicalize().into_iter().collect();
    let mut roots: Vec<PathBuf> = entries
        .flatten()
        .filter(|entry| !entry.file_name().to_string_lossy().starts_with("__"))
        .filter_map(|entry| real_root(&entry.path()))
        .collect();
    roots.sort_unstable();
    roots.retain(|root| seen.insert(root.canonicalize().unwrap_or_else(|_| root.clone())));
    roots
        .par_iter()
        .filter_map(|root| read_one(root, None).map(|(files, _)| files))
        .collect()
}

/// A local package is a link to its folder, where people want to land when they jump to it.
fn real_root(path: &Path) -> Option<PathBuf> {
    if !path.join(PROJECT_FILE).is_file() {
        return None;
    }
    if path.is_symlink() {
        path.canonicalize().ok()
    } else {
        Some(path.to_path_buf())
    }
}

#[cfg(test)]
mod tests;
