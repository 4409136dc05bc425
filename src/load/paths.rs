//! Which folders does a dbt_project.yml name?

use std::path::{Path, PathBuf};

use super::PROJECT_FILE;
use super::text::read_text;
use crate::syntax::yaml::{self, Node};

/// The folders of one project, as its dbt_project.yml writes them.
pub(super) struct SourcePaths {
    /// Where dbt looks for files of any kind; no two alike.
    pub(super) sources: Vec<Box<str>>,
    /// Where packages are installed.
    pub(super) packages_install: Box<str>,
    /// Where dbt writes.
    pub(super) target: Box<str>,
}

const LISTS: [(&str, &str); 7] = [
    ("model-paths", "models"),
    ("seed-paths", "seeds"),
    ("snapshot-paths", "snapshots"),
    ("analysis-paths", "analyses"),
    ("test-paths", "tests"),
    ("macro-paths", "macros"),
    ("function-paths", "functions"),
];

impl SourcePaths {
    /// Reads them from the text of a dbt_project.yml.
    pub(super) fn read(text: &str) -> Self {
        let document = yaml::parse(text);
        let keys = &document.root;
        let list =
            |key: &str, default: &str| values(keys, key).unwrap_or_else(|| vec![default.into()]);
        let one = |key: &str, default: &str| {
            values(keys, key)
                .and_then(|all| all.into_iter().next())
                .unwrap_or_else(|| default.into())
        };
        let mut sources: Vec<Box<str>> = LISTS
            .iter()
            .flat_map(|(key, default)| list(key, default))
            .collect();
        sources.extend(values(keys, "docs-paths").unwrap_or_default());
        for path in &mut sources {
            *path = tidy(path);
        }
        sources.sort_unstable();
        sources.dedup();
        Self {
            sources,
            packages_install: one("packages-install-path", "dbt_packages"),
            target: one("target-path", "target"),
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

/// The texts of a list, or one text.
fn values(keys: &Node<'_>, key: &str) -> Option<Vec<Box<str>>> {
    let value = keys.get(key)?;
    match value.as_str() {
        Some(text) => Some(vec![text.into()]),
        None if value.is_null() => None,
        None => Some(
            value
                .items()
                .iter()
                .filter_map(Node::as_str)
                .map(Box::from)
                .collect(),
        ),
    }
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
