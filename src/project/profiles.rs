//! What does dbt not take in a profiles.yml? (dbt-core `config/profile.py`.)
//!
//! dbt looks at one connection alone: that of the project's profile and of the target that counts.
//! Nothing here repeats a value: it may be a secret.

use crate::dbt::schema::{self, Connection, Holds, Key};
use crate::dbt::{Value, closest, get};
use crate::syntax::yaml::{self, Entry, Node, Value as Yaml};
use crate::text::Span;

use super::facts::{Misfit, Verdict, value_of};
use super::rendering::Asked;
use super::{Project, target};

/// Something that dbt does not take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileMisfit {
    /// What.
    pub misfit: Misfit,
    /// Whether dbt comes to it: it stands in what counts.
    pub is_met: bool,
}

/// A profile that is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingProfile {
    /// Its name.
    pub name: Box<str>,
    /// The one that was meant, most likely.
    pub meant: Option<Box<str>>,
}

impl Project {
    /// The project's profile, where `text`, the profiles.yml that dbt reads for this project, does
    /// not have it.
    #[must_use]
    pub fn missing_profile(&self, text: &str) -> Option<MissingProfile> {
        let name = get(&self.definition.keys, "profile")?.as_text()?;
        let document = yaml::parse(text);
        let profiles = document.root.entries();
        let is_it = |profile: &Entry<'_>| profile.is_merged || is_made(&profile.key.text);
        // An empty file is none for dbt.
        if profiles.is_empty() || profiles.iter().any(|it| is_it(it) || it.key.text == name) {
            return None;
        }
        let names = profiles.iter().map(|profile| &*profile.key.text);
        let names = names.filter(|name| *name != "config");
        Some(MissingProfile {
            name: name.into(),
            meant: closest(name, names).map(Into::into),
        })
    }

    /// What dbt does not take of `text`, the profiles.yml that it reads for this project.
    #[must_use]
    pub fn profile_misfits(&self, text: &str, asked: &Asked<'_>) -> Vec<ProfileMisfit> {
        let counting = target::of_profiles(self, Some(text), asked);
        let mut walk = Walk {
            profile: counting.profile.as_deref(),
            target: counting.name.as_deref(),
            is_asked: asked.target.is_some(),
            is_met: false,
            found: Vec::new(),
        };
        for profile in yaml::parse(text).root.entries() {
            let is_settings = profile.key.text == "config" || is_made(&profile.key.text);
            if !is_settings && !profile.is_merged {
                walk.profile(profile);
            }
        }
        walk.found
    }
}

struct Walk<'a> {
    /// The project's profile.
    profile: Option<&'a str>,
    /// Its target that counts.
    target: Option<&'a str>,
    /// Whether somebody asked for the target.
    is_asked: bool,
    is_met: bool,
    found: Vec<ProfileMisfit>,
}

