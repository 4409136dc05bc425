//! What does the server do next? One loop that owns everything that changes: the world, the open
//! files, what is being loaded and what the client was told. It hears of everything through one
//! queue and works on nothing that takes long.

mod fetching;
mod files;
mod loading;
mod settings;

use std::collections::{BTreeSet, HashMap};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Serialize;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::Instant;
use tower_lsp_server::ls_types as lsp;

use self::fetching::FetchProgress;
use self::loading::Progress;
use super::Options;
use super::actions::ToApply;
use super::background::Background;
use super::capabilities::{self, ClientProfile};
use super::documents::Documents;
use super::event::{Event, Events};
use super::fetching::Fetching;
use super::handlers::Context;
use super::loader::Loader;
use super::publish::{self, Publisher};
use super::rendering::Rendering;
use super::uri;
use super::watch::Watch;
use super::wire::Outbox;
use crate::load::ProfilesFolders;
use crate::origin::Cache;
use crate::settings::{Feature, Settings};
use crate::world::{Change, Snapshot, World};

/// All state of the server.
pub(super) struct MainLoop {
    world: Snapshot,
    documents: Documents,
    folders: Vec<PathBuf>,
    client: Arc<ClientProfile>,
    is_initialized: bool,
    editor_settings: Settings,
    /// What another extension of the editor answers too.
    beside: BTreeSet<Feature>,
    file_settings: Settings,
    settings: Arc<Settings>,
    background: Background,
    loader: Loader,
    rendering: Rendering,
    publisher: Publisher,
    watch: Watch,
    /// What changed below projects that are being read, and that they may read.
    unsure: BTreeSet<PathBuf>,
    profiles: ProfilesFolders,
    /// The files in them, as far as projects read them.
    profiles_files: BTreeSet<PathBuf>,
    progress: Progress,
    fetching: Fetching,
    fetch_progress: FetchProgress,
    fetched: Option<Cache>,
    /// Manifests that are not kept yet, of which the world is to hear at once.
    missing: Vec<PathBuf>,
    awaited: HashMap<i64, Awaited>,
    requests: i64,
    said: BTreeSet<String>,
    cache: Option<Arc<Path>>,
    outbox: Outbox,
    events: Events,
}

/// What the answer to a request of ours is about.
enum Awaited {
    Configuration,
    Progress,
    FetchProgress,
    Consent,
    /// A change of this file.
    Edit(lsp::Uri),
    Nothing,
}

impl MainLoop {
    /// A server that knows nothing yet.
    pub(super) fn new(events: Events, outbox: Outbox, folders: Options) -> Self {
        let background = Background::new();
        let fetched = folders.fetched.map(Cache::new);
        let profiles = ProfilesFolders::new(folders.profiles);
        Self {
            world: Arc::new(World::default()),
            documents: Documents::default(),
            folders: Vec::new(),
            client: Arc::new(ClientProfile::default()),
            is_initialized: false,
            editor_settings: Settings::default(),
            beside: BTreeSet::new(),
            file_settings: Settings::default(),
            settings: Arc::new(Settings::default()),
            loader: Loader::new(
                events.clone(),
                background.clone(),
                fetched.clone(),
                profiles.clone(),
            ),
            background,
            rendering: Rendering::default(),
            publisher: Publisher::default(),
            watch: Watch::new(events.clone()),
            unsure: BTreeSet::new(),
            profiles,
            profiles_files: BTreeSet::new(),
            progress: Progress::default(),
            fetching: Fetching::new(events.clone(), fetched.clone(), folders.consent),
            fetch_progress: FetchProgress::default(),
            fetched,
            missing: Vec::new(),
            awaited: HashMap::new(),
            requests: 0,
            said: BTreeSet::new(),
            cache: folders.cache.map(Into::into),
            outbox,
            events,
        }
    }

