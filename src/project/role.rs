//! Which kind of file is it? By the path keys of dbt_project.yml
//! (dbt-core `parser/read_files.py`).

use super::Definition;

/// What dbt takes a file of a project for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are dbt's own")]
pub enum Role {
    Model,
    Seed,
    Snapshot,
    Analysis,
    SingularTest,
    GenericTest,
    Macro,
    Function,
    Docs,
    Properties,
    /// dbt_project.yml.
    Definition,
    /// dbt_loom.config.yml, and its misspelt brother.
    LoomConfig,
    /// dependencies.yml.
    Dependencies,
    /// packages.yml, or package-lock.yml.
    Packages,
    /// vars.yml.
    Vars,
    /// selectors.yml.
    Selectors,
    /// profiles.yml beside dbt_project.yml.
    Profiles,
    /// Nothing that dbt reads.
    Other,
}

impl Role {
    /// The role of the file at `path` (below the project's root, with `/`), and the path of the
    /// file below the resource path that it was found under.
    #[must_use]
    pub fn of<'a>(path: &'a str, definition: &Definition) -> (Self, &'a str) {
        match path {
            Definition::FILE_NAME => return (Self::Definition, path),
            "dependencies.yml" => return (Self::Dependencies, path),
            "packages.yml" | "package-lock.yml" => return (Self::Packages, path),
            Definition::VARS_FILE => return (Self::Vars, path),
            "selectors.yml" => return (Self::Selectors, path),
            "profiles.yml" => return (Self::Profiles, path),
            _ if is_loom_config(path) => return (Self::LoomConfig, path),
            _ => {}
        }
        let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
        let extension = extension.to_ascii_lowercase();
        let paths = &definition.paths;
        let below = |folders: &[Box<str>]| {
            folders
                .iter()
                .filter_map(|folder| strip_folder(path, folder))
                .min_by_key(|rest| rest.len())
        };
        let of = |role: Self, folders: &[Box<str>]| below(folders).map(|rest| (role, rest));
        let found = match extension.as_str() {
            "sql" => of(Self::Model, &paths.models)
                .or_else(|| of(Self::Macro, &paths.macros))
                .or_else(|| below(&paths.tests).map(test_role))
                .or_else(|| of(Self::Snapshot, &paths.snapshots))
                .or_else(|| of(Self::Analysis, &paths.analyses))
                .or_else(|| of(Self::Function, &paths.functions)),
            "py" => of(Self::Model, &paths.models).or_else(|| of(Self::Function, &paths.functions)),
            "csv" => of(Self::Seed, &paths.seeds),
            "md" => of(Self::Docs, &paths.docs()),
            "yml" | "yaml" => of(Self::Properties, &paths.sources()),
            _ => None,
        };
        found.unwrap_or((Self::Other, path))
    }
}

/// Whether a file of this name at a project's root is a loom config, rightly named or not.
fn is_loom_config(path: &str) -> bool {
    matches!(
        path,
        "dbt_loom.config.yml"
            | "dbt_loom.config.yaml"
            | "dbt-loom.config.yml"
            | "dbt-loom.config.yaml"
    )
}

fn test_role(rest: &str) -> (Role, &str) {
    if let Some(rest) = rest.strip_prefix("generic/") {
        (Role::GenericTest, rest)
    } else if rest.starts_with("fixtures/") {
        (Role::Other, rest)
    } else {
        (Role::SingularTest, rest)
    }
}

fn strip_folder<'a>(path: &'a str, folder: &str) -> Option<&'a str> {
    let folder = folder.trim_start_matches("./").trim_end_matches('/');
    if folder.is_empty() || folder == "." {
        return Some(path);
    }
    path.strip_prefix(folder)?.strip_prefix('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_paths_say_what_a_file_is() {
        let definition = Definition::default();
        let role = |path| Role::of(path, &definition);
        assert_eq!(role("models/marts/a.sql"), (Role::Model, "marts/a.sql"));
        assert_eq!(role("models/a.PY").0, Role::Model);
        assert_eq!(role("models/a.yml").0, Role::Properties);
        assert_eq!(role("models/a.md").0, Role::Docs);
        assert_eq!(role("tests/generic/a.sql"), (Role::GenericTest, "a.sql"));
        assert_eq!(role("tests/a.sql").0, Role::SingularTest);
        assert_eq!(role("seeds/a.csv").0, Role::Seed);
        assert_eq!(role("modelsX/a.sql").0, Role::Other);
        assert_eq!(role("dbt_loom.config.yml").0, Role::LoomConfig);
    }
}
