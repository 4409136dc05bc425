//! What does the whole world look like, read from disk once?

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use super::{ProfilesFolders, environment, read_catalog, read_manifest, read_project_with};
use crate::settings::Settings;
use crate::world::{Change, ProjectFiles, Unindexed, World};

/// How far the reading is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// So many of the projects are read.
    Projects(usize, usize),
    /// So many of the manifests that are wanted by now are read.
    Manifests(usize, usize),
}

/// Reads the projects at `roots` and every manifest that they read. `folders` are the workspace's,
/// in which the roots were found.
#[must_use]
pub fn world(
    folders: &[PathBuf],
    roots: &[PathBuf],
    settings: Settings,
    cache: Option<PathBuf>,
    now: jiff::Timestamp,
    on_progress: &(dyn Fn(Progress) + Sync),
) -> World {
    let environment = environment();
    let loom_config = settings.loom_config.clone();
    let loom_config = loom_config.or_else(|| environment.get("DBT_LOOM_CONFIG").map(PathBuf::from));
    let mut world = World::default()
        .apply(Change::Settings(Arc::new(settings)))
        .apply(Change::Environment(Arc::new(environment)))
        .apply(Change::Now(now))
        .apply(Change::Folders(folders.to_vec()));
    if let Some(cache) = cache {
        world = world.apply(Change::Cache(cache));
    }
    let mut read = projects(roots, loom_config.as_deref(), on_progress);
    // One project after the other: each keeps all threads busy, and much in memory.
    for project in &mut read {
        project.render(&world.asked());
    }
    let made = read.into_par_iter().map(Unindexed::into_project);
    for project in made.collect::<Vec<_>>() {
        world = world.apply(Change::Project(project));
    }
    loop {
        let wanted = world.wanted_manifests();
        if wanted.is_empty() {
            break;
        }
        for change in manifests(wanted, on_progress) {
            world = world.apply(change);
        }
    }
    for change in catalogs(world.wanted_catalogs()) {
        world = world.apply(change);
    }
    for change in neighbours(&world.wanted_neighbours()) {
        world = world.apply(change);
    }
    world
}

/// Projects beside the workspace that some project reads.
fn neighbours(wanted: &[PathBuf]) -> Vec<Change> {
    let profiles = ProfilesFolders::new(None);
    let read = |root: &PathBuf| match read_project_with(root, None, &profiles) {
        Some(files) => Change::Neighbour(files.into_project()),
        None => Change::NoNeighbour(root.clone()),
    };
    wanted.par_iter().map(read).collect()
}

fn projects(
    roots: &[PathBuf],
    loom_config: Option<&Path>,
    on_progress: &(dyn Fn(Progress) + Sync),
) -> Vec<Unindexed> {
    let done = AtomicUsize::new(0);
    let profiles = ProfilesFolders::new(None);
    let read = |root: &PathBuf| {
        let project = read_project_with(root, loom_config, &profiles);
        on_progress(Progress::Projects(
            done.fetch_add(1, Ordering::Relaxed) + 1,
            roots.len(),
        ));
        project.map(ProjectFiles::unindexed)
    };
    roots.par_iter().filter_map(read).collect()
}

fn catalogs(wanted: Vec<PathBuf>) -> Vec<Change> {
    let read = wanted.into_par_iter().map_init(Vec::new, |buffer, path| {
        let outcome = read_catalog(&path, buffer);
        Change::Catalog { path, outcome }
    });
    read.collect()
}

fn manifests(wanted: Vec<PathBuf>, on_progress: &(dyn Fn(Progress) + Sync)) -> Vec<Change> {
    let total = wanted.len();
    let done = AtomicUsize::new(0);
    wanted
        .into_par_iter()
        .map_init(Vec::new, |buffer, path| {
            let outcome = read_manifest(&path, buffer);
            on_progress(Progress::Manifests(
                done.fetch_add(1, Ordering::Relaxed) + 1,
                total,
            ));
            Change::Manifest { path, outcome }
        })
        .collect()
}
