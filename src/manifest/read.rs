//! From bytes to a [`Manifest`]: one pass over the text, then the tables by which nodes are found.

use crate::dbt::ResourceType;
use crate::pace;

use super::arena::{ArenaBuilder, Text};
use super::error::ReadError;
use super::gzip;
use super::json::{Cursor, Fault, Kind};
use super::node_reading::{Tables, joined, read_node, text, version};
use super::record::{
    Details, DisabledRecord, GroupRecord, KeyRecord, Metadata, NodeDetail, NodeRecord,
};
use super::{MAX_BYTES, Manifest};

/// Reads a `manifest.json` of any schema version, plain or gzip, with or without a byte order mark.
///
/// # Errors
/// When the bytes are not JSON from end to end, are no object, or are no manifest.
pub fn read(bytes: &[u8]) -> Result<Manifest, ReadError> {
    read_at_most(bytes, MAX_BYTES)
}

/// The same of one that has no more than `most_bytes` when it is unpacked.
pub(super) fn read_at_most(bytes: &[u8], most_bytes: usize) -> Result<Manifest, ReadError> {
    if !gzip::is_gzip(bytes) {
        return read_plain(bytes, false);
    }
    let inflated = gzip::inflate(bytes, most_bytes)
        .map_err(|error| ReadError::from_inflate(error, most_bytes))?;
    read_plain(&inflated, true)
}

fn read_plain(bytes: &[u8], was_gzip: bool) -> Result<Manifest, ReadError> {
    const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
    if bytes.len() > MAX_BYTES {
        return Err(ReadError::TooLarge { limit: MAX_BYTES });
    }
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Err(ReadError::Utf16);
    }
    let start = if bytes.starts_with(BYTE_ORDER_MARK) {
        BYTE_ORDER_MARK.len()
    } else {
        0
    };
    if bytes
        .get(start..)
        .unwrap_or_default()
        .trim_ascii()
        .is_empty()
    {
        return Err(ReadError::Empty);
    }
    let mut draft = Draft::new(bytes.len());
    let is_object = draft
        .read(&mut Cursor::new(bytes, start))
        .map_err(|fault| ReadError::from_fault(fault, bytes))?;
    if !is_object {
        return Err(ReadError::NotAnObject);
    }
    draft.check()?;
    Ok(Manifest {
        has_byte_order_mark: start > 0,
        ..draft.finish(was_gzip, bytes.len())
    })
}

/// A manifest that is being read.
struct Draft {
    tables: Tables,
    metadata: Metadata,
    groups: Vec<GroupRecord>,
    disabled: Vec<DisabledRecord>,
    has_nodes: bool,
}

impl Draft {
    fn new(byte_size: usize) -> Self {
        Self {
            tables: Tables {
                arena: ArenaBuilder::new(byte_size),
                details: Details::default(),
                nodes: Vec::new(),
                columns: Vec::new(),
                lists: Vec::new(),
                refused: None,
            },
            metadata: Metadata::default(),
            groups: Vec::new(),
            disabled: Vec::new(),
            has_nodes: false,
        }
    }

    /// Reads the whole text; whether it is an object.
    fn read(&mut self, cursor: &mut Cursor<'_>) -> Result<bool, Fault> {
        let Some(mut walk) = cursor.object()? else {
            cursor.end()?;
            return Ok(false);
        };
        while let Some(key) = cursor.key(&mut walk)? {
            match &*key {
                b"metadata" => self.read_metadata(cursor)?,
                b"nodes" => self.read_nodes(cursor)?,
                b"groups" => self.read_groups(cursor)?,
                b"disabled" => self.read_disabled(cursor)?,
                _ => cursor.skip()?,
            }
        }
        cursor.end()?;
        Ok(true)
    }

    fn read_metadata(&mut self, cursor: &mut Cursor<'_>) -> Result<(), Fault> {
        let arena = &mut self.tables.arena;
        let Some(mut walk) = cursor.object()? else {
            return Ok(());
        };
        while let Some(key) = cursor.key(&mut walk)? {
            match &*key {
                b"project_name" => self.metadata.project_name = text(cursor, arena)?,
                b"dbt_schema_version" => self.metadata.schema = text(cursor, arena)?,
                b"dbt_version" => self.metadata.dbt_version = text(cursor, arena)?,
                b"generated_at" => self.metadata.generated_at = text(cursor, arena)?,
                b"adapter_type" => self.metadata.adapter_type = text(cursor, arena)?,
                _ => cursor.skip()?,
            }
        }
        Ok(())
    }

    fn read_nodes(&mut self, cursor: &mut Cursor<'_>) -> Result<(), Fault> {
        let Some(mut walk) = cursor.object()? else {
            return Ok(());
        };
        self.has_nodes = true;
        while let Some(id) = cursor.key(&mut walk)? {
            pace::let_others_go_first();
            if is_kept(&id) {
                read_node(cursor, &String::from_utf8_lossy(&id), &mut self.tables)?;
            } else {
                cursor.skip()?;
            }
        }
        Ok(())
    }

