//! Where is the profiles.yml that dbt reads for a project, and what does it say?

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::find::absolute;
use super::text::read_text;

const FILE: &str = "profiles.yml";

/// The folders besides a project's own where dbt looks for its profiles.yml.
#[derive(Clone, Debug)]
pub struct ProfilesFolders {
    /// `DBT_PROFILES_DIR`, which goes before the project's own.
    named: Option<PathBuf>,
    /// The user's, which counts where the project has none.
    users: Option<PathBuf>,
}

impl ProfilesFolders {
    /// Those of this process; `users` is taken for `~/.dbt` where it is given.
    #[must_use]
    pub fn new(users: Option<PathBuf>) -> Self {
        let home = || Some(etcetera::home_dir().ok()?.join(".dbt"));
        Self {
            named: std::env::var_os("DBT_PROFILES_DIR").map(PathBuf::from),
            users: users.or_else(home),
        }
    }

    /// The file that dbt may read for a project besides that in the project's own folder.
    #[must_use]
    pub fn file_beside(&self, root: &Path) -> Option<PathBuf> {
        let folder = match &self.named {
            Some(named) => absolute(&root.join(named)),
            None => self.users.clone()?,
        };
        Some(folder.join(FILE))
    }

    /// The file that dbt reads for a project, should it be there.
    fn file(&self, root: &Path) -> Option<PathBuf> {
        let own = root.join(FILE);
        if self.named.is_none() && own.is_file() {
            return Some(own);
        }
        self.file_beside(root)
    }

    /// What dbt reads for the project at `root`.
    pub(super) fn read(&self, root: &Path) -> Option<Arc<str>> {
        self.file(root).and_then(|file| read_text(&file))
    }

    /// The same for many projects, each file read once.
    #[must_use]
    pub fn read_all(&self, roots: Vec<PathBuf>) -> Vec<(PathBuf, Option<Arc<str>>)> {
        let mut read: BTreeMap<PathBuf, Option<Arc<str>>> = BTreeMap::new();
        let texts = roots.into_iter().map(|root| {
            let text = self.file(&root).and_then(|file| {
                let text = read.entry(file).or_insert_with_key(|file| read_text(file));
                text.clone()
            });
            (root, text)
        });
        texts.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_named_folder_goes_before_the_project_s_own_and_that_before_the_user_s() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("sales");
        for name in ["sales", "named", "users"] {
            std::fs::create_dir(folder.path().join(name)).unwrap();
            std::fs::write(folder.path().join(name).join(FILE), name).unwrap();
        }
        let users = Some(folder.path().join("users"));
        let read = |named: Option<&str>| {
            let named = named.map(PathBuf::from);
            let folders = ProfilesFolders {
                named,
                users: users.clone(),
            };
            let text = folders.read(&root);
            assert_eq!(
                folders.read_all(vec![root.clone()]),
                [(root.clone(), text.clone())]
            );
            text
        };
        assert_eq!(read(Some("../named")).as_deref(), Some("named"));
        assert_eq!(read(Some("../nowhere")), None);
        assert_eq!(read(None).as_deref(), Some("sales"));
        std::fs::remove_file(root.join(FILE)).unwrap();
        assert_eq!(read(None).as_deref(), Some("users"));
    }
}
