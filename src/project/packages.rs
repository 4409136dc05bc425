//! Are the packages there that the project asks for? (dbt-core `config/runtime.py`,
//! `load_dependencies`.)

use super::{Meaning, Project};
use crate::dbt::{Value, get};

/// Packages that are asked for and not installed: dbt reads nothing of the project then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingPackages<'a> {
    /// The file that asks for them.
    pub file: &'static str,
    /// The package of that file that is missing, by index, where that can be told.
    pub at: Option<usize>,
    /// How many are asked for.
    pub expected: usize,
    /// The names of the missing ones, as far as they are known.
    pub names: Vec<&'a str>,
}

/// The files that ask for packages, the strongest first.
const FILES: [&str; 2] = ["dependencies.yml", "packages.yml"];
/// What `dbt deps` found out; where it is there it says what has to be installed.
const LOCK: &str = "package-lock.yml";

impl Project {
    /// Whether everything is at hand that the project asks for: its packages are installed, and its
    /// files go by names that are read here.
    #[must_use]
    pub fn has_all_packages(&self) -> bool {
        self.missing_packages().is_none() && !self.hides_packages() && !self.hides_files()
    }

    /// Whether dbt reads files that are not read here: `orders.sql.jinja` and its like.
    #[must_use]
    pub fn hides_files(&self) -> bool {
        self.definition.flag("allow_jinja_file_extensions")
    }

    /// What is not installed.
    #[must_use]
    pub fn missing_packages(&self) -> Option<MissingPackages<'_>> {
        let locked = self.packages_in(LOCK).unwrap_or(&[]);
        let asked = FILES
            .iter()
            .find_map(|file| Some((*file, self.packages_in(file)?)));
        let (file, asked) = asked.unwrap_or((LOCK, locked));
        let expected = if locked.is_empty() { asked } else { locked };
        if expected.len() <= self.packages.len() || self.hides_packages() {
            return None;
        }
        let is_installed = |name: &str| {
            let name = name.rsplit('/').next().unwrap_or(name);
            self.packages
                .iter()
                .any(|package| package.name() == name || package.root.ends_with(name))
        };
        let missing = |name: &&str| !name.is_empty() && !is_installed(name);
        Some(MissingPackages {
            file,
            at: asked.iter().position(|name| missing(&&**name)),
            expected: expected.len(),
            names: expected
                .iter()
                .map(|name| &**name)
                .filter(missing)
                .collect(),
        })
    }

    /// Whether packages lie in a folder whose name only dbt can work out.
    fn hides_packages(&self) -> bool {
        get(&self.definition.keys, "packages-install-path").is_some_and(Value::is_unknown)
    }

    /// The packages that one file names; `None` where it says nothing of packages.
    fn packages_in(&self, file: &str) -> Option<&[Box<str>]> {
        match &*self.file(file)?.meaning {
            Meaning::Dependencies(dependencies) => dependencies.packages.as_deref(),
            Meaning::Code(_)
            | Meaning::Properties(_)
            | Meaning::Definition(..)
            | Meaning::LoomConfig(_)
            | Meaning::Other => None,
        }
    }
}
