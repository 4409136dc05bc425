//! What does one file say that matters to dbt?
//!
//! Facts come in two halves. The [`Meaning`] holds names, arguments and values, no offsets, and
//! compares with `==`: an edit that leaves it equal changes nothing for anybody else. The
//! [`Spans`] are parallel tables that say where in the file each of them stands.

mod code;
mod column;
mod config_paths;
mod constraint;
mod inserts;
mod kept;
mod properties;
mod ref_places;
mod reference;
mod refused;
mod shape;
mod sharing;
mod shrink;
mod spans;
mod suppression;
mod tested;
mod types;
mod yaml_errors;
mod yaml_jinja;

use std::borrow::Cow;
use std::sync::Arc;

use thin_vec::thin_vec;

use crate::render::{MissingMacro, MissingVar, Rendered};
use crate::syntax::jinja::{self, SyntaxError, Template};
use crate::syntax::yaml;
use crate::text::Span;

pub use code::references_in;
pub use column::Column;
pub use config_paths::ConfigPath;
pub use constraint::Constraint;
pub use inserts::Inserts;
use kept::Kept;
pub use properties::value_of;
pub use ref_places::RefPlaces;
pub use refused::Refused;
pub use shape::{Misfit, Verdict};
pub use spans::{
    ColumnSpans, ConfigSpans, ConstraintSpans, EntrySpans, FieldSpans, RefSpans, Spans,
    VersionSpans,
};
pub use suppression::Suppression;
pub use tested::{DataTest, DataTestSpans, TestFault, TestedColumn, UnitTest};
pub use types::{
    Code, CodeBlock, ConfigCall, Declared, Dependencies, Function, Group, InvalidRef, Meaning,
    Owner, Properties, PropertyEntry, RefArguments, RefPlace, Reference, Section, SourceProperties,
    SourceTable, VersionEntry,
};

use super::rendering::{defines_blocks, defines_macros};
use super::{Definition, Role};

/// What one file says, without its text.
#[derive(Clone, Debug)]
pub struct FileFacts {
    /// What it means.
    pub meaning: Arc<Meaning>,
    /// Where in the file that stands.
    pub spans: Arc<Spans>,
    /// The comments that switch rules off.
    pub suppressions: Arc<[Suppression]>,
    /// [`crate::manifest::raw_code_hash`] of the text without blanks at its ends: dbt keeps that
    /// as `raw_code`.
    pub text_hash: u64,
    /// The first mistake in its Jinja, at which dbt stops.
    pub refused: Option<Arc<Refused>>,
    /// Variables that it needs and nothing gives, where it was rendered.
    pub missing_vars: Arc<[MissingVar]>,
    /// Macros that it calls and nobody defines, where it was rendered.
    pub missing_macros: Arc<[MissingMacro]>,
    /// The text, where rendering or columns need it; of a seed the first line.
    kept: Option<Kept>,
    /// Its `config()` calls as the text alone says them, where it was rendered.
    written_configs: Arc<[ConfigCall]>,
    /// The SQL that it makes, where macros make more of it than its text says.
    expanded: Option<Kept>,
    /// What its tags write with names that it gives to macros, where these are read as columns.
    pub inserts: Inserts,
    rendering: Rendering,
}

/// How far a file is rendered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rendering {
    /// Its text says all.
    NotNeeded,
    /// It waits to be.
    Wanted,
    /// It waits to be, with the configuration of an earlier text.
    WantedAgain,
    /// It was, with what this key stands for.
    Done { key: u64, is_understood: bool },
}

