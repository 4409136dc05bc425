//! Which dbt target counts? `--target`, else what profiles.yml gives for the project's profile.

use super::Project;
use super::facts::value_of;
use super::rendering::Asked;
use crate::dbt::{Value, get};
use crate::render::Target;
use crate::syntax::yaml;

/// The target, as far as it is known.
pub(super) fn of(project: &Project, asked: &Asked<'_>) -> Target {
    of_profiles(project, project.profiles.as_deref(), asked)
}

/// The same with the text of another profiles.yml.
pub(super) fn of_profiles(project: &Project, text: Option<&str>, asked: &Asked<'_>) -> Target {
    let profile_name = get(&project.definition.keys, "profile").and_then(Value::as_text);
    let mut target = Target {
        name: asked.target.map(Into::into),
        profile: profile_name.map(Into::into),
        ..Target::default()
    };
    let (Some(text), Some(profile_name)) = (text, profile_name) else {
        return target;
    };
    let profiles = value_of(&yaml::parse(text).root);
    let Some(profile) = profiles.get(profile_name) else {
        return target;
    };
    if target.name.is_none() {
        target.name = match profile.get("target") {
            Some(Value::Text(name)) => Some(name.clone()),
            Some(Value::Jinja(_)) => default_of(text, profile_name, asked),
            None => Some("default".into()),
            Some(_) => None,
        };
    }
    let outputs = profile.get("outputs");
    let output = target.name.as_deref().and_then(|name| outputs?.get(name));
    if let Some(Value::Map(fields)) = output {
        target.adapter = get(fields, "type").and_then(Value::as_text).map(Into::into);
        target.fields.clone_from(fields);
    } else if let Some(Value::Map(outputs)) = outputs {
        // Whichever it is, all of them are of one kind, most often.
        let mut kinds = outputs
            .iter()
            .map(|(_, output)| output.get("type").and_then(Value::as_text));
        if let Some(Some(kind)) = kinds.next()
            && kinds.all(|other| other == Some(kind))
        {
            target.adapter = Some(kind.into());
        }
    }
    target
}

/// `target: "{{ env_var('STAGE', 'dev') }}"`, where it is such a plain call.
fn default_of(text: &str, profile: &str, asked: &Asked<'_>) -> Option<Box<str>> {
    let document = yaml::parse(text);
    let scalar = document.root.get(profile)?.get("target")?.scalar()?;
    let call = scalar.text.trim().strip_prefix("{{")?.strip_suffix("}}")?;
    let arguments = call.trim().strip_prefix("env_var(")?.strip_suffix(')')?;
    let mut arguments = arguments
        .split(',')
        .map(|it| it.trim().trim_matches(['\'', '"']));
    let name = arguments.next()?;
    let value = asked.environment.get(name).map(String::as_str);
    value.or_else(|| arguments.next()).map(Into::into)
}
