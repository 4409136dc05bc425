//! Where are the dbt projects?

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};
use std::sync::mpsc;

use ignore::{DirEntry, WalkBuilder, WalkState};

use super::PROJECT_FILE;
use super::ignored::GitIgnoreAbove;
use super::paths::SourcePaths;

/// Folders that hold other people's projects, or none. Hidden folders are left out besides.
const NOT_WALKED: [&str; 4] = ["target", "dbt_packages", "venv", "node_modules"];

/// So many threads walk: each waits for the system most of the time.
const WALKERS: usize = 4;

/// The roots of all dbt projects below `folders`, and of the project around a folder that lies
/// inside one. Sorted, absolute, no project twice.
///
/// What .gitignore and .dbtignore leave out is not looked into, nor is what a project's packages
/// or dbt itself bring there.
#[must_use]
pub fn find_projects(folders: &[PathBuf]) -> Vec<PathBuf> {
    let mut roots = BTreeSet::new();
    for folder in folders {
        let folder = absolute(folder);
        let mut below = projects_below(&folder);
        if let Some(around) = project_around(&folder, below.is_empty()) {
            below.push(around);
        }
        roots.extend(below);
    }
    without_generated(&roots)
}

/// An absolute path without `.` and `..`, links left as they are.
#[must_use]
pub fn absolute(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let mut tidy = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                tidy.pop();
            }
            Component::Prefix(_) | Component::RootDir | Component::Normal(_) => {
                tidy.push(component);
            }
        }
    }
    tidy
}

fn projects_below(folder: &Path) -> Vec<PathBuf> {
    let above = GitIgnoreAbove::of(folder);
    let mut builder = WalkBuilder::new(folder);
    builder
        .standard_filters(false)
        .hidden(true)
        .git_ignore(true)
        .require_git(false)
        .add_custom_ignore_filename(".dbtignore")
        .filter_entry(move |entry| {
            let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
            let is_walked = !is_folder || !NOT_WALKED.iter().any(|name| entry.file_name() == *name);
            entry.depth() == 0 || (is_walked && !above.leaves_out(entry.path(), is_folder))
        });
    let (found, below) = mpsc::channel();
    builder.threads(WALKERS).build_parallel().run(|| {
        let found = found.clone();
        Box::new(move |entry| {
            let is_project = |entry: &DirEntry| {
                entry.depth() > 0 && entry.file_name() == PROJECT_FILE && entry.path().is_file()
            };
            if let Some(entry) = entry.ok().filter(is_project) {
                let root = entry.path().parent().map(Path::to_path_buf);
                // Whoever listens does so to the end of the walk.
                let _ = root.map(|root| found.send(root));
            }
            WalkState::Continue
        })
    });
    drop(found);
    below.into_iter().collect()
}

/// The project that `folder` lies in. One that does not read the folder has nothing to do with
/// the projects that were found inside.
fn project_around(folder: &Path, is_alone: bool) -> Option<PathBuf> {
    let root = folder
        .ancestors()
        .find(|parent| parent.join(PROJECT_FILE).is_file())?;
    let is_source = || {
        let paths = SourcePaths::of(root);
        paths
            .sources
            .iter()
            .any(|source| folder.starts_with(absolute(&root.join(&**source))))
    };
    (is_alone || is_source()).then(|| root.to_path_buf())
}

/// Leaves out what lies in another project's target or packages folder, wherever that is.
fn without_generated(roots: &BTreeSet<PathBuf>) -> Vec<PathBuf> {
    let mut kept: Vec<PathBuf> = Vec::new();
    let mut generated: Vec<PathBuf> = Vec::new();
    let mut seen = BTreeSet::new();
    let mut rest = roots.iter().peekable();
    while let Some(root) = rest.next() {
        if generated.iter().any(|folder| root.starts_with(folder)) {
            continue;
        }
        // Sorted: what lies below a root comes right behind it.
        if rest.peek().is_some_and(|next| next.starts_with(root)) {
            generated.extend(SourcePaths::of(root).generated(root));
        }
        if seen.insert(root.canonicalize().unwrap_or_else(|_| root.clone())) {
            kept.push(root.clone());
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The projects below `folder` of a tree with these files, as paths relative to the tree.
    fn found(files: &[&str], folders: &[&str]) -> Vec<String> {
        let tree = tempfile::tempdir().unwrap();
        let base = tree.path().canonicalize().unwrap();
        for file in files {
            let (name, text) = file.split_once('|').unwrap_or((file, ""));
            std::fs::create_dir_all(base.join(name).parent().unwrap()).unwrap();
            std::fs::write(base.join(name), text).unwrap();
        }
        let folders: Vec<_> = folders.iter().map(|folder| base.join(folder)).collect();
        find_projects(&folders)
            .iter()
            .map(|root| {
                root.strip_prefix(&base)
                    .unwrap()
                    .to_str()
                    .unwrap()
                    .replace('\\', "/")
            })
            .collect()
    }

    #[test]
    fn nested_projects_are_found_at_any_depth() {
        let files = [
            "a/dbt_project.yml",
            "a/models/b/dbt_project.yml",
            "c/d/e/dbt_project.yml",
        ];
        assert_eq!(found(&files, &[""]), ["a", "a/models/b", "c/d/e"]);
        assert_eq!(
            found(&files, &["a", "c", "c/d"]),
            ["a", "a/models/b", "c/d/e"]
        );
    }

    #[test]
    fn generated_and_installed_projects_are_left_out() {
        let files = [
            "a/dbt_project.yml|packages-install-path: vendored\ntarget-path: out/here",
            "a/vendored/x/dbt_project.yml",
            "a/out/here/x/dbt_project.yml",
            "a/out/z/dbt_project.yml",
            "a/dbt_packages/x/dbt_project.yml",
            "a/target/x/dbt_project.yml",
            ".venv/x/dbt_project.yml",
            "venv/x/dbt_project.yml",
            "node_modules/x/dbt_project.yml",
            ".git/x/dbt_project.yml",
        ];
        assert_eq!(found(&files, &[""]), ["a", "a/out/z"]);
    }

    #[test]
    fn gitignore_counts_without_a_repository_and_dbtignore_too() {
        let files = [
            ".gitignore|scratch/\n",
            "scratch/a/dbt_project.yml",
            "b/dbt_project.yml",
            "b/.dbtignore|old/\n",
            "b/old/dbt_project.yml",
        ];
        assert_eq!(found(&files, &[""]), ["b"]);
        assert_eq!(found(&files, &["scratch"]), ["scratch/a"]);
    }

    #[test]
    fn gitignore_above_the_folder_counts_up_to_the_repository() {
        let files = [
            ".gitignore|*\n",
            "repo/.git/HEAD",
            "repo/.gitignore|legacy_*/\n",
            "repo/data/legacy_a/dbt_project.yml",
            "repo/data/b/dbt_project.yml",
        ];
        assert_eq!(found(&files, &["repo/data"]), ["repo/data/b"]);
        assert_eq!(
            found(&files, &["repo/data/legacy_a"]),
            ["repo/data/legacy_a"]
        );
    }

    #[test]
    fn a_folder_inside_a_project_finds_it() {
        let files = [
            "a/dbt_project.yml",
            "a/models/b/c.sql",
            "a/extra/d/dbt_project.yml",
        ];
        assert_eq!(found(&files, &["a/models/b"]), ["a"]);
        assert_eq!(found(&files, &["a/extra"]), ["a/extra/d"]);
    }

    #[test]
    fn an_empty_folder_has_none() {
        assert!(found(&["a/b.txt"], &["a", "missing"]).is_empty());
    }
}
