//! The entries of `manifests`.

use std::sync::Arc;

use crate::rules::{RuleId, Severity};
use crate::syntax::yaml::{Node, Resolved, Value as Yaml};
use crate::text::Span;

use super::Reader;
use super::origin::{self, Origin};
use super::schema::{self, Field, FieldType};
use super::shown::shown_addresses;

/// The kinds of origins that dbt-loom knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are dbt-loom's own")]
pub enum Kind {
    File,
    DbtCloud,
    Paradime,
    Gcs,
    S3,
    Azure,
    Snowflake,
    Databricks,
}

impl Kind {
    /// The kind that `type:` names; dbt-loom compares exactly.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        schema::KINDS.into_iter().find(|kind| kind.as_str() == text)
    }

    /// The word in `type:`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::DbtCloud => "dbt_cloud",
            Self::Paradime => "paradime",
            Self::Gcs => "gcs",
            Self::S3 => "s3",
            Self::Azure => "azure",
            Self::Snowflake => "snowflake",
            Self::Databricks => "databricks",
        }
    }
}

/// An entry of `manifests`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// `name`.
    pub name: Arc<str>,
    /// Where that stands.
    pub name_span: Span,
    /// `type`.
    pub kind: Kind,
    /// The path of a `file` of this disk, variables replaced.
    pub path: Option<String>,
    /// Where it is fetched from, for whatever is no file of this disk.
    pub remote: Option<Arc<Origin>>,
    /// Where the origin is named: the path, the object, the job.
    pub origin_span: Span,
    /// The origin as written, variables kept, for people to read; of an address its host and path.
    pub origin: String,
    /// `excluded_packages`.
    pub excluded: Vec<String>,
    /// `included_packages`.
    pub included: Vec<String>,
    /// Where one of these two lists stands, key included.
    pub filter_span: Option<Span>,
    /// `optional`.
    pub is_optional: bool,
}

impl Entry {
    /// Whether dbt-loom takes this package of the manifest.
    #[must_use]
    pub fn takes(&self, package: &str) -> bool {
        if self.included.is_empty() {
            !self.excluded.iter().any(|name| name == package)
        } else {
            self.included.iter().any(|name| name == package)
        }
    }

    /// Whether some packages are left out.
    #[must_use]
    pub fn is_filtered(&self) -> bool {
        !self.included.is_empty() || !self.excluded.is_empty()
    }
}

