//! The facts of property files, and of the other YAML files that name models.
//!
//! dbt reads refs in certain places of a property file only, in each place in its own way
//! (dbt-core `parser/schemas.py`, `clients/jinja_static.py`).

mod columns;
mod data_tests;
mod embedded;
mod semantics;
mod tested;
mod twice;
mod unit_test;

use thin_vec::ThinVec;

use crate::dbt::{Config, Value, Version};
use crate::pace;
use crate::syntax::yaml::{Document, Node, Resolved, Value as Yaml, parse};
use crate::text::Span;

use super::column::ColumnTexts;
use super::constraint;
use super::{
    ColumnSpans, Dependencies, EntrySpans, Group, Meaning, Owner, Properties, PropertyEntry,
    RefPlace, Reference, Section, SourceProperties, Spans, VersionEntry, VersionSpans,
};
use columns::{columns, source_table, tables};
pub(super) use data_tests::BESIDE;
use embedded::Collector;

/// Keys that dbt moves from the top of an entry into its `config`.
const MOVED: [&str; 5] = ["access", "group", "meta", "docs", "contract"];

/// Reads a property file.
pub(super) fn read(document: &Document<'_>) -> (Meaning, Spans) {
    let mut reader = Reader::default();
    for entry in document.root.entries() {
        let Some(section) = section_of(&entry.key.text) else {
            continue;
        };
        for item in entry.value.items() {
            reader.entry(section, item);
        }
    }
    let Reader {
        mut properties,
        mut spans,
        collector,
        texts: _,
    } = reader;
    properties.references = collector.references.into();
    spans.references = collector.spans;
    (Meaning::Properties(properties), spans)
}

/// Reads the refs of `on-run-start` and `on-run-end` in dbt_project.yml.
pub(super) fn read_operations(text: &str) -> (Vec<Reference>, Spans) {
    let document = parse(text);
    let mut collector = Collector::default();
    for key in ["on-run-start", "on-run-end"] {
        if let Some(hooks) = document.root.get(key) {
            collector.templates_below(hooks, RefPlace::Hook, Owner::File);
        }
    }
    let spans = Spans {
        references: collector.spans,
        ..Spans::default()
    };
    (collector.references, spans)
}

/// Reads the projects and packages that dependencies.yml, packages.yml or package-lock.yml name.
pub(super) fn read_dependencies(path: &str, text: &str) -> (Meaning, Spans) {
    let document = parse(text);
    let projects = document.root.get("projects").map_or(&[][..], Node::items);
    let names = projects
        .iter()
        .filter_map(|project| project.get("name")?.scalar());
    let (names, groups): (_, Vec<_>) = names
        .map(|name| (Box::<str>::from(&*name.text), name.content))
        .unzip();
    let packages = document.root.entry("packages").map(|entry| {
        let items = entry.value.items().iter();
        items.map(package).unzip()
    });
    let (packages, blocks) = match packages {
        Some((names, spans)) => (Some(names), spans),
        None => (None, Vec::new()),
    };
    let dependencies = Dependencies {
        projects: names,
        packages,
    };
    let mut spans = Spans {
        groups: groups.into(),
        blocks: blocks.into(),
        misfits: super::shape::misfits(path, text, &document.root).into(),
        ..Spans::default()
    };
    super::yaml_errors::note(text, document.errors, &mut spans);
    (Meaning::Dependencies(dependencies), spans)
}

/// The name of a package, or where it is, and the place of that.
fn package(node: &Node<'_>) -> (Box<str>, Span) {
    let keys = ["name", "package", "local", "git", "tarball", "private"];
    let named = keys.iter().find_map(|key| node.get(key)?.scalar());
    match named {
        Some(name) => (name.text.as_ref().into(), name.content),
        None => ("".into(), node.span),
    }
}

fn section_of(key: &str) -> Option<Section> {
    Some(match key {
        "models" => Section::Models,
        "seeds" => Section::Seeds,
        "snapshots" => Section::Snapshots,
        "analyses" => Section::Analyses,
        "sources" => Section::Sources,
        "exposures" => Section::Exposures,
        "groups" => Section::Groups,
        "macros" => Section::Macros,
        "metrics" => Section::Metrics,
        "semantic_models" => Section::SemanticModels,
        "saved_queries" => Section::SavedQueries,
        "unit_tests" => Section::UnitTests,
        "functions" => Section::Functions,
        "data_tests" => Section::DataTests,
        _ => return None,
    })
}

#[derive(Default)]
struct Reader {
    properties: Properties,
    spans: Spans,
    collector: Collector,
    texts: ColumnTexts,
}

