//! Who uses a column? The files that read what has it, across projects.

use std::sync::Arc;

use crate::ide::target::PointedColumn;
use crate::ide::{Place, readers};
use crate::mesh::Linked;
use crate::mesh::columns::{Read, Uses};
use crate::project::Node;
use crate::world::World;

/// The places that use the column under the cursor, in the order of the files: a column of the
/// model that the file makes, or the one of another model that it is nothing but.
pub(super) fn references(
    world: &World,
    linked: &Arc<Linked>,
    column: &PointedColumn<'_>,
) -> Vec<Place> {
    let Some((name, id, column)) = owner(world, linked, column) else {
        return Vec::new();
    };
    let ids = [id];
    let mut places = Vec::new();
    for linked in world.workspace_projects() {
        for reading in readers::readings(world, linked, &name, &ids) {
            let Uses::At(spans) = readers::uses(world, &reading, &ids, &column) else {
                continue;
            };
            places.extend(spans.into_iter().map(|span| Place {
                path: reading.place.path.clone(),
                span,
            }));
        }
    }
    places.sort();
    places.dedup();
    places
}

/// Name and id of the resource whose column it is, and the column's name there.
fn owner(
    world: &World,
    linked: &Linked,
    column: &PointedColumn<'_>,
) -> Option<(String, String, String)> {
    if !column.is_made_here {
        let nearest = column.ancestors.first().filter(|it| it.is_copy)?;
        let Read::Target(target) = &nearest.read else {
            return None;
        };
        let name = target.name().to_owned();
        return Some((name, target.unique_id(), nearest.column.clone()));
    }
    let (_, inside) = world.locate(&column.path)?;
    let project = &linked.project;
    let (_, node): (_, &Node) = project.index.of_file(&inside).next()?;
    let name = node.name.to_string();
    Some((name, node.unique_id(project.name()), column.name.clone()))
}
