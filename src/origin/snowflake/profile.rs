//! Who signs in? The project's profile in profiles.yml, with its environment variables.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::super::context::read as read_file;
use super::super::{Fault, FaultKind, Surroundings};
use crate::syntax::yaml::{self, Node, Resolved};

/// The output of a profile: its fields as texts.
pub(super) struct Profile {
    /// The profile and its target, for people.
    pub name: String,
    fields: BTreeMap<String, String>,
}

impl Profile {
    /// A field that says something.
    pub(super) fn get(&self, field: &str) -> Option<&str> {
        let value = self.fields.get(field)?;
        Some(value.as_str()).filter(|value| !value.is_empty())
    }

    /// A field that has to say something.
    pub(super) fn need(&self, field: &str) -> Result<&str, Fault> {
        self.get(field).ok_or_else(|| {
            let message = format!("sign in to Snowflake: {} says no `{field}`", self.name);
            Fault::new(FaultKind::NoCredentials, message)
        })
    }
}

/// The profile of the project that asks.
pub(super) fn read(around: &Surroundings) -> Result<Profile, Fault> {
    let name = profile_name(around)?;
    let (path, text, is_of_project) = profiles(around)?;
    let shown = path.display();
    // Whoever wrote the project would choose which variables are sent, and where.
    if is_of_project && text.contains("env_var") {
        let message = format!(
            "sign in to Snowflake: {shown} lies in the project and asks for variables; DBT_PROFILES_DIR \
             says that it may have them"
        );
        return Err(Fault::new(FaultKind::Refused, message));
    }
    let document = yaml::parse(&text);
    let none = |what: String| {
        let message = format!("sign in to Snowflake: {shown} has no {what}");
        Fault::new(FaultKind::NoCredentials, message)
    };
    let profile = document.root.get(&name);
    let profile = profile.ok_or_else(|| none(format!("profile `{name}`")))?;
    let value = |node: &Node<'_>| text_of(node, around);
    let target = match (&around.target, around.variable("DBT_TARGET")) {
        (Some(target), _) => target.clone(),
        (None, Some(target)) => target.to_owned(),
        (None, None) => match profile.get("target") {
            Some(target) => value(target)?.unwrap_or_default(),
            None => "default".into(),
        },
    };
    let output = profile.get("outputs").and_then(|it| it.get(&target));
    let output = output.ok_or_else(|| none(format!("target `{target}` in profile `{name}`")))?;
    let mut fields = BTreeMap::new();
    for entry in output.entries() {
        if let Some(text) = value(&entry.value)? {
            fields.insert(entry.key.text.to_string(), text);
        }
    }
    let profile = Profile {
        name: format!("target `{target}` of profile `{name}`"),
        fields,
    };
    match profile.get("type") {
        Some("snowflake") => Ok(profile),
        kind => {
            let kind = kind.unwrap_or("nothing");
            let message = format!("sign in to Snowflake: {} is for {kind}", profile.name);
            Err(Fault::new(FaultKind::NoCredentials, message))
        }
    }
}

fn profile_name(around: &Surroundings) -> Result<String, Fault> {
    if let Some(name) = around.variable("DBT_PROFILE") {
        return Ok(name.to_owned());
    }
    let text = read_file(&around.root.join("dbt_project.yml")).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let document = yaml::parse(&text);
    let name = document.root.get("profile");
    let name = name.map(|node| text_of(node, around)).transpose()?;
    name.flatten().ok_or_else(|| {
        let message = "sign in to Snowflake: dbt_project.yml names no `profile`";
        Fault::new(FaultKind::NoCredentials, message)
    })
}

/// The profiles.yml that dbt takes, and whether it came with the project.
fn profiles(around: &Surroundings) -> Result<(PathBuf, String, bool), Fault> {
    let home = || Some(etcetera::home_dir().ok()?.join(".dbt"));
    let folders = match around.variable("DBT_PROFILES_DIR") {
        Some(folder) => vec![around.root.join(folder)],
        None => [Some(around.root.clone()), home()]
            .into_iter()
            .flatten()
            .collect(),
    };
    for folder in &folders {
        let path = folder.join("profiles.yml");
        if let Ok(bytes) = read_file(&path) {
            let is_of_project =
                around.variable("DBT_PROFILES_DIR").is_none() && *folder == around.root;
            let text = String::from_utf8_lossy(&bytes).into_owned();
            return Ok((path, text, is_of_project));
        }
    }
    let folders = folders.iter().map(|it| it.display().to_string());
    let folders = folders.collect::<Vec<_>>().join(" or ");
    let message = format!("sign in to Snowflake: there is no profiles.yml in {folders}");
    Err(Fault::new(FaultKind::NoCredentials, message))
}

/// A value, with its calls of `env_var` made; `None` for null and what is no text.
fn text_of(node: &Node<'_>, around: &Surroundings) -> Result<Option<String>, Fault> {
    let Some(scalar) = node.scalar() else {
        return Ok(None);
    };
    if scalar.resolve() == Resolved::Null {
        return Ok(None);
    }
    let wrong = |why: String| {
        let message = format!("sign in to Snowflake: profiles.yml {why}");
        Fault::new(FaultKind::NoCredentials, message)
    };
    let mut value = String::new();
    let mut rest: &str = &scalar.text;
    while let Some((before, inside)) = rest.split_once("{{") {
        value.push_str(before);
        let Some((call, after)) = inside.split_once("}}") else {
            return Err(wrong("has Jinja that does not end".into()));
        };
        let Some((name, default)) = env_var(call) else {
            return Err(wrong("has Jinja that is more than `env_var`".into()));
        };
        let found = around.environment.get(name).map(String::as_str);
        let Some(found) = found.or(default) else {
            return Err(wrong(format!("needs `{name}`, which is not set")));
        };
        value.push_str(found);
        rest = after;
    }
    value.push_str(rest);
    Ok(Some(value))
}

/// `env_var('NAME')` or `env_var('NAME', 'default')`, with a filter for the type behind it or none.
fn env_var(call: &str) -> Option<(&str, Option<&str>)> {
    let (call, filter) = call.rsplit_once(')')?;
    let filter = filter.trim().trim_start_matches('|').trim();
    let is_filter = [
        "",
        "as_text",
        "as_native",
        "as_number",
        "as_bool",
        "int",
        "string",
    ];
    if !is_filter.contains(&filter) {
        return None;
    }
    let call = call.trim().strip_prefix("env_var")?.trim_start();
    let mut arguments = call.strip_prefix('(')?.splitn(2, ',');
    let name = unquoted(arguments.next()?)?;
    match arguments.next() {
        None => Some((name, None)),
        Some(default) => Some((name, Some(unquoted(default)?))),
    }
}

fn unquoted(text: &str) -> Option<&str> {
    let text = text.trim();
    let quote = text.chars().next().filter(|it| ['\'', '"'].contains(it))?;
    let inside = text.strip_prefix(quote)?.strip_suffix(quote)?;
    (!inside.contains(quote)).then_some(inside)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_of_env_var_are_read() {
        assert_eq!(env_var(" env_var('A') "), Some(("A", None)));
        assert_eq!(
            env_var("env_var(\"A\", 'b c') | as_text"),
            Some(("A", Some("b c")))
        );
        assert_eq!(env_var("env_var('A') ~ 'x'"), None);
        assert_eq!(env_var("var('A')"), None);
    }
}
