//! The settings as an editor sends them.

use std::path::PathBuf;

use serde_json::{Map, Value};

use super::{Feature, Key, Settings};
use crate::rules::{Level, RuleId};

impl Settings {
    /// Reads the object of an editor's `dbtMesh` section. What is not understood is left at its
    /// default and said in one line each.
    #[must_use]
    pub fn from_json(value: &Value) -> (Self, Vec<String>) {
        let mut settings = Self::default();
        let mut problems = Vec::new();
        let Some(object) = value.as_object() else {
            if !value.is_null() {
                problems.push(format!("`dbtMesh` is {value}; it would be an object"));
            }
            return (settings, problems);
        };
        for (name, value) in object.iter().filter(|(_, value)| !value.is_null()) {
            // Editors keep settings of their own in the same section.
            let Some(key) = Key::parse(name) else {
                continue;
            };
            if settings.set(key, value, &mut problems).is_none() {
                let holds = key.holds().as_str();
                problems.push(format!("`dbtMesh.{name}` is {value}; it would be {holds}"));
            }
        }
        (settings, problems)
    }

    /// `None` where the value is not what the setting holds.
    fn set(&mut self, key: Key, value: &Value, problems: &mut Vec<String>) -> Option<()> {
        match key {
            Key::Rules => rules(value.as_object()?, self, problems),
            Key::Manifests => manifests(value.as_object()?, self, problems),
            Key::LoomConfig => self.loom_config = not_empty(value.as_str()?).map(Into::into),
            Key::Target => self.target = not_empty(value.as_str()?).map(Into::into),
            Key::Offline => self.offline = value.as_bool()?,
            Key::RefreshMinutes => {
                self.refresh_minutes = Some(u32::try_from(value.as_u64()?).ok()?);
            }
            Key::MaxManifestMegabytes => {
                self.max_manifest_megabytes = Some(u32::try_from(value.as_u64()?).ok()?);
            }
            Key::Features => features(value.as_object()?, self, problems),
        }
        Some(())
    }

    /// These settings where they say something, else those of `weaker`.
    #[must_use]
    pub fn over(mut self, weaker: &Self) -> Self {
        for (rule, level) in &weaker.rules {
            self.rules.entry(*rule).or_insert(*level);
        }
        for (project, path) in &weaker.manifests {
            let entry = self.manifests.entry(project.clone());
            entry.or_insert_with(|| path.clone());
        }
        self.loom_config = self.loom_config.or_else(|| weaker.loom_config.clone());
        self.target = self.target.or_else(|| weaker.target.clone());
        self.vars = self.vars.or_else(|| weaker.vars.clone());
        self.offline |= weaker.offline;
        self.refresh_minutes = self.refresh_minutes.or(weaker.refresh_minutes);
        let megabytes = self.max_manifest_megabytes;
        self.max_manifest_megabytes = megabytes.or(weaker.max_manifest_megabytes);
        self.beside.extend(&weaker.beside);
        for (feature, is_on) in &weaker.features {
            self.features.entry(*feature).or_insert(*is_on);
        }
        self
    }
}

/// An empty text is how a form says "not set".
fn not_empty(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

fn rules(object: &Map<String, Value>, settings: &mut Settings, problems: &mut Vec<String>) {
    for (id, level) in object {
        let Some(rule) = RuleId::parse(id) else {
            problems.push(format!("`dbtMesh.rules.{id}`: there is no such rule"));
            continue;
        };
        match level.as_str().and_then(Level::parse) {
            Some(level) => {
                settings.rules.insert(rule, level);
            }
            None => problems.push(format!(
                "`dbtMesh.rules.{id}` is {level}; \
                 it would be \"off\", \"hint\", \"information\", \"warning\" or \"error\""
            )),
        }
    }
}

fn manifests(object: &Map<String, Value>, settings: &mut Settings, problems: &mut Vec<String>) {
    for (project, path) in object {
        match path.as_str() {
            Some(path) => {
                settings
                    .manifests
                    .insert(project.clone(), PathBuf::from(path));
            }
            None => problems.push(format!(
                "`dbtMesh.manifests.{project}` is {path}; it would be a path"
            )),
        }
    }
}

fn features(object: &Map<String, Value>, settings: &mut Settings, problems: &mut Vec<String>) {
    for (name, value) in object {
        match (Feature::parse(name), value.as_bool()) {
            (Some(feature), Some(is_on)) => {
                settings.features.insert(feature, is_on);
            }
            (None, _) => problems.push(format!(
                "`dbtMesh.features.{name}`: there is no such feature"
            )),
            (Some(_), None) => problems.push(format!(
                "`dbtMesh.features.{name}` is {value}; it would be true or false"
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Severity;
    use serde_json::json;

    #[test]
    fn everything_that_can_be_set_is_read() {
        let (settings, problems) = Settings::from_json(&json!({
            "rules": {"unknown-model": "off", "dynamic-ref": "hint"},
            "loomConfig": "../loom.yml",
            "manifests": {"core": "core/manifest.json"},
            "target": "prod",
            "offline": true,
            "features": {"hover": false, "completion": true},
            "trace": {"server": "off"},
        }));
        assert!(problems.is_empty(), "{problems:?}");
        assert_eq!(settings.level(RuleId::UnknownModel), Level::Off);
        assert_eq!(
            settings.level(RuleId::DynamicRef),
            Level::At(Severity::Hint)
        );
        assert_eq!(settings.loom_config, Some("../loom.yml".into()));
        assert_eq!(
            settings.manifests["core"],
            PathBuf::from("core/manifest.json")
        );
        assert_eq!(settings.target.as_deref(), Some("prod"));
        assert!(settings.offline);
        assert!(!settings.has(Feature::Hover));
        assert!(settings.has(Feature::Completion) && settings.has(Feature::Findings));
    }

    #[test]
    fn what_is_not_understood_is_said_and_left_at_its_default() {
        let (settings, problems) = Settings::from_json(&json!({
            "rules": {"unknown-modl": "off", "unknown-model": "loud"},
            "target": 3, "offline": "yes", "manifests": ["x"], "loomConfig": null,
            "features": {"hover": 1, "dance": true},
        }));
        assert_eq!(settings, Settings::default());
        assert_eq!(problems.len(), 7, "{problems:#?}");
        assert_eq!(
            Settings::from_json(&Value::Null),
            (Settings::default(), Vec::new())
        );
        assert_eq!(Settings::from_json(&json!(1)).1.len(), 1);
    }

    #[test]
    fn the_stronger_settings_win_one_by_one() {
        let (file, _) = Settings::from_json(&json!({
            "rules": {"unknown-model": "off", "model-cycle": "off"}, "target": "ci",
        }));
        let (editor, _) = Settings::from_json(&json!({"rules": {"unknown-model": "warning"}}));
        let both = editor.over(&file);
        assert_eq!(
            both.level(RuleId::UnknownModel),
            Level::At(Severity::Warning)
        );
        assert_eq!(both.level(RuleId::ModelCycle), Level::Off);
        assert_eq!(both.target.as_deref(), Some("ci"));
    }
}
