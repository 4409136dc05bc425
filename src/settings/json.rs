//! The settings as an editor sends them.

use std::path::PathBuf;

use serde_json::Value;

use super::Settings;
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
        for (key, value) in object.iter().filter(|(_, value)| !value.is_null()) {
            let problem = match key.as_str() {
                "rules" => rules(value, &mut settings, &mut problems),
                "manifests" => manifests(value, &mut settings, &mut problems),
                "loomConfig" => text(value).map(|text| settings.loom_config = text.map(Into::into)),
                "target" => text(value).map(|text| settings.target = text.map(Into::into)),
                "offline" => value
                    .as_bool()
                    .map(|offline| settings.offline = offline)
                    .ok_or("would be true or false"),
                // Editors keep settings of their own in the same section.
                _ => Ok(()),
            };
            if let Err(expected) = problem {
                problems.push(format!("`dbtMesh.{key}` is {value}; it {expected}"));
            }
        }
        (settings, problems)
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
        self.offline |= weaker.offline;
        self
    }
}

/// An empty text is how a form says "not set".
fn text(value: &Value) -> Result<Option<&str>, &'static str> {
    match value.as_str() {
        Some(text) => Ok(Some(text).filter(|text| !text.is_empty())),
        None => Err("would be a text"),
    }
}

fn rules(
    value: &Value,
    settings: &mut Settings,
    problems: &mut Vec<String>,
) -> Result<(), &'static str> {
    let object = value
        .as_object()
        .ok_or("would be an object of severities by rule")?;
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
    Ok(())
}

fn manifests(
    value: &Value,
    settings: &mut Settings,
    problems: &mut Vec<String>,
) -> Result<(), &'static str> {
    let object = value
        .as_object()
        .ok_or("would be an object of paths by project")?;
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
    Ok(())
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
    }

    #[test]
    fn what_is_not_understood_is_said_and_left_at_its_default() {
        let (settings, problems) = Settings::from_json(&json!({
            "rules": {"unknown-modl": "off", "unknown-model": "loud"},
            "target": 3, "offline": "yes", "manifests": ["x"], "loomConfig": null,
        }));
        assert_eq!(settings, Settings::default());
        assert_eq!(problems.len(), 5, "{problems:#?}");
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
