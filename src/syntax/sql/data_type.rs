//! Which data type does a text name, and which are the same? As the adapter of each dialect
//! compares them: some know lengths, some know only a few kinds.

mod lacking;

use std::fmt;

use super::dialect::Dialect;

pub use lacking::{Lack, Lacking, duckdb_types, is_nested, lacking_in_duckdb};

/// A data type, as far as an adapter tells it from others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names are the warehouses' own")]
pub enum DataType {
    /// `null` alone.
    Null,
    /// A whole number that is written out: it takes the type of what it meets.
    Whole(i64),
    /// A text that is written out: likewise.
    Quoted,
    Boolean,
    TinyInt,
    SmallInt,
    Integer,
    BigInt,
    HugeInt,
    UTinyInt,
    USmallInt,
    UInteger,
    UBigInt,
    UHugeInt,
    Float,
    Double,
    /// With precision and scale; of both 0 where the adapter does not look at them.
    Decimal(u8, u8),
    Varchar,
    Blob,
    Bit,
    Date,
    Time,
    TimeTz,
    Timestamp,
    TimestampS,
    TimestampMs,
    TimestampNs,
    TimestampTz,
    Interval,
    Uuid,
    Json,
    Variant,
}

use DataType as T;

impl DataType {
    /// The type that `text` names; none for one that is not known well enough to be judged.
    #[must_use]
    pub fn read(text: &str, dialect: Dialect) -> Option<Self> {
        let text = text.trim().to_ascii_lowercase();
        let (name, arguments) = parts(&text)?;
        match dialect {
            Dialect::DuckDb => duckdb(&name, &arguments),
            Dialect::Postgres | Dialect::Redshift => postgres(&name),
            Dialect::Snowflake => snowflake(&name),
            Dialect::BigQuery => bigquery(&name, &arguments),
            Dialect::Databricks => databricks(&name, &arguments),
            Dialect::Generic
            | Dialect::Trino
            | Dialect::SqlServer
            | Dialect::Teradata
            | Dialect::ClickHouse => None,
        }
    }

    /// The type that a column of it has.
    #[must_use]
    pub fn settled(self, dialect: Dialect) -> Option<Self> {
        let whole = |value: i64| match dialect {
            Dialect::Snowflake => T::Decimal(0, 0),
            Dialect::BigQuery => T::BigInt,
            _ if i32::try_from(value).is_ok() => T::Integer,
            _ => T::BigInt,
        };
        match self {
            T::Null => None,
            T::Whole(value) => Some(whole(value)),
            T::Quoted => Some(T::Varchar),
            other => Some(other),
        }
    }

    /// Its name in a contract of the dialect.
    #[must_use]
    pub fn named(self, dialect: Dialect) -> String {
        let name = match (dialect, self) {
            (Dialect::BigQuery, T::Integer | T::BigInt | T::Whole(_)) => "int64",
            (Dialect::BigQuery, T::Double | T::Float) => "float64",
            (Dialect::BigQuery, T::Boolean) => "bool",
            (Dialect::BigQuery, T::Decimal(..)) => "numeric",
            (Dialect::BigQuery | Dialect::Databricks, T::Varchar | T::Quoted) => "string",
            (Dialect::BigQuery, T::Blob) => "bytes",
            (Dialect::BigQuery, T::Timestamp) => "datetime",
            (Dialect::BigQuery | Dialect::Databricks, T::TimestampTz) => "timestamp",
            (Dialect::Databricks, T::Integer | T::Whole(_)) => "int",
            (Dialect::Databricks | Dialect::Snowflake, T::Timestamp) => "timestamp_ntz",
            (Dialect::Snowflake, T::TimestampTz) => "timestamp_tz",
            (Dialect::Snowflake, T::Double) => "float",
            (Dialect::Postgres | Dialect::Redshift, T::Decimal(0, 0)) => "numeric",
            (Dialect::Postgres | Dialect::Redshift, T::Double) => "double precision",
            (_, other) => return other.to_string(),
        };
        name.to_owned()
    }

    /// Whether it is a number.
    #[must_use]
    pub fn is_number(self) -> bool {
        self.is_whole() || matches!(self, T::Float | T::Double | T::Decimal(..))
    }