impl FileFacts {
    /// Reads the facts of the file at `path` (below its project's root, with `/`).
    #[must_use]
    pub fn read(path: &str, text: &str) -> Self {
        let mut refused = None;
        let mut needs_render = false;
        let (mut meaning, mut spans) = read_meaning(path, text, &mut refused, &mut needs_render);
        shrink::shrink(&mut meaning, &mut spans);
        let has_blocks = matches!(&meaning, Meaning::Code(code) if !code.blocks.is_empty());
        let is_kept = needs_render || defines_blocks(&meaning);
        spans.first_line = Span::new(0, text.find(['\n', '\r']).unwrap_or(text.len()));
        Self {
            meaning: Arc::new(meaning),
            spans: Arc::new(spans),
            suppressions: shrink::shared(suppression::find(text).into_iter()),
            text_hash: crate::manifest::raw_code_hash(text.trim()),
            refused: refused.map(Arc::new),
            missing_vars: Arc::default(),
            missing_macros: Arc::default(),
            written_configs: Arc::default(),
            kept: kept(path, text, is_kept || path == PROFILES, has_blocks),
            expanded: None,
            inserts: Inserts::default(),
            rendering: if needs_render {
                Rendering::Wanted
            } else {
                Rendering::NotNeeded
            },
        }
    }

    /// The facts of a text that somebody has open: kept once for both.
    #[must_use]
    pub fn read_shared(path: &str, text: &Arc<str>) -> Self {
        let mut facts = Self::read(path, text);
        if let Some(kept) = &mut facts.kept {
            kept.share(text);
        }
        facts
    }

    /// Whether they are known to be those of `text`: only where it is kept.
    pub(super) fn is_of(&self, text: &str) -> bool {
        let kept = self
            .kept
            .as_ref()
            .filter(|kept| kept.length() == text.len());
        // Of a seed only the beginning is kept.
        kept.is_some_and(|kept| kept.text() == text)
            && self.text_hash == crate::manifest::raw_code_hash(text.trim())
    }

    /// Whether nobody can tell them from those read before of the same file, whose text may not be
    /// kept. Of a seed nobody sees more than the beginning.
    pub(super) fn are_as(&self, before: &Self, is_seed: bool) -> bool {
        self.rendering == Rendering::NotNeeded
            && before.rendering == Rendering::NotNeeded
            && (is_seed || self.text_hash == before.text_hash)
            && self.says_the_same(before)
            && self.suppressions == before.suppressions
            && self.kept_text() == before.kept_text()
    }

