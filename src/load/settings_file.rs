//! What does `dbt-mesh.toml` set?

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::Spanned;

use crate::rules::{Level, RuleId};
use crate::settings::Settings;
use crate::text::LineIndex;

/// The settings of a workspace folder.
pub const SETTINGS_FILE: &str = "dbt-mesh.toml";

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Keys {
    #[serde(default)]
    rules: BTreeMap<Spanned<String>, Spanned<String>>,
    #[serde(alias = "loomConfig")]
    loom_config: Option<PathBuf>,
    #[serde(default)]
    manifests: BTreeMap<String, PathBuf>,
    target: Option<String>,
    #[serde(default)]
    offline: bool,
    #[serde(alias = "refreshMinutes")]
    refresh_minutes: Option<u32>,
    #[serde(alias = "maxManifestMegabytes")]
    max_manifest_megabytes: Option<u32>,
}

/// Reads the `dbt-mesh.toml` of `folder`; `None` where there is none. The paths of manifests count
/// from the folder.
///
/// # Errors
///
/// Where it cannot be read or has something that is not understood: one line that says where.
pub fn settings_file(folder: &Path) -> Result<Option<Settings>, String> {
    let path = folder.join(SETTINGS_FILE);
    if !path.exists() {
        return Ok(None);
    }
    let Some(text) = super::read_text(&path) else {
        return Err(format!("read {}: cannot be read", path.display()));
    };
    let settings = read(folder, &text)
        .map_err(|(line, reason)| format!("{}:{line}: {reason}", path.display()))?;
    Ok(Some(settings))
}

/// The settings, or the line (from 1) and what is wrong there.
fn read(folder: &Path, text: &str) -> Result<Settings, (u32, String)> {
    let lines = LineIndex::new(text);
    let line_of = |offset: usize| lines.line(u32::try_from(offset).unwrap_or(u32::MAX)) + 1;
    let keys: Keys = toml::from_str(text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        (
            line_of(start),
            String::from(error.message()).replace('\n', " "),
        )
    })?;
    let mut rules = BTreeMap::new();
    for (id, level) in &keys.rules {
        let (rule, set) = rule_level(id.as_ref(), level.as_ref())
            .map_err(|reason| (line_of(id.span().start), reason))?;
        rules.insert(rule, set);
    }
    Ok(Settings {
        rules,
        loom_config: keys.loom_config,
        manifests: keys
            .manifests
            .into_iter()
            .map(|(name, path)| (name, folder.join(path)))
            .collect(),
        target: keys.target,
        vars: None,
        offline: keys.offline,
        refresh_minutes: keys.refresh_minutes,
        max_manifest_megabytes: keys.max_manifest_megabytes,
        features: BTreeMap::new(),
        beside: std::collections::BTreeSet::new(),
    })
}

/// The rule of this id.
///
/// # Errors
///
/// Where there is none: what is wrong and which one was meant.
pub fn rule(id: &str) -> Result<RuleId, String> {
    RuleId::parse(id).ok_or_else(|| match nearest(id) {
        Some(rule) => format!("there is no rule `{id}`; did you mean `{}`?", rule.as_str()),
        None => format!("there is no rule `{id}`; `dbt-mesh-lsp rule` lists them"),
    })
}

/// A rule and what it is set to, as files and flags write them.
///
/// # Errors
///
/// Where there is no such rule or no such severity.
pub fn rule_level(id: &str, level: &str) -> Result<(RuleId, Level), String> {
    let rule = rule(id)?;
    let level = Level::parse(level).ok_or_else(|| {
        format!("`{level}` is no severity; it would be off, hint, information, warning or error")
    })?;
    Ok((rule, level))
}

fn nearest(id: &str) -> Option<RuleId> {
    let distance = |rule: &RuleId| strsim::damerau_levenshtein(rule.as_str(), id);
    RuleId::ALL
        .iter()
        .copied()
        .min_by_key(distance)
        .filter(|rule| distance(rule) <= 3)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Severity;
    use crate::settings::{Holds, Key};

    fn of(text: &str) -> Result<Settings, (u32, String)> {
        read(Path::new("/mesh"), text)
    }

    #[test]
    fn every_key_is_read() {
        let settings = of("loom-config = \"loom.yml\"\ntarget = \"prod\"\noffline = true\n[rules]\nunknown-model = \"warning\"\n[manifests]\nsales = \"published/sales.json\"\n").unwrap();
        assert_eq!(
            settings.level(RuleId::UnknownModel),
            Level::At(Severity::Warning)
        );
        assert_eq!(settings.loom_config, Some("loom.yml".into()));
        assert_eq!(
            settings.manifests["sales"],
            PathBuf::from("/mesh/published/sales.json")
        );
        assert_eq!(settings.target.as_deref(), Some("prod"));
        assert!(settings.offline);
    }

    #[test]
    fn an_unknown_key_rule_or_severity_is_said_with_its_line() {
        assert_eq!(of("\nrulez = 1\n").unwrap_err().0, 2);
        let (line, reason) = of("[rules]\n\nunknown-modle = \"off\"\n").unwrap_err();
        assert_eq!(
            (line, &*reason),
            (
                3,
                "there is no rule `unknown-modle`; did you mean `unknown-model`?"
            )
        );
        let (line, reason) = of("[rules]\nunknown-model = \"loud\"\n").unwrap_err();
        assert_eq!(line, 2);
        assert!(reason.starts_with("`loud` is no severity"), "{reason}");
        assert_eq!(of("target = \n").unwrap_err().0, 1);
    }

    #[test]
    fn every_setting_has_a_key() {
        for key in Key::ALL {
            let Some(name) = key.name_in_file() else {
                continue;
            };
            let value = match key.holds() {
                Holds::Severities | Holds::Paths | Holds::Switches => "{}",
                Holds::Path | Holds::Text => "\"x\"",
                Holds::Flag => "true",
                Holds::Number => "1",
            };
            let text = format!("{name} = {value}\n");
            assert_eq!(of(&text).err(), None, "{text}");
        }
    }

    #[test]
    fn an_empty_file_sets_nothing() {
        assert_eq!(of("").unwrap(), Settings::default());
    }
}
