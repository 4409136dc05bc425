//! Who reads a resource? The refs that mean it, found by name in the index of each project.

use std::sync::Arc;

use crate::dbt::ResourceType;
use crate::mesh::columns::{Read, Uses};
use crate::mesh::{Linked, Reader, Resolution, Target};
use crate::world::World;

use super::{Place, target};

/// A ref that means a resource.
pub(super) struct Reading<'a> {
    /// The project that it stands in.
    pub linked: &'a Arc<Linked>,
    /// The ref: its name, where that can be told.
    pub place: Place,
    /// The file, below the project's root.
    pub file: &'a str,
    /// The name of the model that it is part of.
    pub model: Option<&'a str>,
}

/// The refs of a project that mean one of `ids`, which are all called `name`.
pub(super) fn readings<'a>(
    world: &'a World,
    linked: &'a Arc<Linked>,
    name: &str,
    ids: &[String],
) -> Vec<Reading<'a>> {
    let project = &linked.project;
    let refs = project.refs_named(name);
    let meant = refs.filter_map(|it| {
        let resolution = target::resolution(world.mesh(), linked, it.file, it.facts, it.reference)?;
        let is_one = targets(&resolution)
            .iter()
            .any(|it| ids.contains(&it.unique_id()));
        let reader = Reader::of(project, it.file, it.facts, it.reference);
        let model = reader.node.map(|(_, node)| node);
        is_one.then(|| Reading {
            linked,
            file: it.file,
            place: Place {
                path: project.path_of(it.file),
                span: it.spans.name.unwrap_or(it.spans.call),
            },
            model: model
                .filter(|node| node.resource_type == ResourceType::Model)
                .map(|node| &*node.name),
        })
    });
    meant.collect()
}

/// Where a file that reads one of `ids` uses a column of it. Of what is no query nobody can tell.
pub(super) fn uses(world: &World, reading: &Reading<'_>, ids: &[String], column: &str) -> Uses {
    let Some(sql) = reading.linked.read_sql(world.mesh(), reading.file) else {
        return Uses::Perhaps;
    };
    let is_wanted = |read: &Read<'_>| match read {
        Read::Target(target) => ids.contains(&target.unique_id()),
        Read::Source(_) => false,
    };
    sql.uses(&is_wanted, column)
}

/// What a ref reads, or would read if dbt let it.
fn targets<'r, 'a>(resolution: &'r Resolution<'a>) -> &'r [Target<'a>] {
    match resolution {
        Resolution::Found(target)
        | Resolution::Private(target)
        | Resolution::Protected(target)
        | Resolution::Disabled(target)
        | Resolution::Unread(target) => std::slice::from_ref(target),
        Resolution::Ambiguous(targets) => targets,
        Resolution::DisabledUpstream { .. }
        | Resolution::NoVersion(_)
        | Resolution::NoModel(_)
        | Resolution::NoProject(_)
        | Resolution::NotDeclared(_)
        | Resolution::NotLoaded => &[],
    }
}
