//! One entry of `nodes`: which of its keys are kept, and what they fall back to.
//!
//! Every key may be missing or of another type than expected: what cannot be understood is as if
//! it were not there.

use std::borrow::Cow;

use crate::dbt::{Access, ResourceType};

use super::arena::{ArenaBuilder, Text};
use super::json::{Cursor, Fault, Kind, Quoted};
use super::raw_code::{RawCode, raw_code_hash};
use super::record::{ColumnRecord, Details, NodeDetail, NodeRecord, QUOTED, Stretch};

/// The tables that grow while nodes are read.
pub(super) struct Tables {
    pub(super) arena: ArenaBuilder,
    pub(super) nodes: Vec<NodeRecord>,
    pub(super) details: Details,
    pub(super) columns: Vec<ColumnRecord>,
    pub(super) lists: Vec<Text>,
    /// The first node for which dbt-loom refuses the manifest.
    pub(super) refused: Option<Box<Refused>>,
}

/// A node that dbt-loom does not read (`ManifestNode` in its `manifests.py`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// dbt's id of the node.
    pub unique_id: Box<str>,
    /// The key that is missing, or holds something else than dbt-loom wants.
    pub key: &'static str,
}

/// What `config` says, which counts where the node itself says nothing.
#[derive(Default)]
struct Config {
    access: Option<Access>,
    group: Option<Text>,
    materialized: Option<Text>,
    has_enforced_contract: Option<bool>,
    tags: Option<Stretch>,
}

/// The parts of a node that are only known to belong together at its end.
#[derive(Default)]
struct Draft {
    resource_type: Option<ResourceType>,
    access: Option<Access>,
    has_enforced_contract: Option<bool>,
    tags: Option<Stretch>,
    config: Config,
    detail: NodeDetail,
    has_id: bool,
    has_type: bool,
    has_schema: bool,
    /// A key that holds what dbt-loom does not take.
    refused: Option<&'static str>,
}

/// Reads the node `id` that stands under the cursor into `tables`; what is no object is skipped.
pub(super) fn read_node(
    cursor: &mut Cursor<'_>,
    id: &str,
    tables: &mut Tables,
) -> Result<(), Fault> {
    let Some(mut walk) = cursor.object()? else {
        return Ok(());
    };
    let mut node = empty_node();
    let mut draft = Draft::default();
    let mut is_empty = true;
    while let Some(key) = cursor.key(&mut walk)? {
        is_empty = false;
        read_entry(cursor, &key, &mut node, &mut draft, tables)?;
    }
    // An empty one dbt-loom passes over.
    if !is_empty && tables.refused.is_none() {
        tables.refused = missing(&node, &draft).map(|key| {
            let unique_id = id.into();
            Box::new(Refused { unique_id, key })
        });
    }
    complete(&mut node, draft, id, tables);
    tables.nodes.push(node);
    Ok(())
}

fn read_entry(
    cursor: &mut Cursor<'_>,
    key: &[u8],
    node: &mut NodeRecord,
    draft: &mut Draft,
    tables: &mut Tables,
) -> Result<(), Fault> {
    let arena = &mut tables.arena;
    match key {
        b"name" => node.name = text(cursor, arena)?,
        b"package_name" => node.package = text(cursor, arena)?,
        b"group" => draft.detail.group = text(cursor, arena)?,
        b"deprecation_date" => draft.detail.deprecation_date = text(cursor, arena)?,
        b"description" => draft.detail.description = text(cursor, arena)?,
        b"relation_name" => node.relation_name = text(cursor, arena)?,
        b"original_file_path" => node.original_file_path = text(cursor, arena)?,
        b"patch_path" => draft.detail.patch_path = text(cursor, arena)?,
        b"language" => draft.detail.language = text(cursor, arena)?,
        b"version" | b"latest_version" => {
            let is_number = cursor.kind()? == Kind::Word;
            let found = version(cursor, arena)?;
            // dbt-loom makes texts of all but what Python takes for false.
            if is_number && found.is_some_and(|found| arena.get(found) == "0") {
                draft.refused = Some(if key == b"version" {
                    "version"
                } else {
                    "latest_version"
                });
            }
            if key == b"version" {
                node.version = found;
            } else {
                node.latest_version = found;
            }
        }
        b"access" => {
            let access = cursor.text()?;
            draft.access = access
                .as_ref()
                .and_then(|access| Access::parse(&access.text()));
            if access.is_some() && draft.access.is_none() {
                draft.refused = Some("access");
            }
        }
        b"resource_type" => {
            let kind = cursor.text()?;
            draft.resource_type = kind
                .as_ref()
                .and_then(|kind| ResourceType::parse(&kind.text()));
            let is_other =
                |kind: Quoted<'_>| ["rpc", "sql_operation", "fixture"].contains(&&*kind.text());
            draft.has_type = draft.resource_type.is_some() || kind.is_some_and(is_other);
        }
        b"unique_id" => draft.has_id = cursor.text()?.is_some(),
        b"schema" => draft.has_schema = cursor.text()?.is_some(),
        b"tags" => draft.tags = Some(texts(cursor, tables)?),
        b"constraints" => draft.detail.constraints = model_constraints(cursor, tables)?,
        b"columns" => draft.detail.columns = columns(cursor, tables)?,
        b"depends_on" => draft.detail.depends_on = depends_on(cursor, tables)?,
        b"contract" => draft.has_enforced_contract = contract(cursor)?,
        b"config" => {
            if cursor.kind()? != Kind::Object {
                draft.refused = Some("config");
            }
            draft.config = config(cursor, tables)?;
        }
        b"raw_code" | b"raw_sql" => {
            if let Some(quoted) = cursor.text()? {
                draft.detail.raw_code = RawCode::new(&quoted.range());
                draft.detail.raw_code_hash = raw_code_hash(&quoted.text());
            }
        }
        _ => cursor.skip()?,
    }
    Ok(())
}

