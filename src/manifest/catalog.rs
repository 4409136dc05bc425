//! Which columns did the relations of a project have when dbt last looked into the warehouse?
//!
//! dbt writes that into `catalog.json`, beside its manifest, when it makes documentation. What it
//! says may have changed since. It is kept packed, for hardly any of it is ever asked.

use super::error::ReadError;
use super::json::{Cursor, Fault};
use super::raw_code_hash;

/// So many bytes of columns are packed together, or a few more.
const BLOCK: usize = 16 * 1024;
/// Between columns; neither in names nor in types.
const NEXT: char = '\u{1e}';
/// Between a name and its type.
const TYPE: char = '\u{1f}';

/// What `catalog.json` says of columns.
#[derive(Debug)]
pub struct Catalog {
    /// Texts one behind the other, each an LZ4 block behind its length.
    blocks: Box<[Box<[u8]>]>,
    /// By hash of the unique id.
    places: Box<[Place]>,
}

#[derive(Clone, Copy, Debug)]
struct Place {
    id: u64,
    block: u32,
    start: u32,
    end: u32,
}

/// A column as the warehouse had it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogColumn {
    /// Its name, in the warehouse's letters.
    pub name: Box<str>,
    /// Its type; empty where the warehouse tells none.
    pub data_type: Box<str>,
}

impl Catalog {
    /// Reads a `catalog.json`.
    ///
    /// # Errors
    /// When the bytes are not JSON from end to end, or have no nodes.
    pub fn read(bytes: &[u8]) -> Result<Self, ReadError> {
        if bytes.trim_ascii().is_empty() {
            return Err(ReadError::Empty);
        }
        let mut draft = Draft::default();
        let has_nodes = draft
            .read(&mut Cursor::new(bytes, 0))
            .map_err(|fault| ReadError::from_fault(fault, bytes))?;
        if !has_nodes {
            return Err(ReadError::NoNodes);
        }
        draft.pack();
        draft.places.sort_unstable_by_key(|place| place.id);
        Ok(Self {
            blocks: draft.blocks.into(),
            places: draft.places.into(),
        })
    }

    /// The columns of a resource or of a source's table, in the warehouse's order.
    #[must_use]
    pub fn columns(&self, unique_id: &str) -> Vec<CatalogColumn> {
        let id = raw_code_hash(unique_id);
        let at = self.places.binary_search_by_key(&id, |place| place.id);
        let text = at.ok().and_then(|at| {
            let place = self.places.get(at)?;
            let block = self.blocks.get(place.block as usize)?;
            let texts = lz4_flex::block::decompress_size_prepended(block).ok()?;
            let text = texts.get(place.start as usize..place.end as usize)?;
            String::from_utf8(text.to_vec()).ok()
        });
        let text = text.unwrap_or_default();
        let columns = text.split(NEXT).filter_map(|column| {
            let (name, data_type) = column.split_once(TYPE)?;
            Some(CatalogColumn {
                name: name.into(),
                data_type: data_type.into(),
            })
        });
        columns.collect()
    }
}

#[derive(Default)]
struct Draft {
    text: String,
    blocks: Vec<Box<[u8]>>,
    places: Vec<Place>,
}

impl Draft {
    /// Whether there are nodes.
    fn read(&mut self, cursor: &mut Cursor<'_>) -> Result<bool, Fault> {
        let mut has_nodes = false;
        if let Some(mut walk) = cursor.object()? {
            while let Some(key) = cursor.key(&mut walk)? {
                match &*key {
                    b"nodes" | b"sources" => {
                        has_nodes |= *key == *b"nodes";
                        self.read_relations(cursor)?;
                    }
                    _ => cursor.skip()?,
                }
            }
        }
        cursor.end()?;
        Ok(has_nodes)
    }

    fn read_relations(&mut self, cursor: &mut Cursor<'_>) -> Result<(), Fault> {
        let Some(mut walk) = cursor.object()? else {
            return Ok(());
        };
        while let Some(id) = cursor.key(&mut walk)? {
            crate::pace::let_others_go_first();
            let id = raw_code_hash(&String::from_utf8_lossy(&id));
            let Some(mut relation) = cursor.object()? else {
                continue;
            };
            while let Some(key) = cursor.key(&mut relation)? {
                if *key == *b"columns" {
                    let columns = read_columns(cursor)?;
                    self.add(id, columns);
                } else {
                    cursor.skip()?;
                }
            }
        }
        Ok(())
    }