    /// The text of a file of SQL or with blocks; of a seed the first line.
    #[must_use]
    pub fn kept_text(&self) -> Option<Cow<'_, str>> {
        self.kept.as_ref().map(Kept::text)
    }

    /// The SQL that the file makes, refs and sources as the tags that they are and what nobody knows
    /// as tags too; `None` where its text says as much, and before it is rendered.
    #[must_use]
    pub fn expanded_text(&self) -> Option<Cow<'_, str>> {
        self.expanded.as_ref().map(Kept::text)
    }

    pub(super) fn expand(&mut self, text: Option<&str>) {
        self.expanded = text.map(|text| Kept::new(text, false));
    }

    /// The text of a file that defines macros or docs blocks.
    #[must_use]
    pub fn text_of_blocks(&self) -> Option<&str> {
        self.kept.as_ref()?.plain()
    }

    /// The text of a docs block.
    #[must_use]
    pub fn docs_text(&self, block: u32) -> Option<&str> {
        let text = self.text_of_blocks()?;
        let name = self.spans.blocks.get(block as usize)?;
        let (_, behind) = text.get(name.end as usize..)?.split_once("%}")?;
        let end = behind.find("enddocs").map_or(behind.len(), |at| {
            let before = behind.get(..at).unwrap_or("");
            before.rfind("{%").unwrap_or(at)
        });
        Some(behind.get(..end)?.trim())
    }

    pub(super) fn has_macros(&self) -> bool {
        self.kept.is_some() && defines_macros(&self.meaning)
    }

    /// Whether it is to be rendered with what `key` stands for.
    pub(super) fn is_render_wanted(&self, key: u64) -> bool {
        match self.rendering {
            Rendering::NotNeeded => false,
            Rendering::Wanted | Rendering::WantedAgain => true,
            Rendering::Done { key: done, .. } => done != key,
        }
    }

    /// Whether it holds calls that only dbt can tell of. `None` where it is not rendered yet.
    #[must_use]
    pub fn is_understood(&self) -> Option<bool> {
        match self.rendering {
            Rendering::NotNeeded => Some(true),
            Rendering::Wanted | Rendering::WantedAgain => None,
            Rendering::Done { is_understood, .. } => Some(is_understood),
        }
    }

    fn written_configs(&self) -> &[ConfigCall] {
        match (&*self.meaning, self.rendering) {
            (_, Rendering::WantedAgain | Rendering::Done { .. }) => &self.written_configs,
            (Meaning::Code(code), Rendering::NotNeeded | Rendering::Wanted) => &code.configs,
            (_, Rendering::NotNeeded | Rendering::Wanted) => &[],
        }
    }

    /// Lets a file that is typed in keep the configuration that its last render found, while the
    /// text says the same about it: or else the project's index would be made anew twice for each
    /// key that is pressed.
    pub(super) fn keep_configs_of(&mut self, old: &Self) {
        let was_rendered = matches!(
            old.rendering,
            Rendering::WantedAgain | Rendering::Done { .. }
        );
        if self.rendering != Rendering::Wanted
            || !was_rendered
            || *self.written_configs() != *old.written_configs
        {
            return;
        }
        let (Meaning::Code(new), Meaning::Code(found)) = (&*self.meaning, &*old.meaning) else {
            return;
        };
        let (mut code, mut spans) = (new.clone(), (*self.spans).clone());
        self.written_configs = code.configs.as_slice().into();
        code.configs.clone_from(&found.configs);
        let fits = code.configs.len() == spans.configs.len()
            && code
                .configs
                .iter()
                .zip(&spans.configs)
                .all(|(config, spans)| config.values.len() == spans.values.len());
        if !fits {
            let somewhere = |config: &ConfigCall| ConfigSpans {
                call: spans.first_line,
                values: thin_vec![spans.first_line; config.values.len()],
            };
            spans.configs = code.configs.iter().map(somewhere).collect();
        }
        self.meaning = Arc::new(Meaning::Code(code));
        self.spans = Arc::new(spans);
        self.rendering = Rendering::WantedAgain;
    }

    /// Whether a render leaves everything as the text alone said it.
    pub(super) fn says_the_same(&self, other: &Self) -> bool {
        self.meaning == other.meaning
            && self.spans == other.spans
            && self.refused == other.refused
            && self.missing_vars == other.missing_vars
            && self.missing_macros == other.missing_macros
            && self.inserts == other.inserts
            && self.expanded_text() == other.expanded_text()
    }

    pub(super) fn has_text_of(&self, other: &Self) -> bool {
        match (&self.kept, &other.kept) {
            (Some(a), Some(b)) => a.is(b),
            (_, _) => false,
        }
    }

    /// What dbt refuses of its Jinja where the file has this role.
    #[must_use]
    pub fn refused_as(&self, role: Role, path: &str) -> Option<&SyntaxError> {
        self.refused.as_deref()?.of_role(role, path)
    }

    /// The facts with what its render found.
    pub(super) fn with_render(
        &self,
        text: &str,
        template: &Template<'_>,
        rendered: &Rendered<'_>,
        key: u64,
    ) -> Self {
        let (mut meaning, mut spans) = code::read_rendered(text, template, rendered);
        shrink::shrink(&mut meaning, &mut spans);
        spans.first_line = self.spans.first_line;
        let refused = refused::of_sql(text, template, &jinja::blocks(template));
        let mistake = rendered.mistakes.first();
        Self {
            meaning: Arc::new(meaning),
            spans: Arc::new(spans),
            refused: refused.or_mistake(mistake).some().map(Arc::new),
            written_configs: shrink::shared(self.written_configs().iter().cloned()),
            missing_vars: shrink::shared(rendered.missing_vars.iter().cloned()),
            missing_macros: shrink::shared(rendered.missing_macros.iter().cloned()),
            rendering: Rendering::Done {
                key,
                is_understood: rendered.is_understood,
            },
            expanded: None,
            inserts: Inserts::default(),
            ..self.clone()
        }
    }
}

