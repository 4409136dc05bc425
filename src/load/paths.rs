//! Which folders does a dbt_project.yml name?

use std::path::{Path, PathBuf};

use super::PROJECT_FILE;
use super::text::read_text;
use crate::project::Definition;

/// The folders of one project, as its dbt_project.yml writes them.
pub(super) struct SourcePaths {
    /// Where dbt looks for files of any kind; no two alike.
    pub(super) sources: Vec<Box<str>>,
    /// Where packages are installed.
    pub(super) packages_install: Box<str>,
    /// Where dbt writes.
    pub(super) target: Box<str>,
}

impl SourcePaths {
    /// Reads them from the text of a dbt_project.yml.
    pub(super) fn read(text: &str) -> Self {
        let definition = Definition::read(text);
        let paths = definition.paths;
        let docs = paths.docs.iter().flatten();
        let all = paths.sources();
        let mut sources: Vec<Box<str>> = all.iter().chain(docs).map(|path| tidy(path)).collect();
        sources.sort_unstable();
        sources.dedup();
        Self {
            sources,
            packages_install: paths.packages_install,
            target: definition.target_path.unwrap_or_else(|| "target".into()),
        }
    }

    /// Reads them from the project at `root`.
    pub(super) fn of(root: &Path) -> Self {
        Self::read(&read_text(&root.join(PROJECT_FILE)).unwrap_or_default())
    }

    /// The folders in which no project of the workspace is looked for.
    pub(super) fn generated(&self, root: &Path) -> [PathBuf; 2] {
        [root.join(&*self.packages_install), root.join(&*self.target)]
    }
}

/// `./models/` is `models`, `.` is empty.
fn tidy(path: &str) -> Box<str> {
    let path = path.trim_start_matches("./");
    let path = if path.len() > 1 {
        path.trim_end_matches('/')
    } else {
        path
    };
    if path == "." { "".into() } else { path.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_those_of_dbt() {
        let paths = SourcePaths::read("name: shop\n");
        let sources: Vec<&str> = paths.sources.iter().map(|path| &**path).collect();
        assert_eq!(
            sources,
            [
                "analyses",
                "functions",
                "macros",
                "models",
                "seeds",
                "snapshots",
                "tests"
            ]
        );
        assert_eq!(&*paths.packages_install, "dbt_packages");
        assert_eq!(&*paths.target, "target");
    }

    #[test]
    fn every_path_key_counts() {
        let paths = SourcePaths::read(
            "name: shop\nmodel-paths: ['./a/', b]\nseed-paths:\n  - c\nsnapshot-paths: []\nanalysis-paths: [d]\ntest-paths: [e]\nmacro-paths: [f]\nfunction-paths: [g]\ndocs-paths: [h]\npackages-install-path: i\n",
        );
        let sources: Vec<&str> = paths.sources.iter().map(|path| &**path).collect();
        assert_eq!(sources, ["a", "b", "c", "d", "e", "f", "g", "h"]);
        assert_eq!(&*paths.packages_install, "i");
    }
}
