//! Primary keys that dbt refuses when it parses, with a contract or without.

use crate::dbt::ConstraintType;
use crate::ide::diagnostics::Draft;
use crate::project::PlacedConstraint;

/// Primary keys on more than one column, or on a column and on the model.
pub(super) fn twice(constraints: &[PlacedConstraint<'_>]) -> Vec<Draft> {
    let is_key = |it: &&PlacedConstraint<'_>| it.constraint.kind == Ok(ConstraintType::PrimaryKey);
    let keys = || constraints.iter().filter(is_key);
    let of_columns: Vec<_> = keys().filter(|it| it.column.is_some()).collect();
    let has_whole = keys().any(|it| it.column.is_none());
    let message = if of_columns.len() > 1 {
        "a primary key over several columns belongs to the model: \
         `constraints: [{type: primary_key, columns: […]}]`"
    } else if has_whole {
        "the model has a primary key of its own; dbt takes one on the model or on a column"
    } else {
        return Vec::new();
    };
    let drafts = of_columns
        .iter()
        .map(|it| Draft::new(it.spans.kind, message));
    drafts.collect()
}
