//! What happens when settings change? They come from the editor and from files; the editor's
//! are the stronger ones.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Value, json};
use tower_lsp_server::ls_types as lsp;

use super::{Awaited, MainLoop};
use crate::load;
use crate::server::event::Event;
use crate::settings::{Feature, Settings};
use crate::world::Change;

/// The name of our settings in an editor.
const SECTION: &str = "dbtMesh";

impl MainLoop {
    /// Asks the client for our settings, if it can be asked.
    pub(super) fn ask_for_configuration(&mut self) {
        if self.client.has_configuration {
            let params = json!({"items": [{"section": SECTION}]});
            self.request("workspace/configuration", params, Awaited::Configuration);
        }
    }

    /// The client says that settings changed. Some say which, some want to be asked.
    pub(super) fn configuration_changed(&mut self, value: &Value) {
        if self.client.has_configuration {
            self.ask_for_configuration();
        } else if let Some(section) = value.get(SECTION) {
            self.read_editor_settings(section);
            self.settle_settings();
        }
    }

    /// The client was asked for our settings. One that knows none has said what it knows already.
    pub(super) fn configuration_answered(&mut self, value: &Value) {
        if let Some(section) = value.get(0).filter(|section| !section.is_null()) {
            self.read_editor_settings(section);
            self.settle_settings();
        }
    }

    /// Takes the editor's settings over; with or without the section's name around them.
    pub(super) fn read_editor_settings(&mut self, value: &Value) {
        let (settings, problems) = Settings::from_json(value.get(SECTION).unwrap_or(value));
        self.editor_settings = settings;
        self.say_once(problems);
    }

    /// Reads the settings files of the workspace folders. The first folder's say most.
    pub(super) fn read_settings_files(&self) {
        let (folders, events) = (self.folders.clone(), self.events.clone());
        tokio::task::spawn_blocking(move || {
            let mut all = Settings::default();
            let mut problems = Vec::new();
            for folder in folders {
                match load::settings_file(&folder) {
                    Ok(settings) => all = all.over(&settings.unwrap_or_default()),
                    Err(problem) => problems.push(problem),
                }
            }
            let _ = events.send(Event::SettingsRead(Box::new(all), problems));
        });
    }

    /// The settings files were read.
    pub(super) fn settings_read(&mut self, settings: Settings, problems: Vec<String>) {
        self.file_settings = settings;
        self.say_once(problems);
        self.settle_settings();
    }

    /// Works out what is set, and applies it where it differs.
    pub(super) fn settle_settings(&mut self) {
        let mut settings = self.editor_settings.clone().over(&self.file_settings);
        settings.beside.extend(&self.beside);
        if settings == *self.settings {
            return;
        }
        let is_other_config = settings.loom_config != self.settings.loom_config;
        self.settings = Arc::new(settings);
        self.apply(Change::Settings(Arc::clone(&self.settings)));
        if is_other_config {
            self.set_loom_config();
            for root in self.world.project_roots() {
                self.loader.want_project(root, false);
            }
        }
        self.read_wanted();
    }

    /// Projects are read with the loom config that the settings name, or the environment.
    pub(super) fn set_loom_config(&mut self) {
        let environment = || std::env::var_os("DBT_LOOM_CONFIG").map(Into::into);
        let path = self.settings.loom_config.clone().or_else(environment);
        self.loader.set_loom_config(path);
    }

    fn say_once(&mut self, problems: Vec<String>) {
        for problem in problems {
            if self.said.insert(problem.clone()) {
                let message = format!("dbt mesh: {problem}");
                let params = lsp::ShowMessageParams {
                    typ: lsp::MessageType::WARNING,
                    message,
                };
                self.outbox.notify("window/showMessage", params);
            }
        }
    }
}

/// The features that an editor's extension says others have too: `beside` of its options.
pub(super) fn beside(options: &Value) -> BTreeSet<Feature> {
    let names = options.get("beside").and_then(Value::as_array);
    let names = names.into_iter().flatten().filter_map(Value::as_str);
    names.filter_map(Feature::parse).collect()
}
