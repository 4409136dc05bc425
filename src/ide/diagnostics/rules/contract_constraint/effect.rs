//! What becomes of the constraints of a model with a contract when it is built
//! (dbt-adapters `base/impl.py`, `render_column_constraint` and `render_model_constraint`).

use std::sync::Arc;

use crate::dbt::{ConstraintSupport, ConstraintType, closest};
use crate::ide::diagnostics::Draft;
use crate::project::{Node, PlacedColumn, PlacedConstraint};
use crate::rules::Severity;
use crate::syntax::sql::{self, Dialect, Outside, OutsideColumn, Resolution, Source};

use super::{columns_place, shown};

/// A model, switched on, whose contract counts.
pub(super) struct Model<'a> {
    pub node: &'a Node,
    pub columns: &'a [PlacedColumn<'a>],
    pub adapter: Option<&'a str>,
}

/// Adapters whose tables are made without the constraints of a contract.
const WITHOUT_CONSTRAINTS: [&str; 1] = ["spark"];

/// What a constraint of a column begins with in DuckDB.
const DUCKDB_BEGINNINGS: [&str; 14] = [
    "as",
    "check",
    "collate",
    "constraint",
    "default",
    "deferrable",
    "generated",
    "initially",
    "not",
    "null",
    "primary",
    "references",
    "unique",
    "using",
];

