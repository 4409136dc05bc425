//! Which key of one of dbt's YAML files stands under the cursor?

use std::path::Path;

use crate::dbt::schema;
use crate::ide::keys::held;
use crate::project::Role;
use crate::syntax::yaml::{self, Place};
use crate::text::Span;
use crate::world::World;

use super::Thing;

/// The key at `offset` of an open file, `inside` its project; a data test may stand without
/// a colon.
pub(super) fn key<'a>(
    world: &World,
    path: &Path,
    inside: &str,
    offset: u32,
) -> Option<(Span, Thing<'a>)> {
    let (linked, _) = world.locate(path)?;
    let is_table = matches!(
        Role::of(inside, &linked.project.definition).0,
        Role::Properties
            | Role::Definition
            | Role::Packages
            | Role::Dependencies
            | Role::Selectors
            | Role::Profiles
    );
    let mapping = schema::of_file(inside).filter(|_| is_table)?;
    let (text, _) = world.open_file(path)?;
    let document = yaml::parse(&text);
    let path = yaml::path_at(&document, &text, offset);
    let held = held(mapping, &document.root, &path.steps, offset);
    let (Place::InKey { typed } | Place::InValue { typed, .. }) = path.place else {
        return None;
    };
    let name = typed.of(&text).trim_matches(['"', '\'']);
    Some((typed, Thing::Key(held.key(name)?)))
}