/// Its connections are judged with what the project asks for.
const PROFILES: &str = "profiles.yml";
/// A header is never longer, and SQL only where nobody reads it.
const LONGEST_KEPT: usize = 1024 * 1024;

fn kept(path: &str, text: &str, is_needed: bool, has_blocks: bool) -> Option<Kept> {
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    let is = |other: &str| extension.eq_ignore_ascii_case(other);
    if is("csv") {
        let end = text.find(['\n', '\r']).unwrap_or(text.len());
        let line = text.get(..end).filter(|line| !line.is_empty());
        return line.map(|line| Kept::new(line, false));
    }
    let is_kept = is_needed || (is("sql") && text.len() <= LONGEST_KEPT);
    is_kept.then(|| Kept::new(text, has_blocks))
}

fn read_meaning(
    path: &str,
    text: &str,
    refused: &mut Option<Refused>,
    needs_render: &mut bool,
) -> (Meaning, Spans) {
    let name = path.rsplit('/').next().unwrap_or(path);
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    if path == Definition::VARS_FILE {
        let spans = Spans {
            variables: Definition::variable_spans(text).into(),
            ..Spans::default()
        };
        let definition = Arc::new(Definition::read(text));
        return (Meaning::Definition(definition, Vec::new()), spans);
    }
    if path == Definition::FILE_NAME {
        let (references, mut spans) = properties::read_operations(text);
        spans.groups.extend(Definition::name_span(text));
        let document = yaml::parse(text);
        *refused = of_yaml(path, &document);
        let profile = document.root.get("profile").and_then(yaml::Node::scalar);
        spans.blocks.extend(profile.map(|profile| profile.content));
        spans.misfits = shape::misfits(path, text, &document.root).into();
        spans.config_paths = config_paths::read(&document.root);
        yaml_errors::note(text, document.errors, &mut spans);
        spans.variables = Definition::variable_spans(text).into();
        let definition = Arc::new(Definition::read(text));
        return (Meaning::Definition(definition, references), spans);
    }
    if matches!(
        path,
        "dependencies.yml" | "packages.yml" | "package-lock.yml"
    ) {
        return properties::read_dependencies(path, text);
    }
    if name.starts_with("dbt_loom.config.y") || name.starts_with("dbt-loom.config.y") {
        return (Meaning::LoomConfig(text.into()), Spans::default());
    }
    match extension.to_ascii_lowercase().as_str() {
        "sql" => code::read_sql(text, refused, needs_render),
        "py" => {
            *refused = refused::of_python(text);
            code::read_python(text)
        }
        "md" => code::read_docs(text, refused),
        "yml" | "yaml" => {
            let document = yaml::parse(text);
            let (mut meaning, mut spans) = properties::read(&document);
            if let Meaning::Properties(properties) = &mut meaning {
                let mut errors = document.errors.iter();
                properties.may_hide_entries = errors.any(|error| error.kind.is_fatal());
            }
            *refused = of_yaml(path, &document);
            spans.misfits = shape::misfits(path, text, &document.root).into();
            yaml_errors::note(text, document.errors, &mut spans);
            (meaning, spans)
        }
        _ => (Meaning::Other, Spans::default()),
    }
}

fn of_yaml(path: &str, document: &yaml::Document<'_>) -> Option<Refused> {
    let mut errors = document.errors.iter();
    let is_read = !errors.any(|error| error.kind.is_fatal());
    let whole = yaml_jinja::refused(path, &document.root).filter(|_| is_read);
    Refused {
        whole,
        ..Refused::default()
    }
    .some()
}