    /// Whether it is a whole number.
    #[must_use]
    pub fn is_whole(self) -> bool {
        matches!(
            self,
            T::Whole(_)
                | T::TinyInt
                | T::SmallInt
                | T::Integer
                | T::BigInt
                | T::HugeInt
                | T::UTinyInt
                | T::USmallInt
                | T::UInteger
                | T::UBigInt
                | T::UHugeInt
        )
    }
}

/// The name, its words one blank apart, and the numbers in parentheses.
fn parts(text: &str) -> Option<(String, Vec<u8>)> {
    if text.contains(['[', '<', '{']) {
        return None;
    }
    let (name, behind) = text.split_once('(').unwrap_or((text, ""));
    let (inside, rest) = behind.split_once(')').unwrap_or(("", ""));
    let words: Vec<&str> = name
        .split_whitespace()
        .chain(rest.split_whitespace())
        .collect();
    let numbers = inside.split(',').map(str::trim).filter(|it| !it.is_empty());
    let numbers: Option<Vec<u8>> = numbers
        .map(|it| {
            it.parse::<u32>()
                .ok()
                .map(|it| u8::try_from(it).unwrap_or(u8::MAX))
        })
        .collect();
    Some((words.join(" "), numbers.unwrap_or_default()))
}

fn duckdb(name: &str, arguments: &[u8]) -> Option<DataType> {
    Some(match name {
        "boolean" | "bool" | "logical" => T::Boolean,
        "tinyint" | "int1" => T::TinyInt,
        "smallint" | "int2" | "short" | "int16" => T::SmallInt,
        "integer" | "int" | "int4" | "signed" | "int32" => T::Integer,
        "bigint" | "int8" | "long" | "int64" => T::BigInt,
        "hugeint" | "int128" => T::HugeInt,
        "utinyint" | "uint8" => T::UTinyInt,
        "usmallint" | "uint16" => T::USmallInt,
        "uinteger" | "uint32" => T::UInteger,
        "ubigint" | "uint64" => T::UBigInt,
        "uhugeint" | "uint128" => T::UHugeInt,
        "float" | "float4" | "real" => T::Float,
        "double" | "float8" | "double precision" => T::Double,
        "decimal" | "numeric" | "dec" => match arguments {
            [] => T::Decimal(18, 3),
            [precision] => T::Decimal(*precision, 0),
            [precision, scale, ..] => T::Decimal(*precision, *scale),
        },
        "varchar" | "char" | "bpchar" | "text" | "string" | "nvarchar" | "character varying"
        | "character" => T::Varchar,
        "blob" | "bytea" | "binary" | "varbinary" => T::Blob,
        "bit" | "bitstring" => T::Bit,
        "date" => T::Date,
        "time" | "time without time zone" => T::Time,
        "timetz" | "time with time zone" => T::TimeTz,
        "timestamp" | "datetime" | "timestamp_us" | "timestamp without time zone" => T::Timestamp,
        "timestamp_s" => T::TimestampS,
        "timestamp_ms" => T::TimestampMs,
        "timestamp_ns" => T::TimestampNs,
        "timestamptz" | "timestamp with time zone" => T::TimestampTz,
        "interval" => T::Interval,
        "uuid" | "guid" => T::Uuid,
        "json" => T::Json,
        _ => return None,
    })
}

/// As psycopg calls them, which knows no lengths.
fn postgres(name: &str) -> Option<DataType> {
    Some(match name {
        "boolean" | "bool" => T::Boolean,
        "smallint" | "int2" | "integer" | "int" | "int4" | "serial" => T::Integer,
        "bigint" | "int8" | "bigserial" => T::BigInt,
        "real" | "float4" | "float" | "double precision" | "float8" => T::Double,
        "decimal" | "numeric" => T::Decimal(0, 0),
        "text" | "varchar" | "character varying" | "char" | "character" | "bpchar" | "string" => {
            T::Varchar
        }
        "date" => T::Date,
        "timestamp" | "timestamp without time zone" => T::Timestamp,
        "timestamptz" | "timestamp with time zone" => T::TimestampTz,
        _ => return None,
    })
}

