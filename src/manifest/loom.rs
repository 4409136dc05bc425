//! What does a `dbt_loom.config.yml` say, and what would dbt-loom stumble over?
//!
//! Mirrors dbt-loom 0.9.6 (`config.py`, `__init__.py`): variables are replaced in the raw text,
//! then it is read as YAML, then checked field by field.

mod entry;
mod origin;
mod schema;
mod shown;
mod variables;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::rules::{RuleId, Severity};
use crate::syntax::yaml::{self, ErrorKind, Node, Value as Yaml};
use crate::text::Span;

pub use entry::{Entry, Kind};
pub use origin::{
    AzurePlace, DatabricksPlace, DbtCloudPlace, GcsPlace, HttpPlace, Origin, OriginKey,
    ParadimePlace, Place, S3Place, SnowflakePlace,
};
pub use schema::{ENTRY_FIELDS, Field, FieldType, KINDS, TOP_FIELDS, fields_of};
pub use shown::{shown_addresses, speaks_of_secrets, starred};
pub use variables::Expanded;

/// A loom config, read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LoomConfig {
    /// The entries of `manifests` that can be told apart, in file order.
    pub entries: Vec<Entry>,
    /// What is wrong with the file.
    pub problems: Vec<Problem>,
    /// Whether dbt-loom would get as far as loading manifests. Where it does not, dbt stops, and
    /// nothing can be said of any ref.
    pub is_usable: bool,
}

/// Something that is wrong with a loom config.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The rule that it belongs to.
    pub rule: RuleId,
    /// How bad it is: an error stops dbt.
    pub severity: Severity,
    /// Where, in the file as written.
    pub span: Span,
    /// One line about it.
    pub message: String,
    /// What would be right, where that is one word: replaces the text at `span`.
    pub suggestion: Option<String>,
}

impl LoomConfig {
    /// Reads a loom config; `environment` has the variables that may stand in it.
    #[must_use]
    pub fn read(text: &str, environment: &BTreeMap<String, String>) -> Self {
        let expanded = Expanded::new(text, environment);
        let document = yaml::parse(expanded.text());
        let mut reader = Reader {
            expanded: &expanded,
            config: Self::default(),
            waits_for_variable: false,
        };
        reader.unset_variables();
        for error in document.errors.iter().filter(|error| error.kind.is_fatal()) {
            let message = format!("this is not YAML: {}", reader.shown(error));
            reader.error(error.span, message);
        }
        if reader
            .config
            .problems
            .iter()
            .all(|problem| problem.severity != Severity::Error)
        {
            reader.top(&document.root);
        }
        let Reader {
            mut config,
            waits_for_variable,
            ..
        } = reader;
        config.is_usable = !waits_for_variable
            && config
                .problems
                .iter()
                .all(|problem| problem.severity != Severity::Error);
        config.problems.sort_by_key(|problem| problem.span);
        config
    }
}

/// Reads the tree of the expanded text and keeps what it finds in places of the text as written.
struct Reader<'a> {
    expanded: &'a Expanded<'a>,
    config: LoomConfig,
    /// Whether something is missing that an unset variable would have given.
    waits_for_variable: bool,
}

impl Reader<'_> {
    fn problem(&mut self, rule: RuleId, severity: Severity, span: Span, message: String) {
        let span = self.expanded.source(span);
        self.config.problems.push(Problem {
            rule,
            severity,
            span,
            message,
            suggestion: None,
        });
    }

    fn error(&mut self, span: Span, message: String) {
        // dbt-loom stops here, too; yet where dbt runs the variable is set, most likely, and here
        // it has a warning of its own.
        if self.expanded.is_unset_behind(self.expanded.source(span)) {
            self.waits_for_variable = true;
            return;
        }
        self.problem(RuleId::LoomConfig, Severity::Error, span, message);
    }

    /// The text as written at a place of the expanded one: values of variables are shown to nobody.
    fn written(&self, span: Span) -> &str {
        self.expanded.source(span).of(self.expanded.written())
    }

    /// What is wrong with the YAML, with names as they are written.
    fn shown(&self, error: &yaml::Error) -> String {
        let mut error = error.clone();
        if let ErrorKind::UnknownAlias { name } = &mut error.kind {
            let written = self.written(error.span);
            written.trim_start_matches('*').clone_into(name);
        }
        error.message()
    }

    fn hint(&mut self, span: Span, message: String) {
        self.problem(RuleId::LoomConfig, Severity::Hint, span, message);
    }

    fn suggest(&mut self, suggestion: &str) {
        if let Some(problem) = self.config.problems.last_mut() {
            problem.suggestion = Some(suggestion.into());
        }
    }

    fn unset_variables(&mut self) {
        for (span, name) in self.expanded.unset() {
            let message = match name.split_once(":-") {
                Some((name, _)) => format!(
                    "dbt-loom knows no defaults: it looks for a variable of the whole name \
                     `{name}:-…`, and puts nothing in its place"
                ),
                None => format!("`{name}` is not set; dbt-loom puts nothing in its place"),
            };
            let problem = Problem {
                rule: RuleId::UnsetVariable,
                severity: Severity::Warning,
                span: *span,
                message,
                suggestion: None,
            };
            self.config.problems.push(problem);
        }
    }

    fn top(&mut self, root: &Node<'_>) {
        match &root.value {
            Yaml::Map(_) => {}
            Yaml::Null => {
                let span = Span::new(0, self.expanded.text().len());
                return self.error(
                    span,
                    "the file says nothing; dbt-loom needs `manifests:`".into(),
                );
            }
            Yaml::Scalar(_) | Yaml::List(_) => {
                return self.error(
                    root.span,
                    "a mapping with `manifests:` is needed here".into(),
                );
            }
        }
        self.unknown_keys(root, schema::TOP_FIELDS);
        if let Some(telemetry) = root.get("enable_telemetry") {
            self.bool_field("enable_telemetry", telemetry);
        }
        let Some(manifests) = root.entry("manifests") else {
            let first = root
                .entries()
                .first()
                .map_or(root.span, |entry| entry.key_span);
            return self.error(first, "`manifests` is missing".into());
        };
        match &manifests.value.value {
            Yaml::List(items) => items.iter().for_each(|item| self.entry(item)),
            Yaml::Null => self.error(manifests.key_span, "`manifests` needs a list".into()),
            Yaml::Scalar(_) | Yaml::Map(_) => self.error(
                manifests.value.span.cover(manifests.key_span),
                "`manifests` needs a list: put `- ` before each entry".into(),
            ),
        }
        self.same_names();
    }

    /// Two entries of one name: the later overwrites the earlier.
    fn same_names(&mut self) {
        let names: Vec<(Arc<str>, Span)> = self
            .config
            .entries
            .iter()
            .map(|entry| (Arc::clone(&entry.name), entry.name_span))
            .collect();
        for (at, (name, span)) in names.iter().enumerate() {
            if names.iter().take(at).any(|(earlier, _)| earlier == name) {
                let name = span.of(self.expanded.written());
                let message =
                    format!("`{name}` is named twice; of one project the later manifest counts");
                self.config.problems.push(Problem {
                    rule: RuleId::LoomConfig,
                    severity: Severity::Hint,
                    span: *span,
                    message,
                    suggestion: None,
                });
            }
        }
    }
}

#[cfg(test)]
mod tests;
