//! What of a published model is another one in the working copy
//! (dbt-core `contracts/graph/nodes.py`, `same_contract`)?

use std::collections::{HashMap, HashSet};

use crate::dbt::{Access, ConstraintSupport, ConstraintType, Maybe, closest};
use crate::ide::diagnostics::File;
use crate::ide::diagnostics::rules::contract_no_columns::listed;
use crate::ide::diagnostics::rules::invalid_access::span_of;
use crate::manifest;
use crate::project::{Constraint, Node, PlacedColumn, PlacedConstraint};
use crate::text::Span;

use super::shown;

/// A model of the file and what was published of it.
pub(super) struct Changed<'f, 'a> {
    pub file: &'f File<'a>,
    pub node: &'a Node,
    pub old: manifest::Node<'a>,
    /// The adapter that the manifest was made with.
    pub adapter: Option<&'a str>,
}

/// A change that breaks readers.
pub(super) struct Change {
    pub span: Span,
    pub message: String,
    /// Whether dbt calls it a breaking change.
    pub is_of_contract: bool,
    /// What was published in the place of the text at the span.
    pub was: Option<Box<str>>,
    /// The published columns that it is about.
    pub columns: Vec<String>,
}

impl Changed<'_, '_> {
    /// The changes that stand in the file.
    pub fn all(&self) -> Vec<Change> {
        let config = &self.node.config;
        if config.enabled == Maybe::Known(false) {
            // Of what is switched off dbt takes contract and date as they are here.
            let date = self.node.deprecation_date.as_deref();
            let date = date.and_then(crate::dbt::moment);
            if date.is_some_and(|date| date < self.file.world.now()) {
                return Vec::new();
            }
            let message = format!("{} is published, and switched off here", shown(self.old));
            let is_of_contract = match config.has_contract {
                Maybe::Known(has_contract) => has_contract,
                Maybe::Unknown => self.old.has_enforced_contract(),
            };
            let span = self.setting("enabled");
            return change(span, message, is_of_contract).into_iter().collect();
        }
        let mut changes: Vec<Change> = self.access().into_iter().collect();
        if !self.old.has_enforced_contract() {
            return changes;
        }
        if config.has_contract == Maybe::Known(false) {
            let message = format!(
                "{} is published with a contract, and has none here",
                shown(self.old)
            );
            changes.extend(change(self.setting("contract"), message, true));
        } else if self.is_described_here() {
            self.columns(&mut changes);
        }
        changes.extend(self.materialization());
        changes
    }

    fn is_described_here(&self) -> bool {
        let patch = self.node.patch.as_ref();
        patch.is_some_and(|patch| *patch.file == *self.file.path)
    }

    /// Where the model is at home: its entry, or its version there; its first line without one.
    fn home(&self) -> Option<Span> {
        let spans = &self.file.facts?.spans;
        match &self.node.patch {
            Some(patch) if *patch.file == *self.file.path => {
                let entry = spans.entries.get(patch.entry as usize)?;
                let version = patch.version.and_then(|at| entry.versions.get(at as usize));
                Some(version.copied().unwrap_or(entry.name))
            }
            None if *self.node.origin.file == *self.file.path => Some(spans.first_line),
            Some(_) | None => None,
        }
    }

    /// Where a key of its configuration is set, where that is this file; else its home.
    fn setting(&self, key: &str) -> Option<Span> {
        match self.file.linked.project.configured(self.node, key) {
            Some((_, setter)) => span_of(self.file, self.node, setter),
            None => self.home(),
        }
    }

    fn access(&self) -> Option<Change> {
        let is_narrower = match self.node.config.access {
            Maybe::Known(Access::Protected | Access::Private) => true,
            Maybe::Known(Access::Public) | Maybe::Unknown => false,
        };
        if !is_narrower || self.old.access() != Some(Access::Public) {
            return None;
        }
        let message = format!(
            "{} is published as public, and is not public here",
            shown(self.old)
        );
        change(self.setting("access"), message, false)
    }

    fn materialization(&self) -> Option<Change> {
        let old = self.old.materialized().filter(|kind| is_table(kind))?;
        let new = self.node.materialized().filter(|kind| !is_table(kind))?;
        let is_constrained = self.old.constraints().len() > 0
            || self
                .old
                .columns()
                .any(|column| column.constraints().next().is_some());
        let message = format!(
            "{} is published as `{old}` with constraints, which a `{new}` does not have",
            shown(self.old)
        );
        let span = self.setting("materialized").filter(|_| is_constrained);
        change(span, message, true)
    }

    fn columns(&self, changes: &mut Vec<Change>) {
        let project = &self.file.linked.project;
        let columns = project.placed_columns(self.node);
        if columns
            .iter()
            .any(|column| column.column.name().contains('{'))
        {
            return;
        }
        let by_name: HashMap<&str, PlacedColumn<'_>> = columns
            .iter()
            .map(|column| (column.column.name(), *column))
            .collect();
        let known: HashSet<&str> = self.old.columns().map(manifest::Column::name).collect();
        let mut new: Vec<PlacedColumn<'_>> = columns
            .iter()
            .filter(|column| !known.contains(column.column.name()))
            .copied()
            .collect();
        let constraints = project.placed_constraints(self.node, &columns);
        let mut removed = Vec::new();
        for old in self.old.columns() {
            match by_name.get(old.name()) {
                Some(column) => {
                    changes.extend(self.retyped(old, column));
                    changes.extend(self.column_constraints(old, column, &constraints));
                }
                None => match renamed(old, &mut new) {
                    Some(column) => {
                        let (was, is) = (old.name(), column.column.name());
                        let message = format!(
                            "`{was}` of {} is published, and called `{is}` here",
                            shown(self.old)
                        );
                        let renamed = change(Some(column.name), message, true);
                        changes.extend(renamed.map(|it| it.was(was).of(vec![was.to_owned()])));
                    }
                    None => removed.push(old.name().to_owned()),
                },
            }
        }
        if !removed.is_empty() {
            let message = format!(
                "the contract of {} is published with {}, no longer here",
                shown(self.old),
                listed(&removed)
            );
            let gone = change(self.home(), message, true);
            changes.extend(gone.map(|it| it.of(removed)));
        }
        changes.extend(self.model_constraints(&constraints));
    }

