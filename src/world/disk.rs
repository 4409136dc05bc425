//! What does a change on disk matter to, by its path alone?

use std::collections::HashSet;
use std::ops::Bound::{Included, Unbounded};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::mesh::{Linked, normalize};
use crate::project::Definition;

use super::World;

/// What projects read that lies elsewhere than their files do.
#[derive(Debug, Default)]
pub struct Outliers {
    loom_configs: HashSet<PathBuf>,
    /// Folders that dbt_project.yml names, and whose project reads them.
    folders: Vec<(PathBuf, PathBuf)>,
}

impl Outliers {
    /// Whether this is the loom config of some project, wherever it lies.
    #[must_use]
    pub fn is_loom_config(&self, path: &Path) -> bool {
        self.loom_configs.contains(path)
    }

    /// The project (its root) that reads files below a folder outside of it, this one among them.
    #[must_use]
    pub fn reader_of(&self, path: &Path) -> Option<&Path> {
        let mut folders = self.folders.iter();
        let reading = folders.find(|(folder, _)| path.starts_with(folder));
        reading.map(|(_, root)| root.as_path())
    }
}

impl World {
    /// Whether the change of this file means that its project has to be found and read anew:
    /// another dbt_project.yml (its paths), .dbtignore, and what says which packages and which
    /// target it has.
    #[must_use]
    pub fn needs_reload(&self, path: &Path) -> bool {
        let is_named_so = matches!(
            path.file_name().and_then(|name| name.to_str()),
            Some(Definition::FILE_NAME | ".dbtignore" | "package-lock.yml" | "profiles.yml")
        );
        let above = path.parent().filter(|_| is_named_so);
        let project = above.and_then(|folder| self.mesh.at(folder));
        project.is_some_and(|linked| linked.project.is_in_workspace)
    }

    /// Whether this is a manifest or a catalog that was read, or would have been.
    #[must_use]
    pub fn is_manifest(&self, path: &Path) -> bool {
        self.slots.contains_key(path) || self.catalogs.contains_key(path)
    }

    /// The manifests and catalogs that were read, or would have been, here or below.
    pub fn manifests_below<'w>(&'w self, path: &'w Path) -> impl Iterator<Item = &'w PathBuf> {
        // In the order of paths what lies in a folder comes right behind it.
        let bounds = (Included(path), Unbounded);
        let manifests = self.slots.range::<Path, _>(bounds).map(|(it, _)| it);
        let catalogs = self.catalogs.range::<Path, _>(bounds).map(|(it, _)| it);
        let manifests = manifests.take_while(move |it| it.starts_with(path));
        manifests.chain(catalogs.take_while(move |it| it.starts_with(path)))
    }

    /// The project of the workspace that a file or folder is part of, or whose own folder it is;
    /// the innermost if there are several.
    #[must_use]
    pub fn project_around(&self, path: &Path) -> Option<&Arc<Linked>> {
        let mut around = path.ancestors().filter_map(|folder| self.mesh.at(folder));
        around.find(|linked| linked.project.is_in_workspace)
    }

    /// Whether the file at this path is one of a project's, should there be one.
    #[must_use]
    pub fn is_read(&self, path: &Path) -> bool {
        self.locate(path).is_some_and(|(linked, inside)| {
            linked.project.is_in_workspace && linked.project.reads(&inside)
        })
    }

    /// The files that are known of the project around a folder, and lie in it.
    pub fn files_below(&self, folder: &Path) -> impl Iterator<Item = PathBuf> {
        let located = self.locate(folder).into_iter();
        located.flat_map(|(linked, inside)| {
            let files = linked.project.files_below(&inside);
            files.map(|file| linked.project.path_of(file))
        })
    }

    /// The projects of the workspace whose own folder this is, or lies in it.
    pub fn projects_below(&self, folder: &Path) -> impl Iterator<Item = &Arc<Linked>> {
        let projects = &self.mesh.projects;
        // In the order of paths what lies in a folder comes right behind it.
        let first = projects.partition_point(|linked| linked.project.root.as_path() < folder);
        let behind = projects.iter().skip(first);
        let below = behind.take_while(move |linked| linked.project.root.starts_with(folder));
        below.filter(|linked| linked.project.is_in_workspace)
    }

