//! Constraints of models and columns: their kinds, and what each kind of warehouse does with them
//! (dbt-adapters `CONSTRAINT_SUPPORT` of each adapter).

/// A kind of constraint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names are dbt's own")]
pub enum ConstraintType {
    Check,
    NotNull,
    Unique,
    PrimaryKey,
    ForeignKey,
    Custom,
}

/// What a warehouse does with a kind of constraint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ConstraintSupport {
    /// It refuses rows that break it.
    Enforced,
    /// It takes it for a note.
    NotEnforced,
    /// dbt leaves it out.
    NotSupported,
}

impl ConstraintType {
    /// Every kind.
    pub const ALL: [Self; 6] = [
        Self::Check,
        Self::NotNull,
        Self::Unique,
        Self::PrimaryKey,
        Self::ForeignKey,
        Self::Custom,
    ];

    /// Reads dbt's word for it.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// dbt's word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::NotNull => "not_null",
            Self::Unique => "unique",
            Self::PrimaryKey => "primary_key",
            Self::ForeignKey => "foreign_key",
            Self::Custom => "custom",
        }
    }

    /// What the warehouse of this adapter does with it; `None` for adapters that are not known, and
    /// for custom ones, which dbt never judges.
    #[must_use]
    pub fn support(self, adapter: &str) -> Option<ConstraintSupport> {
        use ConstraintSupport::{Enforced as E, NotEnforced as N, NotSupported as X};
        // In the order of `ALL`.
        let [check, not_null, unique, primary_key, foreign_key] = match adapter {
            "postgres" | "duckdb" | "teradata" => [E, E, E, E, E],
            "snowflake" | "redshift" => [X, E, N, N, N],
            "bigquery" => [X, E, X, N, N],
            "databricks" => [E, E, X, N, N],
            "trino" => [X, E, X, X, X],
            "clickhouse" => [E, X, X, X, X],
            "spark" => [N, N, N, N, N],
            _ => return None,
        };
        Some(match self {
            Self::Check => check,
            Self::NotNull => not_null,
            Self::Unique => unique,
            Self::PrimaryKey => primary_key,
            Self::ForeignKey => foreign_key,
            Self::Custom => return None,
        })
    }
}
