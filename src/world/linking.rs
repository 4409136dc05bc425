//! Which projects are linked anew after a change, and what of the mesh before is kept?

use std::path::PathBuf;
use std::sync::Arc;

use super::World;
use crate::mesh::columns::{Changed, Memo};
use crate::mesh::{self, LinkInput, Linked};
use crate::project::{NodeId, Project};

impl World {
    /// Puts a project whose meaning is new, and links those anew that read it.
    pub(super) fn put(&mut self, project: &Arc<Project>) {
        let name = project.name().to_owned();
        self.link(project);
        self.link_readers_of(&name);
    }

    pub(super) fn link_readers_of(&mut self, name: &str) {
        let reads = |linked: &&Arc<Linked>| {
            let mut upstreams = linked.upstreams.iter();
            linked.project.name() != name
                && upstreams
                    .any(|upstream| upstream.project_name() == name || upstream.name() == name)
        };
        let readers: Vec<_> = self
            .mesh
            .projects
            .iter()
            .filter(reads)
            .map(|linked| Arc::clone(&linked.project))
            .collect();
        for project in readers {
            self.link(&project);
        }
    }

    pub(super) fn link_all(&mut self) {
        let projects: Vec<_> = self
            .mesh
            .projects
            .iter()
            .map(|linked| Arc::clone(&linked.project))
            .collect();
        for project in projects {
            self.link(&project);
        }
    }

    pub(super) fn link(&mut self, project: &Arc<Project>) {
        self.links += 1;
        self.serial += 1;
        let mesh = Arc::clone(&self.mesh);
        let has_working_copy = |name: &str| mesh.working_copy(name).is_some();
        let input = LinkInput {
            slots: &self.slots,
            catalogs: &self.catalogs,
            loose_files: &self.loose_files,
            environment: &self.environment,
            settings: &self.settings,
            folder: self.folders.first().map(PathBuf::as_path),
            cache: self.cache.as_deref(),
            has_working_copy: &has_working_copy,
        };
        let linked = mesh::link(project, &input, self.serial);
        self.put_linked(linked, None);
    }

    /// Puts a project with the same resources in the place of the one before. `files` are those of
    /// its files that are others.
    pub(super) fn replace(&mut self, linked: Linked, files: &[&str]) {
        let mut nodes = Vec::new();
        for file in files {
            let before = nodes.len();
            nodes.extend(linked.project.index.of_file(file).map(|(id, _)| id));
            // What describes resources, or what many call, reaches further than to one.
            if nodes.len() == before {
                return self.put_linked(linked, None);
            }
        }
        self.put_linked(linked, Some(&nodes));
    }

    /// `nodes` are the resources whose own files are others, where no more is.
    fn put_linked(&mut self, linked: Linked, nodes: Option<&[NodeId]>) {
        let mesh = Arc::make_mut(&mut self.mesh);
        let projects = &mesh.projects;
        let at = projects.binary_search_by(|other| other.project.root.cmp(&linked.project.root));
        let as_others_see_it =
            |it: &Project| (it.name().to_owned(), it.is_in_workspace, it.packages.len());
        let is_the_same = |before: &Arc<Linked>| {
            as_others_see_it(&before.project) == as_others_see_it(&linked.project)
        };
        let before = at
            .ok()
            .filter(|at| projects.get(*at).is_some_and(is_the_same));
        mesh.memo = Arc::new(before.map_or_else(Memo::default, |project| {
            let readers = mesh.readers(project);
            mesh.memo.behind(&Changed {
                project,
                nodes,
                readers: &readers,
            })
        }));
        match at {
            Ok(at) => {
                if let Some(place) = mesh.projects.get_mut(at) {
                    *place = Arc::new(linked);
                }
            }
            Err(at) => mesh.projects.insert(at, Arc::new(linked)),
        }
    }
}
