//! Which files does a project leave out, though they lie where dbt looks for some?

use std::path::Path;

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::{Project, Role};

/// The `.dbtignore` of one project. dbt matches every file's path for itself, so that `!` brings a
/// file back even from a folder that is left out.
#[derive(Clone, Debug)]
pub struct DbtIgnore(Gitignore);

impl Default for DbtIgnore {
    fn default() -> Self {
        Self(Gitignore::empty())
    }
}

impl DbtIgnore {
    /// Reads the text of one, and says what is wrong with its lines.
    #[must_use]
    pub fn read(text: &str) -> (Self, Vec<String>) {
        // Patterns and paths are both relative to the root, wherever that is.
        let mut builder = GitignoreBuilder::new("");
        let mut problems = Vec::new();
        for line in text.lines() {
            if let Err(error) = builder.add_line(None, line) {
                problems.push(error.to_string());
            }
        }
        let rules = builder.build().unwrap_or_else(|_| Gitignore::empty());
        (Self(rules), problems)
    }

    /// Whether dbt leaves out the file at `path`, relative to the root: some by their names alone.
    #[must_use]
    pub fn leaves_out(&self, path: &str) -> bool {
        let name = path.rsplit('/').next().unwrap_or(path);
        let is_matched = || {
            !self.0.is_empty()
                && Path::new(path).is_relative()
                && self.0.matched_path_or_any_parents(path, false).is_ignore()
        };
        name.starts_with(['.', '#', '~']) || is_matched()
    }

    /// Whether nothing below the folder at `path` can be read.
    #[must_use]
    pub fn leaves_out_folder(&self, path: &str) -> bool {
        !self.0.is_empty()
            && self.0.num_whitelists() == 0
            && Path::new(path).is_relative()
            && self.0.matched_path_or_any_parents(path, true).is_ignore()
    }
}

impl Project {
    /// Whether the file at `path` (below its root, with `/`) is part of it, should there be one.
    #[must_use]
    pub fn reads(&self, path: &str) -> bool {
        match Role::of(path, &self.definition).0 {
            Role::Model
            | Role::Seed
            | Role::Snapshot
            | Role::Analysis
            | Role::SingularTest
            | Role::GenericTest
            | Role::Macro
            | Role::Function
            | Role::Docs
            | Role::Properties => !self.ignored.leaves_out(path),
            // These are read by their names, and no pattern keeps dbt from it.
            Role::Definition
            | Role::LoomConfig
            | Role::Dependencies
            | Role::Packages
            | Role::Vars
            | Role::Selectors
            | Role::Profiles => true,
            Role::Other => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> DbtIgnore {
        DbtIgnore::read(text).0
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

    #[test]
    fn hidden_files_and_those_that_editors_make_are_left_out() {
        let ignore = DbtIgnore::default();
        for name in ["models/.a.sql", "models/#a.sql", "models/~a.sql"] {
            assert!(ignore.leaves_out(name), "{name}");
        }
        assert!(!ignore.leaves_out("models/.hidden/a.sql"));
    }
}