fn empty_node() -> NodeRecord {
    NodeRecord {
        unique_id: None,
        name: None,
        package: None,
        version: None,
        latest_version: None,
        relation_name: None,
        original_file_path: None,
        detail: 0,
        resource_type: ResourceType::Model,
        access: None,
        has_enforced_contract: false,
    }
}

/// Fills what the node did not say from its `config`, then from its id.
fn complete(node: &mut NodeRecord, draft: Draft, id: &str, tables: &mut Tables) {
    let mut parts = id.splitn(3, '.');
    let prefix = parts.next().and_then(ResourceType::parse);
    let package = parts.next().unwrap_or_default();
    let name = parts.next().unwrap_or(id);
    let arena = &mut tables.arena;
    let config = draft.config;
    // The key is what dbt-loom and `depends_on` go by.
    node.unique_id = arena.intern(id);
    node.package = node.package.or_else(|| arena.intern(package));
    node.name = node.name.or_else(|| arena.intern(name));
    let mut detail = draft.detail;
    detail.group = detail.group.or(config.group);
    detail.materialized = config.materialized;
    detail.tags = draft.tags.or(config.tags).unwrap_or_default();
    node.detail = tables.details.place(detail);
    node.access = draft.access.or(config.access);
    // A kind that is yet to be invented becomes a model where it is read through dbt-loom.
    node.resource_type = draft
        .resource_type
        .or(prefix)
        .unwrap_or(ResourceType::Model);
    node.has_enforced_contract = draft
        .has_enforced_contract
        .or(config.has_enforced_contract)
        .unwrap_or(false);
}

/// The key for the lack of which dbt-loom refuses a node.
fn missing(node: &NodeRecord, draft: &Draft) -> Option<&'static str> {
    let keys = [
        ("name", node.name.is_some()),
        ("package_name", node.package.is_some()),
        ("unique_id", draft.has_id),
        ("resource_type", draft.has_type),
        ("schema", draft.has_schema),
    ];
    let missing = keys.into_iter().find(|(_, is_there)| !is_there);
    missing.map(|(key, _)| key).or(draft.refused)
}

/// The text under the cursor, kept.
pub(super) fn text(
    cursor: &mut Cursor<'_>,
    arena: &mut ArenaBuilder,
) -> Result<Option<Text>, Fault> {
    Ok(cursor
        .text()?
        .and_then(|quoted| arena.intern(&quoted.text())))
}

fn parsed<T>(cursor: &mut Cursor<'_>, parse: fn(&str) -> Option<T>) -> Result<Option<T>, Fault> {
    Ok(cursor.text()?.and_then(|quoted| parse(&quoted.text())))
}

/// A version, as the text that Python's `str` makes of it.
pub(super) fn version(
    cursor: &mut Cursor<'_>,
    arena: &mut ArenaBuilder,
) -> Result<Option<Text>, Fault> {
    if cursor.kind()? != Kind::Word {
        return text(cursor, arena);
    }
    let Some(word) = cursor.word()? else {
        return Ok(None);
    };
    Ok(number_as_python(word).and_then(|number| arena.intern(&number)))
}

