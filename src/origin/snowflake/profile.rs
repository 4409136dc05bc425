//! Who signs in? The project's profile in profiles.yml, with its environment variables.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::super::context::read as read_file;
use super::super::{Fault, FaultKind, Surroundings};
use crate::syntax::yaml::{self, Node, Resolved};

/// Fields that say who is asked, and with which key of this machine.
const OF_THE_USER: &[&str] = &["host", "protocol", "private_key_path"];

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

/// A file whose values may call `env_var`.
struct File {
    path: PathBuf,
    text: String,
    /// Whether it may have variables. Whoever wrote the project would choose which of them are sent,
    /// and where.
    may_ask: bool,
}

impl File {
    fn refused(&self, what: &str) -> Fault {
        let message = format!(
            "sign in to Snowflake: {} lies in the project and {what}; DBT_PROFILES_DIR says that it may",
            self.path.display()
        );
        Fault::new(FaultKind::Refused, message)
    }
}

/// The profile of the project that asks.
pub(super) fn read(around: &Surroundings) -> Result<Profile, Fault> {
    let (name, shown_name) = profile_name(around)?;
    let file = profiles(around)?;
    let shown = file.path.display();
    let document = yaml::parse(&file.text);
    let none = |what: String| {
        let message = format!("sign in to Snowflake: {shown} has no {what}");
        Fault::new(FaultKind::NoCredentials, message)
    };
    let profile = document.root.get(&name);
    let profile = profile.ok_or_else(|| none(format!("profile `{shown_name}`")))?;
    let value = |node: &Node<'_>| text_of(node, &file, around);
    let target = match (&around.target, around.variable("DBT_TARGET")) {
        (Some(target), _) => target.clone(),
        (None, Some(target)) => target.to_owned(),
        (None, None) => match profile.get("target") {
            Some(target) => value(target)?.unwrap_or_default(),
            None => "default".into(),
        },
    };
    let output = profile.get("outputs").and_then(|it| it.get(&target));
    let output =
        output.ok_or_else(|| none(format!("target `{target}` in profile `{shown_name}`")))?;
    let mut fields = BTreeMap::new();
    for entry in output.entries() {
        if let Some(text) = value(&entry.value)? {
            fields.insert(entry.key.text.to_string(), text);
        }
    }
    let profile = Profile {
        name: format!("target `{target}` of profile `{shown_name}`"),
        fields,
    };
    let kind = profile.get("type").unwrap_or("nothing");
    if kind != "snowflake" {
        let message = format!("sign in to Snowflake: {} is for {kind}", profile.name);
        return Err(Fault::new(FaultKind::NoCredentials, message));
    }
    let chosen = OF_THE_USER
        .iter()
        .find(|field| profile.get(field).is_some());
    match chosen.filter(|_| !file.may_ask) {
        Some(field) => {
            let what = format!("says `{field}`, a host or a key of this machine");
            Err(file.refused(&what))
        }
        None => Ok(profile),
    }
}

/// The name of the profile to look it up by, and as it is written. Variables in it are shown to
/// nobody: the project chooses them.
fn profile_name(around: &Surroundings) -> Result<(String, String), Fault> {
    if let Some(name) = around.variable("DBT_PROFILE") {
        return Ok((name.to_owned(), name.to_owned()));
    }
    let path = around.root.join("dbt_project.yml");
    let text = read_file(&path).unwrap_or_default();
    let file = File {
        path,
        text: String::from_utf8_lossy(&text).into_owned(),
        may_ask: true,
    };
    let document = yaml::parse(&file.text);
    let node = document.root.get("profile");
    let name = node.map(|node| text_of(node, &file, around)).transpose()?;
    let (Some(name), Some(written)) = (name.flatten(), node.and_then(Node::as_str)) else {
        let message = "sign in to Snowflake: dbt_project.yml names no `profile`";
        return Err(Fault::new(FaultKind::NoCredentials, message));
    };
    Ok((name, written.to_owned()))
}