impl Walk<'_> {
    fn add(&mut self, span: Span, verdict: Verdict, message: String, meant: Option<&'static str>) {
        let misfit = Misfit {
            span,
            verdict,
            message: message.into(),
            meant,
        };
        self.found.push(ProfileMisfit {
            misfit,
            is_met: self.is_met,
        });
    }

    fn refuse(&mut self, span: Span, message: String) {
        self.add(span, Verdict::RefusedValue, message, None);
    }

    fn profile(&mut self, profile: &Entry<'_>) {
        let name = &*profile.key.text;
        let is_ours = self.profile == Some(name);
        self.is_met = is_ours;
        let Some(outputs) = profile.value.get("outputs") else {
            // Files have mappings of other tools, and anchors, beside profiles.
            if is_ours || profile.value.get("target").is_some() {
                let message = format!("the profile `{name}` needs `outputs`");
                self.refuse(profile.key_span, message);
            }
            return;
        };
        let outputs = match &outputs.value {
            Yaml::Map(entries) => entries.as_slice(),
            Yaml::Null | Yaml::Scalar(_) | Yaml::List(_) => {
                let message = "`outputs` is a mapping of names to connections".to_owned();
                return self.refuse(key_or(outputs, profile.key_span), message);
            }
        };
        self.target(profile, outputs);
        for output in outputs.iter().filter(|output| !output.is_merged) {
            self.is_met = is_ours && self.target == Some(&*output.key.text);
            self.connection(output);
        }
    }

    /// The target that is named has to be there.
    fn target(&mut self, profile: &Entry<'_>, outputs: &[Entry<'_>]) {
        if self.is_met && self.is_asked {
            return;
        }
        let target = profile.value.get("target");
        let written = target.map(|target| (target.span, value_of(target)));
        let (span, name) = match &written {
            Some((span, Value::Text(name))) => (*span, &**name),
            None => (profile.key_span, "default"),
            Some((_, Value::Jinja(_) | Value::Unknown)) => return,
            Some((span, value)) => {
                let message = format!("`target` is a text, not {}", kind_of(value));
                return self.refuse(*span, message);
            }
        };
        let is_there = outputs.iter().any(|output| output.key.text == name);
        let may_be_there = outputs
            .iter()
            .any(|output| output.is_merged || is_made(&output.key.text));
        if is_there || may_be_there {
            return;
        }
        let names: Vec<String> = outputs
            .iter()
            .map(|output| format!("`{}`", output.key.text))
            .collect();
        let names = names.join(", ");
        let profile = &profile.key.text;
        self.refuse(
            span,
            match written {
                Some(_) => format!("the profile `{profile}` has no output `{name}`, but {names}"),
                None => format!(
                    "the profile `{profile}` names no `target`, and has no output `default`"
                ),
            },
        );
    }

    fn connection(&mut self, output: &Entry<'_>) {
        let node = &output.value;
        if !matches!(node.value, Yaml::Map(_)) {
            let message = "a connection is a mapping".to_owned();
            return self.refuse(key_or(node, output.key_span), message);
        }
        if let Some(threads) = node.get("threads") {
            self.value(threads, Holds::Integer, "threads", output.key_span);
        }
        let Some(adapter) = node.get("type") else {
            if !node.entries().iter().any(|entry| entry.is_merged) {
                self.refuse(output.key_span, "a connection needs `type`".to_owned());
            }
            return;
        };
        let Value::Text(name) = value_of(adapter) else {
            return;
        };
        match schema::connection(&name) {
            Some(known) => self.keys(output, known),
            None => self.adapter(adapter.span, &name),
        }
    }

    /// An adapter whose name nobody here knows may be installed all the same.
    fn adapter(&mut self, span: Span, name: &str) {
        let adapters = schema::ADAPTERS;
        if adapters.contains(&name) {
            return;
        }
        if let Some(meant) = closest(name, adapters.iter().copied()) {
            let message = format!("no adapter `{name}` is known; did you mean `{meant}`?");
            self.add(span, Verdict::RefusedValue, message, Some(meant));
        }
    }

    fn keys(&mut self, output: &Entry<'_>, known: &'static Connection) {
        let entries = output.value.entries();
        let keys = known.keys;
        for (at, entry) in entries.iter().enumerate() {
            let name = &*entry.key.text;
            if entry.is_merged || matches!(name, "type" | "threads") || is_made(name) {
                continue;
            }
            let first = known.first_name(name);
            let before = entries.get(..at).unwrap_or_default().iter();
            let mut before = before.map(|other| &*other.key.text);
            let other = before.find(|it| *it != name && known.first_name(it) == first);
            if let Some(other) = other {
                let message =
                    format!("`{name}` is another name of `{other}`; dbt takes one of them only");
                self.refuse(entry.key_span, message);
            }
            match keys.key(name) {
                Some(key) => self.entry(entry, key),
                None => self.unknown(entry, known),
            }
        }
        let is_merged = entries
            .iter()
            .any(|entry| entry.is_merged || is_made(&entry.key.text));
        let is_there = |key: &Key| {
            let mut there = entries
                .iter()
                .map(|entry| known.first_name(&entry.key.text));
            there.any(|name| name == key.name)
        };
        let missing = keys
            .keys
            .iter()
            .filter(|key| key.is_required && !is_there(key));
        let missing: Vec<String> = missing.map(|key| format!("`{}`", key.name)).collect();
        if !missing.is_empty() && !is_merged {
            let message = format!("{} needs {}", keys.name, missing.join(", "));
            self.refuse(output.key_span, message);
        }
    }

    fn entry(&mut self, entry: &Entry<'_>, key: &Key) {
        if !key.is_nullable || value_of(&entry.value) != Value::Null {
            self.value(&entry.value, key.holds, key.name, entry.key_span);
        }
    }

    fn value(&mut self, node: &Node<'_>, holds: Holds, name: &str, key: Span) {
        let value = value_of(node);
        let is_whole = |value: &Value| matches!(value, Value::Float(text) if is_whole(text));
        let is_taken = holds.takes(&value) || (matches!(holds, Holds::Integer) && is_whole(&value));
        if !is_taken {
            let message = format!("`{name}` is {}, not {}", holds.describe(), kind_of(&value));
            self.refuse(key_or(node, key), message);
        }
    }

    /// dbt keeps keys that it does not know, so only a slip of the finger is told.
    fn unknown(&mut self, entry: &Entry<'_>, known: &'static Connection) {
        let name = &*entry.key.text;
        let names = known.keys.keys.iter().map(|key| key.name);
        if let Some(meant) = closest(name, names) {
            let message = format!(
                "{} has no key `{name}`; did you mean `{meant}`?",
                known.keys.name
            );
            self.add(entry.key_span, Verdict::PassedOver, message, Some(meant));
        }
    }
}

/// The place of a value, or of its key where nothing stands.
fn key_or(node: &Node<'_>, key: Span) -> Span {
    match node.value {
        Yaml::Scalar(_) if !node.span.is_empty() => node.span,
        Yaml::Scalar(_) | Yaml::Null | Yaml::Map(_) | Yaml::List(_) => key,
    }
}

/// Whether Jinja makes a key.
fn is_made(key: &str) -> bool {
    key.contains("{{") || key.contains("{%")
}

fn is_whole(number: &str) -> bool {
    number.parse::<f64>().is_ok_and(|it| it.fract() == 0.0)
}

/// What a value is, and not what it says.
fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "`true` or `false`",
        Value::Int(_) | Value::Float(_) => "a number",
        Value::Text(_) => "this text",
        Value::List(_) => "a list",
        Value::Map(_) => "a mapping",
        Value::Jinja(_) | Value::Unknown => "this",
    }
}
