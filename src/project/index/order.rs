//! In which order are the resources of a project found again? Sorted by a text of theirs: four
//! bytes for each, where a table by that text would take some dozens.

use super::{Node, NodeId};

/// The text that a resource is found by; `None` for one that is not among them.
type Key = fn(&Node) -> Option<&str>;

/// Resources in the order of a text of theirs, those with the same one in their own order.
#[derive(Clone, Debug)]
pub(super) struct Order {
    ids: Box<[NodeId]>,
    key: Key,
}

impl Order {
    /// The order of `nodes` by `key`.
    pub(super) fn new(nodes: &[Node], key: Key) -> Self {
        let ids = (0..nodes.len()).map(NodeId::new);
        let mut ids: Vec<_> = ids.filter(|id| key_of(nodes, *id, key).is_some()).collect();
        ids.sort_by_key(|id| key_of(nodes, *id, key));
        Self {
            ids: ids.into(),
            key,
        }
    }

    /// Those of `nodes` with this text.
    pub(super) fn find(&self, nodes: &[Node], text: &str) -> &[NodeId] {
        let start = (self.ids).partition_point(|id| key_of(nodes, *id, self.key) < Some(text));
        let behind = self.ids.get(start..).unwrap_or_default();
        let count = behind.partition_point(|id| key_of(nodes, *id, self.key) == Some(text));
        behind.get(..count).unwrap_or_default()
    }

    /// Those with the same text together.
    pub(super) fn groups<'a>(&'a self, nodes: &'a [Node]) -> impl Iterator<Item = &'a [NodeId]> {
        let is_same =
            |a: &NodeId, b: &NodeId| key_of(nodes, *a, self.key) == key_of(nodes, *b, self.key);
        self.ids.chunk_by(is_same)
    }
}

impl Default for Order {
    fn default() -> Self {
        Self {
            ids: Box::default(),
            key: |_| None,
        }
    }
}

fn key_of(nodes: &[Node], id: NodeId, key: Key) -> Option<&str> {
    nodes.get(id.index()).and_then(key)
}
