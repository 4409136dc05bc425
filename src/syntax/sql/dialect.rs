//! What is special about the SQL of each kind of warehouse? Quotes, comments and how names
//! compare; what a file says is the parser's business.

use std::borrow::Cow;

/// A kind of SQL.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// Not known: what is common to all.
    #[default]
    Generic,
    /// Snowflake.
    Snowflake,
    /// `BigQuery`.
    BigQuery,
    /// Amazon Redshift.
    Redshift,
    /// `PostgreSQL` and those that speak its language.
    Postgres,
    /// Databricks, Spark and Hive.
    Databricks,
    /// `DuckDB` and `MotherDuck`.
    DuckDb,
    /// Trino, Starburst and Athena.
    Trino,
    /// SQL Server, Azure Synapse and Microsoft Fabric.
    SqlServer,
    /// Teradata.
    Teradata,
    /// `ClickHouse`.
    ClickHouse,
}

/// How names without quotes compare; where quoted names keep their case, they compare exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Folding {
    /// Without quotes to lower case; quoted as written.
    Lower,
    /// Without quotes to upper case; quoted as written.
    Upper,
    /// Never by case, quoted or not.
    Ignored,
    /// Always by case.
    Kept,
}

/// What the lexer has to know.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a claim about a dialect by itself"
)]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lexis {
    /// `"x"` is a text, not a name.
    pub is_double_quote_text: bool,
    /// `[x]` is a name.
    pub has_bracket_names: bool,
    /// `\'` does not end a text.
    pub has_backslashes: bool,
    /// `# …` is a comment.
    pub has_hash_comments: bool,
    /// `// …` is a comment.
    pub has_slash_comments: bool,
    /// `/* /* */ */` is one comment.
    pub has_nested_comments: bool,
    /// `$$ … $$` is a text; with a tag between the signs, too.
    pub has_dollar_texts: bool,
    /// `''' … '''` is a text.
    pub has_triple_quotes: bool,
    /// `#x` and `@x` are names.
    pub has_sign_names: bool,
}

const PLAIN: Lexis = Lexis {
    is_double_quote_text: false,
    has_bracket_names: false,
    has_backslashes: false,
    has_hash_comments: false,
    has_slash_comments: false,
    has_nested_comments: false,
    has_dollar_texts: false,
    has_triple_quotes: false,
    has_sign_names: false,
};

impl Dialect {
    /// Every dialect.
    pub const ALL: [Self; 11] = [
        Self::Generic,
        Self::Snowflake,
        Self::BigQuery,
        Self::Redshift,
        Self::Postgres,
        Self::Databricks,
        Self::DuckDb,
        Self::Trino,
        Self::SqlServer,
        Self::Teradata,
        Self::ClickHouse,
    ];

    /// The dialect of an adapter, by the `type` of a profile or a manifest's `adapter_type`.
    #[must_use]
    pub fn of_adapter(adapter: &str) -> Self {
        match adapter {
            "snowflake" => Self::Snowflake,
            "bigquery" => Self::BigQuery,
            "redshift" => Self::Redshift,
            "postgres" | "alloydb" | "greenplum" | "materialize" | "risingwave" | "cratedb"
            | "timescaledb" | "yugabyte" => Self::Postgres,
            "databricks" | "spark" | "hive" | "glue" | "fabricspark" | "sail" => Self::Databricks,
            "duckdb" | "motherduck" => Self::DuckDb,
            "trino" | "athena" | "starburst" | "presto" | "galaxy" => Self::Trino,
            "sqlserver" | "synapse" | "fabric" => Self::SqlServer,
            "teradata" => Self::Teradata,
            "clickhouse" => Self::ClickHouse,
            _ => Self::Generic,
        }
    }

