//! Which settings count? `dbt-mesh.toml` first, the command line over it.

use std::path::{Path, PathBuf};

use super::Options;
use crate::load;
use crate::settings::Settings;
use crate::syntax::yaml::{self, Value};

/// The settings of a check of `folders`; where several have a `dbt-mesh.toml`, the first one's
/// word counts.
pub(super) fn settings(options: &Options, folders: &[PathBuf]) -> Result<Settings, String> {
    let mut settings = Settings::default();
    for folder in folders {
        if let Some(file) = nearest(folder)? {
            settings = settings.over(&file);
        }
    }
    settings.rules.extend(options.rules.iter().copied());
    settings.offline |= options.fetching.is_offline;
    if let Some(target) = &options.target {
        settings.target = Some(target.clone());
    }
    if let Some(vars) = &options.vars {
        check_vars(vars)?;
        settings.vars = Some(vars.clone());
    }
    Ok(settings)
}

/// The file of the folder, or of one above it up to its repository's root.
fn nearest(folder: &Path) -> Result<Option<Settings>, String> {
    for folder in folder.ancestors() {
        let settings = load::settings_file(folder)?;
        if settings.is_some() || folder.join(".git").exists() {
            return Ok(settings);
        }
    }
    Ok(None)
}

/// dbt takes a YAML mapping, which JSON is too.
fn check_vars(vars: &str) -> Result<(), String> {
    let document = yaml::parse(vars);
    if let Some(error) = document.errors.iter().find(|error| error.kind.is_fatal()) {
        return Err(format!("--vars is no mapping: {}", error.message()));
    }
    match document.root.value {
        Value::Map(_) => Ok(()),
        Value::Null | Value::Scalar(_) | Value::List(_) => Err(String::from(
            "--vars is no mapping; it would be '{name: value}'",
        )),
    }
}
