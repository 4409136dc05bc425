//! The kinds of things a dbt project consists of.

use std::fmt;

/// A `resource_type` of dbt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are dbt's own")]
pub enum ResourceType {
    Model,
    Seed,
    Snapshot,
    Analysis,
    /// A data test, generic or singular.
    Test,
    Operation,
    Source,
    Exposure,
    Metric,
    SemanticModel,
    SavedQuery,
    UnitTest,
    Macro,
    Function,
    Doc,
    Group,
}

impl ResourceType {
    /// The word that dbt uses in ids and manifests.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Model => "model",
            Self::Seed => "seed",
            Self::Snapshot => "snapshot",
            Self::Analysis => "analysis",
            Self::Test => "test",
            Self::Operation => "operation",
            Self::Source => "source",
            Self::Exposure => "exposure",
            Self::Metric => "metric",
            Self::SemanticModel => "semantic_model",
            Self::SavedQuery => "saved_query",
            Self::UnitTest => "unit_test",
            Self::Macro => "macro",
            Self::Function => "function",
            Self::Doc => "doc",
            Self::Group => "group",
        }
    }

    /// The type that a manifest's `resource_type` names; `None` for words unknown to us.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "model" => Self::Model,
            "seed" => Self::Seed,
            "snapshot" => Self::Snapshot,
            "analysis" => Self::Analysis,
            "test" => Self::Test,
            "operation" | "sql_operation" | "sql operation" => Self::Operation,
            "source" => Self::Source,
            "exposure" => Self::Exposure,
            "metric" => Self::Metric,
            "semantic_model" => Self::SemanticModel,
            "saved_query" => Self::SavedQuery,
            "unit_test" => Self::UnitTest,
            "macro" => Self::Macro,
            "function" => Self::Function,
            "doc" => Self::Doc,
            "group" => Self::Group,
            _ => return None,
        })
    }

    /// Whether `ref()` can name it (dbt-core: refable node types).
    #[must_use]
    pub fn is_refable(self) -> bool {
        matches!(self, Self::Model | Self::Seed | Self::Snapshot)
    }
}

impl fmt::Display for ResourceType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