/// The profiles.yml that dbt takes. One that came with the project may not ask for variables.
fn profiles(around: &Surroundings) -> Result<File, Fault> {
    let home = || Some(etcetera::home_dir().ok()?.join(".dbt"));
    let named = around.variable("DBT_PROFILES_DIR");
    let folders = match named {
        Some(folder) => vec![around.root.join(folder)],
        None => [Some(around.root.clone()), home()]
            .into_iter()
            .flatten()
            .collect(),
    };
    for folder in &folders {
        let path = folder.join("profiles.yml");
        if let Ok(bytes) = read_file(&path) {
            return Ok(File {
                path,
                text: String::from_utf8_lossy(&bytes).into_owned(),
                may_ask: named.is_some() || *folder != around.root,
            });
        }
    }
    let folders = folders.iter().map(|it| it.display().to_string());
    let folders = folders.collect::<Vec<_>>().join(" or ");
    let message = format!("sign in to Snowflake: there is no profiles.yml in {folders}");
    Err(Fault::new(FaultKind::NoCredentials, message))
}

/// A value, with its calls of `env_var` made; `None` for null and what is no text.
fn text_of(node: &Node<'_>, file: &File, around: &Surroundings) -> Result<Option<String>, Fault> {
    let Some(scalar) = node.scalar() else {
        return Ok(None);
    };
    if scalar.resolve() == Resolved::Null {
        return Ok(None);
    }
    let wrong = |why: String| {
        let message = format!("sign in to Snowflake: {} {why}", file.path.display());
        Fault::new(FaultKind::NoCredentials, message)
    };
    let mut value = String::new();
    let mut rest: &str = &scalar.text;
    while let Some((before, inside)) = rest.split_once("{{") {
        if !file.may_ask {
            return Err(file.refused("asks for variables"));
        }
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
    use std::sync::Arc;

    use super::*;

    const PROJECT: &str = "name: sales\nprofile: sales\n";

    /// The name of the profile that a project with these two files signs in with.
    fn read_in(project: &str, field: &str, variables: &[(&str, &str)]) -> Result<String, Fault> {
        let folder = tempfile::tempdir().unwrap();
        let output = format!("{{type: snowflake, account: a, {field}}}");
        let profiles = format!("sales:\n  target: dev\n  outputs:\n    dev: {output}\n");
        std::fs::write(folder.path().join("dbt_project.yml"), project).unwrap();
        std::fs::write(folder.path().join("profiles.yml"), profiles).unwrap();
        let variables = variables.iter();
        let variables = variables.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let root = folder.path().to_owned();
        let around = Surroundings::new(Arc::new(variables.collect()), root).unwrap();
        read(&around).map(|profile| profile.name)
    }

    #[test]
    fn a_profile_of_the_project_chooses_nothing_of_this_machine() {
        let named = [("KEY", "planted"), ("DBT_PROFILES_DIR", ".")];
        for field in [
            r#"password: "{{ env_var('KEY') }}""#,
            r#"password: "{{ \x65nv_var('KEY') }}""#,
            "host: evil.example",
            "protocol: http",
            "private_key_path: /key.p8",
        ] {
            let fault = read_in(PROJECT, field, &[("KEY", "planted")]).unwrap_err();
            assert_eq!(fault.kind, FaultKind::Refused, "{field}");
            assert!(fault.message.contains("DBT_PROFILES_DIR"), "{fault}");
            assert!(read_in(PROJECT, field, &named).is_ok(), "{field}");
        }
        assert!(read_in(PROJECT, "password: written", &[]).is_ok());
    }

    #[test]
    fn variables_in_the_name_of_a_profile_are_not_shown() {
        let project = "name: sales\nprofile: \"{{ env_var('KEY') }}\"\n";
        let name = read_in(project, "user: me", &[("KEY", "sales")]).unwrap();
        assert_eq!(name, "target `dev` of profile `{{ env_var('KEY') }}`");
        let fault = read_in(project, "user: me", &[("KEY", "planted")]).unwrap_err();
        assert!(!fault.message.contains("planted"), "{fault}");
    }

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
