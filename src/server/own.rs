//! What is the answer to each request that is no part of the protocol? Editors that know us show it.

use serde::Deserialize;
use serde_json::{Value, json};
use tower_lsp_server::ls_types as lsp;

use super::convert::Texts;
use super::handlers::Context;
use super::uri;
use crate::ide::{self, GraphQuestion, LinkTarget};
use crate::manifest;
use crate::picture::{self, Viewer};
use crate::world::{ManifestState, ManifestSummary, ProjectSummary};

/// So many nodes can be looked at, and are laid out before anybody waits.
const MOST_NODES: usize = 250;

/// What `dbtMesh/graph` asks.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct GraphParams {
    /// The file whose models it is about.
    text_document: Option<lsp::TextDocumentIdentifier>,
    /// The models that it is about.
    #[serde(default)]
    models: Vec<String>,
    /// What the page's own script is known by.
    #[serde(default)]
    nonce: String,
}

/// What `dbtMesh/place` asks.
#[derive(Deserialize)]
pub(super) struct PlaceParams {
    /// The id of a node of a graph.
    id: String,
}

/// `dbtMesh/status`
pub(super) fn status(context: &Context) -> Value {
    let world = &context.world;
    let (projects, manifests) = (world.project_summaries(), world.manifest_summaries());
    json!({
        "summary": summary(&projects, &manifests),
        "hasProblem": manifests.iter().any(is_problem),
        "projects": projects.iter().map(project).collect::<Vec<_>>(),
        "manifests": manifests.iter().map(|it| manifest(context, it)).collect::<Vec<_>>(),
        "revision": world.revision(),
        "links": world.links(),
    })
}

fn project(project: &ProjectSummary) -> Value {
    json!({
        "name": project.name,
        "root": project.root,
        "models": project.models,
        "summary": counted(project.models, "model"),
    })
}

fn manifest(context: &Context, manifest: &ManifestSummary) -> Value {
    json!({
        "project": manifest.project,
        "name": manifest.name,
        "kind": manifest.kind,
        "origin": manifest.origin,
        "state": state(manifest.state),
        "models": manifest.models,
        "generated_at": manifest.generated_at,
        "asked_at": manifest.checked_at.map(|at| at.to_string()),
        "size": manifest.size,
        "problem": manifest.problem.clone().or_else(|| {
            is_problem(manifest).then(|| words(manifest.state).to_owned())
        }),
        "summary": manifest_summary(context, manifest),
    })
}

/// `3 projects, 2 manifests`
fn summary(projects: &[ProjectSummary], manifests: &[ManifestSummary]) -> String {
    let problems = manifests.iter().filter(|it| is_problem(it)).count();
    let mut words = vec![
        counted(projects.len(), "project"),
        counted(manifests.len(), "manifest"),
    ];
    if problems > 0 {
        words.push(format!("{problems} not at hand"));
    }
    words.join(", ")
}

/// `12 models, 3 days old`
fn manifest_summary(context: &Context, manifest: &ManifestSummary) -> String {
    let generated = manifest.generated_at.as_deref();
    let age = generated.and_then(|text| manifest::age(text, context.world.now()));
    let models = manifest.models.map(|models| counted(models, "model"));
    let known: Vec<String> = models.into_iter().chain(age).collect();
    if known.is_empty() {
        words(manifest.state).to_owned()
    } else {
        known.join(", ")
    }
}

fn counted(count: usize, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
}

fn is_problem(manifest: &ManifestSummary) -> bool {
    match manifest.state {
        ManifestState::Missing | ManifestState::Unreadable => true,
        ManifestState::NotFetched => manifest.problem.is_some(),
        ManifestState::Loading | ManifestState::Loaded => false,
    }
}

fn words(state: ManifestState) -> &'static str {
    match state {
        ManifestState::Loading => "being read",
        ManifestState::Loaded => "at hand",
        ManifestState::Missing => "missing",
        ManifestState::Unreadable => "unreadable",
        ManifestState::NotFetched => "not fetched",
    }
}

fn state(state: ManifestState) -> &'static str {
    match state {
        ManifestState::Loading => "loading",
        ManifestState::Loaded => "loaded",
        ManifestState::Missing => "missing",
        ManifestState::Unreadable => "unreadable",
        ManifestState::NotFetched => "not-fetched",
    }
}

/// `dbtMesh/published`: a file with what a manifest has of the model at hand.
pub(super) fn published(
    context: &Context,
    at: &lsp::TextDocumentPositionParams,
) -> Option<lsp::Location> {
    let (path, _, offset) = context.place(at)?;
    let mut texts = Texts::new(context);
    let found = ide::published(&context.world, &path, offset);
    let mut files = found.into_iter().map(LinkTarget::Published);
    files.find_map(|file| texts.target(&file))
}

/// `dbtMesh/graph`: a page with what is upstream and downstream. Without a model it is the whole mesh.
pub(super) fn graph(context: &Context, params: GraphParams) -> Option<Value> {
    let file = params.text_document.as_ref();
    let path = file.and_then(|file| uri::to_path(&file.uri));
    let of_file = path.map_or_else(Vec::new, |path| ide::models_of(&context.world, &path));
    let question = GraphQuestion {
        models: params.models.into_iter().chain(of_file).collect(),
        limit: MOST_NODES,
    };
    let graph = ide::graph(&context.world, &question);
    if graph.nodes.is_empty() {
        return None;
    }
    let viewer = Viewer {
        nonce: &params.nonce,
        link: "file://{path}",
    };
    Some(json!({
        "title": picture::title(&graph),
        "html": picture::html(&graph, &viewer),
    }))
}

/// `dbtMesh/place`: where a node of a graph is made.
pub(super) fn place(context: &Context, params: &PlaceParams) -> Option<lsp::Location> {
    let target = ide::place_of(&context.world, &params.id)?;
    Texts::new(context).target(&target)
}
