//! What in the text of a data type does `DuckDB` not have? Only what is certain: a name may be a type
//! of one's own, or of an extension.

use super::DataType;
use crate::syntax::sql::dialect::Dialect;

/// The names by which `DuckDB` knows types, without those of several words.
const TYPES: &str = "\
    array bigint bignum binary bit bitstring blob bool boolean bpchar bytea char character date \
    datetime dec decimal double enum float float4 float8 geometry guid hugeint inet int int1 int128 \
    int16 int2 int32 int4 int64 int8 integer integral interval json list logical long map nchar \
    null numeric nvarchar oid real row short signed smallint string struct text time time_ns \
    timestamp timestamp_ms timestamp_ns timestamp_s timestamp_us timestamptz timestamptz_ns timetz \
    tinyint tuple type ubigint uhugeint uint128 uint16 uint32 uint64 uint8 uinteger union usmallint \
    utinyint uuid varbinary varchar variant varint";

/// Types of other warehouses, each with the one of `DuckDB` that holds the same.
const ELSEWHERE: &str = "\
    bigdecimal decimal bignumeric decimal bigserial bigint byteint tinyint bytes blob clob varchar \
    datetime2 timestamp datetimeoffset timestamptz float64 double jsonb json longtext varchar \
    mediumint integer mediumtext varchar number decimal nvarchar2 varchar object json \
    serial integer smalldatetime timestamp smallserial smallint super json timestamp_ltz timestamptz \
    timestamp_ntz timestamp timestamp_tz timestamptz tinytext varchar uniqueidentifier uuid \
    varchar2 varchar";

/// Types that take nothing in parentheses.
const BARE: &str = "bigint blob boolean date double int integer json real smallint tinyint uuid";

/// What `DuckDB` does not take of a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lacking<'t> {
    /// The name, as it is written.
    pub name: &'t str,
    /// Why not.
    pub why: Lack,
}

/// Why `DuckDB` does not take a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lack {
    /// It has no such type; somebody may have made one.
    NoType {
        /// What holds the same, where other warehouses have it.
        meant: Option<&'static str>,
    },
    /// The type takes no length: `int(11)`.
    NoLength,
}

/// The names by which `DuckDB` knows types.
pub fn duckdb_types() -> impl Iterator<Item = &'static str> {
    TYPES.split_ascii_whitespace()
}

/// Whether a type of `DuckDB` holds others: `int[]`, `struct(a int)`.
#[must_use]
pub fn is_nested(text: &str) -> bool {
    let text = text.trim();
    let name = text.split('(').next().unwrap_or("").trim();
    let mut nested = "struct row union map".split(' ');
    let is_list = text.ends_with(']') && element(text).is_some_and(|it| !it.is_empty());
    is_list || (name.len() < text.len() && nested.any(|it| it.eq_ignore_ascii_case(name)))
}

/// What `DuckDB` does not have of the type that `text` names, with types inside of types.
#[must_use]
pub fn lacking_in_duckdb(text: &str) -> Option<Lacking<'_>> {
    if !text.contains(['(', '[']) && DataType::read(text, Dialect::DuckDb).is_some() {
        return None;
    }
    // Nobody nests types deeper.
    inside(text, 16)
}

fn inside(text: &str, depth: u8) -> Option<Lacking<'_>> {
    let depth = depth.checked_sub(1)?;
    let text = element(text)?;
    let end = text.find(|it: char| !it.is_ascii_alphanumeric() && it != '_');
    let (name, rest) = text.split_at(end.unwrap_or(text.len()));
    if !name.starts_with(|it: char| it.is_ascii_alphabetic() || it == '_') {
        return None;
    }
    let is_in = |names: &str| {
        let mut names = names.split_ascii_whitespace();
        names.any(|it| it.eq_ignore_ascii_case(name))
    };
    let lack = |why| Some(Lacking { name, why });
    let arguments = match rest.trim() {
        "" => None,
        rest => Some(rest.strip_prefix('(')?.strip_suffix(')')?),
    };
    if !is_in(TYPES) {
        return lack(Lack::NoType {
            meant: elsewhere(name),
        });
    }
    let arguments = arguments?;
    let parts = parts(arguments)?;
    if is_in("struct row union") {
        parts
            .into_iter()
            .find_map(|part| inside(member(part)?, depth))
    } else if is_in("map tuple") {
        parts.into_iter().find_map(|part| inside(part, depth))
    } else if is_in(BARE) && !arguments.trim().is_empty() {
        lack(Lack::NoLength)
    } else {
        None
    }
}