impl Reader<'_> {
    /// Reads an entry.
    pub(super) fn entry(&mut self, node: &Node<'_>) {
        let Yaml::Map(_) = node.value else {
            return self.error(
                node.span,
                "an entry needs `name`, `type` and `config`".into(),
            );
        };
        self.unknown_keys(node, schema::ENTRY_FIELDS);
        self.required(node, schema::ENTRY_FIELDS);
        self.types(node, schema::ENTRY_FIELDS);
        let excluded = texts(node, "excluded_packages");
        let included = texts(node, "included_packages");
        if let (false, false, Some(second)) = (
            excluded.is_empty(),
            included.is_empty(),
            node.entry("included_packages"),
        ) {
            let message = "`included_packages` and `excluded_packages` exclude each other";
            self.error(second.key_span, message.into());
        }
        let Some(kind) = self.kind(node) else { return };
        let Some(config) = node.get("config") else {
            return;
        };
        if !matches!(config.value, Yaml::Map(_)) {
            return;
        }
        let fields = schema::fields_of(kind);
        self.unknown_keys(config, fields);
        self.required(config, fields);
        self.types(config, fields);
        self.keep(node, kind, config, excluded, included);
    }

    fn keep(
        &mut self,
        node: &Node<'_>,
        kind: Kind,
        config: &Node<'_>,
        excluded: Vec<String>,
        included: Vec<String>,
    ) {
        let Some(name) = node.get("name").and_then(Node::scalar) else {
            return;
        };
        let origin_key = match kind {
            Kind::File | Kind::Databricks => "path",
            Kind::DbtCloud => "job_id",
            Kind::Paradime => "schedule_name",
            Kind::Gcs | Kind::S3 | Kind::Azure => "object_name",
            Kind::Snowflake => "stage_path",
        };
        let place = config.get(origin_key).and_then(Node::scalar);
        let origin_span = place.map_or(config.span, |place| place.content);
        let origin_span = self.expanded.source(origin_span);
        let filter = node
            .entry("included_packages")
            .or_else(|| node.entry("excluded_packages"));
        let filter_span = filter.map(|filter| {
            self.expanded
                .source(filter.key_span.cover(filter.value.span))
        });
        let remote = origin::of_config(kind, config, self.expanded).map(Arc::new);
        let entry = Entry {
            name: (&*name.text).into(),
            name_span: self.expanded.source(name.content),
            kind,
            path: place
                .filter(|_| kind == Kind::File && remote.is_none())
                .map(|place| place.text.to_string()),
            remote,
            origin_span,
            origin: shown_addresses(origin_span.of(self.expanded.written())),
            excluded,
            included,
            filter_span,
            is_optional: node.get("optional").and_then(bool_of) == Some(true),
        };
        self.config.entries.push(entry);
    }

    fn kind(&mut self, node: &Node<'_>) -> Option<Kind> {
        let scalar = node.get("type")?.scalar()?;
        let kind = Kind::parse(&scalar.text);
        if kind.is_none() {
            let known = schema::KINDS.map(Kind::as_str);
            let message = format!(
                "`{}` is no type of dbt-loom's; it knows `{}`",
                self.written(scalar.content),
                known.join("`, `")
            );
            self.error(scalar.content, message);
            if let Some(closest) = crate::dbt::closest(&scalar.text.to_lowercase(), known) {
                self.suggest(closest);
            }
        }
        kind
    }

    /// Keys that dbt-loom passes over in silence.
    pub(super) fn unknown_keys(&mut self, node: &Node<'_>, fields: &[Field]) {
        for entry in node.entries() {
            let key = &*entry.key.text;
            if fields.iter().any(|field| field.name == key) {
                continue;
            }
            let closest = crate::dbt::closest(key, fields.iter().map(|field| field.name));
            let key = self.written(entry.key.content);
            let message = match closest {
                Some(closest) => {
                    format!("dbt-loom passes over `{key}` in silence; it knows `{closest}`")
                }
                None => format!("dbt-loom passes over `{key}` in silence"),
            };
            self.hint(entry.key_span, message);
            if let Some(closest) = closest {
                self.suggest(closest);
            }
        }
    }

    fn required(&mut self, node: &Node<'_>, fields: &[Field]) {
        for field in fields.iter().filter(|field| field.is_required) {
            if node.entry(field.name).is_none() {
                let span = node
                    .entries()
                    .first()
                    .map_or(node.span, |first| first.key_span.cover(first.value.span));
                self.error(span, format!("`{}` is missing", field.name));
            }
        }
    }

    /// The types of the values, as pydantic compares them: numbers are no texts.
    fn types(&mut self, node: &Node<'_>, fields: &[Field]) {
        for field in fields {
            let Some(entry) = node.entry(field.name) else {
                continue;
            };
            let (value, span) = (&entry.value, entry.key_span.cover(entry.value.span));
            let needed = match field.holds {
                FieldType::Text | FieldType::Kind => is_text(value).then_some(()).ok_or("a text"),
                FieldType::Integer => is_integer(value).then_some(()).ok_or("a whole number"),
                FieldType::Bool => {
                    self.bool_field(field.name, value);
                    continue;
                }
                FieldType::TextList => is_text_list(value).then_some(()).ok_or("a list of texts"),
                FieldType::Mapping => matches!(value.value, Yaml::Map(_))
                    .then_some(())
                    .ok_or("a mapping"),
                FieldType::EntryList => Ok(()),
            };
            // An optional text may be null.
            let is_null =
                is_null(value) && !field.is_required && field.holds != FieldType::TextList;
            if let (Err(needed), false) = (needed, is_null) {
                self.error(span, format!("`{}` needs {needed}", field.name));
            }
        }
    }

    /// A switch, with the words that pydantic takes for one.
    pub(super) fn bool_field(&mut self, name: &str, node: &Node<'_>) {
        if bool_of(node).is_none() {
            self.problem(
                RuleId::LoomConfig,
                Severity::Error,
                node.span,
                format!("`{name}` needs `true` or `false`"),
            );
        }
    }
}

fn is_null(node: &Node<'_>) -> bool {
    match &node.value {
        Yaml::Null => true,
        Yaml::Scalar(scalar) => scalar.resolve() == Resolved::Null,
        Yaml::Map(_) | Yaml::List(_) => false,
    }
}

fn is_text(node: &Node<'_>) -> bool {
    node.scalar()
        .is_some_and(|scalar| scalar.resolve() == Resolved::Str)
}

fn is_integer(node: &Node<'_>) -> bool {
    node.scalar().is_some_and(|scalar| match scalar.resolve() {
        Resolved::Int(_) => true,
        Resolved::Str => scalar.text.trim().parse::<i64>().is_ok(),
        Resolved::Float(number) => number.fract() == 0.0,
        Resolved::Null | Resolved::Bool(_) | Resolved::Timestamp => false,
    })
}

fn is_text_list(node: &Node<'_>) -> bool {
    matches!(node.value, Yaml::List(_)) && node.items().iter().all(is_text)
}

fn bool_of(node: &Node<'_>) -> Option<bool> {
    let scalar = node.scalar()?;
    match scalar.resolve() {
        Resolved::Bool(value) => Some(value),
        Resolved::Int(0) => Some(false),
        Resolved::Int(1) => Some(true),
        Resolved::Str => match scalar.text.to_lowercase().as_str() {
            "true" | "t" | "yes" | "y" | "on" | "1" => Some(true),
            "false" | "f" | "no" | "n" | "off" | "0" => Some(false),
            _ => None,
        },
        Resolved::Int(_) | Resolved::Null | Resolved::Float(_) | Resolved::Timestamp => None,
    }
}

fn texts(node: &Node<'_>, key: &str) -> Vec<String> {
    let items = node.get(key).map_or(&[][..], Node::items);
    items
        .iter()
        .filter_map(Node::as_str)
        .map(ToOwned::to_owned)
        .collect()
}
