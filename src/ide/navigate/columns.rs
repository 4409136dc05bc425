//! Where is a column described, or made?

use crate::ide::target::PointedColumn;
use crate::ide::{LinkTarget, Place};
use crate::mesh::Linked;
use crate::mesh::columns::{Read, on_disk};
use crate::world::World;

/// The entry of the column in the nearest property file that has one; else the expression that
/// makes it, in this file or in the one that it comes from.
pub(super) fn definition(
    world: &World,
    linked: &Linked,
    column: &PointedColumn<'_>,
) -> Vec<LinkTarget> {
    let mesh = world.mesh();
    let file = |(path, span)| LinkTarget::File(Place { path, span });
    let copies = column.ancestors.iter().filter(|ancestor| ancestor.is_copy);
    let mut made = None;
    for ancestor in copies {
        let Read::Target(target) = &ancestor.read else {
            continue;
        };
        let Some(on_disk) = on_disk(mesh, linked, target) else {
            continue;
        };
        if let Some(place) = on_disk.described_at(&ancestor.column) {
            return vec![file(place)];
        }
        made = made.or_else(|| on_disk.made_at(mesh, &ancestor.column));
    }
    if let Some(place) = made {
        return vec![file(place)];
    }
    let here = column.made_at.map(|span| Place {
        path: column.path.clone(),
        span,
    });
    here.map(LinkTarget::File).into_iter().collect()
}