fn elsewhere(name: &str) -> Option<&'static str> {
    let mut words = ELSEWHERE.split_ascii_whitespace();
    while let Some((theirs, ours)) = words.next().zip(words.next()) {
        if theirs.eq_ignore_ascii_case(name) {
            return Some(ours);
        }
    }
    None
}

/// The type of the elements of `int[][3]`.
fn element(text: &str) -> Option<&str> {
    let mut text = text.trim();
    while let Some(open) = text.strip_suffix(']') {
        text = open.get(..open.rfind('[')?)?.trim_end();
    }
    Some(text)
}

/// The type of `name type`.
fn member(part: &str) -> Option<&str> {
    let part = part.trim();
    match part.strip_prefix('"') {
        Some(quoted) => Some(quoted.split_once('"')?.1),
        None => Some(part.split_once(char::is_whitespace)?.1),
    }
}

/// What stands between the commas, those in parentheses aside; none where these do not match.
fn parts(text: &str) -> Option<Vec<&str>> {
    let (mut found, mut start, mut depth) = (Vec::new(), 0, 0_usize);
    for (at, letter) in text.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' => depth = depth.checked_sub(1)?,
            ',' if depth == 0 => {
                found.extend(text.get(start..at));
                start = at + 1;
            }
            _ => {}
        }
    }
    found.extend(text.get(start..));
    (depth == 0).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As real `DuckDB` was asked of each.
    #[test]
    fn types_are_refused_as_duckdb_refuses_them() {
        let lacking = |text| lacking_in_duckdb(text).map(|it| it.name);
        let fine = "int, INTEGER, varchar(10), decimal(10 2), numeric, int[], int[3][], double precision, \
                    character varying(10), timestamp with time zone, timestamp(3), nchar, struct, (, \
                    main.strng, \"strng\", int array, interval year to month, float(10), variant, \
                    strng; select 1, {{ dbt.type_string() }}, varchar()";
        for text in fine.split(", ") {
            assert_eq!(lacking(text), None, "{text}");
        }
        for text in [
            "struct(a int, \"b c\" varchar(3))",
            "struct(a struct(b int)[])",
            "map(varchar, int)",
            "union(a int, b text)",
            "enum('strng', 'b')",
            "decimal(10, 2)",
        ] {
            assert_eq!(lacking(text), None, "{text}");
        }
        for (text, name) in [
            ("strng", "strng"),
            (" Strng ", "Strng"),
            ("strng(10)", "strng"),
            ("strng[]", "strng"),
            ("struct(a int, b strng)", "strng"),
            ("struct(a struct(\"b c\" strng)[])", "strng"),
            ("map(varchar, number(38, 0))", "number"),
            ("int(11)", "int"),
            ("struct(a tinyint(1))", "tinyint"),
        ] {
            assert_eq!(lacking(text), Some(name), "{text}");
        }
        for text in ["int[]", " Struct(a int)", "map(int, int)[]", "int[3]"] {
            assert!(is_nested(text), "{text}");
        }
        for text in [
            "int",
            "decimal(10, 2)",
            "enum('a[]')",
            "structure(1)",
            "struct",
            "]",
        ] {
            assert!(!is_nested(text), "{text}");
        }
        let why = |text| lacking_in_duckdb(text).map(|it| it.why);
        assert_eq!(why("int(11)"), Some(Lack::NoLength));
        assert_eq!(
            why("number"),
            Some(Lack::NoType {
                meant: Some("decimal")
            })
        );
        assert_eq!(why("mood"), Some(Lack::NoType { meant: None }));
    }
}