    /// Runs until nobody can put anything into the queue any more.
    pub(super) async fn run(mut self, mut queue: UnboundedReceiver<Event>) {
        loop {
            let fetching = self.fetching.deadline(&self.settings);
            let deadlines = [
                self.publisher.deadline(),
                self.watch.deadline(),
                self.loader.deadline(),
                fetching.filter(|_| self.is_initialized),
            ];
            let deadline = deadlines.into_iter().flatten().min();
            // A deadline that has passed goes before what waits: events may never stop coming.
            if let Some(now) = deadline.and_then(passed) {
                self.deadline_passed(now);
            }
            let event = match deadline {
                None => queue.recv().await,
                Some(deadline) => match tokio::time::timeout_at(deadline, queue.recv()).await {
                    Ok(event) => event,
                    Err(_) => continue,
                },
            };
            let Some(event) = event else { return };
            // A mistake of our own about one event must not be the end of all others. The world
            // is put in the place of the one before only when it is whole.
            if catch_unwind(AssertUnwindSafe(|| self.handle(event))).is_err() {
                tracing::error!("an event led into a mistake of the server's own");
            }
        }
    }

    fn handle(&mut self, event: Event) {
        if let Event::Question(_) | Event::Opened(_) | Event::Changed(_) = event {
            self.fetching.in_use();
            self.publisher.in_use(Instant::now());
        }
        match event {
            Event::Client(capabilities) => {
                self.client = Arc::new(ClientProfile::new(&capabilities));
            }
            Event::Initialize(params, reply) => {
                self.initialize(&params);
                let _ = reply.send(lsp::InitializeResult {
                    capabilities: capabilities::server(&self.client),
                    server_info: Some(capabilities::server_info()),
                    ..lsp::InitializeResult::default()
                });
            }
            Event::Initialized => self.initialized(),
            Event::Question(question) => {
                let context = self.context();
                tokio::task::spawn_blocking(move || question(&context));
            }
            Event::Opened(document) => self.opened(document),
            Event::Changed(params) => self.changed(params),
            Event::Closed(uri) => self.closed(&uri),
            Event::ClosedRead(path, on_disk) => self.closed_read(path, on_disk),
            Event::FilesChanged(paths) => self.watch.changed(paths, &self.folders, Instant::now()),
            Event::Overlooked => self.overlooked(),
            Event::FilesRead(found) => self.files_read(found),
            Event::ColumnsDiffer(path) => self.columns_differ(&path),
            Event::Folders(change) => self.folders_changed(&change),
            Event::Configuration(value) => self.configuration_changed(&value),
            Event::SettingsRead(settings, problems) => self.settings_read(*settings, problems),
            Event::Apply(change) => self.tell_to_apply(*change),
            Event::Reload => self.reload(),
            Event::Answer(response) => self.answered(response),
            Event::ProjectsFound(search, roots) => self.projects_found(search, roots),
            Event::ProjectOpened(root) => self.project_opened(root),
            Event::ProjectRead(root, files) => self.project_read(&root, files),
            Event::NeighbourRead(root, files) => self.neighbour_read(root, files),
            Event::ManifestRead {
                path,
                outcome,
                note,
                buffer,
            } => {
                self.manifest_read(path, outcome, note, buffer);
            }
            Event::CatalogRead(path, outcome, buffer) => self.catalog_read(path, outcome, buffer),
            Event::Refresh(names) => self.refresh_manifests(&names),
            Event::Fetched(path, fetched) => self.fetched(path, fetched),
            Event::Rendered(changes) => self.rendered(changes),
            Event::Diagnosed(diagnosed) => self.diagnosed(diagnosed),
        }
    }

    fn initialize(&mut self, params: &lsp::InitializeParams) {
        self.folders = workspace_folders(params);
        if let Some(options) = &params.initialization_options {
            self.read_editor_settings(options);
            self.beside = settings::beside(options);
            if options.get("isTrusted") == Some(&serde_json::Value::Bool(false)) {
                self.fetching.distrust();
            }
        }
        if let Some(fetched) = &self.fetched {
            self.apply(Change::Cache(fetched.folder().to_owned()));
        }
        self.apply(Change::Environment(Arc::new(crate::load::environment())));
        self.apply(Change::Now(jiff::Timestamp::now()));
        self.apply(Change::Folders(self.folders.clone()));
        self.set_loom_config();
        self.settle_settings();
        // What the folders hold is the same whatever else the client has to say.
        self.read_settings_files();
        self.loader.find(self.folders.clone());
    }