    pub(crate) fn lexis(self) -> Lexis {
        match self {
            Self::Generic => Lexis {
                has_dollar_texts: true,
                ..PLAIN
            },
            Self::Snowflake => Lexis {
                has_backslashes: true,
                has_slash_comments: true,
                has_dollar_texts: true,
                ..PLAIN
            },
            Self::BigQuery => Lexis {
                is_double_quote_text: true,
                has_backslashes: true,
                has_hash_comments: true,
                has_triple_quotes: true,
                ..PLAIN
            },
            Self::Redshift => Lexis {
                has_backslashes: true,
                has_nested_comments: true,
                has_dollar_texts: true,
                ..PLAIN
            },
            Self::Postgres | Self::DuckDb => Lexis {
                has_nested_comments: true,
                has_dollar_texts: true,
                ..PLAIN
            },
            Self::Databricks => Lexis {
                is_double_quote_text: true,
                has_backslashes: true,
                has_nested_comments: true,
                ..PLAIN
            },
            Self::Trino | Self::Teradata => PLAIN,
            Self::SqlServer => Lexis {
                has_bracket_names: true,
                has_nested_comments: true,
                has_sign_names: true,
                ..PLAIN
            },
            Self::ClickHouse => Lexis {
                has_backslashes: true,
                has_nested_comments: true,
                has_hash_comments: true,
                ..PLAIN
            },
        }
    }

    fn folding(self) -> Folding {
        match self {
            Self::Postgres => Folding::Lower,
            Self::Snowflake => Folding::Upper,
            Self::ClickHouse => Folding::Kept,
            // Redshift and SQL Server by their defaults.
            Self::Generic
            | Self::BigQuery
            | Self::Redshift
            | Self::Databricks
            | Self::DuckDb
            | Self::Trino
            | Self::SqlServer
            | Self::Teradata => Folding::Ignored,
        }
    }

    /// What two names of columns have in common if they name the same column.
    #[must_use]
    pub fn folded(self, name: &str, is_quoted: bool) -> Cow<'_, str> {
        let (to_upper, keeps) = match self.folding() {
            Folding::Lower => (false, is_quoted),
            Folding::Upper => (true, is_quoted),
            Folding::Ignored => (false, false),
            Folding::Kept => (false, true),
        };
        let is_there = |byte: u8| {
            if to_upper {
                !byte.is_ascii_lowercase()
            } else {
                !byte.is_ascii_uppercase()
            }
        };
        if keeps || (name.is_ascii() && name.bytes().all(is_there)) {
            Cow::Borrowed(name)
        } else if to_upper {
            Cow::Owned(if name.is_ascii() {
                name.to_ascii_uppercase()
            } else {
                name.to_uppercase()
            })
        } else {
            Cow::Owned(if name.is_ascii() {
                name.to_ascii_lowercase()
            } else {
                name.to_lowercase()
            })
        }
    }

    /// Whether two names name the same column.
    #[must_use]
    pub fn is_same(self, one: (&str, bool), other: (&str, bool)) -> bool {
        match self.folding() {
            Folding::Kept => one.0 == other.0,
            Folding::Ignored if one.0.is_ascii() && other.0.is_ascii() => {
                one.0.eq_ignore_ascii_case(other.0)
            }
            Folding::Ignored | Folding::Lower | Folding::Upper => {
                self.folded(one.0, one.1) == self.folded(other.0, other.1)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_compare_as_the_warehouse_compares_them() {
        let bare = |name| (name, false);
        let quoted = |name| (name, true);
        assert!(Dialect::Snowflake.is_same(bare("id"), quoted("ID")));
        assert!(!Dialect::Snowflake.is_same(bare("id"), quoted("id")));
        assert!(Dialect::Postgres.is_same(bare("ID"), quoted("id")));
        assert!(!Dialect::Postgres.is_same(bare("ID"), quoted("ID")));
        assert!(Dialect::DuckDb.is_same(quoted("Id"), quoted("iD")));
        assert!(!Dialect::ClickHouse.is_same(bare("Id"), bare("id")));
        assert!(Dialect::BigQuery.is_same(bare("Größe"), bare("GRÖßE")));
    }

    #[test]
    fn an_unknown_adapter_has_the_common_dialect() {
        assert_eq!(Dialect::of_adapter("duckdb"), Dialect::DuckDb);
        assert_eq!(Dialect::of_adapter("vertica"), Dialect::Generic);
    }
}