    fn add(&mut self, id: u64, mut columns: Vec<(u32, String)>) {
        columns.sort_by_key(|(index, _)| *index);
        let start = self.text.len();
        for (at, (_, column)) in columns.iter().enumerate() {
            if at > 0 {
                self.text.push(NEXT);
            }
            self.text.push_str(column);
        }
        let numbers = (
            u32::try_from(self.blocks.len()),
            u32::try_from(start),
            u32::try_from(self.text.len()),
        );
        if let (Ok(block), Ok(start), Ok(end)) = numbers {
            self.places.push(Place {
                id,
                block,
                start,
                end,
            });
        }
        if self.text.len() >= BLOCK {
            self.pack();
        }
    }

    fn pack(&mut self) {
        let packed = lz4_flex::block::compress_prepend_size(self.text.as_bytes());
        self.blocks.push(packed.into());
        self.text.clear();
    }
}

/// The columns of a relation, each with its number.
fn read_columns(cursor: &mut Cursor<'_>) -> Result<Vec<(u32, String)>, Fault> {
    let mut columns = Vec::new();
    let Some(mut walk) = cursor.object()? else {
        return Ok(columns);
    };
    while let Some(name) = cursor.key(&mut walk)? {
        let (mut index, mut data_type) = (u32::MAX, String::new());
        if let Some(mut column) = cursor.object()? {
            while let Some(key) = cursor.key(&mut column)? {
                match &*key {
                    b"index" => {
                        let number = cursor.word()?.and_then(|word| word.parse().ok());
                        index = number.unwrap_or(u32::MAX);
                    }
                    b"type" => {
                        let text = cursor.text()?.map(|text| text.text().into_owned());
                        data_type = text.unwrap_or_default();
                    }
                    _ => cursor.skip()?,
                }
            }
        }
        let name = String::from_utf8_lossy(&name);
        let is_plain = |text: &str| !text.contains([NEXT, TYPE]);
        if is_plain(&name) && is_plain(&data_type) {
            columns.push((index, format!("{name}{TYPE}{data_type}")));
        }
    }
    Ok(columns)
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    #[test]
    fn relations_come_back_with_their_columns_in_order() {
        let mut nodes = String::new();
        for at in 0..2000 {
            let _ = write!(
                nodes,
                r#"{}"model.shop.m{at}":{{"metadata":{{"columns":{{"x":{{}}}}}},"columns":{{
                "b{at}":{{"type":"INTEGER","index":2,"name":"b"}},
                "A":{{"type":"DECIMAL(10,\u0032)","index":1,"comment":null}},
                "c":{{"type":null,"index":"3"}},"d":null}},"stats":{{}}}}"#,
                if at == 0 { "" } else { "," },
            );
        }
        let text = format!(
            r#"{{"metadata":{{}},"nodes":{{{nodes}}},"sources":{{"source.shop.raw.t":{{"columns":{{}}}}}},"errors":null}}"#
        );
        let catalog = Catalog::read(text.as_bytes()).unwrap();
        let columns = catalog.columns("model.shop.m1234");
        let shown: Vec<_> = columns
            .iter()
            .map(|it| (&*it.name, &*it.data_type))
            .collect();
        assert_eq!(
            shown,
            [
                ("A", "DECIMAL(10,2)"),
                ("b1234", "INTEGER"),
                ("c", ""),
                ("d", "")
            ]
        );
        assert!(catalog.columns("source.shop.raw.t").is_empty());
        assert!(catalog.columns("model.shop.other").is_empty());
        let packed: usize = catalog.blocks.iter().map(|block| block.len()).sum();
        assert!(packed < text.len() / 10, "{packed} of {}", text.len());
        // As long as dbt writes it, it is no catalog.
        for end in [0, 1, text.len() / 2, text.len() - 1] {
            let cut = Catalog::read(&text.as_bytes()[..end]);
            assert!(cut.is_err_and(|error| error.is_cut_off()), "{end}");
        }
        for wrong in ["[]", "{}", "null", r#"{"nodes": 1} x"#] {
            assert!(Catalog::read(wrong.as_bytes()).is_err(), "{wrong}");
        }
        for odd in [
            r#"{"nodes": 1}"#,
            r#"{"nodes": {"a": 1, "b": {"columns": []}}}"#,
        ] {
            assert!(
                Catalog::read(odd.as_bytes()).unwrap().places.len() < 2,
                "{odd}"
            );
        }
    }
}