fn number_as_python(word: &str) -> Option<Cow<'_, str>> {
    if word
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'-')
    {
        return Some(Cow::Borrowed(word));
    }
    let number: f64 = word
        .parse()
        .ok()
        .filter(|number: &f64| number.is_finite())?;
    Some(Cow::Owned(format!("{number:?}")))
}

fn texts(cursor: &mut Cursor<'_>, tables: &mut Tables) -> Result<Stretch, Fault> {
    let start = tables.lists.len();
    if let Some(mut walk) = cursor.array()? {
        while cursor.item(&mut walk)? {
            if let Some(text) = text(cursor, &mut tables.arena)? {
                tables.lists.push(text);
            }
        }
    }
    Ok(stretch(start, tables.lists.len()))
}

fn stretch(start: usize, end: usize) -> Stretch {
    match (u32::try_from(start), u32::try_from(end)) {
        (Ok(start), Ok(end)) if start < end => Stretch { start, end },
        _ => Stretch::default(),
    }
}

fn depends_on(cursor: &mut Cursor<'_>, tables: &mut Tables) -> Result<Stretch, Fault> {
    let mut nodes = Stretch::default();
    if let Some(mut walk) = cursor.object()? {
        while let Some(key) = cursor.key(&mut walk)? {
            match &*key {
                b"nodes" => nodes = texts(cursor, tables)?,
                _ => cursor.skip()?,
            }
        }
    }
    Ok(nodes)
}

fn contract(cursor: &mut Cursor<'_>) -> Result<Option<bool>, Fault> {
    let mut is_enforced = None;
    if let Some(mut walk) = cursor.object()? {
        while let Some(key) = cursor.key(&mut walk)? {
            match &*key {
                b"enforced" => is_enforced = Some(cursor.is_true()?),
                _ => cursor.skip()?,
            }
        }
    }
    Ok(is_enforced)
}

fn config(cursor: &mut Cursor<'_>, tables: &mut Tables) -> Result<Config, Fault> {
    let mut config = Config::default();
    if let Some(mut walk) = cursor.object()? {
        while let Some(key) = cursor.key(&mut walk)? {
            match &*key {
                b"access" => config.access = parsed(cursor, Access::parse)?,
                b"group" => config.group = text(cursor, &mut tables.arena)?,
                b"materialized" => config.materialized = text(cursor, &mut tables.arena)?,
                b"contract" => config.has_enforced_contract = contract(cursor)?,
                b"tags" => config.tags = Some(texts(cursor, tables)?),
                _ => cursor.skip()?,
            }
        }
    }
    Ok(config)
}

fn columns(cursor: &mut Cursor<'_>, tables: &mut Tables) -> Result<Stretch, Fault> {
    let start = tables.columns.len();
    if let Some(mut walk) = cursor.object()? {
        while let Some(key) = cursor.key(&mut walk)? {
            if let Some(column) = column(cursor, &key, &mut tables.arena)? {
                tables.columns.push(column);
            }
        }
    }
    Ok(stretch(start, tables.columns.len()))
}

fn column(
    cursor: &mut Cursor<'_>,
    key: &[u8],
    arena: &mut ArenaBuilder,
) -> Result<Option<ColumnRecord>, Fault> {
    let Some(mut walk) = cursor.object()? else {
        return Ok(None);
    };
    // Behind these stand a dozen keys that nothing shows, and a manifest is columns for the most
    // part: the rest of a column is stepped over at once.
    let mut missing = 5_u8;
    let (mut constraints, mut is_quoted) = (String::new(), false);
    let mut column = ColumnRecord {
        name: None,
        data_type: None,
        description: None,
        constraints: None,
    };
    while let Some(key) = cursor.key(&mut walk)? {
        match &*key {
            b"name" => column.name = text(cursor, arena)?,
            b"data_type" => column.data_type = text(cursor, arena)?,
            b"description" => column.description = text(cursor, arena)?,
            b"constraints" => constraints = column_constraints(cursor)?,
            b"quote" => is_quoted = cursor.is_true()?,
            _ => {
                cursor.skip()?;
                continue;
            }
        }
        missing -= 1;
        if missing == 0 {
            cursor.leave()?;
            break;
        }
    }
    if is_quoted {
        push_word(&mut constraints, ",", QUOTED);
    }
    column.constraints = arena.intern(&constraints);
    column.name = column
        .name
        .or_else(|| arena.intern(&String::from_utf8_lossy(key)));
    Ok(Some(column))
}