    fn initialized(&mut self) {
        self.is_initialized = true;
        self.ask_for_configuration();
        self.watch.folders(&self.folders, &self.client);
        if self.client.watches_files {
            let patterns = super::watch::workspace_patterns();
            self.register(
                "dbtMesh.files",
                "workspace/didChangeWatchedFiles",
                &patterns,
            );
        }
        if self.client.registers_configuration {
            let section = serde_json::json!({"section": "dbtMesh"});
            self.register(
                "dbtMesh.settings",
                "workspace/didChangeConfiguration",
                &section,
            );
        }
        for root in self.world.project_roots() {
            self.watch_beside(&root, None);
        }
        self.watch_manifests();
        self.watch.has_begun();
        self.show_progress();
    }

    fn context(&self) -> Context {
        Context {
            world: Arc::clone(&self.world),
            client: Arc::clone(&self.client),
            uris: self.documents.uris(),
            cache: self.cache.clone(),
        }
    }

    /// The one place where the world changes.
    fn apply(&mut self, change: Change) {
        let tells_status = self.client.shows_status && is_about_status(&change);
        self.rendering.changed(&self.world, &change);
        let next = self.world.apply(change);
        let earlier = std::mem::replace(&mut self.world, Arc::new(next));
        let now = Instant::now();
        let changed = self.world.changed_projects(&earlier);
        if !changed.is_empty() {
            self.publisher.readers_changed(now);
            if self.client.pulls_diagnostics {
                self.publisher.refresh_later();
            }
        }
        for root in changed {
            self.project_changed(root, now);
        }
        if tells_status && self.is_initialized {
            self.outbox.notify("dbtMesh/statusChanged", ());
        }
        // With it may go thousands of files: nobody should wait until they are put away, and they
        // should not pile up behind findings.
        tokio::task::spawn_blocking(move || drop(earlier));
        self.rendering
            .start(&self.world, &self.events, &self.background);
    }

    /// Files were rendered; what changed meanwhile is next.
    fn rendered(&mut self, changes: Vec<Change>) {
        self.rendering.finished();
        for change in changes {
            self.apply(change);
        }
        self.rendering
            .start(&self.world, &self.events, &self.background);
    }

    /// The files of a project outside of the workspace have findings while they are open.
    fn project_changed(&mut self, root: PathBuf, now: Instant) {
        let mut folders = self.folders.iter();
        let is_in_workspace =
            folders.any(|folder| root.starts_with(folder) || folder.starts_with(&root));
        self.publisher
            .open_files_changed(&root, &self.documents, now);
        if is_in_workspace {
            self.publisher.project_changed(root, now);
        }
    }

    fn deadline_passed(&mut self, now: Instant) {
        let changed = self.watch.take(now);
        if !changed.is_empty() {
            self.read_files(changed, now);
        }
        if self.loader.search_is_late(now) {
            self.start_loading();
        }
        if self
            .fetching
            .deadline(&self.settings)
            .is_some_and(|due| due <= now)
        {
            self.start_fetching(now);
        }
        self.publish(now);
    }

    fn publish(&mut self, now: Instant) {
        let is_quiet = self.loader.is_idle();
        let files = self
            .publisher
            .next(&self.world, &self.documents, is_quiet, now);
        if !files.is_empty() {
            let (context, events) = (self.context(), self.events.clone());
            self.background.run(move || {
                let _ = events.send(Event::Diagnosed(publish::diagnose(&context, files)));
            });
        }
        if self.publisher.take_refresh() && self.client.refreshes_diagnostics {
            self.request("workspace/diagnostic/refresh", (), Awaited::Nothing);
        }
    }

    fn diagnosed(&mut self, diagnosed: Vec<publish::Diagnosed>) {
        let pulls = self.client.pulls_diagnostics;
        let news = self.publisher.finished(diagnosed, &self.documents, pulls);
        if self.publisher.has_rest() {
            self.apply(Change::Rest);
        }
        let uris = self.documents.uris();
        for one in news {
            let uri = uris
                .get(&one.path)
                .cloned()
                .or_else(|| uri::from_path(&one.path));
            if let Some(uri) = uri {
                let params = lsp::PublishDiagnosticsParams::new(uri, one.diagnostics, one.version);
                self.outbox
                    .notify("textDocument/publishDiagnostics", params);
            }
        }
    }