impl Reader {
    fn entry(&mut self, section: Section, node: &Node<'_>) {
        let Yaml::Map(_) = node.value else { return };
        pace::let_others_go_first();
        if section == Section::Groups {
            self.group(node);
        }
        let entry = u32::try_from(self.properties.entries.len()).unwrap_or(u32::MAX);
        let owner = Owner::Entry(entry);
        self.references(section, node, owner);
        if section.has_data_tests() {
            let tests = &mut self.properties.data_tests;
            data_tests::collect(node, entry, tests, &mut self.spans.data_tests);
            tested::collect(node, entry, &mut self.properties, &mut self.spans);
        }
        if section == Section::UnitTests {
            self.properties
                .unit_tests
                .push(unit_test::read(node, entry));
        }
        semantics::collect(
            section,
            node,
            entry,
            &mut self.properties,
            &mut self.spans,
            &mut self.collector,
        );
        let (config, config_spans) = config(node);
        let (columns, column_spans) = match section {
            Section::Sources => tables(node, &mut self.texts),
            Section::Macros => columns::arguments(node, &mut self.texts),
            _ if section.has_columns() => columns(node, &mut self.texts),
            _ => (ThinVec::new(), ColumnSpans::default()),
        };
        let (constraints, constraint_spans) = if section.has_columns() {
            constraint::read(node)
        } else {
            (ThinVec::new(), ThinVec::new())
        };
        let versions = node.get("versions").map_or(&[][..], Node::items);
        let (version_entries, inside_versions) = versions
            .iter()
            .map(|node| version(node, &mut self.texts))
            .unzip();
        let source = (section == Section::Sources).then(|| Box::new(self.source(node)));
        self.properties.entries.push(PropertyEntry {
            section,
            name: text(node, "name"),
            description: text(node, "description"),
            config,
            columns,
            constraints,
            versions: version_entries,
            latest_version: node.get("latest_version").map(value_of),
            deprecation_date: optional_text(node, "deprecation_date"),
            model: optional_text(node, "model"),
            has_relation: node.get("relation").is_some(),
            source,
        });
        self.spans.entries.push(EntrySpans {
            entry: node.span,
            name: name_span(node),
            columns: column_spans,
            constraints: constraint_spans,
            versions: versions.iter().map(version_span).collect(),
            inside_versions,
            latest_version: node.get("latest_version").map(|latest| latest.span),
            deprecations: std::iter::once(node)
                .chain(versions)
                .map(|node| node.get("deprecation_date").map(|date| date.span))
                .collect(),
            config: config_spans.into(),
            model: node.get("model").map(|model| model.span),
        });
    }

    fn source(&mut self, node: &Node<'_>) -> SourceProperties {
        let tables = node.get("tables").map_or(&[][..], Node::items).iter();
        let named = tables.filter(|table| table.get("name").is_some());
        SourceProperties {
            database: optional_text(node, "database"),
            schema: optional_text(node, "schema"),
            loader: optional_text(node, "loader"),
            overrides: optional_text(node, "overrides"),
            tables: named
                .map(|table| source_table(table, &mut self.texts))
                .collect(),
        }
    }

    fn group(&mut self, node: &Node<'_>) {
        let owner = node.get("owner");
        let of_owner = |key| owner.and_then(|owner| optional_text(owner, key));
        self.properties.groups.push(Group {
            name: text(node, "name"),
            owner_name: of_owner("name"),
            owner_email: of_owner("email"),
            description: text(node, "description"),
        });
        self.spans.groups.push(name_span(node));
    }

    /// The refs of an entry, each place as dbt reads it.
    fn references(&mut self, section: Section, node: &Node<'_>, owner: Owner) {
        let collector = &mut self.collector;
        if section.has_docs() {
            collector.descriptions_of_entry(node, owner);
        }
        match section {
            Section::Models => {
                collector.constraints(node, owner);
                collector.data_tests(node, owner);
                collector.hooks(node, owner);
            }
            Section::Seeds | Section::Sources => collector.data_tests(node, owner),
            Section::Snapshots => {
                if let Some(relation) = node.get("relation") {
                    collector.plain(relation, RefPlace::SnapshotRelation, owner);
                }
                collector.data_tests(node, owner);
                collector.hooks(node, owner);
            }
            Section::Exposures => {
                for item in node.get("depends_on").map_or(&[][..], Node::items) {
                    collector.without_braces(item, RefPlace::Exposure, owner);
                }
            }
            Section::SemanticModels => {
                if let Some(model) = node.get("model") {
                    collector.without_braces(model, RefPlace::SemanticModel, owner);
                }
            }
            Section::UnitTests => {
                for given in node.get("given").map_or(&[][..], Node::items) {
                    if let Some(input) = given.get("input") {
                        collector.plain(input, RefPlace::UnitTestInput, owner);
                    }
                }
            }
            Section::Analyses
            | Section::Groups
            | Section::Macros
            | Section::Metrics
            | Section::SavedQueries
            | Section::Functions
            | Section::DataTests => {}
        }
    }
}

