//! What is left out by `.gitignore` and `.dbtignore`?

use std::path::Path;

use ignore::Match;
use ignore::gitignore::Gitignore;

use crate::project::DbtIgnore;

/// The `.dbtignore` of the project at `root`; without one no pattern leaves anything out.
pub(super) fn dbt_ignore(root: &Path) -> DbtIgnore {
    let text = super::read_text(&root.join(".dbtignore")).unwrap_or_default();
    let (ignored, problems) = DbtIgnore::read(&text);
    for problem in problems {
        tracing::warn!("{}/.dbtignore: {problem}", root.display());
    }
    ignored
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
