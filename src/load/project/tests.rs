use super::*;

fn write(root: &Path, files: &[&str]) {
    for file in files {
        let (name, text) = file.split_once('|').unwrap_or((file, ""));
        let path = root.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
}

fn names(project: &ProjectFiles) -> Vec<&str> {
    project.files.iter().map(|file| &*file.path).collect()
}

#[test]
fn reads_what_dbt_reads_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    write(
        folder.path(),
        &[
            "dbt_project.yml|name: shop",
            "packages.yml",
            "dbt_loom.config.yml",
            "README.md",
            "models/a.sql",
            "models/deep/b.PY",
            "models/.hidden/c.sql",
            "models/_models.yml",
            "models/.skipped.sql",
            "models/~skipped.sql",
            "models/#skipped.sql",
            "models/notes.txt",
            "models/nested/dbt_project.yml|name: nested",
            "models/nested/models/d.sql",
            "seeds/countries.csv|a,b",
            "target/compiled/a.sql",
        ],
    );
    let project = read_project(folder.path()).unwrap();
    assert_eq!(
        names(&project),
        [
            "dbt_loom.config.yml",
            "dbt_project.yml",
            "models/.hidden/c.sql",
            "models/_models.yml",
            "models/a.sql",
            "models/deep/b.PY",
            "models/nested/dbt_project.yml",
            "models/nested/models/d.sql",
            "packages.yml",
            "seeds/countries.csv",
        ]
    );
}

#[test]
fn the_whole_root_as_model_path_leaves_generated_files_out() {
    let folder = tempfile::tempdir().unwrap();
    write(
        folder.path(),
        &[
            "dbt_project.yml|model-paths: ['.']",
            "a.sql",
            "target/a.sql",
            "dbt_packages/b/a.sql",
        ],
    );
    let project = read_project(folder.path()).unwrap();
    assert_eq!(names(&project), ["a.sql", "dbt_project.yml"]);
}

#[test]
fn a_path_out_of_the_project_is_read() {
    let folder = tempfile::tempdir().unwrap();
    write(
        folder.path(),
        &[
            "shop/dbt_project.yml|macro-paths: [macros, ../shared]",
            "shared/m.sql",
        ],
    );
    let project = read_project(&folder.path().join("shop")).unwrap();
    assert_eq!(names(&project), ["../shared/m.sql", "dbt_project.yml"]);
}

#[test]
fn dbtignore_counts_and_gitignore_does_not() {
    let folder = tempfile::tempdir().unwrap();
    write(
        folder.path(),
        &[
            "dbt_project.yml",
            ".dbtignore|models/wip/\n!models/wip/keep.sql\n",
            ".gitignore|models/\n",
            "models/a.sql",
            "models/wip/b.sql",
            "models/wip/keep.sql",
        ],
    );
    let project = read_project(folder.path()).unwrap();
    assert_eq!(
        names(&project),
        ["dbt_project.yml", "models/a.sql", "models/wip/keep.sql"]
    );
}

#[test]
fn packages_are_read_from_where_they_are_installed() {
    let folder = tempfile::tempdir().unwrap();
    write(
        folder.path(),
        &[
            "dbt_project.yml|packages-install-path: vendored",
            "vendored/date_tools/dbt_project.yml|name: date_tools",
            "vendored/date_tools/macros/m.sql",
            "vendored/__pending/dbt_project.yml",
            "vendored/no_package/m.sql",
        ],
    );
    let project = read_project(folder.path()).unwrap();
    assert_eq!(project.packages.len(), 1);
    assert_eq!(
        names(&project.packages[0]),
        ["dbt_project.yml", "macros/m.sql"]
    );
}

#[cfg(unix)]
#[test]
fn linked_packages_lead_to_their_own_folder_and_loops_end() {
    use std::os::unix::fs::symlink;
    let folder = tempfile::tempdir().unwrap();
    let base = folder.path().canonicalize().unwrap();
    write(
        &base,
        &[
            "shop/dbt_project.yml",
            "shop/models/a.sql",
            "shop/dbt_packages/.keep",
            "shared/dbt_project.yml",
        ],
    );
    symlink(base.join("shared"), base.join("shop/dbt_packages/shared")).unwrap();
    symlink(
        base.join("shared"),
        base.join("shop/dbt_packages/shared_again"),
    )
    .unwrap();
    symlink(base.join("shop"), base.join("shop/dbt_packages/itself")).unwrap();
    symlink(base.join("shop"), base.join("shop/models/loop")).unwrap();
    symlink(
        base.join("shop/models/a.sql"),
        base.join("shop/models/linked.sql"),
    )
    .unwrap();
    let project = read_project(&base.join("shop")).unwrap();
    assert_eq!(
        names(&project),
        ["dbt_project.yml", "models/a.sql", "models/linked.sql"]
    );
    let roots: Vec<_> = project
        .packages
        .iter()
        .map(|package| package.root.clone())
        .collect();
    assert_eq!(roots, [base.join("shared")]);
}

#[test]
fn a_loom_config_of_another_name_is_read() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &["shop/dbt_project.yml", "mesh/loom.yml"]);
    let root = folder.path().join("shop");
    let project = read_project_with(
        &root,
        Some(Path::new("../mesh/loom.yml")),
        &ProfilesFolders::new(None),
    )
    .unwrap();
    let whole = folder.path().join("mesh/loom.yml");
    assert_eq!(
        names(&project),
        ["dbt_project.yml", whole.to_str().unwrap()]
    );
}

#[test]
fn without_a_dbt_project_yml_there_is_no_project() {
    let folder = tempfile::tempdir().unwrap();
    assert!(read_project(folder.path()).is_none());
}