fn column_constraints(cursor: &mut Cursor<'_>) -> Result<String, Fault> {
    let mut kinds = String::new();
    if let Some(mut walk) = cursor.array()? {
        while cursor.item(&mut walk)? {
            let (kind, _) = constraint(cursor)?;
            push_word(&mut kinds, ",", &kind);
        }
    }
    Ok(kinds)
}

/// Constraints of the whole model, as in `primary_key (order_id, line)`.
fn model_constraints(cursor: &mut Cursor<'_>, tables: &mut Tables) -> Result<Stretch, Fault> {
    let start = tables.lists.len();
    if let Some(mut walk) = cursor.array()? {
        while cursor.item(&mut walk)? {
            let (kind, columns) = constraint(cursor)?;
            let shown = if columns.is_empty() {
                kind
            } else {
                format!("{kind} ({columns})")
            };
            tables.lists.extend(tables.arena.intern(&shown));
        }
    }
    Ok(stretch(start, tables.lists.len()))
}

/// The kind of a constraint and the columns that it names, empty where it is none.
fn constraint(cursor: &mut Cursor<'_>) -> Result<(String, String), Fault> {
    let (mut kind, mut columns) = (String::new(), String::new());
    if let Some(mut walk) = cursor.object()? {
        while let Some(key) = cursor.key(&mut walk)? {
            match &*key {
                b"type" => kind = cursor.text()?.map(owned).unwrap_or_default(),
                b"columns" => columns = joined(cursor)?,
                _ => cursor.skip()?,
            }
        }
    }
    Ok((kind, columns))
}

/// A text, or the texts of a list with commas between them.
pub(super) fn joined(cursor: &mut Cursor<'_>) -> Result<String, Fault> {
    if cursor.kind()? != Kind::Array {
        return Ok(cursor.text()?.map(owned).unwrap_or_default());
    }
    let mut all = String::new();
    if let Some(mut walk) = cursor.array()? {
        while cursor.item(&mut walk)? {
            if let Some(quoted) = cursor.text()? {
                push_word(&mut all, ", ", &quoted.text());
            }
        }
    }
    Ok(all)
}

fn owned(quoted: Quoted<'_>) -> String {
    quoted.text().into_owned()
}

fn push_word(all: &mut String, between: &str, word: &str) {
    if !all.is_empty() && !word.is_empty() {
        all.push_str(between);
    }
    all.push_str(word);
}

#[cfg(test)]
mod tests {
    use crate::manifest::read;

    /// The key of the node `model.core.a` for which dbt-loom refuses a manifest, with `entries` over
    /// those of a good one.
    fn refused(entries: &str) -> Option<&'static str> {
        let json = format!(
            r#"{{"nodes": {{"model.core.a": {{"name": "a", "package_name": "core", "schema": "main",
            "unique_id": "model.core.a", "resource_type": "model", "access": "public",
            "config": {{}}, "version": 1, {entries}}}}}}}"#
        );
        let manifest = read(json.as_bytes()).unwrap();
        manifest.refused().map(|refused| refused.key)
    }

    #[test]
    fn what_dbt_loom_refuses_is_known_by_its_key() {
        assert_eq!(refused(r#""group": null"#), None);
        assert_eq!(refused(r#""resource_type": "sql_operation""#), None);
        assert_eq!(refused(r#""access": null, "version": "0""#), None);
        assert_eq!(refused(r#""schema": null"#), Some("schema"));
        assert_eq!(refused(r#""unique_id": 5"#), Some("unique_id"));
        assert_eq!(
            refused(r#""resource_type": "modell""#),
            Some("resource_type")
        );
        assert_eq!(refused(r#""access": "open""#), Some("access"));
        assert_eq!(refused(r#""config": null"#), Some("config"));
        assert_eq!(refused(r#""version": 0"#), Some("version"));
        assert_eq!(refused(r#""latest_version": 0"#), Some("latest_version"));
    }

    #[test]
    fn an_empty_node_is_passed_over() {
        let manifest = read(br#"{"nodes": {"model.core.a": {}}}"#).unwrap();
        assert!(manifest.refused().is_none());
    }
}
