//! A column in SQL under the cursor.

use std::path::PathBuf;
use std::sync::Arc;

use crate::ide::target::{Pointed, Thing};
use crate::mesh::Linked;
use crate::mesh::columns::{Ancestor, Column, Offers, Reading, Spot};
use crate::project::Role;
use crate::text::Span;
use crate::world::World;

/// A column where SQL names or makes it.
pub(in crate::ide) struct PointedColumn<'a> {
    /// The file.
    pub path: PathBuf,
    /// Its name.
    pub name: String,
    /// What is known of it.
    pub known: Option<Column>,
    /// The columns of other files that it is made of, nearest first.
    pub ancestors: Vec<Ancestor<'a>>,
    /// Where in the file its value is made, where that is elsewhere.
    pub made_at: Option<Span>,
    /// Whether it is a column of what the file makes, and no name in its SQL.
    pub is_made_here: bool,
}

/// The column at `offset`.
pub(super) fn pointed<'a>(
    world: &'a World,
    linked: &'a Arc<Linked>,
    inside: &str,
    offset: u32,
) -> Option<Pointed<'a>> {
    let is_query = matches!(
        Role::of(inside, &linked.project.definition).0,
        Role::Model | Role::Snapshot | Role::Analysis | Role::SingularTest
    );
    if !is_query {
        return None;
    }
    let mesh = world.mesh();
    let reading: Reading<'a> = linked.read_sql(mesh, inside)?;
    let (number, span, spot) = reading.spot(offset)?;
    let ancestors = reading.ancestors(mesh, linked, number, spot);
    let made_at = reading.made_at(number, spot);
    let tree = reading.sql.trees.get(number)?;
    let is_made_here = reading
        .output(span.of(reading.text()))
        .is_some_and(|it| it.0 == spot);
    let inputs = reading.inputs();
    let known = Offers::of(linked, inputs, tree).at(spot);
    let name = match &spot {
        Spot::Column(..) | Spot::Presumed(_) | Spot::Item(..) => span.of(reading.text()),
    };
    Some(Pointed {
        span,
        linked,
        thing: Thing::Column(PointedColumn {
            path: linked.project.path_of(inside),
            name: name.to_owned(),
            known,
            ancestors,
            made_at: made_at.filter(|made| *made != span),
            is_made_here,
        }),
    })
}
