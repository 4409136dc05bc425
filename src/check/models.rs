//! What do we take each model for? As JSON, to hold it against the manifest that dbt writes.

use std::io::{self, Write};
use std::sync::Arc;

use serde::Serialize;

use super::base::relative;
use super::{Options, read, written};
use crate::dbt::{ResourceType, Value, Version};
use crate::mesh::Linked;
use crate::mesh::columns::Basis;
use crate::project::{Asked, Meaning, Node, Owner, Project, RefArguments, RefPlace, Reference};
use crate::syntax::jinja::Reach;
use crate::syntax::sql::Hidden;
use crate::text::Span;
use crate::world::World;

#[derive(Serialize)]
struct Object<'a> {
    version: u32,
    models: Vec<Model<'a>>,
}

#[derive(Serialize)]
struct Model<'a> {
    project: &'a str,
    unique_id: String,
    name: &'a str,
    file: String,
    /// Whether nothing in the file hangs on what only dbt can tell.
    is_understood: bool,
    refs: Vec<Ref<'a>>,
    sources: Vec<[&'a str; 2]>,
    /// Its configuration as dbt resolves it, those keys that have a value.
    config: serde_json::Map<String, serde_json::Value>,
    /// The keys of it that only dbt can tell.
    unknown_config: Vec<Box<str>>,
    /// Whether there may be other keys.
    may_have_more_config: bool,
    /// The dialect that its SQL is read in.
    dialect: String,
    /// The columns that its SELECT makes; none where not all are known.
    columns: Option<Vec<Column>>,
    /// Whether `all` of them are known, `some` or `none`, by the SELECT or by its contract.
    known_columns: &'static str,
    /// What hides the others.
    hidden_by: Option<Hiding>,
}

#[derive(Serialize)]
struct Column {
    name: String,
    #[serde(rename = "type")]
    data_type: Option<String>,
}

/// What hides columns.
#[derive(Serialize)]
struct Hiding {
    /// The line of the model's file.
    line: usize,
    /// What stands there, or whose columns are not known.
    what: String,
}

#[derive(Serialize, PartialEq)]
struct Ref<'a> {
    name: &'a str,
    package: Option<&'a str>,
    version: Option<&'a str>,
}

/// Writes every model of the projects below the paths to `out`: what it reads while dbt parses it.
///
/// # Errors
///
/// Where it could not run: one line that says why.
pub fn models(options: &Options, now: jiff::Timestamp, out: &mut dyn Write) -> Result<(), String> {
    let (world, _, folders) = read(options, now)?;
    let base = super::base::common(&folders);
    let mut models: Vec<Model<'_>> = Vec::new();
    for linked in world.workspace_projects() {
        let project = &linked.project;
        let nodes = project.index.nodes().map(|(_, node)| node);
        models.extend(
            nodes
                .filter(|node| node.resource_type == ResourceType::Model)
                .map(|node| {
                    let (columns, hidden_by) = columns(&world, linked, node);
                    let relation = linked.columns_of_file(world.mesh(), &node.origin.file);
                    Model {
                        file: relative(&project.path_of(&node.origin.file), &base),
                        dialect: format!("{:?}", linked.dialect()).to_lowercase(),
                        known_columns: match relation {
                            Some(it) if it.is_whole => "all",
                            Some(it) if !it.columns.is_empty() => "some",
                            Some(_) | None => "none",
                        },
                        columns,
                        hidden_by,
                        ..model(project, node, &world.asked())
                    }
                }),
        );
    }
    models.sort_by(|left, right| left.unique_id.cmp(&right.unique_id));
    written(write(&Object { version: 1, models }, out))
}

fn write(object: &Object<'_>, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, object)?;
    writeln!(out)
}