impl Section {
    /// Whether dbt moves certain keys of its entries into `config`, and refuses those that stand
    /// there already.
    #[must_use]
    pub fn moves_keys(self) -> bool {
        match self {
            Self::Models | Self::Seeds | Self::Snapshots | Self::Analyses | Self::Functions => true,
            Self::Sources
            | Self::Exposures
            | Self::Groups
            | Self::Macros
            | Self::Metrics
            | Self::SemanticModels
            | Self::SavedQueries
            | Self::UnitTests
            | Self::DataTests => false,
        }
    }

    /// Whether dbt renders its descriptions.
    fn has_docs(self) -> bool {
        match self {
            Self::Models
            | Self::Seeds
            | Self::Snapshots
            | Self::Analyses
            | Self::Sources
            | Self::Exposures
            | Self::Macros
            | Self::Metrics
            | Self::SemanticModels
            | Self::SavedQueries
            | Self::DataTests => true,
            Self::Groups | Self::UnitTests | Self::Functions => false,
        }
    }

    fn has_data_tests(self) -> bool {
        matches!(
            self,
            Self::Models | Self::Seeds | Self::Snapshots | Self::Sources
        )
    }

    fn has_columns(self) -> bool {
        match self {
            Self::Models | Self::Seeds | Self::Snapshots | Self::Analyses => true,
            Self::Sources
            | Self::Exposures
            | Self::Groups
            | Self::Macros
            | Self::Metrics
            | Self::SemanticModels
            | Self::SavedQueries
            | Self::UnitTests
            | Self::Functions
            | Self::DataTests => false,
        }
    }
}

/// `config:` with the keys that dbt moves there, and where their values stand.
fn config(node: &Node<'_>) -> (Config, Vec<Span>) {
    let moved = node
        .entries()
        .iter()
        .filter(|entry| MOVED.contains(&&*entry.key.text));
    let inside = node.get("config").map_or(&[][..], Node::entries);
    moved
        .chain(inside)
        .map(|entry| {
            (
                (Box::<str>::from(&*entry.key.text), value_of(&entry.value)),
                entry.value.span,
            )
        })
        .unzip()
}

/// `config:` alone: dbt moves no key of a version there.
fn config_inside(node: &Node<'_>) -> Config {
    match node.get("config").map(value_of) {
        Some(Value::Map(config)) => config,
        Some(_) | None => Config::new(),
    }
}

fn version(node: &Node<'_>, texts: &mut ColumnTexts) -> (VersionEntry, VersionSpans) {
    let (columns, column_spans) = columns(node, texts);
    let (constraints, constraint_spans) = constraint::read(node);
    let (include, exclude) = columns::selection(node);
    let v = node.get("v").map(value_of);
    let entry = VersionEntry {
        version: v.as_ref().and_then(Value::python_text).map(Version),
        is_text: matches!(v, Some(Value::Text(_))),
        defined_in: optional_text(node, "defined_in"),
        config: config_inside(node),
        description: text(node, "description"),
        deprecation_date: optional_text(node, "deprecation_date"),
        include,
        exclude,
        columns,
        constraints,
    };
    let spans = VersionSpans {
        columns: column_spans,
        constraints: constraint_spans,
        exclude: columns::exclude_spans(node),
    };
    (entry, spans)
}

fn version_span(node: &Node<'_>) -> Span {
    node.get("v").map_or(node.span, |v| v.span)
}

fn name_span(node: &Node<'_>) -> Span {
    match node.get("name").and_then(Node::scalar) {
        Some(name) => name.content,
        None => Span::empty(node.span.start as usize),
    }
}

fn text(node: &Node<'_>, key: &str) -> Box<str> {
    optional_text(node, key).unwrap_or_default()
}

fn optional_text(node: &Node<'_>, key: &str) -> Option<Box<str>> {
    let scalar = node.get(key)?.scalar()?;
    (scalar.resolve() != Resolved::Null).then(|| scalar.python_str().into())
}

/// The value of a YAML node.
#[must_use]
pub fn value_of(node: &Node<'_>) -> Value {
    match &node.value {
        Yaml::Null => Value::Null,
        Yaml::Scalar(scalar) => match scalar.resolve() {
            Resolved::Null => Value::Null,
            Resolved::Bool(value) => Value::Bool(value),
            Resolved::Int(number) => Value::Int(number),
            Resolved::Float(_) => Value::Float(scalar.python_str().into()),
            Resolved::Timestamp => Value::Text(scalar.python_str().into()),
            Resolved::Str if scalar.text.contains("{{") || scalar.text.contains("{%") => {
                Value::Jinja((&*scalar.text).into())
            }
            Resolved::Str => Value::Text((&*scalar.text).into()),
        },
        Yaml::Map(entries) => Value::Map(
            entries
                .iter()
                .map(|entry| ((&*entry.key.text).into(), value_of(&entry.value)))
                .collect(),
        ),
        Yaml::List(items) => Value::List(items.iter().map(value_of).collect()),
    }
}
