//! What stands under the cursor in a loom config?

use std::sync::Arc;

use crate::manifest::loom::{ENTRY_FIELDS, Field, Kind, TOP_FIELDS, fields_of};
use crate::mesh::Linked;
use crate::syntax::yaml::{self, Node, Path, Place, Step};
use crate::text::Span;

use super::{Pointed, Thing};

/// The thing at `offset` of the loom config that a project uses.
pub(super) fn pointed(linked: &Arc<Linked>, offset: u32) -> Option<Pointed<'_>> {
    let found = |span, thing| Pointed {
        span,
        linked,
        thing,
    };
    let mut entries = linked
        .upstreams
        .iter()
        .filter_map(|upstream| Some((upstream, upstream.entry()?)));
    let named = entries
        .clone()
        .find(|(_, entry)| entry.name_span.touches(offset));
    if let Some((upstream, entry)) = named {
        return Some(found(entry.name_span, Thing::Upstream(upstream)));
    }
    if let Some((span, field)) = key(linked, offset) {
        return Some(found(span, Thing::LoomKey(field)));
    }
    let (upstream, entry) = entries.find(|(_, entry)| entry.origin_span.touches(offset))?;
    Some(found(entry.origin_span, Thing::ManifestPath(upstream)))
}

/// The key at `offset`.
fn key(linked: &Linked, offset: u32) -> Option<(Span, &'static Field)> {
    let text = &linked.loom.as_ref()?.text;
    let document = yaml::parse(text);
    let path = yaml::path_at(&document, text, offset);
    let Place::InKey { typed: span } = path.place else {
        return None;
    };
    let fields = fields_at(&document.root, &path)?;
    let field = fields.iter().find(|field| field.name == span.of(text))?;
    Some((span, field))
}

/// The keys that the mapping at the end of a path can have.
pub(in crate::ide) fn fields_at(root: &Node<'_>, path: &Path<'_>) -> Option<&'static [Field]> {
    match path.steps.as_slice() {
        [] => Some(TOP_FIELDS),
        [Step::Key("manifests"), Step::Index(_)] => Some(ENTRY_FIELDS),
        [Step::Key("manifests"), Step::Index(at), Step::Key("config")] => {
            let entry = root.get("manifests")?.items().get(*at)?;
            let kind = entry.get("type").and_then(Node::as_str);
            Some(fields_of(kind.and_then(Kind::parse).unwrap_or(Kind::File)))
        }
        _ => None,
    }
}