/// The columns of the SELECT, be it one that macros make, whatever a contract says; or what hides
/// them.
fn columns(world: &World, linked: &Linked, node: &Node) -> (Option<Vec<Column>>, Option<Hiding>) {
    let Some(reading) = linked.read_sql(world.mesh(), &node.origin.file) else {
        return (None, None);
    };
    let outputs = reading.outputs();
    let nameless = outputs.columns.iter().find(|column| column.name.is_none());
    let is_empty = outputs.columns.is_empty();
    let hidden = match (outputs.hidden, nameless) {
        (Hidden::Nothing, None) if !is_empty => None,
        (Hidden::Nothing, nameless) => Some(nameless.map_or(Span::default(), |it| it.span)),
        (Hidden::At(span), _) => Some(span),
        (Hidden::Star(id), _) => {
            let tree = reading.sql.trees.first();
            let relation = tree.and_then(|tree| tree.select(id.select).relations.get(id.relation));
            Some(relation.map_or(Span::default(), |relation| relation.span))
        }
    };
    if hidden.is_some()
        && let Some(made) = linked.columns_of_file(world.mesh(), &node.origin.file)
        && made.is_whole
        && made.basis == Basis::Expanded
    {
        let columns = made.columns.iter().map(|column| Column {
            name: column.name.to_string(),
            data_type: None,
        });
        return (Some(columns.collect()), None);
    }
    if let Some(span) = hidden {
        let text = reading.text();
        let before = text.get(..span.start as usize).unwrap_or("");
        let what: String = span
            .of(text)
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        let hiding = Hiding {
            line: before.matches('\n').count() + 1,
            what: what.chars().take(200).collect(),
        };
        return (None, Some(hiding));
    }
    let types = linked.types_of_file(&reading);
    let columns = outputs.columns.into_iter().enumerate();
    let columns = columns.map(|(at, output)| {
        Some(Column {
            name: output.name?.to_string(),
            data_type: types.get(at).copied().flatten().map(|it| it.to_string()),
        })
    });
    (columns.collect(), None)
}

fn model<'a>(project: &'a Arc<Project>, node: &'a Node, asked: &Asked<'_>) -> Model<'a> {
    let whole = project.configuration(node, asked);
    let facts = project.file(&node.origin.file);
    let references: &[Reference] = match facts.map(|facts| &*facts.meaning) {
        Some(Meaning::Code(code)) => &code.references,
        Some(
            Meaning::Properties(_)
            | Meaning::Definition(..)
            | Meaning::LoomConfig(_)
            | Meaning::Dependencies(_)
            | Meaning::Other,
        )
        | None => &[],
    };
    let mut model = Model {
        project: project.name(),
        unique_id: node.unique_id(project.name()),
        name: &node.name,
        file: String::new(),
        is_understood: facts.is_some_and(|facts| facts.is_understood() == Some(true)),
        refs: Vec::new(),
        sources: Vec::new(),
        config: whole
            .values
            .iter()
            .map(|(key, value)| (key.to_string(), json(value)))
            .collect(),
        unknown_config: whole.unknown,
        may_have_more_config: whole.may_have_more,
        dialect: String::new(),
        columns: None,
        known_columns: "none",
        hidden_by: None,
    };
    for reference in references.iter().filter(|reference| is_read(reference)) {
        match &reference.arguments {
            RefArguments::Names {
                package,
                name,
                version,
            } => {
                let found = Ref {
                    name,
                    package: package.as_deref(),
                    version: version.as_ref().map(Version::as_str),
                };
                if !model.refs.contains(&found) {
                    model.refs.push(found);
                }
            }
            RefArguments::Source { source, table } => {
                let found: [&str; 2] = [source, table];
                if !model.sources.contains(&found) {
                    model.sources.push(found);
                }
            }
            RefArguments::Dynamic => model.is_understood = false,
            RefArguments::Declared { .. } | RefArguments::Invalid(_) => {}
        }
    }
    model
}

/// A value that is known.
fn json(value: &Value) -> serde_json::Value {
    match value {
        Value::Null | Value::Jinja(_) | Value::Unknown => serde_json::Value::Null,
        Value::Bool(value) => (*value).into(),
        Value::Int(number) => (*number).into(),
        Value::Float(number) => match number.parse::<f64>() {
            Ok(number) => number.into(),
            Err(_) => number.as_ref().into(),
        },
        Value::Text(text) => text.as_ref().into(),
        Value::List(items) => items.iter().map(json).collect(),
        Value::Map(entries) => {
            let entries = entries.iter();
            serde_json::Value::Object(
                entries
                    .map(|(key, value)| (key.to_string(), json(value)))
                    .collect(),
            )
        }
    }
}

/// Whether the model reads it while dbt parses. What only running tells makes the file one that is
/// not understood, and is not counted.
fn is_read(reference: &Reference) -> bool {
    let is_of_the_model = match reference.place {
        RefPlace::Sql | RefPlace::Python => true,
        RefPlace::MacroBody
        | RefPlace::TestArgument
        | RefPlace::Exposure
        | RefPlace::ForeignKey
        | RefPlace::SnapshotRelation
        | RefPlace::SemanticModel
        | RefPlace::UnitTestInput
        | RefPlace::Description
        | RefPlace::Semantics
        | RefPlace::Hook => false,
    };
    is_of_the_model && reference.owner == Owner::File && reference.reach == Reach::Always
}
