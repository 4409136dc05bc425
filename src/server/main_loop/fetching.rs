//! What happens while manifests are fetched?

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tokio::time::Instant;

use super::{Awaited, MainLoop};
use crate::load;
use crate::origin::{self, Fault, Fetched};
use crate::world::Change;

/// The name of our progress with the client.
const TOKEN: &str = "dbtMesh/fetching";
const TITLE: &str = "dbt mesh: manifests";
/// The answer that agrees.
const AGREE: &str = "Ask";
const DECLINE: &str = "Don't ask";

/// How far the client is told of the fetching.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum FetchProgress {
    /// It is not.
    #[default]
    Hidden,
    /// It was asked whether it wants to be.
    Asked,
    /// It is.
    Shown,
}

impl MainLoop {
    /// Looks at what is to be fetched by now.
    pub(super) fn consider_fetching(&mut self) {
        let documents = &self.documents;
        let mut known = HashMap::new();
        let is_saved = |config: &Path| {
            let is_it = || {
                let text = self.world.open_file(config).map(|(text, _)| text);
                documents.get(config).is_none() || text == load::read_text(config)
            };
            // One may name hundreds.
            *known.entry(config.to_owned()).or_insert_with(is_it)
        };
        self.fetching
            .consider(&self.world, is_saved, Instant::now());
    }

    /// Fetches what is due.
    pub(super) fn start_fetching(&mut self, now: Instant) {
        if !self.is_initialized {
            return;
        }
        for (path, fault) in self.fetching.start(&self.world, now) {
            self.not_fetched(path, fault);
        }
        self.ask_for_consent();
        self.show_fetching();
    }

    fn not_fetched(&mut self, path: PathBuf, fault: Fault) {
        let outcome = Err(fault.failure());
        self.apply(Change::Manifest { path, outcome });
    }

    /// All manifests, or those of these names, are asked for.
    pub(super) fn refresh_manifests(&mut self, names: &[String]) {
        let now = Instant::now();
        self.consider_fetching();
        let is_loading = !self.loader.is_idle();
        self.fetching.refresh(names, is_loading, now);
        self.start_fetching(now);
    }

    /// A manifest was fetched, or could not be.
    pub(super) fn fetched(&mut self, path: PathBuf, fetched: Result<Fetched, Fault>) {
        let now = Instant::now();
        let is_other = self.fetching.finished(&path, &fetched, &self.settings, now);
        if is_other {
            self.loader.manifest_changed(path.clone());
        }
        if let Err(fault) = &fetched {
            tracing::info!("fetch a manifest: {fault}");
        }
        for change in origin::changes(path, fetched) {
            self.apply(change);
        }
        self.read_wanted();
        self.show_fetching();
    }

    /// Asks the user whether somebody may be asked, one at a time.
    fn ask_for_consent(&mut self) {
        if let Some(asking) = self.fetching.question() {
            let params = json!({
                "type": 2,
                "message": asking.message,
                "actions": [{"title": AGREE}, {"title": DECLINE}],
            });
            self.request("window/showMessageRequest", params, Awaited::Consent);
        }
    }

    /// The user has answered; whoever closes the question does not agree.
    pub(super) fn consent_answered(&mut self, answer: &Value) {
        let is_agreed = answer.get("title").and_then(Value::as_str) == Some(AGREE);
        let now = Instant::now();
        self.fetching.answered(is_agreed, now);
        self.start_fetching(now);
    }

    /// Tells the client how far the fetching is, if it wants to know.
    pub(super) fn show_fetching(&mut self) {
        let (running, done) = self.fetching.counts();
        match self.fetch_progress {
            FetchProgress::Hidden => {
                if self.client.shows_progress && running > 0 {
                    self.fetch_progress = FetchProgress::Asked;
                    let params = json!({"token": TOKEN});
                    self.request(
                        "window/workDoneProgress/create",
                        params,
                        Awaited::FetchProgress,
                    );
                }
            }
            FetchProgress::Asked => {}
            FetchProgress::Shown if running == 0 => {
                self.fetch_progress = FetchProgress::Hidden;
                self.say_fetching(&json!({"kind": "end"}));
            }
            FetchProgress::Shown => {
                let message = format!("{done}/{} fetched", done + running);
                self.say_fetching(&json!({"kind": "report", "message": message}));
            }
        }
    }

    /// The client wants to know. What is over by now is not worth a word.
    pub(super) fn fetch_progress_allowed(&mut self) {
        if self.fetching.counts().0 == 0 {
            self.fetch_progress = FetchProgress::Hidden;
            return;
        }
        self.fetch_progress = FetchProgress::Shown;
        self.say_fetching(&json!({"kind": "begin", "title": TITLE}));
        self.show_fetching();
    }

    fn say_fetching(&self, value: &Value) {
        self.outbox
            .notify("$/progress", json!({"token": TOKEN, "value": value}));
    }
}