    fn request(&mut self, method: &'static str, params: impl Serialize, awaited: Awaited) {
        self.requests += 1;
        self.awaited.insert(self.requests, awaited);
        self.outbox.request(self.requests, method, params);
    }

    fn tell_to_apply(&mut self, change: Result<ToApply, String>) {
        match change {
            Ok(ToApply { label, edit, shown }) => {
                let params = serde_json::json!({"label": label, "edit": edit});
                self.request("workspace/applyEdit", params, Awaited::Edit(shown));
            }
            Err(reason) => {
                let message = format!("dbt mesh: {reason}");
                let params = lsp::ShowMessageParams {
                    typ: lsp::MessageType::INFO,
                    message,
                };
                self.outbox.notify("window/showMessage", params);
            }
        }
    }

    fn show(&mut self, uri: &lsp::Uri) {
        if self.client.shows_documents {
            let params = serde_json::json!({"uri": uri, "takeFocus": true});
            self.request("window/showDocument", params, Awaited::Nothing);
        }
    }

    fn register(&mut self, id: &str, method: &str, options: &serde_json::Value) {
        let params = capabilities::registration(id, method, options);
        self.request("client/registerCapability", params, Awaited::Nothing);
    }

    fn answered(&mut self, response: tower_lsp_server::jsonrpc::Response) {
        let (id, result) = response.into_parts();
        let tower_lsp_server::jsonrpc::Id::Number(id) = id else {
            return;
        };
        match (self.awaited.remove(&id), result) {
            (Some(Awaited::Configuration), Ok(value)) => self.configuration_answered(&value),
            (Some(Awaited::Progress), Ok(_)) => self.progress_allowed(),
            (Some(Awaited::FetchProgress), Ok(_)) => self.fetch_progress_allowed(),
            (Some(Awaited::Consent), Ok(answer)) => self.consent_answered(&answer),
            (Some(Awaited::Consent), Err(error)) => {
                tracing::info!("the client does not ask its user: {error}");
                self.consent_answered(&serde_json::Value::Null);
            }
            (Some(Awaited::Edit(uri)), Ok(_)) => self.show(&uri),
            (Some(_), Err(error)) => tracing::info!("the client refused a request: {error}"),
            (Some(Awaited::Nothing), Ok(_)) | (None, _) => {}
        }
    }
}

/// Whether lists of projects and manifests are others after a change.
fn is_about_status(change: &Change) -> bool {
    match change {
        Change::Project(_)
        | Change::ProjectRemoved(_)
        | Change::Manifest { .. }
        | Change::Missing(_)
        | Change::Checked { .. }
        | Change::Settings(_)
        | Change::Folders(_) => true,
        Change::Neighbour(_)
        | Change::NoNeighbour(_)
        | Change::Rendered(_)
        | Change::FilesOnDisk(_)
        | Change::FileInEditor { .. }
        | Change::FileClosed { .. }
        | Change::Profiles { .. }
        | Change::Environment(_)
        | Change::Catalog { .. }
        | Change::Cache(_)
        | Change::Rest
        | Change::Now(_) => false,
    }
}

fn passed(deadline: Instant) -> Option<Instant> {
    let now = Instant::now();
    (deadline <= now).then_some(now)
}

/// The folders that the client has open, by whichever of the three ways it says it.
fn workspace_folders(params: &lsp::InitializeParams) -> Vec<PathBuf> {
    if let Some(folders) = &params.workspace_folders {
        return folders
            .iter()
            .filter_map(|folder| uri::to_path(&folder.uri))
            .collect();
    }
    #[expect(deprecated, reason = "clients without workspace folders say it so")]
    let root = params.root_uri.as_ref().and_then(uri::to_path).or_else(|| {
        let path = params.root_path.as_deref().map(PathBuf::from);
        path.filter(|path| path.is_absolute())
    });
    root.into_iter().collect()
}