    /// A column whose type has another base: lengths and precisions do not count.
    fn retyped(&self, old: manifest::Column<'_>, new: &PlacedColumn<'_>) -> Option<Change> {
        let (was, is) = (old.data_type(), new.column.data_type());
        if is.is_some_and(|kind| kind.contains('{')) || was.map(base) == is.map(base) {
            return None;
        }
        let is = is.map_or_else(|| "without a type".into(), |kind| format!("`{kind}`"));
        let typed = was.map_or_else(|| "without a type".into(), |kind| format!("as `{kind}`"));
        let message = format!(
            "`{}` of {} is published {typed}, and is {is} here",
            old.name(),
            shown(self.old)
        );
        let retyped = change(new.data_type.or(Some(new.name)), message, true)?;
        let retyped = retyped.of(vec![old.name().to_owned()]);
        Some(match was.filter(|_| new.data_type.is_some()) {
            Some(was) => retyped.was(was),
            None => retyped,
        })
    }

    fn column_constraints(
        &self,
        old: manifest::Column<'_>,
        new: &PlacedColumn<'_>,
        constraints: &[PlacedConstraint<'_>],
    ) -> Vec<Change> {
        let is_of =
            |it: &&PlacedConstraint<'_>| it.column.is_some_and(|column| column.name == new.name);
        let kinds: Vec<&str> = constraints
            .iter()
            .filter(is_of)
            .map(|it| word(it.constraint))
            .collect();
        let dropped = old.constraints().filter(|kind| !kinds.contains(kind));
        let dropped = dropped.filter(|kind| self.is_enforced(kind));
        let changes = dropped.filter_map(|kind| {
            let message = format!(
                "`{}` of {} is published with the constraint `{kind}`, which is gone here",
                old.name(),
                shown(self.old)
            );
            change(Some(new.name), message, true)
        });
        changes.collect()
    }

    fn model_constraints(&self, constraints: &[PlacedConstraint<'_>]) -> Vec<Change> {
        let whole = constraints.iter().filter(|it| it.column.is_none());
        let texts: Vec<String> = whole.map(|it| published_form(it.constraint)).collect();
        let dropped = self.old.constraints().filter(|text| {
            let kind = text.split_once(" (").map_or(*text, |(kind, _)| kind);
            self.is_enforced(kind) && !texts.iter().any(|known| known == text)
        });
        let changes = dropped.filter_map(|text| {
            let message = format!(
                "{} is published with the constraint `{text}`, which is gone here",
                shown(self.old)
            );
            change(self.home(), message, true)
        });
        changes.collect()
    }

    /// Whether a constraint of the published table held something.
    fn is_enforced(&self, kind: &str) -> bool {
        let kind = ConstraintType::parse(kind);
        let support = kind
            .zip(self.adapter)
            .and_then(|(kind, adapter)| kind.support(adapter));
        self.old.materialized().is_some_and(is_table)
            && support == Some(ConstraintSupport::Enforced)
    }
}

/// A change of what the contract promises, or of what else readers go by.
fn change(span: Option<Span>, message: String, is_of_contract: bool) -> Option<Change> {
    let span = span?;
    Some(Change {
        span,
        message,
        is_of_contract,
        was: None,
        columns: Vec::new(),
    })
}

impl Change {
    fn of(self, columns: Vec<String>) -> Self {
        Self { columns, ..self }
    }

    fn was(self, was: &str) -> Self {
        Self {
            was: Some(was.into()),
            ..self
        }
    }
}

fn is_table(kind: &str) -> bool {
    matches!(kind, "table" | "incremental")
}

fn word(constraint: &Constraint) -> &str {
    match &constraint.kind {
        Ok(kind) => kind.as_str(),
        Err(word) => word,
    }
}

/// A constraint of a whole model as manifests are read: `primary_key (order_id, line)`.
fn published_form(constraint: &Constraint) -> String {
    let columns = constraint.columns().join(", ");
    let kind = word(constraint);
    if columns.is_empty() {
        kind.to_owned()
    } else {
        format!("{kind} ({columns})")
    }
}

/// A type without length and precision.
fn base(data_type: &str) -> String {
    let base = data_type.split('(').next().unwrap_or(data_type);
    base.trim().to_lowercase()
}

/// The new column that a published one has become, most likely: one of a name much like it, or the
/// only new one of its type. It is taken out of the new ones.
fn renamed<'a>(
    old: manifest::Column<'_>,
    new: &mut Vec<PlacedColumn<'a>>,
) -> Option<PlacedColumn<'a>> {
    let names = new.iter().map(|column| column.column.name());
    let meant = closest(old.name(), names)?;
    let at = new
        .iter()
        .position(|column| column.column.name() == meant)?;
    Some(new.remove(at))
}