    fn read_groups(&mut self, cursor: &mut Cursor<'_>) -> Result<(), Fault> {
        let Some(mut walk) = cursor.object()? else {
            return Ok(());
        };
        while let Some(id) = cursor.key(&mut walk)? {
            if let Some(group) = read_group(cursor, &id, &mut self.tables.arena)? {
                self.groups.push(group);
            }
        }
        Ok(())
    }

    fn read_disabled(&mut self, cursor: &mut Cursor<'_>) -> Result<(), Fault> {
        let Some(mut walk) = cursor.object()? else {
            return Ok(());
        };
        while let Some(id) = cursor.key(&mut walk)? {
            let id = String::from_utf8_lossy(&id);
            let prefix = id.split('.').next().and_then(ResourceType::parse);
            if !prefix.is_some_and(ResourceType::is_refable) {
                cursor.skip()?;
            } else if cursor.kind()? == Kind::Array {
                let mut items = cursor.array()?;
                while let Some(items) = &mut items
                    && cursor.item(items)?
                {
                    self.read_disabled_node(cursor, &id)?;
                }
            } else {
                self.read_disabled_node(cursor, &id)?;
            }
        }
        Ok(())
    }

    fn read_disabled_node(&mut self, cursor: &mut Cursor<'_>, id: &str) -> Result<(), Fault> {
        let arena = &mut self.tables.arena;
        let Some(mut walk) = cursor.object()? else {
            return Ok(());
        };
        let (mut name, mut package, mut number) = (None, None, None);
        while let Some(key) = cursor.key(&mut walk)? {
            match &*key {
                b"name" => name = text(cursor, arena)?,
                b"package_name" => package = text(cursor, arena)?,
                b"version" => number = version(cursor, arena)?,
                _ => cursor.skip()?,
            }
        }
        let mut parts = id.splitn(3, '.').skip(1);
        let package = package.or_else(|| arena.intern(parts.next().unwrap_or_default()));
        let name = name.or_else(|| arena.intern(parts.next().unwrap_or_default()));
        let unique_id = arena.intern(id);
        if let Some(key) = versioned_key(arena, name, number) {
            self.disabled.push(DisabledRecord {
                key,
                package,
                unique_id,
            });
        }
        Ok(())
    }

    /// Whether what was read is a manifest.
    fn check(&self) -> Result<(), ReadError> {
        let schema = self
            .metadata
            .schema
            .map(|schema| self.tables.arena.get(schema));
        if let Some((kind, _)) = schema.and_then(artifact)
            && kind != "manifest"
        {
            return Err(ReadError::AnotherArtifact {
                kind: kind.to_owned(),
            });
        }
        if !self.has_nodes {
            return Err(ReadError::NoNodes);
        }
        if self.tables.arena.is_full() {
            return Err(ReadError::TooLarge { limit: MAX_BYTES });
        }
        Ok(())
    }

    fn finish(self, was_gzip: bool, byte_size: usize) -> Manifest {
        let Tables {
            mut arena,
            nodes,
            details,
            columns,
            lists,
            refused,
        } = self.tables;
        let nodes = without_repeated(nodes);
        let details = details.finish();
        let with_function = with_function(&nodes, &details, &lists, &arena);
        let by_key = key_table(&nodes, &mut arena);
        let mut by_unique_id: Vec<u32> = (0..).zip(&nodes).map(|(place, _)| place).collect();
        by_unique_id.sort_by_key(|&place| text_of(&arena, &nodes, place, |node| node.unique_id));
        let mut packages: Vec<Text> = nodes.iter().filter_map(|node| node.package).collect();
        packages.sort_by(|left, right| arena.get(*left).cmp(arena.get(*right)));
        packages.dedup();
        let mut disabled = self.disabled;
        disabled.sort_by_key(|record| (arena.get(record.key), arena.get_or_empty(record.package)));
        Manifest {
            model_count: nodes
                .iter()
                .filter(|node| node.resource_type == ResourceType::Model)
                .count(),
            arena: arena.finish(),
            metadata: self.metadata,
            nodes: nodes.into_boxed_slice(),
            details,
            columns: columns.into_boxed_slice(),
            lists: lists.into_boxed_slice(),
            by_key: by_key.into_boxed_slice(),
            by_unique_id: by_unique_id.into_boxed_slice(),
            packages: packages.into_boxed_slice(),
            groups: self.groups.into_boxed_slice(),
            disabled: disabled.into_boxed_slice(),
            was_gzip,
            refused,
            with_function,
            has_byte_order_mark: false,
            byte_size,
        }
    }
}

/// Whether the node `id` is one that dbt-loom hands on.
fn is_kept(id: &[u8]) -> bool {
    !id.starts_with(b"test.") && !id.starts_with(b"macro.")
}