impl Model<'_> {
    /// What there is to say of its constraints.
    pub fn check(&self, constraints: &[PlacedConstraint<'_>]) -> Vec<Draft> {
        let Some(kind) = self.node.materialized() else {
            return Vec::new();
        };
        if !matches!(kind, "table" | "incremental") {
            return self.no_table(kind, constraints);
        }
        if self
            .adapter
            .is_some_and(|it| WITHOUT_CONSTRAINTS.contains(&it))
        {
            return Vec::new();
        }
        constraints
            .iter()
            .flat_map(|it| self.of_table(it))
            .collect()
    }

    /// dbt warns once for a model that is no table and has constraints; of those of the whole model
    /// it does so for versioned models only, and leaves them out in any case.
    fn no_table(&self, kind: &str, constraints: &[PlacedConstraint<'_>]) -> Vec<Draft> {
        let is_loud = |it: &PlacedConstraint<'_>| {
            let is_seen = it.column.is_some() || self.node.version.is_some();
            is_seen && it.constraint.warns_unsupported
        };
        let warns = constraints.iter().any(is_loud);
        let asked = constraints
            .iter()
            .filter(|it| it.constraint.warns_unsupported);
        let drafts = asked.filter(|it| it.constraint.kind.is_ok()).map(|it| {
            let message = format!(
                "{} is a {kind}, and dbt leaves constraints out of all but tables",
                shown(self.node)
            );
            let draft = Draft::new(it.spans.kind, message).unnecessary();
            draft.at_most(if warns {
                Severity::Warning
            } else {
                Severity::Hint
            })
        });
        drafts.collect()
    }

    fn of_table(&self, placed: &PlacedConstraint<'_>) -> Vec<Draft> {
        let Ok(kind) = placed.constraint.kind else {
            return Vec::new();
        };
        let support = self.adapter.and_then(|adapter| kind.support(adapter));
        let warehouse = self.adapter.unwrap_or("the warehouse");
        let word = kind.as_str();
        let place = placed.spans.kind;
        let is_custom = kind == ConstraintType::Custom;
        match support {
            Some(ConstraintSupport::NotSupported) if placed.constraint.warns_unsupported => {
                let message = format!("{warehouse} does not support `{word}`: dbt leaves it out");
                vec![
                    Draft::new(place, message)
                        .at_most(Severity::Warning)
                        .unnecessary(),
                ]
            }
            Some(ConstraintSupport::NotSupported) => Vec::new(),
            Some(ConstraintSupport::NotEnforced) => {
                let mut drafts = self.rendered(placed, kind, true);
                if placed.constraint.warns_unenforced && drafts.is_empty() {
                    let message =
                        format!("{warehouse} takes `{word}` for a note and does not enforce it");
                    drafts.push(Draft::new(place, message).at_most(Severity::Warning));
                }
                drafts
            }
            Some(ConstraintSupport::Enforced) => self.rendered(placed, kind, true),
            // Nobody can tell whether an adapter that is not known leaves it out.
            None => self.rendered(placed, kind, is_custom),
        }
    }

    /// The constraint as it is written into the table; `is_sure` that it is.
    fn rendered(
        &self,
        placed: &PlacedConstraint<'_>,
        kind: ConstraintType,
        is_sure: bool,
    ) -> Vec<Draft> {
        if let Some(draft) = self.without_effect(placed, kind) {
            return vec![draft];
        }
        if kind == ConstraintType::Check {
            return self.checked(placed).into_iter().collect();
        }
        if placed.column.is_some() {
            return self.not_of_duckdb(placed, kind).into_iter().collect();
        }
        let drafts = match kind {
            ConstraintType::Unique | ConstraintType::PrimaryKey | ConstraintType::ForeignKey => {
                self.over_columns(placed, kind)
            }
            ConstraintType::Check | ConstraintType::NotNull | ConstraintType::Custom => Vec::new(),
        };
        let quieter = |draft: Draft| draft.at_most(Severity::Warning);
        if is_sure {
            drafts
        } else {
            drafts.into_iter().map(quieter).collect()
        }
    }

    /// A check that names a column which the contract does not have.
    fn checked(&self, placed: &PlacedConstraint<'_>) -> Option<Draft> {
        let adapter = self
            .adapter
            .filter(|it| ["duckdb", "postgres"].contains(it))?;
        let expression = placed.constraint.expression();
        let names = || self.columns.iter().map(|column| column.column.name());
        if expression.contains('{') || !names().all(is_name) {
            return None;
        }
        let text = format!("select 1 from checked where ({expression}\n)");
        let sql = sql::parse(&text, Dialect::of_adapter(adapter));
        let tree = sql.trees.first().filter(|tree| tree.selects.len() == 1)?;
        let columns = self.columns.iter().map(|it| OutsideColumn {
            name: it.column.name().into(),
            is_quoted: it.column.is_quoted(),
        });
        let columns: Arc<[OutsideColumn]> = columns.collect();
        let outside = |_: Source<'_>| Outside {
            name: None,
            columns: Some(Arc::clone(&columns)),
        };
        let scopes = sql::resolve(&text, tree, &outside);
        let mut references = tree.references.iter().zip(&scopes.references);
        let (wrong, _) = references.find(|(_, it)| matches!(it, Resolution::NoColumn(_)))?;
        let name = plain(wrong.span.of(&text));
        let meant = closest(name, names());
        let hint = meant.map_or_else(String::new, |it| format!("; did you mean `{it}`?"));
        let model = shown(self.node);
        let message =
            format!("the check names `{name}`, which the contract of {model} does not have{hint}");
        Some(Draft::new(placed.spans.kind, message))
    }

    /// A custom constraint goes into the table as it is, and DuckDB knows few that it can begin with.
    fn not_of_duckdb(&self, placed: &PlacedConstraint<'_>, kind: ConstraintType) -> Option<Draft> {
        if kind != ConstraintType::Custom || self.adapter != Some("duckdb") {
            return None;
        }
        let expression = placed.constraint.expression().trim();
        let end = expression.find(|it: char| !it.is_ascii_alphabetic());
        let word = expression.get(..end.unwrap_or(expression.len()))?;
        let is_known = DUCKDB_BEGINNINGS
            .iter()
            .any(|known| known.eq_ignore_ascii_case(word));
        if word.is_empty() || is_known {
            return None;
        }
        let message = format!("DuckDB has no constraint of a column that begins with `{word}`");
        Some(Draft::new(placed.spans.kind, message))
    }

    /// A constraint that dbt makes nothing of.
    fn without_effect(&self, placed: &PlacedConstraint<'_>, kind: ConstraintType) -> Option<Draft> {
        let constraint = placed.constraint;
        let has_expression = !constraint.expression().is_empty();
        let message = match kind {
            ConstraintType::Check | ConstraintType::Custom if !has_expression => {
                format!(
                    "without `expression` dbt leaves the `{}` constraint out",
                    kind.as_str()
                )
            }
            ConstraintType::NotNull if placed.column.is_none() => {
                "dbt leaves `not_null` out where it is of the whole model; columns can have it"
                    .into()
            }
            ConstraintType::ForeignKey if !has_expression => {
                if !constraint.to().is_empty() && !constraint.to_columns().is_empty() {
                    return None;
                }
                // dbt-duckdb writes `references None` into the table.
                if placed.column.is_some() && self.adapter == Some("duckdb") {
                    let message = "a foreign key needs `to` and `to_columns`, or an `expression`";
                    return Some(Draft::new(placed.spans.kind, message));
                }
                "without `to` and `to_columns`, or an `expression`, dbt leaves the foreign key out"
                    .into()
            }
            ConstraintType::Check
            | ConstraintType::Custom
            | ConstraintType::NotNull
            | ConstraintType::ForeignKey
            | ConstraintType::Unique
            | ConstraintType::PrimaryKey => return None,
        };
        let draft = Draft::new(placed.spans.kind, message).at_most(Severity::Hint);
        Some(draft.unnecessary())
    }

    /// A key of the whole model, whose columns have to be there.
    fn over_columns(&self, placed: &PlacedConstraint<'_>, kind: ConstraintType) -> Vec<Draft> {
        let columns = placed.constraint.columns();
        if columns.is_empty() {
            let message = format!("`{}` of a whole model needs `columns`", kind.as_str());
            return vec![Draft::new(placed.spans.kind, message)];
        }
        let names = || self.columns.iter().map(|column| column.column.name());
        let is_jinja = |name: &str| name.contains('{');
        if names().any(is_jinja) {
            return Vec::new();
        }
        let unknown = columns.iter().enumerate().filter(|(_, column)| {
            let name = plain(column);
            is_name(name) && !names().any(|known| plain(known).eq_ignore_ascii_case(name))
        });
        unknown
            .map(|(at, column)| {
                let meant = closest(plain(column), names());
                let hint = meant.map_or_else(String::new, |it| format!("; did you mean `{it}`?"));
                let message = format!(
                    "the contract of {} has no column `{column}`{hint}",
                    shown(self.node)
                );
                let place = columns_place(placed.spans, at);
                let written = meant.filter(|_| place.len() == column.len());
                Draft::new(place, message).replace(written)
            })
            .collect()
    }
}

/// A name without the quotes of any warehouse.
fn plain(name: &str) -> &str {
    name.trim().trim_matches(['"', '`', '[', ']'])
}

/// Whether it is a name and not more: an expression, a direction.
fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text
            .chars()
            .all(|it| it.is_alphanumeric() || it == '_' || it == '$')
}