/// As the connector calls them: one kind for all exact numbers, one for all texts.
fn snowflake(name: &str) -> Option<DataType> {
    Some(match name {
        "boolean" => T::Boolean,
        "number" | "decimal" | "dec" | "numeric" | "int" | "integer" | "bigint" | "smallint"
        | "tinyint" | "byteint" => T::Decimal(0, 0),
        "float" | "float4" | "float8" | "double" | "double precision" | "real" => T::Double,
        "varchar" | "text" | "string" | "char" | "character" | "nvarchar" | "nchar"
        | "nvarchar2" | "char varying" | "nchar varying" => T::Varchar,
        "date" => T::Date,
        "timestamp_ntz" | "datetime" | "timestampntz" | "timestamp without time zone" => {
            T::Timestamp
        }
        "timestamp_tz" | "timestamptz" | "timestamp with time zone" => T::TimestampTz,
        "variant" => T::Variant,
        _ => return None,
    })
}

fn bigquery(name: &str, arguments: &[u8]) -> Option<DataType> {
    Some(match name {
        "bool" | "boolean" => T::Boolean,
        "int64" | "int" | "integer" | "bigint" | "smallint" | "tinyint" | "byteint" => T::BigInt,
        "float64" | "float" => T::Double,
        "numeric" | "decimal" if arguments.is_empty() => T::Decimal(38, 9),
        "string" | "text" => T::Varchar,
        "bytes" => T::Blob,
        "date" => T::Date,
        "datetime" => T::Timestamp,
        "timestamp" => T::TimestampTz,
        "json" => T::Json,
        _ => return None,
    })
}

fn databricks(name: &str, arguments: &[u8]) -> Option<DataType> {
    Some(match name {
        "boolean" => T::Boolean,
        "tinyint" | "byte" => T::TinyInt,
        "smallint" | "short" => T::SmallInt,
        "int" | "integer" => T::Integer,
        "bigint" | "long" => T::BigInt,
        "float" | "real" => T::Float,
        "double" => T::Double,
        "decimal" | "dec" | "numeric" => match arguments {
            [] => T::Decimal(10, 0),
            [precision] => T::Decimal(*precision, 0),
            [precision, scale, ..] => T::Decimal(*precision, *scale),
        },
        "string" => T::Varchar,
        "date" => T::Date,
        "timestamp" => T::TimestampTz,
        "timestamp_ntz" => T::Timestamp,
        _ => return None,
    })
}

impl fmt::Display for DataType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            T::Decimal(0, 0) => "number",
            T::Decimal(precision, scale) => return write!(f, "decimal({precision},{scale})"),
            T::Null => "null",
            T::Whole(_) | T::Integer => "integer",
            T::Quoted | T::Varchar => "varchar",
            T::Boolean => "boolean",
            T::TinyInt => "tinyint",
            T::SmallInt => "smallint",
            T::BigInt => "bigint",
            T::HugeInt => "hugeint",
            T::UTinyInt => "utinyint",
            T::USmallInt => "usmallint",
            T::UInteger => "uinteger",
            T::UBigInt => "ubigint",
            T::UHugeInt => "uhugeint",
            T::Float => "float",
            T::Double => "double",
            T::Blob => "blob",
            T::Bit => "bit",
            T::Date => "date",
            T::Time => "time",
            T::TimeTz => "time with time zone",
            T::Timestamp => "timestamp",
            T::TimestampS => "timestamp_s",
            T::TimestampMs => "timestamp_ms",
            T::TimestampNs => "timestamp_ns",
            T::TimestampTz => "timestamp with time zone",
            T::Interval => "interval",
            T::Uuid => "uuid",
            T::Json => "json",
            T::Variant => "variant",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_adapter_has_its_own_aliases() {
        let same = |dialect, one, other| {
            let (one, other) = (DataType::read(one, dialect), DataType::read(other, dialect));
            assert!(one.is_some() && other.is_some());
            one == other
        };
        assert!(same(Dialect::DuckDb, "int4", "INTEGER"));
        assert!(same(Dialect::DuckDb, "varchar(10)", "text"));
        assert!(same(Dialect::DuckDb, "numeric", "decimal(18, 3)"));
        assert!(!same(Dialect::DuckDb, "decimal(10,2)", "decimal(12,4)"));
        assert!(!same(Dialect::DuckDb, "int", "bigint"));
        assert!(same(Dialect::Snowflake, "int", "number(38,0)"));
        assert!(same(
            Dialect::Postgres,
            "timestamp(3) with time zone",
            "timestamptz"
        ));
        assert!(same(Dialect::BigQuery, "integer", "INT64"));
        assert_eq!(DataType::read("struct<a int64>", Dialect::BigQuery), None);
        assert_eq!(DataType::read("int[]", Dialect::DuckDb), None);
    }
}