    /// What projects of the workspace read that lies elsewhere than their files do.
    #[must_use]
    pub fn outliers(&self) -> Outliers {
        let mut outliers = Outliers::default();
        for linked in self.workspace_projects() {
            let project = &linked.project;
            let root = &project.root;
            let loom = linked.loom.as_ref().map(|loom| loom.path.clone());
            outliers.loom_configs.extend(loom);
            let paths = &project.definition.paths;
            let leads_out = |path: &&str| path.contains("..") || Path::new(path).is_absolute();
            let all = paths.all().filter(leads_out);
            let folders = all.map(|path| normalize(&root.join(path)));
            let outside = folders.filter(|folder| !folder.starts_with(root));
            let outside = outside.map(|folder| (folder, root.clone()));
            outliers.folders.extend(outside);
        }
        outliers
    }

    /// The folder in which a project of the workspace installs its packages, there or not.
    #[must_use]
    pub fn packages_folder(&self, root: &Path) -> Option<PathBuf> {
        let linked = self.mesh.at(root);
        let linked = linked.filter(|linked| linked.project.is_in_workspace)?;
        let paths = &linked.project.definition.paths;
        Some(root.join(&*paths.packages_install)).filter(|folder| folder != root)
    }

    /// The project that installs its packages where this path is, or lies, and the path below that
    /// folder.
    #[must_use]
    pub fn installer_of<'p>(&self, path: &'p Path) -> Option<(PathBuf, &'p Path)> {
        path.ancestors().skip(1).find_map(|root| {
            let folder = self.packages_folder(root)?;
            let below = path.strip_prefix(folder).ok()?;
            Some((root.to_owned(), below))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;

    const MESH: &str = "
//- project shop
//- dbt_project.yml
name: shop
model-paths: [models, ../shared]
//- models/v1/a.sql
select 1
//- models/v1/deep/b.sql
select 1
//- models/v1.2/c.sql
select 1
//- models/v10.sql
select 1
//- project shop_2
//- models/d.sql
select 1
";

    #[test]
    fn what_lies_in_a_folder_is_known_by_its_path() {
        let world = Fixture::new(MESH).world;
        let below = |folder: &str| {
            let files = world.files_below(Path::new(folder));
            let files = files.map(|file| file.to_str().unwrap_or("").replace('\\', "/"));
            files.collect::<Vec<_>>()
        };
        let v1 = [
            "/mesh/shop/models/v1/a.sql",
            "/mesh/shop/models/v1/deep/b.sql",
        ];
        assert_eq!(below("/mesh/shop/models/v1"), v1);
        assert_eq!(below("/mesh/shop/models").len(), 4);
        assert!(below("/mesh/shop/models/v1/a.sql").is_empty());
        assert!(below("/mesh/shop/mod").is_empty());
        let roots = |folder: &str| {
            let projects = world.projects_below(Path::new(folder));
            projects
                .map(|it| it.project.name().to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(roots("/mesh"), ["shop", "shop_2"]);
        assert_eq!(roots("/mesh/shop"), ["shop"]);
        assert!(roots("/mesh/shop/models").is_empty());
        assert!(roots("/mes").is_empty());
    }

    #[test]
    fn only_files_that_dbt_looks_for_are_read() {
        let world = Fixture::new(MESH).world;
        for (path, is_read) in [
            ("/mesh/shop/models/new/e.sql", true),
            ("/mesh/shop/dependencies.yml", true),
            ("/mesh/shop/models/e.parquet", false),
            ("/mesh/shop/models/.e.sql", false),
            ("/mesh/shop/dev.duckdb", false),
            ("/mesh/shop/notes/e.sql", false),
            ("/mesh/e.sql", false),
        ] {
            assert_eq!(world.is_read(Path::new(path)), is_read, "{path}");
        }
        let outliers = world.outliers();
        let reader = outliers.reader_of(Path::new("/mesh/shared/e.sql"));
        assert_eq!(reader, Some(Path::new("/mesh/shop")));
        assert_eq!(outliers.reader_of(Path::new("/mesh/shared_2/e.sql")), None);
    }
}
