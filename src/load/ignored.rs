//! What is left out by `.gitignore` and `.dbtignore`?

use std::path::Path;

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// The `.dbtignore` of one project. dbt matches every file's path for itself, so that `!` brings a
/// file back even from a folder that is left out.
pub(super) struct DbtIgnore(Gitignore);

impl DbtIgnore {
    /// Reads the one at a project's root; without one nothing is left out.
    pub(super) fn of(root: &Path) -> Self {
        // Patterns and paths are both relative to the root, wherever that is.
        let mut builder = GitignoreBuilder::new("");
        if let Some(text) = super::read_text(&root.join(".dbtignore")) {
            for line in text.lines() {
                if let Err(error) = builder.add_line(None, line) {
                    tracing::warn!("{}/.dbtignore: {error}", root.display());
                }
            }
        }
        Self(builder.build().unwrap_or_else(|_| Gitignore::empty()))
    }

    /// Whether dbt leaves out the file at `path`, relative to the root.
    pub(super) fn leaves_out(&self, path: &str) -> bool {
        !self.0.is_empty()
            && Path::new(path).is_relative()
            && self.0.matched_path_or_any_parents(path, false).is_ignore()
    }

    /// Whether nothing below the folder at `path` can be read.
    pub(super) fn leaves_out_folder(&self, path: &str) -> bool {
        !self.0.is_empty()
            && self.0.num_whitelists() == 0
            && Path::new(path).is_relative()
            && self.0.matched_path_or_any_parents(path, true).is_ignore()
    }
}

/// The `.gitignore` files above a workspace folder, up to its repository's root.
pub(super) struct GitIgnoreAbove(Vec<Gitignore>);

impl GitIgnoreAbove {
    /// Reads those above `folder`. A folder that is itself left out was opened all the same, so
    /// that nothing above it counts.
    pub(super) fn of(folder: &Path) -> Self {
        if folder.join(".git").exists() {
            return Self(Vec::new());
        }
        let mut found = Vec::new();
        for parent in folder.ancestors().skip(1) {
            let file = parent.join(".gitignore");
            if file.is_file() {
                found.push(Gitignore::new(file).0);
            }
            if parent.join(".git").exists() {
                let above = Self(found);
                return if above.leaves_out(folder, true) {
                    Self(Vec::new())
                } else {
                    above
                };
            }
        }
        // Not in a repository: what a home folder ignores says nothing about this one.
        Self(Vec::new())
    }

    /// Whether one of them leaves out `path`; the nearest that says anything counts.
    pub(super) fn leaves_out(&self, path: &Path, is_folder: bool) -> bool {
        self.0
            .iter()
            .map(|rules| rules.matched(path, is_folder))
            .find_map(|verdict| match verdict {
                Match::None => None,
                Match::Ignore(_) => Some(true),
                Match::Whitelist(_) => Some(false),
            })
            .unwrap_or(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> DbtIgnore {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(".dbtignore"), text).unwrap();
        DbtIgnore::of(folder.path())
    }

    #[test]
    fn a_folder_a_name_and_a_pattern_are_left_out() {
        let ignore = of("# work in progress\nmodels/wip/\n*_draft.sql\n");
        assert!(ignore.leaves_out("models/wip/deep/a.sql"));
        assert!(ignore.leaves_out("models/a_draft.sql"));
        assert!(!ignore.leaves_out("models/a.sql"));
        assert!(!ignore.leaves_out("../elsewhere/a.sql"));
        assert!(ignore.leaves_out_folder("models/wip"));
    }

    #[test]
    fn a_file_can_be_brought_back_from_a_folder() {
        let ignore = of("models/wip/\n!models/wip/keep.sql\n");
        assert!(ignore.leaves_out("models/wip/a.sql"));
        assert!(!ignore.leaves_out("models/wip/keep.sql"));
        assert!(!ignore.leaves_out_folder("models/wip"));
    }
}