fn read_group(
    cursor: &mut Cursor<'_>,
    id: &[u8],
    arena: &mut ArenaBuilder,
) -> Result<Option<GroupRecord>, Fault> {
    let Some(mut walk) = cursor.object()? else {
        return Ok(None);
    };
    let mut group = GroupRecord {
        name: None,
        package: None,
        owner_name: None,
        owner_email: None,
        description: None,
    };
    while let Some(key) = cursor.key(&mut walk)? {
        match &*key {
            b"name" => group.name = text(cursor, arena)?,
            b"package_name" => group.package = text(cursor, arena)?,
            b"description" => group.description = text(cursor, arena)?,
            b"owner" => read_owner(cursor, &mut group, arena)?,
            _ => cursor.skip()?,
        }
    }
    let id = String::from_utf8_lossy(id);
    let mut parts = id.splitn(3, '.').skip(1);
    group.package = group
        .package
        .or_else(|| arena.intern(parts.next().unwrap_or_default()));
    group.name = group
        .name
        .or_else(|| arena.intern(parts.next().unwrap_or_default()));
    Ok(Some(group))
}

fn read_owner(
    cursor: &mut Cursor<'_>,
    group: &mut GroupRecord,
    arena: &mut ArenaBuilder,
) -> Result<(), Fault> {
    let Some(mut walk) = cursor.object()? else {
        return Ok(());
    };
    while let Some(key) = cursor.key(&mut walk)? {
        match &*key {
            b"name" => group.owner_name = text(cursor, arena)?,
            b"email" => group.owner_email = arena.intern(&joined(cursor)?),
            _ => cursor.skip()?,
        }
    }
    Ok(())
}

/// The kind and the version in a text such as `https://…/dbt/manifest/v12.json`.
pub(super) fn artifact(schema: &str) -> Option<(&str, u32)> {
    let (rest, file) = schema.rsplit_once('/')?;
    let version = file
        .strip_prefix('v')?
        .strip_suffix(".json")?
        .parse()
        .ok()?;
    let kind = rest.rsplit_once('/').map_or(rest, |(_, kind)| kind);
    Some((kind, version))
}

/// The key under which a `ref` finds `name` in `version`.
fn versioned_key(
    arena: &mut ArenaBuilder,
    name: Option<Text>,
    version: Option<Text>,
) -> Option<Text> {
    let (name, Some(version)) = (name?, version) else {
        return name;
    };
    let key = format!("{}.v{}", arena.get(name), arena.get(version));
    arena.intern(&key)
}

/// The ids of the first node that is made with a function of the warehouse, and of that.
fn with_function(
    nodes: &[NodeRecord],
    details: &[NodeDetail],
    lists: &[Text],
    arena: &ArenaBuilder,
) -> Option<(Text, Text)> {
    nodes.iter().find_map(|node| {
        let detail = details.get(node.detail as usize)?;
        let mut parents = detail.depends_on.of(lists).iter().copied();
        let function = parents.find(|id| arena.get(*id).starts_with("function."))?;
        Some((node.unique_id?, function))
    })
}

/// Of nodes with one id (a JSON object may repeat a key) the last, as Python's reader has it.
fn without_repeated(nodes: Vec<NodeRecord>) -> Vec<NodeRecord> {
    let mut seen = std::collections::HashSet::with_capacity(nodes.len());
    if nodes.iter().all(|node| seen.insert(node.unique_id)) {
        return nodes;
    }
    seen.clear();
    let mut kept: Vec<_> = nodes
        .into_iter()
        .rev()
        .filter(|node| seen.insert(node.unique_id))
        .collect();
    kept.reverse();
    kept
}

/// All keys by which `ref` finds a node, in order of key, then package. Of two nodes with one key
/// in one package the later counts, as in dbt.
fn key_table(nodes: &[NodeRecord], arena: &mut ArenaBuilder) -> Vec<KeyRecord> {
    let mut keys = Vec::with_capacity(nodes.len());
    for (place, node) in (0..).zip(nodes) {
        if let Some(key) = versioned_key(arena, node.name, node.version) {
            keys.push(KeyRecord { key, node: place });
        }
        // Equal texts have equal numbers.
        if let Some(key) = node.name
            && node.version.is_some()
            && node.version == node.latest_version
        {
            keys.push(KeyRecord { key, node: place });
        }
    }
    let package = |entry: &KeyRecord| text_of(arena, nodes, entry.node, |node| node.package);
    keys.sort_by(|left, right| {
        (arena.get(left.key), package(left), right.node).cmp(&(
            arena.get(right.key),
            package(right),
            left.node,
        ))
    });
    keys.dedup_by(|later, kept| later.key == kept.key && package(later) == package(kept));
    keys
}

fn text_of<'a>(
    arena: &'a ArenaBuilder,
    nodes: &[NodeRecord],
    place: u32,
    field: fn(&NodeRecord) -> Option<Text>,
) -> &'a str {
    arena.get_or_empty(nodes.get(place as usize).and_then(field))
}
